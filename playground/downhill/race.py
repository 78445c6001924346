"""What a race on a surface is made of: who takes part, from where, for how long and with how much noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

from playground.downhill.surface import Surface
from playground.downhill.wording import placed
from playground.nn.optimizers import OPTIMIZERS

MOST_STEPS = 2000
MOST_WALKERS = 8
MOST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Walker:
    """An optimizer with its numbers, as it goes down a surface.

    Attributes
    ----------
    optimizer : str
        A name from `OPTIMIZERS`.
    rate : float
        Its learning rate.
    momentum, decay, beta1, beta2 : float
        What the optimizers beside the rate read.
    average_after : int
        Steps after which averaged descent begins to average.

    Raises
    ------
    ValueError
        If there is no such optimizer, or a number is outside its limits.
    """

    optimizer: str
    rate: float
    momentum: float = 0.9
    decay: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    average_after: int = 0

    def __post_init__(self) -> None:
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"There is no optimizer {self.optimizer!r}, only {', '.join(OPTIMIZERS)}")
        if not 0 < self.rate < math.inf:
            raise ValueError(f"The learning rate is above 0 and finite, not {self.rate:g}")
        for name in ("momentum", "decay", "beta1", "beta2"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} is at least 0 and below 1, not {getattr(self, name):g}")
        if self.average_after < 0:
            raise ValueError(f"Averaging begins after 0 or more steps, not {self.average_after}")

    @property
    def label(self) -> str:
        """The optimizer's name for people."""
        return OPTIMIZERS[self.optimizer].label


@dataclass(frozen=True)
class Race:
    """Walkers on one surface, from one place.

    Attributes
    ----------
    surface : Surface
        Where.
    walkers : tuple of Walker
        Who: one to `MOST_WALKERS`, also the same optimizer at several rates.
    start : tuple of float
        Coordinates of the first position, (dimension,); empty for the surface's own.
    steps : int
        Steps to take, 1 to `MOST_STEPS`.
    batch : int or None
        Rows behind each gradient, the same ones for all walkers, drawn in a new order for each pass as in training;
        None for the exact gradient.
    seed : int
        Of that order.

    Raises
    ------
    ValueError
        If one of these is outside its limits, or there is a batch on a surface without rows of data.
    """

    surface: Surface
    walkers: tuple[Walker, ...]
    start: tuple[float, ...] = ()
    steps: int = 100
    batch: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= len(self.walkers) <= MOST_WALKERS:
            raise ValueError(f"A race has 1 to {MOST_WALKERS} optimizers, not {len(self.walkers)}")
        if not 1 <= self.steps <= MOST_STEPS:
            raise ValueError(f"A race has 1 to {MOST_STEPS} steps, not {self.steps}")
        if not 0 <= self.seed <= MOST_SEED:
            raise ValueError(f"A seed is from 0 to {MOST_SEED}, not {self.seed}")
        rows = self.surface.rows
        if self.batch is not None and not rows:
            raise ValueError(
                f"The surface {self.surface.label} comes from no data: its gradient is always exact, without a batch"
            )
        if self.batch is not None and not 1 <= self.batch <= rows:
            raise ValueError(
                f"A batch has 1 to {rows} rows on the surface {self.surface.label}, not {self.batch}"
            )
        place = self.surface.place(self.start or self.surface.start)
        object.__setattr__(self, "start", tuple(place.tolist()))
        # Beyond this, nothing is left to see; and what is squared there is still far from infinite.
        if not all(
            low - 10 * (high - low) <= value <= high + 10 * (high - low)
            for value, (low, high) in zip(self.start, self.surface.window, strict=True)
        ):
            raise ValueError(f"The start {placed(self.start)} lies more than ten windows away")


def fitting_rate(surface: Surface, optimizer: str) -> float:
    """Return a learning rate with which something is to be seen of an optimizer on a surface.

    Optimizers whose step is proportional to the slope take the surface's own; with momentum, a third of it, since
    steps add up. The others' first steps are about as long as the rate whatever the slope, so they take a share of the
    window: AdaGrad, whose steps shrink, a larger one; RMSProp, which ends in swings as wide as its rate, a smaller one.
    """
    match optimizer:
        case "momentum" | "nesterov":
            rate = surface.rate / 3
        case "adam":
            rate = surface.width / 100
        case "rmsprop":
            rate = surface.width / 200
        case "adagrad":
            rate = surface.width / 10
        case _:
            rate = surface.rate
    return float(f"{rate:.2g}")
