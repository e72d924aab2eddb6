"""Rounding to one scale a row: near, measured, and nothing lost where nothing must be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.graphs.packing import pack_eight, unpack
from studio.graphs.projections import halves
from studio.graphs.rows import pack_rows


@given(seed=st.integers(0, 2**32 - 1), size=st.floats(1e-6, 1e6))
def test_each_weight_is_within_half_a_step(seed: int, size: float) -> None:
    values = (np.random.default_rng(seed).standard_normal((5, 64)) * size).astype(np.float32)
    rows = pack_rows(values)
    found = rows.numbers * rows.scales[:, np.newaxis]
    assert (np.abs(found - values) <= rows.scales[:, np.newaxis] * 0.5001).all()
    lost = np.sqrt(np.square(found - values).mean() / np.square(values).mean())
    assert rows.loss == pytest.approx(lost, rel=1e-3)


def test_what_fits_is_kept() -> None:
    numbers = np.arange(-127, 128, dtype=np.float32).reshape(1, -1)
    rows = pack_rows(np.concatenate([numbers, numbers * 0.25, numbers * 0]))
    assert rows.loss == 0
    assert rows.scales.tolist() == [1, 0.25, 0]
    assert (rows.numbers[2] == 0).all()


def test_blocks_are_rounded_as_what_they_stand_for() -> None:
    packed = pack_eight(np.random.default_rng(0).standard_normal((7, 96)).astype(np.float32))
    assert (pack_rows(packed).numbers == pack_rows(unpack(packed)).numbers).all()


@given(seed=st.integers(0, 2**32 - 1))
def test_two_halves_stand_for_the_eight_bits(seed: int) -> None:
    values = np.random.default_rng(seed).standard_normal((3, 96)).astype(np.float32)
    packed = pack_eight(values)
    high, low = (
        np.stack([part & 15, part >> 4], axis=-1).reshape(3, 3, 32).astype(np.float32)
        for part in halves(packed)
    )
    whole = ((high - 8) * 16 + low) * packed.scales[..., np.newaxis]
    np.testing.assert_allclose(whole.reshape(3, 96), unpack(packed), rtol=1e-6, atol=0)
