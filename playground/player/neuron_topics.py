"""What the page about one neuron shows of each of its topics: figures for both themes, numbers and formulas."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from playground.figures import PALETTES
from playground.figures.neuron import (
    curve_figure,
    gallery_figure,
    plane_figure,
    shares_figure,
    stairs_figure,
    temperature_figure,
)
from playground.frames import finite
from playground.lessons.activation_facts import FACTS
from playground.lessons.depth import largest_slope
from playground.lessons.formulas import FORMULAS
from playground.lessons.neuron import REACH, Curve, curve, fire, softmax, softmax_limits
from playground.lessons.step_neuron import WHY_NOT_GRADIENT_DESCENT
from playground.lessons.writing import equals, factor, number
from playground.nn.activations import ACTIVATIONS
from playground.player.neuron_depth import depth_topic
from playground.player.neuron_drawing import Json, Shown, icons, plain
from playground.player.neuron_settings import NeuronPage
from playground.player.perceptron_course import PerceptronCourse, facts, perceptron_course

REACHES = (REACH, 12.0, 30.0, 100.0, 350.0)  # how far the curve is shown where the weighted sum lies beyond
WAVY = 2401  # points of a sine over hundreds of its waves
TEMPERATURES = np.logspace(-2, 2, 121)


def show(page: NeuronPage) -> Json:
    """Return what the player draws the page's topic with, as plain JSON."""
    figures, shown = _TOPICS[page.topic](page)
    return {
        "topic": page.topic,
        "figures": {theme: {name: make(theme) for name, make in figures.items()} for theme in PALETTES},
        "palettes": {name: dataclasses.asdict(palette) for name, palette in PALETTES.items()},
        **shown,
    }


# ---- one neuron, and all activations -------------------------------------------------------------------


def _reach(z: float) -> float:
    return next(reach for reach in REACHES if abs(z) <= 0.98 * reach or reach == REACHES[-1])


@lru_cache(maxsize=64)
def _curve(activation: str, reach: float = REACH) -> Curve:
    points = WAVY if activation == "sine" and reach > REACHES[1] else 241
    return curve(activation, np.linspace(-reach, reach, points))


# A figure takes 10 ms to make and check, and a person waits for two of each.
@lru_cache(maxsize=128)
def _curve_json(activation: str, reach: float, theme: str) -> Json:
    return plain(curve_figure(PALETTES[theme], _curve(activation, reach)))


@lru_cache
def _gallery_json(theme: str) -> Json:
    curves = {name: curve(name, np.linspace(-6, 6, 121)) for name in ACTIVATIONS}
    return plain(gallery_figure(PALETTES[theme], curves))


WRONG = {
    "step": "A threshold θ and a bias are the same thing with the sign turned: z ≥ θ without a bias is z ≥ 0 with "
    "b = −θ. At z = 0 exactly, the step gives 1.",
    "sigmoid": "A sigmoid is said to stick at strongly negative inputs. What counts is the weighted sum, not an input, "
    "and its slope dies on both sides: at z = 6 it is as flat as at z = −6.",
    "relu": "A ReLU with z below 0 is not yet dead: another row may lift it above. It is dead if z is below 0 for "
    "every row: then no gradient reaches its weights, and only what comes in could ever wake it.",
    "linear": "A neuron without a curve is no use in hidden layers, however many there are: sums of sums are sums.",
}
"""What is often got wrong, where it belongs to one activation; else `ALWAYS_WRONG`."""
ALWAYS_WRONG = (
    "The output of a neuron need not be 0 or 1, nor a probability: that is up to the activation. The bias is no "
    "input of the data; it shifts the curve, whatever comes in."
)


def _fired(page: NeuronPage) -> dict[str, Any]:
    firing = fire(page)
    return {
        "inputs_": page.inputs,
        "x": [number(value) for value in page.x[: page.inputs]],
        "w": [number(value) for value in page.weights[: page.inputs]],
        "strength": list(page.weights[: page.inputs]),
        "products": [number(value) for value in firing.products],
        "bias": number(page.bias),
        "strengthOfBias": page.bias,
        "z": firing.weighted_sum,
        "y": firing.output,
        "slope": firing.slope,
        "written": {"z": number(firing.weighted_sum), "y": number(firing.output), "slope": number(firing.slope)},
        "marked": {
            "z": equals(firing.weighted_sum),
            "y": equals(firing.output, firing.exact),
            "slope": f"f′(z) {equals(firing.slope, firing.exact)}",
        },
        "sum": [firing.sum_symbols, firing.sum_numbers],
        "output": [firing.output_symbols, firing.output_numbers],
        "steep": f"f′({number(firing.weighted_sum)}) {equals(firing.slope, firing.exact)}",
        "activation": page.activation,
        "label": ACTIVATIONS[page.activation].label,
        "pull": [
            f"∂y/∂w{index} = {factor(firing.slope)}·{factor(value)} "
            f"{equals(firing.slope * value, firing.exact or value == 0)}"
            for index, value in zip("₁₂₃", page.x[: page.inputs], strict=False)
        ],
        "rule": FORMULAS[page.activation].rule,
        "icons": icons(),
        "wrong": WRONG.get(page.activation, ALWAYS_WRONG),
    }  # fmt: skip


def _neuron(page: NeuronPage) -> Shown:
    shown = _fired(page)
    reach = _reach(shown["z"])
    return {"curve": partial(_curve_json, page.activation, reach)}, shown


def _activations(page: NeuronPage) -> Shown:
    figures, shown = _neuron(page)
    figures["gallery"] = _gallery_json
    z = shown["z"]
    return figures, shown | {
        "all": [
            {
                "name": name,
                "label": entry.label,
                "y": finite([float(found.output[0]), float(found.slope[0])]),
            }
            for name, entry in ACTIVATIONS.items()
            for found in (_at(name, z),)
        ],
        "about": _about(page.activation),
    }


def _at(activation: str, z: float) -> Curve:
    """Return value and slope at one weighted sum, by hand: eleven calls of automatic differentiation take longer."""
    formula, at = FORMULAS[activation], np.array([z])
    output = np.asarray(formula.value(at), float)
    return Curve(at, output, np.asarray(formula.slope(at, output), float), "")


def _about(activation: str) -> dict[str, str]:
    entry, fact, formula = ACTIVATIONS[activation], FACTS[activation], FORMULAS[activation]
    return {
        "text": entry.about,
        "formula": f"f(z) = {formula.output_symbols('z')}",
        "rule": formula.rule,
        "span": fact.span,
        "largest": number(round(largest_slope(activation), 6)),
        "use": fact.use,
        "dies": fact.dies,
        "note": _curve(activation).note,
    }


# ---- softmax -------------------------------------------------------------------------------------------


def _softmax(page: NeuronPage) -> Shown:
    z, t = np.array(page.logits), page.temperature
    shares = softmax(z, t)
    cold, hot = softmax_limits(z)
    lowered = (z - z.max()) / t
    powers = np.exp(lowered)
    total = float(powers.sum())
    over = softmax(z[None, :] / TEMPERATURES[:, None])
    rows = [
        [
            number(float(z[i])),
            f"({number(float(z[i]))} − {factor(float(z.max()))}) / {number(t)} {equals(float(lowered[i]))}",
            number(float(powers[i])),
            f"{number(float(powers[i]))} / {number(total)} {equals(float(shares[i]))}",
        ]
        for i in range(3)
    ]
    return {"shares": _shares_json, "temperature": _temperature_json}, {
        "shares": shares.tolist(),
        "logits": z.tolist(),
        "temperature": t,
        "limits": [cold.tolist(), hot.tolist()],
        "over": [TEMPERATURES.tolist(), *(finite(column.tolist(), 4) for column in over.T)],
        "rows": rows,
        "total": number(total),
        "written": [number(float(share)) for share in shares],
        "sum": number(float(shares.sum())),
    }


@lru_cache
def _shares_json(theme: str) -> Json:
    return plain(shares_figure(PALETTES[theme]))


@lru_cache
def _temperature_json(theme: str) -> Json:
    return plain(temperature_figure(PALETTES[theme]))


# ---- perceptron and biology ----------------------------------------------------------------------------


def _perceptron(page: NeuronPage) -> Shown:
    course = perceptron_course(page)
    return {
        "plane": partial(_plane_json, course),
        "stairs": partial(_stairs_json, course),
    }, facts(course) | {"why": WHY_NOT_GRADIENT_DESCENT}


# A course is the same object for the same settings.
@lru_cache(maxsize=32)
def _plane_json(course: PerceptronCourse, theme: str) -> Json:
    return plain(
        plane_figure(PALETTES[theme], course.story.x, course.story.targets, course.perceptron.window)
    )


@lru_cache(maxsize=32)
def _stairs_json(course: PerceptronCourse, theme: str) -> Json:
    return plain(stairs_figure(PALETTES[theme], course.reach, 1.25 * max(0.5, course.highest)))


def _biology(page: NeuronPage) -> Shown:
    return {}, {}


_TOPICS: dict[str, Callable[[NeuronPage], Shown]] = {
    "neuron": _neuron,
    "activations": _activations,
    "softmax": _softmax,
    "depth": depth_topic,
    "perceptron": _perceptron,
    "biology": _biology,
}
