"""Where everything stands on a contact sheet: a title, pictures in rows, words below each.

Measured in the sheet's own units (pixels of a picture file, points of a page), without Qt.
"""

import math
from dataclasses import dataclass
from typing import Final

MAXIMUM_SIDE: Final = 8192
"""Pixels a side that a sheet as a picture may have."""
SMALLEST: Final = 16
"""Pixels a side of the squares, at least."""
PAGE: Final = (595, 842)
"""A4 upright, in points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle of the sheet."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One picture, and the line of words below it."""

    index: int
    picture: Box
    words: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a sheet."""

    width: int
    height: int
    title: Box | None
    cells: tuple[Cell, ...]


def usual_columns(count: int) -> int:
    """Columns at which a sheet is a little wider than high."""
    return max(1, min(10, math.ceil(math.sqrt(count * 1.3))))


def picture_sheet(count: int, columns: int, cell: int, *, has_title: bool, has_words: bool) -> Page:
    """One sheet that holds all pictures, each in a square of ``cell`` pixels at most.

    Where the sheet would become too large to be opened again the squares are smaller, and where
    they cannot be there are more columns.
    """
    columns = max(1, min(columns, count))
    while True:
        rows = math.ceil(count / columns)
        page = _page(0, count, columns, rows, cell, has_title=has_title, has_words=has_words)
        if max(page.width, page.height) <= MAXIMUM_SIDE or columns == count:
            return page
        if cell > SMALLEST:
            cell = max(SMALLEST, cell * 9 // 10)
        else:
            columns += 1


def paper_pages(count: int, columns: int, *, has_title: bool, has_words: bool) -> tuple[Page, ...]:
    """As many A4 pages as it takes, the title on each."""
    columns = max(1, min(columns, count))
    width, height = PAGE
    margin = 36
    gap = max(6.0, 60 / columns)
    side = (width - 2 * margin - (columns - 1) * gap) / columns
    line = max(8.0, min(14.0, side * 0.12)) if has_words else 0.0
    head = 34.0 if has_title else 0.0
    across, down = side + gap, side + line + gap
    rows = max(1, int((height - 2 * margin - head + gap) // down))
    pages = []
    for first in range(0, count, rows * columns):
        cells = []
        for index in range(first, min(first + rows * columns, count)):
            row, column = divmod(index - first, columns)
            x, y = margin + column * across, margin + head + row * down
            cells.append(_cell(index, x, y, side, line))
        title = Box(x=margin, y=margin, width=width - 2 * margin, height=24) if head else None
        pages.append(Page(width=width, height=height, title=title, cells=tuple(cells)))
    return tuple(pages)


def _page(
    first: int, count: int, columns: int, rows: int, cell: int, *, has_title: bool, has_words: bool
) -> Page:
    gap, margin = max(4, cell // 12), max(8, cell // 6)
    line = max(10, cell // 9) if has_words else 0
    head = max(20, cell // 4) if has_title else 0
    width = 2 * margin + columns * cell + (columns - 1) * gap
    height = 2 * margin + head + rows * (cell + line) + (rows - 1) * gap
    cells = []
    for index in range(first, first + count):
        row, column = divmod(index - first, columns)
        x = margin + column * (cell + gap)
        y = margin + head + row * (cell + line + gap)
        cells.append(_cell(index, x, y, cell, line))
    title = None
    if head:
        title = Box(x=margin, y=margin * 0.7, width=width - 2 * margin, height=head)
    return Page(width=width, height=height, title=title, cells=tuple(cells))


def _cell(index: int, x: float, y: float, side: float, line: float) -> Cell:
    return Cell(
        index=index,
        picture=Box(x=x, y=y, width=side, height=side),
        words=Box(x=x, y=y + side, width=side, height=line),
    )
