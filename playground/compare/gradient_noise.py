"""How far the gradient of a batch strays from that of the whole training set, and why batch size decides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import ArrayLike, NDArray

from playground.compiled import planned, remember
from playground.experiment import Experiment
from playground.nn.network import unflatten
from playground.nn.optimizers import Hyper
from playground.planning import data_of, hyper_of, key_of, plan_of
from playground.row_order import epoch_order
from playground.training import CAPACITY, Data, Plan, data_loss, updates_per_epoch

Floats = NDArray[np.floating[Any]]


def _each_row(plan: Plan, weights: Array, hyper: Hyper, data: Data) -> Array:
    """Return the gradient of each training row's loss at the flat `weights`, (rows, parameters)."""

    def loss(flat: Array, x: Array, t: Array) -> Array:
        return data_loss(plan, unflatten(flat, plan.architecture), hyper, x[None], t[None])

    return jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(weights, data.x_train, data.t_train)


_row_gradients = planned()(_each_row)


def row_gradients(experiment: Experiment, weights: Floats) -> Floats:
    """Return the data loss's gradient at the flat `weights` for each training row, (rows, parameters).

    The gradient of a batch is the mean of its rows', so everything about the noise follows from these.
    """
    plan = plan_of(experiment).pictured
    data = data_of(experiment)
    remember(plan, "gradients", len(data.x_train))
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


class Strays(NamedTuple):
    """How far the next batch of a run strays, per frame: as in `Noise`, but for the one batch that comes."""

    angle: Floats
    length: Floats


@planned()
def _strays(
    plan: Plan,
    weights: Array,
    updates: Array,
    count: Array,
    hyper: Hyper,
    data: Data,
    key: Array,
    batch: Array,
) -> tuple[Array, Array]:
    n = data.x_train.shape[0]
    rows, per_epoch, shuffled = batch

    def one(number: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        gradients = _each_row(plan, weights[number], hyper, data)
        full = jnp.mean(gradients, axis=0)
        epoch, turn = updates[number] // per_epoch, updates[number] % per_epoch
        order = jnp.where(shuffled, epoch_order(key, epoch, n), jnp.arange(n))
        place = jnp.arange(n)
        taken = (place >= turn * rows) & (place < (turn + 1) * rows)
        drawn = taken @ gradients[order] / jnp.sum(taken)
        lengths = jnp.linalg.norm(drawn), jnp.linalg.norm(full)
        # atan2 instead of arccos, which loses half the digits of a small angle: |a/|a| ± b/|b||.
        a, b = drawn / lengths[0], full / lengths[1]
        angle = 2 * jnp.degrees(jnp.arctan2(jnp.linalg.norm(a - b), jnp.linalg.norm(a + b)))
        angles, ratios = carry
        return angles.at[number].set(angle), ratios.at[number].set(lengths[0] / lengths[1])

    blank = jnp.zeros(len(updates))
    return lax.fori_loop(0, count, one, (blank, blank))


def strays(experiment: Experiment, weights: ArrayLike, updates: ArrayLike) -> Strays:
    """Compare the gradient of the batch that comes next with the full one, for the frames of a run.

    Both are of the `weights` given, which have to be those that are trained: of averaged descent a frame shows others.

    Parameters
    ----------
    experiment : Experiment
        The run's.
    weights : ndarray
        Flat parameters of each frame, (frames, parameters).
    updates : ndarray
        Updates made before each, (frames,).
    """
    flat, numbers = np.asarray(weights, np.float32), np.asarray(updates, np.int32)
    plan = plan_of(experiment)
    data = data_of(experiment)
    n = len(data.x_train)
    remember(plan.pictured, "strays", n)
    per_epoch = updates_per_epoch(plan.rows, n)
    batch = np.array([plan.rows, per_epoch, plan.shuffle and plan.rows < n], np.int32)
    hyper, key = hyper_of(experiment, per_epoch), key_of(experiment)
    found: list[list[Floats]] = []
    for first in range(0, max(1, len(numbers)), CAPACITY):
        part = slice(first, first + CAPACITY)
        count = len(numbers[part])
        # Always as many, or other numbers of frames would be compiled for anew.
        w, at = np.zeros((CAPACITY, flat.shape[1]), np.float32), np.zeros(CAPACITY, np.int32)
        w[:count], at[:count] = flat[part], numbers[part]
        each = _strays(plan.pictured, w, at, np.int32(count), hyper, data, key, batch)
        found.append([np.asarray(array)[:count] for array in each])
    return Strays(*(np.concatenate(arrays) for arrays in zip(*found, strict=True)))
