"""The worked example trained on, update by update, by the same hand computation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.lessons.chain_rule import Passes, passes, stepped
from playground.lessons.worked import Worked

Floats = NDArray[np.float64]
MOST_UPDATES = 20_000  # in one go; more is asked for piece by piece
DIVERGED = "The weights have grown beyond all bounds: the steps are too large. Try a smaller learning rate."


@dataclass(frozen=True, eq=False)
class Training:
    """The state after each update, the first line before any.

    Attributes
    ----------
    first : int
        How many updates came before the first line.
    weights : ndarray
        All weights and biases, (frames, 13), in the order of `PARAMETERS`.
    outputs : ndarray
        The network's answers to the four rows, (frames, 4).
    errors : ndarray
        Error summed over the four rows, (frames,): what a batch update descends.
    right : ndarray of bool
        Whether each answer is nearer its target than the middle between the targets, (frames, 4).
    rows : ndarray of int
        Which row each update was made with, (frames − 1,); −1 for all four.
    stopped : str or None
        Why training could not go on, as a sentence; the last line is then the last finite state.
    """

    first: int
    weights: Floats
    outputs: Floats
    errors: Floats
    right: NDArray[np.bool_]
    rows: NDArray[np.int64]
    stopped: str | None

    @property
    def last(self) -> int:
        """How many updates the last line has seen."""
        return self.first + len(self.errors) - 1

    @property
    def learned_after(self) -> int | None:
        """The first of these states, counted in updates, in which all four answers are right; None if there is none."""
        found = np.flatnonzero(self.right.all(axis=1))
        return self.first + int(found[0]) if len(found) else None


def after(worked: Worked, updates: int, before: Training | None = None) -> Training:
    """Train on the four rows of the truth table, from the settings' weights or from where `before` ended.

    In mode "row" each update takes one row. An epoch goes through all four: in the order of the table, or with
    `shuffle` in an order drawn anew from `seed` and the epoch's number. In mode "batch" each takes all four,
    with their gradients added up.

    Parameters
    ----------
    worked : Worked
        The settings; the same as those of `before`, but for those that may change on the way.
    updates : int
        How many, 0 to 20,000.
    before : Training, optional
        Go on from its last line, which is repeated as the first here.

    Raises
    ------
    ValueError
        For another number of updates.
    """
    if not 0 <= updates <= MOST_UPDATES:
        raise ValueError(f"updates={updates!r} is not allowed: it must be from 0 to {MOST_UPDATES}")
    first = 0 if before is None else before.last
    values = worked.values if before is None else before.weights[-1]
    x, t = worked.four_rows
    taken: list[int] = []
    stopped = None
    with np.errstate(over="ignore", invalid="ignore"):  # divergence is looked for below, and told
        whole = passes(worked, values, x, t)
        frames: list[tuple[Floats, Passes]] = [(values, whole)]
        order = np.arange(4)
        for update in range(first, first + updates):
            if worked.mode == "row":
                if worked.shuffle and (update % 4 == 0 or update == first):
                    # From seed and epoch alone, so that it does not matter where a piece begins.
                    order = np.random.default_rng([worked.seed, update // 4]).permutation(4)
                row = int(order[update % 4])
                gradient = whole.gradients[row]
            else:
                row, gradient = -1, whole.gradient
            new = stepped(worked, values, gradient)
            reached = passes(worked, new, x, t)
            if not (np.isfinite(new).all() and np.isfinite(reached.errors).all()):
                stopped = DIVERGED
                break
            values, whole = new, reached
            taken.append(row)
            frames.append((values, whole))
    outputs = np.stack([each.output for _, each in frames])
    return Training(
        first=first,
        weights=np.stack([each for each, _ in frames]),
        outputs=outputs,
        errors=np.array([each.errors.sum() for _, each in frames]),
        right=right(worked, outputs),
        rows=np.array(taken, np.int64),
        stopped=stopped,
    )


def right(worked: Worked, outputs: Floats) -> NDArray[np.bool_]:
    """Return whether each answer to the four rows, (…, 4), is nearer its target than the middle between the targets."""
    targets = np.array(worked.targets)
    return np.abs(outputs - targets) < (np.ptp(targets) / 2 or 0.5)
