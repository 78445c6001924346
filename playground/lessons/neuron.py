"""One neuron: its weighted sum, what each activation makes of it, and the slope that learning sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.kinds import Choice, Real, Several, Whole
from playground.lessons.depth import DATA
from playground.lessons.formulas import FORMULAS, exact
from playground.lessons.slopes import outputs_and_slopes
from playground.lessons.writing import factor, sub, weighted_sum, with_result
from playground.nn.activations import ACTIVATIONS
from playground.nn.initializers import INITIALIZERS
from playground.settings import Setting, Settings, setting, table

Floats = NDArray[np.float64]

MOST_INPUTS = 3
REACH = 6.0  # how far a curve is drawn to both sides of 0
CORNERS = {
    "step": "The step jumps at 0, so it has no slope there, and everywhere else its slope is 0. "
    "Automatic differentiation gives 0 at the jump, too.",
    "relu": "At 0 the slope jumps from 0 to 1. Automatic differentiation takes 0 there.",
    "leaky_relu": "At 0 the slope jumps from 0.01 to 1. Automatic differentiation takes 1 there.",
}
"""What to say of the activations that have no slope at one point; those not in here have one everywhere."""


@dataclass(frozen=True, kw_only=True)
class Neuron(Settings):
    """Everything that decides what the page about a neuron shows.

    Raises
    ------
    ValueError
        For a value outside its limits.
    """

    inputs: int = setting(
        Whole(1, MOST_INPUTS), 2, group="Neuron", label="Inputs", help="How many inputs the neuron has."
    )
    x: tuple[float, ...] = setting(
        Several(Real(-10, 10), MOST_INPUTS, MOST_INPUTS), (1.0, 1.0, 1.0), group="Neuron", label="Input values",
        help="What comes in; those of inputs that are not there are not looked at.",
    )  # fmt: skip
    weights: tuple[float, ...] = setting(
        Several(Real(-10, 10), MOST_INPUTS, MOST_INPUTS), (0.8, 0.2, -0.5), group="Neuron", label="Weights",
        help="What each input is multiplied by.",
    )  # fmt: skip
    bias: float = setting(
        Real(-10, 10, step=0.1), 0.0, group="Neuron", label="Bias",
        help="Added to the sum. For a step neuron it is the threshold with its sign turned.",
    )  # fmt: skip
    activation: str = setting(
        Choice({name: entry.label for name, entry in ACTIVATIONS.items()}), "sigmoid", group="Neuron",
        label="Activation", help="What the neuron makes of its weighted sum.",
    )  # fmt: skip
    logits: tuple[float, ...] = setting(
        Several(Real(-20, 20), 3, 3), (2.0, 1.0, -1.0), group="Softmax", label="Weighted sums",
        help="Of three output neurons that share one softmax.",
    )  # fmt: skip
    temperature: float = setting(
        Real(0.01, 100, logarithmic=True), 1.0, group="Softmax", label="Temperature",
        help="Divides the sums. Cold, the largest takes all; hot, all get the same.",
    )  # fmt: skip
    depth: int = setting(
        Whole(1, 20),
        8,
        group="Depth",
        label="Hidden layers",
        help="How deep the network is, 8 neurons a layer.",
    )
    initializer: str = setting(
        Choice({name: entry.label for name, entry in INITIALIZERS.items()}), "glorot_uniform", group="Depth",
        label="Initial weights", help="The distribution the weights are drawn from.",
    )  # fmt: skip
    data: str = setting(Choice(DATA), "circle", group="Depth", label="Data set", help="What it looks at.")
    start: int = setting(
        Whole(0, 2**31 - 1), 1, group="Depth", label="Random start",
        help="The number that fixes the initial weights.",
    )  # fmt: skip


NEURON_SETTINGS: dict[str, Setting] = table(Neuron)


@dataclass(frozen=True)
class Firing:
    """What a neuron does with its inputs.

    Attributes
    ----------
    products : tuple of float
        Each input times its weight.
    weighted_sum, output : float
        z and y = f(z).
    slope : float
        f′(z), by automatic differentiation.
    exact : bool
        Whether output and slope are that, and not rounded by the computer, as where a sigmoid gives 1.
    sum_symbols, sum_numbers, output_symbols, output_numbers : str
        The formulas, and the same with numbers in.
    """

    products: tuple[float, ...]
    weighted_sum: float
    output: float
    slope: float
    exact: bool
    sum_symbols: str
    sum_numbers: str
    output_symbols: str
    output_numbers: str


def fire(neuron: Neuron) -> Firing:
    """Compute the neuron's output."""
    weights, x = neuron.weights[: neuron.inputs], neuron.x[: neuron.inputs]
    products = tuple(w * value for w, value in zip(weights, x, strict=True))
    z = sum(products) + neuron.bias
    found, formula = curve(neuron.activation, [z]), FORMULAS[neuron.activation]
    names = [(sub("w", i), sub("x", i)) for i in range(1, neuron.inputs + 1)]
    numbers = [(factor(w), factor(value)) for w, value in zip(weights, x, strict=True)]
    y, true = float(found.output[0]), exact(neuron.activation, z)
    return Firing(
        products=products,
        weighted_sum=z,
        output=y,
        slope=float(found.slope[0]),
        exact=true,
        sum_symbols=f"z = {weighted_sum(names, 'b')}",
        sum_numbers=f"z = {with_result(weighted_sum(numbers, factor(neuron.bias)), z)}",
        output_symbols=f"y = f(z) = {formula.output_symbols('z')}",
        output_numbers=f"y = {with_result(formula.output_numbers(z), y, true)}",
    )


@dataclass(frozen=True, eq=False)
class Curve:
    """An activation over its weighted sum: z, y = f(z) and f′(z), arrays of one shape, and what to say of corners."""

    z: Floats
    output: Floats
    slope: Floats
    note: str


def curve(activation: str, z: ArrayLike | None = None) -> Curve:
    """Compute an activation and, by automatic differentiation, its slope.

    Parameters
    ----------
    activation : str
        Key of `ACTIVATIONS`.
    z : array, optional
        The weighted sums; 241 from −6 to 6 if left out, with 0 among them.

    Raises
    ------
    ValueError
        For an unknown activation.
    """
    sums = np.linspace(-REACH, REACH, 241) if z is None else np.asarray(z, float)
    outputs, slopes = outputs_and_slopes(activation, sums)
    return Curve(sums, outputs, slopes, CORNERS.get(activation, ""))


def softmax(logits: ArrayLike, temperature: float = 1.0) -> Floats:
    """Return e^(zᵢ/T) / Σ e^(zⱼ/T) over the last axis.

    The largest sum is taken off all of them first. That changes nothing in the quotient, and no power of e overflows.

    Raises
    ------
    ValueError
        If the temperature is not above 0, or a weighted sum is not a finite number.
    """
    z = np.asarray(logits, float)
    if not (temperature > 0 and np.isfinite(z).all()):
        raise ValueError("Softmax needs finite weighted sums and a temperature above 0.")
    powers = np.exp((z - z.max(axis=-1, keepdims=True)) / temperature)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def softmax_limits(logits: ArrayLike) -> tuple[Floats, Floats]:
    """Return what `softmax` tends to as the temperature goes to 0 and as it grows without end.

    Cold, the largest sum gets everything; equal largest ones share. Hot, all get the same.
    """
    z = np.asarray(logits, float)
    largest = (z == z.max(axis=-1, keepdims=True)).astype(float)
    return largest / largest.sum(axis=-1, keepdims=True), np.full_like(z, 1 / z.shape[-1])
