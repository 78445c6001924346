"""The part of the comparison's page that trains a grid of learning rates and batch sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
from playground.screens.controls import as_text
from playground.screens.trials import begin, kept, pairs, unstopped, watched

KEY, TAKEN = "sweep", "sweep_taken"
LENGTHS = (1, 5, 10, 20, 50, 100, 200, 500, 1000)
LENGTH_HELP = "How long each trains. The stop rules under “Run” are left out, so that all train equally long."
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 500)


@dataclass(frozen=True)
class Taken:
    """The last cell that became a lane, which lane, and what was said about it."""

    cell: tuple[int, int]
    lane: int
    batch: int | str
    rate: float
    said: str


def sweep_section(session: RaceSession) -> None:
    """Show what is asked for, and what came of it."""
    comparison = session.experiment
    assert isinstance(comparison, Comparison)
    batches = sizes(comparison.lanes[0])
    st.caption(
        "Every pair of a learning rate and a batch size, from the same start over the same number of examples, with "
        f"the first lane's optimizer. Batch sizes are {listed(comparison.lanes[0])}. Click a cell to make it a lane."
    )
    left, right = pairs()
    options = [float(f"{step}e{decade}") for decade in range(-5, 1) for step in (1, 3)] + [10.0]
    first = left.select_slider(
        "From rate", options, 0.001, format_func=lambda v: f"{v:g}", **kept("sweep_first")
    )
    last = left.select_slider("To rate", options, 3.0, format_func=lambda v: f"{v:g}", **kept("sweep_last"))
    number = right.slider("Rates", 2, MOST_RATES, MOST_RATES, **kept("sweep_rates"))
    epochs = right.select_slider(
        "Epochs of each cell", LENGTHS, 100, help=LENGTH_HELP, **kept("sweep_epochs")
    )
    if st.button("Train the grid", type="primary", icon=":material/grid_on:"):
        rates = [
            float(f"{rate:.2g}") for rate in np.geomspace(min(first, last), max(first, last), int(number))
        ]
        sweep = Sweep(comparison.lanes[0], list(dict.fromkeys(rates)), batches, epochs=int(epochs))
        begin(KEY, sweep, cell_settings(comparison))
        st.session_state.pop(TAKEN, None)
    trial = watched(KEY, lambda trial: chart(trial.subject, "running"), cell_settings(comparison))
    if trial is None:
        return
    sweep = trial.subject
    chosen = chart(sweep, "done")
    say_taken(comparison)
    said = sweep.conclusion()
    if said:
        st.markdown(f":small[{as_text(said)}]")
    if sweep.best is not None:
        st.caption(
            "Each cell is one run from one start. Neighbours that differ by no more than luck are no different: the "
            "tab “Is it luck? Many seeds” measures how much that is."
        )
    take(session, comparison, sweep, chosen)


def sizes(experiment: Experiment) -> list[int]:
    """Return the batch sizes of the grid: by powers of two up to all rows."""
    rows = rows_of(experiment)
    return [*[size for size in SIZES if size < rows][: MOST_BATCHES - 1], min(rows, SIZES[-1])]


def listed(experiment: Experiment) -> str:
    """Return the batch sizes of the grid in short."""
    first, last = sizes(experiment)[:3], sizes(experiment)[-1]
    return f"{', '.join(map(str, first))} … {last}" + (" (all rows)" if last == rows_of(experiment) else "")


def rows_of(experiment: Experiment) -> int:
    """Return how many rows are trained on."""
    return len(sample_of(experiment).x_train)


def cell_settings(comparison: Comparison) -> Experiment:
    """Return what all cells share: what they differ in is left at its default, and the stop rules are left out."""
    plain = Experiment()
    return unstopped(comparison.lanes[0]).changed(batch=plain.batch, learning_rate=plain.learning_rate)


def chart(sweep: Sweep, key: str) -> tuple[int, int] | None:
    """Draw the grid; return the row and the column of the cell that was picked, if one was."""
    theme = st.context.theme.type or "light"
    best = sweep.best if key == "done" else None  # until then it is that of the cells that happen to be ready
    figure = sweep_figure(PALETTES[theme], sweep.rates, sweep.batches, sweep.losses, best, sweep.untrained)
    event: Any = st.plotly_chart(
        figure, theme=None, config={"displayModeBar": False}, key=f"sweep_{key}",
        on_select="rerun" if key == "done" else "ignore", selection_mode="points",
        alt="The loss of every pair of a learning rate and a batch size, as colours.",
    )  # fmt: skip
    points = event["selection"]["points"] if key == "done" else []
    return picked(points, len(sweep.batches), len(sweep.rates))


def picked(points: Any, rows: int, columns: int) -> tuple[int, int] | None:
    """Return the row and the column of the first cell among `points`, if one is there.

    They are what a browser says, and that may be anything.
    """
    for point in points:
        if isinstance(point, Mapping) and point.get("curve_number") == PICKED:
            index = point.get("point_index")
            if type(index) is int and 0 <= index < rows * columns:
                return divmod(index, columns)
    return None


def take(session: RaceSession, comparison: Comparison, sweep: Sweep, chosen: tuple[int, int] | None) -> None:
    """Make a lane of the cell that was picked, if it was not one already."""
    before: Taken | None = st.session_state.get(TAKEN)
    if chosen is None or (before is not None and before.cell == chosen):
        return
    row, column = chosen
    size, rate = sweep.batches[row], sweep.rates[column]
    batch: int | str = "full" if size == rows_of(sweep.experiment) else size
    lane = min(len(comparison.batches), MOST_LANES - 1)
    said = f"Lane {lane + 1} is now batch size {size} at rate {rate:g}."
    if lane < len(comparison.batches):
        said += f" It replaces {comparison.lane_names[lane]}: there are at most {MOST_LANES} lanes."
    st.session_state[TAKEN] = Taken(chosen, lane, batch, rate, said)
    session.amend(lambda now: as_lane(now, batch, rate))
    st.toast(as_text(said), icon=":material/add_circle:")
    st.rerun()


def say_taken(comparison: Comparison) -> None:
    """Say which lane the last cell has become, as long as it is one."""
    taken: Taken | None = st.session_state.get(TAKEN)
    if taken is not None and taken.lane < len(comparison.batches):
        lane = comparison.lanes[taken.lane]
        if (lane.batch, lane.learning_rate) == (taken.batch, taken.rate):
            st.markdown(f":small[:material/add_circle: {as_text(taken.said)}]")


def as_lane(now: Experiment, batch: int | str, rate: float) -> dict[str, Any]:
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
