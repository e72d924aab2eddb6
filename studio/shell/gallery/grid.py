"""The grid of kept works: one widget that paints what is in view, for mouse, keyboard and reader.

It holds places and a selection, never a work. Scrolling moves what is painted already and paints
the rows that come into view, so it costs the same with ten works and with ten thousand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QToolTip, QWidget

from studio.contract.overriding import override
from studio.project.search import WorkRow
from studio.shell.gallery.finder import Found, GalleryFinder
from studio.shell.gallery.grid_layout import GridLayout, Measures, Section
from studio.shell.gallery.grid_painter import GridPainter, TileState, captions_fit, heading_height
from studio.shell.gallery.rubber_band import RubberBand
from studio.shell.gallery.scroll_hint import ScrollHint
from studio.shell.gallery.selection import Selection
from studio.shell.gallery.thumbnails import Thumbnails, Wanted
from studio.shell.pictures.touch import PinchSteps
from studio.shell.pictures.wheel import WheelSteps
from studio.shell.spoken import SpokenItem
from studio.shell.theme import MARGIN
from studio.shell.widgets.painting import KEYBOARD_REASONS

SIDES: Final = (64, 96, 128, 192, 256)
"""Sizes of a tile in logical pixels: whole multiples for the pictures of the shipped models."""
DEFAULT_SIDE: Final = 128
GAP: Final = 14
RING_REACH: Final = 5
"""From a picture's edge to the outside of its ring."""
SCROLL_STEP: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class GridMenu:
    """A menu was asked for, by the right button or by the keyboard."""

    position: QPoint
    """On the screen."""


class GalleryGrid(QAbstractScrollArea):
    """Arrows move, Shift and Ctrl choose many, Return opens."""

    selection_changed = Signal()
    opened = Signal()
    """The current work was double-clicked or got Return."""
    menu_wanted = Signal(object)
    """Payload: `GridMenu`."""
    drag_started = Signal()
    """The chosen works are dragged."""
    zoomed = Signal(int)
    """Payload: the new side of a tile."""

    def __init__(
        self,
        finder: GalleryFinder,
        thumbnails: Thumbnails,
        caption: Callable[[WorkRow], str],
        spoken: Callable[[WorkRow], str],
        parent: QWidget | None = None,
    ) -> None:
        """``caption`` is written below a picture, ``spoken`` is what a screen reader says."""
        super().__init__(parent)
        self._finder = finder
        self._thumbnails = thumbnails
        self._caption = caption
        self._spoken = spoken
        self._places: tuple[int, ...] = ()
        self._sections: tuple[Section, ...] = ()
        self._side = DEFAULT_SIDE
        self.selection = Selection()
        self._layout = GridLayout((), self._measures(), 640)
        self._by_keyboard = False
        self._hovered: int | None = None
        self._pressed: QPoint | None = None
        self._pressed_chosen = False
        """The press was on a work that was chosen already; a release chooses it alone."""
        self._wheel = WheelSteps()
        self._band = RubberBand(self)
        self._band.stretched.connect(self._band_stretched)
        self.hint = ScrollHint(self, self._section_title)
        PinchSteps(self.viewport(), lambda steps, _at: self.step_side(steps))
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setMouseTracking(True)
        # It paints its own ground, so that scrolling may move what is painted already.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.verticalScrollBar().setAccessibleName(self.tr("Scroll the kept pictures"))
        self.setAccessibleName(self.tr("Kept pictures"))
        finder.rows_arrived.connect(self._rows_arrived)
        thumbnails.arrived.connect(self._thumbnails_arrived)

    # What it shows

    def show_found(self, found: Found, sections: Sequence[Section], *, from_top: bool) -> None:
        """Show another list; ``from_top``: it answers another question, so it begins there.

        Otherwise the picture that stands at the top of the view stays where it is.
        """
        anchor = None if from_top else self._anchor()
        chosen, current = self.selection.chosen, self.selection.current
        self._places = found.listing.places
        self._sections = tuple(sections)
        self.selection.set_order(self._places, found.indexes, follow=not from_top)
        self._hovered = None
        self._arrange()
        if from_top:
            self.verticalScrollBar().setValue(0)
        elif anchor is not None:
            self._restore_anchor(*anchor)
        self._want()
        self.viewport().update()
        if (chosen, current) != (self.selection.chosen, self.selection.current):
            self.selection_changed.emit()
        self._describe()

    @property
    def places(self) -> tuple[int, ...]:
        """The works shown, in order."""
        return self._places

    @property
    def side(self) -> int:
        """The side of a tile in logical pixels."""
        return self._side

    def set_side(self, side: int) -> None:
        """Show larger or smaller pictures; the current one stays in view."""
        side = min(SIDES, key=lambda known: abs(known - side))
        if side == self._side:
            return
        anchor = self._anchor()
        self._side = side
        self._arrange()
        if anchor is not None:
            self._restore_anchor(*anchor)
        self._want()
        self.viewport().update()
        self.zoomed.emit(side)

    def step_side(self, steps: int) -> None:
        """One size larger or smaller."""
        index = SIDES.index(self._side) + steps
        self.set_side(SIDES[min(max(index, 0), len(SIDES) - 1)])

    @property
    def grid_layout(self) -> GridLayout:
        """Where everything stands."""
        return self._layout

    def rect_of(self, index: int) -> QRectF:
        """A work's cell in the viewport's logical pixels."""
        cell = self._layout.cell(index)
        return QRectF(cell.x, cell.y - self._scroll(), cell.width, cell.height)

    def in_view(self) -> range:
        """The works whose rows are in view."""
        top = self._scroll()
        return self._layout.between(top, top + self.viewport().height())

    def _painted(self) -> range:
        """The works of which something is in view, if only a ring or an edge."""
        top = self._scroll() - RING_REACH
        return self._layout.between(top, top + self.viewport().height() + 2 * RING_REACH)

    def top_place(self) -> int | None:
        """The work at the top of the view, to come back to."""
        shown = self.in_view()
        return self._places[shown.start] if shown else None

    def show_place(self, place: int) -> None:
        """Scroll so that a work stands at the top of the view, if it is in the list."""
        index = self.selection.index_of(place)
        if index is not None:
            cell = self._layout.cell(index)
            self.verticalScrollBar().setValue(round(cell.y) - self._layout.measures.top)

    def choose_place(self, place: int) -> bool:
        """Choose a work alone and bring it into view; False: it is not in the list."""
        index = self.selection.index_of(place)
        if index is None:
            return False
        self.selection.choose(index)
        self._after_choice()
        return True

    def choose_all(self) -> None:
        """Choose everything that is listed."""
        self.selection.choose_all()
        self._after_choice(show=False)

    def clear_choice(self) -> None:
        """Choose nothing."""
        self.selection.clear()
        self._after_choice(show=False)

    def _measures(self) -> Measures:
        line = self.fontMetrics().height()
        return Measures(
            side=self._side,
            caption=line + 6 if captions_fit(self._side) else 0,
            gap=GAP,
            heading=heading_height(line),
            margin=MARGIN,
            top=RING_REACH + 3,
        )

    def _arrange(self) -> None:
        width = self.viewport().width()
        self._layout = GridLayout(self._sections, self._measures(), width)
        bar = self.verticalScrollBar()
        height = self.viewport().height()
        bar.setPageStep(max(height - self._side // 2, 1))
        bar.setSingleStep(SCROLL_STEP)
        bar.setRange(0, max(round(self._layout.height) - height, 0))
        bar.setEnabled(bar.maximum() > 0)  # its place stays, so that nothing moves when it comes

    def _scroll(self) -> int:
        return self.verticalScrollBar().value()

    def _anchor(self) -> tuple[int, float] | None:
        """The current work if it is in view, else the first one there, and its distance."""
        shown = self.in_view()
        if not shown:
            return None
        current = self.selection.current_index
        index = current if current is not None and current in shown else shown.start
        return self._places[index], self._layout.cell(index).y - self._scroll()

    def _restore_anchor(self, place: int, distance: float) -> None:
        index = self.selection.index_of(place)
        if index is not None:
            self.verticalScrollBar().setValue(round(self._layout.cell(index).y - distance))

    def _want(self) -> None:
        """Ask for rows and pictures: those in view first, then a screen below and above."""
        if not self._places or not self.isVisible():
            return
        height = self.viewport().height()
        top = self._scroll()
        shown = self._layout.between(top, top + height)
        below = self._layout.between(top + height, top + 2 * height)
        above = self._layout.between(top - height, top)
        order = (*shown, *below, *above)
        self._finder.want([self._places[index] for index in order])
        ratio = self.devicePixelRatioF()
        wanted = []
        for index in order:
            row = self._finder.row(self._places[index])
            if row is not None:
                wanted.append(self.wanted(row, ratio))
        self._thumbnails.want(wanted)

    def wanted(self, row: WorkRow, ratio: float) -> Wanted:
        """The thumbnail that a row is shown with."""
        return Wanted(blob=row.blob, side=round(self._side * ratio), ratio=ratio)

    @Slot(object)
    def _rows_arrived(self, places: frozenset[int]) -> None:
        self._want()
        for index in self._painted():
            if self._places[index] in places:
                self._update_cell(index)
        if self.selection.current in places:
            self._describe()

    @Slot(object)
    def _thumbnails_arrived(self, blobs: frozenset[str]) -> None:
        for index in self._painted():
            row = self._finder.row(self._places[index])
            if row is not None and row.blob in blobs:
                self._update_cell(index)

    def _update_cell(self, index: int) -> None:
        self.viewport().update(_around(self.rect_of(index)))

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        painter = GridPainter(self.viewport(), self.palette(), self.font(), ratio)
        region, area = event.region(), event.rect()
        painter.fill(region)
        scroll = self._scroll()
        top, bottom = area.top() + scroll - RING_REACH, area.bottom() + 1 + scroll + RING_REACH
        for section, y in self._layout.headings(top, bottom):
            width = self.viewport().width() - 2 * MARGIN
            rect = QRectF(MARGIN, y - scroll, width, self._layout.measures.heading)
            painter.paint_heading(rect, section.title, section.count)
        focused = self.hasFocus()
        for index in self._layout.between(top, bottom):
            rect = self.rect_of(index)
            if not region.intersects(_around(rect)):
                continue
            place = self._places[index]
            row = self._finder.row(place)
            wanted = None if row is None else self.wanted(row, ratio)
            is_current = place == self.selection.current and self._by_keyboard and focused
            painter.paint_tile(
                rect,
                self._side,
                TileState(
                    pixmap=None if wanted is None else self._thumbnails.get(wanted),
                    is_damaged=wanted is not None and self._thumbnails.is_damaged(wanted),
                    is_chosen=self.selection.holds(place),
                    is_current=is_current,
                    is_hovered=index == self._hovered,
                    caption="" if row is None else self._caption(row),
                    is_named=row is not None and bool(row.title),
                    rating=0 if row is None else row.rating,
                ),
            )
        if self._band.is_drawn:
            painter.paint_band(self._band.rect.normalized().translated(0, -scroll))
        painter.end()

    # Choosing with the mouse

    def _index_at(self, position: QPointF) -> int | None:
        return self._layout.index_at(position.x(), position.y() + self._scroll())

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._by_keyboard = False
        index = self._index_at(event.position())
        modifiers = event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        self._pressed_chosen = False
        if index is None:
            self._begin_band(event.position(), keep=control or shift)
            return
        self._pressed = event.position().toPoint()
        if shift:
            self.selection.extend(index, keep=control)
        elif control:
            self.selection.toggle(index)
        elif self.selection.holds(self._places[index]):
            self.selection.move(index)
            self._pressed_chosen = True
        else:
            self.selection.choose(index)
        self._after_choice(show=False)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._band.is_drawn:
            self._band.stretch(event.position())
            return
        place = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and self._pressed is not None:
            if (place - self._pressed).manhattanLength() >= QApplication.startDragDistance():
                pressed, self._pressed = self._pressed, None
                self._pressed_chosen = False
                index = self._index_at(QPointF(pressed))
                if index is not None and self.selection.holds(self._places[index]):
                    self.drag_started.emit()
            return
        self._set_hovered(self._index_at(event.position()))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._end_band()
        self._pressed = None
        if self._pressed_chosen:
            self._pressed_chosen = False
            index = self._index_at(event.position())
            if index is not None:
                self.selection.choose(index)
                self._after_choice(show=False)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            index = self._index_at(event.position())
            if index is not None and not event.modifiers():
                self._pressed = None
                self.opened.emit()
                return
        self.mousePressEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.selection.current_index if keyboard else self._index_at(QPointF(event.pos()))
        if index is None:
            return
        if not self.selection.holds(self._places[index]):
            self.selection.choose(index)
            self._after_choice(show=False)
        place = self.rect_of(index).center().toPoint() if keyboard else event.pos()
        self.menu_wanted.emit(GridMenu(position=self.viewport().mapToGlobal(place)))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = self._wheel.take(event)
            if steps:
                self.step_side(steps)
            return
        super().wheelEvent(event)

    def _begin_band(self, position: QPointF, *, keep: bool) -> None:
        besides = self.selection.chosen if keep else frozenset[int]()
        if not keep:
            self.selection.clear()
            self._after_choice(show=False)
        self._band.begin(position, besides)

    @Slot()
    def _band_stretched(self) -> None:
        rect = self._band.rect.normalized()
        inside = self._layout.inside(rect.left(), rect.top(), rect.right(), rect.bottom())
        before = self.selection.chosen
        self.selection.choose_exactly(inside, besides=self._band.besides)
        if self.selection.chosen != before:
            self.selection_changed.emit()
        self.viewport().update()

    def _end_band(self) -> None:
        if self._band.end():
            self.viewport().update()
            self._describe()

    def _section_title(self) -> str:
        """The heading that the top of the view belongs to."""
        section = self._layout.section_at(self._scroll() + self._layout.measures.heading)
        return "" if section is None else section.title

    def _set_hovered(self, index: int | None) -> None:
        if index != self._hovered:
            before, self._hovered = self._hovered, index
            for changed in (before, index):
                if changed is not None and changed < self._layout.count:
                    self._update_cell(changed)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._set_hovered(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._index_at(QPointF(event.pos()))
            row = None if index is None else self._finder.row(self._places[index])
            QToolTip.showText(event.globalPos(), "" if row is None else self._spoken(row), self)
            return True
        return super().viewportEvent(event)

    # Choosing with the keyboard

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if not self._places:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.selection.current_index is not None:
                self._choose_current_if_none()
                self.opened.emit()
        elif key == Qt.Key.Key_Space:
            self._toggle_current(event.modifiers())
        elif key == Qt.Key.Key_Escape and self.selection.count:
            self.clear_choice()
        else:
            target = self._target(key)
            if target is None:
                super().keyPressEvent(event)
            else:
                self._go_to(target, event.modifiers())

    def _target(self, key: int) -> int | None:
        """Where a key leads; from nowhere it leads to the first work in view."""
        index = self.selection.current_index
        last = len(self._places) - 1
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        if key in ends:
            return ends[Qt.Key(key)]
        page = max(self.viewport().height() // (self._side + GAP) - 1, 1)
        rows = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
        }
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key not in rows and key not in steps:
            return None
        if index is None:
            shown = self.in_view()
            return shown.start if shown else 0
        if key in steps:
            return min(max(index + steps[Qt.Key(key)], 0), last)
        return self._layout.beside(index, rows[Qt.Key(key)])

    def _go_to(self, index: int, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
            self.selection.extend(index, keep=control)
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self.selection.move(index)
        else:
            self.selection.choose(index)
        self._by_keyboard = True
        self._after_choice()

    def _toggle_current(self, modifiers: Qt.KeyboardModifier) -> None:
        index = self.selection.current_index
        self._by_keyboard = True
        if index is None:
            self._go_to(self.in_view().start, Qt.KeyboardModifier.NoModifier)
            return
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.selection.extend(index)
        else:
            self.selection.toggle(index)
        self._after_choice()

    def _choose_current_if_none(self) -> None:
        index = self.selection.current_index
        if index is not None and not self.selection.count:
            self.selection.choose(index)
            self._after_choice()

    def _after_choice(self, *, show: bool = True) -> None:
        if show:
            self._show_current()
        self.viewport().update()
        self._describe()
        if self.hasFocus() and QAccessible.isActive():
            event = QAccessibleAnnouncementEvent(self, self.accessibleDescription())
            QAccessible.updateAccessibility(event)
        self.selection_changed.emit()

    def _show_current(self) -> None:
        index = self.selection.current_index
        if index is None:
            return
        rect = self.rect_of(index)
        bar = self.verticalScrollBar()
        above = RING_REACH + 3
        if index < self._layout.columns:
            above += self._layout.measures.heading  # the first row brings its heading along
        if rect.top() < above:
            bar.setValue(bar.value() + int(rect.top() - above))
        elif rect.bottom() > self.viewport().height() - above:
            bar.setValue(bar.value() + int(rect.bottom() - self.viewport().height() + above + 1))

    def _describe(self) -> None:
        """What a screen reader says of the work that the keyboard is on."""
        index = self.selection.current_index
        row = None if index is None else self._finder.row(self._places[index])
        if index is None or row is None:
            self.setAccessibleDescription(self.tr("%n picture(s)", "", len(self._places)))
            return
        parts = [self._spoken(row)]
        if self.selection.holds(row.place):
            parts.append(self.tr("chosen"))
        if self.selection.count > 1:
            parts.append(self.tr("%n chosen in all", "", self.selection.count))
        parts.append(
            self.tr("{number} of {total}").format(number=index + 1, total=len(self._places))
        )
        self.setAccessibleDescription(self.tr(", ").join(parts))

    # What a screen reader finds (see `studio.shell.spoken`)

    def spoken_count(self) -> int:
        """How many pictures were found."""
        return len(self._places)

    def spoken_item(self, index: int) -> SpokenItem:
        """A picture by its name; by its number while it is not read yet."""
        row = self._finder.row(self._places[index])
        return SpokenItem(
            name=str(index + 1) if row is None else self._spoken(row),
            rect=self.rect_of(index).toAlignedRect(),
            is_chosen=self.selection.holds(self._places[index]),
            is_current=index == self.selection.current_index,
        )

    # Sizes

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        anchor = self._anchor()
        self._arrange()
        if anchor is not None and event.oldSize().width() != event.size().width():
            self._restore_anchor(*anchor)
        self._want()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._want()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()
            self.viewport().update()

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        viewport = self.viewport()
        if self._band.is_drawn or not float(self.devicePixelRatioF()).is_integer():
            viewport.update()
        else:
            viewport.scroll(0, dy)
        self._hovered = None
        self._want()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in KEYBOARD_REASONS:
            self._by_keyboard = True
            if self.selection.current is None and self._places:
                self.selection.move(self.in_view().start)
            self._describe()
        self.viewport().update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._end_band()
        self.viewport().update()

    def picture(self, row: WorkRow) -> QPixmap | None:
        """A work as it is painted, e.g. to be dragged; None while it is not decoded."""
        return self._thumbnails.get(self.wanted(row, self.devicePixelRatioF()))

    def rect_in_view(self, index: int) -> QRect | None:
        """A work's cell, or None while it is not in view."""
        rect = self.rect_of(index).toAlignedRect()
        return rect if rect.intersects(self.viewport().rect()) else None


def _around(cell: QRectF) -> QRect:
    """A cell with the ring around it."""
    reach = RING_REACH + 1
    return cell.adjusted(-reach, -reach, reach, reach).toAlignedRect()
