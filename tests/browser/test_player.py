"""The player for those who look closely: its keys, its news, its curves while scrubbing, narrow screens."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from playground.frames import pack, unpack
from tests.browser.driving import PLAYER, focused, pictures, press, query, scrub, wait_beyond, wait_for

NEURONS = ".nnp-neuron"


def test_arrow_keys_go_through_the_toolbar_and_the_neurons(page, server, open_playground, attrs):
    open_playground(page, server)
    page.locator('[data-testid="play"]').focus()
    keys = {"ArrowRight": "step-update", "End": "restart", "ArrowLeft": "step-epoch", "Home": "reset"}
    for key, name in keys.items():
        page.keyboard.press(key)
        assert focused(page) == name
    page.keyboard.press("Tab")  # the toolbar is one stop
    assert focused(page) == "speed"
    page.locator(".nnp-neuron").first.focus()
    for key, name in {
        "ArrowRight": "Hidden layer 1, neuron 2",  # the one beside it
        "ArrowDown": "Hidden layer 1, neuron 3",
        "End": "Output",
        "ArrowLeft": "Hidden layer 2, neuron 1",
    }.items():
        page.keyboard.press(key)
        assert focused(page) == name
    tip = page.locator('[data-testid="panel-network"] [role="tooltip"]')
    words = tip.inner_text()
    assert all(part in words for part in ("·h₁", "·h₂", "·h₃", "·h₄", "bias"))
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == tip.get_attribute("id")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_arrow_keys_read_the_weights_and_the_plane(page, server, open_playground, attrs):
    open_playground(page, server)
    weights = page.locator('[data-testid="panel-weights"]')
    weights.get_by_role("application").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):  # over the edge of the first layer
        page.keyboard.press(key)
    tip, aloud = weights.locator('[role="tooltip"]').last, weights.locator('[aria-live="polite"]')
    expect(tip).to_contain_text("Hidden layer 1, neuron 1 → Hidden layer 2, neuron 2")
    before = tip.inner_text()
    assert aloud.text_content() == tip.text_content()
    press(page, "step-epoch")
    wait_for(page, update=25)
    weights.get_by_role("application").focus()
    assert tip.inner_text() != before
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    plane = page.locator('[data-testid="panel-boundary"]')
    plane.get_by_role("application").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    expect(plane.locator('[role="tooltip"]')).to_contain_text("x₁ 0.25   x₂ 0.50\nclass 1")


def test_focus_stays_with_its_neuron(page, server, open_playground, attrs):
    open_playground(page, server)
    page.get_by_role("button", name="Hidden layer 2, neuron 2").focus()
    page.set_viewport_size({"width": 1100, "height": 800})
    page.wait_for_timeout(400)
    assert focused(page) == "Hidden layer 2, neuron 2"
    page.evaluate("window.before = document.activeElement")
    page.locator('[data-testid="restart"]').evaluate("key => key.click()")  # a new run, and the focus stays
    page.wait_for_function("document.activeElement !== window.before")
    assert focused(page) == "Hidden layer 2, neuron 2"
    expect(page.locator('[data-testid="panel-network"] [role="tooltip"]')).to_contain_text("neuron 2")


class News:
    """Stands between the player and the server, and holds its questions for news until the test answers them."""

    def __init__(self, page: Page) -> None:
        self.held: list[Route] = []
        self.address = ""
        page.route("**/player/ask/*", self.handle)

    def handle(self, route: Route) -> None:
        if self.question(route)["kind"] == "news":
            self.address = route.request.url
            self.held.append(route)
        else:
            route.continue_()

    def question(self, route: Route) -> dict[str, object]:
        return json.loads(route.request.post_data or "{}")

    def wait(self, page: Page, count: int) -> dict[str, object]:
        """Wait until so many questions have come in all; return the last one."""
        for _ in range(100):
            if len(self.held) >= count:
                break
            page.wait_for_timeout(50)
        assert len(self.held) == count
        return self.question(self.held[-1])

    def fulfill(self, body: bytes, status: int = 200) -> None:
        self.held[-1].fulfill(body=body, status=status, content_type="application/octet-stream")


def test_news_bring_a_new_run_without_streamlit(page, server, open_playground, attrs):
    news = News(page)
    open_playground(page, server)
    first = news.wait(page, 1)
    loss = attrs(page)["train_loss"]
    # Somebody else asks for a new start: Streamlit's script does not run, so only news can tell.
    told = {"kind": "restart", "run": first["run"], "serial": first["serial"]}
    answer = page.request.post(news.address, data=json.dumps(told)).body()
    page.wait_for_timeout(300)
    assert attrs(page)["train_loss"] == loss
    assert len(news.held) == 1  # one question at a time
    news.fulfill(answer)
    second = news.wait(page, 2)
    header, arrays = unpack(answer)
    assert attrs(page)["train_loss"] == pytest.approx(float(arrays["train_loss"][0]))
    assert query(page)["start"] == header["query"]["start"]
    assert (second["run"], second["serial"]) == (header["run"], header["serial"])
    # The same once more changes nothing, and a message that was overtaken neither.
    press(page, "step-update")
    wait_for(page, update=1)
    news.fulfill(answer)
    news.wait(page, 3)
    late = pack({"kind": "changed", **first, "query": {"learning_rate": "9"}})
    news.fulfill(late)
    news.wait(page, 4)
    assert attrs(page)["update"] == 1 and query(page)["learning_rate"] == "0.03"


def test_news_of_a_change_drop_what_was_made_for_the_old_settings(page, server, open_playground, attrs):
    news = News(page)
    open_playground(page, server)
    first = news.wait(page, 1)
    press(page, "step-epoch")
    wait_for(page, update=25)
    press(page, "step-epoch")
    wait_for(page, update=50)
    scrub(page, 1)
    news.fulfill(pack({**first, "kind": "changed", "serial": first["serial"] + 1}))
    assert news.wait(page, 2)["serial"] == first["serial"] + 1
    assert attrs(page)["update"] == 25
    assert page.locator('[data-testid="timeline"]').get_attribute("max") == "1"


@pytest.mark.parametrize("status", [200, 410])
def test_a_server_without_news_is_left_alone(page, server, open_playground, page_errors, status):
    news = News(page)
    open_playground(page, server)
    first = news.wait(page, 1)
    news.fulfill(pack({**first, "kind": "problem", "text": "what?"}), status)
    page.wait_for_timeout(2500)
    assert len(news.held) == 1
    expect(page.locator(".nnp-notice")).to_be_hidden()
    page_errors.clear()  # the browser itself reports the status


def test_news_are_asked_only_while_the_page_is_seen(page, server, open_playground):
    news = News(page)
    open_playground(page, server)
    news.wait(page, 1)
    hide = (
        "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true}); "
        "document.dispatchEvent(new Event('visibilitychange')); }"
    )
    with page.expect_event("requestfailed", lambda request: "/player/ask/" in request.url):
        page.evaluate(hide, True)
    page.wait_for_timeout(2000)
    assert len(news.held) == 1
    page.evaluate(hide, False)
    news.wait(page, 2)


def test_curves_stay_while_scrubbing(page, server, open_playground, attrs):
    open_playground(page, server)
    press(page, "play")
    wait_beyond(page, 1000)
    press(page, "play")
    end = attrs(page)["frame"]
    lines = "document.querySelector('.nnp-loss .js-plotly-plot').data.map(trace => trace.x.at(-1))"
    mark = page.locator('[data-testid="panel-loss"] .nnp-lines')
    expect(mark).to_be_hidden()
    whole = page.evaluate(lines)
    scrub(page, end // 2)
    assert page.evaluate(lines) == whole and max(whole) == end
    expect(mark).to_be_visible()
    middle = pictures(page)
    scrub(page, end // 3)
    assert page.evaluate(lines) == whole
    assert pictures(page)["loss"] != middle["loss"]  # the mark has moved
    scrub(page, end)
    expect(mark).to_be_hidden()


def test_quick_clicks_on_the_inputs_agree(page, server, open_playground):
    open_playground(page, server)
    pills = page.get_by_test_id("stSidebar").get_by_test_id("stButtonGroup").first
    # x₁² and sin x₁ end up chosen; a click every 60 ms meets the reruns of those before.
    clicks = ["x₁²", "x₂²", "sin x₁", "x₁x₂", "x₂²", "x₁x₂", "sin x₂", "x₁²", "sin x₂", "x₁²"]
    pills.evaluate(
        """(group, clicks) => Promise.all(clicks.map((label, n) => new Promise(done => setTimeout(() => {
             [...group.querySelectorAll("button")].find(key => key.textContent.trim() === label).click(); done();
           }, 60 * n))))""",
        clicks,
    )
    page.wait_for_url("**inputs=x1%2Cx2%2Cx1_squared%2Csin_x1&*")
    page.wait_for_timeout(1500)  # nothing is on its way any more
    chosen = ["x₁", "x₂", "x₁²", "sin x₁"]
    assert query(page)["inputs"] == "x1,x2,x1_squared,sin_x1"
    names = [key.get_attribute("aria-label") for key in page.locator(NEURONS).all()]
    assert [name.removeprefix("Input ") for name in names if name.startswith("Input ")] == chosen
    pressed = pills.locator("button").evaluate_all(
        "keys => keys.filter(key => key.matches('[aria-checked=true], [aria-pressed=true], [data-testid*=Active]'))"
        ".map(key => key.textContent.trim())"
    )
    assert pressed == chosen


@pytest.mark.parametrize("width", [820, 390])
def test_buttons_stay_in_sight_on_narrow_screens(page, server, open_playground, width):
    page.set_viewport_size({"width": width, "height": 844})
    open_playground(page, server)
    page.locator('[data-testid="panel-loss"]').scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    for name in ("reset", "play", "step-update", "step-epoch", "restart"):
        key = page.locator(f'[data-testid="{name}"]')
        box = key.bounding_box()
        assert box["y"] >= 0 and box["x"] + box["width"] <= width
        # Nothing lies over it, Streamlit's header neither.
        assert key.evaluate(
            "key => { const b = key.getBoundingClientRect();"
            "return key.contains(document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)); }"
        )
    assert page.locator('[data-testid="step-update"]').inner_text() == "+1 update"


def test_waiting_for_a_new_network_says_so(page, server, open_playground):
    held: list[Route] = []

    def hold(route: Route) -> None:
        if json.loads(route.request.post_data or "{}")["kind"] == "frames" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/player/ask/*", hold)
    open_playground(page, server)
    sign = page.get_by_text("preparing…")
    expect(sign).to_be_visible()
    held[0].continue_()
    expect(sign).to_be_hidden()


def test_regression_shows_its_scale_and_divergence_few_ticks(page, server, open_playground):
    open_playground(page, server, data="plane", hidden="none", learning_rate=10, speed="1u")
    legend = page.locator('[data-show="classes"]')
    assert legend.inner_text().split() == ["−1", "1", "diamonds:", "test", "points"]
    assert legend.locator(".nnp-scale").bounding_box()["width"] > 40
    press(page, "play")
    wait_for(page, state="diverged")
    page.wait_for_timeout(200)
    ticks = page.locator('[data-testid="panel-weights"] .y2tick text')
    assert 2 <= ticks.count() <= 6
    sizes = {tick.evaluate("tick => getComputedStyle(tick).fontSize") for tick in ticks.all()}
    assert sizes == {"11px"}


def test_sidebar_says_what_a_change_does(page, server, open_playground):
    open_playground(page, server)
    panel = page.get_by_test_id("stSidebar").get_by_role("tabpanel")
    resets, keeps = "A change starts a new run.", "A change keeps the weights."
    for tab, lines in {
        "Data": [resets],
        "Network": [resets],
        "Descent": [resets, keeps],
        "Run": [keeps, resets],
    }.items():
        page.get_by_role("tab", name=tab).click()
        shown = panel.filter(visible=True).inner_text()
        positions = [shown.find(line) for line in lines]
        assert -1 not in positions and positions == sorted(positions), tab
    page.get_by_role("tab", name="Descent").click()
    shown = panel.filter(visible=True).inner_text()
    assert shown.index("Batch mode") < shown.index(keeps) < shown.index("Learning rate")


def test_play_pressed_before_the_panels_are_complete_counts(page, server):
    held: list[Route] = []
    page.route("**/plotly.min.js", lambda route: held.append(route))
    page.goto(server)
    page.wait_for_selector(f"{PLAYER}[data-run]")  # the boundary and the network are seen
    assert page.locator(PLAYER).get_attribute("data-frame") is None
    press(page, "play")
    held[0].continue_()
    wait_beyond(page, 100)


def test_a_step_pressed_before_the_panels_are_complete_counts(page, server):
    held: list[Route] = []
    page.route("**/plotly.min.js", lambda route: held.append(route))
    page.goto(server)
    page.wait_for_selector(f"{PLAYER}[data-run]")
    press(page, "step-update")
    held[0].continue_()
    wait_for(page, update=1, frame=1)
