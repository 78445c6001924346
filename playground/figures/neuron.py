"""The charts of the page about one neuron. What moves on them, the player draws over them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from playground.figures.base import CORNER, POWERS, faint, figure, plane_axis
from playground.figures.palette import SYMBOLS, Palette

Floats = NDArray[np.float64]

JUMP = 0.45  # from one point to the next: a curve that does so is broken there
MARGIN = {"l": 38, "r": 10, "t": 10, "b": 32}
DIGITS = 4


class Curved(Protocol):
    """An activation over its weighted sum."""

    @property
    def z(self) -> Floats:
        """Weighted sums, evenly spaced."""

    @property
    def output(self) -> Floats:
        """The outputs f(z)."""

    @property
    def slope(self) -> Floats:
        """The slopes f′(z)."""


def broken(x: Floats, y: Floats) -> tuple[list[float | None], list[float | None]]:
    """Return a curve for drawing, with a gap where it jumps: a line there would show values that it never takes.

    Only jumps by `JUMP` and more between neighbours count, and only on curves that are drawn finely enough not to
    climb that far by themselves.
    """
    xs: list[float | None] = []
    ys: list[float | None] = []
    steep = (np.abs(np.diff(y)) > JUMP) & (np.diff(x) < 0.2)
    for at, (here, value) in enumerate(zip(x, y, strict=True)):
        if at and steep[at - 1]:
            xs.append(None)
            ys.append(None)
        xs.append(_short(here))
        ys.append(_short(value))
    return xs, ys


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _lines(palette: Palette, curve: Curved, axes: str = "", width: float = 2.6) -> list[go.Scatter]:
    """Return f bold and f′ thin."""
    made = []
    for values, colour, thick, name in (
        (curve.slope, palette.extra, width / 1.9, "f′(z)"),
        (curve.output, palette.text, width, "f(z)"),
    ):
        x, y = broken(curve.z, values)
        made.append(
            go.Scatter(
                x=x, y=y, mode="lines", name=name, line={"color": colour, "width": thick, "simplify": False},
                xaxis=f"x{axes}", yaxis=f"y{axes}", hoverinfo="skip",
            )
        )  # fmt: skip
    return made


def _room(*values: Floats) -> list[float]:
    """Return a range for the vertical axis that holds the values and 0 and 1."""
    low, high = min(0.0, *(float(v.min()) for v in values)), max(1.0, *(float(v.max()) for v in values))
    spare = 0.08 * (high - low)
    return [_short(low - spare), _short(high + spare)]


def curve_figure(palette: Palette, curve: Curved) -> go.Figure:
    """Return an activation and its slope over the weighted sum.

    Parameters
    ----------
    palette : Palette
        Colours.
    curve : Curved
        What is drawn.
    """
    zero = {"zeroline": True, "zerolinecolor": faint(palette.muted, 0.5), "zerolinewidth": 1}
    reach = float(curve.z[-1])
    return figure(
        palette, _lines(palette, curve), margin=MARGIN,
        xaxis={"title": {"text": "weighted sum z"}, "range": [-reach, reach], "nticks": 9} | zero,
        yaxis={"range": _room(curve.output, curve.slope), "nticks": 8} | zero,
    )  # fmt: skip


def gallery_figure(palette: Palette, curves: Mapping[str, Curved]) -> go.Figure:
    """Return all activations as small multiples: a pair of axes for each, which a player lays out to fit the page.

    Parameters
    ----------
    palette : Palette
        Colours.
    curves : mapping
        Label -> curve, all over the same weighted sums.
    """
    traces: list[go.Scatter] = []
    layout: dict[str, Any] = {}
    columns = 4
    rows = math.ceil(len(curves) / columns)
    zero = {"zeroline": True, "zerolinecolor": faint(palette.muted, 0.45), "zerolinewidth": 1}
    for at, curve in enumerate(curves.values()):
        axes = "" if at == 0 else str(at + 1)
        column, row = at % columns, at // columns
        traces += _lines(palette, curve, axes, width=2.2)
        # Alike for all but the unbounded ones' ends, so that steepness can be compared by eye.
        layout[f"xaxis{axes}"] = {
            "domain": [column / columns, (column + 0.9) / columns], "anchor": f"y{axes}", "showgrid": False,
            "range": [-6, 6], "tickvals": [-5, 0, 5], "ticktext": ["−5", "0", "5"], "tickfont": {"size": 9},
        } | zero  # fmt: skip
        layout[f"yaxis{axes}"] = {
            "domain": [1 - (row + 0.8) / rows, 1 - (row + 0.08) / rows], "anchor": f"x{axes}", "showgrid": False,
            "range": [-1.35, 2.6], "tickvals": [-1, 0, 1, 2], "ticktext": ["−1", "0", "1", "2"],
            "tickfont": {"size": 9},
        } | zero  # fmt: skip
    return figure(palette, traces, margin={"l": 22, "r": 2, "t": 4, "b": 14}, **layout)


def shares_figure(palette: Palette) -> go.Figure:
    """Return the axes of softmax's shares: three bars, which the player draws."""
    return figure(
        palette, [go.Scatter(x=[None], y=[None])], margin={"l": 40, "r": 8, "t": 22, "b": 30},
        xaxis={"range": [-0.5, 2.5], "tickvals": [0, 1, 2], "ticktext": ["p₁", "p₂", "p₃"], "showgrid": False,
               "tickfont": {"size": 13, "color": palette.text}},
        yaxis={"range": [0, 1.04], "tickvals": [0, 0.25, 0.5, 0.75, 1]},
    )  # fmt: skip


def temperature_figure(palette: Palette) -> go.Figure:
    """Return the axes of softmax's shares over the temperature."""
    return figure(
        palette, [go.Scatter(x=[None], y=[None])], margin={"l": 40, "r": 12, "t": 22, "b": 34},
        xaxis={"type": "log", "range": [-2, 2], "tickvals": [0.01, 0.1, 1, 10, 100],
               "ticktext": ["0.01", "0.1", "1", "10", "100"], "title": {"text": "temperature T"}},
        yaxis={"range": [0, 1.04], "tickvals": [0, 0.25, 0.5, 0.75, 1]} | CORNER,
    )  # fmt: skip


def products_figure(palette: Palette, products: Sequence[float], largest: Sequence[float]) -> go.Figure:
    """Return the size of the product of slopes along a chain against its length: a logarithm knows no sign.

    Parameters
    ----------
    palette : Palette
        Colours.
    products : sequence of float
        After 1, 2, … neurons, for one weighted sum.
    largest : sequence of float
        The largest size that each can have.
    """
    depth = list(range(1, len(products) + 1))
    lines = [
        _log_line(depth, largest, "largest it can be", {"color": palette.extra, "width": 1.4, "dash": "5px,4px"}),
        _log_line(depth, products, "size of the product of slopes", {"color": palette.extra, "width": 2.4}),
    ]  # fmt: skip
    return figure(
        palette, lines, margin={"l": 46, "r": 10, "t": 10, "b": 34},
        xaxis={"range": [0.5, 20.5], "tickvals": [1, 5, 10, 15, 20], "title": {"text": "layers"}},
        yaxis=_log_axis([*products, *largest, 1.0]),
    )  # fmt: skip


def _log_line(x: list[int], y: Sequence[float], name: str, line: dict[str, Any]) -> go.Scatter:
    sizes = [_short(abs(value)) if value else None for value in y]
    return go.Scatter(
        x=x, y=sizes, mode="lines+markers", name=name, marker={"size": 4, "color": line["color"]},
        line=line | {"simplify": False}, hoverinfo="skip",
    )  # fmt: skip


def _log_axis(values: Sequence[float]) -> dict[str, Any]:
    logs = [math.log10(abs(value)) for value in values if value]
    low, high = math.floor(min(logs) - 0.3), math.ceil(max(logs) + 0.3)
    return {
        "type": "log",
        "range": [low, high],
        "dtick": max(1, math.ceil((high - low) / 6)),
    } | POWERS


def layers_figure(palette: Palette, depth: int) -> go.Figure:
    """Return the axes of what is measured layer by layer: `depth` hidden ones and the output."""
    step = 1 if depth <= 10 else 2
    ticks = [*range(1, depth + 1, step), depth + 1]
    if len(ticks) > 2 and ticks[-1] - ticks[-2] < step:
        del ticks[-2]
    return figure(
        palette, [go.Scatter(x=[None], y=[None])], margin={"l": 46, "r": 10, "t": 84, "b": 34},
        xaxis={"range": [0.4, depth + 1.6], "tickvals": ticks, "showgrid": False,
               "ticktext": [str(tick) if tick <= depth else "out" for tick in ticks],
               "title": {"text": "layer, from the inputs on"}},
        yaxis={"type": "log", "range": [-4, 0], "dtick": 1} | POWERS,
    )  # fmt: skip


def plane_figure(
    palette: Palette, x: ArrayLike, targets: ArrayLike, window: tuple[float, float]
) -> go.Figure:
    """Return the plane with the perceptron's points.

    Parameters
    ----------
    palette : Palette
        Colours.
    x, targets : array
        Points (rows, 2) and their targets, 0 or 1.
    window : pair of float
        From where to where it is shown.
    """
    points, wanted = np.asarray(x, float).round(4), np.asarray(targets)
    size = 15 if len(points) <= 10 else 9
    axis = plane_axis(window)
    traces = [
        go.Scatter(
            x=points[wanted == target, 0].tolist(), y=points[wanted == target, 1].tolist(), mode="markers",
            name=f"target {target}", hoverinfo="skip",
            marker={"symbol": SYMBOLS[target], "size": size, "color": (palette.negative, palette.positive)[target],
                    "line": {"color": palette.outline, "width": 1.2}},
        )
        for target in (0, 1)
    ]  # fmt: skip
    return figure(
        palette, traces, margin={"l": 34, "r": 8, "t": 8, "b": 34},
        xaxis=axis | {"title": {"text": "x₁"}}, yaxis=axis | CORNER | {"title": {"text": "x₂"}},
    )  # fmt: skip


def stairs_figure(palette: Palette, reach: float, highest: float) -> go.Figure:
    """Return the axes of the error along a weight, from −`reach` to `reach` and 0 to `highest`."""
    return figure(
        palette, [go.Scatter(x=[None], y=[None])], margin={"l": 40, "r": 10, "t": 8, "b": 32},
        xaxis={"range": [-reach, reach], "title": {"text": "w₁, all else as it is"}, "nticks": 7},
        yaxis={"range": [0, highest], "nticks": 5, "title": {"text": "error"}} | CORNER,
    )  # fmt: skip
