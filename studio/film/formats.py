"""In which files a film can leave the house, and what each of them cannot hold.

Without numpy and FFmpeg: the window offers the choice before either is loaded.
"""

from fractions import Fraction
from typing import Final, Literal, get_args

import msgspec

from studio.contract.errors import RequestInvalid

FilmFormat = Literal["mp4", "webm", "gif", "apng", "png"]
"""H.264 in MP4, VP9 in WebM, GIF, animated PNG, or a folder of PNG files."""
FILM_FORMATS: Final[tuple[FilmFormat, ...]] = get_args(FilmFormat)

SUFFIXES: Final[dict[FilmFormat, str]] = {
    "mp4": ".mp4",
    "webm": ".webm",
    "gif": ".gif",
    "apng": ".apng",
    "png": "",
}
"""What names of files end in; a folder's ends in nothing."""

WITH_ALPHA: Final[frozenset[FilmFormat]] = frozenset(("webm", "gif", "apng", "png"))
"""Those that can be seen through; a pixel of GIF is either there or not."""
LOSSLESS: Final[frozenset[FilmFormat]] = frozenset(("apng", "png"))
EVEN_SIDES: Final[frozenset[FilmFormat]] = frozenset(("mp4",))
"""Those whose pictures have an even number of pixels a side, because colours are kept for
squares of two by two."""

LARGEST_SIDE: Final[dict[FilmFormat, int]] = {
    "mp4": 4096,
    "webm": 8192,
    "gif": 4096,
    "apng": 8192,
    "png": 8192,
}
"""Pixels a side that common players still show."""

FASTEST: Final[dict[FilmFormat, int]] = {
    "mp4": 120,
    "webm": 120,
    "gif": 50,
    "apng": 120,
    "png": 120,
}
"""Pictures a second. A GIF counts in hundredths of a second, and players show one that asks for
less than two of them ten times slower."""

Quality = Literal["small", "good", "best"]
QUALITIES: Final[tuple[Quality, ...]] = get_args(Quality)

FilmNote = Literal["padded", "thinned", "alpha_dropped"]
"""What a file does not hold as it was given: sides were made even by repeating the last row or
column, pictures were left out because the format is too slow, transparency was put on black."""


class FilmShape(msgspec.Struct, frozen=True, kw_only=True):
    """What one film file will hold."""

    format: FilmFormat
    width: int
    height: int
    """Pixels of the file, enlarged and made even where that is owed."""
    channels: int
    """1 grey, 3 colour, 4 colour and alpha."""
    enlargement: int
    fps: Fraction
    """Pictures a second of the file."""
    every: int
    """Each so manieth picture that is given goes into the file."""
    notes: tuple[FilmNote, ...] = ()

    def frames_of(self, given: int) -> int:
        """How many of ``given`` pictures the file holds."""
        return -(-given // self.every)


def shape_of(
    width: int,
    height: int,
    channels: int,
    *,
    film_format: FilmFormat,
    fps: Fraction | int,
    enlargement: int = 1,
) -> FilmShape:
    """What a film of such pictures becomes in ``film_format``.

    Raises `RequestInvalid` where it cannot be, with what would be possible.
    """
    fps = Fraction(fps)
    if not (width > 0 and height > 0):
        raise RequestInvalid(fault="a film of pictures without pixels cannot be made")
    if channels not in (1, 3, 4):
        raise RequestInvalid(fault=f"pictures of {channels} channels cannot be filmed")
    if not Fraction(1, 10) <= fps <= 120:
        raise RequestInvalid(fault="a film shows between 0.1 and 120 pictures a second")
    largest = LARGEST_SIDE[film_format]
    if enlargement < 1:
        raise RequestInvalid(fault="pictures are enlarged at least once, which leaves them alone")
    if max(width, height) * enlargement > largest:
        possible = largest // max(width, height)
        advice = f"at most {possible} times" if possible else "in another format"
        raise RequestInvalid(
            fault=f"{film_format} holds up to {largest} pixels a side, so these pictures of "
            f"{width} x {height} can be enlarged {advice}"
        )
    notes: list[FilmNote] = []
    sides = [width * enlargement, height * enlargement]
    if film_format in EVEN_SIDES and any(side % 2 for side in sides):
        sides = [side + side % 2 for side in sides]
        notes.append("padded")
    if channels == 4 and film_format not in WITH_ALPHA:
        channels = 3
        notes.append("alpha_dropped")
    every = max(1, -(-fps.numerator // (fps.denominator * FASTEST[film_format])))
    if every > 1:
        notes.append("thinned")
    return FilmShape(
        format=film_format,
        width=sides[0],
        height=sides[1],
        channels=channels,
        enlargement=enlargement,
        fps=fps / every,
        every=every,
        notes=tuple(notes),
    )


def usual_enlargement(width: int, height: int, kind: FilmFormat) -> int:
    """The whole number by which pictures of a size are shown well on a screen of today."""
    return max(1, USUAL_SIDE[kind] // max(width, height, 1))


USUAL_SIDE: Final[dict[FilmFormat, int]] = {
    "mp4": 512,
    "webm": 512,
    "gif": 256,
    "apng": 256,
    "png": 512,
}
"""Pixels a side that small pictures are enlarged to unless asked for otherwise."""
