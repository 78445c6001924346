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
from playground.compare.standing import Lane, standing
from playground.compare.starting_points import STARTING_POINTS
from playground.experiment import Experiment
from playground.figures import PALETTES, race_figures, relief_figures
from playground.frames import pack
from playground.player.conversation import NONSENSE, whole
from playground.player.links import Steps, as_steps
from playground.player.relief import Way, relief, spread
from playground.player.scene import changed_at, scene
from playground.player.session import Session
from playground.view import VIEW_SETTINGS, View

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
        """Wait until the lanes can train without compiling, and their cost is known."""
        await super().ready()
        await asyncio.to_thread(lambda: self.run.seconds)

    def takes_long(self, ask: Any) -> bool:
        """Return whether the loss around the paths is asked for."""
        return isinstance(ask, Mapping) and ask.get("kind") == "relief"

    def answer(self, ask: Any) -> bytes:
        """Answer as `Session.answer`; also ``relief``, what there is to see where the lanes stand at rest.

        The question names the ``tick`` that is shown, the ``shape`` of the plane and a ``number``, with which the
        answer comes back. It takes a while, and nothing of this session waits for it.
        """
        if not isinstance(ask, Mapping) or ask.get("kind") != "relief":
            return super().answer(ask)
        try:
            with self._lock:
                tick = whole(ask, "tick", 0, max(self._furthest, self.run.update))
                said = {"number": whole(ask, "number", 0, 2**31), **self.news.numbers}
                shape = VIEW_SETTINGS["plane"].check(ask["shape"])
                lanes = self.run.experiment.lanes
                ways, stands = self._ways(tick), self._stands(tick)
        except NONSENSE as error:
            return self.misunderstood(error)
        answer: dict[str, Any] = {"standing": standing(stands)}
        try:
            answer |= {"relief": relief(lanes[0], ways, shape), "spread": spread(lanes, ways)}
        except ValueError as error:
            answer["text"] = f"{error}."
        return pack({"kind": "relief", **said, **answer})

    def _ways(self, tick: int) -> list[Way]:
        """Return the lanes' paths up to `tick`; those who make frames ahead are not shown yet."""
        race, ways = self.run, []
        for name, trail, lost in zip(race.experiment.lane_names, race.trails, self._lost(tick), strict=True):
            shown = max(1, int(np.searchsorted(trail.times, tick, side="right")))
            ways.append(Way(name, trail.times[:shown], trail.points[:shown], lost))
        return ways

    def _lost(self, tick: int) -> list[bool]:
        """Return which lanes have diverged by `tick`."""
        wanted = self.run.lane_updates(np.array([tick]))
        return [
            run.ended is not None and run.ended.state == "diverged" and int(updates[0]) > run.update
            for run, updates in zip(self.run.runs, wanted, strict=True)
        ]

    def _stands(self, tick: int) -> list[Lane]:
        """Return where the lanes that go on stand at `tick`."""
        race = self.run
        wanted = race.lane_updates(np.array([tick]))
        return [
            Lane(
                name, *as_steps(run.changes), min(int(updates[0]), run.update), run.updates_per_epoch, seconds
            )
            for name, run, updates, seconds, lost in zip(
                race.experiment.lane_names, race.runs, wanted, race.seconds, self._lost(tick), strict=True
            )
            if not lost
        ]

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
