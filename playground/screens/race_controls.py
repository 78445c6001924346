"""The settings of a comparison as Streamlit widgets: its lanes first, then what they share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.compare.comparison import COMPARISON_SETTINGS, MOST_LANES, Comparison
from playground.compare.starting_points import STARTING_POINTS
from playground.experiment import SETTINGS, Experiment
from playground.kinds import Real
from playground.nn.optimizers import OPTIMIZERS
from playground.player.racing import RaceSession
from playground.screens.choices import log_options, replaced
from playground.screens.controls import BATCH, Change, Panel

MODES = {"stochastic": "Stochastic", "mini": "Mini-batch", "full": "Full"}
NEW_LANES = (1, 10, "full", 50)


def race_panel(session: RaceSession) -> None:
    """Show every setting of a comparison, grouped; changes reach the session before the page is drawn."""
    panel = RacePanel(session)
    lanes, data, network, descent = st.tabs(["Lanes", "Data", "Network", "Descent"])
    with lanes:
        panel.lanes()
    with data:
        panel.data()
    with network:
        panel.network()
    with descent:
        panel.shared()
    panel.done()


class RacePanel(Panel):
    """Draws the widgets of a comparison; see `Panel`."""

    @property
    def comparison(self) -> Comparison:
        """The settings on the screen."""
        return _of(self.experiment)

    def lanes(self) -> None:
        """Draw the clock, how many lanes there are, and each lane's own settings."""
        self.starting_points()
        comparison = self.comparison
        clock = COMPARISON_SETTINGS["clock"]
        self.pick("clock", clock.kind.options, clock.label, clock.help)  # type: ignore[attr-defined]
        st.segmented_control(
            "Lanes", range(2, MOST_LANES + 1), width="stretch",
            help="How many ways to descend are shown side by side. A change starts a new run.",
            **self.show("lanes", len(comparison.batches), lambda n, now: {"batches": _as_many(_of(now).batches, n)}),
        )  # fmt: skip
        for lane, name in enumerate(comparison.lane_names):
            with st.container(border=True):
                self.lane(lane, name)

    def starting_points(self) -> None:
        """Offer comparisons worth starting from; what to look for stays in sight while its settings do."""
        shared = {
            name: point for name, point in STARTING_POINTS.items() if point.comparison == self.comparison
        }
        st.selectbox(
            "Start from", list(STARTING_POINTS), format_func=lambda name: STARTING_POINTS[name].title,
            placeholder="Choose a starting point", index=None,
            **self.show("starting_point", next(iter(shared), None), lambda name, _: STARTING_POINTS[name].settings),
        )  # fmt: skip
        for point in shared.values():
            st.caption(point.about)

    def pick(self, name: str, options: dict[str, str], label: str, help: str) -> None:
        """Draw a setting of few options, side by side."""
        value = getattr(self.comparison, name)
        st.selectbox(
            label, list(options), format_func=options.__getitem__, help=help,
            **self.show(name, value, lambda chosen, _: {name: chosen}),
        )  # fmt: skip

    def lane(self, lane: int, title: str) -> None:
        """Draw what one lane has of its own."""
        comparison, own = self.comparison, self.comparison.lanes[lane]
        given = comparison.names[lane] if len(comparison.names) > 1 else "".join(comparison.names)
        st.text_input(
            "Name", max_chars=24, placeholder=title, label_visibility="collapsed",
            icon=f":material/counter_{lane + 1}:",
            **self.show(f"name{lane}", given, of_lane("names", lane)),
        )  # fmt: skip
        mode = "full" if own.batch == "full" else "stochastic" if own.batch == 1 else "mini"
        st.segmented_control(
            f"Lane {lane + 1}: batch mode", list(MODES), format_func=MODES.__getitem__, width="stretch",
            label_visibility="collapsed",
            **self.show(f"mode{lane}", mode, of_lane("batches", lane, {"stochastic": 1, "mini": 10, "full": "full"})),
        )  # fmt: skip
        if mode == "mini":
            st.slider(
                SETTINGS["batch"].label, 2, BATCH.high,
                **self.show(f"size{lane}", int(own.batch), of_lane("batches", lane)),
            )  # fmt: skip
        labels = SETTINGS["optimizer"].kind.options  # type: ignore[attr-defined]
        st.selectbox(
            "Optimizer", list(labels), format_func=labels.__getitem__,
            **self.show(f"optimizer{lane}", own.optimizer, of_lane("optimizers", lane)),
        )  # fmt: skip
        rate = SETTINGS["learning_rate"]
        assert isinstance(rate.kind, Real)
        st.select_slider(
            rate.label, log_options(rate.kind, own.learning_rate), format_func=lambda v: f"{v:g}", help=rate.hint,
            **self.show(f"rate{lane}", own.learning_rate, of_lane("rates", lane)),
        )  # fmt: skip
        if "momentum" in OPTIMIZERS[own.optimizer].uses:
            momentum = SETTINGS["momentum"]
            st.slider(
                momentum.label, 0.0, 0.999, step=0.01, help=momentum.hint,
                **self.show(f"momentum{lane}", own.momentum, of_lane("momenta", lane)),
            )  # fmt: skip

    def shared(self) -> None:
        """Draw what all lanes descend with alike."""
        uses = dict.fromkeys(
            name
            for lane in self.comparison.lanes
            for name in OPTIMIZERS[lane.optimizer].uses
            if name != "momentum"
        )
        self.effect("reset")
        self.loss()
        self.rows("shuffle")
        self.effect("live")
        self.rows(*uses, *(["delta"] if self.comparison.loss_name == "huber" else []), "l1", "l2", "dropout")
        self.run()


def of_lane(name: str, lane: int, meaning: Mapping[str, Any] | None = None) -> Change:
    """Return what turns a value chosen for one lane, or what it means, into that of the setting of all lanes."""
    alike = name not in ("batches", "names")  # one value where all have the same: the shorter link

    def change(chosen: Any, now: Experiment) -> dict[str, Any]:
        lanes = len(_of(now).batches)
        values = getattr(now, name) or ("",)
        each = replaced(
            values if len(values) == lanes else values[:1] * lanes,
            lane,
            meaning[chosen] if meaning else chosen,
        )
        return {name: each[:1] if alike and len(set(each)) == 1 else each}

    return change


def _of(experiment: Experiment) -> Comparison:
    assert isinstance(experiment, Comparison)
    return experiment


def _as_many(batches: tuple[int | str, ...], lanes: int) -> tuple[int | str, ...]:
    """Return the first `lanes` of the batches, and for new lanes ones that are not there yet."""
    fresh = [batch for batch in NEW_LANES if batch not in batches]
    return (*batches, *fresh, *NEW_LANES)[:lanes]
