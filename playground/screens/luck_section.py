"""The part of the comparison's page that measures luck: many seeds, their spread, and a table of what they came to."""

from __future__ import annotations

from typing import Literal, cast

import numpy as np
import pandas as pd
import streamlit as st

from playground.compare.comparison import Comparison
from playground.compare.luck import Luck, Outcome
from playground.experiment import Experiment
from playground.figures import PALETTES
from playground.figures.luck import luck_figure
from playground.player.racing import RaceSession
from playground.screens.controls import as_text
from playground.screens.spreadsheet import as_csv
from playground.screens.trials import begin, kept, pairs, unstopped, watched

KEY = "luck"
SEEDS = (8, 16, 32, 64, 128)
LENGTHS = (20, 50, 100, 200, 500, 1000, 2000)
LENGTH_HELP = "How long each trains. The stop rules under “Run” are left out, so that all train equally long."
ROUNDING = (
    1e-4  # of a loss: what sums in another order, and many updates after them, may make of the last bits
)
VARIES = {"weights": "Weights and order", "order": "Order only"}


def luck_section(session: RaceSession) -> None:
    """Show what is asked for, and what came of it."""
    comparison = session.experiment
    assert isinstance(comparison, Comparison)
    st.caption(
        "One run is an anecdote. Here every lane trains from many seeds at once, the same ones in each lane, "
        "so that you see what the method does and what is luck."
    )
    left, right = pairs()
    count = left.select_slider("Seeds", SEEDS, 32, **kept("luck_seeds"))
    vary = left.selectbox(
        "What varies", list(VARIES), format_func=VARIES.__getitem__, **kept("luck_vary"),
        help="From seed to seed: the order of the rows alone, or the initial weights as well.",
    )  # fmt: skip
    length = right.select_slider("Epochs", LENGTHS, 200, help=LENGTH_HELP, **kept("luck_epochs"))
    # Without limits, as a field that holds what is not allowed would go on with what it held before.
    reach = right.number_input(
        "Loss to reach", value=0.3, step=0.01, format="%g", **kept("luck_loss"),
        help="A training loss. The table says how many seeds reached it, and what it took the median of them.",
    )  # fmt: skip
    buttons = st.container(horizontal=True, vertical_alignment="center", gap="medium")
    if buttons.button("Train the seeds", type="primary", icon=":material/casino:"):
        chosen = cast(Literal["order", "weights"], vary)
        begin(KEY, Luck(comparison, int(count), vary=chosen, epochs=int(length)), trained(comparison))
    logarithmic = KEY in st.session_state and buttons.toggle("Log", help="A logarithmic axis for the loss.")
    trial = watched(
        KEY, lambda trial: chart(trial.subject, float(reach), logarithmic, "running"), trained(comparison)
    )
    if trial is not None and trial.settings == trained(comparison):
        trial.subject.names = comparison.lane_names  # a lane may have got another name since
    if trial is not None and trial.subject.trained:
        chart(trial.subject, float(reach), logarithmic, "done")
        report(trial.subject, float(reach))


def trained(comparison: Comparison) -> tuple[Experiment, ...]:
    """Return what decides how the seeds train: of each lane all settings but the stop rules.

    What lanes are called and which clock they are shown by is no part of that.
    """
    return tuple(unstopped(lane) for lane in comparison.lanes)


def report(luck: Luck, loss: float) -> None:
    """Say what came of it: the conclusion, the table."""
    outcomes = luck.outcomes(loss)
    st.markdown(f":small[{as_text(luck.conclusion(loss, outcomes))}]")
    full = [n for n, lane in enumerate(luck.comparison.lanes) if lane.batch == "full" and not lane.dropout]
    if luck.vary == "order" and full:
        st.caption(
            "The order of the rows means nothing to full batch, whose every update adds up all of them. "
            f"{alike(luck, full)}"
        )
    shown = table(luck, loss, outcomes)
    helps = {name: st.column_config.TextColumn(help=words) for name, words in meanings(loss).items()}
    st.dataframe(shown, hide_index=True, width="stretch", column_config=helps)
    st.download_button(
        "Download the table", as_csv(shown), "lanes.csv", "text/csv", icon=":material/download:"
    )


def alike(luck: Luck, lanes: list[int]) -> str:
    """Say how far apart the seeds of `lanes` are, which should draw one line."""
    if all(luck.identical(number) for number in lanes):
        return "Its seeds are identical bit for bit."
    most, share = np.max([luck.largest_difference(number) for number in lanes], axis=0)
    if share < ROUNDING:
        return f"Its seeds draw one line: they differ by {most:.2g} at most, the last bits of floating point."
    return f"Its seeds differ by {most:.2g} at most, by up to {100 * share:.2g} % of the loss."


def chart(luck: Luck, loss: float, logarithmic: bool, key: str) -> None:
    """Draw bands and ends, as far as they are known."""
    if not luck.trained:
        return
    theme = st.context.theme.type or "light"
    lanes = [(name, luck.band(number), luck.ends(number)) for number, name in enumerate(luck.names)]
    figure = luck_figure(PALETTES[theme], lanes, seeds=luck.seed_names, loss=loss, logarithmic=logarithmic)
    st.plotly_chart(
        figure, theme=None, config={"displayModeBar": False}, key=f"luck_{key}",
        alt="The training loss of each lane over epochs, and every seed's loss at the end; the table has the numbers.",
    )  # fmt: skip


def table(luck: Luck, loss: float, outcomes: list[Outcome]) -> pd.DataFrame:
    """Return what each lane came to, one row each."""
    percent = luck.comparison.kind_of_problem != "regression"
    measure = "accuracy" if percent else "R²"
    rows = []
    for outcome in outcomes:
        low, middle, high = outcome.train_loss
        rows.append(
            {
                "Lane": outcome.name,
                f"Reached {loss:g}": f"{100 * outcome.share:.0f} %",
                f"Epochs to {loss:g}": _number(np.nanmedian(outcome.reached) if outcome.share else np.nan),
                f"Updates to {loss:g}": _number(outcome.updates),
                f"Examples to {loss:g}": _number(outcome.examples),
                f"Time to {loss:g} (ms)": _number(1000 * outcome.seconds),
                "Training loss": _number(middle),
                "10 to 90 %": f"{_number(low)} to {_number(high)}",
                "Test loss": _number(outcome.test_loss[1]),
                f"Training {measure}": _share(outcome.train_score, percent),
                f"Test {measure}": _share(outcome.test_score, percent),
            }
        )
    return pd.DataFrame(rows)


def meanings(loss: float) -> dict[str, str]:
    """Return what the columns of the table stand for, where their names do not say it."""
    return {
        f"Reached {loss:g}": f"The share of the seeds whose training loss came down to {loss:g}",
        f"Epochs to {loss:g}": "The median of the seeds that reached it; updates, examples and time go with it",
        f"Time to {loss:g} (ms)": "What these updates take to compute on this machine, nothing drawn",
        "Training loss": "The median of all seeds, at the end",
        "10 to 90 %": "The training loss of all seeds but the best and the worst tenth, at the end",
        "Test loss": "The median of all seeds, at the end",
    }


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"


def _share(value: float, percent: bool) -> str:
    if not np.isfinite(value):
        return "–"
    return f"{100 * value:.1f} %" if percent else f"{value:.3f}"
