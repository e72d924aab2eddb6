"""Decodes kept pictures, on any thread."""

from PySide6.QtGui import QImage


def decoded_png(data: bytes) -> QImage:
    """The picture in ``data``; a null image where it is no sound PNG.

    Never without the format: Qt would ask each of its plugins, and the one for SVG makes a
    `QObject` to find out. This runs with Python's lock held, and connecting takes a lock of Qt's
    that the window's thread may hold while it waits for Python's: then nothing goes on for ever.
    """
    image = QImage()
    image.loadFromData(data, "PNG")
    return image
