"""What the topics of the page about one neuron share: figures as plain JSON, and small curves."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.figures.neuron import broken
from playground.lessons.neuron import REACH, curve
from playground.nn.activations import ACTIVATIONS

Json = dict[str, Any]
Shown = tuple[dict[str, Callable[[str], Json]], Json]
"""For each figure's name what makes it for a theme, and what else a topic shows."""


def plain(made: go.Figure) -> Json:
    """Return a figure as plain JSON."""
    return dict(json.loads(made.to_json()))


@lru_cache
def icons() -> list[tuple[str, str, str]]:
    """Return name, label and a small curve of each activation, as a path of SVG in a box of 32 by 20."""
    z = np.linspace(-REACH, REACH, 97)
    icons = []
    for name, entry in ACTIVATIONS.items():
        x, y = broken(z, curve(name, z).output)
        path, pen = "", "M"
        for here, value in zip(x, y, strict=True):
            if here is None or value is None or not -1.05 < value < 2.3:
                pen = "M"
                continue
            path += f"{pen}{16 + here * 16 / REACH:.4g} {14 - 6 * value:.4g}"
            pen = "L"
        icons.append((name, entry.label, path))
    return icons
