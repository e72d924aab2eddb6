"""Pictures from elsewhere come in with their alpha, their profile, and the right way up."""

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.Image import Exif

from studio.contract.errors import AtelierError, PictureError, PictureUnreadable
from studio.contract.recipe import Enlarged
from studio.provenance.containers import Format
from studio.provenance.pictures import encode_picture
from studio.provenance.sources import MODES, encode_source, read_source
from tests.provenance.samples import chunk, noise, png_chunks, png_of, recipe

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _written(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


def _image(mode: str, width: int = 6, height: int = 5) -> Image.Image:
    channels = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), noise(width, height, channels))


@pytest.mark.parametrize("file_format", ["png", "webp", "jpeg"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_what_is_written_is_read_back_with_its_profile(
    tmp_path: Path, file_format: Format, channels: int
) -> None:
    pixels = noise(6, 5, channels)
    path = tmp_path / f"picture.{file_format}"
    if file_format == "jpeg" and channels in (2, 4):
        with pytest.raises(PictureError, match="cannot be transparent"):
            encode_source(pixels, 6, 5, channels, file_format=file_format)
        return
    data = encode_source(pixels, 6, 5, channels, profile=PROFILE, file_format=file_format)
    path.write_bytes(data)
    source = read_source(path)
    assert (source.width, source.height) == (6, 5)
    assert source.profile == PROFILE
    assert source.recipe is None
    if file_format == "png":
        assert (source.channels, source.pixels) == (channels, pixels)
    if file_format == "webp":  # which knows no grey
        wanted = Image.frombytes(MODES[channels], (6, 5), pixels)
        assert source.pixels == wanted.convert("RGBA" if channels in (2, 4) else "RGB").tobytes()


def test_a_palette_with_a_hole_becomes_colours_and_alpha(tmp_path: Path) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putdata([0, 1])
    source = read_source(_written(tmp_path / "hole.png", image, transparency=1))
    assert source.channels == 4
    assert source.pixels == bytes([10, 20, 30, 255, 40, 50, 60, 0])
    plain = read_source(_written(tmp_path / "plain.png", image))
    assert (plain.channels, plain.pixels) == (3, bytes([10, 20, 30, 40, 50, 60]))


def test_alpha_that_hides_nothing_is_left_out(tmp_path: Path) -> None:
    image = _image("RGB")
    image.putalpha(255)
    source = read_source(_written(tmp_path / "opaque.png", image))
    assert (source.channels, source.pixels) == (3, _image("RGB").tobytes())


def test_a_photograph_on_its_side_is_put_upright(tmp_path: Path) -> None:
    exif = Exif()
    exif[0x0112] = 6
    image = _image("RGB", 16, 8)
    source = read_source(_written(tmp_path / "side.webp", image, lossless=True, exif=exif))
    assert (source.width, source.height) == (8, 16)
    assert source.pixels == image.transpose(Image.Transpose.ROTATE_270).tobytes()


def test_sixteen_bits_become_eight_and_that_is_said(tmp_path: Path) -> None:
    image = Image.frombytes("I;16", (3, 1), struct.pack("<3H", 0, 257 * 100, 65535))
    source = read_source(_written(tmp_path / "deep.png", image))
    assert (source.channels, list(source.pixels)) == (1, [0, 100, 255])
    assert source.notes == ("eight_bits",)


def test_what_is_not_rgb_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = _written(tmp_path / "print.jpg", _image("CMYK"))
    with pytest.raises(PictureUnreadable, match="save it as RGB"):
        read_source(path)


def test_a_recipe_comes_with_the_pixels_that_it_names_alone(tmp_path: Path) -> None:
    pixels = noise(6, 5, 3)
    path = tmp_path / "made.png"
    path.write_bytes(encode_picture(pixels, 6, 5, 3, recipe()))
    source = read_source(path)
    assert source.recipe is not None
    assert source.recipe.seed == recipe().seed
    parts = dict(png_chunks(path.read_bytes()))
    other = dict(png_chunks(encode_picture(noise(6, 5, 3, seed=1), 6, 5, 3, None)))
    path.write_bytes(
        png_of(*(chunk(kind, other[kind] if kind == b"IDAT" else parts[kind]) for kind in parts))
    )
    changed = read_source(path)
    assert changed.recipe is None
    assert changed.notes == ("changed",)


def test_a_picture_written_in_squares_says_so_in_its_recipe(tmp_path: Path) -> None:
    path = tmp_path / "squares.png"
    path.write_bytes(encode_picture(noise(6, 5, 3), 6, 5, 3, recipe(), enlargement=3))
    source = read_source(path)
    assert source.recipe is not None
    assert isinstance(source.recipe.enlarged, Enlarged)
    assert (source.recipe.enlarged.method, source.recipe.enlarged.factor) == ("nearest", 3)
    assert (source.recipe.width, source.recipe.height, source.notes) == (18, 15, ())
    again = encode_picture(source.pixels, 18, 15, 3, source.recipe)
    path.write_bytes(again)
    assert read_source(path).recipe == source.recipe


@settings(max_examples=150, deadline=None)
@given(
    edits=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=8),
    which=st.integers(0, 3),
)
def test_damaged_files_are_read_or_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, int]], which: int
) -> None:
    stream = io.BytesIO()
    image, kind = _image(MODES[which + 1], 12, 9), ("PNG", "WEBP", "JPEG", "PNG")[which]
    image = image.convert("RGB") if kind == "JPEG" else image
    image.save(stream, kind, icc_profile=PROFILE)
    data = bytearray(stream.getvalue())
    for at, value in edits:
        data[at % len(data)] = value
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(data)
    try:
        source = read_source(path)
    except AtelierError as error:
        assert str(path) in error.message
    else:
        assert len(source.pixels) == source.width * source.height * source.channels
