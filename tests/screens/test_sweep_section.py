"""A cell that is picked is one of the grid, whatever the browser says."""

import pytest

from playground.figures.sweep import PICKED
from playground.screens.sweep_section import picked


def point(index, curve=PICKED):
    return {"curve_number": curve, "point_index": index, "x": 0.0, "y": 0.0}


def test_a_point_is_the_cell_that_was_counted_row_by_row():
    assert [picked([point(index)], 3, 4) for index in (0, 3, 4, 11)] == [(0, 0), (0, 3), (1, 0), (2, 3)]
    assert picked([point(7, PICKED + 1), point(5)], 3, 4) == (1, 1)


@pytest.mark.parametrize("index", [12, 10**9, -1, 1.5, 2.0, "3", None, True, [1]])
def test_what_is_no_cell_picks_none(index):
    assert picked([point(index)], 3, 4) is None


def test_nothing_picked_is_no_cell():
    assert (
        picked([], 3, 4) is None
        and picked([{}, "x", None], 3, 4) is None
        and picked([point(2, 5)], 3, 4) is None
    )
