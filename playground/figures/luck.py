"""What many seeds came to: a band over time for each lane, and where every seed ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from playground.figures.base import faint, figure, literal
from playground.figures.palette import Palette
from playground.figures.ticks import logarithmic_ticks

MOST_POINTS = 200  # along a line
LONGEST_LABEL = 14


def luck_figure(
    palette: Palette,
    lanes: Sequence[tuple[str, NDArray[Any], NDArray[Any]]],
    *,
    seeds: Sequence[str],
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
    seeds : sequence of str
        What the seeds are called.
    loss : float
        The loss to reach, drawn as a line.
    logarithmic : bool
        Whether losses stand on a logarithmic axis.
    """
    traces: list[Any] = []
    for place, ((name, band, ends), colour) in enumerate(zip(lanes, palette.lanes, strict=False)):
        at = np.unique(np.linspace(0, band.shape[1] - 1, MOST_POINTS).round().astype(int))
        low, middle, high = np.where(np.isfinite(band), band, np.nan)[:, at]
        x, y = _outline(at, low, high)
        traces += [
            go.Scatter(
                x=x, y=y, fill="toself", mode="lines", fillcolor=faint(colour, 0.18), line={"width": 0},
                hoverinfo="skip", showlegend=False,
            ),
            go.Scatter(
                x=at, y=_alone(low, high), mode="lines", line={"color": colour, "width": 1}, hoverinfo="skip",
                showlegend=False,
            ),
            go.Scatter(
                x=at, y=middle, name=_short(name), line={"color": colour, "width": 2.5}, meta=_short(name),
                hovertemplate="%{meta}<br>epoch %{x}: median %{y:.3g}<extra></extra>",
            ),
            go.Box(
                x=np.full(len(ends), place), y=np.where(np.isfinite(ends), ends, np.nan), xaxis="x2", meta=_short(name),
                boxpoints="all", jitter=0.6, pointpos=0, marker={"color": colour, "size": 4, "opacity": 0.75},
                line={"color": colour, "width": 1}, fillcolor="rgba(0,0,0,0)", showlegend=False, hoveron="points",
                text=list(seeds),
                hovertemplate="%{meta}<br>%{text}: %{y:.3g}<extra></extra>",
            ),
        ]  # fmt: skip
    lost = [int((~np.isfinite(ends)).sum()) for _, _, ends in lanes]
    labels = [
        _short(name) + (f"<br>{count} diverged" if count else "")
        for (name, _, _), count in zip(lanes, lost, strict=True)
    ]
    chart = figure(
        palette, traces, height=380, margin={"l": 50, "r": 12, "t": 64, "b": 40}, hovermode="closest",
        showlegend=True, legend={"orientation": "h", "y": 1, "yref": "container", "yanchor": "top", "x": 0},
        xaxis={"domain": [0, 0.66], "title": {"text": "epochs"}},
        xaxis2={"domain": [0.72, 1], "tickvals": list(range(len(labels))), "ticktext": labels,
                "range": [-0.6, len(labels) - 0.4], "showgrid": False, "automargin": True, "autotickangles": [0, 90]},
        yaxis={"title": {"text": "training loss"}} | (_logarithmic(lanes) if logarithmic else {"rangemode": "tozero"}),
        annotations=[
            {"text": text, "x": x, "y": 1, "xref": "paper", "yref": "paper", "xanchor": side, "yanchor": "bottom",
             "showarrow": False, "font": {"size": 11, "color": palette.muted}}
            for text, x, side in (
                ("median, 10 to 90 % of the seeds", 0, "left"), ("every seed at the end", 1, "right"),
            )
        ],
    )  # fmt: skip
    if loss > 0 or not logarithmic:
        chart.add_hline(y=loss, line={"color": palette.muted, "width": 1, "dash": "dot"})
    return chart


def _outline(at: NDArray[Any], low: NDArray[Any], high: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return x and y around the band, piece by piece where both its sides are known; Plotly closes each piece."""
    known = np.isfinite(low) & np.isfinite(high)
    pieces = np.split(np.arange(len(at)), np.flatnonzero(np.diff(known)) + 1)
    x: list[Any] = []
    y: list[Any] = []
    for piece in pieces:
        if known[piece[0]]:
            x += [at[piece], at[piece[::-1]], [np.nan]]
            y += [high[piece], low[piece[::-1]], [np.nan]]
    if not x:
        return np.empty(0), np.empty(0)
    return np.concatenate(x[:-1]), np.concatenate(y[:-1])


def _alone(low: NDArray[Any], high: NDArray[Any]) -> NDArray[Any]:
    """Return the lower side where so many have diverged that there is no upper one, from where the band ends."""
    alone = np.isfinite(low) & ~np.isfinite(high)
    beside = alone.copy()
    beside[:-1] |= alone[1:]
    beside[1:] |= alone[:-1]
    return np.where(beside, low, np.nan)


def _logarithmic(lanes: Sequence[tuple[str, NDArray[Any], NDArray[Any]]]) -> dict[str, Any]:
    """Return a logarithmic axis of losses, numbered as losses are written elsewhere."""
    every = np.concatenate([part.ravel() for _, band, ends in lanes for part in (band, ends)])
    shown = every[np.isfinite(every) & (every > 0)]
    if not len(shown):
        return {"type": "log"}
    ticks = logarithmic_ticks(shown.min(), shown.max())
    return {"type": "log", "tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}


def _short(name: str) -> str:
    """Return a lane's name as a label: not too long, and nothing in it is Plotly's markup."""
    short = name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1].rstrip()}…"
    return literal(short)
