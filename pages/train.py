"""Train a network and watch it learn: the settings at the side, the player in the middle."""

import streamlit as st

from playground.controls import current_session, settings_panel
from playground.player.player import player

session = current_session()
with st.sidebar:
    st.markdown("#### Neural Network Playground")
    settings_panel(session)
for sentence in session.take_notices():
    st.warning(sentence)
player(session)
