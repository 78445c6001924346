"""Compare ways to descend, side by side from the same start: lanes at the side, the player in the middle."""

import streamlit as st

from playground.player.player import player
from playground.screens.controls import current_race, show_notices
from playground.screens.luck_section import luck_section
from playground.screens.race_controls import race_panel
from playground.screens.sweep_section import sweep_section

session = current_race()
with st.sidebar:
    st.markdown("#### Side by side")
    race_panel(session)
show_notices(session)
player(session)
luck, sweep = st.tabs(["Is it luck? Many seeds", "Rates and batch sizes"])
with luck:
    luck_section(session)
with sweep:
    sweep_section(session)
