"""The settings as widgets, on Streamlit's own stand-in for a browser."""

from threading import Thread

import pytest
from streamlit.testing.v1 import AppTest

from playground import Experiment, View
from playground.player.session import Session
from playground.screens.visitor import SESSION


def page() -> None:
    from playground.screens.controls import settings_panel
    from playground.screens.visitor import current_session

    settings_panel(current_session())


def shown(**settings: object) -> tuple[AppTest, Session]:
    """The panel of an experiment of few points, drawn once."""
    app = AppTest.from_function(page, default_timeout=30)
    session = Session(Experiment(**{"points": 40} | settings), View())
    app.session_state[SESSION] = session
    app.run()
    assert not app.exception
    return app, session


def test_two_layers_changed_at_once_are_both_changed():
    app, session = shown(hidden=(4, 2))
    app.number_input(key="train_neurons0").set_value(7)
    app.number_input(key="train_neurons1").set_value(5)
    app.selectbox(key="train_activation0").set_value("relu")
    app.selectbox(key="train_activation1").set_value("sigmoid")
    app.run()
    assert session.experiment.hidden == (7, 5)
    assert session.experiment.activation == ("relu", "sigmoid")
    assert [app.number_input(key=f"train_neurons{layer}").value for layer in (0, 1)] == [7, 5]


def test_layers_come_with_what_else_was_changed():
    app, session = shown(hidden=(4, 2))
    app.number_input(key="train_neurons1").set_value(6)
    app.number_input(key="train_layers").set_value(3)
    app.run()
    assert session.experiment.hidden in {(4, 6, 6), (4, 6, 2)}  # whichever of the two was heard first
    assert session.experiment.hidden[1] == 6


def test_a_layer_that_goes_takes_its_change_with_it():
    app, session = shown(hidden=(4, 2, 3), activation=("tanh", "relu", "sine"))
    app.number_input(key="train_layers").set_value(1)
    app.number_input(key="train_neurons2").set_value(9)
    app.selectbox(key="train_activation2").set_value("relu")
    app.run()
    assert session.experiment.hidden == (4,)
    assert session.experiment.activations == ("tanh",)
    assert session.take_notices() == []


@pytest.mark.parametrize(("mode", "batch"), [("full", "full"), ("stochastic", 1)])
def test_another_batch_mode_is_not_undone_by_the_size_moved_before(mode, batch):
    app, session = shown(batch=10)
    app.slider(key="train_size").set_value(33)
    app.segmented_control(key="train_mode").set_value(mode)
    app.run()
    assert session.experiment.batch == batch


def test_a_number_that_turns_red_beyond_its_limits_tells_them():
    app, _ = shown()
    helps = {number.label: number.help for number in app.number_input}
    assert (
        "from 0 to 1,000,000" in helps["Stop after epochs"]
        and "from 0 to 10" in helps["Stop at training loss"]
    )
    assert "from 1 to 16" in helps["Layer 1"]
    assert all("to " in text for text in helps.values())


def test_what_cannot_be_used_is_told():
    session = Session(Experiment(points=40), View())
    session.amend(lambda experiment: {"noise": -1, "points": experiment.points + 2})
    assert session.experiment.points == 42
    assert "noise='-1' is not allowed" in session.take_notices()[0]


def test_nothing_comes_between_the_reading_and_the_writing():
    """The player's thread may ask for another start while the page's thread changes a setting."""
    session = Session(Experiment(points=40, hidden=(3,)), View())
    other = Thread(target=session.amend, args=[lambda experiment: {"start": 77}])

    def change(experiment: Experiment) -> dict[str, object]:
        other.start()
        other.join(0.2)
        return {"seed": experiment.seed + 1}

    session.amend(change)
    other.join()
    assert (session.experiment.start, session.experiment.seed) == (77, 2)
