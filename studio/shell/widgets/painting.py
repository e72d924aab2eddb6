"""What widgets that paint themselves share: rounded fills and the focus ring."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion
from PySide6.QtWidgets import QWidget

from studio.shell.theme import FOCUS_WIDTH, RADIUS_GROUP, Colours

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


def paint_panel(widget: QWidget, shadow: int = 0) -> None:
    """Paint ``widget`` as a panel with an outline, inside a shadow that is ``shadow`` wide."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colours = Colours.of(widget.palette())
    body = QRectF(widget.rect()).adjusted(shadow, shadow, -shadow, -shadow)
    draw_shadow(painter, body, RADIUS_GROUP, shadow, colours)
    fill_rounded(painter, body, RADIUS_GROUP, colours.panel)
    stroke_rounded(painter, body, RADIUS_GROUP, colours.line, 1)
    painter.end()


def fill_region(painter: QPainter, region: QRegion, colour: QColor) -> None:
    """Fill each part of ``region``; nothing may be clipped before, and nothing is afterwards."""
    painter.setClipRegion(region)
    painter.fillRect(region.boundingRect(), colour)
    painter.setClipping(False)
