"""The list of versions: a name and, below it, when that was and how much was kept."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.contract.overriding import override
from studio.project.versions import Version
from studio.shell.projects.words import version_facts, version_title
from studio.shell.theme import FOCUS_WIDTH, RADIUS_BUTTON, SMALL_TEXT, Colours, scaled_font
from studio.shell.widgets.painting import draw_focus_ring, fill_rounded

ABOVE: Final = 8
BETWEEN: Final = 2
ACROSS: Final = 12
VERSION_ROLE: Final = Qt.ItemDataRole.UserRole
FACTS_ROLE: Final = Qt.ItemDataRole.UserRole + 1


class VersionList(QListWidget):
    """The newest first; what was chosen stays chosen while the list changes."""

    chosen = Signal(object)
    """Payload: `Version`, or None where there is none."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self.setAccessibleName(self.tr("Versions"))
        self.setItemDelegate(_Row(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setProperty("plain", True)
        self.viewport().setAutoFillBackground(False)
        self.currentItemChanged.connect(self._tell)

    @property
    def version(self) -> Version | None:
        """The version that is chosen."""
        found = self.currentItem().data(VERSION_ROLE) if self.currentRow() >= 0 else None
        return found if isinstance(found, Version) else None

    @property
    def titles(self) -> list[str]:
        """What the list says, from the top."""
        return [self.item(row).text() for row in range(self.count())]

    def show_versions(self, versions: Sequence[Version], *, choose: int | None = None) -> None:
        """Show these; ``choose`` is the number of the one to be chosen."""
        before = self.version
        row = max(self.currentRow(), 0)
        wanted = choose if choose is not None else None if before is None else before.number
        self.blockSignals(True)
        self.clear()
        for version in versions:
            self.addItem(self._item(version))
        places = [place for place, one in enumerate(versions) if one.number == wanted]
        self.setCurrentRow(places[0] if places else min(row, self.count() - 1))
        self.blockSignals(False)
        if self.version != before:
            self.chosen.emit(self.version)

    def _item(self, version: Version) -> QListWidgetItem:
        title = version_title(version)
        facts = version_facts(version, self._language)
        item = QListWidgetItem(title)
        item.setData(VERSION_ROLE, version)
        item.setData(FACTS_ROLE, facts)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}, {facts}")
        return item

    @Slot()
    def _tell(self) -> None:
        self.chosen.emit(self.version)


class _Row(QStyledItemDelegate):
    """Two lines; the ground says which is chosen, the ring that the keyboard is there."""

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        widget = self._list()
        small = QFontMetrics(scaled_font(widget.font(), SMALL_TEXT))
        return QSize(0, widget.fontMetrics().height() + BETWEEN + small.height() + 2 * ABOVE)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        widget = self._list()
        colours = Colours.of(widget.palette())
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.row() == widget.currentRow():
            fill_rounded(painter, rect, RADIUS_BUTTON, colours.hover)
            if widget.hasFocus():
                draw_focus_ring(painter, rect, RADIUS_BUTTON, colours.focus)
        version = index.data(VERSION_ROLE)
        is_named = isinstance(version, Version) and version.is_named
        inner = rect.adjusted(ACROSS, ABOVE, -ACROSS, -ABOVE)
        inner.setHeight(widget.fontMetrics().height())
        weight = QFont.Weight.DemiBold if is_named else QFont.Weight.Normal
        font = scaled_font(widget.font(), weight=weight)
        _line(painter, inner, font, str(index.data()), colours.text if is_named else colours.soft)
        small = scaled_font(widget.font(), SMALL_TEXT)
        inner.moveTop(inner.bottom() + BETWEEN)
        inner.setHeight(QFontMetrics(small).height())
        _line(painter, inner, small, str(index.data(FACTS_ROLE)), colours.soft)
        painter.restore()

    def _list(self) -> VersionList:
        parent = self.parent()
        assert isinstance(parent, VersionList)
        return parent


def _line(painter: QPainter, box: QRectF, font: QFont, text: str, colour: QColor) -> None:
    painter.setFont(font)
    painter.setPen(colour)
    width = round(box.width()) - FOCUS_WIDTH
    fitting = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
    # Chinese letters may reach over the line that the interface's font asks for.
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, fitting)
