"""The surfaces against NumPy, closed forms and a dense grid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, least_squares, minimize

from playground.compiled import compilations
from playground.downhill.descent import descend
from playground.downhill.race import MOST_STEPS, Race, Walker, fitting_rate
from playground.downhill.surfaces import SURFACES, bowl, formula_surface
from playground.downhill.two_weights import TwoWeights
from playground.nn.network import Architecture, logits
from playground.nn.optimizers import OPTIMIZERS


def turned(first, second, degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    axes = np.array([[c, s], [-s, c]])
    return axes.T @ np.diag([first, second]) @ axes


def quadratic(matrix):
    return lambda p: 0.5 * np.einsum("...i,ij,...j->...", p, matrix, p)


def network(p):
    x, t = SURFACES["network"].fn.rows
    return np.mean(0.5 * (p[..., 1, None] * np.tanh(p[..., 0, None] * x) - t) ** 2, axis=-1)


NUMPY = {
    "bowl": quadratic(np.diag([1.0, 4.0])),
    "valley": quadratic(turned(1, 50, 30)),
    "two_valleys": lambda p: (p[..., 0] ** 2 - 1) ** 2 + 0.3 * p[..., 0] + p[..., 1] ** 2,
    "saddle": quadratic(np.diag([1.0, -1.0])),
    "rosenbrock": lambda p: 100 * (p[..., 1] - p[..., 0] ** 2) ** 2 + (1 - p[..., 0]) ** 2,
    "himmelblau": lambda p: (p[..., 0] ** 2 + p[..., 1] - 11) ** 2 + (p[..., 0] + p[..., 1] ** 2 - 7) ** 2,
    "beale": lambda p: sum(
        (c - p[..., 0] * (1 - p[..., 1] ** k)) ** 2 for k, c in enumerate((1.5, 2.25, 2.625), 1)
    ),
    "network": network,
    "parabola": lambda p: p[..., 0] ** 2 / 2,
    "double_well": lambda p: (p[..., 0] ** 2 - 1) ** 2 + 0.3 * p[..., 0],
    "ripples": lambda p: 0.1 * p[..., 0] ** 2 - np.cos(2 * p[..., 0]),
}
TILTED = sorted(np.roots([4, 0, -4, 0.3]).real)  # where the slope of (x² − 1)² + 0.3·x vanishes
RIPPLES = [brentq(lambda x: 0.2 * x + 2 * np.sin(2 * x), k * np.pi - 0.5, k * np.pi + 0.5) for k in (1, 2)]

every = pytest.mark.parametrize("name", SURFACES)
every_with_minimum = pytest.mark.parametrize("name", [name for name in SURFACES if name != "saddle"])


def places(surface, count, seed=0):
    low, high = np.array(surface.window).T
    return np.random.default_rng(seed).uniform(low, high, (count, surface.dimension))


def test_each_surface_is_known_here():
    assert list(NUMPY) == list(SURFACES)


@every
def test_costs_and_slopes(name):
    surface, cost = SURFACES[name], NUMPY[name]
    points = places(surface, 20)
    np.testing.assert_allclose(surface.costs(points), cost(points), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(surface.hessians(points)[3], surface.at(points[3]).hessian, rtol=1e-12)
    for point in points[:5]:
        found = surface.at(point)
        ways = np.eye(surface.dimension)
        sizes = 1 + abs(found.cost)
        slope = [(cost(point + 1e-6 * way) - cost(point - 1e-6 * way)) / 2e-6 for way in ways]
        np.testing.assert_allclose(found.gradient, slope, rtol=1e-5, atol=1e-8 * sizes)
        bend = [[(cost(point + 1e-3 * (a + b)) - cost(point + 1e-3 * (a - b)) - cost(point + 1e-3 * (b - a))
                  + cost(point - 1e-3 * (a + b))) / 4e-6 for a in ways] for b in ways]  # fmt: skip
        np.testing.assert_allclose(found.hessian, bend, rtol=1e-3, atol=1e-2 * sizes)


@every
def test_a_grid_is_laid_out_as_a_heatmap(name):
    surface = SURFACES[name]
    axes = surface.axes(7)
    heights = surface.over(*axes)
    assert heights.shape == (7,) * surface.dimension
    assert [(axis[0], axis[-1]) for axis in axes] == list(surface.window)
    there = np.array([axes[0][5], *(axis[2] for axis in axes[1:])])
    assert heights[(2, 5) if surface.dimension == 2 else 5] == pytest.approx(NUMPY[name](there), rel=1e-12)


@every_with_minimum
def test_minima_are_minima(name):
    surface = SURFACES[name]
    for minimum in surface.minima:
        found = surface.at(minimum.position)
        np.testing.assert_allclose(found.gradient, 0, atol=1e-12)
        assert np.linalg.eigvalsh(found.hessian)[0] > 0
        assert minimum.cost == pytest.approx(NUMPY[name](np.array(minimum.position)), abs=1e-12)
    assert [minimum.cost for minimum in surface.minima] == sorted(minimum.cost for minimum in surface.minima)


@every
def test_all_minima_of_the_window_are_known(name):
    """Those of a dense grid: points lower than all that surround them."""
    surface = SURFACES[name]
    axes = [np.linspace(low, high, 1201 if surface.dimension == 2 else 20001) for low, high in surface.window]
    heights = NUMPY[name](np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1))
    inner = heights[(slice(1, -1),) * surface.dimension]
    lowest = np.ones(inner.shape, bool)
    for shift in np.ndindex((3,) * surface.dimension):
        if set(shift) != {1}:
            lowest &= inner < heights[tuple(slice(s, s + n) for s, n in zip(shift, inner.shape, strict=True))]
    seen = [[axes[d][i + 1] for d, i in enumerate(at)] for at in zip(*np.nonzero(lowest), strict=True)]
    # Along a bent or turned valley a grid also sees minima that are none: from there it goes farther down.
    ends = [
        minimize(NUMPY[name], at, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-16}).x
        for at in seen
    ]
    low, high = np.array(surface.window).T
    # Beale's plain falls beyond the window, too, for ever slower.
    ends = np.array([end for end in ends if np.all((low <= end) & (end <= high))]).reshape(
        -1, surface.dimension
    )
    known = np.array([minimum.position for minimum in surface.minima]).reshape(-1, surface.dimension)
    nearest = [int(np.argmin(np.linalg.norm(known - end, axis=1))) for end in ends]
    np.testing.assert_allclose(ends, known[nearest].reshape(ends.shape), atol=1e-5)
    assert set(nearest) == set(range(len(known)))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bowl", [(0, 0)]), ("valley", [(0, 0)]), ("saddle", []), ("rosenbrock", [(1, 1)]), ("beale", [(3, 0.5)]),
        ("parabola", [(0,)]), ("two_valleys", [(TILTED[0], 0), (TILTED[2], 0)]),
        ("double_well", [(TILTED[0],), (TILTED[2],)]),
        ("ripples", [(x,) for x in (0, *RIPPLES, *np.negative(RIPPLES))]),
        # Himmelblau 1972, to the digits given there and beyond.
        ("himmelblau", [(3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)]),
    ],
)  # fmt: skip
def test_minima_of_closed_form(name, expected):
    found = sorted(minimum.position for minimum in SURFACES[name].minima)
    np.testing.assert_allclose(np.ravel(found), np.ravel(sorted(expected)), atol=1e-6)


def test_the_networks_minima_are_those_of_least_squares():
    surface = SURFACES["network"]
    x, t = surface.fn.rows
    found = least_squares(lambda w: w[1] * np.tanh(w[0] * x) - t, [1, 1], xtol=1e-15, ftol=1e-15, gtol=1e-15)
    best = max(surface.minima, key=lambda minimum: minimum.position)
    np.testing.assert_allclose(best.position, found.x, atol=1e-6)
    assert best.cost == pytest.approx(found.cost / len(x), rel=1e-12)
    other = min(surface.minima, key=lambda minimum: minimum.position)
    np.testing.assert_allclose(np.negative(other.position), best.position, rtol=1e-12)


def test_the_network_is_one_of_ours():
    net = TwoWeights(count=7, seed=3)
    x, t = net.rows
    parameters = [{"w": np.array([[0.4]]), "b": np.zeros(1)}, {"w": np.array([[-1.2]]), "b": np.zeros(1)}]
    outputs = np.asarray(logits(parameters, x[:, None], Architecture((1, 1, 1), ("tanh",))))[:, 0]
    np.testing.assert_allclose(net.row_costs(0.4, -1.2), 0.5 * (outputs - t) ** 2, rtol=1e-5)
    assert float(net(0.4, -1.2)) == pytest.approx(np.mean(0.5 * (outputs - t) ** 2), rel=1e-5)
    assert net.row_costs(np.zeros((4, 1)), np.zeros(5)).shape == (4, 5, 7)
    assert net == TwoWeights(7, 3) and hash(net) == hash(TwoWeights(7, 3))


def test_the_networks_saddle():
    surface = SURFACES["network"]
    x, t = surface.fn.rows
    found = surface.at((0, 0))
    np.testing.assert_allclose(found.gradient, 0, atol=1e-15)
    np.testing.assert_allclose(found.hessian, -np.mean(x * t) * np.array([[0, 1], [1, 0]]), atol=1e-12)
    points = places(surface, 10)
    np.testing.assert_allclose(surface.costs(points), surface.costs(-points), rtol=1e-12)


@settings(max_examples=40)
@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(-360, 360))
def test_a_bowl_has_the_curvatures_asked_for(first, second, degrees):
    hessian = bowl(first, second, degrees).at((1, -2)).hessian
    np.testing.assert_allclose(hessian, turned(first, second, degrees), atol=1e-11 * max(first, second))


@pytest.mark.parametrize("wrong", [(0, 1), (1, -1), (np.nan, 1), (1, np.inf)])
def test_a_bowl_bends_upwards(wrong):
    with pytest.raises(ValueError, match="curvatures of a bowl are above 0"):
        bowl(*wrong)


@every_with_minimum
def test_from_its_start_something_is_to_be_seen(name):
    """Plain descent arrives, or, in the banana, is on its way; each optimizer comes down and stays in sight."""
    surface = SURFACES[name]
    assert all(low < at < high for at, (low, high) in zip(surface.start, surface.window, strict=True))
    walkers = tuple(Walker(optimizer, fitting_rate(surface, optimizer)) for optimizer in OPTIMIZERS)
    found = descend(Race(surface, walkers, steps=MOST_STEPS))
    assert found.left == (None,) * len(walkers)
    low, high = np.array(surface.window).T
    assert np.all((found.positions[:, -1] > low) & (found.positions[:, -1] < high))
    assert np.all(found.costs[:, -1] < found.costs[:, 0])
    ends = np.min(
        np.linalg.norm(found.positions[0, -1] - [m.position for m in surface.minima], axis=-1), initial=np.inf
    )
    assert ends < (0.6 if name == "rosenbrock" else 1e-3)


def test_what_the_surfaces_say_of_themselves():
    def ends(name, *optimizers, **more):
        surface = SURFACES[name]
        walkers = tuple(Walker(optimizer, fitting_rate(surface, optimizer)) for optimizer in optimizers)
        return descend(Race(surface, walkers, steps=500, **more))

    assert ends("two_valleys", "sgd").positions[0, -1, 0] == pytest.approx(TILTED[2])
    assert ends("double_well", "sgd").positions[0, -1, 0] == pytest.approx(TILTED[2])
    assert ends("ripples", "sgd").positions[0, -1, 0] == pytest.approx(RIPPLES[1])
    plain, moving = ends("valley", "sgd", "momentum").costs[:, 100]
    assert moving < plain / 10
    plain, moving = ends("beale", "sgd", "momentum").costs[:, 200]
    assert moving < plain / 10
    # Near the ridge the saddle is slow; on it, descent comes to rest at the saddle itself.
    assert np.linalg.norm(ends("saddle", "sgd").gradients[0, 40]) < 0.1
    assert ends("saddle", "sgd").left[0].far
    np.testing.assert_allclose(ends("saddle", "sgd", start=(-1.8, 0.0)).positions[0, -1], 0, atol=1e-12)
    # From the network's start plain descent slows down beside the saddle before it finds a minimum.
    found = ends("network", "sgd")
    lengths = np.linalg.norm(found.gradients[0], axis=1)
    slowest = int(np.argmin(lengths[:30]))
    assert np.linalg.norm(found.positions[0, slowest]) < 0.2
    assert lengths[slowest] < 0.3 * min(lengths[0], lengths[slowest : slowest + 30].max())


def test_a_typed_formula():
    surface = formula_surface("x^4 - 2*x^2 + y**2", reach=2.0)
    points = places(surface, 10)
    np.testing.assert_allclose(
        surface.costs(points), points[:, 0] ** 4 - 2 * points[:, 0] ** 2 + points[:, 1] ** 2
    )
    assert surface.window == ((-2, 2), (-2, 2)) and surface.formula == "x^4 - 2*x^2 + y^2"
    assert surface.rate == pytest.approx(1 / 44, rel=0.05)  # 12·2² − 4 is the largest curvature
    curve = formula_surface("3*x^2", 1)
    assert curve.dimension == 1 and curve.quadratic and curve.rate == 0.17


def test_a_typed_formula_starts_where_it_has_a_value():
    surface = formula_surface("log(x) + y^2", reach=4.0)
    assert np.isfinite(surface.costs(surface.start)) and surface.start[0] == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("text", "more", "sentence"),
    [
        ("x +", {}, "At column 4"),
        ("x*y", {"dimension": 1}, "'y', which is no name that is known here: x, pi"),
        ("log(-1 - x^2)", {}, "has no finite value between −4 and 4"),
        ("x", {"reach": 0.0}, "A window reaches from 0.001 to 100, not 0"),
    ],
)
def test_a_typed_formula_that_cannot_be(text, more, sentence):
    with pytest.raises(ValueError, match=sentence):
        formula_surface(text, **more)


def test_a_flat_formula_has_a_rate():
    assert formula_surface("x + y").rate == 0.1
    assert 0 < formula_surface("1e20*x^2").rate <= 1e-5


def test_points_are_checked():
    with pytest.raises(ValueError, match="has 2 finite coordinates, not"):
        SURFACES["bowl"].at((1, 2, 3))
    with pytest.raises(ValueError, match=r"has 1 finite coordinate, not \[nan\]"):
        SURFACES["parabola"].at((np.nan,))
    with pytest.raises(ValueError, match="have 2 coordinates"):
        SURFACES["bowl"].costs(np.zeros((5, 3)))


def test_other_curvatures_compile_nothing():
    bowl(1, 2).at((1, 1))
    before = compilations()
    bowl(3, 4, 20).at((2, 1))
    assert compilations() == before
