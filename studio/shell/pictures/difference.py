"""By how much two pictures on the screen differ, value by value, without waiting for numpy.

The window counts with whole rows of bytes as large numbers: XOR and OR of a megabyte take a
millisecond, and nothing has to be imported. `studio.provenance.compare` counts the same for the
commands.
"""

from typing import Final

from PySide6.QtGui import QImage, QPainter

from studio.provenance.compare import Difference

QUICK_PIXELS: Final = 256 * 256
"""Pictures of so many pixels are compared within a frame; larger ones beside the window."""
MOST_GAIN: Final = 64

_RGB = QImage.Format.Format_RGB888


def rgb_image(image: QImage) -> QImage:
    """The same picture in three channels, so that a grey and a coloured one can be compared."""
    return image if image.format() == _RGB else image.convertToFormat(_RGB)


def compare_images(first: QImage, second: QImage) -> Difference | None:
    """How two pictures differ; None where their sizes do, so that no pixel meets another."""
    if first.size() != second.size() or first.isNull():
        return None
    left, right = _values(rgb_image(first)), _values(rgb_image(second))
    total = first.width() * first.height()
    if left == right:
        return Difference(pixels_differing=0, total=total, largest=0, mean=0.0)
    unlike = _number(left) ^ _number(right)
    planes = unlike.to_bytes(len(left), "little")
    any_channel = _number(planes[0::3]) | _number(planes[1::3]) | _number(planes[2::3])
    distance = _values(distance_image(first, second))
    return Difference(
        pixels_differing=total - any_channel.to_bytes(total, "little").count(0),
        total=total,
        largest=max(distance),
        mean=sum(distance) / len(distance),
    )


def distance_image(first: QImage, second: QImage, *, gain: int = 1) -> QImage:
    """|first - second| for every value of two pictures of one size, times ``gain``, at most 255.

    ``gain`` is a power of two.
    """
    image = rgb_image(first).copy()
    _paint_onto(image, rgb_image(second), QPainter.CompositionMode.CompositionMode_Difference)
    for _ in range(gain.bit_length() - 1):
        _paint_onto(image, image.copy(), QPainter.CompositionMode.CompositionMode_Plus)
    return image


def gain_for(largest: int) -> int:
    """The power of two that makes a largest distance well visible and none of it clipped."""
    gain = 1
    while largest and gain < MOST_GAIN and largest * gain * 2 <= 255:
        gain *= 2
    return gain


def _paint_onto(image: QImage, other: QImage, mode: QPainter.CompositionMode) -> None:
    painter = QPainter(image)
    painter.setCompositionMode(mode)
    painter.drawImage(0, 0, other)
    painter.end()


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _values(image: QImage) -> bytes:
    """(height, width, 3) uint8 without the padding that Qt puts behind each row."""
    row, stride = 3 * image.width(), image.bytesPerLine()
    data = bytes(image.constBits())
    if row == stride:
        return data[: row * image.height()]
    return b"".join(
        data[start : start + row] for start in range(0, stride * image.height(), stride)
    )
