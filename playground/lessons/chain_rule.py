"""Forward and back through the worked example by hand: the chain rule written out, without automatic differentiation.

Nothing here knows JAX. Arrays have one line per row of the data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.lessons.formulas import FORMULAS, softplus
from playground.lessons.worked import HIDDEN, Worked

Floats = NDArray[np.float64]
PLACES = 2  # where the example is rounded on the way


@dataclass(frozen=True, eq=False)
class Passes:
    """What one pass forward and back gives, for each row.

    Attributes
    ----------
    sums, outputs, deltas : ndarray
        Of the hidden neurons, (rows, 3). Outputs are as they are passed on: rounded where that is chosen.
    exact : ndarray
        The hidden outputs before rounding, (rows, 3).
    sum_out, output, delta_out : ndarray
        Of the output neuron, (rows,).
    errors : ndarray
        Error of each row, (rows,).
    gradients : ndarray
        Of each row's error for all weights and biases, (rows, 13), in the order of `PARAMETERS`.
    """

    sums: Floats
    exact: Floats
    outputs: Floats
    sum_out: Floats
    output: Floats
    errors: Floats
    delta_out: Floats
    deltas: Floats
    gradients: Floats

    @property
    def gradient(self) -> Floats:
        """The gradient of the summed error, (13,)."""
        return self.gradients.sum(axis=0)


def passes(worked: Worked, values: Floats, x: Floats, t: Floats) -> Passes:
    """Go forward and back with the parameters `values` (13,) over the rows `x` (rows, 2) with targets `t` (rows,)."""
    w, v = values[:6].reshape(HIDDEN, 2), values[6:9]  # w[j, i] leads from input i to hidden neuron j
    biases, bias_out = values[9:12], values[12]
    hidden, out = FORMULAS[worked.activation], FORMULAS[worked.output]

    # Forward: weighted sum, then activation, layer by layer.
    sums = np.sum(x[:, None, :] * w, axis=2) + biases
    exact = hidden.value(sums)
    outputs = np.round(exact, PLACES) if worked.rounding == "two_places" else exact
    sum_out = np.sum(outputs * v, axis=1) + bias_out
    output = out.value(sum_out)

    # Back: δ = ∂E/∂z of the output neuron, then each hidden neuron's share of it.
    if worked.error == "cross_entropy":
        # −t·ln y − (1−t)·ln(1−y) with y = σ(z), written in z: at y = 0 or 1 the logarithms would be infinite.
        errors = softplus(sum_out) - t * sum_out
        # (y − t)/(y·(1−y)) · y·(1−y): what the sigmoid's slope would divide by and multiply with cancels.
        delta_out = output - t
    else:
        errors = 0.5 * (t - output) ** 2
        delta_out = (output - t) * out.slope(sum_out, output)
    deltas = hidden.slope(sums, outputs) * v * delta_out[:, None]

    # The gradient for a weight: δ of the neuron it leads to, times what comes through it.
    gradients = np.concatenate(
        [
            (deltas[:, :, None] * x[:, None, :]).reshape(len(x), 2 * HIDDEN),
            delta_out[:, None] * outputs,
            deltas,
            delta_out[:, None],
        ],
        axis=1,
    )
    return Passes(sums, exact, outputs, sum_out, output, errors, delta_out, deltas, gradients)


def stepped(worked: Worked, values: Floats, gradient: Floats) -> Floats:
    """Return the parameters after one step against `gradient`; biases that are off stay 0."""
    moves = worked.learning_rate * gradient
    if not worked.use_bias:
        moves[9:] = 0.0
    return values - moves
