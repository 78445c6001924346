"""The page about one neuron: six topics, of which the perceptron plays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from playground.datasets import DATASETS
from playground.frames import pack
from playground.lessons.depth import DEEPEST
from playground.lessons.logic import LINEAR
from playground.player.conversation import NONSENSE, whole
from playground.player.lesson import Course, Lesson, Played, WholeCourse
from playground.player.neuron_depth import measured, subject
from playground.player.neuron_settings import SPEEDS, NeuronPage
from playground.player.neuron_topics import show
from playground.player.perceptron_course import perceptron_course

STILL = WholeCourse(Played({"update": np.zeros(1, np.int32)}), ("idle", ""))
"""What is played where nothing plays: one frame."""

NAMES = ("₁", "₂", "₃")


class NeuronLesson(Lesson[NeuronPage]):
    """A visitor's look at one neuron; parameters and attributes are those of a `Lesson`."""

    screen: ClassVar[str] = "neuron"
    settings = NeuronPage

    def teach(self, chosen: NeuronPage) -> Course:
        """Return the perceptron's corrections; the other topics stand still."""
        return perceptron_course(chosen) if chosen.topic == "perceptron" else STILL

    def adopt(self, values: Mapping[str, Any]) -> str:
        """Take over settings as `Lesson.adopt`; another perceptron begins before its first correction."""
        before = self.course
        text = super().adopt(values)
        if self.course is not before:
            self._position = 0
        return text

    def about(self) -> dict[str, Any]:
        """Return what the topic is drawn with."""
        return show(self.chosen) | {
            "speeds": [
                {"name": name, "updates": updates, "epochs": 0, "hold": hold}
                for name, (_, updates, hold) in SPEEDS.items()
            ],
            "perEpoch": 1,
        }

    def unused(self) -> Collection[str]:
        """Return what means nothing for these points: a truth table is neither drawn nor noisy."""
        fixed = self.chosen.rows in LINEAR or DATASETS[self.chosen.rows].fixed
        return {
            *(("count", "noise", "sample") if fixed else ()),
            *(() if self.chosen.mixed else ("mixing",)),
        }

    def parts(self) -> Mapping[str, Sequence[str]]:
        """Return the symbols of inputs, weights and sums."""
        return {
            "x": [f"x{i}" for i in NAMES],
            "weights": [f"w{i}" for i in NAMES],
            "logits": [f"z{i}" for i in NAMES],
            "first_weights": ["w₁", "w₂"],
        }

    def answer(self, ask: Any) -> bytes:
        """Answer as `Lesson.answer`; also ``measure``: the gradients of real networks of some depths.

        The question names ``least`` and ``most``, the number of hidden layers. A network takes 5 to 50 ms, the first of
        its kind longer, and nothing of this session waits for it.
        """
        if not isinstance(ask, Mapping) or ask.get("kind") != "measure":
            return super().answer(ask)
        try:
            with self._lock:
                page, numbers = self.chosen, self.news.numbers
            least, most = (whole(ask, name, 1, DEEPEST) for name in ("least", "most"))
        except NONSENSE as error:
            return self.misunderstood(error)
        found = [measured(page, depth) for depth in range(least, most + 1)]
        return pack({"kind": "measured", **numbers, "subject": subject(page), "measured": found})


def warm() -> None:
    """Compile what the page computes, so that the first visitor's inputs are answered at once."""
    for topic in ("activations", "depth", "perceptron"):
        show(NeuronPage(topic=topic))
