"""Pixels pass through Qt unchanged, and whole factors invent no value."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from studio.contract.errors import PictureUnreadable
from studio.images.ui.raster import decoded_image, image_pixels, picture_image, tile_pixmap
from studio.provenance.pictures import encode_picture


def _noise(width: int, height: int, channels: int) -> bytes:
    wanted = width * height * channels
    seed = hashlib.sha256(f"{width}x{height}x{channels}".encode()).digest()
    return (seed * (wanted // len(seed) + 1))[:wanted]


@given(width=st.integers(1, 37), height=st.integers(1, 37), channels=st.sampled_from((1, 3)))
def test_pixels_come_back_as_they_went_in(width: int, height: int, channels: int) -> None:
    pixels = _noise(width, height, channels)
    image = picture_image(memoryview(pixels), width=width, height=height, channels=channels)
    assert image_pixels(image) == pixels


@given(width=st.integers(1, 37), height=st.integers(1, 37), channels=st.sampled_from((1, 3)))
def test_a_kept_png_is_read_as_it_was_made(width: int, height: int, channels: int) -> None:
    pixels = _noise(width, height, channels)
    image = decoded_image(encode_picture(pixels, width, height, channels, None), "x")
    assert image_pixels(image) == pixels


def test_a_damaged_blob_is_named_in_the_error() -> None:
    with pytest.raises(PictureUnreadable, match="work-7"):
        decoded_image(b"\x89PNG\r\n", "work-7")


@pytest.mark.parametrize("factor", [1, 3, 5])
def test_an_enlarged_tile_holds_whole_squares_of_the_pixels(
    qapp: QApplication, factor: int
) -> None:
    pixels = _noise(8, 8, 3)
    image = picture_image(pixels, width=8, height=8, channels=3)
    shown = tile_pixmap(
        image, width=8 * factor, height=8 * factor, factor=factor, ratio=1.0, radius=0.0
    ).toImage()
    for y in range(8 * factor):
        for x in range(8 * factor):
            assert shown.pixelColor(x, y).rgb() == image.pixelColor(x // factor, y // factor).rgb()
