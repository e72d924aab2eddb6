"""A few letters find a command, Return runs it, and the keyboard goes back where it was."""

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from studio.shell.actions import ActionRegistry
from studio.shell.command_palette import ITSELF, REMEMBERED, SHADOW, CommandPalette
from studio.shell.offers import Offer, command_offers, rank, setting_offers
from studio.shell.settings.declared import SINGLE_KEYS, THEME
from studio.shell.settings.values import Settings
from studio.shell.theme import build_font


class Scene:
    """A window with a field, three commands and the palette."""

    def __init__(self, folder: Path) -> None:
        self.window = QWidget()
        self.window.resize(900, 600)
        self.first = QLineEdit(self.window)
        self.field = QLineEdit(self.window)
        self.registry = ActionRegistry(self.window)
        self.runs: list[str] = []
        self.recent: tuple[str, ...] = ()
        self.settings = Settings(folder)
        self.palette = CommandPalette(
            (
                lambda: command_offers(self.registry, without=ITSELF),
                lambda: setting_offers(self.settings),
            ),
            self.window,
            recent=lambda: self.recent,
            remember=self.remember,
        )
        for identity, text in (
            ("window.full_screen", "The work alone"),
            ("images.keep", "Keep"),
            ("images.export", "Export…"),
            ("images.lock", "锁定"),
        ):
            run = partial(self.runs.append, identity)
            self.registry.add(identity, text, run, group="Images")
        self.registry.add(ITSELF, "All commands", self.palette.open, shortcuts=("Ctrl+K",))

    def remember(self, recent: tuple[str, ...]) -> None:
        self.recent = recent

    @property
    def typed(self) -> QLineEdit:
        return self.palette.findChildren(QLineEdit)[0]


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> Scene:
    """The palette is open, and the keyboard was in the field before."""
    scene = Scene(tmp_path)
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


@pytest.mark.parametrize("size", [(640, 480), (640, 360), (400, 240), (1280, 720)])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_it_stays_inside_a_small_window_with_large_text(
    qapp: QApplication, scene: Scene, size: tuple[int, int], scale: float
) -> None:
    font = qapp.font()
    qapp.setFont(build_font("en", scale))
    try:
        for number in range(12):
            scene.registry.add(f"images.{number}", f"Command {number}", print, group="Images")
        scene.palette.dismiss()
        scene.window.resize(*size)
        scene.palette.open()
        body = scene.palette.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        assert scene.window.rect().contains(body)
        scene.window.resize(size[0] - 40, size[1] - 40)
        body = scene.palette.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        assert scene.window.rect().contains(body)
    finally:
        qapp.setFont(font)


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


def test_what_cannot_be_done_now_is_found_with_the_reason_and_not_run(
    scene: Scene,
) -> None:
    run = partial(scene.runs.append, "images.cross")
    scene.registry.add("images.cross", "Cross", run, when=lambda: "Choose two pictures first.")
    QTest.keyClick(scene.typed, Qt.Key.Key_Escape)
    scene.palette.open()
    assert "Cross" not in scene.palette.texts
    QTest.keyClicks(scene.typed, "cross")
    assert scene.palette.texts == ["Cross"]
    row = scene.palette.findChildren(QListWidget)[0].item(0)
    assert "Choose two pictures first." in row.data(Qt.ItemDataRole.AccessibleTextRole)
    QTest.keyClick(scene.typed, Qt.Key.Key_Return)
    assert scene.runs == []
    assert scene.palette.isVisible()


def test_what_was_chosen_last_comes_first(scene: Scene) -> None:
    for text in ("exp", "锁"):
        scene.palette.open()
        scene.typed.setText(text)
        QTest.keyClick(scene.typed, Qt.Key.Key_Return)
    assert scene.recent == ("images.lock", "images.export")
    scene.palette.open()
    assert scene.palette.texts == ["锁定", "Export…", "Keep", "The work alone"]


def test_only_so_many_are_remembered(scene: Scene) -> None:
    scene.recent = tuple(f"gone.{number}" for number in range(REMEMBERED))
    scene.typed.setText("keep")
    QTest.keyClick(scene.typed, Qt.Key.Key_Return)
    assert scene.recent[0] == "images.keep"
    assert len(scene.recent) == REMEMBERED


def test_settings_are_changed_by_typing(qtbot: QtBot, scene: Scene) -> None:
    assert not any(text.startswith("Theme") for text in scene.palette.texts)
    scene.typed.setText("light theme")
    assert scene.palette.texts == ["Theme: Light"]
    QTest.keyClick(scene.typed, Qt.Key.Key_Return)
    assert scene.settings.value(THEME) == "light"
    scene.palette.open()
    assert scene.palette.texts[0] == "Theme: Light", "lately chosen"
    scene.typed.setText("single keys")
    assert scene.palette.texts == ["Single keys: off"]
    QTest.keyClick(scene.typed, Qt.Key.Key_Return)
    assert not scene.settings.value(SINGLE_KEYS)
    scene.palette.open()
    scene.typed.setText("single keys")
    assert scene.palette.texts == ["Single keys: on"]


def test_a_room_s_commands_are_offered_only_while_it_is_in_front(
    qtbot: QtBot, scene: Scene
) -> None:
    room = QWidget(scene.window)
    scene.registry.add("kept.bin", "Empty the bin", lambda: None, owner=room)
    scene.typed.setText("empty")
    assert scene.palette.texts == []
    room.show()
    scene.palette.dismiss()
    scene.palette.open()
    scene.typed.setText("empty")
    assert scene.palette.texts == ["Empty the bin"]


@given(st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_typed_a_rank_says_whether_every_word_occurs(query: str, text: str) -> None:
    offer = Offer(identity="a.b", text=text, run=lambda: None)
    place = rank(query, offer)
    fits = all(word in f"{text.casefold()} " for word in query.casefold().split())
    assert (place is not None) == fits


def test_a_click_elsewhere_closes_it(qtbot: QtBot, scene: Scene) -> None:
    scene.field.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(scene.palette.isHidden)
    assert scene.field.hasFocus()
