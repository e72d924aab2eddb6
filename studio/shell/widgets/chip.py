"""A rounded button that stands among others of its kind; filled while it is on."""

from typing import ClassVar

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter

from studio.contract.overriding import override
from studio.shell.theme import Colours
from studio.shell.touch import target
from studio.shell.widgets.buttons import TextButton
from studio.shell.widgets.painting import fill_rounded, stroke_rounded


class Chip(TextButton):
    """Those who use it say whether it is checkable, and how close to its words it ends."""

    wider: ClassVar[int] = 0
    """Logical pixels beyond what its words ask for."""
    taller: ClassVar[int] = 10
    """Logical pixels beyond the height of a line."""

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + self.wider, target(self.fontMetrics().height() + self.taller))

    @override
    def words_colour(self, colours: Colours) -> QColor:
        return colours.on_accent if self.isChecked() else colours.text

    @override
    def key_colour(self, colours: Colours) -> QColor:
        return colours.on_accent if self.isChecked() else colours.soft

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        radius = rect.height() / 2
        if self.isChecked():
            fill_rounded(painter, rect, radius, colours.accent)
            return
        fill_rounded(painter, rect, radius, colours.hover if self.is_hovered else colours.raised)
        stroke_rounded(painter, rect, radius, colours.line, 1)
