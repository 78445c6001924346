"""Activations and their slopes by automatic differentiation, in double precision."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import ArrayLike, NDArray

from playground.nn.activations import activation_named

Floats = NDArray[np.float64]


def outputs_and_slopes(activation: str, sums: ArrayLike) -> tuple[Floats, Floats]:
    """Return f(z) and f′(z) for all `sums`, in their shape.

    It is compiled as a whole for each activation and shape: one after the other, the operations of which it consists
    would take six times as long to compile. Who calls it keeps to a few shapes.

    Raises
    ------
    ValueError
        For an unknown activation.
    """
    activation_named(activation)
    with jax.enable_x64(True):
        outputs, slopes = _compiled(activation, jnp.asarray(sums, float))
        return np.array(outputs), np.array(slopes)


@partial(jax.jit, static_argnames="activation")
def _compiled(activation: str, sums: Array) -> tuple[Array, Array]:
    # Each output depends on its own sum alone, so the gradient of their sum holds every slope.
    outputs, backward = jax.vjp(activation_named(activation).fn, sums)
    (slopes,) = backward(jnp.ones_like(outputs))
    return outputs, slopes
