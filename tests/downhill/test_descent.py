"""Races against the same optimizers in NumPy, in optax, and in closed form."""

import jax
import numpy as np
import optax
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.compiled import compilations
from playground.downhill.descent import FAR, _batch_weights, descend
from playground.downhill.race import MOST_STEPS, MOST_WALKERS, Race, Walker
from playground.downhill.surfaces import SURFACES, bowl, formula_surface
from playground.downhill.terms import RULES
from playground.nn.optimizers import OPTIMIZERS
from playground.row_order import epoch_order

STEPS = 60
HILL = SURFACES["himmelblau"]
START = (-0.5, -1.0)


def slope(p):
    """Himmelblau's, by hand."""
    x, y = p
    a, b = x**2 + y - 11, x + y**2 - 7
    return np.array([4 * a * x + 2 * b, 2 * a + 4 * b * y])


def walker(name):
    rate = {"adagrad": 0.4, "rmsprop": 0.05, "adam": 0.1, "momentum": 0.003, "nesterov": 0.003}.get(
        name, 0.01
    )
    return Walker(name, rate, momentum=0.8, decay=0.7, beta1=0.6, beta2=0.95, average_after=4)


# One step each: from place, memory and step number (from 1) to the step, the new memory and the terms.


def sgd(w, p, memory, t):
    return -w.rate * slope(p), None, {}


def momentum(w, p, before, t):
    after = w.momentum * before + slope(p)
    return -w.rate * after, after, {"velocity before": before, "velocity after": after}


def nesterov(w, p, before, t):
    _, after, terms = momentum(w, p, before, t)
    return -w.rate * (slope(p) + w.momentum * after), after, terms


def adagrad(w, p, memory, t):
    before = memory if t > 1 else memory + 0.1
    after = before + slope(p) ** 2
    root = np.sqrt(after + 1e-7)
    terms = {"sum of squares before": before, "sum of squares after": after, "root": root}
    return -w.rate * slope(p) / root, after, terms


def rmsprop(w, p, before, t):
    after = w.decay * before + (1 - w.decay) * slope(p) ** 2
    root = np.sqrt(after + 1e-8)
    return (
        -w.rate * slope(p) / root,
        after,
        {"mean square before": before, "mean square after": after, "root": root},
    )


def adam(w, p, memory, t):
    m, v = memory if t > 1 else (np.zeros(2), np.zeros(2))
    m2, v2 = w.beta1 * m + (1 - w.beta1) * slope(p), w.beta2 * v + (1 - w.beta2) * slope(p) ** 2
    first, second = m2 / (1 - w.beta1**t), v2 / (1 - w.beta2**t)
    terms = {
        "m before": m,
        "v before": v,
        "m after": m2,
        "v after": v2,
        "corrected m": first,
        "corrected v": second,
    }
    return -w.rate * first / (np.sqrt(second) + 1e-8), (m2, v2), terms


def averaged(w, p, memory, t):
    before, count = memory if t > 1 else (p, 0)
    after, count = p - w.rate * slope(p), count + 1 if t > w.average_after else 0
    mean = before + (after - before) / max(count, 1)
    terms = {"average before": before, "average after": mean, "averaged steps": np.full(2, count)}
    return -w.rate * slope(p), (mean, count), terms


BY_HAND = {
    "sgd": sgd, "momentum": momentum, "nesterov": nesterov, "adagrad": adagrad, "rmsprop": rmsprop, "adam": adam,
    "averaged": averaged,
}  # fmt: skip


@pytest.fixture(scope="module")
def race():
    return descend(Race(HILL, tuple(walker(name) for name in OPTIMIZERS), START, STEPS))


@pytest.mark.parametrize("name", BY_HAND)
def test_positions_and_terms_are_those_of_the_formula(name, race):
    lane, w = list(OPTIMIZERS).index(name), walker(name)
    p, memory = np.array(START), np.zeros(2)
    for number in range(STEPS):
        step, memory, terms = BY_HAND[name](w, p, memory, number + 1)
        close = {"rtol": 1e-9, "atol": 1e-10}
        np.testing.assert_allclose(race.positions[lane, number], p, **close)
        np.testing.assert_allclose(race.gradients[lane, number], slope(p), **close)
        np.testing.assert_allclose(race.steps[lane, number], step, **close)
        assert set(race.terms[lane]) == {"slope", "step", *terms}
        for term, value in (terms | {"slope": slope(p), "step": step}).items():
            np.testing.assert_allclose(race.terms[lane][term][number], value, err_msg=term, **close)
        p = p + step
    assert race.left[lane] is None


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"])
def test_optax_in_a_plain_loop_goes_the_same_way(name, race):
    lane, w = list(OPTIMIZERS).index(name), walker(name)
    with jax.enable_x64(True):
        optimizer = {
            "sgd": lambda: optax.sgd(w.rate),
            "momentum": lambda: optax.sgd(w.rate, momentum=w.momentum),
            "nesterov": lambda: optax.sgd(w.rate, momentum=w.momentum, nesterov=True),
            "adagrad": lambda: optax.adagrad(w.rate),
            "rmsprop": lambda: optax.rmsprop(w.rate, decay=w.decay),
            "adam": lambda: optax.adam(w.rate, b1=w.beta1, b2=w.beta2),
        }[name]()
        p = jax.numpy.array(START)
        memory = optimizer.init(p)
        for _ in range(STEPS):
            changes, memory = optimizer.update(jax.numpy.asarray(slope(np.asarray(p))), memory, p)
            p = optax.apply_updates(p, changes)
        np.testing.assert_allclose(race.positions[lane, -1], p, rtol=1e-9)


def test_the_implicit_step_is_the_slope_at_its_end(race):
    lane = list(OPTIMIZERS).index("implicit")
    terms, ends = race.terms[lane], race.positions[lane, 1:]
    np.testing.assert_allclose(terms["slope at the end"], [slope(p) for p in ends], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(terms["step"], -walker("implicit").rate * terms["slope at the end"], atol=1e-6)
    matrix = np.diag([1.0, 4.0])
    path = descend(Race(bowl(1, 4), (Walker("implicit", 2.0),), (1.0, -2.0), 5)).positions[0]
    np.testing.assert_allclose(
        path[3], np.linalg.matrix_power(np.linalg.inv(np.eye(2) + 2 * matrix), 3) @ path[0]
    )


def test_every_optimizer_has_its_rule_and_the_terms_in_its_formula(race):
    assert list(RULES) == list(OPTIMIZERS)
    for name, terms in zip(OPTIMIZERS, race.terms, strict=True):
        assert "step" in RULES[name].formula
        assert all(rows.shape == (STEPS, 2) for rows in terms.values())


def test_what_is_shown_and_what_it_costs(race):
    lane = list(OPTIMIZERS).index("averaged")
    after = walker("averaged").average_after
    mean = [race.positions[lane, after + 1 : k + 1].mean(axis=0) for k in range(after + 1, STEPS + 1)]
    np.testing.assert_allclose(race.shown[lane, after + 1 :], mean, rtol=1e-12)
    np.testing.assert_array_equal(race.shown[lane, : after + 1], race.positions[lane, : after + 1])
    others = [number for number in range(len(OPTIMIZERS)) if number != lane]
    np.testing.assert_array_equal(race.shown[others], race.positions[others])

    def cost(p):
        return (p[..., 0] ** 2 + p[..., 1] - 11) ** 2 + (p[..., 0] + p[..., 1] ** 2 - 7) ** 2

    np.testing.assert_allclose(race.costs, cost(race.shown), atol=1e-9)
    np.testing.assert_allclose(race.heights, cost(race.positions), atol=1e-9)
    np.testing.assert_array_equal(race.exact, race.gradients)


def test_shapes_in_one_dimension():
    found = descend(Race(SURFACES["double_well"], (Walker("sgd", 0.03), Walker("adam", 0.1)), steps=7))
    assert found.positions.shape == found.shown.shape == (2, 8, 1)
    assert found.costs.shape == found.heights.shape == (2, 8)
    assert found.gradients.shape == found.exact.shape == found.steps.shape == (2, 7, 1)
    assert found.terms[1]["corrected m"].shape == (7, 1)


@pytest.mark.parametrize("batch", [None, 1, 7])
def test_a_longer_race_begins_like_a_shorter_one(batch):
    walkers = (Walker("momentum", 0.02), Walker("averaged", 0.1, average_after=5))
    short, long = (descend(Race(SURFACES["network"], walkers, steps=n, batch=batch)) for n in (20, 90))
    np.testing.assert_array_equal(short.positions, long.positions[:, :21])
    np.testing.assert_array_equal(short.shown, long.shown[:, :21])


# Leaving.


def test_too_large_a_rate_leaves_as_computed():
    surface = SURFACES["parabola"]
    found = descend(Race(surface, (Walker("sgd", 3.0), Walker("sgd", 0.5)), (1.0,), 100))
    path = (-2.0) ** np.arange(101)
    step = int(np.argmax(np.abs(path) > FAR * 8))
    left = found.left[0]
    assert (left.step, left.far) == (step, True)
    np.testing.assert_array_equal(left.position, [path[step]])
    assert left.cost == path[step] ** 2 / 2
    assert left.sentence == "It left at step 23: it is at (−8.389·10⁶), far outside the picture."
    np.testing.assert_array_equal(found.positions[0, : step + 1, 0], path[: step + 1])
    np.testing.assert_array_equal(found.positions[0, step:], [left.position] * (101 - step))
    assert not found.steps[0, step:].any()
    assert found.left[1] is None
    short = descend(Race(surface, (Walker("sgd", 3.0),), (1.0,), step - 1))
    assert short.left == (None,)


def test_a_step_to_where_nothing_is_defined_is_not_taken():
    surface = formula_surface("x - log(x) + y^2")
    found = descend(Race(surface, (Walker("sgd", 1.0), Walker("sgd", 0.01)), (0.5, 0.0), 10))
    # From 0.5 the slope is 1 − 1/0.5 = −1: the first step is to 1.5, the next by −1/3, … and from 0.4 it stays inside.
    assert found.left == (None, None)
    found = descend(Race(surface, (Walker("sgd", 4.0),), (2.0, 0.0), 10))
    left = found.left[0]  # from 2 the slope is 1/2: the first step ends at 0, where the logarithm is infinite
    assert (left.step, left.far) == (1, False)
    np.testing.assert_array_equal(found.positions[0], [[2.0, 0.0]] * 11)
    assert left.cost == pytest.approx(2 - np.log(2))
    assert "from (2, 0) the step led to where there is no finite cost" in left.sentence


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_whoever_cannot_make_a_first_step_stays(name):
    # At the end of its range the square root has no finite slope, and left of it no value.
    surface = formula_surface("sqrt(x) + y^2")
    found = descend(Race(surface, (Walker(name, 1.0),), (0.0, 1.0), 3))
    np.testing.assert_array_equal(found.positions[0], [[0.0, 1.0]] * 4)
    np.testing.assert_array_equal(found.costs[0], [1.0] * 4)
    if name != "implicit":  # it knows no better place, and says so by staying
        assert found.left[0].step == 1 and not found.left[0].far


def test_an_overflow_is_a_leaving_too():
    found = descend(Race(SURFACES["beale"], (Walker("sgd", 10.0),), (4.0, 4.0), 50))
    assert (
        found.left[0] is not None
        and np.all(np.isfinite(found.positions))
        and np.all(np.isfinite(found.heights))
    )


def test_the_memory_of_who_left_rests_too():
    found = descend(Race(SURFACES["parabola"], (Walker("momentum", 5.0),), (1.0,), 100))
    velocity, step = found.terms[0]["velocity after"], found.left[0].step
    assert velocity[step - 1] != velocity[step - 2]
    np.testing.assert_array_equal(velocity[step:], velocity[step - 1 : step] * np.ones((100 - step, 1)))


# Batches.

NET = SURFACES["network"]


def row_slopes(p):
    """The slope of each row's loss, by hand."""
    (w1, w2), (x, t) = p, NET.fn.rows
    hidden = np.tanh(w1 * x)
    error = w2 * hidden - t
    return np.stack([error * w2 * (1 - hidden**2) * x, error * hidden], axis=-1)


@settings(max_examples=25)
@given(st.integers(1, 40), st.integers(0, 2**31 - 1))
def test_rows_are_drawn_as_in_training(batch, seed):
    weights = np.asarray(_batch_weights(40, np.int32(batch), np.int32(seed)))
    per_epoch = -(-40 // batch)
    key = jax.random.key(seed)
    for step in (0, per_epoch - 1, per_epoch, 3 * per_epoch + (per_epoch > 1), MOST_STEPS - 1):
        order = np.asarray(epoch_order(key, step // per_epoch, 40))
        first = step % per_epoch * batch
        assert set(np.flatnonzero(weights[step])) == set(order[first : first + batch])
    whole = MOST_STEPS // per_epoch * per_epoch
    assert np.all(weights[:whole].reshape(-1, per_epoch, 40).sum(axis=1) == 1)


@pytest.mark.parametrize("batch", [1, 7, 40])
def test_the_slope_is_that_of_the_batch(batch):
    found = descend(Race(NET, (Walker("sgd", 0.1), Walker("implicit", 0.1)), steps=30, batch=batch, seed=5))
    weights = np.asarray(_batch_weights(40, np.int32(batch), np.int32(5)))
    for step in range(30):
        for lane in range(2):
            rows = row_slopes(found.positions[lane, step])
            drawn = np.average(rows, axis=0, weights=weights[step])
            np.testing.assert_allclose(found.gradients[lane, step], drawn, rtol=1e-10, atol=1e-13)
            np.testing.assert_allclose(found.exact[lane, step], rows.mean(axis=0), rtol=1e-10, atol=1e-13)
        there = np.average(row_slopes(found.positions[1, step + 1]), axis=0, weights=weights[step])
        np.testing.assert_allclose(found.steps[1, step], -0.1 * there, atol=1e-9)
    np.testing.assert_allclose(found.steps[0], -0.1 * found.gradients[0], atol=1e-15)


def test_all_rows_are_no_noise_and_seeds_differ():
    def end(**more):
        return descend(Race(NET, (Walker("sgd", 0.1),), steps=40, **more)).positions[0, -1]

    np.testing.assert_allclose(end(batch=40, seed=3), end(), rtol=1e-12)
    assert np.array_equal(end(batch=4, seed=3), end(batch=4, seed=3))
    assert not np.allclose(end(batch=4, seed=3), end(batch=4, seed=4))


def test_the_noise_falls_with_the_size_of_the_batch():
    """Around the minimum it leaves a spread that grows with fewer rows and vanishes for all."""

    def spread(batch):
        found = descend(Race(NET, (Walker("sgd", 0.05),), NET.minima[0].position, MOST_STEPS, batch))
        return np.mean(np.sum((found.gradients - found.exact) ** 2, axis=-1))

    one, four, twenty, full = (spread(batch) for batch in (1, 4, 20, 40))
    assert one > 3 * four > 9 * twenty > 0 and full < 1e-25


# Limits.


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"walkers": ()}, "A race has 1 to 8 optimizers, not 0"),
        ({"walkers": (Walker("sgd", 1),) * (MOST_WALKERS + 1)}, "not 9"),
        ({"steps": 0}, "1 to 2000 steps, not 0"),
        ({"steps": MOST_STEPS + 1}, "1 to 2000 steps, not 2001"),
        ({"seed": -1}, "A seed is from 0"),
        ({"batch": 4}, "The surface Himmelblau comes from no data"),
        ({"surface": NET, "batch": 41}, "A batch has 1 to 40 rows"),
        ({"start": (1.0,)}, "has 2 finite coordinates"),
        ({"start": (1.0, np.nan)}, "has 2 finite coordinates"),
        ({"start": (1.0, 1e3)}, r"The start \(1, 1000\) lies more than ten windows away"),
    ],
)  # fmt: skip
def test_a_race_that_cannot_be(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        Race(**{"surface": HILL, "walkers": (Walker("sgd", 0.1),)} | wrong)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"optimizer": "magic"}, "There is no optimizer 'magic', only sgd, "),
        ({"rate": 0.0}, "learning rate is above 0 and finite, not 0"),
        ({"rate": np.inf}, "not inf"),
        ({"momentum": 1.0}, "momentum is at least 0 and below 1, not 1"),
        ({"average_after": -1}, "after 0 or more steps, not -1"),
    ],
)
def test_a_walker_that_cannot_be(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        Walker(**{"optimizer": "sgd", "rate": 0.1} | wrong)


def test_a_start_without_a_cost_is_refused():
    with pytest.raises(ValueError, match=r"log\(x\) \+ y\^2 has no finite value at the start"):
        descend(Race(formula_surface("log(x) + y^2"), (Walker("sgd", 0.1),), (-1.0, 0.0)))


def test_nothing_but_surface_and_optimizer_is_compiled_for():
    descend(Race(bowl(1, 2), (Walker("sgd", 0.1), Walker("adam", 0.1))))
    before = compilations()
    descend(Race(bowl(3, 1, 45), (Walker("adam", 0.2, beta1=0.5), Walker("sgd", 0.3)) * 2, (1.0, 2.0), 333))
    assert compilations() == before


def test_steps_until_a_cost_is_reached():
    found = descend(Race(SURFACES["parabola"], (Walker("sgd", 0.5), Walker("sgd", 3.0)), (4.0,), 30))
    # The cost is 8·4⁻ᵏ.
    assert found.steps_to(8.0) == (0, 0)
    assert found.steps_to(0.5) == (2, None)
