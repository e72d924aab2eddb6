"""Painting a magnified picture: exact pixels where it is enlarged, smooth where it is shrunk."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from studio.shell.pictures.magnification import Magnification
from studio.shell.theme import Colours


def target_rect(
    size: tuple[int, int], magnification: Magnification, view: tuple[float, float], ratio: float
) -> QRectF:
    """Where a picture of ``size`` lies in a view (device pixels), in logical pixels."""
    left, top = magnification.left_top(size, view)
    scale = magnification.scale / ratio
    return QRectF(left / ratio, top / ratio, size[0] * scale, size[1] * scale)


def paint_magnified(
    painter: QPainter,
    image: QImage,
    magnification: Magnification,
    view: tuple[float, float],
    ratio: float,
) -> None:
    """Paint the part of ``image`` that can be seen in a view of so many device pixels.

    Only whole source pixels are drawn, so that nearest neighbour stays exact.
    """
    scale = magnification.scale
    left, top = magnification.left_top((image.width(), image.height()), view)
    first_x, first_y = max(int(-left // scale), 0), max(int(-top // scale), 0)
    last_x = min(int((view[0] - left) // scale) + 1, image.width())
    last_y = min(int((view[1] - top) // scale) + 1, image.height())
    if last_x <= first_x or last_y <= first_y:
        return
    source = QRectF(first_x, first_y, last_x - first_x, last_y - first_y)
    target = QRectF(
        (left + first_x * scale) / ratio,
        (top + first_y * scale) / ratio,
        source.width() * scale / ratio,
        source.height() * scale / ratio,
    )
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1.0)
    painter.drawImage(target, image, source)


def paint_divider(
    painter: QPainter, x: float, height: float, grip_y: float, colours: Colours
) -> None:
    """A line that shows on every picture, dark beside light, and a grip to take it by."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((colours.on_accent, 4.0), (colours.accent, 2.0)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(QPointF(x, 0), QPointF(x, height))
    painter.setPen(QPen(colours.on_accent, 1.5))
    painter.setBrush(colours.accent)
    painter.drawEllipse(QPointF(x, grip_y), 13.0, 13.0)
    painter.setPen(QPen(colours.on_accent, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for side in (-1, 1):
        tip, back = QPointF(x + side * 8, grip_y), x + side * 4
        painter.drawLine(tip, QPointF(back, grip_y - 4))
        painter.drawLine(tip, QPointF(back, grip_y + 4))
