"""The gallery's grid against a plain reckoning of every cell."""

from hypothesis import given
from hypothesis import strategies as st

from studio.shell.gallery.grid_layout import (
    SECTION_GAP,
    WIDEST_GAP,
    Cell,
    GridLayout,
    Measures,
    Section,
)

MEASURES = st.builds(
    Measures,
    side=st.integers(20, 300),
    caption=st.integers(0, 40),
    gap=st.integers(1, 20),
    heading=st.integers(10, 60),
    margin=st.integers(0, 30),
    top=st.integers(0, 50),
)
COUNTS = st.lists(st.integers(1, 40), min_size=1, max_size=12)
WIDTHS = st.integers(50, 2000)


def sections(counts: list[int], *, titled: bool = True) -> list[Section]:
    found, first = [], 0
    for number, count in enumerate(counts):
        title = f"day {number}" if titled else ""
        found.append(Section(title=title, first=first, count=count))
        first += count
    return found


def plain_cells(layout: GridLayout, width: int) -> list[Cell]:
    """Every cell, row by row, as one would draw them on paper."""
    m, cells, y = layout.measures, [], float(layout.measures.top)
    across = m.gap
    if layout.columns > 1:
        across = min((width - 2 * m.margin - layout.columns * m.side) // (layout.columns - 1), 999)
        across = min(across, int(m.gap * WIDEST_GAP))
    for number, section in enumerate(layout.sections):
        y += SECTION_GAP if number else 0
        y += m.heading if section.title else 0
        for offset in range(section.count):
            column = offset % layout.columns
            if offset and column == 0:
                y += m.side + m.caption + m.gap
            x = m.margin + column * (m.side + across)
            cells.append(Cell(x=x, y=y, width=m.side, height=m.side + m.caption))
        y += m.side + m.caption
    return cells


@given(COUNTS, MEASURES, WIDTHS)
def test_every_cell_stands_where_a_plain_reckoning_puts_it(
    counts: list[int], measures: Measures, width: int
) -> None:
    layout = GridLayout(sections(counts), measures, width)
    expected = plain_cells(layout, width)
    assert [layout.cell(index) for index in range(layout.count)] == expected
    assert layout.height == expected[-1].y + expected[-1].height + measures.margin


@given(COUNTS, MEASURES, WIDTHS, st.floats(-50, 2500), st.floats(-100, 9000))
def test_a_point_finds_the_cell_that_holds_it(
    counts: list[int], measures: Measures, width: int, x: float, y: float
) -> None:
    layout = GridLayout(sections(counts), measures, width)
    holding = [
        index
        for index, cell in enumerate(plain_cells(layout, width))
        if cell.x <= x < cell.x + cell.width and cell.y <= y < cell.y + cell.height
    ]
    found = layout.index_at(x, y)
    assert ([] if found is None else [found]) == holding


@given(COUNTS, MEASURES, WIDTHS, st.integers(-100, 9000), st.integers(1, 2000))
def test_a_band_finds_the_rows_that_meet_it_and_no_others(
    counts: list[int], measures: Measures, width: int, top: int, height: int
) -> None:
    layout = GridLayout(sections(counts), measures, width)
    bottom = top + height
    cells = plain_cells(layout, width)
    meeting = [i for i, c in enumerate(cells) if c.y < bottom and top < c.y + c.height]
    assert list(layout.between(top, bottom)) == meeting


@given(COUNTS, MEASURES, WIDTHS, st.data())
def test_a_rubber_band_finds_what_it_touches(
    counts: list[int], measures: Measures, width: int, data: st.DataObject
) -> None:
    layout = GridLayout(sections(counts), measures, width)
    left, top = data.draw(st.floats(0, 500)), data.draw(st.floats(0, 3000))
    right, bottom = left + data.draw(st.floats(1, 900)), top + data.draw(st.floats(1, 900))
    touched = {
        i
        for i, c in enumerate(plain_cells(layout, width))
        if c.x < right and left < c.x + c.width and c.y < bottom and top < c.y + c.height
    }
    assert layout.inside(left, top, right, bottom) == touched


@given(COUNTS, MEASURES, WIDTHS, st.data())
def test_up_and_down_go_to_the_next_row_and_keep_the_column_where_there_is_one(
    counts: list[int], measures: Measures, width: int, data: st.DataObject
) -> None:
    layout = GridLayout(sections(counts), measures, width)
    cells = plain_cells(layout, width)
    index = data.draw(st.integers(0, layout.count - 1))
    rows = sorted({cell.y for cell in cells})
    row = rows.index(cells[index].y)
    for step in (1, -1):
        found = layout.beside(index, step)
        if not 0 <= row + step < len(rows):
            assert found == index
            continue
        there = [i for i, cell in enumerate(cells) if cell.y == rows[row + step]]
        assert found in there
        assert cells[found].x == min(cells[index].x, cells[there[-1]].x)


@given(COUNTS, MEASURES, WIDTHS)
def test_pages_of_rows_stop_at_the_ends(counts: list[int], measures: Measures, width: int) -> None:
    layout = GridLayout(sections(counts), measures, width)
    last = layout.beside(0, 10_000)
    assert layout.row_bounds(last)[1] == layout.count - 1
    assert layout.row_bounds(layout.beside(last, -10_000))[0] == 0


@given(COUNTS, MEASURES, WIDTHS, st.integers(-100, 9000), st.integers(1, 2000))
def test_headings_in_a_band_are_found_with_their_place(
    counts: list[int], measures: Measures, width: int, top: int, height: int
) -> None:
    layout = GridLayout(sections(counts), measures, width)
    cells = plain_cells(layout, width)
    bottom = top + height
    expected = [
        (section, cells[section.first].y - measures.heading)
        for section in layout.sections
        if cells[section.first].y - measures.heading < bottom and cells[section.first].y > top
    ]
    assert list(layout.headings(top, bottom)) == expected


def test_sections_without_titles_have_no_headings() -> None:
    measures = Measures(side=100, caption=0, gap=10, heading=40, margin=10)
    layout = GridLayout(sections([3], titled=False), measures, 400)
    assert list(layout.headings(0, 1000)) == []
    assert layout.cell(0).y == 0


def test_an_empty_grid_has_no_height_and_no_cells() -> None:
    measures = Measures(side=100, caption=0, gap=10, heading=40, margin=10)
    layout = GridLayout([], measures, 400)
    assert layout.height == 0
    assert layout.index_at(50, 50) is None
    assert list(layout.between(0, 1000)) == []
    assert layout.section_at(5) is None
