"""What many seeds came to: a band over time for each lane, and where every seed ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from playground.figures.base import POWERS, faint, figure
from playground.figures.palette import Palette

MOST_POINTS = 200  # along a line


def luck_figure(
    palette: Palette,
    lanes: Sequence[tuple[str, NDArray[Any], NDArray[Any]]],
    *,
    loss: float,
    logarithmic: bool = False,
) -> go.Figure:
    """Return medians and bands of the training loss over epochs, and beside them every seed's last loss.

    Parameters
    ----------
    palette : Palette
        Colours.
    lanes : sequence of (name, band, ends)
        Per lane its percentiles 10, 50 and 90 over epochs (3, epochs + 1), and the last loss of each seed (seeds,).
    loss : float
        The loss to reach, drawn as a line.
    logarithmic : bool
        Whether losses stand on a logarithmic axis.
    """
    traces: list[Any] = []
    for (name, band, ends), colour in zip(lanes, palette.lanes, strict=False):
        low, middle, high = np.where(np.isfinite(band), band, np.nan)
        at = np.unique(np.linspace(0, len(middle) - 1, MOST_POINTS).round().astype(int))
        traces += [
            go.Scatter(
                x=np.concatenate([at, at[::-1]]), y=np.concatenate([high[at], low[at][::-1]]), fill="toself",
                fillcolor=faint(colour, 0.18), line={"width": 0}, hoverinfo="skip", showlegend=False,
            ),
            go.Scatter(x=at, y=middle[at], name=name, line={"color": colour, "width": 2.5}),
            go.Box(
                y=np.where(np.isfinite(ends), ends, np.nan), name=name, boxpoints="all", jitter=0.6, pointpos=0,
                marker={"color": colour, "size": 4, "opacity": 0.75}, line={"color": colour, "width": 1},
                fillcolor="rgba(0,0,0,0)", xaxis="x2", showlegend=False,
            ),
        ]  # fmt: skip
    small = {
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "font": {"size": 11, "color": palette.muted},
    }
    chart = figure(
        palette, traces, height=360, margin={"l": 50, "r": 12, "t": 30, "b": 40}, hovermode="closest",
        showlegend=True, legend={"orientation": "h", "y": 1.1},
        xaxis={"domain": [0, 0.66], "title": {"text": "epochs"}}, xaxis2={"domain": [0.72, 1], "showticklabels": False},
        yaxis={"title": {"text": "training loss"}}
        | ({"type": "log", "dtick": 1} | POWERS if logarithmic else {"rangemode": "tozero"}),
        annotations=[
            small | {"text": text, "x": x, "y": 1, "xanchor": "right", "yanchor": "bottom"}
            for text, x in (("median, and 10 to 90 % of the seeds", 0.66), ("every seed at the end", 1))
        ],
    )  # fmt: skip
    chart.add_hline(y=loss, line={"color": palette.muted, "width": 1, "dash": "dot"})
    return chart
