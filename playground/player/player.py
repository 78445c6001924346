"""The player as a Streamlit component: a few lines in the page, everything else fetched by URL."""

from __future__ import annotations

import streamlit as st

from playground.player.conversation import Conversation
from playground.player.server import register
from playground.player.static_files import static_version

KEY = "player"

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
export default function ({parentElement, data, setTriggerValue}) {
  ready.then(([player]) => { leave = player.show({parentElement, data, setTriggerValue}); });
  return () => leave?.();
}
"""

_component = st.components.v2.component(
    "neural_network_player", js=_LOADER.replace("VERSION", static_version()), isolate_styles=False
)


def token_key(kind: type[Conversation]) -> str:
    """Return where in Streamlit's state the token of a visitor's session of this kind stands."""
    return f"{kind.screen}_token"


def player(session: Conversation) -> None:
    """Show the player of `session`.

    Parameters
    ----------
    session : Conversation
        Whose run is played. The player asks it for frames by itself; the page reruns only when settings change.
        The player also writes the address bar, in place: `st.query_params` would add a step to the browser's
        history for each change, and going back would show an address that is not the screen's.
    """
    token = token_key(type(session))
    if token in st.session_state:  # by now, the player has heard the news: see `News.changed`
        data = session.headline(st.session_state[token])
    else:
        st.session_state[token] = register(session)
        data = session.message(st.session_state[token])
    # The trigger says that the player changed a setting: the rerun it causes is all that is wanted.
    _component(key=f"{KEY}_{session.screen}", data=data, on_settings_change=lambda: None)
