"""What can be chosen about a race: limits, links, and what becomes of a choice when another changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.downhill.descent import descend
from playground.downhill.race import fitting_rate
from playground.downhill.settings import DOWNHILL_SETTINGS, LABELS, Downhill
from playground.downhill.surfaces import SURFACES
from playground.experiment import SETTINGS
from playground.nn.optimizers import OPTIMIZERS

WORDS = [
    "bowl",
    "curve",
    "formula",
    "parabola",
    "sgd,adam",
    "0.1,0.2",
    "1,2",
    "1",
    "x^2",
    "x*y",
    "full",
    "none",
    "nan",
]
texts = st.text(max_size=20) | st.sampled_from(WORDS)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(list(DOWNHILL_SETTINGS)), texts))
def test_every_link_gives_a_valid_choice(query):
    problems = []
    chosen = Downhill.from_query(query, problems)
    again = []
    assert Downhill.from_query(chosen.to_query(), again) == chosen and again == []
    assert all(problem.endswith("The default is used instead.") for problem in problems)


@pytest.mark.parametrize("name", LABELS)
def test_every_surface_makes_a_race(name):
    chosen = Downhill(surface=name, optimizers=tuple(OPTIMIZERS), steps=5)
    assert chosen.landscape.dimension == chosen.dimension
    assert chosen.race.start == chosen.landscape.start
    assert np.all(np.isfinite(descend(chosen.race).costs))
    assert [walker.rate for walker in chosen.walkers] == [
        fitting_rate(chosen.landscape, optimizer) for optimizer in OPTIMIZERS
    ]


def test_rates_and_numbers_reach_the_walkers():
    chosen = Downhill(optimizers=("sgd", "sgd", "adam"), rates=(0.1, 0.5, 0.2), beta1=0.5, average_after=3)
    assert [(w.optimizer, w.rate, w.beta1, w.average_after) for w in chosen.walkers] == [
        ("sgd", 0.1, 0.5, 3), ("sgd", 0.5, 0.5, 3), ("adam", 0.2, 0.5, 3)
    ]  # fmt: skip
    assert [w.rate for w in chosen.changed(rates=(0.3,)).walkers] == [0.3] * 3
    for name in ("momentum", "decay", "beta1", "beta2"):
        assert DOWNHILL_SETTINGS[name].kind == SETTINGS[name].kind


def test_the_bowl_has_the_curvatures_chosen():
    hessian = Downhill(curvatures=(2, 8), angle=90).landscape.at((1, 1)).hessian
    np.testing.assert_allclose(hessian, np.diag([8, 2]), atol=1e-12)


def test_a_batch_counts_only_where_there_are_rows():
    assert Downhill(batch=4).race.batch is None
    assert Downhill(surface="network", batch=4).race.batch == 4
    assert Downhill(surface="network").race.batch is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"rates": (0.1, 0.2)},
            r"rates=0\.1,0\.2 is not allowed: it must be none, one value, or one for each of the 3",
        ),
        ({"start": (1.0,)}, "start=1 is not allowed: this surface has 2 coordinates"),
        (
            {"surface": "parabola", "start": (1.0, 2.0)},
            "start=1,2 is not allowed: this surface has 1 coordinate",
        ),
        (
            {"formula": "2x"},
            r"formula='2x' is not allowed: At column 2 there is 'x' directly after '2'",
        ),
        ({"curve": "y"}, "curve='y' is not allowed"),
        ({"formula": 3}, "formula='3' is not allowed"),
        ({"batch": 41}, "from 1 to 40, or full"),
    ],
)
def test_what_is_not_allowed(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        Downhill(**wrong)


def test_a_formula_is_written_out():
    assert Downhill(formula=" x**2+y ^ 2").formula == "x^2 + y^2"


def test_another_surface_starts_afresh():
    chosen = Downhill(surface="valley", start=(1.0, 2.0), rates=(0.01,))
    other = chosen.with_values({"surface": "parabola"})
    assert (other.start, other.rates) == ((), ())
    assert chosen.with_values({"surface": "bowl", "start": (2.0, 2.0)}).start == (2.0, 2.0)


def test_optimizers_that_stay_keep_their_rates():
    chosen = Downhill(optimizers=("sgd", "momentum", "sgd"), rates=(0.1, 0.2, 0.3))
    other = chosen.with_values({"optimizers": ("momentum", "sgd", "adam", "sgd")})
    assert other.rates == (0.2, 0.1, fitting_rate(SURFACES["bowl"], "adam"), 0.3)


def test_a_change_that_does_not_fit_changes_nothing():
    problems = []
    chosen = Downhill()
    assert chosen.with_values({"start": (1.0,)}, problems) == chosen
    assert problems == ["start=1 is not allowed: this surface has 2 coordinates. Nothing is changed."]
