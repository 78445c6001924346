"""Minima that are looked for."""

import numpy as np
import pytest

from playground.downhill.minima import minima_near
from playground.downhill.surfaces import SURFACES, formula_surface


@pytest.mark.parametrize("name", [name for name, surface in SURFACES.items() if name != "saddle"])
def test_what_is_known_of_the_surfaces_is_found(name):
    """On a grid fine enough, the search finds all minima that the table lists."""
    surface = SURFACES[name]
    axes = surface.axes(80)
    found = np.array(minima_near(surface, axes, surface.over(*axes)))
    for minimum in surface.minima:
        assert np.abs(found - minimum.position).max(axis=1).min() < 1e-9, minimum
    for place in found:
        assert np.abs(surface.at(place).gradient).max() < 1e-8


def test_a_saddle_has_none():
    axes = SURFACES["saddle"].axes(41)
    assert minima_near(SURFACES["saddle"], axes, SURFACES["saddle"].over(*axes)) == ()


def test_a_typed_formula_knows_its_minima():
    surface = formula_surface("(x - 1.3)^2 + 2*(y + 0.7)^2 + 5")
    (minimum,) = surface.minima
    assert minimum.position == pytest.approx((1.3, -0.7))
    assert minimum.cost == pytest.approx(5)


@pytest.mark.parametrize("text", ["x^4 + y^4", "abs(x) + abs(y)"])
def test_a_minimum_may_be_flat_or_a_kink(text):
    """There Newton's method has no curvature to go by."""
    (minimum,) = formula_surface(text).minima
    assert minimum.position == (0, 0)


def test_corners_and_edges_are_no_minima():
    """The lowest value of the window may be where the cost only leaves it, or has no slope."""
    assert formula_surface("x + y").minima == ()
    assert formula_surface("sqrt(x) + y^2").minima == ()
