"""The Frechet distance, against values that are known."""

import numpy as np

from training.gan.frechet import frechet_distance


def test_a_set_is_at_no_distance_from_itself() -> None:
    values = np.random.default_rng(0).standard_normal((500, 6))
    assert frechet_distance(values, values) < 1e-9


def test_a_shift_counts_with_its_square() -> None:
    values = np.random.default_rng(0).standard_normal((500, 6))
    shift = np.array([3.0, 0, 4.0, 0, 0, 0])
    assert abs(frechet_distance(values, values + shift) - 25.0) < 1e-6


def test_a_change_of_scale_counts_with_the_square_of_the_deviations() -> None:
    values = np.random.default_rng(0).standard_normal((500, 6))
    variances = values.var(axis=0, ddof=1).sum()
    assert abs(frechet_distance(values, values * 3) - (4 * variances + 4 * _mean(values))) < 1e-6


def test_a_set_without_variety_is_far() -> None:
    values = np.random.default_rng(0).standard_normal((500, 6))
    collapsed = np.repeat(values.mean(axis=0, keepdims=True), 500, axis=0)
    assert abs(frechet_distance(collapsed, values) - values.var(axis=0, ddof=1).sum()) < 1e-6


def _mean(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """Squared length of the mean."""
    return float(np.square(values.mean(axis=0)).sum())
