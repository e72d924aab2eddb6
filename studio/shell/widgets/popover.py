"""A small panel that floats beside what it belongs to, without taking the focus."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.widgets.painting import paint_panel

SHADOW = 14
"""Width of the soft shadow around the panel."""


class Popover(QWidget):
    """A child of the widget over which it floats; put widgets into `content`.

    It stays inside its parent, keeps beside its anchor and is closed by Escape.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.content = QHBoxLayout(self)
        edge = SHADOW + 6
        self.content.setContentsMargins(edge, edge, edge, edge)
        self.content.setSpacing(6)
        self._anchor = QRect()
        parent.installEventFilter(self)
        self.hide()

    def show_beside(self, anchor: QRect) -> None:
        """Float below ``anchor`` (in the parent's coordinates), or above where there is no room."""
        self._anchor = anchor
        self.adjustSize()
        self.move(self._place())
        self.show()
        self.raise_()

    def _place(self) -> QPoint:
        parent, size = self._parent.rect(), self.size()
        x = self._anchor.left() - SHADOW
        y = self._anchor.bottom() + 4 - SHADOW
        if y + size.height() - SHADOW > parent.bottom():
            y = self._anchor.top() - 4 - size.height() + SHADOW
        if y < -SHADOW:
            y = self._anchor.bottom() - size.height() + SHADOW - 4
        x = min(x, parent.right() - size.width() + SHADOW)
        return QPoint(max(x, parent.left() - SHADOW), y)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.move(self._place())
        return super().eventFilter(watched, event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self._parent.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_panel(self, SHADOW)
