"""How fast comparisons are: lanes, seeds, the loss surface and the grid of rates and batch sizes.

    python tests/benchmarks/compare.py            a table
    python tests/benchmarks/compare.py --json     one JSON object per line
    python tests/benchmarks/compare.py --quick    less of everything: shows that it works, no more

The seeds are those of the issue: three lanes (one row, ten rows, all rows), 32 seeds, 200 epochs of 2-8-8-1 on 500
points. They are compared with the same work in a Python loop over single runs, and with scikit-learn and, where it is
installed, PyTorch doing one network after the other: a few epochs of theirs are timed and multiplied. Warm starts:
what is compiled is compiled before.
"""

import importlib.util
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from engine import Workload, pytorch, scikit_learn
from report import Result, main

from playground import Experiment, Run
from playground.compare.comparison import Comparison
from playground.compare.luck import Luck
from playground.compare.race import Race
from playground.compare.sweep import Sweep
from playground.player.relief import Way, relief, spread

HIDDEN = (8, 8)
LANES = Comparison(hidden=HIDDEN, points=500)


def timed(work: Callable[[], object], rounds: int) -> float:
    """Return the median seconds of `work`."""
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return statistics.median(found)


def races(quick: bool) -> Iterator[Result]:
    """A frame of three lanes: what the server needs to train, look and compare gradients."""
    for name, comparison in (("2-4-2-1", Comparison()), ("2-8-8-1", LANES)):
        race = Race(comparison)
        race.advance(48, race.updates_per_epoch)
        took = timed(lambda race=race: race.advance(48, race.updates_per_epoch), 2 if quick else 7)
        yield Result(f"frame of three lanes, {name}", 1000 * took / 48, "ms")


def seeds(quick: bool) -> Iterator[Result]:
    """All seeds of all lanes, and the same one by one."""
    count, epochs = (4, 10) if quick else (32, 200)

    def ours() -> None:
        for _ in Luck(LANES, count, vary="weights", epochs=epochs).work():
            pass

    ours()
    together = timed(ours, 1 if quick else 3)

    runs = [Run(lane) for lane in LANES.lanes]
    for run in runs:
        run.advance(1, run.updates_per_epoch)

    def loop() -> None:
        for lane in LANES.lanes:
            for seed in range(count):
                run = Run(lane.changed(start=lane.start + seed))
                run.advance(1, epochs * run.updates_per_epoch)

    label = f"3 lanes × {count} seeds × {epochs} epochs"
    alone = timed(loop, 1)
    yield Result(label, together, "s", "loop of runs", alone, alone / together)
    peers = {"scikit-learn": scikit_learn} | (
        {"PyTorch": pytorch} if importlib.util.find_spec("torch") else {}
    )
    few = 2 if quick else 5
    for name, peer in peers.items():
        one_by_one = 0.0
        for batch in (1, 10, "full"):
            train = peer(Workload(name, HIDDEN, batch))
            one_by_one += timed(lambda train=train: train(few), 3) / few * epochs * count
        yield Result(label, together, "s", name, one_by_one, one_by_one / together)


def surfaces(quick: bool) -> Iterator[Result]:
    """What comes when the lanes stand still."""
    comparison = LANES.changed(points=1000)
    race = Race(comparison)
    race.advance(96, race.updates_per_epoch)
    ways = [
        Way(name, trail.times, trail.points)
        for name, trail in zip(comparison.lane_names, race.trails, strict=True)
    ]
    rounds = 2 if quick else 7
    for shape in ("paths", "random", "line"):
        relief(comparison.lanes[0], ways, shape)
        took = timed(lambda shape=shape: relief(comparison.lanes[0], ways, shape), rounds)
        yield Result(f"surface 41 × 41, 500 rows: {shape}", 1000 * took, "ms")
    spread(comparison.lanes, ways)
    yield Result(
        "noise against batch size", 1000 * timed(lambda: spread(comparison.lanes, ways), rounds), "ms"
    )


def sweeps(quick: bool) -> Iterator[Result]:
    """The largest grid."""
    rates = [float(rate) for rate in np.geomspace(0.001, 3, 3 if quick else 12)]
    batches = (1, 16, 250) if quick else (1, 2, 4, 8, 16, 32, 64, 128, 200, 250)
    epochs = 5 if quick else 100

    def work() -> None:
        for _ in Sweep(Experiment(), rates, batches, epochs=epochs).work():
            pass

    label = f"grid of {len(rates)} × {len(batches)}, {epochs} epochs"
    yield Result(f"{label}: first time", timed(work, 1), "s")
    yield Result(f"{label}: once more", timed(work, 1 if quick else 3), "s")


if __name__ == "__main__":
    main(__doc__, races, seeds, surfaces, sweeps)
