"""Activation functions, one entry each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array


@dataclass(frozen=True)
class Activation:
    """An elementwise function from a neuron's weighted sum to its output.

    Attributes
    ----------
    label : str
        Name shown to a person.
    fn : callable
        Maps an array of weighted sums to an array of outputs of the same shape. Its derivative is
        whatever `jax.grad` makes of it.
    about : str
        One sentence on what it does and when it helps.
    """

    label: str
    fn: Callable[[Array], Array]
    about: str


def step(z: Array) -> Array:
    """Return 1 where `z` is at or above the threshold 0, else 0. Its derivative is 0 everywhere."""
    return jnp.where(z >= 0, 1.0, 0.0).astype(z.dtype)


ACTIVATIONS: dict[str, Activation] = {
    "linear": Activation(
        "Linear", lambda z: z, "Passes the sum on unchanged; layers of it add up to a single linear layer."
    ),
    "step": Activation(
        "Step",
        step,
        "1 at or above zero, else 0. Its slope is zero everywhere, "
        "so descent cannot train what lies before it.",
    ),
    "sigmoid": Activation(
        "Sigmoid", jax.nn.sigmoid, "Squeezes to 0…1; almost flat far from zero, where learning stalls."
    ),
    "tanh": Activation(
        "Tanh", jnp.tanh, "Squeezes to −1…1, centred on zero; a good default for small networks."
    ),
    "relu": Activation(
        "ReLU", jax.nn.relu, "Zero below zero, the sum itself above; fast, but a neuron can die."
    ),
    "leaky_relu": Activation(
        "Leaky ReLU",
        lambda z: jax.nn.leaky_relu(z, 0.01),
        "ReLU with a slope of 0.01 below zero, so none dies.",
    ),
    "elu": Activation("ELU", jax.nn.elu, "Like ReLU, but bends smoothly to −1 below zero."),
    "gelu": Activation(
        "GELU",
        lambda z: jax.nn.gelu(z, approximate=False),
        "A smooth ReLU weighted by the normal distribution.",
    ),
    "silu": Activation(
        "SiLU", jax.nn.silu, "The sum times its sigmoid, also called swish; smooth, dips below zero."
    ),
    "softplus": Activation("Softplus", jax.nn.softplus, "The smooth version of ReLU, never quite zero."),
    "sine": Activation("Sine", jnp.sin, "A wave; fits ripples with few neurons and has many poor valleys."),
}


def activation_named(name: str) -> Activation:
    """Return an activation.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"activation={name!r} is not allowed: it must be one of {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]
