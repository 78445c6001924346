"""Forward and back: the worked example, step by step and let run; everything is inside the player."""

import streamlit as st

from playground.player.player import player
from playground.player.stepping import SteppingLesson
from playground.screens.visitor import current_lesson, show_notices

lesson = current_lesson(SteppingLesson)
st.markdown(
    "**Forward and back.** Exclusive or, small enough to follow by hand: what each neuron computes, "
    "which weight is how much to blame, and how the network learns from it."
)
show_notices(lesson)
player(lesson)
