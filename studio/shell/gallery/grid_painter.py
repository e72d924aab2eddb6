"""How the gallery's grid looks: pictures, captions, stars, rings, headings and the rubber band."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPalette,
    QPen,
    QPixmap,
    QPixmapCache,
    QRegion,
)
from PySide6.QtWidgets import QWidget

from studio.shell.icons import icon_pixmap
from studio.shell.theme import ICON_SIZE, RADIUS_PICTURE, SMALL_TEXT, Colours, scaled_font
from studio.shell.widgets.painting import fill_region, fill_rounded, stroke_rounded

CAPTIONS_FROM: Final = 96
"""Tiles that are smaller have no caption."""
HEADING_SPACE: Final = 18
RING: Final = 2
RING_DISTANCE: Final = 3
STAR: Final = "★"
STARS_GAP: Final = 6
BAND_OPACITY: Final = 0.16
BADGE: Final = 18


def captions_fit(side: int) -> bool:
    """Whether a line of text fits below tiles of this size."""
    return side >= CAPTIONS_FROM


def heading_height(line: int) -> int:
    """Height of a heading whose text is ``line`` high."""
    return line + HEADING_SPACE


@dataclass(frozen=True, slots=True, kw_only=True)
class TileState:
    """All that decides how one tile looks."""

    pixmap: QPixmap | None
    """None: not decoded yet."""
    is_damaged: bool
    is_chosen: bool
    is_current: bool
    """The keyboard is on it, and must be seen."""
    is_hovered: bool
    caption: str
    is_named: bool
    """The caption is a name that the user gave."""
    rating: int


class GridPainter:
    """One paint event of the grid; `end` it."""

    def __init__(self, target: QWidget, palette: QPalette, font: QFont, ratio: float) -> None:
        self._painter = QPainter(target)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._colours = Colours.of(palette)
        self._ratio = ratio
        self._heading_font = scaled_font(font, weight=QFont.Weight.DemiBold)
        self._small = scaled_font(font, SMALL_TEXT)
        self._metrics = QFontMetrics(self._small)
        self._locale = QLocale()

    def end(self) -> None:
        """Stop painting."""
        self._painter.end()

    def fill(self, region: QRegion) -> None:
        """Paint the ground, of which nothing below is seen."""
        fill_region(self._painter, region, self._colours.ground)

    def paint_heading(self, rect: QRectF, title: str, count: int) -> None:
        """A section's title, and softly how many pictures it has."""
        painter = self._painter
        box = rect.adjusted(0, 0, 0, -8)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        painter.setFont(self._heading_font)
        painter.setPen(self._colours.text)
        painter.drawText(box, flags, title)
        beside = QFontMetrics(self._heading_font).horizontalAdvance(title) + 10
        painter.setFont(self._small)
        painter.setPen(self._colours.soft)
        painter.drawText(box.adjusted(beside, 0, 0, -1), flags, self._locale.toString(count))

    def paint_tile(self, cell: QRectF, side: int, state: TileState) -> None:
        """A picture in the middle of its square, its caption below, and its marks."""
        painter, colours = self._painter, self._colours
        square = QRectF(cell.x(), cell.y(), side, side)
        body = square
        if state.pixmap is None:
            fill_rounded(painter, square, RADIUS_PICTURE, colours.panel)
            if state.is_damaged:
                mark = icon_pixmap("error", colours.bad, ratio=self._ratio)
                half = ICON_SIZE / 2
                painter.drawPixmap(square.center() - QPointF(half, half), mark)
        else:
            body = self._place(square, state.pixmap)
            painter.drawPixmap(body.topLeft(), state.pixmap)
            # Around, not on the picture: white ones on a light ground, black ones on a dark.
            painter.drawPixmap(body.topLeft() - QPointF(1, 1), self._edge(state.pixmap.size()))
        if cell.height() > side:
            self._paint_caption(cell, side, state)
        elif state.rating:
            self._paint_stars_on(body, state.rating)
        self._paint_ring(body, state)

    def _edge(self, size: QSize) -> QPixmap:
        """The line around pictures of a size; drawn once, because round corners take long."""
        colour, ratio = self._colours.line, self._ratio
        key = f"gallery-edge/{size.width()}/{size.height()}/{ratio}/{colour.name()}"
        found = QPixmap()
        if QPixmapCache.find(key, found):
            return found
        rim = 2 * round(ratio)
        pixmap = QPixmap(size + QSize(rim, rim))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(QPointF(0, 0), pixmap.deviceIndependentSize())
        stroke_rounded(painter, whole, RADIUS_PICTURE + 1, colour, 1)
        painter.end()
        QPixmapCache.insert(key, pixmap)
        return pixmap

    def _place(self, square: QRectF, pixmap: QPixmap) -> QRectF:
        """In the middle, on whole device pixels, so that the pixels stay square and sharp."""
        ratio = self._ratio
        width, height = pixmap.width() / ratio, pixmap.height() / ratio
        x = round((square.x() + (square.width() - width) / 2) * ratio) / ratio
        y = round((square.y() + (square.height() - height) / 2) * ratio) / ratio
        return QRectF(x, y, width, height)

    def _paint_caption(self, cell: QRectF, side: int, state: TileState) -> None:
        painter, colours = self._painter, self._colours
        line = QRectF(cell.x(), cell.y() + side + 4, side, cell.height() - side - 4)
        painter.setFont(self._small)
        room = line.width()
        if state.rating:
            stars = self._stars_beside(state.caption, state.rating, room)
            wide = self._metrics.horizontalAdvance(stars)
            painter.setPen(colours.text)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(line, right, stars)
            room -= wide + STARS_GAP
        if room < self._metrics.averageCharWidth() * 3:
            return
        painter.setPen(colours.text if state.is_named else colours.soft)
        text = self._metrics.elidedText(state.caption, Qt.TextElideMode.ElideRight, int(room))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, left, text)

    def _stars_beside(self, caption: str, rating: int, room: float) -> str:
        """All of them, or a number and one where that leaves the caption whole."""
        stars = STAR * rating
        wanted = self._metrics.horizontalAdvance(caption) + STARS_GAP
        fits = wanted + self._metrics.horizontalAdvance(stars) <= room
        return stars if fits or rating == 1 else f"{rating}{STAR}"

    def _paint_stars_on(self, body: QRectF, rating: int) -> None:
        """On tiles too small for a caption: a number and a star, on a ground of its own."""
        text = f"{rating}{STAR}"
        painter, colours = self._painter, self._colours
        painter.setFont(self._small)
        wide = self._metrics.horizontalAdvance(text) + 8
        spot = QRectF(body.left() + 3, body.bottom() - 3 - BADGE, wide, BADGE)
        shade = QColor(colours.panel)
        shade.setAlphaF(0.88)
        fill_rounded(painter, spot, BADGE / 2, shade)
        painter.setPen(colours.text)
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_ring(self, body: QRectF, state: TileState) -> None:
        colours = self._colours
        reach = RING_DISTANCE + RING
        around = body.adjusted(-reach, -reach, reach, reach)
        radius = RADIUS_PICTURE + reach
        if state.is_chosen:
            stroke_rounded(self._painter, around, radius, colours.focus, RING)
            if state.is_current:
                inner = body.adjusted(-2, -2, 2, 2)
                stroke_rounded(self._painter, inner, RADIUS_PICTURE + 2, colours.text, 1)
        elif state.is_current:
            stroke_rounded(self._painter, around, radius, colours.text, RING)
        elif state.is_hovered:
            stroke_rounded(self._painter, around, radius, colours.line, RING)

    def paint_band(self, rect: QRectF) -> None:
        """The rubber band."""
        shade = QColor(self._colours.accent)
        shade.setAlphaF(BAND_OPACITY)
        self._painter.fillRect(rect, shade)
        self._painter.setPen(QPen(self._colours.accent, 1))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(rect)
