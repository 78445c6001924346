"""The untrained picture that needs no compiling, against the one that is compiled for its network."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.datasets import INPUTS
from playground.first_look import KINDS, NAMES, _look
from playground.nn.activations import ACTIVATIONS
from playground.nn.losses import LOSSES
from playground.observing import observe
from playground.training import advance

BYTES = {"surface", "maps"}
DATA = {"two_classes": "moons", "several_classes": "spirals", "regression": "ripple"}


def assert_same_picture(experiment):
    run = Run(experiment)
    compiled = run.frame
    for name, look in run.first_frame._asdict().items():
        wanted = getattr(compiled, name)
        assert look.shape == (1, *np.shape(wanted)) and look.dtype == wanted.dtype, name
        if name in BYTES:  # a value between two bytes may fall either way
            difference = np.abs(look[0].astype(int) - wanted.astype(int))
            assert difference.max(initial=0) <= 1 and np.count_nonzero(difference) <= 0.01 * difference.size
        else:
            np.testing.assert_allclose(look[0], wanted, rtol=2e-4, atol=2e-6, err_msg=name)


@pytest.mark.parametrize(("problem", "loss", "output", "outputs"), KINDS)
def test_every_loss_and_output(problem, loss, output, outputs):
    many = {"classes": outputs} if outputs > 1 else {}
    assert_same_picture(
        Experiment(
            data=DATA[problem], loss=loss, output=output, hidden=(4,), points=60 + outputs, train_share=40,
            l1=0.01, l2=0.1, delta=0.05, **many,
        )
    )  # fmt: skip


def test_every_activation_is_picked_by_its_own_number():
    assert list(ACTIVATIONS) == NAMES
    names = tuple(name for name in NAMES if name != "step")
    for some in (names[:5], names[5:], ("step", "relu")):
        hidden = tuple(range(3, 3 + len(some)))
        assert_same_picture(Experiment(hidden=hidden, activation=some, initializer="he_normal", bias=0.3))


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden": ()},
        {"hidden": (1,), "inputs": ("sin_x2",)},
        {"hidden": (16,) * 8, "inputs": tuple(INPUTS)},
        {"data": "truth_table", "hidden": (2,)},
        {"points": 4, "train_share": 90},
        {"points": 2000, "train_share": 90, "hidden": (3, 2)},
        {"data": "plane", "hidden": (2,), "loss": "huber", "points": 2000, "train_share": 10},
    ],
    ids=str,
)
def test_the_smallest_and_the_largest(settings):
    assert_same_picture(Experiment(**settings))


def test_nothing_is_compiled_for_another_network():
    assert Run(Experiment(hidden=(3,))).first_frame.update.tolist() == [0]
    before = _look._cache_size(), advance._cache_size(), observe._cache_size()
    for settings in (
        {"hidden": (7, 3)},
        {"data": "blobs", "classes": 5},
        {"points": 77},
        {"optimizer": "adam"},
    ):
        assert Run(Experiment(**settings)).first_frame.update.tolist() == [0]
    after = _look._cache_size(), advance._cache_size(), observe._cache_size()
    assert all(new <= old for new, old in zip(after, before, strict=True))  # fewer, where others made room


def test_all_kinds_are_those_of_the_losses():
    assert {kind[:3] for kind in KINDS} == {
        (problem, name, output)
        for name, loss in LOSSES.items()
        for problem, outputs in loss.outputs.items()
        for output in outputs
    }
