"""The part of the comparison's page that trains a grid of learning rates and batch sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from playground.comparison import MOST_LANES, Comparison
from playground.experiment import Experiment
from playground.figures import PALETTES
from playground.figures.sweep import PICKED, sweep_figure
from playground.jobs import Job
from playground.planning import sample_of
from playground.player.racing import RaceSession
from playground.sweep import MOST_BATCHES, MOST_RATES, Sweep

KEY = "sweep"
TURN = 0.7  # seconds from one look at a running job to the next
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 500)


@dataclass
class Grid:
    """A sweep under way or done."""

    sweep: Sweep
    job: Job


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
        begin(comparison.lanes[0], list(dict.fromkeys(rates)), int(epochs))
    grid: Grid | None = st.session_state.get(KEY)
    if grid is None:
        return
    if grid.job.running:
        watch()
        return
    if grid.job.error:
        st.error(grid.job.error)
        return
    chosen = chart(grid.sweep, "done")
    if grid.sweep.best is not None:
        batch, rate = grid.sweep.best
        st.caption(
            f"The lowest loss, {grid.sweep.losses[batch, rate]:.3g}, is at batch size {grid.sweep.batches[batch]} "
            f"and rate {grid.sweep.rates[rate]:g} (circle). Along the dotted line rate / batch size stays the same: "
            "a larger batch makes fewer updates of the same examples, and a larger rate makes up for it, until the "
            "rate is too large for any batch (crosses: diverged)."
        )
    if chosen is not None and chosen != st.session_state.get(f"{KEY}_taken"):
        st.session_state[f"{KEY}_taken"] = chosen
        batch, rate = chosen
        session.amend(lambda now: as_lane(now, grid.sweep.batches[batch], grid.sweep.rates[rate]))
        st.rerun()


def begin(experiment: Experiment, rates: list[float], epochs: int) -> None:
    """Begin to train a grid, in place of the one before."""
    old: Grid | None = st.session_state.get(KEY)
    if old is not None:
        old.job.stop()
    rows = len(sample_of(experiment).x_train)
    batches = [*[size for size in SIZES if size < rows][: MOST_BATCHES - 1], min(rows, 500)]
    sweep = Sweep(experiment, rates, batches, epochs=epochs)

    def steps() -> Iterator[float]:
        yield from sweep.work()

    st.session_state[KEY] = Grid(sweep, Job(steps))
    st.session_state.pop(f"{KEY}_taken", None)


@st.fragment(run_every=TURN)
def watch() -> None:
    """Show the cells as their losses come."""
    grid: Grid = st.session_state[KEY]
    if not grid.job.running:
        st.rerun()
    bar, stop = st.columns([5, 1], vertical_alignment="center")
    bar.progress(grid.job.progress, f"{100 * grid.job.progress:.0f} % of the epochs are trained.")
    stop.button("Stop", icon=":material/stop:", on_click=grid.job.stop, width="stretch", key="sweep_stop")
    chart(grid.sweep, "running")


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
