"""Every setting that decides a run, in one table: the fields of `Experiment`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from playground.datasets import DATASETS, PROBLEMS
from playground.datasets.inputs import INPUTS
from playground.kinds import Choice, Flag, Real, Several, Whole
from playground.nn.activations import ACTIVATIONS
from playground.nn.initializers import INITIALIZERS
from playground.nn.losses import LOSSES, OUTPUT_LABELS, losses_for
from playground.nn.optimizers import OPTIMIZERS
from playground.settings import Setting, Settings, setting, table

AUTO = {"auto": "Automatic"}
DEVICES = {"auto": "Automatic", "cpu": "CPU", "gpu": "GPU", "tpu": "TPU"}
SEEDS = Whole(0, 2**31 - 1)


def _labels(registry: Mapping[str, Any]) -> dict[str, str]:
    return {name: entry.label for name, entry in registry.items()}


@dataclass(frozen=True, kw_only=True)
class Experiment(Settings):
    """Everything that decides a training run; equal experiments give equal numbers.

    Raises
    ------
    ValueError
        For a value outside its limits or one that does not fit another, naming the setting, the value
        and what is allowed.

    Examples
    --------
    >>> Experiment(data="spiral", hidden=(8, 8), activation="relu").to_query()["hidden"]
    '8,8'
    """

    problem: str = setting(
        Choice(AUTO | PROBLEMS), "auto", group="Data", label="Problem",
        help="What the network has to learn: to tell classes apart, or to predict a number.",
    )  # fmt: skip
    data: str = setting(
        Choice(_labels(DATASETS)), "circle", group="Data", label="Data set",
        help="The pattern the points are drawn from.",
    )  # fmt: skip
    classes: int = setting(
        Whole(3, 5), 3, group="Data", label="Classes", help="How many classes the points belong to."
    )
    points: int = setting(
        Whole(4, 2000),
        500,
        group="Data",
        label="Points",
        help="How many points are drawn, for training and test.",
    )
    noise: float = setting(
        Real(0, 50, step=1), 10.0, group="Data", label="Noise %",
        help="How far points stray from the pattern. More noise makes a perfect score impossible.",
    )  # fmt: skip
    train_share: float = setting(
        Real(10, 90, step=1), 50.0, group="Data", label="Training share %",
        help="The part of the points the network learns from; the rest only tests it.",
    )  # fmt: skip
    seed: int = setting(
        SEEDS, 1, group="Data", label="Sample",
        help="The number that fixes which points are drawn. Another number draws another sample.",
    )  # fmt: skip
    inputs: tuple[str, ...] = setting(
        Several(Choice(_labels(INPUTS)), 1, len(INPUTS), distinct=True), ("x1", "x2"),
        group="Data", label="Inputs",
        help="What the network is told about each point.",
    )  # fmt: skip

    hidden: tuple[int, ...] = setting(
        Several(Whole(1, 16), 0, 8), (4, 2), group="Network", label="Hidden layers",
        help="Neurons in each hidden layer: up to 8 layers of 1 to 16. None makes the model linear.",
    )  # fmt: skip
    activation: tuple[str, ...] = setting(
        Several(Choice(_labels(ACTIVATIONS)), 1, 8), ("tanh",), group="Network", label="Activation",
        help="What a neuron makes of its weighted sum: one for all hidden layers, or one for each.",
    )  # fmt: skip
    output: str = setting(
        Choice(AUTO | OUTPUT_LABELS), "auto", group="Network", label="Output activation",
        help="Follows from the problem and the loss unless you choose another that fits them.",
    )  # fmt: skip
    initializer: str = setting(
        Choice(_labels(INITIALIZERS)), "glorot_uniform", group="Network", label="Initial weights",
        help="The distribution the weights are drawn from before training.",
    )  # fmt: skip
    scale: float = setting(
        Real(0.001, 5, logarithmic=True), 0.5, group="Network", label="Scale of initial weights",
        help="Standard deviation of the initial weights; read by the initializer “Normal, own scale” only.",
    )  # fmt: skip
    bias: float = setting(
        Real(-2, 2, step=0.05),
        0.0,
        group="Network",
        label="Initial bias",
        help="The value every bias starts with.",
    )
    start: int = setting(
        SEEDS, 1, group="Network", label="Random start",
        help="The number that fixes the initial weights and the order of the rows.",
    )  # fmt: skip

    loss: str = setting(
        Choice(AUTO | _labels(LOSSES)), "auto", group="Descent", label="Loss",
        help="What training makes small. "
        "Automatic takes cross-entropy for classes, squared error for numbers.",
    )  # fmt: skip
    delta: float = setting(
        Real(0.01, 2, logarithmic=True), 0.2, group="Descent", label="Huber's corner δ", effect="live",
        help="Errors beyond δ count linearly instead of squared; read by the Huber loss only.",
    )  # fmt: skip
    batch: int | str = setting(
        Whole(1, 500, word="full"), 10, group="Descent", label="Batch size",
        help="Rows per update: 1 is stochastic, full uses every training row. An epoch sees each row once.",
    )  # fmt: skip
    shuffle: bool = setting(
        Flag(), True, group="Descent", label="Reshuffle every epoch",
        help="Draw a new order of the rows for each epoch. Off: the same order every time.",
    )  # fmt: skip
    optimizer: str = setting(
        Choice(_labels(OPTIMIZERS)), "sgd", group="Descent", label="Optimizer",
        help="The rule that turns a slope into a step.",
    )  # fmt: skip
    learning_rate: float = setting(
        Real(1e-5, 10, logarithmic=True), 0.03, group="Descent", label="Learning rate", effect="live",
        help="How far a step goes. Too small is slow, too large overshoots.",
    )  # fmt: skip
    momentum: float = setting(
        Real(0, 0.999, step=0.01), 0.9, group="Descent", label="Momentum", effect="live",
        help="The share of the last step that is kept.",
    )  # fmt: skip
    decay: float = setting(
        Real(0, 0.999, step=0.01), 0.9, group="Descent", label="Decay", effect="live",
        help="How long RMSProp remembers the size of a slope.",
    )  # fmt: skip
    beta1: float = setting(
        Real(0, 0.999, step=0.01), 0.9, group="Descent", label="β₁", effect="live",
        help="How long Adam remembers the slope.",
    )  # fmt: skip
    beta2: float = setting(
        Real(0, 0.9999, step=0.001), 0.999, group="Descent", label="β₂", effect="live",
        help="How long Adam remembers the size of the slope.",
    )  # fmt: skip
    average_after: int = setting(
        Whole(0, 10_000), 5, group="Descent", label="Average after (epochs)", effect="live",
        help="The epoch from which the weights are averaged.",
    )  # fmt: skip
    l1: float = setting(
        Real(1e-6, 10, logarithmic=True, or_zero=True), 0.0, group="Descent", label="L1", effect="live",
        help="Penalty on the sum of |w|: pushes weights to zero.",
    )  # fmt: skip
    l2: float = setting(
        Real(1e-6, 10, logarithmic=True, or_zero=True), 0.0, group="Descent", label="L2", effect="live",
        help="Penalty on half the sum of w²: keeps weights small.",
    )  # fmt: skip
    dropout: float = setting(
        Real(0, 0.9, step=0.05), 0.0, group="Descent", label="Dropout", effect="live",
        help="The share of hidden outputs silenced at random in each update.",
    )  # fmt: skip

    stop_epochs: int = setting(
        Whole(0, 1_000_000), 0, group="Run", label="Stop after epochs", effect="live",
        help="Training ends after this many epochs; 0 goes on.",
    )  # fmt: skip
    stop_loss: float = setting(
        Real(0, 10), 0.0, group="Run", label="Stop at training loss", effect="live",
        help="Training ends after the first epoch that leaves the training loss this low; 0 goes on.",
    )  # fmt: skip
    patience: int = setting(
        Whole(0, 100_000), 0, group="Run", label="Stop without improvement (epochs)", effect="live",
        help="Training ends after this many epochs without a new low of the test loss since the last change; "
        "0 goes on.",
    )  # fmt: skip
    device: str = setting(
        Choice(DEVICES), "auto", group="Run", label="Device",
        help="Where the numbers are computed. Small networks are fastest on the CPU.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, fits, allowed in self._fits():
            if getattr(self, name) not in fits:
                raise ValueError(
                    f"{name}={getattr(self, name)!r} is not allowed: {allowed} {', '.join(fits)}"
                )
        if len(self.activation) not in (1, len(self.hidden)):
            raise ValueError(
                f"activation={','.join(self.activation)!r} is not allowed: "
                f"it must be one name, or one for each of the {len(self.hidden)} hidden layers"
            )

    def _fits(self) -> list[tuple[str, list[str], str]]:
        """Return (setting, values that fit the others, words) for the settings that depend on others."""
        kind = DATASETS[self.data].problem
        losses = losses_for(kind)
        loss = self.loss if self.loss in losses else losses[0]
        outputs = LOSSES[loss].outputs[kind]
        return [
            ("problem", ["auto", kind], f"with data={self.data} it must be one of"),
            ("loss", ["auto", *losses], f"with data={self.data} it must be one of"),
            ("output", ["auto", *outputs], f"with data={self.data} and loss={loss} it must be one of"),
        ]

    @classmethod
    def _mended(cls, chosen: dict[str, Any], problems: list[str]) -> Self:
        while True:
            try:
                return cls(**chosen)
            except ValueError as error:
                name = str(error).partition("=")[0]
                del chosen[name]
                problems.append(f"{error}. The default is used instead.")

    def changed(self, **settings: Any) -> Self:
        """Return a copy with `settings` changed; dependent ones fall back to automatic where they must.

        Raises
        ------
        ValueError
            If a value is outside its limits, naming the setting, the value and what is allowed.
        TypeError
            For a name that is no setting.
        """
        return self._changed(settings, [])

    def _changed(self, settings: dict[str, Any], problems: list[str]) -> Self:
        rows = table(type(self))
        unknown = [name for name in settings if name not in rows]
        if unknown:
            raise TypeError(f"{unknown[0]!r} is not a setting")
        values = {name: getattr(self, name) for name in rows}
        values |= {name: rows[name].check(value) for name, value in settings.items()}
        if "data" in settings and "problem" not in settings:
            values["problem"] = "auto"
        if len(values["activation"]) > 1 and len(values["activation"]) != len(values["hidden"]):
            last = values["activation"][-1]
            padded = tuple(values["activation"][: len(values["hidden"])])
            values["activation"] = (padded + (last,) * (len(values["hidden"]) - len(padded))) or (last,)
        return type(self)._mended(values, problems)

    @property
    def kind_of_problem(self) -> str:
        """`problem` with automatic resolved."""
        return DATASETS[self.data].problem

    @property
    def loss_name(self) -> str:
        """`loss` with automatic resolved: the first loss that fits the problem."""
        return losses_for(self.kind_of_problem)[0] if self.loss == "auto" else self.loss

    @property
    def output_name(self) -> str:
        """`output` with automatic resolved: the first activation that fits problem and loss."""
        fitting = LOSSES[self.loss_name].outputs[self.kind_of_problem]
        return fitting[0] if self.output == "auto" else self.output

    @property
    def outputs(self) -> int:
        """Neurons in the output layer."""
        return self.classes if self.kind_of_problem == "several_classes" else 1

    @property
    def sizes(self) -> tuple[int, ...]:
        """Neurons per layer, inputs first, output last."""
        return (len(self.inputs), *self.hidden, self.outputs)

    @property
    def activations(self) -> tuple[str, ...]:
        """The activation of each hidden layer."""
        return self.activation * len(self.hidden) if len(self.activation) == 1 else self.activation

    def reset_part(self) -> tuple[Any, ...]:
        """Return the settings whose change starts a run anew."""
        return tuple(getattr(self, row.name) for row in table(type(self)).values() if row.effect == "reset")


SETTINGS: dict[str, Setting] = table(Experiment)
