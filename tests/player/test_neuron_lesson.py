"""What the page about one neuron tells its player: numbers against NumPy, inputs, links, measurements."""

import json
import threading

import numpy as np
import pytest
from scipy.special import expit
from scipy.special import softmax as scipys

from playground.figures import PALETTES
from playground.frames import unpack
from playground.lessons.activation_facts import FACTS
from playground.lessons.depth import layers
from playground.nn.activations import ACTIVATIONS
from playground.player import neuron_depth
from playground.player.neuron_lesson import NeuronLesson
from playground.player.neuron_settings import SPEEDS, TOPICS, NeuronPage


def say(lesson, kind, **rest):
    ask = {"kind": kind, "run": lesson.news.run, "serial": lesson.news.serial, **rest}
    return unpack(lesson.answer(ask))


def scene(lesson):
    header, _ = unpack(lesson.message("token"))
    return header["scene"]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_what_a_player_needs(topic):
    header, arrays = unpack(NeuronLesson(NeuronPage(topic=topic)).message("token"))
    assert (header["screen"], header["scene"]["topic"]) == ("neuron", topic)
    shown = header["scene"]
    assert set(shown["figures"]) == set(shown["palettes"]) == set(PALETTES)
    assert all(figure["data"] is not None for figure in shown["figures"]["dark"].values())
    assert [speed["name"] for speed in shown["speeds"]] == list(SPEEDS)
    assert set(shown["viewSettings"]) == {"speed"}
    assert arrays["update"][0] == 0
    if topic != "perceptron":
        assert header["ended"] == {"state": "idle", "reason": ""}
        assert len(arrays["update"]) == 1


def test_a_slider_moves_sum_and_output():
    lesson = NeuronLesson(NeuronPage())
    header, _ = say(lesson, "set", settings={"weights": "0.8,-2,1", "bias": "0.5"}, update=0)
    shown = header["scene"]
    assert header["problems"] == {} and header["query"]["bias"] == "0.5"
    assert shown["z"] == pytest.approx(0.8 - 2 + 0.5)
    assert shown["y"] == pytest.approx(expit(-0.7))
    assert shown["slope"] == pytest.approx(expit(-0.7) * expit(0.7))
    assert shown["sum"][1] == "z = 0.8·1 + (−2)·1 + 0.5 = −0.7"
    assert shown["products"] == ["0.8", "−2"]


def test_what_cannot_be_used_is_refused_beside_its_input():
    lesson = NeuronLesson(NeuronPage())
    run = lesson.news.run
    header, _ = say(lesson, "set", settings={"bias": "11"}, update=0)
    assert header["kind"] == "noted" and lesson.news.run == run
    assert "must be a number from -10 to 10" in header["problems"]["bias"]
    header, _ = say(lesson, "set", settings={"bias": "many", "inputs": "3"}, update=0)
    assert set(header["problems"]) == {"bias"} and header["scene"]["inputs_"] == 3  # the sound one counts
    header, _ = say(lesson, "set", settings={"biass": "1"}, update=0)
    assert header["kind"] == "problem"


def test_a_link_reproduces_the_page():
    page = NeuronPage(
        topic="softmax",
        logits=(3.0, -1.0, 0.5),
        temperature=0.2,
        activation="gelu",
        speed="slow",
        start_bias=-1,
    )
    lesson = NeuronLesson(page)
    again = NeuronLesson.from_query(lesson.query())
    assert again.chosen == page and not again.notices
    broken = NeuronLesson.from_query({"topic": "brains", "bias": "2", "bais": "1"})
    assert (broken.chosen.topic, broken.chosen.bias) == ("neuron", 2.0)
    assert len(broken.notices) == 2


@pytest.mark.parametrize("z", [-300.0, -6.0, 5.9, 7.0, 250.0])
def test_the_curve_reaches_to_where_the_neuron_stands(z):
    page = NeuronPage(inputs=3, x=(10, 10, 10), weights=(z / 30,) * 3, activation="sine")
    shown = scene(NeuronLesson(page))
    low, high = shown["figures"]["light"]["curve"]["layout"]["xaxis"]["range"]
    assert low <= shown["z"] <= high
    line = shown["figures"]["light"]["curve"]["data"][1]
    x, y = (np.array(line[axis], float) for axis in "xy")
    np.testing.assert_allclose(y, np.sin(x), atol=0.08 if abs(z) > 100 else 0.02)  # four digits of x
    assert np.diff(x).max() < 0.5  # many points a wave


def test_all_activations_at_the_present_sum():
    shown = scene(NeuronLesson(NeuronPage(topic="activations", bias=-2.5)))
    for each in shown["all"]:
        expected = float(ACTIVATIONS[each["name"]].fn(np.float32(-1.5)))
        assert each["y"][0] == pytest.approx(expected, abs=1e-4)
    assert [each["name"] for each in shown["all"]] == list(ACTIVATIONS) == list(FACTS)
    assert len(shown["figures"]["light"]["gallery"]["data"]) == 2 * len(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_range_that_is_told_is_the_range(name):
    outputs = np.asarray(ACTIVATIONS[name].fn(np.linspace(-40, 40, 80_001, dtype=np.float32)), float)
    text = FACTS[name].span.replace("−", "-").replace("∞", "inf")
    low, high = (float(part) for part in text.strip("()[]{}").split(","))
    assert outputs.min() == pytest.approx(max(low, -40), abs=0.41 if name == "leaky_relu" else 0.005) or (
        name == "leaky_relu" and outputs.min() == pytest.approx(-0.4)
    )
    assert outputs.max() == pytest.approx(min(high, 40), abs=0.005)


@pytest.mark.parametrize("temperature", [0.01, 0.7, 1, 100])
def test_softmax_against_scipy(temperature):
    logits = (20.0, 19.5, -20.0)
    shown = scene(NeuronLesson(NeuronPage(topic="softmax", logits=logits, temperature=temperature)))
    np.testing.assert_allclose(shown["shares"], scipys(np.array(logits) / temperature), atol=1e-12)
    assert shown["limits"] == [[1, 0, 0], [1 / 3] * 3]
    t, *lines = np.array(shown["over"], float)
    np.testing.assert_allclose(
        np.array(lines).T, [scipys(np.array(logits) / each) for each in t], rtol=1e-3, atol=1e-12
    )


def test_networks_are_measured_beside_the_settings(monkeypatch):
    lesson = NeuronLesson(NeuronPage(topic="depth", activation="relu", start_bias=-0.4))
    header, _ = say(lesson, "measure", least=2, most=3)
    assert header["subject"] == scene(lesson)["subject"]
    for each, depth in zip(header["measured"], (2, 3), strict=True):
        found = layers("relu", depth, bias=-0.4)
        assert each["norms"] == pytest.approx(found.norms, rel=1e-5)
        assert each["dead"] == list(found.dead)
        assert f"{sum(found.dead)} of {8 * depth}" in each["words"]

    # While a network is measured, an input is answered.
    begun, go_on = threading.Event(), threading.Event()

    def slow(*args, **rest):
        begun.set()
        assert go_on.wait(20)
        return layers("relu", 1)

    monkeypatch.setattr(neuron_depth, "layers", slow)
    measuring = threading.Thread(target=lambda: say(lesson, "measure", least=4, most=4))
    measuring.start()
    assert begun.wait(20)
    header, _ = say(lesson, "set", settings={"depth": "5"}, update=0)
    assert header["scene"]["depth"] == 5
    go_on.set()
    measuring.join()


def test_an_answer_is_known_by_one_and_the_same_subject(monkeypatch):
    monkeypatch.setattr(neuron_depth, "subject", lambda page: ["of", page.activation])
    assert scene(NeuronLesson(NeuronPage(topic="depth", activation="relu")))["subject"] == ["of", "relu"]


@pytest.mark.parametrize(
    "ask", [{"least": 0, "most": 3}, {"least": 1, "most": 21}, {"least": "a", "most": 3}, {}]
)
def test_nonsense_is_not_measured(ask):
    header, _ = say(NeuronLesson(NeuronPage(topic="depth")), "measure", **ask)
    assert header["kind"] == "problem"


@pytest.mark.parametrize(
    ("activation", "initializer", "depth", "words"),
    [
        ("sigmoid", "glorot_uniform", 8, "it vanishes on the way back"),
        ("step", "glorot_uniform", 3, "the hidden layers get no gradient at all"),
        ("tanh", "glorot_uniform", 1, "alike"),
    ],
)
def test_what_is_seen_in_words(activation, initializer, depth, words):
    page = NeuronPage(activation=activation, initializer=initializer)
    assert words in neuron_depth.measured(page, depth)["words"]


def test_small_slopes_are_not_the_whole_story():
    """A sigmoid network whose gradient exceeds what its slopes alone would leave, and a sentence that says so."""
    found = neuron_depth.measured(NeuronPage(activation="sigmoid", initializer="he_normal"), 14)
    assert found["ratio"] > 3 * 0.25**14
    assert "an initializer can make up for small slopes" in found["words"]


@pytest.mark.parametrize("topic", TOPICS)
def test_the_scene_is_small(topic):
    """It travels with every move of a slider."""
    assert len(NeuronLesson(NeuronPage(topic=topic)).message()) < 120_000
    json.dumps(scene(NeuronLesson(NeuronPage(topic=topic))), allow_nan=False)
