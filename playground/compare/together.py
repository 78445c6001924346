"""Replicates of several kinds, trained beside one another on all cores."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from playground.compare.replicates import CHUNK, Replicates


def together(fleets: Sequence[Replicates], epochs: int) -> Iterator[float]:
    """Train each of `fleets` for `epochs`; yield, again and again, the share of the epochs that is done.

    They go in rounds, a chunk each. One who stops listening stops them after the round they are at, so that all have
    trained equally long. Only of the first round, which has to wait for the compiler, the rest is left out.
    """
    whole = epochs * len(fleets)
    # JAX computes without holding the interpreter, so threads use all cores.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for trained in range(0, epochs, CHUNK):
            chunk = min(CHUNK, epochs - trained)
            busy = [pool.submit(fleet.advance, chunk) for fleet in fleets]
            try:
                for future in as_completed(busy):
                    future.result()  # raises what went wrong
                    yield sum(fleet.epochs for fleet in fleets) / whole
            finally:
                if trained == 0:
                    for future in busy:
                        future.cancel()


def compiling(names: Sequence[str], fleets: Sequence[Replicates]) -> str:
    """Return what is compiled for, as a sentence; empty once every fleet has trained a chunk.

    `names` are those of all fleets that there will be; `fleets` may still be growing.
    """
    known = [bool(fleet.epochs) for fleet in tuple(fleets)]
    known += [False] * (len(names) - len(known))
    if all(known):
        return ""
    next_one = known.index(False)
    return f"Compiling for {names[next_one]} ({next_one + 1} of {len(names)})…"
