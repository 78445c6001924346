"""What the steps' formulas say is true: they are read back as arithmetic and worked out."""

import math
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import norm

from playground.lessons.formulas import FORMULAS
from playground.lessons.steps import steps
from playground.lessons.worked import DIFFERENTIABLE, PARAMETERS, Worked

NUMBERS = st.floats(-3, 3).map(lambda value: round(value, 3))
SUBSCRIPTS, SUPERSCRIPTS = "₀₁₂₃₄₅₆₇₈₉", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
SPELLED = {
    "∂E/∂": "g_",
    "δ": "d",
    "η": "eta",
    "−": "-",
    "½": "0.5",
    "²": "**2",
    "′": "_slope",
    "^": "**",
    "·": "*",
}
KNOWN = {
    "e": math.e, "ln": math.log, "tanh": math.tanh, "sin": math.sin, "cos": math.cos, "max": max, "min": min,
    "σ": lambda z: float(expit(z)), "Φ": lambda z: float(norm.cdf(z)), "φ": lambda z: float(norm.pdf(z)),
}  # fmt: skip


def worked_out(text, **values):
    """The value of a formula as it stands on the page."""
    text = re.sub(
        f"10([{SUPERSCRIPTS}]+)",
        lambda power: f"10**{power[1].translate(str.maketrans(SUPERSCRIPTS, '0123456789-'))}",
        text,
    )
    text = text.translate(str.maketrans(SUBSCRIPTS, "0123456789"))
    text = re.sub(r"\b(ln|tanh|sin|cos) (\([^)]*\)|[\w.]+)", r"\1(\2)", text)
    for sign, spelled in SPELLED.items():
        text = text.replace(sign, spelled)
    return eval(text, {"__builtins__": {}}, KNOWN | values)


def names_and_values(worked, before, step):
    """Every symbol at that step; sums that grow are as they were before it."""
    known = step.known
    t = worked.four_rows[1][step.row or 0] if worked.mode == "batch" else worked.target
    kind = worked.output if step.neuron == "out" else worked.activation
    formula = FORMULAS[kind]

    def slope(z):
        return float(formula.slope(z, formula.value(z)))

    values = {"eta": worked.learning_rate, "t": t, "E": before.error, "f": formula.value, "f_slope": slope}
    values |= known.weights | {f"g_{name}": value for name, value in before.gradients.items()}
    for neuron in ("h1", "h2", "h3", "out"):
        index = "" if neuron == "out" else neuron[1]
        for letter, table in (("z", known.sums), ("y", known.outputs), ("d", known.deltas)):
            values[letter + index] = table.get(neuron)
    return values | {name: known.outputs.get(name) for name in ("x1", "x2")}


PAIRS = [("squared", name) for name in DIFFERENTIABLE] + [("cross_entropy", "sigmoid")]


@pytest.mark.parametrize(("error", "output"), PAIRS)
@settings(max_examples=6)
@given(
    weights=st.tuples(*[NUMBERS] * 13), x=st.tuples(NUMBERS, NUMBERS), target=st.sampled_from([0.0, 0.25, 1.0]),
    activation=st.sampled_from(list(DIFFERENTIABLE)), use_bias=st.booleans(), batch=st.booleans(),
)  # fmt: skip
def test_symbols_and_numbers_give_the_value(error, output, weights, x, target, activation, use_bias, batch):
    worked = Worked(
        weights_in=weights[:6], weights_out=weights[6:9], biases=weights[9:], x=x, target=target, error=error,
        output=output, activation=activation, use_bias=use_bias, mode="batch" if batch else "row",
    )  # fmt: skip
    made = steps(worked)
    # With an output of exactly 0 or 1 the cross-entropy's own formula divides by 0.
    assume(error == "squared" or all(abs(step.known.sums.get("out", 0)) < 12 for step in made))
    for previous, step in zip(made[:1] + made, made, strict=False):
        left, *symbols = re.split(" = | ← ", step.symbols)
        name, *numbers = re.split(" = | ← | ≈ ", step.numbers)
        assert name == left
        values = names_and_values(worked, previous.known, step)
        for text in symbols:
            assert worked_out(text, **values) == pytest.approx(step.value, rel=1e-6, abs=1e-9)
        assert worked_out(numbers[-1]) == pytest.approx(step.value, rel=6e-4, abs=1e-12)
        for text in numbers[:-1]:  # its parts are rounded to four digits
            assert worked_out(text) == pytest.approx(step.value, rel=5e-3, abs=5e-3 * largest(text))


def largest(text):
    """The largest number in a formula: what a sum can be off by follows from it."""
    return max(1.0, *(float(number) for number in re.findall(r"\d+\.?\d*", text)))


@given(use_bias=st.booleans())
def test_the_active_connections_are_those_in_the_formula(use_bias):
    for step in steps(Worked(use_bias=use_bias)):
        shown = {
            name for name, part in PARAMETERS.items() if re.search(rf"{part.symbol}(?![₀-₉])", step.symbols)
        }
        assert set(step.connections) == shown


def test_rounding_is_told():
    step = next(step for step in steps(Worked(rounding="two_places")) if step.kind == "output")
    assert step.numbers == "y₁ = 1 / (1 + e^(−1)) ≈ 0.7311, rounded to 0.73"
    assert "rounded to two places" in step.words
    assert not any("rounded" in step.numbers for step in steps(Worked()))


def test_a_sure_answer_is_told_without_logarithms_of_0():
    step = next(
        step for step in steps(Worked(error="cross_entropy", weights_out=(9, 9, 9))) if step.kind == "error"
    )
    assert step.numbers.startswith("E = ln(1 + e^")
    assert worked_out(step.numbers.split(" ≈ ")[0].removeprefix("E = ")) == pytest.approx(
        step.value, rel=1e-4
    )
