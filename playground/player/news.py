"""What a player has heard of, and the questions that stay open until there is more."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any

NEWS_SECONDS = 2.0  # a question for news stays open so long; a server that is told to stop waits for it


class News:
    """Numbers of the newest run and of the newest settings, and who waits for newer ones.

    Attributes
    ----------
    run, serial : int
        What is the newest.
    """

    def __init__(self) -> None:
        # A player may still hold the run of a lost session: numbers must not repeat between sessions.
        self.run = secrets.randbits(32)
        self.serial = 0
        self._listeners: set[Callable[[], None]] = set()

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers as every message carries them."""
        return {"run": self.run, "serial": self.serial}

    def tell(self) -> None:
        """Wake the questions for news."""
        self.serial += 1
        for wake in tuple(self._listeners):
            wake()

    def known(self, ask: Any) -> bool:
        """Return whether a player that asks so has read the newest."""
        return isinstance(ask, Mapping) and (ask.get("run"), ask.get("serial")) == (self.run, self.serial)

    async def changed(self, ask: Any) -> None:
        """Wait until there is something newer than a player that asks so has read, or for a while."""
        changed, loop = asyncio.Event(), asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        self._listeners.add(wake)
        try:
            if self.known(ask):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), NEWS_SECONDS)
        finally:
            self._listeners.discard(wake)
