"""The loss around the lanes' ways: what is told of it must be true of the networks themselves."""

import re

import numpy as np
import pytest
from scipy.interpolate import RegularGridInterpolator

from playground import Run, View
from playground.compare.comparison import Comparison
from playground.compare.gradient_noise import noise, row_gradients
from playground.compare.race import Race
from playground.compare.surface import Landscape, plane_through
from playground.frames import unpack
from playground.player.racing import RaceSession
from playground.player.relief import POINTS, SIDE, Way, _affordable

SMALL = Comparison(points=40, hidden=(3,), batches=(1, 5, "full"), rates=(0.1,))


def ask(session, shape="paths", tick=None, **rest):
    news = unpack(session.message())[0]
    question = {"kind": "relief", "run": news["run"], "serial": news["serial"], "number": 7, "shape": shape}
    return unpack(session.answer(question | {"tick": session.run.update if tick is None else tick} | rest))[0]


def session_at(shape, ticks=200):
    session = RaceSession(SMALL, View())
    session.run.advance(ticks // 5, 5)
    return session, ask(session, shape)


def test_the_plane_is_that_of_the_ways_principal_components():
    session, answer = session_at("paths")
    found = answer["relief"]
    race = Race(SMALL)
    race.advance(40, 5)
    points = np.concatenate([trail.points for trail in race.trails]).astype(float)
    variances = np.linalg.svd(points - points.mean(axis=0), compute_uv=False) ** 2
    assert found["share"] == pytest.approx(variances[:2].sum() / variances.sum(), abs=1e-4)
    for way, trail in zip(found["ways"], session.run.trails, strict=True):
        # The player places weights as `projector · (weights − origin)`.
        places = (trail.points - np.array(found["origin"])) @ np.array(found["projector"]).T
        np.testing.assert_allclose(places, np.stack([way["x"], way["y"]], axis=1), atol=1e-3)
        assert way["ticks"] == trail.times.tolist()


def test_losses_of_the_ways_are_the_frames():
    race = Race(SMALL)
    frames = race.advance(40, 5)
    _, answer = session_at("paths")
    for number, way in enumerate(answer["relief"]["ways"]):
        np.testing.assert_allclose(way["losses"][1:], frames[f"{number}.train_loss"], rtol=1e-3)
    # The gap is that between a network and the one nearest to it on the plane.
    session, _ = session_at("paths")
    plane = plane_through([trail.points for trail in session.run.trails])
    landscape = Landscape(SMALL.lanes[0])
    gaps = [np.abs(landscape.gaps(plane, trail.points.astype(float))) for trail in session.run.trails]
    assert answer["relief"]["gap"]["most"] == pytest.approx(np.concatenate(gaps).max(), rel=1e-2)
    assert answer["relief"]["gap"]["median"] == pytest.approx(np.median(np.concatenate(gaps)), rel=2e-2)


def test_a_lane_that_flies_off_leaves_the_rest_to_be_seen():
    lost = Comparison(data="plane", points=40, hidden=(), batches=(1, "full"), rates=(0.15, 0.01))
    session = RaceSession(lost, View())
    session.run.advance(200, 20)
    assert [run.ended is not None for run in session.run.runs] == [True, False]
    answer = ask(session)
    found = answer["relief"]
    assert found["ways"][1]["losses"][-1] < 1 and np.isfinite(found["gap"]["median"])
    assert found["lost"] == ["Stochastic"] and answer["spread"][0]["x"] == []
    # The plane is that of the lane which is left, and the other's path ends where it leaves the picture.
    alone = plane_through([session.run.trails[1].points])
    assert found["origin"] == pytest.approx(alone.origin.tolist(), abs=1e-6)
    x = [value for value in found["ways"][0]["x"] if value is not None]
    assert len(x) < len(found["ways"][1]["x"]) and found["x"][0] <= min(x) and max(x) <= found["x"][-1]


def test_the_ends_lie_on_their_plane():
    _, answer = session_at("ends")
    found = answer["relief"]
    x, y, z = (np.array(found[name]) for name in "xyz")
    surface = RegularGridInterpolator((y, x), z)
    for way in found["ways"]:
        assert surface((way["y"][-1], way["x"][-1])) == pytest.approx(way["losses"][-1], abs=0.02)
    assert 0 < found["share"] <= 1


def test_random_directions_are_around_the_best_end():
    session, answer = session_at("random")
    found = answer["relief"]
    ends = [way["losses"][-1] for way in found["ways"]]
    assert found["around"] == session.experiment.lane_names[int(np.argmin(ends))]
    assert found["share"] is None
    best = found["ways"][int(np.argmin(ends))]
    assert (best["x"][-1], best["y"][-1]) == pytest.approx((0, 0), abs=1e-4)


def test_lines_lead_from_end_to_end():
    _, answer = session_at("line")
    race = Race(SMALL)
    ends = [race.advance(40, 5)[f"{number}.train_loss"][-1] for number in range(1)]
    lines = answer["relief"]["lines"]
    assert [(line["from"], line["to"]) for line in lines] == [
        (0, 1), (0, 2), (1, 2),
    ]  # fmt: skip
    start = int(np.argmin(np.abs(np.array(answer["relief"]["x"]))))
    assert lines[0]["y"][start] == pytest.approx(ends[0], rel=1e-3)


def test_noise_is_measured_at_each_lanes_weights():
    session, answer = session_at("paths")
    for lane, trail, found in zip(SMALL.lanes, session.run.trails, answer["spread"], strict=True):
        gradients = row_gradients(lane, trail.points[-1])
        assert found["x"][0] == 1
        assert found["expected"][0] == pytest.approx(
            noise(gradients, 1, batches=1, seed=0).expected, rel=1e-6
        )
        assert found["measured"][0] == pytest.approx(found["expected"][0], rel=0.5)


def test_too_short_ways_are_answered_with_a_sentence():
    session = RaceSession(SMALL, View())
    answer = ask(session)
    assert answer["text"].endswith(".") and "relief" not in answer


def test_what_lies_beyond_the_frame_that_is_shown_is_not_looked_at():
    session, _ = session_at("paths")
    answer = ask(session, tick=100)
    assert answer["number"] == 7
    assert {way["ticks"][-1] for way in answer["relief"]["ways"]} == {100}
    early = RaceSession(SMALL, View())
    early.run.advance(20, 5)
    assert ask(early)["relief"] == answer["relief"]
    assert "100 each" not in answer["standing"] and re.search(r"[Bb]y updates \(5 each", answer["standing"])


def test_lines_and_ends_take_two_lanes():
    lost = Comparison(data="plane", points=40, hidden=(), batches=(1, "full"), rates=(0.15, 0.01))
    session = RaceSession(lost, View())
    session.run.advance(200, 20)
    for shape in ("line", "ends"):
        assert ask(session, shape)["text"].startswith("Only one lane has not diverged")


@pytest.mark.parametrize(
    "wrong",
    [{"tick": -1}, {"tick": 10**9}, {"tick": "x"}, {"tick": 1.5}, {"tick": float("inf")}, {"shape": "cube"},
     {"shape": ["paths"]}, {"number": -1}, {"number": None}],
    ids=str,
)  # fmt: skip
def test_nonsense_is_answered_with_a_sentence(wrong):
    session, _ = session_at("paths", 20)
    answer = ask(session, **wrong)
    assert answer["kind"] == "problem" and "could not be understood" in answer["text"]


def test_the_largest_network_is_looked_at_more_coarsely():
    large = Comparison(points=2000, train_share=90, hidden=(16,) * 8, batches=(1, "full"), rates=(0.1,))
    landscape = Landscape(large.lanes[0])
    weights = np.zeros((500, Run(large.lanes[0]).first_frame.weights.shape[1]), np.float32)
    side, points = _affordable(landscape, [Way("a", np.arange(500), weights)] * 2)
    assert (side, points) != (SIDE, POINTS)
    assert (side**2 + 6 * points) * landscape.rows * weights.shape[1] < 2.5e9
    assert _affordable(Landscape(SMALL.lanes[0]), [Way("a", np.arange(3), weights[:3, :13])]) == (
        SIDE,
        POINTS,
    )
    assert Way("a", np.arange(500), weights).thinned(20).ticks[[0, -1]].tolist() == [0, 499]
