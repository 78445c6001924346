"""What a typed formula is made of: the tree that the parser builds, its value, its text and its degree."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import jax.numpy as jnp
from jax import Array, lax

from playground.nn.activations import ACTIVATIONS

CONSTANTS = {"pi": math.pi, "e": math.e}


def _absolute(z: Array) -> Array:
    """Return ``|z|`` with slope 0 at the kink, where JAX's own has 1 and would drive a point away that lies there."""
    return z * jnp.sign(z)


FUNCTIONS: dict[str, tuple[int, Callable[..., Array]]] = {
    "sin": (1, jnp.sin),
    "cos": (1, jnp.cos),
    "tan": (1, jnp.tan),
    "atan": (1, jnp.arctan),
    "sinh": (1, jnp.sinh),
    "cosh": (1, jnp.cosh),
    "tanh": (1, jnp.tanh),
    "exp": (1, jnp.exp),
    "log": (1, jnp.log),
    "sqrt": (1, jnp.sqrt),
    "abs": (1, _absolute),
    **{name: (1, ACTIVATIONS[name].fn) for name in ("sigmoid", "relu", "softplus", "step")},
    "min": (2, jnp.minimum),
    "max": (2, jnp.maximum),
}
"""Name -> number of arguments and the function itself. ``log`` is the natural logarithm."""

# How strongly a node's text holds together. An operand that holds less than its place asks for is put in parentheses.
SUM, PRODUCT, SIGN, POWER, ATOM = range(1, 6)

# Up to here a whole power is a chain of products, whose derivative is right at zero and for negative bases.
MOST_MULTIPLIED = 64

Values = Mapping[str, Array]


class Node(ABC):
    """A part of a formula."""

    strength = ATOM

    @abstractmethod
    def value(self, values: Values, dtype: jnp.dtype) -> Array:
        """Return what it computes for the variables' `values`, in `dtype`."""

    @abstractmethod
    def text(self) -> str:
        """Return the text that the parser turns back into this node."""

    def degree(self) -> int | None:
        """Return a bound on its degree as a polynomial of the variables; None where it may be none."""
        return None

    def names(self) -> frozenset[str]:
        """Return the variables that occur."""
        return frozenset()

    def within(self, strength: int) -> str:
        """Return the text for a place that asks for `strength`."""
        return self.text() if self.strength >= strength else f"({self.text()})"


@dataclass(frozen=True)
class Number(Node):
    """A number of 0 or more."""

    number: float

    def value(self, values: Values, dtype: jnp.dtype) -> Array:
        """Return an array, so that a division by zero is infinite here, too, not an error of Python's."""
        return jnp.asarray(self.number, dtype)

    def text(self) -> str:
        """Return the shortest text that reads back as the same number."""
        short = f"{self.number:g}" if float(f"{self.number:g}") == self.number else repr(self.number)
        return short.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")

    def degree(self) -> int:
        """Return 0."""
        return 0


@dataclass(frozen=True)
class Constant(Node):
    """π or Euler's number."""

    name: str

    def value(self, values: Values, dtype: jnp.dtype) -> Array:
        """Return the constant."""
        return jnp.asarray(CONSTANTS[self.name], dtype)

    def text(self) -> str:
        """Return its name."""
        return self.name

    def degree(self) -> int:
        """Return 0."""
        return 0


@dataclass(frozen=True)
class Variable(Node):
    """One of the formula's arguments."""

    name: str

    def value(self, values: Values, dtype: jnp.dtype) -> Array:
        """Return the argument."""
        return values[self.name]

    def text(self) -> str:
        """Return its name."""
        return self.name

    def degree(self) -> int:
        """Return 1."""
        return 1

    def names(self) -> frozenset[str]:
        """Return its name."""
        return frozenset({self.name})


@dataclass(frozen=True)
class Negative(Node):
    """A minus sign before something."""

    of: Node
    strength = SIGN

    def value(self, values: Values, dtype: jnp.dtype) -> Array:
        """Return the negated value."""
        return -self.of.value(values, dtype)

    def text(self) -> str:
        """Return the sign and what it stands before."""
        return f"-{self.of.within(SIGN)}"

    def degree(self) -> int | None:
        """Return the degree of what it negates."""
        return self.of.degree()

    def names(self) -> frozenset[str]:
        """Return the variables of what it negates."""
        return self.of.names()


@dataclass(frozen=True)
class Operation(Node):
    """Two operands with one of ``+ - * / ^`` between them."""

    symbol: str
    left: Node
    right: Node

    @property
    def strength(self) -> int:  # type: ignore[override]
        """That of the symbol."""
        return {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER}[self.symbol]

    @property
    def _whole_exponent(self) -> int | None:
        sign, exponent = (-1, self.right.of) if isinstance(self.right, Negative) else (1, self.right)
        whole = isinstance(exponent, Number) and exponent.number.is_integer()
        return sign * int(exponent.number) if whole and isinstance(exponent, Number) else None

    def value(self, values: Values, dtype: jnp.dtype) -> Array:
        """Return the value; a whole power is one of a negative base, too."""
        base = self.left.value(values, dtype)
        if self.symbol == "^":
            whole = self._whole_exponent
            if whole is not None and abs(whole) <= MOST_MULTIPLIED:
                return lax.integer_pow(base, whole)
        other = self.right.value(values, dtype)
        match self.symbol:
            case "+":
                return base + other
            case "-":
                return base - other
            case "*":
                return base * other
            case "/":
                return base / other
            case _:
                return jnp.power(base, other)

    def text(self) -> str:
        """Return both operands in as few parentheses as keep the tree."""
        match self.symbol:
            case "+" | "-":
                return f"{self.left.within(SUM)} {self.symbol} {self.right.within(PRODUCT)}"
            case "*" | "/":
                return f"{self.left.within(PRODUCT)}{self.symbol}{self.right.within(SIGN)}"
            case _:
                return f"{self.left.within(ATOM)}^{self.right.within(SIGN)}"

    def degree(self) -> int | None:
        """Return the degree that sums, products, quotients by constants and whole powers have."""
        left, right = self.left.degree(), self.right.degree()
        if self.symbol == "^":
            whole = self._whole_exponent
            if left is not None and whole is not None and whole >= 0:
                return left * whole
            return 0 if left == right == 0 else None
        if left is None or right is None:
            return None
        match self.symbol:
            case "*":
                return left + right
            case "/":
                return left if right == 0 else None
            case _:
                return max(left, right)

    def names(self) -> frozenset[str]:
        """Return the variables of both operands."""
        return self.left.names() | self.right.names()


@dataclass(frozen=True)
class Call(Node):
    """A function of `FUNCTIONS` and its arguments."""

    function: str
    arguments: tuple[Node, ...]

    def value(self, values: Values, dtype: jnp.dtype) -> Array:
        """Return the function's value."""
        _, function = FUNCTIONS[self.function]
        return function(*(argument.value(values, dtype) for argument in self.arguments))

    def text(self) -> str:
        """Return the name and, in parentheses, the arguments."""
        return f"{self.function}({', '.join(argument.text() for argument in self.arguments)})"

    def degree(self) -> int | None:
        """Return 0 for constant arguments, else nothing: no function here is a polynomial."""
        return 0 if all(argument.degree() == 0 for argument in self.arguments) else None

    def names(self) -> frozenset[str]:
        """Return the variables of all arguments."""
        return frozenset().union(*(argument.names() for argument in self.arguments))
