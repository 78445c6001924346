"""The worked example: a network of two inputs, three hidden neurons and one output, small enough to follow by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from playground.kinds import Choice, Flag, Real, Several, Whole
from playground.lessons.logic import ROWS, XOR
from playground.lessons.writing import sub
from playground.nn.activations import ACTIVATIONS
from playground.settings import Setting, Settings, setting, table

Floats = NDArray[np.float64]

HIDDEN = 3
DIFFERENTIABLE = {name: entry.label for name, entry in ACTIVATIONS.items() if name != "step"}
"""The activations that a gradient can pass; the step's slope is 0 everywhere."""
ERRORS = {"squared": "Squared error ½·(t − y)²", "cross_entropy": "Cross-entropy −t·ln y − (1−t)·ln(1−y)"}
MODES = {"row": "One row", "batch": "All four rows, summed"}
ROUNDINGS = {"none": "None", "two_places": "Two places"}
WEIGHTS = Real(-100, 100)
TARGETS = Real(-1, 1)

SIGN_CONVENTION = (
    "Here δ is the slope of the error with respect to a weighted sum, and a weight moves against its slope. "
    "Some texts write δ with (t − y) instead of (y − t) and add η·δ·y to the weight: it is the same step."
)


class Parameter(NamedTuple):
    """One number that training changes.

    Attributes
    ----------
    name : str
        Its name for a drawing and in tables: ``w21`` leads from input 2 to hidden neuron 1, ``v1`` from
        hidden neuron 1 to the output, ``b1`` is hidden neuron 1's bias and ``b`` the output's.
    symbol : str
        Its name in a formula.
    start : str or None
        The neuron or input that it leads from; None for a bias.
    end : str
        The neuron that it leads to.
    """

    name: str
    symbol: str
    start: str | None
    end: str


PARAMETERS: dict[str, Parameter] = {
    part.name: part
    for part in (
        *(
            Parameter(f"w{i}{j}", sub("w", f"{i}{j}"), f"x{i}", f"h{j}")
            for j in range(1, HIDDEN + 1)
            for i in (1, 2)
        ),
        *(Parameter(f"v{j}", sub("v", j), f"h{j}", "out") for j in range(1, HIDDEN + 1)),
        *(Parameter(f"b{j}", sub("b", j), None, f"h{j}") for j in range(1, HIDDEN + 1)),
        Parameter("b", "b", None, "out"),
    )
}
"""All weights and biases by name, in the order in which flat arrays hold them: `weights_in`, `weights_out`, `biases`.

Inputs are called ``x1`` and ``x2``, hidden neurons ``h1`` to ``h3``, the output neuron ``out``.
"""


@dataclass(frozen=True, kw_only=True)
class Worked(Settings):
    """Everything that decides the worked example.

    Raises
    ------
    ValueError
        For a value outside its limits, and for cross-entropy with an output or a target outside 0…1.

    Examples
    --------
    >>> Worked(x=(1, 0), target=1).to_query()["weights_in"]
    '0.8,0.2,0.4,0.9,0.3,0.5'
    """

    weights_in: tuple[float, ...] = setting(
        Several(WEIGHTS, 6, 6), (0.8, 0.2, 0.4, 0.9, 0.3, 0.5), group="Network", label="Weights in",
        help="Into hidden neuron 1 from x₁ and from x₂, then into neuron 2, then into neuron 3.",
    )  # fmt: skip
    weights_out: tuple[float, ...] = setting(
        Several(WEIGHTS, 3, 3), (0.3, 0.5, 0.9), group="Network", label="Weights out",
        help="From hidden neurons 1, 2 and 3 to the output neuron.",
    )  # fmt: skip
    use_bias: bool = setting(
        Flag(), False, group="Network", label="Biases",
        help="Give each neuron a bias, a number added to its weighted sum and learned like a weight.",
    )  # fmt: skip
    biases: tuple[float, ...] = setting(
        Several(WEIGHTS, 4, 4), (0.0, 0.0, 0.0, 0.0), group="Network", label="Bias values",
        help="Of hidden neurons 1, 2 and 3, then of the output neuron; looked at only where biases are on.",
    )  # fmt: skip
    activation: str = setting(
        Choice(DIFFERENTIABLE), "sigmoid", group="Network", label="Hidden activation",
        help="What a hidden neuron makes of its weighted sum.",
    )  # fmt: skip
    output: str = setting(
        Choice(DIFFERENTIABLE), "sigmoid", group="Network", label="Output activation",
        help="What the output neuron makes of its weighted sum. Cross-entropy needs the sigmoid.",
    )  # fmt: skip
    x: tuple[float, ...] = setting(
        Several(Real(-10, 10), 2, 2), (1.0, 1.0), group="Row", label="Inputs",
        help="x₁ and x₂ of the row that is gone through by itself.",
    )  # fmt: skip
    target: float = setting(
        TARGETS, 0.0, group="Row", label="Target", help="What the network should answer to that row."
    )
    targets: tuple[float, ...] = setting(
        Several(TARGETS, 4, 4), XOR, group="Row", label="Targets of the four rows",
        help="For (0, 0), (0, 1), (1, 0) and (1, 1). Exclusive or is 0, 1, 1, 0.",
    )  # fmt: skip
    mode: str = setting(
        Choice(MODES), "row", group="Descent", label="Update after",
        help="After every row (stochastic), or once after all four with their gradients added up (batch).",
    )  # fmt: skip
    error: str = setting(
        Choice(ERRORS), "squared", group="Descent", label="Error", help="What the updates make smaller."
    )
    learning_rate: float = setting(
        Real(0.001, 100, logarithmic=True), 0.5, group="Descent", label="Learning rate η",
        help="How far the weights move against the gradient.",
    )  # fmt: skip
    shuffle: bool = setting(
        Flag(), True, group="Descent", label="Reshuffle every epoch",
        help="When it runs on row by row: draw a new order of the four rows for each epoch. "
        "Off: the order of the table every time.",
    )  # fmt: skip
    seed: int = setting(
        Whole(0, 2**31 - 1), 1, group="Descent", label="Order",
        help="The number that fixes the random orders of the rows.",
    )  # fmt: skip
    rounding: str = setting(
        Choice(ROUNDINGS), "none", group="Row", label="Rounding on the way",
        help="Two places: each hidden neuron passes its output on rounded, as one does with pen and paper. "
        "Gradients by hand then differ a little from the exact ones.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.error != "cross_entropy":
            return
        if self.output != "sigmoid":
            raise ValueError(
                f"error=cross_entropy is not allowed: with output={self.output} it must be squared"
            )
        if min(self.target, *self.targets) < 0:
            raise ValueError("error=cross_entropy is not allowed: with a target below 0 it must be squared")

    @classmethod
    def _mended(cls, chosen: dict[str, Any], problems: list[str]) -> Self:
        # Single values are sound by now, so what is left is an error that does not fit the others.
        try:
            return cls(**chosen)
        except ValueError as error:
            problems.append(f"{error}. Squared error is used instead.")
            return cls(**(chosen | {"error": "squared"}))

    def changed(self, **settings: Any) -> Self:
        """Return a copy with `settings` changed; what does not fit them any more gives way.

        Choosing cross-entropy brings the sigmoid output with it and lifts targets below 0 to 0; choosing another
        output, or a target below 0, brings the squared error.

        Raises
        ------
        ValueError
            If a value is outside its limits.
        """
        return self._changed(settings, [])

    def _changed(self, settings: dict[str, Any], problems: list[str]) -> Self:
        values = {name: getattr(self, name) for name in table(type(self))} | settings
        if settings.get("error") == "cross_entropy":
            if "output" not in settings:
                values["output"] = "sigmoid"
            if "target" not in settings:
                values["target"] = max(0.0, self.target)
            if "targets" not in settings:
                values["targets"] = tuple(max(0.0, target) for target in self.targets)
        return type(self)._mended(values, problems)

    @property
    def values(self) -> Floats:
        """All weights and biases, (13,), in the order of `PARAMETERS`; biases that are off are 0."""
        biases = self.biases if self.use_bias else (0.0,) * len(self.biases)
        return np.array([*self.weights_in, *self.weights_out, *biases])

    @property
    def learned(self) -> list[str]:
        """Names of the parameters that are learned: the weights, and the biases where they are on."""
        return [name for name, part in PARAMETERS.items() if self.use_bias or part.start is not None]

    @property
    def rows(self) -> tuple[Floats, Floats]:
        """The rows of one update as inputs (rows, 2) and targets (rows,): the typed one, or the four of the table."""
        if self.mode == "batch":
            return self.four_rows
        return np.array([self.x]), np.array([self.target])

    @property
    def four_rows(self) -> tuple[Floats, Floats]:
        """The truth table as inputs (4, 2) and targets (4,)."""
        return ROWS.copy(), np.array(self.targets)

    def with_weights(self, values: Mapping[str, float]) -> Self:
        """Return a copy with new weights and biases, given by name.

        Raises
        ------
        ValueError
            If one of them is too large to be typed.
        """
        new = dict(zip(PARAMETERS, self.values, strict=True)) | dict(values)
        flat = [float(new[name]) for name in PARAMETERS]
        if not all(abs(value) <= WEIGHTS.high for value in flat):
            raise ValueError(
                f"A weight has left the range ±{WEIGHTS.high:g}: the steps are too large. Try a smaller learning rate."
            )
        biases = tuple(flat[9:]) if self.use_bias else self.biases
        return self.changed(weights_in=tuple(flat[:6]), weights_out=tuple(flat[6:9]), biases=biases)


WORKED_SETTINGS: dict[str, Setting] = table(Worked)
