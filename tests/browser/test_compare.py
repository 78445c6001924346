"""The comparison, driven as a person would."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import PLAYER, press, query, scrub, wait_beyond, wait_for

RAISED = """[...document.querySelector('[data-testid=panel-solid] .js-plotly-plot').data].slice(1)
    .map(line => line.x.length)"""  # points of each lane's path on the surface in space


def lanes(page):
    """Return (update, training loss) of each lane as shown."""
    text = page.locator(PLAYER).get_attribute("data-lanes")
    return [(int(update), float(loss)) for update, loss in (lane.split(":") for lane in text.split())]


def slide(page, name, value):
    """Move a slider to one of its values, by keyboard."""
    slider = page.locator(f'input[type="range"][aria-label="{name}"]')
    slider.press("Home")
    while slider.get_attribute("aria-valuetext") != value:
        before = slider.get_attribute("aria-valuetext")
        slider.press("ArrowRight")
        expect(slider).not_to_have_attribute("aria-valuetext", before)


def test_lanes_play_together_from_the_same_start(page, server, open_playground):
    open_playground(page, server, "compare")
    start = lanes(page)
    assert [update for update, _ in start] == [0, 0, 0]
    assert len({loss for _, loss in start}) == 1
    press(page, "play")
    wait_beyond(page, 2500)
    press(page, "play")
    wait_for(page, state="paused")
    updates = [update for update, _ in lanes(page)]
    assert updates[0] == 10 * updates[1] == 250 * updates[2]  # as many epochs
    for name in ("Stochastic", "Mini-batch 10", "Full batch"):
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    expect(page.locator('[data-show="words"]')).to_contain_text("By updates")
    shown = lanes(page)
    scrub(page, 1)
    assert [update for update, _ in lanes(page)] == [250, 25, 1]
    page.wait_for_url("**update=250**")
    page.reload()
    page.wait_for_selector(f"{PLAYER}[data-frame]")
    wait_for(page, update=250)
    assert shown != lanes(page)


def test_another_clock_re_aligns_the_lanes(page, server, open_playground):
    open_playground(page, server, "compare", clock="epochs")
    press(page, "step-epoch")
    wait_for(page, update=250)
    press(page, "step-epoch")
    wait_for(page, update=500)
    page.get_by_role("combobox", name="Clock").click()
    page.get_by_role("option", name="Updates").click()
    wait_for(page, update=2)
    assert [update for update, _ in lanes(page)] == [2, 2, 2]
    assert query(page)["clock"] == "updates"
    expect(page.locator('[data-show="clock-first"]')).to_have_text("Updates")


def test_the_network_in_training_is_carried_over(page, server, open_playground):
    open_playground(page, server, data="moons", hidden="5", learning_rate="0.1")
    page.get_by_role("button", name="Compare batch modes on this").click()
    page.wait_for_selector(f"{PLAYER}[data-lanes]")
    page.wait_for_url("**/compare?**hidden=5**")
    asked = query(page)
    assert (asked["data"], asked["rates"], asked["batches"]) == ("moons", "0.1", "1,10,full")


def shown_settings(page):
    """Return what every widget at the side shows, those behind its tabs included."""
    return page.get_by_test_id("stSidebarUserContent").evaluate(
        """side => [...side.querySelectorAll("[role=slider], input, [role=combobox], button[aria-checked]")].map(
            widget => [widget.getAttribute("aria-label") ?? widget.textContent,
                       widget.getAttribute("aria-valuetext") ?? widget.getAttribute("aria-valuenow") ??
                       widget.getAttribute("aria-checked") ?? `${widget.value}${widget.checked}`])"""
    )


def go_to(page, title):
    """Follow the link at the top to another screen, and wait until it stands."""
    page.get_by_test_id("stTopNavLink").get_by_text(title, exact=True).click()
    heading = {"Train": "Neural Network Playground", "Compare": "Side by side"}[title]
    expect(page.get_by_test_id("stSidebar").get_by_role("heading", name=heading)).to_be_visible()
    page.wait_for_selector(f"{PLAYER}[data-frame]")


def test_each_screen_shows_its_own_settings_again(page, server, open_playground):
    open_playground(page, server, data="xor", points="120", noise="20", hidden="3,5", bias="0.5")
    trained = shown_settings(page)
    assert ["Points", "120"] in trained and ["Layer 2", "5false"] in trained
    go_to(page, "Compare")
    page.get_by_role("combobox", name="Clock").click()
    page.get_by_role("option", name="Updates").click()
    page.get_by_role("slider", name="Learning rate").first.press("ArrowRight")
    page.wait_for_url("**rates=0.05%2C0.03%2C0.03**")
    compared = shown_settings(page)
    assert ["Points", "120"] in compared and ["Learning rate", "0.05"] in compared
    for _ in range(2):
        go_to(page, "Train")
        assert settled(page, trained) == trained
        go_to(page, "Compare")
        assert settled(page, compared) == compared
    page.go_back()
    assert settled(page, trained) == trained
    page.go_back()
    assert settled(page, compared) == compared
    # What is moved goes on from what is shown.
    go_to(page, "Train")
    page.get_by_role("slider", name="Points").press("ArrowRight")
    page.wait_for_url("**points=121**")
    asked = query(page)
    assert (asked["data"], asked["noise"], asked["hidden"], asked["bias"]) == ("xor", "20", "3,5", "0.5")


def settled(page, wanted):
    """Return what the widgets show once they show `wanted`, or after some seconds without it."""
    for _ in range(50):
        if shown_settings(page) == wanted:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(500)  # nothing comes after it
    return shown_settings(page)


def test_a_lane_that_diverges_stops_alone_and_says_so(page, server, open_playground):
    open_playground(page, server, "compare", data="plane", hidden="none", batches="1,full", rates="10,0.01")
    press(page, "play")
    expect(page.locator('[data-testid="panel-lane0"] .nnp-diverged')).to_be_visible()
    wait_beyond(page, 5000)
    first, second = lanes(page)
    assert first[0] < 100 and second[0] > 15
    expect(page.locator('[data-testid="panel-lane1"] .nnp-diverged')).to_have_count(0)


@pytest.mark.parametrize("width", [820, 390])
def test_narrow_screens_show_every_lane(page, server, open_playground, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_playground(page, server, "compare", batches="1,5,20,full")
    for name in ("lane0", "lane3", "loss", "weights", "noise"):
        panel = page.locator(f'[data-testid="panel-{name}"]')
        panel.scroll_into_view_if_needed()
        box = panel.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["height"] > 200


def test_the_surface_comes_when_the_lanes_stand_still(page, server, open_playground):
    open_playground(page, server, "compare", hidden="3")
    expect(page.locator('[data-testid="panel-path"]')).to_be_hidden()
    press(page, "play")
    wait_beyond(page, 2500)
    press(page, "play")
    page.wait_for_selector(f'{PLAYER}[data-relief="paths"]')
    expect(page.locator('[data-show="relief"]')).to_contain_text("% of the paths' variance")
    paths = page.locator('[data-testid="panel-path"] .nnp-body')
    before = paths.screenshot()
    scrub(page, 1)  # the paths go back with the lanes
    assert paths.screenshot() != before
    # The surface in space can be turned.
    solid = page.locator('[data-testid="panel-solid"] .nnp-body')
    solid.scroll_into_view_if_needed()
    page.wait_for_function(f"{RAISED}.every(points => points === 2)")
    page.wait_for_timeout(500)
    still, box = solid.screenshot(), solid.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 80, box["y"] + box["height"] / 2 + 20, steps=4)
    page.mouse.up()
    page.wait_for_timeout(500)
    assert solid.screenshot() != still
    page.locator('[data-testid="plane"]').select_option("line")
    page.wait_for_selector(f'{PLAYER}[data-relief="line"]')
    expect(page.locator('[data-testid="panel-solid"]')).to_be_hidden()


def test_seeds_train_tell_how_far_they_are_and_can_be_stopped(page, server, open_playground):
    open_playground(page, server, "compare", hidden="3", points=60)
    slide(page, "Epochs", "2000")
    page.get_by_role("button", name="Train the seeds").click()
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(stop).to_be_visible(timeout=30_000)
    stop.click()
    expect(page.get_by_text("of the work; what is shown was done by then")).to_be_visible(timeout=30_000)
    slide(page, "Epochs", "20")
    page.get_by_role("button", name="Train the seeds").click()
    expect(page.get_by_role("button", name="Download the table")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("After 20 epochs the lowest median training loss is that of")).to_be_visible()
    zero = (
        page.get_by_test_id("stPlotlyChart")
        .filter(visible=True)
        .locator(".ytick", has_text=re.compile("^0$"))
    )
    expect(zero).to_have_count(1)
    page.get_by_test_id("stCheckbox").filter(visible=True).filter(has_text="Log").locator("label").click()
    expect(zero).to_have_count(0)  # a logarithmic axis has none


@pytest.mark.parametrize(("width", "rows"), [(1400, 1), (820, 2), (390, 2)])
def test_the_fields_stand_in_line(page, server, open_playground, width, rows):
    """One row of four, or two of two: labels of a row at one height, no field narrower than its words."""
    page.set_viewport_size({"width": width, "height": 900})
    open_playground(page, server, "compare", hidden="3", points=60)
    labels = [("Seeds", "What varies", "Epochs", "Loss to reach")]
    labels += [("From rate", "To rate", "Rates", "Epochs of each cell")]
    for number, tab in enumerate(page.get_by_role("tab").all()[-2:]):
        tab.click()
        found = page.get_by_test_id("stWidgetLabel").filter(visible=True)
        boxes = [found.filter(has_text=re.compile(f"^{name}")).last.bounding_box() for name in labels[number]]
        assert len({round(box["y"]) for box in boxes}) == rows
        assert len({round(box["x"]) for box in boxes}) == 4 // rows
        assert all(box["x"] >= 0 and box["width"] > 110 and box["x"] + box["width"] <= width for box in boxes)
    page.get_by_role("tab").all()[-2].click()
    chosen = page.get_by_test_id("stSelectbox").filter(visible=True).filter(has_text="What varies")
    words = chosen.locator("input")
    expect(words).to_have_value("Weights and order")
    assert words.evaluate("field => field.scrollWidth <= field.clientWidth")


def test_a_starting_point_says_what_to_look_for(page, server, open_playground):
    open_playground(page, server, "compare")
    page.get_by_role("combobox", name="Start from").click()
    page.get_by_role("option", name="Noise helps it out").click()
    page.wait_for_url("**data=xor**")
    expect(page.get_by_text("walks into a corner")).to_be_visible()
    assert query(page)["batches"] == "1,full"


def test_what_a_starting_point_says_to_try_leaves_it_in_sight(page, server, open_playground):
    open_playground(page, server)
    go_to(page, "Compare")
    page.get_by_role("combobox", name="Start from").click()
    page.get_by_role("option", name="Noise never settles").click()
    page.wait_for_url("**data=plane**log_loss=1**")
    expect(page.get_by_label("Log", exact=True)).to_be_checked()
    text, rate = page.get_by_text("Lower its rate"), page.get_by_role("slider", name="Learning rate").first
    expect(text).to_be_visible()
    rate.focus()  # scrolls there
    place = rate.bounding_box()["y"]
    rate.press("ArrowLeft")
    page.wait_for_url("**rates=0.05%2C0.06%2C0.06**")
    expect(page.get_by_text("(changed)")).to_be_visible()
    expect(text).to_be_visible()
    assert rate.bounding_box()["y"] == place  # what is being changed is not pushed away
    page.get_by_role("button", name="Back to it").click()
    page.wait_for_url("**rates=0.06&**")
    expect(page.get_by_text("(unchanged)")).to_be_visible()
    # The data are no longer those in training, so theirs are offered.
    page.get_by_role("button", name="Take over Train's network").click()
    page.wait_for_url("**data=circle**")
    expect(text).to_have_count(0)


def test_a_cell_of_the_grid_becomes_a_lane(page, server, open_playground):
    open_playground(page, server, "compare", hidden="3", points=60)
    page.get_by_role("tab", name="Rates and batch sizes").click()
    slide(page, "Epochs of each cell", "20")
    page.get_by_role("button", name="Train the grid").click()
    expect(page.get_by_text("The lowest loss")).to_be_visible(timeout=60_000)
    area = page.get_by_test_id("stPlotlyChart").filter(visible=True).last.locator(".nsewdrag").first
    area.scroll_into_view_if_needed()
    page.wait_for_timeout(500)

    def spot(column, row):
        box = area.bounding_box()
        return box["x"] + box["width"] * column / 12, box["y"] + box["height"] * row / 6

    # Twelve rates; batches of 1, 2, 4, 8, 16 and all 30 rows: the fourth rate, the second batch size. The whole cell is
    # the target: its corners say what its middle says.
    for corner in ((3.08, 4.1), (3.93, 4.9), (3.06, 4.92), (3.5, 4.5)):
        page.mouse.move(*spot(8.5, 1.5))
        expect(page.locator(".hoverlayer .hovertext")).to_contain_text("batch size 16")
        page.mouse.move(*spot(*corner))
        expect(page.locator(".hoverlayer .hovertext")).to_contain_text("batch size 2, rate 0.0089")
    page.mouse.click(*spot(3.93, 4.1))
    page.wait_for_url("**batches=1%2C10%2Cfull%2C2&**")
    assert query(page)["rates"] == "0.03,0.03,0.03,0.0089"
    expect(page.get_by_role("heading", name="Mini-batch 2", exact=True)).to_be_visible()
    said = "Lane 4 is now batch size 2 at rate 0.0089."
    expect(page.get_by_test_id("stToast")).to_contain_text(said)
    expect(page.get_by_test_id("stMarkdown").filter(has_text=said)).to_be_visible()
    # There is room for four; and a batch of all rows is the full batch.
    area.scroll_into_view_if_needed()
    page.mouse.click(*spot(0.1, 0.1))
    page.wait_for_url("**batches=1%2C10%2Cfull%2Cfull&**")
    told = page.get_by_test_id("stMarkdown").filter(
        has_text="It replaces Mini-batch 2: there are at most 4 lanes."
    )
    expect(told).to_be_visible()
    expect(page.get_by_test_id("stMarkdown").filter(has_text=said)).to_have_count(0)


def test_a_lanes_name_is_no_markup(page, server, open_playground):
    name = "<img src=x onerror=window.broken=1>"[:24]
    open_playground(page, server, "compare", batches="1,full", names=f"{name},b")
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    expect(page.locator('[data-show="losses"]')).to_contain_text(name)
    assert page.locator('.nnp-key img, [data-testid="panel-loss"] img').count() == 0


def overlay(page):
    """Return, for each lane, where the picture of the plane and Plotly's axes over it are: left and right."""
    return page.evaluate("""() => [...document.querySelectorAll('.nnp-lane-plane')].map(plane => {
        const picture = plane.querySelector('.nnp-picture').getBoundingClientRect();
        const axes = plane.querySelector('.nsewdrag').getBoundingClientRect();
        const numbers = plane.closest('section').querySelector('b') !== null;
        return [picture.left - axes.left, picture.right - axes.right, numbers];
    })""")


def test_lanes_that_come_and_go_keep_pictures_points_and_numbers_together(page, server, open_playground):
    open_playground(page, server, "compare", hidden="3", points=60)
    wait_for(page, state="idle")
    for lanes in (4, 2, 3):
        page.locator('[data-testid="stButtonGroup"]').first.get_by_text(str(lanes), exact=True).click()
        page.wait_for_function(
            "count => document.querySelectorAll('.nnp-lane-plane .nsewdrag').length === count", arg=lanes
        )
        page.wait_for_timeout(500)
        assert overlay(page) == [[pytest.approx(0, abs=1), pytest.approx(0, abs=1), True]] * lanes


def test_the_charts_can_be_changed_after_any_other_change(page, server, open_playground):
    open_playground(page, server, "compare", hidden="3", points=60)
    press(page, "step-epoch")
    wait_beyond(page, 20)
    page.get_by_role("textbox", name="Name").first.fill("Bob")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bob", exact=True)).to_be_visible()
    for log in (True, False):
        page.get_by_role("checkbox", name="Log").set_checked(log)
        axis = "document.querySelector('[data-testid=panel-loss] .js-plotly-plot')._fullLayout.yaxis.type"
        page.wait_for_function(f"{axis} === '{'log' if log else 'linear'}'")
    expect(page.locator(".nnp-notice")).to_be_hidden()


def test_only_the_answer_that_is_wanted_is_shown(page, server, open_playground, page_errors):
    """The first answer comes late, the second never: what is on the screen follows the newest question."""
    asked = []

    def answer(route):
        question = route.request.post_data_json or {}
        if question.get("kind") != "relief":
            return route.continue_()
        asked.append(question["shape"])
        if len(asked) == 1:
            page.wait_for_timeout(1500)
        return route.abort() if len(asked) == 2 else route.continue_()

    open_playground(page, server, "compare", hidden="3", points=60)
    press(page, "play")
    wait_beyond(page, 1000)
    press(page, "play")
    page.wait_for_selector(f'{PLAYER}[data-relief="paths"]')
    page.route("**/player/ask/**", answer)
    plane = page.locator('[data-testid="plane"]')
    plane.select_option("random")
    page.wait_for_timeout(600)
    plane.select_option("line")
    expect(page.locator('[data-show="relief"]')).to_contain_text("could not be computed", timeout=15_000)
    assert asked == ["random", "line"]
    assert (
        page.locator(PLAYER).get_attribute("data-relief") == "paths"
    )  # the late answer was to an old question
    plane.select_option("ends")
    page.wait_for_selector(f'{PLAYER}[data-relief="ends"]')
    assert all("ERR_FAILED" in complaint for complaint in page_errors)
    page_errors.clear()


def test_a_page_that_was_left_draws_nothing_more(page, server, open_playground):
    open_playground(page, server, "compare", hidden="3", points=60)
    press(page, "play")
    wait_beyond(page, 1000)
    press(page, "play")
    page.wait_for_selector(f'{PLAYER}[data-relief="paths"]')
    page.get_by_role("link", name="Train").click()
    page.wait_for_selector('[data-testid="panel-boundary"]')
    page.wait_for_timeout(5000)  # a player that was taken out of the page is given up after a while
    frames = page.evaluate("""() => new Promise(done => {
        let count = 0;
        const real = window.requestAnimationFrame;
        window.requestAnimationFrame = work => { count++; return real.call(window, work); };
        setTimeout(() => { window.requestAnimationFrame = real; done(count); }, 1000);
    })""")
    assert frames < 5
