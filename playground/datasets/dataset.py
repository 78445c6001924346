"""What a dataset of the plane is, the registry of all of them, and the one rule by which noise is added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Half the side of the plane that is shown: every point lies in [-EXTENT, EXTENT]².
EXTENT = 6.0

#: What can be learned from a dataset: key and name in links -> label for a person.
PROBLEMS: dict[str, str] = {
    "two_classes": "Two classes",
    "several_classes": "Several classes",
    "regression": "Regression",
}

Floats = NDArray[np.float64]
Make = Callable[[np.random.Generator, int, float, int], tuple[NDArray[np.float32], NDArray[Any]]]
Shape = Callable[[np.random.Generator, int, int], tuple[Floats, NDArray[Any]]]


@dataclass(frozen=True)
class Dataset:
    """One kind of data in the plane.

    Attributes
    ----------
    name : str
        Key in `DATASETS` and name in links.
    label : str
        Name for a person.
    problem : str
        A key of `PROBLEMS`.
    about : str
        One plain sentence: what it is and what it teaches.
    make : callable
        ``make(rng, points, noise, classes) -> (x, y)``. `noise` is a share in [0, 1]; `classes` matters to
        several_classes only. `x` is float32 of shape (points, 2) in [-EXTENT, EXTENT]²; `y` of shape
        (points,) holds int32 class numbers, or float32 targets in [-1, 1] for regression. The order of the
        rows means nothing: `sample` shuffles them.
    window : pair of float
        From where to where the plane is shown, the same for both coordinates; all points lie in it.
    fixed : bool
        The rows are always the same, so points, noise, train_share and seed do not apply.
    """

    name: str
    label: str
    problem: str
    about: str
    make: Make
    window: tuple[float, float] = (-EXTENT, EXTENT)
    fixed: bool = False


#: Every dataset by name, in the order a person sees them. Filled by the `dataset` decorator in planar.py.
DATASETS: dict[str, Dataset] = {}


def dataset(
    problem: str,
    label: str,
    about: str,
    *,
    reach: float = 1.0,
    window: tuple[float, float] = (-EXTENT, EXTENT),
    fixed: bool = False,
) -> Callable[[Shape], Shape]:
    """Register the decorated function as a dataset; the function's own name becomes its key.

    The function draws clean data, ``shape(rng, points, classes) -> (x, y)``, and knows nothing of noise.
    Noise is added here, after every label is decided and in a direction that does not depend on its amount,
    so that under one seed the noise slider moves each point along a straight line from its clean place.

    Parameters
    ----------
    problem, label, about, window, fixed
        As in `Dataset`.
    reach : float
        Standard deviation of the noise at 100 %. For classes it is in units of the plane and moves the
        points; for regression it is in units of the target and moves the targets.
    """

    def register(shape: Shape) -> Shape:
        def make(
            rng: np.random.Generator, points: int, noise: float, classes: int
        ) -> tuple[NDArray[np.float32], NDArray[Any]]:
            x, y = shape(rng, points, classes)
            if problem == "regression":
                y = y + noise * reach * rng.standard_normal(y.shape)
                return x.astype(np.float32), np.clip(y, -1.0, 1.0).astype(np.float32)
            x = _reflect(x + noise * reach * rng.standard_normal(x.shape))
            return x.astype(np.float32), y.astype(np.int32)

        name = shape.__name__
        DATASETS[name] = Dataset(name, label, problem, about, make, window, fixed)
        return shape

    return register


def _reflect(x: Floats) -> Floats:
    """Mirror coordinates that left the plane back into it; clipping would heap them up along the border."""
    return EXTENT - np.abs((x + EXTENT) % (4 * EXTENT) - 2 * EXTENT)
