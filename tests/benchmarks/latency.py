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
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from playwright.sync_api import Browser, Page, sync_playwright
from report import Result, main
from tests.browser.serving import launch, serve

READY = '[data-testid="player"][data-frame]'

# Watches the address, which follows the settings in the moment the player takes them over, and the frames.
WATCH = """() => {
  const settings = () => location.search.replace(/&?(update=\\d+|changes=[^&]*)/g, "");
  const player = () => document.querySelector("[data-testid=player]");
  window.arm = () => {
    const [started, before] = [performance.now(), settings()];
    let taken = null;
    const times = {};
    window.times = new Promise(done => {
      const tick = () => {
        const now = performance.now() - started;
        const frame = player().dataset.frame;
        if (taken === null && settings() !== before) taken = frame;
        if (taken !== null && frame === "0") times.untrained ??= now;
        if (taken !== null && frame !== taken && frame !== "0") times.trained = now;
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


def open_page(browser: Browser, address: str) -> tuple[Page, float, float]:
    """Open the app without anything cached; return the page and the seconds to the player and to its picture."""
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    started = time.perf_counter()
    page.goto(address)
    page.wait_for_selector('[data-testid="player"]', timeout=60_000)
    player = time.perf_counter() - started
    page.wait_for_selector(READY, timeout=60_000)
    return page, player, time.perf_counter() - started


def timed(page: Page, act: str, *, settle: int = 1500) -> dict[str, float]:
    """Press a key where the focus is; return when it was sent, shown untrained, and shown trained."""
    page.evaluate("() => arm()")
    page.keyboard.press(act)
    times: dict[str, float] = page.evaluate("() => times")
    page.wait_for_timeout(settle)
    return times


def screens(quick: bool) -> Iterator[Result]:
    """Everything, in one browser, one thing after the other."""
    rounds = 2 if quick else 7
    with serve() as address, sync_playwright() as playwright:
        browser = launch(playwright)
        opened = []
        for _ in range(rounds):
            page, *seconds = open_page(browser, address)
            opened.append(seconds)
            page.context.close()
        for label, seconds in zip(("player there", "first picture"), zip(*opened, strict=True), strict=True):
            yield Result(f"opening the page: {label}", 1000 * statistics.median(seconds), "ms")

        page, *_ = open_page(browser, address)
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
                found.append(timed(page, "Enter", settle=2500))
            for kind in ("untrained", "trained"):
                yield Result(f"{label} network: {kind}", statistics.median(t[kind] for t in found), "ms")
        browser.close()


if __name__ == "__main__":
    main(__doc__, screens)
