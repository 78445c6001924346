"""What a setting may be: its type and limits, and how a value is read from a link, checked and written."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


def shown(value: object, longest: int = 40) -> str:
    """Return `value` for a sentence, cut where somebody sent a page of text."""
    try:
        text = str(value)
    except ValueError:  # Python does not write out whole numbers of more than 4,300 digits
        text = "a number of thousands of digits"
    return repr(text if len(text) <= longest else text[:longest] + "…")


def _plain(text: str) -> str:
    """Return `text` if a number in it means the same everywhere.

    Python also reads digits of other scripts and underscores between digits; JavaScript and a person
    reading the address bar do not.
    """
    if not text.isascii() or "_" in text:
        raise ValueError(text)
    return text


class Explained(ValueError):
    """A refusal that says more than what is allowed: where the fault lies."""


class Kind:
    """A type of setting. `check` makes a Python value sound, `read` one from a URL, `write` turns it back."""

    def check(self, value: Any) -> Any:
        """Return `value` in its proper type; raise ValueError if it is not allowed."""
        raise ValueError(value)

    def read(self, text: str) -> Any:
        """Return the checked value that `text` stands for; raise ValueError if there is none."""
        return self.check(text)

    def write(self, value: Any) -> str:
        """Return the text that `read` turns back into `value`."""
        return str(value)

    def quoted(self, value: Any) -> str:
        """Return a refused `value` for a sentence, as it would stand in a link."""
        return shown(value)

    @property
    def allowed(self) -> str:
        """What values are allowed, in words that follow "must be"."""
        raise TypeError(f"{type(self).__name__} does not say what it allows")


@dataclass(frozen=True)
class Choice(Kind):
    """One name out of a registry; `options` maps names to labels."""

    options: Mapping[str, str]

    def check(self, value: Any) -> str:
        """Return `value` if it is one of the names."""
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(value)
        return value

    @property
    def allowed(self) -> str:
        """All the names."""
        return "one of " + ", ".join(self.options)


@dataclass(frozen=True)
class Flag(Kind):
    """On or off; ``1`` and ``0`` in a URL."""

    def check(self, value: Any) -> bool:
        """Return `value` as a bool if it equals one."""
        if value not in (True, False):
            raise ValueError(value)
        return bool(value)

    def read(self, text: str) -> bool:
        """Return what ``1``, ``true`` or ``on``, ``0``, ``false`` or ``off`` stand for."""
        return {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}[text.lower()]

    def write(self, value: bool) -> str:
        """Return ``1`` or ``0``."""
        return "1" if value else "0"

    @property
    def allowed(self) -> str:
        """The two digits."""
        return "1 or 0"


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number from `low` to `high`; with `word`, also that word."""

    low: int
    high: int
    word: str | None = None

    def check(self, value: Any) -> int | str:
        """Return `value` as an int within the limits, or the word."""
        if self.word is not None and isinstance(value, str) and value == self.word:
            return value
        if isinstance(value, (bool, str)):
            raise ValueError(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        number = operator.index(value)
        if not self.low <= number <= self.high:
            raise ValueError(value)
        return number

    def read(self, text: str) -> int | str:
        """Return the number or the word that `text` spells."""
        return self.check(text if text == self.word else int(_plain(text)))

    @property
    def allowed(self) -> str:
        """The limits, and the word."""
        return f"a whole number from {self.low} to {self.high:,}" + (f", or {self.word}" if self.word else "")


@dataclass(frozen=True)
class Real(Kind):
    """A finite number from `low` to `high`, with `or_zero` also 0; `logarithmic` says how a slider moves."""

    low: float
    high: float
    step: float | None = None
    logarithmic: bool = False
    or_zero: bool = False

    def check(self, value: Any) -> float:
        """Return `value` as a float within the limits."""
        if isinstance(value, (bool, str, bytes, bytearray, memoryview)):  # all of which float() takes
            raise ValueError(value)
        number = float(value)
        inside = self.low <= number <= self.high or (self.or_zero and number == 0)
        if not (math.isfinite(number) and inside):
            raise ValueError(value)
        return number + 0.0  # −0 becomes 0: equal experiments are then equal bit for bit

    def read(self, text: str) -> float:
        """Return the number that `text` spells."""
        return self.check(float(_plain(text)))

    def write(self, value: float) -> str:
        """Return the shortest text that reads back as `value`."""
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)

    @property
    def allowed(self) -> str:
        """The limits."""
        return f"a number from {self.low:g} to {self.high:g}" + (", or 0" if self.or_zero else "")


@dataclass(frozen=True)
class Text(Kind):
    """A few words for people to read, without commas, which part the values of a link."""

    longest: int

    def check(self, value: Any) -> str:
        """Return `value` without spaces around it if it is short and printable."""
        if not isinstance(value, str) or not value.isprintable() or "," in value:
            raise ValueError(value)
        words = value.strip()
        if len(words) > self.longest:
            raise ValueError(value)
        return words

    @property
    def allowed(self) -> str:
        """How long, and of what."""
        return f"at most {self.longest} printable characters without a comma"


@dataclass(frozen=True)
class Several(Kind):
    """A tuple of values of another kind, written with commas between them; a lone value counts as one."""

    of: Kind
    least: int
    most: int
    distinct: bool = False

    def check(self, value: Any) -> tuple[Any, ...]:
        """Return `value` as a tuple whose every part is checked."""
        if isinstance(value, (str, int)):
            value = (value,)
        # Bytes count as a sequence of small numbers, which nobody means.
        if not isinstance(value, Sequence) or isinstance(value, (bytes, bytearray, memoryview)):
            raise ValueError(value)
        if not self.least <= len(value) <= self.most:
            raise ValueError(value)
        values = tuple(self.of.check(item) for item in value)
        if self.distinct and len(set(values)) < len(values):
            raise ValueError(value)
        return values

    def read(self, text: str) -> tuple[Any, ...]:
        """Return the values that stand between the commas; nothing and ``none`` stand for no value."""
        parts = [part.strip() for part in text.split(",")] if text.strip() not in ("", "none") else []
        return self.check([self.of.read(part) for part in parts])

    def write(self, value: tuple[Any, ...]) -> str:
        """Return the values with commas between them, or ``none``."""
        return ",".join(self.of.write(item) for item in value) or "none"

    def quoted(self, value: Any) -> str:
        """Return a refused `value` with commas between its parts, which may be of any type."""
        if isinstance(value, (tuple, list)):
            try:
                value = ",".join(map(str, value))
            except ValueError:  # see `shown`
                value = "numbers of thousands of digits"
        return shown(value)

    @property
    def allowed(self) -> str:
        """How many values, and which."""
        different = "different " if self.distinct else ""
        number = f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"
        return f"{number} {different}values, each {self.of.allowed}"
