"""A sweep's cells are the runs they stand for."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from playground import Experiment, Run
from playground.compare.comparison import Comparison
from playground.compare.sweep import Sweep
from playground.screens.sweep_section import as_lane

SMALL = Experiment(points=40, hidden=(3,))


def test_every_cell_is_the_run_of_its_rate_and_batch():
    sweep = Sweep(SMALL, (0.01, 0.1, 0.5), (1, 7, 20), epochs=30)
    assert np.isnan(sweep.losses).all() and sweep.best is None
    shares = list(sweep.work())
    assert shares == sorted(shares) and shares[-1] == 1
    for row, batch in enumerate(sweep.batches):
        for column, rate in enumerate(sweep.rates):
            run = Run(SMALL.changed(batch=batch, learning_rate=rate))
            alone = run.advance(1, 30 * run.updates_per_epoch)
            assert sweep.losses[row, column] == pytest.approx(float(alone.train_loss[0]), rel=5e-3)
    row, column = sweep.best
    assert sweep.losses[row, column] == sweep.losses.min()


def test_cells_that_diverge_are_infinitely_bad():
    sweep = Sweep(Experiment(data="plane", points=40, hidden=()), (0.01, 10.0), (1,), epochs=30)
    for _ in sweep.work():
        pass
    assert np.isfinite(sweep.losses[0, 0]) and np.isinf(sweep.losses[0, 1])
    assert sweep.best == (0, 0)


@pytest.mark.parametrize(("rates", "batches"), [(range(13), (1,)), ((0.1,), range(1, 12)), ((), (1,))])
def test_too_many_cells_are_refused_with_what_would_do(rates, batches):
    with pytest.raises(ValueError, match="at most 12 and 10"):
        Sweep(SMALL, list(rates), list(batches), epochs=1)


def test_a_cell_becomes_a_lane_and_replaces_the_last_where_there_is_no_room():
    three = Comparison(batches=(1, 10, "full"), rates=(0.1, 0.2, 0.3), names=("a", "b", "c"))
    four = three.changed(**as_lane(three, 32, 0.5))
    assert four.batches == (1, 10, "full", 32) and four.rates == (0.1, 0.2, 0.3, 0.5)
    again = four.changed(**as_lane(four, 64, 0.7))
    assert again.batches == (1, 10, "full", 64) and again.rates == (0.1, 0.2, 0.3, 0.7)
    assert again.names == ("a", "b", "c", "")


def found(losses):
    """A sweep that came to these losses."""
    sweep = Sweep(SMALL, (0.01, 0.02, 0.04, 0.08), (1, 2, 4), epochs=1)
    every = np.array(losses, float)
    sweep.rows = [
        SimpleNamespace(epochs=int(known), compiled=known, train_loss=row[None])
        for row, known in zip(every, ~np.isnan(every).all(axis=1), strict=True)
    ]
    return sweep


def test_the_line_goes_through_cells_of_equal_rate_over_batch_size():
    sweep = found([[0.5, 0.1, 0.2, 0.9], [0.6, 0.4, 0.3, 0.7], [0.6, 0.6, 0.5, 0.4]])
    assert sweep.best == (0, 1)
    ratios = [sweep.rates[column] / sweep.batches[row] for row, column in sweep.line]
    assert sweep.line == [(0, 1), (1, 2), (2, 3)] and ratios == pytest.approx([0.02] * 3)
    said = sweep.conclusion()
    assert "The lowest loss, 0.1, is at batch size 1 and rate 0.02" in said
    assert (
        "In the 3 cells along it the loss is 0.1 to 0.4; in the 4 of batch size 1 it is 0.1 to 0.9." in said
    )
    assert "diverged" not in said and "cross" not in said


def test_what_the_grid_does_not_show_is_not_told():
    sweep = found([[0.5, 0.6, 0.7, 0.9], [0.6, 0.6, 0.6, 0.7], [0.1, np.inf, np.inf, np.nan]])
    assert sweep.line == [(2, 0)]
    said = sweep.conclusion()
    assert "dotted" not in said  # it leads through no other cell
    assert said.endswith("3 of 12 cells diverged (crosses).")
    along = found([[0.5, 0.6, 0.7, 0.9], [0.6, 0.1, 0.6, 0.7], [0.2, 0.6, np.inf, np.nan]]).conclusion()
    assert "In the 3 cells along it the loss is 0.1 and more, up to diverged;" in along


def test_a_sweep_without_a_best_cell_says_why():
    assert found(np.full((3, 4), np.inf)).conclusion() == "All cells diverged."
    assert found(np.full((3, 4), np.nan)).conclusion() == ""
    stopped = found([[np.inf] * 4, [np.nan] * 4, [np.inf] * 4])
    assert stopped.conclusion() == "8 of 12 cells diverged; the others are not known."


def test_the_compiler_is_waited_for_row_by_row():
    sweep = found([[1, 1, 1, 1], [np.nan] * 4, [np.nan] * 4])
    assert sweep.stage == "Compiling for batch size 2 (2 of 3)…"
    assert found(np.ones((3, 4))).stage == ""


def test_a_sweep_that_would_take_too_long_says_what_would_fit():
    sweep = Sweep(SMALL, (0.01, 0.1), (1, 20), epochs=200_000, most=0.6)
    with pytest.raises(ValueError, match=r"and the limit is 0.6 seconds: .* epochs would fit") as refused:
        for _ in sweep.work():
            pass
    fits = int(re.search(r"([\d,]+) epochs would fit", str(refused.value))[1].replace(",", ""))
    assert 0 < fits < 200_000
    assert all(row.epochs < 200_000 for row in sweep.rows)


def test_a_stopped_sweep_has_trained_its_rows_equally_long():
    sweep = Sweep(SMALL, (0.01, 0.1), (1, 7, 20), epochs=500)
    work = sweep.work()
    while next(work) < 0.3:
        pass
    work.close()
    assert len({row.epochs for row in sweep.rows}) == 1 and 0 < sweep.rows[0].epochs < 500
