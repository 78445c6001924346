"""Luck is counted right: bands and shares against NumPy, seeds against single runs."""

import numpy as np
import pytest

from playground import Run
from playground.compare.comparison import Comparison
from playground.compare.luck import Luck

SMALL = Comparison(points=40, hidden=(3,), batches=(1, 5, "full"), rates=(0.1,))


@pytest.fixture(scope="module")
def luck():
    made = Luck(SMALL, 6, vary="weights", epochs=40)
    shares = list(made.work())
    assert shares == sorted(shares) and shares[-1] == 1
    return made


def test_a_seed_is_the_run_with_that_start(luck):
    for lane, experiment in zip(luck.lanes, SMALL.lanes, strict=True):
        for seed in (0, 4):
            run = Run(experiment.changed(start=experiment.start + seed))
            alone = run.advance(1, 40 * run.updates_per_epoch)
            assert lane.train_loss[-1, seed] == pytest.approx(float(alone.train_loss[0]), rel=1e-3)


def test_outcomes_are_numpys(luck):
    loss = float(np.median(luck.lanes[0].train_loss[20]))
    for outcome, lane in zip(luck.outcomes(loss), luck.lanes, strict=True):
        below = lane.train_loss <= loss
        assert outcome.share == pytest.approx(below.any(axis=0).mean())
        firsts = [below[:, seed].argmax() for seed in range(6) if below[:, seed].any()]
        if firsts:
            assert outcome.updates == np.median(firsts) * lane.updates_per_epoch
            assert outcome.examples == np.median(firsts) * 20
        low, middle, high = outcome.train_loss
        assert (outcome.train_score, outcome.test_score) == pytest.approx(np.median(lane.scores, axis=1))
        assert lane.train_loss[-1].min() <= low <= middle <= high <= lane.train_loss[-1].max()


def test_the_order_means_nothing_to_full_batch():
    luck = Luck(SMALL, 5, vary="order", epochs=30)
    for _ in luck.work():
        pass
    assert luck.largest_difference(2) < 1e-5
    assert luck.largest_difference(0) > 1e-3


def test_the_conclusion_names_the_best_lane(luck):
    medians = [np.median(lane.train_loss[-1]) for lane in luck.lanes]
    best = luck.names[int(np.argmin(medians))]
    said = luck.conclusion(0.3)
    assert f"the lowest median training loss is that of {best}" in said
    assert "No seed of any lane reached" in luck.conclusion(1e-9)
