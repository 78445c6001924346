"""What is said of learning rates agrees with what the walkers then do."""

import numpy as np
import pytest

from playground.downhill.descent import descend
from playground.downhill.race import Race, Walker
from playground.downhill.regimes import verdicts
from playground.downhill.surfaces import SURFACES, bowl, formula_surface

STEEP = bowl(1, 4)


def distances(rate, optimizer="sgd", **numbers):
    """Distances from the minimum along the steep direction, step by step."""
    race = Race(STEEP, (Walker(optimizer, rate, **numbers),), (1.0, 1.0), steps=200)
    return np.abs(descend(race).positions[0, :, 1])


@pytest.mark.parametrize(
    ("rate", "words", "ends"),
    [
        (0.004, "Too small", lambda d: d[-1] > 0.03),
        (0.2, "without overshooting", lambda d: np.all(np.diff(d[:20]) < 0)),
        (0.45, "Overshoots at each step, and comes nearer", lambda d: d[-1] < 1e-10),
        (0.5, "Exactly on the border", lambda d: np.allclose(d, 1)),
        (0.51, "Too large", lambda d: d[-1] > 100),
    ],
)
def test_plain_descent_does_what_is_said_of_its_rate(rate, words, ends):
    (verdict,), _ = verdicts(Race(STEEP, (Walker("sgd", rate),)))
    assert words in verdict
    assert ends(distances(rate))


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_the_border_with_momentum_is_where_it_diverges(optimizer):
    borders = {"momentum": 2 * 1.5 / 4, "nesterov": 2 * 1.5 / 2 / 4}  # at momentum 0.5
    for share, grows in ((0.98, False), (1.02, True)):
        rate = share * borders[optimizer]
        (verdict,), _ = verdicts(Race(STEEP, (Walker(optimizer, rate, momentum=0.5),)))
        assert ("Too large" in verdict) == grows
        assert (distances(rate, optimizer, momentum=0.5)[-1] > 1) == grows


def test_the_rule_names_curvatures_and_border():
    _, rule = verdicts(Race(STEEP, (Walker("sgd", 0.1),)))
    assert rule.startswith("This surface curves everywhere with λ = 1 and 4.")
    assert "2/λ = 0.5 of the steepest" in rule


def test_elsewhere_it_speaks_of_the_lowest_minimum():
    _, rule = verdicts(Race(SURFACES["rosenbrock"], (Walker("sgd", 0.001),)))
    assert rule.startswith("Near its lowest minimum (1, 1)")


def test_without_a_minimum_it_speaks_of_the_start():
    _, rule = verdicts(Race(formula_surface("exp(x) + y"), (Walker("sgd", 0.1),), (0.0, 0.0)))
    assert rule.startswith("No minimum is known here. At the start this surface curves with λ = 0 and 1.")


def test_no_rate_helps_on_a_saddle():
    said, rule = verdicts(Race(SURFACES["saddle"], (Walker("sgd", 0.1), Walker("momentum", 0.1))))
    assert all("Curved downwards" in verdict for verdict in said)
    assert "every rate leads away" in rule


def test_who_scales_steps_has_no_border_and_the_implicit_step_none_to_fear():
    said, _ = verdicts(Race(STEEP, (Walker("adam", 0.1), Walker("implicit", 5.0))))
    assert "no fixed border" in said[0]
    assert "no rate is too large" in said[1]
