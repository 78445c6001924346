"""The first screen, driven as a person would: what is promised of the player, its controls and its links."""

import pytest
from playwright.sync_api import expect

from tests.browser.driving import PANELS, PLAYER, pictures, press, query, scrub, wait_beyond, wait_for


def test_first_screen(page, server, open_playground, attrs):
    open_playground(page, server)
    state = attrs(page)
    assert state["state"] == "idle"
    assert (state["frame"], state["update"], state["epoch"]) == (0, 0, 0)
    assert 0.3 < state["train_loss"] < 2
    for name in PANELS:
        box = page.locator(f'[data-testid="panel-{name}"]').bounding_box()
        assert box["width"] > 300 and box["height"] > 200
        assert box["y"] + box["height"] <= 900, f"{name} is below the fold at 1400×900"
    for name in ("boundary", "weights", "loss"):
        expect(page.locator(f'[data-testid="panel-{name}"] .js-plotly-plot')).to_have_count(1)
    # Nothing moves until the person asks.
    page.wait_for_timeout(800)
    assert attrs(page)["frame"] == 0


def test_play_moves_all_panels_and_pause_stops(page, server, open_playground, attrs):
    open_playground(page, server)
    before = pictures(page)
    press(page, "play")
    wait_beyond(page, 1000)
    assert attrs(page)["state"] == "playing"
    press(page, "play")
    paused = attrs(page)
    assert paused["state"] == "paused"
    after = pictures(page)
    assert all(before[name] != after[name] for name in PANELS)
    page.wait_for_timeout(600)
    assert attrs(page) == paused
    assert pictures(page) == after


def test_steps_are_exact_and_going_back_shows_the_same(page, server, open_playground, attrs):
    open_playground(page, server)
    press(page, "step-update")
    wait_for(page, update=1, frame=1)
    first, picture = attrs(page), pictures(page)
    press(page, "step-epoch")
    wait_for(page, update=25, frame=2)
    assert pictures(page)["boundary"] != picture["boundary"]
    press(page, "step-back")
    wait_for(page, update=1, frame=1)
    assert attrs(page)["train_loss"] == first["train_loss"]
    back = pictures(page)  # the curves still go on to the epoch, with a mark where we are
    assert (back["boundary"], back["network"]) == (picture["boundary"], picture["network"])
    assert back["loss"] != picture["loss"]
    press(page, "step-update")
    wait_for(page, update=2)
    press(page, "reset")
    wait_for(page, update=0, frame=0, state="idle")
    press(page, "step-update")
    wait_for(page, update=1)
    assert attrs(page)["train_loss"] == first["train_loss"]


def test_timeline_goes_back_and_play_goes_on(page, server, open_playground, attrs):
    open_playground(page, server, speed="10u")
    press(page, "play")
    wait_beyond(page, 400)
    press(page, "play")
    end = attrs(page)
    scrub(page, 5)
    assert attrs(page)["update"] == 50
    middle = pictures(page)
    scrub(page, 0)
    assert pictures(page) != middle
    scrub(page, 5)
    assert pictures(page) == middle
    scrub(page, end["frame"])
    assert attrs(page)["train_loss"] == end["train_loss"]
    press(page, "play")
    wait_beyond(page, end["update"])


def test_reload_restores_the_same_screen(page, server, open_playground, attrs):
    open_playground(page, server, data="spiral", hidden="6,4", activation="relu,tanh", batch=7, speed="3u")
    press(page, "play")
    wait_beyond(page, 60)
    press(page, "play")
    before = attrs(page)
    page.wait_for_url(f"**update={before['update']}*")
    link = query(page)
    assert (link["data"], link["hidden"], link["activation"], link["batch"]) == (
        "spiral",
        "6,4",
        "relu,tanh",
        "7",
    )
    picture = pictures(page)["boundary"]
    page.reload()
    wait_for(page, update=before["update"])
    after = attrs(page)
    assert (after["train_loss"], after["test_loss"]) == (before["train_loss"], before["test_loss"])
    page.wait_for_timeout(300)
    assert pictures(page)["boundary"] == picture
    assert query(page) == link


def test_live_change_keeps_the_weights_and_travels_in_the_link(page, server, open_playground, attrs):
    open_playground(page, server)
    press(page, "step-epoch")
    wait_for(page, update=25)
    page.get_by_role("tab", name="Descent").click()
    page.get_by_role("slider", name="Learning rate").press("ArrowRight")
    page.wait_for_url("**learning_rate=0.05*")
    assert attrs(page)["update"] == 25
    press(page, "step-epoch")
    wait_for(page, update=50)
    changed = attrs(page)
    page.wait_for_url("**update=50*changes=*")
    assert query(page)["changes"] == "0:learning_rate=0.03,25:learning_rate=0.05"
    page.reload()
    wait_for(page, update=50)
    assert attrs(page)["train_loss"] == changed["train_loss"]


def test_a_live_change_at_the_start_shows_at_once(page, server, open_playground, attrs):
    open_playground(page, server, data="ripple", loss="huber")
    before = attrs(page)["train_loss"]
    page.get_by_role("tab", name="Descent").click()
    page.get_by_role("slider", name="Huber's corner").press("ArrowRight")
    page.wait_for_function(
        "([p, loss]) => +document.querySelector(p).dataset.trainLoss !== loss", arg=[PLAYER, before]
    )
    state = attrs(page)
    assert (state["state"], state["frame"], state["update"]) == ("idle", 0, 0)
    press(page, "step-update")
    wait_for(page, update=1, frame=1)
    press(page, "step-back")
    wait_for(page, update=0, frame=0)
    assert attrs(page)["train_loss"] == state["train_loss"]
    # And once more, from a run that has gone on before.
    page.get_by_role("slider", name="Huber's corner").press("ArrowRight")
    page.wait_for_function(
        "([p, loss]) => +document.querySelector(p).dataset.trainLoss !== loss",
        arg=[PLAYER, state["train_loss"]],
    )
    press(page, "step-update")
    wait_for(page, update=1, frame=1)
    assert "changes" not in query(page)


def test_new_architecture_starts_anew(page, server, open_playground, attrs):
    open_playground(page, server)
    press(page, "step-epoch")
    wait_for(page, update=25)
    page.get_by_role("tab", name="Network").click()
    page.get_by_role("spinbutton", name="Hidden layers").fill("3")
    page.keyboard.press("Enter")
    page.wait_for_url("**hidden=4%2C2%2C2*")
    wait_for(page, update=0)
    expect(page.locator(".nnp-neuron")).to_have_count(2 + 4 + 2 + 2 + 1)
    page.get_by_role("spinbutton", name="Layer 3").fill("5")
    page.keyboard.press("Enter")
    page.wait_for_url("**hidden=4%2C2%2C5*")
    expect(page.locator(".nnp-neuron")).to_have_count(2 + 4 + 2 + 5 + 1)


def test_new_random_start_and_new_sample(page, server, open_playground, attrs):
    open_playground(page, server)
    loss, picture = attrs(page)["train_loss"], pictures(page)
    press(page, "restart")
    page.wait_for_function(
        "([p, loss]) => +document.querySelector(p).dataset.trainLoss !== loss", arg=[PLAYER, loss]
    )
    page.wait_for_function("!location.search.includes('start=1&')")
    assert pictures(page)["network"] != picture["network"]
    page.get_by_role("button", name="New sample").click()
    page.wait_for_url("**seed=2*")


def test_divergence_explains_itself_and_can_be_left(page, server, open_playground, attrs):
    open_playground(page, server, data="plane", hidden="none", learning_rate=10, speed="1u")
    press(page, "play")
    wait_for(page, state="diverged")
    assert "Lower the learning rate" in page.locator(".nnp-notice").inner_text()
    end = attrs(page)
    assert end["train_loss"] < float("inf")
    page.get_by_role("tab", name="Descent").click()
    page.get_by_role("slider", name="Learning rate").press("Home")
    page.wait_for_url("**learning_rate=1e-05*")
    expect(page.locator(".nnp-notice")).to_be_hidden()
    press(page, "play")
    wait_beyond(page, end["update"])
    assert attrs(page)["state"] == "playing"


def test_stop_rule_finishes(page, server, open_playground, attrs):
    open_playground(page, server, stop_epochs=3)
    press(page, "play")
    wait_for(page, state="finished", epoch=3)
    assert "3 epochs" in page.locator(".nnp-notice").inner_text()


def test_hostile_link_falls_back_and_says_so(page, server, open_playground, attrs):
    hostile = {
        "data": "nope", "learning_rate": "nan", "hidden": ",".join(["4"] * 10_000), "points": "1e9",
        "optimizer": "x" * 3000, "speed": "warp", "update": "-1", "changes": "5:hidden=9", "seed": "<script>",
    }  # fmt: skip
    open_playground(page, server, **hostile)
    said = page.get_by_test_id("stAlert").inner_text()
    for name in hostile:
        assert f"{name}=" in said, name
    assert "xxxx…" in said and len(said) < 4000
    link = query(page)
    assert (link["data"], link["learning_rate"], link["hidden"]) == ("circle", "0.03", "4,2")
    # It stays to be read, over the page: nothing moves when it goes, and the buttons are free meanwhile.
    press(page, "step-update")
    wait_for(page, update=1)
    places = [page.locator(f'[data-testid="{name}"]').bounding_box() for name in ("play", "panel-network")]
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    assert places == [
        page.locator(f'[data-testid="{name}"]').bounding_box() for name in ("play", "panel-network")
    ]


@pytest.mark.parametrize("width", [820, 390])
def test_what_a_link_got_wrong_can_be_read_on_narrow_screens(page, server, open_playground, attrs, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_playground(page, server, noise="-3", learning_rate="nope")
    alert, side = (
        page.get_by_test_id("stAlert").bounding_box(),
        page.get_by_test_id("stSidebar").bounding_box(),
    )
    assert alert["x"] >= max(0, side["x"] + side["width"]) and alert["x"] + alert["width"] <= width
    button = page.get_by_role("button", name="Dismiss").bounding_box()
    assert alert["y"] < button["y"] and button["y"] + button["height"] < alert["y"] + alert["height"]
    press(page, "play")
    wait_beyond(page, 100)


def test_batch_larger_than_the_data_says_so(page, server, open_playground, attrs):
    open_playground(page, server, batch=500, points=100)
    page.get_by_role("tab", name="Descent").click()
    expect(page.get_by_text("only 50 training rows")).to_be_visible()
    press(page, "step-update")
    wait_for(page, update=1, epoch=1)


def test_keyboard_alone(page, server, open_playground, attrs):
    open_playground(page, server)
    page.locator("body").press("Space")
    wait_beyond(page, 50)
    page.keyboard.press("Space")
    assert attrs(page)["state"] == "paused"
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "document.activeElement.dataset.testid || document.activeElement.getAttribute('aria-label')"
        )
        reached.add(name)
        if name == "Input x₁":
            page.keyboard.press("ArrowRight")
            expect(page.locator('[data-testid="panel-boundary"] h3')).to_have_text("Hidden layer 1, neuron 2")
    # The buttons and the neurons are each one stop; arrow keys go on from there.
    assert {"play", "speed", "timeline", "Input x₁", "discretize", "axis"} <= reached


def test_pointing_at_a_neuron_and_a_weight(page, server, open_playground, attrs):
    open_playground(page, server)
    heading = page.locator('[data-testid="panel-boundary"] h3')
    expect(heading).to_have_text("Decision boundary")
    before = pictures(page)["boundary"]
    page.get_by_role("button", name="Hidden layer 2, neuron 2").hover()
    expect(heading).to_have_text("Hidden layer 2, neuron 2")
    tip = page.locator('[data-testid="panel-network"] .nnp-tip')
    assert "tanh(" in tip.inner_text().lower()
    assert pictures(page)["boundary"] == before  # the pointer left: the output is back
    box = page.locator('[data-testid="panel-weights"] .nnp-body').bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 50)
    expect(page.locator('[data-testid="panel-weights"] .nnp-tip').last).to_contain_text("weight")


def test_views_are_in_the_link_and_change_the_picture(page, server, open_playground, attrs):
    open_playground(page, server)
    plain = pictures(page)
    page.get_by_label("discretize").check()
    page.wait_for_url("**discretize=1*")
    flat = pictures(page)
    assert flat["boundary"] != plain["boundary"]
    page.get_by_label("Log", exact=True).check()
    page.wait_for_url("**log_loss=1*")
    page.reload()
    page.wait_for_selector(f"{PLAYER}[data-frame]")
    expect(page.get_by_label("discretize")).to_be_checked()
    expect(page.get_by_label("Log", exact=True)).to_be_checked()


@pytest.mark.parametrize("data", ["truth_table", "spirals", "ripple"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_problem_plays_in_light_and_dark(page, server, open_playground, attrs, data, scheme):
    page.emulate_media(color_scheme=scheme)
    open_playground(page, server, data=data, batch=1, optimizer="adam", l2="0.001", hidden="5")
    assert attrs(page)["theme"] == scheme
    start = attrs(page)["train_loss"]
    press(page, "play")
    wait_beyond(page, 2000)
    press(page, "play")
    assert attrs(page)["train_loss"] < start


@pytest.mark.parametrize("width", [820, 390])
def test_narrow_screens(page, server, open_playground, attrs, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_playground(page, server)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    press(page, "play")
    wait_beyond(page, 100)
    for name in PANELS:
        box = page.locator(f'[data-testid="panel-{name}"]').bounding_box()
        assert box["width"] > 200 and box["x"] >= 0 and box["x"] + box["width"] <= width
