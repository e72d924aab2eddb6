"""The parents of the brood, side by side, and the place for one more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from studio.contract.overriding import override
from studio.images.brood import MOST_PARENTS
from studio.images.ui.explore.thumb import paint_picture
from studio.shell.icons import icon_pixmap, icon_side
from studio.shell.theme import RADIUS_PICTURE, Colours
from studio.shell.touch import target
from studio.shell.widgets.buttons import PaintedButton
from studio.shell.widgets.painting import fill_rounded, stroke_rounded

SIDE: Final = 56
SMALLEST: Final = 34
"""Side of a parent where there are many of them and little room."""
RING: Final = 3
GAP: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentFace:
    """One parent as the row shows it."""

    name: str
    """What a screen reader says."""
    image: QImage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentEvent:
    """Something that the user did to one parent."""

    place: int
    position: QPoint | None = None
    """On the screen, where a menu was asked for."""


class ParentButton(PaintedButton):
    """One parent; a click looks at it, Delete takes it away."""

    removal_wanted = Signal()
    menu_wanted = Signal(object)
    """Payload: where on the screen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent)
        self._image: QImage | None = None
        self.side = SIDE
        self.setCheckable(True)

    def show_face(self, face: ParentFace) -> None:
        """Show a parent."""
        self._image = face.image
        self.setAccessibleName(face.name)
        self.setToolTip(face.name)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        side = target(self.side + 2 * RING)
        return QSize(side, side)

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        square = QRectF(0, 0, self.side, self.side)
        square.moveCenter(QRectF(self.rect()).center())
        if self._image is None:
            fill_rounded(painter, square, RADIUS_PICTURE, colours.raised)
        else:
            paint_picture(painter, square, self._image, RADIUS_PICTURE)
        stroke_rounded(painter, square, RADIUS_PICTURE, colours.line, 1)
        if self.isChecked() and not self.is_ringed:
            around = square.adjusted(-2, -2, 2, 2)
            stroke_rounded(painter, around, RADIUS_PICTURE + 2, colours.accent, 2)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removal_wanted.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.mapToGlobal(self.rect().center())
        self.menu_wanted.emit(place)


class EmptyPlace(PaintedButton):
    """A dotted outline: a click chooses one more parent, a picture can be dropped on it."""

    dropped = Signal(str)
    """Payload: path of a file."""

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__("", parent)
        self.side = SIDE
        self.setAcceptDrops(True)
        self.setAccessibleName(words)
        self.setToolTip(words)

    @override
    def sizeHint(self) -> QSize:
        side = target(self.side + 2 * RING)
        return QSize(side, side)

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        square = QRectF(0, 0, self.side, self.side)
        square.moveCenter(QRectF(self.rect()).center())
        if self.is_hovered or self.isDown():
            fill_rounded(painter, square, RADIUS_PICTURE, colours.panel)
        pen = QPen(QColor(colours.soft), 1.4, Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(square.adjusted(1, 1, -1, -1), RADIUS_PICTURE, RADIUS_PICTURE)
        side = icon_side(16)
        plus = icon_pixmap("plus", colours.soft, size=side, ratio=self.devicePixelRatioF())
        painter.drawPixmap(square.center() - QPointF(side / 2, side / 2), plus)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                event.acceptProposedAction()
                self.dropped.emit(url.toLocalFile())


class ParentsRow(QWidget):
    """Shows the parents it is given and tells what the user does to them."""

    chosen = Signal(object)
    """Payload: `ParentEvent`: a parent is looked at."""
    removal_wanted = Signal(object)
    """Payload: `ParentEvent`."""
    menu_wanted = Signal(object)
    """Payload: `ParentEvent` with a position."""
    more_wanted = Signal(object)
    """Payload: where on the screen a choice of pictures belongs."""
    dropped = Signal(str)
    """Payload: path of a file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Parents"))
        self._buttons: list[ParentButton] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(GAP - 2 * RING + 2)
        self.empty = EmptyPlace(self.tr("One more parent"), self)
        self.empty.clicked.connect(self._ask)
        self.empty.dropped.connect(self.dropped)
        self._line.addWidget(self.empty)
        self._line.addStretch(1)

    @property
    def buttons(self) -> tuple[ParentButton, ...]:
        """One for each parent."""
        return tuple(self._buttons)

    def show_parents(self, faces: Sequence[ParentFace]) -> None:
        """Show these parents; whoever had the keyboard keeps it where there is one."""
        held = next((i for i, b in enumerate(self._buttons) if b.hasFocus()), None)
        while len(self._buttons) > len(faces):
            button = self._buttons.pop()
            self._group.removeButton(button)
            self._line.removeWidget(button)
            button.hide()
            button.deleteLater()
        while len(self._buttons) < len(faces):
            self._add()
        for button, face in zip(self._buttons, faces, strict=True):
            button.show_face(face)
        self.empty.setVisible(len(faces) < MOST_PARENTS)
        self._fit()
        if held is not None and self._buttons:
            self._buttons[min(held, len(self._buttons) - 1)].setFocus()

    def show_chosen(self, place: int | None) -> None:
        """Ring the parent that is looked at."""
        for index, button in enumerate(self._buttons):
            button.setChecked(index == place)

    def _add(self) -> None:
        place = len(self._buttons)
        button = ParentButton(self)
        button.clicked.connect(lambda: self.chosen.emit(ParentEvent(place=place)))
        button.removal_wanted.connect(lambda: self.removal_wanted.emit(ParentEvent(place=place)))
        button.menu_wanted.connect(
            lambda position: self.menu_wanted.emit(ParentEvent(place=place, position=position))
        )
        self._buttons.append(button)
        self._line.insertWidget(place, button)
        if place:
            QWidget.setTabOrder(self._buttons[place - 1], button)
        QWidget.setTabOrder(button, self.empty)
        button.show()

    def _ask(self) -> None:
        self.more_wanted.emit(self.empty.mapToGlobal(self.empty.rect().bottomLeft()))

    def _fit(self) -> None:
        """Smaller where eight of them would not fit."""
        count = len(self._buttons) + (0 if self.empty.isHidden() else 1)
        room = self.width() or 600
        side = min(SIDE, max(room // max(count, 1) - GAP - 2, SMALLEST))
        places: list[ParentButton | EmptyPlace] = [*self._buttons, self.empty]
        for button in places:
            if button.side != side:
                button.side = side
                button.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), target(SIDE + 2 * RING))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(2 * SIDE, target(SIDE + 2 * RING))

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().event(event)
