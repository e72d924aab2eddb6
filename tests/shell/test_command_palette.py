"""A few letters find a command, Return runs it, and the keyboard goes back where it was."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from studio.shell.actions import ActionRegistry
from studio.shell.command_palette import ITSELF, CommandPalette


class Scene:
    """A window with a field, three commands and the palette."""

    def __init__(self) -> None:
        self.window = QWidget()
        self.window.resize(900, 600)
        self.first = QLineEdit(self.window)
        self.field = QLineEdit(self.window)
        self.registry = ActionRegistry(self.window)
        self.runs: list[str] = []
        self.palette = CommandPalette(self.registry, self.window)
        for identity, text in (
            ("window.full_screen", "The work alone"),
            ("images.keep", "Keep"),
            ("images.export", "Export…"),
            ("images.lock", "锁定"),
        ):
            run = partial(self.runs.append, identity)
            self.registry.add(identity, text, run, group="Images")
        self.registry.add(ITSELF, "All commands", self.palette.open, shortcuts=("Ctrl+K",))

    @property
    def typed(self) -> QLineEdit:
        return self.palette.findChildren(QLineEdit)[0]


@pytest.fixture
def scene(qtbot: QtBot) -> Scene:
    """The palette is open, and the keyboard was in the field before."""
    scene = Scene()
    qtbot.addWidget(scene.window)
    scene.window.show()
    scene.window.activateWindow()
    scene.field.setFocus()
    qtbot.waitUntil(scene.field.hasFocus)
    QTest.keyClick(scene.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(scene.typed.hasFocus)
    return scene


def test_all_commands_are_offered_the_rooms_own_first(scene: Scene) -> None:
    assert scene.palette.texts == ["Keep", "Export…", "锁定", "The work alone"]


def test_letters_find_and_return_runs(qtbot: QtBot, scene: Scene) -> None:
    QTest.keyClicks(scene.typed, "exp")
    assert scene.palette.texts == ["Export…"]
    QTest.keyClick(scene.typed, Qt.Key.Key_Return)
    assert scene.runs == ["images.export"]
    assert scene.palette.isHidden()
    qtbot.waitUntil(scene.field.hasFocus)


def test_what_is_not_there_is_said(scene: Scene) -> None:
    (nothing,) = (label for label in scene.palette.findChildren(QLabel) if label.text())
    assert nothing.isHidden()
    QTest.keyClicks(scene.typed, "qqq")
    assert scene.palette.texts == []
    assert nothing.isVisible()
    assert nothing.text() == "Nothing found"
    QTest.keyClick(scene.typed, Qt.Key.Key_Return)
    assert scene.runs == []
    scene.typed.setText("exp")
    assert nothing.isHidden()
    assert scene.palette.texts == ["Export…"]


def test_a_command_is_found_by_its_english_name_in_any_language(scene: Scene) -> None:
    QTest.keyClicks(scene.typed, "lock")
    assert scene.palette.texts == ["锁定"]
    QTest.keyClicks(scene.typed, " nonsense")
    assert scene.palette.texts == []
    QTest.keyClick(scene.typed, Qt.Key.Key_Return)
    assert scene.runs == []


def test_arrows_choose(scene: Scene) -> None:
    QTest.keyClick(scene.typed, Qt.Key.Key_Down)
    QTest.keyClick(scene.typed, Qt.Key.Key_Down)
    QTest.keyClick(scene.typed, Qt.Key.Key_Up)
    QTest.keyClick(scene.typed, Qt.Key.Key_Return)
    assert scene.runs == ["images.export"]


def test_escape_does_nothing_and_gives_the_keyboard_back(qtbot: QtBot, scene: Scene) -> None:
    QTest.keyClick(scene.typed, Qt.Key.Key_Escape)
    assert scene.palette.isHidden()
    assert scene.runs == []
    qtbot.waitUntil(scene.field.hasFocus)


def test_what_cannot_be_done_now_is_not_offered(scene: Scene) -> None:
    QTest.keyClick(scene.typed, Qt.Key.Key_Escape)
    scene.registry.action("images.keep").setEnabled(False)
    scene.palette.open()
    assert "Keep" not in scene.palette.texts


def test_a_click_elsewhere_closes_it(qtbot: QtBot, scene: Scene) -> None:
    scene.field.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(scene.palette.isHidden)
    assert scene.field.hasFocus()
