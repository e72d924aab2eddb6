"""The keyboard never jumps to somewhere else because what it was on has gone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.shell.notice_bar import NoticeBar
from studio.shell.notices import Notice, NoticeAction
from studio.shell.widgets.buttons import QuietButton
from studio.shell.widgets.focus import release_focus


class Scene:
    """A window with a rail's button, and a page with two."""

    def __init__(self) -> None:
        self.window = QWidget()
        self.rail = QuietButton("Rail", self.window)
        self.page = QWidget(self.window)
        self.first = QuietButton("First", self.page)
        self.second = QuietButton("Second", self.page)
        for parent, inside in (
            (self.window, (self.page, self.rail)),
            (self.page, (self.first, self.second)),
        ):
            layout = QVBoxLayout(parent)
            for widget in inside:
                layout.addWidget(widget)


@pytest.fixture
def scene(qtbot: QtBot) -> Scene:
    scene = Scene()
    qtbot.addWidget(scene.window)
    scene.window.show()
    scene.window.activateWindow()
    return scene


def test_the_focus_stays_on_the_page_without_a_ring(qtbot: QtBot, scene: Scene) -> None:
    scene.second.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: scene.second.is_ringed)
    release_focus(scene.second, scene.page)
    scene.second.hide()
    assert scene.first.hasFocus()
    assert not scene.first.is_ringed
    release_focus(scene.first, scene.page)
    scene.first.hide()
    assert scene.page.hasFocus()


def test_focus_that_is_elsewhere_is_left_alone(qtbot: QtBot, scene: Scene) -> None:
    scene.rail.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(scene.rail.hasFocus)
    release_focus(scene.second, scene.page)
    assert scene.rail.hasFocus()


def test_a_notice_that_was_answered_gives_the_keyboard_to_the_work(
    qtbot: QtBot, scene: Scene
) -> None:
    bar = NoticeBar(scene.window)
    bar.float_over(scene.page)
    tried: list[bool] = []
    action = NoticeAction(text="Try again", run=lambda: tried.append(True))
    bar.show_notice(Notice(text="It failed.", key="fault", action=action))
    (again,) = (b for b in bar.findChildren(QuietButton) if b.text() == "Try again")
    again.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(again.hasFocus)
    again.click()
    assert tried == [True]
    assert scene.first.hasFocus()
    assert not scene.first.is_ringed
