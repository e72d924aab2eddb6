"""How well it enlarges: drawings of a known size, made small and enlarged again.

The drawings are DiceBear's, rendered here from their curves; the network never saw what they
look like when they are small. Plain enlarging by Lanczos and by squares stands beside it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from training.data.dicebear import render_styles
from training.parity import PictureRunner

STYLES = ("critters", "open-peeps", "lorelei")
SIDE = 256
PIXEL_ART = "pixel-art"
SEED = 7
EXACT = 100.0
"""dB above which no picture of 8 bits differs from another."""
_GAP = 8

Pictures = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Mean peak signal-to-noise ratios over the drawings of one style, in dB."""

    style: str
    side: int
    count: int
    model: float
    lanczos: float
    nearest: float


def measure_quality(
    runner: PictureRunner,
    factor: int,
    *,
    count: int,
    styles: tuple[str, ...] = (*STYLES, PIXEL_ART),
) -> tuple[Quality, ...]:
    """Of each style ``count`` drawings; empty for a count of 0."""
    found = []
    for style in styles if count else ():
        drawings = drawn_pictures((style,), factor, count=count)
        small = averaged_down(drawings, factor)
        ways = (runner.run(small), lanczos(small, factor), nearest(small, factor))
        model, smooth, square = (psnr(way, drawings) for way in ways)
        found.append(
            Quality(
                style=style,
                side=drawings.shape[1],
                count=count,
                model=model,
                lanczos=smooth,
                nearest=square,
            )
        )
    return tuple(found)


def drawn_pictures(styles: tuple[str, ...], factor: int, *, count: int) -> Pictures:
    """uint8 (len(styles) * count, side, side, 3), style after style, on white."""
    side = SIDE // factor * factor
    drawings = np.empty((len(styles) * count, side, side, 3), np.uint8)
    render_styles(drawings, styles, per_style=count, seed=SEED, processes=1)
    return drawings


def averaged_down(pictures: Pictures, factor: int) -> Pictures:
    """Every square of ``factor`` pixels a side becomes one, their mean."""
    count, height, width, channels = pictures.shape
    cells = pictures.reshape(count, height // factor, factor, width // factor, factor, channels)
    averaged: Pictures = np.rint(cells.mean(axis=(2, 4), dtype=np.float64)).astype(np.uint8)
    return averaged


def lanczos(pictures: Pictures, factor: int) -> Pictures:
    """Enlarged by Pillow's Lanczos filter."""
    height, width = (side * factor for side in pictures.shape[1:3])
    enlarged = [
        np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS))
        for picture in pictures
    ]
    return np.stack(enlarged)


def nearest(pictures: Pictures, factor: int) -> Pictures:
    """Enlarged by squares."""
    return pictures.repeat(factor, axis=1).repeat(factor, axis=2)


def psnr(made: Pictures, wanted: Pictures) -> float:
    """Mean over the pictures of 20 log10(255 / root mean square difference), in dB."""
    difference = made.astype(np.float64) - wanted
    squares = np.maximum((difference**2).mean(axis=(1, 2, 3)), 1e-9)
    return float((10 * np.log10(255.0**2 / squares)).mean())


def quality_sheet(runner: PictureRunner, factor: int) -> Pictures:
    """One drawing of each style a row: by squares, by Lanczos, by the network, as it was drawn."""
    drawings = drawn_pictures(STYLES, factor, count=1)
    small = averaged_down(drawings, factor)
    columns = (nearest(small, factor), lanczos(small, factor), runner.run(small), drawings)
    side = drawings.shape[1] + _GAP
    sheet = np.full((len(STYLES) * side - _GAP, len(columns) * side - _GAP, 3), 255, np.uint8)
    for column, pictures in enumerate(columns):
        for row, picture in enumerate(pictures):
            top, left = row * side, column * side
            sheet[top : top + side - _GAP, left : left + side - _GAP] = picture
    return sheet
