"""Screen readers find the pictures in widgets that paint them by themselves."""

import gc

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.shell.spoken import SpokenItem, speak, speak_as


class Shelf(QAbstractScrollArea):
    """Three pictures in a row, the second chosen, the keyboard on the third."""

    def __init__(self) -> None:
        super().__init__()
        self.names = ["boots", "coats", "bags"]
        self.setAccessibleName("Shelf")

    def spoken_count(self) -> int:
        return len(self.names)

    def spoken_item(self, index: int) -> SpokenItem:
        return SpokenItem(
            name=self.names[index],
            rect=QRect(100 * index, 0, 90, 90),
            is_chosen=index == 1,
            is_current=index == 2,
        )


@pytest.fixture(autouse=True)
def _speaking(qapp: QApplication) -> None:
    speak(qapp)


@pytest.fixture
def shelf(qtbot: QtBot) -> Shelf:
    widget = Shelf()
    qtbot.addWidget(widget)
    widget.resize(250, 120)
    widget.show()
    return widget


def interface_of(widget: QWidget) -> QAccessibleInterface:
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None
    return found


def names_in(interface: QAccessibleInterface) -> list[str]:
    children = [interface.child(index) for index in range(interface.childCount())]
    return [child.text(QAccessible.Text.Name) for child in children]


def test_a_reader_finds_a_list_with_every_picture(shelf: Shelf) -> None:
    interface = interface_of(shelf)
    assert interface.role() == QAccessible.Role.List
    assert interface.text(QAccessible.Text.Name) == "Shelf"
    assert names_in(interface)[:3] == ["boots", "coats", "bags"]
    assert interface.child(0).role() == QAccessible.Role.ListItem
    assert interface.indexOfChild(interface.child(2)) == 2


def test_a_picture_says_whether_it_is_chosen_and_where_it_is(shelf: Shelf) -> None:
    shelf.setFocus()
    interface = interface_of(shelf)
    states = [interface.child(index).state() for index in range(3)]
    assert [bool(state.selected) for state in states] == [False, True, False]
    assert [bool(state.focused) for state in states] == [False, False, shelf.hasFocus()]
    assert [bool(state.offscreen) for state in states] == [False, False, False]
    corner = shelf.mapToGlobal(QPoint(0, 0))
    assert interface.child(1).rect() == QRect(100, 0, 90, 90).translated(corner)
    middle = interface.child(1).rect().center()
    assert interface.childAt(middle.x(), middle.y()).text(QAccessible.Text.Name) == "coats"


def test_a_picture_follows_what_is_at_its_place(shelf: Shelf) -> None:
    interface = interface_of(shelf)
    first, last = interface.child(0), interface.child(2)
    shelf.names = ["shirts"]
    assert first.text(QAccessible.Text.Name) == "shirts"
    assert not last.isValid()
    assert last.text(QAccessible.Text.Name) == ""
    assert last.state().invalid


def test_buttons_in_the_list_are_found_behind_the_pictures(shelf: Shelf) -> None:
    button = QPushButton("More", shelf.viewport())
    button.show()
    interface = interface_of(shelf)
    assert interface.childCount() > 3
    inside = [interface.child(index) for index in range(3, interface.childCount())]
    found = [
        part.child(index).text(QAccessible.Text.Name)
        for part in inside
        for index in range(part.childCount())
    ]
    assert "More" in [*names_in(interface), *found]


def test_a_picture_alone_is_called_one(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setAccessibleName("Boots 7")
    speak_as(widget, QAccessible.Role.Graphic)
    interface = interface_of(widget)
    assert interface.role() == QAccessible.Role.Graphic
    assert interface.text(QAccessible.Text.Name) == "Boots 7"


def test_lists_come_and_go_without_leaving_anything_behind(qapp: QApplication) -> None:
    gone = 0
    for _round in range(200):
        widget = Shelf()
        identities = []
        interface = interface_of(widget)
        children = [interface.child(index) for index in range(3)]
        for child in children:
            identities.append(QAccessible.uniqueId(child))
            assert child.text(QAccessible.Text.Name)
        del interface, children
        shiboken6.delete(widget)
        del widget
        gone += sum(QAccessible.accessibleInterface(identity) is None for identity in identities)
        if _round % 50 == 0:
            gc.collect()
    assert gone == 600
