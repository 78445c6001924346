"""A step neuron taught by the perceptron rule: every correction it makes, and how the story ends."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.datasets import DATASETS, sample
from playground.kinds import Choice, Flag, Real, Several, Whole
from playground.lessons.logic import LINEAR, ROWS
from playground.lessons.separation import Separation, separate
from playground.settings import Setting, Settings, setting, table

Floats = NDArray[np.float64]

MOST_CORRECTIONS = 10_000
MOST_LOOKS = 2_000_000
POINTS = {name: label for name, (label, _) in LINEAR.items()} | {
    name: entry.label for name, entry in DATASETS.items() if entry.problem == "two_classes"
}


@dataclass(frozen=True, kw_only=True)
class Perceptron(Settings):
    """Everything that decides what the perceptron does.

    Raises
    ------
    ValueError
        For a value outside its limits.
    """

    rows: str = setting(
        Choice(POINTS), "and", group="Perceptron", label="Points", help="What it has to tell apart."
    )
    count: int = setting(
        Whole(4, 500), 60, group="Perceptron", label="Number of points",
        help="How many points are drawn; a truth table has four.",
    )  # fmt: skip
    noise: float = setting(
        Real(0, 50, step=1), 0.0, group="Perceptron", label="Noise %",
        help="How far points stray. With noise, clouds overlap and no line may be left.",
    )  # fmt: skip
    sample: int = setting(
        Whole(0, 2**31 - 1), 1, group="Perceptron", label="Sample", help="The number that fixes the points."
    )
    rate: float = setting(
        Real(0.001, 100, logarithmic=True), 1.0, group="Perceptron", label="Learning rate",
        help="The size of a correction. From weights of 0 it changes only the scale, never the line.",
    )  # fmt: skip
    first_weights: tuple[float, ...] = setting(
        Several(Real(-10, 10), 2, 2), (0.5, -0.25), group="Perceptron", label="First weights",
        help="Where the two weights start.",
    )  # fmt: skip
    first_bias: float = setting(
        Real(-10, 10), 0.0, group="Perceptron", label="First bias", help="Where the bias starts."
    )
    mixed: bool = setting(
        Flag(), False, group="Perceptron", label="Shuffle the rows",
        help="Go through the rows in a new order on every pass, instead of the same one.",
    )  # fmt: skip
    mixing: int = setting(
        Whole(0, 2**31 - 1), 1, group="Perceptron", label="Order", help="The number that fixes the orders."
    )

    @property
    def points(self) -> tuple[Floats, NDArray[np.int64]]:
        """The points (rows, 2) and their targets, 0 or 1, (rows,)."""
        if self.rows in LINEAR:
            return ROWS.copy(), np.array(LINEAR[self.rows][1], np.int64)
        drawn = sample(self.rows, points=self.count, noise=self.noise, train_share=50, seed=self.sample)
        if DATASETS[self.rows].fixed:
            return drawn.x_train.astype(float), drawn.y_train.astype(np.int64)
        x = np.concatenate([drawn.x_train, drawn.x_test]).astype(float)
        return x, np.concatenate([drawn.y_train, drawn.y_test]).astype(np.int64)

    @property
    def window(self) -> tuple[float, float]:
        """From where to where the plane is shown, in both directions."""
        return DATASETS["truth_table" if self.rows in LINEAR else self.rows].window


PERCEPTRON_SETTINGS: dict[str, Setting] = table(Perceptron)


@dataclass(frozen=True)
class Correction:
    """One change of the weights.

    Attributes
    ----------
    look : int
        How many rows had been looked at, this one included.
    row : int
        The row that was answered wrongly.
    target, output : int
        What it should be, and what the neuron said.
    weights : tuple of float
        w₁ and w₂ after the correction.
    bias : float
        b after the correction.
    """

    look: int
    row: int
    target: int
    output: int
    weights: tuple[float, float]
    bias: float


@dataclass(frozen=True)
class Cycle:
    """A state that came back: from there on everything repeats itself.

    Attributes
    ----------
    begins : int
        How many corrections had been made when the state was there first.
    corrections, looks : int
        How many corrections and how many looks at rows one round takes.
    """

    begins: int
    corrections: int
    looks: int


@dataclass(frozen=True, eq=False)
class Story:
    """What became of a perceptron.

    Attributes
    ----------
    x, targets : ndarray
        The points (rows, 2) and their targets (rows,).
    corrections : list of Correction
        In order.
    looks : int
        Rows looked at in all.
    ended : {"converged", "cycle", "limit"}
        A whole pass without a correction; a state that came back; or given up.
    cycle : Cycle or None
        The round, where one was found.
    separation : Separation
        The best line there is, if there is one.
    bound : float
        The most corrections that are possible; infinite where no line separates the points.
    words : str
        The end, as a sentence or two.
    rows, states : list of tuple of int
        The points (x₁, x₂, 1), and w₁, w₂ and b before the first correction and after each: exactly, as multiples of
        a small unit of the rows' and one of the states'.
    """

    x: Floats
    targets: NDArray[np.int64]
    corrections: list[Correction]
    looks: int
    ended: Literal["converged", "cycle", "limit"]
    cycle: Cycle | None
    separation: Separation
    bound: float
    words: str
    rows: list[tuple[int, ...]]
    states: list[tuple[int, ...]]

    def sign(self, state: int, row: int) -> int:
        """Return the sign of a row's weighted sum after so many corrections, exactly: -1, 0 or 1."""
        z = _dot(self.states[state], self.rows[row])
        return (z > 0) - (z < 0)


def teach(perceptron: Perceptron, most: int = MOST_CORRECTIONS) -> Story:
    """Apply w ← w + η·(t − y)·x and b ← b + η·(t − y) row by row until nothing changes any more.

    Weights are computed as exact fractions. In floating point a state that comes back would differ in its last
    digit, and a perceptron that goes in circles would not be found out.

    Parameters
    ----------
    perceptron : Perceptron
        The settings.
    most : int
        Give up after so many corrections, 1 to 10,000.

    Raises
    ------
    ValueError
        For another `most`.
    """
    if not 1 <= most <= MOST_CORRECTIONS:
        raise ValueError(f"most={most!r} is not allowed: it must be from 1 to {MOST_CORRECTIONS}")
    x, targets = perceptron.points
    start = (*perceptron.first_weights, perceptron.first_bias)
    rows, state, unit, move = _whole_numbers(x, start, perceptron.rate)
    made: list[Correction] = []
    states = [state]
    looks = 0
    seen: dict[tuple[int, ...], tuple[int, int]] = {}
    ended: Literal["converged", "cycle", "limit"] = "limit"
    cycle = None
    order = list(range(len(rows)))
    while len(made) < most and looks < MOST_LOOKS:
        # With rows in order, what follows depends on the state alone: a state seen before means a cycle.
        if not perceptron.mixed:
            if state in seen:
                begins, then = seen[state]
                ended, cycle = "cycle", Cycle(begins, len(made) - begins, looks - then)
                break
            seen[state] = len(made), looks
        else:
            order = (
                np.random.default_rng([perceptron.mixing, looks // len(rows)]).permutation(len(rows)).tolist()
            )
        before = len(made)
        for row in order:
            looks += 1
            target, output = int(targets[row]), int(_dot(state, rows[row]) >= 0)
            if target == output:
                continue
            state = tuple(
                w + (target - output) * move * part for w, part in zip(state, rows[row], strict=True)
            )
            states.append(state)
            w1, w2, b = (part / unit for part in state)
            made.append(Correction(looks, row, target, output, (w1, w2), b))
            if len(made) == most:
                break
        if len(made) == before:
            ended = "converged"
            break
    best = separate(x, targets)
    bound = best.bound(start, perceptron.rate)
    words = _ending(ended, cycle, best, bound, len(made), perceptron.mixed)
    return Story(x, targets, made, looks, ended, cycle, best, bound, words, rows, states)


def _dot(a: tuple[int, ...], b: tuple[int, ...]) -> int:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _whole_numbers(
    x: Floats, start: tuple[float, ...], rate: float
) -> tuple[list[tuple[int, ...]], tuple[int, ...], int, int]:
    """Return rows (x₁, x₂, 1), start, its unit and the rate, all scaled to whole numbers.

    Points are taken bit for bit; start and rate as the decimals that a person typed. A row of whole numbers
    stands for `scale` times the row; the state for `unit` times the weights; a correction adds `move` times the row.
    """
    points = [[Fraction(float(value)) for value in row] + [Fraction(1)] for row in x]
    scale = lcm(*(value.denominator for row in points for value in row))
    typed = [Fraction(repr(value)) for value in (*start, rate)]
    common = lcm(*(value.denominator for value in typed))
    rows = [tuple(int(value * scale) for value in row) for row in points]
    *first, step = (int(value * common) for value in typed)
    return rows, tuple(value * scale for value in first), common * scale, step


def _ending(
    ended: str, cycle: Cycle | None, best: Separation, bound: float, corrections: int, mixed: bool
) -> str:
    if cycle is not None:
        return (
            "No line separates these points, so the perceptron never rests. "
            f"After {_corrections(cycle.begins)} it goes in circles: every {cycle.looks:,} rows, "
            f"with {_corrections(cycle.corrections)}, bring back the same weights."
        )
    # Rounding may leave the bound, where it is a whole number, a hair below it.
    most = f"{int(bound + 1e-6):,}" if best.separable else ""
    if ended == "converged":
        words = f"Every point is on its side after {_corrections(corrections)}."
        return words + (f" No order of the rows can need more than {most}." if most else "")
    words = f"Given up after {_corrections(corrections)}."
    if most:
        return f"{words} A line exists, and at most {most} are needed."
    why = (
        "In a new order on every pass it wanders about without end" if mixed else "No state has come back yet"
    )
    return f"{words} No line separates these points. {why}."


def _corrections(count: int) -> str:
    return f"{count:,} correction" + ("" if count == 1 else "s")
