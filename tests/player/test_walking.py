"""The race downhill as its player hears of it."""

import numpy as np
import pytest

from playground.downhill.descent import descend
from playground.downhill.examples import EXAMPLES
from playground.downhill.settings import Downhill
from playground.downhill.wording import written
from playground.frames import unpack
from playground.player.walking import Walk, WalkLesson


def ask(lesson, kind, **detail):
    return unpack(
        lesson.answer({"kind": kind, "run": lesson.news.run, "serial": lesson.news.serial, **detail})
    )


@pytest.fixture(scope="module")
def first():
    return WalkLesson(Walk(optimizers=("sgd", "momentum", "averaged"), steps=40))


def test_the_frames_are_the_race(first):
    _, fields = unpack(first.message())
    race = descend(Downhill(optimizers=("sgd", "momentum", "averaged"), steps=40).race)
    np.testing.assert_array_equal(fields["update"], np.arange(41))
    for number in range(3):
        np.testing.assert_allclose(fields[f"{number}.place"], race.positions[number], rtol=1e-6)
        np.testing.assert_allclose(fields[f"{number}.cost"], race.costs[number], rtol=1e-6)
        np.testing.assert_allclose(
            fields[f"{number}.gradient"][:-1], race.gradients[number], rtol=1e-6, atol=1e-12
        )
        np.testing.assert_allclose(
            np.diff(fields[f"{number}.place"], axis=0), fields[f"{number}.step"][:-1], rtol=1e-4, atol=1e-6
        )
    np.testing.assert_allclose(fields["2.shown"], race.shown[2], rtol=1e-6)


def test_the_scene_names_who_goes_and_what_is_known(first):
    scene = unpack(first.message())[0]["scene"]
    assert [walker["label"] for walker in scene["walkers"]][:2] == ["Gradient descent", "Momentum"]
    assert scene["walkers"][0]["verdict"].startswith("Overshoots")  # 0.3 > 1/4
    assert scene["surface"]["minima"] == [{"place": [0, 0], "cost": 0}]
    assert {"momentum", "average_after"} <= {
        name for name, row in scene["inputs"].items() if not row["hidden"]
    }
    assert scene["inputs"]["beta1"]["hidden"]
    assert scene["inputs"]["start"]["value"] == "-3.5,2.5"


def test_the_terms_of_a_step_add_up(first):
    (header, _), rate = ask(first, "terms", walker=1, step=3), 0.1
    rows = dict(header["terms"]["rows"])
    velocity = 0.9 * np.array(rows["velocity before"]) + rows["slope"]
    np.testing.assert_allclose(rows["velocity after"], velocity, rtol=1e-6)
    np.testing.assert_allclose(rows["step"], -rate * velocity, rtol=1e-6)
    assert header["terms"]["rate"] == rate


def test_behind_the_last_step_there_are_no_terms(first):
    header, _ = ask(first, "terms", walker=0, step=40)
    assert (header["terms"]["rows"], header["terms"]["end"]) == ([], "The race ends here: no step follows.")
    for detail in ({"walker": 3, "step": 0}, {"walker": 0, "step": 41}, {"walker": "x", "step": 0}):
        assert ask(first, "terms", **detail)[0]["kind"] == "problem"


def test_who_leaves_is_said_to_with_coordinates():
    lesson = WalkLesson(Walk(surface="rosenbrock", optimizers=("sgd",), rates=(0.05,)))
    header, fields = unpack(lesson.message())
    left = header["scene"]["walkers"][0]["left"]
    assert left["sentence"].startswith(f"It left at step {left['step']}: ")
    assert np.all(np.isfinite(fields["0.place"]))
    assert fields["0.state"].tolist() == [0] * (left["step"] + 1) + [2] * (100 - left["step"])
    assert ask(lesson, "terms", walker=0, step=left["step"])[0]["terms"]["end"] == left["sentence"]


def test_typed_formulas_are_gone_down_on_and_wrong_ones_told_with_their_column(first):
    lesson = WalkLesson(Walk())
    header, fields = ask(lesson, "set", settings={"surface": "formula", "formula": "x^2 + y^4"}, update=0)
    start = fields["0.place"][0]
    assert fields["0.cost"][0] == pytest.approx(start[0] ** 2 + start[1] ** 4, rel=1e-5)
    header, _ = ask(lesson, "set", settings={"formula": "x^2 + __import__('os')"}, update=0)
    assert "At column 18 there is" in header["problems"]["formula"]
    header, _ = ask(lesson, "set", settings={"formula": "log(-1 - x^2)"}, update=0)
    assert header["problems"]["formula"].endswith("Nothing is changed.")
    assert lesson.chosen.formula == "x^2 + y^4"


@pytest.mark.parametrize(
    ("curve", "start"),
    [("sqrt(x)", "0"), ("abs(x)^1.5", "0"), ("sqrt(1 - x^2)", "1"), ("log(0.001 - abs(x - 0.4))", "none")],
)
def test_a_curve_that_ends_or_has_a_kink_where_all_begin_is_no_fault(curve, start):
    """Where the slope or the curvature is not finite there is nothing to say of it, or the race is refused in words."""
    lesson = WalkLesson.from_query({"surface": "curve", "curve": curve, "start": start})
    assert unpack(lesson.message())[0]["kind"] == "scene"
    assert not any("array" in notice or "understood" in notice for notice in lesson.notices)
    other = WalkLesson(Walk())
    header, _ = ask(other, "set", settings={"surface": "curve", "curve": curve, "start": start}, update=0)
    assert header["kind"] in ("scene", "noted")
    assert ask(other, "scene")[0]["kind"] == "scene"


def test_all_eight_far_away_fit_into_a_message():
    """Numbers beyond single precision become infinite, which is no number of a picture, and no warning either."""
    lesson = WalkLesson(
        Walk(
            surface="saddle", optimizers=EXAMPLES["banana"].settings["optimizers"], rates=(10.0,), steps=2000
        )
    )
    header, _ = unpack(lesson.message())
    assert all(walker["left"] for walker in header["scene"]["walkers"][:3])


def test_the_search_finds_what_numpy_finds():
    lesson = WalkLesson(Walk(surface="himmelblau"))
    header, _ = ask(lesson, "search")
    axis = np.linspace(-5, 5, 1000)
    x, y = np.meshgrid(axis, axis)
    lowest = ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2).min()
    assert header["found"]["words"].startswith("1,000,000 points tried in ")
    assert f"the lowest is {written(lowest)} at" in header["found"]["words"]
    assert "10⁷⁵ combinations above would take" in header["found"]["time"]
    assert header["found"]["time"].endswith("years.")


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_recognized_wherever_they_come_from(name):
    lesson = WalkLesson(Walk())
    chosen = next(each for each in unpack(lesson.message())[0]["scene"]["examples"] if each["name"] == name)
    header, _ = ask(lesson, "set", settings=chosen["settings"], update=0)
    assert (header["scene"]["example"], header["problems"], header["text"]) == (name, {}, "")
    again = unpack(WalkLesson.from_query(lesson.query()).message())[0]
    assert again["scene"]["example"] == name


def final(name):
    lesson = WalkLesson(Walk(**EXAMPLES[name].settings))
    return lesson.course.descent


def test_the_examples_show_what_they_say():
    rates = final("rates").costs[:, -1]
    assert rates[1] < 1e-6 and rates[2] < 1e-6 and rates[0] > 0.1 and rates[3] > 100
    assert np.all(final("wells").positions[:, -1, 0] > 0.9)  # the shallower valley
    valley = final("valley").costs[:, -1]
    assert valley[1] < valley[0] / 10 and valley[2] < valley[0] / 10
    leaving = [int(np.argmax(np.abs(way[:, 1]) > 2)) for way in final("saddle").positions]
    assert leaving[2] < leaving[1] < leaving[0]
    trembling = final("noise")
    assert np.ptp(trembling.shown[0, 300:], axis=0).max() > 4 * np.ptp(trembling.shown[1, 300:], axis=0).max()
    ripples = final("ripples").positions[:, -1, 0]
    assert ripples[0] > 5 and ripples[1] < 4
