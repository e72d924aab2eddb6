"""The arithmetic of traits against what is known of made-up samples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.images.engine.components import (
    Floats,
    difference,
    explained_shares,
    ground_of_latents,
    ground_of_styles,
    picture_features,
    principal_components,
    regressed_directions,
    separation,
)

Doubles = NDArray[np.float64]


def _draw(seed: int, *shape: int) -> Floats:
    drawn = np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)
    drawn -= drawn.mean(axis=0)
    return drawn


def _turned(seed: int, size: int) -> Doubles:
    """A random orthonormal matrix."""
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((size, size)))[0]


def test_the_components_of_a_known_cloud_are_found_with_their_sigmas() -> None:
    axes = _turned(1, 6)
    sigmas = np.array([5.0, 3.0, 2.0, 0.5, 0.2, 0.1])
    samples = ((_draw(2, 20_000, 6) * sigmas) @ axes).astype(np.float32)
    found = principal_components(samples, 3)
    assert np.sqrt(found.variances) == pytest.approx(sigmas[:3], rel=0.03)
    assert np.abs(found.axes @ axes[:3].T) == pytest.approx(np.eye(3), abs=0.03)
    assert found.total == pytest.approx((sigmas**2).sum(), rel=0.03)


@given(seed=st.integers(0, 100), number=st.integers(4, 40), dimension=st.integers(1, 40))
@settings(deadline=None)
def test_components_are_orthonormal_ordered_and_signed(
    seed: int, number: int, dimension: int
) -> None:
    found = principal_components(_draw(seed, number, dimension), 5)
    count = len(found.axes)
    assert count <= min(5, number, dimension)
    assert found.axes @ found.axes.T == pytest.approx(np.eye(count), abs=1e-6)
    assert (np.diff(found.variances) <= 1e-12).all()
    for axis in found.axes:
        assert axis[np.argmax(np.abs(axis))] > 0
    assert found.variances.sum() <= found.total * (1 + 1e-6)


def test_few_samples_of_many_numbers_give_the_same_as_many_of_few() -> None:
    samples = _draw(3, 30, 29)
    wide = np.concatenate([samples, np.zeros((30, 40), np.float32)], axis=1)
    narrow, broad = principal_components(samples, 4), principal_components(wide, 4)
    assert broad.variances == pytest.approx(narrow.variances, rel=1e-5)
    assert broad.axes[:, :29] == pytest.approx(narrow.axes, abs=1e-4)
    assert np.abs(broad.axes[:, 29:]).max() < 1e-6


def test_samples_that_do_not_vary_have_no_components() -> None:
    assert len(principal_components(np.zeros((10, 4), np.float32), 3).axes) == 0


def test_latents_are_regressed_on_what_their_pictures_show() -> None:
    latents = _draw(4, 4000, 8)
    axes = _turned(5, 8)[:2]
    shown = (latents @ axes.T) * np.array([3.0, 1.0])
    features = np.concatenate([shown, 0.5 * _draw(6, 4000, 10)], axis=1).astype(np.float32)
    directions, shares = regressed_directions(latents, features, 5)
    assert np.abs(directions[:2] @ axes.T) == pytest.approx(np.eye(2), abs=0.06)
    assert directions @ directions.T == pytest.approx(np.eye(len(directions)), abs=1e-6)
    total = 9 + 1 + 10 * 0.25
    assert shares[:2] == pytest.approx([9 / total, 1 / total], abs=0.03)


def test_pictures_that_have_nothing_to_do_with_their_latents_give_no_directions() -> None:
    directions, shares = regressed_directions(_draw(7, 2000, 16), _draw(8, 2000, 30), 10)
    assert len(directions) == len(shares) == 0


def test_what_chance_explains_counts_as_nothing() -> None:
    latents, features = _draw(9, 1000, 4).astype(np.float64), _draw(10, 1000, 50)
    total = float((features.astype(np.float64) ** 2).sum() / 1000)
    assert explained_shares(np.eye(4), latents, features, total).max() < 0.005


@given(height=st.integers(1, 40), width=st.integers(1, 40), channels=st.sampled_from([1, 3]))
@settings(deadline=None)
def test_pictures_of_any_size_are_looked_at(height: int, width: int, channels: int) -> None:
    pixels = np.full((2, height, width, channels), 51, np.uint8)
    features = picture_features(pixels)
    luma = min(height, 16) * min(width, 16)
    chroma = 2 * min(height, 8) * min(width, 8) if channels == 3 else 0
    assert features.shape == (2, luma + chroma)
    assert features[:, :luma] == pytest.approx(0.2, abs=1e-5)
    assert features[:, luma:] == pytest.approx(0.0, abs=1e-5)


def test_a_picture_seen_from_afar_keeps_where_things_are() -> None:
    pixels = np.zeros((1, 32, 32, 1), np.uint8)
    pixels[0, :2, 30:] = 255
    features = picture_features(pixels).reshape(16, 16)
    assert features[0, 15] == 1.0
    assert features.sum() == 1.0


def _piles(seed: int, axis: Doubles, distance: float, *counts: int) -> tuple[Doubles, Doubles]:
    random = np.random.default_rng(seed)
    first, second = (random.standard_normal((count, len(axis))) for count in counts)
    return first + axis * distance / 2, second - axis * distance / 2


def test_what_two_large_piles_differ_in_is_found() -> None:
    axis = _turned(11, 20)[0]
    first, second = _piles(12, axis, 3.0, 200, 150)
    found = difference(first, second, np.ones(20))
    assert np.linalg.norm(found) == pytest.approx(1.0)
    assert found @ axis > 0.97
    apart = separation(first, second, np.ones(20))
    assert (apart.first, apart.second) == (200, 150)
    assert apart.share > 0.88
    assert apart.distance == pytest.approx(3.0, abs=0.5)


def test_of_few_pictures_what_is_likely_to_be_meant_counts_more() -> None:
    weights = np.array([10.0] * 4 + [0.1] * 96)
    weights /= weights.mean()
    axis = np.zeros(100)
    axis[1] = 1.0
    plain, shrunk = [], []
    for seed in range(20):
        first, second = _piles(seed, axis, 4.0, 3, 3)
        plain.append(difference(first, second, np.ones(100)) @ axis)
        shrunk.append(difference(first, second, weights) @ axis)
    assert np.mean(shrunk) > np.mean(plain) + 0.2


def test_piles_that_differ_in_nothing_are_told_apart_by_chance_alone() -> None:
    axis = np.zeros(50)
    shares = [separation(*_piles(seed, axis, 0.0, 10, 10), np.ones(50)).share for seed in range(30)]
    assert 0.35 < np.mean(shares) < 0.65


def test_equal_piles_differ_in_nothing() -> None:
    pile = np.random.default_rng(13).standard_normal((4, 5))
    assert not difference(pile, pile, np.ones(5)).any()


def test_the_smallest_piles_can_be_judged() -> None:
    first, second = _piles(14, np.eye(6)[0], 8.0, 2, 2)
    apart = separation(first, second, np.ones(6))
    assert apart.first_right + apart.second_right == 4
    assert not apart.is_enough


def test_coordinates_of_styles_vary_by_one_and_lead_back() -> None:
    samples = (_draw(15, 5000, 5) * np.array([4, 2, 1, 0.5, 0.1], np.float32)).astype(np.float32)
    ground = ground_of_styles(samples)
    coordinates = ground.coordinates(samples.astype(np.float64))
    assert coordinates.std(axis=0) == pytest.approx(np.ones(5), rel=1e-3)
    step = np.array([0.0, 1.0, 0, 0, 0])
    assert np.linalg.norm(ground.direction(step)) == pytest.approx(2.0, rel=0.05)
    back = ground.coordinates(ground.direction(step)[np.newaxis])
    assert back == pytest.approx(step[np.newaxis], abs=1e-6)


def test_latents_that_change_pictures_more_weigh_more() -> None:
    latents = _draw(16, 3000, 6)
    features = np.concatenate([3 * latents[:, 2:3], 0.3 * _draw(17, 3000, 5)], axis=1)
    ground = ground_of_latents(latents, features.astype(np.float32))
    assert np.abs(ground.axes[0]) == pytest.approx(np.eye(6)[2], abs=0.05)
    assert ground.weights[0] > 50 * ground.weights[1]
    assert ground.weights.min() > 0
    assert ground.weights.mean() == pytest.approx(1.0)
