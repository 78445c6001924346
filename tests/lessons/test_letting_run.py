"""The worked example let run: its states by number, and the ends it comes to."""

import numpy as np
import pytest

from playground.lessons import letting_run
from playground.lessons.letting_run import BUDGET, MOST_UPDATES, PATIENCE, LettingRun
from playground.lessons.training_on import after
from playground.lessons.worked import Worked

BATCH = Worked(mode="batch", learning_rate=1)


@pytest.mark.parametrize("worked", [BATCH, Worked(use_bias=True), Worked(shuffle=False)])
def test_states_are_those_of_training_however_they_are_asked(worked):
    expected = after(worked, 700)
    run = LettingRun(worked)
    some, _ = run.states(0, 7, 100)
    np.testing.assert_array_equal(some.weights, expected.weights[7::7])
    later, _ = LettingRun(worked).states(641, 1, 3)  # in the middle of an epoch, behind a kept state
    np.testing.assert_array_equal(later.weights, expected.weights[642:645])
    back, _ = run.states(3, 5, 4)
    np.testing.assert_array_equal(back.error, expected.errors[8:24:5])


def test_a_batch_at_rate_one_learns_after_537_updates_and_ends_when_it_is_sure():
    run = LettingRun(BATCH)
    states, ending = run.states(0, 100, 48)
    assert ending is not None and ending[0] == "finished" and "537" in ending[1]
    assert states.update.tolist() == [100, 200, 300, 400, 500, 600, 700, 714]
    assert states.learned.tolist() == [-1] * 5 + [537] * 3
    assert np.all(np.abs(states.outputs[-1] - [0, 1, 1, 0]) < 0.25)
    on, ending = run.states(714, 100, 4)  # a person may go on
    assert ending is None and on.update.tolist() == [814, 914, 1014, 1114]


@pytest.mark.parametrize("stride", [1, 9, 100, 5000])
def test_it_ends_at_the_same_update_at_every_speed(stride):
    run, at = LettingRun(BATCH), 0
    while True:
        states, ending = run.states(at, stride, 48)
        at = int(states.update[-1])
        if ending:
            break
    assert at == 714


def test_row_by_row_without_biases_it_says_honestly_that_it_has_not_learned():
    run, at, ending = LettingRun(Worked()), 0, None
    while not ending:
        states, ending = run.states(at, 500, 48)
        at = int(states.update[-1])
    assert at == PATIENCE
    assert "Not learned after 20,000 updates" in ending[1] and "(1, 1), where 0 is right" in ending[1]
    assert "With biases" in ending[1]
    assert run.states(at, 1, 2)[1] is None


@pytest.fixture
def work(monkeypatch):
    """How many updates a question has computed, piece by piece; who goes on without end is stopped."""
    counted = []

    def count(worked, updates, before=None):
        counted.append(updates)
        assert sum(counted) <= BUDGET
        return after(worked, updates, before)

    monkeypatch.setattr(letting_run, "after", count)
    return counted


@pytest.mark.parametrize("origin", [0, 700, 2 * 10**9])
@pytest.mark.parametrize(("stride", "count"), [(1, 1), (100, 48), (10**9, 48)])
def test_a_question_is_never_much_work(work, origin, stride, count):
    run = LettingRun(Worked())
    for _ in range(2):
        work.clear()
        run.states(origin, stride, count, passed=origin)


def test_what_is_far_is_reached_over_several_questions():
    run, at, asked = LettingRun(Worked()), 0, 0
    while at < 12_000:  # as the player catches up with a link
        states, ending = run.states(at, 12_000 - at, 1, passed=12_000)
        at, asked = int(states.update[-1]), asked + 1
        assert ending is None
    assert at == 12_000 and asked == 3
    other = LettingRun(Worked())
    while not len((later := other.states(12_000, 5, 2)[0]).update):
        assert asked < 9
        asked += 1
    np.testing.assert_array_equal(later.weights, run.states(12_000, 5, 2)[0].weights)


def test_there_is_a_last_update_and_nothing_behind_it(work):
    run, ending, made = LettingRun(Worked()), None, 0
    while ending is None:
        work.clear()
        states, ending = run.states(2 * 10**9, 1, 1)
        made += sum(work)
    assert not len(states.update) and f"{MOST_UPDATES:,}" in ending[1]
    assert made == MOST_UPDATES > PATIENCE


def test_what_counts_as_sure_is_told_as_it_is_judged():
    targets = (-1, 1, 1, -1)
    run = LettingRun(BATCH.changed(targets=targets, output="tanh", learning_rate=0.3, use_bias=True))
    states, ending = run.states(0, 100, 48)
    assert ending is not None
    assert "Learned" in ending[1] and "nearer than 0.5 to its target" in ending[1]
    far = np.abs(states.outputs[-1] - targets).max()
    assert 0.25 < far < 0.5


def test_divergence_is_told_with_the_last_finite_state():
    worked = Worked(learning_rate=100, activation="linear", output="linear", mode="batch")
    states, ending = LettingRun(worked).states(0, 10, 48)
    assert ending is not None and ending[0] == "diverged" and "smaller learning rate" in ending[1]
    assert np.isfinite(states.error).all() and len(states.update)
    far, ended = LettingRun(worked).states(3_000, 1, 1)
    assert not len(far.update) and ended == ending
