"""The noise of batches' gradients against closed forms and the network's own slopes."""

from itertools import combinations

import numpy as np
import pytest

from playground import Experiment, Run
from playground.compare.gradient_noise import noise, row_gradients, strays
from playground.compare.surface import Landscape
from playground.planning import key_of
from playground.training import epoch_order

SMALL = Experiment(points=60, hidden=(3, 2), batch=7, learning_rate=0.1)


@pytest.mark.parametrize("settings", [{}, {"data": "spirals"}, {"data": "ripple", "loss": "huber"}], ids=str)
def test_the_mean_of_the_rows_gradients_is_the_slope_of_the_loss(settings):
    experiment = SMALL.changed(**settings)
    weights = Run(experiment).advance(1, 40).weights[0].astype(float)
    gradients = row_gradients(experiment, weights)
    assert gradients.shape == (30, len(weights))
    landscape, reach = Landscape(experiment), 0.03
    for k in range(0, len(weights), 3):
        shift = np.eye(len(weights))[k] * reach
        slope = float(landscape.losses(weights + shift) - landscape.losses(weights - shift)) / (2 * reach)
        assert gradients.mean(axis=0)[k] == pytest.approx(slope, abs=2e-3)


def test_the_full_batch_has_no_noise():
    gradients = np.random.default_rng(1).standard_normal((12, 5))
    found = noise(gradients, 12, batches=4, seed=0)
    np.testing.assert_allclose(found.angle, 0, atol=1e-5)
    np.testing.assert_allclose(found.length, 1)
    assert found.variance == pytest.approx(0, abs=1e-25) and found.expected == 0


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6])
def test_the_expected_variance_is_the_mean_over_all_batches_there_are(size):
    gradients = np.random.default_rng(2).standard_normal((6, 4)) * [1, 2, 3, 4]
    full = gradients.mean(axis=0)
    every = [
        ((gradients[list(rows)].mean(axis=0) - full) ** 2).sum() for rows in combinations(range(6), size)
    ]
    assert noise(gradients, size, batches=1, seed=0).expected == pytest.approx(np.mean(every))


def test_many_drawn_batches_come_near_it():
    gradients = np.random.default_rng(3).standard_normal((40, 3))
    for size in (1, 4, 16):
        found = noise(gradients, size, batches=4000, seed=5)
        assert found.variance == pytest.approx(found.expected, rel=0.1)


def test_angle_and_length_of_gradients_that_are_known():
    gradients = np.array([[1.0, 1.0], [1.0, -1.0]])  # the full one is (1, 0)
    found = noise(gradients, 1, batches=5, seed=0)
    np.testing.assert_allclose(found.angle, 45)
    np.testing.assert_allclose(found.length, np.sqrt(2))


def test_where_a_gradient_vanishes_there_is_no_angle():
    found = noise(np.array([[1.0, 0.0], [-1.0, 0.0]]), 2, batches=2, seed=0)
    assert np.isnan(found.angle).all()


@pytest.mark.parametrize(("size", "batches"), [(0, 1), (31, 1), (3, 0)])
def test_sizes_that_cannot_be_drawn_are_refused(size, batches):
    with pytest.raises(ValueError, match=r"a batch has 1 to 30 rows"):
        noise(np.zeros((30, 2)), size, batches=batches, seed=0)


@pytest.mark.parametrize("shuffle", [True, False])
def test_a_run_s_next_batch_strays_as_its_rows_do(shuffle):
    experiment = SMALL.changed(shuffle=shuffle)
    frames = Run(experiment).advance(12, 1)
    found = strays(experiment, frames.weights, frames.update)
    per_epoch, rows = 5, 30
    for index, update in enumerate(frames.update.tolist()):
        gradients = row_gradients(experiment, frames.weights[index])
        epoch, turn = divmod(update, per_epoch)
        order = np.asarray(epoch_order(key_of(experiment), epoch, rows)) if shuffle else np.arange(rows)
        batch, full = gradients[order[7 * turn : 7 * turn + 7]].mean(axis=0), gradients.mean(axis=0)
        cosine = batch @ full / np.linalg.norm(batch) / np.linalg.norm(full)
        assert found.angle[index] == pytest.approx(np.degrees(np.arccos(cosine)), abs=0.05)
        assert found.length[index] == pytest.approx(np.linalg.norm(batch) / np.linalg.norm(full), rel=1e-3)
