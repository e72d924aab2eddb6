"""How the family tree looks: lines from parents to children, pictures, marks, numbers of rows."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen, QPixmap

from studio.images.ui.raster import tile_pixmap
from studio.shell.icons import icon_pixmap
from studio.shell.theme import RADIUS_PICTURE, Colours
from studio.shell.widgets.painting import fill_rounded, stroke_rounded

SIDES: Final = (4, 8, 14, 24, 40, 64, 96, 144)
"""Sides of a picture in logical pixels, by zoom."""
USUAL_ZOOM: Final = 5
SMALLEST_PICTURE: Final = 14
"""Side from which pictures are drawn; below, their dominant colour stands for them."""
SMALLEST_CURVED: Final = 24
"""Side from which lines are curves."""
SMALLEST_MARKED: Final = 40
"""Side from which marks are drawn on them."""
MARK: Final = 18
FADED: Final = 0.22
"""Opacity of those that a search has not found."""
RING_DISTANCE: Final = 3
RING_WIDTH: Final = 2
CACHED: Final = 1_200
"""Scaled pictures that are held."""
GUTTER: Final = 34
"""Left of the tree, where the rows are numbered."""


@dataclass(frozen=True, slots=True)
class TreeScale:
    """Distances at one zoom, in logical pixels."""

    side: int

    @property
    def pitch(self) -> float:
        """From the middle of a picture to that of the next."""
        return self.side + max(4.0, self.side * 0.16)

    @property
    def row(self) -> float:
        """From a generation to the next."""
        return self.side + max(7.0, min(self.side * 0.66, 52.0))

    @property
    def has_pictures(self) -> bool:
        """Whether pictures can be told apart at this size."""
        return self.side >= SMALLEST_PICTURE


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeState:
    """All that decides how one picture of the tree looks."""

    image: QImage | None
    swatch: int | None
    is_current: bool = False
    is_focused: bool = False
    """The keyboard is on it, and must be seen."""
    is_faded: bool = False
    """A search is on, and did not find it."""
    is_favourite: bool = False
    is_kept: bool = False
    is_missing: bool = False
    """It cannot be drawn: its model is not here."""
    hidden: int = 0
    """How many are folded away below."""


class TreePainter:
    """Paints parts of the tree, and holds the scaled pictures that were painted last."""

    def __init__(self) -> None:
        self._pixmaps: OrderedDict[tuple[int, int, float], QPixmap] = OrderedDict()

    def pixmap(self, image: QImage, side: int, ratio: float) -> QPixmap:
        """A picture within a square of ``side`` logical pixels, enlarged by whole factors."""
        key = (image.cacheKey(), side, ratio)
        found = self._pixmaps.get(key)
        if found is None:
            found = _scaled(image, side, ratio)
            self._pixmaps[key] = found
            while len(self._pixmaps) > CACHED:
                self._pixmaps.popitem(last=False)
        else:
            self._pixmaps.move_to_end(key)
        return found

    def lines(
        self,
        painter: QPainter,
        pairs: list[tuple[QPointF, QPointF]],
        pen: QPen,
        scale: TreeScale,
    ) -> None:
        """Lines from parents, below whom they begin, to children, above whom they end."""
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = scale.side / 2
        if not pairs:
            return
        if scale.side < SMALLEST_CURVED:
            painter.drawLines([QLineF(a.x(), a.y() + half, b.x(), b.y() - half) for a, b in pairs])
            return
        path = QPainterPath()
        for above, below in pairs:
            begin, end = above.y() + half, below.y() - half
            middle = (begin + end) / 2 if end > begin else end - scale.row / 2
            path.moveTo(above.x(), begin)
            path.cubicTo(above.x(), middle, below.x(), middle, below.x(), end)
        painter.drawPath(path)

    def dots(
        self,
        painter: QPainter,
        nodes: list[tuple[QPointF, NodeState]],
        scale: TreeScale,
        colours: Colours,
    ) -> None:
        """Pictures too small to be drawn, as squares of their colours."""
        by_colour: dict[tuple[int, bool], list[QRectF]] = {}
        side = scale.side
        for middle, state in nodes:
            swatch = state.swatch if state.swatch is not None else -1
            square = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
            by_colour.setdefault((swatch, state.is_faded), []).append(square)
        painter.setPen(Qt.PenStyle.NoPen)
        for (swatch, is_faded), squares in by_colour.items():
            painter.setOpacity(FADED if is_faded else 1.0)
            painter.setBrush(QColor(swatch) if swatch >= 0 else colours.soft)
            painter.drawRects(squares)
        painter.setOpacity(1.0)
        for middle, state in nodes:
            if state.is_current:
                ink = colours.text if state.is_focused else colours.accent
                self._ring(painter, _square(middle, side), side, QPen(ink, RING_WIDTH))

    def node(
        self,
        painter: QPainter,
        middle: QPointF,
        state: NodeState,
        scale: TreeScale,
        colours: Colours,
        ratio: float,
    ) -> None:
        """One picture with its marks."""
        side = scale.side
        square = _square(middle, side)
        radius = _radius(side)
        painter.setOpacity(FADED if state.is_faded else 1.0)
        if state.image is not None:
            pixmap = self.pixmap(state.image, side, ratio)
            size = pixmap.deviceIndependentSize()
            corner = QPointF(
                round((middle.x() - size.width() / 2) * ratio) / ratio,
                round((middle.y() - size.height() / 2) * ratio) / ratio,
            )
            painter.drawPixmap(corner, pixmap)
            square = QRectF(corner, size)
            stroke_rounded(painter, square, radius, colours.line, 1)
        else:
            ground = QColor(state.swatch) if state.swatch is not None else colours.raised
            fill_rounded(painter, square, radius, ground)
            if state.is_missing and side >= SMALLEST_MARKED:
                mark = icon_pixmap("warning", colours.soft, size=16, ratio=ratio)
                painter.drawPixmap(middle - QPointF(8, 8), mark)
        if side >= SMALLEST_MARKED:
            self._marks(painter, square, state, colours, ratio)
        painter.setOpacity(1.0)
        if state.is_current:
            self._ring(painter, square, side, QPen(colours.accent, RING_WIDTH))
        if state.is_focused:  # between the picture and the ring that says that it is looked at
            self._ring(painter, square, side, QPen(colours.text, RING_WIDTH), far=1.0)

    def badge(
        self,
        painter: QPainter,
        middle: QPointF,
        state: NodeState,
        scale: TreeScale,
        colours: Colours,
        font: QFont,
    ) -> QRectF:
        """How many are folded away below a picture; where that stands."""
        spot = badge_rect(middle, state.hidden, scale, font)
        fill_rounded(painter, spot, spot.height() / 2, colours.raised)
        stroke_rounded(painter, spot, spot.height() / 2, colours.line, 1)
        painter.setFont(font)
        painter.setPen(colours.text)
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, f"+{state.hidden}")
        return spot

    def _marks(
        self,
        painter: QPainter,
        square: QRectF,
        state: NodeState,
        colours: Colours,
        ratio: float,
    ) -> None:
        marks = (
            ("star-filled", state.is_favourite, colours.focus),
            ("keep", state.is_kept, colours.text),
        )
        for place, (name, ink) in enumerate((n, ink) for n, is_on, ink in marks if is_on):
            left = square.right() - 4 - MARK - place * (MARK + 3)
            spot = QRectF(left, square.top() + 4, MARK, MARK)
            shade = QColor(colours.panel)
            shade.setAlphaF(0.88)
            fill_rounded(painter, spot, MARK / 2, shade)
            mark = icon_pixmap(name, ink, size=12, ratio=ratio)
            painter.drawPixmap(QPointF(spot.x() + 3, spot.y() + 3), mark)

    def _ring(
        self,
        painter: QPainter,
        square: QRectF,
        side: int,
        pen: QPen,
        *,
        far: float = RING_DISTANCE,
    ) -> None:
        far = far if side >= SMALLEST_PICTURE else 1.5
        around = square.adjusted(-far, -far, far, far)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = _radius(side) + far
        painter.drawRoundedRect(around, radius, radius)


def badge_rect(middle: QPointF, hidden: int, scale: TreeScale, font: QFont) -> QRectF:
    """Where it says how many are folded away below a picture."""
    metrics = QFontMetrics(font)
    width = metrics.horizontalAdvance(f"+{hidden}") + 14
    height = metrics.height() + 2
    top = middle.y() + scale.side / 2 + 3
    return QRectF(middle.x() - width / 2, top, width, height)


def _square(middle: QPointF, side: float) -> QRectF:
    return QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)


def _radius(side: int) -> float:
    return min(RADIUS_PICTURE, side / 7)


def _scaled(image: QImage, side: int, ratio: float) -> QPixmap:
    """Enlarged by a whole factor where that fills most of the square, else scaled smoothly."""
    room = round(side * ratio)
    longest = max(image.width(), image.height(), 1)
    factor = room // longest
    if factor >= 1 and room - factor * longest <= room // 4:
        width, height = image.width() * factor, image.height() * factor
    else:
        factor = 0
        width = max(round(image.width() * room / longest), 1)
        height = max(round(image.height() * room / longest), 1)
    return tile_pixmap(
        image, width=width, height=height, factor=factor, ratio=ratio, radius=_radius(side)
    )
