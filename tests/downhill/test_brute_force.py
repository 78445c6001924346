"""Counting, timing and trying all combinations."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.downhill.brute_force import MOST_VALUES, combinations, duration, in_powers_of_ten, search
from playground.downhill.descent import descend
from playground.downhill.race import Race, Walker
from playground.downhill.surfaces import SURFACES, formula_surface


def test_the_articles_example():
    assert combinations(1000, 25) == 10**75
    assert in_powers_of_ten(combinations(1000, 25)) == "10^75"


@given(st.integers(1, 30), st.integers(1, 12))
def test_combinations_are_those_of_counting_on(values, weights):
    count = 1
    for _ in range(weights):
        count = sum(count for _ in range(values))
    assert combinations(values, weights) == count


@pytest.mark.parametrize("wrong", [(0, 5), (5, 0), (10_001, 1), (1, 10_001)])
def test_what_is_not_counted(wrong):
    with pytest.raises(ValueError, match="counted for 1 to 10000 weights"):
        combinations(*wrong)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1"), (999_999, "999,999"), (10**6, "10^6"), (1_049_999, "1.0·10^6"), (1_050_000, "1.1·10^6"),
        (9_949_999, "9.9·10^6"), (9_950_000, "1.0·10^7"), (10**7, "10^7"), (10**75 - 1, "1.0·10^75"),
        (10**75 + 1, "1.0·10^75"), (37 * 10**11, "3.7·10^12"), (Fraction(5, 2), "3"), (Fraction(10**9, 3), "3.3·10^8"),
    ],
)  # fmt: skip
def test_powers_of_ten(number, text):
    assert in_powers_of_ten(number) == text


@given(st.integers(1, 400), st.integers(10**5, 10**6 - 1))
def test_powers_of_ten_are_right_however_large(power, digits):
    text = in_powers_of_ten(digits * 10**power)
    mantissa, _, exponent = text.partition("·")
    found = Fraction(mantissa) * 10 ** int(exponent[3:]) if exponent else Fraction(10) ** int(text[3:])
    assert abs(found / (digits * 10**power) - 1) <= Fraction(5, 100)


def test_the_largest_count_has_a_text():
    assert in_powers_of_ten(combinations(10_000, 10_000)) == "10^40000"
    with pytest.raises(ValueError, match="below 1"):
        in_powers_of_ten(0)


@pytest.mark.parametrize(
    ("count", "speed", "text"),
    [
        (10**6, 1e6, "1 second"), (10**6, 3e6, "333 milliseconds"), (7200, 1.0, "2 hours"),
        (1, 1e9, "less than a microsecond"), (31_557_600 * 5, 1.0, "5 years"),
        (31_557_600 * 10**12, 1.0, "10^12 years"), (9999, 1e4, "1000 milliseconds"), (60, 1.0, "1 minute"),
        (31_557_600 * 123_456, 1.0, "123,456 years"), (90, 1.0, "1.5 minutes"), (86_400 * 300, 1.0, "300 days"),
    ],
)  # fmt: skip
def test_durations(count, speed, text):
    assert duration(count, speed) == text


def test_a_billion_a_second_is_no_help():
    years = 10**75 / 1e9 / (365.25 * 24 * 3600)
    assert duration(10**75, 1e9) == f"{years / 1e58:.1f}·10^58 years"
    for wrong in ((0, 1.0), (1, 0.0), (1, math.inf), (1, math.nan)):
        with pytest.raises(ValueError, match="a speed above 0"):
            duration(*wrong)


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("values", [2, 33])
def test_a_search_finds_the_grids_lowest_point(name, values):
    surface = SURFACES[name]
    found = search(surface, values)
    points = np.stack(np.meshgrid(*surface.axes(values), indexing="ij"), axis=-1).reshape(
        -1, surface.dimension
    )
    costs = surface.costs(points)
    assert found.evaluations == len(points) == values**surface.dimension
    assert found.cost == pytest.approx(costs.min(), rel=1e-12, abs=1e-12)
    assert surface.costs(found.position) == pytest.approx(found.cost, rel=1e-12, abs=1e-12)
    assert any(np.allclose(found.position, point, atol=1e-12) for point in points)
    assert found.per_second == pytest.approx(found.evaluations / found.seconds)


def test_where_nothing_is_defined_it_passes():
    found = search(formula_surface("sqrt(x) + y^2"), 9)
    np.testing.assert_array_equal(found.position, [0, 0])
    with pytest.raises(ValueError, match="has no value anywhere on the grid"):
        search(formula_surface("sqrt(0.5 - abs(x))"), 2)


@pytest.mark.parametrize("values", [1, MOST_VALUES + 1])
def test_how_many_values_may_be_tried(values):
    with pytest.raises(ValueError, match="tries 2 to 2000 values"):
        search(SURFACES["bowl"], values)


def test_descent_needs_fewer_looks():
    surface = SURFACES["network"]
    tried = search(surface, 200)
    steps = descend(Race(surface, (Walker("sgd", surface.rate),), steps=500)).steps_to(tried.cost)[0]
    assert steps is not None and steps < tried.evaluations / 100
