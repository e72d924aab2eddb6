"""The keyboard is always seen, also on pages and in areas that scroll."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.shell.theme import Colours
from studio.shell.widgets.focus import FocusFollower, FocusHalo


def is_ringed(widget: QWidget) -> bool:
    image = widget.grab().toImage()
    ring = Colours.of(widget.palette()).focus
    return image.pixelColor(image.width() // 2, 1) == ring


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[QWidget]:
    parent = QWidget()
    page = QWidget(parent)
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page.setGeometry(10, 10, 200, 100)
    FocusHalo(page)
    parent.resize(300, 200)
    qtbot.addWidget(parent)
    parent.show()
    qtbot.waitActive(parent)
    parent.activateWindow()
    yield page
    parent.hide()


@pytest.mark.parametrize(
    ("reason", "ringed"),
    [
        (Qt.FocusReason.TabFocusReason, True),
        (Qt.FocusReason.BacktabFocusReason, True),
        (Qt.FocusReason.MouseFocusReason, False),
        (Qt.FocusReason.OtherFocusReason, False),
    ],
)
def test_a_page_is_ringed_when_the_keyboard_came_to_it(
    qtbot: QtBot, page: QWidget, reason: Qt.FocusReason, ringed: bool
) -> None:
    page.clearFocus()  # it came with the window
    page.setFocus(reason)
    qtbot.waitUntil(page.hasFocus)
    assert is_ringed(page) is ringed
    page.resize(150, 80)
    assert is_ringed(page) is ringed
    page.clearFocus()
    assert not is_ringed(page)


def test_what_gets_the_focus_is_scrolled_into_sight(qtbot: QtBot) -> None:
    window = QWidget()
    outside = QPushButton("outside", window)
    area, content = QScrollArea(window), QWidget()
    column = QVBoxLayout(content)
    buttons = [QPushButton(str(number), content) for number in range(40)]
    for button in buttons:
        column.addWidget(button)
    area.setWidget(content)
    area.setGeometry(0, 40, 200, 160)
    FocusFollower(area)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitActive(window)
    window.activateWindow()
    outside.setFocus()
    assert buttons[-1].visibleRegion().isEmpty()
    buttons[-1].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: not buttons[-1].visibleRegion().isEmpty())
