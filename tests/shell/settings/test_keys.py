"""Which keys commands may have, and what happens where two want one."""

from pathlib import Path

import pytest
from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.shell.actions import ActionRegistry, Command, is_single
from studio.shell.settings.declared import SINGLE_KEYS
from studio.shell.settings.keys import holders_of, portable, pressed_keys, refusal
from studio.shell.settings.values import Settings
from studio.shell.widgets.buttons import QuietButton

CTRL, SHIFT, KEYPAD, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
    Qt.KeyboardModifier.NoModifier,
)


@pytest.mark.parametrize(
    ("modifier", "key", "text"),
    [
        (NONE, Qt.Key.Key_K, "K"),
        (SHIFT, Qt.Key.Key_K, "Shift+K"),
        (CTRL, Qt.Key.Key_Comma, "Ctrl+,"),
        (SHIFT, Qt.Key.Key_Question, "?"),
        (KEYPAD, Qt.Key.Key_1, "1"),
        (CTRL | SHIFT, Qt.Key.Key_Plus, "Ctrl++"),
        (NONE, Qt.Key.Key_F7, "F7"),
        (NONE, Qt.Key.Key_Delete, "Del"),
        (CTRL | SHIFT, Qt.Key.Key_Backtab, "Ctrl+Shift+Tab"),
    ],
)
def test_what_is_pressed_is_named_as_it_is_stored(
    modifier: Qt.KeyboardModifier, key: Qt.Key, text: str
) -> None:
    keys = pressed_keys(QKeyCombination(modifier, key))
    assert keys is not None
    assert portable(keys) == text
    assert QKeySequence(text) == keys


@pytest.mark.parametrize("key", [Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_AltGr])
def test_a_modifier_alone_is_nothing_yet(key: Qt.Key) -> None:
    assert pressed_keys(QKeyCombination(CTRL, key)) is None


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ("Ctrl+Space", "Chinese input"),
        ("Shift+Space", "Chinese input"),
        ("Ctrl+.", "Chinese input"),
        ("Ctrl+;", "Chinese input"),
        ("Left", "moves"),
        ("Return", "moves"),
        ("Esc", "moves"),
        ("Tab", "moves"),
        ("Alt+F4", "system"),
    ],
)
def test_keys_that_belong_to_others_are_refused_with_the_reason(keys: str, reason: str) -> None:
    assert reason in refusal(QKeySequence(keys))


@pytest.mark.parametrize("keys", ["K", "Ctrl+K", "F7", "Del", "Ctrl+Left", "?", "Space", "Shift+K"])
def test_other_keys_are_free(keys: str) -> None:
    assert refusal(QKeySequence(keys)) == ""


@pytest.mark.parametrize(
    ("keys", "single"),
    [("K", True), ("Shift+K", True), ("?", True), ("Space", True), ("+", True)]
    + [(keys, False) for keys in ("Ctrl+K", "Alt+1", "F1", "Del", "Ctrl++", "")],
)
def test_a_single_key_writes_something_by_itself(keys: str, *, single: bool) -> None:
    assert is_single(QKeySequence(keys)) is single


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


@pytest.fixture
def registry(qtbot: QtBot, settings: Settings) -> ActionRegistry:
    """Commands of the window and of two rooms."""
    window = QWidget()
    qtbot.addWidget(window)
    registry = ActionRegistry(window, settings)
    for identity, keys in (
        ("window.undo", ("Ctrl+Z",)),
        ("images.keep", ("K",)),
        ("images.roll", ("R",)),
        ("kept.rename", ("R", "F2")),
    ):
        registry.add(identity, identity, lambda: None, shortcuts=keys)
    return registry


def keys_of(registry: ActionRegistry, identity: str) -> list[str]:
    return [portable(keys) for keys in registry.action(identity).shortcuts()]


def test_commands_take_the_user_s_keys_at_once_and_give_them_back(
    settings: Settings, registry: ActionRegistry
) -> None:
    settings.change_shortcuts({"images.keep": ("Ctrl+B", "B")})
    assert keys_of(registry, "images.keep") == ["Ctrl+B", "B"]
    assert registry.action("images.keep").toolTip() == "images.keep (Ctrl+B)"
    settings.change_shortcuts({"images.keep": ()})
    assert keys_of(registry, "images.keep") == []
    assert registry.action("images.keep").toolTip() == "images.keep"
    settings.change_shortcuts({"images.keep": None})
    assert keys_of(registry, "images.keep") == ["K"]


def test_commands_that_come_later_have_the_user_s_keys(
    settings: Settings, registry: ActionRegistry
) -> None:
    settings.change_shortcuts({"images.late": ("F9",)})
    registry.add("images.late", "Late", lambda: None, shortcuts=("L",))
    assert keys_of(registry, "images.late") == ["F9"]


def test_without_single_keys_those_with_ctrl_and_the_named_ones_stay(
    settings: Settings, registry: ActionRegistry
) -> None:
    settings.change(SINGLE_KEYS, False)
    assert keys_of(registry, "images.keep") == []
    assert keys_of(registry, "window.undo") == ["Ctrl+Z"]
    assert keys_of(registry, "kept.rename") == ["F2"]
    settings.change(SINGLE_KEYS, True)
    assert keys_of(registry, "kept.rename") == ["R", "F2"]


def test_rooms_may_share_a_key_and_the_window_may_not(registry: ActionRegistry) -> None:
    keep = registry.command("images.keep")
    undo = registry.command("window.undo")

    def holders(command: Command, key: str) -> set[str]:
        return {holder.identity for holder in holders_of(registry, command, key)}

    assert holders(keep, "R") == {"images.roll"}
    assert holders(keep, "F2") == set()
    assert holders(keep, "Ctrl+Z") == {"window.undo"}
    assert holders(undo, "R") == {"images.roll", "kept.rename"}, "one in each room"


def test_buttons_show_the_key_that_holds(
    qtbot: QtBot, settings: Settings, registry: ActionRegistry
) -> None:
    button = QuietButton("Keep")
    qtbot.addWidget(button)
    button.follow_key(registry.action("images.keep"), tip="Keep it")
    wide = button.sizeHint().width()
    assert button.toolTip() == "Keep it (K)"
    settings.change_shortcuts({"images.keep": ("Ctrl+Shift+B",)})
    assert button.toolTip() == "Keep it (Ctrl+Shift+B)"
    assert button.sizeHint().width() > wide
    button.show_key(False)
    assert button.sizeHint().width() < wide
