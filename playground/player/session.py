"""What one visitor's player talks to: a run, and the answers to what the player asks. Knows no Streamlit."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

import jax
import numpy as np

from playground.compare.race import Race
from playground.experiment import Experiment
from playground.frames import Fields
from playground.observing import Frame
from playground.planning import plan_of
from playground.player.conversation import Conversation, whole
from playground.player.links import (
    Steps,
    as_steps,
    live_difference,
    read_changes,
    read_update,
    unknown_names,
    write_changes,
)
from playground.player.pace import Pace
from playground.player.preparing import Preparation
from playground.player.scene import scene
from playground.run import LAST_UPDATE, Run
from playground.settings import table
from playground.stop_rules import Ending
from playground.training import CAPACITY
from playground.view import View

NO_LINK = (
    "More was changed on the way than a link can hold: from here on the address leads to the start of a run "
    "with the present settings. The run itself goes on as before."
)


GO_ON = "To go on, loosen the rule that ended it, or set it to 0."


class Session(Conversation):
    """A visitor's experiment, the run of it, and what the player is told; see `Conversation`.

    Attributes
    ----------
    experiment : Experiment
        The settings on the screen.
    view : View
        How they are shown.
    run : Run or Race
        What is played.
    """

    settings: ClassVar[type[Experiment]] = Experiment
    screen: ClassVar[str] = "train"

    def __init__(self, experiment: Experiment, view: View, *, update: int = 0, changes: str = "") -> None:
        super().__init__(update)
        self.experiment, self.view = experiment, view
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

    def _scene(self, **rest: Any) -> bytes:
        about, first = self._about(), self.run.first_frame
        message = self._pack("scene", first, screen=self.screen, scene=about, resume=self._position, **rest)
        self._compile(*(settings for _, settings in self.run.changes), self.experiment)
        return message

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

    def _answer(self, ask: Mapping[str, Any]) -> bytes:
        """Answer ``scene``, ``frames``, ``rest``, ``view``, ``reset`` or ``restart``.

        Frames are ``count`` of ``stride`` updates each, from update ``from`` on; ``replay`` if a link is being caught
        up with. At rest the player stands at ``update``; of the view, ``settings`` have changed.
        """
        kind, problems = ask["kind"], list[str]()
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
        news["ended"] = None if ended is None else {"state": ended.state, "reason": _told(ended)}
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


def _told(ended: Ending) -> str:
    return ended.reason if ended.state == "diverged" else f"{ended.reason} {GO_ON}"


def _same(one: Frame | Fields, other: Frame | Fields) -> bool:
    """Return whether two chunks of frames hold the same bits."""
    leaves = [[np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(frames)] for frames in (one, other)]
    return leaves[0] == leaves[1]
