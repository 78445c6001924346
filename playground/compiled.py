"""Functions that JAX compiles anew for each plan: how many are kept, and who waited for the compiler."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import jax
from jax import monitoring

MOST_COMPILED = 64  # in each room; some 5 MB each
COMPILING = "/jax/core/compile/"  # how JAX names all events of tracing, lowering and compiling

R = TypeVar("R")

_functions: defaultdict[str, list[Any]] = defaultdict(list)
_kept: defaultdict[str, set[Hashable]] = defaultdict(set)
_lock = threading.Lock()
_this_thread = threading.local()


def planned(
    *static: str, room: str = "networks", **options: Any
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Decorate a function to be compiled for each value of its argument ``plan`` and of those named in `static`.

    The `options` are those of `jax.jit`. All functions of a `room` are under the limit that `remember` keeps for it.
    """

    def decorate(function: Callable[..., R]) -> Callable[..., R]:
        compiled = jax.jit(function, static_argnames=("plan", *static), **options)
        _functions[room].append(compiled)
        return compiled

    return decorate


def remember(*what: Hashable, room: str = "networks") -> None:
    """Note that code will be compiled for `what`: a plan, and whatever else decides the shapes of arrays.

    Compiled code stays in memory. A visitor who tries out everything must not fill it, so after `MOST_COMPILED`
    different ones all of the room is thrown away, and what is still in use is compiled, or read from disk, once more.
    """
    with _lock:
        kept = _kept[room]
        if what not in kept and len(kept) >= MOST_COMPILED:
            kept.clear()
            for function in _functions[room]:
                function.clear_cache()
        kept.add(what)


def compilations() -> int:
    """Return a number that grows whenever the calling thread has to trace or compile something."""
    return int(getattr(_this_thread, "count", 0))


def _count(event: str, duration_secs: float, **details: str | int) -> None:
    if event.startswith(COMPILING):
        _this_thread.count = compilations() + 1


monitoring.register_event_duration_secs_listener(_count)
