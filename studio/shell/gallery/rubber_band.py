"""A rectangle drawn with the pointer that chooses what it touches, and scrolls at the edges."""

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer, Signal, Slot
from PySide6.QtWidgets import QAbstractScrollArea

EDGE_MS: Final = 16
EDGE_SPEED: Final = 0.25
"""Of the distance beyond the edge that is scrolled at each tick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Band:
    start: QPointF
    end: QPointF
    besides: frozenset[int]


class RubberBand(QObject):
    """Follows the pointer in the content's coordinates, however far the view has scrolled."""

    stretched = Signal()
    """It touches something else now."""

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._band: _Band | None = None
        self._edge = QTimer(self)
        self._edge.setInterval(EDGE_MS)
        self._edge.timeout.connect(self._scroll_at_edge)

    @property
    def is_drawn(self) -> bool:
        """Whether it is being drawn."""
        return self._band is not None

    @property
    def rect(self) -> QRectF:
        """What it covers, in the content's coordinates; empty while it is not drawn."""
        return QRectF() if self._band is None else QRectF(self._band.start, self._band.end)

    @property
    def besides(self) -> frozenset[int]:
        """What was chosen before and stays so."""
        return frozenset() if self._band is None else self._band.besides

    def begin(self, position: QPointF, besides: frozenset[int]) -> None:
        """Start at a point of the viewport."""
        start = self._in_content(position)
        self._band = _Band(start=start, end=start, besides=besides)

    def stretch(self, position: QPointF) -> None:
        """The pointer is here now, perhaps outside of the viewport."""
        if self._band is None:
            return
        self._band = replace(self._band, end=self._in_content(position))
        self.stretched.emit()
        beyond = position.y() < 0 or position.y() > self._area.viewport().height()
        if beyond and not self._edge.isActive():
            self._edge.start()
        elif not beyond:
            self._edge.stop()

    def end(self) -> bool:
        """Stop drawing; whether it was drawn."""
        self._edge.stop()
        was_drawn, self._band = self._band is not None, None
        return was_drawn

    def _in_content(self, position: QPointF) -> QPointF:
        return position + QPointF(0, self._area.verticalScrollBar().value())

    @Slot()
    def _scroll_at_edge(self) -> None:
        viewport = self._area.viewport()
        at = QPointF(viewport.mapFromGlobal(self._area.cursor().pos()))
        beyond = min(at.y(), 0.0) + max(at.y() - viewport.height(), 0.0)
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + round(beyond * EDGE_SPEED))
        self.stretch(at)
