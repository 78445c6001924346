"""The pictures of several classes show the class that the network decides on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from playground import Experiment, Run
from playground.observing import surface_bytes
from tests import reference

SEVERAL = ["softmax", "sigmoid", "linear"]


@pytest.mark.parametrize("output", SEVERAL)
@settings(max_examples=60)
@given(
    z=st.integers(3, 5).flatmap(
        lambda classes: arrays(
            np.float32,
            (20, classes),
            # Near each other, near 0, and where every output is clipped or saturated.
            elements=st.sampled_from([-60.0, -2.0, -1.0, 0.0, 1e-4, 1.0, 1.5, 20.0, 25.0, 60.0])
            | st.floats(-3, 3, width=32, allow_subnormal=False),  # which the compiled code takes for 0
        )
    )
)
def test_the_largest_byte_is_the_largest_output(output, z):
    found = np.asarray(surface_bytes("several_classes", output, z)).astype(int)
    assert found.min() >= 0
    assert found.max() <= 254
    assert np.array_equal(found.argmax(axis=1), z.argmax(axis=1))
    # No other byte is as large, and none strays from the output by more than rounding and a level.
    assert np.all(np.diff(np.sort(found, axis=1)[:, -2:]) > 0)
    expected = 127 + 127 * np.clip(reference.output(z.astype(float), output), -1, 1)
    assert np.abs(found - expected).max() <= 1.5 + 1e-2


@pytest.mark.parametrize(
    ("output", "rate", "updates"), [("linear", 0.1, 3000), ("sigmoid", 0.1, 60), ("softmax", 0.1, 60)]
)
def test_a_trained_networks_picture_shows_its_decisions(output, rate, updates):
    e = Experiment(
        data="spirals", classes=4, hidden=(12, 8), activation="relu" if output == "linear" else "tanh",
        loss="squared_error", output=output, learning_rate=rate, batch=50,
    )  # fmt: skip
    run = Run(e)
    surface = run.advance(1, updates).surface[0]
    z = reference.logits(run.params, reference.inputs(reference.grid(e.data), e.inputs), e.activations)
    first, second = np.sort(z, axis=1)[:, -1:-3:-1].T
    told_apart = first - second > 1e-3  # by float32, too
    assert told_apart.mean() > 0.95
    decided = surface.reshape(4, -1).argmax(axis=0)
    assert np.array_equal(decided[told_apart], z.argmax(axis=1)[told_apart])
    # Rounded or clipped alone, outputs would have tied, and the lower class been painted.
    clipped = np.round(127 + 127 * np.clip(reference.output(z, output), -1, 1)).astype(int).argmax(axis=1)
    assert np.any(clipped[told_apart] != decided[told_apart])
