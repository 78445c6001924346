"""How far the gradient of a batch strays from that of the whole training set, and why batch size decides it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from playground.experiment import Experiment
from playground.nn.optimizers import Hyper
from playground.planning import data_of, hyper_of, plan_of
from playground.surface import unflatten
from playground.training import Data, Plan, data_loss, updates_per_epoch

Floats = NDArray[np.floating[Any]]


@partial(jax.jit, static_argnames="plan")
def _row_gradients(plan: Plan, weights: Array, hyper: Hyper, data: Data) -> Array:
    def loss(flat: Array, x: Array, t: Array) -> Array:
        return data_loss(plan, unflatten(flat, plan.architecture), hyper, x[None], t[None])

    return jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(weights, data.x_train, data.t_train)


def row_gradients(experiment: Experiment, weights: Floats) -> Floats:
    """Return the data loss's gradient at the flat `weights` for each training row, (rows, parameters).

    The gradient of a batch is the mean of its rows', so everything about the noise follows from these.
    """
    plan = plan_of(experiment).pictured
    data = data_of(experiment)
    hyper = hyper_of(experiment, updates_per_epoch(plan.rows, len(data.x_train)))
    return np.asarray(_row_gradients(plan, np.asarray(weights, np.float32), hyper, data)).astype(float)


@dataclass(frozen=True)
class Noise:
    """Batches' gradients beside the full one.

    Attributes
    ----------
    angle : ndarray
        Angle between each batch's gradient and the full one, in degrees, (batches,); not a number where either
        vanishes.
    length : ndarray
        Length of each batch's gradient over that of the full one, (batches,).
    variance : float
        Mean squared distance of the batches' gradients from the full one.
    expected : float
        The same in expectation, for batches drawn without replacement.
    """

    angle: Floats
    length: Floats
    variance: float
    expected: float


def noise(gradients: Floats, size: int, *, batches: int, seed: int) -> Noise:
    """Draw batches of `size` rows from the rows' `gradients` (rows, parameters) and compare with the full one.

    The expected variance of the mean of `size` of `n` rows drawn without replacement is σ²/size · (n − size)/(n − 1),
    with σ² the rows' own variance: it falls as 1/size, and to 0 for the full batch.
    Source: Cochran, "Sampling Techniques", 3rd ed., theorem 2.2.

    Raises
    ------
    ValueError
        If `size` is not from 1 to the number of rows, or `batches` below 1.
    """
    rows = len(gradients)
    if not 1 <= size <= rows or batches < 1:
        raise ValueError(
            f"size={size}, batches={batches}: a batch has 1 to {rows} rows, and one is the least"
        )
    generator = np.random.default_rng(seed)
    full = gradients.mean(axis=0)
    drawn = np.stack([gradients[generator.permutation(rows)[:size]].mean(axis=0) for _ in range(batches)])
    lengths, whole = np.linalg.norm(drawn, axis=1), np.linalg.norm(full)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = drawn @ full / (lengths * whole)
        ratio = lengths / whole
    spread = float(np.mean(np.sum((gradients - full) ** 2, axis=1)))
    return Noise(
        angle=np.degrees(np.arccos(np.clip(cosine, -1, 1))),
        length=ratio,
        variance=float(np.mean(np.sum((drawn - full) ** 2, axis=1))),
        expected=spread / size * (rows - size) / max(rows - 1, 1),
    )
