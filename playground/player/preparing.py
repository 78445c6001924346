"""What has to be compiled for a run before it can train: begun in threads of its own, and waited for outside of all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from playground.training import Plan

_compilers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="compile")


class Preparation:
    """The compiling done for one run. It is begun under the session's lock, and waited for without it.

    Attributes
    ----------
    plans : set of Plan
        What has been begun.
    """

    def __init__(self) -> None:
        self.plans: set[Plan] = set()
        self._begun: list[Future[Any]] = []

    def begin(self, plan: Plan, work: Iterable[Callable[[], Any]]) -> None:
        """Begin the `work` that compiles `plan`."""
        self.plans.add(plan)
        # Another list, not a longer one: `done` may be looking at this one in another thread.
        self._begun = [*self._begun, *map(_compilers.submit, work)]

    def give_up(self) -> None:
        """Do not begin what has not begun; whoever waits for it waits no more."""
        for future in self._begun:
            future.cancel()

    async def done(self) -> None:
        """Wait until all that was begun so far is done or given up."""
        waiting = [asyncio.wrap_future(future) for future in self._begun if not future.done()]
        if waiting:
            done, _ = await asyncio.wait(waiting)
            for future in done:  # a fault is told by the answer that follows, which meets it too
                if not future.cancelled():
                    future.exception()
