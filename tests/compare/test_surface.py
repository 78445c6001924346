"""The loss over planes of weight space, against NumPy and closed forms."""

from itertools import pairwise

import numpy as np
import pytest

from playground import Experiment, Run
from playground.compare.surface import Landscape, Plane, _losses, plane_of_ends, plane_through, random_plane
from playground.nn.network import Architecture, unflatten
from tests import reference

SMALL = Experiment(points=60, hidden=(3, 2), batch=7, learning_rate=0.1)


@pytest.fixture(scope="module")
def run() -> Run:
    return Run(SMALL)


@pytest.fixture(scope="module")
def path(run):
    return run.advance(30, 5).weights


def test_a_flat_cloud_of_points_lies_in_its_plane():
    generator = np.random.default_rng(0)
    axes = np.linalg.qr(generator.standard_normal((9, 2)))[0].T
    flat = generator.standard_normal((40, 2)) * [5, 1]
    plane = plane_through([flat[:30] @ axes + 3, flat[30:] @ axes + 3])
    assert plane.shares.sum() == pytest.approx(1)
    assert plane.shares[0] > plane.shares[1]
    points = flat @ axes + 3
    np.testing.assert_allclose(plane.at(plane.coordinates(points)), points, atol=1e-9)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)


def test_the_share_is_what_the_plane_holds(path):
    plane = plane_through([path])
    left = path - plane.at(plane.coordinates(path))
    share = 1 - (left**2).sum() / ((path - path.mean(axis=0)) ** 2).sum()
    assert plane.shares.sum() == pytest.approx(share, abs=1e-5)


def test_paths_count_alike_however_densely_they_were_recorded(path):
    other = path[:4] + np.linspace(0, 1, path.shape[1])
    once, twice = plane_through([path, other]), plane_through([np.repeat(path, 3, axis=0), other])
    np.testing.assert_allclose(np.abs(once.directions), np.abs(twice.directions), atol=0.05)


def test_no_plane_is_best_through_fewer_than_three_points(path):
    with pytest.raises(ValueError, match="at least three different points"):
        plane_through([path[:2], path[:1]])


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("length", [1e-2, 1.0, 100.0])
def test_no_plane_is_best_through_points_of_one_line(kind, length):
    generator = np.random.default_rng(2)
    start, way = generator.standard_normal((2, 150))
    line = (start + np.linspace(0, length, 80)[:, None] * way).astype(kind)
    with pytest.raises(ValueError, match="lie on one line"):
        plane_through([line])
    with pytest.raises(ValueError, match="lie on one line"):
        plane_through([line[:5], line[::-7]])
    bent = line.copy()
    bent[40:] += 1e-3 * length * generator.standard_normal(150).astype(kind)
    assert plane_through([bent]).shares[1] > 0


def test_losses_are_those_of_the_run(run, path):
    landscape = Landscape(SMALL)
    expected = Run(SMALL).advance(30, 5).train_loss
    np.testing.assert_allclose(landscape.losses(path), expected, rtol=1e-5)
    assert landscape.losses(path[4]).shape == ()
    np.testing.assert_allclose(landscape.losses(path.reshape(5, 6, -1)).ravel(), expected, rtol=1e-5)


def test_any_number_of_places_is_compiled_for_once(path):
    landscape = Landscape(Experiment(points=60, hidden=(5, 2)))
    weights = np.random.default_rng(0).standard_normal((700, 30)).astype(np.float32)
    weights = np.resize(weights, (700, sum((i + 1) * o for i, o in pairwise((2, 5, 2, 1)))))
    before = _losses._cache_size()
    every = landscape.losses(weights)
    for number in (0, 1, 63, 64, 65, 200, 640, 699):
        np.testing.assert_array_equal(landscape.losses(weights[:number]), every[:number])
    assert _losses._cache_size() == before + 1


def test_the_surface_against_numpy(run, path):
    landscape, plane = Landscape(SMALL), plane_through([path])
    x, y = np.linspace(-1, 1, 4), np.linspace(-2, 0, 3)
    found = landscape.over(plane, x, y)
    assert found.shape == (3, 4)
    for row, v in enumerate(y):
        for column, u in enumerate(x):
            flat = plane.origin + u * plane.directions[0] + v * plane.directions[1]
            at = 0
            h = run.sample.x_train.astype(float)
            sizes = list(pairwise(SMALL.sizes))
            for number, (fan_in, fan_out) in enumerate(sizes):
                w, b = flat[at : at + fan_in * fan_out], flat[at + fan_in * fan_out :][:fan_out]
                at += (fan_in + 1) * fan_out
                h = h @ w.reshape(fan_in, fan_out) + b
                h = h if number == len(sizes) - 1 else np.tanh(h)
            p, t = reference.sigmoid(h[:, 0]), run.sample.y_train
            expected = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
            assert found[row, column] == pytest.approx(expected, rel=1e-4)


def test_gaps_vanish_in_the_plane(path):
    landscape, plane = Landscape(SMALL), plane_through([path])
    inside = plane.at(np.array([[0.3, -0.2], [0, 0]]))
    np.testing.assert_allclose(landscape.gaps(plane, inside), 0, atol=1e-6)


def test_gaps_are_the_true_loss_less_that_under_it(run, path):
    """By NumPy alone: the plane by a singular value decomposition, the losses by the reference network."""
    points = path.astype(float)
    origin = points.mean(axis=0)
    _, _, axes = np.linalg.svd(points - origin, full_matrices=False)
    under = origin + (points - origin) @ axes[:2].T @ axes[:2]
    t = reference.targets(run.sample.y_train, "two_classes", 1, "sigmoid")

    def loss(flat):
        parameters = reference.unflat(flat, SMALL.sizes)
        loss_name, output = SMALL.loss_name, SMALL.output_name
        return reference.mean_loss(parameters, run.sample.x_train, t, SMALL.activations, loss_name, output)

    expected = np.array([loss(true) - loss(near) for true, near in zip(points, under, strict=True)])
    found = Landscape(SMALL).gaps(plane_through([path]), points)
    np.testing.assert_allclose(found, expected, atol=2e-6)
    assert np.abs(expected).max() > 1e-5


def test_random_directions_are_as_long_as_each_neurons_weights(path):
    architecture = Architecture(SMALL.sizes, SMALL.activations)
    plane = random_plane(path[-1], architecture, seed=3)
    for direction in plane.directions:
        for layer, own in zip(
            unflatten(direction, architecture), unflatten(path[-1], architecture), strict=True
        ):
            lengths = np.linalg.norm(layer["w"], axis=0)
            np.testing.assert_allclose(lengths, np.linalg.norm(own["w"], axis=0), rtol=1e-5)
            assert not layer["b"].any()
    other = random_plane(path[-1], architecture, seed=4)
    assert np.abs(plane.directions - other.directions).max() > 0.1
    # Places are found again though the two directions are not at right angles.
    places = np.array([[0.5, -1.0], [2.0, 0.25]])
    np.testing.assert_allclose(plane.coordinates(plane.at(places)), places, atol=1e-9)


def test_the_line_between_two_ends(path):
    landscape = Landscape(SMALL)
    line = landscape.between(path[0], path[-1], np.array([0, 0.5, 1]))
    np.testing.assert_allclose(line[[0, 2]], landscape.losses(path[[0, -1]]), rtol=1e-6)
    assert line[1] == pytest.approx(float(landscape.losses((path[0] + path[-1]) / 2)), rel=1e-5)


def test_how_it_descends_makes_no_difference(path):
    other = SMALL.changed(batch="full", optimizer="adam", l2=0.1, dropout=0.5)
    np.testing.assert_array_equal(Landscape(SMALL).losses(path), Landscape(other).losses(path))


def test_a_plane_is_what_it_is_made_of():
    plane = Plane(np.array([1.0, 2, 3]), np.array([[1.0, 0, 0], [0, 0, 2]]))
    np.testing.assert_array_equal(plane.at(np.array([2.0, -1])), [3, 2, 1])


def test_paths_lead_forward_whatever_way_they_went(path):
    back = 2 * path[0] - path  # the same path, mirrored at its start
    for each in (path, back):
        places = plane_through([each]).coordinates(np.stack([each[0], each[-1]]).astype(float))
        assert (places[1] >= places[0]).all()


def test_three_ends_lie_in_their_plane(path):
    paths = [path[:10], path[:20], path]
    plane = plane_of_ends(paths)
    ends = np.stack([each[-1] for each in paths]).astype(float)
    np.testing.assert_allclose(plane.at(plane.coordinates(ends)), ends, atol=1e-6)
    points = np.concatenate(paths).astype(float)
    around = plane.coordinates(points - points.mean(axis=0) + plane.origin)
    assert plane.shares.sum() == pytest.approx(
        (around**2).sum() / ((points - points.mean(axis=0)) ** 2).sum()
    )
    assert plane.shares.sum() <= plane_through([points]).shares.sum() + 1e-9


def test_two_ends_and_their_start_lie_in_their_plane(path):
    paths = [path[:15], path]
    plane = plane_of_ends(paths)
    corners = np.stack([path[0], path[14], path[-1]]).astype(float)
    np.testing.assert_allclose(plane.at(plane.coordinates(corners)), corners, atol=1e-6)
