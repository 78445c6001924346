"""What the player of the page Downhill talks to: a race on a surface, and what its screen must know of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from playground.downhill.brute_force import (
    MOST_COUNTED,
    combinations,
    duration,
    in_powers_of_ten,
    search,
)
from playground.downhill.descent import Descent, descend
from playground.downhill.examples import EXAMPLES
from playground.downhill.picture import Picture
from playground.downhill.regimes import verdicts
from playground.downhill.settings import FORMULAS, Downhill
from playground.downhill.terms import RULES
from playground.downhill.wording import placed, powers_raised, written
from playground.experiment import SETTINGS
from playground.figures import PALETTES
from playground.frames import finite
from playground.kinds import Choice, Flag, Whole
from playground.nn.optimizers import OPTIMIZERS
from playground.player.conversation import whole
from playground.player.inputs import kind_of
from playground.player.lesson import VIEW, Lesson, Played, WholeCourse
from playground.player.walk_scene import figures_of, frames_of, pictured, surface_of
from playground.settings import Settings, setting, table

SPEEDS = {"4": (1, 15), "15": (1, 4), "60": (1, 1), "5": (5, 1), "20": (20, 1)}
"""Speed -> (steps from one picture to the next, screen refreshes for each)."""
SPEED_LABELS = {
    "4": "4 steps a second",
    "15": "15 steps a second",
    "60": "1 step a frame",
    "5": "5 steps a frame",
    "20": "20 steps a frame",
}
RATE = SETTINGS["learning_rate"].kind
COMPILED = frozenset(("surface", "formula", "curve", "optimizers"))
SEARCHED = 1000  # values of each weight where every point is tried: one number, because each is compiled
TUNED = ("momentum", "decay", "beta1", "beta2", "average_after")


@dataclass(frozen=True, kw_only=True)
class Walk(Downhill):
    """The choices of a race, how it is shown, and the search that is set beside it."""

    grid_weights: int = setting(
        Whole(1, MOST_COUNTED), 25, group="Search", label="Weights", effect="view",
        help="Of the network whose weights are to be found by trying.",
    )  # fmt: skip
    grid_values: int = setting(
        Whole(2, MOST_COUNTED), 1000, group="Search", label="Values for each", effect="view",
        help="How many values of each weight are tried.",
    )  # fmt: skip
    speed: str = setting(
        Choice(SPEED_LABELS), "15", group=VIEW, effect="view", label="Speed",
        help="How many steps lie between two pictures.",
    )  # fmt: skip
    log_cost: bool = setting(
        Flag(), True, group=VIEW, effect="view", label="Log", help="Show the cost on a logarithmic axis."
    )


@dataclass(frozen=True, kw_only=True)
class WalkCourse(WholeCourse):
    """A race from the first step to the last, and what is said of it.

    Attributes
    ----------
    descent : Descent
        The race.
    picture : Picture
        Its surface.
    verdicts : tuple of str
        On each walker's rate.
    rule : str
        On where the border of the rates lies.
    """

    descent: Descent
    picture: Picture
    verdicts: tuple[str, ...]
    rule: str


class WalkLesson(Lesson[Walk]):
    """A visitor's race downhill."""

    course: WalkCourse

    settings: ClassVar[type[Settings]] = Walk
    screen: ClassVar[str] = "downhill"
    own = (25, 0)  # weights of the visitor's own network, and updates made of it: beside the search

    def teach(self, chosen: Walk) -> WalkCourse:
        """Return the race from the first step to the last."""
        race = chosen.race
        descent, drawn = descend(race), pictured(race.surface)
        said, rule = verdicts(race, descent.positions[:, -1])
        return WalkCourse(
            Played(frames_of(descent, drawn)), descent=descent, picture=drawn, verdicts=tuple(said), rule=rule
        )

    def takes_long(self, ask: Any) -> bool:
        """Return whether every point is to be tried, or a surface or an optimizer may have to be compiled."""
        if not isinstance(ask, Mapping):
            return False
        settings = ask.get("settings")
        return ask.get("kind") == "search" or (
            isinstance(settings, Mapping) and not COMPILED.isdisjoint(settings)
        )

    def unused(self) -> Collection[str]:
        """Return what the surface and the optimizers on it have no use for."""
        chosen = self.chosen
        hidden = {name for surface, (_, name) in FORMULAS.items() if chosen.surface != surface}
        if chosen.surface not in FORMULAS:
            hidden.add("reach")
        if chosen.surface != "bowl":
            hidden |= {"curvatures", "angle"}
        if not self.course.descent.race.surface.rows:
            hidden |= {"batch", "seed"}
        used = {name for optimizer in chosen.optimizers for name in OPTIMIZERS[optimizer].uses}
        return hidden | (set(TUNED) - used)

    def parts(self) -> Mapping[str, Sequence[str]]:
        """Return the names of the bowl's curvatures and of the coordinates."""
        return {"curvatures": ("λ₁", "λ₂"), "start": ("x", "y")}

    def values(self) -> Mapping[str, str]:
        """Return where they really start; the setting may leave that to the surface."""
        start = table(Walk)["start"].kind
        return {
            "start": start.write(tuple(float(f"{value:.4g}") for value in self.course.descent.race.start))
        }

    def about(self) -> dict[str, Any]:
        """Return the surface, who goes down on it, and what is known of their rates."""
        race, chosen = self.course.descent.race, self.chosen
        names = tuple(walker.label for walker in race.walkers)
        ticks = tuple(tuple(each) for each in self.course.picture.ticks)
        return {
            "figures": figures_of(names, race.surface.dimension, ticks),
            "palettes": {name: dataclasses.asdict(palette) for name, palette in PALETTES.items()},
            "speeds": [
                {"name": name, "updates": steps, "epochs": 0, "hold": hold}
                for name, (steps, hold) in SPEEDS.items()
            ],
            "perEpoch": 10,
            "steps": race.steps,
            "surface": surface_of(self.course.picture),
            "start": finite(race.start),
            "walkers": [
                {
                    "optimizer": walker.optimizer,
                    "label": walker.label,
                    "rate": walker.rate,
                    "about": OPTIMIZERS[walker.optimizer].about,
                    "colours": {theme: palette.lanes[number] for theme, palette in PALETTES.items()},
                    "verdict": verdict,
                    "left": None if gone is None else {"step": gone.step, "sentence": gone.sentence},
                }
                for number, (walker, verdict, gone) in enumerate(
                    zip(race.walkers, self.course.verdicts, self.course.descent.left, strict=True)
                )
            ],
            "optimizers": {name: entry.label for name, entry in OPTIMIZERS.items()},
            "rateKind": kind_of(RATE),
            "rule": self.course.rule,
            "noisy": race.batch is not None,
            "examples": [
                {
                    "name": name,
                    "label": example.label,
                    "look": example.look,
                    "settings": _as_link(example.settings),
                }
                for name, example in EXAMPLES.items()
            ],
            "example": _example_of(chosen),
            "search": _search_words(chosen),
            "own": _own_words(*self.own, chosen.grid_values),
        }

    def further(self, kind: str, ask: Mapping[str, Any]) -> dict[str, Any]:
        """Answer ``terms`` (of a ``walker``'s ``step``) and ``search`` (every point of a grid on the surface)."""
        descent = self.course.descent
        if kind == "terms":
            number = whole(ask, "walker", 0, len(descent.race.walkers) - 1)
            step = whole(ask, "step", 0, descent.race.steps)
            return {"terms": _terms(descent, number, step), "walker": number, "step": step}
        if kind == "search":
            return {"found": self._search(self.course.descent, self.chosen)}
        return super().further(kind, ask)

    def _search(self, descent: Descent, chosen: Walk) -> dict[str, Any]:
        try:
            found = search(descent.race.surface, SEARCHED)
        except ValueError as error:
            return {"words": f"{error}.", "time": ""}
        best = descent.costs[:, -1]
        number = int(np.nanargmin(best))
        steps = descent.steps_to(found.cost)[number]
        walker = descent.race.walkers[number].label
        words = (
            f"{found.evaluations:,} points tried in {_seconds(found.seconds)}: "
            f"the lowest is {written(found.cost)} at {placed(found.position)}. "
            + (
                f"{walker} was as low after {steps} step{'s' * (steps != 1)}."
                if steps is not None
                else f"{walker} came to {written(best[number])} in {descent.race.steps} steps."
            )
        )
        count = combinations(chosen.grid_values, chosen.grid_weights)
        time = duration(count, found.per_second)
        return {
            "words": words,
            "time": f"At this speed, {found.per_second:,.0f} points a second, "
            f"the {powers_raised(in_powers_of_ten(count))} combinations above would take {powers_raised(time)}.",
        }


def warm() -> None:
    """Compile the race that the page begins with."""
    WalkLesson(Walk())


def _terms(descent: Descent, number: int, step: int) -> dict[str, Any]:
    """Return what the step of a walker was made of; ``end`` says why there is none."""
    walker, left = descent.race.walkers[number], descent.left[number]
    said = {"formula": RULES[walker.optimizer].formula, "rate": walker.rate, "rows": []}
    if step >= descent.race.steps or (left is not None and step >= left.step):
        return said | {"end": left.sentence if left is not None else "The race ends here: no step follows."}
    rows = {name: values[step] for name, values in descent.terms[number].items()}
    return said | {
        "rows": [[name, finite(values.tolist(), 7)] for name, values in rows.items()],
        "end": "",
    }


def _as_link(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return settings as texts, every other one of the race at its default."""
    rows = table(Walk)
    every = {name: row.default for name, row in rows.items() if row.group not in ("Search",)}
    return {name: rows[name].kind.write(value) for name, value in (every | dict(settings)).items()}


def _example_of(chosen: Walk) -> str:
    """Return the name of the example that is on the screen, or nothing."""
    link = chosen.to_query()
    for name, example in EXAMPLES.items():
        said = {
            key: text for key, text in _as_link(example.settings).items() if table(Walk)[key].group != VIEW
        }
        if all(link[key] == text for key, text in said.items()):
            return name
    return ""


def _search_words(chosen: Walk) -> str:
    count = combinations(chosen.grid_values, chosen.grid_weights)
    return (
        f"{chosen.grid_values:,} values for each of {chosen.grid_weights:,} weights are "
        f"{powers_raised(in_powers_of_ten(count))} combinations."
    )


def _own_words(weights: int, updates: int, values: int) -> str:
    """Return what trying everything would mean for a network of so many weights."""
    count = powers_raised(in_powers_of_ten(combinations(values, weights)))
    made = f"; descent has made {updates:,} updates of it so far" if updates else ""
    return f"Your network in Train has {weights:,} weights and biases: {count} combinations{made}."


def _seconds(seconds: float) -> str:
    return f"{seconds:.2g} s" if seconds >= 1 else f"{1000 * seconds:.2g} ms"
