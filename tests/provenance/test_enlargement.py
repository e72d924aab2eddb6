"""Enlarged exports: the recipe stays that of the picture as it was made, and still fits."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.provenance.containers import Format
from studio.provenance.files import write_picture
from studio.provenance.pictures import encode_picture, read_picture
from tests.provenance.samples import noise, recipe


@settings(max_examples=30, deadline=None)
@given(
    width=st.integers(1, 9),
    height=st.integers(1, 9),
    channels=st.sampled_from((1, 3)),
    factor=st.integers(2, 6),
)
def test_an_enlarged_png_can_be_reduced_to_what_was_made(
    width: int, height: int, channels: int, factor: int
) -> None:
    pixels = noise(width, height, channels)
    data = encode_picture(pixels, width, height, channels, recipe(), enlargement=factor)
    picture = read_picture(data)
    assert (picture.width, picture.height) == (width * factor, height * factor)
    assert picture.enlargement == factor
    assert picture.recipe is not None
    assert (picture.recipe.width, picture.recipe.height) == (width, height)
    assert not picture.is_as_made
    assert picture.reduced().is_as_made
    assert picture.reduced().pixels == pixels


@pytest.mark.parametrize("file_format", ["png", "jpeg", "webp"])
def test_an_enlarged_file_is_written_checked_and_keeps_its_recipe(
    tmp_path: Path, file_format: Format
) -> None:
    pixels = noise(8, 6, 3)
    data = encode_picture(pixels, 8, 6, 3, recipe(), file_format=file_format, enlargement=4)
    file = write_picture(tmp_path / "picture", data)
    picture = read_picture(file)
    assert (picture.width, picture.height, picture.enlargement) == (32, 24, 4)
    assert picture.recipe is not None
    assert picture.recipe.pixels_sha256 == hashlib.sha256(pixels).hexdigest()


def test_an_enlarged_grey_picture_survives_a_format_without_grey(tmp_path: Path) -> None:
    pixels = noise(8, 6, 1)
    data = encode_picture(
        pixels, 8, 6, 1, recipe(), file_format="webp", lossless=True, enlargement=2
    )
    picture = read_picture(write_picture(tmp_path / "grey.webp", data))
    assert picture.channels == 1
    assert picture.reduced().pixels == pixels


def test_a_picture_as_it_was_made_is_not_enlarged() -> None:
    picture = read_picture(encode_picture(noise(5, 4, 3), 5, 4, 3, recipe()))
    assert picture.enlargement == 1
    assert picture.reduced() is picture
