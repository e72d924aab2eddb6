"""Where a grown picture and its neighbours lie: inside, apart, whole factors, or nowhere."""

from hypothesis import given
from hypothesis import strategies as st

from studio.images.ui.surroundings import NEIGHBOURS, SIDES, surround


@given(
    view=st.tuples(st.integers(60, 3000), st.integers(60, 2000)),
    picture=st.tuples(st.integers(4, 128), st.integers(4, 128)),
    factor=st.integers(1, 8),
    ratio=st.sampled_from([1.0, 1.5, 2.0]),
    middle=st.none() | st.floats(0, 3000),
)
def test_what_is_shown_fits_overlaps_nothing_and_stays_at_whole_factors(
    view: tuple[int, int],
    picture: tuple[int, int],
    factor: int,
    ratio: float,
    middle: float | None,
) -> None:
    tile = picture[0] * factor, picture[1] * factor
    found = surround(view, picture, tile, factor, ratio=ratio, middle=middle)
    if found is None:
        return
    assert found.width <= view[0]
    assert found.height <= view[1]
    boxes = (*found.neighbours, found.centre)
    assert len(boxes) == NEIGHBOURS + 1
    for index, box in enumerate(boxes):
        assert box.x > 0
        assert box.x + box.width < found.width
        assert box.y > 0
        assert box.y + box.height < found.height
        for other in boxes[:index]:
            apart_across = box.x >= other.x + other.width or other.x >= box.x + box.width
            apart_down = box.y >= other.y + other.height or other.y >= box.y + box.height
            assert apart_across or apart_down
    assert found.centre.width == picture[0] * found.centre_factor > found.neighbours[0].width
    assert found.neighbours[0].height == picture[1] * found.neighbour_factor
    assert found.neighbour_factor <= factor


def test_on_the_first_screen_the_picture_is_twice_as_large_as_its_neighbours() -> None:
    found = surround((1206, 490), (64, 64), (128, 128), 2, ratio=1.0)
    assert found is not None
    assert (found.centre_factor, found.neighbour_factor) == (4, 2)


def test_large_pictures_are_shrunk_and_still_grow() -> None:
    found = surround((1206, 490), (512, 512), (200, 200), 0, ratio=1.0)
    assert found is not None
    assert found.centre_factor == found.neighbour_factor == 0
    assert found.centre.width > found.neighbours[0].width


def test_without_room_nothing_grows() -> None:
    assert surround((200, 100), (64, 64), (128, 128), 2, ratio=1.0) is None


def test_near_an_edge_the_neighbours_lie_where_there_is_room() -> None:
    view, tile = (1206, 490), (128, 128)
    sides = []
    for middle in (64, 280, 603, 926, 1142):
        found = surround(view, (64, 64), tile, 2, ratio=1.0, middle=middle)
        assert found is not None
        sides.append(found.left_columns)
    assert sides == [0, 1, 2, 3, 4]


def test_arrows_reach_every_neighbour_and_come_back_to_the_middle() -> None:
    for left, middle in zip(sorted(SIDES), (64, 280, 603, 926, 1142), strict=True):
        found = surround((1206, 490), (64, 64), (128, 128), 2, ratio=1.0, middle=middle)
        assert found is not None
        assert found.left_columns == left
        reached, waiting = {NEIGHBOURS}, [NEIGHBOURS]
        while waiting:
            index = waiting.pop()
            for across, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                beside = found.moved(index, across, down)
                before, after = (
                    found.centre if one == NEIGHBOURS else found.neighbours[one]
                    for one in (index, beside)
                )
                if beside != index and across:
                    assert (after.x - before.x) * across > 0
                if beside not in reached:
                    reached.add(beside)
                    waiting.append(beside)
        assert reached == set(range(NEIGHBOURS + 1))
