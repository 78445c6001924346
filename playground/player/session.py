"""What one visitor's player talks to: a run, and the answers to what the player asks. Knows no Streamlit."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from playground.experiment import SETTINGS, Experiment, View
from playground.frames import pack
from playground.player.scene import scene
from playground.run import Run
from playground.training import CAPACITY

ANSWER_SECONDS = 0.15  # aim of one answer, so that a change made meanwhile shows soon
FRAME_SECONDS = 0.4  # a frame that would take longer gets fewer updates than were asked for
FRAME_COST = 200  # looking at a frame costs about as much as this many updates
MOST_CHANGES = 60  # changes on the way that a link carries

_compilers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="compile")


class Session:
    """A visitor's experiment, the run of it, and the newest message to the player.

    Attributes
    ----------
    experiment : Experiment
        The settings on the screen.
    view : View
        How they are shown.
    run : Run
        The run being played.
    message : bytes
        What the player should read next, see `playground.frames`.
    notices : list of str
        Sentences a person should see once.
    """

    def __init__(self, experiment: Experiment, view: View, *, update: int = 0, changes: str = "") -> None:
        self.notices: list[str] = []
        self.experiment, self.view = experiment, view
        self.resume = update
        self.drawn = experiment  # what the widgets show
        self._position = 0  # where the player was when it asked last
        # A player may still hold the run of a lost session: numbers must not repeat between sessions.
        self._number = secrets.randbits(32)
        self._serial = 0
        self._answered = -1
        self._pace: float | None = None
        self._begin(*self._history(changes))

    def _history(self, text: str) -> tuple[Experiment, list[tuple[int, dict[str, Any]]]]:
        """Return the experiment at the start of a link's run, and the changes made on its way."""
        try:
            base, changes = read_changes(text[:4000], self.experiment)
        except ValueError as error:
            self.notices.append(f"changes={text[:40]!r} is not allowed: {error}. The run starts without them.")
            return self.experiment, []
        return base, changes

    def _begin(self, experiment: Experiment, changes: list[tuple[int, dict[str, Any]]]) -> None:
        try:
            self.run = Run(experiment, changes)
        except ValueError as error:  # the one setting that only the machine can judge
            self.notices.append(f"{error}. The device is chosen automatically instead.")
            self.experiment = self.experiment.changed(device="auto")
            self.run = Run(experiment.changed(device="auto"), changes)
        self._number += 1
        self._pending: dict[str, Any] = {}
        # The untrained picture goes out now; what trains is compiled while the person looks at it.
        self._compiled = _compilers.submit(self.run.prepare)
        self.show_scene()

    def show_scene(self) -> None:
        """Send everything the player needs to draw the run from its start."""
        self._send("scene", scene=scene(self.run, self.view), resume=max(self.resume, self._position), frames=self.run.first_frame)

    def _send(self, kind: str, frames: Any = None, asked: int = 0, **rest: Any) -> None:
        self._serial += 1
        header = {"kind": kind, "run": self._number, "serial": self._serial, "asked": asked, **rest}
        self.message = pack(header, frames)

    def adopt(self, experiment: Experiment) -> None:
        """Take over settings from the screen: a new run where one is needed, else a change on the way."""
        if experiment == self.experiment:
            return
        old, self.experiment = self.experiment, experiment
        if experiment.reset_part() != old.reset_part():
            self.resume = self._position = 0
            self._begin(experiment, [])
        else:
            live = [row.name for row in SETTINGS.values() if row.effect == "live"]
            self._pending |= {n: getattr(experiment, n) for n in live if getattr(experiment, n) != getattr(old, n)}
            self._send("changed")

    def answer(self, ask: Any) -> None:
        """Make the message that answers what the player asked; nonsense is answered with a sentence."""
        try:
            self._answer(ask)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            self._send("problem", text=f"The player sent something that could not be understood: {str(error)[:80]}")

    def _answer(self, ask: Mapping[str, Any]) -> None:
        kind, asked = ask["kind"], _whole(ask, "asked", 0, 2**53)
        if kind == "scene" or ask.get("run") != self._number:
            self.show_scene()
        elif kind == "reset":
            self.resume = self._position = 0
            self._begin(self.experiment, [])
        elif kind == "restart":
            self.adopt(self.experiment.changed(start=secrets.randbelow(1_000_000)))
        elif kind == "rest":
            self.resume = self._position = _whole(ask, "update", 0, 2**31)
            self._send("noted", asked=asked)
        elif kind == "view":
            problems: list[str] = []
            self.view = self.view.with_values(dict(ask["settings"]), problems)
            self._send("problem" if problems else "noted", asked=asked, text=" ".join(problems))
        elif kind == "frames":
            self._frames(ask, asked)
        else:
            raise ValueError(f"kind={str(kind)[:20]!r}")

    def _frames(self, ask: Mapping[str, Any], asked: int) -> None:
        if asked == self._answered:  # the server reran a question: its answer is still there
            return
        self._answered = asked
        origin = _whole(ask, "from", 0, self.run.update)
        self._position = origin
        stride = _whole(ask, "stride", 1, 2**31)
        count = _whole(ask, "count", 1, CAPACITY)
        if self._pending or origin < self.run.update:
            self.run.rewind(origin)
        if self._pending:
            self.run.change(**self._pending)
            self._pending = {}
        self._compiled.result()
        started = time.perf_counter()
        if self._pace is not None:
            stride = min(stride, max(1, int(FRAME_SECONDS / self._pace)))
            count = min(count, max(1, int(ANSWER_SECONDS / (self._pace * (stride + FRAME_COST)))))
        frames = self.run.advance(count, stride)
        made = self.run.update - origin + FRAME_COST * len(frames.update)
        pace = (time.perf_counter() - started) / max(made, 1)
        self._pace = pace if self._pace is None else min(pace, 1.5 * self._pace)
        ended = self.run.ended
        end = None if ended is None else {"state": ended.state, "reason": ended.reason}
        self._send("frames", frames=frames, asked=asked, origin=origin, ended=end)

    def take_notices(self) -> list[str]:
        """Return the sentences not shown yet, and forget them."""
        notices, self.notices = self.notices, []
        return notices

    def query(self) -> dict[str, str]:
        """Return the parameters of a link to what is on the screen."""
        query = self.experiment.to_query() | self.view.to_query()
        if self.resume:
            query["update"] = str(self.resume)
        changes = write_changes(self.run)
        if changes:
            query["changes"] = changes
        return query


def _whole(ask: Mapping[str, Any], name: str, low: int, high: int) -> int:
    value = ask[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or int(value) != value:
        raise ValueError(f"{name}={str(value)[:20]!r}")
    if not low <= value <= high:
        raise ValueError(f"{name}={str(value)[:20]!r} is not from {low} to {high}")
    return int(value)


def write_changes(run: Run) -> str:
    """Return the live settings changed during `run` as ``update:name=value``, joined by commas.

    A setting that was changed is listed with its value at update 0 too, because a link's own parameters
    hold the values in force at the end.
    """
    experiments = run.changes
    live = [row for row in SETTINGS.values() if row.effect == "live"]
    moved = [row for row in live if len({getattr(experiment, row.name) for _, experiment in experiments}) > 1]
    entries, before = [], None
    for update, experiment in experiments:
        for row in moved:
            value = getattr(experiment, row.name)
            if before is None or getattr(before, row.name) != value:
                entries.append(f"{update}:{row.name}={row.kind.write(value)}")
        before = experiment
    return ",".join(entries) if len(experiments) <= MOST_CHANGES else ""


def read_changes(text: str, last: Experiment) -> tuple[Experiment, list[tuple[int, dict[str, Any]]]]:
    """Return (experiment at the start, changes on the way) of a run that ended with the settings `last`.

    Raises
    ------
    ValueError
        If `text` is not what `write_changes` writes, or does not end in the settings of `last`.
    """
    steps: dict[int, dict[str, Any]] = {}
    for entry in filter(None, text.split(",")):
        at, _, assignment = entry.partition(":")
        name, _, value = assignment.partition("=")
        if name not in SETTINGS or SETTINGS[name].effect != "live" or not at.isdecimal():
            raise ValueError(f"{entry[:40]!r} is no change of a setting that can change while training")
        steps.setdefault(int(at), {})[name] = SETTINGS[name].read(value)
    base = last.changed(**steps.pop(0, {}))
    end = base
    for at in sorted(steps):
        end = end.changed(**steps[at])
    if end != last:
        raise ValueError("it does not end with the settings of the link")
    return base, [(at, steps[at]) for at in sorted(steps)]
