"""A step neuron's line and its error: what the perceptron rule moves, and why gradient descent cannot."""

from __future__ import annotations

from typing import Literal

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array
from numpy.typing import ArrayLike, NDArray

from playground.nn.activations import activation_named

Floats = NDArray[np.float64]
Line = tuple[tuple[float, float], tuple[float, float]]

WHY_NOT_GRADIENT_DESCENT = (
    "The error of a step neuron changes only where a point crosses its line, and there it jumps. Everywhere else it "
    "is flat: the gradient is 0, so gradient descent never moves. The perceptron rule does not follow a slope: it "
    "turns the line towards each point that is on the wrong side."
)


def line(weights: ArrayLike, bias: float, window: tuple[float, float]) -> Line | None:
    """Return the two ends of w₁x₁ + w₂x₂ + b = 0 in a square window, or None where the line is not in it.

    Parameters
    ----------
    weights : pair of float
        w₁ and w₂; both 0 make no line.
    bias : float
        b.
    window : pair of float
        From where to where, for both coordinates.
    """
    w = np.asarray(weights, float)
    squared = float(w @ w)
    if squared == 0:
        return None
    # From the point of the line that is nearest to the window's middle, along it both ways to the border.
    low, high = window
    middle = np.full(2, (low + high) / 2)
    foot = middle - w * ((w @ middle + bias) / squared)
    along = np.array([-w[1], w[0]]) / np.sqrt(squared)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # along an axis, or as good as
        reach = np.sort(np.stack([(low - foot) / along, (high - foot) / along]), axis=0)
    slanted = along != 0
    if not ((foot >= low) & (foot <= high))[~slanted].all():
        return None
    first, last = reach[0, slanted].max(), reach[1, slanted].min()
    if first >= last:
        return None
    a, b = (np.clip(foot + along * side, low, high) for side in (first, last))
    return (float(a[0]), float(a[1])), (float(b[0]), float(b[1]))


def error_and_gradient(
    weights: ArrayLike, bias: float, x: ArrayLike, targets: ArrayLike, activation: str = "step"
) -> tuple[float, Floats]:
    """Return Σ ½(t − y)² of one neuron over the rows, and its gradient for (w₁, w₂, b) by automatic differentiation.

    Raises
    ------
    ValueError
        For an unknown activation.
    """
    fn = activation_named(activation).fn
    with jax.enable_x64(True):
        rows, t = jnp.asarray(x, float), jnp.asarray(targets, float)

        def error(w: Array) -> Array:
            return jnp.sum(optax.l2_loss(fn(rows @ w[:2] + w[2]), t))

        value, gradient = jax.value_and_grad(error)(jnp.asarray([*np.asarray(weights, float), bias]))
        return float(value), np.array(gradient)


def error_along(
    which: Literal["w1", "w2", "b"],
    values: ArrayLike,
    weights: ArrayLike,
    bias: float,
    x: ArrayLike,
    targets: ArrayLike,
) -> Floats:
    """Return Σ ½(t − y)² of a step neuron with one of its numbers at each of `values`: a staircase.

    Raises
    ------
    ValueError
        If `which` is none of them.
    """
    names = ("w1", "w2", "b")
    if which not in names:
        raise ValueError(f"which={which!r} is not allowed: it must be one of {', '.join(names)}")
    at = np.asarray(values, float)
    lines = np.tile([*np.asarray(weights, float), float(bias)], (len(at), 1))
    lines[:, names.index(which)] = at
    points = np.asarray(x, float)
    outputs = lines @ np.column_stack([points, np.ones(len(points))]).T >= 0
    return np.asarray(0.5 * np.sum((outputs - np.asarray(targets, float)) ** 2, axis=1))
