"""Several runs side by side, aligned by a clock: what a `Run` is to one network, a `Race` is to its lanes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from playground.changes import Changes
from playground.compare.comparison import Comparison
from playground.compare.gradient_noise import Strays, strays
from playground.compare.timing import seconds_per_update
from playground.compare.trail import Trail
from playground.experiment import Experiment
from playground.observing import Frame
from playground.run import LAST_UPDATE, Ending, Run
from playground.settings import table
from playground.training import CAPACITY

Frames = dict[str, NDArray[Any]]


class Race:
    """The runs of a comparison's lanes, from the same untrained start.

    They advance by *ticks* of the clock: the lane that makes the most updates by it makes one in a tick, and the
    others as many fewer as the clock says. What a lane computes does not depend on the clock or on the other lanes:
    after so many updates it is where its own `Run` is, bit for bit.

    Parameters
    ----------
    comparison : Comparison
        What to run.
    changes : iterable of (tick, settings), optional
        Live settings changed on the way, in order: each holds from its tick on.

    Attributes
    ----------
    experiment : Comparison
        The settings in force now.
    runs : list of Run
        One for each lane.
    trails : list of Trail
        The way of each through weight space, by ticks.
    update : int
        Ticks done so far.
    ended : Ending or None
        Why no lane goes on, if none does.

    Examples
    --------
    >>> race = Race(Comparison(points=40, batches=(1, "full"), clock="epochs"))
    >>> frames = race.advance(frames=2, updates_per_frame=20)
    >>> frames["0.update"].tolist(), frames["1.update"].tolist()
    ([20, 40], [1, 2])
    """

    def __init__(self, comparison: Comparison, changes: Iterable[tuple[int, Mapping[str, Any]]] = ()) -> None:
        self._changes = Changes(comparison, changes)
        self.update = 0
        self.runs = [Run(lane) for lane in comparison.lanes]
        self.ended: Ending | None = None
        self.trails = [Trail(np.asarray(run.first_frame.weights)[0]) for run in self.runs]

    @property
    def changes(self) -> list[tuple[int, Comparison]]:
        """The settings in force from each tick on, that of the start first."""
        return self._changes.all

    @property
    def experiment(self) -> Comparison:
        """The settings in force now."""
        return self._changes.in_force(self.update)[1]

    @property
    def n_train(self) -> int:
        """Training rows, the same for every lane."""
        return self.runs[0].n_train

    @cached_property
    def seconds(self) -> list[float]:
        """What an update costs in each lane, measured on this machine, in seconds."""
        return [seconds_per_update(lane) for lane in self.changes[0][1].lanes]

    @cached_property
    def speeds(self) -> list[float]:
        """Updates per tick in each lane, at most 1."""
        per_epoch = [run.updates_per_epoch for run in self.runs]
        match self.changes[0][1].clock:
            case "updates":
                return [1.0 for _ in self.runs]
            case "seconds":
                quickest = min(self.seconds)
                return [quickest / seconds for seconds in self.seconds]
            case _:  # all lanes share the rows: an epoch is as many examples in each
                return [number / max(per_epoch) for number in per_epoch]

    @property
    def updates_per_epoch(self) -> int:
        """Ticks in which the first lane to do so has seen all rows once."""
        return max(
            1,
            round(
                min(run.updates_per_epoch / speed for run, speed in zip(self.runs, self.speeds, strict=True))
            ),
        )

    def lane_updates(self, ticks: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Return how many updates each lane has made after so many `ticks`."""
        # Where a speed is a ratio of whole numbers, its multiples must not fall below them by rounding.
        return [np.floor(ticks * speed + 1e-6).astype(np.int64) for speed in self.speeds]

    def ticks(self, updates: Sequence[int]) -> int:
        """Return the last tick by which the clock allows no lane more than its number of `updates`."""
        # As above: 9 updates at 9/14 a tick are made in 14 ticks, not in 13.999….
        return min(int(n / speed + 1e-6) for n, speed in zip(updates, self.speeds, strict=True))

    def preparations(self) -> list[Callable[[], Any]]:
        """Return what compiles the lanes' networks, and their gradient noise; see `Run.preparations`."""
        work = [compile_ for run in self.runs for compile_ in run.preparations()]
        # One for all lanes, as they differ only in how they train; of no frame, it only compiles.
        lane = next((run.experiment for run in self.runs if _shows_what_it_trains(run.experiment)), None)
        if lane is not None:
            none = np.empty((0, np.shape(self.trails[0].points)[1]), np.float32)
            work.append(partial(strays, lane, none, np.empty(0, np.int32)))
        return work

    @property
    def first_frame(self) -> Frames:
        """The untrained networks as a chunk of one frame, for which nothing has to be compiled."""
        lanes, states = [run.first_frame for run in self.runs], [np.zeros(1)] * len(self.runs)
        packed = self._packed(np.zeros(1, np.int64), lanes, states)
        # What would take the compiler, or a measurement, stays open until the lanes train.
        for number in range(len(lanes)):
            packed[f"{number}.seconds"] = np.zeros(1, np.float32)
            packed |= {f"{number}.{name}": np.full(1, np.nan, np.float32) for name in Strays._fields}
        return packed

    def advance(self, frames: int, updates_per_frame: int) -> Frames:
        """Train on and return the frames met on the way: each lane's fields behind its number and a dot.

        ``update`` counts ticks; a lane's ``seconds`` are those of computing that it has had by then. A lane that has
        ended keeps showing its last frame; ``state`` is then 1 if it has finished, 2 if it has diverged.

        Parameters
        ----------
        frames : int
            Frames wanted, at least 1. Fewer come back if all lanes end.
        updates_per_frame : int
            Ticks from one frame to the next, at least 1.

        Raises
        ------
        ValueError
            If an argument is below 1.
        """
        if frames < 1 or updates_per_frame < 1:
            raise ValueError(
                f"frames={frames}, updates_per_frame={updates_per_frame}: both must be at least 1"
            )
        chunks: list[Frames] = []
        wanted = frames
        while wanted > 0 and self.ended is None:
            chunks.append(self._chunk(min(wanted, CAPACITY), updates_per_frame))
            wanted -= len(chunks[-1]["update"])
        if not chunks:
            return {name: array[:0] for name, array in self.first_frame.items()}
        return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}

    def _chunk(self, frames: int, stride: int) -> Frames:
        """Make up to `frames` frames under one set of settings, up to the tick from which no lane goes on."""
        ticks = np.minimum(self.update + stride * np.arange(1, frames + 1), LAST_UPDATE)
        upto = self._changes.following(self.update) or LAST_UPDATE
        if ticks[-1] >= upto:  # the rest follows other settings
            ticks = np.append(ticks[ticks < upto], upto)
        found, states = [], []
        for run, wanted in zip(self.runs, self.lane_updates(ticks), strict=True):
            found.append(_lane_frames(run, wanted))
            states.append(_state(run, wanted))
        still = np.all([state > 0 for state in states], axis=0)
        if still.any():  # all that lies behind is the same
            ticks = ticks[: int(np.argmax(still)) + 1]
        for trail, each in zip(self.trails, found, strict=True):
            for tick, weights in zip(ticks.tolist(), np.asarray(each.weights), strict=False):
                trail.add(tick, weights)
        self._arrive(int(ticks[-1]))
        lanes = [jax.tree.map(lambda leaf: leaf[: len(ticks)], each) for each in found]
        made = self._packed(ticks, lanes, [state[: len(ticks)] for state in states])
        for number, (frame, run, seconds) in enumerate(zip(lanes, self.runs, self.seconds, strict=True)):
            made[f"{number}.seconds"] = (frame.update * seconds).astype(np.float32)
            astray = _strays_of(run.experiment, frame)._asdict()
            made |= {f"{number}.{name}": array.astype(np.float32) for name, array in astray.items()}
        return made

    def _arrive(self, tick: int) -> None:
        """Stand at `tick`: take over the settings that hold from it on."""
        self.update = tick
        for run, lane in zip(self.runs, self.experiment.lanes, strict=True):
            changed = {
                name: getattr(lane, name)
                for name, row in table(Experiment).items()
                if row.effect == "live" and getattr(lane, name) != getattr(run.experiment, name)
            }
            if changed:
                run.change(**changed)
        self.ended = self._ending()

    def _ending(self) -> Ending | None:
        if self.update >= LAST_UPDATE:
            return Ending("finished", f"{LAST_UPDATE:,} ticks are as many as can be counted.")
        ends = [run.ended for run in self.runs]
        if any(end is None for end in ends):
            return None
        names = self.experiment.lane_names
        reasons = [f"{name}: {end.reason}" for name, end in zip(names, ends, strict=True) if end is not None]
        diverged = all(end is not None and end.state == "diverged" for end in ends)
        return Ending("diverged" if diverged else "finished", " ".join(reasons))

    def _packed(self, ticks: NDArray[np.int64], lanes: list[Frame], states: list[NDArray[Any]]) -> Frames:
        """Return the lanes' frames at `ticks` under one roof, each field behind its lane's number."""
        packed: Frames = {"update": ticks.astype(np.int32)}
        for number, (frame, state, run) in enumerate(zip(lanes, states, self.runs, strict=True)):
            packed |= {f"{number}.{name}": np.asarray(array) for name, array in frame._asdict().items()}
            packed[f"{number}.state"] = state.astype(np.float32)
            packed[f"{number}.size"] = _mean_size(frame, run.experiment)
        return packed

    def change(self, **settings: Any) -> None:
        """Change live settings from the present tick on, keeping the weights.

        Raises
        ------
        ValueError
            If a setting is not live, or its value not allowed.
        """
        self._changes.change(self.update, settings)
        self._arrive(self.update)

    def rewind(self, update: int) -> None:
        """Go back to the state after `update` ticks and forget what came later.

        Raises
        ------
        ValueError
            If `update` lies ahead or below 0.
        """
        if not 0 <= update <= self.update:
            raise ValueError(f"update={update} is not allowed: it must be from 0 to {self.update}")
        self._changes.forget(update)
        for run, wanted in zip(self.runs, self.lane_updates(np.array([update])), strict=True):
            run.rewind(min(int(wanted[0]), run.update))
        for trail, run in zip(self.trails, self.runs, strict=True):
            trail.cut(update)
            # The untrained frame's pictures may have to be compiled; its weights are at hand.
            newest = run.frame.weights if run.update else run.first_frame.weights[0]
            trail.add(update, np.asarray(newest))
        self._arrive(update)

    def replay(self, update: int) -> None:
        """Train silently up to `update` ticks, through all recorded changes, or to where all lanes end."""
        while self.update < update and self.ended is None:
            self.advance(1, update - self.update)


def _shows_what_it_trains(experiment: Experiment) -> bool:
    """Return whether a frame's weights are those whose gradient the next update takes."""
    return experiment.optimizer != "averaged"


def _strays_of(experiment: Experiment, frame: Frame) -> Strays:
    """Return how far the next batch strays at each frame; not a number where its gradient's weights are not shown."""
    if _shows_what_it_trains(experiment):
        return strays(experiment, frame.weights, frame.update)
    return Strays(*(np.full(len(frame.update), np.nan) for _ in Strays._fields))


def _mean_size(frame: Frame, experiment: Experiment) -> NDArray[np.float32]:
    """Return the mean of all |w|, of the layers' means and their numbers of weights."""
    counts = np.array([before * after for before, after in pairwise(experiment.sizes)])
    mean: NDArray[np.float32] = (frame.magnitude @ (counts / counts.sum())).astype(np.float32)
    return mean


def _lane_frames(run: Run, wanted: NDArray[np.int64]) -> Frame:
    """Train `run` through the updates `wanted`, which may repeat, and return its frame at each."""
    before = jax.tree.map(lambda leaf: np.asarray(leaf)[None], run.frame)
    ahead = np.unique(wanted[wanted > run.update])
    made = run.visit(ahead.tolist())
    known = jax.tree.map(lambda first, rest: np.concatenate([first, rest]), before, made)
    index = np.searchsorted(known.update, wanted, side="right") - 1
    frames: Frame = jax.tree.map(lambda leaf: leaf[index], known)
    return frames


def _state(run: Run, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, for each of the updates `wanted`, whether `run` goes on there (0), has finished (1) or diverged (2)."""
    if run.ended is None:
        return np.zeros(len(wanted), np.int64)
    # A lane that diverges stands at its last finite update, and shows no further one.
    over = wanted > run.update if run.ended.state == "diverged" else wanted >= run.update
    return np.where(over, 1 if run.ended.state == "finished" else 2, 0)
