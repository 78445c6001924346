"""The worked example against the published numbers, automatic differentiation and finite differences."""

import math

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss

from playground.lessons.autodiff import autodiff
from playground.lessons.chain_rule import passes
from playground.lessons.formulas import FORMULAS
from playground.lessons.steps import STAGES, next_row, steps
from playground.lessons.worked import DIFFERENTIABLE, PARAMETERS, WORKED_SETTINGS, Worked
from playground.nn.activations import ACTIVATIONS
from playground.settings import table

NUMBERS = st.floats(-3, 3).map(lambda value: round(value, 3))
ERRORS_AND_OUTPUTS = [("squared", name) for name in DIFFERENTIABLE] + [("cross_entropy", "sigmoid")]


@st.composite
def anything(draw, **fixed):
    """A worked example with any weights, inputs, target and biases."""
    drawn = {
        "weights_in": draw(st.tuples(*[NUMBERS] * 6)),
        "weights_out": draw(st.tuples(*[NUMBERS] * 3)),
        "biases": draw(st.tuples(*[NUMBERS] * 4)),
        "use_bias": draw(st.booleans()),
        "x": draw(st.tuples(NUMBERS, NUMBERS)),
        "target": draw(st.floats(0, 1)),
        "learning_rate": draw(st.floats(0.01, 5)),
        "mode": draw(st.sampled_from(["row", "batch"])),
    }
    return Worked(**drawn | fixed)


def final(worked):
    return steps(worked)[-1].known


def test_the_published_numbers():
    known = final(Worked())
    assert known.sums == pytest.approx({"h1": 1.0, "h2": 1.3, "h3": 0.8, "out": 1.2332}, abs=5e-5)
    assert known.outputs == pytest.approx(
        {"x1": 1, "x2": 1, "h1": 0.7311, "h2": 0.7858, "h3": 0.6900, "out": 0.7744}, abs=5e-5
    )
    assert known.error == pytest.approx(0.7744**2 / 2, abs=5e-5)
    # By a calculator, from the rounded numbers above.
    assert known.deltas == pytest.approx(
        {
            "out": 0.7744 * 0.7744 * 0.2256,
            "h1": 0.7311 * 0.2689 * 0.3 * 0.1353,
            "h2": 0.7858 * 0.2142 * 0.5 * 0.1353,
            "h3": 0.6900 * 0.3100 * 0.9 * 0.1353,
        },
        abs=5e-5,
    )
    assert known.gradients["v1"] == pytest.approx(0.1353 * 0.7311, abs=5e-5)
    assert known.gradients["w21"] == pytest.approx(known.deltas["h1"])
    assert known.new_weights["v3"] == pytest.approx(0.9 - 0.5 * 0.1353 * 0.6900, abs=5e-5)


def test_the_published_numbers_rounded_on_the_way():
    known = final(Worked(rounding="two_places"))
    assert [known.outputs[f"h{j}"] for j in (1, 2, 3)] == [0.73, 0.79, 0.69]
    assert known.sums["out"] == pytest.approx(1.235, abs=1e-12)
    sums = next(
        step for step in steps(Worked(rounding="two_places")) if (step.kind, step.neuron) == ("sum", "out")
    )
    assert sums.numbers == "z = 0.3·0.73 + 0.5·0.79 + 0.9·0.69 = 1.235"


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_each_formula_is_the_networks_activation_and_its_slope(name):
    z = np.concatenate([np.linspace(-8, 8, 161), [-800.0, 800.0, 1e-9, -1e-9]])
    formula, fn = FORMULAS[name], ACTIVATIONS[name].fn
    with jax.enable_x64(True):
        value = np.asarray(jax.vmap(fn)(z))
        slope = np.asarray(jax.vmap(jax.grad(fn))(z))
    assert list(FORMULAS) == list(ACTIVATIONS)
    assert 0.0 in z
    np.testing.assert_allclose(formula.value(z), value, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(formula.slope(z, formula.value(z)), slope, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("error", "output"), ERRORS_AND_OUTPUTS)
@pytest.mark.parametrize("activation", DIFFERENTIABLE)
@settings(max_examples=4)
@given(data=st.data())
def test_by_hand_and_by_autodiff(activation, error, output, data):
    worked = data.draw(anything(activation=activation, error=error, output=output))
    compared = autodiff(worked)
    assert list(compared) == worked.learned
    largest = max(1.0, *(abs(each.by_hand) for each in compared.values()))
    for each in compared.values():
        assert abs(each.difference) <= 1e-12 * largest
        assert each.by_hand - each.by_autodiff == each.difference


@given(worked=anything())
def test_the_slope_of_the_error_by_finite_differences(worked):
    x, t = worked.rows
    gradient, reach = passes(worked, worked.values, x, t).gradient, 1e-5
    for k, shift in enumerate(np.eye(13) * reach):
        ends = [passes(worked, worked.values + side * shift, x, t).errors.sum() for side in (1, -1)]
        assert gradient[k] == pytest.approx((ends[0] - ends[1]) / (2 * reach), abs=1e-7)


@settings(max_examples=25)
@given(worked=anything())
def test_the_steps_end_where_one_gradient_step_ends(worked):
    compared = autodiff(worked)
    new = final(worked).new_weights
    assert list(new) == worked.learned
    for name, value in new.items():
        old = worked.values[list(PARAMETERS).index(name)]
        assert value == pytest.approx(old - worked.learning_rate * compared[name].by_autodiff, abs=1e-12)


def test_32_bits_differ_in_the_last_places_only():
    compared = autodiff(Worked(use_bias=True, mode="batch"), "float32")
    differences = [abs(each.difference) for each in compared.values()]
    assert 0 < max(differences) < 1e-6
    with pytest.raises(ValueError, match="must be one of float32, float64"):
        autodiff(Worked(), "float16")


def test_autodiff_leaves_the_rest_of_the_app_its_32_bits():
    autodiff(Worked())
    assert jax.numpy.ones(1).dtype == np.float32


def test_rounding_costs_exactness():
    assert max(abs(each.difference) for each in autodiff(Worked(rounding="two_places")).values()) > 1e-4


@given(worked=anything(error="cross_entropy", output="sigmoid"))
def test_with_cross_entropy_delta_is_the_difference(worked):
    for step in steps(worked):
        if step.kind == "delta" and step.neuron == "out":
            target = worked.four_rows[1][step.row] if worked.mode == "batch" else worked.target
            assert step.value == pytest.approx(step.known.outputs["out"] - target, abs=1e-15)


def test_cross_entropy_is_scikit_learns():
    worked = Worked(error="cross_entropy", mode="batch")
    y = passes(worked, worked.values, *worked.rows).output
    assert final(worked).error == pytest.approx(log_loss([0, 1, 1, 0], y, normalize=False))


def test_cross_entropy_stays_finite_where_the_output_is_0_or_1():
    known = final(Worked(error="cross_entropy", weights_out=(100, 100, 100)))
    assert known.outputs["out"] == 1.0
    assert known.error == pytest.approx(known.sums["out"])
    assert all(map(math.isfinite, known.new_weights.values()))


@given(worked=anything())
def test_the_order_of_the_steps(worked):
    made, rows = steps(worked), 4 if worked.mode == "batch" else 1
    learned = 13 if worked.use_bias else 9
    one = ["input"] * 2 + ["sum", "output"] * 4 + ["error"] + ["delta"] * 4 + ["gradient"] * learned
    assert [step.kind for step in made] == one * rows + ["update"] * learned
    assert {step.stage for step in made} == {2, 3, 4, 5, 6} and list(STAGES) == list(range(1, 8))
    per_row = len(one)
    assert [step.row for step in made] == [
        index // per_row if index < rows * per_row else None for index in range(len(made))
    ]
    neurons = {"x1", "x2", "h1", "h2", "h3", "out"}
    for step in made:
        assert step.neuron in neurons | {None}
        assert set(step.connections) <= set(worked.learned)
        assert all(text.isprintable() and text for text in (step.symbols, step.numbers, step.words))


@given(worked=anything())
def test_nothing_is_known_before_its_time(worked):
    for step in steps(worked):
        known, where = step.known, step.neuron or step.connections[0]
        table_ = {
            "input": known.outputs, "sum": known.sums, "output": known.outputs, "delta": known.deltas,
            "gradient": known.gradients, "update": known.new_weights,
        }.get(step.kind)  # fmt: skip
        if table_ is None:
            assert known.error == step.value
            continue
        key = step.connections[0] if step.kind in ("gradient", "update") else where
        assert table_[key] == step.value
        if step.kind not in ("gradient", "update"):  # sums over a batch stay
            assert list(table_)[-1] == key
        assert step.kind in ("delta", "gradient", "update") or not known.deltas
        assert step.kind == "update" or not known.new_weights


def test_a_batch_adds_up_what_its_rows_say():
    batch = final(Worked(mode="batch", use_bias=True))
    rows = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
    singles = [final(Worked(x=x, target=t, use_bias=True)) for x, t in rows]
    assert batch.error == pytest.approx(sum(single.error for single in singles))
    for name, slope in batch.gradients.items():
        assert slope == pytest.approx(sum(single.gradients[name] for single in singles))


def test_biases_that_are_off_count_for_nothing():
    off, none = Worked(biases=(1, 2, 3, 4)), Worked()
    assert final(off) == final(none)
    assert final(Worked(biases=(1, 2, 3, 4), use_bias=True)).sums["h3"] == pytest.approx(3.8)


def test_the_next_row_goes_on_with_the_new_weights():
    worked = Worked(use_bias=True)
    new, after = final(worked).new_weights, next_row(worked)
    assert dict(zip(PARAMETERS, after.values, strict=True)) == new
    assert after == worked.changed(
        weights_in=after.weights_in, weights_out=after.weights_out, biases=after.biases
    )
    assert next_row(Worked(biases=(1, 2, 3, 4))).biases == (1, 2, 3, 4)
    wild = Worked(activation="linear", output="linear", x=(10, 10), learning_rate=100)
    with pytest.raises(ValueError, match="Try a smaller learning rate"):
        next_row(wild)


@given(worked=anything())
def test_a_link_carries_everything(worked):
    problems = []
    assert Worked.from_query(worked.to_query(), problems) == worked
    assert problems == []


def test_what_does_not_fit_gives_way():
    tanh = Worked(output="tanh", target=-1, targets=(-1, 1, 1, -1))
    entropy = tanh.changed(error="cross_entropy")
    assert (entropy.error, entropy.output) == ("cross_entropy", "sigmoid")
    assert (entropy.target, entropy.targets) == (0, (0, 1, 1, 0))
    assert entropy.changed(output="tanh").error == "squared"
    assert entropy.changed(target=-0.5).error == "squared"
    problems = []
    kept = entropy.with_values({"target": -0.5, "x": "three"}, problems)
    assert kept.error == "squared" and kept.x == (1, 1) and len(problems) == 2
    read = Worked.from_query({"error": "cross_entropy", "output": "tanh", "x": "1,0"}, problems)
    assert (read.error, read.output, read.x) == ("squared", "tanh", (1, 0))
    assert problems[-1].startswith("error=cross_entropy is not allowed: with output=tanh it must be squared")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"weights_in": (1, 2, 3)}, "weights_in="),
        ({"activation": "step"}, "activation='step' is not allowed: it must be one of linear, sigmoid"),
        ({"target": 2}, "target='2' is not allowed: it must be a number from -1 to 1"),
        ({"error": "cross_entropy", "output": "relu"}, "with output=relu it must be squared"),
        ({"error": "cross_entropy", "target": -1}, "with a target below 0 it must be squared"),
    ],
)
def test_a_wrong_value_is_told(wrong, words):
    with pytest.raises(ValueError, match=words):
        Worked(**wrong)


def test_the_table_is_that_of_the_settings():
    assert table(Worked) == WORKED_SETTINGS
    assert all(row.label and row.help.endswith(".") for row in WORKED_SETTINGS.values())
