"""Train a network and watch it learn: the settings at the side, the player in the middle."""

import streamlit as st

from playground.player.player import player
from playground.screens.controls import settings_panel
from playground.screens.visitor import carry_over, current_session, show_notices

session = current_session()
with st.sidebar:
    st.markdown("#### Neural Network Playground")
    if st.button("Compare batch modes on this", icon=":material/compare_arrows:", width="stretch"):
        carry_over()
        st.switch_page("compare.py")
    settings_panel(session)
show_notices(session)
player(session)
