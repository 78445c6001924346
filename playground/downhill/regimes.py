"""What is to be said of the learning rates of a race: too small, right, swinging, too large."""

from __future__ import annotations

import numpy as np

from playground.downhill.border import REGIMES, Border, border
from playground.downhill.race import Race, Walker

PLAIN = ("sgd", "averaged")


def verdicts(race: Race) -> tuple[list[str], str]:
    """Return a sentence on each walker's rate, and one on where the border lies.

    The border is exact where the cost is quadratic; elsewhere it is that of the lowest known minimum, near which the
    cost is almost quadratic, and where none is known, that of the start.
    """
    surface = race.surface
    if surface.quadratic:
        found, where = border(surface, race.start), ""
    elif surface.minima:
        place = surface.minima[0].position
        found = border(surface, place)
        where = f"Near its lowest minimum ({', '.join(f'{value:.3g}' for value in place)})"
    else:
        found, where = border(surface, race.start), "No minimum is known here. At the start"
    return [_verdict(found, walker, near=bool(where)) for walker in race.walkers], _rule(found, where)


def _rule(found: Border, where: str) -> str:
    largest, steepest = found.largest_rate, float(found.curvatures[-1])
    curves = " and ".join(f"{value:.4g}" for value in found.curvatures)
    subject = f"{where} this surface curves" if where else "This surface curves everywhere"
    if largest is None:
        return f"{subject} with λ = {curves}: nothing bends upwards that a step could overshoot."
    falls = (
        " Along the direction that curves downwards every rate leads away, as it should on a saddle."
        if found.curvatures[0] < 0
        else ""
    )
    return (
        f"{subject} with λ = {curves}. "
        "Each step of plain descent multiplies the distance along a direction by 1 − η·λ: "
        f"straight up to η = 1/λ, swinging beyond it, and diverging beyond 2/λ = {largest:.4g} of the steepest "
        f"(λ = {steepest:.4g}).{falls}"
    )


def _verdict(found: Border, walker: Walker, *, near: bool) -> str:
    if found.regime(walker.rate) == "falls":
        return REGIMES["falls"]
    largest = found.largest_rate_of(walker.optimizer, walker.momentum)
    if walker.optimizer in PLAIN:
        if largest is not None and np.isclose(walker.rate, largest, rtol=1e-9):
            return "Exactly on the border: swings for ever along the steepest direction."
        return REGIMES[found.regime(walker.rate)]
    if largest is None:
        return "Scales its own steps: no fixed border."
    if np.isinf(largest):
        return "Solves for where it lands: no rate is too large on a convex surface."
    if walker.rate > largest:
        return f"Too large: beyond its border of {largest:.3g} it diverges" + (" there." if near else ".")
    return f"Below its border of {largest:.3g}."
