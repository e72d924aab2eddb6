"""Where a picture that was clicked grows, and where its neighbours appear around it. No Qt.

Counted in device pixels, like the wall, so that every picture stays at a whole factor.
"""

from dataclasses import dataclass
from typing import Final

from studio.images.ui.layout import Box

NEIGHBOURS: Final = 8
ROWS: Final = 2
COLUMNS: Final = 4
"""Columns of neighbours, to the left and to the right of the centre together."""
SIDES: Final = (2, 1, 3, 0, 4)
"""How many columns may lie to the left, the most even first."""
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
    """Eight: those to the left of the centre, row by row, then those to its right."""
    neighbour_factor: int
    left_columns: int
    """How many of the columns of neighbours lie to the left of the centre."""

    def moved(self, index: int, across: int, down: int) -> int:
        """The picture so many steps beside ``index``; the centre takes the place of both rows."""
        left, right = self.left_columns, COLUMNS - self.left_columns
        if index == NEIGHBOURS:
            if across < 0 < left:
                return left - 1
            return left * ROWS if across > 0 and right else NEIGHBOURS
        is_left = index < left * ROWS
        first, columns = (0, left) if is_left else (left * ROWS, right)
        row, column = divmod(index - first, columns)
        row = min(max(row + down, 0), ROWS - 1)
        column += across
        if (is_left and column >= columns) or (not is_left and column < 0):
            return NEIGHBOURS
        return first + row * columns + min(max(column, 0), columns - 1)


def surround(
    view: tuple[int, int],
    picture: tuple[int, int],
    tile: tuple[int, int],
    factor: int,
    *,
    ratio: float,
    middle: float | None = None,
) -> Surroundings | None:
    """The largest arrangement that fits into ``view``; None: there is no room for any.

    ``tile`` and ``factor`` are those of the wall: neighbours are no larger than its pictures.
    ``middle`` is that of the tile, from the view's left edge: near an edge more of the neighbours
    lie on the side where there is room, so that the picture grows where it hangs. Without it as
    many lie on either side.
    """
    gap, edge = round(GAP * ratio), round(EDGE * ratio)
    for width, height, side_factor in _sides(picture, tile, factor):
        tall = ROWS * height + (ROWS - 1) * gap
        across = view[0] - COLUMNS * (width + gap) - 2 * edge
        down = view[1] - 2 * edge
        if tall > down or max(width, height) < SMALLEST * ratio:
            continue
        centre = _centre(picture, (across, down), (width, height), tall, factor)
        if centre is None:
            continue
        side = width, height, side_factor
        found = [_arranged(side, centre, gap, edge, left) for left in SIDES]
        if middle is None:
            return found[0]
        near = tile[0] / 2
        return min(found, key=lambda one: max(_strayed(one, view[0], middle) - near, 0.0))
    return None


def _strayed(found: Surroundings, view: int, middle: float) -> float:
    """How far from its tile the centre has to lie for the panel to stay inside."""
    before = found.centre.x + found.centre.width / 2
    left = min(max(middle - before, 0.0), view - found.width)
    return abs(left + before - middle)


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
    side: tuple[int, int, int], centre: tuple[int, int, int], gap: int, edge: int, left: int
) -> Surroundings:
    tall = ROWS * side[1] + (ROWS - 1) * gap
    inner = max(tall, centre[1])
    middle = edge + left * (side[0] + gap)
    boxes = [
        Box(
            x=first + column * (side[0] + gap),
            y=edge + (inner - tall) // 2 + row * (side[1] + gap),
            width=side[0],
            height=side[1],
        )
        for first, columns in ((edge, left), (middle + centre[0] + gap, COLUMNS - left))
        for row in range(ROWS)
        for column in range(columns)
    ]
    return Surroundings(
        width=2 * edge + COLUMNS * (side[0] + gap) + centre[0],
        height=inner + 2 * edge,
        centre=Box(x=middle, y=edge + (inner - centre[1]) // 2, width=centre[0], height=centre[1]),
        centre_factor=centre[2],
        neighbours=tuple(boxes),
        neighbour_factor=side[2],
        left_columns=left,
    )
