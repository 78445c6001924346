"""The settings of a comparison as widgets, on Streamlit's own stand-in for a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from playground import Experiment, View
from playground.compare.comparison import Comparison
from playground.compare.starting_points import STARTING_POINTS
from playground.player.racing import RaceSession
from playground.player.session import Session
from playground.screens.race_controls import duration
from playground.screens.visitor import RACE, SESSION

SMALL = Comparison(points=40, hidden=(3,), batches=(1, "full"))


def page() -> None:
    from playground.screens.race_controls import race_panel
    from playground.screens.visitor import current_race, show_notices

    session = current_race()
    show_costs = race_panel(session)
    show_notices(session)
    show_costs()


def shown(comparison: Comparison = SMALL, trained: Experiment | None = None) -> tuple[AppTest, RaceSession]:
    """The panel of a comparison, drawn once."""
    app = AppTest.from_function(page, default_timeout=30)
    session = RaceSession(comparison, View())
    app.session_state[RACE] = session
    if trained is not None:
        app.session_state[SESSION] = Session(trained, View())
    app.run()
    assert not app.exception
    return app, session


def captions(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


def test_what_a_starting_point_says_stays_while_it_is_followed():
    app, session = shown()
    point = STARTING_POINTS["never_settles"]
    app.selectbox(key="compare_starting_point").select("never_settles").run()
    assert session.experiment == point.comparison
    assert point.about in captions(app) and "(unchanged)" in captions(app)
    assert app.button(key="back_to_it").disabled
    app.select_slider(key="compare_rate0").set_value(0.003).run()
    app.selectbox(key="compare_clock").select("epochs").run()
    assert app.selectbox(key="compare_starting_point").value == "never_settles"
    assert point.about in captions(app) and "(changed)" in captions(app)
    app.button(key="back_to_it").click().run()
    assert session.experiment == point.comparison and "(unchanged)" in captions(app)
    # Other data are no longer what it speaks of; it can be put away before, too.
    app.slider(key="compare_noise").set_value(30).run()
    assert app.selectbox(key="compare_starting_point").value is None and point.about not in captions(app)


def test_a_starting_point_can_be_put_away_without_a_change():
    app, session = shown(STARTING_POINTS["same_examples"].comparison)
    assert STARTING_POINTS["same_examples"].about in captions(app)
    before = session.experiment
    app.selectbox(key="compare_starting_point").set_value(None).run()
    assert STARTING_POINTS["same_examples"].about not in captions(app)
    assert session.experiment == before


def test_a_name_that_cannot_be_used_is_told_what_may():
    app, session = shown()
    app.text_input(key="compare_name0").set_value("slow, steady").run()
    assert session.experiment.names == ()
    assert app.text_input(key="compare_name0").value == ""
    said = app.warning[0].value.replace("\\", "")
    assert said.startswith("'slow, steady' cannot be the name of lane 1: ") and "without a comma" in said
    app.text_input(key="compare_name0").set_value("slow").run()
    assert session.experiment.names == ("slow", "")
    assert len(app.warning) == 1  # until it is dismissed
    app.button(key="dismiss").click().run()
    assert not app.warning


def test_the_network_from_train_is_offered_where_it_differs():
    app, _ = shown()
    with pytest.raises(KeyError):  # nothing was trained
        app.button(key="take_over")
    app, session = shown(trained=Experiment(points=40, hidden=(3,)))
    assert app.button(key="take_over").disabled
    app.slider(key="compare_noise").set_value(30).run()
    assert not app.button(key="take_over").disabled
    app.button(key="take_over").click().run()
    taken = app.session_state[RACE]
    assert taken is not session and taken.experiment == Comparison.of(Experiment(points=40, hidden=(3,)))
    assert app.slider(key="compare_noise").value == 10
    assert app.button(key="take_over").disabled


def test_costs_stand_in_the_lanes_where_the_clock_counts_them():
    app, session = shown()
    assert "an update on this machine" not in captions(app)
    app.selectbox(key="compare_clock").select("seconds").run()
    for seconds in session.run.seconds:
        assert f"{duration(seconds)} an update on this machine" in captions(app)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4.14e-6, "4.1 µs"),
        (1.46e-7, "146 ns"),
        (2.5e-3, "2.5 ms"),
        (0.0123, "12 ms"),
        (3.0, "3 s"),
        (1e-9, "1 ns"),
    ],
)
def test_durations_can_be_read(seconds, words):
    assert duration(seconds) == f"about {words}"
