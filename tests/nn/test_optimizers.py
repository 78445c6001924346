"""Every optimizer against its formula in NumPy, or scikit-learn's, on a bowl of three weights."""

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from playground.nn.implicit import implicit_step
from playground.nn.optimizers import OPTIMIZERS, Hyper

UPDATES = 12
HYPER = Hyper(
    learning_rate=0.1, momentum=0.8, decay=0.7, beta1=0.6, beta2=0.9, average_after=4.0,
    l1=0.0, l2=0.0, dropout=0.0, delta=0.2,
)  # fmt: skip
CURVATURE = np.array([[3.0, 0.5, 0.2], [0.5, 1.0, -0.3], [0.2, -0.3, 0.4]])
PULL = np.array([1.0, -2.0, 0.5])
START = np.array([0.7, 1.5, -2.0])


def as_parameters(v):
    return [{"w": v[:2, None], "b": v[2:]}]


def as_vector(parameters):
    return np.concatenate([np.ravel(parameters[0]["w"]), parameters[0]["b"]])


def height(parameters, curvature=CURVATURE, pull=PULL):
    v = jax.numpy.concatenate([parameters[0]["w"][:, 0], parameters[0]["b"]])
    return 0.5 * v @ curvature @ v - pull @ v


def slope(v):
    return CURVATURE @ v - PULL


def path(name, hypers=(HYPER,) * UPDATES):
    """The weights after each update, and those shown, in float64."""
    optimizer, steps, shown = OPTIMIZERS[name], [], []
    with jax.enable_x64(True):
        hypers = [jax.tree.map(jax.numpy.float64, hyper) for hyper in hypers]
        parameters = jax.tree.map(jax.numpy.asarray, as_parameters(START))
        memory = optimizer.start(parameters, hypers[0])
        update = jax.jit(lambda *state: optimizer.update(height, *state))
        for number, hyper in enumerate(hypers):
            parameters, memory = update(parameters, memory, hyper, np.int32(number))
            steps.append(as_vector(parameters))
            shown.append(as_vector(optimizer.shown(parameters, memory)))
    return np.array(steps), np.array(shown)


def sgd(h):
    v = START
    for _ in range(UPDATES):
        v = v - h.learning_rate * slope(v)
        yield v


def momentum(h):
    # Polyak 1964: the velocity keeps a share of itself.
    v, velocity = START, np.zeros(3)
    for _ in range(UPDATES):
        velocity = h.momentum * velocity - h.learning_rate * slope(v)
        v = v + velocity
        yield v


def nesterov(h):
    # Sutskever et al. 2013 measure the slope at the point looked ahead to, v + μ·velocity. Seen from the
    # points looked ahead to, which are the ones the network is at, that is this.
    v, velocity = START, np.zeros(3)
    for _ in range(UPDATES):
        velocity = h.momentum * velocity - h.learning_rate * slope(v)
        v = v + h.momentum * velocity - h.learning_rate * slope(v)
        yield v


def adagrad(h):
    # Duchi et al. 2011, with the accumulator starting at 0.1 as in TensorFlow and optax.
    v, total = START, np.full(3, 0.1)
    for _ in range(UPDATES):
        total = total + slope(v) ** 2
        v = v - h.learning_rate * slope(v) / np.sqrt(total + 1e-7)
        yield v


def rmsprop(h):
    # Tieleman & Hinton 2012.
    v, mean = START, np.zeros(3)
    for _ in range(UPDATES):
        mean = h.decay * mean + (1 - h.decay) * slope(v) ** 2
        v = v - h.learning_rate * slope(v) / np.sqrt(mean + 1e-8)
        yield v


def adam(h):
    # Kingma & Ba 2015, algorithm 1.
    v, first, second = START, np.zeros(3), np.zeros(3)
    for t in range(1, UPDATES + 1):
        first = h.beta1 * first + (1 - h.beta1) * slope(v)
        second = h.beta2 * second + (1 - h.beta2) * slope(v) ** 2
        corrected = np.sqrt(second / (1 - h.beta2**t)) + 1e-8
        v = v - h.learning_rate * first / (1 - h.beta1**t) / corrected
        yield v


def implicit(h):
    v = START
    for _ in range(UPDATES):
        v = np.linalg.solve(np.eye(3) + h.learning_rate * CURVATURE, v + h.learning_rate * PULL)
        yield v


FORMULAS = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "averaged": sgd,
    "implicit": implicit,
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_formula(name):
    steps, shown = path(name)
    np.testing.assert_allclose(steps, list(FORMULAS[name](HYPER)), rtol=1e-9, atol=1e-11)
    if name != "averaged":
        assert np.array_equal(shown, steps)


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "adam"])
def test_scikit_learns_own(name):
    v = START.copy()
    theirs = (
        AdamOptimizer([v], HYPER.learning_rate, HYPER.beta1, HYPER.beta2, epsilon=1e-8)
        if name == "adam"
        else SGDOptimizer(
            [v],
            HYPER.learning_rate,
            "constant",
            0.0 if name == "sgd" else HYPER.momentum,
            name == "nesterov",
        )
    )
    expected = []
    for _ in range(UPDATES):
        theirs.update_params([v], [slope(v)])
        expected.append(v.copy())
    # Adam's two ways to add ε differ by about ε.
    np.testing.assert_allclose(path(name)[0], expected, rtol=1e-6)


def hypers(**changes):
    """HYPER for the first half of the updates, then with `changes`."""
    half = UPDATES // 2
    return (HYPER,) * half + (HYPER._replace(**changes),) * (UPDATES - half)


@pytest.mark.parametrize(
    ("name", "setting"),
    [(name, setting) for name, entry in OPTIMIZERS.items() for setting in ("learning_rate", *entry.uses)],
)
def test_a_setting_moved_on_the_way_counts_from_there(name, setting):
    moved = getattr(HYPER, setting) * (2.0 if setting == "average_after" else 0.5)
    before, after = path(name), path(name, hypers(**{setting: moved}))
    half = UPDATES // 2
    for old, new in zip(before, after, strict=True):
        assert np.array_equal(old[:half], new[:half])
    assert not np.allclose(before[1][half + 1 :], after[1][half + 1 :])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_it_reads_no_setting_but_those_it_names(name):
    others = {"momentum", "decay", "beta1", "beta2", "average_after"} - set(OPTIMIZERS[name].uses)
    assert np.array_equal(path(name)[1], path(name, hypers(**dict.fromkeys(others, 0.123)))[1])


@pytest.mark.parametrize("after", [0, 4, UPDATES])
def test_averaged_shows_the_mean_of_all_iterates_since_it_began(after):
    steps, shown = path("averaged", (HYPER._replace(average_after=float(after)),) * UPDATES)
    expected = [
        steps[after : number + 1].mean(axis=0) if number >= after else steps[number]
        for number in range(UPDATES)
    ]
    np.testing.assert_allclose(shown, expected, rtol=1e-12)


def test_averaging_that_begins_early_or_again_counts_from_there():
    late, now = HYPER._replace(average_after=100.0), HYPER._replace(average_after=0.0)
    steps, shown = path("averaged", (late,) * 4 + (now,) * 3 + (late,) * 2 + (now,) * 3)
    np.testing.assert_allclose(shown[4:7], [steps[4 : n + 1].mean(axis=0) for n in (4, 5, 6)], rtol=1e-12)
    np.testing.assert_allclose(shown[7:9], steps[7:9], rtol=1e-12)
    np.testing.assert_allclose(shown[9:], [steps[9 : n + 1].mean(axis=0) for n in (9, 10, 11)], rtol=1e-12)


@jax.jit
def implicit_on(curvature, pull, start, rate):
    stepped = implicit_step(lambda p: height(p, curvature, pull), as_parameters(start), rate)
    return jax.numpy.concatenate([stepped[0]["w"][:, 0], stepped[0]["b"]])


seeds = st.integers(0, 2**32 - 1)
rates = st.floats(1e-4, 1e3)


@settings(max_examples=60)
@given(seed=seeds, rate=rates)
def test_implicit_is_exact_on_every_bowl(seed, rate):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(3, 3)) * 10 ** rng.uniform(-1, 0.5)
    curvature, pull, start = root @ root.T, rng.normal(size=3), rng.normal(size=3)
    expected = np.linalg.solve(np.eye(3) + rate * curvature, start + rate * pull)
    with jax.enable_x64(True):
        found = implicit_on(curvature, pull, start, rate)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7 * (1 + np.abs(expected).max()))


@settings(max_examples=60)
@given(seed=seeds, rate=rates)
def test_implicit_never_climbs_whatever_the_curvature(seed, rate):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(3, 3))
    curvature, pull, start = root + root.T, rng.normal(size=3), rng.normal(size=3)

    def proximal(v):
        return rate * (0.5 * v @ curvature @ v - pull @ v) + 0.5 * np.sum((v - start) ** 2)

    with jax.enable_x64(True):
        found = np.asarray(implicit_on(curvature, pull, start, rate))
    assert np.all(np.isfinite(found))
    assert proximal(found) <= proximal(start) + 1e-9 * (1 + abs(proximal(start)))


def test_implicit_stays_bounded_where_plain_descent_explodes():
    steep = HYPER._replace(learning_rate=20.0)  # plain descent is stable below 2 / 3.1
    steps = path("implicit", (steep,) * UPDATES)[0]
    np.testing.assert_allclose(steps[-1], np.linalg.solve(CURVATURE, PULL), rtol=1e-4)
    assert np.abs(path("sgd", (steep,) * UPDATES)[0][-1]).max() > 1e15


def test_registry():
    assert len({entry.label for entry in OPTIMIZERS.values()}) == len(OPTIMIZERS)
    assert all(entry.about.endswith(".") for entry in OPTIMIZERS.values())
    assert list(OPTIMIZERS) == list(FORMULAS)
    assert all(set(entry.uses) <= set(Hyper._fields) for entry in OPTIMIZERS.values())
