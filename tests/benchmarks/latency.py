"""How long a person waits, in a real browser: for the page, for a live setting, for another network.

    python tests/benchmarks/latency.py            a table
    python tests/benchmarks/latency.py --json     one JSON object per line
    python tests/benchmarks/latency.py --quick    one short measurement of each: shows that it works, no more

Starts the app. The default network plays while settings are changed with the keyboard, as a person would; a time
ends in the animation frame in which the player says that the panels show it. Medians, in milliseconds. The live
setting's time holds the wait of Streamlit's slider for further movement, which is listed beside it.
"""

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from playwright.sync_api import Browser, Page, sync_playwright
from report import Result, main

from tests.browser.serving import launch, serve

READY = '[data-testid="player"][data-frame]'

# Notes when, after the navigation began, the first run's pictures are on canvas, and when Plotly's axes and points are.
OPENING = """() => {
  window.opened = {};
  new MutationObserver(() => {
    const {dataset} = document.querySelector("[data-testid=player]") ?? {dataset: {}};
    if (dataset.run) window.opened.seen ??= performance.now();
    if (dataset.frame) window.opened.everything ??= performance.now();
  }).observe(document, {subtree: true, childList: true, attributes: true});
}"""

# Watches the player's run, which a new network changes, or the address, which follows a live setting in the moment
# the player takes it over.
WATCH = """() => {
  const settings = () => location.search.replace(/&?(update=\\d+|changes=[^&]*)/g, "");
  const {dataset} = document.querySelector("[data-testid=player]");
  window.arm = network => {
    const [started, run, before] = [performance.now(), dataset.run, settings()];
    let taken = null;
    const times = {};
    window.times = new Promise(done => {
      const tick = () => {
        const now = performance.now() - started;
        if (dataset.run !== run) times.untrained ??= now;
        if (taken === null && (network ? dataset.run !== run : settings() !== before)) taken = dataset.frame;
        if (taken !== null && dataset.frame !== taken && dataset.frame !== "0") times.trained = now;
        if (times.trained || now > 20000) return done(times);
        requestAnimationFrame(tick);
      };
      tick();
    });
    const send = WebSocket.prototype.send;
    times.sent = null;
    WebSocket.prototype.send = function (...rest) {
      times.sent ??= performance.now() - started;
      WebSocket.prototype.send = send;
      return send.apply(this, rest);
    };
  };
}"""


def open_page(browser: Browser, address: str) -> tuple[Page, dict[str, float]]:
    """Open the app without anything cached; return the page and the milliseconds of `OPENING`."""
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.add_init_script(f"({OPENING})()")
    page.goto(address)
    page.wait_for_selector(READY, timeout=60_000)
    times: dict[str, float] = page.evaluate("() => opened")
    return page, times


def timed(page: Page, act: str, *, network: bool = False, settle: int = 1500) -> dict[str, float]:
    """Press a key where the focus is; return when it was sent, shown untrained, and shown trained."""
    page.evaluate("network => arm(network)", network)
    page.keyboard.press(act)
    times: dict[str, float] = page.evaluate("() => times")
    page.wait_for_timeout(settle)
    return times


def screens(quick: bool) -> Iterator[Result]:
    """Everything, in one browser, one thing after the other."""
    rounds = 2 if quick else 7
    # Compiled code is kept on disk between starts: here none is, so that a new network is new.
    with TemporaryDirectory() as cache, serve(cache=cache) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        opened = []
        for _ in range(rounds):
            page, times = open_page(browser, address)
            opened.append(times)
            page.context.close()
        for kind, label in {"seen": "boundary and network", "everything": "all panels"}.items():
            yield Result(f"opening the page: {label}", statistics.median(t[kind] for t in opened), "ms")

        page, _ = open_page(browser, address)
        page.evaluate(WATCH)
        page.get_by_role("tab", name="Descent").click()
        page.locator('[data-testid="play"]').click()
        page.wait_for_timeout(2500)
        page.get_by_role("slider", name="Learning rate").focus()
        live = [timed(page, "ArrowRight" if turn % 2 else "ArrowLeft") for turn in range(2 * rounds)]
        yield Result("live setting: its frames", statistics.median(t["trained"] for t in live), "ms")
        yield Result("live setting: slider waits", statistics.median(t["sent"] for t in live), "ms")

        page.get_by_role("tab", name="Network").click()
        neurons = page.get_by_label("Layer 1", exact=True)
        sizes = (3, 5, 6, 7, 9, 10, 11)[:rounds]
        for label, turns in (("new", sizes), ("known", sizes)):
            found = []
            for size in turns:
                neurons.fill(str(size))
                page.wait_for_timeout(200)
                found.append(timed(page, "Enter", network=True, settle=2500))
            for kind in ("untrained", "trained"):
                yield Result(f"{label} network: {kind}", statistics.median(t[kind] for t in found), "ms")
        browser.close()


if __name__ == "__main__":
    main(__doc__, screens)
