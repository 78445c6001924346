"""The part of the comparison's page that measures luck: many seeds, their spread, and a table of what they came to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import pandas as pd
import streamlit as st

from playground.comparison import Comparison
from playground.controls import as_text
from playground.figures import PALETTES
from playground.figures.luck import luck_figure
from playground.jobs import Job
from playground.luck import Luck
from playground.player.racing import RaceSession

KEY = "luck"
VARIES = {"order": "Order of the rows", "weights": "Initial weights, too"}
TURN = 0.5  # seconds from one look at a running job to the next


@dataclass
class Trial:
    """A measurement under way or done: the job, and the luck once its networks are there."""

    comparison: Comparison
    job: Job | None = None
    luck: Luck | None = None


def luck_section(session: RaceSession) -> None:
    """Show what is asked for, and what came of it."""
    comparison = session.experiment
    assert isinstance(comparison, Comparison)
    st.caption(
        "One run is an anecdote. Here every lane trains from many seeds at once, the same ones in each lane, "
        "so that you see what the method does and what is luck."
    )
    seeds, epochs, vary, loss = st.columns([1, 1, 1.4, 1], vertical_alignment="bottom")
    count = seeds.select_slider("Seeds", [8, 16, 32, 64, 128], 32)
    length = epochs.number_input("Epochs", 10, 2000, 200, step=10)
    varied = vary.segmented_control(
        "What varies", list(VARIES), default="weights", format_func=VARIES.__getitem__
    )
    reach = loss.number_input("Loss to reach", 0.0, 10.0, 0.3, step=0.01, format="%g")
    if st.button("Train the seeds", type="primary", icon=":material/casino:"):
        begin(comparison, int(count), cast(Literal["order", "weights"], varied or "weights"), int(length))
    trial: Trial | None = st.session_state.get(KEY)
    if trial is None:
        return
    if trial.job is not None and trial.job.running:
        watch(float(reach))
    else:
        report(trial, comparison, float(reach))


def begin(comparison: Comparison, seeds: int, vary: Literal["order", "weights"], epochs: int) -> None:
    """Begin to train, in place of what was trained before."""
    old: Trial | None = st.session_state.get(KEY)
    if old is not None and old.job is not None:
        old.job.stop()
    trial = Trial(comparison)

    def steps() -> Iterator[float]:
        trial.luck = Luck(comparison, seeds, vary=vary, epochs=epochs)
        yield from trial.luck.work()

    trial.job = Job(steps)
    st.session_state[KEY] = trial


@st.fragment(run_every=TURN)
def watch(loss: float) -> None:
    """Show how far the seeds are, every half second, and let them be stopped."""
    trial: Trial = st.session_state[KEY]
    assert trial.job is not None
    if not trial.job.running:
        st.rerun()
    bar, stop = st.columns([5, 1], vertical_alignment="center")
    bar.progress(trial.job.progress, f"{100 * trial.job.progress:.0f} % of the epochs are trained.")
    stop.button("Stop", icon=":material/stop:", on_click=trial.job.stop, width="stretch", key="luck_stop")
    if trial.luck is not None and min(lane.epochs for lane in trial.luck.lanes):
        chart(trial.luck, loss, "running")


def report(trial: Trial, now: Comparison, loss: float) -> None:
    """Show what came of it: the chart, the table, the conclusion."""
    assert trial.job is not None
    if trial.job.error:
        st.error(trial.job.error)
        return
    luck = trial.luck
    if luck is None or not min(lane.epochs for lane in luck.lanes):
        st.info("Stopped before the first epochs were done.")
        return
    if trial.job.stopped:
        st.info(
            f"Stopped after {min(lane.epochs for lane in luck.lanes)} epochs; what is shown was trained by then."
        )
    if trial.comparison != now:
        st.info(
            "The settings have changed since these seeds were trained. Train them anew to see the difference."
        )
    chart(luck, loss, "done")
    st.markdown(as_text(luck.conclusion(loss)))
    full = [
        number
        for number, lane in enumerate(trial.comparison.lanes)
        if lane.batch == "full" and not lane.dropout
    ]
    if luck.vary == "order" and full:
        most = max(luck.largest_difference(number) for number in full)
        st.caption(
            "The order of the rows means nothing to full batch, whose every update adds up all of them: its seeds draw "
            f"one line. They differ by {most:.2g} at most, the last bits of floating point."
        )
    shown = table(luck, loss)
    st.dataframe(shown, hide_index=True, width="stretch")
    st.download_button(
        "Download the table", shown.to_csv(index=False), "lanes.csv", "text/csv", icon=":material/download:"
    )


def chart(luck: Luck, loss: float, key: str) -> None:
    """Draw bands and ends."""
    theme = st.context.theme.type or "light"
    lanes = [
        (name, lane.band(), lane.train_loss[-1]) for name, lane in zip(luck.names, luck.lanes, strict=True)
    ]
    figure = luck_figure(PALETTES[theme], lanes, loss=loss)
    st.plotly_chart(figure, theme=None, config={"displayModeBar": False}, key=f"luck_{key}")


def table(luck: Luck, loss: float) -> pd.DataFrame:
    """Return what each lane came to, one row each."""
    rows = []
    for outcome in luck.outcomes(loss):
        low, middle, high = outcome.train_loss
        rows.append(
            {
                "Lane": outcome.name,
                f"Reached {loss:g}": f"{100 * outcome.share:.0f} %",
                "Epochs to it": _number(np.nanmedian(outcome.reached) if outcome.share else np.nan),
                "Updates to it": _number(outcome.updates),
                "Examples to it": _number(outcome.examples),
                "Compute ms to it": _number(1000 * outcome.seconds),
                "Training loss": _number(middle),
                "10 to 90 %": f"{_number(low)} to {_number(high)}",
                "Test loss": _number(outcome.test_loss[1]),
            }
        )
    return pd.DataFrame(rows)


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
