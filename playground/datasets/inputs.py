"""The inputs a network may be given: the two coordinates and simple functions of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Input:
    """One function of a point that a network may be given as an input.

    Attributes
    ----------
    name : str
        Key in `INPUTS` and name in links.
    label : str
        Short formula for a person.
    about : str
        One plain sentence: what it is good for.
    fn : callable
        ``fn(x1, x2)``, elementwise on arrays of one shape.
    """

    name: str
    label: str
    about: str
    fn: Callable[[Any, Any], Any]


_ENTRIES = (
    Input("x1", "x₁", "How far to the right the point lies.", lambda x1, x2: x1),
    Input("x2", "x₂", "How far up the point lies.", lambda x1, x2: x2),
    Input(
        "x1_squared",
        "x₁²",
        "The same left and right of the middle; with x₂² it gives the distance from the centre.",
        lambda x1, x2: x1 * x1,
    ),
    Input(
        "x2_squared",
        "x₂²",
        "The same above and below the middle; with x₁² it gives the distance from the centre.",
        lambda x1, x2: x2 * x2,
    ),
    Input(
        "x1_x2",
        "x₁x₂",
        "Positive where the coordinates agree in sign: it solves exclusive or by itself.",
        lambda x1, x2: x1 * x2,
    ),
    Input("sin_x1", "sin x₁", "Waves from left to right.", lambda x1, x2: np.sin(x1)),
    Input("sin_x2", "sin x₂", "Waves from bottom to top.", lambda x1, x2: np.sin(x2)),
)

#: Every input by name, in the order a person sees them.
INPUTS: dict[str, Input] = {entry.name: entry for entry in _ENTRIES}


def features(x: ArrayLike, inputs: Sequence[str]) -> NDArray[np.float32]:
    """Compute a network's inputs from points of the plane, on the host.

    Parameters
    ----------
    x : (..., 2) array
        Points; the last axis holds x1 and x2.
    inputs : sequence of str
        Keys of `INPUTS`, in the order wanted.

    Returns
    -------
    (..., len(inputs)) float32

    Raises
    ------
    ValueError
        If the last axis of `x` is not 2 long, or a name is not in `INPUTS`.
    """
    points = np.asarray(x)
    if points.ndim == 0 or points.shape[-1] != 2:
        raise ValueError(f"x has shape {points.shape}; allowed: (..., 2)")
    unknown = [name for name in inputs if name not in INPUTS]
    if unknown:
        raise ValueError(f"inputs={unknown[0]!r} is not an input; allowed: {', '.join(INPUTS)}")
    columns = np.empty((*points.shape[:-1], len(inputs)), np.float32)
    for column, name in enumerate(inputs):
        columns[..., column] = INPUTS[name].fn(points[..., 0], points[..., 1])
    return columns
