"""The charts of the page about one neuron."""

import numpy as np
import plotly.io
import pytest

from playground.figures import PALETTES
from playground.figures.neuron import broken, curve_figure, layers_figure, plane_figure, products_figure
from playground.lessons.neuron import curve


def test_a_jump_is_no_line():
    found = curve("step")
    x, y = broken(found.z, found.output)
    gap = y.index(None)
    assert (y[gap - 1], y[gap + 1]) == (0, 1) and x[gap + 1] == 0
    assert None not in broken(found.z, np.tanh(found.z))[1]


@pytest.mark.parametrize("theme", PALETTES)
def test_figures_are_what_plotly_takes(theme):
    palette = PALETTES[theme]
    for figure in (
        curve_figure(palette, curve("gelu")),
        products_figure(palette, [0.5, 0.0, -0.1], [1.0, 1.0, 1.0]),
        layers_figure(palette, 20),
        plane_figure(palette, [[0, 0], [1, 1]], [0, 1], (-1, 2)),
    ):
        assert plotly.io.from_json(figure.to_json(), skip_invalid=False).data


def test_a_product_of_zero_is_not_drawn():
    figure = products_figure(PALETTES["light"], [0.5, 0.0], [1.0, 1.0])
    assert figure.data[1].y == (0.5, None)


def test_a_negative_product_is_drawn_by_its_size_and_called_so():
    products, largest = products_figure(PALETTES["light"], [-0.1, 0.01], [1.0, 1.0]).data[::-1]
    assert products.y == (0.1, 0.01)
    assert products.name == "size of the product of slopes"
    assert largest.name == "largest it can be"
