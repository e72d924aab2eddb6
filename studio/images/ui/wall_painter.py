"""How a tile of the wall looks: the picture, what fades in over what, badges and rings."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from studio.images.ui.layout import WallLayout
from studio.images.ui.raster import tile_pixmap
from studio.images.ui.wall_faces import TileFace
from studio.shell.icons import icon_pixmap
from studio.shell.theme import RADIUS_PICTURE, Colours
from studio.shell.widgets.painting import fill_rounded

RING_DISTANCE: Final = 3
RING_WIDTH: Final = 2
RING_REACH: Final = RING_DISTANCE + RING_WIDTH
"""From a picture's edge to the outside of its ring."""
BADGE: Final = 22
BADGE_OPACITY: Final = 0.86
STALE_OPACITY: Final = 0.35
CACHED_PIXMAPS: Final = 192


@dataclass(frozen=True, slots=True, kw_only=True)
class TileState:
    """All that decides how one tile looks."""

    face: TileFace
    before: QImage | None
    """What fades away while the face's picture fades in."""
    share: float
    """How far that is, 0 to 1."""
    is_chosen: bool
    is_second: bool
    """The one to compare the chosen one with."""
    is_current: bool
    """The keyboard is on it, and must be seen."""
    is_hovered: bool


class TilePainter:
    """Paints tiles of one size, and holds the pixmaps of those that were painted last."""

    def __init__(self, layout: WallLayout, ratio: float) -> None:
        """``ratio``: device pixels a logical pixel."""
        self._layout = layout
        self._ratio = ratio
        self._pixmaps: OrderedDict[int, QPixmap] = OrderedDict()

    def follow(self, layout: WallLayout, ratio: float) -> None:
        """Paint at the sizes of another layout from now on."""
        if (layout, ratio) != (self._layout, self._ratio):
            self._layout, self._ratio = layout, ratio
            self._pixmaps.clear()

    def pixmap(self, image: QImage) -> QPixmap:
        """An image as large as a tile, with a tile's corners."""
        key = image.cacheKey()
        found = self._pixmaps.get(key)
        if found is None:
            found = tile_pixmap(
                image,
                width=self._layout.tile_width,
                height=self._layout.tile_height,
                factor=self._layout.factor,
                ratio=self._ratio,
                radius=RADIUS_PICTURE,
            )
            self._pixmaps[key] = found
            while len(self._pixmaps) > CACHED_PIXMAPS:
                self._pixmaps.popitem(last=False)
        else:
            self._pixmaps.move_to_end(key)
        return found

    def paint(self, painter: QPainter, rect: QRectF, state: TileState, colours: Colours) -> None:
        """Paint a tile into ``rect``, in logical pixels; its ring lies around it."""
        image, before = state.face.image, state.before
        is_fading = state.share < 1.0
        if image is None or (is_fading and before is None):
            fill_rounded(painter, rect, RADIUS_PICTURE, colours.panel)
        if before is not None and is_fading:
            painter.drawPixmap(rect.topLeft(), self.pixmap(before))
        if image is not None:
            painter.setOpacity(STALE_OPACITY if state.face.is_stale else state.share)
            painter.drawPixmap(rect.topLeft(), self.pixmap(image))
            painter.setOpacity(1.0)
            # Around, not on the picture: white ones on a light ground, black ones on a dark.
            _paint_ring(painter, rect, QPen(colours.line, 1), far=0.5)
        self._paint_badges(painter, rect, state.face, colours)
        _paint_rings(painter, rect, state, colours)

    def _paint_badges(
        self, painter: QPainter, rect: QRectF, face: TileFace, colours: Colours
    ) -> None:
        names = (
            ("star-filled", face.is_favourite),
            ("keep", face.is_kept),
            ("lock", face.is_locked),
            ("similar", face.is_parent),
        )
        for place, name in enumerate(name for name, is_wanted in names if is_wanted):
            left = rect.right() - 6 - BADGE - place * (BADGE + 4)
            spot = QRectF(left, rect.top() + 6, BADGE, BADGE)
            shade = QColor(colours.panel)
            shade.setAlphaF(BADGE_OPACITY)
            fill_rounded(painter, spot, BADGE / 2, shade)
            ink = colours.focus if name == "star-filled" else colours.text
            mark = icon_pixmap(name, ink, size=14, ratio=self._ratio)
            painter.drawPixmap(QPointF(spot.x() + 4, spot.y() + 4), mark)


def _paint_rings(painter: QPainter, rect: QRectF, state: TileState, colours: Colours) -> None:
    here = QPen(colours.text, RING_WIDTH)
    if state.is_chosen or state.is_second:
        style = Qt.PenStyle.SolidLine if state.is_chosen else Qt.PenStyle.DashLine
        _paint_ring(painter, rect, QPen(colours.accent, RING_WIDTH, style))
        if state.is_current:  # between the picture and the ring that says that it is chosen
            _paint_ring(painter, rect, here, far=1)
    elif state.is_current:
        _paint_ring(painter, rect, here)
    elif state.is_hovered:
        _paint_ring(painter, rect, QPen(colours.line, RING_WIDTH))


def _paint_ring(painter: QPainter, rect: QRectF, pen: QPen, far: float = RING_DISTANCE) -> None:
    """An outline ``far`` outside of ``rect``, with corners that follow the picture's."""
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    around = rect.adjusted(-far, -far, far, far)
    painter.drawRoundedRect(around, RADIUS_PICTURE + far, RADIUS_PICTURE + far)
