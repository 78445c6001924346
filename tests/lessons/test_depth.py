"""Vanishing gradients against closed forms and a backward pass in NumPy."""

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import expit
from scipy.stats import norm

from playground.datasets import sample
from playground.lessons.depth import DATA, chain, largest_slope, layers, vanishing
from playground.nn.activations import ACTIVATIONS
from playground.nn.initializers import initial_parameters


def steepest(slope):
    return -minimize_scalar(
        lambda z: -slope(z), bounds=(0, 5), method="bounded", options={"xatol": 1e-10}
    ).fun


@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("sigmoid", 0.25), ("tanh", 1), ("relu", 1), ("leaky_relu", 1), ("elu", 1), ("linear", 1), ("sine", 1),
        ("softplus", 1), ("step", 0),
        ("gelu", norm.cdf(2**0.5) + 2**0.5 * norm.pdf(2**0.5)),
        ("silu", steepest(lambda z: expit(z) * (1 + z * (1 - expit(z))))),
    ],
)  # fmt: skip
def test_the_largest_slope(name, bound):
    assert largest_slope(name) == pytest.approx(bound, abs=1e-6)


@settings(max_examples=20)
@given(st.sampled_from(list(ACTIVATIONS)), st.floats(-4, 4), st.integers(1, 20))
def test_a_chains_slopes_multiply(name, z, depth):
    found = chain(name, z, depth)

    def through(z):
        for _ in range(depth):
            z = ACTIVATIONS[name].fn(z)
        return z

    with jax.enable_x64(True):
        assert found.products[-1] == pytest.approx(float(jax.grad(through)(z)), rel=1e-9, abs=1e-300)
        assert found.outputs[-1] == pytest.approx(float(through(jax.numpy.asarray(z))), rel=1e-9)
    np.testing.assert_allclose(found.sums[1:], found.outputs[:-1])
    bounds = largest_slope(name) ** np.arange(1, depth + 1)
    assert (np.abs(found.products) <= bounds * (1 + 1e-6)).all()


def by_hand(depth, data, initializer, start, bias, relu):
    """The mean cross-entropy's gradient per layer, and the hidden outputs, in 64 bits."""
    drawn = sample(data, points=200, noise=0, train_share=50, seed=1)
    x, t = drawn.x_train.astype(float), drawn.y_train.astype(float)[:, None]
    sizes = [2, *[8] * depth, 1]
    drawn_parameters = initial_parameters(sizes, initializer, scale=0.5, bias=bias, seed=[start])
    weights = [layer["w"].astype(float) for layer in drawn_parameters]
    biases = [layer["b"].astype(float) for layer in drawn_parameters]
    outputs = [x]
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        z = outputs[-1] @ w + b
        outputs.append(np.maximum(z, 0) if relu else expit(z))
    delta = (expit(outputs[-1] @ weights[-1] + biases[-1]) - t) / len(x)
    norms = []
    for layer in range(depth, -1, -1):
        norms.append(np.sqrt(np.sum((outputs[layer].T @ delta) ** 2) + np.sum(delta.sum(axis=0) ** 2)))
        slope = (outputs[layer] > 0) if relu else outputs[layer] * (1 - outputs[layer])
        delta = (delta @ weights[layer].T) * slope
    return norms[::-1], outputs[1:]


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
@pytest.mark.parametrize(
    ("depth", "data", "initializer", "start", "bias"),
    [(1, "circle", "glorot_uniform", 1, 0.0), (7, "xor", "he_normal", 4, -0.2), (3, "truth_table", "normal", 2, 0.0)],
)  # fmt: skip
def test_measured_gradients_and_dead_neurons(activation, depth, data, initializer, start, bias):
    found = layers(activation, depth, data=data, initializer=initializer, start=start, bias=bias)
    norms, outputs = by_hand(depth, data, initializer, start, bias, activation == "relu")
    np.testing.assert_allclose(found.norms, norms, rtol=2e-4, atol=1e-9)
    assert found.dead == tuple(int((output == 0).all(axis=0).sum()) for output in outputs)


def test_sigmoids_gradient_vanishes_with_depth_and_tanhs_does_not():
    sigmoid, tanh = vanishing("sigmoid"), vanishing("tanh")
    assert [each.depth for each in sigmoid] == list(range(1, 21))
    for each in sigmoid:
        assert 0 < each.product <= each.largest == pytest.approx(0.25**each.depth)
    assert sigmoid[-1].layers.ratio < 1e-9 < 0.1 < tanh[-1].layers.ratio
    assert [len(each.layers.norms) for each in sigmoid] == list(range(2, 22))


def test_a_bias_far_below_zero_kills_relus_and_leaky_ones_live():
    dead = layers("relu", 4, bias=-100.0)
    assert dead.dead == (8, 8, 8, 8)
    assert dead.norms[:-1] == (0, 0, 0, 0) < (dead.norms[-1],) and dead.ratio == 0
    assert layers("leaky_relu", 4, bias=-100.0).dead == (0, 0, 0, 0)


def test_a_step_passes_no_gradient():
    assert set(layers("step", 5).norms[:-1]) == {0.0}


@pytest.mark.parametrize("data", DATA)
def test_every_data_set_can_be_looked_at(data):
    assert np.isfinite(layers("tanh", 2, data=data).norms).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: chain("sigmoid", 0, 0), "depth=0 is not allowed: it must be from 1 to 20"),
        (lambda: vanishing("sigmoid", [3, 21]), "depth=21 is not allowed"),
        (lambda: vanishing("wave"), "activation='wave' is not allowed"),
        (lambda: layers("tanh", 2, data="ripple"), "data='ripple' is not allowed"),
        (lambda: layers("tanh", 2, initializer="ones"), "initializer='ones' is not allowed"),
    ],
)
def test_a_wrong_argument_is_told(call, words):
    with pytest.raises(ValueError, match=words):
        call()
