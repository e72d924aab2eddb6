"""The list of versions: a name and, below it, when that was and how much was kept."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from studio.contract.overriding import override
from studio.project.versions import Version
from studio.shell.projects.words import version_facts, version_title
from studio.shell.theme import Colours
from studio.shell.widgets.list_rows import FACTS_ROLE, Index, TwoLineRow

VERSION_ROLE: Final = Qt.ItemDataRole.UserRole


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


class _Row(TwoLineRow):
    """Versions that somebody named stand out among those that came by themselves."""

    @override
    def name_style(self, index: Index, colours: Colours) -> tuple[QFont.Weight, QColor]:
        version = index.data(VERSION_ROLE)
        if isinstance(version, Version) and version.is_named:
            return QFont.Weight.DemiBold, colours.text
        return QFont.Weight.Normal, colours.soft
