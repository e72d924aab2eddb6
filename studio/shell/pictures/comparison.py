"""Two pictures compared: a wipe between them, side by side, in turns, or their difference."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from PySide6.QtCore import (
    QObject,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QThreadPool,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QHideEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from studio.contract.overriding import override
from studio.provenance.compare import Difference
from studio.shell.motion import motion_wanted
from studio.shell.pictures.difference import (
    QUICK_PIXELS,
    compare_images,
    distance_image,
    gain_for,
)
from studio.shell.pictures.magnification import (
    STEPS,
    Magnification,
    fitting_step,
    scale_of,
)
from studio.shell.pictures.named import NamedPicture
from studio.shell.pictures.painting import paint_divider, paint_magnified, target_rect
from studio.shell.pictures.touch import PinchSteps
from studio.shell.pictures.wheel import WheelSteps
from studio.shell.theme import GAP, Colours

GRIP_REACH: Final = 16
"""Logical pixels from the divider within which a press takes it, and not the picture."""
BLINK_MILLISECONDS: Final = 700
"""Three changes in two seconds: below the rate at which flashing can harm."""


class ComparisonMode(Enum):
    """How two pictures are held against each other."""

    WIPE = "wipe"
    SIDE = "side"
    BLINK = "blink"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonEvent:
    """Something asked of one of the two pictures."""

    index: int
    position: QPointF
    """On the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    pair: int
    difference: Difference | None


class _Counter(QObject):
    """Brings a difference that was counted on another thread to the window's."""

    counted = Signal(object)


class ComparisonCanvas(QWidget):
    """Paints the two pictures and lets the mouse move divider and pictures.

    Both show the same part: where their sizes differ the second is enlarged by the largest whole
    factor at which it is no larger than the first.
    """

    changed = Signal()
    """Mode, divider, magnification, difference, or the picture in front have changed."""
    active_changed = Signal()
    drag_started = Signal(object)
    """Payload: index of the picture, 0 or 1."""
    menu_wanted = Signal(object)
    """Payload: `ComparisonEvent`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: tuple[NamedPicture, NamedPicture] | None = None
        self._pair = 0
        self._mode = ComparisonMode.WIPE
        self._divider = 0.5
        self._active = 0
        self._front = 0
        self._magnification = Magnification()
        self._is_whole = True
        self._difference: Difference | None = None
        self._distance: QImage | None = None
        self._is_counting = False
        self._holds_divider = False
        self._grabbed: QPointF | None = None
        self._wheel = WheelSteps()
        self._blink = QTimer(self)
        self._blink.setInterval(BLINK_MILLISECONDS)
        self._blink.timeout.connect(self.flip)
        self._counter = _Counter(self)
        self._counter.counted.connect(self._take, Qt.ConnectionType.QueuedConnection)
        PinchSteps(self, self._magnify_at)
        self.setMinimumSize(QSize(160, 96))
        self.setMouseTracking(True)

    # What it shows

    @property
    def pictures(self) -> tuple[NamedPicture, NamedPicture] | None:
        """What is compared."""
        return self._pictures

    @property
    def mode(self) -> ComparisonMode:
        """How it is compared."""
        return self._mode

    @property
    def divider(self) -> float:
        """Where the wipe stands: the share of the picture's width that shows the first one."""
        return self._divider

    @property
    def active(self) -> int:
        """Which picture is meant by what is done; it stays so while they take turns."""
        return self._active

    @property
    def front(self) -> int:
        """Which picture is in front while they take turns."""
        return self._front

    @property
    def difference(self) -> Difference | None:
        """By how much they differ; None while it is being counted, and for unlike sizes."""
        return self._difference

    @property
    def is_counting(self) -> bool:
        """Whether the difference is being counted."""
        return self._is_counting

    @property
    def gain(self) -> int:
        """By how much the difference is amplified, so that it can be seen."""
        return gain_for(self._difference.largest) if self._difference is not None else 1

    @property
    def magnification(self) -> Magnification:
        """How the first picture is magnified."""
        return self._magnification

    @property
    def is_whole(self) -> bool:
        """Whether both are shown as large as fits."""
        return self._is_whole

    @property
    def is_blinking(self) -> bool:
        """Whether the pictures take turns by themselves."""
        return self._blink.isActive()

    def show_pair(self, first: NamedPicture, second: NamedPicture) -> None:
        """Compare these two, as large as fits."""
        self._pictures = first, second
        self._pair += 1
        self._active = self._front = 0
        self._divider = 0.5
        self._count()
        self.show_whole()

    def replace_picture(self, index: int, picture: NamedPicture) -> None:
        """Show a newer picture in the same place and way."""
        if self._pictures is None:
            return
        first, second = self._pictures
        self._pictures = (picture, second) if index == 0 else (first, picture)
        self._pair += 1
        self._count()
        self.show_whole() if self._is_whole else self._changed()

    def clear(self) -> None:
        """Compare nothing."""
        self._pictures = None
        self._pair += 1
        self._blink.stop()
        self._difference, self._distance, self._is_counting = None, None, False
        self.update()

    def set_mode(self, mode: ComparisonMode) -> None:
        """Compare in another way. Pictures take turns by themselves where motion is wanted."""
        self._mode = mode
        self._front = self._active
        if mode is ComparisonMode.BLINK and self.isVisible() and motion_wanted():
            self._blink.start()
        else:
            self._blink.stop()
        self.show_whole() if self._is_whole else self._changed()

    def set_divider(self, share: float) -> None:
        """Move the wipe."""
        self._divider = min(max(share, 0.0), 1.0)
        self._changed()

    def set_active(self, index: int) -> None:
        """Mean this one of the two, and have it in front."""
        if index != self._front:
            self._front = index
            self._changed()
        if index != self._active and self._pictures is not None:
            self._active = index
            self.active_changed.emit()
            self._changed()

    @Slot()
    def flip(self) -> None:
        """Have the other one in front. What is meant stays: keys would race with the turns."""
        if self._pictures is not None:
            self._front = 1 - self._front
            self._changed()

    def stop_blinking(self) -> None:
        """From now on the pictures change places only when they are told to."""
        self._blink.stop()

    # Size and place

    def area(self, index: int) -> QRectF:
        """The part of the canvas in which a picture is shown."""
        whole = QRectF(self.rect())
        if self._mode is not ComparisonMode.SIDE:
            return whole
        half = (whole.width() - 2 * GAP) / 2
        return QRectF(0 if index == 0 else half + 2 * GAP, 0, half, whole.height())

    def view_size(self) -> tuple[float, float]:
        """Width and height in device pixels of the part in which one picture is shown."""
        ratio, area = self.devicePixelRatioF(), self.area(0)
        return area.width() * ratio, area.height() * ratio

    def picture_rect(self, index: int) -> QRectF:
        """Where a picture lies on the canvas, in logical pixels."""
        assert self._pictures is not None
        image = self._pictures[index].image
        rect = target_rect(
            (image.width(), image.height()),
            self._magnification_of(index),
            self.view_size(),
            self.devicePixelRatioF(),
        )
        return rect.translated(self.area(index).topLeft())

    def show_whole(self) -> None:
        """As large as fits, at a whole factor."""
        self._is_whole = True
        if self._pictures is not None:
            size = self._size_of(0)
            self._magnification = Magnification(step=fitting_step(size, self.view_size()))
        self._changed()

    def show_pixels(self) -> None:
        """100 %: one pixel of the first picture on one of the display."""
        self._set_magnification(replace(self._magnification, step=1))

    def step_by(self, steps: int) -> None:
        """Larger or smaller around the middle."""
        self._set_magnification(self._magnification.stepped(steps))

    def push(self, across: float, down: float) -> None:
        """Move both pictures by so many logical pixels."""
        if self._pictures is None:
            return
        ratio = self.devicePixelRatioF()
        moved = self._magnification.moved(
            across * ratio, down * ratio, self._size_of(0), self.view_size()
        )
        if moved != self._magnification:
            self._set_magnification(moved)

    def divider_x(self) -> float:
        """Where the wipe's line stands on the canvas."""
        rect = self.picture_rect(0)
        return rect.left() + self._divider * rect.width()

    def _size_of(self, index: int) -> tuple[int, int]:
        assert self._pictures is not None
        image = self._pictures[index].image
        return image.width(), image.height()

    def _magnification_of(self, index: int) -> Magnification:
        if index == 0 or self._size_of(0) == self._size_of(1):
            return self._magnification
        longest = max(self._size_of(0)) * self._magnification.scale
        fitting = [s for s in STEPS if max(self._size_of(1)) * scale_of(s) <= longest]
        return replace(self._magnification, step=max(fitting, key=scale_of, default=STEPS[0]))

    def _set_magnification(self, magnification: Magnification) -> None:
        if self._pictures is not None:
            self._is_whole = False
            self._magnification = magnification.inside(self._size_of(0), self.view_size())
            self._changed()

    def _magnify_at(self, steps: int, at: QPointF) -> None:
        if self._pictures is None:
            return
        ratio = self.devicePixelRatioF()
        area = self.area(self._index_at(at))
        point = (at.x() - area.left()) * ratio, (at.y() - area.top()) * ratio
        self._set_magnification(
            self._magnification.stepped_at(steps, point, self._size_of(0), self.view_size())
        )

    def _changed(self) -> None:
        self.update()
        self.changed.emit()

    # The difference

    def _count(self) -> None:
        assert self._pictures is not None
        first, second = (picture.image for picture in self._pictures)
        self._difference, self._distance = None, None
        self._is_counting = first.width() * first.height() > QUICK_PIXELS
        if not self._is_counting:
            self._difference = compare_images(first, second)
            return
        pair, counter = self._pair, self._counter

        def count() -> None:
            counter.counted.emit(_Counted(pair=pair, difference=compare_images(first, second)))

        QThreadPool.globalInstance().start(count)

    @Slot(object)
    def _take(self, counted: _Counted) -> None:
        if counted.pair == self._pair:
            self._difference, self._is_counting = counted.difference, False
            self._changed()

    def _distance_image(self) -> QImage | None:
        if self._distance is None and self._pictures is not None and self._difference is not None:
            first, second = (picture.image for picture in self._pictures)
            self._distance = distance_image(first, second, gain=self.gain)
        return self._distance

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pictures is None:
            return
        painter = QPainter(self)
        if self._mode is ComparisonMode.SIDE:
            for index in (0, 1):
                self._paint(painter, index, self.area(index))
        elif self._mode is ComparisonMode.BLINK:
            self._paint(painter, self._front, self.area(0))
        elif self._mode is ComparisonMode.DIFFERENCE:
            self._paint_distance(painter)
        else:
            self._paint_wipe(painter)
        painter.end()

    def _paint(self, painter: QPainter, index: int, clip: QRectF) -> None:
        assert self._pictures is not None
        painter.save()
        painter.setClipRect(clip)
        painter.translate(self.area(index).topLeft())
        paint_magnified(
            painter,
            self._pictures[index].image,
            self._magnification_of(index),
            self.view_size(),
            self.devicePixelRatioF(),
        )
        painter.restore()

    def _paint_wipe(self, painter: QPainter) -> None:
        x, whole = self.divider_x(), QRectF(self.rect())
        self._paint(painter, 0, QRectF(0, 0, x, whole.height()))
        self._paint(painter, 1, QRectF(x, 0, whole.width() - x, whole.height()))
        seen = self.picture_rect(0).united(self.picture_rect(1)).intersected(whole)
        painter.translate(0, seen.top())
        height = seen.height()
        paint_divider(painter, x, height, height / 2, Colours.of(self.palette()))

    def _paint_distance(self, painter: QPainter) -> None:
        image = self._distance_image()
        if image is not None:
            paint_magnified(
                painter, image, self._magnification, self.view_size(), self.devicePixelRatioF()
            )

    # Mouse

    def _index_at(self, position: QPointF) -> int:
        """Which picture is shown at a point of the canvas."""
        if self._mode is ComparisonMode.SIDE:
            return int(position.x() >= self.width() / 2)
        if self._mode is ComparisonMode.WIPE and self._pictures is not None:
            return int(position.x() >= self.divider_x())
        return self._front if self._mode is ComparisonMode.BLINK else self._active

    def _is_on_grip(self, position: QPointF) -> bool:
        if self._mode is not ComparisonMode.WIPE or self._pictures is None:
            return False
        return abs(position.x() - self.divider_x()) <= GRIP_REACH

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._pictures is None:
            return
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            left = event.button() == Qt.MouseButton.LeftButton
            self._holds_divider = left and self._is_on_grip(event.position())
            self._grabbed = event.position()
            if not self._holds_divider:
                self.stop_blinking()  # what was pressed stays in front
                self.set_active(self._index_at(event.position()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self._grabbed is None or self._pictures is None:
            on_grip = self._is_on_grip(position)
            self.setCursor(Qt.CursorShape.SplitHCursor if on_grip else Qt.CursorShape.ArrowCursor)
        elif self._holds_divider:
            rect = self.picture_rect(0)
            self.set_divider((position.x() - rect.left()) / max(rect.width(), 1.0))
        elif self._fits():
            far = (position - self._grabbed).manhattanLength()
            if far >= QApplication.startDragDistance():
                index = self._index_at(self._grabbed)
                self._grabbed = None
                self.drag_started.emit(index)
        else:
            by, self._grabbed = position - self._grabbed, position
            self.push(by.x(), by.y())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self._holds_divider = False

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._is_on_grip(event.position()):
            self.set_divider(0.5)
        else:
            self.mousePressEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = self._wheel.take(event)
        if steps:
            self._magnify_at(steps, event.position())

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._pictures is None:
            return
        if event.reason() != QContextMenuEvent.Reason.Keyboard:
            self.stop_blinking()
            self.set_active(self._index_at(QPointF(event.pos())))
        self.menu_wanted.emit(
            ComparisonEvent(index=self._active, position=QPointF(event.globalPos()))
        )

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_whole:
            self.show_whole()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.set_mode(self._mode)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._blink.stop()

    def _fits(self) -> bool:
        rect, view = self.picture_rect(0), self.area(0)
        return rect.width() <= view.width() and rect.height() <= view.height()
