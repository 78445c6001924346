"""One neuron, looked at from all sides: what it computes, how it learns, and what it has of a living one."""

import streamlit as st

from playground.player.neuron_lesson import NeuronLesson
from playground.player.player import player
from playground.screens.visitor import current_lesson, show_notices

lesson = current_lesson(NeuronLesson)
st.markdown("##### The neuron: a sum with weights, a bias, and a curve that it goes through")
show_notices(lesson)
player(lesson)
