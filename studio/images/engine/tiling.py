"""Pictures cut into parts that overlap, and put together again; what is done to pixels on the way.

All of it works on the whole numbers of pixels, so that what is equal stays equal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.contract.enlarging import FEATHER

Pixels = NDArray[np.uint8]
"""(height, width, channels) uint8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One part along one side."""

    start: int
    length: int
    shared: int
    """Pixels at its start that the part before it holds too."""


def spans(side: int, tile: int) -> list[Span]:
    """Parts of equal length that cover ``side`` pixels, neighbours sharing `FEATHER` or more."""
    if side <= tile:
        return [Span(start=0, length=side, shared=0)]
    found = [Span(start=0, length=tile, shared=0)]
    while (end := found[-1].start + tile) < side:
        start = min(end - min(FEATHER, tile // 4), side - tile)
        found.append(Span(start=start, length=tile, shared=end - start))
    return found


def grid(width: int, height: int, tile: int) -> Iterator[tuple[Span, Span]]:
    """The parts of a picture, row by row."""
    across = spans(width, tile)
    for down in spans(height, tile):
        for span in across:
            yield span, down


def lay(made: Pixels, part: Pixels, across: Span, down: Span, factor: int) -> None:
    """Lay a part into the picture; what its neighbours have laid there before is blended in.

    In whole numbers, so that equal values stay what they are.
    """
    top, left = down.start * factor, across.start * factor
    height, width = part.shape[:2]
    into = made[top : top + height, left : left + width]
    for axis, shared in ((0, down.shared * factor), (1, across.shared * factor)):
        if shared:
            weights = np.arange(1, shared + 1, dtype=np.uint32)
            weights = weights[:, np.newaxis, np.newaxis] if axis == 0 else weights[:, np.newaxis]
            whole = np.uint32(shared + 1)
            edge = (slice(shared),) if axis == 0 else (slice(None), slice(shared))
            blended = into[edge] * (whole - weights) + part[edge] * weights + whole // 2
            part[edge] = blended // whole
    into[...] = part


def nearest(pixels: Pixels, factor: int) -> Pixels:
    """Each pixel a square of ``factor`` a side."""
    return np.repeat(np.repeat(pixels, factor, axis=1), factor, axis=0)


def averaged(pixels: Pixels, factor: int, wanted: int) -> Pixels:
    """What was enlarged ``factor`` times, averaged by area down to ``wanted`` times.

    Both are whole numbers, so the area of every source pixel is dealt with by itself, and parts
    need not know of each other.
    """
    if wanted == factor:
        return np.ascontiguousarray(pixels)
    shares = np.zeros((wanted, factor), np.float32)
    for row in range(wanted):
        for column in range(factor):
            start, end = row / wanted, (row + 1) / wanted
            overlap = min(end, (column + 1) / factor) - max(start, column / factor)
            shares[row, column] = max(overlap, 0.0) * wanted
    height, width, channels = pixels.shape
    cells = pixels.reshape(height // factor, factor, width // factor, factor, channels)
    averaged = np.einsum("yaxbc,ia,jb->yixjc", cells, shares, shares, optimize=True)
    rounded: Pixels = np.clip(np.rint(averaged), 0, 255).astype(np.uint8)
    return rounded.reshape(height // factor * wanted, width // factor * wanted, channels)


def mirrored(start: int, length: int, side: int) -> NDArray[np.intp]:
    """The pixels from ``start`` on along a side, mirrored at its ends: abcd -> dcb|abcd|cba."""
    if side == 1:
        return np.zeros(length, np.intp)
    period = 2 * (side - 1)
    at = np.arange(start, start + length) % period
    mirrored: NDArray[np.intp] = np.where(at < side, at, period - at)
    return mirrored


def whole(length: int, multiple: int) -> int:
    return -(-length // multiple) * multiple


def cut_out(
    pixels: Pixels, part: tuple[int, int, int, int], margin: int
) -> tuple[Pixels, tuple[int, int, int, int]]:
    """The part with ``margin`` pixels around it where there are so many, and where it lies then."""
    left, top, width, height = part
    first_row, first_column = max(top - margin, 0), max(left - margin, 0)
    cut = pixels[first_row : top + height + margin, first_column : left + width + margin]
    return np.ascontiguousarray(cut), (left - first_column, top - first_row, width, height)


def is_flat(plane: Pixels) -> bool:
    return bool(plane.min() == plane.max())


def apart(pixels: Pixels, reach: int) -> tuple[Pixels, Pixels | None]:
    """Colours (1 or 3 channels) and alpha (1) of a picture; alpha is None without one."""
    channels = pixels.shape[2]
    if channels in (1, 3):
        return pixels, None
    alpha = np.ascontiguousarray(pixels[:, :, -1:])
    return grown(np.ascontiguousarray(pixels[:, :, :-1]), alpha[:, :, 0] > 0, reach), alpha


def grown(colours: Pixels, known: NDArray[np.bool_], reach: int) -> Pixels:
    """Colours with those that are not ``known`` grown in from their neighbours, ring by ring.

    What lies further than ``reach`` pixels from any that is known has no influence on what will
    be seen, and becomes black, whatever stood there.
    """
    if known.all():
        return colours
    filled = np.where(known[:, :, np.newaxis], colours, np.uint8(0))
    for _ in range(reach):
        if known.all() or not known.any():
            break
        sums = np.zeros(colours.shape, np.uint16)
        counts = np.zeros(known.shape, np.uint16)
        for rows_to, rows_from in _SHIFTS:
            for columns_to, columns_from in _SHIFTS:
                sums[rows_to, columns_to] += filled[rows_from, columns_from]
                counts[rows_to, columns_to] += known[rows_from, columns_from]
        ring = ~known & (counts > 0)
        filled[ring] = (sums[ring] + counts[ring][:, np.newaxis] // 2) // counts[ring][
            :, np.newaxis
        ]
        known = known | ring
    return filled


_SHIFTS: Final = (
    (slice(None), slice(None)),
    (slice(1, None), slice(None, -1)),
    (slice(None, -1), slice(1, None)),
)
"""One step back, none and one on along an axis: where to, where from."""


def surroundings(plane: Pixels) -> tuple[Pixels, Pixels]:
    """The smallest and the largest value of the 3x3 pixels around each."""
    lowest, highest = plane.copy(), plane.copy()
    for rows_to, rows_from in _SHIFTS:
        for columns_to, columns_from in _SHIFTS:
            for found, choose in ((lowest, np.minimum), (highest, np.maximum)):
                into = found[rows_to, columns_to]
                choose(into, plane[rows_from, columns_from], out=into)
    return lowest, highest
