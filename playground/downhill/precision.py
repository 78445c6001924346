"""What everything here computes with: double precision on the processor.

A race is a few numbers many times over. In double precision its terms add up to the digits shown, costs fall below
1e-14 as they should, and a rate beside the border behaves as the theory says; a network trains in single precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import jax

from playground.planning import pick_device


@contextmanager
def precisely() -> Iterator[None]:
    """Let JAX compute in float64 on the CPU within a ``with`` block, in this thread."""
    with jax.enable_x64(True), jax.default_device(pick_device("auto")):
        yield
