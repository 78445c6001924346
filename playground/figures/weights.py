"""Weight magnitudes: each layer's weights as a signed map, their size over time, and the gradient's."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from playground.figures.base import figure, live_line
from playground.figures.palette import Palette

GAP = 0.04


def weights_figure(palette: Palette, sizes: Sequence[int], *, axis: str) -> go.Figure:
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
    chart = figure(palette, margin={"l": 40, "r": 10, "t": 22, "b": 34})
    widths = [max(fan_in, 1.6) for fan_in in sizes[:-1]]
    room = 1 - GAP * (layers - 1)
    left = 0.0
    matrices = []
    for layer in range(layers):
        width = room * widths[layer] / sum(widths)
        x, y = f"x{layer + 3}", f"y{layer + 3}"
        bare = {"showgrid": False, "showticklabels": False, "mirror": True, "showline": True, "ticks": ""}
        chart.update_layout(
            {
                f"xaxis{layer + 3}": {
                    **bare, "domain": [left, left + width], "anchor": y, "range": [0, sizes[layer]],
                },
                f"yaxis{layer + 3}": {
                    **bare, "domain": [0.62, 1], "anchor": x, "range": [sizes[layer + 1], 0],
                },
            }
        )  # fmt: skip
        # An axis is drawn only if a trace lies in it.
        chart.add_scatter(x=[0], y=[0], mode="markers", opacity=0, hoverinfo="skip", xaxis=x, yaxis=y)
        name = "output" if layer == layers - 1 else f"hidden {layer + 1}"
        chart.add_annotation(
            text=name if layers <= 5 else ("out" if layer == layers - 1 else str(layer + 1)),
            x=left + width / 2, y=1, xref="paper", yref="paper", xanchor="center", yanchor="bottom", showarrow=False,
            font={"size": 11, "color": palette.muted},
        )  # fmt: skip
        matrices.append({"x": x, "y": y, "layer": layer})
        left += width + GAP
    chart.update_layout(
        meta={"axis": axis, "matrices": matrices},
        xaxis={"domain": [0, 0.45], "anchor": "y", "range": [0, 10], "title": {"text": axis}, "nticks": 5},
        yaxis={"domain": [0, 0.46], "anchor": "x", "range": [0, 1], "nticks": 5, "rangemode": "tozero"},
        xaxis2={"domain": [0.57, 1], "anchor": "y2", "range": [0, 10], "title": {"text": axis}, "nticks": 5},
        yaxis2={"domain": [0, 0.46], "anchor": "x2", "type": "log", "range": [-3, 0], "dtick": 1,
                "exponentformat": "power"},
    )  # fmt: skip
    for text, x in (("mean |w| ± spread", 0.0), ("gradient norm", 0.57)):
        chart.add_annotation(
            text=text, x=x, y=0.47, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
            showarrow=False, font={"size": 11, "color": palette.muted},
        )  # fmt: skip
    colours = layer_colours(palette, layers)
    names = [*(f"hidden {number + 1}" for number in range(layers - 1)), "output"]
    for layer in range(layers):
        chart.add_trace(live_line(colours[layer], names[layer], "magnitude", layer, to="spread"))
    for layer in range(layers):
        chart.add_trace(live_line(colours[layer], names[layer], "magnitude", layer))
        chart.add_trace(live_line(colours[layer], names[layer], "gradient_norm", layer, xaxis="x2", yaxis="y2"))
    return chart


def layer_colours(palette: Palette, layers: int) -> list[str]:
    """Return one colour per layer, spread over the palette from the inputs to the output."""
    last = len(palette.layers) - 1
    return [palette.layers[round(number * last / max(layers - 1, 1))] for number in range(layers)]
