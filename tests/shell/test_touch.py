"""Touch mode: fingers hit what they aim at, and pressing long opens the menu."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from studio.contract.overriding import override
from studio.shell.touch import (
    FINGERTIP,
    LONG_PRESS_MS,
    SLACK,
    LongPress,
    apply_touch,
    target,
    touch_wanted,
)
from studio.shell.widgets.buttons import IconButton, QuietButton
from studio.shell.widgets.slider import Slider
from studio.shell.widgets.stepper import Stepper
from studio.shell.widgets.switch import Switch

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def touch(qapp: QApplication) -> Iterator[None]:
    """Touch mode is on."""
    apply_touch(qapp, True)
    yield
    apply_touch(qapp, False)


class Menued(QPushButton):
    """Something with a menu, that can be clicked too."""

    def __init__(self) -> None:
        super().__init__("Picture")
        self.resize(200, 120)
        self.menus: list[QPoint] = []
        self.clicks = 0
        self.asked = 0
        self.has_menu = True
        self.clicked.connect(self._count)

    def _count(self) -> None:
        self.clicks += 1

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.asked += 1
        if self.has_menu:
            self.menus.append(event.pos())
        event.setAccepted(self.has_menu)


@pytest.fixture
def pressed(qtbot: QtBot, qapp: QApplication) -> Iterator[Menued]:
    """A widget over which long presses are watched for."""
    widget = Menued()
    qtbot.addWidget(widget)
    widget.show()
    watcher = LongPress(qapp)
    watcher.set_on(True)
    yield widget
    watcher.set_on(False)


def test_the_mode_is_off_until_it_is_wanted(touch: None, qapp: QApplication) -> None:
    assert touch_wanted()
    assert target(24) == FINGERTIP
    assert target(60) == 60
    apply_touch(qapp, False)
    assert target(24) == 24


def test_what_is_pressed_is_as_large_as_a_fingertip(qtbot: QtBot, touch: None) -> None:
    widgets: list[QWidget] = [
        QuietButton("Keep"),
        IconButton("plus", "More"),
        Switch("Swap sides"),
        Slider(),
    ]
    for widget in widgets:
        qtbot.addWidget(widget)
        assert widget.sizeHint().height() >= FINGERTIP, widget
    stepper = Stepper("Threads", 1, 8)
    qtbot.addWidget(stepper)
    for button in stepper.findChildren(IconButton):
        assert min(button.sizeHint().width(), button.sizeHint().height()) >= FINGERTIP


def test_pressing_long_opens_the_menu_and_clicks_nothing(qtbot: QtBot, pressed: Menued) -> None:
    QTest.mousePress(pressed, LEFT, pos=QPoint(40, 30))
    qtbot.waitUntil(lambda: bool(pressed.menus), timeout=10 * LONG_PRESS_MS)
    assert pressed.menus == [QPoint(40, 30)]
    QTest.mouseRelease(pressed, LEFT, pos=QPoint(40, 30))
    assert pressed.clicks == 0
    assert not pressed.isDown()
    QTest.mouseClick(pressed, LEFT)
    assert pressed.clicks == 1, "the next press is a click again"


def test_a_short_press_is_a_click(qtbot: QtBot, pressed: Menued) -> None:
    QTest.mouseClick(pressed, LEFT)
    qtbot.wait(1)
    assert pressed.clicks == 1
    assert pressed.menus == []


def test_a_drag_is_no_long_press(qtbot: QtBot, pressed: Menued) -> None:
    QTest.mousePress(pressed, LEFT, pos=QPoint(40, 30))
    QTest.mouseMove(pressed, QPoint(40 + 2 * SLACK, 30))
    with qtbot.waitSignal(pressed.clicked):
        QTest.mouseRelease(pressed, LEFT, pos=QPoint(40 + 2 * SLACK, 30))
    assert pressed.menus == []


def test_where_there_is_no_menu_a_long_press_is_a_click(qtbot: QtBot, pressed: Menued) -> None:
    pressed.has_menu = False
    QTest.mousePress(pressed, LEFT)
    qtbot.waitUntil(lambda: pressed.asked == 1, timeout=10 * LONG_PRESS_MS)
    QTest.mouseRelease(pressed, LEFT)
    assert pressed.clicks == 1


def test_what_goes_away_under_the_finger_opens_nothing(qtbot: QtBot, pressed: Menued) -> None:
    other = Menued()
    other.show()
    QTest.mousePress(other, LEFT)
    delete(other)
    later = QTimer()
    later.setSingleShot(True)
    with qtbot.waitSignal(later.timeout):
        later.start(2 * LONG_PRESS_MS)
    assert pressed.asked == 0
