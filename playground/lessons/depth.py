"""What depth does to a gradient: products of slopes, measured gradients, and neurons that are dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from playground.datasets import DATASETS, sample
from playground.lessons.slopes import outputs_and_slopes
from playground.nn.activations import ACTIVATIONS
from playground.nn.initializers import INITIALIZERS, initial_parameters
from playground.nn.losses import LOSSES
from playground.nn.network import Architecture, Parameters, layer_outputs

Floats = NDArray[np.float64]

DEEPEST = 20
WIDTH = 8
ROWS = 100
DATA = {name: entry.label for name, entry in DATASETS.items() if entry.problem == "two_classes"}
"""The data sets that the networks here look at."""


@dataclass(frozen=True, eq=False)
class Chain:
    """Neurons one after another, each with one input, weight 1 and no bias.

    Attributes
    ----------
    sums, outputs, slopes : ndarray
        Of each neuron, (depth,).
    products : ndarray
        The slopes of the first neurons multiplied up to each, (depth,): how much of a small change at the first
        weighted sum arrives there.
    """

    sums: Floats
    outputs: Floats
    slopes: Floats
    products: Floats


def chain(activation: str, z: float, depth: int) -> Chain:
    """Send the weighted sum `z` through `depth` neurons, each feeding the next.

    Raises
    ------
    ValueError
        For an unknown activation or a depth outside 1 to 20.
    """
    _check(activation, depth)
    found, here = [], float(z)
    for _ in range(depth):
        output, slope = map(float, outputs_and_slopes(activation, here))
        found.append([here, output, slope])
        here = output
    sums, outputs, slopes = np.array(found).T
    return Chain(sums, outputs, slopes, np.cumprod(slopes))


@lru_cache
def largest_slope(activation: str) -> float:
    """Return the largest |f′(z)| there is, looked up on a fine grid by automatic differentiation.

    From −30 to 30 in steps of 1/1000: near a smooth top that is exact to about 10⁻⁷, and a slope that only tends
    to its bound, as softplus' does to 1, has come as near as 10⁻¹³.
    """
    _check(activation, 1)
    _, slopes = outputs_and_slopes(activation, np.linspace(-30.0, 30.0, 60_001))
    return float(np.max(np.abs(slopes)))


@dataclass(frozen=True)
class Layers:
    """What a fresh network shows, layer by layer.

    Attributes
    ----------
    norms : tuple of float
        Length of the loss's gradient for the weights and biases of each layer, the first hidden one first and
        the output layer last: depth + 1 of them.
    dead : tuple of int
        How many of each hidden layer's 8 neurons give 0 for every row: depth of them.
    """

    norms: tuple[float, ...]
    dead: tuple[int, ...]

    @property
    def ratio(self) -> float:
        """Gradient of the first layer over that of the last; not a number where the last has none."""
        return self.norms[0] / self.norms[-1] if self.norms[-1] else float("nan")


@lru_cache(maxsize=512)
def layers(
    activation: str,
    depth: int,
    *,
    data: str = "circle",
    initializer: str = "glorot_uniform",
    start: int = 1,
    bias: float = 0.0,
) -> Layers:
    """Measure a fresh network of `depth` hidden layers of 8 on 100 rows of a data set; the truth table has four.

    The loss is binary cross-entropy, averaged over the rows, through a sigmoid output. The code is not compiled
    as a whole: twenty depths would mean twenty waits.

    Parameters
    ----------
    activation : str
        Key of `ACTIVATIONS`, for every hidden layer.
    depth : int
        1 to 20.
    data : str
        Key of `DATA`.
    initializer : str
        Key of `INITIALIZERS`.
    start : int
        The number that fixes the initial weights.
    bias : float
        Where every bias starts. Far below 0 it kills ReLUs.

    Raises
    ------
    ValueError
        For an argument that is none of these.
    """
    _check(activation, depth)
    for name, value, allowed in (("data", data, DATA), ("initializer", initializer, INITIALIZERS)):
        if value not in allowed:
            raise ValueError(f"{name}={value!r} is not allowed: it must be one of {', '.join(allowed)}")
    drawn = sample(data, points=2 * ROWS, noise=0, train_share=50, seed=1)
    x, t = jnp.asarray(drawn.x_train), jnp.asarray(drawn.y_train, jnp.float32)[:, None]
    architecture = Architecture((2, *(WIDTH,) * depth, 1), (activation,) * depth)
    start_values = initial_parameters(architecture.sizes, initializer, scale=0.5, bias=bias, seed=[start])
    parameters = jax.tree.map(jnp.asarray, start_values)

    def loss(parameters: Parameters) -> tuple[Array, list[Array]]:
        outputs = layer_outputs(parameters, x, architecture)
        rows = LOSSES["binary_cross_entropy"].per_row(outputs[-1], t, "sigmoid", jnp.float32(1))
        return jnp.mean(rows), outputs[:-1]

    gradient, hidden = jax.grad(loss, has_aux=True)(parameters)
    norms = [np.concatenate([np.ravel(part).astype(float) for part in layer.values()]) for layer in gradient]
    dead = [int(np.sum(np.all(np.asarray(output) == 0, axis=0))) for output in hidden]
    return Layers(tuple(float(np.linalg.norm(each)) for each in norms), tuple(dead))


@dataclass(frozen=True)
class Depth:
    """What one depth does.

    Attributes
    ----------
    depth : int
        Hidden layers.
    product : float
        The slopes along a chain of so many neurons, multiplied.
    largest : float
        The largest that product can be: the activation's largest slope to the power of the depth.
    layers : Layers
        What is measured in a network of that depth.
    """

    depth: int
    product: float
    largest: float
    layers: Layers


def vanishing(
    activation: str,
    depths: Sequence[int] = range(1, DEEPEST + 1),
    *,
    z: float = 0.0,
    data: str = "circle",
    initializer: str = "glorot_uniform",
    start: int = 1,
    bias: float = 0.0,
) -> list[Depth]:
    """Set products of slopes beside the gradients of real networks, for each of `depths`.

    Weights, too, stand in a network's gradient. Slopes alone do not decide it: an initializer with weights large
    enough makes up for them, and the product bounds only a chain whose weights are 1.

    Parameters
    ----------
    activation : str
        Key of `ACTIVATIONS`.
    depths : sequence of int
        Each from 1 to 20.
    z : float
        Weighted sum of the chain's first neuron.
    data, initializer, start, bias
        As in `layers`.

    Raises
    ------
    ValueError
        For an argument that is none of these.
    """
    for depth in depths:
        _check(activation, depth)
    along = chain(activation, z, max(depths, default=1)).products
    return [
        Depth(
            depth=depth,
            product=float(along[depth - 1]),
            largest=largest_slope(activation) ** depth,
            layers=layers(activation, depth, data=data, initializer=initializer, start=start, bias=bias),
        )
        for depth in depths
    ]


def _check(activation: str, depth: int) -> None:
    if activation not in ACTIVATIONS:
        raise ValueError(
            f"activation={activation!r} is not allowed: it must be one of {', '.join(ACTIVATIONS)}"
        )
    if not 1 <= depth <= DEEPEST:
        raise ValueError(f"depth={depth!r} is not allowed: it must be from 1 to {DEEPEST}")
