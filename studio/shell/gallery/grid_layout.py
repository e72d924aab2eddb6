"""Where each picture of the gallery stands: sections with a heading, rows of equal cells.

Pure arithmetic in logical pixels; whatever the number of pictures, every question is answered
from the sections alone.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

SECTION_GAP: Final = 18
"""Between the last row of a section and the next heading."""
WIDEST_GAP: Final = 2.5
"""Times the usual gap that a row may be spread by, to end where the next one ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Pictures that stand together, such as those of one day."""

    title: str
    """Empty: the section has no heading."""
    first: int
    """Index of its first picture."""
    count: int
    """At least 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The place of one picture with its caption."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Sizes that the grid is built from, in logical pixels."""

    side: int
    """Of the square in which a picture stands."""
    caption: int
    """Height of the line below it; 0: none."""
    gap: int
    """Between two cells, both ways."""
    heading: int
    """Height of a section's heading."""
    margin: int
    """Left, right and below."""
    top: int = 0
    """Above everything."""


class GridLayout:
    """The grid for one width."""

    def __init__(self, sections: Sequence[Section], measures: Measures, width: float) -> None:
        """``sections`` follow each other without holes, from index 0."""
        self.sections = tuple(sections)
        self.measures = measures
        pitch = measures.side + measures.gap
        inner = max(width - 2 * measures.margin, measures.side)
        self.columns = max(int((inner + measures.gap) // pitch), 1)
        self._pitch_x = measures.side + self._spread(inner)
        self._pitch_y = measures.side + measures.caption + measures.gap
        self.count = sum(section.count for section in self.sections)
        self._firsts = [section.first for section in self.sections]
        self._tops: list[float] = []
        """Where each section begins, heading included."""
        y = float(measures.top)
        for number, section in enumerate(self.sections):
            if number:
                y += SECTION_GAP
            self._tops.append(y)
            y += self._heading(section) + self._rows(section) * self._pitch_y - measures.gap
        self.height = y + measures.margin if self.sections else 0.0

    def _spread(self, inner: float) -> int:
        """The gap across, a little wider where that fills the row to its end."""
        measures = self.measures
        if self.columns < 2:
            return measures.gap
        wanted = int((inner - self.columns * measures.side) // (self.columns - 1))
        return min(wanted, int(measures.gap * WIDEST_GAP))

    def cell(self, index: int) -> Cell:
        """Where the picture ``index`` stands; raises `IndexError` for one that is not there."""
        section, top = self._section_of(index)
        row, column = divmod(index - section.first, self.columns)
        measures = self.measures
        return Cell(
            x=measures.margin + column * self._pitch_x,
            y=top + self._heading(section) + row * self._pitch_y,
            width=measures.side,
            height=measures.side + measures.caption,
        )

    def index_at(self, x: float, y: float) -> int | None:
        """The picture whose cell holds a point."""
        number = bisect_right(self._tops, y) - 1
        if number < 0:
            return None
        section = self.sections[number]
        inside = y - self._tops[number] - self._heading(section)
        column, beside = divmod(x - self.measures.margin, self._pitch_x)
        row, below = divmod(inside, self._pitch_y)
        cell_height = self.measures.side + self.measures.caption
        if row < 0 or not 0 <= column < self.columns:
            return None
        if beside >= self.measures.side or below >= cell_height:
            return None
        offset = int(row) * self.columns + int(column)
        return section.first + offset if offset < section.count else None

    def between(self, top: float, bottom: float) -> range:
        """The pictures whose rows meet the band from ``top`` to ``bottom``."""
        if not self.sections or bottom <= top:
            return range(0)
        first = self._first_below(top)
        last = self._first_below_start(bottom)
        return range(first, max(first, last))

    def headings(self, top: float, bottom: float) -> Iterator[tuple[Section, float]]:
        """Headings that meet a band, each with the y of its upper edge."""
        number = max(bisect_right(self._tops, top - self.measures.heading) - 1, 0)
        for section, y in zip(self.sections[number:], self._tops[number:], strict=True):
            if y >= bottom:
                return
            if section.title and y + self.measures.heading > top:
                yield section, y

    def inside(self, left: float, top: float, right: float, bottom: float) -> set[int]:
        """The pictures whose cells meet a rectangle, as a rubber band asks."""
        return {
            index
            for index in self.between(top, bottom)
            if (cell := self.cell(index)).x < right and left < cell.x + cell.width
        }

    def beside(self, index: int, rows: int) -> int:
        """The picture ``rows`` rows below (above where negative), as near to its column as is."""
        if not self.count:
            return 0
        column = (index - self._section_of(index)[0].first) % self.columns
        step = 1 if rows > 0 else -1
        for _ in range(abs(rows)):
            found = self._next_row(index, column, step)
            if found is None:
                break
            index = found
        return index

    def section_at(self, y: float) -> Section | None:
        """The section that a height belongs to."""
        number = bisect_right(self._tops, y) - 1
        return self.sections[max(number, 0)] if self.sections else None

    def row_bounds(self, index: int) -> tuple[int, int]:
        """The first and the last picture of the row in which ``index`` stands."""
        section, _ = self._section_of(index)
        row = (index - section.first) // self.columns
        first = section.first + row * self.columns
        return first, min(first + self.columns, section.first + section.count) - 1

    def _next_row(self, index: int, column: int, step: int) -> int | None:
        first, last = self.row_bounds(index)
        neighbour = last + 1 if step > 0 else first - 1
        if not 0 <= neighbour < self.count:
            return None
        first, last = self.row_bounds(neighbour)
        return min(first + column, last)

    def _section_of(self, index: int) -> tuple[Section, float]:
        if not 0 <= index < self.count:
            raise IndexError(index)
        number = bisect_right(self._firsts, index) - 1
        return self.sections[number], self._tops[number]

    def _first_below(self, y: float) -> int:
        """The first picture whose cell ends below ``y``."""
        number = max(bisect_right(self._tops, y) - 1, 0)
        section = self.sections[number]
        start = self._tops[number] + self._heading(section)
        height = self.measures.side + self.measures.caption
        row = max(int((y - start - height) // self._pitch_y) + 1, 0)
        return min(section.first + row * self.columns, section.first + section.count)

    def _first_below_start(self, y: float) -> int:
        """The first picture whose cell begins at ``y`` or below."""
        number = max(bisect_right(self._tops, y) - 1, 0)
        section = self.sections[number]
        start = self._tops[number] + self._heading(section)
        rows = max(-int((start - y) // self._pitch_y), 0)
        return min(section.first + rows * self.columns, section.first + section.count)

    def _heading(self, section: Section) -> int:
        return self.measures.heading if section.title else 0

    def _rows(self, section: Section) -> int:
        return -(-section.count // self.columns)
