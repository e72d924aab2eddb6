"""From uint8 pixels to what Qt paints, and back: no numpy, one copy, no colour ever changed."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

from studio.contract.errors import PictureUnreadable
from studio.shell.decoding import decoded_png


def picture_image(pixels: memoryview | bytes, *, width: int, height: int, channels: int) -> QImage:
    """A picture of the host's as an image of its own.

    ``pixels``: (height, width, channels) uint8, row by row. They are copied, because the slot
    that holds them is lent for a moment only.
    """
    image_format = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    return QImage(pixels, width, height, width * channels, image_format).copy()


def image_channels(image: QImage) -> int:
    """1 for a grey picture, 3 for one in colours."""
    return 1 if image.format() == QImage.Format.Format_Grayscale8 else 3


def image_pixels(image: QImage) -> bytes:
    """The image's uint8 values row by row, without the padding that Qt puts behind each row."""
    row = image.width() * image_channels(image)
    stride = image.bytesPerLine()
    data = bytes(image.constBits())
    if stride == row:
        return data[: row * image.height()]
    return b"".join(
        data[start : start + row] for start in range(0, stride * image.height(), stride)
    )


def tile_pixmap(
    image: QImage, *, width: int, height: int, factor: int, ratio: float, radius: float
) -> QPixmap:
    """A picture as it hangs on the wall: scaled once for the display, with round corners.

    ``width`` and ``height`` are device pixels, ``radius`` logical ones. A whole ``factor`` of
    device pixels a pixel is enlarged by nearest neighbour, 0 (any other scale) smoothly.
    """
    mode = (
        Qt.TransformationMode.FastTransformation
        if factor >= 1
        else Qt.TransformationMode.SmoothTransformation
    )
    # Four bytes a pixel before it is enlarged, and only the corners painted: a tenth of the time.
    small = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    scaled = small.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
    whole = QRectF(0, 0, width, height)
    corners = QPainterPath()
    corners.addRect(whole)
    corners.addRoundedRect(whole, radius * ratio, radius * ratio)
    painter = QPainter(scaled)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    painter.fillPath(corners, Qt.GlobalColor.black)
    painter.end()
    scaled.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(scaled)


def decoded_image(data: bytes, name: object) -> QImage:
    """A kept PNG as the image that was made. Raises `PictureUnreadable`, naming ``name``."""
    image = decoded_png(data)
    if image.isNull():
        raise PictureUnreadable(file=name, fault="its pixels are damaged")
    if image.isGrayscale() and image.format() == QImage.Format.Format_Grayscale8:
        return image
    return image.convertToFormat(QImage.Format.Format_RGB888)
