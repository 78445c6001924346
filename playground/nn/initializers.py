"""Where the weights start, one entry each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Draw = Callable[[np.random.Generator, tuple[int, int], float], NDArray[np.float64]]


@dataclass(frozen=True)
class Initializer:
    """A distribution of starting weights.

    Attributes
    ----------
    label : str
        Name shown to a person.
    draw : callable
        ``draw(rng, (fan_in, fan_out), scale)`` returns the weights; `scale` is the person's own
        standard deviation, which only one entry reads.
    about : str
        One sentence on what it is for.
    """

    label: str
    draw: Draw
    about: str


def _uniform(limit: Callable[[int, int], float]) -> Draw:
    return lambda rng, shape, scale: rng.uniform(-limit(*shape), limit(*shape), shape)


def _normal(deviation: Callable[[int, int, float], float]) -> Draw:
    return lambda rng, shape, scale: rng.normal(0.0, deviation(*shape, scale), shape)


# Variances: Glorot & Bengio 2010 eq. 16 (2/(in+out)), He et al. 2015 eq. 10 (2/in), LeCun et al. 1998 (1/in).
# A uniform distribution on ±a has the variance a²/3.
INITIALIZERS: dict[str, Initializer] = {
    "glorot_uniform": Initializer(
        "Glorot, uniform",
        _uniform(lambda i, o: (6 / (i + o)) ** 0.5),
        "Keeps signals level through tanh layers.",
    ),
    "glorot_normal": Initializer(
        "Glorot, normal",
        _normal(lambda i, o, s: (2 / (i + o)) ** 0.5),
        "The same spread, normally distributed.",
    ),
    "he_uniform": Initializer(
        "He, uniform",
        _uniform(lambda i, o: (6 / i) ** 0.5),
        "Wider, to make up for the half that ReLU cuts off.",
    ),
    "he_normal": Initializer(
        "He, normal", _normal(lambda i, o, s: (2 / i) ** 0.5), "The same spread, normally distributed."
    ),
    "lecun_normal": Initializer(
        "LeCun, normal", _normal(lambda i, o, s: (1 / i) ** 0.5), "Variance one over the number of inputs."
    ),
    "uniform_small": Initializer(
        "Uniform ±0.05", _uniform(lambda i, o: 0.05), "Very small weights: deep layers start almost silent."
    ),
    "uniform_half": Initializer(
        "Uniform ±0.5", _uniform(lambda i, o: 0.5), "The same range whatever the layer."
    ),
    "normal": Initializer(
        "Normal, own scale",
        _normal(lambda i, o, s: s),
        "A normal distribution with the standard deviation you set.",
    ),
    "zeros": Initializer(
        "All zeros",
        lambda rng, shape, scale: np.zeros(shape),
        "Every neuron of a layer stays the same for ever.",
    ),
}


def initial_parameters(
    sizes: Sequence[int], initializer: str, *, scale: float, bias: float, seed: Sequence[int]
) -> list[dict[str, NDArray[np.float32]]]:
    """Draw the parameters a run starts from.

    Parameters
    ----------
    sizes : sequence of int
        Neurons per layer, the inputs first and the output last.
    initializer : str
        Key of `INITIALIZERS`.
    scale : float
        Standard deviation for the entry that asks the person for one.
    bias : float
        Starting value of every bias.
    seed : sequence of int
        Entropy; each layer draws from a stream of its own, so a layer keeps its start when another
        layer, not next to it, changes size.

    Returns
    -------
    list of dict
        Per layer ``{"w": (fan_in, fan_out), "b": (fan_out,)}``, float32.
    """
    draw = INITIALIZERS[initializer].draw
    parameters = []
    for layer, shape in enumerate(pairwise(sizes)):
        rng = np.random.default_rng([*seed, layer])
        parameters.append(
            {"w": draw(rng, shape, scale).astype(np.float32), "b": np.full(shape[1], bias, np.float32)}
        )
    return parameters
