"""Colours, once for light and once for dark screens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Colours as ``#rrggbb``.

    Attributes
    ----------
    text, muted, grid, surface : str
        Words, lesser words, grid lines, and what lies behind them.
    negative, neutral, positive : str
        The ends and the middle of the one diverging scale: data, neurons and weights alike.
    classes : tuple of str
        Areas of the classes where there are more than two (Okabe & Ito 2008, safe for colour-blind eyes).
    train, test, batch, extra : str
        Lines: training set, test set, single batches, penalty.
    outline : str
        Around points, so that they stand out from an area of their own colour.
    layers : tuple of str
        Lines of the layers, from the inputs to the output.
    lanes : tuple of str
        Lines and marks of what is compared side by side: the first four from Okabe & Ito 2008, then as many more,
        which differ from them in lightness, too.
    """

    text: str
    muted: str
    grid: str
    surface: str
    negative: str
    neutral: str
    positive: str
    classes: tuple[str, ...]
    train: str
    test: str
    batch: str
    extra: str
    outline: str
    layers: tuple[str, ...]
    lanes: tuple[str, ...]


_CLASSES = ("#e69f00", "#0072b2", "#009e73", "#cc79a7", "#8c6bd6")

LIGHT = Palette(
    text="#1f2530",
    muted="#667085",
    grid="#e6e9ef",
    surface="#ffffff",
    negative="#f08a24",
    neutral="#f2f3f5",
    positive="#1272b8",
    classes=_CLASSES,
    train="#1f2530",
    test="#c2410c",
    batch="#9aa4b2",
    extra="#7c3aed",
    outline="#ffffff",
    layers=(
        "#0b7a75",
        "#2a9d8f",
        "#58b09c",
        "#8ab17d",
        "#c9a227",
        "#e08e45",
        "#d1603d",
        "#b23a48",
        "#7d2e68",
    ),
    lanes=("#d55e00", "#0072b2", "#009e73", "#a2528a", "#6d4ccf", "#a07a00", "#475467", "#d6336c"),
)

DARK = Palette(
    text="#e8ebf0",
    muted="#98a2b3",
    grid="#2a303c",
    surface="#11151c",
    negative="#f59a3c",
    neutral="#1d2330",
    positive="#3b9be6",
    classes=_CLASSES,
    train="#e8ebf0",
    test="#fb8c5a",
    batch="#5b6577",
    extra="#b794f6",
    outline="#e8ebf0",
    layers=(
        "#2dd4bf",
        "#4fd1a5",
        "#86d57e",
        "#b8d562",
        "#e6c84f",
        "#f2a65a",
        "#f08068",
        "#e5648c",
        "#c07bd8",
    ),
    lanes=("#f0803c", "#56b4e9", "#2fc79a", "#d793c0", "#a99bff", "#e0c04a", "#c3cad5", "#ff7fae"),
)

PALETTES = {"light": LIGHT, "dark": DARK}
SYMBOLS = ("circle", "square", "triangle-up", "diamond", "cross")
"""Plotly's marker of each class: shape tells classes apart where colour cannot."""


def blend(start: str, end: str, share: float) -> str:
    """Return the colour `share` of the way (0…1) from `start` to `end`, mixed in sRGB."""
    channels = ((int(start[at : at + 2], 16), int(end[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in channels)


def diverging(palette: Palette, value: float) -> str:
    """Return the colour of `value` in −1…1 on the diverging scale; what lies outside is clipped."""
    value = max(-1.0, min(1.0, value))
    return blend(palette.neutral, palette.positive if value > 0 else palette.negative, abs(value))
