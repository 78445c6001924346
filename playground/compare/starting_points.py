"""Comparisons worth starting from: each shows one thing, and says what to look for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.compare.comparison import COMPARISON_SETTINGS, Comparison


@dataclass(frozen=True)
class StartingPoint:
    """A comparison with a lesson.

    Attributes
    ----------
    title : str
        What it is called, short enough for a closed list at the side of the screen.
    about : str
        What to look for. What it says can be seen within ten seconds of play at the speed of a new page.
    comparison : Comparison
        Its settings.
    log_loss : bool
        Whether it takes a logarithmic axis of the loss to see it.
    """

    title: str
    about: str
    comparison: Comparison
    log_loss: bool = False

    @property
    def settings(self) -> dict[str, Any]:
        """Every setting of the comparison."""
        return {name: getattr(self.comparison, name) for name in COMPARISON_SETTINGS}

    def shares_scene(self, comparison: Comparison) -> bool:
        """Return whether `comparison` is of the same data and network, be they drawn by other numbers."""
        return all(
            getattr(comparison, row.name) == getattr(self.comparison, row.name)
            for row in COMPARISON_SETTINGS.values()
            if row.group in ("Data", "Network") and row.name not in ("seed", "start")
        )


STARTING_POINTS = {
    "same_examples": StartingPoint(
        "Same examples, more steps",
        "By epochs every lane has seen the same examples, but one row per update makes 250 steps where the full batch "
        "makes one, and is far ahead. Then switch the clock to updates: after as many steps each, the order is turned "
        "round. All rows together point the way down; single rows stray from it.",
        Comparison(noise=0, hidden=(8,), start=2, rates=(0.3,), clock="epochs"),
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
        "Noise never settles",
        "A linear network has one best answer, and the full batch walks straight to it. A single row's slope never "
        "vanishes there: at the same rate the stochastic lane trembles around it, as the logarithmic axis of the loss "
        "shows. Lower its rate to 0.003 and it settles, too.",
        Comparison(data="plane", hidden=(), rates=(0.06,), clock="updates"),
        log_loss=True,
    ),
    "too_high": StartingPoint(
        "Rate too high for one row",
        "Steps must be shorter than 2 / curvature. The average curvature of all rows allows this rate; that of the "
        "single row farthest from the middle does not, and the lane that meets it alone flies off.",
        Comparison(data="plane", hidden=(), rates=(0.1,), clock="epochs"),
    ),
    "costs": StartingPoint(
        "What an update costs",
        "By compute time: each lane's box below says what one of its updates takes on this machine. All 250 rows take "
        "longer than one, but by far not 250 times as long, because rows are computed side by side. On a GPU the "
        "difference almost vanishes: starting the computation costs more than the arithmetic, and a batch of one "
        "wastes it. Play, and look which loss falls first.",
        Comparison(clock="seconds"),
    ),
}  # fmt: skip
