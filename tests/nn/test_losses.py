"""The losses against scikit-learn and their formulas."""

import jax
import numpy as np
import pytest
from sklearn.metrics import log_loss, mean_squared_error

from playground.datasets import PROBLEMS
from playground.nn.losses import LOSSES, OUTPUT_LABELS, OUTPUTS, losses_for, low_target
from tests import reference

COMBINATIONS = [
    (loss, problem, output)
    for loss, entry in LOSSES.items()
    for problem, outputs in entry.outputs.items()
    for output in outputs
]


def rows(problem, output, seed=0, n=60):
    rng = np.random.default_rng(seed)
    outputs = 3 if problem == "several_classes" else 1
    y = rng.uniform(-1, 1, n) if problem == "regression" else rng.integers(0, max(2, outputs), n)
    return 2 * rng.normal(size=(n, outputs)), reference.targets(y, problem, outputs, output), y


def mean(loss, z, t, output, delta=0.2):
    with jax.enable_x64(True):
        found = np.asarray(LOSSES[loss].per_row(jax.numpy.asarray(z), jax.numpy.asarray(t), output, delta))
    assert found.shape == (len(z),)
    return found.mean()


def test_registry():
    assert set(OUTPUTS) == set(OUTPUT_LABELS)
    assert {problem for entry in LOSSES.values() for problem in entry.outputs} == set(PROBLEMS)
    assert losses_for("two_classes") == ["binary_cross_entropy", "squared_error"]
    assert losses_for("several_classes") == ["categorical_cross_entropy", "squared_error"]
    assert losses_for("regression") == ["squared_error", "huber"]


@pytest.mark.parametrize(("loss", "problem", "output"), COMBINATIONS)
def test_formula(loss, problem, output):
    z, t, _ = rows(problem, output)
    assert mean(loss, z, t, output) == pytest.approx(reference.per_row(z, t, loss, output).mean(), rel=1e-12)


def test_binary_cross_entropy_is_scikit_learns():
    z, t, y = rows("two_classes", "sigmoid")
    assert mean("binary_cross_entropy", z, t, "sigmoid") == pytest.approx(
        log_loss(y, reference.sigmoid(z[:, 0])), rel=1e-9
    )


def test_categorical_cross_entropy_is_scikit_learns():
    z, t, y = rows("several_classes", "softmax")
    assert mean("categorical_cross_entropy", z, t, "softmax") == pytest.approx(
        log_loss(y, reference.output(z, "softmax")), rel=1e-9
    )


@pytest.mark.parametrize("output", ["linear", "tanh"])
def test_squared_error_is_half_of_scikit_learns(output):
    z, t, y = rows("regression", output)
    assert mean("squared_error", z, t, output) == pytest.approx(
        mean_squared_error(y, reference.output(z, output)[:, 0]) / 2, rel=1e-9
    )


def test_squared_error_adds_up_over_outputs():
    z, t, _ = rows("several_classes", "linear")
    assert mean("squared_error", z, t, "linear") == pytest.approx(1.5 * mean_squared_error(t, z), rel=1e-9)


@pytest.mark.parametrize(
    ("error", "loss", "slope"),
    [
        (0, 0, 0),
        (0.1, 0.005, 0.1),
        (-0.3, 0.045, -0.3),
        (0.5, 0.125, 0.5),
        (2, 0.875, 0.5),
        (-7, 3.375, -0.5),
    ],
)
def test_hubers_pieces(error, loss, slope):
    def value(z):
        return LOSSES["huber"].per_row(z[None, None], np.full((1, 1), 0.25), "linear", 0.5)[0]

    with jax.enable_x64(True):
        assert value(jax.numpy.float64(0.25 + error)) == pytest.approx(loss, abs=1e-12)
        assert jax.grad(value)(jax.numpy.float64(0.25 + error)) == pytest.approx(slope, abs=1e-12)


@pytest.mark.parametrize(("loss", "problem", "output"), COMBINATIONS)
def test_a_network_that_is_very_sure_has_a_finite_loss_and_slope(loss, problem, output):
    t = rows(problem, output, n=6)[1].astype(np.float32)

    def total(z):
        return LOSSES[loss].per_row(z, t, output, np.float32(0.2)).sum()

    for size in (1e3, -1e3):
        z = np.full(t.shape, size, np.float32)
        z[:, 0] *= -1
        assert np.isfinite(total(z))
        assert np.all(np.isfinite(jax.grad(total)(z)))


@pytest.mark.parametrize("output", OUTPUTS)
def test_low_target_is_within_the_outputs_reach(output):
    reached = OUTPUTS[output](np.array([[-30.0, 30.0]], np.float32))
    assert low_target(output) == pytest.approx(max(-1.0, float(reached.min())), abs=1e-6)
