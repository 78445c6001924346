"""What "Forward and back" plays: the endless course of steps, or the run, as frames for the player."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.datasets import DATASETS
from playground.frames import Fields
from playground.lessons.chain_rule import PLACES, passes
from playground.lessons.endless import Endless, Place
from playground.lessons.formulas import FORMULAS
from playground.lessons.letting_run import LettingRun, States
from playground.lessons.training_on import right
from playground.lessons.worked import HIDDEN, PARAMETERS, Worked
from playground.lessons.writing import number
from playground.observing import GRID, encode
from playground.planning import grid_points
from playground.player.lesson import Played

Floats = NDArray[np.float64]
Ending = tuple[str, str]

DATA = "truth_table"
WINDOW = DATASETS[DATA].window
MOST_OPENING = 400  # steps that come with the scene for who stands far on; beyond, the player asks for them


class StepCourse:
    """The endless steps as a course: a frame is one step.

    Parameters
    ----------
    worked : Worked
        The settings.
    position : int
        Where the player is: frames up to there come with the opening, or those of the first update.
    """

    def __init__(self, worked: Worked, position: int = 0) -> None:
        self.endless = Endless(worked)
        last = max(self.endless.length, min(position, MOST_OPENING))
        self._opening, self._ended = self._frames(range(last + 1))

    @property
    def opening(self) -> Played:
        """All steps of the first update, and those to where the player is."""
        return self._opening

    @property
    def ending(self) -> Ending | None:
        """What ends the course within the opening, if something does."""
        return self._ended

    def frames(self, origin: int, stride: int, count: int) -> tuple[Played, Ending | None]:
        """Return the steps that were asked for, and how they end if they do."""
        return self._frames(range(origin + stride, origin + stride * count + 1, stride))

    def _frames(self, wanted: Sequence[int]) -> tuple[Played, Ending | None]:
        places: list[tuple[int, Place]] = []
        ended = None
        for at in wanted:
            try:
                places.append((at, self.endless.place(at)))
            except ValueError:
                if self.endless.stopped is None:
                    raise
                last, state, reason = self.endless.stopped
                if last > wanted[0] and (not places or places[-1][0] < last):
                    places.append((last, self.endless.place(last)))
                ended = state, reason
                break
        values = np.array([_in_force(place) for _, place in places]).reshape(-1, len(PARAMETERS))
        looked = [
            passes(place.worked, line, *place.worked.four_rows)
            for (_, place), line in zip(places, values, strict=True)
        ]
        outputs = np.array([each.output for each in looked]).reshape(-1, 4)
        fields = {
            "update": np.array([at for at, _ in places], np.int32),
            "weights": values.astype(np.float32),
            "outputs": outputs.astype(np.float32),
            "train_loss": np.array([each.errors.sum() for each in looked], np.float32),
            "right": right(self.endless.settings(0), outputs).astype(np.int32),
        }
        return Played(fields, [note(place) for _, place in places]), ended


def _in_force(place: Place) -> Floats:
    """Return all parameters as they are at a step: on the way through the updates some are new already."""
    values = dict(zip(PARAMETERS, place.worked.values.tolist(), strict=True)) | place.step.known.new_weights
    return np.array(list(values.values()))


def note(place: Place) -> dict[str, Any]:
    """Return what is to be said and shown of a step, as plain JSON; numbers are written out."""
    step, known = place.step, place.step.known
    x, t = place.worked.rows
    row = 0 if place.row is None else place.row
    written = {
        "weights": known.weights, "sums": known.sums, "outputs": known.outputs, "deltas": known.deltas,
        "gradients": known.gradients, "fresh": known.new_weights,
    }  # fmt: skip
    return {
        "kind": place.kind,
        "stage": place.stage,
        "number": place.update,
        "row": place.row,
        "rows": len(x),
        "x": [number(float(value)) for value in x[row]],
        "target": number(float(t[row])),
        "neuron": step.neuron,
        "on": list(step.connections),
        "symbols": step.symbols,
        "numbers": step.numbers,
        "words": step.words,
        "remark": place.remark,
        "error": None if known.error is None else number(known.error),
        **{name: {key: number(value) for key, value in values.items()} for name, values in written.items()},
    }


@dataclass(frozen=True)
class RunCourse:
    """The run as a course: a frame is a state between two updates.

    Attributes
    ----------
    run : LettingRun
        What is let run.
    position : callable
        Returns where the player is, or is going: no end before it holds it up.
    """

    run: LettingRun
    position: Callable[[], int]

    @property
    def opening(self) -> Played:
        """The network before training."""
        return Played(state_fields(self.run.worked, self.run.first()))

    @property
    def ending(self) -> None:
        """Nothing: there is always an update more."""
        return None

    def frames(self, origin: int, stride: int, count: int) -> tuple[Played, Ending | None]:
        """Return the states that were asked for, and how the run ended if it did."""
        states, ended = self.run.states(origin, stride, count, passed=self.position())
        return Played(state_fields(self.run.worked, states)), ended


def state_fields(worked: Worked, states: States) -> Fields:
    """Return what there is to see of states of a run, as fields of frames."""
    x, t = worked.four_rows
    hidden = [passes(worked, line, x, t).outputs for line in states.weights]
    return {
        "update": states.update,
        "weights": states.weights.astype(np.float32),
        "outputs": states.outputs.astype(np.float32),
        "train_loss": states.error.astype(np.float32),
        "learned": states.learned,
        "right": states.right.astype(np.int32),
        "row": states.row,
        "hidden": np.array(hidden, np.float32).reshape(-1, 4, HIDDEN),
        "surface": surfaces(worked, states.weights),
    }


def middle(worked: Worked) -> tuple[float, float]:
    """Return the middle between the targets, and how far they are from it: the plane's colours run between them."""
    low, high = min(worked.targets), max(worked.targets)
    return (low + high) / 2, (high - low) / 2 or 0.5


RANGES = {
    "sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "sine": (-1.0, 1.0),
}  # of outputs, where they have bounds


def hidden_scale(activation: str) -> dict[str, float | None]:
    """Return which output of a hidden neuron is drawn neutral, and how far from it the colour is full.

    Where outputs have no bounds, 0 is neutral and ``reach`` is None: the colour is full at a neuron's largest answer.
    """
    if activation not in RANGES:
        return {"neutral": 0.0, "reach": None}
    low, high = RANGES[activation]
    return {"neutral": (low + high) / 2, "reach": (high - low) / 2}


def surfaces(worked: Worked, weights: Floats) -> NDArray[np.uint8]:
    """Return the output over the plane as bytes, (states, GRID, GRID), for each line of parameters (states, 13)."""
    points = np.asarray(grid_points(DATA), float)
    into, out = weights[:, :6].reshape(-1, HIDDEN, 2), weights[:, 6:9]
    sums = into[:, :, :1] * points[:, 0] + into[:, :, 1:] * points[:, 1] + weights[:, 9:12, None]
    hidden = FORMULAS[worked.activation].value(sums)
    if worked.rounding == "two_places":
        hidden = np.round(hidden, PLACES)
    output = FORMULAS[worked.output].value(np.sum(hidden * out[:, :, None], axis=1) + weights[:, 12:])
    centre, reach = middle(worked)
    return np.asarray(encode((output - centre) / reach, np)).reshape(-1, GRID, GRID)
