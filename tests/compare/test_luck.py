"""Luck is counted right: bands and shares against NumPy, seeds against single runs."""

import re
import time

import numpy as np
import pytest

from playground import Run
from playground.compare.comparison import Comparison
from playground.compare.luck import Luck
from playground.compare.replicates import CHUNK, Replicates
from playground.compare.together import TooLong, together

SMALL = Comparison(points=40, hidden=(3,), batches=(1, 5, "full"), rates=(0.1,))


@pytest.fixture(scope="module")
def luck():
    made = Luck(SMALL, 6, vary="weights", epochs=40)
    shares = list(made.work())
    assert shares == sorted(shares) and shares[-1] == 1
    return made


def test_a_seed_is_the_run_with_that_start(luck):
    for lane, experiment in zip(luck.lanes, SMALL.lanes, strict=True):
        for seed in (0, 4):
            run = Run(experiment.changed(start=experiment.start + seed))
            alone = run.advance(1, 40 * run.updates_per_epoch)
            assert lane.train_loss[-1, seed] == pytest.approx(float(alone.train_loss[0]), rel=1e-3)


def test_outcomes_are_numpys(luck):
    loss = float(np.median(luck.lanes[0].train_loss[20]))
    for outcome, lane in zip(luck.outcomes(loss), luck.lanes, strict=True):
        below = lane.train_loss <= loss
        assert outcome.share == pytest.approx(below.any(axis=0).mean())
        firsts = [below[:, seed].argmax() for seed in range(6) if below[:, seed].any()]
        if firsts:
            assert outcome.updates == np.median(firsts) * lane.updates_per_epoch
            assert outcome.examples == np.median(firsts) * 20
        low, middle, high = outcome.train_loss
        assert (outcome.train_score, outcome.test_score) == pytest.approx(np.median(lane.scores, axis=1))
        assert lane.train_loss[-1].min() <= low <= middle <= high <= lane.train_loss[-1].max()


def test_the_order_means_nothing_to_full_batch():
    luck = Luck(SMALL, 5, vary="order", epochs=30)
    for _ in luck.work():
        pass
    assert luck.identical(2) or luck.largest_difference(2)[0] < 1e-5
    assert not luck.identical(0) and luck.largest_difference(0)[0] > 1e-3


def test_the_conclusion_names_the_best_lane(luck):
    medians = [np.median(lane.train_loss[-1]) for lane in luck.lanes]
    best = luck.names[int(np.argmin(medians))]
    said = luck.conclusion(0.3)
    assert f"the lowest median training loss is that of {best}" in said
    assert "No seed of any lane reached" in luck.conclusion(1e-9)


def test_whoever_stops_has_lanes_trained_equally_long():
    luck = Luck(SMALL, 4, vary="weights", epochs=500)
    work = luck.work()
    while next(work) < 0.3:
        pass
    work.close()
    trained = {lane.epochs for lane in luck.lanes}
    assert trained == {luck.trained} and 0 < luck.trained < 500
    assert luck.conclusion(0.3).startswith(f"After {luck.trained} epochs")


def test_what_is_told_ends_where_all_lanes_have_been(luck):
    """One lane is further: a picture of it under way."""
    ahead = Luck(SMALL, 6, vary="weights", epochs=40)
    ahead.lanes = [Replicates(lane, 6, vary="weights") for lane in SMALL.lanes]
    for lane, epochs in zip(ahead.lanes, (10, 40, 25), strict=True):
        lane.advance(epochs)
    assert ahead.trained == 10
    for number, whole in enumerate(luck.lanes):
        np.testing.assert_allclose(ahead.ends(number), whole.train_loss[10], rtol=1e-5)
        np.testing.assert_allclose(ahead.band(number)[1], np.median(whole.train_loss[:11], axis=1), rtol=1e-5)
    first = [np.median(lane.train_loss[11:], axis=1).min() for lane in luck.lanes]
    for outcome in ahead.outcomes(max(first)):
        assert not (outcome.reached > 10).any()
        low, middle, high = outcome.train_loss
        ends = ahead.ends(ahead.names.index(outcome.name))
        assert (low, middle, high) == pytest.approx(np.percentile(ends, (10, 50, 90)))


def test_seeds_that_diverge_are_told():
    wild = Comparison(data="plane", points=40, hidden=(), batches=(1, "full"), rates=(10, 0.01))
    luck = Luck(wild, 3, vary="weights", epochs=30)
    for _ in luck.work():
        pass
    said = luck.conclusion(1e-9)
    assert "lowest median training loss is that of Full batch" in said
    assert "Stochastic (median diverged) in 3 of 3 seeds" in said
    assert "Seeds that diverged: Stochastic 3 of 3." in said


def test_the_compiler_is_waited_for_lane_by_lane():
    luck = Luck(SMALL, 2, vary="weights", epochs=60)
    assert luck.stage == "Compiling for Stochastic (1 of 3)…"
    work = luck.work()
    seen = []
    for _ in work:
        seen.append(luck.stage)
        if luck.trained:
            break
    assert all(stage == "" or stage.endswith("of 3)…") for stage in seen)
    assert seen[-1] == ""
    for _ in work:
        pass
    assert luck.stage == ""


def test_what_would_take_too_long_is_refused_with_what_would_fit():
    luck = Luck(SMALL, 4, vary="weights", epochs=1_000_000, most=0.6)
    with pytest.raises(ValueError, match=r"would take about .* and the limit is 0.6 seconds") as refused:
        for _ in luck.work():
            pass
    fits = int(re.search(r"([\d,]+) epochs, would fit$", str(refused.value))[1].replace(",", ""))
    assert 0 < fits < 1_000_000 and "0 seeds" not in str(refused.value)


def test_what_is_refused_says_how_much_of_it_would_fit():
    """An engine that takes 75 minutes for 128 seeds and 2000 epochs, of which 10 are allowed."""
    long = TooLong(4500, 600)
    assert str(long) == "This would take about 75 minutes of computing, and the limit is 10 minutes"
    assert (long.fitting(128), long.fitting(2000)) == (17, 266)


def slow(seconds):
    """Replicates that take so long for an epoch, as they say themselves, and note how they are called."""

    class Slow:
        compiled, epochs, calls = False, 0, ()

        def compile(self):
            self.compiled = True

        def seconds_per_epoch(self):
            return seconds

        def advance(self, epochs):
            time.sleep(seconds * epochs)
            self.epochs += epochs
            self.calls += (epochs,)

    return Slow()


def test_rounds_are_short_and_alike_for_all():
    fleets = [slow(0.001), slow(0.1)]
    assert list(together(fleets, 20))[-1] == 1
    assert fleets[0].calls == fleets[1].calls and sum(fleets[0].calls) == 20
    assert 1 < max(fleets[0].calls) <= 10  # tenths of a second each
    quick = slow(0)
    assert list(together([quick], 60))[-1] == 1 and max(quick.calls) == CHUNK


def test_an_epoch_that_takes_minutes_is_not_begun():
    fleet = slow(223)
    with pytest.raises(TooLong) as refused:
        list(together([fleet], 2000))
    assert fleet.epochs == 0 and refused.value.seconds == 223 * 2000


def test_what_takes_longer_than_foretold_is_refused_once_it_is_measured():
    fleet = slow(0.05)
    fleet.seconds_per_epoch = lambda: 0.0
    with pytest.raises(TooLong) as refused:
        list(together([fleet], 1000, most=20))
    assert refused.value.seconds == pytest.approx(50, rel=0.2)
    assert fleet.epochs == CHUNK


def found(*lanes, updates_per_epoch=(1, 20, 4)):
    """Seeds that came to these training losses: per lane (epochs + 1, seeds)."""
    names = ("a", "b", "c")[: len(lanes)]
    comparison = SMALL.changed(batches=SMALL.batches[: len(lanes)], names=names)
    made = Luck(comparison, len(lanes[0][0]), vary="weights", epochs=len(lanes[0]) - 1)
    for losses, updates in zip(lanes, updates_per_epoch, strict=False):
        losses = np.array(losses, float)
        seeds = losses.shape[1]
        lane = Replicates.__new__(Replicates)  # one that has trained already
        lane.train_loss = lane.test_loss = losses
        lane.updates_per_epoch, lane.n_train = updates, 20
        made.lanes.append(lane)
        assert lane.epochs == made.epochs and seeds == made.seeds
    return made


@pytest.fixture(autouse=True)
def _plain_scores(monkeypatch):
    """Losses that are made up belong to no network, so their scores are not looked at."""
    scores = Replicates.scores.fget
    monkeypatch.setattr(
        Replicates,
        "scores",
        property(
            lambda lane: scores(lane) if hasattr(lane, "plan") else np.zeros((2, lane.train_loss.shape[1]))
        ),
    )


def test_where_all_diverged_no_lane_is_best():
    lost = [[1, 1, 1], [np.nan, np.inf, np.nan]]
    said = found(lost, lost).conclusion(0.3)
    assert said.startswith("After 1 epochs all seeds of all lanes have diverged. No seed")
    some = [[1, 1, 1], [np.nan, 0.2, np.nan]]
    said = found(lost, some).conclusion(0.3)
    assert "half or more of the seeds of every lane have diverged" in said and "lowest" not in said
    assert "Seeds that diverged: a 3 of 3, b 2 of 3." in said


def test_equal_medians_are_equal():
    same = [[1, 1, 1], [0.5, 0.6, 0.7]]
    said = found(same, same).conclusion(0.1)
    assert "that of a and of b: 0.6 (10 to 90 %: 0.52 to 0.68)." in said and "lower" not in said
    said = found(same, same, [[1, 1, 1], [0.4, 0.9, 0.8]]).conclusion(0.1)
    assert (
        "of a and of b: 0.6 (10 to 90 %: 0.52 to 0.68); it is lower than that of c (median 0.8) in 2 of 3"
        in said
    )


def test_a_loss_that_all_start_below_costs_nobody_anything():
    said = found([[1, 1], [0.5, 0.6]], [[1, 1], [0.7, 0.6]]).conclusion(2)
    assert (
        "Seeds that reached 2: a 100 %, b 100 %. At the start already, by the median of them: a and b."
        in said
    )
    assert "fewest" not in said


def test_what_costs_the_same_is_a_tie():
    same = [[1, 1], [0.5, 0.6]]
    said = found(same, same, updates_per_epoch=(1, 20)).conclusion(0.9)
    assert "the fewest updates, a; the fewest examples, a and b alike;" in said


def test_one_lucky_seed_makes_no_lane_the_cheapest():
    lucky = [[1, 1, 1, 1], [0.1, 0.9, 0.9, 0.9], [0.1, 0.9, 0.9, 0.9]]
    steady = [[1, 1, 1, 1], [0.9, 0.9, 0.9, 0.9], [0.2, 0.2, 0.9, 0.2]]
    said = found(lucky, steady).conclusion(0.3)
    assert "a 25 %, b 75 %" in said
    assert "of lanes where at least half did: the fewest updates, b; the fewest examples, b;" in said
    said = found(lucky, lucky).conclusion(0.3)
    assert said.endswith("In no lane did half of the seeds reach it, so none is called the cheapest.")


def test_differences_are_those_of_known_losses():
    lane = [[4, 4, 4], [1, 1.5, np.nan], [np.nan, 2, np.inf], [np.nan, np.nan, np.inf]]
    luck = found(lane, [[4, 4, 4], [2, 2, 2], [np.nan, np.inf, -np.inf], [np.nan, np.nan, np.inf]])
    assert luck.largest_difference(0) == pytest.approx((0.5, 1 / 3)) and not luck.identical(0)
    assert luck.largest_difference(1) == (0, 0) and luck.identical(1)


def test_seeds_are_called_by_the_start_that_makes_them(luck):
    assert luck.seed_names == [f"random start {SMALL.start + seed}" for seed in range(6)]
    for seed, name in ((0, luck.seed_names[0]), (5, luck.seed_names[5])):
        run = Run(SMALL.lanes[1].changed(start=int(name.split()[-1])))
        alone = run.advance(1, 40 * run.updates_per_epoch)
        assert luck.lanes[1].train_loss[-1, seed] == pytest.approx(float(alone.train_loss[0]), rel=1e-3)
    assert Luck(SMALL, 2, vary="order", epochs=1).seed_names == ["order 1", "order 2"]
