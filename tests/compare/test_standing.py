"""Who is ahead, against runs that are trained up to where they are compared."""

import re

import pytest

from playground import Experiment, Run
from playground.compare.standing import Lane, standing

SMALL = Experiment(points=40, hidden=(3,), learning_rate=0.3)
LANES = {1: 20, 5: 4, "full": 1}  # batch size -> updates of an epoch


def lanes(epochs, seconds=(1e-6, 2e-6, 4e-6), steps=()):
    return [
        Lane(str(batch), SMALL.changed(batch=batch), steps, epochs * per_epoch, per_epoch, cost)
        for (batch, per_epoch), cost in zip(LANES.items(), seconds, strict=True)
    ]


def loss(batch, update, steps=()):
    run = Run(SMALL.changed(batch=batch), steps)
    run.replay(update)
    return run.train_loss


def told(sentence):
    """Return clock -> (what each has spent, the losses, the verdict)."""
    parts = re.findall(r"[Bb]y ([a-z ]+) \(([\d.,]+) (?:epochs |ms )?each: ([^)]+)\), ([^;.]+)", sentence)
    return {
        clock: (float(spent.replace(",", "")), [float(number) for number in losses.split(" / ")], verdict)
        for clock, spent, losses, verdict in parts
    }


def test_each_clock_compares_where_all_have_spent_as_much():
    found = told(standing(lanes(60)))
    assert list(found) == ["updates", "examples", "compute time"]
    spent, losses, _ = found["updates"]
    assert spent == 60
    assert losses == pytest.approx([loss(batch, 60) for batch in LANES], rel=5e-3)
    spent, losses, _ = found["examples"]
    assert spent == 60
    assert losses == pytest.approx([loss(batch, 60 * n) for batch, n in LANES.items()], rel=5e-3)
    # The full batch has computed least: 60 updates of 4 µs are 240 of the first lane and 120 of the second.
    spent, losses, _ = found["compute time"]
    assert spent == pytest.approx(0.24)
    assert losses == pytest.approx(
        [loss(batch, n) for batch, n in zip(LANES, (240, 120, 60), strict=True)], rel=5e-3
    )


def test_the_verdict_names_those_near_the_lowest_loss():
    for _, losses, verdict in told(standing(lanes(200))).values():
        ahead = [
            name for name, each in zip(map(str, LANES), losses, strict=True) if each <= 1.05 * min(losses)
        ]
        if len(ahead) == 3:
            assert verdict == "too close to call"
        else:
            assert verdict.endswith("ahead") and set(re.findall(r"\b(?:1|5|full)\b", verdict)) == set(ahead)


def test_changes_on_the_way_count():
    steps = [(10, {"learning_rate": 0.01})]
    _, losses, _ = told(standing(lanes(60, steps=steps)))["updates"]
    assert losses == pytest.approx([loss(batch, 60, steps) for batch in LANES], rel=5e-3)
    assert losses != pytest.approx([loss(batch, 60) for batch in LANES], rel=5e-3)


def test_at_the_start_nobody_is_ahead():
    assert {verdict for _, _, verdict in told(standing(lanes(0))).values()} == {"too close to call"}


def test_what_would_take_long_to_train_again_is_not_told():
    found = told(standing(lanes(60, seconds=(1.0, 1e-6, 1e-6))))
    assert "examples" not in found and "updates" not in found


def test_one_lane_has_nobody_to_be_compared_with():
    assert standing(lanes(5)[:1]) == ""
