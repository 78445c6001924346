"""The charts of a comparison: loss, weights and gradient noise of every lane over the clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go

from playground.figures.base import POWERS, faint, figure, literal, live_line, with_choices
from playground.figures.palette import Palette

LOSS_CAP, WEIGHT_CAP = 5, 40  # times what it is at the start: a lane that flies off leaves the picture
SMOOTH = 6  # points to either side
MARGIN = {"l": 46, "r": 10, "t": 14, "b": 34}


def race_figures(palette: Palette, names: Sequence[str], unit: str) -> dict[str, go.Figure]:
    """Return the charts with empty lines for a player to fill.

    Parameters
    ----------
    palette : Palette
        Colours.
    names : sequence of str
        The lanes'.
    unit : str
        What the horizontal axes count.

    Returns
    -------
    dict of plotly.graph_objects.Figure
        ``loss`` (training bold, test dashed, batches faint), ``weights`` (mean of all |w|) and ``noise`` (angle
        between the next batch's gradient and the full one; the ratio of their lengths).
    """
    # As they are: these figures have no legend and no tips of Plotly's own, and the player's tip shows plain text.
    lanes = list(zip(range(len(names)), names, palette.lanes, strict=False))

    def lines(field: str, label: str, style: Callable[[str], dict[str, Any]], **how: Any) -> list[go.Scatter]:
        return [
            live_line(colour, f"{name}{label}", f"{n}.{field}", state=f"{n}.state", line=style(colour), **how)
            for n, name, colour in lanes
        ]

    def pale(colour: str) -> dict[str, Any]:
        return {"color": faint(colour, 0.25), "width": 1}

    def bold(colour: str) -> dict[str, Any]:
        return {"color": colour, "width": 2.4}

    def dashed(colour: str) -> dict[str, Any]:
        return {"color": colour, "width": 1.5, "dash": "7px,3px"}

    losses = [
        *lines("batch_loss", ": last batch", pale, loose=True),
        *lines("test_loss", ": test", dashed, cap=LOSS_CAP),
        *lines("train_loss", ": training", bold, cap=LOSS_CAP),
    ]
    weights = lines("size", "", bold, cap=WEIGHT_CAP)
    # Single batches scatter widely; what they do in the middle is what can be compared.
    angles = [
        *lines("angle", ": angle", pale, loose=True),
        *lines("angle", ": angle", bold, loose=True, smooth=SMOOTH),
    ]
    ratios = [
        *lines("length", ": length", pale, yaxis="y2", positive=True),
        *lines("length", ": length", bold, yaxis="y2", positive=True, smooth=SMOOTH),
    ]
    time = {"title": {"text": unit}, "range": [0, 10]}
    log_loss: dict[str, dict[str, dict[str, Any]]] = {
        "log_loss": {
            "false": {"yaxis.type": "linear", "yaxis.range": [0, 1], "yaxis.dtick": None},
            "true": {"yaxis.type": "log", "yaxis.range": [-2, 0], "yaxis.dtick": 1},
        }
    }
    loss = figure(palette, losses, margin=MARGIN, xaxis=time, yaxis={"nticks": 6})
    size = figure(palette, weights, margin=MARGIN, xaxis=time, yaxis={"range": [0, 1], "nticks": 6})
    small = {
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "font": {"size": 11, "color": palette.muted},
    }
    noise = figure(
        palette, [*angles, *ratios], margin=MARGIN,
        xaxis=time | {"anchor": "y2"},
        yaxis={"domain": [0.56, 1], "range": [0, 180], "tickvals": [0, 90, 180], "ticksuffix": "°"},
        yaxis2={"domain": [0, 0.42], "type": "log", "range": [-1, 1], "dtick": 1, "anchor": "x"} | POWERS,
        annotations=[
            small | {"text": text, "x": 0, "y": y, "xanchor": "left", "yanchor": "bottom"}
            for text, y in (("angle to the full gradient", 1.0), ("its length, full gradient = 1", 0.42))
        ],
    )  # fmt: skip
    return {
        "loss": with_choices(loss, log_loss, log_loss="false"),
        "weights": with_choices(size, {}),
        "noise": with_choices(noise, {}),
    }


def relief_figures(palette: Palette, names: Sequence[str]) -> dict[str, go.Figure]:
    """Return the figures of the loss around the lanes' paths, for a player to fill.

    Parameters
    ----------
    palette : Palette
        Colours.
    names : sequence of str
        The lanes'.

    Returns
    -------
    dict of plotly.graph_objects.Figure
        ``path`` (contours), ``line`` (loss between two ends), ``solid`` (the surface, and a line for each lane) and
        ``spread`` (variance of batches' gradients against 1 / batch size: measured points, expected lines).
    """
    lanes = [(literal(name), colour) for name, colour in zip(names, palette.lanes, strict=False)]
    scale = [[0, palette.positive], [0.5, palette.neutral], [1, palette.negative]]
    path = figure(
        palette,
        [go.Contour(z=[[0, 0], [0, 0]], colorscale=scale, ncontours=24, showscale=True, hoverinfo="skip",
                    colorbar={"thickness": 10, "outlinewidth": 0, "tickfont": {"size": 10, "color": palette.muted}},
                    line={"width": 0.6, "color": faint(palette.text, 0.35)})],
        margin={"l": 40, "r": 10, "t": 8, "b": 34},
        xaxis={"title": {"text": "first direction"}, "showgrid": False},
        yaxis={"title": {"text": "second direction"}, "showgrid": False},
    )  # fmt: skip
    line = figure(
        palette, margin=MARGIN, showlegend=True, legend={"orientation": "h", "y": 1.1, "font": {"size": 11}},
        xaxis={"title": {"text": "0: one end, 1: the other"}}, yaxis={"title": {"text": "training loss"}},
    )  # fmt: skip
    solid = figure(
        palette,
        [
            go.Surface(z=[[0, 0], [0, 0]], colorscale=scale, showscale=False, opacity=0.62, hoverinfo="skip",
                       contours={"z": {"show": True, "width": 1, "color": faint(palette.text, 0.3)}}),
            *[go.Scatter3d(x=[], y=[], z=[], mode="lines", name=name, line={"color": colour, "width": 6})
              for name, colour in lanes],
        ],
        margin={"l": 0, "r": 0, "t": 0, "b": 0}, dragmode="turntable", uirevision="as it was turned",
        scene={axis: {"title": {"text": title, "font": {"size": 11}}, "gridcolor": palette.grid, "color": palette.muted,
                      "showbackground": False, "tickfont": {"size": 10}, "nticks": 4}
               for axis, title in (("xaxis", "first"), ("yaxis", "second"), ("zaxis", "loss"))}
        | {"aspectmode": "cube", "camera": {"eye": {"x": 1.3, "y": -1.4, "z": 0.9}}},
    )  # fmt: skip
    spread = figure(
        palette,
        [trace
         for name, colour in lanes
         for trace in (
             go.Scatter(x=[], y=[], mode="lines", name=f"{name}: expected", line={"color": colour, "width": 1.5}),
             go.Scatter(x=[], y=[], mode="markers", name=f"{name}: measured", marker={"color": colour, "size": 7}),
         )],
        margin={"l": 52, "r": 10, "t": 14, "b": 34},
        xaxis={"type": "log", "dtick": 1, "title": {"text": "1 / batch size"}} | POWERS,
        yaxis={"type": "log", "dtick": 1, "title": {"text": "variance"}} | POWERS,
    )  # fmt: skip
    return {"path": path, "line": line, "solid": solid, "spread": spread}
