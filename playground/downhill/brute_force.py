"""Trying everything instead of going downhill: what that takes, and a search that really does it for two weights."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from playground.compiled import planned, remember
from playground.downhill.precision import precisely
from playground.downhill.surface import Cost, Floats, Surface, cost_at
from playground.training import COMPILE_ADVANCE

MOST_VALUES = 2000  # per weight in a search
MOST_COUNTED = 10_000  # weights, or values of each, that are counted
SHORTEST = 0.05  # seconds that a measurement takes at least

UNITS = (
    ("years", 31_557_600),
    ("days", 86_400),
    ("hours", 3600),
    ("minutes", 60),
    ("seconds", 1),
    ("milliseconds", Fraction(1, 1000)),
    ("microseconds", Fraction(1, 1_000_000)),
)


def combinations(values: int, weights: int) -> int:
    """Return how many combinations there are of `values` values for each of `weights` weights: exactly values^weights.

    Raises
    ------
    ValueError
        If either is not from 1 to `MOST_COUNTED`.
    """
    if not (1 <= values <= MOST_COUNTED and 1 <= weights <= MOST_COUNTED):
        raise ValueError(
            f"Combinations are counted for 1 to {MOST_COUNTED} weights with 1 to {MOST_COUNTED} values each"
        )
    return values**weights


def in_powers_of_ten(number: int | Fraction) -> str:
    """Return a number of 1 or more as text: below a million in full, else as in ``3.7·10^12``, or ``10^75``.

    Two digits are kept, rounded half up; the power is right however large the number.

    Raises
    ------
    ValueError
        If the number is below 1.
    """
    if number < 1:
        raise ValueError(f"A number below 1 has no such text: {float(number):g}")
    if number < 10**6:
        return f"{math.floor(number + Fraction(1, 2)):,}"
    whole = math.floor(number)
    power = math.floor(math.log10(whole))
    # The logarithm is rounded: beside a power of ten it may be one off.
    power += (whole >= 10 ** (power + 1)) - (whole < 10**power)
    tenths = (whole * 20 // 10**power + 1) // 2
    if tenths == 100:
        power, tenths = power + 1, 10
    if tenths == 10:
        return f"10^{power}" if whole == 10**power else f"1.0·10^{power}"
    return f"{tenths // 10}.{tenths % 10}·10^{power}"


def duration(count: int, per_second: float) -> str:
    """Return how long `count` evaluations take at `per_second` of them a second, as text in a fitting unit.

    A year is one of 365.25 days.

    Raises
    ------
    ValueError
        If the count is below 1, or the speed is not above 0 and finite.
    """
    if count < 1 or not 0 < per_second < math.inf:
        raise ValueError("How long something takes needs one evaluation or more, and a speed above 0")
    seconds = Fraction(count) / Fraction(per_second)
    for unit, length in UNITS:
        amount = seconds / length
        if amount >= 1000:  # only years come in such numbers
            return f"{in_powers_of_ten(amount)} {unit}"
        if amount >= 1:
            digits = f"{float(f'{float(amount):.3g}'):g}"
            return f"{digits} {unit[:-1] if digits == '1' else unit}"
    return f"less than a {UNITS[-1][0][:-1]}"


@dataclass(frozen=True)
class Search:
    """What trying all points of a grid found.

    Attributes
    ----------
    values : int
        Values tried for each weight.
    evaluations : int
        How often the cost was computed.
    position : ndarray
        The grid's lowest point, (dimension,); the first of several.
    cost : float
        The cost there.
    seconds : float
        How long it took, compiling not counted.
    """

    values: int
    evaluations: int
    position: Floats
    cost: float
    seconds: float

    @property
    def per_second(self) -> float:
        """Evaluations per second."""
        return self.evaluations / self.seconds


def search(surface: Surface, values: int) -> Search:
    """Compute the cost at every point of a grid over the window and return the lowest one.

    Places where the cost is not a number are passed over.

    Parameters
    ----------
    surface : Surface
        What to search.
    values : int
        Evenly spaced values for each weight, both ends of the window among them.

    Raises
    ------
    ValueError
        If `values` is not from 2 to `MOST_VALUES`, or the cost is not a number anywhere on the grid.
    """
    if not 2 <= values <= MOST_VALUES:
        raise ValueError(f"A search tries 2 to {MOST_VALUES} values of each weight, not {values}")
    remember(surface.fn, room="downhill")
    axes = surface.axes(values)
    with precisely():
        arguments = jax.device_put((axes, np.asarray(surface.numbers, float)))
        jax.block_until_ready(_lowest(surface.fn, *arguments))
        rounds, started = 0, time.perf_counter()
        # A small grid is searched several times over, or the clock's grain would count.
        while rounds == 0 or time.perf_counter() - started < SHORTEST:
            place, cost = jax.block_until_ready(_lowest(surface.fn, *arguments))
            rounds += 1
        seconds = (time.perf_counter() - started) / rounds
        position, lowest = np.asarray(place), float(cost)
    if math.isnan(lowest):
        raise ValueError(f"{surface.formula} has no value anywhere on the grid")
    return Search(values, values**surface.dimension, position, lowest, seconds)


@planned(room="downhill", compiler_options=COMPILE_ADVANCE)
def _lowest(plan: Cost, axes: tuple[Array, ...], numbers: Array) -> tuple[Array, Array]:
    """Return the lowest point of a grid and its cost, one row of the grid at a time."""
    x, rest = axes[0], axes[1:]

    def along(others: tuple[Array, ...]) -> tuple[Array, Array]:
        points = jnp.stack([x, *(jnp.broadcast_to(other, x.shape) for other in others)], axis=-1)
        costs = cost_at(plan, points, numbers)
        best = _first_lowest(costs)
        return points[best], costs[best]

    if not rest:
        return along(())
    places, costs = lax.map(along, rest)
    best = _first_lowest(costs)
    return places[best], costs[best]


def _first_lowest(costs: Array) -> Array:
    # nanargmin gives −1 where nothing is a number; then any place shows it.
    return jnp.maximum(jnp.nanargmin(costs), 0)
