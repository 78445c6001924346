"""The neuron, its curves and softmax against NumPy, SciPy and finite differences."""

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax as scipys

from playground.lessons.neuron import CORNERS, NEURON_SETTINGS, Neuron, curve, fire, softmax, softmax_limits
from playground.lessons.perceptron import PERCEPTRON_SETTINGS
from playground.nn.activations import ACTIVATIONS

NUMBERS = st.floats(-10, 10)
LOGITS = st.lists(st.floats(-50, 50), min_size=3, max_size=3)


@given(
    x=st.tuples(*[NUMBERS] * 3),
    weights=st.tuples(*[NUMBERS] * 3),
    bias=NUMBERS,
    inputs=st.integers(1, 3),
    activation=st.sampled_from(list(ACTIVATIONS)),
)
def test_what_a_neuron_gives_out(x, weights, bias, inputs, activation):
    neuron = Neuron(x=x, weights=weights, bias=bias, inputs=inputs, activation=activation)
    firing = fire(neuron)
    z = np.dot(x[:inputs], weights[:inputs]) + bias
    assert firing.weighted_sum == pytest.approx(z, abs=1e-12)
    assert firing.output == pytest.approx(
        float(ACTIVATIONS[activation].fn(np.float32(z))), abs=1e-4, rel=1e-5
    )
    assert len(firing.products) == inputs
    assert sum(firing.products) + bias == pytest.approx(z, abs=1e-12)
    assert Neuron.from_query(neuron.to_query()) == neuron


def test_how_a_neuron_is_written():
    firing = fire(Neuron(weights=(0.8, -0.2, 1), bias=0.5))
    assert firing.sum_symbols == "z = w₁·x₁ + w₂·x₂ + b"
    assert firing.sum_numbers == "z = 0.8·1 + (−0.2)·1 + 0.5 = 1.1"
    assert firing.output_symbols == "y = f(z) = 1 / (1 + e^(−z))"
    assert firing.output_numbers == "y = 1 / (1 + e^(−1.1)) ≈ 0.7503"


def test_a_step_neuron_fires_at_its_threshold():
    at = Neuron(activation="step", inputs=1, weights=(1, 0, 0), x=(2, 0, 0), bias=-2)
    assert (fire(at).weighted_sum, fire(at).output) == (0, 1)
    assert fire(at.changed(x=(1.999, 0, 0))).output == 0


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_curve_and_its_slope(name):
    found = curve(name)
    assert found.z[0] == -6 and found.z[-1] == 6 and 0.0 in found.z
    with jax.enable_x64(True):
        fn = jax.vmap(ACTIVATIONS[name].fn)
        ends = [np.asarray(fn(found.z + side * 1e-6)) for side in (1, -1)]
        np.testing.assert_allclose(found.output, fn(found.z), atol=1e-14)
    off = found.z != 0
    np.testing.assert_allclose(found.slope[off], ((ends[0] - ends[1]) / 2e-6)[off], atol=1e-8)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_corners_are_told_where_there_is_one(name):
    reach = 1e-7
    below, at, above = curve(name, [-reach, 0.0, reach]).output
    sides = (at - below) / reach, (above - at) / reach
    assert (abs(sides[1] - sides[0]) > 1e-3) == (name in CORNERS)
    found = curve(name, [0.0])
    assert found.note == CORNERS.get(name, "")
    if name in CORNERS:
        word = "gives" if name == "step" else "takes"
        assert f"{word} {found.slope[0]:g} " in found.note


@pytest.mark.parametrize("name", ["step"])
def test_the_step_has_no_slope_anywhere(name):
    assert (curve(name).slope == 0).all()


@given(logits=LOGITS, temperature=st.floats(0.01, 100))
def test_softmax_is_scipys(logits, temperature):
    shares = softmax(logits, temperature)
    np.testing.assert_allclose(shares, scipys(np.array(logits) / temperature), rtol=1e-9, atol=1e-300)
    assert shares.sum() == pytest.approx(1)
    np.testing.assert_allclose(softmax(np.array(logits) + 7, temperature), shares, rtol=1e-9, atol=1e-12)


@given(logits=st.lists(st.integers(-20, 20), min_size=3, max_size=3))
def test_softmax_reaches_its_limits(logits):
    cold, hot = softmax_limits(logits)
    np.testing.assert_allclose(softmax(logits, 1e-3), cold, atol=1e-12)
    np.testing.assert_allclose(softmax(logits, 1e9), hot, atol=1e-7)


def test_softmax_of_huge_sums_and_of_many_rows():
    np.testing.assert_array_equal(softmax([1e300, 0, -1e300]), [1, 0, 0])
    np.testing.assert_array_equal(softmax_limits([[2, 2, 0], [0, 1, 2]])[0], [[0.5, 0.5, 0], [0, 0, 1]])
    np.testing.assert_allclose(softmax([[1, 2, 3], [3, 2, 1]])[0], softmax([1, 2, 3]))


@pytest.mark.parametrize(
    ("logits", "temperature"), [([1, 2], 0), ([1, 2], -1), ([1, np.inf], 1), ([1, 2], np.nan)]
)
def test_softmax_needs_a_temperature(logits, temperature):
    with pytest.raises(ValueError, match="temperature above 0"):
        softmax(logits, temperature)


def test_an_unknown_activation_is_told():
    with pytest.raises(ValueError, match="activation='wave' is not allowed: it must be one of linear, step"):
        curve("wave")


def test_both_tables_fit_into_one_link():
    assert not set(NEURON_SETTINGS) & set(PERCEPTRON_SETTINGS)
    for row in (*NEURON_SETTINGS.values(), *PERCEPTRON_SETTINGS.values()):
        assert row.label and row.help.endswith(".")


@pytest.mark.parametrize(
    ("activation", "z", "sign"),
    [("elu", -97.5, "≈"), ("sigmoid", 97.5, "≈"), ("tanh", 97.5, "≈"), ("sigmoid", 0, "="), ("elu", 3, "="),
     ("relu", -97.5, "=")],
)  # fmt: skip
def test_what_a_computer_has_rounded_is_not_called_equal(activation, z, sign):
    """e to the −97.5, less 1, is −1 for a computer, and is not −1."""
    neuron = Neuron(inputs=1, x=(10, 0, 0), weights=(z / 10, 0, 0), activation=activation)
    assert fire(neuron).output_numbers.rsplit(" ", 2)[-2] == sign
