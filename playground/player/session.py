"""What one visitor's player talks to: a run, and the answers to what the player asks. Knows no Streamlit."""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

import jax
import numpy as np

from playground.compare.race import Race
from playground.experiment import Experiment
from playground.frames import Fields, pack
from playground.observing import Frame
from playground.planning import plan_of
from playground.player.links import (
    Steps,
    as_steps,
    live_difference,
    read_changes,
    read_update,
    unknown_names,
    write_changes,
)
from playground.player.news import News
from playground.player.pace import Pace
from playground.player.preparing import Preparation
from playground.player.scene import scene
from playground.run import LAST_UPDATE, Run
from playground.settings import table
from playground.training import CAPACITY
from playground.view import View

MOST_NOTICES = 100  # a link has no more parameters to complain of
NONSENSE = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
)  # what a senseless question raises
NO_LINK = (
    "More was changed on the way than a link can hold: from here on the address leads to the start of a run "
    "with the present settings. The run itself goes on as before."
)


class Session:
    """A visitor's experiment, the run of it, and what the player is told.

    The page and the player reach it from different threads; one lock keeps them apart.

    Attributes
    ----------
    experiment : Experiment
        The settings on the screen.
    view : View
        How they are shown.
    news : News
        What the player has yet to hear of.
    run : Run or Race
        What is played.
    """

    settings: ClassVar[type[Experiment]] = Experiment
    screen: ClassVar[str] = "train"

    def __init__(self, experiment: Experiment, view: View, *, update: int = 0, changes: str = "") -> None:
        self.experiment, self.view = experiment, view
        self._notices: list[str] = []
        self._lock = threading.RLock()
        self._position = update  # where the player is, as far as it told; a link leads there
        self.news = News()
        self._preparation = Preparation()
        self._begin(*self._history(changes))

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """Make the session that a link's parameters ask for; its notices say what could not be used."""
        problems = unknown_names(query, table(cls.settings))
        experiment, view = cls.settings.from_query(query, problems), View.from_query(query, problems)
        update = read_update(query, problems)
        session = cls(experiment, view, update=update, changes=query.get("changes", ""))
        for problem in problems:
            session.notice(problem)
        return session

    def _history(self, text: str) -> tuple[Experiment, Steps]:
        """Return the experiment at the start of a link's run, and the changes made on its way."""
        try:
            return read_changes(text, self.experiment)
        except ValueError as error:
            self.notice(f"changes={text[:40]!r} is not allowed: {error}. The run starts without them.")
            return self.experiment, []

    def _run(self, experiment: Experiment, steps: Steps) -> Run | Race:
        """Return what is played of `experiment`."""
        return Run(experiment, steps)

    def _about(self) -> dict[str, Any]:
        """Return what the player must know of it."""
        assert isinstance(self.run, Run)
        return scene(self.run, self.view)

    def _begin(self, experiment: Experiment, steps: Steps) -> None:
        try:
            self.run: Run | Race = self._run(experiment, steps)
        except ValueError as error:  # the one setting that only the machine can judge
            self.notice(f"{error}. The device is chosen automatically instead.")
            self.experiment = self.experiment.changed(device="auto")
            self.run = self._run(experiment.changed(device="auto"), steps)
        self.news.run += 1
        self._furthest = 0  # what a player may go on from
        self._pace = Pace()
        self._links = True  # as far as the person knows, the address leads to where the player stands
        self._preparation.give_up()
        self._preparation = Preparation()
        self.news.tell()

    def _compile(self, *settings: Experiment) -> None:
        """Begin to compile what the run's training needs under each of these `settings`.

        A live change can need other code, where outputs begin to be dropped or a rule to be judged: another run says
        what. The untrained picture needs none of it and goes first.
        """
        for experiment in settings:
            plan = plan_of(experiment)
            if plan not in self._preparation.plans:
                run = self.run if plan == plan_of(self.run.experiment) else self._run(experiment, [])
                self._preparation.begin(plan, run.preparations())

    async def ready(self) -> None:
        """Wait until what was begun to be compiled is done, holding neither the lock nor a thread.

        If another run begins meanwhile, what is waited for is given up or of no more use; the answer that follows is
        then the new run's scene, for which nothing has to be compiled.
        """
        await self._preparation.done()

    def notice(self, sentence: str) -> None:
        """Keep a sentence for the person to see, until it is dismissed."""
        self._notices = [*self._notices, sentence][-MOST_NOTICES:]

    @property
    def notices(self) -> list[str]:
        """The sentences that the person has not dismissed, none of them twice."""
        return list(dict.fromkeys(self._notices))

    def take_notices(self) -> list[str]:
        """Return the sentences that have not been dismissed, and forget them."""
        notices, self._notices = self._notices, []
        return notices

    def message(self, token: str = "", *, run: int | None = None) -> bytes:
        """Return the news: everything about a new run, or that settings of the `run` shown have changed.

        Parameters
        ----------
        token : str
            What the player needs to ask questions of its own; it has it already where it asks for news.
        run : int, optional
            The number of the run that the player shows.
        """
        with self._lock:
            return (
                self.headline(token) if run == self.news.run else self._scene(token=token, query=self.query())
            )

    def problem(self, sentence: str) -> bytes:
        """Return the message that tells a person what went wrong."""
        return self._pack("problem", text=sentence)

    def misunderstood(self, error: Exception) -> bytes:
        """Return the answer to a question that makes no sense; `error` says where."""
        return self.problem(f"The player sent something that could not be understood: {str(error)[:80]}")

    def headline(self, token: str) -> bytes:
        """Return only which run and settings are the newest: a player that has missed them asks for the rest."""
        with self._lock:
            return self._pack("changed", token=token, screen=self.screen, query=self.query())

    def _scene(self, **rest: Any) -> bytes:
        about, first = self._about(), self.run.first_frame
        message = self._pack("scene", first, screen=self.screen, scene=about, resume=self._position, **rest)
        self._compile(*(settings for _, settings in self.run.changes), self.experiment)
        return message

    def _pack(self, kind: str, frames: Frame | Fields | None = None, **rest: Any) -> bytes:
        return pack({"kind": kind, **self.news.numbers, **rest}, frames)

    def adopt(self, experiment: Experiment) -> None:
        """Take over settings from the screen: a new run where one is needed, else a change on the way."""
        with self._lock:
            if experiment == self.experiment:
                return
            old, self.experiment = self.experiment, experiment
            if experiment.reset_part() != old.reset_part():
                self._position = 0
                self._begin(experiment, [])
            elif live_difference(old, experiment):
                if self._preparation.plans:
                    self._compile(experiment)
                self.news.tell()  # it applies from the frame on from which the player asks for more
            else:
                self._arrange(old)

    def amend(self, change: Callable[[Experiment], Mapping[str, Any]]) -> None:
        """Change the settings that `change` returns for those in force; a notice tells what could not be used.

        The page, several of its widgets at once, and the player may all change settings. None of them may come
        between the reading of the old ones and the writing of the new, or its change would be lost.
        """
        with self._lock:
            problems: list[str] = []
            self.adopt(self.experiment.with_values(change(self.experiment), problems))
            for problem in problems:
                self.notice(problem)

    def _arrange(self, old: Experiment) -> None:
        """Follow a change since `old` of settings that decide only how the run is shown: it is played anew."""
        changes: list[tuple[int, Experiment]] = [*self.run.changes]
        start, steps = as_steps(changes)
        shown = [row.name for row in table(self.settings).values() if row.effect == "view"]
        self._begin(start.changed(**{name: getattr(self.experiment, name) for name in shown}), steps)

    def answer(self, ask: Any) -> bytes:
        """Return the message that answers what the player asked; nonsense is answered with a sentence.

        Parameters
        ----------
        ask : dict
            ``kind`` is one of ``scene`` (everything anew), ``frames`` (``count`` frames of ``stride``
            updates each, from update ``from`` on; ``replay`` if a link is being caught up with), ``rest``
            (the player stands at ``update``), ``view`` (changed ``settings`` of the view), ``reset``,
            ``restart``, ``news`` (what changed since). ``run`` and ``serial`` are those of the newest message
            that the player has read.
        """
        with self._lock:
            try:
                return self._answer(ask)
            except NONSENSE as error:
                return self.misunderstood(error)

    def _answer(self, ask: Mapping[str, Any]) -> bytes:
        kind, problems = ask["kind"], list[str]()
        if kind == "news":
            return self._pack("noted") if self.news.known(ask) else self.message(run=ask["run"])
        if kind == "view":
            self.view = self.view.with_values(dict(ask["settings"]), problems)
        elif kind == "scene" or ask["run"] != self.news.run:
            return self._scene()
        elif kind == "frames":
            return self._frames(ask)
        elif kind == "reset":
            self._position = 0
            self._begin(self.experiment, [])
            return self._scene(query=self.query())
        elif kind == "restart":
            self.adopt(self.experiment.changed(start=secrets.randbelow(1_000_000)))
            return self._scene(query=self.query())
        elif kind == "rest":
            self._position = whole(ask, "update", 0, LAST_UPDATE)
        else:
            raise ValueError(f"kind={str(kind)[:20]!r}")
        query = self.query()
        if self._position and "update" not in query and self._links:
            self._links = False
            problems.append(NO_LINK)
        return self._pack("noted", text=" ".join(problems), query=query)

    def _frames(self, ask: Mapping[str, Any]) -> bytes:
        if ask["serial"] != self.news.serial:  # the player does not know yet that settings changed
            return self._pack("changed", query=self.query())
        # A question that was withdrawn may come after the one that took its place, and have gone back.
        origin = whole(ask, "from", 0, max(self._furthest, self.run.update))
        stride = whole(ask, "stride", 1, LAST_UPDATE)
        count = whole(ask, "count", 1, CAPACITY)
        replay = ask.get("replay") is True
        if replay and origin == 0 and self.run.update:  # a player begins anew: through all changes once more
            self.run = self._run(*as_steps(self._changes()))
        elif origin < self.run.update:
            self.run.rewind(origin)
        elif origin > self.run.update:
            self.run.replay(origin)
        news: dict[str, Any] = {}
        change = {} if replay else live_difference(self.run.experiment, self.experiment)
        if change:
            before = self.run.first_frame if origin == 0 else None
            self.run.change(**change)
            # A penalty, say, shows in the untrained frame too, and a player takes that only with a run.
            if before is not None and not _same(before, self.run.first_frame):
                self.news.run += 1
                self._position = 0
                return self._scene(query=self.query())
            news["query"] = self.query()
        frames = self._pace.frames(self.run, count, stride)
        self._furthest = max(self._furthest, self.run.update)
        ended = self.run.ended
        news["ended"] = None if ended is None else {"state": ended.state, "reason": ended.reason}
        return self._pack("frames", frames, origin=origin, **news)

    def _changes(self) -> list[tuple[int, Experiment]]:
        """Return (update, experiment in force from it on) up to where the player stands, the newest included."""
        changes: list[tuple[int, Experiment]] = [c for c in self.run.changes if c[0] <= self._position]
        if live_difference(changes[-1][1], self.experiment):
            if changes[-1][0] == self._position:
                changes.pop()
            changes.append((self._position, self.experiment))
        return changes

    def query(self) -> dict[str, str]:
        """Return the parameters of a link to what is on the screen."""
        query = self.experiment.to_query() | self.view.to_query()
        if self._position:
            with contextlib.suppress(ValueError):  # too many changes for a link: it leads to the start
                changes = self._changes()
                way = {"changes": write_changes(changes)} if len(changes) > 1 else {}
                query |= {"update": str(self._position), **way}
        return query


def _same(one: Frame | Fields, other: Frame | Fields) -> bool:
    """Return whether two chunks of frames hold the same bits."""
    leaves = [[np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(frames)] for frames in (one, other)]
    return leaves[0] == leaves[1]


def whole(ask: Mapping[str, Any], name: str, low: int, high: int) -> int:
    """Return the whole number that a question calls `name`.

    Raises
    ------
    KeyError, ValueError
        If there is none, or it does not lie from `low` to `high`.
    """
    value = ask[name]
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or value != value
        or int(value) != value
    ):
        raise ValueError(f"{name}={str(value)[:20]!r}")
    if not low <= value <= high:
        raise ValueError(f"{name}={str(value)[:20]!r} is not from {low} to {high}")
    return int(value)
