"""The two texts one looks up: which key does what, and whose work is in here."""

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QScrollArea,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

import studio
from studio.contract.manifest import BrokenModel, Model
from studio.shell.actions import ActionRegistry, Command
from studio.shell.theme import scaled_font
from studio.shell.widgets.focus import FocusHalo


class _Sheet(QDialog):
    """Shown beside the work, not in its way: not modal, closed by Escape, gone when closed."""

    def __init__(self, title: str, size: QSize, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(size)


class ShortcutsDialog(_Sheet):
    """Every command that has a key, by where it works; as wide as its longest line needs."""

    def __init__(self, registry: ActionRegistry, parent: QWidget) -> None:
        super().__init__("", QSize(460, 560), parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        window = self.tr("Window")
        groups: dict[str, list[tuple[str, str]]] = {}
        for command in registry:
            if command.action.shortcuts():
                groups.setdefault(command.group, []).append((command.text, _keys(command)))
        groups[self.tr("Everywhere")] = [
            (self.tr("Move among pictures and choices"), "←   ↑   →   ↓"),
            (self.tr("Choose or open"), "Enter"),
            (self.tr("Step back"), "Esc"),
        ]
        content = QWidget(self)
        grid = QGridLayout(content)
        grid.setContentsMargins(24, 16, 24, 24)
        grid.setHorizontalSpacing(24)
        grid.setColumnStretch(0, 1)
        # The room's own keys come first: the window's are the same everywhere.
        for title in sorted(groups, key=lambda name: name == window):
            heading = QLabel(title, content)
            heading.setFont(scaled_font(self.font(), weight=QFont.Weight.DemiBold))
            heading.setContentsMargins(0, 12, 0, 4)
            grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
            for text, shortcuts in groups[title]:
                row = grid.rowCount()
                grid.addWidget(QLabel(text, content), row, 0)
                keys = QLabel(shortcuts, content)
                keys.setForegroundRole(QPalette.ColorRole.PlaceholderText)
                grid.addWidget(keys, row, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        scroll = QScrollArea(self)
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setAccessibleName(self.windowTitle())
        FocusHalo(scroll)
        content.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bar = scroll.verticalScrollBar().sizeHint().width()
        scroll.setMinimumWidth(content.sizeHint().width() + bar + 2 * scroll.frameWidth())
        self.resize(max(self.width(), scroll.minimumWidth()), self.height())


class AboutDialog(_Sheet):
    """Version, licences, and the credit that each model asks for."""

    def __init__(self, models: list[Model | BrokenModel], language: str, parent: QWidget) -> None:
        super().__init__("", QSize(560, 520), parent)
        self.setWindowTitle(self.tr("About Atelier and its licences"))
        browser = QTextBrowser(self)
        browser.setOpenExternalLinks(False)
        browser.setOpenLinks(False)
        browser.setAccessibleName(self.windowTitle())
        browser.setHtml(self._text(models, language))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(browser)

    def _text(self, models: list[Model | BrokenModel], language: str) -> str:
        version = self.tr("Version {version}").format(version=studio.__version__)
        offline = self.tr(
            "An offline studio. Everything runs on this computer; nothing is sent anywhere."
        )
        # Each text stands by itself: lupdate finds nothing inside an f-string.
        free = self.tr("Atelier is free software under the Apache License 2.0.")
        heading, built_with = self.tr("Models"), self.tr("Built with")
        parts = [
            f"<h2>Atelier</h2><p>{escape(version)}</p><p>{escape(offline)}</p>",
            f"<p>{escape(free)}</p>",
            f"<h3>{escape(heading)}</h3>",
        ]
        for model in models:
            if isinstance(model, Model):
                manifest = model.manifest
                title, licence = manifest.title.text(language), manifest.licence
                parts.append(
                    f"<p><b>{escape(title)}</b>, {escape(licence.spdx)}<br>"
                    f"{escape(licence.sentence.text(language))}<br>{escape(licence.credit)}</p>"
                )
        parts.append(f"<h3>{escape(built_with)}</h3><ul>")
        for name, terms in (
            ("Qt, PySide6", "LGPL-3.0"),
            ("ONNX Runtime", "MIT"),
            ("Inter", "SIL Open Font License 1.1"),
            ("NumPy, msgspec", "BSD-3-Clause"),
            ("Pillow", "MIT-CMU"),
            ("platformdirs, filelock", "MIT"),
            ("psutil", "BSD-3-Clause"),
            ("Rich", "MIT"),
        ):
            parts.append(f"<li>{escape(name)}: {escape(terms)}</li>")
        return "".join([*parts, "</ul>"])


def _keys(command: Command) -> str:
    form = QKeySequence.SequenceFormat.NativeText
    return "   ".join(shortcut.toString(form) for shortcut in command.action.shortcuts())
