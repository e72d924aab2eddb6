"""Writes pictures as files for others, beside the window's thread, and says so when it is true."""

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from studio.contract.errors import AtelierError, Cancelled
from studio.images.ui.background import BackgroundWork
from studio.images.ui.outgoing import Outgoing
from studio.provenance.containers import Format
from studio.provenance.pictures import SUFFIXES
from studio.shell.folders import folder_action
from studio.shell.jobs import JobQueue
from studio.shell.notices import Notice, NoticeCentre, NoticeKind

SAID_SECONDS: Final = 8.0
DEFAULT_QUALITY: Final = 92


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportChoice:
    """How a picture is written."""

    file: Path
    format: Format = "png"
    factor: int = 1
    """Each pixel becomes a square of so many pixels a side."""
    quality: int = DEFAULT_QUALITY
    """1 to 100; for JPEG, and for WebP unless it is lossless."""
    lossless: bool = False
    """For WebP."""
    replace: bool = False
    """Whether a file of that name may be replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDone:
    """The file stands there, opened again and checked."""

    file: Path


class Exporter(QObject):
    """One for the room; GUI thread only."""

    done = Signal(object)
    """Payload: `ExportDone`."""
    failed = Signal(object)
    """Payload: `AtelierError`."""

    def __init__(
        self,
        work: BackgroundWork,
        jobs: JobQueue,
        notices: NoticeCentre,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._jobs = jobs
        self._notices = notices

    def export(self, picture: Outgoing, choice: ExportChoice) -> None:
        """Write a picture; `done` or `failed` follows, and a notice says the same."""
        run = _Run(picture, choice)
        job = self._jobs.begin(
            self.tr("Exporting {name}").format(name=choice.file.name), cancel=run.cancel
        )
        self._work.run(
            run.write,
            lambda file: self._finish(job, file),
            lambda error: self._fail(job, error),
            owed=True,
        )

    def _finish(self, job: int, file: Path) -> None:
        self._jobs.end(job)
        self._notices.post(
            Notice(
                text=self.tr("Exported to {file}, opened again and checked.").format(file=file),
                kind=NoticeKind.GOOD,
                key="images.exported",
                action=folder_action(file.parent),
                seconds=SAID_SECONDS,
            )
        )
        self.done.emit(ExportDone(file=file))

    def _fail(self, job: int, error: AtelierError) -> None:
        self._jobs.end(job)
        self._notices.report(error)
        self.failed.emit(error)


class _Run:
    """One export; runs on another thread, so it looks now and then whether it is still wanted."""

    def __init__(self, picture: Outgoing, choice: ExportChoice) -> None:
        self._picture = picture
        self._choice = choice
        self._unwanted: Future[None] = Future()

    def cancel(self) -> None:
        self._unwanted.cancel()

    def write(self) -> Path:
        from studio.provenance.files import write_picture

        picture, choice = self._picture, self._choice
        self._check()
        data = picture.encoded(
            choice.format, quality=choice.quality, lossless=choice.lossless, factor=choice.factor
        )
        self._check()
        return write_picture(choice.file, data, if_taken="replace" if choice.replace else "refuse")

    def _check(self) -> None:
        if self._unwanted.cancelled():
            raise Cancelled


def with_suffix(file: Path, picture_format: Format) -> Path:
    """The file's name with the ending of a format, whatever known ending it had."""
    known = {*SUFFIXES.values(), ".jpeg"}
    stem = file.stem if file.suffix.lower() in known else file.name
    return file.with_name(stem + SUFFIXES[picture_format])
