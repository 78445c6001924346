"""The worked example without an end: the steps of one update, then those of the next with the new weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from playground.lessons.logic import ROWS
from playground.lessons.remarks import remark
from playground.lessons.step_texts import INDEX, Known
from playground.lessons.steps import STAGE_OF, Step, steps
from playground.lessons.worked import PARAMETERS, Worked
from playground.lessons.writing import number, sub

MOST_STEPS = 10_000
ENOUGH = (
    f"The steps end here, after {MOST_STEPS:,} of them. Let it run: that goes through thousands of updates."
)


class Stop(NamedTuple):
    """Where and why the steps end.

    Attributes
    ----------
    step : int
        The last step that there is.
    state : str
        "finished" or "diverged".
    reason : str
        A sentence.
    """

    step: int
    state: Literal["finished", "diverged"]
    reason: str


@dataclass(frozen=True)
class Place:
    """Where in an endless course a step stands.

    Attributes
    ----------
    update : int
        How many updates came before.
    offset : int
        Which step of its update it is, from 0.
    kind : str
        Kind of step as in `Step`, or "start" and "next" for stages 1 and 7, which compute nothing.
    stage : int
        Which of the seven `STAGES`.
    row : int or None
        Which of the update's rows is at hand; None for the start, the updates and the end.
    remark : str
        What is often got wrong here, or nothing.
    worked : Worked
        The settings, with the weights that this update begins with and the row that it takes.
    step : Step
        What happens; see `steps`.
    """

    update: int
    offset: int
    kind: Literal["start", "input", "sum", "output", "error", "delta", "gradient", "update", "next"]
    stage: int
    row: int | None
    remark: str
    worked: Worked
    step: Step


class Endless:
    """All steps of the worked example from its settings on, by number.

    Step 0 is stage 1; then come the steps of each update and a step of stage 7 that leads to the next. Row by row,
    the first update takes the row of the settings, and the next ones those of the truth table in turn, beginning
    behind that row if it is one of them. A batch takes all four each time.

    Parameters
    ----------
    worked : Worked
        The settings.

    Attributes
    ----------
    length : int
        How many steps an update has, stage 7 included.
    stopped : Stop or None
        The end, None while none is known.

    Examples
    --------
    >>> Endless(Worked()).place(3).step.numbers
    'z₁ = 0.8·1 + 0.2·1 = 1'
    """

    def __init__(self, worked: Worked) -> None:
        self._updates = [worked]  # the settings at the beginning of each update
        self._steps: dict[int, list[Step]] = {}
        self.length = len(self.of_update(0)) + 1
        self.stopped: Stop | None = None

    def starts(self) -> dict[int, int]:
        """Return for the stages 2 to 7 at which offset of an update they begin, for its first row."""
        kinds = [step.stage for step in self.of_update(0)]
        return {stage: kinds.index(stage) for stage in sorted(set(kinds))} | {7: self.length - 1}

    def of_update(self, update: int) -> list[Step]:
        """Return the steps of one update whose settings are known."""
        if update not in self._steps:
            if len(self._steps) > 8:  # a few for who goes to and fro; they are made in a millisecond
                self._steps.clear()
            self._steps[update] = steps(self._updates[update])
        return self._steps[update]

    def settings(self, update: int) -> Worked:
        """Return the settings that an update begins with.

        Raises
        ------
        ValueError
            If the weights grow beyond bounds before; `stopped` then tells the last step.
        """
        while len(self._updates) <= update:
            last = len(self._updates) - 1
            worked = self._updates[last]
            try:
                new = worked.with_weights(self.of_update(last)[-1].known.new_weights)
            except ValueError as error:
                step = last * self.length + self.length - 1  # before the "next"
                self.stopped = Stop(step, "diverged", str(error))
                raise
            if worked.mode == "row":
                row = self._row_after(worked)
                new = new.changed(x=tuple(ROWS[row].tolist()), target=worked.targets[row])
            self._updates.append(new)
        return self._updates[update]

    @staticmethod
    def _row_after(worked: Worked) -> int:
        found = np.flatnonzero((np.array(worked.x) == ROWS).all(axis=1))
        return (int(found[0]) + 1) % len(ROWS) if len(found) else 0

    def place(self, number_: int) -> Place:
        """Return step `number_`.

        Raises
        ------
        ValueError
            If the course ends before it; `stopped` tells where.
        """
        if number_ > MOST_STEPS:
            self.stopped = self.stopped or Stop(MOST_STEPS, "finished", ENOUGH)
            raise ValueError(self.stopped.reason)
        if number_ == 0:
            worked = self._updates[0]
            return Place(0, -1, "start", 1, None, remark(worked, "start"), worked, self._start(worked))
        update, offset = divmod(number_ - 1, self.length)
        worked = self.settings(update)
        made = self.of_update(update)
        if offset < len(made):
            step = _with_sum(made[offset])
            return Place(
                update, offset, step.kind, STAGE_OF[step.kind], step.row,
                remark(worked, step.kind, step.neuron, step.row or 0), worked, step,
            )  # fmt: skip
        step = self._next(worked, self.settings(update + 1), made[-1], whole=self._ends_a_pass(update))
        return Place(update, offset, "next", 7, None, remark(worked, "next"), worked, step)

    @staticmethod
    def _start(worked: Worked) -> Step:
        weights = dict(zip(PARAMETERS, worked.values.tolist(), strict=True))
        known = Known({name: weights[name] for name in worked.learned})
        count = len(known.weights)
        words = (
            f"A network to be trained gets small random numbers for its {count} weights"
            f"{' and biases' if worked.use_bias else ''}. Here they are given, so that everybody gets the same "
            "results: change any of them."
        )
        return Step("input", 1, None, None, tuple(known.weights), "", "", words, 0.0, known)

    def _ends_a_pass(self, update: int) -> bool:
        """Return whether an update's row is the fourth in turn of the table, from its first one on."""
        first = self._updates[max(0, update - len(ROWS) + 1)]
        begun = update >= len(ROWS) - 1 and first.x == tuple(ROWS[0]) and first.target == first.targets[0]
        return first.mode == "row" and begun

    @staticmethod
    def _next(worked: Worked, new: Worked, last: Step, *, whole: bool) -> Step:
        if worked.mode == "batch":
            symbols, numbers = "again, all four rows", "an epoch is over"
            words = (
                "All four rows have been used: an epoch is over, and the next update takes all of them again."
            )
        else:
            x = f"({number(new.x[0])}, {number(new.x[1])})"
            symbols, numbers = "(x₁, x₂) ← the next row", f"(x₁, x₂) ← {x}, t ← {number(new.target)}"
            words = f"The next row is {x} with target {number(new.target)}. It meets the new weights."
            if whole:
                words += " All rows of the table have been used: an epoch is over, and the next one begins."
        known = replace(last.known, sums={}, outputs={}, deltas={}, error=None)
        return Step("input", 7, None, None, (), symbols, numbers, words, 0.0, known)


def _with_sum(step: Step) -> Step:
    """Return a hidden neuron's δ with the rule written out before what it comes to here, where one neuron is fed."""
    if step.kind != "delta" or step.neuron == "out":
        return step
    symbol, _, rest = step.symbols.partition(" = ")
    return replace(step, symbols=f"{symbol} = f′({sub('z', INDEX[step.neuron or ''])})·Σ w·δ = {rest}")
