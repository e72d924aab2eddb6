"""The family tree: every ancestor in its generation, for mouse, pen, keyboard and reader.

It shows what it is given and tells what the user does. Only what is in view costs anything:
ten thousand pictures scroll as ten do.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from studio.contract.overriding import override
from studio.images.lineage import Lineage, Member
from studio.images.ui.breed.tree_layout import NOTHING, TreeLayout
from studio.images.ui.breed.tree_painter import (
    GUTTER,
    SIDES,
    SMALLEST_MARKED,
    USUAL_ZOOM,
    NodeState,
    TreePainter,
    TreeScale,
    badge_rect,
)
from studio.shell.spoken import SpokenItem
from studio.shell.theme import SMALL_TEXT, Colours, scaled_font
from studio.shell.widgets.painting import KEYBOARD_REASONS

EDGE: Final = 22
"""Logical pixels of ground around the tree."""
WHEEL_NOTCH: Final = 120
PINCH_STEP: Final = 1.35
LINE_OPACITY: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEvent:
    """Something that the user did to one picture of the tree."""

    name: str
    """Its identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMenuEvent:
    """A menu was asked for."""

    name: str
    position: QPoint
    """On the screen."""


class TreeView(QAbstractScrollArea):
    """Arrows go to parents, children and neighbours; plus and minus unfold and fold."""

    current_changed = Signal(object)
    """Payload: `NodeEvent`; the picture that is looked at."""
    activated = Signal(object)
    """Payload: `NodeEvent`: double click or Return."""
    menu_wanted = Signal(object)
    """Payload: `NodeMenuEvent`."""
    fold_wanted = Signal(object)
    """Payload: `NodeEvent`: its descendants are to be folded away, or shown again."""
    drag_started = Signal(object)
    """Payload: `NodeEvent`."""
    seen_changed = Signal()
    """Others are in view than before, or in another size."""
    zoom_changed = Signal(int)
    """Payload: the zoom, an index of `SIDES`."""

    def __init__(
        self, image: Callable[[str], QImage | None], spoken: Callable[[Member], str]
    ) -> None:
        """``image`` gives the picture of an identity if it is there; ``spoken`` names a member."""
        super().__init__()
        self._image = image
        self._spoken = spoken
        self._lineage = Lineage()
        self._layout = NOTHING
        self._found: Collection[str] | None = None
        self._missing: Callable[[Member], bool] = lambda _member: False
        self._current = ""
        self._line: frozenset[str] = frozenset()
        self._zoom = USUAL_ZOOM
        self._painter = TreePainter()
        self._by_keyboard = False
        """Whether the keyboard was used last, so that where it is must be seen."""
        self._pressed: QPoint | None = None
        self._grabbed: tuple[QPoint, int, int] | None = None
        self._pressed_name = ""
        self._pinch = 1.0
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("Family tree"))
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.setSingleStep(40)

    # What it shows

    def set_tree(self, lineage: Lineage, layout: TreeLayout) -> None:
        """Show a tree, or the same one after it has changed; whoever is looked at stays there."""
        held = self._held()
        self._lineage, self._layout = lineage, layout
        anchor = None
        for name, where in held:
            if name in layout:
                place, generation = layout.position(name)
                anchor = (place, float(generation), where)
                break
        if self._current not in layout:
            above = (name for name in reversed(lineage.line(self._current)) if name in layout)
            self._set_current(next(above, ""), announce=False)
        else:
            self._line = self._ancestral_line(self._current)
        self._fit(anchor)

    def set_found(self, found: Collection[str] | None) -> None:
        """Fade all others; None: no search is on."""
        self._found = found
        self.viewport().update()

    def set_missing(self, missing: Callable[[Member], bool]) -> None:
        """Say whose model is not here."""
        self._missing = missing

    def refresh(self, name: str) -> None:
        """A picture has arrived, or something else is said of it."""
        if name in self._layout:
            side = self.scale.side
            middle = self.middle_of(name)
            far = side / 2 + 26
            around = QRectF(middle.x() - far, middle.y() - far, 2 * far, 2 * far)
            self.viewport().update(around.toAlignedRect())

    @property
    def tree_layout(self) -> TreeLayout:
        """Where everybody stands."""
        return self._layout

    @property
    def current(self) -> str:
        """Identity of the picture that is looked at; "": none."""
        return self._current

    @property
    def zoom(self) -> int:
        """An index of `SIDES`."""
        return self._zoom

    @property
    def scale(self) -> TreeScale:
        """Distances at this zoom."""
        return TreeScale(SIDES[self._zoom])

    def seen(self) -> list[str]:
        """Who is in view, from the top left."""
        return self._layout.visible(*self._window(QRectF(self.viewport().rect())))

    def middle_of(self, name: str) -> QPointF:
        """The middle of a picture in the viewport."""
        place, generation = self._layout.position(name)
        return self._point(place, generation)

    def name_at(self, point: QPointF) -> str | None:
        """Whose picture lies at a point of the viewport."""
        scale = self.scale
        left, top = self._origin()
        generation = round((point.y() - top) / scale.row)
        place = (point.x() - left) / scale.pitch + self._layout.left
        name = self._layout.at(place, generation)
        if name is None:
            return None
        offset = point - self.middle_of(name)
        inside = max(abs(offset.x()), abs(offset.y())) <= scale.side / 2 + 2
        return name if inside else None

    # What is looked at

    def look_at(self, name: str, *, centred: bool = False) -> None:
        """Make a picture the current one and bring it into view."""
        if name not in self._layout:
            return
        self._set_current(name)
        self.show_name(name, centred=centred)

    def show_name(self, name: str, *, centred: bool = False) -> None:
        """Scroll as little as needed to see a picture, or until it is in the middle."""
        scale = self.scale
        view = QRectF(self.viewport().rect())
        middle = self.middle_of(name)
        reach = scale.side / 2 + 14
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        if centred:
            across.setValue(across.value() + round(middle.x() - view.center().x()))
            down.setValue(down.value() + round(middle.y() - view.center().y()))
            return
        left, right = middle.x() - reach - GUTTER, middle.x() + reach - view.width()
        across.setValue(across.value() + round(min(left, 0.0) or max(right, 0.0)))
        top, bottom = middle.y() - reach, middle.y() + reach - view.height()
        down.setValue(down.value() + round(min(top, 0.0) or max(bottom, 0.0)))

    def set_zoom(self, zoom: int, around: QPointF | None = None) -> None:
        """Show it larger or smaller; what lies at ``around`` (else what is looked at) stays."""
        zoom = min(max(zoom, 0), len(SIDES) - 1)
        if zoom == self._zoom:
            return
        anchor = self._anchor(around)
        self._zoom = zoom
        self._fit(anchor)
        self.zoom_changed.emit(zoom)

    def _set_current(self, name: str, *, announce: bool = True) -> None:
        if name == self._current:
            return
        self._current = name
        self._line = self._ancestral_line(name)
        member = self._lineage.get(name)
        spoken = self._spoken(member) if member is not None else ""
        self.setAccessibleDescription(spoken)
        if announce and spoken and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken))
        self.viewport().update()
        self.current_changed.emit(NodeEvent(name=name))

    def _ancestral_line(self, name: str) -> frozenset[str]:
        """Everybody from whom it came, and itself: their lines are shown in the accent."""
        if name not in self._lineage:
            return frozenset()
        return self._lineage.kin_above(name) | {name}

    # Where things are

    def _origin(self) -> tuple[float, float]:
        """Where the leftmost place of the first generation is, in the viewport."""
        scale, view = self.scale, self.viewport()
        width, height = self._extent()
        left = -float(self.horizontalScrollBar().value())
        top = -float(self.verticalScrollBar().value())
        if width < view.width():
            left = (view.width() - width) / 2
        if height < view.height():
            top = 0.0
        return left + GUTTER + EDGE + scale.side / 2, top + EDGE + scale.side / 2

    def _extent(self) -> tuple[float, float]:
        scale = self.scale
        across = (self._layout.right - self._layout.left) * scale.pitch
        down = max(self._layout.generations - 1, 0) * scale.row
        badge = self.fontMetrics().height() + 6
        return (
            across + scale.side + GUTTER + 2 * EDGE,
            down + scale.side + 2 * EDGE + badge,
        )

    def _point(self, place: float, generation: int) -> QPointF:
        scale = self.scale
        left, top = self._origin()
        return QPointF(
            left + (place - self._layout.left) * scale.pitch, top + generation * scale.row
        )

    def _window(self, area: QRectF) -> tuple[float, float, int, int]:
        """The places and rows that may be touched by an area of the viewport."""
        scale = self.scale
        left, top = self._origin()
        reach = scale.side / 2 + 8
        first = (area.left() - reach - left) / scale.pitch + self._layout.left
        last = (area.right() + reach - left) / scale.pitch + self._layout.left
        above = int((area.top() - reach - 24 - top) // scale.row) + 1
        below = int((area.bottom() + reach - top) // scale.row)
        return first, last, max(above, 0), below

    def _anchor(self, around: QPointF | None = None) -> tuple[float, float, QPointF] | None:
        """A point of the tree and where it is in the viewport."""
        if not len(self._layout):
            return None
        if around is None:
            here = self._current
            view = QRectF(self.viewport().rect())
            if here in self._layout and view.contains(self.middle_of(here)):
                around = self.middle_of(here)
            else:
                around = view.center()
        scale = self.scale
        left, top = self._origin()
        return (
            (around.x() - left) / scale.pitch + self._layout.left,
            (around.y() - top) / scale.row,
            around,
        )

    def _held(self) -> list[tuple[str, QPointF]]:
        """Who is to stay where they are when the tree changes: whoever is looked at, else those
        in view from the middle outwards, because some of them may go."""
        view = QRectF(self.viewport().rect())
        middle = self._middles()
        here = self._current
        if here in self._layout and view.contains(middle(here)):
            # Folded away, whoever it hangs from comes to stand where it stood.
            return [(name, middle(here)) for name in reversed(self._lineage.line(here))]
        found = [(name, middle(name)) for name in self.seen()]
        found.sort(key=lambda pair: (pair[1] - view.center()).manhattanLength())
        return found

    def _fit(self, anchor: tuple[float, float, QPointF] | None) -> None:
        """Fit the scroll bars to the tree, and scroll so that the anchor stays where it was."""
        width, height = self._extent()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        view = self.viewport().size()
        across.setPageStep(view.width())
        down.setPageStep(view.height())
        across.setRange(0, max(round(width) - view.width(), 0))
        down.setRange(0, max(round(height) - view.height(), 0))
        if anchor is not None:
            place, row, where = anchor
            scale = self.scale
            x = GUTTER + EDGE + scale.side / 2 + (place - self._layout.left) * scale.pitch
            y = EDGE + scale.side / 2 + row * scale.row
            across.setValue(round(x - where.x()))
            down.setValue(round(y - where.y()))
        self.viewport().update()
        self.seen_changed.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(None)

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self.seen_changed.emit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.viewport().update()

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        colours = Colours.of(self.palette())
        scale = self.scale
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, scale.has_pictures)
        area = QRectF(event.rect())
        first, last, top, bottom = self._window(area)
        names = self._layout.visible(first, last, top, bottom)
        middle = self._middles()
        self._paint_lines(painter, names, (first, last, top, bottom), middle, colours)
        nodes = [(middle(name), self._state(name, scale)) for name in names]
        if not scale.has_pictures:
            self._painter.dots(painter, nodes, scale, colours)
        else:
            ratio = self.devicePixelRatioF()
            small = scaled_font(self.font(), SMALL_TEXT)
            for point, state in nodes:
                self._painter.node(painter, point, state, scale, colours, ratio)
            for point, state in nodes:
                if state.hidden:
                    self._painter.badge(painter, point, state, scale, colours, small)
        self._paint_numbers(painter, top, bottom, colours)
        painter.end()

    def _middles(self) -> Callable[[str], QPointF]:
        """`middle_of` for many pictures in a row: what is the same for all is found once."""
        position = self._layout.position
        pitch, row = self.scale.pitch, self.scale.row
        left, top = self._origin()
        left -= self._layout.left * pitch

        def middle(name: str) -> QPointF:
            place, generation = position(name)
            return QPointF(left + place * pitch, top + generation * row)

        return middle

    def _paint_lines(
        self,
        painter: QPainter,
        names: Sequence[str],
        window: tuple[float, float, int, int],
        middle: Callable[[str], QPointF],
        colours: Colours,
    ) -> None:
        """Lines to those who hang from a parent, thinner ones from their other parents where
        pictures are large enough to follow them, and the line of whoever is looked at."""
        first, last, top, bottom = window
        plain: list[tuple[QPointF, QPointF]] = []
        other: list[tuple[QPointF, QPointF]] = []
        lit: list[tuple[QPointF, QPointF]] = []
        line, layout, lineage = self._line, self._layout, self._lineage
        position = layout.position
        for parent in layout.parents_in_view(first, last, top - 1, bottom):
            above = middle(parent)
            is_near = first <= position(parent)[0] <= last
            in_line = parent in line
            for child in lineage.hanging(parent):
                if is_near or first <= position(child)[0] <= last:
                    is_lit = in_line and child in line
                    (lit if is_lit else plain).append((above, middle(child)))
        scale = self.scale
        follows = scale.side >= SMALLEST_MARKED
        for name in names:
            if not follows and name not in line:
                continue
            parents = lineage.parents(name)
            if len(parents) < 2:
                continue
            nearest = lineage.nearest(name)
            for parent in parents:
                if parent != nearest and parent in layout:
                    is_lit = name in line and parent in line
                    if is_lit or follows:
                        (lit if is_lit else other).append((middle(parent), middle(name)))
        if self._found is not None:
            painter.setOpacity(0.5)
        ink = QColor(colours.soft)
        ink.setAlphaF(LINE_OPACITY)
        thin = QPen(ink, 1.0, Qt.PenStyle.DashLine)
        self._painter.lines(painter, other, thin, scale)
        width = 1.5 if scale.has_pictures else 1.0
        self._painter.lines(painter, plain, QPen(ink, width), scale)
        painter.setOpacity(1.0)
        self._painter.lines(painter, lit, QPen(colours.accent, width + 0.5), scale)

    def _state(self, name: str, scale: TreeScale) -> NodeState:
        member = self._lineage[name]
        found = self._found
        return NodeState(
            image=self._image(name) if scale.has_pictures else None,
            swatch=member.swatch,
            is_current=name == self._current,
            is_focused=name == self._current and self._by_keyboard and self.hasFocus(),
            is_faded=found is not None and name not in found and name != self._current,
            is_favourite=member.favourite,
            is_kept=member.is_kept,
            is_missing=self._missing(member),
            hidden=self._layout.hidden(name),
        )

    def _paint_numbers(self, painter: QPainter, top: int, bottom: int, colours: Colours) -> None:
        """Each row's number, at the left edge whatever is scrolled."""
        if not len(self._layout) or not self.scale.has_pictures:
            return
        font = scaled_font(self.font(), SMALL_TEXT)
        painter.setFont(font)
        ground = colours.ground
        strip = QRectF(0, 0, GUTTER - 4, self.viewport().height())
        painter.fillRect(strip, ground)
        painter.setPen(colours.soft)
        for generation in range(top, min(bottom + 1, self._layout.generations)):
            y = self._point(0.0, generation).y()
            box = QRectF(0, y - 12, GUTTER - 10, 24)
            painter.drawText(
                box,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                str(generation + 1),
            )

    # What a screen reader finds (see `studio.shell.spoken`)

    def spoken_count(self) -> int:
        """How many pictures are in view."""
        return len(self.seen())

    def spoken_item(self, index: int) -> SpokenItem:
        """A picture in view by its name."""
        name = self.seen()[index]
        side = self.scale.side
        middle = self.middle_of(name)
        rect = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
        return SpokenItem(
            name=self._spoken(self._lineage[name]),
            rect=rect.toAlignedRect(),
            is_chosen=name == self._current,
            is_current=name == self._current,
        )

    # Mouse, wheel, pen

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keyboard = False
        place = event.position().toPoint()
        name = self.name_at(event.position())
        folded = self._badge_at(event.position())
        is_pan = event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton)
        if event.button() == Qt.MouseButton.LeftButton and folded is not None:
            self.fold_wanted.emit(NodeEvent(name=folded))
        elif event.button() == Qt.MouseButton.LeftButton and name is not None:
            self._pressed, self._pressed_name = place, name
            self._set_current(name)
        elif event.button() == Qt.MouseButton.LeftButton or (is_pan and name is None):
            self._grab(place)

    def _grab(self, place: QPoint) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        self._grabbed = (place, across.value(), down.value())
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def _badge_at(self, point: QPointF) -> str | None:
        """Who has the number of the folded at a point."""
        scale = self.scale
        if not scale.has_pictures:
            return None
        _, top = self._origin()
        generation = int((point.y() - top - scale.side / 2) // scale.row)
        left, _ = self._origin()
        place = (point.x() - left) / scale.pitch + self._layout.left
        name = self._layout.closest(place, max(generation, 0))
        if name is None or not (hidden := self._layout.hidden(name)):
            return None
        font = scaled_font(self.font(), SMALL_TEXT)
        spot = badge_rect(self.middle_of(name), hidden, scale, font)
        return name if spot.contains(point) else None

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self._grabbed is not None:
            start, across, down = self._grabbed
            self.horizontalScrollBar().setValue(across - (place - start).x())
            self.verticalScrollBar().setValue(down - (place - start).y())
        elif (
            self._pressed is not None
            and event.buttons() & Qt.MouseButton.LeftButton
            and (place - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        ):
            self._pressed = None
            self.drag_started.emit(NodeEvent(name=self._pressed_name))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if self._grabbed is not None:
            self._grabbed = None
            self.viewport().unsetCursor()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        name = self.name_at(event.position())
        if name is not None and event.button() == Qt.MouseButton.LeftButton:
            self._set_current(name)
            self.activated.emit(NodeEvent(name=name))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = round(event.angleDelta().y() / WHEEL_NOTCH)
            self.set_zoom(self._zoom + steps, event.position())
            event.accept()
        else:
            super().wheelEvent(event)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and self._pinched(event):
            return True
        if event.type() == QEvent.Type.ToolTip:
            return True
        return super().viewportEvent(event)

    def _pinched(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._pinch *= 1.0 + event.value()
        while self._pinch >= PINCH_STEP or self._pinch <= 1 / PINCH_STEP:
            step = 1 if self._pinch > 1 else -1
            self._pinch *= PINCH_STEP**-step
            self.set_zoom(self._zoom + step, event.position())
        return True

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            name: str | None = self._current or None
            place = self.middle_of(self._current).toPoint() if name else QPoint()
        else:
            name, place = self.name_at(QPointF(event.pos())), event.pos()
        if name is not None:
            self._set_current(name)
            self.menu_wanted.emit(
                NodeMenuEvent(name=name, position=self.viewport().mapToGlobal(place))
            )

    # Keyboard

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        self._by_keyboard = True
        if not len(self._layout):
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._current:
                self.activated.emit(NodeEvent(name=self._current))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._key_fold(is_fold=key == Qt.Key.Key_Minus)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            there = self._reached(key)
            if there is None:
                super().keyPressEvent(event)
            else:
                self.look_at(there)

    def _key_fold(self, *, is_fold: bool) -> None:
        name = self._current
        if not name or bool(self._layout.hidden(name)) == is_fold:
            return
        if not is_fold or self._lineage.hanging(name):
            self.fold_wanted.emit(NodeEvent(name=name))

    def _reached(self, key: Qt.Key) -> str | None:
        """Where a key leads from the current picture; None: it is no such key."""
        keys = (
            Qt.Key.Key_Left,
            Qt.Key.Key_Right,
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
            Qt.Key.Key_Home,
            Qt.Key.Key_End,
        )
        if key not in keys:
            return None
        here = self._current
        if here not in self._layout:
            seen = self.seen()
            return seen[0] if seen else next(iter(self._lineage.founders))
        if key == Qt.Key.Key_Left:
            return self._layout.beside(here, -1)
        if key == Qt.Key.Key_Right:
            return self._layout.beside(here, 1)
        if key == Qt.Key.Key_Up:
            return self._lineage.nearest(here) or here
        if key == Qt.Key.Key_Down:
            below = [name for name in self._lineage.hanging(here) if name in self._layout]
            return below[(len(below) - 1) // 2] if below else here
        if key == Qt.Key.Key_Home:
            return self._lineage.line(here)[0]
        while below := [name for name in self._lineage.hanging(here) if name in self._layout]:
            here = below[-1]
        return here

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in KEYBOARD_REASONS:
            self._by_keyboard = True
            if self._current:
                self.show_name(self._current)
            elif seen := self.seen():
                self.look_at(seen[0])
        self.viewport().update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
