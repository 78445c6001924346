"""Where a logarithmic axis has its numbers."""

from __future__ import annotations

import math

LEAST, MOST = 3, 8  # numbers on an axis, where its ends allow it


def logarithmic_ticks(low: float, high: float) -> list[float]:
    """Return round numbers from `low` to `high`, both above zero, for a logarithmic axis.

    Powers of ten; where these are many, every second, third … of them; where they are few, twice and five times them as
    well; where even these are few, both ends with two digits.
    """
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found: list[float] = []
    for digits in ((1,), (1, 2, 5)):
        every = (float(f"{digit}e{decade}") for decade in decades for digit in digits)
        found = [tick for tick in every if low <= tick <= high]
        if len(found) >= LEAST:
            break
    if len(found) > MOST:  # powers, as there cannot be so many others
        step = -(-len(found) // MOST)
        return [tick for tick in found if round(math.log10(tick)) % step == 0]
    return found if len(found) > 1 else sorted({float(f"{end:.2g}") for end in (low, high)})
