"""A lesson: settings that the player itself shows inputs for, and a short course of frames that follows from them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from playground.frames import Fields, pack
from playground.player.conversation import NONSENSE, Conversation, whole
from playground.player.inputs import described, read_inputs, switches
from playground.player.links import read_update, unknown_names
from playground.run import LAST_UPDATE
from playground.settings import Setting, Settings, table
from playground.training import CAPACITY

COMMON = ("news", "scene", "frames", "rest", "reset")  # questions of every lesson's player, beside settings
VIEW = "View"  # the group of settings that need no new course

S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Played:
    """Some frames of a lesson.

    Attributes
    ----------
    fields : mapping
        Arrays with a leading axis of frames, ``update`` among them.
    notes : sequence
        What is to be said of each frame, as plain JSON; empty where there is nothing.
    """

    fields: Fields
    notes: Sequence[Any] = ()


class Course(Protocol):
    """What a lesson plays: the same frames for the same settings, however it is asked."""

    @property
    def opening(self) -> Played:
        """The first frames, which come with the scene: update 0 and as many as are at hand."""

    @property
    def ending(self) -> tuple[str, str] | None:
        """How it ends where the `opening` is all there is, as (state, sentence); None if more can be made."""

    def frames(self, origin: int, stride: int, count: int) -> tuple[Played, tuple[str, str] | None]:
        """Return up to `count` frames, `stride` updates apart, behind update `origin`, and how it ended if it did."""


@dataclass(frozen=True)
class WholeCourse:
    """A course known from the first frame to the last, which the player has at once.

    Attributes
    ----------
    opening : Played
        All frames.
    ending : (str, str)
        State and sentence at the end; the sentence may be empty.
    """

    opening: Played
    ending: tuple[str, str] = ("finished", "")

    def frames(self, origin: int, stride: int, count: int) -> tuple[Played, tuple[str, str]]:
        """Return the frames that were asked for, of those that the player has."""
        chosen = slice(origin + stride, origin + stride * count + 1, stride)
        fields = {name: array[chosen] for name, array in self.opening.fields.items()}
        return Played(fields, self.opening.notes[chosen]), self.ending


class Lesson(Conversation, Generic[S]):
    """A visitor's lesson.

    Parameters
    ----------
    chosen : Settings
        What decides all that is shown.
    update : int
        Where the player is to begin.

    Attributes
    ----------
    settings : type
        The table.
    chosen : Settings
        The settings on the screen.
    course : Course
        What follows from them.
    """

    settings: ClassVar[type[Settings]]

    def __init__(self, chosen: S, *, update: int = 0) -> None:
        super().__init__(update)
        self.chosen = chosen
        self._begin()

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """Make the lesson that a link's parameters ask for; its notices say what could not be used."""
        problems = unknown_names(query, table(cls.settings))
        chosen = cls.settings.from_query(query, problems)
        lesson = cls(chosen, update=read_update(query, problems))  # type: ignore[arg-type]
        for problem in problems:
            lesson.notice(problem)
        return lesson

    # ---- what a lesson says of itself --------------------------------------------------------------------

    @abstractmethod
    def teach(self, chosen: S) -> Course:
        """Return what is played under these settings.

        It may take its time, a compiler's for example: nobody who does not ask for it waits. So it must not change
        the lesson, and what it returns must hold all that `about` could fail at.

        Raises
        ------
        ValueError
            If nothing can be, as a sentence for a person; the settings then stay as they were.
        """

    @abstractmethod
    def about(self) -> dict[str, Any]:
        """Return what the player draws it with, as plain JSON: ``figures``, ``palettes``, ``speeds`` and more."""

    def unused(self) -> Collection[str]:
        """Return the names of settings that mean nothing at present: their inputs are hidden."""
        return ()

    def parts(self) -> Mapping[str, Sequence[str]]:
        """Return what to call the values of settings that have several."""
        return {}

    def values(self) -> Mapping[str, str]:
        """Return what to show in inputs, as texts, where that is not the setting itself."""
        return {}

    def further(self, kind: str, ask: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a question of the lesson's own, as plain JSON; it may take its time, as `teach`.

        Raises
        ------
        ValueError
            If there is no such kind, or it makes no sense.
        """
        raise ValueError(f"kind={kind[:20]!r}")

    # ---- what all share ----------------------------------------------------------------------------------

    def _begin(self) -> None:
        try:
            self.course: Course = self.teach(self.chosen)
        except ValueError as error:  # of a link: what is typed is tried before it is taken over
            self.notice(f"{error}. The lesson begins with its own settings instead.")
            self.chosen = self.settings()  # type: ignore[assignment]
            self.course = self.teach(self.chosen)
        self.news.run += 1
        self.news.serial += 1  # nobody is woken: who changes a setting gets the new scene in answer

    def _scene(self, **rest: Any) -> bytes:
        opening, ending = self.course.opening, self.course.ending
        last = int(opening.fields["update"][-1])
        if ending is not None:
            self._position = min(self._position, last)
            rest["ended"] = {"state": ending[0], "reason": ending[1]}
        about = self.about() | {
            "inputs": described(self.chosen, hidden=self.unused(), parts=self.parts(), values=self.values()),
            "changes": [],
            "view": {row.name: getattr(self.chosen, row.name) for row in self._view},
            "viewSettings": switches(self._view),
        }
        return self._pack(
            "scene", opening.fields, notes=list(opening.notes), screen=self.screen, scene=about,
            resume=self._position, **rest,
        )  # fmt: skip

    def adopt(self, values: Mapping[str, Any]) -> str:
        """Take over checked `values` for some settings; return what to tell the person, if anything.

        What cannot be shown is not taken over.
        """
        with self._lock:
            before, course = self.chosen, self.course
        problems: list[str] = []
        try:
            chosen = before.with_values(values, problems)
            viewed = all(row in self._view for row in self._changed(before, chosen))
            if not viewed:
                course = self.teach(chosen)
        except ValueError as error:
            return f"{error}. Nothing is changed."
        with self._lock:
            if self.chosen is not before:  # another change was quicker: this one goes on top of it
                return self.adopt(values)
            self.chosen, self.course = chosen, course
            if not viewed:
                self.news.run += 1
                self.news.serial += 1
        return " ".join(problems)

    @property
    def _view(self) -> list[Setting]:
        """Rows of what decides only how it is shown, such as the speed."""
        return [row for row in table(self.settings).values() if row.group == VIEW]

    def _changed(self, before: S, after: S) -> list[Setting]:
        rows = table(self.settings).values()
        return [row for row in rows if getattr(before, row.name) != getattr(after, row.name)]

    def answer(self, ask: Any) -> bytes:
        """Answer as `Conversation.answer`: ``set`` and ``view``, and the lesson's own questions, hold nothing up.

        ``set`` and ``view`` bring ``settings`` as texts; ``set`` the ``update`` that is shown, too.
        """
        try:
            kind = ask["kind"]
            if kind in ("set", "view"):
                return self._set(ask)
            if kind not in COMMON:
                with self._lock:
                    if ask["run"] != self.news.run:
                        return self._scene(query=self.query())
                    numbers = self.news.numbers
                return pack({"kind": str(kind), **numbers, **self.further(str(kind), ask)})
        except NONSENSE as error:
            return self.misunderstood(error)
        return super().answer(ask)

    def _answer(self, ask: Mapping[str, Any]) -> bytes:
        """Answer ``scene``, ``frames``, ``rest`` or ``reset``."""
        match ask["kind"]:
            case "scene":
                return self._scene(query=self.query())
            case _ if ask["run"] != self.news.run:
                return self._scene(query=self.query())
            case "frames":
                return self._frames(ask)
            case "rest":
                self._position = whole(ask, "update", 0, LAST_UPDATE)
                return self._pack("noted", query=self.query())
        self._position = 0
        self._begin()
        return self._scene(query=self.query())

    def message(self, token: str = "", *, run: int | None = None) -> bytes:
        """Return everything, or for a player that shows some run already, which one is the newest.

        News of a lesson are its player's own changes, which it got in answer. What it has missed it asks for.
        """
        with self._lock:
            return self.headline(token) if run is not None else self._scene(token=token, query=self.query())

    def _set(self, ask: Mapping[str, Any]) -> bytes:
        values, problems = read_inputs(table(self.settings), dict(ask["settings"]))
        with self._lock:
            run = self.news.run
            if "update" in ask:
                self._position = whole(ask, "update", 0, LAST_UPDATE)
        text = self._in_words(self.adopt(values))
        with self._lock:
            if self.news.run == run and text and len(values) == 1:  # what is refused stands beside its input
                problems, text = problems | dict.fromkeys(values, text), ""
            said: dict[str, Any] = {"problems": problems, "text": text, "query": self.query()}
            return self._pack("noted", **said) if self.news.run == run else self._scene(**said)

    def _in_words(self, sentence: str) -> str:
        """Return a sentence with the labels of settings in place of their names."""
        for name, row in table(self.settings).items():
            sentence = sentence.replace(f" {name}=", f" “{row.label}” ").replace(
                f"{name}=", f"“{row.label}” "
            )
        return sentence

    def _frames(self, ask: Mapping[str, Any]) -> bytes:
        origin = whole(ask, "from", 0, LAST_UPDATE)
        stride = whole(ask, "stride", 1, LAST_UPDATE)
        count = whole(ask, "count", 1, CAPACITY)
        made, ended = self.course.frames(origin, stride, count)
        return self._pack(
            "frames", made.fields, origin=origin, notes=list(made.notes),
            ended=None if ended is None else {"state": ended[0], "reason": ended[1]},
        )  # fmt: skip

    def query(self) -> dict[str, str]:
        """Return the parameters of a link to what is on the screen."""
        query = self.chosen.to_query()
        return query | ({"update": str(self._position)} if self._position else {})
