"""Weight magnitudes: each layer's weights as a signed map, their size over time, and the gradient's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from playground.figures.base import POWERS, figure, live_line, time_axis, with_choices
from playground.figures.palette import Palette

GAP = 0.04


def weights_figure(palette: Palette, sizes: Sequence[int], *, axis: str = "epochs") -> go.Figure:
    """Return the weights chart: a frame per layer for its matrix, and two charts of lines below.

    Parameters
    ----------
    palette : Palette
        Colours.
    sizes : sequence of int
        Neurons per layer, inputs first.
    axis : str
        ``epochs`` or ``updates``.

    Returns
    -------
    plotly.graph_objects.Figure
        ``layout.meta["matrices"]`` lists, per layer, the axes its matrix is drawn in: a row per neuron
        of the layer, a column per neuron it listens to. Lines as in `loss_figure`.
    """
    layers = len(sizes) - 1
    names = [*(f"hidden {number + 1}" for number in range(layers - 1)), "output"]
    colours = layer_colours(palette, layers)
    small = {
        "showarrow": False,
        "font": {"size": 11, "color": palette.muted},
        "xref": "paper",
        "yref": "paper",
    }
    low = {"domain": [0, 0.46]}
    layout: dict[str, Any] = {
        "margin": {"l": 40, "r": 10, "t": 22, "b": 34},
        "xaxis": {"domain": [0, 0.45], "range": [0, 10], "nticks": 5},
        "yaxis": low | {"range": [0, 1], "nticks": 5},
        "xaxis2": {"domain": [0.57, 1], "anchor": "y2", "range": [0, 10], "nticks": 5},
        "yaxis2": low | {"anchor": "x2", "type": "log", "range": [-3, 0], "dtick": 1} | POWERS,
        "annotations": [
            small | {"text": text, "x": x, "y": 0.47, "xanchor": "left", "yanchor": "bottom"}
            for text, x in (("mean |w| ± spread", 0.0), ("gradient norm", 0.57))
        ],
    }
    bare = {"showgrid": False, "showticklabels": False, "mirror": True, "showline": True, "ticks": ""}
    traces, matrices = [], []
    for layer, (left, right) in enumerate(_matrix_domains(sizes)):
        number = layer + 3
        x, y = f"x{number}", f"y{number}"
        layout[f"xaxis{number}"] = bare | {"domain": [left, right], "anchor": y, "range": [0, sizes[layer]]}
        layout[f"yaxis{number}"] = bare | {"domain": [0.62, 1], "anchor": x, "range": [sizes[layer + 1], 0]}
        short = names[layer] if layers <= 5 else ("out" if layer == layers - 1 else str(layer + 1))
        layout["annotations"].append(
            small | {"text": short, "x": (left + right) / 2, "y": 1, "xanchor": "center", "yanchor": "bottom"}
        )
        # An axis is drawn only if a trace lies in it.
        traces.append(go.Scatter(x=[0], y=[0], mode="markers", opacity=0, hoverinfo="skip", xaxis=x, yaxis=y))
        matrices.append({"x": x, "y": y, "layer": layer})
    layout["meta"] = {"matrices": matrices}
    layers_drawn = list(enumerate(zip(colours, names, strict=True)))
    traces += [live_line(colour, name, "magnitude", n, to="spread") for n, (colour, name) in layers_drawn]
    for n, (colour, name) in layers_drawn:
        traces.append(live_line(colour, name, "magnitude", n))
        traces.append(live_line(colour, name, "gradient_norm", n, xaxis="x2", yaxis="y2"))
    return with_choices(figure(palette, traces, **layout), {"axis": time_axis("xaxis", "xaxis2")}, axis=axis)


def _matrix_domains(sizes: Sequence[int]) -> list[tuple[float, float]]:
    """Return the share of the width that each layer's matrix takes, wide ones more than narrow ones."""
    widths = [max(fan_in, 1.6) for fan_in in sizes[:-1]]
    room = 1 - GAP * (len(widths) - 1)
    domains, left = [], 0.0
    for width in widths:
        right = left + room * width / sum(widths)
        domains.append((left, min(right, 1.0)))
        left = right + GAP
    return domains


def layer_colours(palette: Palette, layers: int) -> list[str]:
    """Return one colour per layer, spread over the palette from the inputs to the output."""
    last = len(palette.layers) - 1
    return [palette.layers[round(number * last / max(layers - 1, 1))] for number in range(layers)]
