"""Luck, measured: every lane of a comparison under many seeds at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.compare.comparison import Comparison
from playground.compare.replicates import Replicates, percentiles, start_of
from playground.compare.timing import seconds_per_update
from playground.compare.together import MOST_SECONDS, TooLong, compiling, together

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
    most : float
        How many seconds they may compute in all.

    Attributes
    ----------
    lanes : list of Replicates
        One for each lane; none before the work has begun.
    """

    def __init__(
        self,
        comparison: Comparison,
        seeds: int,
        *,
        vary: Literal["order", "weights"],
        epochs: int,
        most: float = MOST_SECONDS,
    ) -> None:
        self.comparison, self.seeds, self.epochs, self.most = comparison, seeds, epochs, most
        self.vary: Literal["order", "weights"] = vary
        self.names = comparison.lane_names
        self.lanes: list[Replicates] = []

    def work(self) -> Iterator[float]:
        """Train the lanes side by side; yield, again and again, the share of the work that is done.

        Raises
        ------
        ValueError
            For numbers that `Replicates` refuses, and for what would take too long, saying what would fit.
        """
        self.lanes = []
        for lane in self.comparison.lanes:
            self.lanes.append(Replicates(lane, self.seeds, vary=self.vary))
            yield 0.0
        try:
            yield from together(self.lanes, self.epochs, most=self.most)
        except TooLong as long:
            few = {"seeds": long.fitting(self.seeds), "epochs": long.fitting(self.epochs)}
            fits = ", or ".join(f"{number:,} {what}" for what, number in few.items() if number)
            raise ValueError(
                f"{long}: {fits}, would fit" if fits else f"{long}: take larger batches or a smaller network"
            ) from long

    @property
    def seed_names(self) -> list[str]:
        """What each seed is called: by the random start that makes the same run on its own, where there is one."""
        if self.vary == "order":  # that of the first, with the order of rows of another
            return [f"order {number}" for number in range(1, self.seeds + 1)]
        return [f"random start {start_of(self.comparison, number)}" for number in range(self.seeds)]

    @property
    def stage(self) -> str:
        """What has to be waited for now, as a sentence; empty while it just trains."""
        return compiling(self.names, self.lanes)

    @property
    def trained(self) -> int:
        """Epochs that all lanes have been trained so far. What else is told here ends there, for all lanes alike."""
        return min((lane.epochs for lane in self.lanes), default=0)

    def band(self, lane: int) -> Floats:
        """Return the percentiles 10, 50 and 90 of a lane's training loss, (3, trained + 1)."""
        return self.lanes[lane].band()[:, : self.trained + 1]

    def ends(self, lane: int) -> Floats:
        """Return the last training loss of each seed of a lane, infinite where it has diverged, (seeds,)."""
        losses = self.lanes[lane].train_loss[self.trained].astype(float)
        return np.where(np.isfinite(losses), losses, np.inf)

    def outcomes(self, loss: float) -> list[Outcome]:
        """Return what each lane came to, and how it reached the training loss `loss`.

        Scores are those of the networks now: look when nothing trains any more.
        """
        found = []
        trained = self.trained
        for number, (lane, experiment) in enumerate(zip(self.lanes, self.comparison.lanes, strict=True)):
            reached = lane.reached(loss)
            reached = np.where(reached <= trained, reached, np.nan)
            scores = [-percentiles(-lane_scores)[1] for lane_scores in lane.scores]
            epochs = float(np.nanmedian(reached)) if np.isfinite(reached).any() else np.nan
            updates = epochs * lane.updates_per_epoch
            found.append(
                Outcome(
                    name=self.names[number],
                    reached=reached,
                    updates=updates,
                    examples=epochs * lane.n_train,
                    seconds=updates * seconds_per_update(experiment),
                    train_loss=percentiles(self.ends(number)),
                    test_loss=percentiles(lane.test_loss[trained]),
                    train_score=float(scores[0]),
                    test_score=float(scores[1]),
                )
            )
        return found

    def identical(self, lane: int) -> bool:
        """Return whether all seeds of a lane had the same training loss all the time, bit for bit."""
        losses = self._known(lane)
        return np.array_equal(losses, np.broadcast_to(losses[:, :1], losses.shape), equal_nan=True)

    def largest_difference(self, lane: int) -> tuple[float, float]:
        """Return by how much the training losses of two seeds of a lane have differed at most.

        First as it is, then as a share of the larger loss. Networks that have diverged have no loss.
        """
        losses = self._known(lane).astype(float)
        low, high = np.fmin.reduce(losses, axis=1), np.fmax.reduce(losses, axis=1)
        apart = np.nan_to_num(high - low)
        share = np.divide(apart, high, out=np.zeros_like(apart), where=high > 0)
        return float(apart.max()), float(share.max())

    def _known(self, lane: int) -> NDArray[np.float32]:
        losses = self.lanes[lane].train_loss[: self.trained + 1]
        return np.where(np.isfinite(losses), losses, np.float32(np.nan))

    def conclusion(self, loss: float, outcomes: list[Outcome] | None = None) -> str:
        """Return what the numbers say, in a few sentences; `outcomes` are those for `loss`, where they are known."""
        outcomes = outcomes or self.outcomes(loss)
        ends = np.stack([self.ends(number) for number in range(len(outcomes))])
        said = f"After {self.trained:,} epochs {self._lowest(outcomes, ends)}."
        lost = np.isinf(ends).sum(axis=1)
        if lost.any() and lost.min() != self.seeds:
            told = [
                f"{name} {count} of {self.seeds}"
                for name, count in zip(self.names, lost, strict=True)
                if count
            ]
            said += f" Seeds that diverged: {', '.join(told)}."
        return f"{said} {_cheapest(outcomes, loss)}"

    def _lowest(self, outcomes: list[Outcome], ends: Floats) -> str:
        """Return which lane's seeds ended lowest."""
        medians = np.array([outcome.train_loss[1] for outcome in outcomes])
        if np.isinf(ends).all():
            return "all seeds of all lanes have diverged"
        if not np.isfinite(medians).any():
            return "half or more of the seeds of every lane have diverged, so none has a median training loss"
        first, *others = np.flatnonzero(medians == medians.min())
        low, middle, high = map(_told, outcomes[first].train_loss)
        same = "".join(f" and of {outcomes[number].name}" for number in others)
        said = (
            f"the lowest median training loss is that of {outcomes[first].name}{same}: {middle} "
            f"(10 to 90 %: {low} to {high})"
        )
        beaten = [
            f"{outcome.name} (median {_told(outcome.train_loss[1])}) in "
            f"{int((ends[first] < ends[number]).sum())} of {self.seeds} seeds"
            for number, outcome in enumerate(outcomes)
            if number != first and number not in others
        ]
        return f"{said}; it is lower than that of {' and of '.join(beaten)}" if beaten else said


def _cheapest(outcomes: list[Outcome], loss: float) -> str:
    """Return how many seeds reached `loss`, and which lane's needed least for it."""
    if not any(outcome.share for outcome in outcomes):
        return f"No seed of any lane reached a training loss of {loss:g}."
    shares = ", ".join(f"{outcome.name} {100 * outcome.share:.0f} %" for outcome in outcomes)
    said = f"Seeds that reached {loss:g}: {shares}."
    # The few lucky seeds of a lane that hardly ever gets there say nothing of what it costs to get there.
    there = [outcome for outcome in outcomes if outcome.share >= 0.5]
    if not there:
        return f"{said} In no lane did half of the seeds reach it, so none is called the cheapest."
    untrained = [outcome.name for outcome in there if outcome.updates == 0]
    if untrained:
        return f"{said} At the start already, by the median of them: {' and '.join(untrained)}."
    needs = {
        "the fewest updates": [outcome.updates for outcome in there],
        "the fewest examples": [outcome.examples for outcome in there],
        "the least compute time": [outcome.seconds for outcome in there],
    }
    told = []
    for words, values in needs.items():
        first = [outcome.name for outcome, value in zip(there, values, strict=True) if value == min(values)]
        told.append(f"{words}, {' and '.join(first)}{' alike' if len(first) > 1 else ''}")
    among = "" if len(there) == len(outcomes) else ", of lanes where at least half did"
    return f"{said} What the median of them needed{among}: {'; '.join(told)}."


def _told(loss: float) -> str:
    return f"{loss:.3g}" if np.isfinite(loss) else "diverged"
