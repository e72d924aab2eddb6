"""Minima that are folded in later are kept with what their place is known by."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.graphs.minima import PANEL, Minima
from studio.graphs.packing import Packed, unpack


def matrix(rows: int, seed: int = 0) -> Packed:
    """Any matrix of four bits with offsets, 64 columns wide."""
    random = np.random.default_rng(seed)
    return Packed(
        bits=4,
        block=32,
        weights=random.integers(0, 256, (rows, 2, 16), dtype=np.uint8),
        scales=random.uniform(0.5, 1, (rows, 2)).astype(np.float32),
        offsets=random.standard_normal((rows, 2)).astype(np.float32),
        loss=0.0,
    )


def test_each_matrix_is_found_again(tmp_path: Path) -> None:
    minima = Minima(tmp_path / "minima")
    wanted = {"first": matrix(PANEL), "second": matrix(3 * PANEL, seed=1)}
    assert all(minima.add(name, given) for name, given in wanted.items())
    assert minima.names == ("first", "second")
    for name, given in wanted.items():
        scales, lowest = minima.read(name)
        np.testing.assert_array_equal(scales, given.scales)
        numbers = np.stack((given.weights & 15, given.weights >> 4), axis=-1)
        weights = numbers.reshape(given.rows, 2, 32) * scales[..., np.newaxis]
        weights += lowest[..., np.newaxis]
        np.testing.assert_allclose(weights.reshape(given.rows, -1), unpack(given), atol=1e-5)


@pytest.mark.parametrize(
    "given",
    [
        replace(matrix(PANEL), offsets=None),
        replace(matrix(PANEL), bits=8),
        matrix(PANEL + 1),
    ],
    ids=["no offsets", "eight bits", "no whole panels"],
)
def test_what_cannot_be_folded_stays_in_the_graph(tmp_path: Path, given: Packed) -> None:
    minima = Minima(tmp_path / "minima")
    assert not minima.add("weights", given)
    assert minima.names == ()
