"""Penalties on the size of the weights."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from playground.nn.network import Parameters


def penalty(parameters: Parameters, l1: Array, l2: Array) -> Array:
    """Return ``l1·Σ|w| + ½·l2·Σw²`` over all weights. Biases are not penalized."""
    # Not jnp.abs: its slope at 0 is 1 in JAX, which would push weights of 0 away from 0; here it is 0.
    absolute = sum(jnp.sum(layer["w"] * jnp.sign(layer["w"])) for layer in parameters)
    square = sum(jnp.sum(layer["w"] ** 2) for layer in parameters)
    return jnp.asarray(l1 * absolute + 0.5 * l2 * square)
