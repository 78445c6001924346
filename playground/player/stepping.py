"""The lesson "Forward and back": the worked example step by step, then let run. Knows no Streamlit."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from playground.figures import PALETTES, boundary_figure, error_figure
from playground.kinds import Choice
from playground.lessons.autodiff import Comparison, autodiff
from playground.lessons.endless import MOST_STEPS
from playground.lessons.letting_run import MOST_UPDATES, LettingRun
from playground.lessons.logic import ROWS
from playground.lessons.steps import STAGES
from playground.lessons.worked import PARAMETERS, WORKED_SETTINGS, Worked
from playground.lessons.writing import number
from playground.observing import GRID, MAP_LEVELS
from playground.player.conversation import whole
from playground.player.lesson import VIEW, Course, Lesson
from playground.player.step_course import WINDOW, RunCourse, StepCourse, hidden_scale, middle
from playground.settings import setting

SHOWN = {"steps": "Step by step", "run": "Let it run"}
STEP_SPEEDS = {"calm": 150, "slow": 75, "steady": 36, "brisk": 12, "fast": 1}
STEP_LABELS = {
    "calm": "A step in 2.5 s", "slow": "A step in 1.2 s", "steady": "A step in 0.6 s", "brisk": "5 steps a second",
    "fast": "A step a frame",
}  # fmt: skip
RUN_SPEEDS = {"slow": (1, 15), "1u": (1, 1), "3u": (3, 1), "10u": (10, 1), "30u": (30, 1), "100u": (100, 1)}
RUN_LABELS = {"slow": "1 update, slowly"} | {
    name: f"{updates} update{'s' * (updates > 1)} a frame" for name, (updates, hold) in RUN_SPEEDS.items() if hold == 1
}  # fmt: skip
PATIENCE = 0.04  # seconds that a question waits for automatic differentiation; then the player asks again
KEPT = 8  # updates whose gradients are kept

_worker = ThreadPoolExecutor(1, "autodiff")  # cold, it takes seconds: no input may wait behind it


@dataclass(frozen=True, kw_only=True)
class Stepping(Worked):
    """The worked example, and what is looked at of it."""

    show: str = setting(
        Choice(SHOWN),
        "steps",
        group="Lesson",
        label="Show",
        help="Every single step, or thousands of updates.",
    )
    step_speed: str = setting(
        Choice(STEP_LABELS), "slow", group=VIEW, effect="view", label="Speed",
        help="How long a step stays when the steps are played.",
    )  # fmt: skip
    speed: str = setting(
        Choice(RUN_LABELS), "10u", group=VIEW, effect="view", label="Speed",
        help="How much training lies between two pictures.",
    )  # fmt: skip


def _preset(label: str, **settings: Any) -> dict[str, Any]:
    chosen = Worked(**settings).to_query()
    return {"label": label, "settings": {name: chosen[name] for name in WORKED_SETTINGS}}


PRESETS = {
    "steps": [
        _preset("The example"),
        _preset("Rounded, as in texts", rounding="two_places"),
    ],
    "run": [
        _preset("Row by row: gets stuck"),
        _preset("Row by row, with biases", use_bias=True),
        _preset("All four rows, rate 1", mode="batch", learning_rate=1.0),
    ],
}


class SteppingLesson(Lesson[Stepping]):
    """A visitor's way through the worked example."""

    settings: ClassVar[type[Stepping]] = Stepping
    screen: ClassVar[str] = "forward_back"

    def __init__(self, chosen: Stepping, *, update: int = 0) -> None:
        self._gradients: dict[int, Future[dict[str, Comparison]]] = {}
        super().__init__(chosen, update=min(update, MOST_STEPS if chosen.show == "steps" else MOST_UPDATES))

    def teach(self, chosen: Stepping) -> Course:
        """Return the steps, or the run."""
        if chosen.show == "steps":
            return StepCourse(chosen, self._position)
        return RunCourse(LettingRun(chosen), lambda: self._position)

    def adopt(self, values: Mapping[str, Any]) -> str:
        """Take over settings as `Lesson.adopt`: the step that is shown is kept, but a run begins again."""
        before = self.course
        text = super().adopt(values)
        if self.course is not before:
            with self._lock:
                for found in self._gradients.values():
                    found.cancel()
                self._gradients = {}
                if self.chosen.show == "run":
                    self._position = 0
        return text

    def about(self) -> dict[str, Any]:
        """Return figures, speeds, the names of what is drawn, and where each stage begins."""
        chosen, course = self.chosen, self.course
        steps = isinstance(course, StepCourse)
        centre, reach = middle(chosen)
        return {
            "figures": {theme: _figures(theme, chosen.targets) for theme in PALETTES},
            "palettes": {name: dataclasses.asdict(palette) for name, palette in PALETTES.items()},
            "show": chosen.show,
            "shown": SHOWN,
            "pace": "step_speed" if steps else "speed",
            "speeds": [
                {"name": name, "updates": 1, "epochs": 0, "hold": hold} for name, hold in STEP_SPEEDS.items()
            ]
            if steps
            else [
                {"name": name, "updates": updates, "epochs": 0, "hold": hold}
                for name, (updates, hold) in RUN_SPEEDS.items()
            ],
            "perEpoch": course.endless.length
            if isinstance(course, StepCourse)
            else 4
            if chosen.mode == "row"
            else 1,
            "dense": steps,
            "stages": STAGES,
            "starts": course.endless.starts() if isinstance(course, StepCourse) else {},
            "parameters": [part._asdict() for part in PARAMETERS.values()],
            "learned": chosen.learned,
            "rows": ROWS.tolist(),
            "targets": [number(target) for target in chosen.targets],
            "mode": chosen.mode,
            "errorName": chosen.error,
            "presets": PRESETS[chosen.show],
            "grid": GRID,
            "levels": MAP_LEVELS,
            "window": list(WINDOW),
            "problem": "two_classes",
            "output": "value",
            "shuffle": chosen.shuffle,
            "hidden": hidden_scale(chosen.activation),
            "middle": centre,
            "reach": reach,
        }

    def unused(self) -> set[str]:
        """Return what means nothing at present."""
        chosen = self.chosen
        return {
            *(() if chosen.use_bias else ("biases",)),
            *(() if chosen.show == "steps" and chosen.mode == "row" else ("x", "target")),
            *(() if chosen.show == "run" and chosen.mode == "row" else ("shuffle", "seed")),
            *(() if chosen.shuffle else ("seed",)),
        }

    def parts(self) -> Mapping[str, Sequence[str]]:
        """Return the symbols of the weights, biases and inputs, and the rows of the targets."""
        symbols = [part.symbol for part in PARAMETERS.values()]
        return {
            "weights_in": symbols[:6],
            "weights_out": symbols[6:9],
            "biases": symbols[9:],
            "x": ("x₁", "x₂"),
            "targets": [f"({x1:g}, {x2:g})" for x1, x2 in ROWS],
        }

    def further(self, kind: str, ask: Mapping[str, Any]) -> dict[str, Any]:
        """Answer ``gradients``: those of the update that ``number`` counts, by automatic differentiation."""
        with self._lock:  # which a change of settings holds, too
            course = self.course
            if kind != "gradients" or not isinstance(course, StepCourse):
                raise ValueError(f"kind={kind[:20]!r}")
            update = whole(ask, "number", 0, MOST_STEPS // course.endless.length)
            worked = course.endless.settings(update)
            if update not in self._gradients:
                while len(self._gradients) >= KEPT:
                    self._gradients.pop(next(iter(self._gradients))).cancel()
                self._gradients[update] = _worker.submit(autodiff, worked)
            waiting = self._gradients[update]
        try:
            found = waiting.result(PATIENCE)
        except (TooLate, CancelledError):
            return {"number": update, "pending": True}
        return {"number": update, "rows": compared(found), "verdict": verdict(found, self.chosen.rounding)}


def compared(found: Mapping[str, Comparison]) -> dict[str, dict[str, str]]:
    """Return by name what automatic differentiation found and how far it is from what was found by hand."""
    return {
        name: {"found": number(each.by_autodiff), "difference": number(each.difference)} for name, each in found.items()
    }  # fmt: skip


def digits(each: Comparison) -> int:
    """Return to how many digits two gradients are the same; 16 is all that 64 bits hold."""
    size = max(abs(each.by_hand), abs(each.by_autodiff))
    if each.difference == 0 or size == 0:
        return 16
    return max(0, min(16, math.floor(-math.log10(abs(each.difference) / size))))


def verdict(found: Mapping[str, Comparison], rounding: str) -> str:
    """Return in words how well the two ways agree."""
    least = min(digits(each) for each in found.values())
    if least >= 16:
        return "By hand and by automatic differentiation: the same in every digit."
    if rounding == "none":
        return f"By hand and by automatic differentiation: the same to {least} digits."
    largest = max(abs(each.difference) for each in found.values())
    return f"Up to {number(largest)} apart: only by hand was anything rounded on the way."


def warm() -> None:
    """Differentiate the example once, for one row and for four: what comes next takes milliseconds."""
    for mode in ("row", "batch"):
        autodiff(Worked(mode=mode))


@lru_cache(maxsize=64)
def _figures(theme: str, targets: tuple[float, ...]) -> dict[str, Any]:
    palette = PALETTES[theme]
    labels = (np.array(targets) > (min(targets) + max(targets)) / 2).astype(int)
    plane = boundary_figure(palette, (ROWS, labels), None, problem="two_classes", window=WINDOW)
    return {
        "boundary": json.loads(plane.to_json()),
        "error": json.loads(error_figure(palette).to_json()),
    }
