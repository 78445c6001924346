"""Drawing a dataset and splitting it into training and test rows."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.datasets.dataset import DATASETS


@dataclass(frozen=True, eq=False)
class Sample:
    """The rows of one experiment.

    Attributes
    ----------
    x_train, x_test : (n, 2) float32
        Points, each coordinate in [-EXTENT, EXTENT].
    y_train, y_test : (n,) int32 or float32
        Class numbers from 0, or for regression targets in [-1, 1].
    """

    x_train: NDArray[np.float32]
    y_train: NDArray[Any]
    x_test: NDArray[np.float32]
    y_test: NDArray[Any]


def sample(
    name: str, *, points: int, noise: float, train_share: float, seed: int, classes: int = 3
) -> Sample:
    """Draw a dataset and split it at random.

    The same arguments give the same arrays, bit for bit. Under one seed, more noise moves the same points
    further and a larger share of training rows takes more of the same order; another number of points is
    another draw.

    Parameters
    ----------
    name : str
        A key of `DATASETS`. The rows of ``truth_table`` are fixed: training and test rows are both all four,
        in order, whatever the other arguments.
    points : int
        Rows in all, 4 or more.
    noise : float
        Percent, 0 to 50. Classes: points move by a normal deviate after their label is decided, and are
        mirrored at the edge of the plane. Regression: targets move, with a standard deviation of noise/100,
        and are clipped to [-1, 1].
    train_share : float
        Percent of the rows to train on, 10 to 90; at least one row goes to each side.
    seed : int
        0 or more.
    classes : int
        Number of classes, 3 to 5; matters to several_classes only.

    Returns
    -------
    Sample

    Raises
    ------
    ValueError
        If an argument is not one of these; the message names the setting, its value and what is allowed.
    """
    if name not in DATASETS:
        raise ValueError(f"data={name!r} is not a dataset; allowed: {', '.join(DATASETS)}")
    chosen = DATASETS[name]
    _check("points", points, 4)
    _check("noise", noise, 0, 50)
    _check("train_share", train_share, 10, 90)
    _check("seed", seed, 0)
    if chosen.problem == "several_classes":
        _check("classes", classes, 3, 5)

    # The name's checksum gives each dataset its own stream; hash() would differ from process to process.
    entropy = np.random.SeedSequence([seed, zlib.crc32(name.encode())])
    rng = np.random.Generator(np.random.PCG64(entropy))
    x, y = chosen.make(rng, points, noise / 100, classes)
    if chosen.fixed:
        return Sample(x, y, x.copy(), y.copy())
    order = rng.permutation(points)
    n_train = min(max(round(points * train_share / 100), 1), points - 1)
    train, test = order[:n_train], order[n_train:]
    return Sample(x[train], y[train], x[test], y[test])


def _check(setting: str, value: float, low: float, high: float = float("inf")) -> None:
    if not low <= value <= high:  # also catches NaN, which compares false
        allowed = f"{low} or more" if high == float("inf") else f"{low} to {high}"
        raise ValueError(f"{setting}={value!r} is out of range; allowed: {allowed}")
