"""Measures what makes a typeface look as it does, from the pictures of its capitals.

The same figures serve as labels of drawn alphabets, from which a ruler learns to see styles, and
of generated ones, among which directions from light to bold or from square to round are sought.
Every measure is a number of a whole alphabet and hardly changes when its pictures are moved.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from training.data.typefaces import LETTERS

Ink = npt.NDArray[np.float32]
Values = npt.NDArray[np.float64]

_CHUNK = 64
_INKED = 0.4
_EMPTY = 1e-6
_MIRRORED = "AHIMOTUVWXY"
_COMMON = "ABCDEFGHKLNOPRSTUVXYZ"
_CURVED = "CDGOQSU"
_STEMS = "ILTY"
_FOOTED = "FPTY"
_FOOT = 0.06  # share of the height, from below, where a serif is
_ANKLE = 0.3  # and where there is none


def _of(ink: Ink, letters: str) -> Ink:
    """Some letters of alphabets (count, 26, h, w)."""
    return ink[:, [LETTERS.index(letter) for letter in letters]]


def _edges(ink: Ink) -> tuple[Ink, Ink]:
    """Differences across (count, letters, h - 1, w - 1) pixels: to the right and downwards."""
    right = ink[..., :-1, 1:] - ink[..., :-1, :-1]
    down = ink[..., 1:, :-1] - ink[..., :-1, :-1]
    return right, down


def _boxes(ink: Ink) -> tuple[Values, Values, Values]:
    """Top, height and width of the ink of each letter, in pixels; (count, letters) each."""
    inked = ink > _INKED

    def span(marked: npt.NDArray[np.bool_]) -> tuple[Values, Values]:
        size = marked.shape[-1]
        first = marked.argmax(axis=-1)
        last = size - 1 - marked[..., ::-1].argmax(axis=-1)
        length = np.where(marked.any(axis=-1), last - first + 1, 0)
        return first.astype(np.float64), length.astype(np.float64)

    top, height = span(np.asarray(inked.any(axis=-1)))
    _, width = span(np.asarray(inked.any(axis=-2)))
    return top, height, width


def _weight(ink: Ink) -> Values:
    """Mean thickness of the strokes, in pixels: twice the area over the length of the edges."""
    right, down = _edges(ink)
    length = np.hypot(right, down).sum(axis=(-2, -1))
    area = ink.sum(axis=(-2, -1))
    thickness: Values = (2 * area / np.maximum(length, _EMPTY)).mean(axis=1, dtype=np.float64)
    return thickness


def _width(ink: Ink) -> Values:
    """Median width of a letter, as a share of its height; I, J, M, Q and W are left out."""
    _, height, width = _boxes(_of(ink, _COMMON))
    share: Values = np.median(width / np.maximum(height, 1), axis=1)
    return share


def _slant(ink: Ink) -> Values:
    """Median lean of the letters that are their own mirror images: pixels right a pixel up."""
    chosen = _of(ink, _MIRRORED).astype(np.float64)
    height, width = chosen.shape[-2:]
    total = np.maximum(chosen.sum(axis=(-2, -1)), _EMPTY)
    rows, columns = np.arange(height), np.arange(width)
    by_row, by_column = chosen.sum(axis=-1), chosen.sum(axis=-2)
    y, x = by_row @ rows / total, by_column @ columns / total
    along = (chosen * columns).sum(axis=-1) @ rows / total - x * y
    across = by_row @ rows**2 / total - y**2
    lean: Values = np.median(-along / np.maximum(across, _EMPTY), axis=1)
    return lean


def _roundness(ink: Ink) -> Values:
    """Share of the edges of curved letters that are neither level nor upright."""
    right, down = _edges(_of(ink, _CURVED))
    strength = np.hypot(right, down)
    larger = np.maximum(np.abs(right), np.abs(down))
    smaller = np.minimum(np.abs(right), np.abs(down))
    oblique = smaller > np.tan(np.pi / 8) * larger
    share: Values = (strength * oblique).sum(axis=(1, 2, 3), dtype=np.float64) / np.maximum(
        strength.sum(axis=(1, 2, 3), dtype=np.float64), _EMPTY
    )
    return share


def _outline(ink: Ink) -> Values:
    """Mean number of strokes across single stems: 1 where they are solid, 2 where outlined."""
    inked = _of(ink, _STEMS) > _INKED
    begins = inked & ~np.pad(inked, ((0, 0), (0, 0), (0, 0), (1, 0)))[..., :-1]
    runs = begins.sum(axis=-1)
    rows = (runs > 0).sum(axis=(1, 2))
    mean: Values = runs.sum(axis=(1, 2)) / np.maximum(rows, 1)
    return mean


def _ornament(ink: Ink) -> Values:
    """Mean length of a letter's edges, as a share of the outline of its box."""
    right, down = _edges(ink)
    length = np.hypot(right, down).sum(axis=(-2, -1))
    _, height, width = _boxes(ink)
    share: Values = (length / np.maximum(2 * (height + width), 1)).mean(axis=1)
    return share


def _serifs(ink: Ink) -> Values:
    """Median width of a stem's foot, as a multiple of its width above."""
    chosen = _of(ink, _FOOTED)
    top, height, _ = _boxes(chosen)

    def extent(share: float) -> Values:
        row = np.clip(top + height - 1 - share * height, 0, ink.shape[-2] - 1).round().astype(int)
        line = np.take_along_axis(chosen, row[..., None, None], axis=2)[..., 0, :] > _INKED
        last = line.shape[-1] - 1 - line[..., ::-1].argmax(axis=-1)
        spread = np.where(line.any(axis=-1), last - line.argmax(axis=-1) + 1, 0)
        return spread.astype(np.float64)

    foot, ankle = extent(_FOOT), extent(_ANKLE)
    wider: Values = np.median(foot / np.maximum(ankle, 1), axis=1)
    return wider


MEASURES: dict[str, Callable[[Ink], Values]] = {
    "weight": _weight,
    "width": _width,
    "slant": _slant,
    "roundness": _roundness,
    "outline": _outline,
    "ornament": _ornament,
    "serifs": _serifs,
}


def measure_alphabets(
    pictures: npt.NDArray[np.uint8], names: Sequence[str] = tuple(MEASURES)
) -> Values:
    """The measures of `MEASURES` with these names of alphabets black on white.

    pictures (count, 26, h, w), A to Z -> (count, names). A letter that is not there counts as one
    without size, so that even an empty alphabet has numbers.
    """
    parts = []
    for first in range(0, len(pictures), _CHUNK):
        ink = 1 - pictures[first : first + _CHUNK].astype(np.float32) / np.float32(255)
        parts.append(np.stack([MEASURES[name](ink) for name in names], axis=1))
    return np.concatenate(parts) if parts else np.empty((0, len(names)))
