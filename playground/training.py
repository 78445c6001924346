"""Training as a pure function: `advance` makes the updates of a chunk of frames.

What there is to see at each frame is made apart from it, in `playground.observing`: a new network then shows
its untrained picture while the slower half is still being compiled (measured: inlining the one in the other
compiled the pictures twice and doubled the wait for the first trained frame).

Everything here is a function of its arguments. The random numbers of an epoch or an update are folded from
the run's key and that epoch's or update's number, so the state after update *k* does not depend on how the
calls were cut.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from playground.compiled import planned
from playground.nn.losses import LOSSES
from playground.nn.network import Architecture, Parameters, logits
from playground.nn.optimizers import OPTIMIZERS, Hyper, Memory
from playground.nn.regularization import penalty
from playground.row_order import epoch_order
from playground.stop_rules import NO_RULE, Rules, Verdict, judged, may_go_on, unjudged

CAPACITY = 48  # frames one compiled call can hold
DROPOUT_STREAM = 1  # of the run's random numbers; the rows' order has another

# A person waits for the compiler at every new architecture. Measured on two CPU cores for 2-4-2-1 (2-8×6-1):
# 0.54 (0.57) s to compile by default, 0.24 (0.37) like this, at the same speed of training.
COMPILE_ADVANCE = {"xla_cpu_use_fusion_emitters": False, "xla_backend_optimization_level": 1}

# On the CPU, XLA calls each kernel of a loop's body anew, in every turn; only a loop over few bytes becomes one
# function. 256 kB instead of its 1 kB covers the loops of every network here: epochs of 2-4-2-1 with batches of
# 10 take 22 instead of 47 µs, of 2-8×6-1 with single rows 100 instead of 440. It is not among the options of a
# single compilation, and is read when JAX looks for its devices; set later, it does no harm and no good.
LOOPS = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=262144"
if "xla_backend_extra_options" not in os.environ.get("XLA_FLAGS", ""):
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {LOOPS}".strip()


@dataclass(frozen=True)
class Plan:
    """Everything about a run that is compiled into its code; equal plans share one executable.

    Attributes
    ----------
    architecture : Architecture
        Layer sizes and hidden activations.
    problem, loss, output, optimizer : str
        Names from the registries.
    rows : int
        Rows of training data in a full-sized batch.
    shuffle : bool
        Whether each epoch draws a new order of the rows.
    dropout : bool
        Whether hidden outputs are dropped; the rate itself is traced.
    map_stride : int
        Every how many grid points a neuron's small picture takes one.
    judged : bool
        Whether a stop rule looks at the losses at every epoch's end; its thresholds are traced.
    """

    architecture: Architecture
    problem: str
    loss: str
    output: str
    optimizer: str
    rows: int
    shuffle: bool
    dropout: bool
    map_stride: int
    judged: bool

    @property
    def pictured(self) -> Plan:
        """The same plan for all that differ only in how they train: their frames share one executable."""
        return replace(self, optimizer="sgd", rows=1, shuffle=False, dropout=False, judged=False)


class Data(NamedTuple):
    """The arrays a run is computed from: features and targets, (rows, …).

    `x_seen` holds the features of the plane's grid and below them those of the test rows, so that one
    forward pass serves the pictures and the test.
    """

    x_train: Array
    t_train: Array
    x_seen: Array
    t_test: Array


class State(NamedTuple):
    """All that changes while training: updates made, parameters, the optimizer's memory, the rules' verdict."""

    update: Array
    parameters: Parameters
    memory: Memory
    verdict: Verdict


def updates_per_epoch(rows: int, n_train: int) -> int:
    """Return how many batches of `rows` an epoch over `n_train` rows has, a short last one included."""
    return -(-n_train // rows)


@planned()
def start(plan: Plan, parameters: Parameters, hyper: Hyper) -> State:
    """Return the state before the first update."""
    return State(jnp.int32(0), parameters, OPTIMIZERS[plan.optimizer].start(parameters, hyper), unjudged())


def data_loss(
    plan: Plan,
    parameters: Parameters,
    hyper: Hyper,
    x: Array,
    t: Array,
    *,
    weight: Array | None = None,
    dropout: tuple[Array, Array] | None = None,
) -> Array:
    """Return the mean loss over the rows of `x`, or over those with `weight` 1, without any penalty."""
    z = logits(parameters, x, plan.architecture, dropout)
    per_row = LOSSES[plan.loss].per_row(z, t, plan.output, hyper.delta)
    if weight is None:
        return jnp.mean(per_row)
    return jnp.sum(per_row * weight) / jnp.sum(weight)


def losses(plan: Plan, state: State, hyper: Hyper, data: Data) -> tuple[Array, Array]:
    """Return the mean losses over the training and the test rows of the network as it is shown."""
    shown = OPTIMIZERS[plan.optimizer].shown(state.parameters, state.memory)
    x_test = data.x_seen[-len(data.t_test) :]
    return (
        data_loss(plan, shown, hyper, data.x_train, data.t_train),
        data_loss(plan, shown, hyper, x_test, data.t_test),
    )


def _may_go_on(plan: Plan, state: State, rules: Rules) -> Array | bool:
    return not plan.judged or may_go_on(state.verdict, rules, state.update)


def train_to(
    plan: Plan, state: State, hyper: Hyper, rules: Rules, data: Data, key: Array, target: Array
) -> tuple[State, Array]:
    """Make all updates up to number `target`, or to where a rule is met.

    Returns the new state and the last batch's loss.
    """
    n = data.x_train.shape[0]
    per_epoch = updates_per_epoch(plan.rows, n)
    padding = per_epoch * plan.rows - n
    optimizer = OPTIMIZERS[plan.optimizer]
    batch_loss = partial(data_loss, plan)

    def epoch(carry: tuple[State, Array]) -> tuple[State, Array]:
        state, last_loss = carry
        number = state.update // per_epoch
        x, t = data.x_train, data.t_train
        if plan.shuffle and plan.rows < n:
            order = epoch_order(key, number, n)
            x, t = x[order], t[order]
        if padding:
            x, t = (jnp.pad(a, ((0, padding), (0, 0))) for a in (x, t))

        def update(k: Array, carry: tuple[Parameters, Memory, Array]) -> tuple[Parameters, Memory, Array]:
            parameters, memory, _ = carry
            first = (k - number * per_epoch) * plan.rows
            xb = lax.dynamic_slice_in_dim(x, first, plan.rows)
            tb = lax.dynamic_slice_in_dim(t, first, plan.rows)
            weight = (first + jnp.arange(plan.rows) < n).astype(xb.dtype) if padding else None
            dropout = None
            if plan.dropout:
                dropout = (jax.random.fold_in(jax.random.fold_in(key, DROPOUT_STREAM), k), hyper.dropout)

            def loss(parameters: Parameters) -> Array:
                return batch_loss(parameters, hyper, xb, tb, weight=weight, dropout=dropout)

            step = optimizer.update(
                lambda p: loss(p) + penalty(p, hyper.l1, hyper.l2), parameters, memory, hyper, k
            )
            return step.parameters, step.memory, loss(parameters)

        stop = jnp.minimum(target, (number + 1) * per_epoch)
        parameters, memory, last_loss = lax.fori_loop(
            state.update, stop, update, (state.parameters, state.memory, last_loss)
        )
        verdict = state.verdict._replace(met=jnp.int32(NO_RULE))
        new = State(stop, parameters, memory, verdict)
        if plan.judged:
            verdict = lax.cond(
                stop == (number + 1) * per_epoch,
                lambda: judged(state.verdict, rules, stop, *losses(plan, new, hyper, data)),
                lambda: verdict,
            )
        return new._replace(verdict=verdict), last_loss

    def more(carry: tuple[State, Array]) -> Array:
        state, _ = carry
        return (state.update < target) & _may_go_on(plan, state, rules)

    return lax.while_loop(more, epoch, (state, jnp.float32(0)))


class Trace(NamedTuple):
    """What `advance` leaves for `observe`, per frame: update's number, parameters shown, batch loss."""

    update: Array
    parameters: Parameters
    batch_loss: Array


def _entry(plan: Plan, state: State, batch_loss: Array) -> Trace:
    shown = OPTIMIZERS[plan.optimizer].shown(state.parameters, state.memory)
    return Trace(state.update, shown, batch_loss)


@planned(compiler_options=COMPILE_ADVANCE)
def advance(
    plan: Plan,
    state: State,
    hyper: Hyper,
    rules: Rules,
    data: Data,
    key: Array,
    targets: Array,
    frames: Array,
    last_update: Array,
) -> tuple[State, Trace, Array, Array]:
    """Make the updates of one chunk of frames in one compiled call.

    Parameters
    ----------
    plan : Plan
        The static part; compiled once.
    state : State
        Where to begin.
    hyper, rules, data, key
        The traced numbers, the stop rules, the arrays and the run's random key.
    targets : Array
        The updates of the frames, rising from beyond the state's, (CAPACITY,).
    frames : Array
        How many of them are wanted, from the first on.
    last_update : Array
        No update is made beyond this one; the frame that reaches it is the last. A rule that is met ends the
        chunk sooner, in the same way; the state then says so.

    Returns
    -------
    state : State
        The state of the last frame made.
    trace : Trace
        What `observe` needs, with a leading axis of `CAPACITY`, of which the first `count` mean something.
    count : Array
        Frames made before an end was met.
    finite : Array
        False if the parameters after the last frame were no longer finite; that frame is not counted.
    """
    blank = jax.tree.map(
        lambda leaf: jnp.zeros((CAPACITY, *leaf.shape), leaf.dtype), _entry(plan, state, jnp.float32(0))
    )

    def more(carry: tuple[State, Trace, Array, Array]) -> Array:
        state, _, count, finite = carry
        return (count < frames) & finite & (state.update < last_update) & _may_go_on(plan, state, rules)

    def one(carry: tuple[State, Trace, Array, Array]) -> tuple[State, Trace, Array, Array]:
        state, trace, count, _ = carry
        target = jnp.minimum(targets[count], last_update)
        new, batch_loss = train_to(plan, state, hyper, rules, data, key, target)
        entry = _entry(plan, new, batch_loss)
        trace = jax.tree.map(lambda rows, leaf: rows.at[count].set(leaf), trace, entry)
        finite = jnp.all(jnp.stack([jnp.all(jnp.isfinite(leaf)) for leaf in jax.tree.leaves(new.parameters)]))
        state = jax.tree.map(lambda old, new: jnp.where(finite, new, old), state, new)
        return state, trace, count + finite, finite

    state, trace, count, finite = lax.while_loop(more, one, (state, blank, jnp.int32(0), jnp.bool_(True)))
    return state, trace, count, finite
