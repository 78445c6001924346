"""Ways through weight space are thinned evenly, and cut where training goes another way."""

import numpy as np

from playground.compare.comparison import Comparison
from playground.compare.race import Race
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
    assert len(trail.times) <= MOST_POINTS + 1
    gaps = gaps[:-1]  # the newest may be nearer
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


def test_what_goes_on_after_a_cut_is_kept_as_a_new_way_is():
    trail = walked(range(1000, 400_001, 1000))
    trail.cut(20)
    assert trail.times.tolist() == [0]
    for time in range(30, 1021, 10):
        trail.add(time, np.full(2, time, np.float32))
    assert trail.times.tolist() == [0, *range(30, 1021, 10)]
    for time in range(1030, 100_000, 10):
        trail.add(time, np.full(2, time, np.float32))
    gaps = np.diff(trail.times)[:-1]  # the newest may be nearer
    assert len(trail.times) <= MOST_POINTS + 1 and gaps.max() <= 2.1 * gaps.min()
    assert np.array_equal(trail.points[:, 0], trail.times)


def test_the_newest_weights_are_always_there():
    trail = walked([])
    for time in range(1, 3000):
        trail.add(time, np.full(2, time, np.float32))
        assert trail.times[-1] == trail.points[-1, 0] == time
        assert len(trail.times) <= MOST_POINTS + 1
    trail.cut(2000)
    assert trail.times[-1] <= 2000


def test_points_hold_no_more_memory_than_their_own():
    chunk = np.zeros((48, 1000), np.float32)
    trail = Trail(chunk[0])
    for time in range(1, 1000):
        trail.add(time, chunk[time % 48])
        assert all(point.base is None for point in trail._points)
        assert trail._newest is None or trail._newest[1].base is None


def test_a_races_trails_end_at_its_runs_weights():
    race = Race(Comparison(points=40, hidden=(2,), batches=(1, "full")))

    def check():
        for trail, run in zip(race.trails, race.runs, strict=True):
            assert trail.times[-1] == race.update
            assert np.array_equal(trail.points[-1], run.frame.weights)

    race.advance(500, 7)
    check()
    for update in (1001, 13, 0):
        race.rewind(update)
        check()
    race.advance(5, 1)
    check()
    assert race.trails[0].times.tolist() == [0, 1, 2, 3, 4, 5]
