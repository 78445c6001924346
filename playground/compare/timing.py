"""What an update costs on this machine: computing alone, nothing looked at, nothing drawn."""

from __future__ import annotations

import statistics
import time

import jax
import numpy as np

from playground.experiment import Experiment
from playground.planning import data_of, hyper_of, initial_of, key_of, pick_device, plan_of, rules_of
from playground.training import CAPACITY, Plan, advance, start, updates_per_epoch

LEAST_SECONDS = (
    0.004  # a measurement takes at least so long, or the grain of the computer's clock would count
)
MOST_UPDATES = 2**22
ROUNDS = 5
MOST_KNOWN = 500

_known: dict[tuple[Plan, int, str], float] = {}


def seconds_per_update(experiment: Experiment) -> float:
    """Return how long one update of `experiment` takes on its device, in seconds.

    Two lengths of training from the untrained start are timed and compared, so that what a call costs by itself does
    not count; the median of a few rounds. Measured once for each plan: a clock's tick must not change its meaning.
    """
    experiment = experiment.changed(stop_loss=0.0, patience=0)
    plan = plan_of(experiment)
    rows = data_of(experiment).x_train.shape[0]
    key = (plan, rows, experiment.device)
    if key not in _known:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[key] = _measured(experiment, plan, rows)
    return _known[key]


def _measured(experiment: Experiment, plan: Plan, rows: int) -> float:
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
        made = advance(plan, state, hyper, rules, data, key, targets, np.int32(1), np.int32(updates))
        jax.block_until_ready(made)
        return time.perf_counter() - started

    timed(1)  # compiles, if need be
    updates = 64
    while timed(updates) < LEAST_SECONDS and updates < MOST_UPDATES:
        updates *= 2
    found = [(timed(3 * updates) - timed(updates)) / (2 * updates) for _ in range(ROUNDS)]
    return max(statistics.median(found), 1e-9)
