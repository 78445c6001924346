"""The player as a Streamlit component: a few lines in the page, everything else fetched by URL."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import streamlit as st

from playground.player.session import Session

STATIC = Path(__file__).parent / "static"
KEY = "player"


@cache
def static_version() -> str:
    """Return a digest of the player's files; it is part of their URL, so a browser never mixes two versions."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


# Streamlit sends this text anew with every message, so it only loads the rest.
_LOADER = """
const base = new URL("/player/VERSION/", location.origin).href;
let style = document.querySelector(`link[href="${base}player.css"]`);
if (!style) {
  style = Object.assign(document.createElement("link"), {rel: "stylesheet", href: base + "player.css"});
  document.head.append(style);
}
const ready = Promise.all([
  import(base + "player.js"),
  new Promise(done => { if (style.sheet) done(); else style.onload = style.onerror = done; }),
]);
let leave = null;
export default function ({key, parentElement, data, setTriggerValue}) {
  ready.then(([player]) => { leave = player.show({key, parentElement, data, setTriggerValue}); });
  return () => leave?.();
}
"""

_component = st.components.v2.component(
    "neural_network_player", js=_LOADER.replace("VERSION", static_version()), isolate_styles=False
)


@st.fragment
def player(session: Session) -> None:
    """Show the player of `session`; what it asks reruns this fragment alone.

    Parameters
    ----------
    session : Session
        Whose run is played. Its link is written to the address bar.
    """
    _component(key=KEY, data=session.message, on_ask_change=lambda: session.answer(st.session_state[KEY].ask))
    write_link(session)
    # The player itself can change the settings, and now and then Streamlit folds a widget's change into this
    # fragment's rerun: either way the widgets must follow.
    if session.experiment != session.drawn:
        session.drawn = session.experiment
        st.rerun(scope="app")


def write_link(session: Session) -> None:
    """Let the address bar follow the screen."""
    query = session.query()
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
