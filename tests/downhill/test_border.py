"""The border of the learning rate against paths that are really walked."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playground.downhill.border import CREEPING, REGIMES, Border, border
from playground.downhill.descent import descend
from playground.downhill.race import Race, Walker
from playground.downhill.surfaces import SURFACES, bowl, formula_surface

curvatures = st.floats(0.05, 50)


def walked(surface, rate, start, steps, optimizer="sgd", **more):
    return descend(Race(surface, (Walker(optimizer, rate, **more),), start=start, steps=steps)).positions[0]


def seen(along):
    """The regime of a path along one direction, told from its positions alone."""
    if np.all(along == along[0]):
        return "flat"
    sizes, turned = np.abs(along), np.sign(along[1]) != np.sign(along[0])
    if sizes[1] > sizes[0]:
        return "diverges" if turned else "falls"
    if turned:
        return "oscillates"
    return "creeps" if sizes[1] > (1 - CREEPING) * sizes[0] else "straight"


@settings(max_examples=60)
@given(curvatures, curvatures, st.floats(-90, 90), st.floats(0.002, 3))
def test_each_direction_does_what_is_said(first, second, degrees, share):
    surface = bowl(first, second, degrees)
    found = border(surface, (1.0, 1.0))
    assert found.exact
    np.testing.assert_allclose(found.curvatures, sorted((first, second)), rtol=1e-9)
    assert found.largest_rate == pytest.approx(2 / max(first, second))
    rate = share * found.largest_rate
    # Beside a limit, rounding decides.
    assume(np.all(np.abs(np.subtract.outer(rate * found.curvatures, [0, CREEPING, 1, 2])) > 1e-6))
    start = found.directions.T @ [1.5, -0.7]
    along = walked(surface, rate, tuple(start), 3) @ found.directions.T
    assert tuple(seen(along[:, way]) for way in range(2)) == found.regimes(rate)
    np.testing.assert_allclose(along[1], found.factors(rate) * along[0], atol=1e-9)


@settings(max_examples=30)
@given(curvatures, st.sampled_from([0.98, 0.999, 1.001, 1.02]))
def test_the_border_is_where_it_is_said_to_be(curvature, share):
    surface = bowl(curvature, curvature / 7)
    path = walked(surface, share * border(surface, (0, 0)).largest_rate, (1.0, 1.0), 2000)
    assert (abs(path[-1, 0]) < 1) == (share < 1)
    assert abs(path[-1, 1]) < 1e-6  # the flat direction is in no danger


@pytest.mark.parametrize("optimizer", ["sgd", "averaged", "momentum", "nesterov"])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("share", [0.98, 1.02])
def test_borders_of_other_optimizers(optimizer, momentum, share):
    surface = bowl(3.0, 0.5)
    rate = share * border(surface, (0, 0)).largest_rate_of(optimizer, momentum)
    path = walked(surface, rate, (1.0, 1.0), 2000, optimizer, momentum=momentum)
    assert (np.max(np.abs(path[-1])) < 0.1) == (share < 1)


def test_optimizers_without_a_fixed_border():
    found = border(SURFACES["parabola"], (1.0,))
    assert found.largest_rate_of("implicit") == np.inf
    assert abs(walked(SURFACES["parabola"], 1e3, (1.0,), 5, "implicit")[-1, 0]) < 1e-9
    assert [found.largest_rate_of(name) for name in ("adagrad", "rmsprop", "adam")] == [None] * 3


@pytest.mark.parametrize(
    ("rate", "regime"),
    [(0.01, "creeps"), (0.04, "creeps"), (0.06, "straight"), (1.0, "straight"), (1.1, "oscillates"),
     (2.0, "oscillates"), (2.1, "diverges")],
)  # fmt: skip
def test_regimes_of_the_parabola(rate, regime):
    found = border(SURFACES["parabola"], (1.0,))
    assert found.regime(rate) == regime and regime in REGIMES
    path = walked(SURFACES["parabola"], rate, (1.0,), 40)[:, 0]
    np.testing.assert_allclose(path, (1 - rate) ** np.arange(41.0), rtol=1e-9, atol=1e-300)


def test_the_worst_direction_names_the_whole():
    assert border(bowl(1, 50), (0, 0)).regimes(0.03) == ("creeps", "oscillates")
    assert border(bowl(1, 50), (0, 0)).regime(0.03) == "oscillates"
    assert border(SURFACES["saddle"], (0, 0)).regimes(0.1) == ("falls", "straight")
    assert border(SURFACES["saddle"], (0, 0)).regime(0.1) == "falls"


def test_without_upward_curvature_there_is_no_border():
    assert border(formula_surface("-x^2 - y^2"), (1, 1)).largest_rate is None
    plane = border(formula_surface("2*x + y"), (1, 1))
    assert plane.largest_rate is None and plane.regime(1.0) == "flat"
    gutter = border(formula_surface("(x + y)^2"), (1, 1))
    assert gutter.regimes(0.1) == ("flat", "straight") and gutter.largest_rate == pytest.approx(0.5)


def test_only_a_quadratic_is_exact():
    assert border(formula_surface("x^2 + 3*x*y + y^2"), (1, 1)).exact
    assert not border(SURFACES["himmelblau"], (3, 2)).exact
    np.testing.assert_allclose(
        border(SURFACES["himmelblau"], (3, 2)).curvatures, np.linalg.eigvalsh([[74, 20], [20, 34]])
    )


def test_near_a_minimum_the_border_holds_all_the_same():
    surface = SURFACES["double_well"]
    place = surface.minima[0].position
    largest = border(surface, place).largest_rate
    near = (place[0] + 1e-4,)
    assert abs(walked(surface, 0.95 * largest, near, 300)[-1, 0] - place[0]) < 1e-6
    assert abs(walked(surface, 1.05 * largest, near, 300)[-1, 0] - place[0]) > 1e-2


def test_what_is_refused():
    with pytest.raises(ValueError, match="has no finite curvature"):
        border(formula_surface("sqrt(x) + y"), (-1, 0))
    with pytest.raises(ValueError, match="A learning rate is above 0, not -1"):
        Border(np.array([1.0]), np.eye(1), True).regimes(-1)
