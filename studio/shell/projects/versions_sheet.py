"""The versions of a project: what differs from each, and the way back to it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QFont, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.contract.errors import AtelierError
from studio.contract.overriding import override
from studio.project.versions import LONGEST_NAME, Differences, Version
from studio.shell.gallery.thumbnails import Thumbnails
from studio.shell.notices import NoticeCentre
from studio.shell.project_bridge import ProjectBridge
from studio.shell.projects.difference_reader import DifferenceReader
from studio.shell.projects.difference_view import DifferenceView
from studio.shell.projects.version_list import VersionList
from studio.shell.projects.words import grown, version_facts, version_title
from studio.shell.theme import GAP, scaled_font
from studio.shell.widgets.buttons import FlatButton, PrimaryButton, QuietButton
from studio.shell.widgets.focus import read_by_keyboard

SIZE: Final = QSize(780, 540)
LIST_SHARE: Final = 0.38
EDGE: Final = 20
LOOK_AGAIN_MS: Final = 300


class VersionsSheet(QDialog):
    """Stands beside the work, which may go on: what differs is looked up again meanwhile."""

    def __init__(
        self,
        project: ProjectBridge,
        notices: NoticeCentre,
        language: str,
        go_back: Callable[[Version], None],
        suggest: Callable[[], str],
        parent: QWidget,
    ) -> None:
        """``go_back`` is asked to make the project what it was; ``suggest`` gives a name."""
        super().__init__(parent)
        self._project = project
        self._notices = notices
        self._go_back = go_back
        self._suggest = suggest
        self._dropped: Version | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Versions"))
        self.resize(grown(SIZE, self))
        self._reader = DifferenceReader(project)
        self.thumbnails = Thumbnails(project.store.read_blob, self)
        self._language = language
        self._build(language)
        self._connect()
        self._may_change(not project.is_read_only)
        self._load()
        self.list.setFocus()

    @property
    def texts(self) -> tuple[str, ...]:
        """What it says of the chosen version."""
        return self.view.texts

    def _build(self, language: str) -> None:
        self.new_name = QLineEdit(self)
        self.new_name.setMaxLength(LONGEST_NAME)
        self.new_name.setPlaceholderText(self.tr("Name what is there now"))
        self.new_name.setAccessibleName(self.tr("Name of a new version"))
        self.take = QuietButton(self.tr("Add"), self)
        self.list = VersionList(language, self)
        self._drop_text = QLabel(self)
        self._drop_text.setWordWrap(True)
        self._drop_text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.put_back = FlatButton(self.tr("Put it back"), self)
        self._dropping = QWidget(self)
        dropping = QHBoxLayout(self._dropping)
        dropping.setContentsMargins(0, 0, 0, 0)
        dropping.addWidget(self._drop_text, 1)
        dropping.addWidget(self.put_back)
        self._dropping.hide()
        naming = QHBoxLayout()
        naming.setSpacing(GAP)
        naming.addWidget(self.new_name, 1)
        naming.addWidget(self.take)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addLayout(naming)
        left.addWidget(self.list, 1)
        left.addWidget(self._dropping)

        self.title = QLineEdit(self)
        self.title.setMaxLength(LONGEST_NAME)
        self.title.setProperty("heading", True)
        self.title.setFont(scaled_font(self.font(), 1.2, weight=QFont.Weight.DemiBold))
        self.title.setAccessibleName(self.tr("Name of this version"))
        self.title.setToolTip(self.tr("Name of this version (F2)"))
        self._facts = QLabel(self)
        self._facts.setWordWrap(True)
        self._facts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._facts.setContentsMargins(10, 0, 0, 0)
        self.view = DifferenceView(self.thumbnails)
        self.view.setContentsMargins(10, GAP, 4, 0)
        scroll = QScrollArea(self)
        scroll.setWidget(self.view)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        read_by_keyboard(scroll, self.tr("What differs from now"))
        scroll.viewport().setAutoFillBackground(False)
        self.view.setAutoFillBackground(False)
        self.back = PrimaryButton(self.tr("Go back to this version"), self)
        self.drop = QuietButton(self.tr("Delete"), self)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(10, 0, 0, 0)
        buttons.setSpacing(GAP)
        buttons.addWidget(self.back)
        buttons.addWidget(self.drop)
        buttons.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.title)
        right.addWidget(self._facts)
        right.addWidget(scroll, 1)
        right.addLayout(buttons)

        layout = QHBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        layout.setSpacing(EDGE)
        layout.addLayout(left, round(100 * LIST_SHARE))
        layout.addLayout(right, round(100 * (1 - LIST_SHARE)))

    def _connect(self) -> None:
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(LOOK_AGAIN_MS)
        self._again.timeout.connect(self._load)
        self._project.changed.connect(self._project_changed)
        self._reader.found.connect(self._show_differences)
        self._reader.failed.connect(self._say_unreadable)
        self.list.chosen.connect(self._show_version)
        self.list.itemActivated.connect(lambda _item: self._go_back_to_chosen())
        self.new_name.returnPressed.connect(self._take)
        self.take.clicked.connect(self._take)
        self.title.returnPressed.connect(self.list.setFocus)
        self.title.editingFinished.connect(self._rename)
        self.back.clicked.connect(self._go_back_to_chosen)
        self.drop.clicked.connect(self._drop)
        self.put_back.clicked.connect(self._put_back)
        self.finished.connect(self._end)

    def _may_change(self, may: bool) -> None:
        for widget in (self.new_name, self.take, self.title, self.drop):
            widget.setEnabled(may)

    @Slot()
    def _load(self, choose: int | None = None) -> None:
        try:
            versions = self._project.store.versions()
        except AtelierError as error:
            self._notices.report(error)
            return
        before = self.list.version
        self.new_name.setPlaceholderText(self._suggest())
        self.list.show_versions(versions, choose=choose)
        if self.list.version is not None and self.list.version == before:
            self._reader.ask(self.list.version)

    @Slot(object)
    def _project_changed(self, _change: object) -> None:
        self._again.start()

    @Slot(object)
    def _show_version(self, version: Version | None) -> None:
        self.title.setText("" if version is None or not version.is_named else version.name)
        self.title.setPlaceholderText("" if version is None else version_title(version))
        self._offer_back(False)
        self.drop.setEnabled(version is not None and not self._project.is_read_only)
        self._facts.clear()
        if version is None:
            self._reader.cancel()
            self.view.clear()
            return
        facts = version_facts(version, self._language)
        if not version.is_named:
            teaching = self.tr("Made by itself; newer ones take its place. Name it to keep it.")
            facts = f"{facts}\n{teaching}"
        self._facts.setText(facts)
        self.view.show_waiting()
        self._reader.ask(version)

    @Slot(object)
    def _show_differences(self, found: Differences) -> None:
        self.view.show_differences(found)
        self._offer_back(bool(found.count) and not self._project.is_read_only)

    @Slot(object)
    def _say_unreadable(self, error: AtelierError) -> None:
        self.view.clear()
        self._notices.report(error)

    @Slot()
    def _take(self) -> None:
        name = self.new_name.text().strip() or self.new_name.placeholderText()
        self.new_name.clear()
        self._project.when_done(
            self._project.take_version(name),
            lambda version: self._load(version.number),
            owner=self,
        )

    @Slot()
    def _rename(self) -> None:
        version, name = self.list.version, self.title.text().strip()
        if version is None or not name or name == version.name:
            return
        future = self._project.rename_version(version.number, name)
        self._project.when_done(future, lambda _version: self._load(), owner=self)

    @Slot()
    def _drop(self) -> None:
        version = self.list.version
        if version is None:
            return
        self._dropped = version
        future = self._project.drop_version(version.number)
        self._project.when_done(future, lambda _version: self._load(), owner=self)
        text = self.tr("“{name}” is deleted. No picture was touched.")
        self._drop_text.setText(text.format(name=version_title(version)))
        self._dropping.show()
        self.list.setFocus()

    @Slot()
    def _put_back(self) -> None:
        dropped, self._dropped = self._dropped, None
        self._dropping.hide()
        self.list.setFocus()
        if dropped is not None:
            future = self._project.drop_version(dropped.number, dropped=False)
            self._project.when_done(future, lambda _version: self._load(dropped.number), owner=self)

    @Slot()
    def _go_back_to_chosen(self) -> None:
        version = self.list.version
        if version is not None and self.back.isEnabled():
            self.list.setFocus()  # there is nothing to go back to next
            self._go_back(version)

    def _offer_back(self, may: bool) -> None:
        """Qt would hand the keyboard of a button that is put out to the next one: Delete."""
        if not may and self.back.hasFocus():
            self.list.setFocus()
        self.back.setEnabled(may)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2 and self.title.isEnabled():
            self.title.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.title.selectAll()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.drop.isEnabled():
            self._drop()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    @Slot()
    def _end(self) -> None:
        self._again.stop()
        self._project.changed.disconnect(self._project_changed)
        self._reader.close()
        self.thumbnails.close()
