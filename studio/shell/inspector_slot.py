"""The place of the rooms' controls beside the work."""

from typing import Final

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.theme import INSPECTOR_WIDTH, TEXT_SIZE, Colours
from studio.shell.widgets.focus import FocusFollower

INSPECTOR_LEAST: Final = 248
INSPECTOR_SHARE: Final = 0.28
"""Of the window's width, between the least and `INSPECTOR_WIDTH`."""


class FrontStack(QWidget):
    """Pages of which one is shown, and as tall as that one.

    A `QStackedWidget` is as tall as its tallest page, and a short one could be scrolled.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pages: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def add_page(self, page: QWidget) -> None:
        """Take in a page, behind the others."""
        self._column.addWidget(page)  # before it is shown, else it would be a window of its own
        page.setVisible(not self._pages)
        self._pages.append(page)

    def show_page(self, place: int) -> None:
        """Show one page."""
        for number, page in enumerate(self._pages):
            page.setVisible(number == place)


class InspectorSlot(QScrollArea):
    """The place of the rooms' inspectors: fixed width, its own ground, scrolls where it must."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.stack = FrontStack(self)
        self.setWidget(self.stack)
        self.stack.setAutoFillBackground(False)
        self.setWidgetResizable(True)
        self._swapped = False
        self._window_width = parent.width()
        self._fit()
        FocusFollower(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Controls"))

    def _fit(self) -> None:
        """Wider with larger text, though less than in proportion: the work keeps its room.

        In a small window it gives up a little, which is one more column of pictures there.
        """
        growth = 1.0 + 0.6 * (max(self.font().pixelSize() / TEXT_SIZE, 1.0) - 1.0)
        least, most = INSPECTOR_LEAST * growth, INSPECTOR_WIDTH * growth
        share = self._window_width * INSPECTOR_SHARE
        self.setFixedWidth(round(min(max(share, least), most)))

    def fit_to(self, window_width: int) -> None:
        """The window has another width, in logical pixels."""
        self._window_width = window_width
        self._fit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def set_swapped(self, swapped: bool) -> None:
        """Stand to the left of the work instead of to its right."""
        self._swapped = swapped
        self.viewport().update()

    def add(self, inspector: QWidget) -> None:
        """Take in a room's inspector."""
        self.stack.add_page(inspector)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        colours = Colours.of(self.palette())
        area = QRectF(self.viewport().rect())
        painter.fillRect(area, colours.panel)
        edge = area.right() - 1 if self._swapped else area.left()
        painter.fillRect(QRectF(edge, area.top(), 1, area.height()), colours.line)
        painter.end()
