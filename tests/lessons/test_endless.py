"""The endless course of steps: the same however it is asked, over every border of an update."""

import numpy as np
import pytest

from playground.lessons.endless import ENOUGH, MOST_STEPS, Endless
from playground.lessons.logic import ROWS
from playground.lessons.steps import next_row, steps
from playground.lessons.worked import Worked


def test_it_begins_with_stage_one_and_then_is_the_steps_of_the_worked_example():
    endless = Endless(Worked())
    assert (endless.place(0).kind, endless.place(0).stage) == ("start", 1)
    places = [endless.place(at) for at in range(1, endless.length)]
    assert [place.step.value for place in places] == [step.value for step in steps(Worked())]
    assert (endless.place(endless.length).kind, endless.place(endless.length).stage) == ("next", 7)


@pytest.mark.parametrize("mode", ["row", "batch"])
def test_each_update_begins_with_the_weights_that_the_one_before_left(mode):
    endless = Endless(Worked(mode=mode))
    for update in range(4):
        last = endless.place(update * endless.length + endless.length - 1)
        first = endless.place((update + 1) * endless.length + 1)
        assert first.step.known.weights == last.step.known.new_weights
        assert (last.update, first.update, first.offset) == (update, update + 1, 0)
    assert endless.settings(1).values.tolist() == next_row(Worked(mode=mode)).values.tolist()


def test_rows_follow_the_typed_one_in_the_order_of_the_table():
    endless = Endless(Worked(x=(0, 1), target=1, targets=(0, 1, 1, 0)))
    rows = [endless.settings(update) for update in range(6)]
    assert [each.x for each in rows[1:]] == [(1, 0), (1, 1), (0, 0), (0, 1), (1, 0)]
    assert [each.target for each in rows[1:]] == [1, 0, 0, 1, 1]


def test_a_row_that_is_not_in_the_table_is_followed_by_the_first_of_it():
    assert Endless(Worked(x=(0.5, 2), target=1)).settings(1).x == tuple(ROWS[0])


@pytest.mark.parametrize(
    ("row", "ends"),
    [
        ({"x": (1, 1), "target": 0}, [5]),
        ({"x": (0, 0), "target": 0}, [4, 8]),
        ({"x": (0, 0), "target": 1}, [8]),  # no row of the table
        ({"x": (0.5, 2), "target": 1}, [5]),
        ({"mode": "batch"}, list(range(1, 9))),
    ],
)
def test_an_epoch_is_over_only_after_all_rows_of_the_table(row, ends):
    endless = Endless(Worked(**row))
    said = [endless.place(update * endless.length).step.words for update in range(1, 9)]
    assert [update for update, words in enumerate(said, 1) if "an epoch is over" in words] == ends


def test_the_end_that_came_first_is_the_end():
    endless = Endless(Worked(learning_rate=100, activation="linear", output="linear", weights_in=(50,) * 6))
    for at in (endless.length, MOST_STEPS + 1):
        with pytest.raises(ValueError, match="too large"):
            endless.place(at)
        assert endless.stopped is not None and endless.stopped.state == "diverged"
    with pytest.raises(ValueError, match="Let it run"):
        (fine := Endless(Worked())).place(MOST_STEPS + 1)
    assert fine.stopped is not None and fine.stopped.state == "finished"


def rounded(worked):
    endless = Endless(worked)
    places = [endless.place(at) for at in range(endless.length)]
    return [place.remark for place in places if place.kind == "sum" and place.step.neuron == "out"]


def test_what_rounding_does_is_computed():
    (said,) = rounded(Worked(rounding="two_places"))
    assert "is 1.2332 instead of 1.235." in said and "Texts that print 1.235" in said
    (said,) = rounded(Worked(rounding="two_places", weights_out=(1, 1, 1)))
    assert "is 2.2069 instead of 2.21." in said and "1.23" not in said
    assert len(set(rounded(Worked(rounding="two_places", mode="batch")))) == 4
    (said,) = rounded(Worked(rounding="two_places", activation="linear"))
    assert "changes nothing" in said


@pytest.mark.parametrize("mode", ["row", "batch"])
def test_a_step_is_the_same_however_it_is_asked(mode):
    worked = Worked(mode=mode, use_bias=True)
    forward, at_once = Endless(worked), Endless(worked)
    wanted = 3 * forward.length + 7
    for at in range(wanted):
        forward.place(at)
    assert forward.place(wanted) == at_once.place(wanted)
    assert forward.place(5) == Endless(worked).place(5)  # and back again


def test_stages_begin_where_it_says():
    for worked in (Worked(), Worked(mode="batch", use_bias=True)):
        endless = Endless(worked)
        for stage, offset in endless.starts().items():
            assert endless.place(1 + offset).stage == stage
            assert offset == 0 or endless.place(offset).stage == stage - 1 or stage == 2


def test_it_ends_with_a_sentence_where_weights_leave_all_bounds():
    endless = Endless(Worked(learning_rate=100, activation="linear", output="linear", weights_in=(50,) * 6))
    with pytest.raises(ValueError, match="too large"):
        endless.place(endless.length)
    assert endless.stopped is not None and endless.stopped[0] == endless.length - 1
    assert endless.place(endless.length - 1).kind == "update"


def test_it_ends_at_ten_thousand_steps():
    with pytest.raises(ValueError, match="Let it run"):
        Endless(Worked()).place(MOST_STEPS + 1)
    assert "10,000" in ENOUGH


def test_what_is_often_got_wrong_stands_where_it_belongs():
    row, batch = Endless(Worked()), Endless(Worked(mode="batch"))
    assert "Reinforcement" in row.place(row.length).remark
    assert "averages" in next(
        place.remark for place in map(batch.place, range(batch.length)) if place.kind == "gradient"
    )
    deltas = [place for place in map(row.place, range(row.length)) if place.kind == "delta"]
    assert "(y − t)" in deltas[0].remark and "Σ" in deltas[1].remark and "Σ" in deltas[1].step.symbols


def test_the_values_of_a_batch_descend_the_summed_error():
    worked = Worked(mode="batch")
    before, after = worked.values, Endless(worked).settings(1).values
    assert not np.array_equal(before, after)
