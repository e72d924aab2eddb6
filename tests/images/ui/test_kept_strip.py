"""The strip: newest first, only what is in view is read, everything reachable by keyboard."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from studio.contract.errors import ProjectDamaged
from studio.contract.recipe import Recipe
from studio.images.ui.background import BackgroundWork
from studio.images.ui.kept_strip import GAP, PAGE_SIZE, KeptStrip, WorkEvent
from studio.images.ui.thumbnails import ThumbnailEvent, ThumbnailLoader
from studio.project.edits import Page
from studio.project.nodes import Work
from studio.provenance.pictures import encode_picture


class Shelf:
    """Works by page, and a count of what was read."""

    def __init__(self, count: int) -> None:
        self.works = [
            Work(id=f"work-{i}", recipe=Recipe(model="m", seed=i), blob=f"{i % 8:064x}", created=i)
            for i in range(count)
        ]
        self.pages_read: list[int] = []
        self.blobs_read: list[str] = []

    def page(self, offset: int, limit: int) -> Page[Work]:
        self.pages_read.append(offset)
        return Page(items=tuple(self.works[offset : offset + limit]), total=len(self.works))

    def blob(self, sha256: str) -> bytes:
        self.blobs_read.append(sha256)
        if sha256.endswith("7"):
            raise ProjectDamaged(file="blob", fault="gone")
        return encode_picture(bytes(8 * 8 * 3), 8, 8, 3, None)


def _strip(qtbot: QtBot, shelf: Shelf) -> KeptStrip:
    work = BackgroundWork()
    loader = ThumbnailLoader(shelf.blob, work, work)
    strip = KeptStrip(shelf.page, loader, lambda work: f"work {work.recipe.seed}")
    work.setParent(strip)
    qtbot.addWidget(strip, before_close_func=lambda _w: work.close())
    strip.resize(800, strip.height())
    strip.refresh()
    strip.show()
    qtbot.waitExposed(strip)
    return strip


def test_an_empty_strip_says_what_it_is_for(qtbot: QtBot) -> None:
    strip = _strip(qtbot, Shelf(0))
    assert strip.total == 0
    assert "Kept pictures live here" in strip.accessibleDescription()
    QTest.keyClick(strip, Qt.Key.Key_Right)
    QTest.keyClick(strip, Qt.Key.Key_Return)
    QTest.keyClick(strip, Qt.Key.Key_Delete)
    assert strip.chosen_work is None


def test_ten_thousand_open_like_few(qtbot: QtBot) -> None:
    shelf = Shelf(10_000)
    strip = _strip(qtbot, shelf)
    strip.viewport().grab()
    assert set(shelf.pages_read) == {0}
    assert len(set(shelf.blobs_read)) <= 8
    QTest.keyClick(strip, Qt.Key.Key_End)
    strip.viewport().grab()
    last = 9_999 // PAGE_SIZE * PAGE_SIZE
    assert set(shelf.pages_read) <= {0, last, last - PAGE_SIZE}
    assert strip.accessibleDescription() == "work 9999"


def test_arrows_return_space_and_delete_do_what_the_mouse_does(qtbot: QtBot) -> None:
    strip = _strip(qtbot, Shelf(5))
    opened: list[WorkEvent] = []
    removed: list[WorkEvent] = []
    strip.opened.connect(opened.append)
    strip.removal_wanted.connect(removed.append)
    QTest.keyClick(strip, Qt.Key.Key_Right)
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert strip.accessibleDescription() == "work 2"
    QTest.keyClick(strip, Qt.Key.Key_Space)
    assert strip.chosen_work is not None
    assert strip.chosen_work.id == "work-2"
    QTest.keyClick(strip, Qt.Key.Key_Return)
    QTest.keyClick(strip, Qt.Key.Key_Delete)
    assert [event.work.id for event in (*opened, *removed)] == ["work-2", "work-2"]


def test_a_click_chooses_and_what_is_removed_is_let_go(qtbot: QtBot) -> None:
    shelf = Shelf(5)
    strip = _strip(qtbot, shelf)
    QTest.mouseClick(
        strip.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        strip.rect_of(3).center().toPoint(),
    )
    assert strip.chosen_work is not None
    assert strip.chosen_work.id == "work-3"
    del shelf.works[3]
    strip.refresh()
    assert strip.chosen_work is None
    QTest.mouseClick(
        strip.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(2, 2),
    )
    assert strip.chosen_work is None


@pytest.mark.parametrize(("blob", "is_damaged"), [("0" * 64, False), ("0" * 63 + "7", True)])
def test_a_thumbnail_is_read_once_and_a_damaged_one_is_known(
    qtbot: QtBot, blob: str, is_damaged: bool
) -> None:
    shelf = Shelf(0)
    work = BackgroundWork()
    loader = ThumbnailLoader(shelf.blob, work)
    heard: list[ThumbnailEvent] = []
    loader.loaded.connect(heard.append)
    assert loader.get(blob, 72) is None
    assert loader.get(blob, 72) is None
    qtbot.waitUntil(lambda: bool(heard))
    assert shelf.blobs_read == [blob]
    assert loader.is_damaged(blob, 72) is is_damaged
    image = loader.get(blob, 72)
    assert (image is None) is is_damaged
    if image is not None:
        assert (image.width(), image.height()) == (72, 72)
    work.close()


def test_a_second_picture_is_chosen_with_ctrl_or_shift_by_mouse_and_by_keys(qtbot: QtBot) -> None:
    strip = _strip(qtbot, Shelf(5))
    control = Qt.KeyboardModifier.ControlModifier
    places = [strip.rect_of(index).center().toPoint() for index in range(5)]
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=places[1])
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, control, places[3])
    assert (strip.chosen_work, strip.second_work) == (strip.work(1), strip.work(3))
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, control, places[3])
    assert (strip.chosen_work, strip.second_work) == (strip.work(1), None)
    QTest.keyClick(strip, Qt.Key.Key_Left)
    QTest.keyClick(strip, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert (strip.chosen_work, strip.second_work) == (strip.work(1), strip.work(2))
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=places[4])
    assert (strip.chosen_work, strip.second_work) == (strip.work(4), None)


def test_a_second_picture_that_is_gone_is_no_longer_chosen(qtbot: QtBot) -> None:
    shelf = Shelf(3)
    strip = _strip(qtbot, shelf)
    first = strip.work(0)
    strip.choose(first, second=strip.work(2))
    del shelf.works[2]
    strip.refresh()
    assert (strip.chosen_work, strip.second_work) == (first, None)


def test_what_stands_between_two_is_there_for_just_two_that_belong_together(qtbot: QtBot) -> None:
    shelf = Shelf(2)
    strip = _strip(qtbot, shelf)
    between = QPushButton("cross")
    strip.attach_between(between, lambda one, two: one.recipe.model == two.recipe.model)
    assert between.isVisible()
    box = between.geometry()
    assert strip.rect_of(0).right() < box.left()
    assert box.right() < strip.rect_of(1).left()
    shelf.works.append(shelf.works[0])
    strip.refresh()
    assert not between.isVisible()
    assert strip.rect_of(1).left() - strip.rect_of(0).right() == GAP
    other = Work(id="other", recipe=Recipe(model="other", seed=1), blob="0" * 64, created=9)
    shelf.works[:] = [shelf.works[0], other]
    strip.refresh()
    assert not between.isVisible()
