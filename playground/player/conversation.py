"""What every visitor's player talks to: the news, the notices, and the frame of each answer. Knows no Streamlit."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from playground.frames import Fields, pack
from playground.observing import Frame
from playground.player.news import News

MOST_NOTICES = 100  # a link has no more parameters to complain of
NONSENSE = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
)  # what a senseless question raises


class Conversation(ABC):
    """A visitor's side of a player, whatever is played.

    The page and the player reach it from different threads; one lock keeps them apart.

    Parameters
    ----------
    update : int
        Where the player is to begin.

    Attributes
    ----------
    screen : str
        What the player looks like; see `screens.js`.
    news : News
        What the player has yet to hear of.
    """

    screen: ClassVar[str]

    def __init__(self, update: int = 0) -> None:
        self._notices: list[str] = []
        self._lock = threading.RLock()
        self._position = update  # where the player is, as far as it told; a link leads there
        self.news = News()

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

    async def ready(self) -> None:  # noqa: B027 - most sessions have nothing to wait for
        """Wait until frames can be made, holding neither the lock nor a thread."""

    def takes_long(self, ask: Any) -> bool:
        """Return whether a question may take seconds: those are answered one after the other, whoever asks."""
        return False

    @abstractmethod
    def query(self) -> dict[str, str]:
        """Return the parameters of a link to what is on the screen."""

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

    def headline(self, token: str) -> bytes:
        """Return only which run and settings are the newest: a player that has missed them asks for the rest."""
        with self._lock:
            return self._pack("changed", token=token, screen=self.screen, query=self.query())

    def problem(self, sentence: str) -> bytes:
        """Return the message that tells a person what went wrong."""
        return self._pack("problem", text=sentence)

    def misunderstood(self, error: Exception) -> bytes:
        """Return the answer to a question that makes no sense; `error` says where."""
        return self.problem(f"The player sent something that could not be understood: {str(error)[:80]}")

    def answer(self, ask: Any) -> bytes:
        """Return the message that answers what the player asked; nonsense is answered with a sentence.

        Parameters
        ----------
        ask : dict
            ``kind`` says what is asked, ``run`` and ``serial`` are those of the newest message that the player
            has read. Further kinds, and what they need, are those of the session's own.
        """
        with self._lock:
            try:
                if ask["kind"] == "news":
                    return self._pack("noted") if self.news.known(ask) else self.message(run=ask["run"])
                return self._answer(ask)
            except NONSENSE as error:
                return self.misunderstood(error)

    @abstractmethod
    def _answer(self, ask: Mapping[str, Any]) -> bytes:
        """Answer a question of the session's own; nonsense may raise what `NONSENSE` lists."""

    @abstractmethod
    def _scene(self, **rest: Any) -> bytes:
        """Return the message with everything about the run, `rest` beside it."""

    def _pack(self, kind: str, frames: Frame | Fields | None = None, **rest: Any) -> bytes:
        return pack({"kind": kind, **self.news.numbers, **rest}, frames)


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
