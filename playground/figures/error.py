"""The error of a small lesson over its updates."""

from __future__ import annotations

import plotly.graph_objects as go

from playground.figures.base import figure, live_line, with_choices
from playground.figures.palette import Palette


def error_figure(palette: Palette) -> go.Figure:
    """Return the chart of an error over the updates, with an empty line for a player to fill from ``train_loss``."""
    chart = figure(
        palette,
        [live_line(palette.train, "Error", "train_loss")],
        margin={"l": 40, "r": 10, "t": 8, "b": 34},
        xaxis={"range": [0, 10], "title": {"text": "updates"}},
        yaxis={"range": [0, 1], "nticks": 5},
    )
    return with_choices(chart, {})
