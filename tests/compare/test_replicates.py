"""Many runs at once against the same runs one by one, which other tests hold against NumPy."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.compare.replicates import CHUNK, Replicates, _train

SMALL = Experiment(points=60, hidden=(3,), batch=7, learning_rate=0.1, start=4)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"batch": 1, "optimizer": "momentum"},
        {"batch": "full", "optimizer": "adam"},
        {"optimizer": "averaged", "average_after": 2, "shuffle": False},
        {"data": "spirals", "dropout": 0.3, "l2": 0.01},
        {"data": "ripple", "loss": "huber", "stop_loss": 0.5, "patience": 1},
    ],
    ids=str,
)
def test_each_is_the_run_of_its_own_start(settings):
    experiment = SMALL.changed(**settings)
    many = Replicates(experiment, 3, vary="weights")
    many.advance(12)
    for number in range(3):
        run = Run(experiment.changed(start=4 + number, stop_loss=0.0, patience=0))
        losses = run.advance(12, run.updates_per_epoch)
        np.testing.assert_allclose(many.train_loss[0, number], Run(run.experiment).train_loss, rtol=1e-5)
        np.testing.assert_allclose(many.train_loss[1:, number], losses.train_loss, rtol=1e-3)
        np.testing.assert_allclose(many.test_loss[1:, number], losses.test_loss, rtol=1e-3)
        scores = losses.train_score[-1], losses.test_score[-1]
        np.testing.assert_allclose(many.scores[:, number], scores, atol=1e-3)
        for layer, other in zip(many.params, run.params, strict=True):
            np.testing.assert_allclose(layer["w"][number], other["w"], rtol=1e-3, atol=1e-4)


def test_with_the_order_alone_all_begin_alike_and_part():
    many = Replicates(SMALL, 6, vary="order")
    many.advance(3)
    assert np.ptp(many.train_loss[0]) == 0
    assert len(set(many.train_loss[-1].tolist())) == 6


def test_the_order_means_nothing_to_a_full_batch():
    many = Replicates(SMALL.changed(batch="full"), 6, vary="order")
    many.advance(40)
    assert np.ptp(many.train_loss, axis=1).tolist() == [0] * 41
    assert np.ptp(Replicates(SMALL.changed(batch="full"), 6, vary="weights").train_loss[0]) > 0


def test_cuts_change_nothing():
    whole, cut = (Replicates(SMALL, 3, vary="weights") for _ in range(2))
    whole.advance(CHUNK + 5)
    for epochs in (1, CHUNK, 4):
        cut.advance(epochs)
    np.testing.assert_array_equal(whole.train_loss, cut.train_loss)
    np.testing.assert_array_equal(whole.test_loss, cut.test_loss)
    assert whole.epochs == CHUNK + 5


def test_an_epochs_time_is_foretold_and_nothing_is_trained():
    many, plain = (Replicates(SMALL.changed(batch=1, points=500), 8, vary="weights") for _ in range(2))
    # Which is one of a fraction of a millisecond, whatever else the machine does meanwhile.
    assert 1e-6 < many.seconds_per_epoch() < 10
    assert many.epochs == 0
    many.advance(10)
    plain.advance(10)
    np.testing.assert_array_equal(many.train_loss, plain.train_loss)


def test_band_and_reached():
    many = Replicates(SMALL, 5, vary="weights")
    many.train_loss = np.array([[1, 2, 3, 4, 5], [0.5, 1, 0.2, 4, np.nan], [0.4, 0.1, 0.3, 4, np.nan]])
    assert many.band(0, 100).tolist() == [[1, 0.2, 0.1], [3, 1, 0.4], [5, np.inf, np.inf]]
    np.testing.assert_array_equal(many.reached(0.5), [1, 2, 1, np.nan, np.nan])


@pytest.mark.parametrize("count", [2, 4, 5])
def test_the_median_is_the_median(count):
    many = Replicates(SMALL, count, vary="weights")
    many.advance(3)
    losses = many.train_loss.astype(float)
    np.testing.assert_allclose(many.band()[1], np.median(losses, axis=1), rtol=1e-6)
    np.testing.assert_allclose(many.band(25, 75), np.percentile(losses, [25, 50, 75], axis=1), rtol=1e-6)


def test_a_band_beside_what_has_diverged():
    many = Replicates(SMALL, 4, vary="weights")
    many.train_loss = np.array([[1, 2, 3, np.inf], [1, 3, np.nan, np.inf], [np.nan] * 4])
    # The third of four is a percentile of 200/3; what lies beyond it tends to infinity.
    low, median, high = many.band(100 / 3, 90)
    np.testing.assert_allclose(low, [2, 3, np.inf])
    np.testing.assert_allclose(median, [2.5, np.inf, np.inf])
    np.testing.assert_allclose(high, [np.inf] * 3)


def test_reached_by_the_untrained():
    many = Replicates(SMALL, 2, vary="weights")
    many.train_loss = np.array([[0.4, 0.9], [0.3, 0.5]])
    np.testing.assert_array_equal(many.reached(0.5), [0, 1])


def test_one_that_diverges_leaves_the_others_alone():
    wild = SMALL.changed(
        data="plane", learning_rate=0.2, activation="linear", initializer="normal", scale=0.5, hidden=(4, 4)
    )
    many = Replicates(wild, 24, vary="weights")
    many.advance(8)
    lost = ~np.isfinite(many.train_loss[-1])
    assert 0 < lost.sum() < 24
    assert (np.isnan(many.scores) == lost).all()
    kept = int(np.flatnonzero(~lost)[0])
    run = Run(wild.changed(start=4 + kept))
    np.testing.assert_allclose(
        many.train_loss[1:, kept], run.advance(8, run.updates_per_epoch).train_loss, rtol=1e-2
    )


@pytest.mark.parametrize(("count", "vary"), [(0, "order"), (513, "order"), (3, "luck")])
def test_what_is_not_allowed_is_named(count, vary):
    with pytest.raises(ValueError, match=r"^(count|vary)=.* is not allowed: it must be"):
        Replicates(SMALL, count, vary=vary)


def test_the_most_and_the_largest_fit_into_memory():
    largest = Experiment(hidden=(16,) * 8, points=2000, train_share=90, batch="full", optimizer="adam")
    many = Replicates(largest, 512, vary="weights")
    assert many.train_loss.shape == (1, 512)
    rest = (many._hyper, many._rules, many._data, many._keys, many._rates, np.int32(1), np.int32(1))
    needed = _train.lower(many.plan, many._mesh, many._states, *rest).compile().memory_analysis()
    assert needed.temp_size_in_bytes < 300e6


def test_rates_differ_and_nothing_else():
    experiment = Experiment(points=40, hidden=(3,), batch=5)
    rates = (0.01, 0.1, 1.0)
    many = Replicates(experiment, 3, vary="rates", rates=rates)
    many.advance(20)
    for number, rate in enumerate(rates):
        run = Run(experiment.changed(learning_rate=rate))
        alone = run.advance(20, run.updates_per_epoch)
        np.testing.assert_allclose(many.train_loss[1:, number], alone.train_loss, rtol=2e-3)


@pytest.mark.parametrize(("vary", "rates"), [("rates", ()), ("rates", (0.1,)), ("order", (0.1, 0.2))])
def test_rates_must_fit(vary, rates):
    with pytest.raises(ValueError, match="rates do not fit"):
        Replicates(Experiment(), 2, vary=vary, rates=rates)
