"""The part of the comparison's page that trains a grid of learning rates and batch sizes."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from playground.compare.comparison import MOST_LANES, Comparison
from playground.compare.sweep import MOST_BATCHES, MOST_RATES, Sweep
from playground.experiment import Experiment
from playground.figures import PALETTES
from playground.figures.sweep import PICKED, sweep_figure
from playground.planning import sample_of
from playground.player.racing import RaceSession
from playground.screens.trials import begin, watched

KEY, TAKEN = "sweep", "sweep_taken"
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 500)


def sweep_section(session: RaceSession) -> None:
    """Show what is asked for, and what came of it."""
    comparison = session.experiment
    assert isinstance(comparison, Comparison)
    st.caption(
        "Every pair of a learning rate and a batch size, from the same start over the same number of examples, "
        "with the first lane's optimizer. Click a cell to make it a lane."
    )
    low, high, many, length = st.columns(4, vertical_alignment="bottom")
    options = [float(f"{step}e{decade}") for decade in range(-5, 1) for step in (1, 3)] + [10.0]
    first = low.select_slider("From rate", options, 0.001, format_func=lambda v: f"{v:g}")
    last = high.select_slider("To rate", options, 3.0, format_func=lambda v: f"{v:g}")
    number = many.slider("Rates", 2, MOST_RATES, MOST_RATES)
    epochs = length.number_input("Epochs of each cell", 1, 1000, 100, step=10)
    if st.button("Train the grid", type="primary", icon=":material/grid_on:"):
        rates = [
            float(f"{rate:.2g}") for rate in np.geomspace(min(first, last), max(first, last), int(number))
        ]
        first_lane = comparison.lanes[0]
        sweep = Sweep(first_lane, list(dict.fromkeys(rates)), sizes(first_lane), epochs=int(epochs))
        begin(KEY, sweep, cell_settings(comparison))
        st.session_state.pop(TAKEN, None)
    trial = watched(KEY, lambda trial: chart(trial.subject, "running"), cell_settings(comparison))
    if trial is None:
        return
    sweep = trial.subject
    chosen = chart(sweep, "done")
    if sweep.best is not None:
        batch, rate = sweep.best
        st.caption(
            f"The lowest loss, {sweep.losses[batch, rate]:.3g}, is at batch size {sweep.batches[batch]} "
            f"and rate {sweep.rates[rate]:g} (circle). Along the dotted line rate / batch size stays the same: "
            "a larger batch makes fewer updates of the same examples, and a larger rate makes up for it, until the "
            "rate is too large for any batch (crosses: diverged)."
        )
    if chosen is not None and chosen != st.session_state.get(TAKEN):
        st.session_state[TAKEN] = chosen
        batch, rate = chosen
        session.amend(lambda now: as_lane(now, sweep.batches[batch], sweep.rates[rate]))
        st.rerun()


def sizes(experiment: Experiment) -> list[int]:
    """Return the batch sizes of the grid: by powers of two up to all rows."""
    rows = len(sample_of(experiment).x_train)
    return [*[size for size in SIZES if size < rows][: MOST_BATCHES - 1], min(rows, 500)]


def cell_settings(comparison: Comparison) -> Experiment:
    """Return what all cells share, with the two settings that they differ in left at their defaults."""
    plain = Experiment()
    return comparison.lanes[0].changed(batch=plain.batch, learning_rate=plain.learning_rate)


def chart(sweep: Sweep, key: str) -> tuple[int, int] | None:
    """Draw the grid; return the row and the column of the cell that was picked, if one was."""
    theme = st.context.theme.type or "light"
    figure = sweep_figure(PALETTES[theme], sweep.rates, sweep.batches, sweep.losses, sweep.best)
    event: Any = st.plotly_chart(
        figure, theme=None, config={"displayModeBar": False}, key=f"sweep_{key}",
        on_select="rerun" if key == "done" else "ignore", selection_mode="points",
    )  # fmt: skip
    points = event["selection"]["points"] if key == "done" else []
    cells = [point["point_index"] for point in points if point["curve_number"] == PICKED]
    return divmod(int(cells[0]), len(sweep.rates)) if cells else None


def as_lane(now: Experiment, batch: int, rate: float) -> dict[str, Any]:
    """Return the settings with one lane more, or the last one replaced where there are as many as there can be."""
    assert isinstance(now, Comparison)
    keep = min(len(now.batches), MOST_LANES - 1)
    lanes = now.lanes[:keep]
    return {
        "batches": (*(lane.batch for lane in lanes), batch),
        "rates": (*(lane.learning_rate for lane in lanes), rate),
        "optimizers": (*(lane.optimizer for lane in lanes), now.lanes[0].optimizer),
        "momenta": (*(lane.momentum for lane in lanes), now.lanes[0].momentum),
        "names": (*now.names[:keep], "") if now.names else (),
    }
