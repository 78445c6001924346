"""Formulas that a person types: a small grammar of its own, so that nothing typed is ever run as a program.

    sum     = product {("+" | "-") product}
    product = sign {("*" | "/") sign}
    sign    = "-" sign | power
    power   = atom [("^" | "**") sign]
    atom    = number | name | function "(" sum {"," sum} ")" | "(" sum ")"

Hence the usual rules: a power is taken from the right, and ``-x^2`` is ``-(x^2)``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from playground.downhill.formula_tree import (
    CONSTANTS,
    FUNCTIONS,
    Call,
    Constant,
    Negative,
    Node,
    Number,
    Operation,
    Variable,
)
from playground.kinds import shown

LONGEST = 200  # characters, spaces not counted
MOST_SPACES = 200
DEEPEST = 20
MOST_NODES = 100
LARGEST_NUMBER = 1e30  # far from where float32 ends

TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<symbol>\*\*|[-+*/^(),])"
)


class Token(NamedTuple):
    """A piece of the text: its kind ("number", "name", "symbol", "end"), itself and its column, from 1."""

    kind: str
    text: str
    column: int


def _fail(token: Token, why: str) -> ValueError:
    found = "the end of the formula" if token.kind == "end" else shown(token.text)
    return ValueError(f"At column {token.column} there is {found}{why}")


def _check_length(text: str) -> None:
    spaces = text.count(" ") + text.count("\t")
    if len(text) - spaces > LONGEST or spaces > MOST_SPACES:
        raise ValueError(
            f"A formula has at most {LONGEST} characters and {MOST_SPACES} spaces; "
            f"this one, written out, has {len(text) - spaces} and {spaces}"
        )


def _tokens(text: str) -> list[Token]:
    """Return the pieces of `text` and an end."""
    found, at = [], 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
            continue
        match = TOKEN.match(text, at)
        if match is None:
            raise _fail(
                Token("other", text[at], at + 1),
                ", which has no meaning here: allowed are numbers, names, + - * / ^, parentheses and commas",
            )
        found.append(Token(str(match.lastgroup), match.group(), at + 1))
        at = match.end()
    return [*found, Token("end", "", len(text) + 1)]


class _Parser:
    """Recursive descent through the tokens of one formula."""

    def __init__(self, tokens: list[Token], names: tuple[str, ...]) -> None:
        self.tokens, self.names = tokens, names
        self.at = self.nodes = self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self, *symbols: str) -> Token | None:
        """Return the next token and go on behind it if it is one of `symbols`."""
        token = self.next
        if token.kind != "symbol" or token.text not in symbols:
            return None
        self.at += 1
        return token

    def made(self, node: Node, token: Token) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise _fail(token, f", one part too many: a formula has at most {MOST_NODES} of them")
        return node

    def whole(self) -> Node:
        node = self.sum()
        if self.next.kind != "end":
            raise self.unexpected("+ - * / ^ or the end")
        return node

    def unexpected(self, allowed: str) -> ValueError:
        """Return the error for a token that cannot follow an operand."""
        token, before = self.next, self.tokens[self.at - 1]
        if token.kind in ("number", "name") or token.text == "(":
            return _fail(
                token,
                f" directly after {shown(before.text)}: multiplication must be written with *, as in 2*x",
            )
        return _fail(token, f", where {allowed} is expected")

    def sum(self) -> Node:
        node = self.product()
        while token := self.take("+", "-"):
            node = self.made(Operation(token.text, node, self.product()), token)
        return node

    def product(self) -> Node:
        node = self.sign()
        while token := self.take("*", "/"):
            node = self.made(Operation(token.text, node, self.sign()), token)
        return node

    def sign(self) -> Node:
        # All nesting comes through here, so this is where it ends.
        self.depth += 1
        if self.depth > DEEPEST:
            raise _fail(self.next, f", nested too deep: parentheses, powers and signs go {DEEPEST} deep")
        token = self.take("-")
        node = self.made(Negative(self.sign()), token) if token else self.power()
        self.depth -= 1
        return node

    def power(self) -> Node:
        base = self.atom()
        token = self.take("^", "**")
        return self.made(Operation("^", base, self.sign()), token) if token else base

    def atom(self) -> Node:
        token = self.next
        if self.take("("):
            node = self.sum()
            self.close("+ - * / ^ or a closing parenthesis")
            return node
        if token.kind not in ("number", "name"):
            raise _fail(
                token, ", where a number, a name, a function, an opening parenthesis or - is expected"
            )
        self.at += 1
        return self.made(self.number(token) if token.kind == "number" else self.named(token), token)

    def close(self, allowed: str) -> None:
        if not self.take(")"):
            raise self.unexpected(allowed)

    def number(self, token: Token) -> Number:
        if float(token.text) > LARGEST_NUMBER:
            raise _fail(token, f", which is too large: numbers go up to {LARGEST_NUMBER:g}")
        return Number(float(token.text))

    def named(self, token: Token) -> Node:
        if token.text in self.names:
            return Variable(token.text)
        if token.text in CONSTANTS:
            return Constant(token.text)
        if token.text in FUNCTIONS:
            return self.call(token)
        raise _fail(
            token,
            f", which is no name that is known here: {', '.join((*self.names, *CONSTANTS))}, "
            f"or a function: {', '.join(FUNCTIONS)}",
        )

    def call(self, token: Token) -> Call:
        count, _ = FUNCTIONS[token.text]
        if not self.take("("):
            example = ", ".join((*self.names, "1")[:count])
            raise _fail(
                self.next,
                f", where {token.text} needs an opening parenthesis, as in {token.text}({example})",
            )
        arguments = [self.sum()]
        while len(arguments) < count:
            if not self.take(","):
                raise self.unexpected(f"a comma, because {token.text} takes {count} arguments,")
            arguments.append(self.sum())
        if self.next.text == ",":
            raise _fail(self.next, f", but {token.text} takes {count} argument{'s' * (count > 1)}")
        self.close("+ - * / ^ or a closing parenthesis")
        return Call(token.text, tuple(arguments))


@dataclass(frozen=True)
class Expression:
    """A formula that JAX can compute and differentiate; `parse` makes one.

    Equal formulas are equal and have the same hash, so one can decide what JAX compiles.

    Attributes
    ----------
    text : str
        The formula as it is written out: what `str` gives, which parses to an equal expression.
    names : tuple of str
        The variables it may use, in the order in which it is called with them.
    """

    text: str
    names: tuple[str, ...]
    _root: Node = field(compare=False, repr=False)

    @classmethod
    def parse(cls, text: str, names: tuple[str, ...] = ("x", "y")) -> Self:
        """Return the expression that `text` stands for.

        Parameters
        ----------
        text : str
            Numbers, the variables, ``pi``, ``e``, ``+ - * / ^`` (or ``**``), parentheses and the functions of
            `FUNCTIONS`. Multiplication is always written.
        names : tuple of str
            The variables that are allowed.

        Raises
        ------
        ValueError
            If `text` is none: a sentence with what was found, in which column, and what is allowed there; or if it
            is too long, too deep or has too many parts.
        """
        _check_length(text)
        root = _Parser(_tokens(text), names).whole()
        written = root.text()
        _check_length(written)  # what is written out has to parse, too
        return cls(written, names, root)

    @property
    def used(self) -> tuple[str, ...]:
        """The variables that occur."""
        found = self._root.names()
        return tuple(name for name in self.names if name in found)

    @property
    def quadratic(self) -> bool:
        """Whether it is plain to see that the formula is a polynomial of degree 2 at most."""
        degree = self._root.degree()
        return degree is not None and degree <= 2

    def __str__(self) -> str:
        return self.text

    def __call__(self, *values: ArrayLike) -> Array:
        """Return the value at each place.

        Parameters
        ----------
        *values : array_like
            One for each of `names`, of shapes that broadcast together.

        Returns
        -------
        Array
            In the values' common shape, floating; not a number, or infinite, where the formula is not defined.

        Raises
        ------
        ValueError
            If there are more or fewer values than names.
        """
        if len(values) != len(self.names):
            raise ValueError(
                f"{self.text} is a formula of {', '.join(self.names)}, not of {len(values)} values"
            )
        dtype = jnp.result_type(float, *values)
        arrays = jnp.broadcast_arrays(*(jnp.asarray(value, dtype) for value in values))
        result = self._root.value(dict(zip(self.names, arrays, strict=True)), dtype)
        return jnp.broadcast_to(result, arrays[0].shape) if arrays else result
