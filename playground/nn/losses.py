"""Losses and the output activations that go with them, one entry each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax
from jax import Array

from playground.nn.activations import ACTIVATIONS

# Output activations: the hidden layers' own, and softmax, which mixes the neurons of its layer.
OUTPUTS: dict[str, Callable[[Array], Array]] = {
    "linear": ACTIVATIONS["linear"].fn,
    "sigmoid": ACTIVATIONS["sigmoid"].fn,
    "tanh": ACTIVATIONS["tanh"].fn,
    "softmax": lambda z: jax.nn.softmax(z, axis=-1),
}
OUTPUT_LABELS = {"linear": "Linear", "sigmoid": "Sigmoid", "tanh": "Tanh", "softmax": "Softmax"}


@dataclass(frozen=True)
class Loss:
    """What training makes small.

    Attributes
    ----------
    label : str
        Name shown to a person.
    formula : str
        The formula for one row, as text.
    outputs : dict
        Problem name -> output activations that fit it, the default first. A problem that is not a key
        cannot use this loss.
    per_row : callable
        ``per_row(logits, targets, output, delta)`` with logits and targets (rows, outputs) gives (rows,).
        `delta` is Huber's corner and read by Huber alone.
    """

    label: str
    formula: str
    outputs: dict[str, tuple[str, ...]]
    per_row: Callable[[Array, Array, str, Array], Array]


def _squared(z: Array, t: Array, output: str, delta: Array) -> Array:
    # optax.l2_loss is half the square, so that its slope is the plain difference y − t.
    return jnp.sum(optax.l2_loss(OUTPUTS[output](z), t), axis=-1)


def _binary(z: Array, t: Array, output: str, delta: Array) -> Array:
    # For t of 0 or 1, −t·ln σ(z) − (1−t)·ln(1−σ(z)) is this, with one exponential where optax's function takes
    # two: 13 % of an epoch of 2-4-2-1.
    return jnp.sum(jax.nn.softplus((1.0 - 2.0 * t) * z), axis=-1)


def _categorical(z: Array, t: Array, output: str, delta: Array) -> Array:
    return optax.softmax_cross_entropy(z, t)


def _huber(z: Array, t: Array, output: str, delta: Array) -> Array:
    return jnp.sum(optax.huber_loss(OUTPUTS[output](z), t, delta=delta), axis=-1)


LOSSES: dict[str, Loss] = {
    "binary_cross_entropy": Loss(
        "Binary cross-entropy", "−t·ln y − (1−t)·ln(1−y)", {"two_classes": ("sigmoid",)}, _binary
    ),
    "categorical_cross_entropy": Loss(
        "Categorical cross-entropy", "−Σ t·ln y", {"several_classes": ("softmax",)}, _categorical
    ),
    "squared_error": Loss(
        "Squared error",
        "½·(y − t)²",
        {
            "two_classes": ("tanh", "sigmoid", "linear"),
            "several_classes": ("softmax", "sigmoid", "linear"),
            "regression": ("linear", "tanh"),
        },
        _squared,
    ),
    "huber": Loss(
        "Huber", "½·(y − t)² near, δ·(|y − t| − ½δ) far", {"regression": ("linear", "tanh")}, _huber
    ),
}


def losses_for(problem: str) -> list[str]:
    """Return the names of the losses that fit `problem`, its default first."""
    return [name for name, loss in LOSSES.items() if problem in loss.outputs]


def low_target(output: str) -> float:
    """Return the target that stands for "not this class": −1 where the output reaches it, else 0."""
    return -1.0 if output in ("tanh", "linear") else 0.0
