"""Updates and frames against NumPy: slopes, batches, epochs, and how often anything is compiled."""

from collections import defaultdict
from itertools import pairwise

import jax
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from playground import Experiment, Run
from playground.compare.gradient_noise import row_gradients, strays
from playground.compare.replicates import Replicates
from playground.compare.surface import Landscape
from playground.compiled import _functions
from playground.experiment import SETTINGS
from playground.nn.activations import ACTIVATIONS
from playground.nn.losses import LOSSES
from playground.nn.network import Architecture
from playground.nn.optimizers import Hyper
from playground.observing import observe, score
from playground.row_order import epoch_order
from playground.training import CAPACITY, Plan, advance, data_loss, updates_per_epoch
from tests import reference

HYPER = Hyper(**dict.fromkeys(Hyper._fields, 0.0))._replace(delta=reference.DELTA)
COMBINATIONS = [
    (loss, problem, output)
    for loss, entry in LOSSES.items()
    for problem, outputs in entry.outputs.items()
    for output in outputs
]


def plan_for(sizes, activations, loss, problem, output):
    return Plan(Architecture(sizes, activations), problem, loss, output, "sgd", 10, True, False, 2, False)


def drawn(sizes, rows, problem, output, seed=0):
    rng = np.random.default_rng(seed)
    parameters = [{"w": rng.normal(size=(i, o)), "b": rng.normal(size=o)} for i, o in pairwise(sizes)]
    y = rng.uniform(-1, 1, rows) if problem == "regression" else rng.integers(0, max(2, sizes[-1]), rows)
    return parameters, rng.normal(size=(rows, sizes[0])), reference.targets(y, problem, sizes[-1], output)


@pytest.mark.parametrize(("loss", "problem", "output"), COMBINATIONS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_slope_of_the_loss(activation, loss, problem, output):
    """Central differences of the loss as NumPy computes it; an error below 1e-6 leaves no room for a term."""
    sizes, activations = (2, 3, 3, 3 if problem == "several_classes" else 1), (activation, activation)
    plan = plan_for(sizes, activations, loss, problem, output)
    parameters, x, t = drawn(sizes, 7, problem, output)
    with jax.enable_x64(True):
        value, slope = jax.value_and_grad(data_loss, argnums=1)(plan, parameters, HYPER, x, t)

    def height(numbers):
        return reference.mean_loss(reference.unflat(numbers, sizes), x, t, activations, loss, output)

    here, h = reference.flat(parameters), 1e-5
    assert value == pytest.approx(height(here), rel=1e-12)
    differences = [(height(here + h * e) - height(here - h * e)) / (2 * h) for e in np.eye(len(here))]
    np.testing.assert_allclose(reference.flat(slope), differences, rtol=1e-6, atol=1e-8)
    # The oracle of other tests, too.
    by_hand = reference.gradient(parameters, x, t, activations, loss, output)
    np.testing.assert_allclose(reference.flat(by_hand), differences, rtol=1e-6, atol=1e-8)


def test_nothing_upstream_of_a_step_unit_is_trained():
    sizes = (2, 4, 3, 1)
    plan = plan_for(sizes, ("tanh", "step"), "binary_cross_entropy", "two_classes", "sigmoid")
    parameters, x, t = drawn(sizes, 20, "two_classes", "sigmoid")
    slope = jax.grad(data_loss, argnums=1)(plan, parameters, HYPER, x, t)
    for layer in slope[:2]:
        assert not np.any(layer["w"])
        assert not np.any(layer["b"])
    assert np.all(slope[2]["b"] != 0)


def test_rows_of_weight_0_do_not_count():
    sizes = (2, 3, 1)
    plan = plan_for(sizes, ("tanh",), "squared_error", "regression", "linear")
    parameters, x, t = drawn(sizes, 12, "regression", "linear")
    weight = np.array([1.0] * 5 + [0.0] * 7)
    with jax.enable_x64(True):
        found = data_loss(plan, parameters, HYPER, x, t, weight=weight)
    expected = reference.mean_loss(parameters, x[:5], t[:5], ("tanh",), "squared_error", "linear")
    assert found == pytest.approx(expected, rel=1e-12)


# The order of rows


@settings(max_examples=25)
@given(n=st.integers(1, 2000), epoch=st.integers(0, 2**31 - 1), seed=st.integers(0, 2**31 - 1))
@example(n=1, epoch=0, seed=0)
@example(n=2, epoch=0, seed=0)
@example(n=256, epoch=0, seed=0)
@example(n=257, epoch=0, seed=0)
@example(n=2**16, epoch=1, seed=1)
@example(n=2**16 + 1, epoch=1, seed=1)
def test_an_epochs_order_is_a_permutation(n, epoch, seed):
    order = np.asarray(epoch_order(jax.random.key(seed), np.int32(epoch), n))
    assert order.dtype == np.int32
    assert np.array_equal(np.sort(order), np.arange(n))
    assert np.array_equal(epoch_order(jax.random.key(seed), np.int32(epoch), n), order)


def test_each_epoch_and_each_key_has_an_order_of_its_own():
    orders = {
        tuple(np.asarray(epoch_order(jax.random.key(seed), np.int32(epoch), 50)).tolist())
        for seed in range(4)
        for epoch in range(10)
    }
    assert len(orders) == 40


def test_every_row_comes_anywhere_equally_often():
    n, epochs = 10, 4000
    orders = np.asarray(
        jax.vmap(lambda epoch: epoch_order(jax.random.key(11), epoch, n))(jax.numpy.arange(epochs))
    )

    def surprise(counts, expected, freedom):
        return chi2.sf(np.sum((counts - expected) ** 2 / expected), freedom)

    # A row at a place, and a row behind another.
    places = np.stack([np.bincount(column, minlength=n) for column in orders.T])
    assert surprise(places, epochs / n, (n - 1) ** 2) > 1e-4
    pairs = np.bincount((orders[:, :-1] * n + orders[:, 1:]).ravel(), minlength=n * n).reshape(n, n)
    assert not np.any(np.diag(pairs))
    apart = pairs[~np.eye(n, dtype=bool)]
    assert surprise(apart, apart.mean(), n * (n - 1) - 1) > 1e-4


# Batches, through a whole run


def experiment(**choices):
    """Points drawn without shuffling, so that NumPy knows which rows are in which batch."""
    usual = {"points": 50, "hidden": (3,), "shuffle": False, "learning_rate": 0.3, "loss": "squared_error"}
    return Experiment(**usual | choices)


def numpy_run(run, batches, epochs, l1=0.0, l2=0.0):
    """Gradient descent in NumPy from the start of `run` over slices of its rows.

    Per update the weights after it, and before it the loss of its batch.
    """
    chosen = run.experiment
    x = reference.inputs(run.sample.x_train, chosen.inputs)
    t = reference.targets(run.sample.y_train, chosen.kind_of_problem, chosen.outputs, chosen.output_name)
    parameters, path, losses = run.params, [], []
    for _ in range(epochs):
        for rows in batches:
            batch = (parameters, x[rows], t[rows], chosen.activations, chosen.loss_name, chosen.output_name)
            losses.append(reference.mean_loss(*batch, chosen.delta))
            down = reference.gradient(*batch, chosen.delta, l1, l2)
            parameters = reference.descend(parameters, down, chosen.learning_rate)
            path.append(reference.flat(parameters))
    return np.array(path), losses


def test_a_short_last_batch_is_a_batch_of_its_own():
    run = Run(experiment(batch=10))
    assert (run.n_train, run.updates_per_epoch) == (25, 3)
    batches = [slice(0, 10), slice(10, 20), slice(20, 25)]
    weights, losses = numpy_run(run, batches, epochs=4)
    frames = run.advance(12, 1)
    np.testing.assert_allclose(frames.weights, weights, rtol=2e-5, atol=2e-6)
    np.testing.assert_allclose(frames.batch_loss, losses, rtol=1e-5)
    # Were the last batch filled up with rows of the one before, it would have shown.
    filled, _ = numpy_run(Run(run.experiment), [*batches[:2], slice(15, 25)], epochs=1)
    assert np.abs(weights[2] - filled[2]).max() > 1e-3


@pytest.mark.parametrize("penalty", [{}, {"l1": 0.01, "l2": 0.1}], ids=["free", "penalized"])
@pytest.mark.parametrize(
    "chosen",
    [{"loss": "binary_cross_entropy"}, {"data": "blobs", "loss": "auto"}, {"data": "plane", "loss": "huber"}],
    ids=["two", "several", "numbers"],
)
def test_full_batch_is_gradient_descent(chosen, penalty):
    run = Run(experiment(batch="full", shuffle=True, hidden=(4, 2), **chosen, **penalty))
    weights, losses = numpy_run(run, [slice(None)], epochs=20, **penalty)
    frames = run.advance(20, 1)
    np.testing.assert_allclose(frames.weights, weights, rtol=1e-4, atol=1e-5)
    # The penalty is no part of the loss that is shown.
    np.testing.assert_allclose(frames.batch_loss, losses, rtol=1e-4)
    np.testing.assert_allclose(frames.train_loss[:-1], losses[1:], rtol=1e-4)


@pytest.mark.parametrize("batch", [25, 26, 500])
def test_a_batch_of_all_rows_or_more_is_full_batch(batch):
    run, full = Run(experiment(batch=batch)), Run(experiment(batch="full"))
    assert run.updates_per_epoch == 1
    assert run.plan == full.plan
    assert np.array_equal(run.advance(5, 1).weights, full.advance(5, 1).weights)


@pytest.mark.parametrize("batch", [1, 7, 24])
def test_an_epoch_sees_every_row_once(batch):
    # At a learning rate of nearly nothing the weights stand still; the batches' losses, each weighted with
    # its rows, then average to the loss of the whole set. A row left out or seen twice would move it by
    # some percent.
    run = Run(experiment(batch=batch, shuffle=True, learning_rate=1e-5))
    frames = run.advance(run.updates_per_epoch, 1)
    rows = [min(batch, 25 - first) for first in range(0, 25, batch)]
    assert np.average(frames.batch_loss, weights=rows) == pytest.approx(run.train_loss, rel=1e-3)
    assert len(set(frames.batch_loss.tolist())) > 1


@pytest.mark.parametrize("shuffle", [True, False])
def test_the_switch_for_shuffling(shuffle):
    run = Run(experiment(batch=1, shuffle=shuffle, learning_rate=1e-5))
    losses = run.advance(50, 1).batch_loss.reshape(2, 25)
    same = np.abs(losses[0] - losses[1]).max() < 0.01
    assert same == (not shuffle)


@pytest.mark.parametrize(
    ("rows", "n", "count"), [(10, 25, 3), (1, 25, 25), (25, 25, 1), (10, 30, 3), (7, 8, 2)]
)
def test_updates_per_epoch(rows, n, count):
    assert updates_per_epoch(rows, n) == count


def test_the_score_of_targets_that_do_not_vary_is_0():
    plan = plan_for((2, 1), (), "squared_error", "regression", "linear")
    assert score(plan.problem, plan.output, np.array([[0.5], [0.2]]), np.array([[0.3], [0.3]])) == 0


# Compilation


@pytest.fixture
def compiled(monkeypatch):
    """How many executables `advance` and `observe` hold, none of which is thrown away meanwhile."""
    monkeypatch.setattr("playground.compiled._kept", defaultdict(set))
    return lambda: (advance._cache_size(), observe._cache_size())


def test_no_setting_that_can_move_while_training_compiles_anything(compiled):
    # A dropout of 0 is compiled apart, so this one moves between two others; likewise what no rule looks at.
    run = Run(Experiment(hidden=(5,), dropout=0.1, optimizer="adam", points=60, patience=100_000))
    run.advance(2, 3)
    before = compiled()
    moved = {
        "delta": 0.5, "learning_rate": 0.01, "momentum": 0.5, "decay": 0.5, "beta1": 0.5, "beta2": 0.5,
        "average_after": 2, "l1": 0.01, "l2": 0.01, "dropout": 0.7,
        "stop_epochs": 900_000, "stop_loss": 1e-6, "patience": 90_000,
    }  # fmt: skip
    assert set(moved) == {name for name, row in SETTINGS.items() if row.effect == "live"}
    for name, value in moved.items():
        run.change(**{name: value})
        assert len(run.advance(1, 1).update) == 1, name
        assert compiled() == before, name
    for frames, stride in [(1, 1), (7, 2), (CAPACITY, 1), (CAPACITY + 5, 3), (2, 1000)]:
        assert len(run.advance(frames, stride).update) == frames
        assert compiled() == before
    run.rewind(5)
    run.replay(40)
    assert compiled() == before


def test_equal_architectures_share_what_is_compiled(compiled):
    one = Run(Experiment(hidden=(6,), points=80))
    one.advance(1, 1)
    before = compiled()
    # Other data, other numbers, the same shapes.
    other = Run(
        Experiment(
            data="xor", hidden=(6,), points=80, seed=9, start=5, initializer="zeros", learning_rate=1.0
        )
    )
    other.advance(3, 7)
    assert other.plan == one.plan
    assert compiled() == before
    third = Run(Experiment(hidden=(7,), points=80))
    third.advance(1, 1)
    assert compiled() == tuple(size + 1 for size in before)


def test_what_is_compiled_does_not_pile_up(compiled, monkeypatch):
    monkeypatch.setattr("playground.compiled.MOST_COMPILED", 2)
    monkeypatch.setattr("playground.compiled._kept", defaultdict(set))
    for function in _functions["networks"]:
        function.clear_cache()
    first = Run(Experiment(hidden=(), points=40))
    frames = [first.advance(1, 1)]
    held = []
    for size in (1, 2, 3):
        Run(Experiment(hidden=(size,), points=40)).advance(1, 1)
        held.append(compiled())
    assert held == [(2, 2), (1, 1), (2, 2)]
    # A run whose code was thrown away goes on as if nothing had been.
    frames.append(first.advance(1, 1))
    again = Run(first.experiment)
    assert np.array_equal(again.advance(2, 1).weights, np.concatenate([f.weights for f in frames]))


def test_nothing_that_is_compiled_for_a_plan_piles_up(monkeypatch):
    monkeypatch.setattr("playground.compiled.MOST_COMPILED", 5)
    monkeypatch.setattr("playground.compiled._kept", defaultdict(set))
    for function in _functions["networks"]:
        function.clear_cache()
    most = dict.fromkeys(range(len(_functions["networks"])), 0)
    for size in range(1, 5):
        e = Experiment(hidden=(size,), points=40)
        run = Run(e)
        run.advance(1, 1)
        weights = run.frame.weights
        for use in (
            lambda e=e: Replicates(e, 2, vary="weights").advance(1),
            lambda e=e, w=weights: Landscape(e).losses(w),
            lambda e=e, w=weights: row_gradients(e, w),
            lambda e=e, w=weights: strays(e, w[None], np.array([1])),
        ):
            use()
            for number, function in enumerate(_functions["networks"]):
                most[number] = max(most[number], function._cache_size())
    # Each network needs five things compiled; of the four networks' no more than two's are ever there.
    assert max(most.values()) <= 2
    assert sum(size > 0 for size in most.values()) >= 7  # `_frame` is compiled as a part of `observe` only


def test_a_loop_over_an_epochs_batches_is_one_function():
    """Else training is several times slower; the name of the option is XLA's own and might go."""
    run = Run(Experiment(hidden=(8,) * 6, points=2000, train_share=90, batch=1))
    targets, number = np.ones(CAPACITY, np.int32), np.int32(1)
    traced = (run._state, run._hyper, run._rules, run._data, run._key, targets, number, number)
    code = advance.lower(run.plan, *traced).compile().as_text()
    calls = [line for line in code.splitlines() if 'xla_cpu_small_call="true"' in line]
    assert any("f32[1800,2]" in line and "f32[8,8]" in line for line in calls)
