"""What a film file says is read without trusting a byte of it."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.errors import AtelierError, PictureUnreadable, RecipeInvalid, RecipeMissing
from studio.film.encode import write_film
from studio.film.formats import FILM_FORMATS, SUFFIXES, FilmFormat
from studio.film.tags import SIDECAR, FilmFacts, read_film
from tests.film.pictures import moving

HEADS = (b"\0\0\0\x18ftyp", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\x1a\x45\xdf\xa3", b"{")
FILM = '{"schema":1,"title":"<漫步> & \\"more\\""}'


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[FilmFormat, Path]:
    folder = tmp_path_factory.mktemp("films")
    facts = FilmFacts(title="A walk", model="tiny", film=FILM)
    return {
        kind: write_film(moving(3), folder / ("a" + SUFFIXES[kind]), kind, 24, facts=facts).path
        for kind in FILM_FORMATS
    }


@pytest.mark.parametrize("kind", FILM_FORMATS)
def test_the_film_is_read_from_its_file(films: dict[FilmFormat, Path], kind: FilmFormat) -> None:
    assert read_film(films[kind]) == FILM


@pytest.mark.parametrize("kind", FILM_FORMATS)
def test_a_film_of_others_holds_none(tmp_path: Path, kind: FilmFormat) -> None:
    path = write_film(moving(2), tmp_path / ("b" + SUFFIXES[kind]), kind, 24).path
    with pytest.raises(RecipeMissing):
        read_film(path)


@pytest.mark.parametrize("kind", ["mp4", "webm", "gif", "apng"])
def test_damage_is_one_sentence_or_still_the_film(
    films: dict[FilmFormat, Path], tmp_path: Path, kind: FilmFormat
) -> None:
    whole = films[kind].read_bytes()
    random = np.random.default_rng(7)
    target = tmp_path / "damaged"
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(random.integers(1, 12)):
            data[random.integers(0, len(data))] = random.integers(0, 256)
        target.write_bytes(data[: random.integers(0, len(data) + 1)])
        try:
            text = read_film(target)
        except AtelierError as error:
            assert "damaged" in error.message
        else:
            assert isinstance(text, str)


@settings(max_examples=200)
@given(head=st.sampled_from(HEADS), rest=st.binary(max_size=400))
def test_noise_behind_a_first_byte_is_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, rest: bytes
) -> None:
    target = tmp_path_factory.getbasetemp() / "noise"
    target.write_bytes(head + rest)
    try:
        text = read_film(target)
    except AtelierError as error:
        assert "noise" in error.message
    else:
        assert isinstance(text, str)


def test_a_box_that_claims_more_than_there_is_ends_the_reading(tmp_path: Path) -> None:
    target = tmp_path / "a.mp4"
    target.write_bytes(struct.pack(">I4s4s", 12, b"ftyp", b"isom") + struct.pack(">I4s", 99, b"x"))
    with pytest.raises(PictureUnreadable, match="cut off"):
        read_film(target)


def test_what_is_no_film_at_all_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    with pytest.raises(PictureUnreadable, match="no film that Atelier writes"):
        read_film(tmp_path / "a.txt")
    with pytest.raises(PictureUnreadable, match="not there"):
        read_film(tmp_path / "none.mp4")
    with pytest.raises(RecipeMissing):
        read_film(tmp_path)
    with pytest.raises(PictureUnreadable, match="name"):
        read_film(Path("a\0b"))


def test_a_film_as_large_as_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / SIDECAR).write_bytes(b"{" + b" " * 5_000_000)
    with pytest.raises(RecipeInvalid, match="larger than any"):
        read_film(tmp_path)
