"""The settings table as Streamlit widgets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

import streamlit as st

from playground.datasets import DATASETS, PROBLEMS
from playground.experiment import SETTINGS, Experiment
from playground.kinds import Choice, Flag, Real, Several, Whole
from playground.nn.activations import ACTIVATIONS
from playground.nn.initializers import INITIALIZERS
from playground.nn.losses import LOSSES, OUTPUT_LABELS, losses_for
from playground.nn.optimizers import OPTIMIZERS
from playground.player.session import Session
from playground.screens.choices import (
    batch_mode,
    batch_of,
    decimals,
    log_options,
    ordered,
    replaced,
    resized,
    with_activation,
)
from playground.settings import EFFECTS, Effect, Setting

DRAWN = "drawn"
LAYERS = cast(Several, SETTINGS["hidden"].kind)
NEURONS = cast(Whole, LAYERS.of)
BATCH = cast(Whole, SETTINGS["batch"].kind)

Change = Callable[[Any, Experiment], dict[str, Any]]
"""What a widget's new value changes in the experiment that is in force by then."""


def settings_panel(session: Session) -> None:
    """Show every setting of the experiment, grouped; changes reach the session before the page is drawn."""
    data, network, descent, stop = st.tabs(["Data", "Network", "Descent", "Run"])
    panel = Panel(session)
    with data:
        panel.data()
    with network:
        panel.network()
    with descent:
        panel.descent()
    with stop:
        panel.run()
    panel.done()


class Panel:
    """Draws widgets for settings. The session holds the values; a widget only shows one and reports a change."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.experiment = session.experiment
        # Until a panel is complete, no state of its widgets counts: the one before may have been of another screen,
        # or cut off halfway by the next rerun.
        self.entered = st.session_state.get(DRAWN) != session.screen
        if self.entered:
            st.session_state.pop(DRAWN, None)

    def done(self) -> None:
        """Note that all widgets of this screen have been drawn."""
        st.session_state[DRAWN] = self.session.screen

    def keep(self, name: str, value: Any, report: Callable[[Any], None]) -> dict[str, Any]:
        """Return what every widget needs: its key, set to `value`, and a callback that reports what was chosen.

        A widget that shows `value` already is not set: that would undo what is being clicked meanwhile. On a screen
        that is entered, every widget is set, because Streamlit drops the state of those on the screen that was left.
        The key carries the screen's name: under a key of two screens, Streamlit would answer with the value of one
        of them, and draw the other's widget at its lower limit.
        """
        key = f"{self.session.screen}_{name}"
        old = st.session_state.get(key)
        same = set(old) == set(value) if isinstance(old, list) else old == value  # picked in any order
        if self.entered or not same:
            st.session_state[key] = value
        return {"key": key, "on_change": lambda: report(st.session_state[key])}

    def show(self, name: str, value: Any, change: Change) -> dict[str, Any]:
        """Return what a widget of a setting needs: as `keep`, with a callback that applies `change`.

        When several widgets are changed before the page is drawn again, their callbacks run one after the other:
        `change` must look at the experiment that it is given, never at the one that was drawn.
        """

        def report(chosen: Any) -> None:
            if chosen is not None:  # a pressed option pressed again is no choice: the old one stays
                self.session.amend(lambda experiment: change(chosen, experiment))

        return self.keep(name, value, report)

    def effect(self, effect: Effect) -> None:
        """Say what a change of the settings that follow does to the run."""
        icon = {"reset": ":material/restart_alt:", "live": ":material/bolt:"}[effect]
        st.caption(f"{icon} {EFFECTS[effect]}")

    def rows(self, *names: str) -> None:
        """Draw the widgets of the settings `names`, each as its kind asks."""
        for name in names:
            self.row(SETTINGS[name])

    def row(self, row: Setting) -> None:
        """Draw the widget that fits the setting's kind."""
        value = getattr(self.experiment, row.name)
        if isinstance(row.kind, Several):
            self.several(row, cast(Choice, row.kind.of).options, list(value))
            return
        common = self.show(row.name, value, lambda chosen, _: {row.name: chosen}) | {
            "label": row.label,
            "help": row.hint,
        }
        match row.kind:
            case Choice(options):
                st.selectbox(options=list(options), format_func=options.__getitem__, **common)
            case Flag():
                st.toggle(**common)
            case Real(logarithmic=True) as kind:
                st.select_slider(options=log_options(kind, value), format_func=lambda v: f"{v:g}", **common)
            case Real(low, high, step) if step is not None:
                digits = f"%.{max(decimals(number) for number in (high, step, value))}f"
                st.slider(
                    min_value=float(low), max_value=float(high), step=float(step), format=digits, **common
                )
            case Real(low, high):
                common["help"] = row.limits
                st.number_input(min_value=float(low), max_value=float(high), step=0.01, format="%g", **common)
            case Whole(low, high) if high <= 2000:
                st.slider(min_value=low, max_value=high, **common)
            case Whole(low, high):
                common["help"] = row.limits
                st.number_input(min_value=low, max_value=high, step=1, **common)

    def several(self, row: Setting, options: Mapping[str, str], value: list[str]) -> None:
        """Draw a setting of which several options can be picked; the last one cannot be given back."""
        st.pills(
            row.label, list(options), format_func=options.__getitem__, help=row.hint, selection_mode="multi",
            **self.show(
                row.name, value,
                lambda chosen, experiment: {row.name: ordered(options, chosen) or getattr(experiment, row.name)},
            ),
        )  # fmt: skip

    def choice(self, name: str, options: Iterable[str], label: Callable[[str], str]) -> None:
        """Draw a setting of kind `Choice` with only some of its options."""
        row, value, options = SETTINGS[name], getattr(self.experiment, name), list(options)
        st.selectbox(
            row.label, options, format_func=label, help=row.hint,
            # When another setting changes the options, Streamlit may report one that is no longer among them.
            **self.show(name, value, lambda chosen, _: {name: chosen} if chosen in options else {}),
        )  # fmt: skip

    def data(self) -> None:
        """Draw the problem, its data sets and what is drawn from them."""
        self.effect("reset")
        problem = self.experiment.kind_of_problem
        first = {kind: next(n for n, d in DATASETS.items() if d.problem == kind) for kind in PROBLEMS}
        st.selectbox(
            SETTINGS["problem"].label, list(PROBLEMS), format_func=PROBLEMS.__getitem__, help=SETTINGS["problem"].hint,
            **self.show("problem", problem, lambda chosen, _: {"data": first[chosen]}),
        )  # fmt: skip
        fitting = [name for name, dataset in DATASETS.items() if dataset.problem == problem]
        self.choice("data", fitting, lambda name: DATASETS[name].label)
        st.caption(DATASETS[self.experiment.data].about)
        if problem == "several_classes":
            self.rows("classes")
        if not DATASETS[self.experiment.data].fixed:
            self.rows("points", "noise", "train_share")
            number, again = st.columns([2, 3], vertical_alignment="bottom")
            with number:
                self.rows("seed")
            again.button("New sample", on_click=self.new_sample, width="stretch")
        self.rows("inputs")

    def new_sample(self) -> None:
        """Draw the next sample."""
        self.session.amend(lambda experiment: {"seed": (experiment.seed + 1) % 2**31})

    def network(self) -> None:
        """Draw the layers, one row each, and where their weights start."""
        self.effect("reset")
        experiment = self.experiment
        hidden, activations = experiment.hidden, experiment.activations
        st.number_input(
            SETTINGS["hidden"].label, 0, LAYERS.most, step=1, help=SETTINGS["hidden"].hint,
            **self.show("layers", len(hidden), lambda n, experiment: {"hidden": resized(experiment.hidden, n)}),
        )  # fmt: skip
        for layer, (size, name) in enumerate(zip(hidden, activations, strict=True)):
            self.layer(layer, size, name)
        for name in dict.fromkeys(activations):
            st.caption(f"**{ACTIVATIONS[name].label}.** {ACTIVATIONS[name].about}")
        if "step" in activations:
            st.caption(
                "A step's slope is zero everywhere: no error reaches the weights before it, so they keep their start. "
                "Only the layers behind the last step learn."
            )
        fitting = LOSSES[experiment.loss_name].outputs[experiment.kind_of_problem]
        labels = OUTPUT_LABELS | {"auto": f"Automatic ({OUTPUT_LABELS[fitting[0]].lower()})"}
        self.choice("output", ("auto", *fitting), labels.__getitem__)
        self.rows("initializer")
        st.caption(INITIALIZERS[experiment.initializer].about)
        self.rows(*(["scale"] if experiment.initializer == "normal" else []), "bias", "start")

    def layer(self, layer: int, size: int, name: str) -> None:
        """Draw one hidden layer: its neurons and their activation."""
        neurons, activation = st.columns([2, 3], vertical_alignment="bottom")
        neurons.number_input(
            f"Layer {layer + 1}", NEURONS.low, NEURONS.high, step=1, help=f"Neurons: {NEURONS.allowed}.",
            **self.show(
                f"neurons{layer}", size, lambda n, experiment: {"hidden": replaced(experiment.hidden, layer, n)}
            ),
        )  # fmt: skip
        activation.selectbox(
            f"Layer {layer + 1} activation", list(ACTIVATIONS), format_func=lambda n: ACTIVATIONS[n].label,
            label_visibility="collapsed",
            **self.show(
                f"activation{layer}", name,
                lambda chosen, experiment: {"activation": with_activation(experiment, layer, chosen)},
            ),
        )  # fmt: skip

    def descent(self) -> None:
        """Draw what the optimizer, the batches and the loss are, then what can be tuned while they work."""
        experiment = self.experiment
        self.effect("reset")
        self.batch()
        self.rows("optimizer")
        st.caption(OPTIMIZERS[experiment.optimizer].about)
        self.loss()
        self.effect("live")
        self.rows("learning_rate", *OPTIMIZERS[experiment.optimizer].uses)
        self.rows(*(["delta"] if experiment.loss_name == "huber" else []), "l1", "l2", "dropout")

    def loss(self) -> None:
        """Draw what is made small."""
        losses = losses_for(self.experiment.kind_of_problem)
        labels = {name: loss.label for name, loss in LOSSES.items()} | {"auto": "Automatic"}
        self.choice("loss", ("auto", *losses), labels.__getitem__)
        chosen = LOSSES[self.experiment.loss_name]
        st.caption(f"**{chosen.label}.** {chosen.formula}")

    def batch(self) -> None:
        """Draw the batch mode, with the size and the order of the rows where they matter."""
        batch, mode = self.experiment.batch, batch_mode(self.experiment)
        st.segmented_control(
            "Batch mode", ["stochastic", "mini", "full"], help=SETTINGS["batch"].hint, width="stretch",
            format_func={"stochastic": "Stochastic", "mini": "Mini-batch", "full": "Full"}.__getitem__,
            **self.show("mode", mode, lambda chosen, experiment: {"batch": batch_of(chosen, experiment)}),
        )  # fmt: skip
        if mode == "mini":
            st.slider(
                SETTINGS["batch"].label,
                2,
                BATCH.high,
                # Its last move may come together with another mode, which has no size.
                **self.show(
                    "size",
                    int(batch),
                    lambda n, experiment: {"batch": n} if batch_mode(experiment) == "mini" else {},
                ),
            )
        rows = self.session.run.n_train
        if batch != "full" and int(batch) > rows:
            st.caption(f"There are only {rows} training rows, so each update uses all of them: full batch.")
        if mode != "full":
            self.rows("shuffle")

    def run(self) -> None:
        """Draw when training ends, and where it is computed."""
        self.effect("live")
        self.rows("stop_epochs", "stop_loss", "patience")
        self.effect("reset")
        self.rows("device")


def as_text(sentence: str) -> str:
    """Return `sentence` for a Markdown element that must not take any of it, quoted from a link, as Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>$:~&])", r"\\\1", sentence)
