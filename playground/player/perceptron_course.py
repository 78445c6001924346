"""The perceptron as the player plays it: a frame for each correction, and in a cycle rounds without end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.lessons.formulas import sigmoid
from playground.lessons.perceptron import PERCEPTRON_SETTINGS, Perceptron, Story, teach
from playground.lessons.step_neuron import error_along
from playground.lessons.writing import equals, factor, number
from playground.player.lesson import Played

Floats = NDArray[np.float64]

OPENING = 24  # corrections that come with the scene; a long story comes as it is played
STAIRS = 241  # points of the error along a weight
SLIDE = 121  # and of the smooth one, which takes far longer to compute
DOUBT = 1e-9  # of the size of its terms: a sum nearer to 0 may have a wrong sign for rounding
SAMPLES = 60  # states of a story that decide how high that chart is
OVER = ("finished", "")  # the story's own words stand below the pictures all the time


@dataclass(frozen=True, eq=False)
class PerceptronCourse:
    """The corrections of a perceptron, one a frame; update 0 is before the first.

    Attributes
    ----------
    perceptron : Perceptron
        The settings.
    story : Story
        What became of it.
    """

    perceptron: Perceptron
    story: Story

    @property
    def last(self) -> int:
        """How many corrections the story holds; in a cycle, they go on from its beginning."""
        return len(self.story.corrections)

    @cached_property
    def states(self) -> Floats:
        """w₁, w₂ and b before the first correction and after each, (corrections + 1, 3)."""
        made = [(*each.weights, each.bias) for each in self.story.corrections]
        return np.array([(*self.perceptron.first_weights, self.perceptron.first_bias), *made], float)

    @cached_property
    def reach(self) -> float:
        """How far w₁ is shown to both sides of 0, in the chart of the error along it."""
        return float(max(1.0, 1.25 * np.abs(self.states[:, 0]).max()))

    @cached_property
    def highest(self) -> float:
        """How high the error along w₁ gets, as far as a few states tell."""
        some = self.states[:: max(1, self.last // SAMPLES)]
        return float(max(self._along(state).max() for state in some))

    @property
    def opening(self) -> Played:
        """The first frames."""
        return self._played(np.arange(min(self.last, OPENING) + 1))

    @property
    def ending(self) -> tuple[str, str] | None:
        """How it ends, where the opening is all."""
        whole = self.story.cycle is None and self.last <= OPENING
        return OVER if whole else None

    def frames(self, origin: int, stride: int, count: int) -> tuple[Played, tuple[str, str] | None]:
        """Return up to `count` frames behind correction `origin`, and the end if they come to it."""
        updates = origin + stride * np.arange(1, count + 1)
        if self.story.cycle is not None:
            return self._played(updates), None
        over = bool(updates[-1] >= self.last)
        updates = updates[updates < self.last]
        if over and origin < self.last:
            updates = np.append(updates, self.last)
        return self._played(updates), OVER if over else None

    def told(self, updates: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return which state of the story stands at each of `updates`: in a cycle they come round again."""
        cycle = self.story.cycle
        if cycle is None:
            return updates
        round_ = cycle.begins + (updates - cycle.begins) % cycle.corrections
        # The state after a round is that of its beginning, but the correction that led there is the round's last.
        back = (updates > cycle.begins) & (round_ == cycle.begins)
        return np.where(updates <= self.last, updates, np.where(back, self.last, round_))

    def _played(self, updates: NDArray[np.int64]) -> Played:
        at = self.told(updates)
        states = self.states[at]
        signs = self._signs(at)
        wrong = (signs >= 0) != (self.story.targets == 1)
        made = self.story.corrections
        fields = {
            "update": updates.astype(np.int32),
            "line": states.astype(np.float32),
            "row": np.array([made[k - 1].row if k else -1 for k in at], np.int32),
            "looks": np.array([self._looks(int(u), int(k)) for u, k in zip(updates, at, strict=True)], np.int32),
            "wrong": wrong.sum(axis=1).astype(np.int32),
            "sides": wrong.astype(np.uint8),
            "stairs": np.array([self._along(state) for state in states], np.float32).reshape(-1, STAIRS),
            "slide": np.array([self._smooth(state) for state in states], np.float32).reshape(-1, SLIDE),
        }  # fmt: skip
        told = zip(updates, at, self._jumps(signs), strict=True)
        return Played(fields, [self._note(int(u), int(k)) | {"jump": bool(jump)} for u, k, jump in told])

    def _signs(self, at: NDArray[np.int64]) -> NDArray[np.int8]:
        """Return the sign of each row's weighted sum in some states of the story, exactly: (states, rows)."""
        states, rows = self.states[at], np.column_stack([self.story.x, np.ones(len(self.story.x))])
        sums = states @ rows.T
        signs = np.sign(sums).astype(np.int8)
        for n, row in np.argwhere(np.abs(sums) <= DOUBT * (np.abs(states) @ np.abs(rows).T)):
            signs[n, row] = self.story.sign(int(at[n]), int(row))
        return signs

    def _jumps(self, signs: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Return whether the error along w₁ is another just beside a state than at it, (states,).

        Only rows on the line change their answer, from 1 to 0: those with x₁ > 0 if w₁ falls, those with x₁ < 0 if it
        rises. They may make up for one another.
        """
        change = np.where(signs == 0, np.where(self.story.targets == 1, 1, -1), 0)
        x1 = self.story.x[:, 0]
        return np.asarray((change @ (x1 > 0) != 0) | (change @ (x1 < 0) != 0))

    def _looks(self, update: int, at: int) -> int:
        if at == 0:
            return 0
        looks = self.story.corrections[at - 1].look
        cycle = self.story.cycle
        return looks if cycle is None else looks + (update - at) // cycle.corrections * cycle.looks

    def _along(self, state: Floats) -> Floats:
        values = np.linspace(-self.reach, self.reach, STAIRS)
        return error_along("w1", values, state[:2], state[2], self.story.x, self.story.targets)

    def _smooth(self, state: Floats) -> Floats:
        """Return the same error for a sigmoid in place of the step."""
        values = np.linspace(-self.reach, self.reach, SLIDE)
        sums = np.outer(values, self.story.x[:, 0]) + self.story.x[:, 1] * state[1] + state[2]
        return np.asarray(0.5 * ((sigmoid(sums) - self.story.targets) ** 2).sum(axis=1))

    def _note(self, update: int, at: int) -> dict[str, Any]:
        """Return the correction in symbols and numbers, or what there is before the first."""
        cycle = self.story.cycle
        said: dict[str, Any] = {
            "numbers": [number(float(value)) for value in self.states[at]],
        }
        if cycle is not None and update >= cycle.begins:
            said["round"] = (update - cycle.begins) // cycle.corrections + 1
            said["place"] = (update - cycle.begins) % cycle.corrections
        if at == 0:
            return said
        made = self.story.corrections[at - 1]
        before, after = self.states[at - 1], self.states[at]
        x1, x2 = (float(value) for value in self.story.x[made.row])
        z = float(before @ np.array([x1, x2, 1.0]))
        z = z if self.story.sign(at - 1, made.row) else 0.0
        rate, error = number(self.perceptron.rate), f"({made.target} − {made.output})"
        sums = f"{factor(before[0])}·{factor(x1)} + {factor(before[1])}·{factor(x2)} + {factor(before[2])}"
        said |= {
            "row": made.row + 1, "x": [number(x1), number(x2)], "target": made.target, "output": made.output,
            "sum": f"z = {sums} {equals(z)}",
            "verdict": f"{'≥' if made.output else '<'} 0, so y = {made.output}; it should be {made.target}",
            "steps": [
                f"{name} ← {factor(old)} + {rate}·{error}·{factor(part)} {equals(new)}"
                for name, old, part, new in zip(("w₁", "w₂"), before[:2], (x1, x2), after[:2], strict=True)
            ]
            + [f"b ← {factor(before[2])} + {rate}·{error} {equals(after[2])}"],
        }  # fmt: skip
        return said


def perceptron_course(page: Perceptron) -> PerceptronCourse:
    """Return the course of these settings; those that are no perceptron's do not matter."""
    return _course(Perceptron(**{name: getattr(page, name) for name in PERCEPTRON_SETTINGS}))


@lru_cache(maxsize=16)  # a story holds up to 10,000 corrections
def _course(perceptron: Perceptron) -> PerceptronCourse:
    return PerceptronCourse(perceptron, teach(perceptron))


def facts(course: PerceptronCourse) -> dict[str, Any]:
    """Return what the player says of a whole story, as plain JSON."""
    story = course.story
    separation, cycle = story.separation, story.cycle
    lines: Sequence[str] = ()
    if separation.separable:
        gap = separation.gap(story.x)
        lines = [
            f"R {equals(separation.radius)}, the longest (x₁, x₂, 1)",
            f"γ {equals(separation.margin)}, how far the nearest of them is from the best plane through 0 between them"
            + (f" (in the picture a line, {number(gap)} from the nearest point)" if gap < np.inf else ""),
            f"at most {int(story.bound + 1e-6):,} corrections are possible"
            + (f": (R/γ)² {equals(story.bound)}" if not np.any(course.states[0]) else ""),
        ]
    return {
        "ended": story.ended,
        "words": story.words,
        "total": course.last,
        "bound": lines,
        "cycle": None if cycle is None else {"begins": cycle.begins, "corrections": cycle.corrections},
        "points": [[float(a), float(b), int(t)] for (a, b), t in zip(story.x.round(5), story.targets, strict=True)],
        "window": list(course.perceptron.window),
        "reach": course.reach,
    }  # fmt: skip
