"""The pad: the picture in the middle follows the hand, those at the rim show where it leads.

It shows what it is given and tells what the user does. The picture stays where it is while a
hand drags it, so that the eye can judge what becomes of it; only the rim says how far one is.
"""

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QBrush,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from studio.contract.overriding import override
from studio.images.ui.explore.pad_layout import PadLayout, arrange_pad
from studio.images.ui.explore.spots import WAYS, rim_way
from studio.images.ui.layout import Box
from studio.images.ui.raster import tile_pixmap
from studio.shell.pictures.touch import PinchSteps
from studio.shell.pictures.wheel import WheelSteps
from studio.shell.spoken import SpokenItem
from studio.shell.theme import RADIUS_GROUP, RADIUS_PICTURE, SMALL_TEXT, Colours, scaled_font
from studio.shell.widgets.painting import (
    KEYBOARD_REASONS,
    draw_focus_ring,
    fill_rounded,
    stroke_rounded,
)

FINE: Final = 0.1
COARSE: Final = 1.0
"""Steps that an arrow key moves, alone and with Shift."""
REACH_STEP: Final = 1.15
"""By which a notch of the wheel, or a key, changes the reach."""
FARTHEST: Final = 2.0
"""A hand may leave the rim behind by as much again."""
RING: Final = 2
RING_DISTANCE: Final = 3
LABEL_GAP: Final = 5

_ARROWS: Final = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}
_FARTHER: Final = (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_PageUp)
_NEARER: Final = (Qt.Key.Key_Minus, Qt.Key.Key_PageDown)
_ENDS: Final = {0: 0, 2: 1, 4: 2, 6: 3}
"""The pictures of the rim that lie on an axis, and where in `PadView.set_ends` their words are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandEvent:
    """The hand is here now, counted from where it was put down."""

    across: float
    """1 is the rim."""
    up: float
    final: bool
    """False while it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEvent:
    """A key moved by so many steps."""

    across: float
    up: float


class PadView(QWidget):
    """Drag to move, click a picture of the rim to go there; arrows move by 0.1, with Shift by 1."""

    handed = Signal(object)
    """Payload: `HandEvent`."""
    stepped = Signal(object)
    """Payload: `StepEvent`."""
    walked = Signal(int)
    """Payload: index of the picture of the rim that was clicked."""
    picked = Signal(int)
    """Payload: index of the picture of the sheet that was clicked."""
    reach_changed = Signal(float)
    """Payload: the factor by which the reach is to change."""
    menu_wanted = Signal(QPoint)
    """Payload: where on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout: PadLayout | None = None
        self._picture = (64, 64)
        self._sheet = 0
        self._middle: list[QImage | None] = [None]
        self._rim: list[QImage | None] = [None] * WAYS
        self._pixmaps: dict[tuple[int, int], QPixmap] = {}
        self._stale = False
        self._ends = ("", "", "", "")
        self._note = ""
        self._name = ""
        self._chosen_cell: int | None = None
        self._pressed: QPointF | None = None
        self._dragged = False
        self._hand = (0.0, 0.0)
        self._hovered: int | None = None
        self._by_keyboard = False
        self._wheel = WheelSteps()
        PinchSteps(self, lambda steps, _at: self.reach_changed.emit(REACH_STEP ** (-2 * steps)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(self.tr("The picture and where a drag leads"))

    @property
    def pad_layout(self) -> PadLayout | None:
        """Where everything is; None before the pad has a size."""
        return self._layout

    @property
    def middle(self) -> tuple[QImage | None, ...]:
        """What is shown in the middle: one picture, or those of a sheet."""
        return tuple(self._middle)

    @property
    def rim(self) -> tuple[QImage | None, ...]:
        """What is shown at the rim, from the right counter-clockwise."""
        return tuple(self._rim)

    @property
    def note(self) -> str:
        """The line at the pad's foot."""
        return self._note

    def set_pictures(self, size: tuple[int, int], *, sheet: int = 0) -> None:
        """Show pictures of another size, or a sheet of so many; nothing is there yet."""
        if (size, sheet) != (self._picture, self._sheet):
            self._picture, self._sheet = size, sheet
            self._middle = [None] * max(sheet, 1)
            self._rim = [None] * WAYS
            self._chosen_cell = None
            self._arrange()

    def show_middle(self, image: QImage | None, index: int = 0) -> None:
        """Show another picture in the middle."""
        if index < len(self._middle) and self._middle[index] is not image:
            self._middle[index] = image
            if self._layout is not None:
                self.update(self._logical(self._layout.cells[index]).toAlignedRect())

    def show_rim(self, index: int, image: QImage | None) -> None:
        """Show another picture at the rim."""
        self._rim[index] = image
        self._stale = False
        self.update(self._around(index))

    def fade_rim(self) -> None:
        """What is at the rim belongs to another place; its own pictures are on their way."""
        if not self._stale:
            self._stale = True
            self.update()

    def set_ends(self, ends: tuple[str, str, str, str]) -> None:
        """What is more at the right, at the top, at the left and at the bottom; "": nothing."""
        if ends != self._ends:
            self._ends = ends
            self.update()

    def set_note(self, text: str) -> None:
        """A few words at the pad's foot."""
        if text != self._note:
            self._note = text
            self.update()

    def choose_cell(self, index: int | None) -> None:
        """Mark a picture of the sheet."""
        if index != self._chosen_cell:
            self._chosen_cell = index
            self.update()

    def say(self, name: str) -> None:
        """What a screen reader says of the picture in the middle."""
        if name != self._name:
            self._name = name
            self.setAccessibleDescription(name)
            if QAccessible.isActive() and self.hasFocus():
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, name))

    # Where things are

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, 160)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        ratio = self.devicePixelRatioF()
        self._layout = arrange_pad(
            round(self.width() * ratio),
            round(self.height() * ratio),
            self._picture,
            ratio=ratio,
            sheet=self._sheet,
        )
        self._pixmaps.clear()
        self.update()

    def _logical(self, box: Box) -> QRectF:
        ratio = self.devicePixelRatioF()
        return QRectF(box.x / ratio, box.y / ratio, box.width / ratio, box.height / ratio)

    def middle_rect(self) -> QRectF:
        """Where the middle is painted."""
        return QRectF() if self._layout is None else self._logical(self._layout.middle)

    def rim_rect(self, index: int) -> QRectF:
        """Where a picture of the rim is painted."""
        return QRectF() if self._layout is None else self._logical(self._layout.rim[index])

    def _around(self, index: int) -> QRect:
        far = RING + RING_DISTANCE + 1
        return self.rim_rect(index).adjusted(-far, -far, far, far).toAlignedRect()

    # What a screen reader finds (see `studio.shell.spoken`)

    def spoken_count(self) -> int:
        """The middle and the rim."""
        return 1 + WAYS

    def spoken_item(self, index: int) -> SpokenItem:
        """The picture in the middle, or what lies in one of the eight directions."""
        if index == 0:
            return SpokenItem(
                name=self._name,
                rect=self.middle_rect().toAlignedRect(),
                is_chosen=True,
                is_current=True,
            )
        return SpokenItem(
            name=self._way_name(index - 1), rect=self.rim_rect(index - 1).toAlignedRect()
        )

    def _way_name(self, index: int) -> str:
        ways = (
            self.tr("right"),
            self.tr("up and right"),
            self.tr("up"),
            self.tr("up and left"),
            self.tr("left"),
            self.tr("down and left"),
            self.tr("down"),
            self.tr("down and right"),
        )
        across, up = rim_way(index)
        ends = [
            self._ends[0] if across > 0.1 else self._ends[2] if across < -0.1 else "",
            self._ends[1] if up > 0.1 else self._ends[3] if up < -0.1 else "",
        ]
        return ", ".join(part for part in (ways[index], *ends) if part)

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        layout = self._layout
        if layout is None:
            return
        colours = Colours.of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in range(WAYS):
            if event.rect().intersects(self._around(index)):
                self._paint_rim(painter, index, colours)
        for index in range(len(layout.cells)):
            if event.rect().intersects(self._logical(layout.cells[index]).toAlignedRect()):
                self._paint_middle(painter, index, colours)
        self._paint_ends(painter, colours)
        if self.hasFocus() and self._by_keyboard:
            draw_focus_ring(painter, QRectF(self.rect()), RADIUS_GROUP, colours.focus)
        painter.end()

    def _paint_middle(self, painter: QPainter, index: int, colours: Colours) -> None:
        assert self._layout is not None
        rect = self._logical(self._layout.cells[index])
        image = self._middle[index]
        radius = RADIUS_PICTURE if not self._sheet else 2
        if image is None:
            fill_rounded(painter, rect, radius, colours.raised)
        else:
            painter.save()
            if self._layout.factor == 0:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            brush = QBrush(image)
            scale = rect.width() / image.width()
            brush.setTransform(QTransform(scale, 0, 0, scale, rect.left(), rect.top()))
            painter.setBrush(brush)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(rect, radius, radius)
            painter.restore()
            if not self._sheet:
                _edge(painter, rect, colours)
        if self._sheet and index == self._chosen_cell:
            stroke_rounded(painter, rect, radius, colours.accent, RING)

    def _paint_rim(self, painter: QPainter, index: int, colours: Colours) -> None:
        rect, image = self.rim_rect(index), self._rim[index]
        if image is None:
            fill_rounded(painter, rect, RADIUS_PICTURE, colours.raised)
        else:
            pixmap = self._pixmap(index, image)
            painter.setOpacity(0.45 if self._stale and not self._dragged else 1.0)
            painter.drawPixmap(rect, pixmap, QRectF(pixmap.rect()))
            painter.setOpacity(1.0)
            _edge(painter, rect, colours)
        nearness = self._nearness(index)
        ring: QColor | None = None
        if nearness > 0.0:
            ring = QColor(colours.accent)
            ring.setAlphaF(nearness)
        elif index == self._hovered and not self._dragged:
            ring = colours.soft
        if ring is not None:
            far = RING_DISTANCE
            around = rect.adjusted(-far, -far, far, far)
            painter.setPen(QPen(ring, RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(around, RADIUS_PICTURE + far, RADIUS_PICTURE + far)

    def _nearness(self, index: int) -> float:
        """How near the hand is to a picture of the rim: 0 far, 1 there."""
        if not self._dragged:
            return 0.0
        across, up = rim_way(index)
        return max(1.0 - math.hypot(self._hand[0] - across, self._hand[1] - up), 0.0)

    def _paint_ends(self, painter: QPainter, colours: Colours) -> None:
        painter.setPen(colours.soft)
        painter.setFont(scaled_font(self.font(), SMALL_TEXT))
        metrics = painter.fontMetrics()
        high = metrics.height()
        for index, place in _ENDS.items():
            text = self._ends[place]
            if not text:
                continue
            rect = self.rim_rect(index)
            wide = metrics.horizontalAdvance(text)
            if place in (1, 3):  # beside the picture, because above and below there is no room
                left = rect.right() + 2 * LABEL_GAP
                box = QRectF(left, rect.center().y() - high / 2, wide + 1, high)
            else:
                left = min(max(rect.center().x() - wide / 2, 2), self.width() - wide - 2)
                box = QRectF(left, rect.bottom() + LABEL_GAP, wide + 1, high)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        if self._note:
            foot = QRectF(self.rect()).adjusted(10, 0, -10, -6)
            foot.setRight(self.rim_rect(6).left() - 2 * LABEL_GAP)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            whole = int(foot.width())
            text = metrics.elidedText(self._note, Qt.TextElideMode.ElideRight, whole)
            painter.drawText(foot, flags, text)

    def _pixmap(self, index: int, image: QImage) -> QPixmap:
        assert self._layout is not None
        key = (index, image.cacheKey())
        found = self._pixmaps.get(key)
        if found is None:
            box = self._layout.rim[index]
            found = tile_pixmap(
                image,
                width=box.width,
                height=box.height,
                factor=self._layout.rim_factor,
                ratio=self.devicePixelRatioF(),
                radius=RADIUS_PICTURE,
            )
            for old in [held for held in self._pixmaps if held[0] == index]:
                del self._pixmaps[old]
            self._pixmaps[key] = found
        return found

    # Hand

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keyboard = False
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            moved = position - self._pressed
            far = abs(moved.x()) + abs(moved.y())
            if not self._dragged and far < QApplication.startDragDistance():
                return
            self._dragged = True
            self._move_hand(position, final=False)
            return
        hovered = self._rim_at(position)
        if hovered != self._hovered:
            before, self._hovered = self._hovered, hovered
            for index in (before, hovered):
                if index is not None:
                    self.update(self._around(index))
            over = hovered is not None or self._cell_at(position) is not None
            shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.OpenHandCursor
            self.setCursor(shape)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if event.button() != Qt.MouseButton.LeftButton or pressed is None:
            return
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if self._dragged:
            self._dragged = False
            self._move_hand(event.position(), final=True, pressed=pressed)
            self._hand = (0.0, 0.0)
            self.update()
            return
        rim, cell = self._rim_at(event.position()), self._cell_at(event.position())
        if rim is not None:
            self.walked.emit(rim)
        elif cell is not None:
            self.picked.emit(cell)

    def _move_hand(self, position: QPointF, *, final: bool, pressed: QPointF | None = None) -> None:
        start = self._pressed if pressed is None else pressed
        if start is None or self._layout is None:
            return
        ratio = self.devicePixelRatioF()
        across = (position.x() - start.x()) * ratio / self._layout.reach_across
        up = (start.y() - position.y()) * ratio / self._layout.reach_up
        far = math.hypot(across, up)
        if far > FARTHEST:
            across, up = across / far * FARTHEST, up / far * FARTHEST
        before = [self._nearness(index) for index in range(WAYS)]
        self._hand = (across, up)
        for index in range(WAYS):
            if self._nearness(index) != before[index]:
                self.update(self._around(index))
        self.handed.emit(HandEvent(across=across, up=up, final=final))

    def _rim_at(self, position: QPointF) -> int | None:
        ratio = self.devicePixelRatioF()
        if self._layout is None:
            return None
        return self._layout.rim_at(position.x() * ratio, position.y() * ratio)

    def _cell_at(self, position: QPointF) -> int | None:
        ratio = self.devicePixelRatioF()
        if self._layout is None or not self._sheet:
            return None
        return self._layout.cell_at(position.x() * ratio, position.y() * ratio)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._hovered is not None:
            self._hovered = None
            self.update()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = self._wheel.take(event)
        if steps:
            self.reach_changed.emit(REACH_STEP**-steps)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = self.middle_rect().center().toPoint() if by_key else event.pos()
        self.menu_wanted.emit(self.mapToGlobal(at))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._ring()
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            step = COARSE if shift else FINE
            across, up = _ARROWS[key]
            self.stepped.emit(StepEvent(across=across * step, up=up * step))
        elif key in _FARTHER or key in _NEARER:
            self._ring()
            self.reach_changed.emit(REACH_STEP if key in _FARTHER else 1 / REACH_STEP)
        elif key == Qt.Key.Key_Escape and self._dragged:
            self._let_go()
        else:
            super().keyPressEvent(event)

    def _let_go(self) -> None:
        """Give up the drag: the picture is where it was."""
        self._pressed, self._dragged, self._hand = None, False, (0.0, 0.0)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.handed.emit(HandEvent(across=0.0, up=0.0, final=True))
        self.update()

    def _ring(self) -> None:
        if not self._by_keyboard:
            self._by_keyboard = True
            self.update()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_keyboard = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def _edge(painter: QPainter, rect: QRectF, colours: Colours) -> None:
    """A line around a picture, which may be as pale as the ground."""
    painter.setPen(QPen(colours.line, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    around = rect.adjusted(-0.5, -0.5, 0.5, 0.5)
    painter.drawRoundedRect(around, RADIUS_PICTURE + 0.5, RADIUS_PICTURE + 0.5)
