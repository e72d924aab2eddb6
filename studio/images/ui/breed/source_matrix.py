"""Which zone of the children comes from whom: a row for each zone, a place for each parent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QButtonGroup, QLabel, QVBoxLayout, QWidget

from studio.contract.manifest import Zone
from studio.contract.overriding import override
from studio.images.ui.explore.thumb import paint_picture
from studio.images.ui.explore.zones import zone_title
from studio.shell.icons import icon_pixmap, icon_side
from studio.shell.theme import RADIUS_PICTURE, Colours
from studio.shell.touch import target
from studio.shell.widgets.buttons import PaintedButton
from studio.shell.widgets.flow_layout import FlowLayout
from studio.shell.widgets.painting import fill_rounded, stroke_rounded

SIDE: Final = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChange:
    """A zone is to come from somebody else."""

    zone: str
    parent: str
    """Identity; "": by chance, each child from another."""


class _Source(PaintedButton):
    """One parent, or chance, as the source of one zone."""

    def __init__(self, words: str, image: QImage | None, *, is_chance: bool, parent: QWidget):
        super().__init__("", parent)
        self._image = image
        self._is_chance = is_chance
        self.setCheckable(True)
        self.setAccessibleName(words)
        self.setToolTip(words)

    def show_image(self, image: QImage | None) -> None:
        self._image = image
        self.update()

    @override
    def sizeHint(self) -> QSize:
        side = target(SIDE + 6)
        return QSize(side, side)

    @override
    def paint_content(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        square = QRectF(0, 0, SIDE, SIDE)
        square.moveCenter(rect.center())
        is_on = self.isChecked()
        if self._is_chance or self._image is None:
            lit = self.is_hovered or is_on
            fill_rounded(painter, square, RADIUS_PICTURE, colours.hover if lit else colours.raised)
        else:
            painter.setOpacity(1.0 if is_on or self.is_hovered else 0.55)
            paint_picture(painter, square, self._image, RADIUS_PICTURE)
            painter.setOpacity(1.0)
        if self._is_chance:
            side = icon_side(18)
            ink = colours.text if is_on else colours.soft
            dice = icon_pixmap("dice", ink, size=side, ratio=self.devicePixelRatioF())
            painter.drawPixmap(square.center() - QPointF(side / 2, side / 2), dice)
        if is_on:
            around = square.adjusted(-2, -2, 2, 2)
            stroke_rounded(painter, around, RADIUS_PICTURE + 2, colours.accent, 2)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        forward = event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down)
        if forward or event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self.focusNextPrevChild(forward)
        else:
            super().keyPressEvent(event)


class SourceMatrix(QWidget):
    """Shows what holds and tells what the user chooses; silent otherwise."""

    changed = Signal(object)
    """Payload: `SourceChange`."""

    def __init__(self, zones: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zones = tuple(zones)
        self._parents: tuple[str, ...] = ()
        self._names: tuple[str, ...] = ()
        self._buttons: dict[tuple[str, str], _Source] = {}
        self._flows: dict[str, FlowLayout] = {}
        self._groups: dict[str, QButtonGroup] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for zone in self._zones:
            column.addWidget(QLabel(zone_title(cast(Zone, zone)), self))
            flow = FlowLayout(gap=2)
            column.addLayout(flow)
            self._flows[zone] = flow
            group = QButtonGroup(self)
            group.setExclusive(True)
            self._groups[zone] = group

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones that there is a row for."""
        return self._zones

    def button(self, zone: str, parent: str) -> PaintedButton:
        """What chooses a parent ("": chance) for a zone. Raises `KeyError`."""
        return self._buttons[zone, parent]

    def show_parents(
        self, parents: Sequence[str], names: Sequence[str], images: Sequence[QImage | None]
    ) -> None:
        """Offer these parents, by identity, with what they are called and look like."""
        if tuple(parents) != self._parents or tuple(names) != self._names:
            self._parents, self._names = tuple(parents), tuple(names)
            self._rebuild()
        for parent, image in zip(parents, images, strict=True):
            for zone in self._zones:
                self._buttons[zone, parent].show_image(image)

    def show_sources(self, sources: Mapping[str, str]) -> None:
        """Show what holds, without telling anybody."""
        for zone in self._zones:
            chosen = self._buttons.get((zone, sources.get(zone, "")))
            chosen = chosen or self._buttons.get((zone, ""))
            if chosen is not None:
                chosen.setChecked(True)

    def _rebuild(self) -> None:
        for zone, flow in self._flows.items():
            while (item := flow.takeAt(0)) is not None:
                widget = item.widget()
                if isinstance(widget, _Source):
                    self._groups[zone].removeButton(widget)
                    widget.hide()
                    widget.setParent(None)
                    widget.deleteLater()
        self._buttons = {}
        for zone in self._zones:
            title = zone_title(cast(Zone, zone))
            chance = self.tr("{zone}: by chance, from one or the other").format(zone=title)
            self._add(zone, "", _Source(chance, None, is_chance=True, parent=self))
            for parent, name in zip(self._parents, self._names, strict=True):
                words = self.tr("{zone}: {parent}").format(zone=title, parent=name)
                self._add(zone, parent, _Source(words, None, is_chance=False, parent=self))

    def _add(self, zone: str, parent: str, button: _Source) -> None:
        self._buttons[zone, parent] = button
        self._groups[zone].addButton(button)
        self._flows[zone].addWidget(button)
        change = SourceChange(zone=zone, parent=parent)
        button.clicked.connect(lambda: self.changed.emit(change))
        button.show()
