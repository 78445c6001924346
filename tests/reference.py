"""The network once more, written from the textbook in plain NumPy and float64, for the tests to compare with.

It shares no code with the package: formulas are written out, slopes by hand.
"""

from itertools import pairwise

import numpy as np
from scipy.special import erf

GRID = 49

DELTA = 0.2


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _normal(z):
    return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


# Each with its slope.
ACTIVATIONS = {
    "linear": (lambda z: z, np.ones_like),
    "step": (lambda z: (z >= 0) * 1.0, np.zeros_like),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: z * (z > 0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
    "elu": (lambda z: np.where(z > 0, z, np.expm1(z)), lambda z: np.where(z > 0, 1, np.exp(z))),
    "gelu": (
        lambda z: z * (1 + erf(z / np.sqrt(2))) / 2,
        lambda z: (1 + erf(z / np.sqrt(2))) / 2 + z * _normal(z),
    ),
    "silu": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z)))),
    "softplus": (lambda z: np.log1p(np.exp(z)), sigmoid),
    "sine": (np.sin, np.cos),
}


def double(parameters):
    return [{name: np.asarray(part, float) for name, part in layer.items()} for layer in parameters]


def flat(parameters):
    """All numbers in one row: per layer w row by row, then b."""
    return np.concatenate([np.ravel(layer[name]) for layer in parameters for name in ("w", "b")])


def unflat(numbers, sizes):
    parameters, at = [], 0
    for fan_in, fan_out in pairwise(sizes):
        w = numbers[at : at + fan_in * fan_out].reshape(fan_in, fan_out)
        b = numbers[at + fan_in * fan_out : at + fan_in * fan_out + fan_out]
        parameters.append({"w": w, "b": b})
        at += fan_in * fan_out + fan_out
    assert at == len(numbers)
    return parameters


def forward(parameters, x, activations):
    """Every hidden layer's weighted sums and outputs, then the logits."""
    sums, outputs = [], [np.asarray(x, float)]
    for layer, name in zip(double(parameters), [*activations, "linear"], strict=True):
        sums.append(outputs[-1] @ layer["w"] + layer["b"])
        outputs.append(ACTIVATIONS[name][0](sums[-1]))
    return sums, outputs[1:]


def logits(parameters, x, activations):
    return forward(parameters, x, activations)[1][-1]


def output(z, name):
    if name == "softmax":
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    return ACTIVATIONS[name][0](z)


def per_row(z, t, loss, name, delta=DELTA):
    y, t = output(z, name), np.asarray(t, float)
    if loss == "binary_cross_entropy":
        return -(t * np.log(y) + (1 - t) * np.log(1 - y)).sum(axis=1)
    if loss == "categorical_cross_entropy":
        return -(t * np.log(y)).sum(axis=1)
    error = np.abs(y - t)
    if loss == "squared_error":
        return (error**2 / 2).sum(axis=1)
    assert loss == "huber"
    return np.where(error <= delta, error**2 / 2, delta * (error - delta / 2)).sum(axis=1)


def mean_loss(parameters, x, t, activations, loss, name, delta=DELTA):
    return per_row(logits(parameters, x, activations), t, loss, name, delta).mean()


def gradient(parameters, x, t, activations, loss, name, delta=DELTA, l1=0.0, l2=0.0):
    """Backpropagation through the mean loss over the rows, and the penalty."""
    parameters = double(parameters)
    sums, outputs = forward(parameters, x, activations)
    y, t = output(sums[-1], name), np.asarray(t, float)
    if loss.endswith("cross_entropy"):
        error = y - t
    else:
        slope = y - t if loss == "squared_error" else np.clip(y - t, -delta, delta)
        if name == "softmax":
            error = y * (slope - (slope * y).sum(axis=1, keepdims=True))
        else:
            error = slope * ACTIVATIONS[name][1](sums[-1])
    error = error / len(t)
    inputs = [np.asarray(x, float), *outputs[:-1]]
    found = []
    for number in reversed(range(len(parameters))):
        w = parameters[number]["w"]
        found.insert(0, {"w": inputs[number].T @ error + l1 * np.sign(w) + l2 * w, "b": error.sum(axis=0)})
        if number:
            error = error @ w.T * ACTIVATIONS[activations[number - 1]][1](sums[number - 1])
    return found


def descend(parameters, slope, rate):
    """One plain step."""
    return [
        {name: layer[name] - rate * down[name] for name in layer}
        for layer, down in zip(double(parameters), slope, strict=True)
    ]


def targets(y, problem, outputs, name):
    """What the output should be: 1 for a row's class, else the lowest value the output reaches."""
    if problem == "regression":
        return np.asarray(y, float)[:, None]
    low = 0.0 if name in ("sigmoid", "softmax") else -1.0
    classes = np.arange(outputs) if outputs > 1 else np.array([1])
    return np.where(np.asarray(y)[:, None] == classes, 1.0, low)


def grid(data):
    """The points of the plane in the order of a picture's rows: from the lower left, x1 fastest."""
    axis = np.linspace(-1, 2, GRID) if data == "truth_table" else np.linspace(-6, 6, GRID)
    return np.array([(x1, x2) for x2 in axis for x1 in axis])


def inputs(x, names):
    x1, x2 = np.asarray(x, float).T
    every = {
        "x1": x1,
        "x2": x2,
        "x1_squared": x1**2,
        "x2_squared": x2**2,
        "x1_x2": x1 * x2,
        "sin_x1": np.sin(x1),
        "sin_x2": np.sin(x2),
    }
    return np.stack([every[name] for name in names], axis=1)
