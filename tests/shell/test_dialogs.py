"""What can be looked up: every key, at any size of text."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from studio.shell.actions import ActionRegistry
from studio.shell.dialogs import ShortcutsDialog


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
        dialog = ShortcutsDialog(registry, window)
        dialog.show()
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
