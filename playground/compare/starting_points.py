"""Comparisons worth starting from: each shows one thing, and says what to look for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.compare.comparison import COMPARISON_SETTINGS, Comparison


@dataclass(frozen=True)
class StartingPoint:
    """A comparison with a lesson: what it is called, what to look for, and its settings."""

    title: str
    about: str
    comparison: Comparison

    @property
    def settings(self) -> dict[str, Any]:
        """Every setting of the comparison."""
        return {name: getattr(self.comparison, name) for name in COMPARISON_SETTINGS}


STARTING_POINTS = {
    "same_examples": StartingPoint(
        "Same examples, different updates",
        "By epochs every lane has seen the same examples, but one row per update makes 250 small steps where the full "
        "batch makes one. Switch the clock to updates and the order turns round.",
        Comparison(clock="epochs"),
    ),
    "helps_out": StartingPoint(
        "Noise helps it out",
        "From this start the full batch walks into a corner where the slope vanishes, and stays. The rows disagree "
        "about that corner: one at a time, they push the network out of it.",
        Comparison(
            data="xor", points=100, noise=5, hidden=(3,), activation=("relu",), start=40, rates=(0.1,),
            batches=(1, "full"), clock="updates",
        ),
    ),
    "never_settles": StartingPoint(
        "Noise keeps it from settling",
        "A linear network has one best answer, and the full batch walks straight to it. A single row's slope never "
        "vanishes there: at the same rate the stochastic lane trembles around it. Lower its rate and it settles, too.",
        Comparison(data="plane", hidden=(), rates=(0.06,), clock="updates"),
    ),
    "too_high": StartingPoint(
        "Too high a rate for one row",
        "Steps must be shorter than 2 / curvature. The average curvature of all rows allows this rate; that of the "
        "single row farthest from the middle does not, and the lane that meets it alone flies off.",
        Comparison(data="plane", hidden=(), rates=(0.1,), clock="epochs"),
    ),
    "costs": StartingPoint(
        "What an update costs",
        "By compute time, measured on this machine, an update with all rows takes longer than one with a single row, "
        "but by far not 250 times as long: rows are computed side by side. On a GPU the difference almost vanishes, "
        "because starting the computation costs more than the arithmetic, and a batch of one wastes it.",
        Comparison(clock="seconds"),
    ),
}  # fmt: skip
