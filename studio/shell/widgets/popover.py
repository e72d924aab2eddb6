"""A small panel that floats beside what it belongs to, without taking the focus."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.widgets.painting import paint_panel

SHADOW = 14
"""Width of the soft shadow around the panel."""
_STEPS: Final = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: 0,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 0,
}


class Popover(QWidget):
    """A child of the widget over which it floats; put widgets into `content`.

    It stays inside its parent, keeps beside its anchor and is closed by Escape. Left and Right
    go from one of its widgets to the next and never out of it.
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
        for widget in self._widgets():
            widget.installEventFilter(self)
        self._fit()
        self.move(self._place())
        self.show()
        self.raise_()

    def _fit(self) -> None:
        """As wide as it likes, and never wider than what it floats over."""
        self.adjustSize()
        self.resize(min(self.width(), self._parent.width() + 2 * SHADOW), self.height())

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
        if watched is self._parent:
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self._fit()
                self.move(self._place())
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                self._step(step)
                return True
        return super().eventFilter(watched, event)

    def _widgets(self) -> list[QWidget]:
        items = (self.content.itemAt(place) for place in range(self.content.count()))
        found = (item.widget() for item in items if item is not None)
        return [widget for widget in found if widget is not None]

    def _step(self, step: int) -> None:
        """Put the keyboard on the widget so many beside the one that has it; the ends hold."""
        reached = [one for one in self._widgets() if one.isVisible() and one.isEnabled()]
        place = next((i for i, one in enumerate(reached) if one.hasFocus()), None)
        if place is not None:
            place = min(max(place + step, 0), len(reached) - 1)
            reached[place].setFocus(Qt.FocusReason.TabFocusReason)

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
