"""A race downhill as its player draws it: frames, the surface, the figures."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.downhill.descent import Descent
from playground.downhill.picture import Picture, picture
from playground.downhill.surface import Surface
from playground.figures import PALETTES
from playground.figures.downhill import cost_figure, map_figure, solid_figure
from playground.frames import finite

ROUNDING = 1e-15
STANDS, LEFT = 0, 2  # of a walker; the latter as a lane's that has diverged


def frames_of(descent: Descent, drawn: Picture) -> dict[str, Any]:
    """Return the race's frames: a frame before the first step and one after each."""
    steps = descent.race.steps
    fields: dict[str, Any] = {"update": np.arange(steps + 1, dtype=np.int32)}
    for number, walker in enumerate(descent.race.walkers):
        left = descent.left[number]
        state = np.full(steps + 1, STANDS, np.int32)
        if left is not None:
            state[left.step + 1 :] = LEFT
        one: dict[str, Any] = {
            "place": descent.positions[number],
            "rise": drawn.heights(descent.heights[number]),
            "cost": descent.costs[number],
            "above": _above(descent.costs[number], drawn.lowest),
            # No step follows the last frame.
            "gradient": _and_last(descent.gradients[number]),
            "step": _and_last(descent.steps[number]),
        }
        if walker.optimizer == "averaged":
            one["shown"] = descent.shown[number]
        if descent.race.batch is not None:
            one["exact"] = _and_last(descent.exact[number])
        with np.errstate(over="ignore"):  # what is too large for a picture is drawn nowhere
            fields |= {f"{number}.{name}": values.astype(np.float32) for name, values in one.items()}
        fields[f"{number}.state"] = state
    return fields


def _above(costs: NDArray[Any], lowest: float) -> NDArray[Any]:
    """Return how far costs lie above the lowest, and nothing for what is only rounding."""
    above = costs - lowest
    return np.where(above > ROUNDING * max(1.0, abs(lowest)), above, 0.0)


def _and_last(rows: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([rows, np.zeros_like(rows[:1])])


@lru_cache(maxsize=64)
def pictured(surface: Surface) -> Picture:
    """Return the picture of a surface; who changes only a rate does not wait for it."""
    return picture(surface)


def surface_of(drawn: Picture) -> dict[str, Any]:
    """Return a surface as the player draws it; ``key`` is another one where the picture is."""
    surface = drawn.surface
    minima = surface.minima
    return {
        "key": f"{surface.name} {surface.formula} {surface.numbers} {surface.window}",
        "label": surface.label,
        "about": surface.about,
        "formula": surface.formula,
        "dimension": surface.dimension,
        # Of a network the axes are its weights, as its formula calls them.
        "names": ["w₁", "w₂"] if surface.rows else ["x", "y"][: surface.dimension],
        "window": [list(interval) for interval in surface.window],
        "axes": [finite(axis.tolist()) for axis in drawn.axes],
        "costs": _listed(drawn.costs),
        "heights": _listed(drawn.heights(drawn.costs)),
        "warped": drawn.scale is not None,
        "lowest": drawn.lowest,
        "highest": float(np.nanmax(drawn.costs[np.isfinite(drawn.costs)])),
        "minima": [{"place": finite(each.position), "cost": each.cost} for each in minima],
        "rows": surface.rows,
    }


def _listed(values: NDArray[Any]) -> list[Any]:
    return [finite(row, 4) for row in values.tolist()] if values.ndim == 2 else finite(values.tolist(), 5)


@lru_cache(maxsize=64)
def figures_of(names: tuple[str, ...], dimension: int, ticks: Any) -> dict[str, Any]:
    """Return the figures by theme: those of walkers with these names, on a surface with these marks of height."""
    return {
        theme: {
            "map": json.loads(map_figure(palette, dimension=dimension).to_json()),
            "solid": json.loads(solid_figure(palette, palette.lanes[: len(names)], ticks=ticks).to_json()),
            "cost": json.loads(cost_figure(palette, names).to_json()),
        }
        for theme, palette in PALETTES.items()
    }
