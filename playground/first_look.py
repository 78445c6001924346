"""The untrained picture of any network of the plane, by one function compiled once for all of them.

`observing.observe` is compiled for one architecture, which takes a quarter of a second; that is right for sixty
pictures a second and too slow for the first, for which a person waits after every change of the network. Here
every network is padded to the largest that can be set, absent layers pass on what they get, and the activations,
the loss and the output are picked by number. A picture takes some milliseconds whatever the network, so only the
first is made this way; tests hold it against `observe`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import NDArray

from playground.datasets import INPUTS
from playground.experiment import SETTINGS
from playground.kinds import Several, Whole
from playground.nn.activations import ACTIVATIONS
from playground.nn.losses import LOSSES
from playground.nn.optimizers import Hyper
from playground.nn.regularization import penalty
from playground.observing import COMPILE_OBSERVE, GRID, Frame, encode, score, surface_bytes
from playground.training import Data, Plan

_hidden = cast(Several, SETTINGS["hidden"].kind)
_classes = cast(Whole, SETTINGS["classes"].kind)
LAYERS = _hidden.most + 1
ROWS = cast(Whole, SETTINGS["points"].kind).high
WIDTH = max(len(INPUTS), cast(Whole, _hidden.of).high, _classes.high)
NAMES = list(ACTIVATIONS)

KINDS: list[tuple[str, str, str, int]] = [
    (problem, name, output, outputs)
    for name, loss in LOSSES.items()
    for problem, fitting in loss.outputs.items()
    for output in fitting
    for outputs in (range(_classes.low, _classes.high + 1) if problem == "several_classes" else (1,))
]
"""Every (problem, loss, output activation, neurons of the output layer) there is."""


class _Rows(NamedTuple):
    """Padded features (rows, WIDTH) and targets (rows, outputs); `weight` is 1 for the rows that are there."""

    x: Array
    t: Array
    weight: Array


class _Padded(NamedTuple):
    """Any network: `w` (LAYERS, WIDTH, WIDTH), `b` (LAYERS, WIDTH), and a number and a flag per hidden layer."""

    w: Array
    b: Array
    activation: Array
    present: Array


def _forward(network: _Padded, x: Array) -> tuple[Array, Array]:
    """Return what the hidden layers give out (LAYERS − 1, rows, WIDTH), and the padded logits."""

    def layer(h: Array, at: tuple[Array, Array, Array, Array]) -> tuple[Array, Array]:
        w, b, activation, present = at
        y = lax.switch(activation, [ACTIVATIONS[name].fn for name in NAMES], h @ w + b)
        h = jnp.where(present, y, h)
        return h, h

    h, hidden = lax.scan(layer, x, (network.w[:-1], network.b[:-1], network.activation, network.present))
    return hidden, h @ network.w[-1] + network.b[-1]


def _mean_loss(kind: tuple[str, str, str, int], z: Array, rows: _Rows, delta: Array) -> Array:
    _, loss, output, outputs = kind
    per_row = LOSSES[loss].per_row(z[:, :outputs], rows.t[:, :outputs], output, delta)
    return jnp.average(per_row, weights=rows.weight)


def _score(kind: tuple[str, str, str, int], z: Array, rows: _Rows) -> Array:
    problem, _, output, outputs = kind
    return score(problem, output, z[:, :outputs], rows.t[:, :outputs], rows.weight)


def _surface(kind: tuple[str, str, str, int], z: Array) -> Array:
    problem, _, output, outputs = kind
    picture = surface_bytes(problem, output, z[:, :outputs])
    return jnp.pad(picture, ((0, 0), (0, _classes.high - outputs)))


@partial(jax.jit, compiler_options=COMPILE_OBSERVE)
def _look(
    kind: Array, network: _Padded, plane: Array, train: _Rows, test: _Rows, hyper: Hyper
) -> dict[str, Array]:
    def pick(fn: Any, *arguments: Any) -> Any:
        return lax.switch(kind, [partial(fn, each) for each in KINDS], *arguments)

    def objective(w: Array, b: Array) -> tuple[Array, tuple[Array, Array, Array]]:
        _, z = _forward(network._replace(w=w, b=b), train.x)
        loss = pick(_mean_loss, z, train, hyper.delta)
        extra = penalty([{"w": w, "b": b}], hyper.l1, hyper.l2)
        return loss + extra, (z, loss, extra)

    gradient, (z_train, train_loss, extra) = jax.grad(objective, argnums=(0, 1), has_aux=True)(
        network.w, network.b
    )
    hidden, z = _forward(network, plane)
    _, z_test = _forward(network, test.x)
    return {
        "train_loss": train_loss,
        "test_loss": pick(_mean_loss, z_test, test, hyper.delta),
        "train_score": pick(_score, z_train, train),
        "test_score": pick(_score, z_test, test),
        "penalty": extra,
        "w": gradient[0],
        "b": gradient[1],
        "surface": pick(_surface, z),
        "hidden": hidden,
    }


def _padded(values: Any, *shape: int) -> NDArray[np.float32]:
    values = np.asarray(values, np.float32)
    return np.pad(values, [(0, size - have) for size, have in zip(shape, values.shape, strict=True)])


def _rows(x: Any, t: Any) -> _Rows:
    weight = _padded(np.ones(len(x)), ROWS)
    parts: tuple[Any, ...] = (_padded(x, ROWS, WIDTH), _padded(t, ROWS, _classes.high), weight)
    return _Rows(*parts)


def first_look(plan: Plan, parameters: Sequence[Mapping[str, Any]], hyper: Hyper, data: Data) -> Frame:
    """Return the frame of an untrained network, without compiling anything for it.

    Parameters
    ----------
    plan, parameters, hyper, data
        As for `training.advance`: what is trained, its initial parameters, the numbers, and the arrays.

    Returns
    -------
    Frame
        NumPy arrays without a leading axis: what `observing.observe` would give, up to rounding.
    """
    sizes, names = plan.architecture.sizes, plan.architecture.activations
    depth, outputs = len(names), sizes[-1]
    # The output layer comes last, whatever lies between it and the hidden layers that are there.
    places = [*range(depth), LAYERS - 1]
    w, b = np.zeros((LAYERS, WIDTH, WIDTH), np.float32), np.zeros((LAYERS, WIDTH), np.float32)
    for place, layer in zip(places, parameters, strict=True):
        w[place], b[place] = _padded(layer["w"], WIDTH, WIDTH), _padded(layer["b"], WIDTH)
    numbers = np.zeros(LAYERS - 1, np.int32)
    numbers[:depth] = [NAMES.index(name) for name in names]
    network: tuple[Any, ...] = (w, b, numbers, np.arange(LAYERS - 1) < depth)
    seen = np.asarray(data.x_seen)
    cells = GRID * GRID
    found = jax.tree.map(
        np.asarray,
        _look(
            np.int32(KINDS.index((plan.problem, plan.loss, plan.output, outputs))),
            _Padded(*network), _padded(seen[:cells], cells, WIDTH),
            _rows(data.x_train, data.t_train), _rows(seen[cells:], data.t_test), hyper,
        ),
    )  # fmt: skip

    side = len(range(0, GRID, plan.map_stride))
    maps, scale = np.zeros((0, side, side), np.float32), np.zeros(0, np.float32)
    if depth:
        pictures = [found["hidden"][layer, :, :size].T for layer, size in enumerate(sizes[1:-1])]
        maps = np.concatenate(pictures).reshape(-1, GRID, GRID)[:, :: plan.map_stride, :: plan.map_stride]
        scale = np.maximum(1.0, np.abs(maps).max(axis=(1, 2)))
    gradients, absolutes = [], []
    for place, layer in zip(places, parameters, strict=True):
        fan_in, fan_out = np.shape(layer["w"])
        slopes = found["w"][place, :fan_in, :fan_out].ravel(), found["b"][place, :fan_out]
        gradients.append(np.linalg.norm(np.concatenate(slopes)))
        absolutes.append(np.abs(layer["w"]))
    surface = found["surface"][:, :outputs].T.reshape(-1, GRID, GRID)
    fields: dict[str, Any] = {
        "update": np.int32(0),
        **{name: found[name] for name in ("train_loss", "test_loss", "train_score", "test_score", "penalty")},
        "batch_loss": np.float32(np.nan),
        "gradient_norm": np.array(gradients, np.float32),
        "magnitude": np.array([np.mean(each) for each in absolutes], np.float32),
        "spread": np.array([np.std(each) for each in absolutes], np.float32),
        "weights": np.concatenate([np.ravel(layer[part]) for layer in parameters for part in ("w", "b")]),
        "map_scale": scale,
        "surface": surface,
        "maps": encode(maps / scale[:, None, None], np),
    }
    return Frame(**fields)
