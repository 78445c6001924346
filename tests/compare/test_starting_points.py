"""Each starting point shows what it says."""

import numpy as np
import pytest

from playground.compare.race import Race
from playground.compare.starting_points import STARTING_POINTS


def raced(name, epochs, frames=8):
    race = Race(STARTING_POINTS[name].comparison)
    return race, race.advance(frames, max(1, race.updates_per_epoch * epochs // frames))


def losses(frames, lane):
    return frames[f"{lane}.train_loss"]


def test_same_examples_the_stochastic_lane_is_ahead_and_by_updates_it_is_not():
    race, frames = raced("same_examples", 60)
    assert losses(frames, 0)[-1] < losses(frames, 1)[-1] < losses(frames, 2)[-1]
    by_updates = Race(race.experiment.changed(clock="updates")).advance(8, 10)
    assert losses(by_updates, 0)[-1] > 0.95 * losses(by_updates, 2)[-1]


def test_noise_helps_it_out():
    _, frames = raced("helps_out", 5000)
    stochastic, full = losses(frames, 0), losses(frames, 1)
    assert full[-1] > 0.3 and abs(full[-1] - full[3]) < 0.01
    assert stochastic[-1] < 0.05
    assert frames["0.update"][-1] == frames["1.update"][-1]


def test_noise_keeps_it_from_settling():
    _, frames = raced("never_settles", 2000, frames=20)
    assert np.ptp(losses(frames, 2)[-8:]) < 1e-4
    assert np.ptp(losses(frames, 0)[-8:]) > 1e-3
    assert np.median(losses(frames, 0)[-8:]) > 1.3 * losses(frames, 2)[-1]


def test_too_high_a_rate_for_one_row():
    _, frames = raced("too_high", 40)
    assert losses(frames, 0)[-1] > 1e3 or frames["0.state"][-1] == 2
    assert losses(frames, 2)[-1] < 0.01


@pytest.mark.parametrize("name", STARTING_POINTS)
def test_a_link_leads_to_it(name):
    comparison = STARTING_POINTS[name].comparison
    assert type(comparison).from_query(comparison.to_query()) == comparison
