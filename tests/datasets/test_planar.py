"""The datasets of the plane against independent formulas, scikit-learn, and properties of every sample."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from playground.datasets import DATASETS, EXTENT, PROBLEMS, sample

NAMES = {
    "two_classes": [
        "circle",
        "xor",
        "gaussians",
        "spiral",
        "moons",
        "checkerboard",
        "sine",
        "cubic",
        "vee",
        "truth_table",
    ],
    "several_classes": ["spirals", "blobs"],
    "regression": ["plane", "hills", "ripple"],
}
DRAWN = [name for name, entry in DATASETS.items() if not entry.fixed]
CLASSIFIED = [name for name in DRAWN if DATASETS[name].problem != "regression"]
MARGIN = 0.3

quick = settings(max_examples=40)
arguments = st.fixed_dictionaries(
    {
        "points": st.integers(4, 2000),
        "noise": st.floats(0, 50),
        "train_share": st.floats(10, 90),
        "seed": st.integers(0, 2**32 - 1),
        "classes": st.integers(3, 5),
    }
)


def draw(name, points=1000, noise=0, train_share=50, seed=3, classes=3):
    return sample(name, points=points, noise=noise, train_share=train_share, seed=seed, classes=classes)


def every_row(s):
    return np.concatenate([s.x_train, s.x_test]), np.concatenate([s.y_train, s.y_test])


def arrays(s):
    return [s.x_train, s.y_train, s.x_test, s.y_test]


def neighbour_score(name, noise, classes=3):
    """Test score of the 15 nearest neighbours: accuracy, or R² for regression."""
    s = draw(name, points=2000, noise=noise, classes=classes)
    kind = KNeighborsRegressor if DATASETS[name].problem == "regression" else KNeighborsClassifier
    return kind(15).fit(s.x_train, s.y_train).score(s.x_test, s.y_test)


# The registry


def test_registry_holds_the_contracts_names():
    found = {problem: [n for n, d in DATASETS.items() if d.problem == problem] for problem in PROBLEMS}
    assert found == NAMES
    assert all(name == entry.name for name, entry in DATASETS.items())


def test_texts_are_there_and_differ():
    labels = [entry.label for entry in DATASETS.values()]
    assert len(set(labels)) == len(labels)
    for entry in DATASETS.values():
        assert entry.about.endswith(".")
        assert entry.about.count(". ") == 0, "one sentence"


def test_specifications_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        DATASETS["xor"].name = "or"
    with pytest.raises(dataclasses.FrozenInstanceError):
        draw("xor").x_train = None


# Every sample


@pytest.mark.parametrize("name", DATASETS)
@quick
@given(kwargs=arguments)
def test_same_arguments_same_bits(name, kwargs):
    for one, two in zip(arrays(sample(name, **kwargs)), arrays(sample(name, **kwargs)), strict=True):
        assert one.dtype == two.dtype
        assert one.tobytes() == two.tobytes()


def test_same_bits_in_another_process():
    code = (
        "import hashlib; from playground.datasets import DATASETS, sample;"
        "parts = [sample(n, points=50, noise=20, train_share=50, seed=9) for n in DATASETS];"
        "print(hashlib.sha256(b''.join(s.x_train.tobytes() + s.y_test.tobytes() for s in parts)).hexdigest())"
    )
    root = Path(__file__).parents[2]
    runs = [
        subprocess.run(
            [sys.executable, "-B", "-c", code],
            cwd=root,
            env=os.environ | {"PYTHONHASHSEED": salt, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for salt in ("1", "2")
    ]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("name", DRAWN)
@quick
@given(kwargs=arguments)
def test_shapes_types_bounds_and_split(name, kwargs):
    s = sample(name, **kwargs)
    points = kwargs["points"]
    assert len(s.x_train) == min(max(round(points * kwargs["train_share"] / 100), 1), points - 1)
    assert len(s.x_train) + len(s.x_test) == points
    for x, y in ((s.x_train, s.y_train), (s.x_test, s.y_test)):
        assert x.shape == (len(y), 2)
        assert x.dtype == np.float32
        assert np.abs(x).max() <= EXTENT
        if DATASETS[name].problem == "regression":
            assert y.dtype == np.float32
            assert np.abs(y).max() <= 1
        else:
            assert y.dtype == np.int32


@pytest.mark.parametrize(
    ("points", "train_share", "n_train"),
    [(4, 10, 1), (4, 90, 3), (5, 10, 1), (250, 50, 125), (1200, 33.3, 400)],
)
def test_split_leaves_both_sides_a_row(points, train_share, n_train):
    s = draw("xor", points=points, train_share=train_share)
    assert (len(s.x_train), len(s.x_test)) == (n_train, points - n_train)


@pytest.mark.parametrize("name", CLASSIFIED)
@quick
@given(kwargs=arguments)
def test_classes_are_balanced(name, kwargs):
    _, y = every_row(sample(name, **kwargs))
    sizes = np.bincount(y)
    assert len(sizes) == (2 if DATASETS[name].problem == "two_classes" else kwargs["classes"]) or (
        kwargs["points"] < kwargs["classes"]
    )
    assert sizes.max() - sizes.min() <= 1


@pytest.mark.parametrize("name", DRAWN)
def test_seed_and_name_change_the_draw(name):
    assert not np.array_equal(draw(name).x_train, draw(name, seed=4).x_train)


def test_datasets_of_one_seed_are_different_draws():
    assert not np.array_equal(draw("plane").x_train, draw("hills").x_train)


@pytest.mark.parametrize("name", DRAWN)
def test_a_larger_share_keeps_the_training_rows(name):
    few, many = draw(name, train_share=20), draw(name, train_share=80)
    assert np.array_equal(few.x_train, many.x_train[: len(few.x_train)])


@pytest.mark.parametrize("name", DRAWN)
def test_split_is_shuffled(name):
    """Otherwise the labels, drawn in turns, would alternate, and arms would lie in order."""
    y = draw(name).y_train.astype(float)
    lagged = np.corrcoef(y[1:], y[:-1])[0, 1]
    assert abs(lagged) < 0.2


@pytest.mark.parametrize("name", DRAWN)
def test_clean_data_fill_the_plane(name):
    x, _ = every_row(draw(name))
    reached = np.abs(x).max(axis=0)
    assert reached.max() > 4
    assert reached.min() > 2.4
    assert np.abs(x).max() < EXTENT
    assert name in ("gaussians", "blobs") or np.abs(x).max() <= 5.0001


# Settings


def test_unknown_name():
    with pytest.raises(ValueError, match=r"data='donut'.*allowed: circle, xor.*ripple"):
        draw("donut")


@pytest.mark.parametrize(
    ("setting", "value", "allowed"),
    [
        ("points", 3, "4 or more"),
        ("noise", -1, "0 to 50"),
        ("noise", 51, "0 to 50"),
        ("noise", float("nan"), "0 to 50"),
        ("train_share", 9, "10 to 90"),
        ("train_share", 91, "10 to 90"),
        ("seed", -1, "0 or more"),
        ("classes", 2, "3 to 5"),
        ("classes", 6, "3 to 5"),
    ],
)
def test_out_of_range(setting, value, allowed):
    with pytest.raises(ValueError, match=f"{setting}={value}.*{allowed}"):
        draw("blobs", **{setting: value})


@pytest.mark.parametrize("name", [n for n in DATASETS if DATASETS[n].problem != "several_classes"])
def test_classes_matter_to_several_classes_only(name):
    one, two = draw(name, classes=2), draw(name, classes=5)
    assert all(np.array_equal(a, b) for a, b in zip(arrays(one), arrays(two), strict=True))


# Geometry without noise, from independent formulas


def signs(name, x):
    x1, x2 = np.asarray(x, np.float64).T
    return {
        "circle": np.hypot(x1, x2) < 2.65,
        "xor": (x1 > 0) != (x2 > 0),
        "gaussians": x1 + x2 > 0,
        "checkerboard": (np.floor((x1 + 5) * 0.4) % 2) != (np.floor((x2 + 5) * 0.4) % 2),
        "sine": x2 / 2.5 > np.sin(x1),
        "cubic": 12 * x2 > x1**3 - 16 * x1,
        "vee": x2 + 2.5 > np.maximum(x1, -x1),
    }[name]


@pytest.mark.parametrize("name", ["circle", "xor", "gaussians", "checkerboard", "sine", "cubic", "vee"])
def test_labels_follow_the_formula(name):
    x, y = every_row(draw(name, points=2000))
    assert np.array_equal(y, signs(name, x))


@pytest.mark.parametrize("name", ["circle", "xor", "gaussians", "checkerboard", "sine", "cubic", "vee"])
def test_a_gap_is_left_along_the_boundary(name):
    """Walking nearly the margin in any of 16 directions changes no label."""
    x, y = every_row(draw(name, points=2000))
    for angle in np.arange(16) * np.pi / 8:
        step = 0.9 * MARGIN * np.array([np.cos(angle), np.sin(angle)])
        assert (signs(name, x + step) == y).mean() > 0.99
        if name in ("circle", "xor", "vee"):  # exact there; along a bend the distance is of first order
            assert np.array_equal(signs(name, x + step), y)


def test_gap_is_no_wider_than_meant():
    x, _ = every_row(draw("xor", points=2000))
    assert MARGIN <= np.abs(x).min() < MARGIN + 0.02


def test_circle_radii():
    x, y = every_row(draw("circle"))
    radius = np.hypot(*x.T)
    assert radius[y == 1].max() < 2.31
    assert radius[y == 0].min() > 2.99
    assert np.median(radius[y == 1]) == pytest.approx(2.3 / np.sqrt(2), rel=0.05), "even by area"


@pytest.mark.parametrize("noise", [0, 5])
def test_gaussians_are_linearly_separable(noise):
    x, y = every_row(draw("gaussians", noise=noise))
    assert LogisticRegression(C=1e4).fit(x, y).score(x, y) == 1


@pytest.mark.parametrize("classes", [3, 4, 5])
def test_blobs_are_linearly_separable(classes):
    x, y = every_row(draw("blobs", classes=classes))
    assert LogisticRegression(C=1e4, max_iter=1000).fit(x, y).score(x, y) == 1
    centres = np.array([x[y == c].mean(axis=0) for c in range(classes)])
    assert np.hypot(*centres.T) == pytest.approx(3.6, abs=0.1)


def test_moons_are_two_half_circles_no_line_separates():
    s = draw("moons")
    assert KNeighborsClassifier(1).fit(s.x_train, s.y_train).score(s.x_test, s.y_test) == 1
    x, y = every_row(s)
    line = LogisticRegression(C=1e4).fit(x, y).score(x, y)
    assert 0.8 < line < 0.95
    r = 10 / 3
    upper, lower = x[y == 1] - [-r / 2, -r / 4], x[y == 0] - [r / 2, r / 4]
    assert np.hypot(*upper.T) == pytest.approx(r, rel=1e-5)
    assert np.hypot(*lower.T) == pytest.approx(r, rel=1e-5)
    assert upper[:, 1].min() > -1e-5
    assert lower[:, 1].max() < 1e-5


@pytest.mark.parametrize(("name", "arms"), [("spiral", 2), ("spirals", 3), ("spirals", 4), ("spirals", 5)])
def test_spiral_arms_are_disjoint_turned_copies(name, arms):
    s = draw(name, classes=max(arms, 3))
    assert KNeighborsClassifier(1).fit(s.x_train, s.y_train).score(s.x_test, s.y_test) == 1
    x, y = every_row(s)
    # Unwound, all points of an Archimedean spiral have one phase; arm k is k/arms of a turn ahead.
    z = x[:, 0] + 1j * x[:, 1]
    unwound = z / np.abs(z) * np.exp(-2j * np.pi * ((np.abs(z) - 0.5) / (1.4 * arms) + y / arms))
    assert unwound == pytest.approx(1, abs=1e-4)
    assert 0.5 < np.abs(z).min() < 1
    apart = min(np.abs(z[y == a][:, None] - z[y == b][None, :]).min() for a in range(arms) for b in range(a))
    assert apart > 0.4


CLOSED_FORMS = {
    "plane": lambda p, q: 0.1 * p + 0.1 * q,
    "hills": lambda p, q: (
        np.exp(-((p - 2.5) ** 2 + (q - 2.5) ** 2) / 4.5) - np.exp(-((p + 2.5) ** 2 + (q + 2.5) ** 2) / 4.5)
    ),
    "ripple": lambda p, q: np.cos(0.4 * np.pi * np.sqrt(p * p + q * q)),
}


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_regression_targets_match_the_closed_form(name):
    x, y = every_row(draw(name, points=2000))
    assert y == pytest.approx(CLOSED_FORMS[name](*x.astype(np.float64).T), abs=2e-6)
    assert y.max() > 0.9
    assert y.min() < -0.9


def test_truth_table_is_its_four_rows_whatever_the_settings():
    for kwargs in ({}, {"points": 4, "noise": 50, "train_share": 10, "seed": 0}):
        s = draw("truth_table", **kwargs)
        for x, y in ((s.x_train, s.y_train), (s.x_test, s.y_test)):
            assert x.dtype == np.float32
            assert y.dtype == np.int32
            assert x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
            assert y.tolist() == [0, 1, 1, 0]
        assert not np.shares_memory(s.x_train, s.x_test)


# Noise


@pytest.mark.parametrize("name", DRAWN)
def test_noise_makes_it_harder(name):
    scores = [neighbour_score(name, noise) for noise in (0, 10, 25, 50)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > (0.9 if DATASETS[name].problem == "regression" else 0.98)
    assert scores[-1] < 0.8


@pytest.mark.parametrize("name", CLASSIFIED)
def test_noise_moves_points_along_a_line_and_keeps_labels(name):
    clean, some, more = (draw(name, noise=noise) for noise in (0, 1, 2))
    assert np.array_equal(clean.y_train, more.y_train)
    kept = np.abs(more.x_train).max(axis=1) < 5.5  # those not mirrored at the edge
    once, twice = (some.x_train - clean.x_train)[kept], (more.x_train - clean.x_train)[kept]
    assert twice == pytest.approx(2 * once, abs=1e-5)
    assert np.abs(once).max() > 0


@pytest.mark.parametrize("name", NAMES["regression"])
def test_noise_moves_targets_only(name):
    clean, noisy = draw(name, points=2000), draw(name, points=2000, noise=10)
    assert np.array_equal(clean.x_train, noisy.x_train)
    inside = np.abs(clean.y_train) < 0.6  # clipping reaches the others
    assert (noisy.y_train - clean.y_train)[inside].std() == pytest.approx(0.1, rel=0.15)


@pytest.mark.parametrize("name", CLASSIFIED)
def test_no_points_heap_up_at_the_edge(name):
    x, _ = every_row(draw(name, points=2000, noise=50))
    assert (np.abs(x) == EXTENT).sum() == 0
    assert (np.abs(x).max(axis=1) > 0.98 * EXTENT).mean() < 0.06
