"""A small picture beside a control: what it would look like there."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from studio.contract.overriding import override
from studio.shell.icons import icon_pixmap, icon_side
from studio.shell.theme import RADIUS_BUTTON, RADIUS_PICTURE, Colours
from studio.shell.widgets.buttons import PaintedButton
from studio.shell.widgets.painting import fill_rounded

END_SIDE: Final = 32
SLOT_SIDE: Final = 48


def paint_picture(painter: QPainter, rect: QRectF, image: QImage, radius: float) -> None:
    """Paint a picture as large as fits into ``rect``, smoothly, with round corners."""
    scale = min(rect.width() / max(image.width(), 1), rect.height() / max(image.height(), 1))
    shown = QRectF(0, 0, image.width() * scale, image.height() * scale)
    shown.moveCenter(rect.center())
    rounded = QPainterPath()
    rounded.addRoundedRect(shown, radius, radius)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(rounded, Qt.ClipOperation.IntersectClip)
    painter.drawImage(shown, image)
    painter.restore()


class EndThumb(QWidget):
    """At the end of a slider; it says nothing that the slider does not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self.setFixedSize(END_SIDE, END_SIDE)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def show_image(self, image: QImage | None) -> None:
        """Show another picture."""
        self._image = image
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        if self._image is None:
            colours = Colours.of(self.palette())
            fill_rounded(painter, rect, RADIUS_PICTURE, colours.raised)
        else:
            paint_picture(painter, rect, self._image, RADIUS_PICTURE)
        painter.end()


class SlotButton(PaintedButton):
    """A place for a picture: a click chooses one, one can be dropped on it."""

    dropped = Signal(str)
    """Payload: path of a file that was dropped."""

    def __init__(self, words: str, parent: QWidget | None = None, *, side: int = SLOT_SIDE) -> None:
        super().__init__("", parent)
        self._side = side
        self._image: QImage | None = None
        self.setAcceptDrops(True)
        self.setAccessibleName(words)
        self.setToolTip(words)

    @property
    def image(self) -> QImage | None:
        """What lies in it."""
        return self._image

    def show_image(self, image: QImage | None) -> None:
        """Show another picture, or that there is none."""
        self._image = image
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        if self._image is not None:
            paint_picture(painter, rect, self._image, RADIUS_PICTURE)
            return
        lit = self.is_hovered or self.isDown()
        fill_rounded(painter, rect, RADIUS_BUTTON, colours.hover if lit else colours.raised)
        side = icon_side(16)
        plus = icon_pixmap("plus", colours.soft, size=side, ratio=self.devicePixelRatioF())
        painter.drawPixmap(
            QPointF(rect.center().x() - side / 2, rect.center().y() - side / 2), plus
        )

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                event.acceptProposedAction()
                self.dropped.emit(url.toLocalFile())
                return
