"""The tree under the hand: clicks, drags, wheel, keys, a screen reader; only what is seen costs."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.images.lineage import Lineage
from studio.images.ui.breed.tree_layout import TreeArranger
from studio.images.ui.breed.tree_painter import SIDES, USUAL_ZOOM, badge_rect
from studio.images.ui.breed.tree_view import TreeView
from studio.shell.spoken import Spoken
from studio.shell.theme import SMALL_TEXT, scaled_font
from tests.images.ui.breed.test_tree_layout import row

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def picture(_name: str) -> QImage:
    image = QImage(8, 8, QImage.Format.Format_RGB888)
    image.fill(QColor("#4080c0"))
    return image


class Shown:
    """A tree in a view of its own."""

    def __init__(self, qtbot: QtBot, lineage: Lineage) -> None:
        self.lineage = lineage
        self.arranger = TreeArranger()
        self.asked: list[str] = []
        self.view = TreeView(self._picture, lambda member: f"picture {member.seed}")
        qtbot.addWidget(self.view)
        self.view.resize(700, 500)
        self.view.set_tree(lineage, self.arranger.arrange(lineage))
        self.view.show()
        qtbot.waitExposed(self.view)

    def _picture(self, name: str) -> QImage:
        self.asked.append(name)
        return picture(name)

    def fold(self, *names: str) -> None:
        self.view.set_tree(self.lineage, self.arranger.arrange(self.lineage, names))

    def spot(self, name: str) -> QPoint:
        return self.view.middle_of(name).toPoint()

    def click(self, name: str) -> None:
        QTest.mouseClick(self.view.viewport(), LEFT, NONE, self.spot(name))


@pytest.fixture
def small(qtbot: QtBot) -> Shown:
    """Two founders with two children and a grandchild."""
    return Shown(qtbot, Lineage([row(0), row(1), row(2, 0, 1), row(3, 0), row(4, 2)]))


@pytest.fixture
def large(qtbot: QtBot) -> Shown:
    """Three thousand in forty families."""
    rows = [row(n) for n in range(40)]
    rows += [row(n, n // 2, (n * 7) % n) for n in range(40, 3000)]
    return Shown(qtbot, Lineage(rows))


def test_a_click_looks_and_a_double_click_opens(small: Shown) -> None:
    looked: list[str] = []
    opened: list[str] = []
    small.view.current_changed.connect(lambda event: looked.append(event.name))
    small.view.activated.connect(lambda event: opened.append(event.name))
    small.click("2")
    assert (small.view.current, looked, opened) == ("2", ["2"], [])
    QTest.mouseDClick(small.view.viewport(), LEFT, NONE, small.spot("3"))
    assert opened == ["3"]
    assert small.view.name_at(QPointF(2, 2)) is None


def test_keys_go_to_parents_children_and_neighbours(small: Shown) -> None:
    view = small.view
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.current == "0"
    for key, there in (
        (Qt.Key.Key_Down, "2"),
        (Qt.Key.Key_Right, "3"),
        (Qt.Key.Key_Left, "2"),
        (Qt.Key.Key_Down, "4"),
        (Qt.Key.Key_Down, "4"),
        (Qt.Key.Key_Home, "0"),
        (Qt.Key.Key_Right, "1"),
        (Qt.Key.Key_Up, "1"),
    ):
        QTest.keyClick(view, key)
        assert view.current == there


def test_folding_is_asked_for_by_keys_and_by_the_number_below(small: Shown) -> None:
    wanted: list[str] = []
    view = small.view
    view.fold_wanted.connect(lambda event: wanted.append(event.name))
    view.look_at("0")
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert wanted == []  # nothing is folded
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert wanted == ["0"]
    small.fold("0")
    assert view.tree_layout.hidden("0") == 3
    spot = badge_rect(view.middle_of("0"), 3, view.scale, scaled_font(view.font(), SMALL_TEXT))
    QTest.mouseClick(view.viewport(), LEFT, NONE, spot.center().toPoint())
    assert wanted == ["0", "0"]
    view.look_at("1")
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert wanted == ["0", "0"]  # nobody hangs from it


def test_the_ground_is_dragged_and_a_picture_is_carried_out(large: Shown) -> None:
    view, bar = large.view, large.view.horizontalScrollBar()
    bar.setValue(500)
    ground = next(
        QPoint(x, y)
        for y in range(60, 480, 7)
        for x in range(60, 640, 7)
        if view.name_at(QPointF(x, y)) is None
    )
    QTest.mousePress(view.viewport(), LEFT, NONE, ground)
    QTest.mouseMove(view.viewport(), ground - QPoint(50, 0))
    QTest.mouseRelease(view.viewport(), LEFT, NONE, ground - QPoint(50, 0))
    assert bar.value() == 550
    carried: list[str] = []
    view.drag_started.connect(lambda event: carried.append(event.name))
    name = view.seen()[-1]
    QTest.mousePress(view.viewport(), LEFT, NONE, large.spot(name))
    QTest.mouseMove(view.viewport(), large.spot(name) + QPoint(40, 0))
    QTest.mouseRelease(view.viewport(), LEFT, NONE, large.spot(name) + QPoint(40, 0))
    assert carried == [name]


def test_zooming_by_the_wheel_keeps_what_is_under_the_pointer(large: Shown) -> None:
    view = large.view
    view.look_at("900", centred=True)
    name = view.seen()[len(view.seen()) // 2]
    before = view.middle_of(name)
    for delta in (120, -120, -120):
        event = QWheelEvent(
            before,
            view.viewport().mapToGlobal(before),
            QPoint(),
            QPoint(0, delta),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view.viewport(), event)
        moved = view.middle_of(name) - before
        assert abs(moved.x()) <= 1.5  # its height may have no more to scroll
    assert view.zoom == USUAL_ZOOM - 1
    view.set_zoom(99)
    assert view.zoom == len(SIDES) - 1
    view.set_zoom(-5)
    assert view.zoom == 0


def test_only_what_is_in_view_is_painted(large: Shown) -> None:
    large.asked.clear()
    large.view.viewport().repaint()
    assert 0 < len(large.asked) < 200
    assert set(large.asked) <= set(large.view.seen())


@pytest.mark.parametrize("zoom", range(len(SIDES)))
def test_every_zoom_paints_without_and_with_a_search(large: Shown, zoom: int) -> None:
    view = large.view
    view.set_zoom(zoom)
    view.look_at("700", centred=True)
    plain = view.grab().toImage()
    view.set_found(frozenset(view.seen()[::2]))
    searched = view.grab().toImage()
    assert plain != searched
    view.set_found(None)
    assert view.grab().toImage() == plain


def test_whoever_is_looked_at_stays_in_view_when_the_tree_grows(large: Shown) -> None:
    view = large.view
    view.look_at("1500", centred=True)
    before = view.middle_of("1500")
    large.lineage.update([row(3000, 2), row(3001, 5)])
    large.fold()
    moved = view.middle_of("1500") - before
    assert max(abs(moved.x()), abs(moved.y())) <= 1.5
    assert "3000" in view.tree_layout
    founder = large.lineage.line("1500")[0]
    large.fold(founder)
    assert view.current == founder  # whoever was looked at is folded away below it
    assert founder in view.seen()
    view.set_tree(Lineage(), TreeArranger().arrange(Lineage()))
    assert view.current == ""


def test_a_menu_is_about_the_picture_under_the_pointer_or_the_current_one(small: Shown) -> None:
    wanted: list[str] = []
    view = small.view
    view.menu_wanted.connect(lambda event: wanted.append(event.name))
    spot = small.spot("3")
    mouse = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(
        view.viewport(), QContextMenuEvent(mouse, spot, view.viewport().mapToGlobal(spot))
    )
    view.look_at("1")
    keyboard = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(view.viewport(), keyboard)
    assert wanted == ["3", "1"]


def test_a_screen_reader_meets_everybody_in_view_by_name(small: Shown) -> None:
    view = small.view
    assert isinstance(view, Spoken)
    small.click("2")
    items = [view.spoken_item(index) for index in range(view.spoken_count())]
    assert [item.name for item in items] == [f"picture {n}" for n in (0, 1, 2, 3, 4)]
    assert [item.is_chosen for item in items] == [False, False, True, False, False]
    assert all(view.viewport().rect().contains(item.rect.center()) for item in items)
    assert view.accessibleDescription() == "picture 2"


def test_without_anybody_nothing_happens(qtbot: QtBot) -> None:
    shown = Shown(qtbot, Lineage())
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Minus):
        QTest.keyClick(shown.view, key)
    QTest.mouseClick(shown.view.viewport(), LEFT, NONE, QPoint(50, 50))
    shown.view.set_zoom(2)
    assert shown.view.current == ""
    assert shown.view.spoken_count() == 0
