"""What there is to see of a network at one instant: `observe` makes the frames of a chunk.

A frame is a function of the parameters and of the numbers in force, whoever asks for it.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from playground.compiled import planned
from playground.nn.losses import LOSSES, OUTPUTS
from playground.nn.network import Parameters, layer_outputs, logits
from playground.nn.optimizers import Hyper
from playground.nn.regularization import penalty
from playground.training import CAPACITY, Data, Plan, Trace

GRID = 49  # the plane is looked at on GRID × GRID points, the edges included
MAP_LEVELS = 127  # a map value v in −1…1 is sent as the byte 127 + 127·v, so that 0 is exact

# Measured on two CPU cores for 2-4-2-1 (2-8×6-1): 0.46 (0.57) s to compile by default, 0.14 (0.22) like this,
# at 0.25 (0.97) instead of 0.13 (0.45) ms a frame. A person waits for the compiler at every new architecture.
COMPILE_OBSERVE = {"xla_cpu_use_fusion_emitters": False, "xla_backend_optimization_level": 0}


class Frame(NamedTuple):
    """What is worth seeing at one instant. In a chunk every array has a leading axis of frames.

    Losses are data losses over whole sets, without penalty. `score` is accuracy (0…1) or R². `batch_loss`
    is the loss of the last batch used, before its update, data part only (not a number at the start).
    `gradient_norm` is the norm, per layer, of the whole training set's gradient, penalty included.
    `magnitude` and `spread` are mean and standard deviation of |w| per layer. `weights` are all parameters,
    flat: per layer w row by row, then b. `surface` is the output over the plane as bytes (outputs, GRID,
    GRID), rows going up, the largest byte that of the class decided on; `maps` each hidden neuron's, relative
    to its `map_scale`.
    """

    update: Array
    train_loss: Array
    test_loss: Array
    train_score: Array
    test_score: Array
    batch_loss: Array
    penalty: Array
    gradient_norm: Array
    magnitude: Array
    spread: Array
    weights: Array
    map_scale: Array
    surface: Array
    maps: Array


def score(problem: str, output: str, z: Array, t: Array, weight: Array | None = None) -> Array:
    """Return accuracy for classes, R² for regression (0 where the targets do not vary).

    `weight`, if given, is 1 for the rows that count and 0 for those that do not.
    """
    mean = partial(jnp.average, weights=weight, axis=0)
    if problem == "regression":
        total = jnp.sum(mean((t - mean(t)) ** 2))
        missed = jnp.sum(mean((t - OUTPUTS[output](z)) ** 2))
        return jnp.where(total > 0, 1.0 - missed / jnp.where(total > 0, total, 1.0), 0.0)
    if problem == "several_classes":
        return mean(jnp.argmax(z, axis=1) == jnp.argmax(t, axis=1))
    return jnp.sum(mean((z >= 0) == (t > 0.5)))


def encode(v: Any, xp: Any = jnp) -> Any:
    """Encode −1…1 as a byte, see `MAP_LEVELS`; what lies outside is clipped. `xp` is the array library."""
    return xp.round(MAP_LEVELS + MAP_LEVELS * xp.clip(v, -1.0, 1.0)).astype(xp.uint8)


def surface_values(problem: str, output: str, z: Array) -> Array:
    """Return what the boundary panel shows for the logits `z`: −1…1, or a certainty 0…1 per class."""
    y = OUTPUTS[output](z)
    return 2.0 * y - 1.0 if problem == "two_classes" and output == "sigmoid" else y


def surface_bytes(problem: str, output: str, z: Array) -> Array:
    """Return `surface_values` as bytes, (rows, outputs).

    Of several classes the one with the largest output has the one largest byte: rounded or clipped alike,
    outputs would tie, and the picture would show another class than the network decides on. The others stand
    at least one level below it.
    """
    bytes_: Array = encode(surface_values(problem, output, z))
    if problem != "several_classes":
        return bytes_
    first = jnp.argmax(z, axis=1, keepdims=True)
    top = jnp.maximum(jnp.take_along_axis(bytes_, first, axis=1), 1)
    return jnp.where(jnp.arange(z.shape[1]) == first, top, jnp.minimum(bytes_, top - 1))


# Compiled with `observe`, which asks for its shape first: traced once for both (0.03 s of a new network).
@planned()
def _frame(plan: Plan, trace: Trace, hyper: Hyper, data: Data) -> Frame:
    """Look at the network at one instant: losses, weights, pictures of what it computes over the plane."""
    parameters = trace.parameters
    *hidden, z = layer_outputs(parameters, data.x_seen, plan.architecture)
    cells = GRID * GRID
    surface = surface_bytes(plan.problem, plan.output, z[:cells]).T.reshape(-1, GRID, GRID)
    z_test = z[cells:]
    test_loss = jnp.mean(LOSSES[plan.loss].per_row(z_test, data.t_test, plan.output, hyper.delta))

    stride = plan.map_stride
    if hidden:
        maps = jnp.concatenate([h[:cells].T for h in hidden]).reshape(-1, GRID, GRID)[:, ::stride, ::stride]
        scale = jnp.maximum(1.0, jnp.max(jnp.abs(maps), axis=(1, 2)))
        maps = encode(maps / scale[:, None, None])
    else:
        side = len(range(0, GRID, stride))
        maps, scale = jnp.zeros((0, side, side), jnp.uint8), jnp.zeros((0,))

    def objective(parameters: Parameters) -> tuple[Array, tuple[Array, Array, Array]]:
        z = logits(parameters, data.x_train, plan.architecture)
        loss = jnp.mean(LOSSES[plan.loss].per_row(z, data.t_train, plan.output, hyper.delta))
        extra = penalty(parameters, hyper.l1, hyper.l2)
        return loss + extra, (z, loss, extra)

    gradient, (z_train, train_loss, extra) = jax.grad(objective, has_aux=True)(parameters)
    absolute = [jnp.abs(layer["w"]) for layer in parameters]
    return Frame(
        update=trace.update,
        train_loss=train_loss,
        test_loss=test_loss,
        train_score=score(plan.problem, plan.output, z_train, data.t_train),
        test_score=score(plan.problem, plan.output, z_test, data.t_test),
        batch_loss=trace.batch_loss,
        penalty=extra,
        gradient_norm=jnp.stack([jnp.sqrt(jnp.sum(g["w"] ** 2) + jnp.sum(g["b"] ** 2)) for g in gradient]),
        magnitude=jnp.stack([jnp.mean(a) for a in absolute]),
        spread=jnp.stack([jnp.std(a) for a in absolute]),
        weights=jnp.concatenate([part.ravel() for layer in parameters for part in (layer["w"], layer["b"])]),
        map_scale=scale,
        surface=surface,
        maps=maps,
    )


@planned(compiler_options=COMPILE_OBSERVE)
def observe(plan: Plan, trace: Trace, count: Array, hyper: Hyper, data: Data) -> Frame:
    """Return the frames of the first `count` entries of `trace`; every array has `CAPACITY` rows."""

    def entry(number: Array) -> Trace:
        picked: Trace = jax.tree.map(lambda leaf: leaf[number], trace)
        return picked

    shape = jax.eval_shape(lambda: _frame(plan, entry(jnp.int32(0)), hyper, data))
    blank = jax.tree.map(lambda leaf: jnp.zeros((CAPACITY, *leaf.shape), leaf.dtype), shape)

    def one(number: Array, chunk: Frame) -> Frame:
        frame = _frame(plan, entry(number), hyper, data)
        filled: Frame = jax.tree.map(lambda rows, leaf: rows.at[number].set(leaf), chunk, frame)
        return filled

    chunk: Frame = lax.fori_loop(0, count, one, blank)
    return chunk


def finite_frames(made: Frame) -> int:
    """Return how many frames there are before the first that holds a number that is not finite."""
    # A slope's norm or a penalty, which square, overflow before the loss does.
    numbers = [leaf for leaf in made if leaf.dtype.kind == "f"]
    finite = np.all([np.isfinite(leaf).all(axis=tuple(range(1, leaf.ndim))) for leaf in numbers], axis=0)
    return len(finite) if finite.all() else int(np.argmin(finite))
