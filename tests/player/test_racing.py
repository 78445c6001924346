"""What the player of a comparison is told, and how a change of the clock re-aligns what was recorded."""

import numpy as np
import pytest

from playground import Run, View
from playground.compare.comparison import Comparison
from playground.compare.starting_points import STARTING_POINTS
from playground.frames import unpack
from playground.player.racing import RaceSession

SMALL = Comparison(points=40, hidden=(3,), batches=(1, 5, "full"), rates=(0.1,))


@pytest.fixture
def session():
    return RaceSession(SMALL, View())


def say(session, kind, **rest):
    news = unpack(session.message())[0]
    return unpack(session.answer({"kind": kind, "run": news["run"], "serial": news["serial"], **rest}))


def train(session, stop):
    at = 0
    while at < stop:
        _, arrays = say(session, "frames", **{"from": at, "stride": 10, "count": 8})
        at = int(arrays["update"][-1])
    say(session, "rest", update=stop)


def test_scene_names_the_lanes_and_the_clock(session):
    header, arrays = unpack(session.message("token"))
    assert header["screen"] == "compare" and header["token"] == "token"
    assert [lane["name"] for lane in header["scene"]["lanes"]] == ["Stochastic", "Mini-batch 5", "Full batch"]
    assert [lane["perEpoch"] for lane in header["scene"]["lanes"]] == [20, 4, 1]
    assert header["scene"]["perUnit"] == header["scene"]["perEpoch"] == 20  # ticks of an epoch
    assert [arrays[f"{lane}.seconds"].tolist() for lane in range(3)] == [[0]] * 3
    assert {"0.surface", "1.weights", "2.maps"} <= set(arrays)


def test_frames_are_the_lanes_runs(session):
    _, arrays = say(session, "frames", **{"from": 0, "stride": 20, "count": 3})
    for number, lane in enumerate(SMALL.lanes):
        assert (np.diff(arrays[f"{number}.seconds"]) > 0).all()
        run = Run(lane).advance(3, (20, 4, 1)[number])
        np.testing.assert_array_equal(arrays[f"{number}.weights"], run.weights)


@pytest.mark.parametrize(
    ("clock", "ticks", "per_unit"), [("updates", 6, 1.0), ("examples", 120, 1.0), ("epochs", 120, 20.0)]
)
def test_another_clock_stands_where_every_lane_was_recorded(session, clock, ticks, per_unit):
    train(session, 120)  # six epochs: 120, 24 and 6 updates
    session.adopt(SMALL.changed(clock=clock))
    header, _ = unpack(session.message())
    assert header["scene"]["clock"] == clock
    assert header["scene"]["perUnit"] == per_unit
    if clock != "epochs":  # else nothing has changed
        assert header["resume"] == ticks


def test_going_back_to_a_clock_leads_to_the_same_place(session):
    train(session, 120)
    session.adopt(SMALL.changed(clock="updates"))
    session.adopt(SMALL.changed(clock="epochs"))
    assert unpack(session.message())[0]["resume"] == 120


def test_another_name_keeps_the_place_and_the_changes(session):
    train(session, 40)
    session.adopt(SMALL.changed(rates=(0.5, 0.1, 0.1)))
    train_on = unpack(session.message())[0]
    unpack(
        session.answer({"kind": "frames", "run": train_on["run"], "serial": train_on["serial"],
                        "from": 40, "stride": 20, "count": 1})
    )  # fmt: skip
    before = session.query()["changes"]
    session.adopt(session.experiment.changed(names=("one", "two", "three")))
    header, _ = unpack(session.message())
    assert [lane["name"] for lane in header["scene"]["lanes"]] == ["one", "two", "three"]
    assert (
        header["resume"] == 40 and session.query()["changes"] == before == "0:rates=0.1,40:rates=0.5;0.1;0.1"
    )


def test_a_link_leads_to_the_same_lanes(session):
    train(session, 80)
    again = RaceSession.from_query(session.query())
    assert again.take_notices() == []
    header, _ = unpack(again.message())
    assert again.experiment == session.experiment and header["resume"] == 80


def test_a_starting_point_stays_while_its_data_and_network_do(session):
    assert session.starting_point is None
    session.begin_from("never_settles")
    point = STARTING_POINTS["never_settles"]
    assert session.experiment == point.comparison and session.view.log_loss
    session.amend(
        lambda _: {"rates": (0.003, 0.06, 0.06), "clock": "epochs", "names": ("a", "", ""), "start": 9}
    )
    assert session.starting_point == "never_settles"
    session.amend(lambda _: {"noise": 20})
    assert session.starting_point is None
    session.begin_from("same_examples")
    assert session.starting_point == "same_examples" and not session.view.log_loss
    before = session.experiment
    session.begin_from(None)
    assert session.starting_point is None and session.experiment == before


def test_a_link_to_a_starting_point_is_known_as_one():
    query = STARTING_POINTS["helps_out"].comparison.to_query()
    assert RaceSession.from_query(query).starting_point == "helps_out"
    assert RaceSession.from_query(query | {"rates": "0.2"}).starting_point is None


def test_costs_are_told_where_the_clock_counts_them(session):
    assert session.costs is None
    session.adopt(SMALL.changed(clock="seconds"))
    assert session.costs == session.run.seconds and min(session.costs) > 0


def test_names_of_settings_that_do_not_belong_to_lanes_are_told():
    problems = RaceSession.from_query({"batchs": "1,2", "clock": "sundial"}).take_notices()
    assert any("did you mean batches" in problem for problem in problems)
    assert any(problem.startswith("clock='sundial'") for problem in problems)


@pytest.mark.parametrize(
    ("clock", "label"),
    [("epochs", "5 epochs a frame"), ("updates", "5 epochs of Full batch a frame")],
)
def test_a_speed_says_whose_epochs_it_counts(clock, label):
    header, _ = unpack(RaceSession(SMALL.changed(clock=clock), View()).message())
    options = header["scene"]["viewSettings"]["speed"]["options"]
    assert options["5e"] == label and options["10u"] == "10 updates a frame"


def test_a_player_hears_where_settings_were_changed():
    query = SMALL.changed(l2=0.1).to_query() | {"update": "60", "changes": "0:l2=0,40:l2=0.1"}
    header, _ = unpack(RaceSession.from_query(query).message())
    assert header["scene"]["changes"] == [40]
