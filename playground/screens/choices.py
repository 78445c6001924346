"""What a widget offers, and what a choice means for the setting behind it: pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from playground.experiment import Experiment
from playground.kinds import Real

LOG_STEPS = (1, 2, 3, 5)


def log_options(kind: Real, value: float) -> list[float]:
    """Return the stops of a logarithmic slider: 1, 2, 3, 5 of each decade, the limits, and the present value."""
    decades = range(-7, 3)
    stops = {float(f"{step}e{decade}") for decade in decades for step in LOG_STEPS}
    inside = {stop for stop in stops if kind.low <= stop <= kind.high}
    return sorted(inside | {kind.low, kind.high, value} | ({0.0} if kind.or_zero else set()))


def decimals(number: float) -> int:
    """Return how many digits behind the point `number` needs."""
    return len(f"{number:.6f}".rstrip("0").partition(".")[2])


def ordered(options: Iterable[str], chosen: Iterable[str]) -> tuple[str, ...]:
    """Return the chosen options in the table's order, however they were clicked."""
    picked = set(chosen)
    return tuple(option for option in options if option in picked)


def resized(hidden: tuple[int, ...], layers: int) -> tuple[int, ...]:
    """Return `hidden` with so many layers: new ones are as wide as the last."""
    return (hidden + (hidden[-1:] or (4,)) * layers)[:layers]


def replaced(values: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    """Return `values` with one of them replaced, if there are so many."""
    return (*values[:index], value, *values[index + 1 :]) if index < len(values) else values


def with_activation(experiment: Experiment, layer: int, name: str) -> tuple[str, ...]:
    """Return the setting `activation` with that of `layer` replaced; one name where all layers have the same."""
    activations = replaced(experiment.activations, layer, name)
    return activations[:1] if len(set(activations)) == 1 else activations or experiment.activation


def batch_mode(experiment: Experiment) -> str:
    """Return which way of descending the batch size is: "stochastic", "mini" or "full"."""
    return {1: "stochastic", "full": "full"}.get(experiment.batch, "mini")


def batch_of(mode: str, experiment: Experiment) -> int | str:
    """Return the batch size that stands for `mode`; one that is of that mode stays."""
    sizes: dict[str, int | str] = {"stochastic": 1, "mini": 10, "full": "full"}
    return experiment.batch if mode == batch_mode(experiment) else sizes[mode]
