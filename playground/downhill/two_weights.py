"""A network so small that its whole loss can be drawn: two weights, one for each axis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike
from numpy.typing import NDArray

from playground.nn.activations import ACTIVATIONS
from playground.nn.losses import LOSSES

Floats = NDArray[np.floating[Any]]

INNER, OUTER = 0.8, 1.5  # the weights that made the data
NOISE = 0.3  # standard deviation: enough that single rows disagree at the minimum
REACH = 3.0


@lru_cache(maxsize=8)
def _rows(count: int, seed: int) -> tuple[Floats, Floats]:
    generator = np.random.default_rng(seed)
    x = generator.uniform(-REACH, REACH, count)
    return x, OUTER * np.tanh(INNER * x) + NOISE * generator.standard_normal(count)


@dataclass(frozen=True)
class TwoWeights:
    """The mean loss of ``w₂ · tanh(w₁ · input)`` on noisy rows: one input, one tanh neuron, one output, no biases.

    The loss is half the squared error of `LOSSES`. Turning both weights' signs changes nothing, so there are two
    equally good minima; between them, at the origin, lies a saddle whose Hessian is ``−c·[[0, 1], [1, 0]]`` with
    ``c`` the mean of input times target.

    Attributes
    ----------
    count : int
        Rows of data.
    seed : int
        Of the rows.
    """

    count: int = 40
    seed: int = 0

    @property
    def rows(self) -> tuple[Floats, Floats]:
        """Inputs and targets, (count,) each."""
        return _rows(self.count, self.seed)

    def row_costs(self, w1: ArrayLike, w2: ArrayLike) -> Array:
        """Return the loss of each row, (…, count), for weights of shapes that broadcast to (…)."""
        x, t = (jnp.asarray(array) for array in self.rows)
        first, second = jnp.broadcast_arrays(jnp.asarray(w1), jnp.asarray(w2))
        logits = second[..., None] * ACTIVATIONS["tanh"].fn(first[..., None] * x)
        # Rows lie along the last axis but one, as everywhere in the losses; the last is the single output.
        targets = jnp.broadcast_to(t, logits.shape)
        return LOSSES["squared_error"].per_row(
            logits[..., None], targets[..., None], "linear", jnp.float32(1)
        )

    def __call__(self, w1: ArrayLike, w2: ArrayLike) -> Array:
        """Return the mean loss of all rows, (…)."""
        return jnp.mean(self.row_costs(w1, w2), axis=-1)
