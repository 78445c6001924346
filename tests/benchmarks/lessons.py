"""How long the pages of "How it works" take to follow a hand, in a real browser.

    python tests/benchmarks/lessons.py            a table
    python tests/benchmarks/lessons.py --json     one JSON object per line
    python tests/benchmarks/lessons.py --quick    few measurements of each: shows that it works, no more

Starts the app, moves a slider or types a number, and waits for the animation frame in which the player says that its
panels show it. Medians, in milliseconds; the peer is what a person takes for at once.
"""

import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from playwright.sync_api import Browser, sync_playwright
from report import Result, main

from tests.browser.serving import launch, serve

LIMIT = 100  # ms
READY = '[data-testid="player"][data-run]'

MOVE = """async ([name, values]) => {
  const {dataset} = document.querySelector("[data-testid=player]");
  const input = document.querySelector(`[data-testid="${name}"]`);
  const times = [];
  for (const value of values) {
    const {run} = dataset;
    const slider = input.type === "range";
    input.value = slider ? +input.min + value * (input.max - input.min) : (1 + value).toFixed(3);
    const started = performance.now();
    input.dispatchEvent(new Event(slider ? "input" : "change", {bubbles: true}));
    while (dataset.run === run && performance.now() - started < 5000) await new Promise(requestAnimationFrame);
    times.push(performance.now() - started);
    await new Promise(done => setTimeout(done, 450));
  }
  return times;
}"""


@dataclass(frozen=True)
class Moved:
    """An input of a page, by its test id; a slider, or a box that is typed into."""

    label: str
    path: str
    name: str
    settings: dict[str, str] = field(default_factory=dict)


MOVED = (
    Moved("neuron: the bias", "neuron", "bias-slider"),
    Moved("neuron: eleven activations", "neuron", "bias-slider", {"topic": "activations"}),
    Moved("neuron: a temperature", "neuron", "temperature-slider", {"topic": "softmax"}),
    Moved("neuron: a depth", "neuron", "start_bias-slider", {"topic": "depth"}),
    Moved("neuron: a perceptron's rate", "neuron", "rate-slider", {"topic": "perceptron"}),
    Moved("forward and back: a weight", "forward_back", "weights_in-1"),
    Moved("forward and back: a weight in the run", "forward_back", "weights_in-1", {"show": "run"}),
    Moved("downhill: a learning rate", "downhill", "rate-0-slider"),
    Moved("downhill: the surface itself", "downhill", "curvatures-2-slider"),
)


def inputs(quick: bool) -> Iterator[Result]:
    """Every input of `MOVED`, one after the other."""
    rounds = 4 if quick else 14
    with serve() as address, sync_playwright() as playwright:
        browser = launch(playwright)
        for moved in MOVED:
            times = _times(browser, address, moved, rounds)
            middle = statistics.median(times)
            yield Result(moved.label, middle, "ms", "at once", LIMIT, LIMIT / middle)
        browser.close()


def _times(browser: Browser, address: str, moved: Moved, rounds: int) -> list[float]:
    query = "&".join(f"{name}={value}" for name, value in moved.settings.items())
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.goto(f"{address}/{moved.path}?{query}")
    page.wait_for_selector(READY, timeout=60_000)
    page.wait_for_timeout(3000)
    values = [0.3 + 0.02 * turn for turn in range(rounds + 2)]
    times: list[float] = page.evaluate(MOVE, [moved.name, values])
    page.context.close()
    return times[2:]  # what comes first is compiled


if __name__ == "__main__":
    main(__doc__, inputs)
