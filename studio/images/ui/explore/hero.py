"""One picture as large as whole pixels allow, and nothing else."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QBrush,
    QContextMenuEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.contract.overriding import override
from studio.shell.spoken import speak_as
from studio.shell.theme import RADIUS_PICTURE, Colours
from studio.shell.widgets.painting import fill_rounded


class HeroView(QWidget):
    """Shows what it is given."""

    menu_wanted = Signal(QPoint)
    """Payload: where on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._size = (64, 64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        speak_as(self, QAccessible.Role.Graphic)

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def set_picture_size(self, size: tuple[int, int]) -> None:
        """How large pictures are, so that an empty place has the right shape."""
        self._size = size
        self.update()

    def show_image(self, image: QImage | None) -> None:
        """Show another picture."""
        self._image = image
        self.update()

    def picture_rect(self) -> QRectF:
        """Where the picture is painted."""
        ratio = self.devicePixelRatioF()
        wide, high = self._size
        most = min(self.width() * ratio / wide, self.height() * ratio / high)
        scale = max(int(most), 1) if most >= 1 else most
        rect = QRectF(0, 0, wide * scale / ratio, high * scale / ratio)
        rect.moveCenter(QRectF(self.rect()).center())
        rect.moveTo(round(rect.left() * ratio) / ratio, round(rect.top() * ratio) / ratio)
        return rect

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(96, 96)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = self.picture_rect()
        if self._image is None:
            fill_rounded(painter, rect, RADIUS_PICTURE, Colours.of(self.palette()).raised)
        else:
            scale = rect.width() / self._image.width()
            if scale * self.devicePixelRatioF() < 1:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            brush = QBrush(self._image)
            brush.setTransform(QTransform(scale, 0, 0, scale, rect.left(), rect.top()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush)
            painter.drawRoundedRect(rect, RADIUS_PICTURE, RADIUS_PICTURE)
        painter.end()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())
