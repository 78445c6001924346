"""Numbers of a race as they stand in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable

RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
NOTHING = 1e-12  # what is nearer to 0 beside numbers around 1 is what rounding leaves of it


def written(value: float, digits: int = 4) -> str:
    """Return a number with at most so many digits that count, a true minus sign, and powers of ten set as such.

    Examples
    --------
    >>> written(-0.50001), written(63154.2), written(1.002e-6)
    ('−0.5', '6.315·10⁴', '1.002·10⁻⁶')
    """
    mantissa, _, power = f"{value:.{digits}g}".partition("e")
    raised = f"·10{str(int(power)).translate(RAISED)}" if power else ""
    return f"{mantissa}{raised}".replace("-", "−")


def placed(position: Iterable[float]) -> str:
    """Return a position as (x, y)."""
    return f"({', '.join(written(0.0 if abs(value) < NOTHING else value) for value in position)})"


def powers_raised(text: str) -> str:
    """Return `text` with its powers set above the line: ``10^75`` becomes 10⁷⁵."""
    return re.sub(r"\^(\d+)", lambda power: power[1].translate(RAISED), text)
