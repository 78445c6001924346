"""The map of a sweep shows what is known, and every spot of it belongs to the cell that lies there."""

import numpy as np
import pytest

from playground.figures import PALETTES
from playground.figures.sweep import PICKED, sweep_figure
from playground.figures.ticks import logarithmic_ticks

RATES, BATCHES = (0.001, 0.01, 0.1, 1.0), (1, 2, 30)
LOSSES = np.array([[0.5, 0.01, 1.0, np.inf], [0.6, 0.2, 0.1, 2.0], [np.nan] * 4])


@pytest.fixture(params=PALETTES)
def figure(request):
    return sweep_figure(PALETTES[request.param], RATES, BATCHES, LOSSES, (0, 1))


def test_the_nearest_point_to_any_spot_is_that_of_its_cell(figure):
    """Plotly takes the nearest point within `hoverdistance` pixels, and -1 is any distance."""
    assert figure.layout.hoverdistance == -1 and figure.layout.hovermode == "closest"
    points = figure.data[PICKED]
    assert points.marker.size <= 6  # within a mark all spots are equally near
    (left, right), (bottom, top) = figure.layout.xaxis.range, figure.layout.yaxis.range
    for row in range(3):
        for column in range(4):
            for x, y in ((0.04, 0.04), (0.96, 0.06), (0.05, 0.95), (0.5, 0.9)):  # shares of the cell
                spot = np.array([(column + x) / 4, (row + y) / 3]) * [900, 300]  # pixels
                places = np.column_stack(
                    [
                        (np.array(points.x) - left) / (right - left) * 900,
                        (np.array(points.y) - bottom) / (top - bottom) * 300,
                    ]
                )
                nearest = int(np.linalg.norm(places - spot, axis=1).argmin())
                assert divmod(nearest, 4) == (row, column)


def test_a_cell_says_its_rate_its_batch_size_and_its_loss(figure):
    texts = figure.data[PICKED].hovertext
    assert texts[1] == "batch size 1, rate 0.01<br>loss 0.01"
    assert texts[3] == "batch size 1, rate 1<br>diverged"
    assert texts[8] == "batch size 30, rate 0.001<br>not known yet"


def test_the_bar_names_losses_where_their_colours_are(figure):
    colours = next(trace for trace in figure.data if trace.type == "heatmap" and trace.colorbar.ticktext)
    assert [float(text) for text in colours.colorbar.ticktext] == [0.01, 0.1, 1]
    np.testing.assert_allclose(10 ** np.array(colours.colorbar.tickvals), [0.01, 0.1, 1])
    np.testing.assert_allclose(10 ** np.array(colours.z[0][:3], float), [0.5, 0.01, 1])


def test_the_line_keeps_rate_over_batch_size(figure):
    line = next(trace for trace in figure.data if trace.type == "scatter" and trace.mode == "lines")
    np.testing.assert_allclose(10 ** np.array(line.x) / BATCHES, 0.01)


def test_a_grid_of_which_nothing_is_known_is_drawn():
    nothing = sweep_figure(PALETTES["dark"], (0.1,), BATCHES, np.full((3, 1), np.nan), None)
    assert nothing.layout.yaxis.ticktext == ("1", "2", "30")
    blank = next(trace for trace in nothing.data if trace.type == "heatmap")
    assert np.isfinite(np.array(blank.z, float)).all()  # cells to be seen


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.004, 2.5, [0.01, 0.1, 1]),
        (0.1, 2.2, [0.1, 0.2, 0.5, 1, 2]),
        (0.31, 0.69, [0.31, 0.69]),
        (0.7, 0.7, [0.7]),
        (0.02, 5e27, [1, 1e4, 1e8, 1e12, 1e16, 1e20, 1e24]),
        (1e-6, 5, [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]),
    ],
)
def test_ticks_are_round_and_more_than_one(low, high, ticks):
    assert logarithmic_ticks(low, high) == pytest.approx(ticks)


def test_there_is_never_more_than_a_handful_of_ticks():
    for low in (1e-9, 3e-4, 0.7, 40.0):
        for high in low * np.geomspace(1, 1e35, 300):
            ticks = logarithmic_ticks(low, high)
            assert 1 <= len(ticks) <= 8 and ticks == sorted(ticks)
            assert all(low * 0.9 <= tick <= high * 1.1 for tick in ticks)


def colours(losses, untrained):
    figure = sweep_figure(PALETTES["light"], (0.1, 1.0, 10.0), (1, 2), np.array(losses), (0, 0), untrained)
    return figure, next(trace for trace in figure.data if trace.type == "heatmap" and trace.showscale is None)


def test_a_cell_that_has_nearly_diverged_leaves_the_colours_to_the_others():
    figure, heat = colours([[0.02, 0.3, 5e27], [0.1, 0.6, np.inf]], 0.7)
    assert 10**heat.zmin == pytest.approx(0.02) and 10**heat.zmax == pytest.approx(7)
    assert heat.colorbar.ticktext[-1] == "7 and more" and heat.colorbar.tickvals[-1] == pytest.approx(
        np.log10(7)
    )
    assert [float(text) for text in heat.colorbar.ticktext[:-1]] == pytest.approx(
        10 ** np.array(heat.colorbar.tickvals[:-1])
    )
    assert figure.data[PICKED].hovertext[2].endswith("loss 5e+27")
    assert np.isnan(heat.z[1][2])  # diverged: no colour, but a cross


def test_colours_end_at_the_highest_loss_where_none_is_far_above_the_start():
    _, heat = colours([[0.02, 0.3, 2.0], [0.1, 0.6, np.inf]], 0.7)
    assert heat.zmax is None and not any("more" in text for text in heat.colorbar.ticktext)


def test_colours_are_left_where_every_cell_has_nearly_diverged():
    _, heat = colours([[1e5, 2e5, 1e20], [1e9, np.inf, np.inf]], 0.7)
    assert 10**heat.zmin == pytest.approx(1e5) and 10**heat.zmax == pytest.approx(1e6)
