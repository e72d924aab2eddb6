"""Films are written whole and as given, or not at all."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.contract.errors import (
    AtelierError,
    Cancelled,
    PictureError,
    RequestInvalid,
    SetupFault,
    StorageFull,
)
from studio.film import encode, videos
from studio.film.encode import write_film
from studio.film.formats import FILM_FORMATS, SUFFIXES, FilmFormat
from studio.film.tags import FilmFacts, read_film
from studio.film.videos import decoded, frame_rate
from studio.provenance.files import part_beside, sweep_leftovers
from tests.film.pictures import Frame, moving

FACTS = FilmFacts(
    title="A walk", model="tiny", credit="Ada", rights="CC0", film='{"schema":1,"title":"漫步"}'
)


def _shown(path: Path, kind: FilmFormat, channels: int = 3) -> list[Frame]:
    if kind == "png":
        names = sorted(path.glob("frame-*.png"))
        return [np.asarray(Image.open(name)) for name in names]
    return list(decoded(path, kind, channels))


def _name(tmp_path: Path, kind: FilmFormat) -> Path:
    return tmp_path / ("film" + SUFFIXES[kind])


@pytest.mark.parametrize("kind", FILM_FORMATS)
@pytest.mark.parametrize("enlargement", [1, 3, 4])
def test_a_film_shows_what_was_given(tmp_path: Path, kind: FilmFormat, enlargement: int) -> None:
    frames = moving(9)
    written = write_film(
        frames, _name(tmp_path, kind), kind, 30, enlargement=enlargement, quality="best"
    )
    shown = _shown(written.path, kind)
    assert len(shown) == written.frames == 9
    assert written.seconds == pytest.approx(0.3)
    for given, found in zip(frames, shown, strict=True):
        large = given.repeat(enlargement, axis=0).repeat(enlargement, axis=1)
        found = found[: large.shape[0], : large.shape[1], :3]
        away = np.abs(found.astype(int) - large)
        limit = 0.0 if kind in ("apng", "png", "gif") else 6.0 if enlargement % 2 == 0 else 14.0
        assert away.mean() <= limit
    assert list(tmp_path.iterdir()) == [written.path]


@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_plain_colours_come_back_within_two_levels(tmp_path: Path, kind: FilmFormat) -> None:
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128), (250, 200, 20), (0, 0, 0)]
    frames = [np.full((16, 16, 3), colour, np.uint8) for colour in colours for _ in range(3)]
    written = write_film(frames, _name(tmp_path, kind), kind, 24, enlargement=4, quality="best")
    for given, found in zip(frames, _shown(written.path, kind), strict=True):
        assert np.abs(found[8:-8, 8:-8].astype(int) - given[0, 0]).max() <= 3


@pytest.mark.parametrize("kind", FILM_FORMATS)
def test_grey_pictures_stay_grey(tmp_path: Path, kind: FilmFormat) -> None:
    written = write_film(moving(4, channels=1), _name(tmp_path, kind), kind, 24, enlargement=2)
    assert written.shape.channels == 1
    for frame in _shown(written.path, kind):
        colours = frame.reshape(*frame.shape[:2], -1).astype(int)
        assert np.ptp(colours, axis=2).max() <= 2


@pytest.mark.parametrize("kind", ["webm", "gif", "apng", "png"])
def test_what_can_be_seen_through_stays_so(tmp_path: Path, kind: FilmFormat) -> None:
    written = write_film(moving(6, channels=4), _name(tmp_path, kind), kind, 25, enlargement=2)
    for frame in _shown(written.path, kind, 4):
        assert frame[0, 0, 3] <= 4
        assert frame[10, 10, 3] >= 251
    assert "alpha_dropped" not in written.notes


def test_a_format_without_alpha_puts_it_on_black_and_says_so(tmp_path: Path) -> None:
    written = write_film(moving(3, channels=4), tmp_path / "a.mp4", "mp4", 25, enlargement=4)
    assert written.notes == ("alpha_dropped",)
    assert _shown(written.path, "mp4")[0][1, 8].max() < 40


def test_odd_sides_are_made_even_and_that_is_said(tmp_path: Path) -> None:
    frames = moving(3, width=15, height=11)
    written = write_film(frames, tmp_path / "a.mp4", "mp4", 25, quality="best")
    assert written.notes == ("padded",)
    shown = _shown(written.path, "mp4")[0]
    assert shown.shape == (12, 16, 3)
    assert np.abs(shown[-1].astype(int) - shown[-2]).max() < 12


def test_a_gif_that_is_too_fast_leaves_pictures_out_and_says_so(tmp_path: Path) -> None:
    written = write_film(moving(12), tmp_path / "a.gif", "gif", 60)
    assert written.notes == ("thinned",)
    assert written.frames == 6
    assert written.seconds == pytest.approx(0.2)


def test_the_times_of_a_gif_never_drift(tmp_path: Path) -> None:
    written = write_film(moving(60), tmp_path / "a.gif", "gif", 30)
    with Image.open(written.path) as picture:
        durations = []
        for index in range(picture.n_frames):  # type: ignore[attr-defined]  # of sequences only
            picture.seek(index)
            durations.append(picture.info["duration"])
    assert sum(durations) == pytest.approx(2000, abs=10)
    assert set(durations) == {30, 40}


@pytest.mark.parametrize(("loop", "plays"), [(True, 0), (False, 1)])
def test_what_moves_by_itself_starts_again_only_if_wanted(
    tmp_path: Path, loop: bool, plays: int
) -> None:
    apng = write_film(moving(3), tmp_path / "a.apng", "apng", 10, loop=loop)
    with Image.open(apng.path) as picture:
        assert picture.info["loop"] == plays
    gif = write_film(moving(3), tmp_path / "a.gif", "gif", 10, loop=loop)
    assert (b"NETSCAPE2.0" in gif.path.read_bytes()) is loop


@pytest.mark.parametrize("kind", FILM_FORMATS)
def test_a_film_remembers_how_it_was_made(tmp_path: Path, kind: FilmFormat) -> None:
    written = write_film(moving(3), _name(tmp_path, kind), kind, 24, facts=FACTS)
    assert read_film(written.path) == FACTS.film
    data = b"".join(
        file.read_bytes() for file in (written.path, *written.path.glob("*")) if file.is_file()
    )
    assert b"trainedAlgorithmicMedia" in data
    assert b"A walk" in data


def test_the_rate_of_a_film_is_exact(tmp_path: Path) -> None:
    for kind, rate in (("mp4", 24), ("webm", 30), ("mp4", 60)):
        path = write_film(moving(8), tmp_path / f"a.{kind}", kind, rate).path  # type: ignore[arg-type]  # literals in a loop
        assert frame_rate(path) == rate


@pytest.mark.parametrize("kind", FILM_FORMATS)
def test_a_name_that_is_taken_is_numbered_or_refused(tmp_path: Path, kind: FilmFormat) -> None:
    name = _name(tmp_path, kind)
    first = write_film(moving(2), name, kind, 24)
    second = write_film(moving(3), name, kind, 24)
    assert first.path == name
    assert second.path.stem == "film-2"
    with pytest.raises(PictureError, match="there already"):
        write_film(moving(2), name, kind, 24, if_taken="refuse")
    third = write_film(moving(4), name, kind, 24, if_taken="replace")
    assert third.path == name
    assert len(_shown(name, kind)) == 4
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("kind", FILM_FORMATS)
@pytest.mark.parametrize("stage", ["writing", "checking"])
def test_a_film_that_is_given_up_leaves_nothing(
    tmp_path: Path, kind: FilmFormat, stage: str
) -> None:
    def told(done: int, total: int, now: str) -> None:
        assert total == 5
        if done == 3 and now == stage:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_film(moving(5), _name(tmp_path, kind), kind, 24, told=told)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("frames", "fault"),
    [
        (list, "no pictures"),
        (lambda: [np.zeros((4, 4, 2), np.uint8)], "2 channels"),
        (lambda: [np.zeros((0, 4, 3), np.uint8)], "without pixels"),
        (lambda: [np.zeros((4, 4, 3), np.uint8), np.zeros((4, 5, 3), np.uint8)], "one size"),
    ],
)
def test_what_is_no_film_is_refused(
    tmp_path: Path, frames: Callable[[], list[Frame]], fault: str
) -> None:
    with pytest.raises(RequestInvalid, match=fault):
        write_film(frames(), tmp_path / "a.mp4", "mp4", 24)
    assert not list(tmp_path.iterdir())


def test_what_is_too_large_is_refused_with_what_would_be_possible(tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid, match="at most 64 times"):
        write_film([np.zeros((64, 64, 3), np.uint8)], tmp_path / "a.mp4", "mp4", 24, enlargement=65)
    with pytest.raises(RequestInvalid, match=r"between 0.1 and 120"):
        write_film(moving(2), tmp_path / "a.mp4", "mp4", 0)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    for kind in FILM_FORMATS:
        with pytest.raises(PictureError, match="folder is not there"):
            write_film(moving(2), tmp_path / "none" / "film", kind, 24)


def test_an_encoder_that_is_missing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(videos.ENCODERS, "mp4", "no-such-encoder")
    with pytest.raises(SetupFault, match="choose another format"):
        write_film(moving(2), tmp_path / "a.mp4", "mp4", 24)
    assert not list(tmp_path.iterdir())


def test_a_disk_that_is_full_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(encode, "sync_file", full)
    with pytest.raises(StorageFull):
        write_film(moving(2), tmp_path / "a.mp4", "mp4", 24)
    assert not list(tmp_path.iterdir())


def test_a_film_that_shows_something_else_gets_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = decoded

    def inverted(path: Path, kind: FilmFormat, channels: int) -> list[Frame]:
        return [255 - frame for frame in real(path, kind, channels)]

    monkeypatch.setattr(videos, "decoded", inverted)
    with pytest.raises(AtelierError, match="other pictures"):
        write_film(moving(4), tmp_path / "a.mp4", "mp4", 24)
    monkeypatch.setattr(videos, "decoded", lambda *given: list(real(*given))[:-1])
    with pytest.raises(AtelierError, match="3 pictures instead of 4"):
        write_film(moving(4), tmp_path / "a.webm", "webm", 24)
    assert not list(tmp_path.iterdir())


def test_enlarging_smoothly_makes_no_squares(tmp_path: Path) -> None:
    frames = moving(2)
    smooth = write_film(frames, tmp_path / "a.apng", "apng", 24, enlargement=4, smooth=True)
    shown = _shown(smooth.path, "apng")[0].astype(int)
    assert shown.shape == (48, 64, 3)
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) > 20


def test_what_a_killed_process_left_of_a_sequence_is_swept(tmp_path: Path) -> None:
    left = part_beside(tmp_path / "film")
    left.mkdir()
    (left / "frame-000000.png").write_bytes(b"x")
    assert sweep_leftovers(tmp_path) == 0
    os.utime(left, (1.0, 1.0))
    assert sweep_leftovers(tmp_path) == 1
    assert not list(tmp_path.iterdir())
