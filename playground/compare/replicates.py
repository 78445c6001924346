"""The same experiment under many random starts at once: what is luck in a run, and what is the method."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P
from numpy.typing import NDArray

from playground.compiled import planned, remember
from playground.experiment import SETTINGS, Experiment
from playground.kinds import Whole
from playground.nn.network import Parameters, logits
from playground.nn.optimizers import OPTIMIZERS, Hyper, Memory
from playground.observing import score
from playground.planning import data_of, hyper_of, initial_of, key_of, pick_devices, plan_of, rules_of
from playground.stop_rules import Rules
from playground.training import (
    COMPILE_ADVANCE,
    Data,
    Plan,
    State,
    losses,
    start,
    train_to,
    updates_per_epoch,
)

R = TypeVar("R")

CHUNK = 25  # epochs of one compiled call, at most
MOST = 512
LEAST_SECONDS = 0.1  # of measured updates: what an epoch has to do only once must not count for much

# Replicates that a device computes side by side; the groups take turns. All at once, 512 of the largest network would
# need 14 GB for a full batch (four bytes for each row and weight, twice). And a loop over few bytes is one function
# (see `training`): on two CPU cores an epoch of 64 default networks takes 2.4 ms like this instead of 12, with full
# batches 0.8 instead of 10, and no network was found to take longer. An accelerator is filled by many at once.
AT_ONCE = {"cpu": 2}
AT_ONCE_ELSEWHERE = 64

AXIS = "replicates"
SHARED, SHARDED = P(), P(AXIS)

Own = tuple[Parameters, Memory]
"""What each replicate has of its own in a `State`. All have made the same updates."""

_specs: dict[str, Any] = {"update": SHARED, "parameters": SHARDED, "memory": SHARDED, "verdict": SHARED}
STATES = State(**_specs)


def _at_once(mesh: Mesh) -> int:
    return AT_ONCE.get(mesh.devices.flat[0].platform, AT_ONCE_ELSEWHERE)


def _over_devices(mesh: Mesh, work: Callable[..., R], given: Any, made: Any) -> Callable[..., R]:
    """Return `work` spread over the devices of `mesh`, each of which sees its own replicates as if they were all.

    `given` and `made` say which axis of the arguments and of the results counts the replicates.
    """
    # No device waits for another, so what may vary between them needs no check.
    spread: Callable[..., R] = jax.shard_map(work, mesh=mesh, in_specs=given, out_specs=made, check_vma=False)
    return spread


@planned("mesh")
def _begin(
    plan: Plan, mesh: Mesh, parameters: Parameters, hyper: Hyper, data: Data
) -> tuple[State, tuple[Array, Array]]:
    def one(parameters: Parameters, hyper: Hyper, data: Data) -> tuple[Own, tuple[Array, Array]]:
        state = start(plan, parameters, hyper)
        return (state.parameters, state.memory), losses(plan, state, hyper, data)

    def work(parameters: Parameters, hyper: Hyper, data: Data) -> tuple[Own, tuple[Array, Array]]:
        return lax.map(lambda each: one(each, hyper, data), parameters, batch_size=_at_once(mesh))

    begin = _over_devices(mesh, work, (SHARDED, SHARED, SHARED), SHARDED)
    (own, memory), both = begin(parameters, hyper, data)
    shared = start(plan, jax.tree.map(lambda array: array[0], parameters), hyper)
    return shared._replace(parameters=own, memory=memory), both


@planned("mesh", compiler_options=COMPILE_ADVANCE)
def _train(
    plan: Plan,
    mesh: Mesh,
    states: State,
    hyper: Hyper,
    rules: Rules,
    data: Data,
    keys: Array,
    rates: Array,
    epochs: Array,
    per_epoch: Array,
) -> tuple[State, Array, Array]:
    """Make up to `CHUNK` epochs of `per_epoch` updates; return the states and the losses after each epoch.

    The losses are (CHUNK, replicates).
    """

    def work(
        states: State,
        hyper: Hyper,
        rules: Rules,
        data: Data,
        keys: Array,
        rates: Array,
        epochs: Array,
        per_epoch: Array,
    ) -> tuple[State, Array, Array]:
        def epoch(number: Array, carry: tuple[State, Array, Array]) -> tuple[State, Array, Array]:
            states, train_loss, test_loss = carry
            upto = states.update + per_epoch

            def one(part: tuple[Parameters, Memory, Array, Array]) -> tuple[Own, tuple[Array, Array]]:
                parameters, memory, key, rate = part
                state = states._replace(parameters=parameters, memory=memory)
                numbers = hyper._replace(learning_rate=rate)
                state, _ = train_to(plan, state, numbers, rules, data, key, upto)
                return (state.parameters, state.memory), losses(plan, state, numbers, data)

            parts = (states.parameters, states.memory, keys, rates)
            (parameters, memory), (train, test) = lax.map(one, parts, batch_size=_at_once(mesh))
            states = states._replace(update=upto, parameters=parameters, memory=memory)
            return states, train_loss.at[number].set(train), test_loss.at[number].set(test)

        blank = jnp.zeros((CHUNK, len(keys)))
        return lax.fori_loop(0, epochs, epoch, (states, blank, blank))

    given = (STATES, SHARED, SHARED, SHARED, SHARDED, SHARDED, SHARED, SHARED)
    made = (STATES, P(None, AXIS), P(None, AXIS))
    return _over_devices(mesh, work, given, made)(states, hyper, rules, data, keys, rates, epochs, per_epoch)


@planned("mesh")
def _scores(plan: Plan, mesh: Mesh, parameters: Parameters, data: Data) -> tuple[Array, Array]:
    def one(parameters: Parameters, data: Data) -> tuple[Array, Array]:
        x_test = data.x_seen[-len(data.t_test) :]
        train, test = (logits(parameters, x, plan.architecture) for x in (data.x_train, x_test))
        return (
            score(plan.problem, plan.output, train, data.t_train),
            score(plan.problem, plan.output, test, data.t_test),
        )

    def work(parameters: Parameters, data: Data) -> tuple[Array, Array]:
        return lax.map(lambda each: one(each, data), parameters, batch_size=_at_once(mesh))

    return _over_devices(mesh, work, (SHARDED, SHARED), SHARDED)(parameters, data)


class Replicates:
    """Many runs of an experiment that differ in what is drawn at random, or in the learning rate, trained at once.

    Replicate *r* is, up to rounding, the run of the experiment with `start` raised by *r*, except that with
    ``vary="order"`` all have the initial weights of the first; the first is the run itself. Stop rules are left out:
    all train equally long. They are spread over all devices of the kind that is asked for.

    Parameters
    ----------
    experiment : Experiment
        What to train.
    count : int
        How many replicates.
    vary : {"order", "weights", "rates"}
        What differs: the order of the rows (and what dropout drops) alone, or the initial weights as well; or neither,
        only the learning rates.
    rates : sequence of float, optional
        With ``vary="rates"``, the learning rate of each replicate.

    Attributes
    ----------
    count : int
        How many replicates.
    compiled : bool
        Whether the compiler has been waited for.
    train_loss, test_loss : ndarray
        Mean losses over the whole sets, (epochs + 1, count), the untrained ones first. Not finite from where a
        replicate has diverged.

    Raises
    ------
    ValueError
        If `count` is not from 1 to 512, `vary` is none of the words, or there are not as many `rates` as it asks for.

    Examples
    --------
    >>> luck = Replicates(Experiment(hidden=(3,), points=40), 8, vary="weights")
    >>> luck.advance(20)
    >>> luck.train_loss.shape
    (21, 8)
    """

    def __init__(
        self,
        experiment: Experiment,
        count: int,
        *,
        vary: Literal["order", "weights", "rates"],
        rates: Sequence[float] = (),
    ) -> None:
        if not 1 <= count <= MOST:
            raise ValueError(f"count={count} is not allowed: it must be from 1 to {MOST}")
        if vary not in ("order", "weights", "rates"):
            raise ValueError(f"vary={vary!r} is not allowed: it must be order, weights or rates")
        if len(rates) != (count if vary == "rates" else 0):
            raise ValueError(f"{len(rates)} rates do not fit count={count} with vary={vary!r}")
        self.count = count
        self.compiled = False
        self.experiment = experiment.changed(stop_loss=0.0, patience=0)
        self.plan = plan_of(self.experiment)
        self._mesh = Mesh(np.array(pick_devices(experiment.device)), AXIS)
        arrays = data_of(self.experiment)
        remember(self.plan, "replicates", len(arrays.x_train), len(arrays.t_test), count)
        self.n_train = len(arrays.x_train)
        self.updates_per_epoch = updates_per_epoch(self.plan.rows, len(arrays.x_train))
        numbers = hyper_of(self.experiment, self.updates_per_epoch)
        rules = rules_of(self.experiment, self.updates_per_epoch, 0)
        self._hyper, self._rules, self._data = self._put((numbers, rules, arrays), SHARED)
        members = [
            self.experiment.changed(start=start_of(experiment, number * (vary != "rates")))
            for number in range(count)
        ]
        drawn = [initial_of(member) for member in (members if vary == "weights" else members[:1] * count)]
        parameters = jax.tree.map(lambda *leaves: np.stack(leaves), *drawn)
        keys = jnp.stack([key_of(member) for member in members])
        each = np.array(rates or [experiment.learning_rate] * count, np.float32)
        # Every device gets as many, in full groups: the last one again where one is missing.
        group = _at_once(self._mesh) * self._mesh.size
        full = np.minimum(np.arange(-(-count // group) * group), count - 1)
        parts = jax.tree.map(lambda array: array[full], (parameters, keys, each))
        parameters, self._keys, self._rates = self._put(parts, SHARDED)
        # What is looked at is the same however it is trained: sweeps begin many.
        self._seen = replace(self.plan, rows=1, shuffle=False, dropout=False, judged=False)
        self._states, found = _begin(self._seen, self._mesh, parameters, self._hyper, self._data)
        self.train_loss, self.test_loss = (np.asarray(loss)[None, :count] for loss in found)

    def _put(self, arrays: Any, spec: P) -> Any:
        return jax.device_put(arrays, NamedSharding(self._mesh, spec))

    @property
    def epochs(self) -> int:
        """Epochs trained so far."""
        return len(self.train_loss) - 1

    def _shown(self) -> Parameters:
        return OPTIMIZERS[self.plan.optimizer].shown(self._states.parameters, self._states.memory)

    @property
    def scores(self) -> NDArray[np.float32]:
        """Accuracy (or R²) of the networks now, on the training rows and on the test rows, (2, count).

        Not a number for one that has diverged.
        """
        found = _scores(self._seen, self._mesh, self._shown(), self._data)
        both = np.stack([np.asarray(score)[: self.count] for score in found])
        return np.where(np.isfinite(self.train_loss[-1]), both, np.float32(np.nan))

    @property
    def params(self) -> list[dict[str, NDArray[np.float32]]]:
        """The networks now: per layer ``{"w": (count, fan_in, fan_out), "b": (count, fan_out)}``."""
        shown = self._shown()
        return [{name: np.asarray(array)[: self.count] for name, array in layer.items()} for layer in shown]

    def _trained(self, epochs: int, per_epoch: int) -> tuple[State, Array, Array]:
        fixed = (self._hyper, self._rules, self._data, self._keys, self._rates)
        made = _train(self.plan, self._mesh, self._states, *fixed, np.int32(epochs), np.int32(per_epoch))
        self.compiled = True
        return made

    def compile(self) -> None:
        """Wait for the compiler, and train nothing."""
        jax.block_until_ready(self._trained(0, 0))

    def seconds_per_epoch(self) -> float:
        """Return about how long an epoch of all replicates takes now, from a few updates that are not kept.

        An epoch can take minutes: whoever wants to know that has no time to train one.
        """

        def timed(updates: int) -> float:
            started = time.perf_counter()
            jax.block_until_ready(self._trained(1, updates))
            return time.perf_counter() - started

        self.compile()
        without = timed(0)  # the losses after it
        updates = 1
        while (took := timed(updates) - without) < LEAST_SECONDS and updates < self.updates_per_epoch:
            updates = min(4 * updates, self.updates_per_epoch)
        return without + max(took, 0) * self.updates_per_epoch / updates

    def advance(self, epochs: int) -> None:
        """Train every replicate for so many epochs more, at least 1."""
        if epochs < 1:
            raise ValueError(f"epochs={epochs} is not allowed: it must be at least 1")
        while epochs > 0:
            now = min(epochs, CHUNK)
            self._states, *found = self._trained(now, self.updates_per_epoch)
            train, test = (np.asarray(loss)[:now, : self.count] for loss in found)
            self.train_loss = np.concatenate([self.train_loss, train])
            self.test_loss = np.concatenate([self.test_loss, test])
            epochs -= now

    def band(self, low: float = 10, high: float = 90) -> NDArray[np.float64]:
        """Return the percentile `low`, the median and the percentile `high` of the training loss, (3, epochs + 1)."""
        return percentiles(self.train_loss, (low, 50, high))

    def reached(self, loss: float) -> NDArray[np.float64]:
        """Return the epochs after which each replicate's training loss was first at most `loss`, nan if never.

        It is 0 where the untrained network's loss was that low already.
        """
        there = self.train_loss <= loss
        first: NDArray[Any] = there.argmax(axis=0)
        return np.where(there.any(axis=0), first, np.nan)


def start_of(experiment: Experiment, number: int) -> int:
    """Return the random start of replicate `number`: so many after that of the experiment."""
    largest = SETTINGS["start"].kind
    assert isinstance(largest, Whole)
    return (experiment.start + number) % (largest.high + 1)


def percentiles(
    losses: NDArray[np.floating[Any]], wanted: tuple[float, ...] = (10, 50, 90)
) -> NDArray[np.float64]:
    """Return the percentiles `wanted` of `losses` (…, replicates), (len(wanted), …).

    Between two replicates a percentile is interpolated. One that has diverged counts as infinitely bad, and so does
    all that lies between it and the next better one.
    """
    whole = np.where(np.isfinite(losses), losses, np.inf)
    better, worse = (np.percentile(whole, wanted, axis=-1, method=side) for side in ("lower", "higher"))
    with np.errstate(invalid="ignore"):  # NumPy makes infinity less infinity of what is not used here
        found = np.percentile(whole, wanted, axis=-1)
    band: NDArray[np.float64] = np.where(np.isfinite(worse) & (worse > better), found, worse)
    return band
