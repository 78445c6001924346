"""Work that takes seconds: done beside everything else, told how far it is, and stopped when nobody wants it."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)

# A page looks twice a second. But a browser lets a page that nobody sees do so only once in a minute, and whoever reads
# another page meanwhile has not left.
PATIENCE = 90.0  # seconds without a look after which nobody is taken to be waiting

# Each uses all cores by turns. More at once would only make every visitor wait, and fill the memory.
AT_ONCE = max(1, min(4, (os.cpu_count() or 1) // 2))
TURN = 0.2  # seconds from one look of a waiting job to the next

_turns = threading.BoundedSemaphore(AT_ONCE)


class Job:
    """A thread that goes through the steps of some work.

    So many work at once on this machine; the others wait for their turn. One that nobody looks at any more stops by
    itself.

    Parameters
    ----------
    begin : callable
        Returns the steps: each yields the share of the work that is done.
    patience : float
        How many seconds it goes on without a `look`.
    turns : threading.Semaphore, optional
        Lets so many work at once; by default the one that all jobs of the process share.

    Attributes
    ----------
    progress : float
        The share that is done, 0 to 1.
    error : str
        Why the work could not be done, as a sentence; empty if it could.
    waiting : bool
        Whether it waits for others to end before it begins.
    left : bool
        Whether it has stopped because nobody looked.
    """

    def __init__(
        self,
        begin: Callable[[], Iterator[float]],
        *,
        patience: float = PATIENCE,
        turns: threading.Semaphore = _turns,
    ) -> None:
        self.progress = 0.0
        self.error = ""
        self.waiting, self.left = True, False
        self._patience, self._turns = patience, turns
        self._seen = time.monotonic()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go, args=(begin,), daemon=True)
        self._thread.start()

    def _go(self, begin: Callable[[], Iterator[float]]) -> None:
        while not self._turns.acquire(timeout=TURN):
            if self._unwanted():
                return
        self.waiting = False
        try:
            for share in begin():
                self.progress = share
                if self._unwanted():
                    return
        except ValueError as error:  # a request that cannot be met
            self.error = f"{error}."
        except Exception:
            log.exception("A job failed")
            self.error = "The computation failed; the server's log says why."
        finally:
            self._turns.release()

    def _unwanted(self) -> bool:
        if not self._stop.is_set() and time.monotonic() - self._seen > self._patience:
            self.left = True
            self._stop.set()
        return self._stop.is_set()

    def look(self) -> None:
        """Say that somebody still waits for it."""
        self._seen = time.monotonic()

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
