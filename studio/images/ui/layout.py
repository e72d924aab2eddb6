"""Where the pictures of a wall hang: whole-number scales, even gaps, no jumps.

Everything is counted in device pixels, so that a picture pixel covers whole device pixels on
every display ratio; a widget divides by the ratio when it paints. No Qt here: this is arithmetic.
"""

import math
from dataclasses import dataclass
from typing import Final

MINIMUM_SIDE: Final = 72
"""Logical pixels: a picture on the wall is not smaller, unless the wall itself is."""
MAXIMUM_SIDE: Final = 288
SHRINK_ABOVE: Final = 1.4
"""Pictures that are so much larger than the ideal tile, even unenlarged, are shrunk."""
IDEAL_COUNT: Final = 26
"""So many pictures should be seen at once: a 6x4 wall and the beginning of a further row."""
MINIMUM_GAP: Final = 4
IDEAL_GAP: Final = 8
GAP_SHARE: Final = 0.19
"""A gap is at most this share of a picture's side; what is left over stays free at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in device pixels."""

    x: int
    y: int
    width: int
    height: int

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class WallLayout:
    """A grid of equal tiles, filled row by row."""

    columns: int
    tile_width: int
    """Device pixels, like all lengths here."""
    tile_height: int
    gap: int
    factor: int
    """Device pixels a picture pixel; 0: the pictures are larger than their tiles and shrunk."""

    def box(self, index: int) -> Box:
        """Where the tile ``index`` hangs, from the wall's top left corner."""
        row, column = divmod(index, self.columns)
        return Box(
            x=column * (self.tile_width + self.gap),
            y=row * (self.tile_height + self.gap),
            width=self.tile_width,
            height=self.tile_height,
        )

    def rows(self, count: int) -> int:
        """How many rows ``count`` tiles take."""
        return math.ceil(count / self.columns)

    def height(self, count: int) -> int:
        """Height of the whole wall of ``count`` tiles."""
        rows = self.rows(count)
        return max(rows * (self.tile_height + self.gap) - self.gap, 0)

    def width(self) -> int:
        """Width of a full row."""
        return self.columns * (self.tile_width + self.gap) - self.gap

    def index_at(self, x: float, y: float, count: int) -> int | None:
        """The tile at a point, or None between and beyond the tiles."""
        if x < 0 or y < 0:
            return None
        column = int(x // (self.tile_width + self.gap))
        row = int(y // (self.tile_height + self.gap))
        index = row * self.columns + column
        if column >= self.columns or index >= count or not self.box(index).contains(x, y):
            return None
        return index

    def visible(self, top: float, bottom: float, count: int) -> range:
        """The tiles of which anything lies between two heights."""
        pitch = self.tile_height + self.gap
        first = max(int(top // pitch), 0)
        last = max(math.ceil(bottom / pitch), 0)
        return range(min(first * self.columns, count), min(last * self.columns, count))

    def moved(self, index: int, across: int, down: int, count: int) -> int:
        """The neighbour of ``index`` so many steps across and down; the edge holds."""
        if count == 0:
            return 0
        row, column = divmod(index, self.columns)
        column = min(max(column + across, 0), self.columns - 1)
        row = min(max(row + down, 0), self.rows(count) - 1)
        return min(row * self.columns + column, count - 1)


def arrange(
    width: int, height: int, picture: tuple[int, int], *, ratio: float = 1.0, kinds: int = 0
) -> WallLayout:
    """The best grid for a wall of ``width`` x ``height`` device pixels.

    ``picture`` is the size of its pictures, ``ratio`` the device pixels of a logical one. With
    ``kinds`` the number of columns prefers to match them, so that each kind has its columns.
    Pictures are enlarged by whole factors; those that are too large even unenlarged are shrunk.
    """
    width, height = max(width, 1), max(height, 1)
    smallest, largest = MINIMUM_SIDE * ratio, MAXIMUM_SIDE * ratio
    ideal = min(max(math.sqrt(width * height / IDEAL_COUNT), smallest), largest)
    longest = max(picture)
    lowest = max(math.ceil(smallest / longest), 1)
    highest = max(min(int(largest // longest), int(width // picture[0])), 1)
    if longest > SHRINK_ABOVE * ideal or picture[0] > width:
        return _shrunk(width, picture, ideal, ratio)
    candidates = [
        _candidate(width, columns, factor, picture, ratio)
        for factor in range(min(lowest, highest), highest + 1)
        for columns in _columns(width, picture[0] * factor, ratio)
    ]
    return min(candidates, key=lambda layout: _cost(layout, width, height, ideal, kinds))


def _columns(width: int, tile: int, ratio: float) -> range:
    smallest_gap = MINIMUM_GAP * ratio
    most = max(int((width + smallest_gap) // (tile + smallest_gap)), 1)
    return range(max(most - 2, 1), most + 1)


def _candidate(
    width: int, columns: int, factor: int, picture: tuple[int, int], ratio: float
) -> WallLayout:
    tile_width, tile_height = picture[0] * factor, picture[1] * factor
    if columns > 1:
        free = (width - columns * tile_width) // (columns - 1)
        gap = min(free, int(tile_width * GAP_SHARE))
    else:
        gap = round(IDEAL_GAP * ratio)
    return WallLayout(
        columns=columns,
        tile_width=tile_width,
        tile_height=tile_height,
        gap=max(gap, 0),
        factor=factor,
    )


def _shrunk(width: int, picture: tuple[int, int], ideal: float, ratio: float) -> WallLayout:
    """Tiles of any size, because shrinking is smooth anyway: they fill the width exactly."""
    gap = round(IDEAL_GAP * ratio)
    scale = ideal / max(picture)
    most = max((width + gap) // (1 + gap), 1)
    columns = min(max(round((width + gap) / (picture[0] * scale + gap)), 1), most)
    tile_width = max(min((width + gap) // columns - gap, picture[0]), 1)
    tile_height = max(round(tile_width * picture[1] / picture[0]), 1)
    return WallLayout(
        columns=columns, tile_width=tile_width, tile_height=tile_height, gap=gap, factor=0
    )


def _cost(layout: WallLayout, width: int, height: int, ideal: float, kinds: int) -> float:
    """How far a grid is from a good one; the weights were found by looking at walls."""
    side = math.sqrt(layout.tile_width * layout.tile_height)
    unused = (width - layout.width()) / width
    cut = layout.tile_height > height
    aligned = kinds <= 1 or layout.columns % kinds == 0 or kinds % layout.columns == 0
    return (
        abs(math.log2(side / ideal))
        + 3.0 * unused
        + (0.0 if aligned else 0.25)
        + (1.0 if cut else 0.0)
    )
