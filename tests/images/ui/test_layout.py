"""The wall's grid: whole scales, inside the space, every tile found where it is painted."""

from hypothesis import given
from hypothesis import strategies as st

from studio.images.ui.layout import GAP_SHARE, WallLayout, arrange

sides = st.integers(1, 2048)
ratios = st.sampled_from((1.0, 1.25, 1.5, 1.75, 2.0, 3.0))
layouts = st.builds(
    arrange,
    st.integers(1, 4000),
    st.integers(1, 3000),
    st.tuples(sides, sides),
    ratio=ratios,
    kinds=st.integers(0, 20),
)


@given(
    width=st.integers(1, 6000),
    height=st.integers(1, 4000),
    picture=st.tuples(sides, sides),
    ratio=ratios,
    kinds=st.integers(0, 20),
)
def test_a_row_fits_into_the_width_at_a_whole_scale(
    width: int, height: int, picture: tuple[int, int], ratio: float, kinds: int
) -> None:
    layout = arrange(width, height, picture, ratio=ratio, kinds=kinds)
    assert layout.columns >= 1
    if layout.factor:
        assert (layout.tile_width, layout.tile_height) == (
            picture[0] * layout.factor,
            picture[1] * layout.factor,
        )
    else:
        assert layout.tile_width <= picture[0]
    assert layout.width() <= width or layout.columns == 1
    assert layout.tile_width <= max(width, picture[0])
    assert 0 <= layout.gap <= max(layout.tile_width * GAP_SHARE, 8 * ratio)


@given(layout=layouts, count=st.integers(1, 500), data=st.data())
def test_a_tile_is_found_where_it_hangs_and_tiles_do_not_overlap(
    layout: WallLayout, count: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, count - 1))
    box = layout.box(index)
    assert layout.index_at(box.x, box.y, count) == index
    assert layout.index_at(box.x + box.width - 1, box.y + box.height - 1, count) == index
    other = data.draw(st.integers(0, count - 1))
    if other != index:
        there = layout.box(other)
        apart = (
            there.x >= box.x + box.width
            or box.x >= there.x + there.width
            or there.y >= box.y + box.height
            or box.y >= there.y + there.height
        )
        assert apart


@given(layout=layouts, count=st.integers(0, 500), data=st.data())
def test_what_is_visible_is_every_tile_that_touches_the_view_and_few_more(
    layout: WallLayout, count: int, data: st.DataObject
) -> None:
    top = data.draw(st.integers(0, 5000))
    bottom = top + data.draw(st.integers(1, 3000))
    seen = layout.visible(top, bottom, count)
    touching = {
        index
        for index in range(count)
        if layout.box(index).y < bottom and layout.box(index).y + layout.tile_height > top
    }
    assert touching <= set(seen)
    assert len(set(seen) - touching) <= 2 * layout.columns


@given(
    layout=layouts,
    count=st.integers(1, 500),
    across=st.integers(-3, 3),
    down=st.integers(-3, 3),
    data=st.data(),
)
def test_moving_never_leaves_the_wall(
    layout: WallLayout, count: int, across: int, down: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, count - 1))
    assert 0 <= layout.moved(index, across, down, count) < count
    assert layout.moved(index, 0, 0, count) == index


def test_a_small_picture_is_never_one_large_blur() -> None:
    for size in (28, 32, 64, 128):
        layout = arrange(1188, 530, (size, size))
        assert layout.factor >= 1
        assert layout.columns * (530 // layout.tile_height) >= 8


def test_kinds_get_columns_of_their_own_where_that_costs_little() -> None:
    assert arrange(1188, 530, (64, 64), kinds=6).columns == 6
    assert arrange(1188, 530, (64, 64), kinds=8).columns == 8


def test_the_wall_is_as_high_as_its_rows() -> None:
    layout = WallLayout(columns=6, tile_width=10, tile_height=20, gap=4, factor=1)
    assert layout.rows(13) == 3
    assert layout.height(13) == 3 * 20 + 2 * 4
    assert layout.height(0) == 0
