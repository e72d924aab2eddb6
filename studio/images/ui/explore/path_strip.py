"""The path travelled: one small picture a stop, oldest first; a click goes back there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QSizePolicy, QWidget

from studio.contract.overriding import override
from studio.images.exploration import Stop
from studio.images.ui.explore.path_pictures import PathPictures
from studio.shell.spoken import SpokenItem
from studio.shell.theme import RADIUS_PICTURE, Colours
from studio.shell.widgets.painting import KEYBOARD_REASONS, fill_rounded, stroke_rounded

SIDE: Final = 48
PADDING: Final = 6
GAP: Final = 8
HEIGHT: Final = SIDE + 2 * PADDING
PAGE_SIZE: Final = 64
HELD_PAGES: Final = 8
RING: Final = 2
RING_REACH: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StopEvent:
    """Something that the user did to a stop."""

    stop: Stop
    position: QPoint | None = None
    """On the screen, where a menu belongs."""


class PathStrip(QAbstractScrollArea):
    """Arrows move, Return goes back; only the stops in sight are read and made."""

    chosen = Signal(object)
    """Payload: `StopEvent`."""
    menu_wanted = Signal(object)
    """Payload: `StopEvent` with a position."""
    drag_started = Signal(object)
    """Payload: `StopEvent`."""

    def __init__(
        self,
        read: Callable[[int, int], tuple[tuple[Stop, ...], int]],
        pictures: PathPictures,
        name: Callable[[Stop], str],
        parent: QWidget | None = None,
    ) -> None:
        """``read`` takes offset and limit, oldest first, and says how many there are."""
        super().__init__(parent)
        self._read = read
        self._pictures = pictures
        self._name = name
        self._pages: dict[int, tuple[Stop, ...]] = {}
        self._total = 0
        self._here = ""
        self._current = 0
        self._hovered: int | None = None
        self._pressed: QPoint | None = None
        self._by_keyboard = False
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("The path travelled"))
        pictures.changed.connect(self.viewport().update)

    @property
    def total(self) -> int:
        """How many stops there are."""
        return self._total

    @property
    def pictures(self) -> PathPictures:
        """Where its pictures come from."""
        return self._pictures

    @property
    def here(self) -> str:
        """Id of the stop that is marked."""
        return self._here

    def refresh(self, here: str) -> None:
        """Read again, mark the stop ``here`` and bring it into sight, because they have changed."""
        before = self._total
        self._pages.clear()
        _, self._total = self._page(0)
        self._current = min(self._current, max(self._total - 1, 0))
        is_elsewhere = here != self._here or before != self._total
        self._here = here
        self._arrange()
        if is_elsewhere:
            index = self._index_of(here)
            if index is not None:
                self._current = index
                self._bring_into_sight(index)
        self._describe()
        self._want()
        self.viewport().update()

    def stop(self, index: int) -> Stop | None:
        """The stop at a place; None beyond the end."""
        page, place = divmod(index, PAGE_SIZE)
        if page not in self._pages:
            stops, self._total = self._page(page)
            if len(self._pages) >= HELD_PAGES:
                self._pages.pop(next(iter(self._pages)))
            self._pages[page] = stops
        stops = self._pages[page]
        return stops[place] if place < len(stops) else None

    def _page(self, page: int) -> tuple[tuple[Stop, ...], int]:
        return self._read(page * PAGE_SIZE, PAGE_SIZE)

    def _index_of(self, identity: str) -> int | None:
        """Where a stop stands: mostly near the end."""
        for page in range((self._total - 1) // PAGE_SIZE, -1, -1):
            first = page * PAGE_SIZE
            for index in range(min(first + PAGE_SIZE, self._total) - 1, first - 1, -1):
                stop = self.stop(index)
                if stop is not None and stop.id == identity:
                    return index
        return None

    def rect_of(self, index: int) -> QRectF:
        """Where a stop is painted, in the viewport's logical pixels."""
        left = PADDING + index * (SIDE + GAP) - self.horizontalScrollBar().value()
        return QRectF(left, PADDING, SIDE, SIDE)

    def _in_view(self) -> range:
        scroll, pitch = self.horizontalScrollBar().value(), SIDE + GAP
        first = max((scroll - PADDING) // pitch, 0)
        last = (scroll + self.viewport().width() - PADDING) // pitch + 1
        return range(min(first, self._total), min(max(last, 0), self._total))

    def _want(self) -> None:
        if self.isVisible():
            stops = [self.stop(index) for index in self._in_view()]
            self._pictures.want([stop.recipe for stop in stops if stop is not None])

    def _arrange(self) -> None:
        whole = 2 * PADDING + self._total * (SIDE + GAP) - GAP
        bar = self.horizontalScrollBar()
        bar.setPageStep(self.viewport().width())
        bar.setSingleStep(SIDE + GAP)
        bar.setRange(0, max(whole - self.viewport().width(), 0))

    def _bring_into_sight(self, index: int) -> None:
        rect, bar = self.rect_of(index), self.horizontalScrollBar()
        if rect.left() < PADDING:
            bar.setValue(bar.value() + int(rect.left()) - PADDING)
        elif rect.right() > self.viewport().width() - PADDING:
            bar.setValue(bar.value() + int(rect.right()) - self.viewport().width() + PADDING)

    # What a screen reader finds (see `studio.shell.spoken`)

    def spoken_count(self) -> int:
        """How many stops there are."""
        return self._total

    def spoken_item(self, index: int) -> SpokenItem:
        """A stop by its name."""
        stop = self.stop(index)
        return SpokenItem(
            name="" if stop is None else self._name(stop),
            rect=self.rect_of(index).toAlignedRect(),
            is_chosen=stop is not None and stop.id == self._here,
            is_current=index == self._current,
        )

    def _describe(self) -> None:
        stop = self.stop(self._current) if self._total else None
        self.setAccessibleDescription("" if stop is None else self._name(stop))

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        for index in self._in_view():
            stop = self.stop(index)
            if stop is not None:
                self._paint_stop(painter, index, stop, colours)
        painter.end()

    def _paint_stop(self, painter: QPainter, index: int, stop: Stop, colours: Colours) -> None:
        rect = self.rect_of(index)
        image = self._pictures.image(stop.recipe)
        if image is None:
            fill_rounded(painter, rect, RADIUS_PICTURE, colours.panel)
        else:
            longest = max(image.width(), image.height(), 1)
            shown = QRectF(0, 0, SIDE * image.width() / longest, SIDE * image.height() / longest)
            shown.moveCenter(rect.center())
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            rounded = QPainterPath()
            rounded.addRoundedRect(shown, RADIUS_PICTURE, RADIUS_PICTURE)
            painter.setClipPath(rounded, Qt.ClipOperation.IntersectClip)
            painter.drawImage(shown, image)
            painter.restore()
        ring: QColor | None = None
        if self._by_keyboard and self.hasFocus() and index == self._current:
            ring = colours.text
        elif stop.id == self._here:
            ring = colours.accent
        elif index == self._hovered:
            ring = colours.soft
        if ring is not None:
            far = RING_REACH
            around = rect.adjusted(-far, -far, far, far)
            stroke_rounded(painter, around, RADIUS_PICTURE + far, ring, RING)

    # Mouse and keyboard

    def _index_at(self, position: QPointF) -> int | None:
        return next((i for i in self._in_view() if self.rect_of(i).contains(position)), None)

    def _choose(self, index: int | None) -> None:
        stop = None if index is None else self.stop(index)
        if stop is not None:
            self.chosen.emit(StopEvent(stop=stop))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keyboard = False
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and self._pressed is not None:
            if (place - self._pressed).manhattanLength() >= QApplication.startDragDistance():
                index, self._pressed = self._index_at(QPointF(self._pressed)), None
                stop = None if index is None else self.stop(index)
                if stop is not None:
                    self.drag_started.emit(StopEvent(stop=stop))
            return
        hovered = self._index_at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if event.button() == Qt.MouseButton.LeftButton and pressed is not None:
            index = self._index_at(event.position())
            if index is not None and index == self._index_at(QPointF(pressed)):
                self._current = index
                self._choose(index)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self._current if keyboard else self._index_at(QPointF(event.pos()))
        stop = None if index is None else self.stop(index)
        if index is None or stop is None:
            return
        at = self.rect_of(index).center().toPoint() if keyboard else event.pos()
        self.menu_wanted.emit(StopEvent(stop=stop, position=self.viewport().mapToGlobal(at)))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().x() or event.angleDelta().y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - round(turn / 120 * (SIDE + GAP)))
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Home: -self._total,
            Qt.Key.Key_End: self._total,
        }
        key = Qt.Key(event.key())
        if key in steps and self._total:
            self._by_keyboard = True
            self._current = min(max(self._current + steps[key], 0), self._total - 1)
            self._bring_into_sight(self._current)
            self._describe()
            if QAccessible.isActive():
                said = QAccessibleAnnouncementEvent(self, self.accessibleDescription())
                QAccessible.updateAccessibility(said)
            self.viewport().update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._total:
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave and self._hovered is not None:
            self._hovered = None
            self.viewport().update()
        return super().viewportEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._by_keyboard = event.reason() in KEYBOARD_REASONS
        self.viewport().update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        self._want()

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._want()
        self.viewport().update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(480, HEIGHT)
