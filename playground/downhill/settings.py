"""Everything a person can choose about a race on a surface, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from playground.downhill.expression import LONGEST, MOST_SPACES, Expression
from playground.downhill.race import MOST_SEED, MOST_STEPS, MOST_WALKERS, Race, Walker, fitting_rate
from playground.downhill.surface import Surface
from playground.downhill.surfaces import MOST_REACH, NAMES, SURFACES, bowl, formula_surface
from playground.experiment import SETTINGS
from playground.kinds import Choice, Explained, Kind, Real, Several, Whole
from playground.nn.optimizers import OPTIMIZERS
from playground.settings import Settings, setting, table

MOST_ROWS = max(surface.rows for surface in SURFACES.values())
FORMULAS = {"formula": (2, "formula"), "curve": (1, "curve")}
"""Surface that is typed -> its dimension, and the setting with the text."""

LABELS = {
    **{name: surface.label for name, surface in SURFACES.items()},
    "formula": "Your formula in x and y",
    "curve": "Your formula in x",
}


@dataclass(frozen=True)
class Formula(Kind):
    """The text of a formula in `names`, as it is written out."""

    names: tuple[str, ...]

    def check(self, value: Any) -> str:
        """Return the text of the expression that `value` stands for."""
        if not isinstance(value, str):
            raise ValueError(value)
        try:
            return str(Expression.parse(value, self.names))
        except ValueError as error:
            raise Explained(str(error)) from None

    @property
    def allowed(self) -> str:
        """What a formula is made of."""
        return (
            f"a formula of at most {LONGEST} characters, and {MOST_SPACES} spaces, in {' and '.join(self.names)}, "
            "such as x^2 or 3*sin(x)"
        )


def _row(kind: Kind, default: Any, group: str, label: str, help: str) -> Any:
    # A race takes milliseconds: there is no run to keep or to start anew, only what is shown.
    return setting(kind, default, label=label, help=help, group=group, effect="view")


def _as_in_training(name: str) -> Any:
    row = SETTINGS[name]
    return _row(row.kind, row.default, "Optimizers", row.label, row.help)


@dataclass(frozen=True, kw_only=True)
class Downhill(Settings):
    """A race of optimizers on a surface, as it stands in a link.

    Raises
    ------
    ValueError
        For a value outside its limits, a number of rates that is neither none, one nor that of the optimizers, or a
        start that has not as many coordinates as the surface.

    Examples
    --------
    >>> chosen = Downhill(surface="valley", optimizers=("sgd", "momentum"), rates=(0.01,))
    >>> [(walker.optimizer, walker.rate) for walker in chosen.race.walkers]
    [('sgd', 0.01), ('momentum', 0.01)]
    """

    surface: str = _row(
        Choice(LABELS), "bowl", "Surface", "Surface", "The cost, as a function of one or two weights."
    )
    formula: str = _row(
        Formula(NAMES[2]), "sin(x)*cos(y) + 0.1*(x^2 + y^2)", "Surface", "Formula in x and y",
        "Numbers, x, y, pi, e, + - * / ^, parentheses and functions such as sin, exp or max.",
    )  # fmt: skip
    curve: str = _row(
        Formula(NAMES[1]), "0.1*x^4 - x^2 + 0.5*x", "Surface", "Formula in x",
        "Numbers, x, pi, e, + - * / ^, parentheses and functions such as sin, exp or max.",
    )  # fmt: skip
    reach: float = _row(
        Real(0.1, MOST_REACH, logarithmic=True), 4.0, "Surface", "Window",
        "How far from zero the picture of a typed formula reaches.",
    )  # fmt: skip
    curvatures: tuple[float, ...] = _row(
        Several(Real(0.01, 100, logarithmic=True), 2, 2), (1.0, 4.0), "Surface", "Curvatures",
        "How strongly the bowl bends along either axis. Their ratio decides how slow descent is.",
    )  # fmt: skip
    angle: float = _row(
        Real(0, 90, step=5), 0.0, "Surface", "Angle", "By how many degrees the bowl is turned."
    )
    start: tuple[float, ...] = _row(
        Several(Real(-1000, 1000), 0, 2), (), "Surface", "Start",
        "Where all begin; none for a place that suits the surface.",
    )  # fmt: skip
    optimizers: tuple[str, ...] = _row(
        Several(Choice({name: entry.label for name, entry in OPTIMIZERS.items()}), 1, MOST_WALKERS),
        ("sgd", "momentum", "adam"), "Optimizers", "Optimizers",
        "Who races. The same one may come several times, with different rates.",
    )  # fmt: skip
    rates: tuple[float, ...] = _row(
        Several(SETTINGS["learning_rate"].kind, 0, MOST_WALKERS), (), "Optimizers", "Learning rates",
        "One for each optimizer, one for all, or none for rates that suit the surface.",
    )  # fmt: skip
    momentum: float = _as_in_training("momentum")
    decay: float = _as_in_training("decay")
    beta1: float = _as_in_training("beta1")
    beta2: float = _as_in_training("beta2")
    average_after: int = _row(
        Whole(0, MOST_STEPS), 0, "Optimizers", "Average after (steps)",
        "The step from which averaged descent averages.",
    )  # fmt: skip
    steps: int = _row(Whole(1, MOST_STEPS), 100, "Race", "Steps", "How many steps each takes.")
    batch: int | str = _row(
        Whole(1, MOST_ROWS, word="full"), "full", "Race", "Batch size",
        "Rows behind each gradient, on a surface that comes from data: fewer make it noisier.",
    )  # fmt: skip
    seed: int = _row(Whole(0, MOST_SEED), 0, "Race", "Seed", "Of the order in which the rows are drawn.")

    def __post_init__(self) -> None:
        super().__post_init__()
        lanes = len(self.optimizers)
        if len(self.rates) not in (0, 1, lanes):
            raise ValueError(
                f"rates={table(type(self))['rates'].kind.write(self.rates)} is not allowed: it must be none, "
                f"one value, or one for each of the {lanes} optimizers"
            )
        if self.start and len(self.start) != self.dimension:
            raise ValueError(
                f"start={table(type(self))['start'].kind.write(self.start)} is not allowed: this surface has "
                f"{self.dimension} coordinate{'s' * (self.dimension > 1)}"
            )

    @property
    def dimension(self) -> int:
        """The number of the surface's weights."""
        return FORMULAS[self.surface][0] if self.surface in FORMULAS else SURFACES[self.surface].dimension

    @property
    def landscape(self) -> Surface:
        """The surface itself.

        Raises
        ------
        ValueError
            If it is a typed formula that has no finite value anywhere in the window.
        """
        if self.surface in FORMULAS:
            dimension, name = FORMULAS[self.surface]
            return formula_surface(getattr(self, name), dimension, self.reach)
        if self.surface == "bowl":
            first, second = self.curvatures
            return bowl(first, second, self.angle)
        return SURFACES[self.surface]

    @property
    def walkers(self) -> tuple[Walker, ...]:
        """The optimizers with their numbers."""
        surface = self.landscape
        rates = self.rates or tuple(fitting_rate(surface, name) for name in self.optimizers)
        rates = rates * len(self.optimizers) if len(rates) == 1 else rates
        numbers = {
            name: getattr(self, name) for name in ("momentum", "decay", "beta1", "beta2", "average_after")
        }
        return tuple(Walker(name, rate, **numbers) for name, rate in zip(self.optimizers, rates, strict=True))

    @property
    def race(self) -> Race:
        """The race to run; a batch is of use only where the surface has rows.

        Raises
        ------
        ValueError
            As `landscape`, and if the start lies too far outside the window.
        """
        surface = self.landscape
        batch = None if self.batch == "full" or not surface.rows else int(self.batch)
        return Race(surface, self.walkers, self.start, self.steps, batch, self.seed)

    def _changed(self, settings: dict[str, Any], problems: list[str]) -> Self:
        if settings.get("surface", self.surface) != self.surface:
            # What suited one surface means nothing on another.
            settings = {"start": (), "rates": ()} | settings
        try:
            if "optimizers" in settings and "rates" not in settings and len(self.rates) > 1:
                settings = settings | {"rates": self._rates_kept(settings["optimizers"])}
            return super()._changed(settings, problems)
        except ValueError as error:
            problems.append(f"{error}. Nothing is changed.")
            return self

    def _rates_kept(self, optimizers: tuple[str, ...]) -> tuple[float, ...]:
        """Return the rates for other `optimizers`: those who stay keep theirs."""
        own = list(zip(self.optimizers, self.rates, strict=True))
        surface, rates = self.landscape, []
        for name in optimizers:
            kept = next((lane for lane in own if lane[0] == name), None)
            if kept is not None:
                own.remove(kept)
            rates.append(kept[1] if kept is not None else fitting_rate(surface, name))
        return tuple(rates)

    @classmethod
    def _mended(cls, chosen: dict[str, Any], problems: list[str]) -> Self:
        for name in ("rates", "start"):
            rest = {key: value for key, value in chosen.items() if key not in ("rates", "start")}
            try:
                cls(**rest, **{name: chosen[name]} if name in chosen else {})
            except ValueError as error:
                problems.append(f"{error}. The default is used instead.")
                chosen = {key: value for key, value in chosen.items() if key != name}
        return cls(**chosen)


DOWNHILL_SETTINGS = table(Downhill)
