"""A cost as a function of one or two weights: its value, slope and curvature anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike
from numpy.typing import ArrayLike as Coordinates
from numpy.typing import NDArray

from playground.compiled import planned, remember
from playground.downhill.precision import precisely
from playground.training import COMPILE_ADVANCE

Floats = NDArray[np.floating[Any]]
Cost = Callable[..., Array]
Interval = tuple[float, float]

NEWTON_STEPS = 20  # from two right digits to all takes four


class Minimum(NamedTuple):
    """A place where the cost is lowest in its neighbourhood, and that cost."""

    position: tuple[float, ...]
    cost: float


class Local(NamedTuple):
    """Cost (), gradient (dimension,) and Hessian (dimension, dimension) at a point."""

    cost: Floats
    gradient: Floats
    hessian: Floats


@dataclass(frozen=True)
class Surface:
    """A cost over one or two weights, and what is worth knowing about it.

    Attributes
    ----------
    name, label : str
        Its name in code and links, and for people.
    about : str
        A sentence on what it teaches.
    formula : str
        The cost as text.
    fn : callable
        ``fn(x)`` or ``fn(x, y)``, followed by `numbers`, gives the cost in JAX, elementwise; hashable, because it
        decides what is compiled.
    window : tuple of (low, high)
        For each weight, the part worth looking at.
    start : tuple of float
        A place from which something is to be seen.
    rate : float
        A learning rate with which plain descent arrives from `start`.
    numbers : tuple of float
        Further arguments of `fn`, traced: another value compiles nothing.
    near : tuple of tuple of float
        Rough places of all minima within the window; empty where none is known.
    quadratic : bool
        Whether the cost is a polynomial of degree 2, so that the curvature is the same everywhere.
    row_costs : callable, optional
        Called like `fn`, gives the cost of each row of data in a last axis of length `rows`, with `fn` their mean.
    rows : int
        Rows of data; 0 where the cost comes from no data.
    """

    name: str
    label: str
    about: str
    formula: str
    fn: Cost
    window: tuple[Interval, ...]
    start: tuple[float, ...]
    rate: float
    numbers: tuple[float, ...] = ()
    near: tuple[tuple[float, ...], ...] = ()
    quadratic: bool = False
    row_costs: Cost | None = None
    rows: int = 0

    @property
    def dimension(self) -> int:
        """How many weights it has: 1 or 2."""
        return len(self.window)

    @property
    def width(self) -> float:
        """The window's longest side."""
        return max(high - low for low, high in self.window)

    def at(self, point: Coordinates) -> Local:
        """Return cost, gradient and Hessian at `point` (dimension,)."""
        place = self.place(point)
        remember(self.fn, room="downhill")
        with precisely():
            found = _local(self.fn, place, np.asarray(self.numbers, float))
            return Local(*(np.asarray(part) for part in found))

    def place(self, point: Coordinates) -> Floats:
        """Return `point` as an array (dimension,).

        Raises
        ------
        ValueError
            If it has another number of coordinates, or one that is not finite.
        """
        place = np.asarray(point, float)
        if place.shape != (self.dimension,) or not np.all(np.isfinite(place)):
            raise ValueError(
                f"A point of the surface {self.label} has {self.dimension} finite "
                f"coordinate{'s' * (self.dimension > 1)}, not {np.ravel(place).tolist()}"
            )
        return place

    def costs(self, points: Coordinates) -> Floats:
        """Return the cost at each of `points` (…, dimension), in shape (…).

        Raises
        ------
        ValueError
            If the points have another number of coordinates.
        """
        places = np.asarray(points, float)
        if places.shape[-1:] != (self.dimension,):
            raise ValueError(f"Points of the surface {self.label} have {self.dimension} coordinates")
        remember(self.fn, room="downhill")
        with precisely():
            return np.asarray(_costs(self.fn, places, np.asarray(self.numbers, float)))

    def hessians(self, points: Floats) -> Floats:
        """Return the Hessian at each of `points` (count, dimension), in shape (count, dimension, dimension)."""
        remember(self.fn, room="downhill")
        with precisely():
            return np.asarray(_hessians(self.fn, points, np.asarray(self.numbers, float)))

    def axes(self, count: int) -> tuple[Floats, ...]:
        """Return `count` evenly spaced values of each weight across the window."""
        return tuple(np.linspace(low, high, count) for low, high in self.window)

    def over(self, *axes: Floats) -> Floats:
        """Return the cost at all combinations of the `axes`: (len(x),) or (len(y), len(x)), as a heatmap has it."""
        return self.costs(np.stack(np.meshgrid(*axes), axis=-1))

    @cached_property
    def minima(self) -> tuple[Minimum, ...]:
        """The known minima, the lowest first: `near`, made exact by Newton's method."""
        found = []
        for guess in self.near:
            place = np.asarray(guess, float)
            for _ in range(NEWTON_STEPS):
                _, gradient, hessian = self.at(place)
                if not np.any(gradient):
                    break
                place = place - np.linalg.solve(hessian, gradient)
            found.append(Minimum(tuple(place.tolist()), float(self.at(place).cost)))
        return tuple(sorted(found, key=lambda minimum: minimum.cost))


def cost_at(fn: Cost, point: Array, numbers: ArrayLike) -> Array:
    """Return the cost `fn` at `point` (…, dimension), to be traced."""
    return fn(*jnp.moveaxis(point, -1, 0), *jnp.asarray(numbers))


@planned(room="downhill", compiler_options=COMPILE_ADVANCE)
def _local(plan: Cost, point: Array, numbers: Array) -> tuple[Array, Array, Array]:
    def cost(point: Array) -> Array:
        return cost_at(plan, point, numbers)

    return cost(point), jax.grad(cost)(point), jax.hessian(cost)(point)


@planned(room="downhill", compiler_options=COMPILE_ADVANCE)
def _costs(plan: Cost, points: Array, numbers: Array) -> Array:
    return cost_at(plan, points, numbers)


@planned(room="downhill", compiler_options=COMPILE_ADVANCE)
def _hessians(plan: Cost, points: Array, numbers: Array) -> Array:
    return jax.vmap(jax.hessian(lambda point: cost_at(plan, point, numbers)))(points)
