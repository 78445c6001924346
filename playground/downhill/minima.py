"""The minima of a surface that nobody has described: looked for on a grid, then made exact."""

from __future__ import annotations

import numpy as np

from playground.downhill.surface import Floats, Surface

MOST = 9
SAME = 1e-6  # of the window
NEWTON_STEPS = 12  # from a grid's cell to the last digit


def minima_near(surface: Surface, axes: tuple[Floats, ...], costs: Floats) -> tuple[tuple[float, ...], ...]:
    """Return the minima that show on a grid, the lowest first.

    A point lower than all its neighbours is the guess from which Newton's method starts; what it leads to counts if
    the slope vanishes there, the cost is no higher, and it lies in the window. A
    minimum between two points that show nothing of it is not found.

    Parameters
    ----------
    surface : Surface
        Where.
    axes : tuple of ndarray
        The values of each weight.
    costs : ndarray
        The cost at all their combinations, (len(x),) or (len(y), len(x)), as `Surface.over` gives it.

    Returns
    -------
    tuple of positions
        At most `MOST`.
    """
    known = np.where(np.isfinite(costs), costs, np.inf)
    inner = (slice(1, -1),) * known.ndim
    lowest = np.isfinite(known[inner])
    for shift in np.ndindex((3,) * known.ndim):
        if shift != (1,) * known.ndim:
            beside = tuple(slice(at, at + size - 2) for at, size in zip(shift, known.shape, strict=True))
            # Of two equal neighbours, between which a minimum may lie, one counts.
            first = shift < (1,) * known.ndim
            lowest &= (known[inner] < known[beside]) if first else (known[inner] <= known[beside])
    places = np.argwhere(lowest) + 1
    order = np.argsort([known[tuple(place)] for place in places])
    low, high = np.array([[axis[0], axis[-1]] for axis in axes]).T
    found: list[Floats] = []
    for place in places[order[:MOST]]:
        guess = np.array([axis[at] for axis, at in zip(axes, reversed(place.tolist()), strict=True)])
        exact = _newton(surface, guess)
        if exact is None or np.any(exact < low) or np.any(exact > high):
            continue
        lower = surface.at(exact).cost <= known[tuple(place)] + 1e-9 * abs(known[tuple(place)])
        if lower and not any(
            np.allclose(exact, other, rtol=0, atol=SAME * np.max(high - low)) for other in found
        ):
            found.append(exact)
    found.sort(key=lambda place: float(surface.at(place).cost))
    return tuple(tuple(place.tolist()) for place in found)


def _newton(surface: Surface, place: Floats) -> Floats | None:
    for _ in range(NEWTON_STEPS):
        _, gradient, hessian = surface.at(place)
        if not np.any(gradient):  # exact already, and perhaps so flat that Newton's method could not be used
            return place
        if not np.all(np.isfinite(hessian)) or np.linalg.eigvalsh(hessian)[0] <= 0:
            return None
        step = np.linalg.solve(hessian, gradient)
        place = place - step
        if not np.all(np.isfinite(place)):
            return None
        if np.all(np.abs(step) <= 1e-12 * (1 + np.abs(place))):
            return place
    return None
