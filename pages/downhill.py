"""Downhill: optimizers race on a surface of one or two weights, every step of theirs in numbers."""

from playground.player.player import player
from playground.player.walking import WalkLesson
from playground.screens.visitor import current_lesson, own_network, show_notices

lesson = current_lesson(WalkLesson)
lesson.own = own_network()
show_notices(lesson)
player(lesson)
