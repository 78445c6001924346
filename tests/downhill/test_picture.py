"""A surface as it is drawn."""

import numpy as np
import pytest

from playground.downhill.picture import LINE, SIDE, picture
from playground.downhill.surfaces import SURFACES, formula_surface


@pytest.mark.parametrize("name", SURFACES)
def test_a_picture_holds_the_costs_of_its_window(name):
    surface = SURFACES[name]
    drawn = picture(surface)
    middle = [axis[len(axis) // 3] for axis in drawn.axes]
    index = tuple(len(axis) // 3 for axis in reversed(drawn.axes))
    assert drawn.costs.shape == ((SIDE, SIDE) if surface.dimension == 2 else (LINE,))
    assert drawn.costs[index] == pytest.approx(float(surface.at(middle).cost), rel=1e-9, abs=1e-12)
    assert drawn.lowest <= drawn.costs.min()
    if surface.minima:
        assert drawn.lowest == pytest.approx(min(surface.minima[0].cost, drawn.costs.min()))


@pytest.mark.parametrize(
    ("name", "steep"), [("beale", True), ("rosenbrock", True), ("bowl", False), ("ripples", False)]
)
def test_only_steep_surfaces_are_drawn_by_logarithm(name, steep):
    drawn = picture(SURFACES[name])
    assert (drawn.scale is not None) == steep
    heights = drawn.heights(drawn.costs)
    assert np.all(np.diff(heights.ravel()[np.argsort(drawn.costs.ravel())]) >= 0)  # lower stays lower
    if not steep:
        np.testing.assert_array_equal(heights, drawn.costs)


def test_the_marks_of_a_logarithmic_scale_stand_at_their_costs():
    drawn = picture(SURFACES["beale"])
    values, texts = drawn.ticks
    costs = [float(text.replace(",", "")) for text in texts]
    np.testing.assert_allclose(drawn.heights(costs), values, rtol=1e-9)
    assert len(costs) >= 4
    assert costs[-1] <= drawn.costs.max()


def test_a_formula_without_values_in_places_is_drawn_around_them():
    drawn = picture(formula_surface("sqrt(x*y)"))
    assert np.isnan(drawn.costs).any()
    assert np.isfinite(drawn.lowest)
