"""Figures say what the player and a reader need of them."""

import html

import numpy as np
import pytest

from playground.datasets import DATASETS, sample
from playground.figures import PALETTES, boundary_figure, layer_colours, loss_figure, weights_figure
from playground.figures.palette import blend, diverging
from playground.figures.race import race_figures, relief_figures
from playground.observing import Frame


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("name", DATASETS)
def test_boundary_shows_every_point_once(name, theme):
    data = sample(name, points=60, noise=10, train_share=50, seed=1)
    figure = boundary_figure(
        PALETTES[theme],
        (data.x_train, data.y_train),
        (data.x_test, data.y_test),
        problem=DATASETS[name].problem,
        window=DATASETS[name].window,
    )
    for role, x in (("train", data.x_train), ("test", data.x_test)):
        traces = [trace for trace in figure.data if trace.meta["set"] == role]
        drawn = np.concatenate([np.column_stack([trace.x, trace.y]) for trace in traces])
        for points in (drawn, x):
            points[:] = points[np.lexsort(points.T)]
        np.testing.assert_allclose(drawn, x, atol=6e-4)
        symbols = [trace.marker.symbol for trace in traces]
        assert len(set(symbols)) == len(symbols)  # a shape per class
    assert tuple(figure.layout.xaxis.range) == tuple(figure.layout.yaxis.range) == DATASETS[name].window


def test_hidden_test_points():
    data = sample("circle", points=60, noise=10, train_share=50, seed=1)
    parts = ((data.x_train, data.y_train), (data.x_test, data.y_test))
    figure = boundary_figure(
        PALETTES["light"], *parts, problem="two_classes", window=(-6, 6), show_test=False
    )
    assert {(trace.meta["set"], trace.visible) for trace in figure.data} == {("train", True), ("test", False)}


@pytest.mark.parametrize("sizes", [(2, 1), (2, 4, 2, 1), (7, *[16] * 8, 5)])
def test_lines_name_fields_of_a_frame(sizes):
    figures = [
        loss_figure(PALETTES["dark"], score="Accuracy", axis="epochs", logarithmic=True),
        weights_figure(PALETTES["dark"], sizes, axis="updates"),
    ]
    lines = [trace.meta for figure in figures for trace in figure.data if trace.meta]
    fields = {line["series"] for line in lines} | {line["spread"] for line in lines if "spread" in line}
    assert fields <= set(Frame._fields)
    assert {
        "train_loss",
        "test_loss",
        "batch_loss",
        "penalty",
        "magnitude",
        "spread",
        "gradient_norm",
    } <= fields
    layers = len(sizes) - 1
    assert sorted(line["index"] for line in lines if line["series"] == "gradient_norm") == list(range(layers))
    matrices = figures[1].layout.meta["matrices"]
    assert [matrix["layer"] for matrix in matrices] == list(range(layers))
    for matrix in matrices:
        x, y = (figures[1].layout[axis[0] + "axis" + axis[1:]] for axis in (matrix["x"], matrix["y"]))
        assert tuple(x.range) == (0, sizes[matrix["layer"]])
        assert tuple(y.range) == (sizes[matrix["layer"] + 1], 0)
        assert 0 <= x.domain[0] < x.domain[1] <= 1.0001
    assert len(layer_colours(PALETTES["light"], layers)) == layers


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("name", ["text", "muted", "train", "test"])
def test_words_and_lines_stand_out(theme, name):
    palette = PALETTES[theme]
    light, dark = sorted((_luminance(getattr(palette, name)), _luminance(palette.surface)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_scale_is_signed_and_neutral_in_the_middle():
    palette = PALETTES["light"]
    assert diverging(palette, 0) == palette.neutral
    assert diverging(palette, 7) == palette.positive and diverging(palette, -7) == palette.negative
    assert blend("#000000", "#ffffff", 0.5) == "#808080"


def test_names_that_plotly_draws_are_no_markup():
    """24 characters hold a link; what Plotly draws has none, and what the player reads is as it was written."""
    link = '<a href="//x.y">z</a> &'
    drawn = relief_figures(PALETTES["light"], [link, "b"])
    names = [trace.name for figure in drawn.values() for trace in figure.data if trace.name]
    assert len(names) == 6 and not any("<" in name or ">" in name for name in names)
    assert html.unescape(drawn["solid"].data[1].name) == link
    for figure in race_figures(PALETTES["light"], [link, "b"], "epochs").values():
        assert not (figure.layout.showlegend or figure.layout.template.layout.showlegend)
        assert not figure.layout.hovermode and figure.layout.template.layout.hovermode is False
        assert figure.data[0].name.startswith(link)
