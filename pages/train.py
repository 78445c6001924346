"""Train a network and watch it learn: the settings at the side, the player in the middle."""

import streamlit as st

from playground.controls import as_text, current_session, settings_panel
from playground.player.player import player

session = current_session()
with st.sidebar:
    st.markdown("#### Neural Network Playground")
    settings_panel(session)
notices = [as_text(sentence) for sentence in session.take_notices()]
if notices:
    st.warning("\n".join(f"- {sentence}" for sentence in notices) if len(notices) > 1 else notices[0])
player(session)
