"""The settings of a comparison as Streamlit widgets: its lanes first, then what they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.compare.comparison import COMPARISON_SETTINGS, MOST_LANES, Comparison
from playground.compare.starting_points import STARTING_POINTS
from playground.experiment import SETTINGS, Experiment
from playground.kinds import Real, Several, Text, shown
from playground.nn.optimizers import OPTIMIZERS
from playground.player.player import token_key
from playground.player.racing import RaceSession
from playground.screens.choices import log_options, replaced
from playground.screens.controls import BATCH, Change, Panel
from playground.screens.visitor import carry_over, differs_from_train

MODES = {"stochastic": "Stochastic", "mini": "Mini-batch", "full": "Full"}
NEW_LANES = (1, 10, "full", 50)
NAME = cast(Text, cast(Several, COMPARISON_SETTINGS["names"].kind).of)


def race_panel(session: RaceSession) -> Callable[[], None]:
    """Show every setting of a comparison, grouped; changes reach the session before the page is drawn.

    Returns
    -------
    Callable
        Shows what the lanes' updates cost, if the clock counts that: to be called when the player has been drawn,
        which does not wait until it has been measured.
    """
    panel = RacePanel(session)
    panel.take_over()
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
    return panel.show_costs


class RacePanel(Panel):
    """Draws the widgets of a comparison; see `Panel`."""

    session: RaceSession

    def __init__(self, session: RaceSession) -> None:
        super().__init__(session)
        self.costs: list[DeltaGenerator] = []

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
        st.caption(
            ":material/restart_alt: Batches, optimizer: a new run.  \n"
            ":material/bolt: Rate, momentum: the weights stay."
        )
        for lane, name in enumerate(comparison.lane_names):
            with st.container(border=True):
                self.lane(lane, name)
                self.costs.append(st.empty())

    def show_costs(self) -> None:
        """Show in each lane's box what one of its updates costs, where the clock counts that."""
        for place, seconds in zip(self.costs, self.session.costs or (), strict=False):
            place.caption(f":material/timer: {duration(seconds)} an update on this machine")

    def take_over(self) -> None:
        """Offer the network in training, which a comparison follows only when it is asked to."""
        differs = differs_from_train(self.experiment)
        if differs is not None:
            st.button(
                "Take over Train's network", key="take_over", icon=":material/input:", width="stretch",
                disabled=not differs, on_click=carry_over,
                help="Compares the three batch modes on the data and the network of the screen Train. "
                + ("" if differs else "The data and the network are those already."),
            )  # fmt: skip

    def starting_points(self) -> None:
        """Offer comparisons worth starting from; what one says to look for and to try stays in sight meanwhile."""
        name = self.session.starting_point
        st.selectbox(
            "Start from", list(STARTING_POINTS), format_func=lambda name: STARTING_POINTS[name].title,
            placeholder="Choose a starting point", index=None,
            **self.keep("starting_point", name, self.begin_from),
        )  # fmt: skip
        if name is None:
            return
        point = STARTING_POINTS[name]
        changed = self.comparison != point.comparison
        st.caption(point.about)
        # Always there: a button that comes with the first change would push away what is being changed.
        said, back = st.columns([2, 3], vertical_alignment="center")
        said.caption("(changed)" if changed else "(unchanged)")
        back.button(
            "Back to it", key="back_to_it", icon=":material/undo:", width="stretch",
            disabled=not changed, on_click=self.begin_from, args=[name],
        )  # fmt: skip

    def begin_from(self, name: str | None) -> None:
        """Take over the settings of a starting point; None, from the empty list, only puts its text away."""
        view = self.session.view
        self.session.begin_from(name)
        if self.session.view != view:  # a player keeps the view it has: another one takes its place
            st.session_state.pop(token_key(RaceSession), None)

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
            **self.show(f"name{lane}", given, self.named(lane)),
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

    def named(self, lane: int) -> Change:
        """Return what gives a lane the name that was typed; one that cannot be used is told apart from the others."""
        rename = of_lane("names", lane)

        def change(typed: str, now: Experiment) -> dict[str, Any]:
            try:
                NAME.check(typed)
            except ValueError:
                self.session.notice(
                    f"{shown(typed)} cannot be the name of lane {lane + 1}: a name must be {NAME.allowed}. "
                    "The lane keeps its name."
                )
                return {}
            return rename(typed, now)

        return change

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


def duration(seconds: float) -> str:
    """Return how long something takes, with two digits or all before the point."""
    for unit, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")):
        number = seconds / unit
        if number >= 1 or name == "ns":
            break
    return f"about {number:.2g} {name}" if number < 100 else f"about {number:.0f} {name}"


def _of(experiment: Experiment) -> Comparison:
    assert isinstance(experiment, Comparison)
    return experiment


def _as_many(batches: tuple[int | str, ...], lanes: int) -> tuple[int | str, ...]:
    """Return the first `lanes` of the batches, and for new lanes ones that are not there yet."""
    fresh = [batch for batch in NEW_LANES if batch not in batches]
    return (*batches, *fresh, *NEW_LANES)[:lanes]
