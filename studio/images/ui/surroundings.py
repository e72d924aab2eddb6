"""Where a picture that was clicked grows, and where its neighbours appear around it. No Qt.

Counted in device pixels, like the wall, so that every picture stays at a whole factor.
"""

from dataclasses import dataclass
from typing import Final

from studio.images.ui.layout import Box

NEIGHBOURS: Final = 8
ROWS: Final = 2
COLUMNS: Final = 2
"""Columns of neighbours on each side."""
EDGE: Final = 12
"""Logical pixels between the panel's edge and the pictures."""
GAP: Final = 8
SMALLEST: Final = 40
"""Logical pixels that a neighbour has at least; smaller ones are hard to see and to hit."""
SHRINKING: Final = (1.0, 0.75, 0.5)
"""Shares of a tile that neighbours of large pictures may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The panel's size, and the boxes of what it holds, from its top left corner."""

    width: int
    height: int
    centre: Box
    centre_factor: int
    """Device pixels a picture pixel; 0: shrunk smoothly."""
    neighbours: tuple[Box, ...]
    """Eight: four to the left of the centre, row by row, then four to its right."""
    neighbour_factor: int


def surround(
    view: tuple[int, int],
    picture: tuple[int, int],
    tile: tuple[int, int],
    factor: int,
    *,
    ratio: float,
) -> Surroundings | None:
    """The largest arrangement that fits into ``view``; None: there is no room for any.

    ``tile`` and ``factor`` are those of the wall: neighbours are no larger than its pictures.
    """
    gap, edge = round(GAP * ratio), round(EDGE * ratio)
    for width, height, side_factor in _sides(picture, tile, factor):
        block = COLUMNS * width + (COLUMNS - 1) * gap
        tall = ROWS * height + (ROWS - 1) * gap
        across = view[0] - 2 * (block + gap + edge)
        down = view[1] - 2 * edge
        if tall > down or max(width, height) < SMALLEST * ratio:
            continue
        centre = _centre(picture, (across, down), (width, height), tall, factor)
        if centre is None:
            continue
        return _arranged((width, height, side_factor), centre, gap, edge)
    return None


def _sides(
    picture: tuple[int, int], tile: tuple[int, int], factor: int
) -> list[tuple[int, int, int]]:
    """Sizes that neighbours may have, the largest first."""
    if factor == 0:
        return [(round(tile[0] * s), round(tile[1] * s), 0) for s in SHRINKING]
    return [(picture[0] * f, picture[1] * f, f) for f in range(factor, 0, -1)]


def _centre(
    picture: tuple[int, int],
    room: tuple[int, int],
    side: tuple[int, int],
    tall: int,
    factor: int,
) -> tuple[int, int, int] | None:
    """The centre's size: larger than a neighbour, about as high as the two rows beside it."""
    if factor == 0:
        scale = min(tall / side[1], room[0] / side[0], room[1] / side[1])
        return (int(side[0] * scale), int(side[1] * scale), 0) if scale > 1 else None
    most = min(room[0] // picture[0], room[1] // picture[1], max(tall // picture[1], 1))
    if picture[0] * most <= side[0]:
        return None
    return picture[0] * most, picture[1] * most, most


def _arranged(
    side: tuple[int, int, int], centre: tuple[int, int, int], gap: int, edge: int
) -> Surroundings:
    tall = ROWS * side[1] + (ROWS - 1) * gap
    block = COLUMNS * side[0] + (COLUMNS - 1) * gap
    inner = max(tall, centre[1])
    middle = edge + block + gap
    boxes = [
        Box(
            x=left + column * (side[0] + gap),
            y=edge + (inner - tall) // 2 + row * (side[1] + gap),
            width=side[0],
            height=side[1],
        )
        for left in (edge, middle + centre[0] + gap)
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
    return Surroundings(
        width=2 * (edge + block + gap) + centre[0],
        height=inner + 2 * edge,
        centre=Box(x=middle, y=edge + (inner - centre[1]) // 2, width=centre[0], height=centre[1]),
        centre_factor=centre[2],
        neighbours=tuple(boxes),
        neighbour_factor=side[2],
    )
