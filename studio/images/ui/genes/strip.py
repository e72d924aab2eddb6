"""One trait as seven pictures: from three sigmas less to three sigmas more of it."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.contract.overriding import override
from studio.images.trait_file import ShelfTrait
from studio.images.ui.genes.previews import AMOUNTS, MIDDLE
from studio.images.ui.genes.words import amount_text
from studio.images.ui.raster import tile_pixmap
from studio.shell.spoken import SpokenItem
from studio.shell.theme import Colours
from studio.shell.touch import touch_wanted
from studio.shell.widgets.buttons import FADED
from studio.shell.widgets.painting import KEYBOARD_REASONS, fill_rounded, stroke_rounded

GAP: Final = 3
REACH: Final = 3
"""Above and below the pictures, for the ring."""
MARK: Final = 2
"""Height of the line below the pictures that says how much there is of the trait."""
RADIUS: Final = 4
SPARE: Final = 1 / 6
"""Of a cell that may stay empty for the sake of whole pixels."""
SMALLEST: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountChosen:
    """So much of a trait is wanted."""

    trait: ShelfTrait
    amount: float
    """In sigmas."""


class TraitStrip(QWidget):
    """Click on a picture, or go there with the arrows and press Return, to have so much of it."""

    chosen = Signal(object)
    """Payload: `AmountChosen`."""
    stepped = Signal(int)
    """The keyboard goes to the strip so many places further, up or down."""
    seen = Signal()
    """It is painted and has not all of its pictures."""

    def __init__(self, trait: ShelfTrait, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trait = trait
        self._title = title
        self._images: list[QImage | None] = [None] * len(AMOUNTS)
        self._fresh = [False] * len(AMOUNTS)
        self._pixmaps: dict[tuple[int, int, int], QPixmap] = {}
        self._aspect = 1.0
        self._amount: float | None = None
        self._current = MIDDLE
        self._hovered: int | None = None
        self._ringed = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._rename()

    @property
    def trait(self) -> ShelfTrait:
        """What it is about."""
        return self._trait

    @property
    def current(self) -> int:
        """Index of the amount that the keyboard is on."""
        return self._current

    @property
    def images(self) -> tuple[QImage | None, ...]:
        """What is painted."""
        return tuple(self._images)

    @property
    def has_subject(self) -> bool:
        """Whether there is a picture that amounts can be chosen for."""
        return self._amount is not None

    @property
    def is_complete(self) -> bool:
        """Whether every picture is of the present subject."""
        return all(self._fresh)

    def set_trait(self, trait: ShelfTrait, title: str) -> None:
        """It is called otherwise, or works elsewhere in the picture."""
        if trait.zone != self._trait.zone:
            self.expect()
        self._trait, self._title = trait, title
        self._rename()

    def set_aspect(self, width: int, height: int) -> None:
        """The size of the model's pictures."""
        aspect = height / max(width, 1)
        if aspect != self._aspect:
            self._aspect = aspect
            self.updateGeometry()

    def set_amount(self, amount: float | None) -> None:
        """Show how much of the trait the picture has; None: there is no picture."""
        if amount == self._amount:
            return
        self._amount = amount
        if not self.hasFocus():
            near = min(range(len(AMOUNTS)), key=lambda at: abs(AMOUNTS[at] - (amount or 0.0)))
            self._current = near
        self._rename()
        self.update()

    def expect(self) -> None:
        """The pictures are of another subject now; those of the old one stay until others come."""
        self._fresh = [False] * len(AMOUNTS)
        self.update()

    def clear(self) -> None:
        """There is no subject."""
        self._images = [None] * len(AMOUNTS)
        self._pixmaps.clear()
        self.expect()

    def show_picture(self, index: int, image: QImage) -> None:
        """One picture is there."""
        self._images[index] = image
        self._fresh[index] = True
        self.update(self._cell(index).adjusted(-1, -1, 1, 1).toAlignedRect())

    # What a screen reader finds (see `studio.shell.spoken`)

    def spoken_count(self) -> int:
        """The seven amounts."""
        return len(AMOUNTS)

    def spoken_item(self, index: int) -> SpokenItem:
        """One amount."""
        return SpokenItem(
            name=self._name(index),
            rect=self._cell(index).toAlignedRect(),
            is_chosen=self._amount == AMOUNTS[index],
            is_current=index == self._current,
        )

    def _name(self, index: int) -> str:
        text = self.tr("{trait}: {amount} sigma")
        return text.format(trait=self._title, amount=amount_text(AMOUNTS[index]))

    def _rename(self) -> None:
        self.setAccessibleName(self.tr("Less and more of “{trait}”").format(trait=self._title))
        has = "" if self._amount is None else amount_text(round(self._amount, 1))
        self.setAccessibleDescription(self.tr("Now: {amount}").format(amount=has) if has else "")

    # Size

    @override
    def sizeHint(self) -> QSize:
        return QSize(256, self.heightForWidth(256))

    @override
    def minimumSizeHint(self) -> QSize:
        width = len(AMOUNTS) * (SMALLEST + GAP) - GAP
        return QSize(width, self.heightForWidth(width))

    @override
    def heightForWidth(self, width: int) -> int:
        side = (width - (len(AMOUNTS) - 1) * GAP) / len(AMOUNTS)
        return round(side * self._aspect) + 2 * REACH + MARK + GAP

    def _cell(self, index: int) -> QRectF:
        side = (self.width() - (len(AMOUNTS) - 1) * GAP) / len(AMOUNTS)
        ratio = self.devicePixelRatioF()
        left = round(index * (side + GAP) * ratio) / ratio
        right = round((index * (side + GAP) + side) * ratio) / ratio
        height = round(side * self._aspect * ratio) / ratio
        return QRectF(left, REACH, right - left, height)

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = Colours.of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.has_subject else FADED)
        for index in range(len(AMOUNTS)):
            cell = self._cell(index)
            if event.rect().intersects(cell.adjusted(-3, -3, 3, 3).toAlignedRect()):
                self._paint_cell(painter, index, cell, colours)
        self._paint_mark(painter, colours)
        painter.end()
        if not self.is_complete and self.has_subject:
            self.seen.emit()

    def _paint_cell(self, painter: QPainter, index: int, cell: QRectF, colours: Colours) -> None:
        image = self._images[index]
        if image is None:
            fill_rounded(painter, cell, RADIUS, colours.raised)
        else:
            pixmap = self._pixmap(index, image, cell)
            size = pixmap.deviceIndependentSize()
            corner = cell.center() - QPointF(size.width() / 2, size.height() / 2)
            ratio = self.devicePixelRatioF()
            place = QPointF(round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio)
            painter.drawPixmap(place, pixmap)
            stroke_rounded(painter, QRectF(place, size), RADIUS, colours.line, 1)
        ringed = index == self._current and self.hasFocus() and self._ringed
        if ringed or index == self._hovered:
            around = cell.adjusted(-2, -2, 2, 2)
            stroke_rounded(
                painter, around, RADIUS + 2, colours.focus if ringed else colours.soft, 2
            )

    def _paint_mark(self, painter: QPainter, colours: Colours) -> None:
        """A line from the middle to the amount that the picture has, and a knob there."""
        first, last = self._cell(0), self._cell(len(AMOUNTS) - 1)
        y = first.bottom() + GAP
        if self._amount is None:
            return
        span = last.center().x() - first.center().x()
        low, high = AMOUNTS[0], AMOUNTS[-1]
        amount = min(max(self._amount, low), high)
        middle = first.center().x() + span * (0 - low) / (high - low)
        x = first.center().x() + span * (amount - low) / (high - low)
        if amount:
            line = QRectF(min(middle, x), y, abs(x - middle), MARK)
            fill_rounded(painter, line, MARK / 2, colours.accent)
        half = first.width() / 2
        knob = QRectF(x - half / 2, y, half, MARK)
        fill_rounded(painter, knob, MARK / 2, colours.accent if amount else colours.soft)

    def _pixmap(self, index: int, image: QImage, cell: QRectF) -> QPixmap:
        ratio = self.devicePixelRatioF()
        side = round(min(cell.width(), cell.height() / self._aspect) * ratio)
        key = (index, image.cacheKey(), side)
        found = self._pixmaps.get(key)
        if found is None:
            for old in [known for known in self._pixmaps if known[0] == index]:
                del self._pixmaps[old]
            factor = side // max(image.width(), 1)
            if factor < 1 or side - factor * image.width() > side * SPARE:
                factor = 0
            width = factor * image.width() if factor else side
            height = factor * image.height() if factor else round(side * self._aspect)
            found = self._pixmaps[key] = tile_pixmap(
                image, width=width, height=height, factor=factor, ratio=ratio, radius=RADIUS
            )
        return found

    # Mouse and keyboard

    def _index_at(self, position: QPointF) -> int | None:
        cells = (at for at in range(len(AMOUNTS)) if self._touches(at, position))
        return next(cells, None)

    def _touches(self, index: int, position: QPointF) -> bool:
        cell = self._cell(index)
        slack = GAP / 2 if not touch_wanted() else GAP
        return cell.left() - slack <= position.x() < cell.right() + slack

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._index_at(event.position()))

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self.setToolTip("" if index is None else self._name(index))
            self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._ringed = False
            self._current = index
            self._choose(index)
        else:
            super().mousePressEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        last = len(AMOUNTS) - 1
        places = {
            Qt.Key.Key_Left: max(self._current - 1, 0),
            Qt.Key.Key_Right: min(self._current + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
            Qt.Key.Key_0: MIDDLE,
        }
        if key in places and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._ringed = True
            self._go(places[key])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def _go(self, index: int) -> None:
        if index != self._current:
            self._current = index
            if QAccessible.isActive():
                said = QAccessibleAnnouncementEvent(self, self._name(index))
                QAccessible.updateAccessibility(said)
            self.update()

    def _choose(self, index: int) -> None:
        self.update()
        if self.has_subject:
            self.chosen.emit(AmountChosen(trait=self._trait, amount=AMOUNTS[index]))

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
