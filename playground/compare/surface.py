"""The loss over a plane through weight space, and how much of a path such a plane shows.

A network's loss is a function of all its parameters; a picture has room for two directions. Which two are taken
decides what is seen, and what is lost is told beside it: the plane's share of the paths' variance, and at each
point of a path the gap between its true loss and the loss of the plane under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from playground.compiled import planned, remember
from playground.experiment import Experiment
from playground.nn.network import Architecture, unflatten
from playground.nn.optimizers import Hyper
from playground.planning import data_of, hyper_of, plan_of
from playground.training import Data, Plan, data_loss, updates_per_epoch

AT_ONCE = 64  # places looked at in one call: their layers' outputs stay in the processor's cache

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Plane:
    """Two directions through weight space.

    Attributes
    ----------
    origin : ndarray
        The parameters at (0, 0), flat as in a frame's `weights`, (parameters,).
    directions : ndarray
        What one step along either axis adds to them, (2, parameters).
    shares : ndarray or None
        Share of the paths' variance along each direction, (2,); None where no path decided the directions.
    """

    origin: Floats
    directions: Floats
    shares: Floats | None = None

    def at(self, places: Floats) -> Floats:
        """Return the parameters at `places` (…, 2) of the plane, (…, parameters)."""
        return self.origin + places @ self.directions

    def coordinates(self, weights: Floats) -> Floats:
        """Return where on the plane the point nearest to each of `weights` (…, parameters) lies, (…, 2)."""
        return np.linalg.lstsq(
            self.directions.T, (weights - self.origin).reshape(-1, len(self.origin)).T, rcond=None
        )[0].T.reshape(*weights.shape[:-1], 2)


def plane_through(paths: Sequence[Floats]) -> Plane:
    """Return the plane that best holds all `paths` together: their first two principal components.

    Parameters
    ----------
    paths : sequence of ndarray
        Flat parameters along each path, (steps, parameters); each path counts alike, however many steps it has.

    Raises
    ------
    ValueError
        If the points of all paths lie on one line, or are fewer than three: no single plane is best then.
    """
    longest = max(len(path) for path in paths)
    # As many points of each path, or a lane recorded more densely would draw the plane to itself.
    points = np.concatenate(
        [path[np.linspace(0, len(path) - 1, longest).round().astype(int)] for path in paths]
    )
    # Points that rounding alone moves off a line have no second direction. Numbers of size s, rounded, are a matrix of
    # noise whose norm is at most about s · eps · (√rows + √columns); what PCA does with it is several times as much.
    precision = max(np.finfo(path.dtype).eps for path in paths)
    rounding = 8 * precision * np.abs(points).max() * (points.shape[0] ** 0.5 + points.shape[1] ** 0.5)
    points = points.astype(float)
    if len(np.unique(points, axis=0)) < 3:
        raise ValueError("A plane needs paths of at least three different points")
    found = PCA(2, svd_solver="full").fit(points)
    if found.singular_values_[1] <= rounding:
        raise ValueError("A plane needs paths that do not all lie on one line")
    return Plane(found.mean_, _ahead(found.components_, paths), found.explained_variance_ratio_)


def _ahead(directions: Floats, paths: Sequence[Floats]) -> Floats:
    """Return `directions` turned so that the `paths`, on the whole, lead forward along each.

    A principal component has no sign of its own; without this a picture would be mirrored from one look to the next.
    """
    heading = np.mean([path[-1] - path[0] for path in paths], axis=0)
    return directions * np.where(directions @ heading < 0, -1, 1)[:, None]


def plane_of_ends(paths: Sequence[Floats]) -> Plane:
    """Return the plane through the ends of `paths`, and, if there are two, their common start.

    Of more than three ends it is the plane that best holds them. Its shares are of the variance of the whole paths.

    Raises
    ------
    ValueError
        As `plane_through`.
    """
    ends = [path[-1:] for path in paths]
    found = plane_through([*ends, *([paths[0][:1]] if len(ends) < 3 else [])])
    points = np.concatenate(paths).astype(float)
    points = points - points.mean(axis=0)
    shares = np.sum((points @ found.directions.T) ** 2, axis=0) / np.sum(points**2)
    return Plane(found.origin, _ahead(found.directions, paths), shares)


def random_plane(weights: Floats, architecture: Architecture, seed: int) -> Plane:
    """Return a plane around `weights` along two random directions, normalized filter by filter.

    Each neuron's incoming weights in a direction are scaled to the length of the neuron's own, so that a step of
    1 changes every neuron as much as it weighs, and planes of different networks can be compared. Biases stay.

    Source: Li et al. 2018, "Visualizing the Loss Landscape of Neural Nets", section 4.
    """
    generator = np.random.default_rng(seed)
    directions = []
    for _ in range(2):
        parts = []
        for layer in unflatten(weights, architecture):
            w = np.asarray(layer["w"], float)
            drawn = generator.standard_normal(w.shape)
            drawn *= np.linalg.norm(w, axis=0) / np.linalg.norm(drawn, axis=0)
            parts += [drawn.ravel(), np.zeros(len(layer["b"]))]
        directions.append(np.concatenate(parts))
    return Plane(np.asarray(weights, float), np.stack(directions))


@planned()
def _losses(plan: Plan, weights: Array, hyper: Hyper, data: Data) -> Array:
    def loss(flat: Array) -> Array:
        return data_loss(plan, unflatten(flat, plan.architecture), hyper, data.x_train, data.t_train)

    return jax.vmap(loss)(weights)


class Landscape:
    """The training loss of an experiment's network as a function of its parameters, without penalty.

    Parameters
    ----------
    experiment : Experiment
        Whose data, network and loss; how it descends makes no difference.
    """

    def __init__(self, experiment: Experiment) -> None:
        self.plan = plan_of(experiment).pictured
        self._data = jax.device_put(data_of(experiment))
        self.rows = n_train = len(self._data.x_train)
        self._hyper = jax.device_put(hyper_of(experiment, updates_per_epoch(self.plan.rows, n_train)))
        remember(self.plan, "surface", n_train)

    def losses(self, weights: Floats) -> Floats:
        """Return the loss at each of `weights` (…, parameters)."""
        flat = weights.reshape(-1, weights.shape[-1]).astype(np.float32)
        # Calls of one size, whatever is asked for: so there is one size to compile for.
        padded = np.pad(flat, ((0, -len(flat) % AT_ONCE), (0, 0)))
        parts = np.split(padded, max(1, len(padded) // AT_ONCE)) if len(padded) else []
        found = [_losses(self.plan, part, self._hyper, self._data) for part in parts]
        return np.concatenate([np.zeros(0, np.float32), *found])[: len(flat)].reshape(weights.shape[:-1])

    def over(self, plane: Plane, x: Floats, y: Floats) -> Floats:
        """Return the loss over the plane at all pairs of `x` and `y`, (len(y), len(x))."""
        return self.losses(plane.at(np.stack(np.meshgrid(x, y), axis=-1)))

    def between(self, a: Floats, b: Floats, shares: Floats) -> Floats:
        """Return the loss on the straight line from `a` (share 0) to `b` (share 1), beyond them too."""
        return self.losses(a + shares[:, None] * (b - a))

    def gaps(self, plane: Plane, path: Floats) -> Floats:
        """Return, for each point of `path`, its loss less that of the plane's nearest point."""
        return self.losses(path) - self.losses(plane.at(plane.coordinates(path)))
