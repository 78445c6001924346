"""Luck, measured: every lane of a comparison under many seeds at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.compare.comparison import Comparison
from playground.compare.replicates import Replicates, percentiles
from playground.compare.timing import seconds_per_update
from playground.compare.together import together

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """What the seeds of one lane came to.

    Attributes
    ----------
    name : str
        The lane's.
    reached : ndarray
        The first epoch after which each seed had the chosen training loss, nan if it never had, (seeds,).
    updates, examples, seconds : float
        What the median of those that got there had spent by then; nan if none did. Seconds are this machine's.
    train_loss, test_loss : ndarray
        Percentiles 10, 50 and 90 of the last losses, (3,).
    train_score, test_score : float
        Median accuracy (or R²) at the end; a diverged network counts as worse than any other.
    """

    name: str
    reached: Floats
    updates: float
    examples: float
    seconds: float
    train_loss: Floats
    test_loss: Floats
    train_score: float
    test_score: float

    @property
    def share(self) -> float:
        """The share of the seeds that reached the loss."""
        return float(np.isfinite(self.reached).mean())


class Luck:
    """The lanes of a comparison, each under the same seeds.

    Parameters
    ----------
    comparison : Comparison
        What to train.
    seeds : int
        How many random starts, from that of the comparison on.
    vary : {"order", "weights"}
        What differs from seed to seed: the order of the rows only, or the initial weights as well.
    epochs : int
        How long each trains.

    Attributes
    ----------
    lanes : list of Replicates
        One for each lane; none before the work has begun.
    """

    def __init__(
        self, comparison: Comparison, seeds: int, *, vary: Literal["order", "weights"], epochs: int
    ) -> None:
        self.comparison, self.seeds, self.epochs = comparison, seeds, epochs
        self.vary: Literal["order", "weights"] = vary
        self.names = comparison.lane_names
        self.lanes: list[Replicates] = []

    def work(self) -> Iterator[float]:
        """Train the lanes side by side; yield, again and again, the share of the work that is done.

        Raises
        ------
        ValueError
            For numbers that `Replicates` refuses.
        """
        self.lanes = [Replicates(lane, self.seeds, vary=self.vary) for lane in self.comparison.lanes]
        yield from together(self.lanes, self.epochs)

    @property
    def trained(self) -> int:
        """Epochs that all lanes have been trained so far."""
        return min((lane.epochs for lane in self.lanes), default=0)

    def outcomes(self, loss: float) -> list[Outcome]:
        """Return what each lane came to, and how it reached the training loss `loss`."""
        found = []
        for name, lane, experiment in zip(self.names, self.lanes, self.comparison.lanes, strict=True):
            reached = lane.reached(loss)
            scores = [-percentiles(-lane_scores)[1] for lane_scores in lane.scores]
            epochs = float(np.nanmedian(reached)) if np.isfinite(reached).any() else np.nan
            updates = epochs * lane.updates_per_epoch
            found.append(
                Outcome(
                    name=name,
                    reached=reached,
                    updates=updates,
                    examples=epochs * lane.n_train,
                    seconds=updates * seconds_per_update(experiment),
                    train_loss=percentiles(lane.train_loss[-1]),
                    test_loss=percentiles(lane.test_loss[-1]),
                    train_score=float(scores[0]),
                    test_score=float(scores[1]),
                )
            )
        return found

    def largest_difference(self, lane: int) -> float:
        """Return by how much the training losses of two seeds of a lane have differed at most."""
        losses = self.lanes[lane].train_loss
        return float(np.max(np.ptp(losses, axis=1)))

    def conclusion(self, loss: float) -> str:
        """Return what the numbers say, in a sentence or two."""
        outcomes = self.outcomes(loss)
        ends = np.stack([lane.train_loss[-1] for lane in self.lanes])
        ends = np.where(np.isfinite(ends), ends, np.inf)
        best = int(np.argmin([outcome.train_loss[1] for outcome in outcomes]))
        low, middle, high = outcomes[best].train_loss
        seeds = ends.shape[1]
        rivals = [number for number in range(len(outcomes)) if number != best]
        beaten = [
            f"{outcomes[number].name} (median {outcomes[number].train_loss[1]:.3g}) in "
            f"{int((ends[best] < ends[number]).sum())} of {seeds} seeds"
            for number in rivals
        ]
        epochs = self.lanes[best].epochs
        said = (
            f"After {epochs:,} epochs the lowest median training loss is that of {outcomes[best].name}: {middle:.3g} "
            f"(10 to 90 %: {low:.3g} to {high:.3g}); it is lower than that of {' and of '.join(beaten)}."
        )
        there = [outcome for outcome in outcomes if outcome.share > 0]
        if not there:
            return f"{said} No seed of any lane reached a training loss of {loss:g}."
        shares = ", ".join(f"{outcome.name} {100 * outcome.share:.0f} %" for outcome in outcomes)
        fewest = {
            "the fewest updates": min(there, key=lambda outcome: outcome.updates).name,
            "the fewest examples": min(there, key=lambda outcome: outcome.examples).name,
            "the least compute time": min(there, key=lambda outcome: outcome.seconds).name,
        }
        told = "; ".join(f"{words}, {name}" for words, name in fewest.items())
        return f"{said} Seeds that reached {loss:g}: {shares}. What the median of them needed: {told}."
