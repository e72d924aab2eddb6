"""Where the pad's pictures lie, at any size and ratio."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.images.ui.explore.pad_layout import PadLayout, arrange_pad
from studio.images.ui.explore.spots import WAYS, rim_way
from studio.images.ui.layout import Box

SIDES = st.integers(8, 512)
RATIOS = st.sampled_from([1.0, 1.5, 2.0])


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


@given(
    width=st.integers(400, 3000),
    height=st.integers(360, 2000),
    picture=st.tuples(SIDES, SIDES),
    sheet=st.sampled_from([0, 3, 26, 60]),
    ratio=RATIOS,
)
def test_every_picture_lies_on_the_pad_and_over_no_other(
    width: int, height: int, picture: tuple[int, int], sheet: int, ratio: float
) -> None:
    width, height = round(width * ratio), round(height * ratio)
    layout = arrange_pad(width, height, picture, ratio=ratio, sheet=sheet)
    assert len(layout.rim) == WAYS
    assert len(layout.cells) == max(sheet, 1)
    for box in (*layout.rim, *layout.cells):
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= width
        assert box.y + box.height <= height
    for box in layout.rim:
        assert not overlap(box, layout.middle)


@given(width=st.integers(400, 3000), height=st.integers(360, 2000), side=st.integers(8, 64))
def test_small_pictures_stay_at_whole_factors(width: int, height: int, side: int) -> None:
    layout = arrange_pad(width, height, (side, side), ratio=1.0)
    assert layout.factor >= 1
    assert layout.cells[0].width == side * layout.factor
    assert layout.rim_factor >= 1
    assert all(box.width == side * layout.rim_factor for box in layout.rim)
    assert layout.factor >= layout.rim_factor


@given(width=st.integers(1, 400), height=st.integers(1, 300), picture=st.tuples(SIDES, SIDES))
def test_the_smallest_pad_has_a_layout_too(
    width: int, height: int, picture: tuple[int, int]
) -> None:
    layout = arrange_pad(width, height, picture, ratio=1.0)
    assert layout.cells[0].width >= 1
    assert layout.reach_across > 0
    assert layout.reach_up > 0


def _centre(box: Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2


@pytest.fixture
def layout() -> PadLayout:
    return arrange_pad(920, 520, (64, 64), ratio=1.0)


def test_the_rim_is_where_a_hand_that_went_all_the_way_is(layout: PadLayout) -> None:
    middle = _centre(layout.middle)
    for index, box in enumerate(layout.rim):
        across, up = rim_way(index)
        x, y = _centre(box)
        assert x - middle[0] == pytest.approx(across * layout.reach_across, abs=1)
        assert middle[1] - y == pytest.approx(up * layout.reach_up, abs=1)


def test_pictures_are_found_where_they_lie(layout: PadLayout) -> None:
    for index, box in enumerate(layout.rim):
        assert layout.rim_at(*_centre(box)) == index
    assert layout.cell_at(*_centre(layout.cells[0])) == 0
    assert layout.rim_at(0, 0) is None
    assert layout.cell_at(0, 0) is None


def test_a_picture_too_large_for_the_pad_is_shrunk() -> None:
    layout = arrange_pad(600, 400, (2048, 1024), ratio=1.0)
    assert layout.factor == 0
    assert layout.cells[0].width == pytest.approx(2 * layout.cells[0].height, abs=2)
