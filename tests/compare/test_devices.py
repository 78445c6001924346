"""Seeds and sweeps on eight devices against the same on one: JAX makes eight of one CPU, in a process of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PROGRAM = """
import json
import jax
from playground import Experiment
from playground.compare.comparison import Comparison
from playground.compare.luck import Luck
from playground.compare.sweep import Sweep

small = {"points": 60, "hidden": (3,)}
luck = Luck(Comparison(**small, batches=(1, 7, "full")), 11, vary="weights", epochs=30)
list(luck.work())
sweep = Sweep(Experiment(**small, optimizer="momentum", dropout=0.2), (0.01, 0.03, 0.1), (4, 30), epochs=20)
list(sweep.work())
print(json.dumps({
    "devices": len(jax.devices()),
    "used": [len(jax.tree.leaves(lane._states.parameters)[0].sharding.device_set) for lane in luck.lanes],
    "losses": [lane.train_loss.tolist() for lane in luck.lanes],
    "tests": [lane.test_loss.tolist() for lane in luck.lanes],
    "weights": [lane.params[0]["w"].tolist() for lane in luck.lanes],
    "cells": sweep.losses.tolist(),
}))
"""


def numbers(devices):
    """Return what the program prints where JAX has so many devices."""
    environment = os.environ | {"JAX_NUM_CPU_DEVICES": str(devices), "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, cwd=Path(__file__).parents[2],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def one():
    return numbers(1)


def test_eight_devices_give_the_numbers_of_one(one):
    eight = numbers(8)
    assert (one["devices"], one["used"]) == (1, [1, 1, 1])
    assert (eight["devices"], eight["used"]) == (8, [8, 8, 8])
    for name in ("losses", "tests", "weights", "cells"):
        for ours, theirs in zip(one[name], eight[name], strict=True):
            # A device that has one group alone compiles no loop over groups. That moves the last bit of some sums, and
            # training makes more of it.
            np.testing.assert_allclose(np.array(ours), np.array(theirs), rtol=1e-4)


def test_seeds_that_do_not_fill_the_devices_are_all_there(one):
    assert [np.shape(losses) for losses in one["losses"]] == [(31, 11)] * 3
    assert [np.shape(weights) for weights in one["weights"]] == [(11, 2, 3)] * 3
    assert len(set(one["losses"][0][-1])) == 11
