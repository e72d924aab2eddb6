"""The settings: pages by group, one search over all, and every change holds at once."""

from typing import Final

from PySide6.QtCore import (
    QRectF,
    QSize,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.contract.overriding import override
from studio.shell.actions import WINDOW, ActionRegistry, Command
from studio.shell.settings.declared import SETTINGS, Group
from studio.shell.settings.rows import Row, note_label, row_for
from studio.shell.settings.shortcut_rows import ShortcutRow
from studio.shell.settings.values import SettingChange, Settings
from studio.shell.settings.words import say
from studio.shell.theme import TEXT_SIZE, Colours, scaled_font
from studio.shell.widgets.buttons import QuietButton
from studio.shell.widgets.focus import FocusFollower
from studio.shell.widgets.list_rows import Index, ListRow

KEYBOARD: Final = "KEYBOARD"
"""The page of the shortcuts, beside one page a `Group`."""
PAGES: Final = (Group.LOOK.name, Group.HAND.name, KEYBOARD, Group.MACHINE.name)
SIZE: Final = QSize(760, 600)
LIST_WIDTH: Final = 184
TITLE_FACTOR: Final = 17 / 13
PORTION: Final = 4
"""Rows of the keyboard's page that are built in one go."""


class SettingsDialog(QDialog):
    """Stands beside the work and is not modal, so that what changes is seen while it changes."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._content: _Content | None = None
        self._place = QVBoxLayout(self)
        self._place.setContentsMargins(0, 0, 0, 0)
        growth = max(parent.font().pixelSize() / TEXT_SIZE, 1.0)
        across, down = 1 + 0.7 * (growth - 1), 1 + 0.15 * (growth - 1)
        self.resize(round(SIZE.width() * across), round(SIZE.height() * down))

    def fill(self, registry: ActionRegistry) -> None:
        """Build everything for the language, size and commands that hold; the place stays."""
        page, query, focused = PAGES[0], "", ""
        if self._content is not None:
            page, query, focused = self._content.page, self._content.query, self._content.focused
            self._place.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self.setWindowTitle(self.tr("Settings"))
        self._content = _Content(self._settings, registry, self)
        self._place.addWidget(self._content)
        self._content.show_page(page)
        self._content.search(query)
        self._content.show()
        self._content.take_focus(focused)

    def show_page(self, page: str) -> None:
        """Turn to one of `PAGES`."""
        if self._content is not None:
            self._content.search("")
            self._content.show_page(page)

    @property
    def content(self) -> "_Content":
        """What fills the dialog; it must have been filled."""
        assert self._content is not None
        return self._content

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the search first; Ctrl+F goes to it; Return is no button's here."""
        content = self._content
        if content is not None and event.matches(QKeySequence.StandardKey.Find):
            content.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            content.field.selectAll()
        elif content is not None and event.key() == Qt.Key.Key_Escape and content.query:
            content.search("")
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


class _Content(QWidget):
    """All of the dialog, in one language."""

    def __init__(self, settings: Settings, registry: ActionRegistry, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings = settings
        self._registry = registry
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Search the settings"))
        self.field.setAccessibleName(self.tr("Search the settings"))
        self.field.setClearButtonEnabled(True)
        self.field.setObjectName("search")
        self._list = QListWidget(self)
        self._list.setItemDelegate(PageRow(self._list))
        self._list.setAccessibleName(self.tr("Pages"))
        self._list.setObjectName("pages")
        self._list.viewport().setAutoFillBackground(False)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sections: dict[str, _Section] = {}
        self._to_build: list[Command] = []
        self._builder = QTimer(self)
        self._builder.timeout.connect(self._build_portion)
        self._builder.start(0)
        self._nothing = note_label(self.tr("Nothing found"), self)
        self._nothing.hide()
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._build()
        self.field.textChanged.connect(self._filter)
        self._list.currentRowChanged.connect(self._turn)
        settings.changed.connect(self._show_value)
        registry.keys_changed.connect(self._show_keys)
        FocusFollower(self._scroll)

    @property
    def page(self) -> str:
        """The page that is chosen."""
        return PAGES[max(self._list.currentRow(), 0)]

    @property
    def query(self) -> str:
        """What is searched for."""
        return self.field.text()

    @property
    def focused(self) -> str:
        """The name of the control that has the focus, or ""."""
        widget = QApplication.focusWidget()
        if widget is None or not self.isAncestorOf(widget):
            return ""
        parent = widget.parentWidget()
        return widget.objectName() or ("" if parent is None else parent.objectName())

    @property
    def rows(self) -> "tuple[Row | ShortcutRow, ...]":
        """All rows, from the top, shown or not."""
        return tuple(row for section in self._sections.values() for row in section.rows)

    @property
    def shown(self) -> tuple[str, ...]:
        """Keys of settings and names of commands that are shown, from the top."""
        return tuple(
            row.identity
            for section in self._sections.values()
            if not section.isHidden()
            for row in section.rows
            if not row.isHidden()
        )

    def show_page(self, page: str) -> None:
        """Turn to one of `PAGES`."""
        self._list.setCurrentRow(PAGES.index(page) if page in PAGES else 0)

    def search(self, query: str) -> None:
        """Show what fits ``query`` on all pages; empty: the page that is chosen."""
        self.field.setText(query)

    def take_focus(self, name: str) -> None:
        """Give the keyboard to the control of that name, or to the search."""
        widget = self.findChild(QWidget, name) if name else None
        reason = Qt.FocusReason.TabFocusReason
        if widget is None:
            widget, reason = self.field, Qt.FocusReason.OtherFocusReason
        widget.setFocus(reason)

    def _build(self) -> None:
        pages = QWidget(self._scroll)
        column = QVBoxLayout(pages)
        column.setContentsMargins(28, 20, 28, 24)
        column.setSpacing(20)
        for name in PAGES:
            section = self._section(name, pages)
            self._sections[name] = section
            column.addWidget(section)
            item = QListWidgetItem(section.title)
            self._list.addItem(item)
        column.addWidget(self._nothing)
        column.addStretch(1)
        pages.setAutoFillBackground(False)
        self._scroll.setWidget(pages)
        self._scroll.viewport().setAutoFillBackground(False)
        left = QVBoxLayout()
        left.setContentsMargins(16, 16, 12, 16)
        left.setSpacing(12)
        left.addWidget(self.field)
        left.addWidget(self._list, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(left)
        layout.addWidget(self._scroll, 1)
        metrics = self._list.fontMetrics()
        longest = max(metrics.horizontalAdvance(s.title) for s in self._sections.values())
        hint = metrics.horizontalAdvance(self.field.placeholderText()) + 36
        width = max(LIST_WIDTH, longest + 2 * PageRow.INSET + 4, hint)
        self._list.setFixedWidth(width)
        self.field.setFixedWidth(width)

    def _section(self, name: str, parent: QWidget) -> "_Section":
        if name == KEYBOARD:
            return self._keyboard(parent)
        group = Group[name]
        section = _Section(say(group.value), parent)
        for setting in SETTINGS:
            if setting.group is group:
                section.add(row_for(setting, self._settings, section))
        return section

    def _keyboard(self, parent: QWidget) -> "_Section":
        section = _Section(self.tr("Keyboard"), parent)
        note = self.tr("Press a key's button, then the keys that you want.")
        section.say(note)
        self._all_keys = QuietButton(self.tr("All keys back to their defaults"), section)
        self._all_keys.clicked.connect(self._reset_keys)
        section.add_foot(self._all_keys)
        self._all_keys.setEnabled(bool(self._settings.shortcuts))
        # The rooms' own keys come first: the window's are the same everywhere.
        self._to_build = sorted(
            self._registry, key=lambda found: (found.scope == WINDOW, found.group)
        )
        return section

    def finish(self) -> None:
        """Build at once what is still to be built."""
        while self._to_build:
            self._build_portion()

    @Slot()
    def _build_portion(self) -> None:
        """A few rows of the keyboard's page: all of them at once would hold the window up."""
        section = self._sections[KEYBOARD]
        portion, self._to_build = self._to_build[:PORTION], self._to_build[PORTION:]
        for command in portion:
            row = ShortcutRow(command, self._registry, self._settings, section)
            section.add_below(command.group, row)
        if not self._to_build:
            self._builder.stop()
        if self.query:
            self._filter(self.query)

    def _reset_keys(self) -> None:
        self._settings.change_shortcuts(dict.fromkeys(self._settings.shortcuts))

    @Slot(int)
    def _turn(self, _row: int) -> None:
        self._scroll.verticalScrollBar().setValue(0)
        self.search("")
        self._filter("")

    @Slot(str)
    def _filter(self, query: str) -> None:
        words = query.casefold().split()
        for name, section in self._sections.items():
            if words:
                section.filter(words)
            else:
                section.filter([])
                section.setVisible(name == self.page)
        self._nothing.setVisible(bool(words) and not self.shown)

    @Slot(object)
    def _show_value(self, change: SettingChange) -> None:
        for row in self.rows:
            if not isinstance(row, ShortcutRow) and row.identity == change.key:
                row.show_value()

    @Slot()
    def _show_keys(self) -> None:
        for row in self.rows:
            if isinstance(row, ShortcutRow):
                row.refresh()
        self._all_keys.setEnabled(bool(self._settings.shortcuts))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = Colours.of(self.palette())
        edge = self._scroll.x()
        painter.fillRect(QRectF(0, 0, edge, self.height()), colours.panel)
        painter.fillRect(QRectF(edge - 1, 0, 1, self.height()), colours.line)
        painter.end()


class _Section(QWidget):
    """A page: heading, rows, and groups of rows under headings of their own."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = title
        self.rows: list[Row | ShortcutRow] = []
        self._headings: dict[str, tuple[QLabel, list[ShortcutRow]]] = {}
        self._foot = 0
        self._extras: list[QWidget] = []
        heading = QLabel(title, self)
        heading.setFont(scaled_font(self.font(), TITLE_FACTOR, weight=QFont.Weight.DemiBold))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(heading)
        self._column.addSpacing(4)

    def say(self, text: str) -> None:
        """A sentence on the whole page."""
        note = note_label(text, self)
        self._extras.append(note)
        self._column.addWidget(note)

    def add(self, row: Row) -> None:
        """The next row."""
        self.rows.append(row)
        self._column.addWidget(row)

    def add_below(self, title: str, row: ShortcutRow) -> None:
        """The next row, under a heading that several share."""
        if title not in self._headings:
            heading = QLabel(title, self)
            heading.setFont(scaled_font(self.font(), weight=QFont.Weight.DemiBold))
            heading.setContentsMargins(0, 14, 0, 2)
            self._headings[title] = (heading, [])
            self._column.insertWidget(self._column.count() - self._foot, heading)
        self._headings[title][1].append(row)
        self.rows.append(row)
        self._column.insertWidget(self._column.count() - self._foot, row)

    def add_foot(self, widget: QWidget) -> None:
        """Something that belongs to the page and to no row."""
        self._extras.append(widget)
        before = self._column.count()
        self._column.addSpacing(14)
        self._column.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
        self._foot = self._column.count() - before

    def filter(self, words: list[str]) -> None:
        """Show the rows in which every word occurs, and the page only if there are any."""
        title = self.title.casefold()
        for row in self.rows:
            text = row.search_text
            row.setVisible(all(word in text or word in title for word in words))
        for heading, rows in self._headings.values():
            heading.setVisible(any(not row.isHidden() for row in rows))
        for extra in self._extras:
            extra.setVisible(not words)
        self.setVisible(not words or any(not row.isHidden() for row in self.rows))


class PageRow(ListRow):
    """A page's name in the list."""

    INSET: Final = 10

    @override
    def paint_words(self, painter: QPainter, rect: QRectF, index: Index, colours: Colours) -> None:
        painter.setPen(colours.text)
        inner = rect.adjusted(self.INSET, 0, -self.INSET, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
