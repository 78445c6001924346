"""How fast a run computes here, and so how much of it fits into one answer."""

from __future__ import annotations

import math
import time
from itertools import pairwise

from playground.compare.race import Race
from playground.compiled import compilations
from playground.frames import Fields
from playground.observing import Frame
from playground.run import Run

ANSWER_SECONDS = 0.15  # aim of one answer, so that a change made meanwhile shows soon
FRAME_SECONDS = 0.4  # a frame that would take longer gets fewer updates than were asked for
FRAME_COST = 200  # looking at a frame costs about as much as this many updates
PROBE_UPDATES, PROBE_FRAMES = 2000, 8  # the work that a new run is timed on, at most

# So that it is not too much for a large network, an update not measured is taken to cost what it does on a slow core:
# so many operations a second, of which every row takes 6 for each parameter; an implicit step about 100 times as many.
SLOW_CORE = 1e9
IMPLICIT = 100


class Pace:
    """The pace of one run.

    Attributes
    ----------
    seconds : float or None
        What an update takes, the frames' share included; None until some have been timed.
    """

    def __init__(self) -> None:
        self.seconds: float | None = None
        # Where an update takes longer than a frame, few updates a frame make it seem quicker than it is. So many
        # updates are safe: as fit even if the frames that were timed had cost nothing.
        self._safe = math.inf

    def frames(self, run: Run | Race, count: int, stride: int) -> Fields:
        """Advance `run` by up to `count` frames of up to `stride` updates: what the time for one answer allows."""
        count, stride = self._allowed(run, count, stride)
        before, compiled, started = run.update, compilations(), time.perf_counter()
        made = run.advance(count, stride)
        frames: Fields = made._asdict() if isinstance(made, Frame) else made
        seconds = time.perf_counter() - started
        updates = run.update - before
        # A run that stands, or the compiler, says nothing of the pace.
        if updates and compilations() == compiled:
            self._learn(seconds / (updates + FRAME_COST * len(frames["update"])))
            safe = FRAME_SECONDS * updates / seconds
            self._safe = safe if self._safe == math.inf else max(self._safe, safe)
        return frames

    def _allowed(self, run: Run | Race, count: int, stride: int) -> tuple[int, int]:
        seconds = self.seconds
        if seconds is None:  # a new run is timed on little work first
            stride = min(stride, PROBE_UPDATES)
            count = min(count, max(1, PROBE_UPDATES // stride), PROBE_FRAMES)
            seconds = likely_seconds(run)
        stride = min(stride, max(1, int(min(FRAME_SECONDS / seconds, self._safe))))
        fit = min(ANSWER_SECONDS / (seconds * (stride + FRAME_COST)), self._safe / stride)
        return max(1, int(min(count, fit))), stride

    def _learn(self, seconds: float) -> None:
        # What turned out slower counts at once, what turned out faster by half.
        slower = self.seconds is None or seconds > self.seconds
        self.seconds = seconds if slower else 0.5 * (seconds + (self.seconds or 0))


def likely_seconds(run: Run | Race) -> float:
    """Return what an update of `run`, or a tick, is likely to take before it has been timed: rather too much.

    What a race has measured already is used; it is not measured for this.
    """
    if isinstance(run, Race):
        measured = vars(run).get("seconds")
        if measured is None:
            return sum(likely_seconds(lane) for lane in run.runs)
        return float(sum(seconds * speed for seconds, speed in zip(measured, run.speeds, strict=True)))
    parameters = sum((before + 1) * after for before, after in pairwise(run.experiment.sizes))
    effort = IMPLICIT if run.plan.optimizer == "implicit" else 1
    return 6 * run.plan.rows * parameters * effort / SLOW_CORE
