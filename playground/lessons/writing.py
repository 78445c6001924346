"""Numbers and symbols as a formula on a page shows them: plain Unicode text."""

from __future__ import annotations

import math
from collections.abc import Iterable

DIGITS = 4  # as many as it takes to follow the worked example of the texts
SMALLEST, LARGEST = 1e-4, 1e6  # what is written without a power of ten
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def number(value: float) -> str:
    """Return `value` with a true minus sign, four places and at least four digits that count.

    Zeros at the end are left off only where nothing was rounded away, so that 0.6900 is a rounded number and 0.69
    an exact one. Very small and large numbers get a power of ten.

    Examples
    --------
    >>> number(-0.5), number(0.00798025), number(0.000012), number(0)
    ('−0.5', '0.007980', '1.2·10⁻⁵', '0')
    """
    if not math.isfinite(value):
        text = "∞" if abs(value) == math.inf else "not a number"
        return f"−{text}" if value == -math.inf else text
    if value != 0 and not SMALLEST <= abs(value) < LARGEST:
        text = f"{value:.{DIGITS - 1}e}"
        mantissa, exponent = text.split("e")
        power = str(int(exponent)).translate(SUPERSCRIPTS)
        return f"{_short(mantissa, _same(text, value))}·10{power}".replace("-", "−")
    value += 0.0  # −0 becomes 0
    places = DIGITS if value == 0 else max(DIGITS, DIGITS - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:.{places}f}"
    return _short(text, _same(text, value)).replace("-", "−")


def _same(text: str, value: float) -> bool:
    return math.isclose(float(text), value, rel_tol=1e-12)


def _short(text: str, exact: bool) -> str:
    return text.rstrip("0").rstrip(".") if exact and "." in text else text


def factor(value: float) -> str:
    """Return `value` as it stands inside a formula: a negative one, or one with a power of ten, in brackets."""
    text = number(value)
    return f"({text})" if value < 0 or "·" in text else text


def equals(value: float, exact: bool = True) -> str:
    """Return ``= value``, or ``≈ value`` where writing it down has rounded it, or it was not `exact` before."""
    text = number(value)
    exact = exact and "·" not in text and math.isfinite(value) and _same(text.replace("−", "-"), value)
    return f"{'=' if exact else '≈'} {text}"


def with_result(expression: str, value: float, exact: bool = True) -> str:
    """Return ``expression = value``; an expression that is nothing but the number stands alone."""
    alone = expression in (number(value), factor(value))
    return number(value) if alone else f"{expression} {equals(value, exact)}"


def weighted_sum(products: Iterable[tuple[str, str]], bias: str | None) -> str:
    """Return ``w·x + w·x + b`` of (weight, input) pairs and a bias, all of them ready to be shown."""
    terms = [f"{weight}·{value}" for weight, value in products]
    return " + ".join(terms if bias is None else [*terms, bias])


def sub(symbol: str, index: int | str) -> str:
    """Return `symbol` with `index` set below the line: ``sub("w", 21)`` is w₂₁."""
    return symbol + str(index).translate(SUBSCRIPTS)
