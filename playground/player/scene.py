"""Everything a player must know of a run beside its frames: figures, colours, names, and what can be set."""

from __future__ import annotations

import dataclasses
import json
from functools import lru_cache
from typing import Any

import numpy as np

from playground.datasets import DATASETS, EXTENT, INPUTS, features
from playground.experiment import SPEED_LABELS, SPEEDS, Experiment, View
from playground.figures import PALETTES, boundary_figure, layer_colours, loss_figure, weights_figure
from playground.nn.activations import ACTIVATIONS
from playground.nn.losses import LOSSES, OUTPUT_LABELS
from playground.run import Run, grid_points
from playground.training import GRID, MAP_LEVELS


def scene(run: Run, view: View) -> dict[str, Any]:
    """Return, as plain JSON, what the player draws `run` with, for light and dark screens."""
    experiment = run.experiment
    return {
        "figures": {name: _figures(run, view, name) for name in PALETTES},
        "palettes": {name: dataclasses.asdict(palette) for name, palette in PALETTES.items()},
        "layerColours": {name: layer_colours(p, len(experiment.sizes) - 1) for name, p in PALETTES.items()},
        "network": _network(run, experiment),
        "problem": experiment.kind_of_problem,
        "score": "R²" if experiment.kind_of_problem == "regression" else "Accuracy",
        "loss": LOSSES[experiment.loss_name].label,
        "data": DATASETS[experiment.data].label,
        "regularized": experiment.l1 > 0 or experiment.l2 > 0,
        "grid": GRID,
        "extent": EXTENT,
        "levels": MAP_LEVELS,
        "perEpoch": run.updates_per_epoch,
        "rows": run.plan.rows,
        "trainRows": run.n_train,
        "device": f"{run.device.platform.upper()}",
        "speeds": [
            {"name": name, "label": SPEED_LABELS[name], "updates": updates, "epochs": epochs, "hold": hold}
            for name, (updates, epochs, hold) in SPEEDS.items()
        ],
        "view": dataclasses.asdict(view),
    }


def _figures(run: Run, view: View, theme: str) -> dict[str, Any]:
    palette, experiment, sample = PALETTES[theme], run.experiment, run.sample
    kind = experiment.kind_of_problem
    figures = {
        "boundary": boundary_figure(
            palette,
            (sample.x_train, sample.y_train),
            (sample.x_test, sample.y_test),
            problem=kind,
            extent=EXTENT,
            show_test=view.show_test,
        ),
        "loss": loss_figure(
            palette,
            score="R²" if kind == "regression" else "Accuracy",
            axis=view.axis,
            logarithmic=view.log_loss,
        ),
        "weights": weights_figure(palette, experiment.sizes, axis=view.axis),
    }
    return {name: json.loads(figure.to_json()) for name, figure in figures.items()}


def _network(run: Run, experiment: Experiment) -> dict[str, Any]:
    side = len(range(0, GRID, run.plan.map_stride))
    hidden = [ACTIVATIONS[name].label for name in experiment.activations]
    return {
        "sizes": list(experiment.sizes),
        "inputs": [INPUTS[name].label for name in experiment.inputs],
        "inputMaps": _input_maps(experiment.inputs, run.plan.map_stride),
        "side": side,
        "activations": [*hidden, OUTPUT_LABELS[experiment.output_name]],
        "steps": [name == "step" for name in experiment.activations],
    }


@lru_cache(maxsize=64)
def _input_maps(inputs: tuple[str, ...], stride: int) -> list[list[int]]:
    """Return each input over the plane, encoded like the neurons' maps in a frame."""
    columns = features(grid_points(), inputs)
    pictures = []
    for number, name in enumerate(inputs):
        values = columns[:, number].reshape(GRID, GRID)[::stride, ::stride] / INPUTS[name].scale
        pictures.append(np.round(MAP_LEVELS + MAP_LEVELS * values).astype(int).ravel().tolist())
    return pictures
