"""What the timeline shows: a ruler, the keys at their times, and below them the film, small."""

from collections.abc import Callable
from typing import Final, Literal

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QWidget

from studio.contract.overriding import override
from studio.contract.recipe import Recipe
from studio.images.timeline import Film, Key, eased, hold_of
from studio.images.ui.film.ruler import Scale, fitted, marks
from studio.shell.icons import icon_pixmap
from studio.shell.spoken import SpokenItem
from studio.shell.theme import RADIUS_GROUP, RADIUS_PICTURE, SMALL_TEXT, Colours, scaled_font
from studio.shell.widgets.painting import (
    KEYBOARD_REASONS,
    draw_focus_ring,
    fill_rounded,
    stroke_rounded,
)

SIDE: Final = 46
"""Of a key's picture."""
CELL: Final = 30
"""Of the small pictures of the film."""
PAD: Final = 34.0
GAP: Final = 6
GRIP: Final = 7.0
"""How near a hold's end must be pressed."""
MOST_TIMES: Final = 50.0
CURVE_STEPS: Final = 16
RING: Final = 2
RING_REACH: Final = 3

Part = Literal["ruler", "key", "hold", "end", "lane", "strip"]


class TimelineFace(QAbstractScrollArea):
    """Says where things are, and paints them; `TimelineView` puts a hand on them."""

    seen = Signal()
    """Other small pictures are in sight."""

    def __init__(
        self,
        image: Callable[[Recipe], QImage | None],
        strip_recipe: Callable[[float], Recipe | None],
        name: Callable[[Key], str],
        parent: QWidget | None = None,
    ) -> None:
        """``image`` is the picture of a recipe if it is there, ``strip_recipe`` the recipe of the
        film at a time, ``name`` what a reader says of a key."""
        super().__init__(parent)
        self._image = image
        self._strip_recipe = strip_recipe
        self._name = name
        self._film: Film | None = None
        self._chosen = ""
        self._time = 0.0
        self._zoom = 1.0
        self._is_dragging = False
        self._held_scale: Scale | None = None
        self._drop: float | None = None
        self._hovered = ""
        self._by_keyboard = False
        self._forbidden = False
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAcceptDrops(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(QCoreApplication.translate("TimelineView", "Timeline"))
        self._fit()

    # What is shown

    def show_film(self, film: Film | None, chosen: str) -> None:
        """Show another film, or this one as it is now."""
        self._film, self._chosen = film, chosen
        self._arrange()
        self._describe()
        self.viewport().update()
        self.seen.emit()

    def show_time(self, time: float) -> None:
        """Put the playhead somewhere; it stays in sight."""
        if time == self._time:
            return
        before, self._time = self._head_x(), time
        after = self._head_x()
        width = self.viewport().width()
        if not self._is_dragging and not 0 <= after <= width:
            self.horizontalScrollBar().setValue(round(self.scale.x(time) - width * 0.1))
            return
        for x in (before, after):
            self.viewport().update(round(x) - 8, 0, 16, self.viewport().height())

    def forbid_changes(self) -> None:
        """Nothing can be moved: the project is open to look only."""
        self._forbidden = True
        self.setAcceptDrops(False)

    def set_zoom(self, zoom: float, *, around: float | None = None) -> None:
        """Show the film so many times as large as it fits, what is at the place ``around`` (by
        default the playhead) staying where it is."""
        x = self._head_x() if around is None else around
        time = self.scale.time(x + self._scroll)
        self._zoom = min(MOST_TIMES, max(1.0, zoom))
        self._arrange()
        self.horizontalScrollBar().setValue(round(self.scale.x(time) - x))
        self.viewport().update()
        self.seen.emit()

    @property
    def zoom(self) -> float:
        """How many times as large as it fits."""
        return self._zoom

    @property
    def scale(self) -> Scale:
        """Where times are; while a hand moves something they stay where they were."""
        if self._held_scale is not None:
            return self._held_scale
        seconds = 8.0 if self._film is None else self._film.seconds
        return fitted(seconds, self.viewport().width(), PAD, self._zoom)

    @property
    def strip_times(self) -> tuple[float, ...]:
        """The times whose small pictures are in sight."""
        if self._film is None or not self._film.keys:
            return ()
        return tuple(time for _, time in self._cells())

    def key_rect(self, key: Key) -> QRectF:
        """Where a key's picture is painted."""
        rect = QRectF(0, self._lane_top, SIDE, SIDE)
        rect.moveCenter(QPointF(self._x(key.time), rect.center().y()))
        return rect

    # Where things are

    @property
    def _ruler_height(self) -> int:
        return self.fontMetrics().height() + 8

    @property
    def _lane_top(self) -> float:
        return self._ruler_height + GAP + RING_REACH

    @property
    def _strip_top(self) -> float:
        return self._lane_top + SIDE + 2 * GAP + RING_REACH

    @property
    def _scroll(self) -> int:
        return self.horizontalScrollBar().value()

    def _x(self, time: float) -> float:
        return self.scale.x(time) - self._scroll

    def _head_x(self) -> float:
        return self._x(self._time)

    def _time_at(self, x: float) -> float:
        seconds = 8.0 if self._film is None else self._film.seconds
        return min(seconds, max(0.0, self.scale.time(x + self._scroll)))

    def _fit(self) -> None:
        self.setFixedHeight(round(self._strip_top + CELL + GAP))
        self._arrange()

    def _arrange(self) -> None:
        film = self._film
        width = self.viewport().width()
        whole = width if film is None else round(self.scale.width(film.seconds))
        bar = self.horizontalScrollBar()
        bar.setPageStep(width)
        bar.setSingleStep(max(1, width // 10))
        bar.setRange(0, max(0, whole - width))

    def _cells(self) -> list[tuple[QRectF, float]]:
        """The places of the small pictures in sight, and the times they show."""
        film = self._film
        if film is None:
            return []
        left, right = self._x(0.0), self._x(film.seconds)
        count = max(1, round((right - left) / CELL))
        width = (right - left) / count
        first = max(0, int(-left / width))
        cells = []
        for index in range(first, count):
            x = left + index * width
            if x > self.viewport().width():
                break
            cells.append(
                (QRectF(x, self._strip_top, width, CELL), (index + 0.5) * film.seconds / count)
            )
        return cells

    def _part_at(self, position: QPointF) -> tuple[Part, str]:
        film = self._film
        if film is None or position.y() <= self._ruler_height:
            is_end = film is not None and abs(position.x() - self._x(film.seconds)) <= GRIP
            return ("end", "") if is_end and not self._forbidden else ("ruler", "")
        if position.y() >= self._strip_top - GAP:
            return ("strip", "")
        for key in reversed(film.keys):
            hold = hold_of(film, film.keys.index(key))
            end = QPointF(self._x(key.time + hold), self._hold_y)
            if hold > 0 and (end - position).manhattanLength() <= GRIP + 2:
                return ("hold", key.id)
        near = sorted(film.keys, key=lambda key: abs(self._x(key.time) - position.x()))
        if near and self.key_rect(near[0]).contains(position):
            return ("key", near[0].id)
        return ("lane", "")

    @property
    def _hold_y(self) -> float:
        return self._lane_top + SIDE + GAP

    # What a screen reader finds (see `studio.shell.spoken`)

    def spoken_count(self) -> int:
        """How many keys there are."""
        return 0 if self._film is None else len(self._film.keys)

    def spoken_item(self, index: int) -> SpokenItem:
        """A key by its name."""
        film = self._film
        key = None if film is None or index >= len(film.keys) else film.keys[index]
        return SpokenItem(
            name="" if key is None else self._name(key),
            rect=QRectF().toAlignedRect() if key is None else self.key_rect(key).toAlignedRect(),
            is_chosen=key is not None and key.id == self._chosen,
            is_current=key is not None and key.id == self._chosen,
        )

    def _key(self, identity: str) -> Key | None:
        keys = () if self._film is None else self._film.keys
        return next((key for key in keys if key.id == identity), None)

    def _describe(self) -> None:
        key = self._key(self._chosen)
        said = (
            QCoreApplication.translate("TimelineView", "No keys yet")
            if key is None
            else self._name(key)
        )
        self.setAccessibleDescription(said)

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        film = self._film
        if film is not None and film.keys:
            self._paint_ruler(painter, film, colours)
            self._paint_ways(painter, film, colours)
            for key in film.keys:
                self._paint_key(painter, film, key, colours)
            self._paint_end(painter, film, colours)
            self._paint_strip(painter, colours)
            self._paint_head(painter, colours)
        else:
            self._paint_empty(painter, colours)
        if self._drop is not None:
            self._paint_drop(painter, colours)
        painter.end()

    def _paint_ruler(self, painter: QPainter, film: Film, colours: Colours) -> None:
        small = scaled_font(self.font(), SMALL_TEXT)
        painter.setFont(small)
        bottom = float(self._ruler_height)
        first, last = self._time_at(0), self._time_at(self.viewport().width())
        for mark in marks(film, self.scale, first, last):
            x = round(self._x(mark.time)) + 0.5
            painter.setPen(QPen(colours.soft if mark.is_strong else colours.line, 1))
            painter.drawLine(QPointF(x, bottom - (7 if mark.is_strong else 4)), QPointF(x, bottom))
            if mark.text:
                painter.setPen(colours.soft)
                box = QRectF(x - 40, 0, 80, bottom - 7)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark.text)
        painter.setPen(QPen(colours.line, 1))
        left, right = self._x(0.0), self._x(film.seconds)
        painter.drawLine(QPointF(left, bottom + 0.5), QPointF(right, bottom + 0.5))

    def _paint_ways(self, painter: QPainter, film: Film, colours: Colours) -> None:
        """How time passes between two keys, as a line that rises the way it does."""
        middle, swing = self._lane_top + SIDE / 2, SIDE * 0.26
        ends = [*film.keys[1:], None]
        for index, (key, following) in enumerate(zip(film.keys, ends, strict=True)):
            if following is None and not film.loop:
                break
            start = self._x(key.time + hold_of(film, index))
            end = self._x(film.seconds + film.keys[0].time if following is None else following.time)
            left, right = max(start, self._x(key.time) + SIDE / 2 + 4), end - SIDE / 2 - 4
            if right - left < 8:
                continue
            line = QPolygonF()
            for step in range(CURVE_STEPS + 1):
                share = step / CURVE_STEPS
                rise = eased(share, key.easing)
                if key.easing == "cut" and step == CURVE_STEPS:
                    line.append(QPointF(right, middle + swing))
                line.append(
                    QPointF(left + share * (right - left), middle + swing - 2 * swing * rise)
                )
            painter.setPen(QPen(colours.line, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(line)

    def _paint_key(self, painter: QPainter, film: Film, key: Key, colours: Colours) -> None:
        rect = self.key_rect(key)
        is_chosen = key.id == self._chosen
        hold = hold_of(film, film.keys.index(key))
        tint = colours.accent if is_chosen else colours.soft
        x = self._x(key.time)
        painter.setPen(QPen(tint, 1.5))
        painter.drawLine(QPointF(x, self._ruler_height), QPointF(x, rect.top() - RING_REACH))
        if hold > 0:
            bar = QRectF(x, self._hold_y - 2, max(4.0, self._x(key.time + hold) - x), 4)
            fill_rounded(painter, bar, 2, tint)
            painter.setBrush(tint)
            painter.drawEllipse(QPointF(bar.right(), self._hold_y), 4.5, 4.5)
        self._paint_picture(painter, rect, key.recipe, colours)
        ring: QColor | None = None
        if is_chosen:
            ring = colours.accent
        elif key.id == self._hovered:
            ring = colours.line
        if ring is not None:
            self._ring(painter, rect, RING_REACH, ring)
        if is_chosen and self._by_keyboard and self.hasFocus():
            self._ring(painter, rect, RING_REACH - RING, colours.text)

    def _ring(self, painter: QPainter, rect: QRectF, reach: float, colour: QColor) -> None:
        around = rect.adjusted(-reach, -reach, reach, reach)
        stroke_rounded(painter, around, RADIUS_PICTURE + reach, colour, RING)

    def _paint_picture(
        self, painter: QPainter, rect: QRectF, recipe: Recipe, colours: Colours
    ) -> None:
        image = self._image(recipe)
        if image is None:
            fill_rounded(painter, rect, RADIUS_PICTURE, colours.raised)
            return
        painter.save()
        rounded = QPainterPath()
        rounded.addRoundedRect(rect, RADIUS_PICTURE, RADIUS_PICTURE)
        painter.setClipPath(rounded, Qt.ClipOperation.IntersectClip)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(rect, image, _square(image))
        painter.restore()

    def _paint_end(self, painter: QPainter, film: Film, colours: Colours) -> None:
        """The film's end: of a loop its first key once more, faint."""
        x = self._x(film.seconds + (film.keys[0].time if film.loop else 0.0))
        end = self._x(film.seconds)
        painter.setPen(QPen(colours.soft, 1.5))
        bottom = float(self._ruler_height)
        painter.drawLine(QPointF(end, bottom - 7), QPointF(end, bottom))
        if not film.loop:
            return
        rect = QRectF(0, self._lane_top, SIDE, SIDE)
        rect.moveCenter(QPointF(x, rect.center().y()))
        painter.setOpacity(0.35)
        self._paint_picture(painter, rect, film.keys[0].recipe, colours)
        painter.setOpacity(1.0)
        ratio = self.devicePixelRatioF()
        mark = icon_pixmap("loop", colours.text, size=20, ratio=ratio)
        painter.drawPixmap(rect.center() - QPointF(10, 10), mark)

    def _paint_strip(self, painter: QPainter, colours: Colours) -> None:
        cells = self._cells()
        if not cells:
            return
        whole = cells[0][0].united(cells[-1][0])
        painter.save()
        rounded = QPainterPath()
        rounded.addRoundedRect(whole, RADIUS_PICTURE, RADIUS_PICTURE)
        painter.setClipPath(rounded, Qt.ClipOperation.IntersectClip)
        painter.fillRect(whole, colours.raised)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for rect, time in cells:
            recipe = self._strip_recipe(time)
            image = None if recipe is None else self._image(recipe)
            if image is not None:
                source = _square(image, rect.width() / rect.height())
                painter.drawImage(rect.adjusted(0, 0, 0.5, 0), image, source)
        painter.restore()

    def _paint_head(self, painter: QPainter, colours: Colours) -> None:
        x = self._head_x()
        bottom = self._strip_top + CELL
        top = self._ruler_height - 10.0
        painter.setPen(QPen(colours.ground, 4))
        painter.drawLine(QPointF(x, top + 8), QPointF(x, bottom))
        painter.setPen(QPen(colours.accent, 2))
        painter.drawLine(QPointF(x, top + 8), QPointF(x, bottom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.accent)
        head = QPolygonF(
            [
                QPointF(x - 6, top),
                QPointF(x + 6, top),
                QPointF(x + 6, top + 5),
                QPointF(x, top + 12),
                QPointF(x - 6, top + 5),
            ]
        )
        painter.drawPolygon(head)

    def _paint_empty(self, painter: QPainter, colours: Colours) -> None:
        frame = QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colours.line, 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, RADIUS_GROUP, RADIUS_GROUP)
        if self._by_keyboard and self.hasFocus():
            draw_focus_ring(painter, QRectF(self.viewport().rect()), RADIUS_GROUP, colours.focus)
        painter.setPen(colours.soft)
        text = QCoreApplication.translate(
            "TimelineView", "Drop pictures here: each becomes a key of the film."
        )
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(frame.adjusted(16, 8, -16, -8), flags, text)

    def _paint_drop(self, painter: QPainter, colours: Colours) -> None:
        x = self._x(self._drop or 0.0)
        painter.setPen(QPen(colours.accent, 2, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, self._ruler_height), QPointF(x, self._strip_top + CELL))

    # Qt

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave and self._hovered:
            self._hovered = ""
            self.viewport().update()
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
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        self.seen.emit()

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self.seen.emit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(640, self.height())


def _square(image: QImage, aspect: float = 1.0) -> QRectF:
    """The largest part of a picture, around its middle, that is ``aspect`` times as wide as
    high."""
    height = min(float(image.height()), image.width() / aspect)
    rect = QRectF(0, 0, height * aspect, height)
    rect.moveCenter(QPointF(image.width() / 2, image.height() / 2))
    return rect
