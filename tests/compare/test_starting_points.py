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


def played(race):
    """What ten seconds of play at the speed of a new page show, an epoch a frame: every tenth of 600 frames."""
    return race.advance(60, 10 * race.updates_per_epoch)


def test_same_examples_the_order_by_epochs_is_turned_round_by_updates():
    race = Race(STARTING_POINTS["same_examples"].comparison)
    frames = played(race)
    for fewer_rows, more_rows in ((0, 1), (1, 2)):  # from the first second on, and by far
        assert (losses(frames, fewer_rows)[5:] < 0.75 * losses(frames, more_rows)[5:]).all()
    frames = played(Race(race.experiment.changed(clock="updates")))
    assert frames["update"].tolist() == list(range(10, 601, 10))
    assert (losses(frames, 0)[10:] > 1.5 * losses(frames, 1)[10:]).all()
    assert (losses(frames, 1)[10:] > 1.02 * losses(frames, 2)[10:]).all()


def test_noise_helps_it_out():
    _, frames = raced("helps_out", 5000)
    stochastic, full = losses(frames, 0), losses(frames, 1)
    assert full[-1] > 0.3 and abs(full[-1] - full[3]) < 0.01
    assert stochastic[-1] < 0.05
    assert frames["0.update"][-1] == frames["1.update"][-1]


def test_noise_helps_it_out_within_ten_seconds():
    frames = played(Race(STARTING_POINTS["helps_out"].comparison))
    assert np.median(losses(frames, 0)[-20:]) < 0.5 * losses(frames, 1)[-20:].min()


def test_noise_never_settles():
    race = Race(STARTING_POINTS["never_settles"].comparison)
    frames = race.advance(300, 1)  # five seconds by updates
    spread = [np.ptp(np.log10(losses(frames, lane)[-200:])) for lane in (0, 2)]
    assert STARTING_POINTS["never_settles"].log_loss
    assert spread[0] > 1 and spread[1] < 0.01  # a decade of the axis; nothing
    race.change(rates=(0.003, 0.06, 0.06))
    settled = losses(race.advance(300, 1), 0)[-150:]
    assert np.ptp(np.log10(settled)) < 0.1
    assert np.median(settled) < 1.1 * losses(frames, 2)[-1]


def test_all_rows_cost_more_than_one_but_by_far_not_as_many_times():
    race = Race(STARTING_POINTS["costs"].comparison)
    one, _, full = race.seconds
    # Found to be about 40 times as long on two CPU cores, so that a busy machine can add or hide a factor of 6.
    assert one < full < race.n_train * one


def test_titles_fit_into_the_closed_list():
    assert max(len(point.title) for point in STARTING_POINTS.values()) <= 25


def test_too_high_a_rate_for_one_row():
    _, frames = raced("too_high", 40)
    assert losses(frames, 0)[-1] > 1e3 or frames["0.state"][-1] == 2
    assert losses(frames, 2)[-1] < 0.01


@pytest.mark.parametrize("name", STARTING_POINTS)
def test_a_link_leads_to_it(name):
    comparison = STARTING_POINTS[name].comparison
    assert type(comparison).from_query(comparison.to_query()) == comparison
