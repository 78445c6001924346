"""States to go back to: how many there are, and how far apart they come to stand."""

from itertools import accumulate, pairwise

import numpy as np
import pytest

from playground.snapshots import MOST_SNAPSHOTS, Snapshots


def chunks(kind: str) -> list[int]:
    """Updates of each chunk of a long run, one after the other."""
    rng = np.random.default_rng(0)
    return {
        "equal": [48] * 50_000,
        "single": [1] * 50_000,
        "faster and faster": [48] * 1000 + [480] * 1000 + [48_000] * 2000,
        "slower and slower": [48_000] * 1000 + [480] * 5000 + [1] * 20_000,
        "mixed": rng.choice([1, 8, 48, 4800], 30_000).tolist(),
    }[kind]


@pytest.mark.parametrize("kind", ["equal", "single", "faster and faster", "slower and slower", "mixed"])
def test_no_gap_grows_beyond_a_hundredth_of_the_run(kind):
    snapshots, sizes = Snapshots(), chunks(kind)
    longest = 0
    for number, update in enumerate(accumulate(sizes, initial=0)):
        snapshots.keep(update, update)
        longest = max(longest, sizes[number - 1] if number else 0)
        if number % 997 == 0 or number == len(sizes):
            kept = [at for at, _ in snapshots._snapshots]
            gaps = [b - a for a, b in pairwise([*kept, update])]
            assert kept[0] == 0 and len(kept) <= MOST_SNAPSHOTS
            assert max(gaps, default=0) <= 4 / MOST_SNAPSHOTS * update + longest
    if kind in ("equal", "single"):  # one is about as long as another, that to the end apart
        assert max(gaps[:-1]) <= 2 * min(gaps[:-1])


def test_a_run_begun_anew_has_snapshots_as_close_as_at_first():
    snapshots = Snapshots()
    for update in range(0, 1_000_000, 10):
        snapshots.keep(update, update)
    assert snapshots.rewind(5000) <= 5000
    at = snapshots._snapshots[-1][0]
    for update in range(at, 20_000, 10):
        snapshots.keep(update, update)
    kept = [at for at, _ in snapshots._snapshots]
    assert max(b - a for a, b in pairwise(kept[1:])) <= 20_000 / 100 + 10 or kept[1] > 5000


def test_a_rewind_finds_the_newest_state_before():
    snapshots = Snapshots()
    for update in range(0, 100_000, 7):
        snapshots.keep(update, update)
    for update in (70_000, 69_999, 350, 7, 1, 0):
        found = snapshots.rewind(update)
        assert 0 <= found <= update and update - found <= 1000 + 7
