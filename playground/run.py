"""One training run: its state, what changed on its way, and the ends it can come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from playground.changes import Changes
from playground.compiled import remember
from playground.experiment import Experiment
from playground.first_look import first_look
from playground.nn.network import unflatten
from playground.observing import Frame, finite_frames, observe
from playground.planning import (
    data_of,
    hyper_of,
    initial_of,
    key_of,
    pick_device,
    plan_of,
    rules_of,
    sample_of,
)
from playground.snapshots import Snapshots
from playground.stop_rules import GOAL, NO_RULE, Ending, diverged
from playground.training import CAPACITY, Plan, State, Trace, advance, start, updates_per_epoch

LAST_UPDATE = 2_000_000_000  # updates are counted in 32 bits


class Run:
    """A training run of an experiment, from its untrained start.

    The state after update *k* depends on the experiment, on the changes made on the way, and on *k* alone.

    Parameters
    ----------
    experiment : Experiment
        What to train.
    changes : iterable of (update, settings), optional
        Live settings changed on the way, in order: each holds from its update on.

    Attributes
    ----------
    experiment : Experiment
        The settings in force now.
    ended : Ending or None
        Why the run stands still, if it does.

    Examples
    --------
    >>> run = Run(Experiment(hidden=(3,), learning_rate=0.1))
    >>> run.advance(frames=4, updates_per_frame=25).train_loss.shape
    (4,)
    """

    def __init__(self, experiment: Experiment, changes: Iterable[tuple[int, Mapping[str, Any]]] = ()) -> None:
        self._changes = Changes(experiment, changes)
        self._snapshots = Snapshots()
        self.sample = sample_of(experiment)
        self.device = pick_device(experiment.device)
        self.n_train = len(self.sample.x_train)
        self.ended: Ending | None = None
        self._data = jax.device_put(data_of(experiment), self.device)
        self._key = jax.device_put(key_of(experiment), self.device)
        self._initial = initial_of(experiment)
        self._adopt(0)
        self._state: State = start(self.plan, jax.device_put(self._initial, self.device), self._hyper)
        self._snapshots.keep(0, self._state)
        self._newest: Frame | None = None

    @property
    def changes(self) -> list[tuple[int, Experiment]]:
        """The settings in force from each update on, that of update 0 first."""
        return self._changes.all

    def _adopt(self, update: int) -> None:
        """Take over the settings that hold from `update` on."""
        self._since, self.experiment = self._changes.in_force(update)
        self.plan = plan_of(self.experiment)
        remember(self.plan, self.n_train, len(self.sample.x_test))
        per_epoch = self.updates_per_epoch
        self._hyper = jax.device_put(hyper_of(self.experiment, per_epoch), self.device)
        self._rules = jax.device_put(rules_of(self.experiment, per_epoch, self._since), self.device)
        if update == 0:  # the untrained frame is seen under the settings that the run begins with
            self._outset = (self.plan, self._hyper)
            for seen in ("_untrained", "first_frame"):
                self.__dict__.pop(seen, None)

    @cached_property
    def _untrained(self) -> Frame:
        """The frame of the untrained network; made when it is first wanted."""
        return self._look_untrained()

    def _look_untrained(self) -> Frame:
        """Look at the untrained network, before any batch was used."""
        plan, hyper = self._outset
        first = (np.int32(0), self._initial, np.float32(np.nan))
        rows = jax.tree.map(lambda leaf: np.broadcast_to(leaf, (CAPACITY, *np.shape(leaf))), first)
        trace = jax.device_put(Trace(*rows), self.device)
        chunk = observe(plan.pictured, trace, np.int32(1), hyper, self._data)
        return jax.tree.map(lambda leaf: np.asarray(leaf)[0], chunk)

    @property
    def frame(self) -> Frame:
        """The newest frame: NumPy arrays without the leading axis."""
        return self._untrained if self._newest is None else self._newest

    @cached_property
    def first_frame(self) -> Frame:
        """The untrained network as a chunk of one frame, for which nothing has to be compiled."""
        plan, hyper = self._outset
        return jax.tree.map(lambda leaf: leaf[None], first_look(plan, self._initial, hyper, self._data))

    def preparations(self) -> list[Callable[[], Any]]:
        """Return what compiles this network, if no equal one was before: its training, and its pictures.

        The two can be called at once in two threads, and change nothing; `advance` would do both one after the other.
        """
        return [partial(self._train, self.plan, [], 0), self._look_untrained]

    def _train(
        self, plan: Plan, targets: Sequence[int], upto: int
    ) -> tuple[State, Trace, jax.Array, jax.Array]:
        numbers = np.zeros(CAPACITY, np.int32)
        numbers[: len(targets)] = targets
        return advance(
            plan, self._state, self._hyper, self._rules, self._data, self._key,
            numbers, np.int32(len(targets)), np.int32(upto),
        )  # fmt: skip

    @property
    def stands(self) -> bool:
        """Whether the run has come to an end."""
        return self.ended is not None

    @property
    def updates_per_epoch(self) -> int:
        """Updates in one pass over the training rows."""
        return updates_per_epoch(self.plan.rows, self.n_train)

    @property
    def update(self) -> int:
        """Parameter updates made so far."""
        return int(self._state.update)

    @property
    def epoch(self) -> float:
        """Passes over the training rows so far."""
        return self.update / self.updates_per_epoch

    @property
    def train_loss(self) -> float:
        """Mean loss over the training rows now, without penalty."""
        return float(self.frame.train_loss)

    @property
    def test_loss(self) -> float:
        """Mean loss over the test rows now, without penalty."""
        return float(self.frame.test_loss)

    @property
    def params(self) -> list[dict[str, NDArray[np.float32]]]:
        """The network as shown: per layer ``{"w": (fan_in, fan_out), "b": (fan_out,)}``."""
        return jax.tree.map(np.copy, unflatten(self.frame.weights, self.plan.architecture))

    def advance(self, frames: int, updates_per_frame: int) -> Frame:
        """Train on and return the frames met on the way.

        Parameters
        ----------
        frames : int
            Frames wanted, at least 1. Fewer come back if the run ends; `ended` then says why.
        updates_per_frame : int
            Updates from one frame to the next, at least 1. Where the settings change or the run ends in
            between, there is a frame, too.

        Returns
        -------
        Frame
            NumPy arrays with a leading axis of the frames made.

        Raises
        ------
        ValueError
            If an argument is below 1.
        """
        if frames < 1 or updates_per_frame < 1:
            raise ValueError(
                f"frames={frames}, updates_per_frame={updates_per_frame}: both must be at least 1"
            )
        stride = int(updates_per_frame)
        chunks: list[Frame] = []
        wanted = int(frames)
        while wanted > 0 and self.ended is None:
            number = min(wanted, CAPACITY)
            made = self._chunk([min(self.update + stride * n, LAST_UPDATE) for n in range(1, number + 1)])
            chunks.append(made)
            wanted -= len(made.update)
        return self._joined(chunks)

    def visit(self, updates: Sequence[int]) -> Frame:
        """Train on through the numbers `updates`, which rise from beyond the present one; return a frame at each.

        Unlike `advance`, it adds no frame where the settings change. Where the run ends on the way, the frame of the
        end is the last.
        """
        chunks: list[Frame] = []
        wanted = list(updates)
        while wanted and self.ended is None:
            made = self._chunk(wanted[:CAPACITY])
            end = self.update if self.stands else -1
            there = np.isin(made.update, [*wanted, end])
            chunks.append(jax.tree.map(lambda leaf, kept=there: leaf[kept], made))
            wanted = [update for update in wanted if update > self.update]
        return self._joined(chunks)

    def _joined(self, chunks: list[Frame]) -> Frame:
        if not chunks:
            return jax.tree.map(
                lambda leaf: np.empty((0, *np.shape(leaf)), np.asarray(leaf).dtype), self.frame
            )
        return jax.tree.map(lambda *parts: np.concatenate(parts), *chunks) if len(chunks) > 1 else chunks[0]

    def _chunk(self, targets: Sequence[int]) -> Frame:
        """Make frames at up to `CAPACITY` updates under one set of settings, and note an end if one is met."""
        self._snapshots.keep(self.update, self._state)
        return self._sound(targets, self._target(LAST_UPDATE))

    def _sound(self, targets: Sequence[int], upto: int) -> Frame:
        """Make frames up to update `upto`, all of them finite; the run ends at the last update whose frame is.

        That update is looked for between the frames that were asked for, and its frame is added: where a run stands
        must not depend on how far apart its frames are. What overflows only in between and comes back is not met.
        """
        began = self.update
        made, beyond = self._tried(targets, upto)
        if beyond is None:
            return made
        while beyond > self.update + 1:
            # As many as one compiled call can make, between the last finite frame and one that is not.
            step = -(-(beyond - self.update) // CAPACITY)
            between = range(self.update + step, beyond, step)
            beyond = self._tried(between, between[-1])[1] or beyond
        self.ended = diverged(self.update)
        if self.update == (made.update[-1] if len(made.update) else began):
            return made
        return self._joined([made, jax.tree.map(lambda leaf: np.asarray(leaf)[None], self.frame)])

    def _tried(self, targets: Sequence[int], upto: int) -> tuple[Frame, int | None]:
        """Make frames as `_compute` does, and stand at the last one before the first that is not finite.

        Returns the finite frames, and the update of that first one, if there is one.
        """
        kept = self._state, self._newest
        made, finite = self._compute(targets, upto)
        sound = finite_frames(made)
        if sound == len(made.update):
            return made, None if finite else min(targets[sound], upto)
        # The parameters are finite still, and the state has gone on.
        self._state, self._newest = kept
        self._adopt(self.update)
        if sound:
            last = int(made.update[sound - 1])
            self._compute([last], last)
        return jax.tree.map(lambda leaf: leaf[:sound], made), int(made.update[sound])

    def _target(self, update: int) -> int:
        """Return how far towards `update` the settings in force lead: to their last update, or to the next change."""
        following = self._changes.following(self.update)
        return min(update, self._last_update(), update if following is None else following)

    def _compute(self, targets: Sequence[int], upto: int) -> tuple[Frame, bool]:
        """Make frames up to update `upto`; adopt the settings of a change and note an end that is reached."""
        self._state, trace, count, finite = self._train(self.plan, targets, upto)
        # A NumPy count, as for the untrained frame: an array that lives on a device would be compiled for anew.
        chunk = observe(self.plan.pictured, trace, np.int32(count), self._hyper, self._data)
        made: Frame = jax.tree.map(lambda leaf: np.asarray(leaf)[: int(count)], chunk)
        if len(made.update):
            self._newest = jax.tree.map(lambda leaf: leaf[-1], made)
        if self.update == upto:
            self._adopt(upto)
        self.ended = self._ending()
        return made, bool(finite)

    def _ending(self) -> Ending | None:
        """Return why the run stands still under the settings in force, if it does."""
        met = int(self._state.verdict.met) if self.plan.judged else NO_RULE
        if met != NO_RULE and self.update > self._since:  # what was met under other settings does not count
            if met == GOAL:
                return Ending("finished", f"The training loss reached {self.experiment.stop_loss:g}.")
            epochs = f"{self.experiment.patience:,} epochs"
            return Ending("finished", f"The test loss has found no new low for {epochs}.")
        if self.update < self._last_update():
            return None
        if self.experiment.stop_epochs:
            return Ending("finished", f"{self.experiment.stop_epochs:,} epochs are done.")
        return Ending("finished", f"{LAST_UPDATE:,} updates are as many as can be counted.")

    def _last_update(self) -> int:
        epochs = self.experiment.stop_epochs
        return min(epochs * self.updates_per_epoch, LAST_UPDATE) if epochs else LAST_UPDATE

    def change(self, **settings: Any) -> None:
        """Change live settings from the present update on, keeping the weights.

        Raises
        ------
        ValueError
            If a setting is not live, or its value not allowed.
        """
        self._changes.change(self.update, settings)
        self._adopt(self.update)
        self.ended = self._ending()

    def rewind(self, update: int) -> None:
        """Go back to the state after `update` updates and forget what came later.

        Changes made after it are dropped; the numbers are those that were there, bit for bit.

        Raises
        ------
        ValueError
            If `update` lies ahead or below 0.
        """
        if not 0 <= update <= self.update:
            raise ValueError(f"update={update} is not allowed: it must be from 0 to {self.update}")
        self._changes.forget(update)
        self._state = self._snapshots.rewind(update)
        self._adopt(self.update)
        if update == 0:
            self._newest = None
        self.replay(update)

    def replay(self, update: int) -> None:
        """Train silently up to `update` through all recorded changes.

        The run falls short of `update` only where it ends, be it by divergence: then as `advance` does.
        """
        self.ended = self._ending()
        while self.update < update and self.ended is None:
            upto = self._target(update)
            self._sound([upto], upto)
