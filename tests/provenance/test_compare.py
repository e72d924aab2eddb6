"""A comparison says how many pixels differ, and by how much."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from studio.contract.errors import RequestInvalid
from studio.provenance.compare import compare
from studio.provenance.pictures import StoredPicture


def picture(values: NDArray[np.uint8]) -> StoredPicture:
    height, width, channels = values.shape
    return StoredPicture(
        pixels=values.tobytes(), width=width, height=height, channels=channels,
        recipe=None, format="png", lossless=True,
    )  # fmt: skip


def test_one_changed_value_is_one_pixel() -> None:
    before = np.full((3, 4, 3), 250, np.uint8)
    after = before.copy()
    after[1, 2] = (250, 10, 255)
    difference = compare(picture(before), picture(after))
    assert (difference.pixels_differing, difference.total) == (1, 12)
    assert difference.share == 1 / 12
    assert difference.largest == 240
    assert difference.mean == (240 + 5) / 36
    assert not difference.is_identical


@given(st.data(), st.tuples(st.integers(1, 6), st.integers(1, 6), st.sampled_from([1, 3])))
def test_it_agrees_with_arithmetic_on_whole_numbers(
    data: st.DataObject, shape: tuple[int, int, int]
) -> None:
    a = data.draw(arrays.arrays(np.uint8, shape))
    b = data.draw(arrays.arrays(np.uint8, shape))
    distance = np.abs(a.astype(int) - b.astype(int))
    difference = compare(picture(a), picture(b))
    assert difference.pixels_differing == (distance.max(axis=2) > 0).sum()
    assert difference.largest == distance.max()
    assert difference.mean == pytest.approx(distance.mean())
    assert difference.is_identical == bool((a == b).all())
    assert compare(picture(b), picture(a)) == difference


def test_other_sizes_are_refused() -> None:
    with pytest.raises(RequestInvalid, match=r"4x3.*3x4"):
        compare(picture(np.zeros((3, 4, 3), np.uint8)), picture(np.zeros((4, 3, 3), np.uint8)))
