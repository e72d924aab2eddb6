"""The strip of kept pictures: only those in view are read, so 10,000 open like none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
    SignalInstance,
    Slot,
)
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
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QSizePolicy, QWidget

from studio.contract.overriding import override
from studio.images.ui.thumbnails import ThumbnailEvent, ThumbnailLoader
from studio.project.edits import Page
from studio.project.nodes import Work
from studio.shell.icons import icon_pixmap
from studio.shell.spoken import SpokenItem
from studio.shell.theme import RADIUS_GROUP, RADIUS_PICTURE, Colours
from studio.shell.widgets.painting import (
    KEYBOARD_REASONS,
    draw_focus_ring,
    fill_rounded,
    stroke_rounded,
)

SIDE: Final = 72
PADDING: Final = 10
GAP: Final = 8
HEIGHT: Final = SIDE + 2 * PADDING
PAGE_SIZE: Final = 64
HELD_PAGES: Final = 8
RING: Final = 2
RING_REACH: Final = 4
"""From a picture's edge to the outside of its ring."""
TEXT_AFTER: Final = 10
"""Space between the last picture and the sentence."""
_OPENING: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ADDING: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
"""With these a second picture is chosen beside the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEvent:
    """Something that the user did to a kept picture."""

    work: Work
    position: QPoint | None = None
    """On the screen, where a menu belongs."""


class KeptStrip(QAbstractScrollArea):
    """Newest first; arrows move, Return looks, Delete puts into the bin.

    Ctrl or Shift with a click or with Return chooses a second picture beside the first.
    """

    chosen = Signal(object)
    """Payload: `WorkEvent`, or None when nothing is chosen any more."""
    opened = Signal(object)
    """Payload: `WorkEvent`."""
    removal_wanted = Signal(object)
    """Payload: `WorkEvent`."""
    menu_wanted = Signal(object)
    """Payload: `WorkEvent` with a position."""
    drag_started = Signal(object)
    """Payload: `WorkEvent`."""

    def __init__(
        self,
        read_page: Callable[[int, int], Page[Work]],
        thumbnails: ThumbnailLoader,
        name: Callable[[Work], str],
        parent: QWidget | None = None,
    ) -> None:
        """``read_page`` takes offset and limit, newest first; ``name`` is what a reader says."""
        super().__init__(parent)
        self._read_page = read_page
        self._thumbnails = thumbnails
        self._name = name
        self._pages: dict[int, tuple[Work, ...]] = {}
        self._total = 0
        self._current = 0
        self._chosen: str | None = None
        self._second: str | None = None
        """A second picture, to be crossed or compared with the chosen one."""
        self._between: QWidget | None = None
        self._belong_together: Callable[[Work, Work], bool] = lambda _one, _two: False
        self._by_keyboard = False
        self._hovered: int | None = None
        self._pressed: QPoint | None = None
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("Kept pictures"))
        thumbnails.loaded.connect(self._loaded)

    @property
    def total(self) -> int:
        """How many pictures are kept."""
        return self._total

    @property
    def chosen_work(self) -> Work | None:
        """The chosen picture, as it stands in the project now."""
        index = self._index_of(self._chosen)
        return None if index is None else self.work(index)

    @property
    def second_work(self) -> Work | None:
        """The second picture that is chosen, if there is one."""
        index = self._index_of(self._second)
        return None if index is None else self.work(index)

    def attach_between(self, widget: QWidget, wanted: Callable[[Work, Work], bool]) -> None:
        """What stands between two pictures while there are just two, and ``wanted`` agrees."""
        self._between, self._belong_together = widget, wanted
        widget.setParent(self.viewport())
        self._arrange()

    @Slot()
    def refresh(self) -> None:
        """Read again, because kept pictures have changed."""
        self._pages.clear()
        self._total = self._page(0)[1]
        self._current = min(self._current, max(self._total - 1, 0))
        if self._chosen is not None and self._index_of(self._chosen) is None:
            self.choose(None)
        elif self._second is not None and self._index_of(self._second) is None:
            self.choose(self.chosen_work)
        self._arrange()
        self._describe()
        self.viewport().update()

    def work(self, index: int) -> Work | None:
        """The kept picture at a place, newest first; None beyond the end."""
        page, place = divmod(index, PAGE_SIZE)
        works = self._pages.get(page)
        if works is None:
            works, self._total = self._page(page)
            if len(self._pages) >= HELD_PAGES:
                self._pages.pop(next(iter(self._pages)))
            self._pages[page] = works
        return works[place] if place < len(works) else None

    def neighbour(self, work: Work, by: int) -> Work | None:
        """The picture so many places behind ``work`` (negative: before it), if there is one."""
        index = self._index_of(work.id)
        if index is None or not 0 <= index + by < self._total:
            return None
        return self.work(index + by)

    def choose(self, work: Work | None, *, second: Work | None = None) -> None:
        """Choose a kept picture, or none; and, to cross or compare, a second one."""
        identity = None if work is None else work.id
        other = None if second is None or work is None or second.id == work.id else second.id
        if (identity, other) != (self._chosen, self._second):
            self._chosen, self._second = identity, other
            self.viewport().update()
            self.chosen.emit(None if work is None else WorkEvent(work=work))

    def rect_of(self, index: int) -> QRectF:
        """Where a picture is painted, in the viewport's logical pixels."""
        left = PADDING + index * (SIDE + GAP) - self.horizontalScrollBar().value()
        if index > 0:
            left += self._between_width()
        return QRectF(left, PADDING, SIDE, SIDE)

    def chosen_rect(self) -> QRectF | None:
        """Where the chosen picture is painted, or None while it is not in view."""
        index = self._index_of(self._chosen)
        if index is None:
            return None
        rect = self.rect_of(index)
        return rect if rect.intersects(QRectF(self.viewport().rect())) else None

    def _page(self, page: int) -> tuple[tuple[Work, ...], int]:
        found = self._read_page(page * PAGE_SIZE, PAGE_SIZE)
        return found.items, found.total

    def _index_of(self, identity: str | None) -> int | None:
        if identity is None:
            return None
        for page, works in self._pages.items():
            for place, work in enumerate(works):
                if work.id == identity:
                    return page * PAGE_SIZE + place
        for place, work in enumerate(self._first_page()):
            if work.id == identity:
                return place
        return None

    def _first_page(self) -> tuple[Work, ...]:
        self.work(0)
        return self._pages.get(0, ())

    def _sentence(self) -> str:
        return self.tr(
            "Kept pictures live here, each with its recipe. Drag one out into any program."
        )

    # What a screen reader finds (see `studio.shell.spoken`)

    def spoken_count(self) -> int:
        """How many pictures are kept."""
        return self._total

    def spoken_item(self, index: int) -> SpokenItem:
        """A kept picture by its name."""
        work = self.work(index)
        return SpokenItem(
            name="" if work is None else self._name(work),
            rect=self.rect_of(index).toAlignedRect(),
            is_chosen=work is not None and work.id == self._chosen,
            is_current=index == self._current,
        )

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        if not self._total and self._by_keyboard and self.hasFocus():
            draw_focus_ring(painter, QRectF(self.viewport().rect()), RADIUS_GROUP, colours.focus)
        frame = QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colours.line, 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, RADIUS_GROUP, RADIUS_GROUP)
        inside = QPainterPath()
        inside.addRoundedRect(frame, RADIUS_GROUP, RADIUS_GROUP)
        painter.setClipPath(inside)
        for index in self._in_view():
            self._paint_work(painter, index, colours)
        painter.setClipping(False)
        after = PADDING + self._total * (SIDE + GAP) + self._between_width() + TEXT_AFTER
        room = QRectF(after, 0, frame.width() - after - PADDING, frame.height())
        text = self._sentence()
        wide = self.fontMetrics().horizontalAdvance(text)
        if self._total == 0 or room.width() >= wide:
            painter.setPen(colours.soft)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, flags, text)

    def _paint_work(self, painter: QPainter, index: int, colours: Colours) -> None:
        work = self.work(index)
        if work is None:
            return
        rect = self.rect_of(index)
        ratio = self.devicePixelRatioF()
        side = round(SIDE * ratio)
        image = self._thumbnails.get(work.blob, side)
        if image is None:
            fill_rounded(painter, rect, RADIUS_PICTURE, colours.panel)
            if self._thumbnails.is_damaged(work.blob, side):
                mark = icon_pixmap("error", colours.bad, ratio=ratio)
                painter.drawPixmap(rect.center() - QPointF(10, 10), mark)
        else:
            shown = QRectF(0, 0, image.width() / ratio, image.height() / ratio)
            shown.moveCenter(rect.center())
            rect = shown
            painter.save()
            rounded = QPainterPath()
            rounded.addRoundedRect(rect, RADIUS_PICTURE, RADIUS_PICTURE)
            painter.setClipPath(rounded, Qt.ClipOperation.IntersectClip)
            painter.drawImage(rect, image)
            painter.restore()
        ring = self._ring_colour(index, work, colours)
        if ring is not None:
            around = rect.adjusted(-RING_REACH, -RING_REACH, RING_REACH, RING_REACH)
            stroke_rounded(painter, around, RADIUS_PICTURE + RING_REACH, ring, RING)
        if work.id == self._chosen and self._is_here(index):
            inner = rect.adjusted(-RING, -RING, RING, RING)
            stroke_rounded(painter, inner, RADIUS_PICTURE + RING, colours.text, RING)

    def _ring_colour(self, index: int, work: Work, colours: Colours) -> QColor | None:
        if work.id in (self._chosen, self._second):
            return colours.accent
        if self._is_here(index):
            return colours.text
        return colours.line if index == self._hovered else None

    def _is_here(self, index: int) -> bool:
        """Whether the keyboard is on a picture and must be seen."""
        return index == self._current and self._by_keyboard and self.hasFocus()

    def _in_view(self) -> range:
        scroll = self.horizontalScrollBar().value()
        pitch = SIDE + GAP
        first = max((scroll - PADDING) // pitch, 0)
        last = (scroll + self.viewport().width() - PADDING) // pitch + 1
        return range(min(first, self._total), min(max(last, 0), self._total))

    def _arrange(self) -> None:
        whole = 2 * PADDING + self._total * (SIDE + GAP) - GAP + self._between_width()
        bar = self.horizontalScrollBar()
        bar.setPageStep(self.viewport().width())
        bar.setSingleStep(SIDE + GAP)
        bar.setRange(0, max(whole - self.viewport().width(), 0))
        self._place_between()

    def _between_width(self) -> int:
        """How far the second of two pictures moves aside for what stands between them."""
        if self._between is None or self._total != 2:
            return 0
        works = self._first_page()
        if len(works) != 2 or not self._belong_together(works[0], works[1]):
            return 0
        return self._between.sizeHint().width() + GAP

    def _place_between(self) -> None:
        if self._between is None:
            return
        is_wanted = self._between_width() > 0
        if is_wanted:
            size = self._between.sizeHint()
            left = round(self.rect_of(0).right()) + GAP
            self._between.setGeometry(
                left, PADDING + (SIDE - size.height()) // 2, size.width(), size.height()
            )
        self._between.setVisible(is_wanted)

    @Slot(object)
    def _loaded(self, event: ThumbnailEvent) -> None:
        for index in self._in_view():
            work = self.work(index)
            if work is not None and work.blob == event.blob:
                self.viewport().update(self.rect_of(index).toAlignedRect())

    # Mouse and keyboard

    def _index_at(self, position: QPointF) -> int | None:
        for index in self._in_view():
            if self.rect_of(index).contains(position):
                return index
        return None

    def _act(self, signal: SignalInstance, index: int, position: QPoint | None = None) -> None:
        work = self.work(index)
        if work is not None:
            signal.emit(WorkEvent(work=work, position=position))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keyboard = False
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index = self._index_at(event.position())
        self._pressed = event.position().toPoint() if index is not None else None
        if index is not None:
            self._current = index
        self._choose_at(index, event.modifiers())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and self._pressed is not None:
            if (place - self._pressed).manhattanLength() >= QApplication.startDragDistance():
                index = self._index_at(QPointF(self._pressed))
                self._pressed = None
                if index is not None:
                    self._act(self.drag_started, index)
            return
        self._set_hovered(self._index_at(event.position()))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self._act(self.opened, index)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self._current if keyboard else self._index_at(QPointF(event.pos()))
        if index is None or index >= self._total:
            return
        place = self.rect_of(index).center().toPoint() if keyboard else event.pos()
        self._current = index
        self.choose(self.work(index))
        self._act(self.menu_wanted, index, self.viewport().mapToGlobal(place))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        turn = delta.x() or delta.y()
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
            self._current = min(max(self._current + steps[key], 0), self._total - 1)
            self._show_current()
        elif key == Qt.Key.Key_Space and self._total:
            self.choose(self.work(self._current))
        elif key in _OPENING and event.modifiers() & _ADDING and self._total:
            self._choose_at(self._current, event.modifiers())
        elif key in _OPENING and self._total:
            self._act(self.opened, self._current)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._total:
            self._act(self.removal_wanted, self._current)
        else:
            super().keyPressEvent(event)

    def _choose_at(self, index: int | None, modifiers: Qt.KeyboardModifier) -> None:
        """Choose a picture; with Ctrl or Shift as the second beside the one that is chosen."""
        work, chosen = None if index is None else self.work(index), self.chosen_work
        if work is not None and chosen is not None and modifiers & _ADDING:
            is_second = work.id == self._second
            self.choose(chosen, second=None if is_second else work)
        else:
            self.choose(work)

    def _show_current(self) -> None:
        self._by_keyboard = True
        rect = self.rect_of(self._current)
        bar = self.horizontalScrollBar()
        if rect.left() < PADDING:
            bar.setValue(bar.value() + int(rect.left()) - PADDING)
        elif rect.right() > self.viewport().width() - PADDING:
            bar.setValue(bar.value() + int(rect.right()) - self.viewport().width() + PADDING)
        self._describe()
        if QAccessible.isActive():
            event = QAccessibleAnnouncementEvent(self, self.accessibleDescription())
            QAccessible.updateAccessibility(event)
        self.viewport().update()

    def _describe(self) -> None:
        work = self.work(self._current) if self._total else None
        self.setAccessibleDescription(self._sentence() if work is None else self._name(work))

    def _set_hovered(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self.viewport().update()

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._set_hovered(None)
        return super().viewportEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in KEYBOARD_REASONS:
            self._by_keyboard = True
        self.viewport().update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(640, HEIGHT)
