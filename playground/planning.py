"""What a run is made of: the plan, the numbers and the arrays that an experiment stands for."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from playground.datasets import DATASETS, Sample, features, sample
from playground.experiment import Experiment
from playground.nn.initializers import initial_parameters
from playground.nn.losses import low_target
from playground.nn.network import Architecture
from playground.nn.optimizers import Hyper
from playground.observing import GRID
from playground.stop_rules import Rules
from playground.training import Data, Plan

NEVER = 2**31 - 1


def grid_points(data: str) -> NDArray[np.float32]:
    """Return the points at which every frame looks at the plane of a dataset: (GRID², 2), x₁ fastest, x₂ going up."""
    axis = np.linspace(*DATASETS[data].window, GRID, dtype=np.float32)
    x1, x2 = np.meshgrid(axis, axis)
    return np.stack([x1.ravel(), x2.ravel()], axis=1)


@lru_cache(maxsize=32)
def sample_of(experiment: Experiment) -> Sample:
    """Return the points of `experiment`."""
    return sample(
        experiment.data,
        points=experiment.points,
        noise=experiment.noise,
        train_share=experiment.train_share,
        seed=experiment.seed,
        classes=experiment.classes,
    )


def data_of(experiment: Experiment) -> Data:
    """Return the arrays that a run of `experiment` is computed from, in NumPy."""
    points, names = sample_of(experiment), experiment.inputs
    arrays: list[Any] = [
        features(points.x_train, names),
        _targets(experiment, points.y_train),
        features(np.concatenate([grid_points(experiment.data), points.x_test]), names),
        _targets(experiment, points.y_test),
    ]
    return Data(*arrays)


def _targets(experiment: Experiment, y: NDArray[Any]) -> NDArray[np.float32]:
    """Return the labels as the output layer should give them, (rows, outputs)."""
    if experiment.kind_of_problem == "regression":
        return y[:, None].astype(np.float32)
    low = low_target(experiment.output_name)
    hot = y[:, None] == (np.arange(experiment.outputs) if experiment.outputs > 1 else 1)
    return np.where(hot, 1.0, low).astype(np.float32)


def plan_of(experiment: Experiment) -> Plan:
    """Return the static part of `experiment`: what has to be compiled for it."""
    n_train = len(sample_of(experiment).x_train)
    neurons = sum(experiment.hidden)
    return Plan(
        architecture=Architecture(experiment.sizes, experiment.activations),
        problem=experiment.kind_of_problem,
        loss=experiment.loss_name,
        output=experiment.output_name,
        optimizer=experiment.optimizer,
        rows=n_train if experiment.batch == "full" else min(int(experiment.batch), n_train),
        shuffle=experiment.shuffle,
        dropout=experiment.dropout > 0,
        map_stride=3 if neurons <= 64 else 4,
        judged=experiment.stop_loss > 0 or experiment.patience > 0,
    )


def hyper_of(experiment: Experiment, per_epoch: int) -> Hyper:
    """Return the traced numbers of `experiment`; averaging's start is turned from epochs into updates."""
    chosen = {name: getattr(experiment, name) for name in Hyper._fields}
    chosen["average_after"] *= per_epoch
    numbers: dict[str, Any] = {name: np.float32(value) for name, value in chosen.items()}
    return Hyper(**numbers)


def rules_of(experiment: Experiment, per_epoch: int, since: int) -> Rules:
    """Return the stop rules of `experiment`, in force since update `since`; what is never met stands for none."""
    numbers: list[Any] = [
        np.float32(experiment.stop_loss or -1),
        np.int32(experiment.patience * per_epoch or NEVER),
        np.int32(since),
    ]
    return Rules(*numbers)


def key_of(experiment: Experiment) -> jax.Array:
    """Return the random key that the rows' order and dropout are folded from."""
    return jax.random.fold_in(jax.random.key(experiment.seed), experiment.start)


def initial_of(experiment: Experiment) -> list[dict[str, NDArray[np.float32]]]:
    """Return the initial parameters, in NumPy."""
    return initial_parameters(
        experiment.sizes,
        experiment.initializer,
        scale=experiment.scale,
        bias=experiment.bias,
        seed=(experiment.seed, experiment.start),
    )


def pick_device(wish: str) -> jax.Device:
    """Return the first of `pick_devices`."""
    return pick_devices(wish)[0]


def pick_devices(wish: str) -> list[jax.Device]:
    """Return the devices for a wish ("auto", "cpu", "gpu", "tpu"), all of one kind.

    Automatic is the CPU: for networks this small a launch on an accelerator costs more than the arithmetic.

    Raises
    ------
    ValueError
        If this machine has no such device.
    """
    platform = "cpu" if wish == "auto" else wish
    try:
        return jax.devices(platform)
    except RuntimeError:
        here = ", ".join(sorted({device.platform for device in jax.devices()}))
        raise ValueError(f"device={wish!r} is not on this machine: it has {here}") from None
