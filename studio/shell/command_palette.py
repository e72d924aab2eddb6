"""Every command by its name: type a few letters, press Return."""

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.contract.overriding import override
from studio.shell.actions import ActionRegistry, Command, shortcut_text
from studio.shell.theme import RADIUS_BUTTON, Colours
from studio.shell.widgets.painting import fill_rounded, paint_panel

ITSELF: Final = "window.commands"
WIDTH: Final = 480
ROWS: Final = 9
TOP: Final = 72
SHADOW: Final = 16
KEY_ROLE: Final = Qt.ItemDataRole.UserRole
COMMAND_ROLE: Final = Qt.ItemDataRole.UserRole + 1


def rank(query: str, command: Command) -> int | None:
    """How well a command fits what was typed: smaller is better, None: not at all.

    Every word must occur in the command's text, its group or its stable English name, so that
    both languages find it.
    """
    words = query.casefold().split()
    text = command.text.casefold()
    everything = f"{text} {command.group} {command.identity.replace('_', ' ')}".casefold()
    if not all(word in everything for word in words):
        return None
    if not words or text.startswith(words[0]):
        return 0
    return 1 if f" {words[0]}" in text else 2


class CommandPalette(QWidget):
    """Floats over the window; closes by Escape, by choosing, and when the focus leaves it."""

    def __init__(self, registry: ActionRegistry, parent: QWidget) -> None:
        super().__init__(parent)
        self._registry = registry
        self._over = parent
        self._before: QWidget | None = None
        self.setAccessibleName(self.tr("Commands"))
        self._field = QLineEdit(self)
        self._field.setPlaceholderText(self.tr("What would you like to do?"))
        self._field.setAccessibleName(self.tr("What would you like to do?"))
        self._field.installEventFilter(self)
        self._list = QListWidget(self)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setFrameShape(QListWidget.Shape.NoFrame)
        self._list.setItemDelegate(_Row(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(self.tr("Commands"))
        self._list.viewport().setAutoFillBackground(False)
        self._nothing = QLabel(self.tr("Nothing found"), self)
        self._nothing.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._nothing.setContentsMargins(10, 7, 10, 7)
        self._nothing.hide()
        layout = QVBoxLayout(self)
        edge = SHADOW + 8
        layout.setContentsMargins(edge, edge, edge, edge)
        layout.setSpacing(6)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        layout.addWidget(self._nothing)
        self._field.textChanged.connect(self._filter)
        self._field.returnPressed.connect(self._run_current)
        self._list.itemClicked.connect(lambda _item: self._run_current())
        parent.installEventFilter(self)
        self.hide()

    @property
    def texts(self) -> list[str]:
        """The commands that are offered, best first."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def open(self) -> None:
        """Show all commands and take the keyboard; it goes back where it was afterwards."""
        if self.isVisible():
            return
        self._before = QApplication.focusWidget()
        self._field.clear()
        self._filter("")
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close without doing anything."""
        if not self.isVisible():
            return
        before, self._before = self._before, None
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()

    def _filter(self, query: str) -> None:
        found = []
        for command in self._registry:
            place = rank(query, command)
            if place is not None and command.action.isEnabled() and command.identity != ITSELF:
                # The room's own commands come first: the window's are the same everywhere.
                found.append((place, command.identity.startswith("window."), command))
        self._list.clear()
        for *_order, command in sorted(found, key=lambda entry: entry[:2]):
            item = QListWidgetItem(command.action.text())
            item.setData(KEY_ROLE, shortcut_text(command.action))
            item.setData(COMMAND_ROLE, command.identity)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self._place()

    def _run_current(self) -> None:
        item = self._list.currentItem()
        if item is None:
            return
        identity = str(item.data(COMMAND_ROLE))
        self.dismiss()
        self._registry.action(identity).trigger()

    def _place(self) -> None:
        rows = min(max(self._list.count(), 1), ROWS)
        self._list.setFixedHeight(rows * _row_height(self) + 4)
        self.setFixedWidth(min(WIDTH + 2 * SHADOW, self._over.width()))
        self.adjustSize()
        self.move((self._over.width() - self.width()) // 2, TOP - SHADOW)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        if watched is self._field:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._key(event)
            if (
                isinstance(event, QFocusEvent)
                and event.type() == QEvent.Type.FocusOut
                and event.reason() != Qt.FocusReason.ActiveWindowFocusReason
            ):
                self._before = None  # the focus has gone where the user wants it
                self.hide()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        """Arrows move in the list while the field keeps the keyboard."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if steps is not None and self._list.count():
            self._list.setCurrentRow((self._list.currentRow() + steps) % self._list.count())
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return True
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_panel(self, SHADOW)


class _Row(QStyledItemDelegate):
    """A command's words to the left, its key to the right."""

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        widget = self.parent()
        assert isinstance(widget, QWidget)
        return QSize(0, _row_height(widget))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        widget = self.parent()
        assert isinstance(widget, QListWidget)
        colours = Colours.of(widget.palette())
        rect = QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.row() == widget.currentRow():
            fill_rounded(painter, QRectF(rect), RADIUS_BUTTON, colours.hover)
        painter.setPen(colours.text)
        inner = rect.adjusted(10, 0, -10, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        painter.setPen(colours.soft)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(inner, right, str(index.data(KEY_ROLE)))
        painter.restore()


def _row_height(widget: QWidget) -> int:
    return widget.fontMetrics().height() + 14
