"""Replicates of several kinds, trained beside one another on all cores."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

from playground.compare.replicates import CHUNK, Replicates

MOST_SECONDS = 600.0
"""How long all may compute: the machine belongs to other visitors as well."""

ROUND_SECONDS = (
    0.75  # of a round: after each a person is told how far it is, and whoever wants to stop is heard
)
JUDGED_AFTER = 0.5  # seconds of training that tell how long the rest will take
SURELY = 2  # what a few updates foretell has to be so many times the limit to be believed


class TooLong(ValueError):
    """The work would take longer than it may.

    Attributes
    ----------
    seconds, most : float
        How long it would take, and how long it may.
    """

    def __init__(self, seconds: float, most: float) -> None:
        self.seconds, self.most = seconds, most
        super().__init__(
            f"This would take about {_duration(seconds)} of computing, and the limit is {_duration(most)}"
        )

    def fitting(self, number: int) -> int:
        """Return how many of `number` equally long parts would fit."""
        return int(number * self.most / self.seconds)


def together(fleets: Sequence[Replicates], epochs: int, *, most: float = MOST_SECONDS) -> Iterator[float]:
    """Train each of `fleets` for `epochs`; yield, again and again, the share of the epochs that is done.

    They go in rounds of as many epochs as take less than a second, at least one. One who stops listening stops them
    after the round they are at, so that all have trained equally long.

    Parameters
    ----------
    fleets : sequence of Replicates
        What to train.
    epochs : int
        How long.
    most : float
        How many seconds all may compute; waiting for the compiler does not count.

    Raises
    ------
    TooLong
        As soon as it is known that they would take longer.
    """
    whole = epochs * len(fleets)
    cores = os.cpu_count() or 1
    # JAX computes without holding the interpreter, so threads use all cores.
    with ThreadPoolExecutor(max_workers=cores) as pool:
        waiting: list[Future[None]] = [pool.submit(fleet.compile) for fleet in fleets]
        try:
            for future in as_completed(waiting):
                future.result()  # raises what went wrong
                yield 0.0
        finally:
            for future in waiting:
                future.cancel()
        foretold = []
        for fleet in fleets:
            foretold.append(fleet.seconds_per_epoch())
            yield 0.0
        # At best no core ever waits. That is not sure enough to refuse what is near the limit.
        pace = max(max(foretold), sum(foretold) / cores)
        if pace * epochs > SURELY * most:
            raise TooLong(pace * epochs, most)
        trained, spent, judged = 0, 0.0, False
        while trained < epochs:
            fitting = ROUND_SECONDS / pace if pace > 0 else CHUNK
            chunk = int(min(max(fitting, 1), CHUNK, epochs - trained))
            started = time.perf_counter()
            busy = [pool.submit(fleet.advance, chunk) for fleet in fleets]
            for future in as_completed(busy):
                future.result()
                yield sum(fleet.epochs for fleet in fleets) / whole
            took = time.perf_counter() - started
            trained, spent, pace = trained + chunk, spent + took, took / chunk
            if not judged and trained < epochs and spent >= min(JUDGED_AFTER, most):
                judged = True
                if spent / trained * epochs > most:
                    raise TooLong(spent / trained * epochs, most)


def compiling(names: Sequence[str], fleets: Sequence[Replicates]) -> str:
    """Return what is compiled for, as a sentence; empty once that is done for every fleet.

    `names` are those of all fleets that there will be; `fleets` may still be growing.
    """
    known = [fleet.compiled for fleet in tuple(fleets)]
    known += [False] * (len(names) - len(known))
    if all(known):
        return ""
    next_one = known.index(False)
    return f"Compiling for {names[next_one]} ({next_one + 1} of {len(names)})…"


def _duration(seconds: float) -> str:
    for unit, length in (("hour", 3600.0), ("minute", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}s"
    return f"{seconds:.2g} seconds"
