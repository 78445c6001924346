"""How fast a run computes here, and so how much of it fits into one answer."""

from __future__ import annotations

import time

from playground.compare.race import Race
from playground.compiled import compilations
from playground.frames import Fields
from playground.observing import Frame
from playground.run import Run

ANSWER_SECONDS = 0.15  # aim of one answer, so that a change made meanwhile shows soon
FRAME_SECONDS = 0.4  # a frame that would take longer gets fewer updates than were asked for
FRAME_COST = 200  # looking at a frame costs about as much as this many updates
PROBE_UPDATES, PROBE_FRAMES = 2000, 8  # the work that a new run is timed on


class Pace:
    """The pace of one run.

    Attributes
    ----------
    seconds : float or None
        What an update takes, the frames' share included; None until some have been timed.
    """

    def __init__(self) -> None:
        self.seconds: float | None = None

    def frames(self, run: Run | Race, count: int, stride: int) -> Fields:
        """Advance `run` by up to `count` frames of up to `stride` updates: what the time for one answer allows."""
        count, stride = self._allowed(count, stride)
        before, compiled, started = run.update, compilations(), time.perf_counter()
        made = run.advance(count, stride)
        frames: Fields = made._asdict() if isinstance(made, Frame) else made
        seconds = time.perf_counter() - started
        work = run.update - before + FRAME_COST * len(frames["update"])
        if (
            work and compilations() == compiled
        ):  # a run that stands, or the compiler, says nothing of the pace
            self._learn(seconds / work)
        return frames

    def _allowed(self, count: int, stride: int) -> tuple[int, int]:
        if self.seconds is None:  # a new run is timed on little work first
            stride = min(stride, PROBE_UPDATES)
            return min(count, max(1, PROBE_UPDATES // stride), PROBE_FRAMES), stride
        stride = min(stride, max(1, int(FRAME_SECONDS / self.seconds)))
        return min(count, max(1, int(ANSWER_SECONDS / (self.seconds * (stride + FRAME_COST))))), stride

    def _learn(self, seconds: float) -> None:
        # What turned out slower counts at once, what turned out faster by half.
        slower = self.seconds is None or seconds > self.seconds
        self.seconds = seconds if slower else 0.5 * (seconds + (self.seconds or 0))
