"""How a run is shown: a second table of settings, none of which changes a number."""

from __future__ import annotations

from dataclasses import dataclass

from playground.kinds import Choice, Flag
from playground.settings import Setting, Settings, setting, table

SPEEDS = {
    "slow": (1, 0, 15),
    "1u": (1, 0, 1),
    "3u": (3, 0, 1),
    "10u": (10, 0, 1),
    "1e": (0, 1, 1),
    "2e": (0, 2, 1),
    "5e": (0, 5, 1),
    "10e": (0, 10, 1),
    "30e": (0, 30, 1),
    "100e": (0, 100, 1),
    "300e": (0, 300, 1),
    "1000e": (0, 1000, 1),
}
"""Speeds of the player: (updates per frame, epochs per frame, screen refreshes per frame)."""

SPEED_LABELS = {
    "slow": "1 update, slowly",
    "1u": "1 update a frame",
    "3u": "3 updates a frame",
    "10u": "10 updates a frame",
} | {
    name: f"{epochs:,} epoch{'s' * (epochs > 1)} a frame" for name, (_, epochs, _) in SPEEDS.items() if epochs
}


PLANES = {
    "paths": "Through the paths",
    "ends": "Through the ends",
    "random": "Random directions",
    "line": "Lines between the ends",
}


@dataclass(frozen=True, kw_only=True)
class View(Settings):
    """How a run is shown; nothing here changes a number."""

    speed: str = setting(
        Choice(SPEED_LABELS), "1e", group="View", effect="view", label="Speed",
        help="How much training lies between two pictures.",
    )  # fmt: skip
    discretize: bool = setting(
        Flag(), False, group="View", effect="view", label="Discretize",
        help="Show which class wins everywhere, not how surely.",
    )  # fmt: skip
    show_test: bool = setting(
        Flag(), True, group="View", effect="view", label="Test points",
        help="Show the points the network does not learn from.",
    )  # fmt: skip
    log_loss: bool = setting(
        Flag(),
        False,
        group="View",
        effect="view",
        label="Log",
        help="Show the loss on a logarithmic axis.",
    )
    axis: str = setting(
        Choice({"epochs": "Epochs", "updates": "Updates"}), "epochs",
        group="View", effect="view", label="Charts over",
        help="What the horizontal axis of the charts counts.",
    )  # fmt: skip
    plane: str = setting(
        Choice(PLANES), "paths", group="View", effect="view", label="Plane",
        help="Which two directions of weight space the loss is drawn over.",
    )  # fmt: skip


VIEW_SETTINGS: dict[str, Setting] = table(View)
