"""One picture by itself, pixel by pixel."""

from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.pictures.magnification import Magnification, fitting_step
from studio.shell.pictures.magnifier import MagnifierButtons, magnify_by_key
from studio.shell.pictures.named import NamedPicture
from studio.shell.pictures.painting import paint_magnified, target_rect
from studio.shell.pictures.touch import PinchSteps
from studio.shell.pictures.wheel import WheelSteps
from studio.shell.spoken import speak_as
from studio.shell.theme import GAP, Colours
from studio.shell.widgets.buttons import IconButton
from studio.shell.widgets.focus import FocusHalo
from studio.shell.widgets.painting import fill_region

KEY_STEP: Final = 48
"""Logical pixels that an arrow key moves the picture."""


class ZoomPane(QWidget):
    """One magnified picture; the view it belongs to moves it."""

    moved = Signal(object)
    """Payload: QPointF, logical pixels by which it was pushed."""
    wheeled = Signal(object)
    """Payload: (steps, QPointF in logical pixels)."""
    drag_started = Signal()
    menu_wanted = Signal(object)
    """Payload: QPointF on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item: NamedPicture | None = None
        self._magnification = Magnification()
        self._grabbed: QPointF | None = None
        self._wheel = WheelSteps()
        PinchSteps(self, lambda steps, at: self.wheeled.emit((steps, at)))
        self.setMinimumSize(QSize(96, 96))
        # Its own ground spares Qt to paint all that lies below, a millisecond at 1024x1024.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def item(self) -> NamedPicture | None:
        """What it shows."""
        return self._item

    @property
    def magnification(self) -> Magnification:
        """How it shows it."""
        return self._magnification

    def show_item(self, item: NamedPicture, magnification: Magnification) -> None:
        """Show a picture in this way."""
        self._item, self._magnification = item, magnification
        self.setAccessibleName(item.name)
        self.update()

    def view_size(self) -> tuple[float, float]:
        """Width and height in device pixels."""
        ratio = self.devicePixelRatioF()
        return self.width() * ratio, self.height() * ratio

    def picture_size(self) -> tuple[int, int]:
        """Width and height of the picture in its own pixels."""
        assert self._item is not None
        return self._item.image.width(), self._item.image.height()

    def fits(self) -> bool:
        """Whether all of the picture can be seen."""
        scale, (width, height) = self._magnification.scale, self.view_size()
        picture = self.picture_size()
        return picture[0] * scale <= width and picture[1] * scale <= height

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = Colours.of(self.palette()).ground
        if self._item is None:
            painter.fillRect(self.rect(), ground)
            return
        image, ratio = self._item.image, self.devicePixelRatioF()
        around = QRegion(self.rect())
        if not image.hasAlphaChannel():
            rect = target_rect(self.picture_size(), self._magnification, self.view_size(), ratio)
            around -= QRegion(rect.toAlignedRect().adjusted(1, 1, -1, -1))
        fill_region(painter, around, ground)
        paint_magnified(painter, image, self._magnification, self.view_size(), ratio)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._grabbed = event.position()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None or self._item is None:
            return
        distance = event.position() - self._grabbed
        if self.fits():
            if distance.manhattanLength() >= QApplication.startDragDistance():
                self._grabbed = None
                self.drag_started.emit()
            return
        self._grabbed = event.position()
        self.moved.emit(distance)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = self._wheel.take(event)
        if steps:
            self.wheeled.emit((steps, event.position()))

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(QPointF(event.globalPos()))


class ZoomView(QWidget):
    """A picture, its name, and how large it is; the same page in every room.

    Left and Right ask for the neighbouring picture as long as all of this one can be seen, and
    move it otherwise; Page Up and Page Down always ask for the neighbour.
    """

    closed = Signal()
    drag_started = Signal()
    menu_wanted = Signal(object)
    """Payload: QPointF on the screen."""
    magnified = Signal(object)
    """Payload: `Magnification`."""
    step_wanted = Signal(object)
    """Payload: -1 for the picture before this one, 1 for the one behind it."""

    def __init__(self, parent: QWidget | None = None, *, has_neighbours: bool = True) -> None:
        super().__init__(parent)
        self._item: NamedPicture | None = None
        self._magnification = Magnification()
        self._fitted = True
        self._has_neighbours = has_neighbours
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pane = ZoomPane(self)
        self._name = QLabel(self)
        self._build()
        FocusHalo(self)
        speak_as(self, QAccessible.Role.Graphic)
        self.pane.moved.connect(self._pushed)
        self.pane.wheeled.connect(self._wheeled)
        self.pane.drag_started.connect(self.drag_started)
        self.pane.menu_wanted.connect(self.menu_wanted)

    def _build(self) -> None:
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head = QHBoxLayout()
        head.setSpacing(2)
        if self._has_neighbours:
            for icon, words, by in (
                ("chevron-left", self.tr("Picture before (Left)"), -1),
                ("chevron-right", self.tr("Next picture (Right)"), 1),
            ):
                turn = IconButton(icon, words, self)
                turn.clicked.connect(lambda _checked=False, by=by: self.step_wanted.emit(by))
                head.addWidget(turn)
            head.addSpacing(GAP)
        head.addWidget(self._name, 1)
        self._magnifier = MagnifierButtons(self, self)
        self._magnifier.closed.connect(self.closed)
        head.addLayout(self._magnifier)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP)
        self._layout.addLayout(head)
        self._layout.addWidget(self.pane, 1)

    @property
    def item(self) -> NamedPicture | None:
        """What is looked at."""
        return self._item

    @property
    def magnification(self) -> Magnification:
        """How it is looked at."""
        return self._magnification

    @property
    def is_whole(self) -> bool:
        """Whether the picture is shown as large as fits, also when the room changes."""
        return self._fitted

    def show_item(self, item: NamedPicture) -> None:
        """Look at a picture, as large as fits."""
        self.replace_item(item)
        self._layout.activate()
        self.show_whole()

    def replace_item(self, item: NamedPicture) -> None:
        """Show a newer picture in the same place and way, at once."""
        self._item = item
        self._name.setText(item.name)
        self.setAccessibleName(item.name)
        self.pane.show_item(item, self._magnification)

    def show_magnified(self, magnification: Magnification) -> None:
        """Look at the same picture in this way."""
        self._fitted = False
        self._magnify(magnification)

    @Slot()
    def show_whole(self) -> None:
        """As large as fits, at a whole factor."""
        if self._item is not None:
            self._fitted = True
            step = fitting_step(self.pane.picture_size(), self.pane.view_size())
            self._magnify(Magnification(step=step))

    def show_pixels(self) -> None:
        """100 %: one pixel of the picture on one of the display."""
        self._fitted = False
        self._magnify(Magnification(step=1, x=self._magnification.x, y=self._magnification.y))

    def step_by(self, steps: int) -> None:
        """Larger or smaller around the middle."""
        self._fitted = False
        self._magnify(self._magnification.stepped(steps))

    @Slot(object)
    def _pushed(self, by: QPointF) -> None:
        ratio, pane = self.devicePixelRatioF(), self.pane
        self._magnify(
            self._magnification.moved(
                by.x() * ratio, by.y() * ratio, pane.picture_size(), pane.view_size()
            )
        )

    @Slot(object)
    def _wheeled(self, turn: tuple[int, QPointF]) -> None:
        if self._item is None:
            return
        steps, at = turn
        ratio, pane = self.devicePixelRatioF(), self.pane
        self._fitted = False
        point = at.x() * ratio, at.y() * ratio
        self._magnify(
            self._magnification.stepped_at(steps, point, pane.picture_size(), pane.view_size())
        )

    def _magnify(self, magnification: Magnification) -> None:
        if self._item is None:
            return
        pane = self.pane
        self._magnification = magnification.inside(pane.picture_size(), pane.view_size())
        pane.show_item(self._item, self._magnification)
        self._magnifier.show_scale(magnification.scale)
        self.magnified.emit(self._magnification)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        pushes = {
            Qt.Key.Key_Left: QPointF(KEY_STEP, 0),
            Qt.Key.Key_Right: QPointF(-KEY_STEP, 0),
            Qt.Key.Key_Up: QPointF(0, KEY_STEP),
            Qt.Key.Key_Down: QPointF(0, -KEY_STEP),
        }
        turns = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if self._item is not None and self.pane.fits():
            turns |= {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            super().keyPressEvent(event)
        elif key in turns and self._has_neighbours:
            self.step_wanted.emit(turns[Qt.Key(key)])
        elif magnify_by_key(self, key):
            return
        elif key in pushes and self._item is not None:
            self._pushed(pushes[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self._layout.activate()
            self.show_whole()
