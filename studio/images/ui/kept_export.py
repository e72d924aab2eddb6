"""Many kept pictures written into a folder at once: the question, and the work."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, QStandardPaths, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QWidget,
)

from studio.contract.errors import AtelierError, StorageDenied, StorageFull
from studio.contract.overriding import override
from studio.images.ui.background import BackgroundWork
from studio.images.ui.export_memory import ExportHabit
from studio.images.ui.export_sheet import FACTORS, ExportSheet
from studio.images.ui.exporter import DEFAULT_QUALITY
from studio.images.ui.outgoing import Outgoing
from studio.project.paths import absolute_folder, ensure_folder
from studio.provenance.containers import Format
from studio.provenance.pictures import SUFFIXES
from studio.shell.folders import folder_action, own_folder
from studio.shell.jobs import JobQueue
from studio.shell.notices import Notice, NoticeCentre, NoticeKind, details, error_text
from studio.shell.theme import scaled_font
from studio.shell.widgets.choice_row import ChoiceOption, ChoiceRow

WIDTH: Final = 520
SAID_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptExportChoice:
    """How pictures are written, and where."""

    folder: Path
    format: Format = "png"
    factor: int = 1
    """Each pixel becomes a square of so many pixels a side."""
    quality: int = DEFAULT_QUALITY
    """1 to 100; for JPEG and WebP."""


class KeptExportDialog(ExportSheet):
    """Return writes them; files that are there already are never touched."""

    def __init__(
        self, count: int, habit: ExportHabit, licences: Sequence[str], parent: QWidget
    ) -> None:
        """``licences`` answer for each model: may I sell it, whom do I credit?"""
        super().__init__(
            habit.format,
            place=str(
                habit.place() or own_folder(QStandardPaths.StandardLocation.PicturesLocation)
            ),
            licence="\n".join(licences),
            less=QCoreApplication.translate(
                "KeptExportDialog", "Less makes the files smaller and the pictures coarser."
            ),
            width=WIDTH,
            parent=parent,
        )
        heading = QLabel(self.tr("Export %n picture(s)", "", count), self)
        heading.setFont(scaled_font(self.font(), weight=QFont.Weight.DemiBold))
        sizes = tuple(
            ChoiceOption(value=str(factor), text=self.tr("{factor} times").format(factor=factor))
            for factor in FACTORS
            if factor > 1
        )
        as_made = ChoiceOption(value="1", text=self.tr("As made"))
        self.size_row = ChoiceRow(
            "size", self.tr("Size"), (as_made, *sizes), self, takes_return=False
        )
        self.size_row.set_value(str(habit.factor))
        self.place_edit.setAccessibleName(self.tr("Folder"))
        self._choose.clicked.connect(self._choose_folder)
        layout = self._layout
        layout.setSpacing(14)
        for widget in (heading, self.format_row, self.size_row, self._quality):
            layout.addWidget(widget)
        layout.addLayout(self._where)
        layout.addWidget(self._note)
        layout.addWidget(self._licence)
        self.format_row.chosen.connect(self._update)
        self.place_edit.textChanged.connect(self._update)
        self._update()
        self._export.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def choice(self) -> KeptExportChoice:
        """What is set now."""
        return KeptExportChoice(
            folder=absolute_folder(Path(self.place_edit.text().strip() or ".")),
            format=self.format,
            factor=int(self.size_row.value or 1),
            quality=self.quality,
        )

    @Slot()
    def _update(self) -> None:
        note = self.tr("Each file holds its recipe. Files that are there already stay.")
        self._note.setText(note)
        self._export.setEnabled(bool(self.place_edit.text().strip()))
        self._fit()

    @Slot()
    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Export"), self.place_edit.text())
        if folder:
            self.place_edit.setText(folder)

    @override
    def accept(self) -> None:
        if self._export.isEnabled():
            super().accept()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPicture:
    """One picture to be written."""

    outgoing: Outgoing
    png: bytes
    """The kept file, which is written as it is where nothing else is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptExportDone:
    """What an export came to."""

    folder: Path
    written: int
    failed: tuple[AtelierError, ...]
    """Of pictures that could not be written while others could."""
    stopped: AtelierError | None = None
    """Why no more were written: the disk is full, or the folder is closed to us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    job: int
    done: int
    total: int


class KeptExporter(QObject):
    """One for the studio; GUI thread only. The status line shows progress and cancels.

    It outlives the room that asks, which is built anew for another language or size of text.
    """

    done = Signal(object)
    """Payload: `KeptExportDone`; also after a cancellation, and where it had to stop."""

    _stepped = Signal(object)

    def __init__(
        self, jobs: JobQueue, notices: NoticeCentre, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._work = BackgroundWork(self)
        self._jobs = jobs
        self._notices = notices
        self._unwanted: set[Future[None]] = set()
        self._stepped.connect(self._show_step, Qt.ConnectionType.QueuedConnection)

    def export(
        self, pictures: Sequence[Callable[[], KeptPicture]], choice: KeptExportChoice
    ) -> None:
        """Write pictures, each read when its turn comes, on another thread."""
        total = len(pictures)
        unwanted: Future[None] = Future()
        self._unwanted.add(unwanted)
        label = self.tr("Exporting %n picture(s)", "", total)
        job = self._jobs.begin(label, total=total, cancel=lambda: _give_up(unwanted))

        def run() -> KeptExportDone:
            written = 0
            failed: list[AtelierError] = []
            stopped: AtelierError | None = None
            ensure_folder(choice.folder)
            for number, read in enumerate(pictures):
                if unwanted.cancelled():
                    break
                try:
                    _write(read(), choice)
                    written += 1
                except (StorageFull, StorageDenied) as error:
                    stopped = error
                    break
                except AtelierError as error:
                    failed.append(error)
                self._stepped.emit(_Step(job=job, done=number + 1, total=total))
            return KeptExportDone(
                folder=choice.folder, written=written, failed=tuple(failed), stopped=stopped
            )

        def end() -> None:
            self._jobs.end(job)
            self._unwanted.discard(unwanted)

        def then(found: KeptExportDone) -> None:
            end()
            self._say(found)
            self.done.emit(found)

        def broken(error: AtelierError) -> None:
            end()
            self._notices.report(error)

        self._work.run(run, then, broken, owed=True)

    def stop(self) -> None:
        """Give up what is under way, and say how far it came: the project closes."""
        for unwanted in self._unwanted:
            unwanted.cancel()
        self._work.close()

    @Slot(object)
    def _show_step(self, step: _Step) -> None:
        self._jobs.progress(step.job, step.done, step.total)

    def _say(self, found: KeptExportDone) -> None:
        text = self.tr("%n picture(s) exported, opened again and checked", "", found.written)
        sentences = [f"{text}: {found.folder}"]
        if found.failed:
            sentences.append(self.tr("%n picture(s) could not be written.", "", len(found.failed)))
        kind = NoticeKind.WARNING if found.failed else NoticeKind.GOOD
        errors = found.failed[:20]
        if found.stopped is not None:
            sentences.insert(0, error_text(found.stopped))
            kind, errors = NoticeKind.ERROR, (found.stopped, *errors)
        self._notices.post(
            Notice(
                text=" ".join(sentences),
                kind=kind,
                detail="\n".join(details(error) for error in errors),
                key="gallery.exported",
                action=folder_action(found.folder) if found.written else None,
                seconds=None if errors else SAID_SECONDS,
            )
        )


def _give_up(unwanted: "Future[None]") -> None:
    unwanted.cancel()


def _write(picture: KeptPicture, choice: KeptExportChoice) -> Path:
    from studio.provenance.files import write_picture

    outgoing = picture.outgoing
    if choice.format == "png" and choice.factor == 1:
        data = picture.png
    else:
        data = outgoing.encoded(
            choice.format,
            quality=choice.quality,
            lossless=choice.format == "webp" and choice.quality == 100,
            factor=choice.factor,
        )
    name = f"{outgoing.stem}{SUFFIXES[choice.format]}"
    return write_picture(choice.folder / name, data, if_taken="number")
