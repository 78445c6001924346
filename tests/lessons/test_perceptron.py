"""The perceptron against Novikoff's theorem, a plain simulation and scikit-learn's support vectors."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.svm import SVC

from playground.lessons.perceptron import POINTS, Perceptron, teach
from playground.lessons.separation import separate
from playground.lessons.step_neuron import error_along, error_and_gradient, line

SMALL = st.integers(-20, 20).map(lambda tenths: tenths / 10)
RATES = st.sampled_from([0.1, 0.3, 1.0, 2.5])


def margin_by_svm(x, targets):
    """Points and their mirror images: the best plane then goes through 0."""
    lifted = np.column_stack([x, np.ones(len(x))]) * np.where(targets == 1, 1, -1)[:, None]
    rows, labels = np.concatenate([lifted, -lifted]), np.repeat([1, -1], len(x))
    return 1 / np.linalg.norm(SVC(kernel="linear", C=1e8, tol=1e-9).fit(rows, labels).coef_)


@pytest.mark.parametrize(
    ("rows", "noise"), [("and", 0), ("or", 0), ("nand", 0), ("gaussians", 0), ("gaussians", 5)]
)
def test_the_margin_is_that_of_the_support_vectors(rows, noise):
    x, targets = Perceptron(rows=rows, noise=noise).points
    found = separate(x, targets)
    assert found.separable
    assert found.margin == pytest.approx(margin_by_svm(x, targets), rel=1e-4)
    lifted = np.column_stack([x, np.ones(len(x))])
    sides = lifted @ found.direction * np.where(targets == 1, 1, -1)
    assert sides.min() == pytest.approx(found.margin)
    assert np.linalg.norm(found.direction) == pytest.approx(1)
    assert found.radius == pytest.approx(np.sqrt((x**2).sum(axis=1).max() + 1))


def test_bounds_that_are_known():
    """And: γ = 1/√17 between (1, 1) and the two mixed rows; or: γ = 1/3; R² = 3 for both."""
    for rows, bound in (("and", 51), ("or", 27), ("nand", 51)):
        assert teach(Perceptron(rows=rows, first_weights=(0, 0))).bound == pytest.approx(bound)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000), start=st.tuples(SMALL, SMALL), bias=SMALL, rate=RATES, mixed=st.booleans(),
    rows=st.sampled_from(["and", "or", "nand", "gaussians"]), noise=st.sampled_from([0, 4]),
)  # fmt: skip
def test_where_a_line_exists_it_is_found_within_novikoffs_bound(seed, start, bias, rate, mixed, rows, noise):
    perceptron = Perceptron(
        rows=rows, sample=seed, mixing=seed, first_weights=start, first_bias=bias, rate=rate, mixed=mixed,
        noise=noise, count=30,
    )  # fmt: skip
    story = teach(perceptron)
    assume(story.separation.separable)
    assert story.ended == "converged" and story.cycle is None
    assert len(story.corrections) <= story.bound
    *w, b = (
        (*story.corrections[-1].weights, story.corrections[-1].bias) if story.corrections else (*start, bias)
    )
    np.testing.assert_array_equal(story.x @ w + b >= -1e-12, story.targets == 1)


def test_the_bound_from_zero_is_radius_over_margin_squared_at_any_rate():
    found = teach(Perceptron(rows="gaussians")).separation
    for rate in (0.1, 1, 30):
        assert found.bound(rate=rate) == pytest.approx((found.radius / found.margin) ** 2)
    assert found.bound(start=(9, -9, 3)) > found.bound()


@given(start=st.tuples(SMALL, SMALL, SMALL), rate=RATES, rows=st.sampled_from(["and", "or", "gaussians"]))
def test_the_bound_from_elsewhere_is_where_the_two_inequalities_meet(start, rate, rows):
    found = separate(*Perceptron(rows=rows).points)
    bound = found.bound(start, rate)

    def room(k):  # in the weights' own units: what |w| may be at most, less what w·u is at least
        ahead = np.dot(start, found.direction) + k * rate * found.margin
        return np.sqrt(np.dot(start, start) + k * (rate * found.radius) ** 2) - ahead

    assert room(bound) == pytest.approx(0, abs=1e-6 * (1 + rate * found.radius * np.sqrt(bound)))
    assert (room(bound * np.linspace(1.001, 10, 50) + 1e-3) < 0).all()


@given(start=st.tuples(SMALL, SMALL), bias=SMALL, rate=RATES, rows=st.sampled_from(["and", "truth_table"]))
def test_each_correction_follows_the_rule(start, bias, rate, rows):
    story = teach(Perceptron(rows=rows, first_weights=start, first_bias=bias, rate=rate), 200)
    w, looks = np.array([*start, bias]), 0
    for correction in story.corrections:
        for look in range(looks, correction.look):  # those passed over were right
            row = np.append(story.x[look % 4], 1)
            wrong = (row @ w >= 0) != story.targets[look % 4]
            assert wrong == (look == correction.look - 1) or abs(row @ w) < 1e-12
        looks = correction.look
        assert correction.row == (looks - 1) % 4 and correction.target == story.targets[correction.row]
        assert correction.output == 1 - correction.target
        w = w + rate * (correction.target - correction.output) * np.append(story.x[correction.row], 1)
        np.testing.assert_allclose([*correction.weights, correction.bias], w, atol=1e-12)


@given(start=st.tuples(SMALL, SMALL), bias=SMALL, rate=RATES)
def test_exclusive_or_goes_in_circles_from_everywhere(start, bias, rate):
    story = teach(Perceptron(rows="truth_table", first_weights=start, first_bias=bias, rate=rate))
    assert story.ended == "cycle" and story.bound == np.inf and not story.separation.separable
    made, cycle = story.corrections, story.cycle
    assert cycle.begins + cycle.corrections == len(made) and cycle.looks % 4 == 0
    states = [(*start, bias), *((*each.weights, each.bias) for each in made)]
    assert states[-1] == states[cycle.begins]
    # Any shorter round would have been found: no other two passes begin with one state.
    looks = [0, *(each.look for each in made)]
    begin = [
        states[max(i for i, look in enumerate(looks) if look <= at)] for at in range(0, story.looks + 1, 4)
    ]
    assert len(set(begin)) == len(begin) - 1
    assert f"every {cycle.looks} rows, with {cycle.corrections} corrections" in story.words


def test_in_a_new_order_every_time_there_is_no_circle_to_find():
    story = teach(Perceptron(rows="truth_table", mixed=True), 500)
    assert story.ended == "limit" and len(story.corrections) == 500 and story.cycle is None
    assert story.words.startswith("Given up after 500 corrections. No line separates these points.")


def test_given_up_although_a_line_exists():
    story = teach(Perceptron(first_weights=(0, 0)), 3)
    assert story.ended == "limit"
    assert story.words == "Given up after 3 corrections. A line exists, and at most 51 are needed."


def test_a_perceptron_that_starts_on_a_solution_changes_nothing():
    story = teach(Perceptron(rows="or", first_weights=(1, 1), first_bias=-0.5))
    assert (story.ended, story.corrections, story.looks) == ("converged", [], 4)
    assert "after 0 corrections" in story.words


def test_one_correction_is_no_plural():
    assert "after 1 correction." in teach(Perceptron(rows="gaussians")).words


@pytest.mark.parametrize("rows", POINTS)
def test_every_set_of_points_has_both_classes_and_comes_to_an_end(rows):
    perceptron = Perceptron(rows=rows, count=40)
    story = teach(perceptron, 50)
    assert set(story.targets.tolist()) == {0, 1}
    assert np.abs(story.x - np.mean(perceptron.window)).max() <= np.ptp(perceptron.window) / 2
    assert len(story.x) == (4 if rows in ("and", "or", "nand", "truth_table") else 40)


def test_a_link_carries_everything():
    perceptron = Perceptron(rows="moons", count=12, first_weights=(0.5, -1), mixed=True)
    assert Perceptron.from_query(perceptron.to_query()) == perceptron
    with pytest.raises(ValueError, match="most=0 is not allowed: it must be from 1 to 10000"):
        teach(perceptron, 0)


@given(w=st.tuples(st.floats(-5, 5), st.floats(-5, 5)), b=st.floats(-20, 20))
def test_the_line_goes_from_border_to_border(w, b):
    assume(max(map(abs, w)) > 1e-3)
    low, high = -1.0, 2.0
    corners = np.array([[low, low], [low, high], [high, low], [high, high]]) @ w + b
    ends = line(w, b, (low, high))
    if ends is None:
        assert corners.min() >= -1e-9 or corners.max() <= 1e-9
        return
    assert corners.min() <= 1e-9 and corners.max() >= -1e-9
    for end in ends:
        assert np.dot(w, end) + b == pytest.approx(0, abs=1e-9)
        assert min(abs(at - side) for at in end for side in (low, high)) < 1e-9
        assert low <= min(end) and max(end) <= high


def test_lines_along_the_axes_and_none():
    assert sorted(line((0, 2), -1, (0, 1))) == [(0, 0.5), (1, 0.5)]
    assert sorted(line((2, 0), -1, (0, 1))) == [(0.5, 0), (0.5, 1)]
    assert line((0, 0), 1, (0, 1)) is None
    assert line((0, 1), -3, (0, 1)) is None


@given(w=st.tuples(SMALL, SMALL), b=SMALL, rows=st.sampled_from(["and", "truth_table", "gaussians"]))
def test_gradient_descent_cannot_move_a_step_neuron(w, b, rows):
    x, targets = Perceptron(rows=rows).points
    error, gradient = error_and_gradient(w, b, x, targets)
    assert error == np.sum((x @ w + b >= 0) != targets) / 2
    assert (gradient == 0).all()
    if np.abs(x @ w + b).min() > 1e-6:  # no point on the line
        for which in ("w1", "w2", "b"):
            middle = {"w1": w[0], "w2": w[1], "b": b}[which]
            assert (
                error_along(which, [middle - 1e-8, middle, middle + 1e-8], w, b, x, targets) == error
            ).all()
    # Where the neuron is smooth, the same error has a slope; exclusive or is balanced at weights of 0.
    if rows != "truth_table":
        assert np.abs(error_and_gradient(w, b, x, targets, "sigmoid")[1]).max() > 0


def test_the_error_of_a_step_neuron_is_a_staircase():
    x, targets = Perceptron(rows="and").points
    heights = error_along("b", np.linspace(-3, 1, 401), (1, 1), 0, x, targets)
    # All below their threshold but the last; then all rows but (0, 0), then every one.
    assert set(heights.tolist()) == {0.5, 0, 1, 1.5}
    assert np.count_nonzero(np.diff(heights)) == 3


def test_wrong_names_are_told():
    x, targets = Perceptron().points
    with pytest.raises(ValueError, match="which='w3' is not allowed"):
        error_along("w3", [0], (1, 1), 0, x, targets)
    with pytest.raises(ValueError, match="activation='wave' is not allowed"):
        error_and_gradient((1, 1), 0, x, targets, "wave")
