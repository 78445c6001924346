"""A grid of learning rates and batch sizes, trained from the same start: where they trade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from playground.compare.replicates import Replicates
from playground.compare.together import MOST_SECONDS, TooLong, compiling, together
from playground.experiment import Experiment

MOST_RATES, MOST_BATCHES = 12, 10


class Sweep:
    """Runs of an experiment for every pair of a learning rate and a batch size.

    Parameters
    ----------
    experiment : Experiment
        What all cells share, the start included.
    rates : sequence of float
        Learning rates, at most 12.
    batches : sequence of int
        Rows per update, at most 10 sizes.
    epochs : int
        How long each cell trains: as many examples for all.
    most : float
        How many seconds they may compute in all.

    Attributes
    ----------
    rows : list of Replicates
        One for each batch size; its replicates differ in the rate.

    Raises
    ------
    ValueError
        If there are more cells than are trained at once, saying how many would do.
    """

    def __init__(
        self,
        experiment: Experiment,
        rates: Sequence[float],
        batches: Sequence[int],
        *,
        epochs: int,
        most: float = MOST_SECONDS,
    ) -> None:
        if not (1 <= len(rates) <= MOST_RATES and 1 <= len(batches) <= MOST_BATCHES):
            raise ValueError(
                f"{len(rates)} rates and {len(batches)} batch sizes are not allowed: "
                f"it must be at most {MOST_RATES} and {MOST_BATCHES}"
            )
        self.experiment, self.epochs, self.most = experiment, epochs, most
        self.rates, self.batches = tuple(rates), tuple(batches)
        self.rows: list[Replicates] = []

    def work(self) -> Iterator[float]:
        """Train all cells; yield, again and again, the share of the work that is done.

        Raises
        ------
        ValueError
            For what would take too long, saying what would fit.
        """
        self.rows = []
        for batch in self.batches:
            cell = self.experiment.changed(batch=batch)
            self.rows.append(Replicates(cell, len(self.rates), vary="rates", rates=self.rates))
            yield 0.0
        try:
            yield from together(self.rows, self.epochs, most=self.most)
        except TooLong as long:
            epochs = long.fitting(self.epochs)
            what = f"{epochs:,} epochs would fit" if epochs else "take a smaller network"
            raise ValueError(f"{long}: {what}") from long

    @property
    def stage(self) -> str:
        """What has to be waited for now, as a sentence; empty while it just trains."""
        return compiling([f"batch size {batch}" for batch in self.batches], self.rows)

    @property
    def losses(self) -> NDArray[np.float64]:
        """The training loss of each cell now, (batches, rates): infinite where it has diverged, nan where unknown."""
        found = np.full((len(self.batches), len(self.rates)), np.nan)
        for number, row in enumerate(tuple(self.rows)):
            if row.epochs:
                last = row.train_loss[-1].astype(float)
                found[number] = np.where(np.isfinite(last), last, np.inf)
        return found

    @property
    def untrained(self) -> float:
        """The training loss of the start that all cells share; nan while it is not known."""
        return float(self.rows[0].train_loss[0, 0]) if self.rows else np.nan

    @property
    def best(self) -> tuple[int, int] | None:
        """Which batch size and which rate have the lowest loss now, by their places in the grid."""
        losses = self.losses
        if not np.isfinite(losses).any():
            return None
        batch, rate = np.unravel_index(np.nanargmin(losses), losses.shape)
        return int(batch), int(rate)

    @property
    def line(self) -> list[tuple[int, int]]:
        """The cells nearest to the rate / batch size of the best one, in each row that has such a rate."""
        if self.best is None:
            return []
        batch, rate = self.best
        at = np.log(self.rates)
        wanted = np.log(self.rates[rate]) + np.log(self.batches) - np.log(self.batches[batch])
        reach = np.diff(at).max() / 2 if len(at) > 1 else 1e-9
        near = np.abs(at - wanted[:, None])
        return [(row, int(cells.argmin())) for row, cells in enumerate(near) if cells.min() <= reach]

    def conclusion(self) -> str:
        """Return what the numbers say, in a few sentences; empty while there are none."""
        if self.best is None:
            gone = np.isinf(self.losses)
            if gone.all():
                return "All cells diverged."
            return (
                f"{gone.sum()} of {gone.size} cells diverged; the others are not known." if gone.any() else ""
            )
        batch, rate = self.best
        losses = self.losses
        said = (
            f"The lowest loss, {losses[batch, rate]:.3g}, is at batch size {self.batches[batch]} "
            f"and rate {self.rates[rate]:g} (circle)."
        )
        if len(self.line) > 1:
            along = np.array([losses[cell] for cell in self.line])
            said += (
                " Along the dotted line rate / batch size stays the same: a larger batch makes fewer updates of the "
                f"same examples, each at a larger rate. In the {len(along)} cells along it the loss is {_span(along)}; "
                f"in the {len(self.rates)} of batch size {self.batches[batch]} it is {_span(losses[batch])}."
            )
        lost = int(np.isinf(losses).sum())
        if lost:
            said += f" {lost} of {losses.size} cells diverged (crosses)."
        return said


def _span(losses: NDArray[np.float64]) -> str:
    known = losses[~np.isnan(losses)]
    low, high = known.min(), known.max()
    return f"{low:.3g} to {high:.3g}" if np.isfinite(high) else f"{low:.3g} and more, up to diverged"
