"""The two texts one looks up: which key does what, and whose work is in here."""

from collections.abc import Callable
from html import escape
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFont, QKeySequence, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

import studio
from studio.contract.manifest import BrokenModel, Model
from studio.contract.overriding import override
from studio.shell.actions import WINDOW, ActionRegistry, Command, shortcut_text
from studio.shell.theme import RADIUS_BUTTON, Colours, scaled_font
from studio.shell.widgets.buttons import QuietButton
from studio.shell.widgets.focus import read_by_keyboard
from studio.shell.widgets.painting import fill_rounded, stroke_rounded

HANDFUL: Final = 5
ALL_HEIGHT: Final = 560


class _Sheet(QDialog):
    """Shown beside the work, not in its way: not modal, closed by Escape, gone when closed."""

    def __init__(self, title: str, size: QSize, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(size)


class ShortcutsDialog(_Sheet):
    """The handful of keys that the room in front lives by; all the others are a click away."""

    def __init__(
        self,
        registry: ActionRegistry,
        parent: QWidget,
        *,
        change_keys: Callable[[], None],
    ) -> None:
        """``change_keys`` opens the settings where keys are changed."""
        super().__init__("", QSize(440, 10), parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self._registry = registry
        self._room = front_room(registry)
        self._page: QWidget | None = None
        self._all = QuietButton(self.tr("All keys"), self)
        self._all.clicked.connect(self.show_all)
        change = QuietButton(self.tr("Change keys…"), self)
        change.clicked.connect(lambda _on: change_keys())
        buttons = QHBoxLayout()
        buttons.addWidget(self._all)
        buttons.addWidget(change)
        buttons.addStretch(1)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(24, 20, 24, 20)
        self._layout.setSpacing(20)
        self._layout.addLayout(buttons)
        self._shows_all = False
        self._fill()
        registry.keys_changed.connect(self._fill)
        registry.destroyed.connect(self.close)  # with it go the words of its language

    @Slot()
    def show_all(self) -> None:
        """Every command that has a key, by where it works."""
        self._shows_all = True
        self._all.hide()
        self._fill()
        self.resize(self.width(), max(self.height(), ALL_HEIGHT))

    @Slot()
    def _fill(self) -> None:
        if self._page is not None:
            self._layout.removeWidget(self._page)
            self._page.hide()
            self._page.deleteLater()
        self._page = self._everything() if self._shows_all else self._handful()
        self._layout.insertWidget(0, self._page, 1)
        self._page.show()
        if not self._shows_all:
            self.adjustSize()

    def _handful(self) -> QWidget:
        page = QWidget(self)
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        commands = room_keys(self._registry, self._room)
        if commands:
            heading = QLabel(commands[0].group, page)
            heading.setFont(scaled_font(self.font(), 17 / 13, weight=QFont.Weight.DemiBold))
            heading.setContentsMargins(0, 0, 0, 6)
            grid.addWidget(heading, 0, 0, 1, 2)
        for row, command in enumerate(commands, start=1):
            cap = _Cap(shortcut_text(command.action), page)
            grid.addWidget(cap, row, 0)  # as wide as the widest of them
            words = QLabel(command.text, page)
            words.setWordWrap(True)
            grid.addWidget(words, row, 1)
        return page

    def _everything(self) -> QWidget:
        groups: dict[str, list[tuple[str, str]]] = {}
        # The room's own keys come first: the window's are the same everywhere.
        for command in sorted(self._registry, key=self._distance):
            if command.action.shortcuts():
                groups.setdefault(command.group, []).append((command.text, _keys(command)))
        groups[self.tr("Everywhere")] = [
            (self.tr("Move among pictures and choices"), "←   ↑   →   ↓"),
            (self.tr("Choose or open"), "Enter"),
            (self.tr("Step back"), "Esc"),
        ]
        content = QWidget(self)
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(24)
        grid.setColumnStretch(0, 1)
        for title, rows in groups.items():
            heading = QLabel(title, content)
            heading.setFont(scaled_font(self.font(), weight=QFont.Weight.DemiBold))
            heading.setContentsMargins(0, 12 if grid.count() else 0, 0, 4)
            grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
            for text, shortcuts in rows:
                row = grid.rowCount()
                grid.addWidget(QLabel(text, content), row, 0)
                keys = QLabel(shortcuts, content)
                keys.setForegroundRole(QPalette.ColorRole.PlaceholderText)
                grid.addWidget(keys, row, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        content.setAutoFillBackground(False)
        scroll = QScrollArea(self)
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.viewport().setAutoFillBackground(False)
        read_by_keyboard(scroll, self.windowTitle())
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bar = scroll.verticalScrollBar().sizeHint().width()
        scroll.setMinimumWidth(content.sizeHint().width() + bar + 2 * scroll.frameWidth())
        return scroll

    def _distance(self, command: Command) -> int:
        return {self._room: 0, WINDOW: 2}.get(command.scope, 1)


class _Cap(QLabel):
    """A key as it looks on a keyboard."""

    @override
    def sizeHint(self) -> QSize:
        height = self.fontMetrics().height() + 10
        return QSize(max(self.fontMetrics().horizontalAdvance(self.text()) + 20, height), height)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        body = QRectF(self.rect())
        fill_rounded(painter, body, RADIUS_BUTTON - 2, colours.raised)
        stroke_rounded(painter, body, RADIUS_BUTTON - 2, colours.line, 1)
        painter.setPen(colours.text)
        painter.drawText(body, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


def front_room(registry: ActionRegistry) -> str:
    """The first part of the names of the commands of the room in front; "" without one."""
    scopes = (c.scope for c in registry if c.scope != WINDOW and c.is_shown)
    return next(scopes, "")


def room_keys(registry: ActionRegistry, room: str) -> tuple[Command, ...]:
    """The commands with keys that a newcomer to ``room`` needs, five at most.

    Those that the room calls its first; a room that names none has its first five.
    """
    own = [c for c in registry if c.scope == room and c.action.shortcuts()]
    return tuple([c for c in own if c.is_first] or own)[:HANDFUL]


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
            ("ONNX, tokenizers", "Apache-2.0"),
            ("Jinja, NumPy, msgspec", "BSD-3-Clause"),
            ("Pillow", "MIT-CMU"),
            ("PyAV", "BSD-3-Clause"),
            ("FFmpeg, x264", "LGPL-3.0, GPL-2.0"),
            ("platformdirs, filelock", "MIT"),
            ("psutil", "BSD-3-Clause"),
            ("llguidance, Rich", "MIT"),
        ):
            parts.append(f"<li>{escape(name)}: {escape(terms)}</li>")
        return "".join([*parts, "</ul>"])


def _keys(command: Command) -> str:
    form = QKeySequence.SequenceFormat.NativeText
    return "   ".join(shortcut.toString(form) for shortcut in command.action.shortcuts())
