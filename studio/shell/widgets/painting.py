"""What widgets that paint themselves share: rounded fills and the focus ring."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.shell.theme import FOCUS_WIDTH, Colours

KEYBOARD_REASONS = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
    }
)
"""Ways of getting the focus after which it must be seen; a click shows its place by itself."""


def fill_rounded(painter: QPainter, rect: QRectF, radius: float, colour: QColor) -> None:
    """Fill a rounded rectangle without an outline."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, radius, radius)


def stroke_rounded(
    painter: QPainter, rect: QRectF, radius: float, colour: QColor, width: float
) -> None:
    """Draw a rounded outline that lies wholly inside ``rect``."""
    half = width / 2
    painter.setPen(QPen(colour, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = max(radius - half, 0.0)
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), inner, inner)


def draw_focus_ring(painter: QPainter, rect: QRectF, radius: float, colour: QColor) -> None:
    """The ring that shows where the keyboard is, 2 px, inside ``rect``."""
    stroke_rounded(painter, rect, radius, colour, FOCUS_WIDTH)


def draw_shadow(
    painter: QPainter, body: QRectF, radius: float, width: int, colours: Colours
) -> None:
    """A soft shadow around ``body``, ``width`` wide, a little lower than it; fainter on light."""
    layer = QColor(0, 0, 0, 8 if colours.ground.lightness() < 128 else 3)
    for step in range(width, 0, -1):
        grown = body.adjusted(-step, -step + width / 4, step, step)
        fill_rounded(painter, grown, radius + step, layer)
