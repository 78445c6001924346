"""What all lessons share: settings from the player's own inputs, and the frames that follow."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from playground.frames import finite, unpack
from playground.kinds import Choice, Flag, Real, Several, Whole
from playground.player.inputs import described, read_inputs
from playground.player.lesson import VIEW, Lesson, Played, WholeCourse
from playground.settings import Settings, setting, table


def row(kind, default, group="All"):
    return setting(kind, default, group=group, label=f"A {type(kind).__name__}", help="Help.")


@dataclass(frozen=True, kw_only=True)
class Countdown(Settings):
    """Settings of a lesson that counts down."""

    start: int = row(Whole(1, 50), 5)
    unit: float = row(Real(0.1, 10, logarithmic=True), 1.0)
    pair: tuple[float, ...] = row(Several(Real(-1, 1), 2, 2), (0.0, 0.5))
    speed: str = row(Choice({"slow": "Slow", "fast": "Fast"}), "slow", VIEW)
    loud: bool = row(Flag(), False, VIEW)


class CountdownLesson(Lesson[Countdown]):
    """Counts down from `start`; refuses 13."""

    settings: ClassVar[type[Settings]] = Countdown
    screen: ClassVar[str] = "countdown"

    def teach(self, chosen):
        if chosen.start == 13:
            raise ValueError("From 13 nobody counts")
        update = np.arange(chosen.start + 1, dtype=np.int32)
        left = (chosen.start - update).astype(np.float32) * chosen.unit
        return WholeCourse(
            Played({"update": update, "left": left}, [f"{n}" for n in update]), ("finished", "Zero.")
        )

    def about(self):
        return {"from": self.chosen.start}

    def unused(self):
        return {"pair"}

    def further(self, kind, ask):
        return {"double": 2 * ask["number"]} if kind == "double" else super().further(kind, ask)


@pytest.fixture
def lesson():
    return CountdownLesson(Countdown())


def ask(lesson, kind, **detail):
    return unpack(
        lesson.answer({"kind": kind, "run": lesson.news.run, "serial": lesson.news.serial, **detail})
    )


def test_the_scene_brings_all_frames_the_inputs_and_the_end(lesson):
    header, fields = unpack(lesson.message("token"))
    assert (header["kind"], header["screen"], header["token"], header["count"]) == (
        "scene",
        "countdown",
        "token",
        6,
    )
    assert header["ended"] == {"state": "finished", "reason": "Zero."}
    assert header["notes"] == ["0", "1", "2", "3", "4", "5"]
    np.testing.assert_array_equal(fields["left"], [5, 4, 3, 2, 1, 0])
    inputs = header["scene"]["inputs"]
    assert inputs["start"]["kind"] == {"type": "whole", "low": 1, "high": 50, "word": None}
    assert (inputs["unit"]["value"], inputs["pair"]["value"], inputs["pair"]["hidden"]) == (
        "1",
        "0,0.5",
        True,
    )
    assert header["scene"]["view"] == {"speed": "slow", "loud": False}
    assert set(header["scene"]["viewSettings"]) == {"speed", "loud"}


def test_a_setting_brings_a_new_scene_at_the_place_that_is_shown(lesson):
    before = lesson.news.run
    header, _ = ask(lesson, "set", settings={"start": "9"}, update=3)
    assert (header["kind"], header["resume"], header["count"]) == ("scene", 3, 10)
    assert header["run"] == lesson.news.run == before + 1
    assert header["query"] == {
        "start": "9",
        "unit": "1",
        "pair": "0,0.5",
        "speed": "slow",
        "loud": "0",
        "update": "3",
    }
    header, _ = ask(lesson, "set", settings={"start": "2"}, update=8)
    assert header["resume"] == 2  # there is no eighth


def test_what_cannot_be_used_is_said_beside_it_and_the_rest_is_taken(lesson):
    header, _ = ask(lesson, "set", settings={"start": "many", "unit": "2"}, update=0)
    assert header["kind"] == "scene"
    assert header["problems"] == {
        "start": "A Whole 'many' is not allowed: it must be a whole number from 1 to 50."
    }
    assert (lesson.chosen.start, lesson.chosen.unit) == (5, 2.0)
    run = lesson.news.run
    header, _ = ask(lesson, "set", settings={"unit": "nan"}, update=0)
    assert (header["kind"], list(header["problems"]), lesson.news.run) == ("noted", ["unit"], run)


def test_what_cannot_be_taught_is_not_taken_over(lesson):
    header, _ = ask(lesson, "set", settings={"start": "13"}, update=0)
    assert (header["kind"], header["text"]) == ("noted", "")
    assert header["problems"] == {"start": "From 13 nobody counts. Nothing is changed."}
    header, _ = ask(lesson, "set", settings={"start": "13", "unit": "2"}, update=0)
    assert (header["text"], header["problems"]) == ("From 13 nobody counts. Nothing is changed.", {})
    assert lesson.chosen.start == 5
    lesson = CountdownLesson.from_query({"start": "13"})
    assert lesson.notices == ["From 13 nobody counts. The lesson begins with its own settings instead."]
    assert unpack(lesson.message())[0]["scene"]["from"] == 5


def test_how_it_is_shown_begins_nothing_anew(lesson):
    run = lesson.news.run
    header, _ = ask(lesson, "view", settings={"loud": True, "speed": "fast"})
    assert (header["kind"], header["query"]["loud"], header["query"]["speed"]) == ("noted", "1", "fast")
    assert lesson.news.run == run


def test_a_link_leads_back(lesson):
    ask(lesson, "set", settings={"start": "20", "unit": "0.5"}, update=0)
    ask(lesson, "rest", update=7)
    other = CountdownLesson.from_query(lesson.query())
    header, fields = unpack(other.message())
    assert (other.chosen, header["resume"], other.notices) == (lesson.chosen, 7, [])
    assert fields["left"][7] == 6.5


def test_a_wrong_link_falls_back_setting_by_setting():
    lesson = CountdownLesson.from_query({"start": "x", "unit": "2", "sped": "fast"})
    assert (lesson.chosen.start, lesson.chosen.unit) == (5, 2.0)
    assert any("start='x' is not allowed" in notice for notice in lesson.notices)
    assert "'sped' is no setting; did you mean speed?" in lesson.notices


def test_frames_of_a_whole_course_can_be_asked_for(lesson):
    header, fields = ask(lesson, "frames", **{"from": 1, "stride": 2, "count": 5})
    assert (fields["update"].tolist(), header["notes"]) == ([3, 5], ["3", "5"])


def test_a_reset_goes_to_the_start(lesson):
    ask(lesson, "rest", update=4)
    header, _ = ask(lesson, "reset")
    assert (header["kind"], header["resume"]) == ("scene", 0)


def test_further_questions_are_answered_and_senseless_ones_with_a_sentence(lesson):
    assert ask(lesson, "double", number=4)[0]["double"] == 8
    for detail in (
        {"kind": "nothing"}, {"kind": "frames"}, {"kind": "set"}, {"kind": "set", "settings": 3},
        {"kind": "set", "settings": {"nothing": "1"}}, {"kind": "rest", "update": -1}, {"kind": ["set"]},
        {"kind": "double", "number": None}, {},
    ):  # fmt: skip
        header, _ = unpack(lesson.answer({"run": lesson.news.run, "serial": 0, **detail}))
        assert header["kind"] == "problem", detail
        assert "could not be understood" in header["text"]


def test_a_question_about_an_earlier_run_gets_the_present_scene(lesson):
    old = lesson.news.run
    ask(lesson, "set", settings={"start": "7"}, update=0)
    header, _ = unpack(
        lesson.answer({"kind": "frames", "run": old, "serial": 0, "from": 0, "stride": 1, "count": 1})
    )
    assert (header["kind"], header["count"]) == ("scene", 8)


def test_news_are_only_those_that_the_player_has_not_heard(lesson):
    assert ask(lesson, "news")[0]["kind"] == "noted"
    header, _ = unpack(lesson.answer({"kind": "news", "run": 0, "serial": 0}))
    assert (header["kind"], header["run"]) == (
        "changed",
        lesson.news.run,
    )  # a player that lacks it asks for it


def test_nobody_waits_while_a_lesson_is_taught():
    """Another question of the same visitor is answered while the compiler, say, is at work."""
    begun, go_on = threading.Event(), threading.Event()

    class Slow(CountdownLesson):
        def teach(self, chosen):
            if chosen.start == 40:
                begun.set()
                assert go_on.wait(20)
            return super().teach(chosen)

    lesson = Slow(Countdown())
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, lesson, "set", settings={"start": "40"}, update=0)
        assert begun.wait(20)
        assert ask(lesson, "rest", update=2)[0]["kind"] == "noted"
        assert lesson.adopt({"unit": 3.0}) == ""  # quicker than the one that is under way
        go_on.set()
        header, _ = waiting.result(20)
    assert (header["scene"]["from"], lesson.chosen) == (40, Countdown(start=40, unit=3.0))


def test_inputs_are_described_and_read():
    shown = described(Countdown(), parts={"pair": ("a", "b")}, values={"pair": "1,1"})
    assert (shown["pair"]["parts"], shown["pair"]["value"]) == (["a", "b"], "1,1")
    assert shown["pair"]["kind"]["of"] == {"type": "real", "low": -1, "high": 1, "step": None, "log": False}
    values, problems = read_inputs(table(Countdown), {"pair": "0.1,2", "speed": "fast"})
    assert values == {"speed": "fast"}
    assert problems["pair"].startswith("A Several '0.1,2' is not allowed")
    with pytest.raises(KeyError):
        read_inputs(table(Countdown), {"other": "1"})


def test_numbers_for_json_have_no_infinities():
    assert finite([1.23456789, float("inf"), float("nan"), -0.5]) == [1.23457, None, None, -0.5]
