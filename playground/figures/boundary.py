"""The decision boundary: the plane, its points, and behind them the picture of the output."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from playground.figures.base import CORNER, figure, plane_axis
from playground.figures.palette import SYMBOLS, Palette, blend, diverging


def boundary_figure(
    palette: Palette,
    train: tuple[NDArray[Any], NDArray[Any]],
    test: tuple[NDArray[Any], NDArray[Any]] | None,
    *,
    problem: str,
    window: tuple[float, float],
    show_test: bool = True,
) -> go.Figure:
    """Return the plane with its points; the picture under them is the player's.

    Parameters
    ----------
    palette : Palette
        Colours.
    train, test : pair of arrays
        Points (n, 2) and labels (n,): class numbers, or targets in −1…1 for regression. No test points are
        drawn where they are the training points again.
    problem : str
        ``two_classes``, ``several_classes`` or ``regression``.
    window : pair of float
        From where to where the plane is shown.
    show_test : bool
        Whether test points are visible.

    Returns
    -------
    plotly.graph_objects.Figure
        One trace per set and class; the test traces' ``meta`` is ``{"set": "test"}``.
    """
    sets = [("training", train, "train"), *([("test", test, "test")] if test else [])]
    small = sum(len(x) for _, (x, _), _ in sets) <= 40
    axis = plane_axis(window) | {"showgrid": False}
    traces = []
    for name, (x, y), role in sets:
        x = x.astype(float).round(3)  # short decimals: the points travel as text
        groups = [None] if problem == "regression" else sorted(set(y.tolist()))
        for group in groups:
            rows = np.ones(len(y), bool) if group is None else y == group
            traces.append(
                go.Scatter(
                    x=x[rows, 0].tolist(),
                    y=x[rows, 1].tolist(),
                    mode="markers",
                    name=name if group is None else f"{name}, class {int(group)}",
                    meta={"set": role},
                    visible=role == "train" or show_test,
                    marker=_marker(palette, problem, role, group, y[rows], 13 if small else 6.5),
                )
            )
    return figure(
        palette,
        traces,
        margin={"l": 30, "r": 6, "t": 10, "b": 30},
        xaxis={**axis, "title": {"text": "x₁"}},
        yaxis={**axis, **CORNER, "title": {"text": "x₂"}},
        hovermode=False,
    )


def _marker(
    palette: Palette, problem: str, role: str, group: int | None, y: NDArray[Any], size: float
) -> dict[str, Any]:
    if group is None:
        colour: str | list[str] = [diverging(palette, float(value)) for value in y]
        symbol = "circle" if role == "train" else "diamond"  # colour is taken, and rims differ too little
    else:
        two = (palette.negative, palette.positive)
        colour = (two if problem == "two_classes" else palette.classes)[int(group)]
        symbol = SYMBOLS[int(group)]
    shade = blend(palette.surface, palette.text, 0.75)
    if role == "test":  # hollow, with the class's colour as its rim
        rim = colour if group is not None else shade
        return {
            "symbol": symbol, "size": size * 0.85, "color": colour if group is None else palette.surface,
            "line": {"color": rim, "width": 1.4}, "opacity": 0.85,
        }  # fmt: skip
    return {"symbol": symbol, "size": size, "color": colour, "line": {"color": palette.outline, "width": 1}}
