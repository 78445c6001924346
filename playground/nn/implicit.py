"""The implicit (proximal) gradient step, which no library we use has."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array
from jax.flatten_util import ravel_pytree

from playground.nn.network import Parameters

NEWTON_STEPS = 4
CONJUGATE_STEPS = 24
# Candidate lengths along Newton's direction and along the plain slope.
NEWTON_LENGTHS = (1.0, 0.5, 0.1)
SLOPE_LENGTHS = (1.0, 0.1, 0.01)


def implicit_step(
    objective: Callable[[Parameters], Array], parameters: Parameters, learning_rate: Array
) -> Parameters:
    r"""Return w⁺ that solves ``w⁺ = w − η ∇f(w⁺)``.

    That w⁺ is a stationary point of the proximal objective ``g(v) = η f(v) + ½‖v − w‖²`` (Toulis & Airoldi
    2017, eq. 2; Parikh & Boyd 2014, §1.1), which Newton's method minimizes from ``v = w``: the system
    ``(I + η∇²f) d = −∇g`` is solved by conjugate gradients on Hessian-vector products. Where ``f`` is so
    concave that the system is not positive definite, the best of some shorter steps and of steps down
    the slope of ``g`` is taken instead, so ``g`` never rises. For a quadratic ``f`` the result is exact:
    ``w⁺ = (I + ηA)⁻¹ (w + ηb)`` for ``f = ½ wᵀA w − bᵀw``.

    Parameters
    ----------
    objective : callable
        The batch's loss ``f`` as a function of the parameters.
    parameters : pytree of Array
        The present weights ``w``.
    learning_rate : Array
        ``η``, a scalar.

    Returns
    -------
    pytree of Array
        ``w⁺``, shaped like `parameters`.
    """
    start, unravel = ravel_pytree(parameters)

    def proximal(v: Array) -> Array:
        return learning_rate * objective(unravel(v)) + 0.5 * jnp.sum((v - start) ** 2)

    slope = jax.grad(proximal)

    def newton(_: int, v: Array) -> Array:
        downhill = -slope(v)
        direction, _info = jax.scipy.sparse.linalg.cg(
            lambda d: jax.jvp(slope, (v,), (d,))[1], downhill, tol=1e-6, maxiter=CONJUGATE_STEPS
        )
        candidates = jnp.concatenate(
            [
                v + jnp.asarray(NEWTON_LENGTHS, v.dtype)[:, None] * direction,
                v + jnp.asarray(SLOPE_LENGTHS, v.dtype)[:, None] * downhill,
                v[None],  # the best point so far, also where the direction is not a number
            ]
        )
        heights = jax.lax.map(proximal, candidates)
        return candidates[jnp.argmin(jnp.where(jnp.isfinite(heights), heights, jnp.inf))]

    stepped: Parameters = unravel(jax.lax.fori_loop(0, NEWTON_STEPS, newton, start))
    return stepped
