"""What happened in a run: the settings changed on the way, and states to go back to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

from playground.experiment import SETTINGS, Experiment
from playground.kinds import shown
from playground.training import State

MOST_SNAPSHOTS = 400


class History:
    """The changes of a run and snapshots of its states, both by update.

    Parameters
    ----------
    experiment : Experiment
        The settings at the start.
    changes : iterable of (update, settings)
        Live settings changed on the way, in order: each holds from its update on.

    Attributes
    ----------
    changes : list of (update, Experiment)
        The settings in force from each update on, that of update 0 first.

    Raises
    ------
    ValueError
        If a setting is not live, its value not allowed, or a change lies before the one in front of it.
    """

    def __init__(self, experiment: Experiment, changes: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        self.changes: list[tuple[int, Experiment]] = [(0, experiment)]
        self._snapshots: list[tuple[int, State]] = []
        self._spacing = 0  # updates between snapshots, at least
        for update, settings in changes:
            self.changes = self._with(self.changes, update, settings)

    @staticmethod
    def _with(
        changes: list[tuple[int, Experiment]], update: int, settings: Mapping[str, Any]
    ) -> list[tuple[int, Experiment]]:
        """Return `changes` and, behind them, the live `settings` changed from `update` on."""
        for name, value in settings.items():
            if name not in SETTINGS or SETTINGS[name].effect != "live":
                live = ", ".join(row.name for row in SETTINGS.values() if row.effect == "live")
                raise ValueError(f"{name}={shown(value)} cannot change while training; these can: {live}")
        at, newest = changes[-1]
        if update < at:
            raise ValueError(f"update={update} of a change must not lie before the change at {at}")
        before = changes[:-1] if update == at else changes
        changed = newest.changed(**settings)
        # A change to what is already in force is none, or a rule would begin anew to count.
        return before if before and before[-1][1] == changed else [*before, (update, changed)]

    def change(self, update: int, settings: Mapping[str, Any]) -> None:
        """Change live `settings` from `update` on, in place of all changes that were to come later."""
        past = [change for change in self.changes if change[0] <= update]
        self.changes = self._with(past, update, settings)

    def in_force(self, update: int) -> tuple[int, Experiment]:
        """Return the settings in force after `update` updates, behind the update they came into force at."""
        return next(change for change in reversed(self.changes) if change[0] <= update)

    def next_change(self, update: int) -> int | None:
        """Return the update of the first change after `update`, if there is one."""
        return next((at for at, _ in self.changes if at > update), None)

    def keep(self, update: int, state: State) -> None:
        """Keep the state after `update` updates, if it lies far enough behind the one kept before.

        Going back replays from the snapshot before, so no gap between two may grow long. When there are too many, as
        many are thrown away as leave at least twice their mean distance, and new ones keep that distance: a gap is
        never longer than 4 / `MOST_SNAPSHOTS` of the run and the chunk at whose beginning a snapshot is kept. An update
        takes about as long when it is replayed (its frames, which took their time too, are not made again). So with
        400 snapshots going back takes at most a hundredth of the time that was spent on training, and one chunk's.
        """
        if self._snapshots and update < self._snapshots[-1][0] + max(1, self._spacing):
            return
        self._snapshots.append((update, state))
        if len(self._snapshots) > MOST_SNAPSHOTS:
            self._spacing = self._distance(update)
            snapshots, self._snapshots = self._snapshots, []
            for at, kept in snapshots:
                if not self._snapshots or at >= self._snapshots[-1][0] + self._spacing:
                    self._snapshots.append((at, kept))

    @staticmethod
    def _distance(update: int) -> int:
        """Return how far apart so many snapshots stand in a run of `update` updates that half of them are free."""
        return 2 * update // MOST_SNAPSHOTS

    def rewind(self, update: int) -> State:
        """Forget all that came after `update`, and return a state kept before it, or that of the start."""
        self.changes = [self.changes[0]] + [change for change in self.changes[1:] if change[0] <= update]
        # Before it, so that its frame is made anew with the loss of the batch that led there.
        before = max(1, bisect_left(self._snapshots, update, key=lambda snapshot: snapshot[0]))
        del self._snapshots[before:]
        # What is now a short run is given snapshots as close as one that was never longer.
        self._spacing = min(self._spacing, self._distance(self._snapshots[-1][0]))
        return self._snapshots[-1][1]
