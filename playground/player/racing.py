"""What the player of a comparison talks to: a race, and what its screen must know of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from playground.compare.comparison import Comparison
from playground.compare.race import Race
from playground.compare.starting_points import STARTING_POINTS
from playground.experiment import Experiment
from playground.figures import PALETTES, race_figures, relief_figures
from playground.frames import pack
from playground.player.links import Steps
from playground.player.relief import Way, relief, spread
from playground.player.scene import changed_at, scene
from playground.player.session import Session
from playground.view import View

MILLISECOND = 1e-3
CLOCK_LABELS = {"updates": "Updates", "epochs": "Epochs", "examples": "Examples", "seconds": "Compute ms"}


class RaceSession(Session):
    """A visitor's comparison; see `Session`. Positions count the ticks of its clock."""

    settings: ClassVar[type[Experiment]] = Comparison
    screen: ClassVar[str] = "compare"
    run: Race

    def __init__(self, experiment: Experiment, view: View, *, update: int = 0, changes: str = "") -> None:
        super().__init__(experiment, view, update=update, changes=changes)
        fitting = (name for name, point in STARTING_POINTS.items() if point.comparison == experiment)
        self._begun_from = next(fitting, None)

    @property
    def starting_point(self) -> str | None:
        """The starting point that was chosen, as long as its data and network are on the screen.

        What it says to try changes the other settings, and must not take it away.
        """
        name, comparison = self._begun_from, self.experiment
        assert isinstance(comparison, Comparison)
        return name if name is not None and STARTING_POINTS[name].shares_scene(comparison) else None

    def begin_from(self, name: str | None) -> None:
        """Take over the settings of a starting point; with None, forget which one it was and keep all settings."""
        self._begun_from = name
        if name is not None:
            point = STARTING_POINTS[name]
            self.view = self.view.changed(log_loss=point.log_loss)
            self.amend(lambda _: point.settings)

    @property
    def costs(self) -> list[float] | None:
        """What an update costs in each lane, in seconds, where the clock counts them; measured if need be."""
        with self._lock:  # two measurements at a time would disturb each other
            clock = self.run.experiment.clock
            return self.run.seconds if clock == "seconds" else None

    def _run(self, experiment: Experiment, steps: Steps) -> Race:
        assert isinstance(experiment, Comparison)
        return Race(experiment, steps)

    def _about(self) -> dict[str, Any]:
        race, comparison = self.run, self.run.experiment
        unit, ticks = clock_unit(race)
        first = scene(race.runs[0], self.view)
        names = tuple(comparison.lane_names)
        figures = {
            theme: {"boundary": first["figures"][theme]["boundary"], **_figures(theme, names, unit)}
            for theme in PALETTES
        }
        lanes = [
            {
                "name": name,
                "colours": {theme: palette.lanes[number] for theme, palette in PALETTES.items()},
                "perEpoch": run.updates_per_epoch,
                "rows": run.plan.rows,
            }
            for number, (name, run) in enumerate(zip(names, race.runs, strict=True))
        ]
        return first | {
            "figures": figures,
            "viewSettings": first["viewSettings"] | {"speed": _speeds(race, first["viewSettings"]["speed"])},
            "lanes": lanes,
            "clock": comparison.clock,
            "clockLabel": CLOCK_LABELS[comparison.clock],
            "perUnit": ticks,
            "perEpoch": race.updates_per_epoch,
            "changes": changed_at(race),
        }

    async def ready(self) -> None:
        """Wait until the lanes can train without compiling, and their cost has been measured in quiet."""
        await super().ready()
        await asyncio.to_thread(lambda: self.run.seconds)

    def answer(self, ask: Any) -> bytes:
        """Answer as `Session.answer`; also ``relief``, which takes a while: nothing else waits for it."""
        if not isinstance(ask, Mapping) or ask.get("kind") != "relief":
            return super().answer(ask)
        with self._lock:
            race = self.run
            lanes = race.experiment.lanes
            ways = [
                Way(name, trail.times, trail.points, bool(run.ended and run.ended.state == "diverged"))
                for name, trail, run in zip(race.experiment.lane_names, race.trails, race.runs, strict=True)
            ]
            said = self.news.numbers
        try:
            found = {"relief": relief(lanes[0], ways, self.view.plane), "spread": spread(lanes, ways)}
        except ValueError as error:
            found = {"text": f"{error}."}
        return pack({"kind": "relief", **said, **found})

    def _begin(self, experiment: Experiment, steps: Steps) -> None:
        super()._begin(experiment, steps)
        self._recorded = [0 for _ in self.run.runs]  # the furthest update of each lane, by whatever clock

    def _arrange(self, old: Experiment) -> None:
        """Align the lanes by another clock: the recorded numbers stay what they are."""
        assert isinstance(old, Comparison)
        assert isinstance(self.experiment, Comparison)
        if old.clock == self.experiment.clock:
            super()._arrange(old)
            return
        changed = len(self.run.changes) > 1
        # As far as was shown by any clock so far: what was, is computed again at once.
        shown = self.run.lane_updates(np.array([self._position]))
        done = [max(before, int(now[0])) for before, now in zip(self._recorded, shown, strict=True)]
        self._begin(self.experiment, [])
        self._recorded = done
        if changed:
            self.notice(
                "By another clock the changes made on the way would come at other moments in each lane, "
                "so the lanes begin anew with the settings in force now."
            )
            self._position = 0
        else:  # up to where every lane has been recorded
            self._position = self.run.ticks(done)


def clock_unit(race: Race) -> tuple[str, float]:
    """Return what the horizontal axis of the charts counts, and how many ticks one of it is."""
    run, speed = race.runs[0], race.speeds[0]
    per_epoch = run.updates_per_epoch / speed
    match race.experiment.clock:
        case "updates":
            return "updates", 1.0
        case "epochs":
            return "epochs", per_epoch
        case "examples":
            return "examples seen", per_epoch / race.n_train
        case _:
            return "compute time (ms)", MILLISECOND / (race.seconds[0] * speed)


def _speeds(race: Race, row: dict[str, Any]) -> dict[str, Any]:
    """Return the table's row of the speed; it says whose epochs are counted where the lanes' are not alike."""
    if race.experiment.clock in ("epochs", "examples"):
        return row
    ticks = [run.updates_per_epoch / speed for run, speed in zip(race.runs, race.speeds, strict=True)]
    first = race.experiment.lane_names[int(np.argmin(ticks))]
    options = {
        name: text.replace(" a frame", f" of {first} a frame") for name, text in row["options"].items()
    }
    return row | {
        "options": {n: options[n] if "epoch" in text else text for n, text in row["options"].items()}
    }


@lru_cache(maxsize=128)
def _figures(theme: str, names: tuple[str, ...], unit: str) -> dict[str, Any]:
    palette = PALETTES[theme]
    made = race_figures(palette, names, unit) | relief_figures(palette, names)
    return {name: json.loads(figure.to_json()) for name, figure in made.items()}
