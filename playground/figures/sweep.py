"""The final loss over learning rates and batch sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from playground.figures.base import faint, figure
from playground.figures.palette import Palette
from playground.figures.ticks import logarithmic_ticks

PICKED = 0  # the trace whose points are the cells, row by row
LEAST_LOSS = 1e-6  # a lower one has the same colour
WORSE = 10  # times the loss of the untrained network: a higher one has the same colour
DECADES = 3  # of colours above the lowest loss, where nothing is known of the untrained network
NEAR = 0.08  # of the bar: a number so near to its end would touch the one that stands there
CLEAR: dict[str, Any] = {"marker": {"opacity": 0}}
OPAQUE: dict[str, Any] = {"marker": {"opacity": 1}}  # Plotly fades all other marks once something is picked


def sweep_figure(
    palette: Palette,
    rates: Sequence[float],
    batches: Sequence[int],
    losses: NDArray[np.float64],
    best: tuple[int, int] | None,
    untrained: float = np.nan,
) -> go.Figure:
    """Return a map of `losses` whose cells can be picked.

    Parameters
    ----------
    palette : Palette
        Colours.
    rates, batches : sequence
        The columns and the rows.
    losses : ndarray
        (batches, rates): infinite where a cell has diverged, nan where it is not known yet.
    best : tuple of int, optional
        The row and the column of the lowest loss, through which the line of equal rate / batch size is drawn.
    untrained : float
        The loss at the start, which no useful cell is far above; nan where it is not known.
    """
    # Rows are equally high: all rows of the set need not be twice as many as the last power of two.
    x, y = np.log10(np.array(rates)), np.arange(len(batches), dtype=float)
    rows, columns = (places.ravel() for places in np.indices(losses.shape))
    texts = [
        f"batch size {batch}, rate {rate:g}<br>{_words(losses[row, column])}"
        for row, batch in enumerate(batches)
        for column, rate in enumerate(rates)
    ]
    lost = np.isinf(losses)[rows, columns]
    (left, right), (bottom, top) = _edges(x), _edges(y)
    traces: list[Any] = [
        # What can be picked: a heatmap's own cells cannot. The nearest point answers, however far (`hoverdistance`),
        # and the nearest centre is that of the cell, so the whole cell is the target.
        go.Scatter(
            x=x[columns], y=y[rows], mode="markers", hovertext=texts, hoverinfo="text",
            marker={"size": 6, "opacity": 0, "color": palette.text}, selected=CLEAR, unselected=CLEAR,
        ),
        # What has no colour of its own is there, too.
        go.Heatmap(
            x=x, y=y, z=np.zeros(losses.shape), hoverinfo="skip", xgap=2, ygap=2, showscale=False,
            colorscale=[[0, faint(palette.muted, 0.1)], [1, faint(palette.muted, 0.1)]],
        ),
        _colours(palette, x, y, losses, untrained),
        go.Scatter(
            x=x[columns[lost]], y=y[rows[lost]], mode="markers", hoverinfo="skip",
            marker={"symbol": "x-thin", "size": 9, "line": {"width": 1.5, "color": palette.muted}}, unselected=OPAQUE,
        ),
    ]  # fmt: skip
    if best is not None:
        row, column = best
        traces += [
            go.Scatter(
                x=x[column] + np.log10(np.array(batches) / batches[row]), y=y, mode="lines", hoverinfo="skip",
                line={"color": palette.text, "width": 1.5, "dash": "dot"},
            ),
            go.Scatter(
                x=[x[column]], y=[y[row]], mode="markers", hoverinfo="skip",
                marker={"symbol": "circle-open", "size": 18, "line": {"width": 2.5}, "color": palette.text},
                unselected=OPAQUE,
            ),
        ]  # fmt: skip
    right_margin = 10 if np.isfinite(losses).any() else 74  # the bar has no place before there are losses
    return figure(
        palette, traces, height=380, margin={"l": 60, "r": right_margin, "t": 10, "b": 46},
        hovermode="closest", hoverdistance=-1,
        xaxis={"title": {"text": "learning rate"}, "tickvals": x, "ticktext": [f"{rate:.2g}" for rate in rates],
               "range": [left, right], "showgrid": False, "automargin": True, "autotickangles": [0, 90]},
        yaxis={"title": {"text": "batch size"}, "tickvals": y, "ticktext": [str(batch) for batch in batches],
               "range": [bottom, top], "showgrid": False},
    )  # fmt: skip


def _colours(
    palette: Palette, x: NDArray[Any], y: NDArray[Any], losses: NDArray[np.float64], untrained: float
) -> go.Heatmap:
    """Return the cells in the colours of their losses, with a bar that names losses.

    A cell on its way to divergence may have any loss: it must not take the colours from all others.
    """
    known = losses[np.isfinite(losses)].clip(LEAST_LOSS)
    ticks: list[float] = []
    texts: list[str] = []
    ends: dict[str, float] = {}
    if len(known):
        low, high = float(known.min()), float(known.max())
        cap = max(WORSE * untrained, WORSE * low) if untrained > 0 else low * 10**DECADES
        ticks = logarithmic_ticks(low, min(high, cap))
        texts = [f"{tick:g}" for tick in ticks]
        if high > cap:
            near = cap / (cap / low) ** NEAR
            ticks = [*(tick for tick in ticks if tick < near), cap]
            texts = [*(f"{tick:g}" for tick in ticks[:-1]), f"{cap:.2g} and more"]
            ends = {"zmin": float(np.log10(low)), "zmax": float(np.log10(cap))}
    bar = {
        "title": {"text": "loss", "font": {"size": 11}},
        "thickness": 12,
        "outlinewidth": 0,
        "tickvals": np.log10(ticks),
        "ticktext": texts,
    }
    return go.Heatmap(
        x=x, y=y, z=np.where(np.isfinite(losses), np.log10(losses.clip(LEAST_LOSS)), np.nan), hoverinfo="skip",
        xgap=2, ygap=2, colorbar=bar,
        colorscale=[[0, palette.positive], [0.5, palette.neutral], [1, palette.negative]], **ends,
    )  # fmt: skip


def _edges(centres: NDArray[Any]) -> tuple[float, float]:
    """Return where the first cell begins and the last one ends."""
    if len(centres) == 1:
        return float(centres[0]) - 0.5, float(centres[0]) + 0.5
    steps = np.diff(centres)
    return float(centres[0] - steps[0] / 2), float(centres[-1] + steps[-1] / 2)


def _words(loss: float) -> str:
    return "diverged" if np.isinf(loss) else "not known yet" if np.isnan(loss) else f"loss {loss:.3g}"
