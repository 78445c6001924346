"""Work that takes seconds: done beside everything else, told how far it is, and stopped when nobody wants it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)


class Job:
    """A thread that goes through the steps of some work.

    Parameters
    ----------
    begin : callable
        Returns the steps: each yields the share of the work that is done.

    Attributes
    ----------
    progress : float
        The share that is done, 0 to 1.
    error : str
        Why the work could not be done, as a sentence; empty if it could.
    """

    def __init__(self, begin: Callable[[], Iterator[float]]) -> None:
        self.progress = 0.0
        self.error = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go, args=(begin,), daemon=True)
        self._thread.start()

    def _go(self, begin: Callable[[], Iterator[float]]) -> None:
        try:
            for share in begin():
                self.progress = share
                if self._stop.is_set():
                    return
        except ValueError as error:  # a request that cannot be met
            self.error = f"{error}."
        except Exception:
            log.exception("A job failed")
            self.error = "The computation failed; the server's log says why."

    def stop(self) -> None:
        """Let it end after the step it is at."""
        self._stop.set()

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return self._thread.is_alive()

    @property
    def stopped(self) -> bool:
        """Whether somebody has stopped it before its end."""
        return self._stop.is_set() and self.progress < 1

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it is done, or for so long."""
        self._thread.join(seconds)
