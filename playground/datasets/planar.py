"""The datasets of the plane, without their noise: one decorated function each, in the order they are shown.

To add a dataset, add one function here. It returns `points` rows ``(x, y)`` inside [-EXTENT, EXTENT]²;
`dataset` (dataset.py) adds the noise, sets the types and registers it under the function's name. Among two
classes, 1 is the positive (blue) one. Classes are of equal size, up to one point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.datasets.dataset import EXTENT as EXTENT
from playground.datasets.dataset import Floats, dataset

#: The clean data fill [-REACH, REACH]², which leaves noise some room before the edge of the plane.
REACH = EXTENT - 1.0

#: Half the width of the empty strip along a boundary, so that a person sees the gap.
MARGIN = 0.3

#: Distance between neighbouring arms of a spiral, whatever their number.
ARM_GAP = 1.4

Rows = tuple[Floats, NDArray[Any]]
Curve = Callable[[Floats], Floats]


@dataset("two_classes", "Circle", "A disc inside a ring: no straight line can separate them.", reach=5.0)
def circle(rng: np.random.Generator, points: int, _: int) -> Rows:
    """Even by area, hence the square root of a uniform number."""
    y = _labels(points, 2)
    inner, outer = np.where(y == 1, 0.0, 3.0), np.where(y == 1, 2.3, REACH)
    radius = np.sqrt(rng.uniform(inner**2, outer**2))
    return _polar(radius, rng.uniform(0.0, 2 * np.pi, points)), y


@dataset(
    "two_classes",
    "Exclusive or",
    "Blue where exactly one coordinate is positive: neither coordinate alone tells you anything.",
    reach=5.0,
)
def xor(rng: np.random.Generator, points: int, _: int) -> Rows:
    """Cut the plane into quarters along the axes, coloured as the rows of `truth_table`."""
    return _regions(rng, points, lambda x: -np.sign(x[:, 0] * x[:, 1]) * np.abs(x).min(axis=1))


@dataset(
    "two_classes",
    "Gaussians",
    "Two round clouds that one straight line separates: a single neuron is enough.",
    reach=10.0,
)
def gaussians(rng: np.random.Generator, points: int, _: int) -> Rows:
    """Centres 4.7 standard deviations from the line between them: one point in a million crosses it."""
    y = _labels(points, 2)
    centre = np.where(y == 1, 2.5, -2.5)[:, None]
    return centre + 0.75 * rng.standard_normal((points, 2)), y


@dataset(
    "two_classes",
    "Spiral",
    "Two arms wound around each other: hard from x₁ and x₂ alone, so give it neurons or more inputs.",
    reach=2.0,
)
def spiral(rng: np.random.Generator, points: int, _: int) -> Rows:
    """Two arms, each about 1.6 turns long."""
    return _arms(rng, points, 2)


@dataset(
    "two_classes",
    "Two moons",
    "Two half circles that reach into each other: a line gets most of it right, a bent one all.",
    reach=5.0,
)
def moons(rng: np.random.Generator, points: int, _: int) -> Rows:
    """Make the lower moon from the upper one, by half a turn about the origin."""
    y = _labels(points, 2)
    radius = REACH / 1.5
    angle = rng.uniform(0.0, np.pi, points)
    upper = _polar(np.full(points, radius), angle) - [radius / 2, radius / 4]
    return np.where(y == 1, 1.0, -1.0)[:, None] * upper, y


@dataset(
    "two_classes",
    "Checkerboard",
    "Sixteen squares in two colours: many small regions, so a small network must leave some out.",
    reach=2.5,
)
def checkerboard(rng: np.random.Generator, points: int, _: int) -> Rows:
    """Lay four by four squares; around the origin they are coloured as in `xor`."""
    side = REACH / 2

    def clearance(x: Floats) -> Floats:
        to_border: Floats = np.abs(x - side * np.round(x / side)).min(axis=1)
        odd: Floats = np.floor(x / side).sum(axis=1) % 2
        return (2 * odd - 1) * to_border

    return _regions(rng, points, clearance)


@dataset(
    "two_classes",
    "Above a sine",
    "Blue above the curve x₂ = 2.5 sin x₁: with the input sin x₁ a single neuron is enough.",
    reach=7.0,
)
def sine(rng: np.random.Generator, points: int, _: int) -> Rows:
    """Class 1 above x2 = 2.5 sin x1."""
    return _regions(rng, points, _above(lambda t: 2.5 * np.sin(t), lambda t: 2.5 * np.cos(t)))


@dataset(
    "two_classes",
    "Above a cubic",
    "Blue above the curve x₂ = x₁(x₁² − 16)/12, which no input has ready-made: the neurons must bend it.",
    reach=7.0,
)
def cubic(rng: np.random.Generator, points: int, _: int) -> Rows:
    """Class 1 above x2 = x1 (x1² - 16) / 12, with roots at -4, 0 and 4."""
    return _regions(rng, points, _above(lambda t: t * (t**2 - 16) / 12, lambda t: (3 * t**2 - 16) / 12))


@dataset(
    "two_classes",
    "Above a V",
    "Blue above x₂ = |x₁| − 2.5: two ReLU neurons can draw this boundary.",
    reach=7.0,
)
def vee(rng: np.random.Generator, points: int, _: int) -> Rows:
    """Class 1 above x2 = |x1| - 2.5, which halves the square."""
    return _regions(rng, points, _above(lambda t: np.abs(t) - REACH / 2, np.sign))


@dataset(
    "two_classes",
    "XOR truth table",
    "The four rows of exclusive or, for training and testing alike: the smallest problem no line can solve.",
    reach=0.0,
    window=(-1.0, 2.0),
    fixed=True,
)
def truth_table(rng: np.random.Generator, points: int, _: int) -> Rows:
    """Keep the coordinates 0 and 1 of the textbooks, unscaled."""
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return x, np.array([0, 1, 1, 0])


@dataset(
    "several_classes", "Spirals", "Three to five arms wound around each other, one class each.", reach=2.0
)
def spirals(rng: np.random.Generator, points: int, classes: int) -> Rows:
    """As `spiral`, with as many arms as classes."""
    return _arms(rng, points, classes)


@dataset(
    "several_classes",
    "Blobs",
    "Three to five round clouds on a circle, one class each: with little noise, straight lines separate them.",
    reach=7.0,
)
def blobs(rng: np.random.Generator, points: int, classes: int) -> Rows:
    """Even five centres lie 4.7 standard deviations from the lines between neighbours."""
    y = _labels(points, classes)
    centre = _polar(np.full(points, 3.6), np.pi / 2 + 2 * np.pi * y / classes)
    return centre + 0.45 * rng.standard_normal((points, 2)), y


@dataset("regression", "Plane", "The target grows evenly along the diagonal: one linear neuron is enough.")
def plane(rng: np.random.Generator, points: int, _: int) -> Rows:
    """(x1 + x2) / 10, which is ±1 in two corners."""
    x = _scatter(rng, points)
    return x, x.sum(axis=1) / (2 * REACH)


@dataset("regression", "Two hills", "One hill up and one down on flat ground: the network must bend locally.")
def hills(rng: np.random.Generator, points: int, _: int) -> Rows:
    """Two Gaussian bumps of width 1.5, +1 high at (2.5, 2.5) and -1 at (-2.5, -2.5)."""
    x = _scatter(rng, points)
    up, down = (np.exp(-((x - top) ** 2).sum(axis=1) / (2 * 1.5**2)) for top in (2.5, -2.5))
    return x, up - down


@dataset(
    "regression",
    "Ripple",
    "Rings of high and low around the centre, as from a stone in water: it needs many bends or x₁² and x₂².",
)
def ripple(rng: np.random.Generator, points: int, _: int) -> Rows:
    """cos(2π r / 5), with r the distance from the origin."""
    x = _scatter(rng, points)
    return x, np.cos(2 * np.pi * np.hypot(x[:, 0], x[:, 1]) / REACH)


def _labels(points: int, classes: int) -> NDArray[np.int64]:
    """0, 1, …, 0, 1, …: class sizes differ by one at most."""
    return np.arange(points) % classes


def _polar(radius: Floats, angle: Floats) -> Floats:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _scatter(rng: np.random.Generator, points: int) -> Floats:
    return rng.uniform(-REACH, REACH, (points, 2))


def _arms(rng: np.random.Generator, points: int, count: int) -> Rows:
    """Archimedean spirals r = r0 + ARM_GAP · count · turn, one turned against the next by 1/count of a turn.

    They start off the origin, where all arms would meet; the square root spreads points evenly along an arm.
    """
    y = _labels(points, count)
    start = 0.5
    radius = np.sqrt(rng.uniform(start**2, REACH**2, points))
    turn = (radius - start) / (ARM_GAP * count) + y / count
    return _polar(radius, 2 * np.pi * turn), y


def _above(curve: Curve, slope: Curve) -> Curve:
    """Signed distance to a curve x2 = curve(x1), to first order: the height divided by the gradient's length.

    The height itself would make the gap vanish where the curve is steep.
    """
    return lambda x: (x[:, 1] - curve(x[:, 0])) / np.hypot(1.0, slope(x[:, 0]))


def _regions(rng: np.random.Generator, points: int, clearance: Curve) -> Rows:
    """Even points, of class 1 where clearance > 0, none nearer than MARGIN to where it changes sign.

    Both classes get their half by rejection, so 50 % accuracy is what guessing earns.
    """
    y = _labels(points, 2)
    x = np.empty((points, 2))
    for label, sign in ((0, -1.0), (1, 1.0)):
        wanted = int((y == label).sum())
        kept = np.empty((0, 2))
        while len(kept) < wanted:
            candidates = _scatter(rng, 2 * points)
            kept = np.concatenate([kept, candidates[sign * clearance(candidates) >= MARGIN]])
        x[y == label] = kept[:wanted]
    return x, y
