"""Stop rules: judged at every epoch's end, so that a run ends at the same update however it is played."""

from dataclasses import dataclass
from functools import cache

import jax
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playground import Experiment, Run
from playground.observing import Frame, observe
from playground.training import CAPACITY, advance
from tests import reference
from tests.runs import CUT, SMALL, at, changes_of, joined, same

# Restless enough for the test loss to go up and down, and for both losses to be told apart at a glance.
RESTLESS = Experiment(**SMALL | {"learning_rate": 1.0}, data="spiral", noise=40, batch=30)
EPOCHS = 60
PIECES = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 17)), min_size=1, max_size=6)


@dataclass(frozen=True)
class Losses:
    """Training and test loss after each epoch, in NumPy and float64, and the frames they were computed from."""

    train: list[float]
    test: list[float]
    frames: Frame


@cache
def losses(experiment: Experiment) -> Losses:
    """Train without rules, and look at every epoch's end with the network written in NumPy."""
    run = Run(experiment)
    frames = run.advance(EPOCHS, run.updates_per_epoch)
    found = []
    for x, y in ((run.sample.x_train, run.sample.y_train), (run.sample.x_test, run.sample.y_test)):
        x = reference.inputs(x, experiment.inputs)
        t = reference.targets(y, experiment.kind_of_problem, experiment.outputs, experiment.output_name)
        rest = experiment.activations, experiment.loss_name, experiment.output_name, experiment.delta
        networks = [reference.unflat(weights.astype(float), experiment.sizes) for weights in frames.weights]
        found.append([reference.mean_loss(network, x, t, *rest) for network in networks])
    return Losses(*found, frames)


def patience_ends(test: list[float], patience: int) -> int | None:
    """The epoch (from 0) after which `patience` is at its end."""
    low, at_low = np.inf, -1
    for epoch, loss in enumerate(test):
        assume(abs(loss - low) > 1e-6)  # else float32 might see it the other way
        if loss < low:
            low, at_low = loss, epoch
        elif epoch - at_low >= patience:
            return epoch
    return None


def played(run: Run, pieces: list[tuple[int, int]]) -> Frame:
    """Play until the end in the given pieces of (frames, updates per frame), over and over."""
    chunks = []
    while run.ended is None:
        assert run.update < 10 * EPOCHS * run.updates_per_epoch
        chunks.append(run.advance(*pieces[len(chunks) % len(pieces)]))
    return joined(*chunks)


def bits(run: Run) -> list[bytes]:
    return [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(run._state)]


@settings(max_examples=40)
@given(experiment=st.sampled_from([RESTLESS, *CUT]), patience=st.integers(1, 6), pieces=PIECES)
def test_patience_ends_at_the_same_epoch_at_every_speed(experiment, patience, pieces):
    expected = patience_ends(losses(experiment).test, patience)
    assume(expected is not None)
    run = Run(experiment.changed(patience=patience))
    frames = played(run, pieces)
    assert run.epoch == expected + 1
    assert (run.ended.state, run.ended.reason) == (
        "finished", f"The test loss has found no new low for {patience:,} epochs."
    )  # fmt: skip
    # The frame made last is that of the ending update, cut off where the rule was met.
    assert frames.update[-1] == run.update == run.frame.update
    same(
        at(frames, -1)._replace(batch_loss=0), at(losses(experiment).frames, expected)._replace(batch_loss=0)
    )
    other = Run(run.experiment)
    other.advance(1, 10**9)
    assert bits(other) == bits(run)
    assert other.ended == run.ended
    same(other.frame, run.frame)


@settings(max_examples=40)
@given(experiment=st.sampled_from([RESTLESS, *CUT]), number=st.integers(0, EPOCHS - 2), pieces=PIECES)
def test_the_loss_ends_it_at_the_same_epoch_at_every_speed(experiment, number, pieces):
    train = losses(experiment).train
    lows = [low for low in np.minimum.accumulate(train).tolist() if low > 0]
    above = min((low for low in lows if low > lows[number]), default=lows[0] + 0.01)
    goal = (lows[number] + above) / 2  # clear of every loss by half the distance to the next
    assume(above - lows[number] > 1e-5)
    run = Run(experiment.changed(stop_loss=goal))
    frames = played(run, pieces)
    assert run.epoch == 1 + next(epoch for epoch, loss in enumerate(train) if loss <= goal)
    assert (run.ended.state, run.ended.reason) == ("finished", f"The training loss reached {goal:g}.")
    assert frames.update[-1] == run.update
    other = Run(run.experiment)
    other.advance(3 * CAPACITY, 1)
    if other.ended is None:
        other.advance(1, 10**9)
    assert bits(other) == bits(run)
    same(other.frame, run.frame)


LIVE = {
    "learning_rate": st.sampled_from([0.02, 0.3, 1.0, 2.0]),
    "l2": st.sampled_from([0.0, 0.02]),
    "stop_loss": st.sampled_from([0.0, 0.4, 0.5, 0.6, 0.68]),
    "patience": st.integers(0, 4),
    "stop_epochs": st.sampled_from([0, 5, 20, 40]),
}


@settings(max_examples=60)
@given(
    first=st.integers(1, 40),
    steps=st.lists(
        st.tuples(st.dictionaries(st.sampled_from(list(LIVE)), st.none(), max_size=2), st.integers(1, 40)),
        max_size=6,
    ),
    speeds=st.lists(PIECES, min_size=2, max_size=2),
    data=st.data(),
)
def test_what_is_changed_on_the_way_ends_alike_at_every_speed(first, steps, speeds, data):
    """Two people play the same changes at the same updates, each at speeds of their own."""
    runs = Run(RESTLESS.changed(patience=2)), Run(RESTLESS.changed(patience=2))

    def forward(run, pieces, distance):
        target, number = run.update + distance, 0
        while run.update < target and run.ended is None:
            frames, stride = pieces[number % len(pieces)]
            stride = min(stride, target - run.update)
            run.advance(min(frames, (target - run.update) // stride), stride)
            number += 1

    settings_of_steps = [({name: data.draw(LIVE[name]) for name in names}, far) for names, far in steps]
    for changes, distance in [({}, first), *settings_of_steps]:
        for run, pieces in zip(runs, speeds, strict=True):
            run.change(**changes)
            forward(run, pieces, distance)
        assert runs[0].update == runs[1].update
        assert runs[0].ended == runs[1].ended
        assert bits(runs[0]) == bits(runs[1])
    # What was recorded leads through every end that was passed, to the same end.
    again = Run(runs[0].changes[0][1], changes_of(runs[0]))
    again.replay(runs[0].update)
    assert bits(again) == bits(runs[0])
    assert (again.update, again.ended) == (runs[0].update, runs[0].ended)
    same(again.frame, runs[0].frame)


@pytest.fixture
def ended():
    """A run that its patience ended, at an update of which others are divisors."""
    run = Run(RESTLESS.changed(patience=3))
    run.advance(1, 10**6)
    assert run.ended.state == "finished"
    assert run.update > 12
    return run


def test_nothing_changed_it_ends_again_at_once(ended):
    update, ending, before = ended.update, ended.ended, bits(ended)
    for _ in range(2):
        assert len(ended.advance(5, 3).update) == 0
        ended.change(learning_rate=ended.experiment.learning_rate)
        ended.rewind(update)
        assert (ended.update, ended.ended) == (update, ending)
        assert bits(ended) == before
    assert len(ended.changes) == 1


@pytest.mark.parametrize("back", [1, 2, 3, 7, 12])
@pytest.mark.parametrize("stride", [1, 2, 1000])
def test_rewound_it_ends_again_at_the_same_place(ended, back, stride):
    update, ending, before, frame = ended.update, ended.ended, bits(ended), ended.frame
    ended.rewind(update - back)
    assert ended.ended is None
    ended.advance(50, stride)
    assert (ended.update, ended.ended) == (update, ending)
    assert bits(ended) == before
    same(ended.frame, frame)


@pytest.mark.parametrize(
    "change", [{"learning_rate": 0.9}, {"patience": 5}, {"patience": 0}, {"stop_loss": 0.1}]
)
def test_a_change_lets_it_go_on(ended, change):
    update = ended.update
    ended.change(**change)
    assert ended.ended is None
    # A patience that holds begins anew: at least so many epochs and the one that is its first low.
    ended.advance(ended.experiment.patience or 3, ended.updates_per_epoch)
    assert ended.update == update + (ended.experiment.patience or 3) * ended.updates_per_epoch
    assert ended.ended is None
    again = Run(ended.changes[0][1], changes_of(ended))
    again.replay(ended.update)
    assert bits(again) == bits(ended)
    # Without the change, a replay ends where the run did.
    other = Run(RESTLESS.changed(patience=3))
    other.replay(ended.update)
    assert other.update == update
    assert other.ended is not None


def test_a_loss_that_is_reached_ends_it_again_an_epoch_later():
    run = Run(Experiment(**SMALL, batch=30, stop_loss=0.6))
    run.advance(1, 10**6)
    reached = run.update
    run.change(learning_rate=0.05)
    assert run.advance(50, 1).update.tolist() == [reached + 1, reached + 2, reached + 3]
    assert run.ended.reason == "The training loss reached 0.6."


def test_lows_before_a_change_do_not_count():
    run = Run(RESTLESS.changed(patience=2))
    run.advance(1, 12)
    for _ in range(20):  # never two epochs without a change
        run.change(learning_rate=1.0 - run.experiment.learning_rate / 2)
        assert len(run.advance(6, 1).update) == 6
    assert run.ended is None


def test_a_change_at_the_end_counts_before_the_end():
    e = Experiment(**SMALL, batch=30, stop_loss=0.6)
    plain = Run(e)
    plain.advance(1, 10**6)
    scheduled = Run(e, [(plain.update, {"stop_loss": 0.5})])
    scheduled.advance(1, plain.update)
    assert scheduled.ended is None
    scheduled.advance(1, 10**6)
    assert scheduled.ended.reason == "The training loss reached 0.5."


def test_a_loss_of_nothing_is_no_goal_that_was_set():
    e = Experiment(
        data="gaussians", noise=0, points=40, hidden=(), loss="squared_error", output="tanh", batch="full",
        learning_rate=10, patience=20,
    )  # fmt: skip
    run = Run(e)
    assert not np.any(run.advance(12, 1).train_loss[-5:])
    assert run.ended is None
    run.advance(1, 100)
    assert run.ended.reason == "The test loss has found no new low for 20 epochs."


@pytest.mark.parametrize("stride", [1, 3, 100])
def test_divergence_is_no_end_by_a_rule(stride):
    run = Run(Experiment(data="plane", activation="relu", learning_rate=10.0, stop_loss=1e-6))
    run.advance(100, stride)
    assert run.ended.state == "diverged"
    assert all(np.all(np.isfinite(array)) for array in run.frame._replace(batch_loss=0))


@pytest.mark.parametrize("experiment", CUT, ids=range(len(CUT)))
def test_a_rule_that_is_not_met_changes_no_bit(experiment):
    watched = experiment.changed(stop_loss=1e-9, patience=10_000)
    same(Run(watched).advance(40, 3), Run(experiment).advance(40, 3))


def test_a_rule_is_compiled_when_it_is_first_set():
    def compiled():
        return advance._cache_size(), observe._cache_size()

    run = Run(Experiment(points=62, hidden=(4,)))
    run.advance(2, 3)
    bare = compiled()
    run.change(patience=100)
    run.advance(2, 3)
    ruled = compiled()
    assert ruled == (bare[0] + 1, bare[1])
    for change in (
        {"stop_loss": 1e-6},
        {"patience": 0},
        {"stop_loss": 0.0},
        {"patience": 7, "stop_loss": 1e-7},
    ):
        run.change(**change)
        run.advance(2, 3)
        assert compiled() == ruled, change
