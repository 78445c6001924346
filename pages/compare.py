"""Compare ways to descend, side by side from the same start: lanes at the side, the player in the middle."""

import streamlit as st

from playground.controls import as_text, current_race, race_panel
from playground.player.player import player

session = current_race()
with st.sidebar:
    st.markdown("#### Side by side")
    race_panel(session)
notices = [as_text(sentence) for sentence in session.take_notices()]
if notices:
    st.warning("\n".join(f"- {sentence}" for sentence in notices) if len(notices) > 1 else notices[0])
player(session)
