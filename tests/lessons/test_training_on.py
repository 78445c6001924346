"""Training the worked example on, against scikit-learn's network and the steps."""

import numpy as np
import pytest
from sklearn.neural_network import MLPRegressor

from playground.lessons.autodiff import autodiff
from playground.lessons.steps import steps
from playground.lessons.training_on import DIVERGED, MOST_UPDATES, after
from playground.lessons.worked import PARAMETERS, Worked


def test_exclusive_or_is_learned_from_the_worked_weights_without_biases():
    """Batch, η = 1, the example's own weights: right after fewer than 600 updates, near after 5,000."""
    training = after(Worked(mode="batch", learning_rate=1), 5000)
    assert 0 < training.learned_after < 600
    assert not training.right[training.learned_after - 1].all()
    np.testing.assert_allclose(training.outputs[-1], [0, 1, 1, 0], atol=0.05)
    assert training.errors[-1] < 0.005 < 0.5 < training.errors[0]


def test_exclusive_or_is_learned_row_by_row_with_biases():
    """η = 2, biases on, rows reshuffled every epoch under seed 1."""
    training = after(Worked(use_bias=True, learning_rate=2), 5000)
    assert training.learned_after is not None and training.right[-1].all()
    assert training.stopped is None


@pytest.mark.parametrize("mode", ["row", "batch"])
def test_an_update_is_that_of_the_steps(mode):
    worked = Worked(mode=mode, shuffle=False, use_bias=True, x=(0, 0), target=0)
    known = steps(worked)[-1].known
    training = after(worked, 1)
    np.testing.assert_allclose(training.weights[1], list(known.new_weights.values()), rtol=0, atol=1e-15)
    np.testing.assert_array_equal(training.weights[0], worked.values)


def test_each_update_is_a_gradient_step_of_autodiff():
    worked = Worked(use_bias=True, learning_rate=0.8, error="cross_entropy")
    training, (x, t) = after(worked, 9), worked.four_rows
    for update, row in enumerate(training.rows):
        here = worked.with_weights(dict(zip(PARAMETERS, training.weights[update], strict=True)))
        here = here.changed(x=tuple(x[row]), target=t[row])
        slopes = np.array([each.by_autodiff for each in autodiff(here).values()])
        expected = training.weights[update] - 0.8 * slopes
        np.testing.assert_allclose(training.weights[update + 1], expected, atol=1e-12)


def test_the_same_path_as_scikit_learn():
    """Its loss is the mean of ½(t − y)² over the batch, so its rate is four times ours; its output is linear."""
    worked = Worked(mode="batch", output="linear", use_bias=True, learning_rate=0.05)
    x, t = worked.four_rows
    peer = MLPRegressor(
        hidden_layer_sizes=(3,),
        activation="logistic",
        solver="sgd",
        learning_rate_init=0.2,
        momentum=0,
        alpha=0,
        batch_size=4,
    )
    peer.partial_fit(x, t)  # gives it its arrays
    peer.coefs_[0][:] = np.reshape(worked.weights_in, (3, 2)).T
    peer.coefs_[1][:] = np.reshape(worked.weights_out, (3, 1))
    for bias in peer.intercepts_:
        bias[:] = 0
    for _ in range(200):
        peer.partial_fit(x, t)
    training = after(worked, 200)
    np.testing.assert_allclose(training.outputs[-1], peer.predict(x), atol=1e-10)
    assert training.errors[-1] == pytest.approx(np.sum((t - peer.predict(x)) ** 2) / 2)


@pytest.mark.parametrize("settings", [{}, {"mode": "batch"}, {"shuffle": False}], ids=str)
def test_pieces_make_the_whole(settings):
    worked = Worked(use_bias=True, **settings)
    whole, pieces = after(worked, 50), [after(worked, 7)]
    for size in (2, 13, 0, 3, 25):
        pieces.append(after(worked, size, pieces[-1]))
    assert pieces[-1].last == whole.last == 50
    for name in ("weights", "outputs", "errors", "right"):
        joined = np.concatenate(
            [getattr(pieces[0], name)[:1], *(getattr(piece, name)[1:] for piece in pieces)]
        )
        np.testing.assert_array_equal(joined, getattr(whole, name))
    np.testing.assert_array_equal(np.concatenate([piece.rows for piece in pieces]), whole.rows)


def test_the_order_of_the_rows():
    in_turn = after(Worked(shuffle=False), 10)
    assert in_turn.rows.tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
    shuffled = after(Worked(), 1200).rows.reshape(300, 4)
    assert (np.sort(shuffled, axis=1) == np.arange(4)).all()
    assert len({tuple(epoch) for epoch in shuffled.tolist()}) == 24  # every order turns up
    assert (after(Worked(mode="batch"), 3).rows == -1).all()


def test_biases_that_are_off_stay_off():
    assert (after(Worked(biases=(1, 2, 3, 4)), 20).weights[:, 9:] == 0).all()


def test_a_batch_at_a_small_rate_goes_downhill_all_the_way():
    assert (np.diff(after(Worked(mode="batch", learning_rate=0.2), 2000).errors) < 0).all()


def test_divergence_is_told_and_the_last_finite_state_kept():
    training = after(Worked(mode="batch", activation="linear", output="linear", learning_rate=50), 500)
    assert training.stopped == DIVERGED
    assert 1 < len(training.errors) < 500
    assert np.isfinite(training.errors).all() and np.isfinite(training.weights).all()
    assert after(Worked(), 5).stopped is None


def test_right_is_nearer_than_the_middle():
    tanh = after(Worked(output="tanh", targets=(-1, 1, 1, -1)), 0)
    np.testing.assert_array_equal(tanh.right[0], np.sign(tanh.outputs[0]) == [-1, 1, 1, -1])
    assert after(Worked(targets=(1, 1, 1, 1)), 0).right.all()
    assert after(Worked(), 0).learned_after is None


@pytest.mark.parametrize("updates", [-1, MOST_UPDATES + 1])
def test_too_many_at_once(updates):
    with pytest.raises(ValueError, match="must be from 0 to 20000"):
        after(Worked(), updates)
