"""Forward and back: the worked example, step by step and let run; everything is inside the player."""

import streamlit as st

from playground.player.player import player
from playground.player.stepping import SteppingLesson
from playground.screens.visitor import current_lesson, show_notices

lesson = current_lesson(SteppingLesson)
st.markdown("##### Forward and back: exclusive or, small enough to follow by hand")
show_notices(lesson)
player(lesson)
