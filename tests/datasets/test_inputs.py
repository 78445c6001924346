"""The inputs against plain `math`, and the array function that computes them."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.datasets import EXTENT, INPUTS, features

BY_HAND = {
    "x1": lambda p, q: p,
    "x2": lambda p, q: q,
    "x1_squared": lambda p, q: math.pow(p, 2),
    "x2_squared": lambda p, q: math.pow(q, 2),
    "x1_x2": lambda p, q: math.prod((p, q)),
    "sin_x1": lambda p, q: math.sin(p),
    "sin_x2": lambda p, q: math.sin(q),
}
coordinate = st.floats(-EXTENT, EXTENT, width=32)


def test_registry_holds_the_contracts_names():
    assert list(INPUTS) == list(BY_HAND)
    assert all(name == entry.name for name, entry in INPUTS.items())
    assert len({entry.label for entry in INPUTS.values()}) == len(INPUTS)
    assert all(entry.about.endswith(".") for entry in INPUTS.values())
    with pytest.raises(dataclasses.FrozenInstanceError):
        INPUTS["x1"].label = "y"


@given(p=coordinate, q=coordinate)
def test_values(p, q):
    found = features(np.array([[p, q]], np.float32), list(INPUTS))[0]
    expected = [fn(p, q) for fn in BY_HAND.values()]
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("shape", [(), (1,), (7,), (4, 5), (0,)])
def test_shape_and_type(shape):
    found = features(np.ones((*shape, 2)), ["x2", "sin_x1", "x1"])
    assert found.shape == (*shape, 3)
    assert found.dtype == np.float32


def test_order_and_repeats_are_kept():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert features(x, ["x2", "x1", "x2"]).tolist() == [[2, 1, 2], [4, 3, 4]]
    assert features(x, ()).shape == (2, 0)


def test_result_is_a_copy():
    x = np.zeros((3, 2), np.float32)
    features(x, ["x1", "x2"])[:] = 1
    assert not x.any()


def test_unknown_input():
    with pytest.raises(ValueError, match=r"inputs='x3'.*allowed: x1, x2, .*sin_x2"):
        features(np.zeros((1, 2)), ["x1", "x3"])


@pytest.mark.parametrize("shape", [(3,), (2, 3), ()])
def test_wrong_shape(shape):
    with pytest.raises(ValueError, match="x has shape"):
        features(np.zeros(shape), ["x1"])
