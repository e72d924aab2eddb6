"""What a film will take before any of it is made, and what is refused for that."""

from pathlib import Path
from typing import Final

import msgspec

from studio.contract.errors import RequestInvalid
from studio.contract.manifest import Manifest
from studio.film.formats import FilmFormat, FilmShape, Quality, shape_of
from studio.images.timeline import (
    Film,
    check_film,
    frame_count,
    frame_time,
    gap_after,
    hold_of,
    moment_at,
)

_FIXED: Final[dict[FilmFormat, float]] = {
    "mp4": 0.08,
    "webm": 0.13,
    "gif": 0.2,
    "apng": 1.75,
    "png": 2.0,
}
_BY_ENLARGEMENT: Final[dict[FilmFormat, float]] = {
    "mp4": 0.17,
    "webm": 0.11,
    "gif": 1.4,
    "apng": 0.37,
    "png": 0.4,
}
"""Bytes for each pixel that the model makes, and so many more for each time it is enlarged:
measured on films that change much, in the quality "good"."""
_SMOOTH: Final = 2.5
"""How many times more a smooth enlargement takes where nothing is lost."""
_QUALITY: Final[dict[Quality, float]] = {"small": 0.4, "good": 1.0, "best": 2.2}
_TEXTS: Final = 100_000
_SPARE: Final = 20_000_000
"""Bytes that are to stay free."""


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """What a film will take."""

    shape: FilmShape
    frames: int
    """Pictures that the film shows."""
    made: int
    """About how many pictures must be made; those of a hold are made once."""
    seconds: float
    file_bytes: int
    """About what the file will have."""
    work_bytes: int
    """What its pictures take at most while it is made, besides the file."""


def estimate(
    film: Film,
    manifest: Manifest,
    *,
    film_format: FilmFormat,
    enlargement: int = 1,
    smooth: bool = False,
    quality: Quality = "good",
) -> Estimate:
    """What ``film`` will take. Raises `RequestInvalid` where it cannot be made."""
    check_film(film)
    width, height = manifest.picture_size or (0, 0)
    channels = manifest.channels or 3
    shape = shape_of(
        width, height, channels, film_format=film_format, fps=film.fps, enlargement=enlargement
    )
    frames = frame_count(film)
    made = max(1, frames - _repeated(film))
    pixels = width * height
    rate = _FIXED[film_format] + _BY_ENLARGEMENT[film_format] * enlargement
    if film_format in ("mp4", "webm"):
        rate *= _QUALITY[quality]
    elif smooth and enlargement > 1:
        rate *= _SMOOTH
    size = rate * pixels * (channels / 3 if film_format in ("apng", "png") else 1.0)
    return Estimate(
        shape=shape,
        frames=shape.frames_of(frames),
        made=made,
        seconds=frames / film.fps,
        file_bytes=round(size * shape.frames_of(frames)) + _TEXTS,
        work_bytes=made * pixels * channels,
    )


def _repeated(film: Film) -> int:
    """About how many pictures of the film are those before them once more."""
    if film.noise == "living":
        return 0
    still = 0.0
    for index, key in enumerate(film.keys):
        stays = gap_after(film, index) if key.easing == "cut" else hold_of(film, index)
        still += max(0.0, stays * film.fps - 1.0)
    return int(still)


def distinct_frames(film: Film) -> list[int]:
    """For each picture of the film which of those that must be made it is.

    Pictures that follow one another and are the same, because a key stays, are made once.
    """
    places: list[int] = []
    before: int | None = None
    for frame in range(frame_count(film)):
        moment = moment_at(film, frame_time(film, frame))
        stays = moment.is_key or film.keys[moment.first].easing == "cut"
        key = moment.first if stays and film.noise == "still" else None
        is_new = key is None or key != before
        places.append((places[-1] if places else -1) + int(is_new))
        before = key
    return places


def check_space(wanted: Estimate, out: Path, work: Path, film: Film) -> None:
    """Raise `RequestInvalid` if the film will not find room, with how much of it would."""
    from studio.film.store import bytes_free, on_one_disk

    needs = [(out.parent, wanted.file_bytes), (work, wanted.work_bytes)]
    if on_one_disk(out.parent, work):
        needs = [(out.parent, wanted.file_bytes + wanted.work_bytes)]
    for folder, needed in needs:
        free = max(0, bytes_free(folder) - _SPARE)
        if needed > free:
            possible = film.seconds * free / needed
            raise RequestInvalid(
                fault=f"the film of {film.seconds:,.1f} seconds may take {needed / 1e6:,.0f} MB, "
                f"and {folder} has {free / 1e6:,.0f} MB left; about {possible:,.1f} seconds of "
                "it would fit"
            )
