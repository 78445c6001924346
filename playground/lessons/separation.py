"""Whether a line separates two classes, how wide the widest gap is, and what that says about the perceptron."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
TOLERANCE = 1e-9  # of the radius: a narrower gap is none


@dataclass(frozen=True, eq=False)
class Separation:
    """The best line between two classes of points: each point is seen as (x₁, x₂, 1), each line as a plane through 0.

    Attributes
    ----------
    radius : float
        R, the length of the longest (x₁, x₂, 1).
    margin : float
        γ, the distance of the nearest point from the best plane; 0 if no line separates the classes.
    direction : ndarray
        Unit vector (w₁, w₂, b) of the best plane; zeros if there is none.
    """

    radius: float
    margin: float
    direction: Floats

    @property
    def separable(self) -> bool:
        """Whether a line separates the classes."""
        return self.margin > 0

    def gap(self, x: ArrayLike) -> float:
        """Return how far the nearest of some points (rows, 2) is from the line that the best plane is among them.

        Infinite if there is no such line: no plane, or one whose w₁ and w₂ are 0.
        """
        size = float(np.linalg.norm(self.direction[:2]))
        sums = np.asarray(x, float) @ self.direction[:2] + self.direction[2]
        return float(np.abs(sums).min()) / size if size > TOLERANCE else float("inf")

    def bound(self, start: ArrayLike = (0.0, 0.0, 0.0), rate: float = 1.0) -> float:
        """Return the most corrections that the perceptron rule can need; infinite if no line separates the classes.

        From weights and bias 0 it is (R/γ)², whatever the order of the rows and the learning rate. From elsewhere
        the same two inequalities hold: each correction brings w·u forward by γ at least, and |w|² up by R² at
        most. In units of the rate, a + kγ ≤ √(n + kR²) with a = w₀·u and n = |w₀|²; the bound is the largest
        such k.

        Source: A. Novikoff, "On convergence proofs for perceptrons", 1962.
        """
        if not self.separable:
            return float("inf")
        w = np.asarray(start, float) / rate
        a, n = float(w @ self.direction), float(w @ w)
        half = self.radius**2 / 2 - a * self.margin
        # n ≥ a², for u is a unit vector; rounding may say otherwise by a hair.
        return float(half + np.sqrt(half**2 + self.margin**2 * max(n - a * a, 0.0))) / self.margin**2


def separate(x: ArrayLike, targets: ArrayLike) -> Separation:
    """Find the plane through 0 with the widest margin.

    Turn every point of class 0 about the origin. The nearest point to the origin in the convex hull of all is then γu:
    its length is the margin, its direction the plane's. It is the solution of a least-squares problem with weights λ
    that are not negative, min |Aλ|² + (Σλ − 1)², scaled to Σλ = 1.

    Parameters
    ----------
    x : (rows, 2) array
        Points.
    targets : (rows,) array
        1 or 0.

    Source: the problem without its scale, C. Lawson and R. Hanson, "Solving Least Squares Problems", ch. 23.
    """
    from scipy.optimize import nnls  # costs a quarter of a second, and few pages need it

    points = np.asarray(x, float)
    lifted = np.column_stack([points, np.ones(len(points))])
    radius = float(np.linalg.norm(lifted, axis=1).max())
    turned = lifted * np.where(np.asarray(targets) > 0.5, 1.0, -1.0)[:, None] / radius
    shares, _ = nnls(np.vstack([turned.T, np.ones(len(points))]), np.array([0.0, 0.0, 0.0, 1.0]))
    nearest = shares @ turned / shares.sum()
    length = float(np.linalg.norm(nearest))
    # Taken from the points and not from the solver: so it is a true margin whatever the solver's last digits.
    margin = float((turned @ nearest).min() / length) if length > 0 else 0.0
    if margin <= TOLERANCE:
        return Separation(radius, 0.0, np.zeros(3))
    return Separation(radius, margin * radius, nearest / length)
