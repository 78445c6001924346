"""The settings changed on the way of a run, by the update from which they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

from playground.experiment import Experiment
from playground.kinds import shown
from playground.settings import table

E = TypeVar("E", bound=Experiment)


class Changes(Generic[E]):
    """The settings in force from each update on.

    Parameters
    ----------
    experiment : Experiment
        The settings at the start.
    steps : iterable of (update, settings)
        Live settings changed on the way, in order: each holds from its update on.

    Attributes
    ----------
    all : list of (update, Experiment)
        The settings in force from each update on, that of update 0 first.

    Raises
    ------
    ValueError
        If a setting is not live, its value not allowed, or a change lies before the one in front of it.
    """

    def __init__(self, experiment: E, steps: Iterable[tuple[int, Mapping[str, Any]]] = ()) -> None:
        self.all: list[tuple[int, E]] = [(0, experiment)]
        for update, settings in steps:
            self._append(update, settings)

    def _append(self, update: int, settings: Mapping[str, Any]) -> None:
        at, newest = self.all[-1]
        rows = table(type(newest))
        for name, value in settings.items():
            if name not in rows or rows[name].effect != "live":
                live = ", ".join(row.name for row in rows.values() if row.effect == "live")
                raise ValueError(f"{name}={shown(value)} cannot change while training; these can: {live}")
        if update < at:
            raise ValueError(f"update={update} of a change must not lie before the change at {at}")
        before = self.all[:-1] if update == at else self.all
        changed = newest.changed(**settings)
        # A change to what is already in force is none, or a rule would begin anew to count.
        self.all = before if before and before[-1][1] == changed else [*before, (update, changed)]

    def change(self, update: int, settings: Mapping[str, Any]) -> None:
        """Change live `settings` from `update` on, in place of all changes that were to come later."""
        kept = self.all
        self.forget(update)
        try:
            self._append(update, settings)
        except ValueError:
            self.all = kept
            raise

    def forget(self, update: int) -> None:
        """Forget all changes that came after `update`."""
        self.all = [self.all[0], *(change for change in self.all[1:] if change[0] <= update)]

    def in_force(self, update: int) -> tuple[int, E]:
        """Return the settings in force after `update` updates, behind the update they came into force at."""
        return next(change for change in reversed(self.all) if change[0] <= update)

    def following(self, update: int) -> int | None:
        """Return the update of the first change after `update`, if there is one."""
        return next((at for at, _ in self.all if at > update), None)
