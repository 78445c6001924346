"""A sweep's cells are the runs they stand for."""

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
