"""The perceptron as it is played: a frame for each correction, its end, and rounds without end on XOR."""

import re
from fractions import Fraction

import numpy as np
import pytest

from playground.frames import unpack
from playground.lessons.perceptron import Perceptron, teach
from playground.player.neuron_lesson import NeuronLesson
from playground.player.neuron_settings import NeuronPage
from playground.player.perceptron_course import OPENING, STAIRS, facts, perceptron_course


def by_hand(x, targets, corrections, rate=1.0, state=(0.0, 0.0, 0.0)):
    """The perceptron rule in five lines: states after each correction, and the rows at fault."""
    state, states, rows = np.array(state), [np.array(state)], []
    while len(rows) < corrections:
        for row, (point, target) in enumerate(zip(x, targets, strict=True)):
            error = target - (state @ [*point, 1] >= 0)
            if error and len(rows) < corrections:
                state = state + rate * error * np.array([*point, 1])
                states.append(state)
                rows.append(row)
    return np.array(states), rows


def test_every_correction_is_a_frame():
    course = perceptron_course(Perceptron(rows="and", first_weights=(0, 0)))
    played = course.opening
    story = course.story
    states, rows = by_hand(story.x, story.targets, len(story.corrections))
    np.testing.assert_allclose(played.fields["line"], states)
    assert played.fields["row"].tolist() == [-1, *rows]
    assert played.fields["wrong"][-1] == 0 and played.fields["wrong"][0] == 3
    assert course.ending == ("finished", "")
    assert facts(course)["words"].startswith("Every point is on its side after 11 corrections")


def test_exclusive_or_goes_round_for_ever():
    course = perceptron_course(Perceptron(rows="truth_table", first_weights=(0, 0)))
    assert course.ending is None
    states, rows = by_hand(course.story.x, course.story.targets, 4010)
    played, ended = course.frames(4000, 1, 10)
    assert ended is None
    assert played.fields["update"].tolist() == list(range(4001, 4011))
    np.testing.assert_allclose(played.fields["line"], states[4001:4011])
    assert played.fields["row"].tolist() == rows[4000:4010]
    assert played.notes[0]["round"] == 999 and {note["place"] for note in played.notes} == {0, 1, 2, 3}
    # As many rows are looked at as the rule takes, row by row.
    assert (np.diff(played.fields["looks"]) >= 1).all()
    assert played.fields["looks"][4] - played.fields["looks"][0] == course.story.cycle.looks


def test_it_does_not_matter_how_frames_are_asked_for():
    course = perceptron_course(Perceptron(rows="xor", noise=5))
    one, _ = course.frames(30, 1, 40)
    two, _ = course.frames(30, 10, 4)
    np.testing.assert_array_equal(two.fields["line"], one.fields["line"][9::10])
    assert two.notes == one.notes[9::10]
    last, ended = course.frames(course.last - 3, 2, 8)
    assert last.fields["update"].tolist() == [course.last - 1, course.last]
    assert ended == ("finished", "")
    none, ended = course.frames(course.last, 1, 8)
    assert len(none.fields["update"]) == 0 and ended


def test_the_correction_in_numbers():
    course = perceptron_course(Perceptron(rows="or", rate=0.1, first_weights=(0.5, -0.25), first_bias=-1))
    for note, before, after in zip(
        course.opening.notes[1:], course.states[:-1], course.states[1:], strict=True
    ):
        assert [line.split(" ←")[0] for line in note["steps"]] == ["w₁", "w₂", "b"]
        for line, old, new in zip(note["steps"], before, after, strict=True):
            _, sum_, result = re.split(r" ← | [=≈] ", line.replace("−", "-"))
            assert eval(sum_.replace("·", "*")) == pytest.approx(new, abs=1e-9)  # plain numbers of our own
            assert float(result) == pytest.approx(new, abs=1e-4)
            assert float(sum_.split(" + ")[0].strip("()")) == pytest.approx(old, abs=1e-4)
        assert note["verdict"].startswith("≥" if note["output"] else "<")


def test_tenths_lie_on_the_line_as_exactly_as_ones():
    """In binary, sums of tenths miss 0 by a hair; the rows that are on their side are the same all the same."""
    ones, tenths = (
        perceptron_course(Perceptron(rows="and", rate=rate, first_weights=(0, 0))).opening
        for rate in (1.0, 0.1)
    )
    np.testing.assert_array_equal(ones.fields["sides"], tenths.fields["sides"])
    assert [note.get("jump") for note in ones.notes] == [note.get("jump") for note in tenths.notes]


def test_the_error_along_a_weight_is_flat_and_jumps():
    course = perceptron_course(Perceptron(rows="truth_table"))
    stairs = course.opening.fields["stairs"]
    assert stairs.shape[1] == STAIRS
    assert len(np.unique(stairs)) <= 5  # halves of whole numbers of rows
    for frame in range(len(stairs)):
        at = course.opening.fields["line"][frame][0]
        place = round((at + course.reach) / (2 * course.reach) * (STAIRS - 1))
        if not course.opening.notes[frame]["jump"]:
            assert stairs[frame][place] == 0.5 * course.opening.fields["wrong"][frame]


@pytest.mark.parametrize("rows", ["and", "or", "nand", "truth_table"])
def test_the_first_view_is_a_staircase_with_jumps_and_the_neuron_on_one_of_its_treads(rows):
    opening = perceptron_course(NeuronPage(topic="perceptron", rows=rows)).opening
    assert len(np.unique(opening.fields["stairs"][0])) > 1
    assert not opening.notes[0]["jump"] and opening.fields["wrong"][0] > 0


def exactly(values):
    return [Fraction(repr(float(value))) for value in values]


@pytest.mark.parametrize(
    "settings",
    [
        {
            "rows": "and"
        },  # at its start all rows are on the line, and those that w₁ moves make up for one another
        {"rows": "or", "first_weights": (0.1, -0.3), "first_bias": 0.2, "rate": 0.1},
        {"rows": "truth_table", "rate": 0.3},
        {"rows": "circle", "count": 500},
    ],
)
def test_what_is_said_of_the_error_is_exact(settings):
    """Half the rows that are wrong, and a jump only where the error is another one just beside: by fractions."""
    page = Perceptron(**settings)
    course = perceptron_course(page)
    x, targets = page.points
    points = [[Fraction(float(value)) for value in row] + [Fraction(1)] for row in x]
    state, rate = exactly((*page.first_weights, page.first_bias)), Fraction(repr(page.rate))

    def error(move):
        """Twice the error with w₁ moved by less than any row's distance: only the sign of the move counts."""
        sums = [sum(w * part for w, part in zip(state, row, strict=True)) for row in points]
        beside = [z or move * row[0] for z, row in zip(sums, points, strict=True)]
        return sum((z >= 0) != t for z, t in zip(beside, targets, strict=True))

    played = course.opening
    for frame, note in enumerate(played.notes):
        if frame:
            row = played.fields["row"][frame]
            step = rate * (note["target"] - note["output"])
            state = [w + step * part for w, part in zip(state, points[row], strict=True)]
        assert played.fields["wrong"][frame] == error(0)
        assert note["jump"] == (not error(-1) == error(0) == error(1))


def test_what_the_margin_is_a_distance_of():
    lines = facts(perceptron_course(Perceptron(rows="and")))["bound"]
    assert lines[0] == "R ≈ 1.7321, the longest (x₁, x₂, 1)"
    # x₁ + x₂ = 1.5 is 1/√8 from (1, 1); as a plane, (2, 2, −3)/√17, it is 1/√17 from (1, 1, 1).
    assert lines[1] == (
        "γ ≈ 0.2425, how far the nearest of them is from the best plane through 0 between them "
        "(in the picture a line, 0.3536 from the nearest point)"
    )


def test_a_long_story_comes_in_parts_and_a_link_leads_into_it():
    lesson = NeuronLesson(NeuronPage(topic="perceptron", rows="circle"))
    header, arrays = unpack(lesson.message("token"))
    assert "ended" not in header and len(arrays["update"]) == OPENING + 1
    ask = {"run": header["run"], "serial": header["serial"]}
    lesson.answer({"kind": "rest", "update": 700, **ask})
    assert lesson.query()["update"] == "700"
    again = NeuronLesson.from_query(lesson.query())
    header, _ = unpack(again.message("token"))
    assert header["resume"] == 700
    ask = {"run": header["run"], "serial": header["serial"]}
    _, arrays = unpack(again.answer({"kind": "frames", "from": 24, "stride": 676, "count": 1, **ask}))
    assert arrays["update"].tolist() == [700]
    made = teach(Perceptron(rows="circle")).corrections[699]
    np.testing.assert_allclose(arrays["line"][0], [*made.weights, made.bias], rtol=1e-6)


def test_another_perceptron_begins_at_the_beginning():
    lesson = NeuronLesson(NeuronPage(topic="perceptron", rows="truth_table"), update=3)
    numbers = {"run": lesson.news.run, "serial": lesson.news.serial}
    header, _ = unpack(lesson.answer({"kind": "set", "settings": {"speed": "slow"}, "update": 3, **numbers}))
    assert header["kind"] == "noted" and lesson.query()["update"] == "3"
    header, _ = unpack(lesson.answer({"kind": "set", "settings": {"rate": "2"}, "update": 3, **numbers}))
    assert header["resume"] == 0 and "update" not in lesson.query()
