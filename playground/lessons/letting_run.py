"""The worked example let run: its states by update number, whoever asks for which, and how it ends."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.lessons.training_on import Training, after
from playground.lessons.worked import WORKED_SETTINGS, Worked
from playground.lessons.writing import number

MARGIN = 0.25  # of the way between the targets: an answer that is nearer than this to its own counts as sure
PATIENCE = 20_000  # updates after which it stops to say that nothing was learned
MOST_UPDATES = 100_000
PIECE = 500  # updates from one state that is kept to the next
BUDGET = 5_000  # updates computed for one question, 0.2 to 0.4 s; who wants to go farther asks again

Ending = tuple[str, str]


_EXAMPLE = {
    row.name: row.default for row in WORKED_SETTINGS.values() if row.name not in ("x", "target", "seed")
}


class States(NamedTuple):
    """Some states, each array with a leading axis.

    Attributes
    ----------
    update : ndarray of int
        How many updates each has seen.
    weights, outputs : ndarray
        (states, 13) and (states, 4), as in `Training`.
    error : ndarray
        Summed over the four rows, (states,).
    right : ndarray of bool
        (states, 4).
    learned : ndarray of int
        The first update after which all four answers were right; −1 where there was none yet.
    row : ndarray of int
        The row of the update that led there; −1 for all four or none.
    """

    update: NDArray[np.int32]
    weights: NDArray[np.float64]
    outputs: NDArray[np.float64]
    error: NDArray[np.float64]
    right: NDArray[np.bool_]
    learned: NDArray[np.int32]
    row: NDArray[np.int32]


class LettingRun:
    """Training of the worked example on the four rows; the same states however they are asked for.

    Parameters
    ----------
    worked : Worked
        The settings.

    Attributes
    ----------
    learned : int or None
        The first update after which all four answers were right, of those computed.
    sure : int or None
        The first after which each was nearer than `margin` to its target: there it ends the first time.
    """

    def __init__(self, worked: Worked) -> None:
        self.worked = worked
        self._kept = {0: after(worked, 0)}  # one state at every multiple of PIECE
        self.learned: int | None = None
        self.sure: int | None = None
        self._judge(self._kept[0])

    @property
    def margin(self) -> float:
        """How near an answer must be to its target to count as sure."""
        return MARGIN * (float(np.ptp(self.worked.targets)) or 1.0)

    def first(self) -> States:
        """Return the state before training."""
        return self._states(self._kept[0], np.array([0]))

    def states(
        self, origin: int, stride: int, count: int, *, passed: int = 0
    ) -> tuple[States, Ending | None]:
        """Return up to `count` states, `stride` updates apart, behind update `origin`, and how it ended if it did.

        It ends when every answer is sure, after `PATIENCE` updates without, at `MOST_UPDATES`, and where weights grow
        beyond bounds. The first two hold nobody who is beyond them, or on the way to update `passed`.

        No call computes more than `BUDGET` updates. Where that ends before the first state that was asked for, the
        state on the way is returned; where it ends before `origin`, none, and the next call comes nearer.
        """
        origin = min(origin, MOST_UPDATES)
        near = max(kept for kept in self._kept if kept <= origin)
        room = near + BUDGET - origin
        before = self._state(min(origin, near + BUDGET - PIECE))
        if room < PIECE or before.last < origin:
            ended = None if before.stopped is None else ("diverged", before.stopped)
            return self._states(before, np.array([], int)), ended
        stride = min(stride, room)
        goal = min(origin + stride * min(count, room // stride), MOST_UPDATES)
        beyond = max(origin + 1, passed)
        if beyond <= PATIENCE:
            goal = min(goal, PATIENCE)
        trained = self._through(before, goal)
        last = trained.last
        ending = self._ending(beyond, trained)
        if self.sure is not None and beyond <= self.sure <= last:
            last = self.sure
        wanted = sorted(
            {*range(origin + stride, last + 1, stride), *([last] if ending and last > origin else [])}
        )
        return self._states(trained, np.array(wanted, int) - trained.first), ending

    def _through(self, before: Training, goal: int) -> Training:
        """Return all states from the last one of `before` to `goal`, or to where it cannot go on."""
        parts = [before]
        while parts[-1].last < goal and parts[-1].stopped is None:
            here = parts[-1].last
            part = after(self.worked, min(goal, (here // PIECE + 1) * PIECE) - here, parts[-1])
            self._keep(part)
            parts.append(part)
        later = parts[1:]
        return Training(
            first=before.last,
            weights=np.concatenate([parts[0].weights[-1:], *(part.weights[1:] for part in later)]),
            outputs=np.concatenate([parts[0].outputs[-1:], *(part.outputs[1:] for part in later)]),
            errors=np.concatenate([parts[0].errors[-1:], *(part.errors[1:] for part in later)]),
            right=np.concatenate([parts[0].right[-1:], *(part.right[1:] for part in later)]),
            rows=np.concatenate([np.array([-1]), *(part.rows for part in later)]),
            stopped=parts[-1].stopped,
        )

    def _state(self, update: int) -> Training:
        """Return training that ends after `update` updates, or where it cannot go on before."""
        near = max(kept for kept in self._kept if kept <= update)
        state = self._kept[near]
        while state.last < update and state.stopped is None:
            here = state.last
            state = after(self.worked, min(update, (here // PIECE + 1) * PIECE) - here, state)
            self._keep(state)
        return state

    def _keep(self, part: Training) -> None:
        self._judge(part)
        if part.last % PIECE == 0 and part.stopped is None:
            one = slice(-1, None)
            self._kept[part.last] = Training(
                part.last, part.weights[one], part.outputs[one], part.errors[one], part.right[one],
                np.array([], np.int64), None,
            )  # fmt: skip

    def _judge(self, part: Training) -> None:
        if part.learned_after is not None:
            self.learned = min(
                part.learned_after, part.learned_after if self.learned is None else self.learned
            )
        targets = np.array(self.worked.targets)
        near = np.abs(part.outputs - targets) < self.margin
        found = np.flatnonzero(near.all(axis=1))
        if len(found):
            sure = part.first + int(found[0])
            self.sure = sure if self.sure is None else min(self.sure, sure)

    def _states(self, trained: Training, index: NDArray[np.int64]) -> States:
        rows = trained.rows if len(trained.rows) == len(trained.errors) else np.full(len(trained.errors), -1)
        update = trained.first + index
        learned = np.full(len(index), -1)
        if self.learned is not None:
            learned[update >= self.learned] = self.learned
        return States(
            update.astype(np.int32), trained.weights[index], trained.outputs[index], trained.errors[index],
            trained.right[index], learned.astype(np.int32), rows[index].astype(np.int32),
        )  # fmt: skip

    def _ending(self, beyond: int, trained: Training) -> Ending | None:
        last = trained.last
        if self.sure is not None and beyond <= self.sure <= last:
            since = (
                ""
                if self.learned is None
                else f", and all four were right for the first time after {self.learned:,}"
            )
            return "finished", (
                f"Learned: after update {self.sure:,} each answer is nearer than {number(self.margin)} "
                f"to its target{since}. Press play to go on."
            )
        if trained.stopped is not None:
            return "diverged", trained.stopped
        if last == MOST_UPDATES:
            return "finished", f"It ends here, after {MOST_UPDATES:,} updates."
        if last == PATIENCE and beyond <= PATIENCE and self.sure is None:
            return "finished", f"{self.why_not(trained)} Press play to go on all the same."
        return None

    def why_not(self, trained: Training) -> str:
        """Return which answers of the last state are not right, and what would help."""
        rows = ("(0, 0)", "(0, 1)", "(1, 0)", "(1, 1)")
        wrong = [
            f"{number(float(y))} to {row}, where {number(t)} is right"
            for row, y, t, right in zip(
                rows, trained.outputs[-1], self.worked.targets, trained.right[-1], strict=True
            )
            if not right
        ]
        said = f"Not learned after {trained.last:,} updates"
        said += f": it still answers {' and '.join(wrong)}." if wrong else ": not every answer is sure yet."
        return f"{said} {self._advice()}"

    def _advice(self) -> str:
        if self.worked.use_bias:
            return "Try other weights to begin with, or another learning rate."
        flat = "The way down has come to a flat place that is not the lowest."
        if self.worked.mode == "batch":
            return f"{flat} Try biases, or other weights to begin with."
        if self.worked.changed(learning_rate=0.5) == self.worked.changed(
            **_EXAMPLE
        ):  # for this one it is known
            return f"{flat} With biases, or with all four rows at once, the same weights learn it: press those buttons."
        return f"{flat} Try biases, or all four rows at once."
