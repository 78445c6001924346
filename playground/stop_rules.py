"""When a run ends by itself: the rules a person sets, what they find at an epoch's end, and how the end is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import jax.numpy as jnp
from jax import Array

NO_RULE, GOAL, PATIENCE = 0, 1, 2


class Rules(NamedTuple):
    """When a run ends by itself, besides after so many updates.

    `goal` is the training loss to reach, `patience` how many updates the test loss may go without a new low.
    `since` is the update from which the settings in force hold: what was found up to it does not count.
    """

    goal: Array
    patience: Array
    since: Array


class Verdict(NamedTuple):
    """What the rules found at the last epoch's end: the lowest test loss, the update of it, the rule met.

    `met` is `NO_RULE`, `GOAL` or `PATIENCE`.
    """

    low: Array
    low_at: Array
    met: Array


def unjudged() -> Verdict:
    """Return what is found before the first epoch's end: nothing."""
    return Verdict(jnp.float32(jnp.inf), jnp.int32(0), jnp.int32(NO_RULE))


def judged(verdict: Verdict, rules: Rules, update: Array, train_loss: Array, test_loss: Array) -> Verdict:
    """Return what the `rules` find after `update` updates, at an epoch's end; `verdict` is that of the one before."""
    low, low_at, _ = verdict
    is_low = (low_at <= rules.since) | (test_loss < low)
    tired = ~is_low & (update - low_at >= rules.patience)
    return Verdict(
        low=jnp.where(is_low, test_loss, low),
        low_at=jnp.where(is_low, update, low_at),
        met=jnp.where(train_loss <= rules.goal, GOAL, jnp.where(tired, PATIENCE, NO_RULE)),
    )


def may_go_on(verdict: Verdict, rules: Rules, update: Array) -> Array:
    """Return whether no rule was met after `update` updates, under the settings in force."""
    return (verdict.met == NO_RULE) | (update <= rules.since)


@dataclass(frozen=True)
class Ending:
    """Why a run does not go on: `state` is "finished" or "diverged", `reason` a sentence for a person."""

    state: Literal["finished", "diverged"]
    reason: str


def diverged(update: int) -> Ending:
    """Return the end of a run whose numbers were finite up to `update`, and not after it."""
    return Ending(
        "diverged",
        f"Training diverged after update {update:,}: the next numbers were no longer finite. "
        "The last finite picture is kept. Lower the learning rate and press play; "
        "if that comes too late, go back some steps or reset.",
    )
