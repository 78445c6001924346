"""What all figures share: a bare template in a palette's colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from playground.figures.palette import Palette

CORNER = {"ticklabelshift": -5}
"""For a vertical axis whose lowest label stands where the horizontal one has its first: they would touch."""
POWERS = {"exponentformat": "power", "tickfont": {"size": 8.8}}  # Plotly writes powers a quarter larger
FONT = "Inter, 'Source Sans', system-ui, -apple-system, 'Segoe UI', sans-serif"


def figure(palette: Palette, traces: Sequence[Any] = (), **layout: Any) -> go.Figure:
    """Return a figure of `traces`: transparent, with small type and quiet axes."""
    axis = {
        "gridcolor": palette.grid,
        "zeroline": False,
        "linecolor": palette.grid,
        "tickfont": {"size": 11, "color": palette.muted},
        "title": {"font": {"size": 11, "color": palette.muted}, "standoff": 4},
        "fixedrange": True,
    }
    template = go.layout.Template(
        layout={
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 12, "color": palette.text},
            "xaxis": axis,
            "yaxis": axis,
            "hovermode": False,
            "hoverlabel": {
                "bgcolor": faint(palette.text, 0.94),
                "bordercolor": "rgba(0,0,0,0)",
                "font": {"family": FONT, "size": 12, "color": palette.surface},
                "align": "left",
            },
            "dragmode": False,
            "showlegend": False,
        }
    )
    return go.Figure(list(traces), {"template": template, **layout})


def with_choices(
    bare: go.Figure, choices: Mapping[str, Mapping[str, Mapping[str, Any]]], **chosen: str
) -> go.Figure:
    """Return `bare` with what a reader may choose.

    Parameters
    ----------
    bare : plotly.graph_objects.Figure
        The figure without the parts that depend on a choice.
    choices : mapping
        Choice -> value -> update of the layout, whose keys are paths as Plotly's own ``relayout`` takes them.
        It becomes ``layout.meta["choices"]``, so that a player can choose anew without Python.
    chosen
        The value of each choice.
    """
    bare.update_layout(meta={**(bare.layout.meta or {}), "choices": choices})
    for choice, value in chosen.items():
        bare.update_layout(choices[choice][value])
    return bare


def plane_axis(window: tuple[float, float]) -> dict[str, Any]:
    """Return an axis over `window` with some four whole marks, the true minus sign before those below 0."""
    low, high = window
    ticks = list(range(round(low), round(high) + 1, max(1, round((high - low) / 4))))
    return {
        "range": [low, high],
        "tickvals": ticks,
        "ticktext": [str(tick).replace("-", "−") for tick in ticks],
    }


TIME_AXES = ("epochs", "updates")


def time_axis(*axes: str) -> dict[str, dict[str, Any]]:
    """Return the choices of what the horizontal `axes` count."""
    return {unit: {f"{axis}.title.text": unit for axis in axes} for unit in TIME_AXES}


def faint(colour: str, opacity: float) -> str:
    """Return ``#rrggbb`` as ``rgba(…)`` with the given opacity."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def literal(text: str) -> str:
    """Return `text` so that Plotly draws it as it stands: it reads its texts as HTML of a few tags, links among them.

    For what Plotly itself draws. Whoever reads a trace's name to show it elsewhere needs it as it is.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def live_line(
    colour: str,
    name: str,
    series: str,
    index: int = 0,
    *,
    to: str | None = None,
    positive: bool = False,
    loose: bool = False,
    cap: float | None = None,
    smooth: int | None = None,
    state: str | None = None,
    **options: Any,
) -> go.Scatter:
    """Return a line that a player draws from a frame's field.

    Parameters
    ----------
    colour, name : str
        The line's colour and what the legend and the pointer call it.
    series : str
        Field of `playground.observing.Frame` that gives y.
    index : int
        Which entry of a field that has several per frame.
    to : str, optional
        A second field: the line becomes the band ``series ± to``.
    positive : bool
        Whether the line is only there while its values are above zero.
    loose : bool
        Whether the vertical axis goes its way without this line.
    cap : float, optional
        How many times its first value the vertical axis makes room for.
    smooth : int, optional
        The line follows the median of so many points to either side.
    state : str, optional
        A field that says from where on the line has no values: where it is that of a run that has diverged.
    options
        Further properties of the trace.
    """
    said = {"spread": to, "cap": cap, "smooth": smooth, "state": state}
    meta = {"series": series, "index": index, "positive": positive, "loose": loose}
    meta |= {key: value for key, value in said.items() if value is not None}
    style: dict[str, Any] = {"line": {"color": colour, "width": 2, "simplify": False}}
    if to:
        style = {
            "line": {"width": 0, "simplify": False},
            "fill": "toself",
            "fillcolor": faint(colour, 0.14),
        }
    return go.Scatter(x=[0, 0], y=[None, None], mode="lines", name=name, meta=meta, **{**style, **options})
