"""How much of a run goes into one answer, by a run whose costs are known."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.compare.comparison import Comparison
from playground.compare.race import Race
from playground.player import pace
from playground.player.pace import ANSWER_SECONDS, FRAME_SECONDS, Pace, likely_seconds

LARGE = {"points": 500, "hidden": (16,) * 6}


class Clockwork:
    """A run that takes what is said for an update and for a frame, on a clock of its own."""

    def __init__(self, monkeypatch, update, frame, *, likely):
        self.update, self.now, self.costs = 0, 0.0, (update, frame)
        self.asked = []
        monkeypatch.setattr(pace.time, "perf_counter", lambda: self.now)
        monkeypatch.setattr(pace, "likely_seconds", lambda run: likely)

    def advance(self, frames, stride):
        self.asked.append((frames, stride))
        self.now += frames * (stride * self.costs[0] + self.costs[1])
        self.update += frames * stride
        return {"update": np.zeros(frames)}


@pytest.mark.parametrize("update", [1e-7, 1e-5, 1e-3, 0.09, 2.0])
@pytest.mark.parametrize("frame", [1e-5, 1e-3, 0.05])
@pytest.mark.parametrize("strides", [[1, 1000], [1000], [1, 2_000_000_000], [2_000_000_000]])
def test_no_answer_takes_long(monkeypatch, update, frame, strides):
    paced, least = Pace(), update + frame
    run = Clockwork(monkeypatch, update, frame, likely=2 * update)
    for stride in strides:
        for _ in range(12):
            before = run.now
            paced.frames(run, 48, stride)
            assert run.now - before < max(1.1 * (FRAME_SECONDS + 8 * frame), 1.1 * least)
    # And the time is used: as much is made of it as was asked for, or as fits.
    frames, stride = run.asked[-1]
    assert stride == strides[-1] or frames * (stride * update + frame) > 0.1 * ANSWER_SECONDS


def test_a_race_that_was_measured_is_known_to_cost_it():
    race = Race(Comparison(points=40, hidden=(2,), batches=(1, 5), clock="epochs"))
    guessed = likely_seconds(race)
    assert "seconds" not in vars(race)  # nothing was measured for it
    race.__dict__["seconds"] = [1e-3, 5e-3]
    assert likely_seconds(race) == pytest.approx(1e-3 + 5e-3 / 5)
    assert 0 < guessed < 1e-5


def test_a_large_network_is_timed_on_little_work():
    small, large = (Run(Experiment(batch="full", **kind)) for kind in ({"hidden": (3,)}, LARGE))
    implicit = Run(Experiment(batch="full", optimizer="implicit", **LARGE))
    # 12 + 1 and 48 + 5 * 272 + 17 parameters of the two networks.
    assert likely_seconds(large) / likely_seconds(small) == pytest.approx(1425 / 13)
    for run in (small, large, implicit):
        asked = []
        run.advance = lambda frames, stride, asked=asked, own=run.advance: (
            asked.append(frames * stride) or own(1, 1)
        )
        Pace().frames(run, 48, 1000)
        assert asked[0] * likely_seconds(run) < 2 * FRAME_SECONDS
    assert asked == [1]
