"""The player against a line that is slow, broken or late: its questions are held, refused and forged here."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from playground.frames import pack
from tests.browser.driving import PLAYER, press, query, scrub, wait_beyond, wait_for

NOTICE = ".nnp-notice"
SILENT = "The server does not answer; trying again."


class Line:
    """Stands between the player and the server; `act` answers what the test wants to answer itself."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[dict[str, Any]] = []  # all questions but those for news
        self.act: Callable[[Route, dict[str, Any]], bool] = lambda route, question: False
        self.held: list[Route] = []
        page.route("**/player/ask/*", self.handle)

    def handle(self, route: Route) -> None:
        question = json.loads(route.request.post_data or "{}")
        if question["kind"] != "news":
            self.asked.append(question)
        if not self.act(route, question):
            route.continue_()

    def count(self, kind: str) -> int:
        return sum(question["kind"] == kind for question in self.asked)

    def wait_asked(self, kind: str) -> None:
        for _ in range(500):
            if self.count(kind):
                break
            self.page.wait_for_timeout(20)
        assert self.count(kind)

    def hold(self, kind: str, most: int = 1) -> None:
        """Keep the next questions of a kind."""
        self.held = []

        def act(route: Route, question: dict[str, Any]) -> bool:
            mine = question["kind"] == kind and len(self.held) < most
            if mine:
                self.held.append(route)
            return mine

        self.act = act

    def wait_held(self, count: int = 1) -> dict[str, Any]:
        for _ in range(200):
            if len(self.held) >= count:
                break
            self.page.wait_for_timeout(20)
        assert len(self.held) == count
        return json.loads(self.held[-1].request.post_data or "{}")

    def first(self, kind: str, answer: Callable[[Route, dict[str, Any]], None], most: int = 1) -> None:
        """Give the next questions of a kind this answer."""
        left = [most]

        def act(route: Route, question: dict[str, Any]) -> bool:
            if question["kind"] != kind or not left[0]:
                return False
            left[0] -= 1
            answer(route, question)
            return True

        self.act = act


def problem(route: Route, question: dict[str, Any]) -> None:
    told = {"kind": "problem", "run": question["run"], "serial": question["serial"], "text": "What?"}
    route.fulfill(body=pack(told), content_type="application/octet-stream")


def click(page: Page, name: str, times: int = 1) -> None:
    """Press a key several times in one instant."""
    page.locator(f'[data-testid="{name}"]').evaluate(
        "(key, times) => { while (times--) key.click(); }", times
    )


def hide(page: Page, hidden: bool) -> None:
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true}); "
        "document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


# ---- single steps -------------------------------------------------------------------------------------------


def test_a_step_at_the_end_of_a_run_is_over(page, server, open_playground, attrs):
    line = Line(page)
    open_playground(page, server, stop_epochs=2)
    press(page, "play")
    wait_for(page, state="finished", update=50)
    for presses in range(1, 4):
        page.wait_for_timeout(300)
        press(page, "step-update")
        page.wait_for_timeout(300)
        wait_for(page, state="finished", update=50)
        # Each is asked for once: the rule might have changed, and nothing of the one before is left.
        assert sum(question.get("count") == 1 for question in line.asked) == presses


def test_a_step_cut_short_by_divergence_is_over(page, server, open_playground, attrs):
    line = Line(page)
    open_playground(page, server, data="plane", hidden="none", learning_rate=0.3)
    for _ in range(20):
        if attrs(page)["state"] == "diverged":
            break
        press(page, "step-epoch")
        page.wait_for_timeout(300)
    end = attrs(page)
    assert end["state"] == "diverged"
    assert "Lower the learning rate" in page.locator(NOTICE).inner_text()
    click(page, "step-epoch", 3)
    page.wait_for_timeout(500)
    assert attrs(page) == end
    # Nothing of it is left that a change of settings would set off.
    page.get_by_role("tab", name="Descent").click()
    page.get_by_role("slider", name="Learning rate").press("Home")
    page.wait_for_url("**learning_rate=1e-05*")
    before = line.count("frames")
    page.wait_for_timeout(800)
    assert attrs(page)["update"] == end["update"] and line.count("frames") == before


def test_steps_that_wait_are_dropped_when_a_person_goes_elsewhere(page, server, open_playground, attrs):
    line = Line(page)
    open_playground(page, server)
    press(page, "step-update")
    wait_for(page, update=1)
    line.hold("frames")
    click(page, "step-update", 3)
    line.wait_held()
    scrub(page, 0)
    line.held[0].continue_()
    for update in (1, 2):
        press(page, "step-update")
        wait_for(page, update=update)
    page.wait_for_timeout(500)
    assert attrs(page)["update"] == 2


def test_quick_steps_all_count(page, server, open_playground, attrs):
    open_playground(page, server)
    click(page, "step-update", 3)
    wait_for(page, update=3, frame=3)
    page.wait_for_timeout(400)
    assert attrs(page)["update"] == 3


# ---- answers that come too late, or are refused ---------------------------------------------------------------


def test_frames_withdrawn_while_they_are_unpacked_are_dropped(page, server, open_playground, attrs):
    page.add_init_script("""
      const read = Response.prototype.arrayBuffer;
      Response.prototype.arrayBuffer = async function () {
        const buffer = await read.call(this);
        if (!this.url && window.gate) {
          window.unpacking = true;
          await window.gate;
        }
        return buffer;
      };
    """)
    line = Line(page)
    open_playground(page, server)
    page.wait_for_timeout(500)
    page.evaluate("void (window.gate = new Promise(done => { window.release = done; }))")
    press(page, "play")
    page.wait_for_function("window.unpacking")
    wait_for(page, frame=8)  # nothing waits any more
    page.locator('select[data-testid="speed"]').select_option("1u")
    page.wait_for_timeout(500)  # the new question is answered, too
    page.evaluate("window.gate = null; window.release();")
    wait_beyond(page, 300)
    state = attrs(page)
    assert state["state"] == "playing"
    assert state["update"] == 200 + state["frame"] - 8
    assert line.count("scene") == 0
    expect(page.locator(NOTICE)).to_be_hidden()


def test_a_problem_with_a_question_withdrawn_is_none(page, server, open_playground, attrs):
    line = Line(page)
    open_playground(page, server)
    page.wait_for_timeout(300)
    line.hold("frames")
    press(page, "play")
    asked = line.wait_held()
    page.locator('select[data-testid="speed"]').select_option("3u")
    problem(line.held[0], asked)
    wait_beyond(page, 260)
    assert attrs(page)["state"] == "playing" and line.count("scene") == 0
    expect(page.locator(NOTICE)).to_be_hidden()


def test_a_problem_with_frames_begins_again_and_comes_back(page, server, open_playground, attrs):
    line = Line(page)
    open_playground(page, server)
    for update in (25, 50):
        press(page, "step-epoch")
        wait_for(page, update=update)
    loss = attrs(page)["train_loss"]
    line.first("frames", problem)
    press(page, "step-epoch")
    page.wait_for_function("player => +document.querySelector(player).dataset.frame === 0", arg=PLAYER)
    wait_for(page, update=50, state="paused")
    assert attrs(page)["train_loss"] == loss
    assert line.count("scene") == 1
    expect(page.locator(NOTICE)).to_be_hidden()
    press(page, "step-epoch")
    wait_for(page, update=75)


def test_a_problem_while_playing_goes_on_playing(page, server, open_playground, attrs):
    line = Line(page)
    open_playground(page, server)
    press(page, "play")
    wait_beyond(page, 500)
    line.first("frames", problem)
    line.wait_asked("scene")
    stood = next(question["update"] for question in reversed(line.asked) if question["kind"] == "rest")
    wait_beyond(page, stood + 500)
    assert line.count("scene") == 1 and attrs(page)["state"] == "playing"
    press(page, "play")
    wait_for(page, state="paused")
    expect(page.locator(NOTICE)).to_be_hidden()


@pytest.mark.parametrize("playing", [False, True])
def test_a_problem_that_stays_is_said_once(page, server, open_playground, attrs, playing):
    line = Line(page)
    line.first("frames", problem, most=10_000)
    open_playground(page, server)
    if playing:
        press(page, "play")
    expect(page.locator(NOTICE)).to_have_text("What?")
    count = line.count("frames")
    page.wait_for_timeout(1000)
    assert line.count("frames") == count and line.count("scene") <= 1
    assert attrs(page)["state"] in ("idle", "paused")
    line.act = lambda route, question: False
    press(page, "play")  # a person may try again
    wait_beyond(page, 100)


def test_a_refused_scene_is_not_asked_for_again_and_again(page, server, open_playground, attrs):
    line = Line(page)
    open_playground(page, server)
    page.wait_for_timeout(500)

    def act(route: Route, question: dict[str, Any]) -> bool:
        if question["kind"] not in ("frames", "scene"):
            return False
        problem(route, question | {"run": 1})  # another run, which cannot be had
        return True

    line.act = act
    press(page, "step-epoch")
    page.wait_for_timeout(1000)
    assert line.count("scene") <= 2
    expect(page.locator(NOTICE)).to_have_text("What?")


# ---- a line that breaks -----------------------------------------------------------------------------------------


def test_silence_is_said_until_the_next_answer(page, server, open_playground, page_errors):
    line = Line(page)
    open_playground(page, server)
    page.wait_for_timeout(300)
    line.first("frames", lambda route, question: route.abort())
    press(page, "play")
    expect(page.locator(NOTICE)).to_have_text(SILENT)
    # The question is withdrawn, and the next one answered.
    page.locator('select[data-testid="speed"]').select_option("3u")
    expect(page.locator(NOTICE)).to_be_hidden()
    wait_beyond(page, 300)
    page_errors.clear()  # the browser itself reports the failure


def test_silence_leaves_other_notices_alone(page, server, open_playground, page_errors):
    line = Line(page)
    open_playground(page, server, stop_epochs=3)
    press(page, "play")
    wait_for(page, state="finished")
    notice = page.locator(NOTICE)
    before = notice.inner_text()
    assert "3 epochs" in before
    line.first("view", lambda route, question: route.abort())
    page.get_by_label("Log", exact=True).check()
    expect(notice).to_have_text(SILENT)
    page.wait_for_url("**log_loss=1*")
    expect(notice).to_have_text(before)
    page_errors.clear()


def test_a_proxy_that_fails_is_tried_again(page, server, open_playground, page_errors):
    line = Line(page)
    open_playground(page, server)
    page.wait_for_timeout(300)
    line.first(
        "frames", lambda route, question: route.fulfill(status=502, body="<h1>Bad gateway</h1>"), most=2
    )
    press(page, "step-update")
    expect(page.locator(NOTICE)).to_have_text(SILENT)
    wait_for(page, update=1)
    expect(page.locator(NOTICE)).to_be_hidden()
    page_errors.clear()


def test_a_session_that_has_ended_says_so_and_is_left_alone(page, server, open_playground, page_errors):
    line = Line(page)
    open_playground(page, server)
    page.wait_for_timeout(300)
    line.first("frames", lambda route, question: route.fulfill(status=410, body="Gone."), most=99)
    press(page, "step-update")
    expect(page.locator(NOTICE)).to_have_text("Gone.")
    count = len(line.asked)
    page.wait_for_timeout(2000)
    assert len(line.asked) == count
    page_errors.clear()


# ---- new runs ---------------------------------------------------------------------------------------------------


def test_numbers_are_never_those_of_another_run(page, server, open_playground, attrs):
    open_playground(page, server)
    press(page, "step-epoch")
    wait_for(page, update=25)
    run = attrs(page)["run"]
    page.evaluate(
        """player => {
          const {dataset} = document.querySelector(player);
          window.told = [];
          const note = () => { window.told.push([dataset.run, dataset.frame, dataset.update, dataset.trainLoss]); };
          new MutationObserver(note).observe(document.querySelector(player), {attributes: true});
        }""",
        PLAYER,
    )
    press(page, "restart")
    page.wait_for_function(
        "([player, run]) => { const {dataset} = document.querySelector(player);"
        "return dataset.run !== run && dataset.frame === '0'; }",
        arg=[PLAYER, str(run)],
    )
    told = [rest for number, *rest in page.evaluate("window.told") if number != str(run)]
    assert told and all(frame in (None, "0") and update in (None, "0") for frame, update, _ in told)
    losses = {loss for _, _, loss in told}
    assert len(losses - {None}) == 1


def test_reset_stops_at_once(page, server, open_playground, attrs):
    line = Line(page)
    open_playground(page, server)
    press(page, "play")
    wait_beyond(page, 200)
    line.hold("reset")
    press(page, "reset")
    line.wait_held()
    assert attrs(page)["state"] == "paused"
    assert page.locator('[data-testid="play"]').get_attribute("aria-label") == "Play"
    line.held[0].continue_()
    wait_for(page, state="idle", frame=0)


# ---- links that are caught up with --------------------------------------------------------------------------------


def test_a_link_is_caught_up_with_only_while_the_page_is_seen(page, server, open_playground, attrs):
    line = Line(page)
    line.hold("frames")
    open_playground(page, server, update=2000)
    line.wait_held()
    hide(page, True)
    line.held[0].continue_()
    page.wait_for_timeout(1500)
    assert line.count("frames") == 1
    hide(page, False)
    wait_for(page, update=2000, state="paused")


def test_play_stops_the_catching_up_where_it_is(page, server, open_playground, attrs):
    line = Line(page)
    line.hold("frames")
    open_playground(page, server, update=60_000)
    notice = page.locator(NOTICE)
    expect(notice).to_contain_text("press play to go on from here instead")
    line.wait_held()
    press(page, "play")
    expect(notice).to_be_hidden()
    line.held[0].continue_()  # a leap that is wanted no more
    wait_beyond(page, 100)
    press(page, "play")
    state = attrs(page)
    assert state["update"] == 25 * state["frame"]


def test_the_timeline_stops_the_catching_up(page, server, open_playground, attrs):
    line = Line(page)

    def act(route: Route, question: dict[str, Any]) -> bool:
        late = question["kind"] == "frames" and question["from"] > 0 and not line.held
        if late:
            line.held.append(route)
        return late

    line.act = act
    open_playground(page, server, update=60_000)
    line.wait_held()
    scrub(page, 1)
    stood = attrs(page)["update"]
    line.held[0].continue_()
    page.wait_for_timeout(1000)
    assert attrs(page)["update"] == stood and attrs(page)["state"] == "paused"
    page.wait_for_url(f"**update={stood}*")


# ---- a player that is taken out of the page ---------------------------------------------------------------------


def test_a_player_out_of_the_page_leaves_the_page_alone(page, server, open_playground):
    line = Line(page)
    open_playground(page, server)
    press(page, "play")
    wait_beyond(page, 200)
    page.evaluate(
        "player => { document.querySelector(player).remove(); history.replaceState(null, '', '?other=1'); }",
        PLAYER,
    )
    line.asked.clear()
    line.wait_asked("rest")  # it plays on for a while, in case it comes back
    page.wait_for_timeout(300)
    assert query(page) == {"other": "1"}
    page.evaluate("document.addEventListener('keydown', event => { window.taken = event.defaultPrevented; })")
    page.locator("body").press("Space")
    assert page.evaluate("window.taken") is False
