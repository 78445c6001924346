"""The multilayer perceptron: its static shape and its forward pass."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from playground.nn.activations import ACTIVATIONS

Parameters = list[dict[str, Array]]

# Up to this many multiplications a layer is written out as a broadcast product and a sum, which XLA fuses with its
# neighbours; above it stands the real matrix product, a call of its own. Measured on two CPU cores, an update of
# 2-8-8-1 takes, written out (as a product): 0.8 (4.9) µs for 10 rows, 3.2 (8.2) for 32, 16 (10) for 64, 51 (23) for
# 250; one of 2-16-16-1 takes 1.4 (5.8) for 10 rows, 16 (9) for 32, 249 (38) for 250.
FUSED_PRODUCT_LIMIT = 3000


@dataclass(frozen=True)
class Architecture:
    """What decides the compiled code of a network.

    Attributes
    ----------
    sizes : tuple of int
        Neurons per layer, the inputs first and the output last.
    activations : tuple of str
        Activation of each hidden layer, ``len(sizes) - 2`` of them.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.activations) != len(self.sizes) - 2:
            raise ValueError(f"activations={self.activations!r} must name one activation per hidden layer")


def unflatten(weights: Any, architecture: Architecture) -> list[dict[str, Any]]:
    """Return the layers of flat parameters, as a frame's `weights` holds them: per layer w row by row, then b."""
    layers, at = [], 0
    for fan_in, fan_out in pairwise(architecture.sizes):
        w = weights[at : at + fan_in * fan_out].reshape(fan_in, fan_out)
        at += fan_in * fan_out
        layers.append({"w": w, "b": weights[at : at + fan_out]})
        at += fan_out
    return layers


def product(x: Array, w: Array) -> Array:
    """Return ``x @ w`` in whichever form compiles to the faster code; the one place that chooses."""
    if len(x) * w.size <= FUSED_PRODUCT_LIMIT:
        return jnp.sum(x[:, :, None] * w[None], axis=1)
    return x @ w


def drop(key: Array, rate: Array, h: Array) -> Array:
    """Zero each entry of `h` with probability `rate` and scale the rest to keep the mean (inverted dropout).

    Source: Srivastava et al. 2014, with the scaling moved from test time to training time.
    """
    kept = jax.random.uniform(key, h.shape) >= rate
    return jnp.where(kept, h / (1.0 - rate), 0.0)


def layer_outputs(
    parameters: Parameters, x: Array, architecture: Architecture, dropout: tuple[Array, Array] | None = None
) -> list[Array]:
    """Compute what every layer gives out.

    Parameters
    ----------
    parameters : list of dict
        Per layer ``{"w": (fan_in, fan_out), "b": (fan_out,)}``.
    x : Array
        Inputs, shape (rows, inputs).
    architecture : Architecture
        The shape that `parameters` have.
    dropout : tuple of (key, rate), optional
        If given, hidden outputs are dropped at that rate.

    Returns
    -------
    list of Array
        Each hidden layer's outputs (rows, neurons), then the output layer's *logits*: the weighted sum
        before any output activation.
    """
    outputs = []
    for number, (layer, name) in enumerate(zip(parameters[:-1], architecture.activations, strict=True)):
        x = ACTIVATIONS[name].fn(product(x, layer["w"]) + layer["b"])
        if dropout is not None:
            key, rate = dropout
            x = drop(jax.random.fold_in(key, number), rate, x)
        outputs.append(x)
    last = parameters[-1]
    outputs.append(product(x, last["w"]) + last["b"])
    return outputs


def logits(
    parameters: Parameters, x: Array, architecture: Architecture, dropout: tuple[Array, Array] | None = None
) -> Array:
    """Return the output layer's weighted sums, shape (rows, outputs). Arguments as `layer_outputs`."""
    return layer_outputs(parameters, x, architecture, dropout)[-1]
