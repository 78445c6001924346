"""Compare ways to descend, side by side from the same start: lanes at the side, the player in the middle."""

import streamlit as st

from playground.player.player import player
from playground.screens.luck_section import luck_section
from playground.screens.race_controls import race_panel
from playground.screens.sweep_section import sweep_section
from playground.screens.visitor import current_race, show_notices

session = current_race()
with st.sidebar:
    st.markdown("#### Side by side")
    show_costs = race_panel(session)
show_notices(session)
player(session)
show_costs()
luck, sweep = st.tabs(["Is it luck? Many seeds", "Rates and batch sizes"])
with luck:
    luck_section(session)
with sweep:
    sweep_section(session)
