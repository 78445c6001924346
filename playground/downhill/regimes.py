"""What is to be said of the learning rates of a race: too small, right, swinging, too large."""

from __future__ import annotations

import numpy as np

from playground.downhill.border import FLAT, REGIMES, Border, border
from playground.downhill.race import Race, Walker
from playground.downhill.surface import Floats
from playground.downhill.wording import placed, written

PLAIN = ("sgd", "averaged")
BORDERS = {"momentum": "2(1 + μ)/λ", "nesterov": "2(1 + μ)/((1 + 2μ)·λ)"}
"""The borders of those that remember, as formulas."""
SAME = 1e-6  # of the window


def verdicts(race: Race, ends: Floats | None = None) -> tuple[list[str], str]:
    """Return a sentence on each walker's rate, and one on where the border lies.

    The border is exact where the cost is quadratic; elsewhere it is that of a minimum, near which the cost is almost
    quadratic: each walker's own, the nearest to where it ends. Without a minimum nothing is said of single rates,
    because there is nothing that a step could come nearer to.

    Parameters
    ----------
    race : Race
        Who goes down on what.
    ends : ndarray, optional
        Where each walker ends, (walkers, dimension); without it all are taken to go to the lowest minimum.
    """
    surface = race.surface
    if not surface.quadratic and not surface.minima:
        silence = "No minimum is known here, so there is no border to name: it belongs to a minimum."
        return [""] * len(race.walkers), silence
    if surface.quadratic:
        found = border(surface, race.start)
        return [_verdict(found, walker) for walker in race.walkers], _rule(found, "")
    lowest = np.array(surface.minima[0].position)
    minima = np.array([minimum.position for minimum in surface.minima])
    said = []
    for number, walker in enumerate(race.walkers):
        place = lowest if ends is None else minima[np.argmin(np.sum((minima - ends[number]) ** 2, axis=1))]
        own = border(surface, place)
        near = "" if np.allclose(place, lowest, rtol=0, atol=SAME * surface.width) else _near(own, place)
        said.append(f"{near}{_verdict(own, walker)}")
    return said, _rule(border(surface, lowest), f"Near its lowest minimum {placed(lowest)}")


def _near(found: Border, place: Floats) -> str:
    return f"At its own minimum {placed(place)}, where λ is up to {written(found.curvatures[-1])}: "


def _rule(found: Border, where: str) -> str:
    largest = found.largest_rate
    curves = " and ".join(written(0.0 if abs(value) < FLAT else value) for value in found.curvatures)
    subject = f"{where} this surface curves" if where else "This surface curves everywhere"
    if largest is None or found.curvatures[-1] < FLAT:
        return f"{subject} with λ = {curves}: nothing bends upwards there that a step could overshoot."
    falls = (
        " Along the direction that curves downwards every rate leads away, as it should on a saddle."
        if found.curvatures[0] < -FLAT * found.curvatures[-1]
        else ""
    )
    return (
        f"{subject} with λ = {curves}. "
        "Each step of plain descent multiplies the distance along a direction by 1 − η·λ: "
        f"straight up to η = 1/λ, swinging beyond it, and diverging beyond 2/λ = {written(largest)} of the steepest "
        f"(λ = {written(found.curvatures[-1])}).{falls}"
    )


def _verdict(found: Border, walker: Walker) -> str:
    steepest = float(found.curvatures[-1])
    if found.curvatures[0] < -FLAT * abs(steepest):
        return REGIMES["falls"]
    if walker.optimizer == "implicit":
        return "Solves for where it lands: where the cost is convex, no rate is too large."
    if walker.optimizer not in (*PLAIN, *BORDERS):
        return "Scales its own steps: no fixed border."
    if steepest < FLAT:
        return REGIMES["flat"]
    largest = found.largest_rate_of(walker.optimizer, walker.momentum)
    assert largest is not None  # what curves upwards has one
    if walker.optimizer in PLAIN:
        if np.isclose(walker.rate, largest, rtol=1e-9):
            return "Exactly on the border: swings for ever along the steepest direction."
        return REGIMES[found.regime(walker.rate)]
    named = f"its border, {BORDERS[walker.optimizer]} = {written(largest, 3)}"
    return f"Too large: beyond {named}, it diverges." if walker.rate > largest else f"Below {named}."
