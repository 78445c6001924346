"""How numbers are written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.lessons.formulas import FORMULAS
from playground.lessons.writing import DIGITS, equals, factor, number, sub, with_result


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"), (-0.5, "−0.5"), (0, "0"), (-0.0, "0"), (0.68997, "0.6900"), (0.69, "0.69"), (2 / 3, "0.6667"),
        (0.00798025, "0.007980"), (1.25e-5, "1.25·10⁻⁵"), (-3e8, "−3·10⁸"), (123456.789, "123456.789"),
        (float("inf"), "∞"), (float("-inf"), "−∞"), (float("nan"), "not a number"), (0.99999999, "1.0000"),
    ],
)  # fmt: skip
def test_numbers(value, text):
    assert number(value) == text


def test_inside_a_formula():
    assert [factor(value) for value in (0.5, -0.5, 2e-6, 0)] == ["0.5", "(−0.5)", "(2·10⁻⁶)", "0"]
    assert [equals(value) for value in (0.5, 1 / 3, 1.3 + 1e-15)] == ["= 0.5", "≈ 0.3333", "= 1.3"]
    assert with_result("2·3", 6) == "2·3 = 6"
    assert with_result("(−0.5)", -0.5) == "−0.5"
    assert sub("w", 21) == "w₂₁"


def read(text):
    back = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    plain = re.sub(r"·10(.+)", lambda found: "e" + found[1].translate(back), text.replace("−", "-"))
    return float(plain)


@given(st.floats(-1e300, 1e300, allow_subnormal=False))
def test_what_is_written_is_the_number_to_four_digits(value):
    assert read(number(value)) == pytest.approx(value, rel=0.5000001 * 10 ** (1 - DIGITS), abs=0)


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("z", [-1.5, 0.0, 2.0])
def test_a_formula_with_numbers_has_no_blanks_left(name, z):
    formula = FORMULAS[name]
    texts = [
        formula.output_symbols("z₁"), formula.output_numbers(z), formula.slope_symbols("z₁", "y₁"),
        formula.slope_numbers(z, 0.25),
    ]  # fmt: skip
    assert not any(set("{}") & set(text) for text in texts)
    assert "((" not in texts[1] and "z" not in texts[1]
