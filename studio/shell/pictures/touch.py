"""Two fingers on a picture: pinching magnifies it, on touch screens and on touch pads alike."""

from collections.abc import Callable
from typing import Final, cast

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from studio.contract.overriding import override

STEP_RATIO: Final = 1.25
"""Fingers that move apart by this factor magnify by one step."""


class PinchSteps(QObject):
    """Turns pinches over a widget into steps of its magnification."""

    def __init__(self, widget: QWidget, step: Callable[[int, QPointF], None]) -> None:
        """``step`` is told how many steps, and around which point of the widget."""
        super().__init__(widget)
        self._widget = widget
        self._step = step
        self._left = 1.0
        """By how much the fingers moved apart that has not made a step yet."""
        widget.grabGesture(Qt.GestureType.PinchGesture)
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Gesture:
            pinch = cast(QGestureEvent, event).gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                if pinch.state() == Qt.GestureState.GestureStarted:
                    self._left = 1.0
                at = self._widget.mapFromGlobal(pinch.centerPoint().toPoint())
                self.spread(pinch.scaleFactor(), QPointF(at))
                return True
        elif (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.spread(1.0 + event.value(), event.position())
            return True
        return super().eventFilter(watched, event)

    def spread(self, factor: float, at: QPointF) -> None:
        """The fingers moved apart by ``factor`` (below 1: together) around a point."""
        self._left *= max(factor, 0.01)
        steps = 0
        while self._left >= STEP_RATIO:
            self._left /= STEP_RATIO
            steps += 1
        while self._left <= 1.0 / STEP_RATIO:
            self._left *= STEP_RATIO
            steps -= 1
        if steps:
            self._step(steps, at)
