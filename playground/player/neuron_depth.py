"""Depth, on the page about one neuron: products of slopes, and what is measured in real networks."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from playground.figures import PALETTES
from playground.figures.neuron import layers_figure, products_figure
from playground.frames import finite
from playground.lessons.depth import DEEPEST, WIDTH, Layers, chain, largest_slope, layers
from playground.lessons.neuron import fire
from playground.lessons.writing import number
from playground.nn.activations import ACTIVATIONS
from playground.player.neuron_drawing import Json, Shown, icons, plain
from playground.player.neuron_settings import NeuronPage

SAME = 3.0  # gradients of the first and the last layer that differ by less are called alike


def subject(page: NeuronPage) -> list[Any]:
    """Return what a measurement is of: an answer to an older question is none to the present one."""
    return [page.activation, page.data, page.initializer, page.start, page.start_bias]


@lru_cache(maxsize=256)
def _products(activation: str, z: float) -> tuple[list[float], list[float]]:
    products = chain(activation, z, DEEPEST).products
    return products.tolist(), [largest_slope(activation) ** depth for depth in range(1, DEEPEST + 1)]


@lru_cache(maxsize=64)
def _products_json(activation: str, z: float, theme: str) -> Json:
    return plain(products_figure(PALETTES[theme], *_products(activation, z)))


@lru_cache(maxsize=64)
def _layers_json(depth: int, theme: str) -> Json:
    return plain(layers_figure(PALETTES[theme], depth))


def depth_topic(page: NeuronPage) -> Shown:
    """Return what there is to see of depth before anything is measured."""
    z = fire(page).weighted_sum
    products, largest = _products(page.activation, z)
    return {
        "products": partial(_products_json, page.activation, z),
        "layers": partial(_layers_json, page.depth),
    }, {
        "depth": page.depth,
        "deepest": DEEPEST,
        "z": z,
        "label": ACTIVATIONS[page.activation].label,
        "products": finite(products),
        "largest": finite(largest),
        "written": {
            "z": number(z),
            "product": number(products[page.depth - 1]),
            "largest": number(largest[page.depth - 1]),
            "slope": number(round(largest_slope(page.activation), 6)),
        },
        "icons": icons(),
        "activation": page.activation,
        "subject": subject(page),
    }


def measured(page: NeuronPage, depth: int) -> Json:
    """Return, as plain JSON, what is measured in a real network of so many hidden layers."""
    found = layers(
        page.activation,
        depth,
        data=page.data,
        initializer=page.initializer,
        start=page.start,
        bias=page.start_bias,
    )
    return {
        "depth": depth,
        "norms": finite(found.norms),
        "dead": list(found.dead),
        "ratio": finite([found.ratio])[0],
        "words": words(found, page.activation, depth),
    }


def words(found: Layers, activation: str, depth: int) -> str:
    """Return in a few sentences what is seen in a network."""
    said = []
    bound = largest_slope(activation) ** depth
    many = "layer" if depth == 1 else "layers"
    if activation == "step":
        said.append(
            "A step has no slope, so the hidden layers get no gradient at all, however many they are: only the output "
            "learns. That is why a perceptron is taught by another rule."
        )
    elif not found.norms[-1]:
        said.append("Nothing that the inputs change reaches the output: even its own layer has no gradient.")
    elif not found.norms[0]:
        said.append(
            f"Nothing of the error comes through {depth} hidden {many} to the first one: its gradient is 0, exactly."
        )
    else:
        ratio = found.ratio
        seen = f"Through {depth} hidden {many} the first layer's gradient is {number(ratio)} times the last one's"
        if ratio < 1 / SAME:
            said.append(f"{seen}: it vanishes on the way back.")
        elif ratio > SAME:
            said.append(f"{seen}: it grows on the way back.")
        else:
            said.append(f"{seen}: they are much alike.")
        if ratio > SAME * bound:
            said.append(
                f"Slopes alone would leave {number(bound)} at most. But each layer multiplies by its weights, too, and "
                "adds up eight ways: an initializer can make up for small slopes."
            )
        elif bound >= 1 and ratio < 1 / SAME:
            said.append(
                "The largest slope there is would let it through: the weights are small, or most neurons stand where "
                "their curve is flat."
            )
    dead = sum(found.dead)
    if dead:
        said.append(
            f"{dead} of {WIDTH * depth} hidden neurons give 0 for every row: they are dead, "
            "and no gradient reaches their weights."
        )
    return " ".join(said)
