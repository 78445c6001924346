"""What can be chosen on the page about one neuron."""

from __future__ import annotations

from dataclasses import dataclass

from playground.kinds import Choice, Real
from playground.lessons.neuron import Neuron
from playground.lessons.perceptron import Perceptron
from playground.player.lesson import VIEW
from playground.settings import setting

TOPICS = {
    "neuron": "One neuron",
    "activations": "Activations",
    "softmax": "Softmax",
    "depth": "Depth",
    "perceptron": "Perceptron",
    "biology": "Biology",
}
SPEEDS = {
    "slow": ("1 correction a second", 1, 60),
    "calm": ("3 corrections a second", 1, 20),
    "brisk": ("10 corrections a second", 1, 6),
    "1u": ("1 correction a frame", 1, 1),
    "10u": ("10 corrections a frame", 10, 1),
}
"""Speeds of the perceptron: label, corrections per frame, screen refreshes per frame."""


@dataclass(frozen=True, kw_only=True)
class NeuronPage(Neuron, Perceptron):
    """Everything that decides what the page about one neuron shows: that of a neuron, that of a perceptron, and more.

    Raises
    ------
    ValueError
        For a value outside its limits.
    """

    topic: str = setting(
        Choice(TOPICS), "neuron", group="Page", label="Topic", help="What the page shows of a neuron."
    )
    start_bias: float = setting(
        Real(-5, 5, step=0.1), 0.0, group="Depth", label="Every bias",
        help="Where every bias of the deep network starts. Below 0 it kills ReLUs.",
    )  # fmt: skip
    speed: str = setting(
        Choice({name: label for name, (label, _, _) in SPEEDS.items()}), "calm", group=VIEW, effect="view",
        label="Speed", help="How fast the perceptron's corrections follow one another.",
    )  # fmt: skip
