"""How large a learning rate may be: the curvatures at a point, and what a rate does along each of them.

On a quadratic with curvature λ, plain descent multiplies the distance from the minimum by ``1 − rate·λ`` at each step,
along each eigenvector of the Hessian by itself. All regimes follow from that factor. Elsewhere the same numbers hold
near a minimum, where the cost is almost quadratic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.downhill.surface import Surface

Floats = NDArray[np.floating[Any]]
Regime = Literal["creeps", "straight", "oscillates", "diverges", "flat", "falls"]

REGIMES: dict[Regime, str] = {
    "creeps": "Too small: comes nearer by less than a twentieth of the distance at each step.",
    "straight": "Comes nearer at each step without overshooting.",
    "oscillates": "Overshoots at each step, and comes nearer all the same.",
    "diverges": "Too large: overshoots farther at each step.",
    "flat": "No curvature here: nothing bends that a step could overshoot.",
    "falls": "Curved downwards along a direction: there every rate leads away, as it should.",
}

CREEPING = 0.05  # of the distance per step: 14 steps to halve it
FLAT = 1e-12  # of the largest curvature: what rounding leaves of none

# From the most troublesome to the least: the worst direction names the whole.
_WORST_FIRST: tuple[Regime, ...] = ("diverges", "oscillates", "falls", "creeps", "straight", "flat")


@dataclass(frozen=True)
class Border:
    """The curvatures at a point, and the learning rates that they allow.

    Attributes
    ----------
    curvatures : ndarray
        Eigenvalues λ of the Hessian, ascending, (dimension,).
    directions : ndarray
        The unit vector of each, as rows, (dimension, dimension).
    exact : bool
        Whether they are the same everywhere, because the cost is quadratic.
    """

    curvatures: Floats
    directions: Floats
    exact: bool

    @property
    def largest_rate(self) -> float | None:
        """Beyond this rate, 2/λ of the largest curvature, plain descent diverges; None without upward curvature."""
        return self.largest_rate_of("sgd")

    def largest_rate_of(self, optimizer: str, momentum: float = 0.0) -> float | None:
        """Return beyond which rate an optimizer diverges on a quadratic of the largest curvature λ.

        For momentum μ it is ``2(1 + μ)/λ``, for Nesterov's ``2(1 + μ)/(λ(1 + 2μ))``, for the implicit step infinity.
        Both follow from where a root of ``z² − (1 + μ − ηλ)z + μ`` or, for Nesterov's,
        ``z² − (1 + μ)(1 − ηλ)z + μ(1 − ηλ)`` leaves the unit circle, at ``z = −1``.
        Source: Polyak 1964 for the former; Lessard, Recht & Packard 2016, section 2.2, for the polynomials.

        Returns
        -------
        float or None
            None if nothing curves upwards, or if the optimizer scales its steps, so that no fixed border exists.
        """
        steepest = float(self.curvatures[-1])
        if not steepest > 0:
            return None
        match optimizer:
            case "sgd" | "averaged":
                return 2 / steepest
            case "momentum":
                return 2 * (1 + momentum) / steepest
            case "nesterov":
                return 2 * (1 + momentum) / (1 + 2 * momentum) / steepest
            case "implicit":
                return np.inf
        return None

    def factors(self, rate: float) -> Floats:
        """Return ``1 − rate·λ``: what a step of plain descent does to the distance along each direction."""
        return 1 - rate * self.curvatures

    def regimes(self, rate: float) -> tuple[Regime, ...]:
        """Return what plain descent with `rate` does along each direction.

        Raises
        ------
        ValueError
            If the rate is not above 0.
        """
        if not rate > 0:
            raise ValueError(f"A learning rate is above 0, not {rate:g}")
        none = FLAT * np.max(np.abs(self.curvatures))
        return tuple(_regime(rate * float(curve), rate * float(none)) for curve in self.curvatures)

    def regime(self, rate: float) -> Regime:
        """Return the name for all directions together: that of the most troublesome one."""
        found = self.regimes(rate)
        return next(regime for regime in _WORST_FIRST if regime in found)


def _regime(product: float, none: float) -> Regime:
    if abs(product) <= none:
        return "flat"
    if product < 0:
        return "falls"
    if product > 2:
        return "diverges"
    if product > 1:
        return "oscillates"
    return "creeps" if product < CREEPING else "straight"


def border(surface: Surface, point: ArrayLike) -> Border:
    """Return the curvatures of `surface` at `point` (dimension,) and what follows from them.

    Raises
    ------
    ValueError
        If the point has another number of coordinates, or the curvature there is not finite.
    """
    hessian = surface.at(point).hessian
    if not np.all(np.isfinite(hessian)):
        raise ValueError(f"At {np.ravel(point).tolist()} the surface {surface.label} has no finite curvature")
    curvatures, vectors = np.linalg.eigh(hessian)
    return Border(curvatures, vectors.T, surface.quadratic)
