"""The surfaces to go down on, one entry each, in the order they are shown."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import jax.numpy as jnp
import numpy as np
from jax import Array

from playground.downhill.expression import Expression
from playground.downhill.minima import minima_near
from playground.downhill.surface import Floats, Surface
from playground.downhill.two_weights import TwoWeights

MOST_REACH = 100.0
GRID = 21  # places per weight at which a typed formula's curvature is looked at
LEAST_RATE, MOST_RATE = 1e-5, 10.0  # as an experiment's
NAMES = {1: ("x",), 2: ("x", "y")}


def _quadratic(x: Array, y: Array, first: Array, second: Array, degrees: Array) -> Array:
    """Return half of first·u² + second·v², with (u, v) the coordinates turned by `degrees`."""
    angle = jnp.radians(degrees)
    u = jnp.cos(angle) * x + jnp.sin(angle) * y
    v = jnp.cos(angle) * y - jnp.sin(angle) * x
    return 0.5 * (first * u**2 + second * v**2)


def _two_valleys(x: Array, y: Array, tilt: Array) -> Array:
    return (x**2 - 1) ** 2 + tilt * x + y**2


def _saddle(x: Array, y: Array) -> Array:
    return 0.5 * (x**2 - y**2)


def _rosenbrock(x: Array, y: Array) -> Array:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _himmelblau(x: Array, y: Array) -> Array:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def _beale(x: Array, y: Array) -> Array:
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def _parabola(x: Array, curvature: Array) -> Array:
    return 0.5 * curvature * x**2


def _double_well(x: Array, tilt: Array) -> Array:
    return (x**2 - 1) ** 2 + tilt * x


def _ripples(x: Array) -> Array:
    return 0.1 * x**2 - jnp.cos(2 * x)


_network = TwoWeights()

SURFACES: dict[str, Surface] = {
    surface.name: surface
    for surface in (
        Surface(
            "bowl", "Bowl",
            "Convex: from anywhere, every rate below 2 / the largest curvature arrives at the one minimum; where the "
            "curvatures differ, the flat direction is the slow one.",
            "½·(λ₁·x² + λ₂·y²)", _quadratic, ((-4, 4), (-4, 4)), (-3.5, 2.5), 0.3,
            numbers=(1.0, 4.0, 0.0), near=((0, 0),), quadratic=True,
        ),
        Surface(
            "valley", "Narrow valley",
            "Convex, but 50 times as steep across as along: a rate that is safe across creeps along, which is what "
            "momentum is for. The valley is turned against the axes, so scaling each weight by itself helps little.",
            "½·(u² + 50·v²), u and v turned by 30°", _quadratic, ((-4, 4), (-4, 4)), (-3.5, -0.5), 0.03,
            numbers=(1.0, 50.0, 30.0), near=((0, 0),), quadratic=True,
        ),
        Surface(
            "two_valleys", "Two valleys, one deeper",
            "Not convex: descent ends in the valley whose slopes it starts on. It is promised a place without slope, "
            "not the lowest one; from this start it is the shallower valley.",
            "(x² − 1)² + 0.3·x + y²", _two_valleys, ((-2, 2), (-2, 2)), (0.3, 1.6), 0.05,
            numbers=(0.3,), near=((-1, 0), (1, 0)),
        ),
        Surface(
            "saddle", "Saddle",
            "Not convex and without any minimum: along x the cost rises, along y it falls for ever. Near the ridge the "
            "slope almost vanishes and descent lingers, but only from y = 0 exactly does it come to rest.",
            "½·(x² − y²)", _saddle, ((-2, 2), (-2, 2)), (-1.8, 0.001), 0.1, quadratic=True,
        ),
        Surface(
            "rosenbrock", "Rosenbrock's banana",
            "Not convex, one minimum at (1, 1): the bent valley is found at once and followed very slowly, because the "
            "slope points across it.",
            "(1 − x)² + 100·(y − x²)²", _rosenbrock, ((-2, 2), (-1, 3)), (-1.2, 1.0), 0.001, near=((1, 1),),
        ),
        Surface(
            "himmelblau", "Himmelblau",
            "Not convex, four minima of the same cost 0: which one is reached depends on the start, the rate and the "
            "optimizer.",
            "(x² + y − 11)² + (x + y² − 7)²", _himmelblau, ((-5, 5), (-5, 5)), (-0.5, -1.0), 0.01,
            near=((3, 2), (-2.8, 3.1), (-3.8, -3.3), (3.6, -1.8)),
        ),
        Surface(
            "beale", "Beale",
            "Not convex: a nearly flat plain with steep walls at the corners. A rate that is safe at the walls is slow "
            "on the plain, where momentum gains most.",
            "(1.5 − x + x·y)² + (2.25 − x + x·y²)² + (2.625 − x + x·y³)²",
            _beale, ((-4.5, 4.5), (-4.5, 4.5)), (1.0, 1.5), 0.01, near=((3, 0.5),),
        ),
        Surface(
            "network", "A network of two weights",
            "The true loss of w₂·tanh(w₁·input) on 40 rows. Not convex: turning both signs changes nothing, so there "
            "are two equally good minima and a saddle between them, as in every network of tanh neurons.",
            "mean of ½·(w₂·tanh(w₁·input) − target)²", _network, ((-3, 3), (-3, 3)), (1.29, -2.5), 0.1,
            near=((0.8, 1.5), (-0.8, -1.5)), row_costs=_network.row_costs, rows=_network.count,
        ),
        Surface(
            "parabola", "Parabola",
            "Convex, one curvature λ: a step multiplies the distance to the minimum by 1 − rate·λ. At rate 1/λ one "
            "step arrives; beyond 2/λ each step leads farther away.",
            "½·λ·x²", _parabola, ((-4, 4),), (-3.5,), 0.3, numbers=(1.0,), near=((0,),), quadratic=True,
        ),
        Surface(
            "double_well", "Double well",
            "Not convex: two minima, one deeper. Plain descent with small steps never crosses the hill between them.",
            "(x² − 1)² + 0.3·x", _double_well, ((-2, 2),), (1.8,), 0.03, numbers=(0.3,), near=((-1,), (1,)),
        ),
        Surface(
            "ripples", "Ripples",
            "Not convex: many minima on the way to the lowest. Small steps stop at the first one; momentum or large "
            "steps carry over some.",
            "0.1·x² − cos(2·x)", _ripples, ((-8, 8),), (7.0,), 0.1,
            near=((0,), (-2.99,), (2.99,), (-5.98,), (5.98,)),
        ),
    )
}  # fmt: skip


def bowl(first: float, second: float, degrees: float = 0.0) -> Surface:
    """Return the quadratic bowl with two curvatures.

    Parameters
    ----------
    first, second : float
        The curvatures λ₁ and λ₂: the eigenvalues of its Hessian.
    degrees : float
        By how much the direction of `first` is turned from the x-axis, counterclockwise.

    Raises
    ------
    ValueError
        If a curvature is not above 0.
    """
    if not (0 < first < np.inf and 0 < second < np.inf):
        raise ValueError(f"The curvatures of a bowl are above 0, not {first:g} and {second:g}")
    return replace(
        SURFACES["bowl"], numbers=(first, second, degrees), rate=_clipped(1.2 / max(first, second))
    )


@lru_cache(maxsize=64)
def formula_surface(text: str, dimension: int = 2, reach: float = 4.0) -> Surface:
    """Return the surface of a typed formula in x, or in x and y.

    Its rate is 1 / the largest curvature found on a grid over the window: with that, plain descent does not
    overshoot there.

    Parameters
    ----------
    text : str
        What `Expression.parse` reads.
    dimension : {1, 2}
        The number of weights.
    reach : float
        The window goes from −reach to reach.

    Raises
    ------
    ValueError
        If the text is no formula, has no finite value anywhere in the window, or `reach` is no sensible length.
    """
    if not 1e-3 <= reach <= MOST_REACH:
        raise ValueError(f"A window reaches from 0.001 to {MOST_REACH:g}, not {reach:g}")
    formula = Expression.parse(text, NAMES[dimension])
    surface = Surface(
        "formula" if dimension == 2 else "curve",
        "Your formula",
        "What you typed. Descent is promised no more than a place without slope, if its rate is small enough; if "
        "the formula is convex, that is the lowest place.",
        str(formula),
        formula,
        ((-reach, reach),) * dimension,
        (-0.7 * reach, 0.45 * reach)[:dimension],
        0.1,
        quadratic=formula.quadratic,
    )
    axes = surface.axes(GRID)
    places = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, dimension)
    costs = surface.over(*axes)
    finite = np.isfinite(costs).ravel()
    if not finite.any():
        raise ValueError(f"{formula} has no finite value between −{reach:g} and {reach:g}")
    hessians = surface.hessians(places)
    known = np.all(np.isfinite(hessians), axis=(1, 2))
    largest = np.max(np.abs(np.linalg.eigvalsh(hessians[known])), initial=0.0)
    rate = _clipped(1 / largest if largest > 0 else 0.1)
    near = minima_near(surface, axes, costs)
    return replace(surface, rate=rate, start=_defined(surface, places[finite]), near=near)


def _defined(surface: Surface, places: Floats) -> tuple[float, ...]:
    """Return the surface's start, or the nearest of `places` if the cost has no finite value there."""
    if np.isfinite(surface.costs(surface.start)):
        return surface.start
    nearest = places[np.argmin(np.sum((places - surface.start) ** 2, axis=1))]
    return tuple(nearest.tolist())


def _clipped(rate: float) -> float:
    """Return `rate` with two digits, within the limits of a learning rate."""
    return float(np.clip(float(f"{rate:.2g}"), LEAST_RATE, MOST_RATE))
