"""The loss over time, and the score beside it."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.figures.base import faint, figure, live_line, time_axis, with_choices
from playground.figures.palette import Palette


def loss_figure(
    palette: Palette, *, score: str, axis: str = "epochs", logarithmic: bool = False
) -> go.Figure:
    """Return the loss chart with empty lines for a player to fill.

    Parameters
    ----------
    palette : Palette
        Colours.
    score : str
        "Accuracy" or "R²": the upper strip.
    axis : str
        ``epochs`` or ``updates``.
    logarithmic : bool
        Whether the loss has a logarithmic axis.

    Returns
    -------
    plotly.graph_objects.Figure
        Each trace's ``meta`` names the field of a frame that it draws; the layout's names the choices
        ``axis`` and ``log_loss`` (see `with_choices`).
    """
    # The test set's lines differ by more than their colour.
    dashed = {"color": palette.test, "width": 2, "dash": "7px,3px"}
    traces = [
        live_line(
            palette.batch, "Last batch", "batch_loss", loose=True,
            line={"color": faint(palette.batch, 0.55), "width": 1},
        ),
        live_line(
            palette.extra, "Penalty", "penalty", positive=True,
            line={"color": palette.extra, "width": 1.5, "dash": "2px,2px"},
        ),
        live_line(palette.test, "Test", "test_loss", line=dashed),
        live_line(palette.train, "Training", "train_loss"),
        live_line(palette.test, f"Test {score}", "test_score", yaxis="y2", line=dashed),
        live_line(palette.train, f"Training {score}", "train_score", yaxis="y2"),
    ]  # fmt: skip
    chart = figure(
        palette,
        traces,
        margin={"l": 46, "r": 10, "t": 9, "b": 34},
        annotations=[
            {
                "text": score.lower() if score != "R²" else score,
                "x": 1,
                "y": 0.78,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "right",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 11, "color": palette.muted},
            }
        ],
        xaxis={"range": [0, 10], "anchor": "y"},
        yaxis={"domain": [0, 0.68], "nticks": 6},
        yaxis2={
            "domain": [0.76, 1],
            "anchor": "x",
            "range": [0, 1],
            "tickvals": [0, 0.5, 1],
            "tickformat": ".0%" if score == "Accuracy" else ".1f",
        },
    )
    choices: dict[str, dict[str, dict[str, Any]]] = {
        "axis": time_axis("xaxis"),
        "log_loss": {
            "false": {"yaxis.type": "linear", "yaxis.range": [0, 1], "yaxis.dtick": None},
            "true": {"yaxis.type": "log", "yaxis.range": [-2, 0], "yaxis.dtick": 1},
        },
    }
    return with_choices(chart, choices, axis=axis, log_loss="true" if logarithmic else "false")
