"""The timeline under a hand: keys are dragged, chosen by arrows, dropped from elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from studio.contract.overriding import override
from studio.contract.recipe import Recipe
from studio.images.timeline import Key, snapped
from studio.images.ui.film.timeline_face import GAP, Part, TimelineFace

ZOOM_STEP: Final = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWish:
    """A hand is at a time."""

    time: float
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWish:
    """A hand moves a key, or the end of its hold, or the film's end (no key)."""

    key: str
    seconds: float
    """The key's time, its hold, or the film's length."""
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DropWish:
    """Files were dropped at a time."""

    files: tuple[Path, ...]
    time: float | None
    """None: behind the last key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuWish:
    """A menu is wanted."""

    key: str
    """Of which key; "": of the timeline, at the time."""
    time: float
    place: QPoint


class TimelineView(TimelineFace):
    """Arrows choose a key, with Shift they move it; Return goes there, Delete takes it out."""

    sought = Signal(object)
    """Payload: `TimeWish`."""
    chosen = Signal(str)
    """Payload: id of a key."""
    moved = Signal(object)
    """Payload: `KeyWish`."""
    held = Signal(object)
    """Payload: `KeyWish`."""
    ended = Signal(object)
    """Payload: `KeyWish` without a key."""
    nudged = Signal(int)
    """Payload: by how many steps the chosen key is to go."""
    removal_wanted = Signal()
    key_wanted = Signal(object)
    """Payload: `TimeWish`: what is there is to become a key."""
    dropped = Signal(object)
    """Payload: `DropWish`."""
    menu_wanted = Signal(object)
    """Payload: `MenuWish`."""

    def __init__(
        self,
        image: Callable[[Recipe], QImage | None],
        strip_recipe: Callable[[float], Recipe | None],
        name: Callable[[Key], str],
        parent: QWidget | None = None,
    ) -> None:
        """See `TimelineFace`."""
        super().__init__(image, strip_recipe, name, parent)
        self._press: tuple[Part, str, QPointF, float] | None = None
        """What was pressed, where, and how far from its middle."""

    # Mouse

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keyboard = False
        if event.button() != Qt.MouseButton.LeftButton or self._film is None:
            return
        part, identity = self._part_at(event.position())
        key = self._key(identity)
        offset = 0.0
        if key is not None:
            self.chosen.emit(identity)
            offset = event.position().x() - self._x(key.time)
        self._press = (part, identity, event.position(), offset)
        self._held_scale = self.scale
        self._is_dragging = False
        if part in ("ruler", "strip"):
            self._is_dragging = True
            self._drag(event, final=False)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._hover(event.position())
            return
        _, _, start, _ = self._press
        far = (event.position() - start).manhattanLength()
        if not self._is_dragging and far >= QApplication.startDragDistance():
            self._is_dragging = True
        if self._is_dragging:
            self._drag(event, final=False)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is not None and event.button() == Qt.MouseButton.LeftButton:
            if self._is_dragging:
                self._drag(event, final=True)
            self._press, self._is_dragging, self._held_scale = None, False, None
            self._arrange()
            self.viewport().update()
            self.seen.emit()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        part, identity = self._part_at(event.position())
        key = self._key(identity)
        time = self._time_at(event.position().x())
        if key is not None and part == "key":
            self.sought.emit(TimeWish(time=key.time, final=True))
        elif part == "lane" and not self._forbidden:
            self.key_wanted.emit(TimeWish(time=time, final=True))

    def _drag(self, event: QMouseEvent, *, final: bool) -> None:
        film = self._film
        if self._press is None or film is None:
            return
        part, identity, _, offset = self._press
        x = event.position().x()
        free = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if part in ("ruler", "strip"):
            self.sought.emit(TimeWish(time=self._time_at(x), final=final))
            return
        if self._forbidden:
            return
        time = max(0.0, self.scale.time(x - offset + self._scroll))
        key = self._key(identity)
        if part == "key" and key is not None:
            time = time if free else snapped(film, time)
            time = min(film.seconds, time)
            self.moved.emit(KeyWish(key=identity, seconds=time, final=final))
        elif part == "hold" and key is not None:
            end = self.scale.time(x + self._scroll)
            end = end if free else snapped(film, end)
            hold = max(0.0, end - key.time)
            self.held.emit(KeyWish(key=identity, seconds=hold, final=final))
        elif part == "end":
            end = self.scale.time(x + self._scroll)
            end = end if free else snapped(film, end)
            self.ended.emit(KeyWish(key="", seconds=max(0.1, end), final=final))

    def _hover(self, position: QPointF) -> None:
        part, identity = self._part_at(position)
        shape = {
            "key": Qt.CursorShape.PointingHandCursor,
            "hold": Qt.CursorShape.SizeHorCursor,
            "end": Qt.CursorShape.SizeHorCursor,
        }.get(part, Qt.CursorShape.ArrowCursor)
        self.viewport().setCursor(shape)
        hovered = identity if part == "key" else ""
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().update()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        key = self._key(self._chosen)
        if by_keyboard and key is not None:
            place = self.key_rect(key).center().toPoint()
            identity, time = key.id, key.time
        else:
            place = event.pos()
            _, identity = self._part_at(QPointF(place))
            time = self._time_at(place.x())
            if identity:
                self.chosen.emit(identity)
        self.menu_wanted.emit(
            MenuWish(key=identity, time=time, place=self.viewport().mapToGlobal(place))
        )

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            factor = ZOOM_STEP ** (delta.y() / 120)
            self.set_zoom(self._zoom * factor, around=event.position().x())
        else:
            bar = self.horizontalScrollBar()
            turn = delta.x() or delta.y()
            bar.setValue(bar.value() - round(turn / 120 * bar.singleStep()))
        event.accept()

    # Keyboard

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        film = self._film
        self._by_keyboard = True
        if film is None or not film.keys:
            super().keyPressEvent(event)
        elif key in steps and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.nudged.emit(steps[key])
        elif key in steps:
            self._choose_by(steps[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._choose_by(-len(film.keys) if key == Qt.Key.Key_Home else len(film.keys))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            chosen = self._key(self._chosen)
            if chosen is not None:
                self.sought.emit(TimeWish(time=chosen.time, final=True))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removal_wanted.emit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            wider = key != Qt.Key.Key_Minus
            self.set_zoom(self._zoom * (ZOOM_STEP if wider else 1 / ZOOM_STEP))
        else:
            super().keyPressEvent(event)

    def _choose_by(self, steps: int) -> None:
        film = self._film
        if film is None or not film.keys:
            return
        places = {key.id: at for at, key in enumerate(film.keys)}
        at = places.get(self._chosen, 0 if steps > 0 else len(film.keys))
        at = min(len(film.keys) - 1, max(0, at + steps if self._chosen in places else at))
        self.chosen.emit(film.keys[at].id)
        self._bring_into_sight(film.keys[at])
        if QAccessible.isActive():
            event = QAccessibleAnnouncementEvent(self, self.accessibleDescription())
            QAccessible.updateAccessibility(event)

    def _bring_into_sight(self, key: Key) -> None:
        rect, bar = self.key_rect(key), self.horizontalScrollBar()
        if rect.left() < 0:
            bar.setValue(bar.value() + int(rect.left()) - GAP)
        elif rect.right() > self.viewport().width():
            bar.setValue(bar.value() + int(rect.right()) - self.viewport().width() + GAP)

    # Dropping

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drop = self._drop_time(event.position())
        self.viewport().update()
        event.acceptProposedAction()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop = None
        self.viewport().update()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._drop = None
        files = tuple(
            Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()
        )
        if files:
            event.acceptProposedAction()
            self.dropped.emit(DropWish(files=files, time=self._drop_time(event.position())))
        self.viewport().update()

    def _drop_time(self, position: QPointF) -> float | None:
        film = self._film
        if film is None or not film.keys:
            return None
        return snapped(film, self._time_at(position.x()))
