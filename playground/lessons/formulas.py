"""Each activation written out by hand, in NumPy and as text: its value, and its slope by the rules of calculus.

The network trains with `playground.nn.activations` and automatic differentiation. What stands here is worked out
without either, so that the two can be laid side by side.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.lessons.writing import factor, number

Floats = NDArray[np.float64]
_erf = np.vectorize(math.erf, otypes=[float])


@dataclass(frozen=True)
class Formula:
    """An activation f by hand.

    Attributes
    ----------
    value : callable
        ``value(z)``, elementwise.
    slope : callable
        ``slope(z, y)`` is f′(z). Where y = f(z) makes it shorter, it is written with y, as one does by hand.
    output_text : str
        The formula of the value; ``{z}`` stands for the weighted sum, ``{bare}`` for it where no bracket is needed.
    slope_text : str or None
        The formula of the slope in the same and ``{y}``, a product that can be multiplied with others; None
        where it consists of pieces and only `rule` tells it.
    rule : str
        The slope as a line of its own.
    """

    value: Callable[[Floats], Floats]
    slope: Callable[[Floats, Floats], Floats]
    output_text: str
    slope_text: str | None
    rule: str

    def output_symbols(self, z: str) -> str:
        """Return the formula of the value with the symbol `z` for the weighted sum."""
        return self.output_text.format(z=z, bare=z)

    def output_numbers(self, z: float) -> str:
        """Return the formula of the value with the number in."""
        return self.output_text.format(z=factor(z), bare=number(z))

    def slope_symbols(self, z: str, y: str) -> str:
        """Return the slope as a factor, with symbols for the weighted sum and the output."""
        return f"f′({z})" if self.slope_text is None else self.slope_text.format(z=z, bare=z, y=y)

    def slope_numbers(self, z: float, y: float) -> str:
        """Return the slope as a factor with the numbers in."""
        if self.slope_text is None:
            return factor(float(self.slope(np.array(z), np.array(y))))
        return self.slope_text.format(z=factor(z), bare=number(z), y=factor(y))


def sigmoid(z: Floats) -> Floats:
    """Return 1 / (1 + e^(−z)), without ever computing a power of e that overflows."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def softplus(z: Floats) -> Floats:
    """Return ln(1 + e^z), without overflow."""
    return np.logaddexp(0.0, z)


def _normal_share(z: Floats) -> Floats:
    return 0.5 * (1.0 + _erf(z / math.sqrt(2.0)))


def _normal_density(z: Floats) -> Floats:
    return np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)


def _exp_below(z: Floats) -> Floats:
    return np.exp(np.minimum(z, 0.0))


# Where a slope jumps at 0, the value there is the one that automatic differentiation takes, too.
FORMULAS: dict[str, Formula] = {
    "linear": Formula(lambda z: z, lambda z, y: np.ones_like(z), "{bare}", "1", "f′(z) = 1"),
    "step": Formula(
        lambda z: np.where(z >= 0, 1.0, 0.0),
        lambda z, y: np.zeros_like(z),
        "(1 if {bare} ≥ 0, else 0)",
        "0",
        "f′(z) = 0, and undefined at z = 0",
    ),
    "sigmoid": Formula(
        sigmoid, lambda z, y: y * (1.0 - y), "1 / (1 + e^(−{z}))", "{y}·(1 − {y})", "f′(z) = y·(1 − y)"
    ),
    "tanh": Formula(np.tanh, lambda z, y: 1.0 - y * y, "tanh {z}", "(1 − {y}²)", "f′(z) = 1 − y²"),
    "relu": Formula(
        lambda z: np.maximum(z, 0.0),
        lambda z, y: np.where(z > 0, 1.0, 0.0),
        "max(0, {bare})",
        None,
        "f′(z) = 1 if z > 0, else 0",
    ),
    "leaky_relu": Formula(
        lambda z: np.where(z >= 0, z, 0.01 * z),
        lambda z, y: np.where(z >= 0, 1.0, 0.01),
        "max({bare}, 0.01·{z})",
        None,
        "f′(z) = 1 if z ≥ 0, else 0.01",
    ),
    "elu": Formula(
        lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0.0))),
        lambda z, y: _exp_below(z),
        "max(0, {bare}) + min(0, e^{z} − 1)",
        None,
        "f′(z) = 1 if z > 0, else e^z",
    ),
    "gelu": Formula(
        lambda z: z * _normal_share(z),
        lambda z, y: _normal_share(z) + z * _normal_density(z),
        "{z}·Φ({bare})",
        "(Φ({bare}) + {z}·φ({bare}))",
        "f′(z) = Φ(z) + z·φ(z), with the normal distribution's share Φ and density φ",
    ),
    "silu": Formula(
        lambda z: z * sigmoid(z),
        lambda z, y: sigmoid(z) + y * (1.0 - sigmoid(z)),
        "{z}·σ({bare})",
        "(σ({bare}) + {y}·(1 − σ({bare})))",
        "f′(z) = σ(z) + y·(1 − σ(z)), with the sigmoid σ",
    ),
    "softplus": Formula(softplus, lambda z, y: sigmoid(z), "ln(1 + e^{z})", "σ({bare})", "f′(z) = σ(z), the sigmoid"),
    "sine": Formula(np.sin, lambda z, y: np.cos(z), "sin {z}", "cos {z}", "f′(z) = cos z"),
}  # fmt: skip
"""Every activation of `playground.nn.activations`, by the same names."""

STRAIGHT = ("linear", "step", "relu", "leaky_relu")


def exact(activation: str, z: float) -> bool:
    """Return whether output and slope at `z` are what a computer gives for them, and not merely near to it.

    Away from 0 the curved ones take no value there that ends as a decimal: where a computer gives 0 or 1, it has
    rounded, as for the sigmoid of 40.
    """
    return activation in STRAIGHT or z == 0 or (activation == "elu" and z > 0)
