"""Penalties on the size of the weights."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from playground.nn.network import Parameters


def penalty(parameters: Parameters, l1: Array, l2: Array) -> Array:
    """Return ``l1·Σ|w| + ½·l2·Σw²`` over all weights. Biases are not penalized."""
    absolute = sum(jnp.sum(jnp.abs(layer["w"])) for layer in parameters)
    square = sum(jnp.sum(layer["w"] ** 2) for layer in parameters)
    return jnp.asarray(l1 * absolute + 0.5 * l2 * square)
