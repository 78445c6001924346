"""Ways to go downhill, one entry each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax import Array

from playground.nn.implicit import implicit_step
from playground.nn.network import Parameters

Objective = Callable[[Parameters], Array]
Memory = Any  # whatever an optimizer carries from one update to the next: a pytree


class Hyper(NamedTuple):
    """The numbers that can change while a network trains, each a float32 scalar.

    They are traced, so that moving one never compiles anything. `average_after` counts updates.
    """

    learning_rate: Array
    momentum: Array
    decay: Array
    beta1: Array
    beta2: Array
    average_after: Array
    l1: Array
    l2: Array
    dropout: Array
    delta: Array


class Step(NamedTuple):
    """What one update gives: the new parameters and the new memory."""

    parameters: Parameters
    memory: Memory


@dataclass(frozen=True)
class Optimizer:
    """A rule for one update.

    Attributes
    ----------
    label : str
        Name shown to a person.
    about : str
        One sentence on the idea.
    start : callable
        ``start(parameters, hyper)`` gives the memory before the first update.
    update : callable
        ``update(objective, parameters, memory, hyper, number)`` gives the `Step` of update `number`
        (0 is the first) on the batch whose loss `objective` computes.
    shown : callable
        ``shown(parameters, memory)`` gives the parameters to look at and to judge: for averaged descent
        the average, else the parameters themselves.
    uses : tuple of str
        The settings it reads beside the learning rate.
    """

    label: str
    about: str
    start: Callable[[Parameters, Hyper], Memory]
    update: Callable[[Objective, Parameters, Memory, Hyper, Array], Step]
    shown: Callable[[Parameters, Memory], Parameters] = field(default=lambda parameters, memory: parameters)
    uses: tuple[str, ...] = ()


def _from_optax(
    label: str, about: str, make: Callable[[Hyper], optax.GradientTransformation], uses: tuple[str, ...] = ()
) -> Optimizer:
    """Wrap an optax transformation whose numbers are the traced ones of `Hyper`."""

    def update(
        objective: Objective, parameters: Parameters, memory: Memory, hyper: Hyper, number: Array
    ) -> Step:
        changes, memory = make(hyper).update(jax.grad(objective)(parameters), memory, parameters)
        return Step(optax.apply_updates(parameters, changes), memory)

    return Optimizer(label, about, lambda parameters, hyper: make(hyper).init(parameters), update, uses=uses)


def _average(
    objective: Objective, parameters: Parameters, memory: Memory, hyper: Hyper, number: Array
) -> Step:
    """Take a plain step and fold the result into the running mean of all iterates since `average_after`.

    Source: Polyak & Juditsky 1992, eq. (2); before averaging starts the mean is the iterate itself. The
    iterates in the mean are counted, not computed from `number`: `average_after` may move while training.
    """
    mean, count = memory
    parameters = jax.tree.map(
        lambda p, g: p - hyper.learning_rate * g, parameters, jax.grad(objective)(parameters)
    )
    count = jnp.where(number >= hyper.average_after, count + 1, 0)
    share = 1.0 / jnp.maximum(count, 1)
    return Step(parameters, (optax.incremental_update(parameters, mean, share), count))


def _implicit(
    objective: Objective, parameters: Parameters, memory: Memory, hyper: Hyper, number: Array
) -> Step:
    return Step(implicit_step(objective, parameters, hyper.learning_rate), memory)


OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": _from_optax(
        "Gradient descent",
        "A step straight down the slope of the batch.",
        lambda h: optax.sgd(h.learning_rate),
    ),
    "momentum": _from_optax(
        "Momentum",
        "Steps add up like a rolling ball: faster along a valley, slower to turn.",
        lambda h: optax.sgd(h.learning_rate, momentum=h.momentum),
        uses=("momentum",),
    ),
    "nesterov": _from_optax(
        "Nesterov",
        "Momentum that looks ahead before it measures the slope.",
        lambda h: optax.sgd(h.learning_rate, momentum=h.momentum, nesterov=True),
        uses=("momentum",),
    ),
    "adagrad": _from_optax(
        "AdaGrad",
        "Each weight's step shrinks with all the slope it has seen.",
        lambda h: optax.adagrad(h.learning_rate),
    ),
    "rmsprop": _from_optax(
        "RMSProp",
        "Each weight's step is scaled by the recent size of its slope.",
        lambda h: optax.rmsprop(h.learning_rate, decay=h.decay),
        uses=("decay",),
    ),
    "adam": _from_optax(
        "Adam",
        "Momentum and per-weight scaling together, corrected for their slow start.",
        lambda h: optax.adam(h.learning_rate, b1=h.beta1, b2=h.beta2),
        uses=("beta1", "beta2"),
    ),
    "averaged": Optimizer(
        "Averaged (Polyak–Ruppert)",
        "Plain steps, but the network shown is the average of all since averaging began.",
        lambda parameters, hyper: (parameters, jnp.int32(0)),
        _average,
        shown=lambda parameters, memory: memory[0],
        uses=("average_after",),
    ),
    "implicit": Optimizer(
        "Implicit (proximal)",
        "Uses the slope where the step ends, not where it begins: slower to compute, hard to overshoot.",
        lambda parameters, hyper: (),
        _implicit,
    ),
}
