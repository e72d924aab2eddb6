"""The projects that are known here: open one, look for another, take one off the list."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QDir, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.contract.overriding import override
from studio.shell.projects.known import KnownProject
from studio.shell.projects.shelf import ProjectShelf
from studio.shell.projects.words import grown
from studio.shell.theme import GAP
from studio.shell.widgets.buttons import PrimaryButton, QuietButton
from studio.shell.widgets.list_rows import FACTS_ROLE, TwoLineRow

SIZE: Final = QSize(520, 400)
EDGE: Final = 20
PROJECT_ROLE: Final = Qt.ItemDataRole.UserRole


class ProjectsSheet(QDialog):
    """The one that is open stands first; one whose folder is gone says so."""

    def __init__(self, shelf: ProjectShelf, parent: QWidget) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Projects"))
        self.resize(grown(SIZE, self))
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Projects"))
        self.list.setItemDelegate(_Row(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setProperty("plain", True)
        self.list.viewport().setAutoFillBackground(False)
        self.opener = PrimaryButton(self.tr("Open"), self)
        self.elsewhere = QuietButton(self.tr("Choose a folder…"), self)
        self.forget = QuietButton(self.tr("Take off the list"), self)
        self.forget.setToolTip(self.tr("Nothing is deleted (Del)"))
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self.opener)
        buttons.addWidget(self.elsewhere)
        buttons.addStretch(1)
        buttons.addWidget(self.forget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        layout.setSpacing(12)
        layout.addWidget(self.list, 1)
        layout.addLayout(buttons)
        self.list.currentRowChanged.connect(self._choice_changed)
        self.list.itemActivated.connect(lambda _item: self._open_chosen())
        self.opener.clicked.connect(self._open_chosen)
        self.elsewhere.clicked.connect(self._open_elsewhere)
        self.forget.clicked.connect(self._forget_chosen)
        shelf.changed.connect(self._fill)
        shelf.look()
        self._fill()
        self.list.setFocus()

    @property
    def chosen(self) -> KnownProject | None:
        """The project that is chosen."""
        if self.list.currentRow() < 0:
            return None
        found = self.list.currentItem().data(PROJECT_ROLE)
        return found if isinstance(found, KnownProject) else None

    @Slot()
    def _fill(self) -> None:
        row = max(self.list.currentRow(), 0)
        self.list.clear()
        for project in self._shelf.known:
            name = self._shelf.name_of(project)
            facts = project.folder
            if project == self._shelf.current:
                facts = self.tr("Open now · {folder}").format(folder=project.folder)
            elif not self._shelf.is_there(project):
                facts = self.tr("Not there · {folder}").format(folder=project.folder)
            item = QListWidgetItem(name)
            item.setData(PROJECT_ROLE, project)
            item.setData(FACTS_ROLE, facts)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {facts}")
            item.setToolTip(project.folder)
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self._choice_changed()

    @Slot()
    def _choice_changed(self) -> None:
        chosen = self.chosen
        is_other = chosen is not None and chosen != self._shelf.current
        self.opener.setEnabled(is_other and chosen is not None and self._shelf.is_there(chosen))
        self.forget.setEnabled(is_other)

    @Slot()
    def _open_chosen(self) -> None:
        chosen = self.chosen
        if chosen is not None and self.opener.isEnabled():
            self.accept()
            self._shelf.open(chosen.path)

    @Slot()
    def _open_elsewhere(self) -> None:
        title = self.tr("Open the project in this folder")
        folder = QFileDialog.getExistingDirectory(self, title, QDir.homePath())
        if folder:
            self.accept()
            self._shelf.open(Path(folder))

    @Slot()
    def _forget_chosen(self) -> None:
        chosen = self.chosen
        if chosen is not None and self.forget.isEnabled():
            self._shelf.forget(chosen)
            self.list.setFocus()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._forget_chosen()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


class _Row(TwoLineRow):
    """A name and, below it, where that is: both ends of a path are worth seeing."""

    elide = Qt.TextElideMode.ElideMiddle
