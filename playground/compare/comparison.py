"""Several ways to descend side by side: an experiment whose lanes differ in what is being compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from playground.experiment import SETTINGS, Experiment
from playground.kinds import Choice, Several, Text
from playground.settings import Setting, setting, table

MOST_LANES = 4
CLOCKS = {
    "updates": "Updates",
    "epochs": "Epochs",
    "examples": "Examples seen",
    "seconds": "Compute time",
}
"""What the lanes are aligned by: after as many of these each is shown."""

# What each lane has of its own: the setting of the comparison, and that of an experiment which it stands for.
OWN = {"batches": "batch", "optimizers": "optimizer", "rates": "learning_rate", "momenta": "momentum"}


def _of_lanes(name: str, default: tuple[Any, ...], label: str, help: str) -> Any:
    row = SETTINGS[name]
    return setting(
        Several(row.kind, 1, MOST_LANES), default, group="Lanes", label=label, effect=row.effect,
        help=f"{help} One for each lane, or one for all.",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Comparison(Experiment):
    """An experiment run in two to four lanes: same data, same network, same initial weights.

    The lanes' own settings take the place of `batch`, `optimizer`, `learning_rate` and `momentum`, which are not
    looked at.

    Raises
    ------
    ValueError
        As `Experiment`, and for a setting of the lanes that has neither one value nor as many as there are lanes.

    Examples
    --------
    >>> comparison = Comparison(data="spiral", batches=(1, "full"), rates=(0.01, 0.3))
    >>> [(lane.batch, lane.learning_rate) for lane in comparison.lanes]
    [(1, 0.01), ('full', 0.3)]
    """

    batches: tuple[int | str, ...] = setting(
        Several(SETTINGS["batch"].kind, 2, MOST_LANES), (1, 10, "full"), group="Lanes", label="Batch sizes",
        help="Rows per update in each lane; there are as many lanes as values.",
    )  # fmt: skip
    optimizers: tuple[str, ...] = _of_lanes(
        "optimizer", ("sgd",), "Optimizers", "The rule that turns a slope into a step."
    )
    rates: tuple[float, ...] = _of_lanes("learning_rate", (0.03,), "Learning rates", "How far a step goes.")
    momenta: tuple[float, ...] = _of_lanes(
        "momentum", (0.9,), "Momenta", "The share of the last step that is kept."
    )
    names: tuple[str, ...] = setting(
        Several(Text(24), 0, MOST_LANES), (), group="Lanes", label="Names", effect="view",
        help="What the lanes are called; a lane without a name is called after its batch.",
    )  # fmt: skip
    clock: str = setting(
        Choice(CLOCKS), "epochs", group="Lanes", label="Clock", effect="view",
        help="What the lanes are aligned by. Who is ahead depends on it. Compute time is this server's: there a link "
        "leads to about the same place, by the other clocks to the very same.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in (*OWN, "names"):
            values = getattr(self, name)
            if name != "batches" and len(values) > 1 and len(values) != len(self.batches):
                raise ValueError(
                    f"{name}={table(type(self))[name].kind.write(values)} is not allowed: "
                    f"it must be one value, or one for each of the {len(self.batches)} lanes"
                )

    @classmethod
    def of(cls, experiment: Experiment) -> Self:
        """Return the comparison that a person means who comes from `experiment`: the three batch modes of it."""
        shared = {name: getattr(experiment, name) for name in SETTINGS}
        size = experiment.batch if experiment.batch not in (1, "full") else 10
        return cls(
            **shared,
            batches=(1, size, "full"),
            optimizers=(experiment.optimizer,),
            rates=(experiment.learning_rate,),
            momenta=(experiment.momentum,),
        )

    @classmethod
    def from_query(cls, query: Mapping[str, str], problems: list[str] | None = None) -> Self:
        """Make one from a link's parameters; a link to an experiment is one to the comparison `of` it."""
        if any(name in query for name in OWN):
            return super().from_query(query, problems)
        experiment = Experiment.from_query(query, problems)
        rest = super().from_query(
            {name: query[name] for name in ("names", "clock") if name in query}, problems
        )
        return cls.of(experiment).changed(names=rest.names[:3], clock=rest.clock)

    def _changed(self, settings: dict[str, Any], problems: list[str]) -> Self:
        rows = table(type(self))
        values = {name: rows[name].check(settings.get(name, getattr(self, name))) for name in (*OWN, "names")}
        lanes = len(values["batches"])
        for name, each in values.items():
            if len(each) > 1 and len(each) != lanes:  # lanes came or went
                values[name] = (*each, *each[-1:] * lanes)[:lanes]
        return super()._changed(settings | values, problems)

    def to_query(self) -> dict[str, str]:
        """Return every setting that is looked at as the text of a URL parameter."""
        return {name: text for name, text in super().to_query().items() if name not in OWN.values()}

    @property
    def lanes(self) -> list[Experiment]:
        """The experiment of each lane."""
        shared = {name: getattr(self, name) for name in SETTINGS}
        return [
            Experiment(**shared | {OWN[name]: _nth(getattr(self, name), lane) for name in OWN})
            for lane in range(len(self.batches))
        ]

    @property
    def lane_names(self) -> list[str]:
        """What each lane is called: no two alike."""
        given = [
            (_nth(self.names, lane) if self.names else "") or batch_name(batch)
            for lane, batch in enumerate(self.batches)
        ]
        names: list[str] = []
        for lane, name in enumerate(given):
            told_apart, number = name, lane + 1
            # One name for all, or two lanes with the same batch: told apart by their numbers, unless another lane is
            # called just that.
            while told_apart in names or (told_apart != name and told_apart in given):
                told_apart, number = f"{name} ({number})", number + 1
            names.append(told_apart)
        return names


def batch_name(batch: int | str) -> str:
    """Return what descent with such batches is called."""
    return "Full batch" if batch == "full" else "Stochastic" if batch == 1 else f"Mini-batch {batch}"


def _nth(values: tuple[Any, ...], lane: int) -> Any:
    return values[lane] if len(values) > 1 else values[0]


COMPARISON_SETTINGS: dict[str, Setting] = table(Comparison)
