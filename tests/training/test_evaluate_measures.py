"""Distances between sets of features, against values that are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.evaluate.figures import nearness
from training.evaluate.measures import (
    Matrix,
    compare_manifolds,
    fingerprints,
    mean_distance,
    nearest_features,
    nearest_pixels,
    neighbour_radii,
)


def _cloud(count: int, *, seed: int = 0, shift: float = 0.0, dimensions: int = 5) -> Matrix:
    values = np.random.default_rng(seed).standard_normal((count, dimensions))
    shifted: Matrix = values + shift
    return shifted


def test_held_out_pictures_that_were_trained_on_hide_nothing_learnt_by_heart() -> None:
    random = np.random.default_rng(0)
    held_out = random.uniform(5, 9, 100)
    held_out[:20] = 0.0
    recited = np.zeros(50)
    assert nearness(recited, held_out, held_out == 0).suspicious == 1.0
    assert nearness(recited, held_out, held_out == 0).held_out_least >= 5
    assert nearness(random.uniform(5, 9, 50) + 1, held_out, held_out == 0).suspicious < 0.1


def test_reaching_a_threshold_of_nothing_is_suspicious() -> None:
    held_out = np.concatenate([np.zeros(10), np.full(90, 5.0)])
    assert nearness(np.zeros(4), held_out).suspicious == 1.0
    assert nearness(np.full(4, 0.1), held_out).suspicious == 0.0


def test_without_a_held_out_picture_of_its_own_nothing_is_said_of_learning_by_heart() -> None:
    found = nearness(np.ones(4), np.zeros(3), np.ones(3, dtype=np.bool_))
    assert found.median == 1.0
    assert np.isnan([found.suspicious, found.held_out_median, found.held_out_least]).all()


def test_only_the_same_pixels_have_the_same_fingerprint() -> None:
    images = np.random.default_rng(0).integers(0, 255, (3, 4, 4, 3)).astype(np.uint8)
    images[2] = images[0]
    images[2, 3, 3, 2] ^= 1
    pictures = np.concatenate([images, images[:1]])
    first, second, nearly, again = fingerprints(pictures, np.arange(4))
    assert first == again
    assert len({first, second, nearly}) == 3


def test_the_radius_reaches_to_the_kth_other_point() -> None:
    line = np.array([[0.0], [1.0], [3.0], [6.0]])
    assert neighbour_radii(line, 1).tolist() == [1, 1, 2, 3]
    assert neighbour_radii(line, 2).tolist() == [3, 2, 3, 5]


def test_of_equal_points_each_is_the_others_neighbour() -> None:
    points = np.array([[0.0], [0.0], [5.0]])
    assert neighbour_radii(points, 1).tolist() == [0, 0, 5]


@pytest.mark.parametrize("k", [0, 4])
def test_a_neighbour_that_cannot_exist_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match=r"no .*-th neighbour"):
        neighbour_radii(np.zeros((4, 2)), k)


def test_a_set_lies_wholly_within_itself() -> None:
    cloud = _cloud(300)
    same = compare_manifolds(cloud, cloud, k=3, density_k=5)
    assert same.precision == same.recall == same.coverage == 1.0
    assert same.density >= 1.0


def test_sets_far_apart_share_nothing() -> None:
    apart = compare_manifolds(_cloud(100), _cloud(100, seed=1, shift=100), k=3, density_k=5)
    assert (apart.precision, apart.recall, apart.density, apart.coverage) == (0, 0, 0, 0)


def test_samples_without_variety_are_precise_and_recall_little() -> None:
    data = _cloud(400)
    narrow = compare_manifolds(data, _cloud(400, seed=1) * 0.1, k=3, density_k=5)
    assert narrow.precision > 0.95
    assert narrow.recall < 0.2


def test_samples_wider_than_the_data_are_imprecise_and_recall_much() -> None:
    data = _cloud(400)
    wide = compare_manifolds(data, _cloud(400, seed=1) * 3, k=3, density_k=5)
    assert wide.precision < 0.4
    assert wide.recall > 0.9


def test_in_many_dimensions_a_little_less_variety_costs_most_of_the_recall() -> None:
    # Why the cards warn of reading precision and recall alone.
    data, samples = _cloud(600, dimensions=128), _cloud(600, seed=1, dimensions=128) * 0.8
    narrower = compare_manifolds(data, samples, k=3, density_k=5)
    assert narrower.precision > 0.95
    assert narrower.recall < 0.05


@given(st.integers(0, 1000), st.integers(1, 6))
def test_shares_are_shares_and_precision_mirrors_recall(seed: int, k: int) -> None:
    first = _cloud(40, seed=seed)
    second = _cloud(40, seed=seed + 1, shift=0.7)
    one = compare_manifolds(first, second, k=k, density_k=k)
    other = compare_manifolds(second, first, k=k, density_k=k)
    assert all(0 <= v <= 1 for v in (one.precision, one.recall, one.coverage))
    assert (one.precision, one.recall) == (other.recall, other.precision)


def test_more_rows_than_a_strip_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = _cloud(90), _cloud(80, seed=1)
    whole = compare_manifolds(first, second, k=3, density_k=5)
    places, _ = nearest_features(first, second)
    monkeypatch.setattr("training.evaluate.measures._ROWS", 7)
    assert compare_manifolds(first, second, k=3, density_k=5) == whole
    assert np.array_equal(nearest_features(first, second)[0], places)


def test_the_mean_distance_of_three_points_on_a_line() -> None:
    assert mean_distance(np.array([[0.0], [1.0], [3.0]])) == 2.0
    assert np.isnan(mean_distance(np.zeros((1, 3))))


@given(st.integers(0, 1000))
def test_the_nearest_picture_is_the_one_that_a_plain_search_finds(seed: int) -> None:
    random = np.random.default_rng(seed)
    pool = random.integers(0, 256, (30, 4, 4, 3)).astype(np.uint8)
    queries = random.integers(0, 256, (5, 4, 4, 3)).astype(np.uint8)
    members = np.sort(random.choice(30, 20, replace=False)).astype(np.int64)
    places, distance = nearest_pixels(queries, pool, members)
    table = np.sqrt(
        np.square(queries[:, None].astype(float) - pool[members][None]).mean(axis=(2, 3, 4))
    )
    assert distance == pytest.approx(table.min(axis=1))
    assert table[np.arange(5), places] == pytest.approx(table.min(axis=1))


def test_a_picture_learnt_by_heart_is_at_no_distance() -> None:
    pool = np.random.default_rng(0).integers(0, 256, (30, 8, 8, 1)).astype(np.uint8)
    places, distance = nearest_pixels(pool[[7, 3]], pool, np.arange(30))
    assert places.tolist() == [7, 3]
    assert distance.tolist() == [0.0, 0.0]


def test_copies_are_suspicious_and_new_pictures_are_not() -> None:
    held_out = np.random.default_rng(0).uniform(1, 2, 1000)
    assert nearness(np.zeros(50), held_out).suspicious == 1.0
    assert nearness(np.full(50, 1.5), held_out).suspicious == 0.0
    assert nearness(held_out, held_out).suspicious == pytest.approx(0.01)
