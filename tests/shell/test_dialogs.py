"""What can be looked up: the keys of a room, and every key, at any size of text."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from studio.shell.actions import ActionRegistry
from studio.shell.dialogs import HANDFUL, ShortcutsDialog, front_room, room_keys
from studio.shell.settings.values import Settings
from studio.shell.widgets.buttons import QuietButton


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_every_key_is_seen_without_scrolling_sideways(
    qtbot: QtBot, qapp: QApplication, scale: float
) -> None:
    before = qapp.font()
    font = qapp.font()
    font.setPixelSize(round(13 * scale))
    qapp.setFont(font)
    try:
        window = QWidget()
        qtbot.addWidget(window)
        registry = ActionRegistry(window)
        registry.add(
            "images.more",
            "A command of rather many words that explain it",
            lambda: None,
            group="Images",
            shortcuts=("Ctrl+Shift+Z", "Ctrl+Y"),
        )
        dialog = ShortcutsDialog(registry, window, change_keys=lambda: None)
        dialog.show()
        dialog.show_all()
        scroll = dialog.findChildren(QScrollArea)[0]
        content = scroll.widget()
        assert content is not None
        assert content.minimumSizeHint().width() <= scroll.viewport().width()
        assert not scroll.horizontalScrollBar().isVisible()
        texts = {label.text() for label in dialog.findChildren(QLabel)}
        assert {"←   ↑   →   ↓", "Enter", "Esc", "Ctrl+Shift+Z   Ctrl+Y"} <= texts
        dialog.close()
    finally:
        qapp.setFont(before)


def many(registry: ActionRegistry, *, first: tuple[str, ...] = ()) -> None:
    """Seven commands of one room, one of another and one of the window."""
    for letter in "ABCDEFG":
        registry.add(
            f"images.{letter}",
            f"Do {letter}",
            lambda: None,
            group="Images",
            shortcuts=(letter,),
            first=letter in first,
        )
    registry.add("kept.x", "Do X", lambda: None, group="Kept", shortcuts=("X",))
    registry.add("window.y", "Do Y", lambda: None, group="Window", shortcuts=("Y",))


def words(dialog: ShortcutsDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel) if not label.isHidden()]


def test_a_room_is_told_in_a_handful_of_keys(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    settings = Settings(tmp_path)
    registry = ActionRegistry(window, settings)
    many(registry, first=("B", "G"))
    assert [command.text for command in room_keys(registry, "images")] == ["Do B", "Do G"]
    assert room_keys(registry, "nowhere") == ()
    plain = ActionRegistry(window)
    many(plain)
    assert len(room_keys(plain, "images")) == HANDFUL
    changes: list[str] = []
    dialog = ShortcutsDialog(registry, window, change_keys=lambda: changes.append("keys"))
    dialog.show()
    assert words(dialog) == ["Images", "B", "Do B", "G", "Do G"]
    settings.change_shortcuts({"images.B": ("Ctrl+B",)})
    assert "Ctrl+B" in words(dialog)
    everything, change = dialog.findChildren(QuietButton)
    change.click()
    assert changes == ["keys"]
    everything.click()
    assert everything.isHidden()
    shown = words(dialog)
    assert {"Do A", "Do X", "Do Y", "Ctrl+B"} <= set(shown)
    assert shown.index("Do A") < shown.index("Do X") < shown.index("Do Y")
    dialog.close()


def test_the_keys_are_those_of_the_room_in_front(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    registry = ActionRegistry(window)
    rooms = {name: QWidget(window) for name in ("images", "gallery")}
    for name, room in rooms.items():
        registry.add(f"{name}.go", "Go", lambda: None, shortcuts=("G",), owner=room)
    rooms["images"].hide()
    window.show()
    assert front_room(registry) == "gallery"
    assert front_room(ActionRegistry(window)) == ""
