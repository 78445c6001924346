"""What one visitor has: the session of each screen, and what it has to tell them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeVar

import streamlit as st

from playground.compare.comparison import Comparison
from playground.experiment import SETTINGS, Experiment
from playground.player.conversation import Conversation
from playground.player.lesson import Lesson
from playground.player.player import token_key
from playground.player.racing import RaceSession
from playground.player.session import Session
from playground.screens.controls import as_text

SESSION, RACE = "session", "race"


def current_session() -> Session:
    """Return the visitor's session, made from the link when it is new."""
    if SESSION not in st.session_state:
        st.session_state[SESSION] = Session.from_query(st.query_params.to_dict())
    session = st.session_state[SESSION]
    assert isinstance(session, Session)
    return session


def current_race() -> RaceSession:
    """Return the visitor's comparison: when it is new, what the link says, else that of the network they train."""
    query = st.query_params.to_dict()
    if RACE not in st.session_state and (query or SESSION not in st.session_state):
        st.session_state[RACE] = RaceSession.from_query(query)
    elif RACE not in st.session_state:
        carry_over()
    session = st.session_state[RACE]
    assert isinstance(session, RaceSession)
    return session


L = TypeVar("L", bound=Lesson[Any])


def current_lesson(kind: type[L]) -> L:
    """Return the visitor's lesson of this kind, made from the link when it is new."""
    key = f"{kind.screen}_lesson"
    if key not in st.session_state:
        st.session_state[key] = kind.from_query(st.query_params.to_dict())
    lesson = st.session_state[key]
    assert isinstance(lesson, kind)
    return lesson


def own_network() -> tuple[int, int]:
    """Return how many weights and biases the network that the visitor trains has, and how many updates it has seen."""
    trains = SESSION in st.session_state
    experiment = current_session().experiment if trains else Experiment()
    weights = sum((before + 1) * after for before, after in pairwise(experiment.sizes))
    return weights, current_session().run.update if trains else 0


def carry_over() -> None:
    """Begin a comparison of the network that the visitor trains."""
    trained = current_session()
    st.session_state[RACE] = RaceSession(Comparison.of(trained.experiment), trained.view)
    st.session_state.pop(token_key(RaceSession), None)


def differs_from_train(comparison: Experiment) -> bool | None:
    """Return whether the comparison's data or network are not those in training; None if nothing was trained yet."""
    if SESSION not in st.session_state:
        return None
    trained = current_session().experiment
    rows = (row for row in SETTINGS.values() if row.group in ("Data", "Network"))
    return any(getattr(comparison, row.name) != getattr(trained, row.name) for row in rows)


def show_notices(session: Conversation) -> None:
    """Show the sentences that the session has for its visitor, over the page, until they are dismissed."""
    notices = [as_text(sentence) for sentence in session.notices]

    def dismiss() -> None:
        session.take_notices()

    if notices:
        with st.container(key="notices"):
            st.warning("\n".join(f"- {sentence}" for sentence in notices) if len(notices) > 1 else notices[0])
            st.button("Dismiss", key="dismiss", icon=":material/close:", on_click=dismiss)
