"""Plays a handful of pictures again and again, as large as fits at a whole factor."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from studio.contract.overriding import override
from studio.shell.motion import motion_wanted
from studio.shell.spoken import speak_as
from studio.shell.theme import RADIUS_PICTURE, Colours
from studio.shell.widgets.focus import FocusHalo
from studio.shell.widgets.painting import fill_rounded

SIDE: Final = 272
"""Logical pixels a side."""


class StoryPlayer(QWidget):
    """Space, or a click, holds it and lets it go on; the arrows step."""

    changed = Signal()
    """It plays or rests now."""
    moved = Signal(int)
    """Another picture is seen; payload: which."""

    def __init__(self, fps: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(SIDE, SIDE))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("The film of how it was made"))
        speak_as(self, QAccessible.Role.Animation)
        FocusHalo(self)
        self._frames: tuple[QImage, ...] = ()
        self._at = 0
        self._clock = QTimer(self)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.setInterval(1000 // fps)
        self._clock.timeout.connect(self._next)

    @property
    def frames(self) -> tuple[QImage, ...]:
        """What is played."""
        return self._frames

    @property
    def at(self) -> int:
        """Which of them is seen."""
        return self._at

    @property
    def is_playing(self) -> bool:
        """Whether it moves."""
        return self._clock.isActive()

    def show_frames(self, frames: Sequence[QImage]) -> None:
        """Play these, where motion is wanted; else the last is shown and waits."""
        self._frames = tuple(frames)
        if motion_wanted() and len(frames) > 1:
            self._at = 0
            self.play()
        else:
            self.go_to(len(frames) - 1)

    @Slot()
    def play(self) -> None:
        """Let it move."""
        if self._frames:
            self._clock.start()
            self.changed.emit()

    @Slot()
    def pause(self) -> None:
        """Hold it."""
        self._clock.stop()
        self.changed.emit()

    @Slot()
    def toggle(self) -> None:
        """Hold it, or let it go on."""
        self.pause() if self.is_playing else self.play()

    def go_to(self, frame: int) -> None:
        """Show one of the pictures."""
        if self._frames:
            self._at = frame % len(self._frames)
            self.update()
            self.moved.emit(self._at)

    @Slot()
    def _next(self) -> None:
        self.go_to(self._at + 1)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Space:
            self.toggle()
        elif step is not None:
            self.pause()
            self.go_to(self._at + step)
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.toggle()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._clock.stop()
        super().hideEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = Colours.of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill_rounded(painter, QRectF(self.rect()), RADIUS_PICTURE, colours.panel)
        if self._frames:
            image = self._frames[self._at]
            ratio = self.devicePixelRatioF()
            scale = (SIDE - 2 * RADIUS_PICTURE) * ratio / max(image.width(), image.height())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
            scale = (int(scale) if scale >= 1 else scale) / ratio
            width, height = image.width() * scale, image.height() * scale
            left, top = (SIDE - width) / 2, (SIDE - height) / 2
            painter.drawImage(QRectF(left, top, width, height), image)
        painter.end()
