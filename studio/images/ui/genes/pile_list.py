"""A pile of pictures that others can be dropped on, and the kept ones that they are taken from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.contract.overriding import override
from studio.contract.recipe import Recipe
from studio.shell.theme import RADIUS_GROUP, RADIUS_PICTURE, Colours
from studio.shell.widgets.focus import FocusHalo
from studio.shell.widgets.list_rows import Index
from studio.shell.widgets.painting import fill_rounded, stroke_rounded

SIDE: Final = 60
CELL: Final = SIDE + 10
KEY_ROLE: Final = Qt.ItemDataRole.UserRole
RING: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PilePicture:
    """One picture that can lie on a pile."""

    key: str
    """The identity of its recipe: a picture lies in one place alone."""
    recipe: Recipe
    name: str
    """For tool tips and screen readers."""
    blob: str = ""
    """Of a kept picture; empty: ``image`` holds it."""
    image: QImage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturesMoved:
    """Pictures were dropped on a list, or sent there by a key."""

    keys: tuple[str, ...]


Look = Callable[[PilePicture, int], QImage | None]
"""Gives a picture's small image of so many device pixels, if it is there already."""


class PileList(QListWidget):
    """Drag pictures here, from another list or as files; 1, 2 and Delete send what is chosen."""

    received = Signal(object)
    """Payload: `PicturesMoved`: they were dropped here."""
    files_received = Signal(object)
    """Payload: tuple of the paths that were dropped here."""
    sent = Signal(int, object)
    """Payload: 1 or 2 for a pile, 0 for back, and `PicturesMoved`."""

    def __init__(self, look: Look, empty: str, parent: QWidget | None = None) -> None:
        """``empty`` is what stands in it while nothing lies there."""
        super().__init__(parent)
        self._look = look
        self._empty = empty
        self._pictures: dict[str, PilePicture] = {}
        self.setItemDelegate(_Cell(self))
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setUniformItemSizes(True)
        self.setGridSize(QSize(CELL, CELL))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.setProperty("plain", True)
        self.viewport().setAutoFillBackground(False)
        self.setMinimumHeight(CELL + 8)
        FocusHalo(self)

    def set_empty(self, words: str) -> None:
        """What stands in it while nothing lies there."""
        if words != self._empty:
            self._empty = words
            self.viewport().update()

    @property
    def pictures(self) -> tuple[PilePicture, ...]:
        """What lies there, in order."""
        return tuple(self._pictures.values())

    @property
    def chosen(self) -> tuple[str, ...]:
        """Keys of what is chosen, in order."""
        return tuple(
            str(self.item(row).data(KEY_ROLE))
            for row in range(self.count())
            if self.item(row).isSelected()
        )

    def add(self, pictures: Iterable[PilePicture]) -> None:
        """Lay pictures here, behind the others; those that lie here already stay."""
        for picture in pictures:
            if picture.key in self._pictures:
                continue
            self._pictures[picture.key] = picture
            item = QListWidgetItem()
            item.setData(KEY_ROLE, picture.key)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, picture.name)
            item.setToolTip(picture.name)
            item.setSizeHint(QSize(CELL, CELL))
            self.addItem(item)
        self.viewport().update()

    def take(self, keys: Sequence[str]) -> tuple[PilePicture, ...]:
        """Take pictures away; those that do not lie here are passed over."""
        wanted = set(keys) & self._pictures.keys()
        row = self.currentRow()
        taken = tuple(self._pictures.pop(key) for key in keys if key in wanted)
        for at in range(self.count() - 1, -1, -1):
            if str(self.item(at).data(KEY_ROLE)) in wanted:
                self.takeItem(at)
        if wanted and self.count():
            self.setCurrentRow(min(max(row, 0), self.count() - 1))
        self.viewport().update()
        return taken

    def picture(self, key: str) -> PilePicture | None:
        """The picture of this key, if it lies here."""
        return self._pictures.get(key)

    def image_of(self, key: str, side: int) -> QImage | None:
        """The small picture, if it is there already."""
        picture = self._pictures.get(key)
        return None if picture is None else self._look(picture, side)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        places = {
            Qt.Key.Key_1: 1,
            Qt.Key.Key_2: 2,
            Qt.Key.Key_Delete: 0,
            Qt.Key.Key_Backspace: 0,
        }
        place = places.get(Qt.Key(event.key()))
        if place is not None and self.chosen:
            self.sent.emit(place, PicturesMoved(keys=self.chosen))
        else:
            super().keyPressEvent(event)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._weigh(event)

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._weigh(event)

    def _weigh(self, event: QDragMoveEvent) -> None:
        source = event.source()
        is_pile = isinstance(source, PileList)
        if source is not self and (is_pile or event.mimeData().hasUrls()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        source = event.source()
        # Copied as far as Qt knows: whoever listens moves the pictures.
        event.setDropAction(Qt.DropAction.CopyAction)
        if isinstance(source, PileList):
            event.accept()
            self.received.emit(PicturesMoved(keys=source.chosen))
        elif event.mimeData().hasUrls():
            event.accept()
            urls = (url for url in event.mimeData().urls() if url.isLocalFile())
            self.files_received.emit(tuple(Path(url.toLocalFile()) for url in urls))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        rect = QRectF(self.viewport().rect())
        fill_rounded(painter, rect, RADIUS_GROUP, colours.ground)
        stroke_rounded(painter, rect, RADIUS_GROUP, colours.line, 1)
        if not self.count():
            painter.setPen(colours.soft)
            box = rect.adjusted(16, 8, -16, -8)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(box, flags, self._empty)
        painter.end()
        super().paintEvent(event)


class _Cell(QStyledItemDelegate):
    """A picture with round corners; a ring around what is chosen."""

    def _owner(self) -> PileList:
        owner = self.parent()
        assert isinstance(owner, PileList)
        return owner

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(CELL, CELL)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        owner = self._owner()
        colours = Colours.of(owner.palette())
        ratio = owner.devicePixelRatioF()
        body = QRectF(0, 0, SIDE, SIDE)
        body.moveCenter(QRectF(option.rect).center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        image = owner.image_of(str(index.data(KEY_ROLE)), round(SIDE * ratio))
        if image is None:
            fill_rounded(painter, body, RADIUS_PICTURE, colours.raised)
        else:
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(ratio)
            size = pixmap.deviceIndependentSize()
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(body.center())
            outline = QPainterPath()
            outline.addRoundedRect(place, RADIUS_PICTURE, RADIUS_PICTURE)
            painter.setClipPath(outline)
            painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
            painter.setClipping(False)
            stroke_rounded(painter, place, RADIUS_PICTURE, colours.line, 1)
            body = place
        around = body.adjusted(-3, -3, 3, 3)
        if option.state & QStyle.StateFlag.State_Selected:
            stroke_rounded(painter, around, RADIUS_PICTURE + 3, colours.accent, RING)
        if index.row() == owner.currentRow() and owner.hasFocus():
            inner = body.adjusted(-1, -1, 1, 1)
            stroke_rounded(painter, inner, RADIUS_PICTURE + 1, colours.text, 1)
        painter.restore()
