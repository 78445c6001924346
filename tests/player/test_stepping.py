"""What "Forward and back" answers to its player. No browser, no Streamlit."""

import json
import time
from concurrent.futures import Future

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.figures import PALETTES, error_figure
from playground.frames import unpack
from playground.lessons.endless import MOST_STEPS
from playground.lessons.formulas import FORMULAS
from playground.lessons.letting_run import MOST_UPDATES
from playground.lessons.training_on import after
from playground.lessons.worked import DIFFERENTIABLE, Worked
from playground.observing import GRID
from playground.player.step_course import hidden_scale, surfaces
from playground.player.stepping import PRESETS, Stepping, SteppingLesson


@pytest.fixture
def lesson() -> SteppingLesson:
    return SteppingLesson(Stepping())


def say(lesson: SteppingLesson, kind: str, **rest: object):
    return unpack(lesson.answer({"kind": kind, "run": lesson.news.run, "serial": lesson.news.serial, **rest}))


def change(lesson: SteppingLesson, update: int = 0, **settings: str):
    return say(lesson, "set", settings=settings, update=update)


def gradients(lesson: SteppingLesson, number: int):
    for _ in range(200):
        answer = say(lesson, "gradients", number=number)[0]
        if not answer.get("pending"):
            return answer
        time.sleep(0.05)
    raise TimeoutError


def values(notes: list, kind: str) -> dict[str, float]:
    shown = {"sum": "sums", "output": "outputs"}[kind]
    last = [note for note in notes if note["kind"] == kind][-1]
    return {name: float(text) for name, text in last[shown].items()}


def test_the_first_update_comes_with_the_scene_in_the_numbers_of_the_texts(lesson):
    header, arrays = unpack(lesson.message())
    notes = header["notes"]
    assert header["screen"] == "forward_back" and len(notes) == header["count"] == 35
    assert arrays["update"].tolist() == list(range(35))
    assert values(notes, "sum") == {"h1": 1, "h2": 1.3, "h3": 0.8, "out": 1.2332}
    assert values(notes, "output") == {
        "x1": 1, "x2": 1, "h1": 0.7311, "h2": 0.7858, "h3": 0.69, "out": 0.7744,
    }  # fmt: skip
    assert [note["stage"] for note in notes[:3]] == [1, 2, 2] and notes[-1]["stage"] == 7
    np.testing.assert_allclose(arrays["outputs"][0, 3], 0.77438, atol=1e-5)
    assert notes[-1]["fresh"]["w11"] == "0.7960"


def test_rounded_on_the_way_it_is_what_texts_print(lesson):
    header, _ = change(lesson, rounding="two_places")
    assert values(header["notes"], "sum")["out"] == 1.235
    assert "1.235" in next(note["remark"] for note in header["notes"] if note["neuron"] == "out")


def test_steps_go_on_over_the_border_and_are_the_same_however_asked(lesson):
    on = say(lesson, "frames", **{"from": 34, "stride": 1, "count": 48})
    again = say(lesson, "frames", **{"from": 50, "stride": 1, "count": 1})
    assert on[0]["notes"][0]["number"] == 1 and on[0]["notes"][0]["x"] == ["0", "0"]
    assert on[0]["notes"][16] == again[0]["notes"][0]
    np.testing.assert_array_equal(on[1]["weights"][16:17], again[1]["weights"])


def test_a_typed_weight_keeps_the_step_that_is_shown(lesson):
    header, _ = change(lesson, update=12, weights_in="0.5,0.2,0.4,0.9,0.3,0.5")
    assert header["kind"] == "scene" and header["resume"] == 12
    assert values(header["notes"], "sum")["h1"] == 0.7


def test_a_step_far_on_comes_with_the_scene_too(lesson):
    header, arrays = change(lesson, update=120, learning_rate="1")
    assert header["resume"] == 120 and arrays["update"][-1] == 120


def test_a_refused_value_changes_nothing_and_is_told(lesson):
    run = lesson.news.run
    header, _ = change(lesson, learning_rate="1000", target="2")
    assert header["kind"] == "noted" and lesson.news.run == run
    assert "Learning rate" in header["problems"]["learning_rate"] and "0.001 to 100" in str(header)
    assert "from -1 to 1" in header["problems"]["target"]


def test_what_does_not_fit_is_told(lesson):
    change(lesson, error="cross_entropy")
    header, _ = change(lesson, output="tanh")
    assert "Squared error is used instead" in header["text"] and lesson.chosen.error == "squared"


@pytest.mark.parametrize("mode", ["row", "batch"])
def test_gradients_by_hand_stand_beside_those_of_automatic_differentiation(mode):
    lesson = SteppingLesson(Stepping(mode=mode, use_bias=True))
    answer = gradients(lesson, 2)
    assert list(answer["rows"]) == lesson.chosen.learned
    assert "the same" in answer["verdict"] and "digit" in answer["verdict"]
    last = lesson.course.endless.of_update(2)[-1].known.gradients
    for name, row in answer["rows"].items():
        exponent = (
            row["found"]
            .replace("−", "-")
            .replace("·10", "e")
            .translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
        )
        np.testing.assert_allclose(float(exponent), last[name], rtol=1e-3)  # fmt: skip


def test_where_hand_rounds_the_difference_is_told():
    answer = gradients(SteppingLesson(Stepping(rounding="two_places")), 0)
    assert "rounded on the way" in answer["verdict"] and "apart" in answer["verdict"]


@pytest.mark.parametrize("number", [-1, 10**9, "x", None, 1.5, True])
def test_gradients_of_no_update_are_a_sentence(lesson, number):
    assert say(lesson, "gradients", number=number)[0]["kind"] == "problem"
    change(lesson, show="run")
    assert say(lesson, "gradients", number=0)[0]["kind"] == "problem"


def test_let_run_shows_states_of_training(lesson):
    header, first = change(lesson, show="run", mode="batch", learning_rate="1")
    assert header["scene"]["show"] == "run" and not header["scene"]["dense"]
    assert first["update"].tolist() == [0]
    header, arrays = say(lesson, "frames", **{"from": 0, "stride": 100, "count": 48})
    expected = after(Worked(mode="batch", learning_rate=1), 714)
    assert header["ended"]["state"] == "finished" and "537" in header["ended"]["reason"]
    np.testing.assert_allclose(
        arrays["train_loss"], expected.errors[[100, 200, 300, 400, 500, 600, 700, 714]], rtol=1e-6
    )
    assert arrays["surface"].shape == (8, GRID, GRID)  # fmt: skip


def test_the_plane_holds_the_answers_to_the_rows():
    """Of the plane's 49 points from −1 to 2, numbers 16 and 32 are 0 and 1."""
    worked = Worked(mode="batch", learning_rate=1)
    trained = after(worked, 700)
    plane = surfaces(worked, trained.weights[-1:])[0].astype(float)
    found = [plane[y, x] / 127 - 1 for y, x in ((16, 16), (32, 16), (16, 32), (32, 32))]
    np.testing.assert_allclose(found, 2 * trained.outputs[-1] - 1, atol=0.005)


def test_links_round_trip(lesson):
    change(lesson, use_bias="1", biases="0.1,0,-2,0.5", show="run", learning_rate="2")
    say(lesson, "rest", update=25)
    again = SteppingLesson.from_query(lesson.query())
    assert again.chosen == lesson.chosen and again.query() == lesson.query() and not again.notices


def test_a_link_with_mistakes_opens_with_a_sentence_for_each():
    lesson = SteppingLesson.from_query({"show": "dance", "weigths_in": "1", "update": "99999999", "x": "1"})
    assert len(lesson.notices) == 3 and lesson.chosen == Stepping()
    assert lesson.query()["update"] == str(MOST_STEPS)


def test_a_link_beyond_the_last_update_of_a_run_leads_there():
    lesson = SteppingLesson.from_query({"show": "run", "update": "2000000000"})
    assert unpack(lesson.message())[0]["resume"] == MOST_UPDATES == int(lesson.query()["update"])


def test_starting_points_say_every_setting_and_are_allowed(lesson):
    for preset in [*PRESETS["steps"], *PRESETS["run"]]:
        header, _ = change(lesson, **preset["settings"])
        assert not header.get("problems")
        chosen = lesson.chosen.to_query()
        assert {name: chosen[name] for name in preset["settings"]} == preset["settings"]


@pytest.mark.parametrize("learning_rate", ["100", "0.001"])
def test_steps_that_diverge_end_with_a_sentence(lesson, learning_rate):
    header, _ = change(lesson, activation="linear", output="linear", learning_rate=learning_rate)
    ended = header.get("ended")
    assert (ended is not None and ended["state"] == "diverged" and "too large" in ended["reason"]) == (
        learning_rate == "100"
    )
    json.dumps(header, allow_nan=False)  # fmt: skip


@given(
    st.dictionaries(
        st.sampled_from(["from", "stride", "count", "number", "update", "settings"]),
        st.one_of(
            st.none(),
            st.integers(-3, 10**12),
            st.text(max_size=4),
            st.floats(),
            st.lists(st.integers(), max_size=2),
        ),
    ),
    st.sampled_from(["frames", "rest", "gradients", "set", "view", "relief"]),
    st.sampled_from(["steps", "run"]),
)
@example({"from": 200_000, "stride": 1, "count": 1}, "frames", "run")
@example({"from": 0, "stride": 2 * 10**9, "count": 48}, "frames", "run")
def test_nonsense_is_answered(rest, kind, show):  # fmt: skip
    lesson = SteppingLesson(Stepping(show=show))
    header, _ = say(lesson, kind, **rest)
    assert header["kind"] in ("problem", "noted", "frames", "gradients", "scene")


@pytest.mark.parametrize("theme", list(PALETTES))
def test_the_error_s_chart_follows_the_frames(theme):
    (line,) = error_figure(PALETTES[theme]).data
    assert line.meta["series"] == "train_loss"


@pytest.mark.parametrize("update", [714, 900])
def test_a_link_leads_to_and_beyond_where_a_run_ended(update):
    query = Stepping(show="run", mode="batch", learning_rate=1).to_query() | {"update": str(update)}
    lesson = SteppingLesson.from_query(query)
    assert unpack(lesson.message())[0]["resume"] == update
    header, arrays = say(lesson, "frames", **{"from": 0, "stride": update // 6, "count": 6, "replay": True})
    assert arrays["update"][-1] == update and (header["ended"] is not None) == (update == 714)


def test_teaching_changes_nothing(lesson):
    lesson = SteppingLesson(Stepping(), update=12)
    kept = lesson._gradients = {0: Future()}
    lesson.teach(Stepping(show="run"))
    assert lesson._gradients is kept and lesson.query()["update"] == "12" and not kept[0].cancelled()


def test_other_settings_cancel_what_was_to_be_differentiated(lesson):
    waiting = Future()
    lesson._gradients = {3: waiting}
    change(lesson, step_speed="fast")
    change(lesson, learning_rate="1000")
    assert not waiting.cancelled() and 3 in lesson._gradients
    change(lesson, learning_rate="1")
    assert waiting.cancelled() and not lesson._gradients


@pytest.mark.parametrize("show", ["steps", "run"])
def test_frames_say_which_answers_are_right(show):
    lesson = SteppingLesson(Stepping(show=show))
    _, arrays = unpack(lesson.message())
    assert arrays["right"][0].tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize("activation", list(DIFFERENTIABLE))
def test_a_hidden_output_is_drawn_neutral_where_its_range_has_its_middle(activation):
    scale = hidden_scale(activation)
    with np.errstate(all="ignore"):
        outputs = FORMULAS[activation].value(np.linspace(-30, 30, 1000))
    within = outputs.min() >= 0 and outputs.max() <= 1
    assert scale["neutral"] == (0.5 if within else 0)
    if scale["reach"] is None:
        assert outputs.max() > 2
    else:
        assert np.abs(outputs - scale["neutral"]).max() == pytest.approx(scale["reach"], abs=1e-3)
    lesson = SteppingLesson(Stepping(show="run", activation=activation))
    assert lesson.about()["hidden"] == scale


def test_a_run_begins_again_with_other_settings():
    lesson = SteppingLesson(Stepping(show="run"), update=50)
    header, _ = change(lesson, update=80, learning_rate="3")
    assert header["resume"] == 0
