"""Ways through weight space are thinned evenly, and cut where training goes another way."""

import numpy as np

from playground.compare.trail import MOST_POINTS, Trail


def walked(times):
    trail = Trail(np.zeros(2, np.float32))
    for time in times:
        trail.add(time, np.full(2, time, np.float32))
    return trail


def test_a_short_way_is_kept_whole():
    trail = walked([3, 7, 8])
    assert trail.times.tolist() == [0, 3, 7, 8]
    assert trail.points[:, 0].tolist() == [0, 3, 7, 8]


def test_a_long_way_is_spread_evenly():
    trail = walked(range(1, 20_000))
    gaps = np.diff(trail.times)
    assert len(trail.times) <= MOST_POINTS
    assert gaps.max() <= 2 * gaps.min() and len(trail.times) > MOST_POINTS / 3
    assert np.array_equal(trail.points[:, 0], trail.times)


def test_what_was_passed_later_is_cut_and_can_go_on():
    trail = walked(range(1, 50))
    trail.cut(20)
    assert trail.times[-1] == 20
    trail.add(22, np.ones(2, np.float32))
    assert trail.times[-1] == 22
    trail.cut(0)
    assert trail.times.tolist() == [0]
