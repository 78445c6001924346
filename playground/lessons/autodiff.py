"""The worked example's gradients by automatic differentiation, to lay beside those by hand."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

from playground.lessons.chain_rule import passes
from playground.lessons.worked import HIDDEN, PARAMETERS, Worked
from playground.nn.activations import ACTIVATIONS
from playground.nn.network import Architecture, Parameters, logits

PRECISIONS = {"float32": "32 bits, as the networks train", "float64": "64 bits"}


class Comparison(NamedTuple):
    """One gradient, found twice."""

    by_hand: float
    by_autodiff: float

    @property
    def difference(self) -> float:
        """What the two ways differ by."""
        return self.by_hand - self.by_autodiff


def autodiff(worked: Worked, precision: str = "float64") -> dict[str, Comparison]:
    """Differentiate the error of one update by `jax.grad` through the functions that the networks train with.

    Nothing of the hand computation goes into it, and nothing is rounded on the way. The code is not compiled as a
    whole: one gradient is not worth the wait, and each pair of activations would be kept in memory.

    Parameters
    ----------
    worked : Worked
        Whose gradients.
    precision : str
        A key of `PRECISIONS`.

    Returns
    -------
    dict
        Name of each learned weight and bias -> gradient by hand and by automatic differentiation.

    Raises
    ------
    ValueError
        For another precision.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"precision={precision!r} is not allowed: it must be one of {', '.join(PRECISIONS)}")
    x, t = worked.rows
    hand = passes(worked, worked.values, x, t).gradient
    # Only in here, and only in this thread: the rest of the app keeps its 32 bits.
    with jax.enable_x64(precision == "float64"):
        kind = jnp.dtype(precision)
        inputs, targets = jnp.asarray(x, kind), jnp.asarray(t, kind)
        gradient = jax.grad(_error)(_layers(jnp.asarray(worked.values, kind)), worked, inputs, targets)
        found = np.concatenate(
            [np.asarray(part, float).T.ravel() for layer in "wb" for part in (g[layer] for g in gradient)]
        )
    both = zip(PARAMETERS, hand.tolist(), found.tolist(), strict=True)
    compared = {name: Comparison(by_hand, by_autodiff) for name, by_hand, by_autodiff in both}
    return {name: compared[name] for name in worked.learned}


def _layers(values: Array) -> Parameters:
    """Return flat parameters as the network takes them: `Worked` lists weights neuron by neuron."""
    return [
        {"w": values[:6].reshape(HIDDEN, 2).T, "b": values[9:12]},
        {"w": values[6:9].reshape(HIDDEN, 1), "b": values[12:]},
    ]


def _error(parameters: Parameters, worked: Worked, x: Array, t: Array) -> Array:
    z = logits(parameters, x, Architecture((2, HIDDEN, 1), (worked.activation,)))[:, 0]
    if worked.error == "cross_entropy":
        return jnp.sum(optax.sigmoid_binary_cross_entropy(z, t))
    return jnp.sum(optax.l2_loss(ACTIVATIONS[worked.output].fn(z), t))
