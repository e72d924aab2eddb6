"""A switch: what it decides holds at once."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.contract.overriding import override
from studio.shell.theme import FOCUS_WIDTH, Colours
from studio.shell.touch import target
from studio.shell.widgets.buttons import FADED, PaintedButton
from studio.shell.widgets.painting import fill_rounded, stroke_rounded

TRACK = QSize(38, 22)
KNOB_INSET = 3.0
RING = FOCUS_WIDTH + 2


class Switch(PaintedButton):
    """On or off, told by the knob's side as well as by the colour."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setCheckable(True)
        self.setAccessibleName(name)

    @override
    def sizeHint(self) -> QSize:
        size = TRACK.grownBy(self.contentsMargins())
        return QSize(size.width() + 2 * RING, target(size.height() + 2 * RING))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        track = QRectF(0, 0, TRACK.width(), TRACK.height())
        track.moveCenter(QRectF(self.rect()).center())
        if self.is_ringed:
            ring = track.adjusted(-RING, -RING, RING, RING)
            stroke_rounded(painter, ring, ring.height() / 2, colours.focus, FOCUS_WIDTH)
        painter.setOpacity(1.0 if self.isEnabled() else FADED)
        on = self.isChecked()
        lit = self.is_hovered
        ground = (colours.accent_hover if lit else colours.accent) if on else colours.raised
        fill_rounded(painter, track, track.height() / 2, ground)
        if not on:
            edge = colours.soft
            stroke_rounded(painter, track, track.height() / 2, edge, 1.5)
        knob = QRectF(track).adjusted(KNOB_INSET, KNOB_INSET, -KNOB_INSET, -KNOB_INSET)
        knob.setWidth(knob.height())
        if on:
            knob.moveRight(track.right() - KNOB_INSET)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.on_accent if on else colours.soft)
        painter.drawEllipse(knob)
        painter.end()
