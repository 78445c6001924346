"""The charts of a comparison: loss, weights and gradient noise of every lane over the clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from playground.figures.base import POWERS, faint, figure, live_line, with_choices
from playground.figures.palette import Palette

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
    lanes = list(zip(range(len(names)), names, palette.lanes, strict=False))
    batches = [
        live_line(
            colour,
            f"{name}: last batch",
            f"{n}.batch_loss",
            loose=True,
            line={"color": faint(colour, 0.28), "width": 1},
        )
        for n, name, colour in lanes
    ]
    tests = [
        live_line(
            colour, f"{name}: test", f"{n}.test_loss", line={"color": colour, "width": 1.5, "dash": "7px,3px"}
        )
        for n, name, colour in lanes
    ]
    trains = [
        live_line(colour, f"{name}: training", f"{n}.train_loss", line={"color": colour, "width": 2.6})
        for n, name, colour in lanes
    ]
    weights = [live_line(colour, name, f"{n}.size") for n, name, colour in lanes]
    angles = [live_line(colour, f"{name}: angle", f"{n}.angle", loose=True) for n, name, colour in lanes]
    ratios = [
        live_line(colour, f"{name}: length ratio", f"{n}.length", yaxis="y2", positive=True)
        for n, name, colour in lanes
    ]
    time = {"title": {"text": unit}, "range": [0, 10]}
    log_loss: dict[str, dict[str, dict[str, Any]]] = {
        "log_loss": {
            "false": {"yaxis.type": "linear", "yaxis.range": [0, 1], "yaxis.dtick": None},
            "true": {"yaxis.type": "log", "yaxis.range": [-2, 0], "yaxis.dtick": 1},
        }
    }
    loss = figure(palette, [*batches, *tests, *trains], margin=MARGIN, xaxis=time, yaxis={"nticks": 6})
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
            for text, y in (("angle to the full gradient", 1.0), ("length / full length", 0.42))
        ],
    )  # fmt: skip
    return {
        "loss": with_choices(loss, log_loss, log_loss="false"),
        "weights": with_choices(size, {}),
        "noise": with_choices(noise, {}),
    }
