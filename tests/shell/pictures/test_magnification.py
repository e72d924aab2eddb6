"""Zooming: whole factors, what is under the pointer stays there, no edge comes into the view."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.shell.pictures.magnification import STEPS, Magnification, fitting_step, scale_of

pictures = st.tuples(st.integers(1, 4096), st.integers(1, 4096))
views = st.tuples(st.integers(64, 4000).map(float), st.integers(64, 3000).map(float))
shares = st.floats(0, 1)


@given(picture=pictures, view=views)
def test_a_fitting_picture_is_seen_whole_and_the_next_step_would_not_be(
    picture: tuple[int, int], view: tuple[float, float]
) -> None:
    step = fitting_step(picture, view)
    larger = [s for s in STEPS if scale_of(s) > scale_of(step)]
    if step != STEPS[0]:
        assert picture[0] * scale_of(step) <= view[0]
        assert picture[1] * scale_of(step) <= view[1]
    if larger:
        following = min(larger, key=scale_of)
        assert (
            picture[0] * scale_of(following) > 0.94 * view[0]
            or picture[1] * scale_of(following) > 0.94 * view[1]
        )


def test_a_hundred_percent_is_one_pixel_a_pixel() -> None:
    assert Magnification(step=1).scale == 1.0
    assert Magnification(step=-4).scale == 0.25


@given(
    picture=pictures,
    view=views,
    x=shares,
    y=shares,
    step=st.sampled_from(STEPS),
    across=st.floats(-5000, 5000),
    down=st.floats(-5000, 5000),
)
def test_no_empty_edge_is_pulled_into_the_view(
    picture: tuple[int, int],
    view: tuple[float, float],
    x: float,
    y: float,
    step: int,
    across: float,
    down: float,
) -> None:
    moved = Magnification(step=step, x=x, y=y).moved(across, down, picture, view)
    left, top = moved.left_top(picture, view)
    width, height = picture[0] * moved.scale, picture[1] * moved.scale
    if width > view[0]:
        assert left <= 1
        assert left + width >= view[0] - 1
    else:
        assert moved.x == 0.5
    if height > view[1]:
        assert top <= 1
        assert top + height >= view[1] - 1
    else:
        assert moved.y == 0.5


def test_what_is_under_the_pointer_stays_there() -> None:
    picture, view, point = (1000, 1000), (500.0, 500.0), (400.0, 100.0)
    before = Magnification(step=2, x=0.5, y=0.5)
    after = before.stepped_at(1, point, picture, view)

    def pixel(m: Magnification) -> tuple[float, float]:
        left, top = m.left_top(picture, view)
        return (point[0] - left) / m.scale, (point[1] - top) / m.scale

    assert pixel(after) == pytest.approx(pixel(before), abs=0.5)


@given(step=st.sampled_from(STEPS), steps=st.integers(-50, 50))
def test_steps_end_at_the_smallest_and_the_largest(step: int, steps: int) -> None:
    assert Magnification(step=step).stepped(steps).step in STEPS
