"""The penalty and its slope, written out."""

import jax
import numpy as np
import pytest

from playground.nn.regularization import penalty

PARAMETERS = [
    {"w": np.array([[1.0, -2.0], [0.5, 0.0]]), "b": np.array([9.0, -9.0])},
    {"w": np.array([[-3.0], [0.25]]), "b": np.array([100.0])},
]


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.1, 0.0), (0.0, 0.3), (0.02, 0.5)])
def test_value_and_slope(l1, l2):
    with jax.enable_x64(True):
        value, slope = jax.value_and_grad(penalty)(PARAMETERS, l1, l2)
    # Σ|w| = 1 + 2 + ½ + 3 + ¼ and Σw² = 1 + 4 + ¼ + 9 + 1/16, by hand.
    assert value == pytest.approx(l1 * 6.75 + l2 * 14.3125 / 2, rel=1e-12)
    for layer, down in zip(PARAMETERS, slope, strict=True):
        # The slope of |w| at 0 is taken as 0: a weight that is 0 stays there.
        np.testing.assert_allclose(down["w"], l1 * np.sign(layer["w"]) + l2 * layer["w"], rtol=1e-12)
        assert not np.any(down["b"])
