"""Races: every lane is the run it would be alone, whatever the clock and however it is cut."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground import Run
from playground.compare.comparison import Comparison
from playground.compare.gradient_noise import _strays, strays
from playground.compare.race import Race
from playground.observing import observe
from playground.training import CAPACITY, advance

SMALL = {"points": 60, "hidden": (3,), "batches": (1, 7, "full"), "rates": (0.1,)}
PICTURES = ("weights", "train_loss", "test_loss", "surface", "maps", "gradient_norm")


def lane(frames, number, name):
    return frames[f"{number}.{name}"]


def test_equal_starts_bit_for_bit():
    first = Race(Comparison(**SMALL)).first_frame
    for name in PICTURES:
        for number in (1, 2):
            assert np.array_equal(lane(first, number, name), lane(first, 0, name))


@pytest.mark.parametrize("clock", ["updates", "epochs", "examples", "seconds"])
def test_every_lane_is_its_own_run(clock):
    race = Race(Comparison(**SMALL, clock=clock))
    frames = race.advance(12, 17)
    assert frames["update"].tolist() == [17 * n for n in range(1, 13)]
    for number, experiment in enumerate(race.experiment.lanes):
        updates = lane(frames, number, "update")
        alone = Run(experiment).advance(int(updates[-1]), 1) if updates[-1] else None
        for index, update in enumerate(updates):
            if update:
                for name in PICTURES:
                    assert np.array_equal(lane(frames, number, name)[index], getattr(alone, name)[update - 1])


def test_clocks_align_by_what_they_say():
    updates = {
        clock: [lane(Race(Comparison(**SMALL, clock=clock)).advance(1, 60), n, "update")[0] for n in range(3)]
        for clock in ("updates", "epochs", "examples")
    }
    assert updates["updates"] == [60, 60, 60]
    assert updates["epochs"] == updates["examples"] == [60, 10, 2]  # two epochs of 30 rows


@pytest.mark.parametrize(
    ("points", "batches"), [(90, (5, 3)), (140, (5, 8)), (98, (1, 7, 48)), (500, (3, 7, 9))]
)
def test_whole_epochs_of_every_lane_are_whole_epochs_of_ticks(points, batches):
    race = Race(Comparison(points=points, hidden=(2,), batches=batches))
    per_epoch = [run.updates_per_epoch for run in race.runs]
    for epochs in range(200):
        ticks = race.ticks([epochs * number for number in per_epoch])
        assert ticks == epochs * max(per_epoch)
        made = [int(updates) for updates in race.lane_updates(np.array(ticks))]
        assert made == [epochs * number for number in per_epoch]


def test_ticks_go_no_further_than_every_lane():
    race = Race(Comparison(points=98, hidden=(2,), batches=(4, 6)))  # 13 and 9 updates an epoch
    assert race.speeds == [1, 9 / 13]
    for first in range(60):
        for second in range(60):
            ticks = race.ticks([first, second])
            here, beyond = (
                [int(made) for made in race.lane_updates(np.array(tick))] for tick in (ticks, ticks + 3)
            )
            assert here[0] <= first and here[1] <= second
            assert beyond[0] > first or beyond[1] > second


def test_by_compute_time_lanes_spend_the_same():
    race = Race(Comparison(**SMALL, clock="seconds"))
    frames = race.advance(1, 5000)
    spent = [lane(frames, n, "update")[0] * race.seconds[n] for n in range(3)]
    longest = max(race.seconds)
    assert max(spent) - min(spent) <= longest * 1.001


@settings(max_examples=8)
@given(cuts=st.lists(st.integers(1, 30), min_size=1, max_size=4), stride=st.integers(1, 9))
def test_any_cuts_give_the_same_frames(cuts, stride):
    whole = Race(Comparison(**SMALL)).advance(sum(cuts), stride)
    pieces = Race(Comparison(**SMALL))
    parts = [pieces.advance(cut, stride) for cut in cuts]
    for name, array in whole.items():
        assert np.array_equal(np.concatenate([part[name] for part in parts]), array, equal_nan=True), name


def test_rewinding_gives_the_same_frames():
    race = Race(Comparison(**SMALL))
    first = race.advance(CAPACITY + 10, 5)
    race.rewind(100)
    again = race.advance(10, 5)
    for name, array in again.items():
        if not name.endswith("batch_loss"):
            assert np.array_equal(array, first[name][20:30], equal_nan=True), name


def test_a_lane_that_diverges_stops_alone():
    race = Race(Comparison(data="plane", points=60, hidden=(), batches=(1, "full"), rates=(10.0, 0.01)))
    frames = race.advance(40, 30)
    assert len(frames["update"]) == 40 and race.ended is None
    assert lane(frames, 0, "state")[-1] == 2 and not lane(frames, 1, "state").any()
    assert np.isfinite(lane(frames, 0, "train_loss")).all()
    assert len(set(lane(frames, 0, "update")[-10:])) == 1
    assert lane(frames, 1, "update")[-1] == 40


WILD = Comparison(data="plane", hidden=(), batches=(1, "full"), rates=(0.3, 0.01))


@pytest.mark.parametrize("changes", [[], [(100, {"rates": (0.01, 0.01)})], [(30, {"rates": (0.2, 0.01)})]])
def test_where_a_lane_diverges_does_not_depend_on_the_frames(changes):
    found = []
    for stride in (1, 7, 30, 100, 250):
        race = Race(WILD, changes)
        while race.update < 500:
            frames = (
                race.advance(500, stride) if stride == 1 else race.advance(1, min(stride, 500 - race.update))
            )
        assert race.update == 500
        found.append([(run.update, run.frame.weights.tobytes()) for run in race.runs])
        replayed = Race(WILD, changes)
        replayed.replay(500)
        found.append([(run.update, run.frame.weights.tobytes()) for run in replayed.runs])
        if not changes:
            assert lane(frames, 0, "state")[-1] == 2 and 0 < race.runs[0].update < 100
    assert all(each == found[0] for each in found)


@pytest.mark.parametrize("clock", ["updates", "epochs", "examples", "seconds"])
def test_where_a_lane_diverges_does_not_depend_on_the_clock(clock):
    alone = Run(WILD.lanes[0])
    alone.advance(500, 1)
    race = Race(WILD.changed(clock=clock))
    while race.runs[0].ended is None:
        race.advance(1, 100)
    assert race.runs[0].update == alone.update
    assert np.array_equal(race.runs[0].frame.weights, alone.frame.weights)


def test_a_race_ends_when_all_lanes_have():
    race = Race(Comparison(**SMALL, stop_epochs=3))
    frames = race.advance(200, 7)
    assert race.ended.state == "finished"
    assert [lane(frames, n, "update")[-1] for n in range(3)] == [90, 15, 3]
    assert [lane(frames, n, "state")[-1] for n in range(3)] == [1, 1, 1]
    assert frames["update"][-1] - 90 < 7
    assert len(race.advance(5, 7)["update"]) == 0
    race.rewind(30)
    assert race.ended is None and race.advance(1, 7)["update"].tolist() == [37]


def test_live_changes_hold_from_their_tick_on():
    changes = [(45, {"rates": (0.5, 0.1, 0.01)})]
    told = Race(Comparison(**SMALL), changes).advance(10, 15)
    live = Race(Comparison(**SMALL))
    first = live.advance(3, 15)
    live.change(rates=(0.5, 0.1, 0.01))
    second = live.advance(7, 15)
    for name, array in told.items():
        assert np.array_equal(np.concatenate([first[name], second[name]]), array, equal_nan=True), name
    assert live.experiment.rates == (0.5, 0.1, 0.01)
    live.rewind(30)
    assert live.experiment.rates == (0.1,)
    with pytest.raises(ValueError, match="batches"):
        live.change(batches=(1, "full"))


def test_numbers_below_one_are_refused():
    race = Race(Comparison(**SMALL))
    for frames, stride in [(0, 1), (1, 0)]:
        with pytest.raises(ValueError, match="at least 1"):
            race.advance(frames, stride)
    with pytest.raises(ValueError, match="update=5 is not allowed"):
        race.rewind(5)


def test_the_next_batchs_gradient_is_compared_with_the_full_one():
    race = Race(Comparison(**SMALL))
    frames = race.advance(5, 30)
    # A full batch is the full gradient: no angle, the same length.
    np.testing.assert_allclose(lane(frames, 2, "angle"), 0, atol=0.1)
    np.testing.assert_allclose(lane(frames, 2, "length"), 1, rtol=1e-4)
    assert (lane(frames, 0, "angle") > 1).all()
    sizes = np.abs(np.concatenate([layer["w"].ravel() for layer in race.runs[0].params])).mean()
    assert lane(frames, 0, "size")[-1] == pytest.approx(sizes, rel=1e-5)


def test_averaged_descent_shows_no_gradient_of_weights_it_does_not_train():
    race = Race(
        Comparison(points=60, hidden=(3,), batches=(7, 7, "full"), optimizers=("averaged", "sgd", "averaged"))
    )
    frames = race.advance(5, 30)
    for number in (0, 2):
        assert np.isnan([lane(frames, number, name) for name in ("angle", "length")]).all()
    alone = Run(race.experiment.lanes[1]).advance(5, 30)
    expected = strays(race.experiment.lanes[1], alone.weights, alone.update)
    np.testing.assert_allclose(lane(frames, 1, "angle"), expected.angle)


def test_the_preparations_compile_all_that_a_race_needs(monkeypatch):
    monkeypatch.setattr("playground.compiled._kept", defaultdict(set))
    race = Race(Comparison(points=60, hidden=(5, 3), batches=(1, 7), optimizers=("averaged", "sgd")))
    for compile_ in race.preparations():
        compile_()
    assert race.update == 0
    race.__dict__["seconds"] = [1.0, 1.0]  # measuring compiles nothing else, and is not at issue here
    before = [function._cache_size() for function in (advance, observe, _strays)]
    race.advance(3, 10)
    assert [function._cache_size() for function in (advance, observe, _strays)] == before


def test_where_only_averages_are_shown_no_noise_is_compiled():
    averaged = Race(Comparison(points=60, hidden=(5, 2), batches=(1, 7), optimizers=("averaged",)))
    plain = Race(Comparison(points=60, hidden=(5, 2), batches=(1, 7)))
    assert len(averaged.preparations()) == len(plain.preparations()) - 1 == 4
