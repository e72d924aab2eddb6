"""Marks and places on a timeline."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.images.timeline import Film
from studio.images.ui.film.ruler import NEAREST, clock_text, fitted, marks, time_text


@given(st.floats(0.1, 3600), st.floats(100, 4000), st.floats(1, 50))
def test_places_and_times_lead_to_each_other(seconds: float, width: float, zoom: float) -> None:
    scale = fitted(seconds, width, 30.0, zoom)
    assert scale.time(scale.x(seconds / 3)) == pytest.approx(seconds / 3, abs=1e-6)
    if zoom == 1:
        assert scale.width(seconds) == pytest.approx(width, abs=1)
    assert scale.pixels > 0


@given(st.floats(0.2, 3600), st.floats(300, 2000), st.sampled_from([0.0, 60.0, 128.0, 300.0]))
def test_labels_never_touch_and_are_not_too_many(seconds: float, width: float, bpm: float) -> None:
    film = Film(id="f", model="m", seconds=seconds, bpm=bpm)
    scale = fitted(seconds, width, 30.0, 1.0)
    found = list(marks(film, scale, 0.0, seconds))
    assert len(found) < width
    places = [scale.x(mark.time) for mark in found if mark.text]
    gaps = [b - a for a, b in itertools.pairwise(places)]
    assert all(gap >= NEAREST / 2 - 0.01 for gap in gaps)


def test_beats_are_numbered_and_bars_are_strong() -> None:
    film = Film(id="f", model="m", seconds=4.0, bpm=120.0)
    found = list(marks(film, fitted(4.0, 800, 30.0, 1.0), 0.0, 4.0))
    assert [mark.text for mark in found] == ["1", "2", "3", "4", "5", "6", "7", "8", ""]
    assert [mark.is_strong for mark in found] == [True, False, False, False] * 2 + [True]


@pytest.mark.parametrize(
    ("time", "step", "text"),
    [(4.0, 1.0, "4"), (4.5, 0.5, "4.5"), (65.0, 5.0, "1:05"), (65.5, 0.5, "1:05.5")],
)
def test_times_are_written_for_people(time: float, step: float, text: str) -> None:
    assert time_text(time, step) == text


def test_the_clock_shows_tenths() -> None:
    assert [clock_text(time) for time in (0.0, 4.56, 65.0)] == ["0:00.0", "0:04.5", "1:05.0"]
