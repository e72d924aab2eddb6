"""A picture that was clicked, grown, with its neighbours around it, over the wall.

Nothing of the wall moves: the panel lies over it and is gone with Escape or a click elsewhere.
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QRegion,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from studio.contract.overriding import override
from studio.images.ui.layout import Box
from studio.images.ui.raster import tile_pixmap
from studio.images.ui.surroundings import NEIGHBOURS, Surroundings
from studio.shell.motion import motion_wanted
from studio.shell.pictures.named import NamedPicture
from studio.shell.spoken import SpokenItem
from studio.shell.theme import RADIUS_GROUP, RADIUS_PICTURE, Colours
from studio.shell.widgets.painting import (
    draw_shadow,
    fill_rounded,
    stroke_rounded,
)

GROWTH_MILLISECONDS: Final = 160
SHADOW: Final = 16
CENTRE: Final = NEIGHBOURS
"""Index of the picture in the middle, behind those of its neighbours."""
RING: Final = 2
RING_DISTANCE: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourEvent:
    """Something that the user did to one of the pictures; `CENTRE` is the one in the middle."""

    index: int
    position: QPoint | None = None
    """On the screen, where a menu belongs."""


class NeighbourhoodView(QWidget):
    """Nine pictures: arrows move, Return walks to a neighbour or looks at the one in the middle."""

    walked = Signal(object)
    """Payload: `NeighbourEvent`: this neighbour is to be the middle."""
    opened = Signal(object)
    """Payload: `NeighbourEvent`: this picture is to be looked at close by."""
    dismissed = Signal()
    drag_started = Signal(object)
    """Payload: `NeighbourEvent`."""
    menu_wanted = Signal(object)
    """Payload: `NeighbourEvent` with a position."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._layout: Surroundings | None = None
        self._pictures: list[NamedPicture | None] = [None] * (NEIGHBOURS + 1)
        self._pixmaps: dict[tuple[int, int], QPixmap] = {}
        self._ground: QPixmap | None = None
        self._current = CENTRE
        self._hovered: int | None = None
        self._pressed: tuple[int, QPoint] | None = None
        self._by_keyboard = False
        self._since_shown = QElapsedTimer()
        self._start = QRectF()
        self._growth = QVariantAnimation(self)
        self._growth.setDuration(GROWTH_MILLISECONDS)
        self._growth.setStartValue(0.0)
        self._growth.setEndValue(1.0)
        self._growth.valueChanged.connect(lambda _share: self._grow())
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("The picture and its neighbours"))
        self.hide()

    @property
    def panel(self) -> QRect:
        """The panel itself in the parent's coordinates, without its shadow."""
        return self.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)

    @property
    def current(self) -> int:
        """The picture that the keyboard is on."""
        return self._current

    @property
    def pictures(self) -> tuple[NamedPicture | None, ...]:
        """What is shown: eight neighbours (None: being made) and the middle."""
        return tuple(self._pictures)

    def show_around(
        self, tile: QRectF, layout: Surroundings, inside: QRect, centre: NamedPicture
    ) -> None:
        """Grow the picture out of its ``tile``; see `arrange`."""
        self.arrange(tile, layout, inside)
        self._since_shown.start()
        self.show_middle(centre)
        self._current = CENTRE
        self.show()
        self.raise_()
        if motion_wanted():
            self._growth.start()

    def arrange(self, tile: QRectF, layout: Surroundings, inside: QRect) -> None:
        """Lie around a tile in this way, with what is shown.

        ``tile`` and ``inside``, where there is room, are in the parent's coordinates.
        """
        self._layout = layout
        self._pixmaps.clear()
        self._ground = None
        ratio = self.devicePixelRatioF()
        size = QSize(round(layout.width / ratio), round(layout.height / ratio))
        place = QRect(QPoint(), size)
        place.moveCenter(tile.center().toPoint())
        before = _rect(layout.centre, ratio).center().x()
        left = round(tile.center().x() - before)
        place.moveLeft(max(min(left, inside.right() + 1 - size.width()), inside.left()))
        place.moveTop(max(min(place.top(), inside.bottom() + 1 - size.height()), inside.top()))
        self.setGeometry(place.adjusted(-SHADOW, -SHADOW, SHADOW, SHADOW))
        self._start = tile.translated(-self.x(), -self.y())
        self.update()

    def show_middle(self, centre: NamedPicture) -> None:
        """Another picture is in the middle; its neighbours are still to come."""
        self._pictures[:NEIGHBOURS] = [None] * NEIGHBOURS
        self._pixmaps.clear()
        self.show_picture(CENTRE, centre)
        self.update()

    def show_picture(self, index: int, picture: NamedPicture) -> None:
        """A picture has arrived."""
        self._pictures[index] = picture
        if index == self._current:
            self.setAccessibleDescription(picture.name)
        if self._layout is None:
            return
        around = RING_DISTANCE + RING + 1
        place = self.picture_rect(index).toAlignedRect()
        self.update(place.adjusted(-around, -around, around, around))

    def picture_rect(self, index: int) -> QRectF:
        """Where a picture is painted, in this widget's logical pixels."""
        assert self._layout is not None
        box = self._layout.centre if index == CENTRE else self._layout.neighbours[index]
        ratio = self.devicePixelRatioF()
        return _rect(box, ratio).translated(SHADOW, SHADOW)

    # What a screen reader finds (see `studio.shell.spoken`)

    def spoken_count(self) -> int:
        """All nine."""
        return NEIGHBOURS + 1

    def spoken_item(self, index: int) -> SpokenItem:
        """A picture by its name."""
        place = self.picture_rect(index).toAlignedRect() if self._layout is not None else QRect()
        return SpokenItem(
            name=self._name(index),
            rect=place,
            is_chosen=index == CENTRE,
            is_current=index == self._current,
        )

    def _name(self, index: int) -> str:
        picture = self._pictures[index]
        return self.tr("a neighbour, being made") if picture is None else picture.name

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._layout is None:
            return
        colours = Colours.of(self.palette())
        growing = self._growth.state() == QVariantAnimation.State.Running
        share = float(self._growth.currentValue()) if growing else 1.0
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._panel_pixmap(colours))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in range(NEIGHBOURS):
            rect = self.picture_rect(index)
            if event.rect().intersects(rect.toAlignedRect()):
                self._paint(painter, index, rect, colours)
        eased = 1.0 - (1.0 - share) ** 3
        grown = _between(self._start, self.picture_rect(CENTRE), eased)
        self._paint(painter, CENTRE, grown, colours)
        painter.end()

    def _panel_pixmap(self, colours: Colours) -> QPixmap:
        """Panel and shadow, drawn once: a wide soft shadow takes as long as everything else."""
        if self._ground is None:
            ratio = self.devicePixelRatioF()
            ground = QPixmap(self.size() * ratio)
            ground.setDevicePixelRatio(ratio)
            ground.fill(Qt.GlobalColor.transparent)
            painter = QPainter(ground)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            body = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
            inner = body.toRect().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
            painter.setClipRegion(QRegion(self.rect()) - QRegion(inner))
            draw_shadow(painter, body, RADIUS_GROUP, SHADOW, colours)
            painter.setClipping(False)
            fill_rounded(painter, body, RADIUS_GROUP, colours.panel)
            stroke_rounded(painter, body, RADIUS_GROUP, colours.line, 1)
            painter.end()
            self._ground = ground
        return self._ground

    def _grow(self) -> None:
        """Paint the middle anew, and of the wall only what lies below it."""
        reach = self._start.united(self.picture_rect(CENTRE)).toAlignedRect()
        around = RING_DISTANCE + RING + 1
        self.update(reach.adjusted(-around, -around, around, around))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._ground = None

    def _paint(self, painter: QPainter, index: int, rect: QRectF, colours: Colours) -> None:
        picture = self._pictures[index]
        if picture is None:
            fill_rounded(painter, rect, RADIUS_PICTURE, colours.raised)
        else:
            pixmap = self._pixmap(index, picture.image)
            painter.drawPixmap(rect, pixmap, QRectF(pixmap.rect()))
            edge = rect.adjusted(-0.5, -0.5, 0.5, 0.5)
            painter.setPen(QPen(colours.line, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(edge, RADIUS_PICTURE + 0.5, RADIUS_PICTURE + 0.5)
        ring = None
        if index == self._current and self._by_keyboard and self.hasFocus():
            ring = colours.text
        elif index == CENTRE:
            ring = colours.accent
        elif index == self._hovered:
            ring = colours.soft
        if ring is not None:
            far = RING_DISTANCE
            painter.setPen(QPen(ring, RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            around = rect.adjusted(-far, -far, far, far)
            painter.drawRoundedRect(around, RADIUS_PICTURE + far, RADIUS_PICTURE + far)

    def _pixmap(self, index: int, image: QImage) -> QPixmap:
        assert self._layout is not None
        key = (index, image.cacheKey())
        if key not in self._pixmaps:
            is_centre = index == CENTRE
            box = self._layout.centre if is_centre else self._layout.neighbours[index]
            layout = self._layout
            self._pixmaps[key] = tile_pixmap(
                image,
                width=box.width,
                height=box.height,
                factor=layout.centre_factor if is_centre else layout.neighbour_factor,
                ratio=self.devicePixelRatioF(),
                radius=RADIUS_PICTURE,
            )
        return self._pixmaps[key]

    # Mouse and keyboard

    def _index_at(self, position: QPointF) -> int | None:
        if self._layout is None:
            return None
        found = (i for i in range(NEIGHBOURS + 1) if self.picture_rect(i).contains(position))
        return next(found, None)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keyboard = False
        index = self._index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._pressed = index, event.position().toPoint()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            index, start = self._pressed
            far = (event.position().toPoint() - start).manhattanLength()
            if far >= QApplication.startDragDistance():
                self._pressed = None
                if self._pictures[index] is not None:
                    self.drag_started.emit(NeighbourEvent(index=index))
            return
        hovered = self._index_at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if event.button() != Qt.MouseButton.LeftButton or pressed is None:
            return
        index = self._index_at(event.position())
        if index == pressed[0] and index != CENTRE and self._pictures[index] is not None:
            self._set_current(CENTRE)
            self.walked.emit(NeighbourEvent(index=index))

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On any place right after it appeared, because the first click was on the tile below."""
        is_second = self._since_shown.elapsed() < QApplication.doubleClickInterval()
        index = CENTRE if is_second else self._index_at(event.position())
        if index is not None and self._pictures[index] is not None:
            self.opened.emit(NeighbourEvent(index=index))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the wall scrolls, and with it this goes

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self._current if keyboard else self._index_at(QPointF(event.pos()))
        if index is not None and self._pictures[index] is not None:
            at = self.picture_rect(index).center().toPoint() if keyboard else event.pos()
            self.menu_wanted.emit(NeighbourEvent(index=index, position=self.mapToGlobal(at)))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        if key in steps and self._layout is not None:
            self._by_keyboard = True
            self._set_current(self._layout.moved(self._current, *steps[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._by_keyboard = True
            index = self._current
            if index == CENTRE and key != Qt.Key.Key_Space:
                self.opened.emit(NeighbourEvent(index=CENTRE))
            elif index != CENTRE and self._pictures[index] is not None:
                self._set_current(CENTRE)
                self.walked.emit(NeighbourEvent(index=index))
        elif key == Qt.Key.Key_Escape:
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)

    def _set_current(self, index: int) -> None:
        if index != self._current:
            self._current = index
            self.setAccessibleDescription(self._name(index))
            if QAccessible.isActive():
                said = QAccessibleAnnouncementEvent(self, self._name(index))
                QAccessible.updateAccessibility(said)
            self.update()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def _rect(box: Box, ratio: float) -> QRectF:
    return QRectF(box.x / ratio, box.y / ratio, box.width / ratio, box.height / ratio)


def _between(first: QRectF, second: QRectF, share: float) -> QRectF:
    def mixed(a: float, b: float) -> float:
        return a + share * (b - a)

    return QRectF(
        mixed(first.x(), second.x()),
        mixed(first.y(), second.y()),
        mixed(first.width(), second.width()),
        mixed(first.height(), second.height()),
    )
