"""States of a run, kept so that one can go back."""

from __future__ import annotations

from bisect import bisect_left

from playground.training import State

MOST_SNAPSHOTS = 400


class Snapshots:
    """States of a run by update."""

    def __init__(self) -> None:
        self._snapshots: list[tuple[int, State]] = []
        self._spacing = 0  # updates between snapshots, at least

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
        """Forget the states after `update`, and return a state kept before it, or that of the start."""
        # Before it, so that its frame is made anew with the loss of the batch that led there.
        before = max(1, bisect_left(self._snapshots, update, key=lambda snapshot: snapshot[0]))
        del self._snapshots[before:]
        # What is now a short run is given snapshots as close as one that was never longer.
        self._spacing = min(self._spacing, self._distance(self._snapshots[-1][0]))
        return self._snapshots[-1][1]
