"""A run against itself: cut, rewound, changed on the way and replayed in other ways."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground import Experiment, Run
from playground.experiment import SETTINGS
from playground.nn.optimizers import OPTIMIZERS
from playground.observing import Frame
from playground.training import CAPACITY
from tests.runs import CUT, SMALL, at, changes_of, joined, same


@pytest.mark.parametrize("batch", [1, 30, "full"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_cutting_a_run_changes_no_bit(optimizer, batch):
    e = Experiment(**SMALL, optimizer=optimizer, batch=batch, average_after=0)
    whole = Run(e).advance(20, 1)
    halves = Run(e)
    same(joined(halves.advance(10, 1), halves.advance(10, 1)), whole)
    same(at(Run(e).advance(1, 20), 0), at(whole, 19))


LIVE = {
    "learning_rate": st.floats(0.001, 0.5),
    "momentum": st.floats(0, 0.9),
    "beta1": st.floats(0, 0.9),
    "l1": st.just(0.0) | st.floats(0.001, 0.1),
    "l2": st.floats(0.001, 0.1),
    "average_after": st.integers(0, 4),
    "dropout": st.sampled_from([0.0, 0.1, 0.3]),
    "stop_loss": st.floats(0.1, 0.7),
    "patience": st.integers(0, 3),
    "stop_epochs": st.integers(0, 30),
}
ACTIONS = st.one_of(
    st.tuples(st.just("advance"), st.integers(1, 6), st.integers(1, 9)),
    st.tuples(st.just("rewind"), st.floats(0, 1)),
    st.tuples(
        st.just("change"),
        st.lists(st.sampled_from(list(LIVE)), min_size=1, max_size=2, unique=True),
        st.data(),
    ),
)


@settings(max_examples=40)
@given(
    experiment=st.sampled_from(CUT),
    cuts=st.lists(st.integers(1, 12), min_size=1, max_size=8),
    stride=st.integers(1, 8),
)
def test_any_cuts_give_the_same_frames(experiment, cuts, stride):
    whole = Run(experiment).advance(sum(cuts), stride)
    run = Run(experiment)
    same(joined(*(run.advance(frames, stride) for frames in cuts)), whole)
    every = Run(experiment).advance(sum(cuts) * stride, 1)
    same(Frame(*(array[stride - 1 :: stride] for array in every)), whole)


@settings(max_examples=60)
@given(experiment=st.sampled_from(CUT), actions=st.lists(ACTIONS, min_size=1, max_size=10))
def test_whatever_was_done_a_replay_ends_with_the_same_bits(experiment, actions):
    run = Run(experiment)
    for kind, *details in actions:
        if kind == "advance":
            before, frames = run.update, run.advance(*details)
            updates = [before, *frames.update.tolist()]
            assert updates == sorted(set(updates))
            assert updates[-1] == run.update == run.frame.update
        elif kind == "rewind":
            to, before, ended = int(details[0] * run.update), run.update, run.ended
            run.rewind(to)
            assert run.update == to
            assert run.ended == (ended if to == before else None)
        else:
            names, data = details
            run.change(**{name: data.draw(LIVE[name]) for name in names})
    again = Run(run.changes[0][1], changes_of(run))
    again.replay(run.update)
    assert again.update == run.update
    assert again.experiment == run.experiment
    assert again.ended == run.ended
    if run.update:
        same(again.frame, run.frame)
    # And they go on alike.
    run.change(stop_loss=0, patience=0, stop_epochs=0)
    again.change(stop_loss=0, patience=0, stop_epochs=0)
    same(again.advance(3, 4), run.advance(3, 4))


@pytest.mark.parametrize("experiment", CUT, ids=range(len(CUT)))
def test_rewinding_restores_every_bit(experiment, monkeypatch):
    monkeypatch.setattr("playground.snapshots.MOST_SNAPSHOTS", 6)
    run = Run(experiment)
    frames = joined(*(run.advance(3, 2) for _ in range(12)))
    weights = run.params
    for number in (35, 30, 17, 16, 4, 0):
        run.rewind(int(frames.update[number]))
        same(run.frame, at(frames, number))
        assert run.update == frames.update[number]
    run.rewind(0)
    same(run.frame, Run(experiment).frame)
    same(run.advance(36, 2), frames)
    for layer, before in zip(run.params, weights, strict=True):
        assert np.array_equal(layer["w"], before["w"])
        assert np.array_equal(layer["b"], before["b"])


def test_more_frames_than_one_call_holds():
    run = Run(Experiment(**SMALL))
    frames = run.advance(2 * CAPACITY + 3, 1)
    assert frames.update.tolist() == list(range(1, 2 * CAPACITY + 4))


@pytest.mark.parametrize(("frames", "stride"), [(0, 1), (1, 0), (-1, 1), (1, -5)])
def test_nothing_less_than_one(frames, stride):
    with pytest.raises(ValueError, match="must be at least 1"):
        Run(Experiment(**SMALL)).advance(frames, stride)


@pytest.mark.parametrize("update", [-1, 11])
def test_no_rewinding_to_where_it_was_not(update):
    run = Run(Experiment(**SMALL))
    run.advance(5, 2)
    with pytest.raises(ValueError, match=rf"update={update} is not allowed: it must be from 0 to 10"):
        run.rewind(update)
    assert run.update == 10


# Changes on the way


def test_a_change_counts_from_its_update():
    e = Experiment(**SMALL)
    run, plain = Run(e), Run(e)
    first = run.advance(5, 2)
    run.change(learning_rate=0.5, l2=0.01)
    assert (run.experiment.learning_rate, run.experiment.l2) == (0.5, 0.01)
    second = run.advance(5, 2)
    whole = plain.advance(10, 2)
    same(first, Frame(*(array[:5] for array in whole)))
    assert not np.array_equal(second.weights[0], whole.weights[5])
    assert second.penalty.min() > 0
    scheduled = Run(e, [(10, {"learning_rate": 0.5, "l2": 0.01})])
    same(scheduled.advance(10, 2), joined(first, second))
    assert scheduled.experiment == run.experiment


def test_a_change_is_a_frame_of_its_own():
    frames = Run(Experiment(**SMALL), [(7, {"learning_rate": 0.5})]).advance(5, 3)
    assert frames.update.tolist() == [3, 6, 7, 10, 13]


def test_a_change_before_the_start_is_a_start():
    e = Experiment(**SMALL)
    changed, other = Run(e, [(0, {"l2": 0.5})]), Run(e.changed(l2=0.5))
    assert changed.experiment == other.experiment
    same(changed.frame, other.frame)
    same(changed.advance(4, 3), other.advance(4, 3))
    live = Run(e)
    live.change(l2=0.5)
    live.advance(4, 3)
    same(live.frame, other.frame)


def test_a_change_at_the_start_shows_in_the_untrained_frame():
    e = Experiment(**SMALL | {"data": "ripple", "loss": "huber"})
    run = Run(e)
    before = run.frame, run.first_frame
    run.change(delta=1.0, l2=0.1, dropout=0.2)
    other = Run(e.changed(delta=1.0, l2=0.1, dropout=0.2))
    same(run.frame, other.frame)
    same(run.first_frame, other.first_frame)
    assert run.frame.penalty > 0 and run.train_loss != before[0].train_loss
    # So it does after going back, and a later change leaves it alone.
    run.advance(3, 2)
    run.change(l2=0.5)
    same(run.first_frame, other.first_frame)
    run.rewind(0)
    same(run.frame, other.frame)
    run.change(delta=e.delta, l2=0)
    same(run.frame, before[0])
    same(run.first_frame, before[1])


def test_rewinding_past_a_change_forgets_it():
    run = Run(Experiment(**SMALL))
    run.advance(2, 5)
    run.change(learning_rate=0.5)
    run.advance(2, 5)
    run.rewind(10)
    assert run.experiment.learning_rate == 0.5
    run.rewind(9)
    assert run.experiment.learning_rate == 0.1
    assert len(run.changes) == 1
    same(run.advance(11, 1), Frame(*(array[9:] for array in Run(run.experiment).advance(20, 1))))


@pytest.mark.parametrize("name", [name for name, row in SETTINGS.items() if row.effect == "reset"])
def test_what_needs_a_new_start_cannot_change(name):
    run = Run(Experiment(**SMALL))
    with pytest.raises(ValueError, match=rf"^{name}=.* cannot change while training.*learning_rate"):
        run.change(**{name: SETTINGS[name].default})
    with pytest.raises(ValueError, match=rf"^{name}="):
        Run(run.experiment, [(3, {name: SETTINGS[name].default})])


@pytest.mark.parametrize(
    "wrong", [{"l1": "x"}, {"learning_rate": -1}, {"speed": "1e"}, {"l2": 0, "data": "xor"}], ids=str
)
def test_a_change_that_is_refused_changes_nothing(wrong):
    run = Run(Experiment(**SMALL, stop_epochs=3), [(4, {"l2": 0.01}), (100, {"l2": 0.02})])
    run.advance(100, 3)
    assert run.ended
    before = list(run.changes), run.experiment, run.ended
    with pytest.raises(ValueError, match=rf"^{next(reversed(wrong))}="):
        run.change(**wrong)
    assert (run.changes, run.experiment, run.ended) == before


def test_changes_come_in_order():
    with pytest.raises(ValueError, match="update=3 of a change must not lie before the change at 5"):
        Run(Experiment(**SMALL), [(5, {"l2": 0.1}), (3, {"l2": 0.2})])
