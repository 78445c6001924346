"""A surface as it is drawn: the cost on a grid, and heights that leave room for its valleys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from playground.downhill.surface import Floats, Surface

SIDE, LINE = 51, 241  # points along an axis of a surface, and of a curve
STEEP = 12.0  # highest cost over the typical one, above which heights are logarithms
TICKS = 6


@dataclass(frozen=True, eq=False)
class Picture:
    """A surface over its window.

    Attributes
    ----------
    surface : Surface
        What is drawn.
    axes : tuple of ndarray
        The values of each weight.
    costs : ndarray
        (len(x),) or (len(y), len(x)).
    lowest : float
        The lowest cost known: that of the lowest minimum, or of the grid.
    scale : float or None
        Where heights are logarithms, the cost above the lowest that counts as one unit; None where they are costs.
    """

    surface: Surface
    axes: tuple[Floats, ...]
    costs: Floats
    lowest: float
    scale: float | None

    def heights(self, costs: ArrayLike) -> Floats:
        """Return how high costs are drawn: as they are, or as ``log10(1 + (cost − lowest) / scale)``."""
        values = np.asarray(costs, float)
        if self.scale is None:
            return values
        return np.log10(1 + np.maximum(values - self.lowest, 0) / self.scale)

    @property
    def ticks(self) -> tuple[Floats, list[str]]:
        """Heights for a scale's marks, and the costs they stand for as text; none where heights are costs."""
        if self.scale is None:
            return np.array([]), []
        top = float(np.nanmax(self.heights(self.costs)))
        powers = 10.0 ** np.arange(-12, 13)
        costs = powers[(self.heights(powers) <= top) & (powers > self.scale / 3)]
        costs = np.concatenate([[self.lowest], costs[:: max(1, -(-len(costs) // TICKS))]])
        return self.heights(costs), [f"{cost:,.0f}" if cost >= 1000 else f"{cost:.3g}" for cost in costs]


def picture(surface: Surface) -> Picture:
    """Return the picture of `surface` over its window.

    A height is a logarithm where the highest cost is more than `STEEP` times the median one: else a steep wall would
    leave the whole valley one colour.

    Raises
    ------
    ValueError
        If the cost is finite nowhere on the grid.
    """
    axes = surface.axes(SIDE if surface.dimension == 2 else LINE)
    costs = surface.over(*axes)
    known = costs[np.isfinite(costs)]
    if not known.size:
        raise ValueError(f"{surface.formula} has no finite value where its picture is drawn")
    lowest = float(known.min())
    if surface.minima:
        lowest = min(lowest, surface.minima[0].cost)
    above = known - lowest
    typical, most = float(np.median(above)), float(above.max())
    steep = surface.dimension == 2 and most > STEEP * typical > 0
    return Picture(surface, axes, costs, lowest, typical / 100 if steep else None)
