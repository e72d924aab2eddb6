"""The wall: many pictures in one widget that paints itself, for mouse, keyboard and reader.

It shows what it is given and tells what the user does; it holds no recipe and asks nobody. Only
the tiles in view cost anything, so a wall may have thousands.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QScrollBar, QWidget

from studio.contract.overriding import override
from studio.images.ui.layout import WallLayout, arrange
from studio.images.ui.wall_faces import (
    ChoiceEvent,
    MenuEvent,
    SeenEvent,
    TileEvent,
    TileFace,
    same_image,
)
from studio.images.ui.wall_painter import RING_DISTANCE, RING_REACH, TilePainter, TileState
from studio.shell.motion import FADE_SECONDS, motion_wanted
from studio.shell.spoken import SpokenItem
from studio.shell.theme import GAP, MARGIN, Colours
from studio.shell.widgets.painting import KEYBOARD_REASONS
from studio.shell.widgets.popover import SHADOW, Popover

PADDING: Final = 6
"""Around the tiles, so that the ring of an outer tile has room."""
TICK_MILLISECONDS: Final = 16
FADING_FRAME_SECONDS: Final = 0.008
"""What painting may take while pictures fade in: half of a frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fade:
    start: float
    before: QImage | None


class WallView(QAbstractScrollArea):
    """A grid of pictures that scrolls; arrows move, Space and Return choose."""

    choice_changed = Signal(object)
    """Payload: `ChoiceEvent`."""
    current_changed = Signal(object)
    """Payload: `TileEvent`: the tile that the keyboard is on."""
    activated = Signal(object)
    """Payload: `TileEvent`: a chosen tile was double-clicked or got Return."""
    clicked = Signal(object)
    """Payload: `TileEvent`: a tile was chosen by a whole click, or by the keyboard."""
    scrolled = Signal()
    """The user sees other tiles than before."""
    rearranged = Signal()
    """The tiles lie elsewhere, because the wall or they have another size."""
    menu_wanted = Signal(object)
    """Payload: `MenuEvent`."""
    drag_started = Signal(object)
    """Payload: `TileEvent`."""
    seen_changed = Signal(object)
    """Payload: `SeenEvent`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._faces: tuple[TileFace, ...] = ()
        self._picture = (64, 64)
        self._kinds = 0
        self._layout = arrange(1, 1, self._picture)
        self._seen = SeenEvent(first=0, last=0, columns=0)
        self._chosen: int | None = None
        self._second: int | None = None
        self._current = 0
        self._by_keyboard = False
        """Whether the keyboard was used last, so that the tile it is on must be seen."""
        self._hovered: int | None = None
        self._pressed: QPoint | None = None
        self._fades: dict[int, _Fade] = {}
        self._painter = TilePainter(self._layout, self.devicePixelRatioF())
        self._bar: Popover | None = None
        self._bar_place: tuple[QRect, QSize] | None = None
        """Where the bar floats now, so that it is moved and painted only when it must."""
        self._bar_anchor: QRect | None = None
        self._footer: QWidget | None = None

        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MILLISECONDS)
        self._clock.timeout.connect(self._tick)

        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("Wall of pictures"))
        self._scroller = QScrollBar(Qt.Orientation.Vertical, self)
        self._scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroller.setAccessibleName(self.tr("Scroll the wall"))
        inner = self.verticalScrollBar()
        inner.rangeChanged.connect(self._follow_range)
        inner.valueChanged.connect(self._scroller.setValue)
        self._scroller.valueChanged.connect(inner.setValue)

    # What it shows

    def set_pictures(self, size: tuple[int, int], kinds: int) -> None:
        """Say how large the pictures are and how many kinds share the columns (0: no kinds)."""
        if (size, kinds) != (self._picture, self._kinds):
            self._picture, self._kinds = size, kinds
            self._arrange()

    def set_faces(self, faces: Sequence[TileFace], *, fade: bool = True) -> None:
        """Hang these tiles. New pictures fade in at their place unless ``fade`` is False."""
        before, self._faces = self._faces, tuple(faces)
        moving = fade and motion_wanted()
        now = time.monotonic()
        for index, face in enumerate(self._faces):
            old = before[index] if index < len(before) else None
            self._note_change(index, old, face, now if moving else None)
        self._fades = {i: f for i, f in self._fades.items() if i < len(self._faces)}
        if self._fades:
            self._clock.start()
        if len(before) != len(self._faces):
            self._keep_choice_valid()
            self._arrange()

    def set_face(self, index: int, face: TileFace, *, fade: bool = True) -> None:
        """Change one tile."""
        old = self._faces[index]
        self._faces = (*self._faces[:index], face, *self._faces[index + 1 :])
        moving = fade and motion_wanted()
        self._note_change(index, old, face, time.monotonic() if moving else None)
        if face.image is not None and self._seen.first <= index < self._seen.last:
            self._painter.pixmap(face.image)  # now, one by one, rather than all in the next paint
        if self._fades:
            self._clock.start()

    def attach_bar(self, bar: Popover) -> None:
        """The bar, made for this wall's viewport, that floats beside the chosen tile."""
        self._bar = bar

    def set_bar_anchor(self, anchor: QRect | None) -> None:
        """Let the bar float beside ``anchor`` (in the viewport) rather than the chosen tile."""
        self._bar_anchor = anchor
        self.place_bar()

    def bar_height(self) -> int:
        """How much height the bar takes beside what it floats at."""
        return 0 if self._bar is None else self._bar.sizeHint().height() - 2 * SHADOW + 8

    def attach_footer(self, footer: QWidget) -> None:
        """What stands behind the last row, e.g. the button for more; the wall places it."""
        self._footer = footer
        footer.setParent(self.viewport())
        footer.installEventFilter(self)
        self._arrange()

    @property
    def faces(self) -> tuple[TileFace, ...]:
        """The tiles, in order."""
        return self._faces

    @property
    def columns(self) -> int:
        """Tiles in a row."""
        return self._layout.columns

    @property
    def wall_layout(self) -> WallLayout:
        """The grid, in device pixels."""
        return self._layout

    @property
    def open_area(self) -> QRect:
        """The part of the viewport that no scroll bar covers."""
        view = self.viewport().rect()
        view.setWidth(min(view.width() - MARGIN + PADDING, self._scroller.x()))
        return view

    @property
    def seen(self) -> SeenEvent:
        """What can be seen now."""
        return self._seen

    @property
    def is_moving(self) -> bool:
        """Whether pictures are just fading in."""
        return bool(self._fades)

    # What is chosen

    @property
    def chosen(self) -> int | None:
        """The chosen tile."""
        return self._chosen

    @property
    def second(self) -> int | None:
        """The tile to compare the chosen one with."""
        return self._second

    @property
    def current(self) -> int:
        """The tile that the keyboard is on."""
        return self._current

    def choose(self, index: int | None, *, second: int | None = None) -> None:
        """Choose a tile (None: none) and, to compare, a second one."""
        if index is not None and not 0 <= index < len(self._faces):
            index = None
        if second is not None and (index is None or second == index):
            second = None
        if (index, second) == (self._chosen, self._second):
            self.place_bar()
            return
        for changed in {self._chosen, self._second, index, second} - {None}:
            self._update_tile(changed)
        self._chosen, self._second = index, second
        if index is not None:
            self.set_current(second if second is not None else index)
        self.place_bar()
        self.choice_changed.emit(ChoiceEvent(chosen=index, second=second))

    def tile_rect(self, index: int) -> QRectF:
        """Where a tile is painted, in the viewport's logical pixels."""
        ratio = self.devicePixelRatioF()
        box = self._layout.box(index)
        return QRectF(
            PADDING + box.x / ratio,
            PADDING + box.y / ratio - self.verticalScrollBar().value(),
            box.width / ratio,
            box.height / ratio,
        )

    def tile_at(self, position: QPointF) -> int | None:
        """The tile at a point of the viewport."""
        ratio = self.devicePixelRatioF()
        x = (position.x() - PADDING) * ratio
        y = (position.y() - PADDING + self.verticalScrollBar().value()) * ratio
        return self._layout.index_at(x, y, len(self._faces))

    def show_tile(self, index: int) -> None:
        """Scroll as little as needed to see the whole tile."""
        rect = self.tile_rect(index)
        bar = self.verticalScrollBar()
        if rect.top() < PADDING:
            bar.setValue(bar.value() + int(rect.top() - PADDING))
        elif rect.bottom() > self.viewport().height() - PADDING:
            bar.setValue(bar.value() + int(rect.bottom() - self.viewport().height() + PADDING + 1))

    # What a screen reader finds (see `studio.shell.spoken`)

    def spoken_count(self) -> int:
        """How many pictures hang."""
        return len(self._faces)

    def spoken_item(self, index: int) -> SpokenItem:
        """A picture by its name."""
        return SpokenItem(
            name=self._faces[index].name,
            rect=self.tile_rect(index).toAlignedRect(),
            is_chosen=index in (self._chosen, self._second),
            is_current=index == self._current,
        )

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        ratio = self.devicePixelRatioF()
        offset = self.verticalScrollBar().value() - PADDING
        area = event.rect().adjusted(0, -PADDING, 0, PADDING)
        rows = self._layout.visible(
            (area.top() + offset) * ratio, (area.bottom() + 1 + offset) * ratio, len(self._faces)
        )
        now = time.monotonic()
        for index in rows:
            rect = self.tile_rect(index)
            if event.region().intersects(rect.toAlignedRect().adjusted(-8, -8, 8, 8)):
                self._paint_tile(painter, index, rect, colours, now)
        if time.monotonic() - now > FADING_FRAME_SECONDS:
            self._end_fades()

    def _end_fades(self) -> None:
        """Show whole what fades in still: a fade that is slow to paint is worth less than none."""
        for index in self._fades:
            self._update_tile(index)
        self._fades.clear()

    def _paint_tile(
        self, painter: QPainter, index: int, rect: QRectF, colours: Colours, now: float
    ) -> None:
        fade = self._fades.get(index)
        state = TileState(
            face=self._faces[index],
            before=None if fade is None else fade.before,
            share=1.0 if fade is None else min((now - fade.start) / FADE_SECONDS, 1.0),
            is_chosen=index == self._chosen,
            is_second=index == self._second,
            is_current=index == self._current and self.hasFocus() and self._by_keyboard,
            is_hovered=index == self._hovered,
        )
        self._painter.paint(painter, rect, state, colours)

    def _note_change(
        self, index: int, old: TileFace | None, face: TileFace, now: float | None
    ) -> None:
        if old is not None and old.looks_like(face):
            return
        shown = old.image if old is not None else None
        if face.image is not None and not face.is_stale and not same_image(face.image, shown):
            if now is None:
                self._fades.pop(index, None)
            else:
                self._fades[index] = _Fade(start=now, before=shown)
        self._update_tile(index)

    @Slot()
    def _tick(self) -> None:
        now = time.monotonic()
        for index in tuple(self._fades):
            if now - self._fades[index].start >= FADE_SECONDS:
                del self._fades[index]
            self._update_tile(index)
        if not self._fades:
            self._clock.stop()

    def _update_tile(self, index: int | None) -> None:
        if index is not None:
            around = RING_REACH + 1
            rect = self.tile_rect(index).toAlignedRect()
            self.viewport().update(rect.adjusted(-around, -around, around, around))

    # Layout and scrolling

    def _arrange(self) -> None:
        ratio = self.devicePixelRatioF()
        view = self.viewport().size()
        layout = arrange(
            int((view.width() - PADDING - MARGIN) * ratio),
            int((view.height() - 2 * PADDING) * ratio),
            self._picture,
            ratio=ratio,
            kinds=self._kinds,
        )
        self._painter.follow(layout, ratio)
        self._layout = layout
        bar = self.verticalScrollBar()
        bar.setPageStep(view.height())
        bar.setSingleStep(max(int((layout.tile_height + layout.gap) / ratio / 4), 1))
        bar.setRange(0, max(self._content_height() - view.height(), 0))
        self._follow_range()
        self._after_move()
        self.viewport().update()
        self.rearranged.emit()

    def _content_height(self) -> int:
        ratio = self.devicePixelRatioF()
        height = 2 * PADDING + self._layout.height(len(self._faces)) / ratio
        if self._footer is not None and self._faces:
            height += self._footer.sizeHint().height() + 2 * GAP
        return int(height)

    @Slot()
    def _follow_range(self) -> None:
        inner = self.verticalScrollBar()
        self._scroller.setRange(inner.minimum(), inner.maximum())
        self._scroller.setPageStep(inner.pageStep())
        self._scroller.setSingleStep(inner.singleStep())
        self._scroller.setValue(inner.value())
        self._scroller.setVisible(inner.maximum() > 0)

    def _after_move(self) -> None:
        """Whatever stands on the tiles follows them, and who makes pictures hears what is seen."""
        self.place_bar()
        self._place_footer()
        ratio = self.devicePixelRatioF()
        top = (self.verticalScrollBar().value() - PADDING) * ratio
        seen = self._layout.visible(
            max(top, 0.0), top + self.viewport().height() * ratio, len(self._faces)
        )
        event = SeenEvent(first=seen.start, last=seen.stop, columns=self._layout.columns)
        if event != self._seen:
            self._seen = event
            self.seen_changed.emit(event)

    def place_bar(self) -> None:
        """Put the bar beside the chosen tile, or away; needed when its size has changed."""
        if self._bar is None:
            return
        rect = QRectF() if self._chosen is None else self.tile_rect(self._chosen)
        if not rect.intersects(QRectF(self.viewport().rect())):
            self._bar_place = None
            self._bar.hide()
            return
        around = RING_DISTANCE
        anchor = rect.toAlignedRect().adjusted(-around, -around, around, around)
        if self._bar_anchor is not None:
            anchor = self._bar_anchor
        place = (anchor, self._bar.sizeHint())
        if place != self._bar_place:
            self._bar_place = place
            self._bar.show_beside(anchor)

    def _place_footer(self) -> None:
        footer = self._footer
        if footer is None:
            return
        ratio = self.devicePixelRatioF()
        size = footer.sizeHint()
        top = PADDING + self._layout.height(len(self._faces)) / ratio + GAP
        width = self._layout.width() / ratio
        footer.setGeometry(
            int(PADDING + (width - size.width()) / 2),
            int(top - self.verticalScrollBar().value()),
            size.width(),
            size.height(),
        )
        footer.setVisible(bool(self._faces))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._footer and event.type() == QEvent.Type.FocusIn:
            bar = self.verticalScrollBar()
            bar.setValue(bar.maximum())  # the keyboard never goes out of sight
        return super().eventFilter(watched, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        thick = self._scroller.sizeHint().width()
        self._scroller.setGeometry(self.width() - thick - 3, 0, thick, self.height())
        self._arrange()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.viewport().update()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._arrange()
        return super().event(event)

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self._after_move()
        self.scrolled.emit()

    # Mouse and keyboard

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.tile_at(event.position())
        self._by_keyboard = False
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed = event.position().toPoint() if index is not None else None
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if index is not None and event.modifiers() & both and self._chosen is not None:
            self.choose(self._chosen, second=None if index == self._second else index)
        else:
            self.choose(index)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and self._pressed is not None:
            if (place - self._pressed).manhattanLength() >= QApplication.startDragDistance():
                index = self.tile_at(QPointF(self._pressed))
                self._pressed = None
                if index is not None:
                    self.drag_started.emit(TileEvent(place=index))
            return
        self._set_hovered(self.tile_at(event.position()))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        index = self.tile_at(event.position())
        if index is not None and index == self._chosen and self._second is None:
            self.clicked.emit(TileEvent(place=index))

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.tile_at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.choose(index)
            self.activated.emit(TileEvent(place=index))

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._set_hovered(None)
        elif event.type() == QEvent.Type.ToolTip:
            return True
        return super().viewportEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            if not self._faces:
                return
            index: int | None = self._current
            place = self.tile_rect(self._current).center().toPoint()
        else:
            index = self.tile_at(QPointF(event.pos()))
            place = event.pos()
        if index is not None:
            if index not in (self._chosen, self._second):
                self.choose(index)
            self.menu_wanted.emit(
                MenuEvent(place=index, position=self.viewport().mapToGlobal(place))
            )

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
            Qt.Key.Key_PageUp: (0, -self._rows_in_view()),
            Qt.Key.Key_PageDown: (0, self._rows_in_view()),
        }
        count = len(self._faces)
        if not count:
            super().keyPressEvent(event)
        elif key in steps:
            self._move_to(self._layout.moved(self._current, *steps[key], count))
        elif key == Qt.Key.Key_Home:
            self._move_to(0)
        elif key == Qt.Key.Key_End:
            self._move_to(count - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._act_on_current(event)
        else:
            super().keyPressEvent(event)

    def _act_on_current(self, event: QKeyEvent) -> None:
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.modifiers() & both and self._chosen not in (None, self._current):
            self.choose(self._chosen, second=self._current)
        elif self._chosen != self._current:
            self.choose(self._current)
            self.clicked.emit(TileEvent(place=self._current))
        elif event.key() == Qt.Key.Key_Space:
            self.choose(None)
        else:
            self.activated.emit(TileEvent(place=self._current))

    def _rows_in_view(self) -> int:
        ratio = self.devicePixelRatioF()
        pitch = (self._layout.tile_height + self._layout.gap) / ratio
        return max(int(self.viewport().height() // pitch), 1)

    def _move_to(self, index: int) -> None:
        self._by_keyboard = True
        self._set_hovered(None)
        self.set_current(index)
        self.show_tile(index)

    def set_current(self, index: int) -> None:
        """Put the keyboard on a tile."""
        self._update_tile(self._current)
        changed = index != self._current
        self._current = index
        self._update_tile(index)
        self.setAccessibleDescription(self._faces[index].name)
        if changed:
            self._announce(self._faces[index].name)
            self.current_changed.emit(TileEvent(place=index))

    def _announce(self, text: str) -> None:
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def _set_hovered(self, index: int | None) -> None:
        if index != self._hovered:
            self._update_tile(self._hovered)
            self._hovered = index
            self._update_tile(index)

    def _keep_choice_valid(self) -> None:
        count = len(self._faces)
        self._current = min(self._current, max(count - 1, 0))
        self._hovered = None
        if self._chosen is not None and self._chosen >= count:
            self._chosen = self._second = None
            self.choice_changed.emit(ChoiceEvent(chosen=None, second=None))
        elif self._second is not None and self._second >= count:
            self._second = None
            self.choice_changed.emit(ChoiceEvent(chosen=self._chosen, second=None))

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in KEYBOARD_REASONS:
            self._by_keyboard = True
            if self._faces:
                self.show_tile(self._current)
        self._update_tile(self._current)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._update_tile(self._current)
