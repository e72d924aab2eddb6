"""Contact sheets hold every picture once, in order, and fit where they are to be opened again."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from studio.contract.errors import PictureUnreadable
from studio.images.ui.background import BackgroundWork
from studio.images.ui.sheets.contact_dialog import ContactDialog
from studio.images.ui.sheets.contact_layout import (
    MAXIMUM_SIDE,
    Box,
    Page,
    paper_pages,
    picture_sheet,
    usual_columns,
)
from studio.images.ui.sheets.contact_painter import (
    SheetEntry,
    SheetStyle,
    sheet_image,
    sheet_pdf,
)
from studio.provenance.pictures import read_picture
from studio.shell.widgets.choice_row import ChoiceRow
from tests.images.ui.enlarge.conftest import Bench

PATIENCE_MS = 10_000
RED, BLUE = QColor("#d02020"), QColor("#2040c0")


def _entry(colour: QColor, words: str = "", size: tuple[int, int] = (16, 16)) -> SheetEntry:
    image = QImage(QSize(*size), QImage.Format.Format_RGB888)
    image.fill(colour)
    return SheetEntry(read=lambda: image, words=words)


def _overlap(first: Box, second: Box) -> bool:
    return (
        first.x < second.x + second.width - 1e-6
        and second.x < first.x + first.width - 1e-6
        and first.y < second.y + second.height - 1e-6
        and second.y < first.y + first.height - 1e-6
    )


def _check(pages: tuple[Page, ...], count: int) -> None:
    assert [cell.index for page in pages for cell in page.cells] == list(range(count))
    for page in pages:
        boxes = [cell.picture for cell in page.cells]
        boxes += [cell.words for cell in page.cells if cell.words.height]
        boxes += [page.title] if page.title is not None else []
        for box in boxes:
            assert box.x >= 0
            assert box.y >= 0
            assert box.x + box.width <= page.width + 1e-6
            assert box.y + box.height <= page.height + 1e-6
        few = boxes[:40]
        assert not any(
            _overlap(few[i], few[j]) for i in range(len(few)) for j in range(i + 1, len(few))
        )


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 400),
    columns=st.integers(1, 14),
    cell=st.integers(16, 512),
    has_title=st.booleans(),
    has_words=st.booleans(),
)
def test_every_picture_has_its_place_and_nothing_overlaps(
    count: int, columns: int, cell: int, has_title: bool, has_words: bool
) -> None:
    sheet = picture_sheet(count, columns, cell, has_title=has_title, has_words=has_words)
    assert max(sheet.width, sheet.height) <= MAXIMUM_SIDE
    _check((sheet,), count)
    _check(paper_pages(count, columns, has_title=has_title, has_words=has_words), count)


@settings(deadline=None)
@given(count=st.integers(1, 2000))
def test_the_usual_columns_are_fewer_than_pictures(count: int) -> None:
    assert 1 <= usual_columns(count) <= min(10, max(1, math.ceil(math.sqrt(count * 1.3))))


def test_pictures_stand_in_the_middle_of_their_squares_at_whole_factors(qtbot: QtBot) -> None:
    style = SheetStyle(columns=2, cell=40, has_words=False)
    image = sheet_image([_entry(RED), _entry(BLUE, size=(20, 10))], style)
    page = picture_sheet(2, 2, 40, has_title=False, has_words=False)
    assert (image.width(), image.height()) == (page.width, page.height)
    first, second = (cell.picture for cell in page.cells)
    middle = round(first.x + 20), round(first.y + 20)
    assert image.pixelColor(*middle) == RED
    assert image.pixelColor(round(first.x + 1), middle[1]) == QColor("white"), "2 x 16 of 40"
    assert image.pixelColor(round(second.x + 1), round(second.y + 20)) == BLUE
    assert image.pixelColor(round(second.x + 20), round(second.y + 5)) == QColor("white")


def test_a_picture_that_cannot_be_read_ends_the_sheet(qtbot: QtBot) -> None:
    def read() -> QImage:
        raise PictureUnreadable(file="w1", fault="its pixels are damaged")

    with pytest.raises(PictureUnreadable):
        sheet_image([_entry(RED), SheetEntry(read=read)], SheetStyle())
    with pytest.raises(PictureUnreadable):
        sheet_pdf([_entry(RED), SheetEntry(read=read)], SheetStyle())


def test_pages_for_print_are_a_pdf_with_as_many_pages_as_it_takes(qtbot: QtBot) -> None:
    entries = [_entry(RED, f"Coat {number}") for number in range(30)]
    style = SheetStyle(title="Coats", columns=3)
    data = sheet_pdf(entries, style)
    pages = paper_pages(30, 3, has_title=True, has_words=True)
    assert len(pages) > 1
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") + data.count(b"/Type /Page ") == len(pages)


def _choose(row: ChoiceRow, text: str) -> None:
    next(chip for chip in row.findChildren(QAbstractButton) if chip.text() == text).click()


@pytest.mark.parametrize("ending", [".png", ".pdf"])
def test_the_sheet_is_seen_written_and_checked(
    qtbot: QtBot, bench: Bench, tmp_path: Path, ending: str
) -> None:
    work = BackgroundWork(bench.window)
    entries = [_entry(RED, "Coat 1"), _entry(BLUE, "Coat 2")]
    dialog = ContactDialog(bench.services, work, entries, bench.window)
    dialog.open()
    qtbot.waitUntil(lambda: not dialog.look.image.isNull(), timeout=PATIENCE_MS)
    light = dialog.look.image
    _choose(dialog.ground_row, "Dark")
    _choose(dialog.words_row, "Nothing")
    dialog.title_edit.setText("  Two   coats ")
    assert dialog.style_wanted.title == "Two coats"
    assert not dialog.style_wanted.has_words
    qtbot.waitUntil(lambda: dialog.look.image is not light, timeout=PATIENCE_MS)
    qtbot.waitUntil(
        lambda: dialog.look.image.pixelColor(0, 0) == QColor("#1b1b1d"), timeout=PATIENCE_MS
    )
    file = tmp_path / f"sheet{ending}"
    dialog.save_to(file)
    qtbot.waitUntil(lambda: bool(bench.notices), timeout=PATIENCE_MS)
    assert str(file) in bench.texts()
    if ending == ".png":
        picture = read_picture(file)
        assert picture.channels == 3
        assert picture.recipe is None
    else:
        assert file.read_bytes().startswith(b"%PDF-")
    work.close()


def test_a_folder_that_is_not_there_is_said(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    work = BackgroundWork(bench.window)
    dialog = ContactDialog(bench.services, work, [_entry(RED)], bench.window)
    dialog.open()
    dialog.save_to(tmp_path / "none" / "sheet.png")
    qtbot.waitUntil(lambda: bool(bench.notices), timeout=PATIENCE_MS)
    assert "folder is not there" in bench.texts()
    assert bench.services.jobs.jobs == ()
    work.close()
