"""A layout that fills rows from the left and wraps, for chips and thumbnails."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from studio.contract.overriding import override


class FlowLayout(QLayout):
    """Rows of items at their preferred size; the height follows from the width."""

    def __init__(
        self, parent: QWidget | None = None, *, gap: int = 6, is_centred: bool = False
    ) -> None:
        """``is_centred``: every row stands in the middle instead of at the left."""
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._is_centred = is_centred
        self.setContentsMargins(QMargins(0, 0, 0, 0))

    @override
    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), place=False)

    @override
    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    @override
    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        """Lay the items out in ``rect`` and return the height they need."""
        inner = rect.marginsRemoved(self.contentsMargins())
        y = inner.y()
        for row in self._rows(inner.width()):
            wide = sum(item.sizeHint().width() for item in row) + self._gap * (len(row) - 1)
            x = inner.x()
            if self._is_centred:
                x += max((inner.width() - wide) // 2, 0)
            for item in row if place else ():
                size = item.sizeHint()
                width = min(size.width(), inner.width())
                item.setGeometry(QRect(QPoint(x, y), QSize(width, size.height())))
                x += size.width() + self._gap
            y += max(item.sizeHint().height() for item in row) + self._gap
        used = y - self._gap if y > inner.y() else y
        return used - rect.y() + self.contentsMargins().bottom()

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        """The items that are seen, in rows of at most ``width``."""
        rows: list[list[QLayoutItem]] = []
        x = 0
        for item in self._items:
            if item.isEmpty():
                continue
            wide = item.sizeHint().width()
            if not rows or x + wide > width:
                rows.append([])
                x = 0
            rows[-1].append(item)
            x += wide + self._gap
        return rows
