"""While the scroll bar's handle is dragged: which day the view is at, beside the handle."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from studio.contract.overriding import override
from studio.shell.theme import Colours
from studio.shell.widgets.painting import fill_rounded, stroke_rounded

ACROSS: Final = 12
ALONG: Final = 7
DISTANCE: Final = 8
"""From the scroll bar."""


class ScrollHint(QWidget):
    """A bubble over ``area`` that takes no clicks; nothing is shown where there is no day."""

    def __init__(self, area: QAbstractScrollArea, text: Callable[[], str]) -> None:
        super().__init__(area)
        self._area = area
        self._read = text
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        bar = area.verticalScrollBar()
        bar.valueChanged.connect(self._follow)
        bar.sliderReleased.connect(self.hide)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    @Slot()
    def _follow(self) -> None:
        bar = self._area.verticalScrollBar()
        if not bar.isSliderDown():
            return
        self._text = self._read()
        if not self._text:
            self.hide()
            return
        metrics = self.fontMetrics()
        self.resize(
            metrics.horizontalAdvance(self._text) + 2 * ACROSS, metrics.height() + 2 * ALONG
        )
        share = bar.value() / max(bar.maximum(), 1)
        x = bar.x() - self.width() - DISTANCE
        parent = bar.parentWidget()
        if parent is not None:  # the bar stands in a container of its own
            x = parent.mapTo(self._area, bar.pos()).x() - self.width() - DISTANCE
        self.move(x, round(share * (self._area.height() - self.height())))
        self.show()
        self.raise_()
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        body = QRectF(self.rect())
        radius = body.height() / 2
        fill_rounded(painter, body, radius, colours.raised)
        stroke_rounded(painter, body, radius, colours.line, 1)
        painter.setPen(colours.text)
        painter.drawText(body, Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
