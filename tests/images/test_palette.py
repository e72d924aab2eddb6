"""A picture's palette is of colours that are in it, the same every time, and other programs
read it."""

import colorsys
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.errors import PictureUnreadable, RequestInvalid
from studio.images.palette import (
    FEWEST,
    MOST,
    Swatch,
    encode_ase,
    encode_gpl,
    palette_of,
)

FLAG = ((200, 30, 40), (250, 250, 245), (20, 40, 160))


def _stripes(*colours: tuple[int, ...], rows: tuple[int, ...]) -> bytes:
    parts = [np.tile(np.array(c, np.uint8), (n, 20, 1)) for c, n in zip(colours, rows, strict=True)]
    return np.concatenate(parts).tobytes()


def test_flat_colours_are_found_exactly_with_their_shares() -> None:
    pixels = _stripes(*FLAG, rows=(10, 30, 20))
    found = palette_of(pixels, 20, 60, 3, 3)
    assert [(s.red, s.green, s.blue) for s in found] == [FLAG[1], FLAG[2], FLAG[0]]
    assert [round(s.share, 3) for s in found] == [0.5, 0.333, 0.167]
    assert found[0].hex == "#fafaf5"


def test_a_picture_of_few_colours_has_few_swatches() -> None:
    assert len(palette_of(_stripes(*FLAG, rows=(5, 5, 5)), 20, 15, 3, 8)) == 3
    assert len(palette_of(bytes(300), 10, 10, 3, 6)) == 1


def test_transparent_pixels_do_not_count() -> None:
    pixels = _stripes((255, 0, 0, 255), (0, 255, 0, 0), rows=(5, 50))
    assert [s.hex for s in palette_of(pixels, 20, 55, 4, 4)] == ["#ff0000"]
    with pytest.raises(PictureUnreadable, match="transparent"):
        palette_of(bytes(400), 10, 10, 4, 4)


def test_grey_pictures_have_grey_swatches() -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (4, 1)).tobytes()
    found = palette_of(ramp, 256, 4, 1, 5)
    assert len(found) == 5
    assert all(s.red == s.green == s.blue for s in found)


def test_different_hues_of_one_lightness_are_told_apart() -> None:
    hues = [tuple(round(v * 255) for v in colorsys.hls_to_rgb(h / 6, 0.5, 0.8)) for h in range(6)]
    found = palette_of(_stripes(*hues, rows=(5,) * 6), 20, 30, 3, 6)
    assert {(s.red, s.green, s.blue) for s in found} == set(hues)


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    channels=st.integers(1, 4),
    count=st.integers(FEWEST, MOST),
    seed=st.integers(0, 50),
)
def test_any_picture_has_a_palette_of_its_own_colours(
    width: int, height: int, channels: int, count: int, seed: int
) -> None:
    values = np.random.default_rng(seed).integers(0, 256, (height, width, channels))
    if channels in (2, 4):
        values[..., -1] = 255
    pixels = values.astype(np.uint8).tobytes()
    found = palette_of(pixels, width, height, channels, count)
    assert 1 <= len(found) <= count
    assert sum(s.share for s in found) == pytest.approx(1, abs=1e-4)
    assert [s.share for s in found] == sorted((s.share for s in found), reverse=True)
    assert found == palette_of(pixels, width, height, channels, count)
    if channels in (1, 3):
        low, high = values.min(axis=(0, 1)), values.max(axis=(0, 1))
        for s in found:
            assert (low <= np.array([s.red, s.green, s.blue])[: len(low)]).all()
            assert (np.array([s.red, s.green, s.blue])[: len(high)] <= high).all()


@pytest.mark.parametrize("count", [FEWEST - 1, MOST + 1])
def test_a_count_out_of_range_is_refused(count: int) -> None:
    with pytest.raises(RequestInvalid, match="from 2 to 16"):
        palette_of(bytes(12), 2, 2, 3, count)


SWATCHES = [
    Swatch(red=200, green=30, blue=40, share=0.6),
    Swatch(red=0, green=255, blue=9, share=0.4),
]


def test_the_swatch_file_is_what_is_known_of_the_format() -> None:
    data = encode_ase(SWATCHES, "Höhle 🎨")
    assert data[:4] == b"ASEF"
    major, minor, blocks = struct.unpack(">HHI", data[4:12])
    assert (major, minor, blocks) == (1, 0, 4)
    at, found = 12, []
    for _ in range(blocks):
        kind, length = struct.unpack_from(">HI", data, at)
        found.append((kind, data[at + 6 : at + 6 + length]))
        at += 6 + length
    assert at == len(data)
    assert [kind for kind, _ in found] == [0xC001, 1, 1, 0xC002]
    units = struct.unpack_from(">H", found[0][1])[0]
    assert found[0][1][2 : 2 + 2 * units].decode("utf-16-be") == "Höhle 🎨\0"
    body = found[1][1]
    units = struct.unpack_from(">H", body)[0]
    assert body[2 : 2 + 2 * units].decode("utf-16-be") == "#c81e28\0"
    assert body[2 + 2 * units :][:4] == b"RGB "
    colour = struct.unpack_from(">3f", body, 6 + 2 * units)
    assert [round(part * 255) for part in colour] == [200, 30, 40]


def test_the_palette_file_is_read_by_pillow_as_it_was_written() -> None:
    from io import BytesIO

    from PIL.GimpPaletteFile import GimpPaletteFile

    data = encode_gpl(SWATCHES, "two\nlines")
    colours, mode = GimpPaletteFile(BytesIO(data)).getpalette()
    assert mode == "RGB"
    assert list(colours[:6]) == [200, 30, 40, 0, 255, 9]
    assert b"Name: two lines\n" in data
