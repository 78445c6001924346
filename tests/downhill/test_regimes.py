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


@pytest.mark.parametrize("text", ["exp(x) + y", "sqrt(x)", "log(x)", "sqrt(abs(x))", "0*sqrt(x)"])
def test_without_a_minimum_nothing_is_said_of_rates(text):
    """A slope that is not finite at the start, or a curvature, is no reason to fail either."""
    surface = formula_surface(text, 2 if "y" in text else 1)
    said, rule = verdicts(Race(surface, (Walker("sgd", 0.1), Walker("momentum", 0.1)), surface.start))
    assert "saddle" not in rule + "".join(said)
    if not surface.minima:
        assert said == ["", ""]
        assert rule.startswith("No minimum is known here")


@pytest.mark.parametrize("rate", [0.1, 1.0, 1.5, 2.5])
def test_no_rate_helps_on_a_saddle(rate):
    said, rule = verdicts(Race(SURFACES["saddle"], (Walker("sgd", rate), Walker("momentum", rate))))
    assert all("Curved downwards" in verdict for verdict in said)
    assert "every rate leads away" in rule


def test_each_walker_is_judged_by_the_minimum_that_it_goes_to():
    race = Race(
        SURFACES["himmelblau"], (Walker("sgd", 0.0145), Walker("sgd", 0.0155)), (-3.7, -3.2), steps=200
    )
    descent = descend(race)
    said, _ = verdicts(race, descent.positions[:, -1])
    steepest = np.linalg.eigvalsh(SURFACES["himmelblau"].at((-3.7793, -3.2832)).hessian)[-1]
    assert 0.0145 < 2 / steepest < 0.0155
    assert "(−3.779, −3.283)" in said[0] and "comes nearer all the same" in said[0]
    assert "Too large" in said[1]
    assert descent.costs[0, -1] < 1e-6 < descent.costs[1, -1]


def test_a_flat_surface_has_no_border_for_momentum_either():
    said, _ = verdicts(Race(formula_surface("x + y"), (Walker("momentum", 0.1), Walker("adam", 0.1))))
    assert said == [
        "No curvature here: nothing bends that a step could overshoot.",
        "Scales its own steps: no fixed border.",
    ]


def test_who_scales_steps_has_no_border_and_the_implicit_step_none_to_fear():
    said, _ = verdicts(Race(STEEP, (Walker("adam", 0.1), Walker("implicit", 5.0))))
    assert "no fixed border" in said[0]
    assert "no rate is too large" in said[1]
