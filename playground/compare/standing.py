"""Who is ahead by each clock: the lanes' losses where they have spent equally much of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.experiment import Experiment
from playground.run import Run

LEVEL = 0.05  # losses this near to the lowest, relative to it, are level
MOST_SECONDS = 2.0  # of training once more; where it would take longer, nothing is said
Steps = Sequence[tuple[int, Mapping[str, Any]]]


@dataclass(frozen=True)
class Lane:
    """A lane at the moment it is looked at.

    Attributes
    ----------
    name : str
        Its name.
    experiment : Experiment
        Its settings at the start.
    steps : sequence of (update, settings)
        What was changed on the way.
    update : int
        The updates it has made.
    per_epoch : int
        Its updates in an epoch.
    seconds : float
        What an update costs on this machine.
    """

    name: str
    experiment: Experiment
    steps: Steps
    update: int
    per_epoch: int
    seconds: float


def standing(lanes: Sequence[Lane]) -> str:
    """Return, in a sentence, who is ahead by updates, by examples and by compute time.

    By each clock the lanes are compared where all have spent what the one that has spent least has, so the others are
    trained once more up to there. Empty if there are not two lanes to compare.
    """
    if len(lanes) < 2:
        return ""
    clocks: dict[str, tuple[str, list[float], list[float]]] = {
        "updates": ("{} each", [float(lane.update) for lane in lanes], [1.0 for _ in lanes]),
        "examples": (
            "{} epochs each",
            [lane.update / lane.per_epoch for lane in lanes],
            [1 / lane.per_epoch for lane in lanes],
        ),
        "compute time": (
            "{} ms each",
            [1000 * lane.update * lane.seconds for lane in lanes],
            [1000 * lane.seconds for lane in lanes],
        ),
    }
    least = {clock: min(spent) for clock, (_, spent, _) in clocks.items()}
    # Rounding must not take away an update that a ratio of whole numbers allows.
    wanted = {
        clock: [
            min(lane.update, int(least[clock] / cost + 1e-6)) for lane, cost in zip(lanes, costs, strict=True)
        ]
        for clock, (_, _, costs) in clocks.items()
    }
    found = [_losses(lane, {wanted[clock][n] for clock in clocks}) for n, lane in enumerate(lanes)]
    told = []
    for clock, (amount, _, _) in clocks.items():
        losses = [found[n].get(update) for n, update in enumerate(wanted[clock])]
        known = [loss for loss in losses if loss is not None]
        if len(known) == len(losses):
            each = amount.format(_short(least[clock]))
            numbers = " / ".join(_short(loss) for loss in known)
            told.append(f"by {clock} ({each}: {numbers}), {_verdict([lane.name for lane in lanes], known)}")
    text = "; ".join(told)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _losses(lane: Lane, updates: set[int]) -> dict[int, float]:
    """Return the training loss after each of the `updates` that can be reached in little time."""
    reachable = sorted(update for update in updates if update * lane.seconds <= MOST_SECONDS)
    run = Run(lane.experiment, lane.steps)
    found = {0: float(run.first_frame.train_loss[0])}
    frames = run.visit([update for update in reachable if update])
    return found | dict(zip(frames.update.tolist(), frames.train_loss.tolist(), strict=True))


def _verdict(names: Sequence[str], losses: Sequence[float]) -> str:
    lowest = min(losses)
    ahead = [name for name, loss in zip(names, losses, strict=True) if loss <= lowest * (1 + LEVEL)]
    if len(ahead) == len(names):
        return "too close to call"
    return f"{ahead[0]} is ahead" if len(ahead) == 1 else f"{', '.join(ahead[:-1])} and {ahead[-1]} are ahead"


def _short(value: float) -> str:
    """Return three significant figures, without an exponent where one can do without."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else np.format_float_positional(rounded, trim="-")
