"""A slider of real numbers: a line, a round handle, and the mouse mapped absolutely."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from studio.contract.overriding import override
from studio.shell.theme import FOCUS_WIDTH, Colours
from studio.shell.touch import target
from studio.shell.widgets.painting import KEYBOARD_REASONS, fill_rounded

HANDLE = 8.0
"""Radius of the handle."""
TRACK = 4.0
"""Thickness of the line."""


class Slider(QSlider):
    """Steps in whole numbers, as Qt's slider, so that screen readers know it.

    A press anywhere on the line takes the handle there; the wheel works with the focus only, so
    that scrolling an inspector changes nothing by accident.
    """

    reset_wanted = Signal()
    """A double click."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._ringed = False

    @override
    def sizeHint(self) -> QSize:
        return QSize(120, target(24))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(60, target(24))

    def track(self) -> QRectF:
        """The line on which the handle's centre moves."""
        inset = HANDLE + FOCUS_WIDTH + 1
        return QRectF(inset, self.height() / 2 - TRACK / 2, self.width() - 2 * inset, TRACK)

    def step_at(self, x: float) -> int:
        """The step under the horizontal position ``x``."""
        track = self.track()
        share = min(max((x - track.left()) / max(track.width(), 1.0), 0.0), 1.0)
        return round(self.minimum() + share * (self.maximum() - self.minimum()))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        self.setSliderPosition(self.step_at(event.position().x()))
        event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderPosition(self.step_at(event.position().x()))
            event.accept()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.isSliderDown():
            self.setSliderDown(False)
            event.accept()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.reset_wanted.emit()
        event.accept()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)
        self.update()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = Colours.of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = self.track()
        span = max(self.maximum() - self.minimum(), 1)
        x = track.left() + track.width() * (self.sliderPosition() - self.minimum()) / span
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        fill_rounded(painter, track, TRACK / 2, colours.line)
        centre = QPointF(x, self.height() / 2)
        if self.hasFocus() and self._ringed:
            painter.setBrush(colours.focus)
            painter.drawEllipse(centre, HANDLE + FOCUS_WIDTH + 1, HANDLE + FOCUS_WIDTH + 1)
            painter.setBrush(colours.panel)
            painter.drawEllipse(centre, HANDLE + 1, HANDLE + 1)
        active = self.isSliderDown() or self.underMouse()
        painter.setBrush(colours.accent if active and self.isEnabled() else colours.text)
        painter.drawEllipse(centre, HANDLE, HANDLE)
        painter.end()
