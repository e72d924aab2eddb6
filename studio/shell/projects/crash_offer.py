"""After a crash: everything is there, and who wants to see what that is may look and choose."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.contract.errors import AtelierError
from studio.project.versions import Differences, Version
from studio.shell.gallery.thumbnails import Thumbnails
from studio.shell.notices import Notice, NoticeAction, NoticeCentre, NoticeKind
from studio.shell.project_bridge import ProjectBridge
from studio.shell.projects.difference_reader import DifferenceReader
from studio.shell.projects.difference_view import DifferenceView
from studio.shell.projects.words import grown, moment, moment_text
from studio.shell.theme import GAP, scaled_font
from studio.shell.widgets.buttons import PrimaryButton, QuietButton
from studio.shell.widgets.focus import read_by_keyboard

KEY: Final = "project.crash"
SIZE: Final = QSize(520, 400)
EDGE: Final = 24


class CrashOffer(QObject):
    """Asks nothing where nothing differs from when the project was last closed."""

    looked = Signal(object)
    """Payload: `Differences`: it is known what there is to offer, perhaps nothing."""

    def __init__(
        self,
        project: ProjectBridge,
        notices: NoticeCentre,
        language: str,
        go_back: Callable[[Version], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._notices = notices
        self._language = language
        self._go_back = go_back
        self._window = parent
        self._found: Differences | None = None
        self._looks = False
        self._reader = DifferenceReader(project)
        self._reader.found.connect(self._offer)
        self._reader.failed.connect(self._fail)
        self.sheet: CrashSheet | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is being looked, or what was found is offered or shown and not decided."""
        return self._looks or self._notices.stands(KEY) or self.sheet is not None

    def look(self) -> None:
        """Find out whether there is anything to offer."""
        recovered = self._project.store.recovered
        if not recovered.unclean or recovered.is_rebuilt or self._project.is_read_only:
            return
        try:
            base = self._project.store.last_base()
        except AtelierError as error:
            self._notices.report(error)
            return
        if base is not None:
            self._looks = True
            self._reader.ask(base)

    def close(self) -> None:
        """End the thread, and the dialog."""
        self._reader.close()
        if self.sheet is not None:
            self.sheet.close()

    @Slot(object)
    def _offer(self, found: Differences) -> None:
        self._looks = False
        self._reader.close()
        if found.count:
            self._found = found
            self._notices.post(
                Notice(
                    text=self._sentence(),
                    kind=NoticeKind.WARNING,
                    key=KEY,
                    action=NoticeAction(text=self.tr("What differs"), run=self._show),
                )
            )
        self.looked.emit(found)

    @Slot(object)
    def _fail(self, error: AtelierError) -> None:
        self._looks = False
        self._notices.report(error)

    def _sentence(self) -> str:
        recovered = self._project.store.recovered
        written, holder = recovered.last_written, recovered.last_holder
        text = ""
        # A clock that ran backwards would name a time that nobody remembers.
        if written is not None and (holder is None or written >= holder.since - 1):
            found = moment(written)
            if found is not None and found <= datetime.now().astimezone():
                text = moment_text(written, self._language)
        if not text:
            return self.tr("Atelier was not closed properly. Everything up to then is here.")
        return self.tr(
            "Atelier was not closed properly ({when}). Everything up to then is here."
        ).format(when=text)

    def _show(self) -> None:
        if self._found is None:
            return
        self.sheet = CrashSheet(self._found, self._project, self._window)
        self.sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sheet.accepted.connect(self._project.accept_found)
        self.sheet.rejected_all.connect(self._go_back)
        self.sheet.destroyed.connect(self._forget)
        self.sheet.show()

    @Slot()
    def _forget(self) -> None:
        self.sheet = None


class CrashSheet(QDialog):
    """What came after the last close, and both ways on; closing it decides nothing."""

    rejected_all = Signal(object)
    """Payload: `Version`: go back to it."""

    def __init__(self, found: Differences, project: ProjectBridge, parent: QWidget) -> None:
        super().__init__(parent)
        self._version = found.version
        self.setWindowTitle(self.tr("What differs"))
        self.resize(grown(SIZE, self))
        self._thumbnails = Thumbnails(project.store.read_blob, self)
        # A project that was never closed is measured against its beginning.
        title, back = self.tr("What came since the beginning"), self.tr("Go back to the beginning")
        if found.version.kind != "opened":
            title = self.tr("What came after Atelier was last closed")
            back = self.tr("Go back to the last close")
        heading = QLabel(title, self)
        heading.setFont(scaled_font(self.font(), 1.2, weight=QFont.Weight.DemiBold))
        heading.setWordWrap(True)
        self.view = DifferenceView(self._thumbnails)
        self.view.show_differences(found)
        scroll = QScrollArea(self)
        scroll.setWidget(self.view)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        read_by_keyboard(scroll, heading.text())
        scroll.viewport().setAutoFillBackground(False)
        self.view.setAutoFillBackground(False)
        calm = QLabel(
            self.tr("Going back can be undone, and both ways stay among the versions."), self
        )
        calm.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        calm.setWordWrap(True)
        self.keep = PrimaryButton(self.tr("Keep everything"), self)
        self.back = QuietButton(back, self)
        self.keep.clicked.connect(self.accept)
        self.back.clicked.connect(self._reject_all)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self.keep)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addWidget(scroll, 1)
        layout.addWidget(calm)
        layout.addLayout(buttons)
        self.finished.connect(self._thumbnails.close)
        self.keep.setFocus()

    @Slot()
    def _reject_all(self) -> None:
        self.rejected_all.emit(self._version)
        self.reject()
