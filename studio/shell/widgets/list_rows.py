"""Rows of a list: the ground says which is chosen, the ring that the keyboard is there."""

from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListWidget, QStyledItemDelegate, QStyleOptionViewItem

from studio.contract.overriding import override
from studio.shell.theme import RADIUS_BUTTON, SMALL_TEXT, Colours, scaled_font
from studio.shell.touch import target
from studio.shell.widgets.painting import draw_focus_ring, fill_rounded

AROUND: Final = 14
"""Added to the height of a line of text for a row of one."""
ABOVE: Final = 8
BETWEEN: Final = 2
ACROSS: Final = 12
FACTS_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""What `TwoLineRow` writes below an item's text."""

Index = QModelIndex | QPersistentModelIndex


class ListRow(QStyledItemDelegate):
    """Paints the ground of a `QListWidget`'s row, which must be its parent."""

    @property
    def owner(self) -> QListWidget:
        """The list whose rows these are."""
        parent = self.parent()
        assert isinstance(parent, QListWidget)
        return parent

    def paint_words(self, painter: QPainter, rect: QRectF, index: Index, colours: Colours) -> None:
        """Write on the ground of the row that fills ``rect``; nothing by default."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, one_line(self.owner))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        owner = self.owner
        colours = Colours.of(owner.palette())
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.row() == owner.currentRow():
            fill_rounded(painter, rect, RADIUS_BUTTON, colours.hover)
            if owner.hasFocus():
                draw_focus_ring(painter, rect, RADIUS_BUTTON, colours.focus)
        self.paint_words(painter, rect, index, colours)
        painter.restore()


class TwoLineRow(ListRow):
    """A name and, smaller below it, the facts of `FACTS_ROLE`; what is too long is elided."""

    elide: ClassVar = Qt.TextElideMode.ElideRight

    def name_style(self, index: Index, colours: Colours) -> tuple[QFont.Weight, QColor]:
        """The weight and colour of the name."""
        return QFont.Weight.Medium, colours.text

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        font = self.owner.font()
        small = QFontMetrics(scaled_font(font, SMALL_TEXT))
        return QSize(0, QFontMetrics(font).height() + BETWEEN + small.height() + 2 * ABOVE)

    @override
    def paint_words(self, painter: QPainter, rect: QRectF, index: Index, colours: Colours) -> None:
        weight, colour = self.name_style(index, colours)
        font = self.owner.font()
        box = rect.adjusted(ACROSS, ABOVE, -ACROSS, -ABOVE)
        for line, text, ink in (
            (scaled_font(font, weight=weight), str(index.data()), colour),
            (scaled_font(font, SMALL_TEXT), str(index.data(FACTS_ROLE)), colours.soft),
        ):
            metrics = QFontMetrics(line)
            box.setHeight(metrics.height())
            painter.setFont(line)
            painter.setPen(ink)
            # Chinese letters may reach over the line that the interface's font asks for.
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
            painter.drawText(box, flags, metrics.elidedText(text, self.elide, round(box.width())))
            box.moveTop(box.bottom() + BETWEEN)


def one_line(owner: QListWidget) -> int:
    """The height of a row of one line in logical pixels, large enough for a finger if need be."""
    return target(owner.fontMetrics().height() + AROUND)
