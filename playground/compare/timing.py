"""What an update costs on this machine: computing alone, nothing looked at, nothing drawn."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

import jax
import numpy as np

from playground.experiment import Experiment
from playground.planning import data_of, hyper_of, initial_of, key_of, pick_device, plan_of, rules_of
from playground.training import CAPACITY, Plan, advance, start, updates_per_epoch

LEAST_SECONDS = 0.004  # the shorter of two lengths takes so long, or the grain of the clock would count
MOST_SECONDS = 0.5  # what a measurement may take, the compiler's time aside
MOST_UPDATES = 2**22
ROUNDS, MOST_ROUNDS = 5, 30
AGREEMENT = 1.1  # the two quickest rounds of a length differ by no more, or another round is needed
MOST_KNOWN = 500

_known: dict[tuple[Plan, int, str], float] = {}
_measuring = threading.Lock()  # two measurements at a time would disturb each other


class Cost(NamedTuple):
    """What an update was found to take, in seconds, and whether the rounds agreed on it."""

    seconds: float
    sure: bool


def seconds_per_update(experiment: Experiment) -> float:
    """Return how long one update of `experiment` takes on its device, in seconds.

    Measured once for each plan, as a clock's tick must not change its meaning; where the rounds did not agree,
    because the machine was busy, the next who asks measures anew. One measurement at a time in this process.
    """
    experiment = experiment.changed(stop_loss=0.0, patience=0)
    plan = plan_of(experiment)
    rows = data_of(experiment).x_train.shape[0]
    key = (plan, rows, experiment.device)
    with _measuring:
        if key in _known:
            return _known[key]
        found = cost_of_update(_timer(experiment, plan, rows))
        if found.sure:
            if len(_known) >= MOST_KNOWN:
                _known.clear()
            _known[key] = found.seconds
    return found.seconds


def _timer(experiment: Experiment, plan: Plan, rows: int) -> Callable[[int], float]:
    """Return what trains a number of updates from the untrained start and tells how long that took."""
    per_epoch = updates_per_epoch(plan.rows, rows)
    device = pick_device(experiment.device)
    numbers = hyper_of(experiment, per_epoch), rules_of(experiment, per_epoch, 0)
    hyper, rules, data, key, initial = jax.device_put(
        (*numbers, data_of(experiment), key_of(experiment), initial_of(experiment)), device
    )
    state = start(plan, initial, hyper)

    def timed(updates: int) -> float:
        targets = np.full(CAPACITY, updates, np.int32)
        started = time.perf_counter()
        made = advance(
            plan, state, hyper, rules, data, key, targets, np.int32(updates > 0), np.int32(updates)
        )
        jax.block_until_ready(made)
        return time.perf_counter() - started

    timed(0)  # compiles, if need be, and makes no update
    return timed


def cost_of_update(timed: Callable[[int], float]) -> Cost:
    """Return the cost of an update from how long training takes for some numbers of updates.

    Two lengths are compared, so that what a call costs by itself does not count: the quickest of several rounds of
    each, as whatever else the machine does can only add to a time. While the quickest does not stand out as met
    twice, or the longer training seems to take no longer, more rounds are made, within `MOST_SECONDS`. What is left
    open then is answered by the longer training alone, the call included: an upper bound, and not a sure one.

    Parameters
    ----------
    timed : callable
        ``timed(updates)`` trains so many updates and returns the seconds that it took.
    """
    times: defaultdict[int, list[float]] = defaultdict(list)

    def again(updates: int) -> float:
        times[updates].append(timed(updates))
        return min(times[updates])

    def spent() -> float:
        return sum(map(sum, times.values()))

    short = 1
    # Looked at twice where it seems long enough: a single pause of the machine must not end the search.
    while short < MOST_UPDATES and (
        again(short) < LEAST_SECONDS or (spent() < MOST_SECONDS / 10 and again(short) < LEAST_SECONDS)
    ):
        short *= 2
    long = 3 * short
    for made in range(MOST_ROUNDS):
        if spent() + 4 * min(times[short], default=0.0) > MOST_SECONDS:
            break
        quick, slow = again(short), again(long)
        if made + 1 >= ROUNDS and slow > quick and all(_met_twice(times[each]) for each in (short, long)):
            break
    if not times[long]:  # so heavy that the call by itself does not matter
        return Cost(min(times[short]) / short, min(times[short]) > 0)
    quick, slow = min(times[short]), min(times[long])
    bound = slow / long
    if slow <= quick:
        return Cost(bound, False)
    # A call cannot cost less than nothing, which a difference above the bound would say.
    return Cost(
        min((slow - quick) / (long - short), bound), all(_met_twice(times[each]) for each in (short, long))
    )


def _met_twice(times: list[float]) -> bool:
    first, second = sorted(times)[:2] if len(times) > 1 else (times[0], float("inf"))
    return second <= AGREEMENT * first
