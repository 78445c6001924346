"""What a run's frames hold, against NumPy and scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, r2_score

from playground import Experiment, Run
from tests import reference
from tests.runs import SMALL, at

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
