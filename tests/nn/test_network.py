"""The forward pass against matrix products in NumPy, float64, and dropout against its law."""

from itertools import pairwise

import jax
import numpy as np
import pytest

from playground.nn import network
from playground.nn.network import Architecture, drop, layer_outputs, logits, product
from tests import reference

NETWORKS = [
    ((2, 1), ()),
    ((2, 4, 2, 1), ("tanh", "tanh")),
    ((7, 3, 5), ("relu",)),
    ((2, 3, 3, 3, 3, 1), ("sigmoid", "gelu", "step", "sine")),
    ((40, 20, 3), ("softplus",)),  # 800 weights in its first layer: the other way of multiplying
]


def drawn(sizes, seed=0):
    rng = np.random.default_rng(seed)
    return [
        {"w": rng.normal(size=(i, o)).astype(np.float32), "b": rng.normal(size=o).astype(np.float32)}
        for i, o in pairwise(sizes)
    ]


@pytest.mark.parametrize(("sizes", "activations"), NETWORKS)
@pytest.mark.parametrize("rows", [1, 11])
def test_forward_pass(sizes, activations, rows):
    parameters = drawn(sizes)
    x = np.random.default_rng(1).normal(size=(rows, sizes[0])).astype(np.float32)
    architecture = Architecture(sizes, activations)
    found = layer_outputs(parameters, x, architecture)
    expected = reference.forward(parameters, x, activations)[1]
    assert [h.shape for h in found] == [(rows, size) for size in sizes[1:]]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)
    assert np.array_equal(logits(parameters, x, architecture), found[-1])


@pytest.mark.parametrize("limit", [0, 512])
def test_both_ways_of_multiplying(limit, monkeypatch):
    monkeypatch.setattr(network, "FUSED_PRODUCT_LIMIT", limit)
    rng = np.random.default_rng(2)
    x, w = rng.normal(size=(9, 5)), rng.normal(size=(5, 3))
    with jax.enable_x64(True):
        np.testing.assert_allclose(product(jax.numpy.asarray(x), jax.numpy.asarray(w)), x @ w, rtol=1e-12)


@pytest.mark.parametrize("activations", [(), ("tanh",), ("tanh", "tanh", "tanh")])
def test_architecture_needs_an_activation_per_hidden_layer(activations):
    with pytest.raises(ValueError, match="activations="):
        Architecture((2, 4, 2, 1), activations)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_mean_and_drops_the_share(rate):
    rows = 200_000
    found = np.asarray(drop(jax.random.key(3), np.float32(rate), np.full((rows,), 2.0, np.float32)))
    assert set(np.unique(found)) == {0.0, np.float32(np.float32(2) / (np.float32(1) - np.float32(rate)))}
    deviation = (rate * (1 - rate) / rows) ** 0.5
    assert np.mean(found == 0) == pytest.approx(rate, abs=5 * deviation)
    assert np.mean(found) == pytest.approx(2.0, abs=5 * 2.0 * deviation / (1 - rate))


def test_dropout_of_nothing_changes_nothing():
    h = np.random.default_rng(4).normal(size=(50, 8)).astype(np.float32)
    assert np.array_equal(drop(jax.random.key(0), np.float32(0), h), h)


def test_dropout_spares_the_logits_and_draws_for_each_layer():
    # Layers that pass on ones: what is left shows what was dropped.
    one = {"w": np.eye(6, dtype=np.float32), "b": np.zeros(6, np.float32)}
    architecture = Architecture((6, 6, 6, 6), ("linear", "linear"))
    x = np.ones((400, 6), np.float32)
    first, second, last = layer_outputs(
        [one, one, one], x, architecture, (jax.random.key(5), np.float32(0.5))
    )
    assert set(np.unique(first)) == {0.0, 2.0}
    assert set(np.unique(second)) == {0.0, 4.0}
    assert np.array_equal(second, last)
    kept = np.asarray(second)[np.asarray(first) > 0]
    # Were the same entries dropped twice, all of these would be left.
    assert np.mean(kept > 0) == pytest.approx(0.5, abs=0.1)
