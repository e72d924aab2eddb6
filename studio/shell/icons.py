"""The studio's own line icons: 20 px, stroke 1.6, in the colour and ratio in which they are shown.

The files in ``resources/icons`` draw with ``currentColor``. Rendered icons are held in Qt's own
pixmap cache, so nothing here keeps state.
"""

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap, QPixmapCache

from studio.shell.theme import DARK, ICON_SIZE, Colours, resources, text_scale


def icon_side(side: int = ICON_SIZE) -> int:
    """The side in logical pixels of an icon beside words; it grows with the text."""
    return round(side * text_scale())


def icon_pixmap(name: str, colour: QColor, *, size: int = ICON_SIZE, ratio: float = 1.0) -> QPixmap:
    """The icon ``name`` in one colour, ``size`` logical pixels wide, sharp at ``ratio``.

    Raises `FileNotFoundError` for an icon that does not exist.
    """
    key = f"icon/{name}/{colour.name(QColor.NameFormat.HexArgb)}/{size}/{ratio}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    pixmap = _render(name, colour, size, ratio)
    QPixmapCache.insert(key, pixmap)
    return pixmap


def icon(name: str, palette: QPalette | None = None, *, size: int = ICON_SIZE) -> QIcon:
    """The icon ``name`` for actions and menus, in the theme's text colours."""
    colours = Colours.of(palette if palette is not None else QGuiApplication.palette())
    result = QIcon()
    for ratio in (1.0, 2.0):
        result.addPixmap(icon_pixmap(name, colours.text, size=size, ratio=ratio))
        faded = icon_pixmap(name, colours.soft, size=size, ratio=ratio)
        result.addPixmap(faded, QIcon.Mode.Disabled)
    return result


def window_icon() -> QIcon:
    """The studio's mark as the system shows it: accent on the dark ground, in whatever theme."""
    result = QIcon()
    for side in (32, 64, 128):
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DARK.ground))
        painter.drawRoundedRect(QRectF(0, 0, side, side), side / 5, side / 5)
        inner = round(side * 0.76)
        mark = icon_pixmap("atelier", QColor(DARK.accent), size=inner)
        painter.drawPixmap((side - inner) // 2, (side - inner) // 2, mark)
        painter.end()
        result.addPixmap(pixmap)
    return result


def _render(name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    drawing = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour.name()).encode()))
    side = round(size * ratio)
    pixmap = QPixmap(QSize(side, side))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(colour.alphaF())
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
