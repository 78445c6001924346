"""The worked example let run: its states by number, and the ends it comes to."""

import numpy as np
import pytest

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


def test_a_question_is_never_much_work_and_there_is_a_last_update():
    run = LettingRun(Worked())
    states, _ = run.states(0, 100, 48)
    assert states.update[-1] <= BUDGET
    far, ending = run.states(0, 10**9, 48)  # as a link to nowhere would ask
    assert far.update.tolist() == [PATIENCE] and ending
    assert MOST_UPDATES > PATIENCE


def test_divergence_is_told_with_the_last_finite_state():
    worked = Worked(learning_rate=100, activation="linear", output="linear", mode="batch")
    states, ending = LettingRun(worked).states(0, 10, 48)
    assert ending is not None and ending[0] == "diverged" and "smaller learning rate" in ending[1]
    assert np.isfinite(states.error).all() and len(states.update)
