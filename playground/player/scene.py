"""Everything a player must know of a run beside its frames: figures, colours, names, and what can be set."""

from __future__ import annotations

import dataclasses
import json
from functools import lru_cache
from typing import Any

import numpy as np

from playground.compare.race import Race
from playground.datasets import DATASETS, INPUTS, features
from playground.experiment import SETTINGS, Experiment
from playground.figures import PALETTES, boundary_figure, layer_colours, loss_figure, weights_figure
from playground.nn.activations import ACTIVATIONS
from playground.nn.losses import LOSSES, OUTPUT_LABELS
from playground.observing import GRID, MAP_LEVELS, encode
from playground.planning import grid_points, sample_of
from playground.player.inputs import switches
from playground.run import Run
from playground.view import SPEEDS, VIEW_SETTINGS, View


def scene(run: Run, view: View) -> dict[str, Any]:
    """Return, as plain JSON, what the player draws `run` with, for light and dark screens."""
    experiment = run.experiment
    return {
        "figures": {name: _figures(run, name) for name in PALETTES},
        "palettes": {name: dataclasses.asdict(palette) for name, palette in PALETTES.items()},
        "layerColours": {name: layer_colours(p, len(experiment.sizes) - 1) for name, p in PALETTES.items()},
        "network": _network(run, experiment),
        "problem": experiment.kind_of_problem,
        "score": "R²" if experiment.kind_of_problem == "regression" else "Accuracy",
        "output": experiment.output_name,
        "loss": LOSSES[experiment.loss_name].label,
        "grid": GRID,
        "tested": not DATASETS[experiment.data].fixed,
        "window": list(DATASETS[experiment.data].window),
        "levels": MAP_LEVELS,
        "perEpoch": run.updates_per_epoch,
        "changes": changed_at(run),
        "rows": run.plan.rows,
        "batch": 0 if experiment.batch == "full" else experiment.batch,
        "trainRows": run.n_train,
        "device": f"{run.device.platform.upper()}",
        "speeds": [
            {"name": name, "updates": updates, "epochs": epochs, "hold": hold}
            for name, (updates, epochs, hold) in SPEEDS.items()
        ],
        "view": dataclasses.asdict(view),
        "viewSettings": switches(VIEW_SETTINGS.values()),
    }


def changed_at(run: Run | Race) -> list[int]:
    """Return the updates from which on other settings hold than at the start."""
    return [update for update, _ in run.changes if update]


def _figures(run: Run, theme: str) -> dict[str, Any]:
    """Return the figures as they are for a new view; the player applies the settings of its own."""
    experiment = run.experiment
    points = {row.name: getattr(experiment, row.name) for row in SETTINGS.values() if row.group == "Data"}
    return {
        "boundary": _boundary_figure(theme, Experiment(**points)),
        "loss": _loss_figure(theme, "R²" if experiment.kind_of_problem == "regression" else "Accuracy"),
        "weights": _weights_figure(theme, experiment.sizes),
    }


# A figure takes 10 ms to make and check; each depends on little, and a person waits for them.
@lru_cache(maxsize=64)
def _boundary_figure(theme: str, points: Experiment) -> dict[str, Any]:
    sample, dataset = sample_of(points), DATASETS[points.data]
    boundary = boundary_figure(
        PALETTES[theme],
        (sample.x_train, sample.y_train),
        None if dataset.fixed else (sample.x_test, sample.y_test),
        problem=dataset.problem,
        window=dataset.window,
    )
    return dict(json.loads(boundary.to_json()))


@lru_cache(maxsize=32)
def _loss_figure(theme: str, score: str) -> dict[str, Any]:
    return dict(json.loads(loss_figure(PALETTES[theme], score=score).to_json()))


@lru_cache(maxsize=128)
def _weights_figure(theme: str, sizes: tuple[int, ...]) -> dict[str, Any]:
    return dict(json.loads(weights_figure(PALETTES[theme], sizes).to_json()))


def _network(run: Run, experiment: Experiment) -> dict[str, Any]:
    side = len(range(0, GRID, run.plan.map_stride))
    maps, scales = _input_maps(experiment.inputs, experiment.data, run.plan.map_stride)
    hidden = [ACTIVATIONS[name].label for name in experiment.activations]
    return {
        "sizes": list(experiment.sizes),
        "inputs": [INPUTS[name].label for name in experiment.inputs],
        "inputMaps": maps,
        "inputScales": scales,
        "side": side,
        "activations": [*hidden, OUTPUT_LABELS[experiment.output_name]],
    }


@lru_cache(maxsize=64)
def _input_maps(inputs: tuple[str, ...], data: str, stride: int) -> tuple[list[list[int]], list[float]]:
    """Return each input over the plane, encoded like the neurons' maps in a frame, and its full colour's value."""
    columns = features(grid_points(data), inputs).reshape(GRID, GRID, -1)[::stride, ::stride]
    scales = np.abs(columns).max(axis=(0, 1))
    codes = encode(columns / scales, np).astype(int)
    return [codes[..., number].ravel().tolist() for number in range(len(inputs))], scales.tolist()
