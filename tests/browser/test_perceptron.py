"""The perceptron on the page about one neuron, driven as a person would."""

import pytest
from playwright.sync_api import expect

from tests.browser.driving import PLAYER, press, scrub, wait_beyond, wait_for


def shown(page, name):
    return float(page.locator(PLAYER).get_attribute(f"data-{name}"))


WRITTEN = """() => {
    window.written = [];
    const {fillText} = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
        if (/^error /.test(text)) window.written.push(text);
        return fillText.call(this, text, ...where);
    };
}"""


def test_the_error_that_is_written_is_the_one_there_is(page, server, open_playground):
    open_playground(page, server, "neuron", topic="perceptron", rows="circle", count=500)
    page.evaluate(WRITTEN)
    for update in range(1, 25):
        press(page, "step-update")
        wait_for(page, update=update)
        text = page.evaluate("window.written.at(-1)")
        assert text == f"error {shown(page, 'wrong') / 2:g}, slope 0"


WATCHED = """update => new Promise(done => {
    const player = document.querySelector("[data-testid=player]");
    const canvas = player.querySelector("[data-testid=panel-plane] canvas");
    const seen = [];
    player.querySelector("[data-testid=step-update]").click();
    const look = () => {
        seen.push([+player.dataset.update, canvas.toDataURL()]);
        const stands = seen.filter(([at]) => at === update);
        if (stands.length < 5) return requestAnimationFrame(look);
        done({before: new Set(seen.filter(([at]) => at < update).map(each => each[1])).size,
            after: new Set(stands.map(each => each[1])).size});
    };
    look();
})"""


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_line_turns_to_the_next_correction_and_only_then_is_it_counted(
    page, server, open_playground, motion
):
    page.emulate_media(reduced_motion=motion)
    open_playground(page, server, "neuron", topic="perceptron")
    scrub(page, 4)
    page.wait_for_timeout(300)
    found = page.evaluate(WATCHED, 5)
    assert found["after"] == 1
    assert found["before"] >= 3 if motion == "no-preference" else found["before"] <= 1


def test_a_point_says_what_it_is(page, server, open_playground):
    open_playground(page, server, "neuron", topic="perceptron")
    body = page.get_by_test_id("panel-plane").locator(".nnp-body")
    tip = body.locator(".nnp-tip")
    points = body.locator(".scatterlayer .point")
    expect(points).to_have_count(4)
    points.last.hover(force=True)  # the only one with target 1
    expect(tip).to_have_text("Row 4: x = (1, 1)\ntarget 1, the neuron gives 1")
    points.first.hover(force=True)
    expect(tip).to_have_text("Row 1: x = (0, 0)\ntarget 0, the neuron gives 1: wrong")
    page.mouse.move(2, 2)
    expect(tip).to_be_hidden()


def test_a_perceptron_converges_and_steps_back(page, server, open_playground):
    open_playground(page, server, "neuron", topic="perceptron", speed="brisk")
    press(page, "play")
    wait_for(page, state="finished", update=6, wrong=0)
    expect(page.locator('[data-show="words"]')).to_contain_text("No order of the rows can need more than")
    press(page, "step-back")
    wait_for(page, update=5)
    expect(page.get_by_test_id("panel-correction")).to_contain_text("Correction 5")
    press(page, "step-update")
    wait_for(page, update=6)
    scrub(page, 3)
    page.wait_for_url("**update=3**")
    weights = page.locator(PLAYER).get_attribute("data-weights")
    page.reload()
    page.wait_for_selector(f"{PLAYER}[data-frame]")
    wait_for(page, update=3, weights=weights)


def test_on_exclusive_or_it_goes_in_circles(page, server, open_playground):
    open_playground(page, server, "neuron", topic="perceptron", rows="truth_table", speed="1u")
    press(page, "play")
    wait_beyond(page, 60)
    press(page, "play")
    wait_for(page, state="paused")
    expect(page.locator('[data-show="badge"]')).to_contain_text("going in circles")
    round_, weights = shown(page, "round"), page.locator(PLAYER).get_attribute("data-weights")
    assert round_ >= 10
    for _ in range(4):
        before = int(shown(page, "update"))
        press(page, "step-update")
        wait_for(page, update=before + 1)
    assert shown(page, "round") == round_ + 1
    assert page.locator(PLAYER).get_attribute("data-weights") == weights
    rows = page.get_by_test_id("rows")
    rows.select_option("or")
    wait_for(page, update=0, ended="converged")


def test_what_was_said_of_other_points_is_not_kept(page, server, open_playground):
    open_playground(page, server, "neuron", topic="perceptron", speed="brisk")
    press(page, "play")
    wait_for(page, state="finished", update=6)
    spoken = page.locator(".nnp-spoken").first
    expect(spoken).to_contain_text("After 6 corrections")
    page.get_by_test_id("rows").select_option("or")
    expect(spoken).not_to_contain_text("After 6 corrections")
