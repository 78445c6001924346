"""The picture of many seeds: every lane named, every seed drawn, losses readable on both axes."""

import numpy as np
import pytest

from playground.figures import PALETTES
from playground.figures.luck import luck_figure


def lane(name, low, high):
    middle = np.geomspace(high, low, 51)
    return name, np.stack([middle / 2, middle, middle * 2]), np.linspace(low / 2, low * 2, 8)


LANES = [lane("Stochastic", 0.02, 0.7), lane("A very long name, <b>bold</b>", 0.1, 0.7)]

SEEDS = [f"random start {number}" for number in range(5, 13)]


@pytest.mark.parametrize("theme", PALETTES)
def test_every_lane_is_named_under_its_seeds(theme):
    figure = luck_figure(PALETTES[theme], LANES, seeds=SEEDS, loss=0.3)
    boxes = [trace for trace in figure.data if trace.type == "box"]
    assert [set(box.x) for box in boxes] == [{place} for place in figure.layout.xaxis2.tickvals]
    assert [list(box.y) for box in boxes] == [list(ends) for _, _, ends in LANES]
    first, second = figure.layout.xaxis2.ticktext
    assert first == "Stochastic" and second == "A very long n…"


def test_a_name_is_no_markup():
    figure = luck_figure(PALETTES["light"], [lane("<b>x</b> & y", 0.1, 1)], seeds=SEEDS, loss=0.3)
    shown = [
        figure.layout.xaxis2.ticktext[0],
        *[trace.name for trace in figure.data if trace.name],
        *[trace.meta for trace in figure.data if trace.meta],
    ]
    assert len(shown) == 4 and set(shown) == {"&lt;b&gt;x&lt;/b&gt; &amp; y"}


def test_a_logarithmic_axis_has_numbers_within_its_range():
    figure = luck_figure(PALETTES["light"], LANES, seeds=SEEDS, loss=0.3, logarithmic=True)
    axis = figure.layout.yaxis
    assert axis.type == "log" and [float(text) for text in axis.ticktext] == list(axis.tickvals)
    assert len(axis.tickvals) >= 2 and all(0.01 <= tick <= 1.4 for tick in axis.tickvals)
    assert len(figure.layout.shapes) == 1
    # No such place on it.
    assert not luck_figure(PALETTES["light"], LANES, seeds=SEEDS, loss=0, logarithmic=True).layout.shapes


def test_seeds_that_diverged_leave_the_axis_alone():
    name, band, ends = lane("a", 0.1, 1)
    ends[0] = band[2, 30:] = np.inf
    figure = luck_figure(PALETTES["light"], [(name, band, ends)], seeds=SEEDS, loss=0.3, logarithmic=True)
    assert np.isfinite(figure.layout.yaxis.tickvals).all()
    box = next(trace for trace in figure.data if trace.type == "box")
    assert np.isnan(box.y[0]) and np.isfinite(np.array(box.y[1:], float)).all()


def drawn(high, low):
    """The filled outline and the thin line that are drawn for these sides of a band."""
    low, high = (np.array(side, float) for side in (low, high))
    figure = luck_figure(
        PALETTES["light"],
        [("a", np.stack([low, low, high]), np.array([1, 2, np.nan, np.inf]))],
        seeds=SEEDS,
        loss=0.3,
    )
    outline = next(trace for trace in figure.data if trace.fill == "toself")
    thin = next(trace for trace in figure.data if trace.type == "scatter" and trace.line.width == 1)
    return figure, outline, thin


def test_a_band_ends_where_more_than_a_tenth_has_diverged():
    figure, outline, thin = drawn([5, 6, 7, np.inf, np.inf], [1, 2, 3, 4, 5])
    assert list(outline.x) == [0, 1, 2, 2, 1, 0] and list(outline.y) == [5, 6, 7, 3, 2, 1]
    np.testing.assert_array_equal(thin.y, [np.nan, np.nan, 3, 4, 5])
    assert figure.layout.xaxis2.ticktext == ("a<br>2 diverged",)


def test_a_band_of_pieces_is_filled_piece_by_piece():
    _, outline, thin = drawn([5, 6, np.nan, 7, 8], [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(outline.x, [0, 1, 1, 0, np.nan, 3, 4, 4, 3])
    np.testing.assert_array_equal(outline.y, [5, 6, 2, 1, np.nan, 7, 8, 5, 4])
    np.testing.assert_array_equal(thin.y, [np.nan, 2, 3, 4, np.nan])
    _, outline, thin = drawn([np.inf] * 3, [np.inf] * 3)
    assert len(outline.x) == 0 and np.isnan(np.array(thin.y, float)).all()


def test_a_whole_band_has_no_line_of_its_own():
    _, outline, thin = drawn([5, 6, 7], [1, 2, 3])
    assert np.isfinite(np.array(outline.y, float)).all() and np.isnan(np.array(thin.y, float)).all()


def test_every_seed_says_which_it_is():
    figure = luck_figure(PALETTES["light"], LANES, seeds=SEEDS, loss=0.3)
    for box in (trace for trace in figure.data if trace.type == "box"):
        assert list(box.text) == SEEDS and len(box.y) == len(SEEDS)
