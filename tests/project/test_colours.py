"""A picture is remembered by the colours that people would name."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from studio.project.colours import NAMES, colours_of, colours_of_pixels
from studio.project.work_index import Seen


def flat(code: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    value = [int(code[index : index + 2], 16) for index in (0, 2, 4)]
    return np.full((16, 16, 3), value, dtype=np.uint8)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("ff0000", "red"),
        ("8b0000", "red"),
        ("e8a33d", "orange"),
        ("ffd54f", "yellow"),
        ("2e7d32", "green"),
        ("556b2f", "green"),
        ("40e0d0", "teal"),
        ("1e88e5", "blue"),
        ("000080", "blue"),
        ("800080", "purple"),
        ("9c27b0", "purple"),
        ("ffc0cb", "pink"),
        ("ef9a9a", "pink"),
        ("8b4513", "brown"),
        ("d2b48c", "brown"),
        ("1b1b1d", "black"),
        ("808080", "grey"),
        ("f5f5dc", "white"),
    ],
)
def test_a_plain_colour_has_the_name_that_people_give_it(code: str, name: str) -> None:
    seen = colours_of_pixels(flat(code))
    assert seen.colours == (name,)
    assert seen.swatch == int(code, 16)


@pytest.mark.parametrize(
    ("paper", "name"), [("ffffff", "white"), ("808080", "grey"), ("000000", "black")]
)
def test_what_stands_on_paper_names_the_picture_and_the_paper_comes_last(
    paper: str, name: str
) -> None:
    pixels = flat(paper)
    pixels[5:11, 5:11] = (200, 30, 30)
    seen = colours_of_pixels(pixels)
    assert seen.colours == ("red", name)
    assert seen.swatch == 0xC81E1E


def test_paper_takes_the_third_place_among_many_colours() -> None:
    pixels = flat("ffffff")
    pixels[4:12, 4:7] = (200, 30, 30)
    pixels[4:12, 7:10] = (30, 30, 220)
    pixels[4:12, 10:12] = (250, 210, 60)
    assert colours_of_pixels(pixels).colours == ("red", "blue", "white")


def test_a_white_thing_on_white_paper_is_white_once() -> None:
    pixels = flat("ffffff")
    pixels[5:11, 5:11] = (200, 30, 30)
    pixels[5:11, 5:8] = (235, 235, 235)
    assert sorted(colours_of_pixels(pixels).colours) == ["red", "white"]


def test_a_coloured_ground_counts_but_comes_after_what_stands_on_it() -> None:
    pixels = flat("2222ee")
    pixels[5:11, 5:11] = (250, 210, 60)
    assert colours_of_pixels(pixels).colours == ("yellow", "blue")


def test_paper_with_hardly_anything_on_it_is_white() -> None:
    pixels = flat("ffffff")
    pixels[7, 7] = (200, 30, 30)
    assert colours_of_pixels(pixels).colours == ("white",)


@given(arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20), st.just(3))))
def test_any_picture_has_between_one_and_three_colours_that_have_names(
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    seen = colours_of_pixels(pixels)
    assert 1 <= len(seen.colours) <= 3
    assert len(set(seen.colours)) == len(seen.colours)
    assert set(seen.colours) <= set(NAMES)
    assert 0 <= seen.swatch <= 0xFFFFFF


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "1"])
def test_files_of_every_mode_are_looked_at(mode: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (200, 100), (255, 255, 255)).convert(mode).save(file, "PNG")
    assert colours_of(file.getvalue()).colours == ("white",)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_picture_have_no_colours(data: bytes) -> None:
    assert colours_of(data) == Seen()
    assert colours_of(b"\x89PNG\r\n\x1a\n" + data) == Seen()
