"""How fast races on a surface are, and what looking at one and searching it cost.

    python tests/benchmarks/downhill.py            a table
    python tests/benchmarks/downhill.py --json     one JSON object per line
    python tests/benchmarks/downhill.py --quick    less of everything: shows that it works, no more

A race is all that `descend` gives: paths, costs, slopes and the terms of every update, as NumPy arrays. Its peer is
optax as most people write it: a Python loop around a compiled step, paths alone, in the same precision. optax has six
of the eight optimizers, so six race against it. Warm: what is compiled is compiled before.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import jax
import jax.numpy as jnp
import numpy as np
import optax
from report import Result, main

from playground.downhill.brute_force import search
from playground.downhill.descent import descend
from playground.downhill.race import MOST_STEPS, Race, Walker, fitting_rate
from playground.downhill.surfaces import SURFACES, formula_surface
from playground.nn.optimizers import OPTIMIZERS

OPTAX: dict[str, Callable[[float], optax.GradientTransformation]] = {
    "sgd": optax.sgd,
    "momentum": lambda rate: optax.sgd(rate, momentum=0.9),
    "nesterov": lambda rate: optax.sgd(rate, momentum=0.9, nesterov=True),
    "adagrad": optax.adagrad,
    "rmsprop": optax.rmsprop,
    "adam": optax.adam,
}


def median(work: Callable[[], object], rounds: int) -> float:
    """Return the median milliseconds of `work`."""
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return 1000 * statistics.median(found)


def walkers(surface, names) -> tuple[Walker, ...]:
    return tuple(Walker(name, fitting_rate(surface, name)) for name in names)


def races(quick: bool) -> Iterator[Result]:
    """All eight optimizers, on every kind of surface."""
    rounds = 3 if quick else 15
    for name in ("bowl", "rosenbrock", "network"):
        surface = SURFACES[name]
        race = Race(surface, walkers(surface, OPTIMIZERS), steps=MOST_STEPS)
        descend(race)
        yield Result(
            f"8 optimizers × {MOST_STEPS} steps, {name}",
            median(lambda race=race: descend(race), rounds),
            "ms",
        )
    surface = SURFACES["network"]
    race = Race(surface, walkers(surface, OPTIMIZERS), steps=MOST_STEPS, batch=1)
    descend(race)
    yield Result("the same, single rows", median(lambda: descend(race), rounds), "ms")


def beside_optax(quick: bool) -> Iterator[Result]:
    """The optimizers that optax has, in a Python loop around a compiled step."""
    surface, steps = SURFACES["rosenbrock"], 200 if quick else MOST_STEPS
    race = Race(surface, walkers(surface, OPTAX), steps=steps)
    ours = descend(race)
    took = median(lambda: descend(race), 3 if quick else 15)
    with jax.enable_x64(True):
        compiled = []
        for walker in race.walkers:
            optimizer = OPTAX[walker.optimizer](walker.rate)

            def step(point, memory, optimizer=optimizer):
                slope = jax.grad(lambda point: surface.fn(*point))(point)
                changes, memory = optimizer.update(slope, memory, point)
                return optax.apply_updates(point, changes), memory

            compiled.append((jax.jit(step), optimizer))

        def loop() -> list[np.ndarray]:
            ends = []
            for step, optimizer in compiled:
                point = jnp.asarray(race.start)
                memory = optimizer.init(point)
                path = [point]
                for _ in range(steps):
                    point, memory = step(point, memory)
                    path.append(point)
                ends.append(np.asarray(path[-1]))
            return ends

        # The same work, or the comparison would mean nothing.
        np.testing.assert_allclose(ours.positions[:, -1], loop(), rtol=1e-6)
        theirs = median(loop, 1 if quick else 3)
    yield Result(
        f"6 optimizers × {steps} steps, rosenbrock", took, "ms", "optax in a loop", theirs, theirs / took
    )


def first_times(quick: bool) -> Iterator[Result]:
    """What a person waits for who types a new formula."""
    started = time.perf_counter()
    surface = formula_surface(f"sin({'3' if quick else '2'}*x)*cos(y) + 0.1*(x^2 + y^2)")
    yield Result("a new formula: to read and look at", 1000 * (time.perf_counter() - started), "ms")
    started = time.perf_counter()
    descend(Race(surface, walkers(surface, ("sgd", "momentum", "adam"))))
    yield Result("… and the first race of three", 1000 * (time.perf_counter() - started), "ms")
    started = time.perf_counter()
    descend(Race(surface, walkers(surface, OPTIMIZERS)))
    yield Result("… and the five others", 1000 * (time.perf_counter() - started), "ms")


def looking(quick: bool) -> Iterator[Result]:
    """The picture of a surface, and trying all of it."""
    for name in ("rosenbrock", "network"):
        surface = SURFACES[name]
        axes = surface.axes(101)
        surface.over(*axes)
        took = median(lambda surface=surface, axes=axes: surface.over(*axes), 3 if quick else 15)
        yield Result(f"grid of 101 × 101, {name}", took, "ms")
        found = search(surface, 100 if quick else 1000)
        yield Result(f"search of {found.evaluations:,} points, {name}", 1000 * found.seconds, "ms")


if __name__ == "__main__":
    main(__doc__, races, beside_optax, first_times, looking)
