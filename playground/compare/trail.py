"""The way of a run through weight space: some of the weights it passed, spread evenly over its frames."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_POINTS = 300


class Trail:
    """Weights on the way, by the time they were passed at; of a long way every second one, every fourth and so on.

    Parameters
    ----------
    weights : ndarray
        Flat parameters at time 0, (parameters,).
    """

    def __init__(self, weights: NDArray[np.float32]) -> None:
        self._times = [0]
        self._points = [weights]
        self._gap = 1

    def add(self, time: int, weights: NDArray[np.float32]) -> None:
        """Keep the `weights` passed at `time`, if they are far enough from the last ones kept."""
        if time - self._times[-1] < self._gap:
            return
        self._times.append(time)
        self._points.append(weights)
        if len(self._times) > MOST_POINTS:
            del self._times[1::2], self._points[1::2]
            self._gap = max(2 * self._gap, self._times[-1] // MOST_POINTS)

    def cut(self, time: int) -> None:
        """Forget what was passed after `time`."""
        while self._times[-1] > time:
            self._times.pop()
            self._points.pop()

    @property
    def times(self) -> NDArray[np.int64]:
        """When each was passed, (points,)."""
        return np.array(self._times)

    @property
    def points(self) -> NDArray[np.float32]:
        """The weights passed, (points, parameters)."""
        return np.stack(self._points)
