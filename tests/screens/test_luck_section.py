"""The table of what the seeds came to: columns that name the loss, explained where their names do not say it."""

import pytest

from playground.compare.comparison import Comparison
from playground.compare.luck import Luck
from playground.screens.luck_section import meanings, table


@pytest.mark.parametrize(("problem", "measure"), [("circle", "accuracy"), ("plane", "R²")])
def test_columns_name_the_loss_and_what_is_explained_is_there(problem, measure):
    luck = Luck(
        Comparison(data=problem, points=40, hidden=(3,), batches=(5, "full")), 2, vary="weights", epochs=5
    )
    for _ in luck.work():
        pass
    shown = table(luck, 0.25)
    assert set(meanings(0.25)) <= set(shown.columns)
    assert {"Reached 0.25", "Epochs to 0.25", "Time to 0.25 (ms)", f"Test {measure}"} <= set(shown.columns)
    assert list(shown["Lane"]) == ["Mini-batch 5", "Full batch"]
