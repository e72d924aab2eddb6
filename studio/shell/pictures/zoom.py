"""One picture by itself, or two side by side that move together, pixel by pixel."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.numbers import percent_text
from studio.shell.pictures.magnification import STEPS, Magnification, fitting_step
from studio.shell.theme import GAP
from studio.shell.widgets.buttons import FlatButton, IconButton

WHEEL_NOTCH: Final = 120
KEY_STEP: Final = 48
"""Logical pixels that an arrow key moves the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoomItem:
    """One picture to look at."""

    name: str
    image: QImage


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneEvent:
    """Something asked of one of the pictures shown."""

    index: int
    position: QPointF
    """On the screen."""


class ZoomPane(QWidget):
    """One magnified picture; the view it belongs to moves it."""

    pressed = Signal()
    moved = Signal(object)
    """Payload: QPointF, logical pixels by which it was pushed."""
    wheeled = Signal(object)
    """Payload: (steps, QPointF in logical pixels)."""
    drag_started = Signal()
    menu_wanted = Signal(object)
    """Payload: QPointF on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item: ZoomItem | None = None
        self._magnification = Magnification()
        self._grabbed: QPointF | None = None
        self._wheel = 0
        self.setMinimumSize(QSize(96, 96))

    @property
    def item(self) -> ZoomItem | None:
        """What it shows."""
        return self._item

    @property
    def magnification(self) -> Magnification:
        """How it shows it."""
        return self._magnification

    def show_item(self, item: ZoomItem, magnification: Magnification) -> None:
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

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._item is None:
            return
        painter = QPainter(self)
        image, scale = self._item.image, self._magnification.scale
        ratio = self.devicePixelRatioF()
        width, height = self.view_size()
        left, top = self._magnification.left_top(self.picture_size(), (width, height))
        # Only whole source pixels that can be seen, so that nearest neighbour stays exact.
        first_x, first_y = max(int(-left // scale), 0), max(int(-top // scale), 0)
        last_x = min(int((width - left) // scale) + 1, image.width())
        last_y = min(int((height - top) // scale) + 1, image.height())
        if last_x <= first_x or last_y <= first_y:
            return
        source = QRectF(first_x, first_y, last_x - first_x, last_y - first_y)
        target = QRectF(
            (left + first_x * scale) / ratio,
            (top + first_y * scale) / ratio,
            source.width() * scale / ratio,
            source.height() * scale / ratio,
        )
        shrunk = scale < 1.0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrunk)
        painter.drawImage(target, image, source)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._grabbed = event.position()
            self.pressed.emit()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None or self._item is None:
            return
        distance = event.position() - self._grabbed
        if self._fits():
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
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / WHEEL_NOTCH)
        if steps:
            self._wheel -= steps * WHEEL_NOTCH
            self.wheeled.emit((steps, event.position()))
        event.accept()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(QPointF(event.globalPos()))

    def _fits(self) -> bool:
        scale, (width, height) = self._magnification.scale, self.view_size()
        picture = self.picture_size()
        return picture[0] * scale <= width and picture[1] * scale <= height


class ZoomView(QWidget):
    """The page that stands in the wall's place while one or two pictures are looked at."""

    closed = Signal()
    drag_started = Signal(object)
    """Payload: the index of the picture, 0 or 1."""
    menu_wanted = Signal(object)
    """Payload: `PaneEvent`."""
    magnified = Signal(object)
    """Payload: `Magnification`."""
    active_changed = Signal()
    """Of two pictures the other one is meant now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[ZoomItem, ...] = ()
        self._magnification = Magnification()
        self._fitted = True
        self._active = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._panes = (ZoomPane(self), ZoomPane(self))
        self._names = (QLabel(self), QLabel(self))
        self._percent = FlatButton("", self)
        self._percent.clicked.connect(self.show_whole)
        self._percent.setToolTip(self.tr("100 %: one pixel a pixel; click to see all of it (0)"))
        self._build()
        for index, pane in enumerate(self._panes):
            pane.pressed.connect(lambda index=index: self.set_active(index))
            pane.moved.connect(lambda by, pane=pane: self._pushed(pane, by))
            pane.wheeled.connect(lambda turn, pane=pane: self._wheeled(pane, *turn))
            pane.drag_started.connect(lambda index=index: self.drag_started.emit(index))
            pane.menu_wanted.connect(
                lambda at, index=index: self.menu_wanted.emit(PaneEvent(index=index, position=at))
            )

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(2)
        for text, words, tip, steps in (
            ("−", self.tr("Smaller"), self.tr("Smaller (−)"), -1),
            ("+", self.tr("Larger"), self.tr("Larger (+)"), 1),
        ):
            button = FlatButton(text, self)
            button.setAccessibleName(words)
            button.setToolTip(tip)
            button.clicked.connect(lambda _checked=False, steps=steps: self.step_by(steps))
            tools.addWidget(button)
        tools.insertWidget(1, self._percent)
        close = IconButton("close", self.tr("Back to the wall (Esc)"), self)
        close.clicked.connect(self.closed)
        tools.addSpacing(4)
        tools.addWidget(close)
        columns = QHBoxLayout()
        columns.setSpacing(2 * GAP)
        for index, (name, pane) in enumerate(zip(self._names, self._panes, strict=True)):
            head = QHBoxLayout()
            head.setSpacing(GAP)
            head.addWidget(name, 1)
            if index == len(self._panes) - 1:
                self._last_head = head
            else:
                self._first_head = head
            column = QVBoxLayout()
            column.setSpacing(GAP)
            column.addLayout(head)
            column.addWidget(pane, 1)
            columns.addLayout(column, 1)
        self._columns = columns
        self._tools = QWidget(self)
        self._tools.setLayout(tools)
        tools.setContentsMargins(0, 0, 0, 0)
        for name in self._names:
            name.setMinimumHeight(self._tools.sizeHint().height())
        self._first_head.addWidget(self._tools)
        self._actions = QHBoxLayout()
        self._actions.setSpacing(GAP)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP)
        self._layout.addLayout(columns, 1)
        self._layout.addLayout(self._actions)

    def add_actions(self, *buttons: QWidget) -> None:
        """What can be done with the picture, below it, in the middle."""
        self._actions.addStretch(1)
        for button in buttons:
            self._actions.addWidget(button)
        self._actions.addStretch(1)

    @property
    def items(self) -> tuple[ZoomItem, ...]:
        """What is looked at: one picture or two."""
        return self._items

    @property
    def active(self) -> int:
        """Which of the pictures is meant by what is done: 0 or 1."""
        return self._active

    def set_active(self, index: int) -> None:
        """Mean this one of the two; its name stands out and says so."""
        if index == self._active or index >= len(self._items):
            return
        self._active = index
        self._show_names()
        self.active_changed.emit()

    def _show_names(self) -> None:
        two = len(self._items) > 1
        for index, (name, item) in enumerate(zip(self._names, self._items, strict=False)):
            meant = index == self._active
            mark = f"{'●' if meant else '○'}  " if two else ""
            name.setText(mark + item.name)
            name.setForegroundRole(
                QPalette.ColorRole.WindowText if meant else QPalette.ColorRole.PlaceholderText
            )
            tip = self.tr("Click a picture, or press Space, to mean it with what you do.")
            name.setToolTip(tip if two else "")
        names = [item.name for item in self._items]
        chosen = self.tr("{name} is meant").format(name=names[self._active]) if two else ""
        self.setAccessibleName(", ".join(part for part in (" / ".join(names), chosen) if part))

    @property
    def magnification(self) -> Magnification:
        """How it is looked at."""
        return self._magnification

    @property
    def panes(self) -> tuple[ZoomPane, ZoomPane]:
        """The two panes; the second is hidden while one picture is looked at."""
        return self._panes

    def show_items(self, *items: ZoomItem) -> None:
        """Look at one picture, or at two side by side, as large as fits."""
        self._items = items[:2]
        two = len(self._items) > 1
        self._columns.setStretch(1, 1 if two else 0)
        self._columns.setSpacing(2 * GAP if two else 0)
        (self._last_head if two else self._first_head).addWidget(self._tools)
        for index, pane in enumerate(self._panes):
            pane.setVisible(index < len(self._items))
            shown = index < len(self._items)
            self._names[index].setVisible(shown)
            if shown:
                pane.show_item(self._items[index], self._magnification)
        self._active = 0
        self._show_names()
        self._layout.activate()
        self.show_whole()

    def replace_image(self, index: int, item: ZoomItem) -> None:
        """Show a newer picture in the same place and way, at once."""
        if index < len(self._items):
            self._items = (*self._items[:index], item, *self._items[index + 1 :])
            self._show_names()
            self._panes[index].show_item(item, self._magnification)

    @property
    def is_whole(self) -> bool:
        """Whether the picture is shown as large as fits, also when the room changes."""
        return self._fitted

    def show_magnified(self, magnification: Magnification) -> None:
        """Look at the same pictures in this way."""
        self._fitted = False
        self._magnify(magnification)

    def show_whole(self) -> None:
        """As large as fits, at a whole factor."""
        if not self._items:
            return
        pane = self._panes[0]
        self._fitted = True
        step = min(
            (
                fitting_step((item.image.width(), item.image.height()), pane.view_size())
                for item in self._items
            ),
            key=STEPS.index,
        )
        self._magnify(Magnification(step=step))

    def show_pixels(self) -> None:
        """100 %: one pixel of the picture on one of the display."""
        self._fitted = False
        self._magnify(Magnification(step=1, x=self._magnification.x, y=self._magnification.y))

    def step_by(self, steps: int) -> None:
        """Larger or smaller around the middle."""
        self._fitted = False
        self._magnify(self._magnification.stepped(steps))

    def _pushed(self, pane: ZoomPane, by: QPointF) -> None:
        ratio = self.devicePixelRatioF()
        self._magnify(
            self._magnification.moved(
                by.x() * ratio, by.y() * ratio, pane.picture_size(), pane.view_size()
            )
        )

    def _wheeled(self, pane: ZoomPane, steps: int, at: QPointF) -> None:
        ratio = self.devicePixelRatioF()
        self._fitted = False
        point = at.x() * ratio, at.y() * ratio
        self._magnify(
            self._magnification.stepped_at(steps, point, pane.picture_size(), pane.view_size())
        )

    def _magnify(self, magnification: Magnification) -> None:
        pane = self._panes[0]
        if not self._items:
            return
        self._magnification = magnification.inside(pane.picture_size(), pane.view_size())
        for shown, item in zip(self._panes, self._items, strict=False):
            shown.show_item(item, self._magnification)
        self._percent.setText(percent_text(magnification.scale))
        self._percent.setAccessibleName(self._percent.text())
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
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.step_by(1)
        elif key == Qt.Key.Key_Minus:
            self.step_by(-1)
        elif key == Qt.Key.Key_0:
            self.show_whole()
        elif key == Qt.Key.Key_Space:
            self.set_active(1 - self._active)
        elif key == Qt.Key.Key_1:
            self.show_pixels()
        elif key in pushes and self._items:
            self._pushed(self._panes[0], pushes[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self._layout.activate()
            self.show_whole()
