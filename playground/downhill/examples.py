"""Races worth watching, each for one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EIGHT = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "averaged", "implicit")


@dataclass(frozen=True)
class Example:
    """Settings of a race, and what it shows.

    Attributes
    ----------
    label : str
        A few words.
    look : str
        What to look at, and what to try.
    settings : mapping
        What differs from the table's defaults.
    """

    label: str
    look: str
    settings: Mapping[str, Any] = field(default_factory=dict)


EXAMPLES: dict[str, Example] = {
    "rates": Example(
        "Four learning rates",
        "On a bowl whose steepest direction curves with λ = 4 the border is 2/λ = 0.5. Below 1/λ = 0.25 the way is "
        "straight, up to 0.5 it swings from side to side and still arrives, beyond it climbs out. Move a rate across.",
        {"optimizers": ("sgd",) * 4, "rates": (0.02, 0.2, 0.46, 0.51), "steps": 60},
    ),
    "valley": Example(
        "A narrow valley",
        "Plain descent may go no faster than the steep walls allow, and then creeps along the floor. Momentum adds up "
        "what the steps have in common and cancels what they have not; the implicit step cannot overshoot at all.",
        {"surface": "valley", "optimizers": ("sgd", "momentum", "nesterov", "implicit"), "steps": 120},
    ),
    "wells": Example(
        "Two valleys",
        "Both start on the hill between the valleys. Descent ends in the valley whose slope it starts on, and that may "
        "be the shallower one: nothing promises the lowest place. Click on the other side of the hill.",
        {"surface": "two_valleys", "optimizers": ("sgd", "momentum"), "steps": 120},
    ),
    "saddle": Example(
        "Lingering on a saddle",
        "One thousandth beside the ridge the slope along y is next to nothing: plain descent stays long before it "
        "falls. Momentum leaves sooner; who divides by the size of past slopes leaves at once. Then they leave the "
        "picture, because this surface has no lowest place.",
        {"surface": "saddle", "optimizers": ("sgd", "momentum", "adam"), "steps": 150},
    ),
    "banana": Example(
        "All eight on the banana",
        "The bent valley is found at once; along its floor the slope is small and points across. Compare the rates: no "
        "rate is good for all, which is why each has its own.",
        {"surface": "rosenbrock", "optimizers": EIGHT, "steps": 1000, "speed": "5"},
    ),
    "noise": Example(
        "One row at a time",
        "A network of two weights, on forty rows. With one row behind each gradient the way trembles, and near the "
        "minimum it never rests, because single rows disagree there; the average of the positions does. Raise the "
        "batch size up to all rows, and the trembling goes.",
        {
            "surface": "network",
            "optimizers": ("sgd", "averaged", "adam"),
            "batch": 1,
            "steps": 400,
            "speed": "5",
        },
    ),
    "minima": Example(
        "Four minima",
        "All four places are equally low. Click somewhere else, or change a rate a little: who ends where changes.",
        {"surface": "himmelblau", "optimizers": ("sgd", "momentum", "adam"), "steps": 120},
    ),
    "ripples": Example(
        "One weight, many dips",
        "Seen from the side: the line through the dot is the tangent, its slope decides the step. Small steps stop in "
        "the first dip; momentum carries over some.",
        {"surface": "ripples", "optimizers": ("sgd", "momentum"), "steps": 120},
    ),
}
"""Example -> its race, in the order they are offered."""
