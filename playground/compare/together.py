"""Replicates of several kinds, trained beside one another on all cores."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from playground.compare.replicates import CHUNK, Replicates


def together(fleets: Sequence[Replicates], epochs: int) -> Iterator[float]:
    """Train each of `fleets` for `epochs`; yield, again and again, the share of the epochs that is done.

    JAX computes without holding the interpreter, so threads use all cores; one who stops listening stops them after
    the chunk they are at.
    """
    whole = epochs * len(fleets)
    pool = ThreadPoolExecutor(max_workers=os.cpu_count())

    def go_on(fleet: Replicates) -> Future[None]:
        return pool.submit(fleet.advance, min(CHUNK, epochs - fleet.epochs))

    try:
        busy = {go_on(fleet): fleet for fleet in fleets}
        while busy:
            for future in wait(busy, return_when=FIRST_COMPLETED).done:
                fleet = busy.pop(future)
                future.result()  # raises what went wrong
                if fleet.epochs < epochs:
                    busy[go_on(fleet)] = fleet
            yield sum(fleet.epochs for fleet in fleets) / whole
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
