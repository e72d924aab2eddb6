"""A large icon in soft ink, above the words of a page on which there is nothing else."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.contract.overriding import override
from studio.shell.icons import icon_pixmap
from studio.shell.theme import Colours


class LargeMark(QWidget):
    """Stands in the middle of the width it gets."""

    def __init__(self, icon: str, side: int, parent: QWidget) -> None:
        """``side`` is in logical pixels."""
        super().__init__(parent)
        self._icon = icon
        self._side = side
        self.setFixedHeight(side)

    def show_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        soft = Colours.of(self.palette()).soft
        pixmap = icon_pixmap(self._icon, soft, size=self._side, ratio=self.devicePixelRatioF())
        QPainter(self).drawPixmap((self.width() - self._side) // 2, 0, pixmap)
