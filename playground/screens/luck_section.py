"""The part of the comparison's page that measures luck: many seeds, their spread, and a table of what they came to."""

from __future__ import annotations

from typing import Literal, cast

import numpy as np
import pandas as pd
import streamlit as st

from playground.compare.comparison import Comparison
from playground.compare.luck import Luck
from playground.figures import PALETTES
from playground.figures.luck import luck_figure
from playground.player.racing import RaceSession
from playground.screens.controls import as_text
from playground.screens.spreadsheet import as_csv
from playground.screens.trials import begin, watched

KEY = "luck"
VARIES = {"order": "Order of the rows", "weights": "Initial weights, too"}


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
        chosen = cast(Literal["order", "weights"], varied or "weights")
        begin(KEY, Luck(comparison, int(count), vary=chosen, epochs=int(length)), comparison)
    trial = watched(KEY, lambda trial: chart(trial.subject, float(reach), "running"), comparison)
    if trial is not None and trial.subject.trained:
        report(trial.subject, float(reach))


def report(luck: Luck, loss: float) -> None:
    """Show what came of it: the chart, the table, the conclusion."""
    chart(luck, loss, "done")
    st.markdown(as_text(luck.conclusion(loss)))
    full = [n for n, lane in enumerate(luck.comparison.lanes) if lane.batch == "full" and not lane.dropout]
    if luck.vary == "order" and full:
        most = max(luck.largest_difference(number) for number in full)
        st.caption(
            "The order of the rows means nothing to full batch, whose every update adds up all of them: its seeds draw "
            f"one line. They differ by {most:.2g} at most, the last bits of floating point."
        )
    shown = table(luck, loss)
    st.dataframe(shown, hide_index=True, width="stretch")
    st.download_button(
        "Download the table", as_csv(shown), "lanes.csv", "text/csv", icon=":material/download:"
    )


def chart(luck: Luck, loss: float, key: str) -> None:
    """Draw bands and ends, as far as they are known."""
    if not luck.trained:
        return
    theme = st.context.theme.type or "light"
    lanes = [
        (name, lane.band(), lane.train_loss[-1]) for name, lane in zip(luck.names, luck.lanes, strict=True)
    ]
    figure = luck_figure(PALETTES[theme], lanes, loss=loss)
    st.plotly_chart(figure, theme=None, config={"displayModeBar": False}, key=f"luck_{key}")


def table(luck: Luck, loss: float) -> pd.DataFrame:
    """Return what each lane came to, one row each."""
    percent = luck.comparison.kind_of_problem != "regression"
    measure = "accuracy" if percent else "R²"
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
                f"Training {measure}": _share(outcome.train_score, percent),
                f"Test {measure}": _share(outcome.test_score, percent),
            }
        )
    return pd.DataFrame(rows)


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _share(value: float, percent: bool) -> str:
    if not np.isfinite(value):
        return "–"
    return f"{100 * value:.1f} %" if percent else f"{value:.3f}"
