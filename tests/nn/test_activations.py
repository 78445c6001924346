"""The activation functions against formulas written out in NumPy, and their slopes against differences."""

import dataclasses

import jax
import numpy as np
import pytest

from playground.nn.activations import ACTIVATIONS
from tests import reference

NAMES = [
    "linear", "step", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "sine",
]  # fmt: skip
AWAY_FROM_KINKS = np.concatenate([np.linspace(-6, -0.01, 60), np.linspace(0.01, 6, 60)])


def test_registry():
    assert list(ACTIVATIONS) == NAMES == list(reference.ACTIVATIONS)
    assert len({entry.label for entry in ACTIVATIONS.values()}) == len(NAMES)
    assert all(entry.about.endswith(".") for entry in ACTIVATIONS.values())
    with pytest.raises(dataclasses.FrozenInstanceError):
        ACTIVATIONS["tanh"].label = "other"


@pytest.mark.parametrize("name", NAMES)
def test_values(name):
    z = np.append(AWAY_FROM_KINKS, 0.0)
    found = ACTIVATIONS[name].fn(z.astype(np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, reference.ACTIVATIONS[name][0](z), rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_slopes(name):
    fn, h = ACTIVATIONS[name].fn, 1e-6
    with jax.enable_x64(True):
        found = jax.vmap(jax.grad(fn))(AWAY_FROM_KINKS)
    reference_fn, reference_slope = reference.ACTIVATIONS[name]
    differences = (reference_fn(AWAY_FROM_KINKS + h) - reference_fn(AWAY_FROM_KINKS - h)) / (2 * h)
    np.testing.assert_allclose(found, differences, rtol=1e-6, atol=1e-8)
    # The oracle of other tests, too.
    np.testing.assert_allclose(reference_slope(AWAY_FROM_KINKS), differences, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "sine"])
def test_far_out_it_stays_finite(name):
    fn = ACTIVATIONS[name].fn
    for z in (-1e4, 1e4):
        assert np.isfinite(fn(np.float32(z)))
        assert np.isfinite(jax.grad(fn)(np.float32(z)))


def test_step_is_one_at_its_threshold():
    assert ACTIVATIONS["step"].fn(np.array([-1e-30, 0.0, 1e-30], np.float32)).tolist() == [0, 1, 1]
