"""What lies under the lanes of a race: the loss around their paths through weight space, their gradients' noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.compare.gradient_noise import noise, row_gradients
from playground.compare.surface import Landscape, Plane, plane_of_ends, plane_through, random_plane
from playground.experiment import Experiment
from playground.frames import finite
from playground.planning import plan_of

SIDE, LEAST_SIDE = 41, 13  # points of the surface along each axis
POINTS, LEAST_POINTS = 300, 20  # looked at along each path
BUDGET = 1e9  # evaluations of a row times parameters: some three seconds on two cores
MARGIN = 0.2  # of the paths' extent, around them
POOR = 0.2  # of the span of the losses along the paths: a median gap beyond it is said to be poor
LINE = np.linspace(-0.25, 1.25, 61)  # from one end to another, and beyond both
BATCHES, LEAST_BATCHES = 200, 20  # drawn for each batch size when noise is measured


@dataclass(frozen=True)
class Way:
    """A lane's path through weight space.

    Attributes
    ----------
    name : str
        The lane's.
    ticks : ndarray
        When it was looked at, (points,).
    weights : ndarray
        The flat weights there, (points, parameters).
    lost : bool
        Whether the lane has diverged.
    """

    name: str
    ticks: NDArray[np.int64]
    weights: NDArray[np.float32]
    lost: bool = False

    def thinned(self, most: int) -> Way:
        """Return the path with at most so many points, the first and the last among them."""
        kept = np.unique(np.linspace(0, len(self.ticks) - 1, most).round().astype(int))
        return replace(self, ticks=self.ticks[kept], weights=self.weights[kept])


def relief(experiment: Experiment, ways: Sequence[Way], shape: str) -> dict[str, Any]:
    """Return what the player draws of the loss around the `ways`, as plain JSON.

    Lanes that have diverged neither choose the plane nor count in what is told of it, unless all have.

    Parameters
    ----------
    experiment : Experiment
        Whose data, network and loss.
    ways : sequence of Way
        One for each lane.
    shape : {"paths", "ends", "random", "line"}
        The plane that holds the paths best; that through their ends; random directions, filter-normalized, around
        the end with the lowest loss; straight lines from each end to each other.

    Raises
    ------
    ValueError
        If too few lanes have not diverged, or their paths are too short for a plane, as a sentence for a person.
    """
    landscape = Landscape(experiment)
    side, points = _affordable(landscape, ways)
    ways = [way.thinned(points) for way in ways]
    sound = [number for number, way in enumerate(ways) if not way.lost] or list(range(len(ways)))
    ends = np.stack([way.weights[-1] for way in ways])
    if shape in ("line", "ends") and len(sound) < 2:
        raise ValueError("Only one lane has not diverged; what lies between ends takes two")
    if shape == "line":
        lines = [
            {"from": a, "to": b, "y": finite(landscape.between(ends[a], ends[b], LINE).tolist(), 5)}
            for a, b in combinations(sound, 2)
        ]
        return {"shape": shape, "x": finite(LINE.tolist(), 5), "lines": lines}
    paths = [ways[number].weights for number in sound]
    best = sound[int(np.argmin(landscape.losses(ends[sound])))]
    if shape == "random":
        plane = random_plane(ends[best], plan_of(experiment).architecture, experiment.start)
    else:
        plane = plane_through(paths) if shape == "paths" else plane_of_ends(paths)
    places = [plane.coordinates(way.weights.astype(float)) for way in ways]
    around = np.concatenate([places[number] for number in sound])
    x, y = (np.linspace(-1, 1, side),) * 2 if shape == "random" else _axes(around, side)
    found: dict[str, Any] = {
        "shape": shape,
        "x": finite(x.tolist(), 5),
        "y": finite(y.tolist(), 5),
        "z": [finite(row.tolist(), 5) for row in landscape.over(plane, x, y)],
        "origin": finite(plane.origin.tolist(), 9),
        "projector": [finite(row.tolist(), 9) for row in np.linalg.pinv(plane.directions.T)],
        "share": None if plane.shares is None else float(plane.shares.sum()),
        "around": ways[best].name,
        "lost": [way.name for number, way in enumerate(ways) if number not in sound],
        "ways": [],
    }
    for number, (way, place) in enumerate(zip(ways, places, strict=True)):
        # Of a lane that flew off, the path up to where it left the picture.
        shown = len(place) if number in sound else _inside(place, x, y)
        found["ways"].append(
            {
                "ticks": way.ticks[:shown].tolist(),
                "x": finite(place[:shown, 0].tolist(), 5),
                "y": finite(place[:shown, 1].tolist(), 5),
                "losses": finite(landscape.losses(way.weights[:shown]).tolist(), 5),
            }
        )
    found["gap"] = _gap(landscape, plane, paths)
    return found


def _gap(landscape: Landscape, plane: Plane, paths: Sequence[NDArray[Any]]) -> dict[str, Any] | None:
    """Return how far the true loss along `paths` is from that of the plane, and whether that is too far to trust it."""
    losses = np.concatenate([landscape.losses(path) for path in paths])
    gaps = np.concatenate([np.abs(landscape.gaps(plane, path.astype(float))) for path in paths])
    known = np.isfinite(losses) & np.isfinite(gaps)
    if not known.any():
        return None
    median = float(np.median(gaps[known]))
    poor = median > POOR * float(np.ptp(losses[known]))
    return {"median": median, "most": float(gaps[known].max()), "poor": poor}


def _inside(places: NDArray[Any], x: NDArray[Any], y: NDArray[Any]) -> int:
    """Return how many of `places` (n, 2), from the first on, lie on the axes `x` and `y`; at least one."""
    outside = (places < (x[0], y[0])) | (places > (x[-1], y[-1])) | ~np.isfinite(places)
    return max(1, int(np.argmax(outside.any(axis=1)))) if outside.any() else len(places)


def _affordable(landscape: Landscape, ways: Sequence[Way]) -> tuple[int, int]:
    """Return how many points of the surface's sides, and of each path, can be looked at within `BUDGET`."""
    places = BUDGET / (landscape.rows * ways[0].weights.shape[1])
    side = int(np.clip((places / 2) ** 0.5, LEAST_SIDE, SIDE))
    return side, int(np.clip(places / (6 * len(ways)), LEAST_POINTS, POINTS))


def _axes(points: NDArray[Any], side: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the coordinates of a surface that holds all `points` (n, 2) with some room around them."""
    low, high = points.min(axis=0), points.max(axis=0)
    # A way that hardly leaves a line would have a surface as thin as a thread.
    size = np.maximum(high - low, 0.15 * (high - low).max())
    middle = (low + high) / 2
    x, y = np.linspace(middle - (0.5 + MARGIN) * size, middle + (0.5 + MARGIN) * size, side).T
    return x, y


def spread(lanes: Sequence[Experiment], ways: Sequence[Way]) -> list[dict[str, Any]]:
    """Return, for each lane's newest weights, the variance of batches' gradients against the batch size.

    ``measured`` is the mean over drawn batches, ``expected`` what follows from the rows' own gradients; see
    `playground.compare.gradient_noise.noise`. Empty for a lane that has diverged.
    """
    found: list[dict[str, Any]] = []
    for lane, way in zip(lanes, ways, strict=True):
        if way.lost:
            found.append({"x": [], "measured": [], "expected": []})
            continue
        gradients = row_gradients(lane, way.weights[-1])
        rows = len(gradients)
        batches = int(np.clip(BUDGET / 50 / gradients.size, LEAST_BATCHES, BATCHES))
        sizes = sorted(
            {size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500) if size < rows} | {max(1, rows // 2)}
        )
        drawn = [noise(gradients, size, batches=batches, seed=size) for size in sizes]
        found.append(
            {
                "x": [1 / size for size in sizes],
                "measured": [each.variance for each in drawn],
                "expected": [each.expected for each in drawn],
            }
        )
    return found
