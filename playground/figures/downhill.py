"""The figures of a descent: the surface from above or as a curve, in space, and the cost over the steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from playground.figures.base import POWERS, faint, figure, live_line, with_choices
from playground.figures.palette import Palette, blend

COST_CAP = 20  # times what it is at the start: who flies off leaves the picture
MARGIN = {"l": 50, "r": 12, "t": 8, "b": 34}


def _scale(palette: Palette) -> list[tuple[float, str]]:
    """Return quiet colours, so that paths stand out: low is tinted, high is the panel's own."""
    low = blend(palette.surface, palette.positive, 0.62)
    return [(0.0, low), (0.5, blend(palette.surface, palette.positive, 0.2)), (1.0, palette.neutral)]


def map_figure(palette: Palette, *, dimension: int) -> go.Figure:
    """Return the surface from above, or a curve where there is one weight, for a player to fill.

    Parameters
    ----------
    palette : Palette
        Colours.
    dimension : {1, 2}
        The number of weights.
    """
    if dimension == 1:
        curve = go.Scatter(
            x=[], y=[], mode="lines", line={"color": palette.muted, "width": 2, "simplify": False}
        )
        return figure(
            palette, [curve], margin=MARGIN,
            xaxis={"title": {"text": "x"}}, yaxis={"title": {"text": "cost"}},
        )  # fmt: skip
    contour = go.Contour(
        z=[[0, 0], [0, 0]], colorscale=_scale(palette), ncontours=26, hoverinfo="skip",
        showscale=False,  # the player has a legend: Plotly takes 20 ms to draw a scale
        line={"width": 0.6, "color": faint(palette.text, 0.28)},
    )  # fmt: skip
    minima = go.Scatter(
        x=[],
        y=[],
        mode="markers",
        marker={"symbol": "x-thin", "size": 9, "line": {"width": 2, "color": palette.text}},
    )
    return figure(
        palette, [contour, minima], margin=MARGIN,
        xaxis={"title": {"text": "x"}, "showgrid": False}, yaxis={"title": {"text": "y"}, "showgrid": False},
    )  # fmt: skip


def solid_figure(
    palette: Palette, colours: Sequence[str], *, ticks: tuple[Sequence[float], Sequence[str]]
) -> go.Figure:
    """Return the surface in space with a line and a dot for each of `colours`, for a player to fill."""
    surface = go.Surface(
        z=[[0, 0], [0, 0]], colorscale=_scale(palette), showscale=False, opacity=0.85, hoverinfo="skip",
        contours={"z": {"show": True, "width": 1, "color": faint(palette.text, 0.25)}},
        lighting={"ambient": 0.75, "diffuse": 0.5, "specular": 0.05},
    )  # fmt: skip
    lines = [
        go.Scatter3d(x=[], y=[], z=[], mode="lines", line={"color": colour, "width": 6}, hoverinfo="skip")
        for colour in colours
    ]
    height = {"tickvals": list(ticks[0]), "ticktext": list(ticks[1])} if len(ticks[0]) else {}
    axes = {
        name: {
            "title": {"text": title, "font": {"size": 11}}, "gridcolor": palette.grid, "color": palette.muted,
            "showbackground": False, "tickfont": {"size": 10}, "nticks": 4,
        } | more
        for name, title, more in (("xaxis", "x", {}), ("yaxis", "y", {}), ("zaxis", "cost", height))
    }  # fmt: skip
    return figure(
        palette, [surface, *lines], margin={"l": 0, "r": 0, "t": 0, "b": 0}, dragmode="turntable",
        uirevision="as it was turned",
        scene=axes | {"aspectmode": "manual", "aspectratio": {"x": 1, "y": 1, "z": 0.7},
                      "camera": {"eye": {"x": 1.25, "y": -1.4, "z": 1.0}}},
    )  # fmt: skip


def cost_figure(palette: Palette, names: Sequence[str]) -> go.Figure:
    """Return the chart of the cost above the lowest place, a line for each walker, for a player to fill."""
    lines = [
        live_line(
            palette.lanes[number], name, f"{number}.above", state=f"{number}.state", cap=COST_CAP, positive=True,
            line={"color": palette.lanes[number], "width": 2.2, "simplify": False},
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    choices: dict[str, dict[str, dict[str, Any]]] = {
        "log_cost": {
            "false": {"yaxis.type": "linear", "yaxis.range": [0, 1], "yaxis.dtick": None},
            "true": {"yaxis.type": "log", "yaxis.range": [-2, 0], "yaxis.dtick": 1},
        }
    }
    chart = figure(
        palette,
        lines,
        margin=MARGIN,
        xaxis={"title": {"text": "steps"}, "range": [0, 10]},
        yaxis={"nticks": 6, "title": {"text": "cost above the lowest"}} | POWERS,
    )
    return with_choices(chart, choices, log_cost="true")
