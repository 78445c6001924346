"""A run against NumPy and scikit-learn, and against itself cut, rewound and replayed in other ways."""

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, r2_score
from sklearn.neural_network import MLPClassifier, MLPRegressor

from playground import Experiment, Run
from playground.datasets import DATASETS
from playground.experiment import SETTINGS
from playground.nn.optimizers import OPTIMIZERS
from playground.observing import Frame, observe
from playground.planning import pick_device
from playground.training import CAPACITY, advance
from tests import reference
from tests.runs import CUT, SMALL, at, changes_of, joined, same


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


# What a frame holds

SEEN = {
    "two classes": {},
    "two classes, squared error": {"loss": "squared_error", "dropout": 0.3},
    "two classes, squared error, linear": {
        "loss": "squared_error",
        "output": "linear",
        "learning_rate": 0.03,
    },
    "two classes, squared error, sigmoid": {
        "loss": "squared_error",
        "output": "sigmoid",
        "l1": 0.001,
        "l2": 0.01,
    },
    "several classes": {"data": "blobs", "classes": 4, "activation": ("tanh", "step")},
    "several classes, linear": {
        "data": "spirals",
        "loss": "squared_error",
        "output": "linear",
    },
    "numbers": {"data": "hills", "activation": ("relu", "sine"), "l1": 0.01},
    "numbers, tanh, Huber": {"data": "ripple", "loss": "huber", "output": "tanh", "optimizer": "averaged"},
    "no hidden layer": {"data": "plane", "hidden": ()},
    "truth table": {"data": "truth_table", "activation": "relu"},
    "large values": {"hidden": (3,), "activation": "relu", "inputs": ("x1_squared", "x2", "sin_x1")},
    "many neurons": {"hidden": (14,) * 5},
}


@pytest.fixture(params=SEEN.values(), ids=SEEN.keys())
def seen(request):
    """A run after some training, its newest frame, and NumPy's outputs of each layer as a function."""
    run = Run(Experiment(**SMALL | request.param))
    frame = at(run.advance(2, 20), 1)
    names, activations = run.experiment.inputs, run.experiment.activations

    def look(x):
        return reference.forward(run.params, reference.inputs(x, names), activations)[1]

    return run, frame, look


def test_a_frames_pictures(seen):
    run, frame, look = seen
    *hidden, z = look(reference.grid(run.experiment.data))
    e = run.experiment
    y = reference.output(z, e.output_name)
    if e.kind_of_problem == "two_classes" and e.output_name == "sigmoid":
        y = 2 * y - 1
    assert frame.surface.dtype == frame.maps.dtype == np.uint8
    surface = (frame.surface.astype(float) - 127) / 127
    expected = np.clip(y, -1, 1).T.reshape(e.outputs, 49, 49)
    steps = 0.5 if e.outputs == 1 else 1.5  # a class that is not decided on may have to stand a step lower
    assert np.abs(surface - expected).max() < steps / 127 + 1e-4
    assert np.ptp(expected) > 0.02  # not a picture of nothing

    stride = 3 if sum(e.hidden) <= 64 else 4
    side = len(range(0, 49, stride))
    assert frame.maps.shape == (sum(e.hidden), side, side)
    assert frame.map_scale.shape == (sum(e.hidden),)
    if hidden:
        maps = np.concatenate([h.T for h in hidden]).reshape(-1, 49, 49)[:, ::stride, ::stride]
        scale = frame.map_scale[:, None, None]
        found = (frame.maps.astype(float) - 127) / 127 * scale
        assert np.all(np.abs(found - maps) < (0.5 / 127 + 1e-4) * scale)
        np.testing.assert_allclose(frame.map_scale, np.maximum(1, np.abs(maps).max(axis=(1, 2))), rtol=1e-4)


def test_a_frames_losses_and_scores(seen):
    run, frame, look = seen
    e, sample = run.experiment, run.sample
    for x, y, loss, score in (
        (sample.x_train, sample.y_train, frame.train_loss, frame.train_score),
        (sample.x_test, sample.y_test, frame.test_loss, frame.test_score),
    ):
        z = look(x)[-1]
        t = reference.targets(y, e.kind_of_problem, e.outputs, e.output_name)
        expected = reference.per_row(z, t, e.loss_name, e.output_name, e.delta).mean()
        assert loss == pytest.approx(expected, rel=1e-4, abs=1e-6)
        if e.kind_of_problem == "regression":
            assert score == pytest.approx(r2_score(y, reference.output(z, e.output_name)[:, 0]), abs=1e-4)
        else:
            decided = z.argmax(axis=1) if e.outputs > 1 else (z[:, 0] > 0).astype(int)
            assert score == pytest.approx(accuracy_score(y, decided), abs=1e-6)
    assert (run.train_loss, run.test_loss) == (frame.train_loss, frame.test_loss)


def test_a_frames_numbers_per_layer(seen):
    run, frame, _ = seen
    e = run.experiment
    x = reference.inputs(run.sample.x_train, e.inputs)
    t = reference.targets(run.sample.y_train, e.kind_of_problem, e.outputs, e.output_name)
    slope = reference.gradient(
        run.params, x, t, e.activations, e.loss_name, e.output_name, e.delta, l1=e.l1, l2=e.l2
    )
    norms = [np.linalg.norm(np.append(layer["w"].ravel(), layer["b"])) for layer in slope]
    np.testing.assert_allclose(frame.gradient_norm, norms, rtol=2e-3, atol=1e-6)
    absolute = [np.abs(layer["w"].astype(float)) for layer in run.params]
    np.testing.assert_allclose(frame.magnitude, [w.mean() for w in absolute], rtol=1e-5)
    np.testing.assert_allclose(frame.spread, [w.std() for w in absolute], rtol=1e-4, atol=1e-6)
    penalty = e.l1 * sum(w.sum() for w in absolute) + e.l2 / 2 * sum((w**2).sum() for w in absolute)
    assert frame.penalty == pytest.approx(penalty, rel=1e-5)
    assert frame.weights.dtype == np.float32
    assert np.array_equal(frame.weights, reference.flat(run.params))


def test_a_pictures_rows_go_up():
    run = Run(Experiment(data="vee", hidden=(6,), learning_rate=0.3, noise=0, points=200))
    surface = at(run.advance(1, 500), 0).surface[0].astype(int)
    # Blue above a V: the top row is blue, the bottom row orange.
    assert surface[-1].min() > 127 > surface[0].max()
    # A neuron that sees x1 alone shows it from left to right.
    run = Run(Experiment(data="plane", inputs=("x1",), hidden=(1,), activation="linear", learning_rate=0.01))
    neuron = at(run.advance(1, 50), 0).maps[0].astype(int)
    assert np.all(neuron == neuron[0])
    assert len(set(neuron[0].tolist())) > 5


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


# However it is cut


@pytest.mark.parametrize("batch", [1, 30, "full"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_cutting_a_run_changes_no_bit(optimizer, batch):
    e = Experiment(**SMALL, optimizer=optimizer, batch=batch, average_after=0)
    whole = Run(e).advance(20, 1)
    halves = Run(e)
    same(joined(halves.advance(10, 1), halves.advance(10, 1)), whole)
    same(at(Run(e).advance(1, 20), 0), at(whole, 19))


LIVE = {
    "learning_rate": st.floats(0.001, 0.5),
    "momentum": st.floats(0, 0.9),
    "beta1": st.floats(0, 0.9),
    "l1": st.just(0.0) | st.floats(0.001, 0.1),
    "l2": st.floats(0.001, 0.1),
    "average_after": st.integers(0, 4),
    "dropout": st.sampled_from([0.0, 0.1, 0.3]),
    "stop_loss": st.floats(0.1, 0.7),
    "patience": st.integers(0, 3),
    "stop_epochs": st.integers(0, 30),
}
ACTIONS = st.one_of(
    st.tuples(st.just("advance"), st.integers(1, 6), st.integers(1, 9)),
    st.tuples(st.just("rewind"), st.floats(0, 1)),
    st.tuples(
        st.just("change"),
        st.lists(st.sampled_from(list(LIVE)), min_size=1, max_size=2, unique=True),
        st.data(),
    ),
)


@settings(max_examples=40)
@given(
    experiment=st.sampled_from(CUT),
    cuts=st.lists(st.integers(1, 12), min_size=1, max_size=8),
    stride=st.integers(1, 8),
)
def test_any_cuts_give_the_same_frames(experiment, cuts, stride):
    whole = Run(experiment).advance(sum(cuts), stride)
    run = Run(experiment)
    same(joined(*(run.advance(frames, stride) for frames in cuts)), whole)
    every = Run(experiment).advance(sum(cuts) * stride, 1)
    same(Frame(*(array[stride - 1 :: stride] for array in every)), whole)


@settings(max_examples=60)
@given(experiment=st.sampled_from(CUT), actions=st.lists(ACTIONS, min_size=1, max_size=10))
def test_whatever_was_done_a_replay_ends_with_the_same_bits(experiment, actions):
    run = Run(experiment)
    for kind, *details in actions:
        if kind == "advance":
            before, frames = run.update, run.advance(*details)
            updates = [before, *frames.update.tolist()]
            assert updates == sorted(set(updates))
            assert updates[-1] == run.update == run.frame.update
        elif kind == "rewind":
            to, before, ended = int(details[0] * run.update), run.update, run.ended
            run.rewind(to)
            assert run.update == to
            assert run.ended == (ended if to == before else None)
        else:
            names, data = details
            run.change(**{name: data.draw(LIVE[name]) for name in names})
    again = Run(run.changes[0][1], changes_of(run))
    again.replay(run.update)
    assert again.update == run.update
    assert again.experiment == run.experiment
    assert again.ended == run.ended
    if run.update:
        same(again.frame, run.frame)
    # And they go on alike.
    run.change(stop_loss=0, patience=0, stop_epochs=0)
    again.change(stop_loss=0, patience=0, stop_epochs=0)
    same(again.advance(3, 4), run.advance(3, 4))


@pytest.mark.parametrize("experiment", CUT, ids=range(len(CUT)))
def test_rewinding_restores_every_bit(experiment, monkeypatch):
    monkeypatch.setattr("playground.snapshots.MOST_SNAPSHOTS", 6)
    run = Run(experiment)
    frames = joined(*(run.advance(3, 2) for _ in range(12)))
    weights = run.params
    for number in (35, 30, 17, 16, 4, 0):
        run.rewind(int(frames.update[number]))
        same(run.frame, at(frames, number))
        assert run.update == frames.update[number]
    run.rewind(0)
    same(run.frame, Run(experiment).frame)
    same(run.advance(36, 2), frames)
    for layer, before in zip(run.params, weights, strict=True):
        assert np.array_equal(layer["w"], before["w"])
        assert np.array_equal(layer["b"], before["b"])


def test_more_frames_than_one_call_holds():
    run = Run(Experiment(**SMALL))
    frames = run.advance(2 * CAPACITY + 3, 1)
    assert frames.update.tolist() == list(range(1, 2 * CAPACITY + 4))


@pytest.mark.parametrize(("frames", "stride"), [(0, 1), (1, 0), (-1, 1), (1, -5)])
def test_nothing_less_than_one(frames, stride):
    with pytest.raises(ValueError, match="must be at least 1"):
        Run(Experiment(**SMALL)).advance(frames, stride)


@pytest.mark.parametrize("update", [-1, 11])
def test_no_rewinding_to_where_it_was_not(update):
    run = Run(Experiment(**SMALL))
    run.advance(5, 2)
    with pytest.raises(ValueError, match=rf"update={update} is not allowed: it must be from 0 to 10"):
        run.rewind(update)
    assert run.update == 10


# Changes on the way


def test_a_change_counts_from_its_update():
    e = Experiment(**SMALL)
    run, plain = Run(e), Run(e)
    first = run.advance(5, 2)
    run.change(learning_rate=0.5, l2=0.01)
    assert (run.experiment.learning_rate, run.experiment.l2) == (0.5, 0.01)
    second = run.advance(5, 2)
    whole = plain.advance(10, 2)
    same(first, Frame(*(array[:5] for array in whole)))
    assert not np.array_equal(second.weights[0], whole.weights[5])
    assert second.penalty.min() > 0
    scheduled = Run(e, [(10, {"learning_rate": 0.5, "l2": 0.01})])
    same(scheduled.advance(10, 2), joined(first, second))
    assert scheduled.experiment == run.experiment


def test_a_change_is_a_frame_of_its_own():
    frames = Run(Experiment(**SMALL), [(7, {"learning_rate": 0.5})]).advance(5, 3)
    assert frames.update.tolist() == [3, 6, 7, 10, 13]


def test_a_change_before_the_start_is_a_start():
    e = Experiment(**SMALL)
    changed, other = Run(e, [(0, {"l2": 0.5})]), Run(e.changed(l2=0.5))
    assert changed.experiment == other.experiment
    same(changed.frame, other.frame)
    same(changed.advance(4, 3), other.advance(4, 3))
    live = Run(e)
    live.change(l2=0.5)
    live.advance(4, 3)
    same(live.frame, other.frame)


def test_a_change_at_the_start_shows_in_the_untrained_frame():
    e = Experiment(**SMALL | {"data": "ripple", "loss": "huber"})
    run = Run(e)
    before = run.frame, run.first_frame
    run.change(delta=1.0, l2=0.1, dropout=0.2)
    other = Run(e.changed(delta=1.0, l2=0.1, dropout=0.2))
    same(run.frame, other.frame)
    same(run.first_frame, other.first_frame)
    assert run.frame.penalty > 0 and run.train_loss != before[0].train_loss
    # So it does after going back, and a later change leaves it alone.
    run.advance(3, 2)
    run.change(l2=0.5)
    same(run.first_frame, other.first_frame)
    run.rewind(0)
    same(run.frame, other.frame)
    run.change(delta=e.delta, l2=0)
    same(run.frame, before[0])
    same(run.first_frame, before[1])


def test_rewinding_past_a_change_forgets_it():
    run = Run(Experiment(**SMALL))
    run.advance(2, 5)
    run.change(learning_rate=0.5)
    run.advance(2, 5)
    run.rewind(10)
    assert run.experiment.learning_rate == 0.5
    run.rewind(9)
    assert run.experiment.learning_rate == 0.1
    assert len(run.changes) == 1
    same(run.advance(11, 1), Frame(*(array[9:] for array in Run(run.experiment).advance(20, 1))))


@pytest.mark.parametrize("name", [name for name, row in SETTINGS.items() if row.effect == "reset"])
def test_what_needs_a_new_start_cannot_change(name):
    run = Run(Experiment(**SMALL))
    with pytest.raises(ValueError, match=rf"^{name}=.* cannot change while training.*learning_rate"):
        run.change(**{name: SETTINGS[name].default})
    with pytest.raises(ValueError, match=rf"^{name}="):
        Run(run.experiment, [(3, {name: SETTINGS[name].default})])


@pytest.mark.parametrize(
    "wrong", [{"l1": "x"}, {"learning_rate": -1}, {"speed": "1e"}, {"l2": 0, "data": "xor"}], ids=str
)
def test_a_change_that_is_refused_changes_nothing(wrong):
    run = Run(Experiment(**SMALL, stop_epochs=3), [(4, {"l2": 0.01}), (100, {"l2": 0.02})])
    run.advance(100, 3)
    assert run.ended
    before = list(run.changes), run.experiment, run.ended
    with pytest.raises(ValueError, match=rf"^{next(reversed(wrong))}="):
        run.change(**wrong)
    assert (run.changes, run.experiment, run.ended) == before


def test_changes_come_in_order():
    with pytest.raises(ValueError, match="update=3 of a change must not lie before the change at 5"):
        Run(Experiment(**SMALL), [(5, {"l2": 0.1}), (3, {"l2": 0.2})])


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


def test_after_divergence_a_lower_rate_goes_on_from_the_last_finite_frame():
    run = Run(Experiment(data="plane", activation="relu", learning_rate=10.0))
    assert len(run.advance(60, 25).update) == 0
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
    monkeypatch.setattr("playground.compiled._kept", set())
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
