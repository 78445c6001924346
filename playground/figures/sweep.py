"""The final loss over learning rates and batch sizes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from playground.figures.base import figure
from playground.figures.palette import Palette

PICKED = 1  # the trace whose points are the cells, row by row


def sweep_figure(
    palette: Palette,
    rates: Sequence[float],
    batches: Sequence[int],
    losses: NDArray[np.float64],
    best: tuple[int, int] | None,
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
    """
    x, y = np.log10(np.array(rates)), np.log10(np.array(batches))
    shown = np.where(np.isfinite(losses), np.log10(np.maximum(losses, 1e-6)), np.nan)
    columns, rows = np.meshgrid(np.arange(len(rates)), np.arange(len(batches)))
    texts = [
        f"batch {batch}, rate {rate:g}: {_words(losses[row, column])}"
        for row, batch in enumerate(batches)
        for column, rate in enumerate(rates)
    ]
    lost = np.isinf(losses)
    traces = [
        go.Heatmap(
            x=x, y=y, z=shown, hoverinfo="skip", xgap=2, ygap=2,
            colorscale=[[0, palette.positive], [0.5, palette.neutral], [1, palette.negative]],
            colorbar={"title": {"text": "log₁₀ loss", "font": {"size": 11}}, "thickness": 12, "outlinewidth": 0},
        ),
        # What can be picked, row by row: a heatmap's own cells cannot.
        go.Scatter(
            x=x[columns.ravel()], y=y[rows.ravel()], mode="markers", hovertext=texts, hoverinfo="text",
            marker={"size": 26, "symbol": "square", "opacity": 0},
            selected={"marker": {"opacity": 0}}, unselected={"marker": {"opacity": 0}},
        ),
        go.Scatter(
            x=x[columns[lost]], y=y[rows[lost]], mode="markers", hoverinfo="skip",
            marker={"symbol": "x-thin", "size": 9, "line": {"width": 1.5, "color": palette.muted}},
        ),
    ]  # fmt: skip
    if best is not None:
        row, column = best
        reach = np.array([y[0], y[-1]])
        traces += [
            go.Scatter(
                x=x[column] + reach - y[row], y=reach, mode="lines", hoverinfo="skip",
                line={"color": palette.text, "width": 1.5, "dash": "dot"},
            ),
            go.Scatter(
                x=[x[column]], y=[y[row]], mode="markers", hoverinfo="skip",
                marker={"symbol": "circle-open", "size": 18, "line": {"width": 2.5}, "color": palette.text},
            ),
        ]  # fmt: skip
    half_x, half_y = (np.diff(axis).mean() / 2 if len(axis) > 1 else 0.5 for axis in (x, y))
    return figure(
        palette, traces, height=380, margin={"l": 60, "r": 10, "t": 10, "b": 46}, hovermode="closest",
        xaxis={"title": {"text": "learning rate"}, "tickvals": x, "ticktext": [f"{rate:.2g}" for rate in rates],
               "range": [x[0] - half_x, x[-1] + half_x], "showgrid": False},
        yaxis={"title": {"text": "batch size"}, "tickvals": y, "ticktext": [str(batch) for batch in batches],
               "range": [y[0] - half_y, y[-1] + half_y], "showgrid": False},
    )  # fmt: skip


def _words(loss: float) -> str:
    return "diverged" if np.isinf(loss) else "not known yet" if np.isnan(loss) else f"loss {loss:.3g}"
