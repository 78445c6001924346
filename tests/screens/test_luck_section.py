"""The table of what the seeds came to: columns that name the loss, explained where their names do not say it."""

from types import SimpleNamespace

import numpy as np
import pytest

from playground.compare.comparison import Comparison
from playground.compare.luck import Luck
from playground.screens.luck_section import _number, alike, meanings, report, table, trained
from playground.screens.sweep_section import cell_settings


@pytest.mark.parametrize(("problem", "measure"), [("circle", "accuracy"), ("plane", "R²")])
def test_columns_name_the_loss_and_what_is_explained_is_there(problem, measure):
    luck = Luck(
        Comparison(data=problem, points=40, hidden=(3,), batches=(5, "full")), 2, vary="weights", epochs=5
    )
    for _ in luck.work():
        pass
    shown = table(luck, 0.25, luck.outcomes(0.25))
    assert set(meanings(0.25)) <= set(shown.columns)
    assert {"Reached 0.25", "Epochs to 0.25", "Time to 0.25 (ms)", f"Test {measure}"} <= set(shown.columns)
    assert list(shown["Lane"]) == ["Mini-batch 5", "Full batch"]


def order_only(*losses):
    """Full batches whose seeds had these last losses."""
    luck = Luck(Comparison(batches=(1, "full")), len(losses), vary="order", epochs=1)
    luck.lanes = [
        SimpleNamespace(epochs=1, train_loss=np.array([np.ones(len(losses)), losses], np.float32))
    ] * 2
    return alike(luck, [1])


def test_seeds_of_a_full_batch_are_told_as_they_are():
    assert order_only(0.5, 0.5, 0.5) == "Its seeds are identical bit for bit."
    assert order_only(np.nan, np.inf, np.nan) == "Its seeds are identical bit for bit."
    assert order_only(0.5, 0.50002).endswith("differ by 2e-05 at most, the last bits of floating point.")
    assert order_only(0.5, 0.4) == "Its seeds differ by 0.1 at most, by up to 20 % of the loss."
    assert "nan" not in order_only(0.5, np.nan, 0.4)


PLAIN = Comparison(points=40, hidden=(3,), batches=(5, "full"))


@pytest.mark.parametrize(
    "shown",
    [{"names": ("x", "y")}, {"clock": "updates"}, {"stop_epochs": 7}, {"stop_loss": 0.1}, {"patience": 3}],
    ids=str,
)
def test_what_seeds_do_not_train_by_is_no_change(shown):
    assert trained(PLAIN.changed(**shown)) == trained(PLAIN)
    assert cell_settings(PLAIN.changed(**shown)) == cell_settings(PLAIN)


@pytest.mark.parametrize(
    "change", [{"points": 50}, {"l2": 0.1}, {"start": 3}, {"optimizers": ("adam",)}], ids=str
)
def test_what_seeds_train_by_is_a_change(change):
    assert trained(PLAIN.changed(**change)) != trained(PLAIN)
    assert cell_settings(PLAIN.changed(**change)) != cell_settings(PLAIN)


def test_a_lanes_own_settings_are_no_change_for_a_grid():
    other = PLAIN.changed(rates=(0.5, 0.1), batches=(2, "full"))
    assert trained(other) != trained(PLAIN) and cell_settings(other) == cell_settings(PLAIN)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (999.4, "999"),
        (999.7, "1,000"),
        (1000, "1,000"),
        (12345.6, "12,346"),
        (0.12345, "0.123"),
        (np.nan, "–"),
    ],
)
def test_numbers_have_no_powers_of_a_thousand(value, words):
    assert _number(value) == words


def test_the_page_counts_the_outcomes_once(monkeypatch):
    luck = Luck(PLAIN, 2, vary="weights", epochs=3)
    for _ in luck.work():
        pass
    asked = []
    outcomes = Luck.outcomes
    monkeypatch.setattr(Luck, "outcomes", lambda luck, loss: asked.append(loss) or outcomes(luck, loss))
    report(luck, 0.3)
    assert asked == [0.3]
