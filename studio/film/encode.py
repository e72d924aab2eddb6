"""Writes films, so that no half-written file is ever taken for one.

Pictures go in as arrays of uint8 (height, width, channels), 1 grey, 3 colour or 4 with alpha;
out comes a file that was opened again, decoded and compared before it got its name. FFmpeg is
loaded only in here and only when a film is written::

    written = write_film(frames, Path("walk.mp4"), "mp4", 30, enlargement=8)
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import msgspec

from studio.contract.errors import PictureError, RequestInvalid, storage_error
from studio.film.formats import LOSSLESS, FilmFormat, FilmNote, FilmShape, Quality, shape_of
from studio.film.source import FilmSource, Frame, Told, checked_frame, distance
from studio.film.tags import FilmFacts, append_facts
from studio.provenance.durable import sync_file
from studio.provenance.files import IfTaken, give_name, part_beside

MOST_ASTRAY: Final = 40.0
"""Levels that a picture of a lossy film may differ on average before it counts as another one."""
CHECKED: Final = 5
"""Pictures of a film that are compared with what was given, evenly over its length."""


class WrittenFilm(msgspec.Struct, frozen=True, kw_only=True):
    """One film that was written, opened again and found to be what was given."""

    path: Path
    shape: FilmShape
    frames: int
    seconds: float
    bytes: int
    astray: float
    """Levels by which the pictures that were compared differ from those given, on average; 0 of
    a format that loses nothing."""

    @property
    def notes(self) -> tuple[FilmNote, ...]:
        """What the file does not hold as it was given."""
        return self.shape.notes


def write_film(
    frames: Sequence[Frame],
    path: Path,
    film_format: FilmFormat,
    fps: Fraction | int,
    *,
    enlargement: int = 1,
    smooth: bool = False,
    loop: bool = True,
    quality: Quality = "good",
    facts: FilmFacts | None = None,
    if_taken: IfTaken = "number",
    told: Told | None = None,
) -> WrittenFilm:
    """Write ``frames``, all of one shape, and return where the film now stands, checked.

    ``enlargement`` makes each pixel a square of so many a side, or, if ``smooth``, the whole
    picture so many times larger without edges. GIF and APNG start again by themselves if
    ``loop``. A film of the format "png" is a folder. Raises `RequestInvalid` before anything is
    written, `StorageFull`, `StorageDenied` or `PictureError` after that; then nothing has changed
    under that name.
    """
    if not len(frames):
        raise RequestInvalid(fault="a film of no pictures cannot be made")
    first = checked_frame(frames[0], None)
    height, width, channels = first.shape
    shape = shape_of(
        width, height, channels, film_format=film_format, fps=fps, enlargement=enlargement
    )
    source = FilmSource(frames, shape, first, path, smooth=smooth, told=told)
    part = part_beside(path)
    with _in_sentences(path):
        try:
            if film_format == "png":
                from studio.film.sequences import check_sequence, write_sequence

                write_sequence(source, part, facts)
                astray = check_sequence(source, part)
                size = sum(file.stat().st_size for file in part.iterdir())
                final = give_folder_name(part, path, if_taken)
            else:
                astray = _write_file(source, part, loop=loop, quality=quality, facts=facts)
                size = part.stat().st_size
                final = give_name(part, path, if_taken)
        finally:
            _sweep(part)
    return WrittenFilm(
        path=final,
        shape=shape,
        frames=len(source),
        seconds=float(len(source) / shape.fps),
        bytes=size,
        astray=astray,
    )


def check_place(path: Path, if_taken: IfTaken) -> None:
    """Raise what `write_film` would, as far as it can be known before there is any picture."""
    with _in_sentences(path):
        if if_taken == "refuse" and os.path.lexists(path):
            raise FileExistsError(path)
        with tempfile.TemporaryFile(dir=path.parent):
            pass


@contextlib.contextmanager
def _in_sentences(path: Path) -> Iterator[None]:
    """Say what the disk says in the words of a film that was to become ``path``."""
    try:
        yield
    except FileExistsError as error:
        fault = "something of that name is there already; choose another name"
        raise PictureError(file=path, fault=fault) from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PictureError(file=path, fault="its folder is not there") from error
    except OSError as error:
        fault = (error.strerror or "it cannot be written").lower()
        known = storage_error(error, path)
        raise known or PictureError(file=path, fault=fault, detail=str(error)) from error


def _write_file(
    source: FilmSource, part: Path, *, loop: bool, quality: Quality, facts: FilmFacts | None
) -> float:
    import av

    from studio.film import animations, videos

    kind = source.shape.format
    try:
        if kind in ("mp4", "webm"):
            videos.write_video(source, part, quality, facts)
        elif kind == "gif":
            animations.write_gif(source, part, loop=loop)
        else:
            animations.write_apng(source, part, loop=loop)
        if facts is not None:
            append_facts(part, kind, facts)
        with part.open("r+b") as stream:
            sync_file(stream.fileno())
        return _check(source, part)
    except av.error.FFmpegError as error:
        if isinstance(error, OSError):
            raise  # the disk's, to be told like any other
        fault = str(error.strerror or error).lower()
        raise PictureError(file=source.name, fault=fault, detail=repr(error)) from error


def _check(source: FilmSource, part: Path) -> float:
    """Decode all that was written; returns how far the pictures compared are from those given.

    Raises `PictureError` if it is not the film that was given.
    """
    from studio.film.videos import decoded

    wanted = {round(step * (len(source) - 1) / (CHECKED - 1)) for step in range(CHECKED)}
    count, found = 0, 0.0
    for frame in decoded(part, source.shape.format, source.shape.channels):
        if frame.shape[:2] != (source.shape.height, source.shape.width):
            raise PictureError(file=source.name, fault="the film that was written has another size")
        if count in wanted:
            away = distance(frame, source.large(count))
            if away > (0 if source.shape.format in LOSSLESS else MOST_ASTRAY):
                raise PictureError(
                    file=source.name, fault="the film that was written shows other pictures"
                )
            found += away / len(wanted)
        count += 1
        source.tell(min(count, len(source)), "checking")
    if count != len(source):
        fault = f"the film that was written holds {count} pictures instead of {len(source)}"
        raise PictureError(file=source.name, fault=fault)
    return found


def give_folder_name(part: Path, path: Path, if_taken: IfTaken) -> Path:
    """Give a finished folder its name; raises `FileExistsError` where that is taken.

    An empty folder takes the name first: two that finish together cannot both have it.
    """
    for number in range(1, 100_000):
        name = path if number == 1 else path.with_name(f"{path.name}-{number}")
        try:
            name.mkdir()
        except FileExistsError:
            if if_taken == "number":
                continue
            if if_taken == "refuse":
                raise
            old = part_beside(path)
            name.rename(old)
            try:
                part.rename(name)
            except OSError:
                old.rename(name)
                raise
            _sweep(old)
            return name
        name.rmdir()
        part.rename(name)
        return name
    raise FileExistsError(str(path))


def _sweep(part: Path) -> None:
    """Remove what was not given a name: a file, or a folder of our own files."""
    with contextlib.suppress(OSError):
        if part.is_dir():
            for file in part.iterdir():
                file.unlink()
            part.rmdir()
        else:
            part.unlink(missing_ok=True)
