"""What lies under the lanes of a race: the loss around their ways through weight space, and their gradients' noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.compare.gradient_noise import noise, row_gradients
from playground.compare.surface import Landscape, plane_through, random_plane
from playground.experiment import Experiment
from playground.planning import plan_of

SIDE = 41  # points of the surface along each axis
MARGIN = 0.2  # of the ways' extent, around them
LINE = np.linspace(-0.25, 1.25, 61)  # from one end to another, and beyond both
BATCHES = 200  # drawn for each batch size when noise is measured


@dataclass(frozen=True)
class Way:
    """A lane's way: its name, the ticks at which it was looked at, the flat weights there (points, parameters)."""

    name: str
    ticks: NDArray[np.int64]
    weights: NDArray[np.float32]


def relief(experiment: Experiment, ways: Sequence[Way], shape: str) -> dict[str, Any]:
    """Return what the player draws of the loss around the `ways`, as plain JSON.

    Parameters
    ----------
    experiment : Experiment
        Whose data, network and loss.
    ways : sequence of Way
        One for each lane.
    shape : {"paths", "random", "line"}
        The plane that holds the ways best; random directions, filter-normalized, around the end with the lowest
        loss; straight lines from each end to each other.

    Raises
    ------
    ValueError
        If the ways are too short for a plane, as a sentence for a person.
    """
    landscape = Landscape(experiment)
    ends = np.stack([way.weights[-1] for way in ways])
    if shape == "line":
        lines = [
            {
                "from": ways[a].name,
                "to": ways[b].name,
                "y": _listed(landscape.between(ends[a], ends[b], LINE)),
            }
            for a, b in combinations(range(len(ways)), 2)
        ]
        return {"shape": shape, "x": _listed(LINE), "lines": lines}
    best = int(np.argmin(landscape.losses(ends)))
    if shape == "random":
        plane = random_plane(ends[best], plan_of(experiment).architecture, experiment.start)
    else:
        plane = plane_through([way.weights for way in ways])
    places = [plane.coordinates(way.weights.astype(float)) for way in ways]
    x, y = _axes(np.concatenate(places)) if shape == "paths" else (np.linspace(-1, 1, SIDE),) * 2
    found: dict[str, Any] = {
        "shape": shape,
        "x": _listed(x),
        "y": _listed(y),
        "z": [_listed(row) for row in landscape.over(plane, x, y)],
        "origin": _listed(plane.origin, 9),
        "projector": [_listed(row, 9) for row in np.linalg.pinv(plane.directions.T)],
        "share": None if plane.shares is None else float(plane.shares.sum()),
        "around": ways[best].name,
        "ways": [],
    }
    gaps = []
    for way, place in zip(ways, places, strict=True):
        gaps.append(np.abs(landscape.gaps(plane, way.weights.astype(float))))
        found["ways"].append(
            {
                "ticks": way.ticks.tolist(),
                "x": _listed(place[:, 0]),
                "y": _listed(place[:, 1]),
                "losses": _listed(landscape.losses(way.weights)),
            }
        )
    known = np.concatenate(gaps)
    known = known[np.isfinite(known)]  # a lane that flies off takes the loss beyond all numbers
    found["gap"] = {"median": float(np.median(known)), "most": float(known.max())} if len(known) else None
    return found


def _axes(points: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the coordinates of a surface that holds all `points` (n, 2) with some room around them."""
    low, high = points.min(axis=0), points.max(axis=0)
    # A way that hardly leaves a line would have a surface as thin as a thread.
    size = np.maximum(high - low, 0.15 * (high - low).max())
    middle = (low + high) / 2
    x, y = np.linspace(middle - (0.5 + MARGIN) * size, middle + (0.5 + MARGIN) * size, SIDE).T
    return x, y


def spread(lanes: Sequence[Experiment], ways: Sequence[Way]) -> list[dict[str, Any]]:
    """Return, for each lane's newest weights, the variance of batches' gradients against the batch size.

    ``measured`` is the mean over drawn batches, ``expected`` what follows from the rows' own gradients; see
    `playground.compare.gradient_noise.noise`.
    """
    found = []
    for lane, way in zip(lanes, ways, strict=True):
        gradients = row_gradients(lane, way.weights[-1])
        rows = len(gradients)
        sizes = sorted(
            {size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500) if size < rows} | {max(1, rows // 2)}
        )
        drawn = [noise(gradients, size, batches=BATCHES, seed=size) for size in sizes]
        found.append(
            {
                "x": [1 / size for size in sizes],
                "measured": [each.variance for each in drawn],
                "expected": [each.expected for each in drawn],
            }
        )
    return found


def _listed(values: NDArray[Any], digits: int = 5) -> list[float | None]:
    """Return numbers for JSON, as exact as they are drawn; what is not finite becomes nothing."""
    return [float(f"{value:.{digits}g}") if np.isfinite(value) else None for value in values.tolist()]
