"""Where the pad's pictures lie: one in the middle, or a sheet of them, and eight at the rim. No Qt.

Counted in device pixels, so that every picture stays at a whole factor.
"""

import math
from dataclasses import dataclass
from typing import Final

from studio.images.ui.explore.spots import WAYS, rim_way
from studio.images.ui.layout import Box

MARGIN: Final = 14
"""Logical pixels between the pad's edge and the pictures at its rim."""
GAP: Final = 14
"""Between the middle and the rim, at least."""
SHEET_GAP: Final = 2
"""Between the pictures of a sheet."""
RIM_SHARE: Final = 0.19
"""Of the pad's height, for a picture at the rim, at most."""
RIM_LARGEST: Final = 128
WIDEST: Final = 2.0
"""The rim is at most so many times as wide as it is high."""
DIAGONAL: Final = math.sqrt(0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PadLayout:
    """All boxes from the pad's top left corner."""

    middle: Box
    """The picture in the middle, or all of the sheet."""
    cells: tuple[Box, ...]
    """The pictures of the sheet; of a single picture just that."""
    factor: int
    """Device pixels a picture pixel in the middle; 0: shrunk smoothly."""
    rim: tuple[Box, ...]
    rim_factor: int
    reach_across: float
    """From the middle to the centre of the picture at the right of the rim."""
    reach_up: float

    def cell_at(self, x: float, y: float) -> int | None:
        """The picture of the middle at a point."""
        return next((i for i, box in enumerate(self.cells) if box.contains(x, y)), None)

    def rim_at(self, x: float, y: float) -> int | None:
        """The picture of the rim at a point."""
        return next((i for i, box in enumerate(self.rim) if box.contains(x, y)), None)


def arrange_pad(
    width: int, height: int, picture: tuple[int, int], *, ratio: float, sheet: int = 0
) -> PadLayout:
    """The best places on a pad of ``width`` x ``height`` device pixels.

    With a ``sheet`` of so many pictures they lie in the middle together.
    """
    width, height = max(width, 1), max(height, 1)
    margin = round(MARGIN * ratio)
    side, rim_factor = _rim_size(picture, min(height, width), ratio)
    reach_up = max((height - side[1]) / 2 - margin, 1.0)
    reach_across = max((width - side[0]) / 2 - margin, 1.0)
    if not sheet:
        reach_across = min(reach_across, WIDEST * reach_up)
    between = round(SHEET_GAP * ratio) if sheet else 0
    found = [
        _middle(picture, room, sheet, between)
        for room in _rooms(side, (reach_across, reach_up), round(GAP * ratio))
    ]
    cell, factor, columns = max(found, key=lambda one: one[0][0])
    rows = math.ceil(sheet / columns) if sheet else 1
    whole = (
        columns * cell[0] + (columns - 1) * between,
        rows * cell[1] + (rows - 1) * between,
    )
    left, top = (width - whole[0]) // 2, (height - whole[1]) // 2
    cells = tuple(
        Box(
            x=left + (index % columns) * (cell[0] + between),
            y=top + (index // columns) * (cell[1] + between),
            width=cell[0],
            height=cell[1],
        )
        for index in range(max(sheet, 1))
    )
    return PadLayout(
        middle=Box(x=left, y=top, width=whole[0], height=whole[1]),
        cells=cells,
        factor=factor,
        rim=tuple(
            _rim_box(index, (width, height), side, reach_across, reach_up) for index in range(WAYS)
        ),
        rim_factor=rim_factor,
        reach_across=reach_across,
        reach_up=reach_up,
    )


def _rooms(
    side: tuple[int, int], reach: tuple[float, float], gap: int
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Two sizes that the middle may have: those at the corners stand beside it, or above and
    below."""
    across = int(2 * reach[0]) - side[0] - 2 * gap
    down = int(2 * reach[1]) - side[1] - 2 * gap
    beside = int(2 * DIAGONAL * reach[0]) - side[0] - gap
    above = int(2 * DIAGONAL * reach[1]) - side[1] - gap
    return (
        (max(min(across, beside), 1), max(down, 1)),
        (max(across, 1), max(min(down, above), 1)),
    )


def _middle(
    picture: tuple[int, int], room: tuple[int, int], sheet: int, between: int
) -> tuple[tuple[int, int], int, int]:
    """Size and factor of a picture in the middle, and how many of them stand in a row."""
    if not sheet:
        return (*_fitting(picture, room), 1)
    columns = _columns(sheet, picture, room)
    rows = math.ceil(sheet / columns)
    cell = (
        max((room[0] - (columns - 1) * between) // columns, 1),
        max((room[1] - (rows - 1) * between) // rows, 1),
    )
    return (*_fitting(picture, cell), columns)


def _rim_size(picture: tuple[int, int], smaller: int, ratio: float) -> tuple[tuple[int, int], int]:
    """The size of a picture at the rim, and its factor."""
    most = max(int(min(smaller * RIM_SHARE, RIM_LARGEST * ratio)), 1)
    return _fitting(picture, (most, most))


def _fitting(picture: tuple[int, int], room: tuple[int, int]) -> tuple[tuple[int, int], int]:
    """The largest size that fits: by a whole factor, or shrunk."""
    factor = min(room[0] // picture[0], room[1] // picture[1])
    if factor >= 1:
        return (picture[0] * factor, picture[1] * factor), factor
    scale = min(room[0] / picture[0], room[1] / picture[1])
    return (max(int(picture[0] * scale), 1), max(int(picture[1] * scale), 1)), 0


def _columns(count: int, picture: tuple[int, int], room: tuple[int, int]) -> int:
    """So many columns that the pictures of a sheet are as large as they can be."""

    def size(columns: int) -> float:
        rows = math.ceil(count / columns)
        return min(room[0] / columns / picture[0], room[1] / rows / picture[1])

    return max(range(1, count + 1), key=lambda columns: (size(columns), -columns))


def _rim_box(
    index: int,
    pad: tuple[int, int],
    side: tuple[int, int],
    reach_across: float,
    reach_up: float,
) -> Box:
    across, up = rim_way(index)
    return Box(
        x=round(pad[0] / 2 + across * reach_across - side[0] / 2),
        y=round(pad[1] / 2 - up * reach_up - side[1] / 2),
        width=side[0],
        height=side[1],
    )
