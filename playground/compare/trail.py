"""The way of a run through weight space: some of the weights it passed, spread evenly over its frames."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_POINTS = 300


class Trail:
    """Weights on the way, by the time they were passed at; of a long way every second one, every fourth and so on.

    The newest are always among them.

    Parameters
    ----------
    weights : ndarray
        Flat parameters at time 0, (parameters,).
    """

    def __init__(self, weights: NDArray[np.float32]) -> None:
        self._times = [0]
        self._points = [np.array(weights)]
        self._gap = 1
        self._newest: tuple[int, NDArray[np.float32]] | None = None  # where too near to the last one kept

    def add(self, time: int, weights: NDArray[np.float32]) -> None:
        """Keep the `weights` passed at `time`, which is not before the newest."""
        self._newest = None
        if time <= self._times[-1]:
            return
        point = np.array(weights)  # a view would keep the whole chunk of frames that it is of
        if time - self._times[-1] < self._gap:
            self._newest = time, point
            return
        self._times.append(time)
        self._points.append(point)
        while len(self._times) > MOST_POINTS:
            self._gap = max(2 * self._gap, self._times[-1] // MOST_POINTS)
            self._thin()

    def _thin(self) -> None:
        """Keep only what lies a gap apart; of a way that was cut, the older part may have wider gaps already."""
        kept = [0]
        for number, time in enumerate(self._times):
            if time >= self._times[kept[-1]] + self._gap:
                kept.append(number)
        last = len(self._times) - 1
        if kept[-1] != last:
            self._newest = self._times[last], self._points[last]
        self._times = [self._times[number] for number in kept]
        self._points = [self._points[number] for number in kept]

    def cut(self, time: int) -> None:
        """Forget what was passed after `time`."""
        while self._times[-1] > time:
            self._times.pop()
            self._points.pop()
        if self._newest and self._newest[0] > time:
            self._newest = None
        # What is a short way now gets its points as near as one that was never longer.
        self._gap = min(self._gap, max(1, 2 * time // MOST_POINTS))

    @property
    def times(self) -> NDArray[np.int64]:
        """When each was passed, (points,)."""
        return np.array([*self._times, *([self._newest[0]] if self._newest else [])])

    @property
    def points(self) -> NDArray[np.float32]:
        """The weights passed, (points, parameters)."""
        return np.stack([*self._points, *([self._newest[1]] if self._newest else [])])
