"""The starting weights against the variances of the papers."""

import numpy as np
import pytest

from playground.nn.initializers import INITIALIZERS, initial_parameters

FAN_IN, FAN_OUT = 300, 200
COUNT = FAN_IN * FAN_OUT
UNIFORM = {
    "glorot_uniform": (6 / (FAN_IN + FAN_OUT)) ** 0.5,
    "he_uniform": (6 / FAN_IN) ** 0.5,
    "uniform_small": 0.05,
    "uniform_half": 0.5,
}
NORMAL = {
    "glorot_normal": (2 / (FAN_IN + FAN_OUT)) ** 0.5,
    "he_normal": (2 / FAN_IN) ** 0.5,
    "lecun_normal": FAN_IN**-0.5,
    "normal": 0.7,
}


def draw(name, sizes=(FAN_IN, FAN_OUT), bias=0.0, seed=(1, 2)):
    return initial_parameters(sizes, name, scale=0.7, bias=bias, seed=seed)


def test_every_entry_is_tested_here():
    assert {*UNIFORM, *NORMAL, "zeros"} == set(INITIALIZERS)


@pytest.mark.parametrize("name", UNIFORM)
def test_uniform(name):
    limit, w = UNIFORM[name], draw(name)[0]["w"]
    assert np.abs(w).max() <= np.float32(limit)
    assert np.abs(w).max() > 0.999 * limit
    assert w.mean() == pytest.approx(0, abs=5 * limit / (3 * COUNT) ** 0.5)
    assert w.var() == pytest.approx(limit**2 / 3, rel=0.02)
    # As many in each tenth of the range.
    counts = np.histogram(w, 10, (-limit, limit))[0]
    assert np.abs(counts / (COUNT / 10) - 1).max() < 0.07


@pytest.mark.parametrize("name", NORMAL)
def test_normal(name):
    deviation, w = NORMAL[name], draw(name)[0]["w"]
    assert w.mean() == pytest.approx(0, abs=5 * deviation / COUNT**0.5)
    assert w.std() == pytest.approx(deviation, rel=0.02)
    # 68.27 % lie within one standard deviation, 95.45 % within two; of a uniform distribution 58 and 100.
    assert np.mean(np.abs(w) < deviation) == pytest.approx(0.6827, abs=0.01)
    assert np.mean(np.abs(w) < 2 * deviation) == pytest.approx(0.9545, abs=0.005)


def test_zeros():
    assert not draw("zeros")[0]["w"].any()


@pytest.mark.parametrize("name", INITIALIZERS)
def test_shapes_types_and_biases(name):
    parameters = draw(name, sizes=(2, 4, 3, 1), bias=-0.25)
    assert [layer["w"].shape for layer in parameters] == [(2, 4), (4, 3), (3, 1)]
    assert [layer["b"].tolist() for layer in parameters] == [[-0.25] * size for size in (4, 3, 1)]
    assert {part.dtype for layer in parameters for part in layer.values()} == {np.dtype(np.float32)}


def test_a_layer_keeps_its_start_when_another_changes_size():
    one, other = draw("he_normal", (2, 4, 3, 5, 1)), draw("he_normal", (2, 4, 3, 6, 2))
    assert np.array_equal(one[0]["w"], other[0]["w"])
    assert np.array_equal(one[1]["w"], other[1]["w"])
    assert not np.array_equal(one[2]["w"], other[2]["w"][:, :5])


def test_layers_and_seeds_draw_differently():
    first, second = draw("normal", (3, 3, 3))
    assert not np.array_equal(first["w"], second["w"])
    starts = [
        draw("normal", (3, 3), seed=seed)[0]["w"].tobytes() for seed in [(1, 2), (2, 1), (0, 1), (1, 0)]
    ]
    assert len(set(starts)) == 4
    assert draw("normal", (3, 3), seed=(1, 2))[0]["w"].tobytes() == starts[0]
