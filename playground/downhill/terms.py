"""The terms of each optimizer's update, as it made them: read from its memory before and after a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import optax
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Terms = dict[str, Floats]

# What optax adds under the root, or beside it, so that nothing is divided by zero.
ADAGRAD_EPSILON, RMSPROP_EPSILON = 1e-7, 1e-8


@dataclass(frozen=True)
class Seen:
    """What was seen of a walker's steps; every array has a leading axis of steps.

    Attributes
    ----------
    gradient : ndarray
        The slope where the step begins, on the batch, (steps, dimension).
    arrival : ndarray
        The slope where it ends, on the same batch, (steps, dimension).
    step : ndarray
        How far it went, (steps, dimension).
    before, after : pytree
        The optimizer's memory.
    betas : tuple of float
        Adam's β₁ and β₂.
    """

    gradient: Floats
    arrival: Floats
    step: Floats
    before: Any
    after: Any
    betas: tuple[float, float]


@dataclass(frozen=True)
class Rule:
    """An optimizer's update as a formula, with η the learning rate, g the slope, and the terms in it as numbers.

    Attributes
    ----------
    formula : str
        As text; its letters are the keys of what `terms` gives, in words.
    terms : callable
        ``terms(seen)`` gives name -> (steps, dimension), in the order in which they are computed.
    """

    formula: str
    terms: Callable[[Seen], Terms]


def _memory(seen: Seen, name: str) -> tuple[Floats, Floats]:
    """Return the part `name` of optax's memory before and after."""
    before, after = (np.asarray(optax.tree.get(memory, name)) for memory in (seen.before, seen.after))
    return before, after


def _plain(seen: Seen) -> Terms:
    return {"slope": seen.gradient, "step": seen.step}


def _with_velocity(seen: Seen) -> Terms:
    before, after = _memory(seen, "trace")
    return {
        "slope": seen.gradient,
        "velocity before": before,
        "velocity after": after,
        "step": seen.step,
    }


def _adagrad(seen: Seen) -> Terms:
    before, after = _memory(seen, "sum_of_squares")
    return {
        "slope": seen.gradient,
        "sum of squares before": before,
        "sum of squares after": after,
        "root": np.sqrt(after + ADAGRAD_EPSILON),
        "step": seen.step,
    }


def _rmsprop(seen: Seen) -> Terms:
    before, after = _memory(seen, "nu")
    return {
        "slope": seen.gradient,
        "mean square before": before,
        "mean square after": after,
        "root": np.sqrt(after + RMSPROP_EPSILON),
        "step": seen.step,
    }


def _adam(seen: Seen) -> Terms:
    (m_before, m), (v_before, v) = _memory(seen, "mu"), _memory(seen, "nu")
    # Who leaves with the first step has made none.
    count = np.maximum(np.asarray(optax.tree.get(seen.after, "count"), float)[:, None], 1)
    # Its memory holds neither: Kingma & Ba 2015, algorithm 1.
    first, second = (moment / (1 - beta**count) for moment, beta in zip((m, v), seen.betas, strict=True))
    return {
        "slope": seen.gradient,
        "m before": m_before,
        "v before": v_before,
        "m after": m,
        "v after": v,
        "corrected m": first,
        "corrected v": second,
        "step": seen.step,
    }


def _averaged(seen: Seen) -> Terms:
    (before, _), (after, count) = seen.before, seen.after
    return {
        "slope": seen.gradient,
        "step": seen.step,
        "average before": np.asarray(before),
        "average after": np.asarray(after),
        "averaged steps": np.broadcast_to(np.asarray(count, float)[:, None], seen.step.shape),
    }


def _implicit(seen: Seen) -> Terms:
    return {"slope": seen.gradient, "slope at the end": seen.arrival, "step": seen.step}


RULES: dict[str, Rule] = {
    "sgd": Rule("step = −η·g", _plain),
    "momentum": Rule("velocity ← μ·velocity + g;  step = −η·velocity", _with_velocity),
    "nesterov": Rule("velocity ← μ·velocity + g;  step = −η·(g + μ·velocity)", _with_velocity),
    "adagrad": Rule(
        "sum of squares ← sum of squares + g²;  step = −η·g / √(sum of squares + 10⁻⁷)", _adagrad
    ),
    "rmsprop": Rule(
        "mean square ← ρ·mean square + (1 − ρ)·g²;  step = −η·g / √(mean square + 10⁻⁸)", _rmsprop
    ),
    "adam": Rule(
        "m ← β₁·m + (1 − β₁)·g;  v ← β₂·v + (1 − β₂)·g²;  corrected by m/(1 − β₁ᵗ) and v/(1 − β₂ᵗ);  "
        "step = −η·corrected m / (√(corrected v) + 10⁻⁸)",
        _adam,
    ),
    "averaged": Rule("step = −η·g;  average ← average + (position − average) / averaged steps", _averaged),
    "implicit": Rule("step = −η·(slope at the end)", _implicit),
}
"""Optimizer -> its rule."""
