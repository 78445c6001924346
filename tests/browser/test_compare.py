"""The comparison, driven as a person would."""

import pytest
from playwright.sync_api import expect

from tests.browser.driving import PLAYER, press, query, scrub, wait_beyond, wait_for


def lanes(page):
    """Return (update, training loss) of each lane as shown."""
    text = page.locator(PLAYER).get_attribute("data-lanes")
    return [(int(update), float(loss)) for update, loss in (lane.split(":") for lane in text.split())]


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
        box = page.locator(f'[data-testid="panel-{name}"]').bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["height"] > 200
