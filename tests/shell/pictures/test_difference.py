"""The figure under two compared pictures is the one that the commands would give."""

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage

from studio.provenance.compare import compare
from studio.shell.pictures.difference import compare_images, distance_image, gain_for


@dataclass
class _Raw:
    pixels: bytes
    width: int
    height: int
    channels: int = 3


def _image(raw: _Raw) -> QImage:
    kind = QImage.Format.Format_RGB888 if raw.channels == 3 else QImage.Format.Format_Grayscale8
    return QImage(raw.pixels, raw.width, raw.height, raw.width * raw.channels, kind).copy()


@st.composite
def _pairs(draw: st.DrawFn) -> tuple[_Raw, _Raw]:
    width, height = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    size = width * height * 3
    first = draw(st.binary(min_size=size, max_size=size))
    changes = draw(st.dictionaries(st.integers(0, size - 1), st.integers(0, 255), max_size=8))
    second = bytearray(first)
    for place, value in changes.items():
        second[place] = value
    return _Raw(first, width, height), _Raw(bytes(second), width, height)


@settings(max_examples=120, deadline=None)
@given(_pairs())
def test_it_counts_what_the_commands_count(pair: tuple[_Raw, _Raw]) -> None:
    found = compare_images(*map(_image, pair))
    assert found == compare(*pair)


@settings(max_examples=60, deadline=None)
@given(_pairs(), st.sampled_from([1, 2, 4, 64]))
def test_the_picture_of_a_difference_is_exact_and_never_wraps(
    pair: tuple[_Raw, _Raw], gain: int
) -> None:
    image = distance_image(*map(_image, pair), gain=gain)
    first, second = (np.frombuffer(raw.pixels, np.uint8).astype(int) for raw in pair)
    wanted = np.minimum(np.abs(first - second) * gain, 255)
    width, height = pair[0].width, pair[0].height
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
    assert (rows[:, : width * 3].reshape(-1) == wanted).all()


def test_pictures_of_unlike_sizes_have_no_figure() -> None:
    assert compare_images(_image(_Raw(bytes(12), 2, 2)), _image(_Raw(bytes(6), 2, 1))) is None


def test_a_grey_picture_can_be_held_against_a_coloured_one() -> None:
    grey = _image(_Raw(bytes([0, 9, 9, 200]), 2, 2, channels=1))
    coloured = _image(_Raw(bytes([0, 0, 0, 9, 9, 9, 9, 8, 9, 200, 200, 200]), 2, 2))
    found = compare_images(grey, coloured)
    assert found is not None
    assert (found.pixels_differing, found.largest) == (1, 1)


def test_the_gain_shows_the_most_and_clips_nothing() -> None:
    assert [gain_for(largest) for largest in (0, 1, 3, 127, 128, 255)] == [1, 64, 64, 2, 1, 1]
