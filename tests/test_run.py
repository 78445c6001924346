"""A run against scikit-learn and closed forms, and where it ends."""

from collections import defaultdict

import jax
import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier, MLPRegressor

from playground import Experiment, Run
from playground.datasets import DATASETS
from playground.observing import observe
from playground.planning import pick_device
from playground.training import CAPACITY, advance
from tests import reference
from tests.runs import SMALL, at, joined, same


def test_the_contracts_example():
    run = Run(
        Experiment(
            data="spiral",
            hidden=(8, 8),
            activation="tanh",
            batch=10,
            optimizer="adam",
            learning_rate=0.03,
            seed=7,
        )
    )
    assert (run.update, run.epoch) == (0, 0)
    untrained = run.train_loss
    frames = run.advance(frames=30, updates_per_frame=25)
    assert {len(array) for array in frames} == {30}
    assert frames.update.tolist() == list(range(25, 751, 25))
    assert (run.update, run.epoch) == (750, 30.0)
    assert isinstance(run.train_loss, float)
    assert isinstance(run.test_loss, float)
    assert run.train_loss == frames.train_loss[-1] < untrained
    assert run.test_loss == frames.test_loss[-1]
    assert [(layer["w"].shape, layer["b"].shape) for layer in run.params] == [
        ((2, 8), (8,)), ((8, 8), (8,)), ((8, 1), (1,)),
    ]  # fmt: skip


@pytest.mark.parametrize("name", DATASETS)
def test_every_dataset_trains(name):
    run = Run(Experiment(data=name, points=100, hidden=(4,), batch=20, learning_rate=0.05))
    untrained = run.train_loss
    run.advance(3, 50)
    assert run.train_loss < untrained
    assert all(np.all(np.isfinite(array)) for array in run.frame)


def test_the_untrained_frame():
    run = Run(Experiment(**SMALL, initializer="zeros", bias=0.5))
    assert run.frame.update == 0
    assert np.isnan(run.frame.batch_loss)
    assert [sorted(set(layer["w"].ravel().tolist() + layer["b"].tolist())) for layer in run.params] == [
        [0, 0.5]
    ] * 3
    first = run.first_frame
    assert {len(array) for array in first} == {1}
    run.advance(2, 3)
    same(at(run.first_frame, 0), at(first, 0))


def test_parameters_are_copies():
    run = Run(Experiment(**SMALL))
    run.params[0]["w"][:] = 99
    assert np.abs(run.params[0]["w"]).max() < 99


# Against scikit-learn


@pytest.mark.parametrize(
    "choices",
    [
        {"batch": "full", "activation": "relu"},
        {"batch": 30, "activation": "sigmoid"},
        {"batch": 30, "data": "blobs"},
        {"batch": 30, "data": "hills"},
        {"batch": "full", "optimizer": "momentum"},
        {"batch": 30, "optimizer": "nesterov"},
        {"batch": 30, "optimizer": "adam", "learning_rate": 0.01},
    ],
    ids=str,
)
def test_the_weights_are_scikit_learns(choices):
    e = Experiment(**SMALL | {"shuffle": False} | choices)
    run = Run(e)
    regression, name = e.kind_of_problem == "regression", e.activation[0]
    peer = (MLPRegressor if regression else MLPClassifier)(
        hidden_layer_sizes=e.hidden, activation={"sigmoid": "logistic"}.get(name, name), alpha=0,
        solver="adam" if e.optimizer == "adam" else "sgd", learning_rate_init=e.learning_rate,
        batch_size=run.plan.rows, shuffle=False,
        momentum=e.momentum if e.optimizer in ("momentum", "nesterov") else 0,
        nesterovs_momentum=e.optimizer == "nesterov",
    )  # fmt: skip
    x, y = reference.inputs(run.sample.x_train, e.inputs), run.sample.y_train
    every = {} if regression else {"classes": np.unique(y)}
    peer.partial_fit(x, y, **every)  # makes its arrays; then it starts from our weights, without a memory
    del peer._optimizer
    peer.coefs_ = [layer["w"].astype(float) for layer in run.params]
    peer.intercepts_ = [layer["b"].astype(float) for layer in run.params]
    for _ in range(20):
        peer.partial_fit(x, y)
    run.advance(1, 20 * run.updates_per_epoch)
    for layer, w, b in zip(run.params, peer.coefs_, peer.intercepts_, strict=True):
        np.testing.assert_allclose(layer["w"], w, rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(layer["b"], b, rtol=1e-3, atol=1e-4)


def test_averaged_shows_the_mean_of_the_plain_runs_weights():
    plain = Run(Experiment(**SMALL, batch=30)).advance(24, 1).weights.astype(float)
    frames = Run(Experiment(**SMALL, batch=30, optimizer="averaged", average_after=2)).advance(24, 1)
    begins = 2 * 3  # epochs of three batches
    np.testing.assert_allclose(frames.weights[:begins], plain[:begins], rtol=1e-6)
    means = [plain[begins : number + 1].mean(axis=0) for number in range(begins, 24)]
    np.testing.assert_allclose(frames.weights[begins:], means, rtol=1e-4, atol=1e-6)


def test_implicit_stays_bounded_where_plain_descent_diverges():
    e = Experiment(data="plane", points=100, hidden=(3,), activation="linear", learning_rate=10)
    plain, implicit = Run(e), Run(e.changed(optimizer="implicit"))
    untrained = plain.train_loss
    plain.advance(20, 1)
    assert plain.ended.state == "diverged"
    frames = implicit.advance(20, 1)
    assert implicit.ended is None
    assert np.abs(frames.weights).max() < 10
    assert implicit.train_loss < untrained / 10


# Ends


def test_it_ends_after_the_epochs_exactly():
    run = Run(Experiment(**SMALL, batch=30, stop_epochs=4))
    frames = run.advance(100, 5)
    assert frames.update.tolist() == [5, 10, 12]
    assert (run.ended.state, run.ended.reason) == ("finished", "4 epochs are done.")
    assert (run.update, run.epoch) == (12, 4.0)
    assert len(run.advance(3, 1).update) == 0
    assert run.advance(3, 1).maps.shape == (0, 5, 17, 17)
    run.change(stop_epochs=5)
    assert run.ended is None
    assert run.advance(100, 100).update.tolist() == [15]
    run.change(stop_epochs=2)
    assert len(run.advance(1, 1).update) == 0
    assert run.ended.reason == "2 epochs are done."


def test_frames_are_judged_by_the_settings_they_were_made_under():
    e = Experiment(**SMALL, batch=30, stop_epochs=4)
    live = Run(e)
    first = live.advance(20, 1)
    live.change(stop_epochs=0, stop_loss=float(first.train_loss[5]))
    live.change(stop_epochs=0)
    second = live.advance(3, 1)
    scheduled = Run(e, [(12, {"stop_epochs": 0, "stop_loss": live.experiment.stop_loss})])
    same(scheduled.advance(12 + len(second.update), 1), joined(first, second))
    assert scheduled.ended == live.ended


def test_it_ends_where_updates_can_no_longer_be_counted(monkeypatch):
    monkeypatch.setattr("playground.run.LAST_UPDATE", 7)
    run = Run(Experiment(**SMALL))
    assert run.advance(10, 10**12).update.tolist() == [7]
    assert run.ended.reason == "7 updates are as many as can be counted."


WILD = [
    {"data": "plane", "activation": "linear", "learning_rate": 1.0},
    {"data": "plane", "activation": "relu", "learning_rate": 10.0},
    {"data": "plane", "activation": "tanh", "learning_rate": 3.0},
    {"loss": "squared_error", "output": "linear", "activation": "linear", "learning_rate": 10.0, "l2": 1.0},
    {
        "data": "plane",
        "activation": "linear",
        "learning_rate": 1.0,
        "optimizer": "averaged",
        "average_after": 0,
    },
]


@pytest.mark.parametrize("wild", WILD, ids=str)
@pytest.mark.parametrize("stride", [1, 3])
def test_divergence_keeps_the_last_finite_frame(wild, stride):
    run = Run(Experiment(**{"hidden": (4, 2), "points": 500} | wild))
    untrained = run.frame
    frames = run.advance(100, stride)
    assert run.ended.state == "diverged"
    assert all(np.all(np.isfinite(array)) for array in frames)
    same(run.frame, at(frames, -1) if len(frames.update) else untrained)
    assert run.update == run.frame.update
    assert all(np.all(np.isfinite(layer["w"])) for layer in run.params)
    assert f"diverged after update {run.update:,}:" in run.ended.reason
    assert "learning rate" in run.ended.reason
    assert len(run.advance(5, stride).update) == 0

    # Back to where it was sane and with a smaller rate, it goes on.
    run.rewind(0)
    assert run.ended is None
    run.change(learning_rate=0.001)
    assert len(run.advance(20, 5).update) == 20
    assert run.ended is None
    assert run.train_loss < untrained.train_loss


LINE = {"data": "plane", "hidden": (), "batch": 1, "learning_rate": 0.3}


def diverged_at(experiment):
    """The frame at which a run stands that looks at every single update, and that update."""
    run = Run(experiment)
    frames = run.advance(5000, 1)
    assert run.ended.state == "diverged"
    return run.frame, len(frames.update)


@pytest.mark.parametrize("wild", [*WILD, LINE], ids=str)
def test_where_a_run_diverges_does_not_depend_on_what_is_looked_at(wild):
    experiment = Experiment(**{"hidden": (4, 2), "points": 500} | wild)
    frame, update = diverged_at(experiment)
    for stride in (2, 7, 30, 100, 250, 1_000_000):
        run = Run(experiment)
        frames = run.advance(CAPACITY, stride)
        assert run.ended.state == "diverged" and run.update == update, stride
        assert frames.update.tolist() == [
            *range(stride, update + 1, stride), *([update] if update % stride else [])
        ]  # fmt: skip
        same(run.frame, frame)
        assert all(np.all(np.isfinite(array)) for array in frames)
    visited, replayed = Run(experiment), Run(experiment)
    assert visited.visit([update + 40, update + 4000]).update.tolist() == ([update] if update else [])
    replayed.replay(10_000)
    for run in (visited, replayed):
        assert run.ended.state == "diverged" and run.update == update
        same(run.frame, frame)
    assert len(replayed.advance(3, 100).update) == 0
    if update > 3:
        replayed.rewind(update - 2)
        assert replayed.ended is None
        assert replayed.advance(3, 100).update.tolist() == [update]
        same(replayed.frame, frame)


def test_where_it_diverges_after_a_change_does_not_depend_on_what_is_looked_at():
    frame, stood = None, set()
    for stride in (1, 7, 30, 100, 250):
        calm = Experiment(**LINE | {"learning_rate": 0.001})
        run = Run(calm, [(40, {"learning_rate": 0.3}), (900, {"learning_rate": 0.001})])
        run.advance(1000, stride)
        assert run.ended.state == "diverged" and 40 < run.update < 900
        assert run.experiment.learning_rate == 0.3
        stood.add(run.update)
        if frame is not None:
            same(run.frame, frame)
        frame = run.frame
        run.change(learning_rate=0.001)
        run.advance(1, 10)
        assert run.ended is None
    assert len(stood) == 1


def test_looking_for_the_last_finite_update_compiles_nothing():
    # Where no update has to be looked for, all that is needed has been compiled.
    Run(Experiment(**LINE)).advance(5000, 1)
    before = advance._cache_size(), observe._cache_size()
    Run(Experiment(**LINE)).advance(3, 1000)
    assert (advance._cache_size(), observe._cache_size()) == before


def test_after_divergence_a_lower_rate_goes_on_from_the_last_finite_frame():
    run = Run(Experiment(data="plane", activation="relu", learning_rate=10.0))
    assert run.advance(60, 25).update.tolist() == ([run.update] if run.update else [])
    assert run.update < 25 and run.ended.state == "diverged"
    before = run.train_loss
    run.change(learning_rate=0.001)
    assert len(run.advance(20, 25).update) == 20
    assert run.train_loss < before


# Where and how it is computed


def test_devices():
    assert pick_device("auto").platform == pick_device("cpu").platform == "cpu"
    here = {device.platform for device in jax.devices()}
    absent = next(name for name in ("tpu", "gpu") if name not in here)
    with pytest.raises(ValueError, match=rf"^device='{absent}' is not on this machine: it has .*cpu"):
        Run(Experiment(**SMALL, device=absent))


def test_the_preparations_compile_all_that_advance_needs(monkeypatch):
    # So that it is not now, of all times, that too much is compiled and thrown away.
    monkeypatch.setattr("playground.compiled._kept", defaultdict(set))
    e = Experiment(**SMALL | {"hidden": (5, 4)})
    before = advance._cache_size(), observe._cache_size()
    run = Run(e)
    assert run.first_frame.update.tolist() == [0]
    assert (advance._cache_size(), observe._cache_size()) == before
    for compile_ in run.preparations():
        compile_()
    assert run.update == 0
    compiled = advance._cache_size(), observe._cache_size()
    assert compiled == (before[0] + 1, before[1] + 1)
    same(run.advance(2, 2), Run(e).advance(2, 2))
    assert (advance._cache_size(), observe._cache_size()) == compiled


def test_visits_are_frames_of_the_same_run():
    numbers = [1, 2, 5, 7, 8, 40, 41, 300]
    visited = Run(Experiment(**SMALL)).visit(numbers)
    every = Run(Experiment(**SMALL)).advance(300, 1)
    same(visited, jax.tree.map(lambda leaf: leaf[np.array(numbers) - 1], every))


def test_visits_add_no_frame_at_a_change_but_one_at_the_end():
    changed = Run(Experiment(**SMALL, stop_epochs=2), [(7, {"learning_rate": 0.5})])
    last = 2 * changed.updates_per_epoch
    every = Run(Experiment(**SMALL, stop_epochs=2), [(7, {"learning_rate": 0.5})]).advance(last, 1)
    visited = changed.visit([5, 10, last + 3, last + 4])
    assert visited.update.tolist() == [5, 10, last]
    assert changed.ended.state == "finished"
    same(visited, jax.tree.map(lambda leaf: leaf[[4, 9, last - 1]], every))
    assert len(changed.visit([last + 5]).update) == 0
