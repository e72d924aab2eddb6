"""Enlarges pictures one after the other, beside everything else, and says what came of it.

It belongs to the queue of jobs, not to the room that asked: rooms are built anew for another
language or size of text, and what takes minutes goes on.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, QObject, Signal, Slot

from studio.contract.enlarging import EnlargePicture, EnlargeReport, Method, Note
from studio.contract.errors import AtelierError, StorageDenied, StorageFull
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.host.client import Cancelled, Failed, Finished, Progress
from studio.images import document
from studio.images.ui.background import BackgroundWork
from studio.images.ui.enlarge.subjects import FOLDER, ToEnlarge, remove_quietly
from studio.images.ui.exporter import DEFAULT_QUALITY
from studio.project.edits import Change
from studio.project.paths import ensure_folder
from studio.provenance.containers import Format
from studio.provenance.pictures import SUFFIXES
from studio.shell.folders import folder_action
from studio.shell.notices import Notice, NoticeKind, details, error_text
from studio.shell.services import Services

SAID_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EnlargeChoice:
    """How pictures are enlarged, and what becomes of them."""

    factor: int
    method: Method = "model"
    model: Model | None = None
    """The enlarging model; None with squares."""
    folder: Path | None = None
    """Where files are written; None: the pictures are kept."""
    format: Format = "png"
    quality: int = DEFAULT_QUALITY

    def request(self, subject: ToEnlarge, source: Path, target: Path) -> EnlargePicture:
        """What is asked of the host."""
        return EnlargePicture(
            source=str(source),
            target=str(target),
            factor=self.factor,
            method=self.method,
            folder="" if self.model is None else str(self.model.folder),
            quality=self.quality,
            lossless=self.format == "webp" and self.quality == 100,
            title=subject.title,
            credit=subject.credit,
            rights=subject.rights,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnlargeDone:
    """What a run came to."""

    reports: tuple[EnlargeReport, ...]
    failed: tuple[AtelierError, ...]
    was_cancelled: bool = False


class EnlargeRun(QObject):
    """One run over one picture or many; GUI thread only. It is gone when it has ended."""

    ended = Signal(object)
    """Payload: `EnlargeDone`."""

    def __init__(
        self, services: Services, subjects: Sequence[ToEnlarge], choice: EnlargeChoice
    ) -> None:
        super().__init__(services.jobs)
        self._services = services
        self._subjects = tuple(subjects)
        self._choice = choice
        self._work = BackgroundWork(self)
        self._at = 0
        self._request: int | None = None
        self._target = Path()
        self._reports: list[EnlargeReport] = []
        self._failed: list[AtelierError] = []
        self._unwanted = False
        label = self.tr("Enlarging %n picture(s)", "", len(self._subjects))
        self._job = services.jobs.begin(label, cancel=self.cancel)
        host = services.host
        host.progressed.connect(self._progressed)
        host.finished.connect(self._finished)
        host.failed.connect(self._host_failed)
        host.cancelled.connect(self._cancelled)

    def start(self) -> None:
        """Begin with the first picture."""
        if self._unwanted or self._at >= len(self._subjects):
            self._end()
            return
        self._work.run(self._subjects[self._at].read, self._ask, self._fail)

    @Slot()
    def cancel(self) -> None:
        """Give up what is under way; what is done stays."""
        self._unwanted = True
        if self._request is not None:
            self._services.host.cancel(self._request)

    def _ask(self, source: Path) -> None:
        if self._unwanted:
            self._end()
            return
        subject, choice = self._subjects[self._at], self._choice
        name = f"{subject.stem}-x{choice.factor}{SUFFIXES[choice.format]}"
        try:
            if choice.folder is None:
                folder = ensure_folder(self._services.places.cache / FOLDER)
                self._target = folder / f"{uuid.uuid4().hex}.png"
            else:
                self._target = ensure_folder(choice.folder) / name
            request = choice.request(subject, source, self._target)
            self._request = self._services.host.enlarge(request)
        except AtelierError as error:
            self._fail(error)

    @Slot(object)
    def _progressed(self, event: Progress) -> None:
        if event.request == self._request and event.stage == "enlarging":
            # Of many, each counts for as much as the others.
            share = event.done / max(event.total, 1)
            total = len(self._subjects) * 100
            self._services.jobs.progress(self._job, round((self._at + share) * 100), total)

    @Slot(object)
    def _finished(self, event: Finished) -> None:
        if event.request != self._request:
            return
        self._request = None
        report = event.payload
        if not isinstance(report, EnlargeReport):
            self._next()
        elif self._choice.folder is None:
            self._keep(report)
        else:
            self._reports.append(report)
            self._next()

    def _keep(self, report: EnlargeReport) -> None:
        """Put the enlarged picture among the kept ones."""
        file, stem = Path(report.file), self._subjects[self._at].stem

        def read() -> tuple[bytes, Recipe]:
            from studio.provenance.pictures import read_recipe

            data = file.read_bytes()
            remove_quietly(file)
            return data, read_recipe(data, name=stem)

        def keep(found: tuple[bytes, Recipe]) -> None:
            project = self._services.project
            edit = document.keep(*found)
            try:
                future = project.submit(edit)
            except AtelierError as error:
                self._fail(error)
                return
            project.when_done(future, kept, failed=self._next, owner=self)

        def kept(_change: Change) -> None:
            self._reports.append(report)
            self._next()

        self._work.run(read, keep, self._fail)

    @Slot(object)
    def _host_failed(self, event: Failed) -> None:
        if event.request == self._request:
            self._request = None
            self._fail(event.error)

    @Slot(object)
    def _cancelled(self, event: Cancelled) -> None:
        if event.request == self._request:
            self._request = None
            self._unwanted = True
            self._end()

    def _fail(self, error: AtelierError) -> None:
        self._failed.append(error)
        if isinstance(error, StorageFull | StorageDenied):
            self._end()  # the others would fail for the same reason
        else:
            self._next()

    def _next(self) -> None:
        self._at += 1
        self.start()

    def _end(self) -> None:
        for signal, slot in (
            (self._services.host.progressed, self._progressed),
            (self._services.host.finished, self._finished),
            (self._services.host.failed, self._host_failed),
            (self._services.host.cancelled, self._cancelled),
        ):
            signal.disconnect(slot)
        self._services.jobs.end(self._job)
        done = EnlargeDone(
            reports=tuple(self._reports),
            failed=tuple(self._failed),
            was_cancelled=self._unwanted,
        )
        self._say(done)
        self.ended.emit(done)
        self.deleteLater()

    def _say(self, done: EnlargeDone) -> None:
        folder, count = self._choice.folder, len(done.reports)
        if not count and not done.failed:
            return
        if not count:
            self._services.notices.report(done.failed[0])
            return
        if count == 1:
            locale, report = QLocale(), done.reports[0]
            size = f"{locale.toString(report.width)} × {locale.toString(report.height)}"
            text = self.tr("Enlarged to {size} pixels, opened again and checked.")
            sentences = [text.format(size=size)]
        else:
            sentences = [self.tr("%n picture(s) enlarged, opened again and checked.", "", count)]
        if folder is None:
            sentences.append(self.tr("It is kept.") if count == 1 else self.tr("They are kept."))
        else:
            sentences.append(str(Path(done.reports[0].file) if count == 1 else folder))
        told = dict.fromkeys(note for report in done.reports for note in report.notes)
        sentences += [self.note_text(note) for note in told]
        if done.failed:
            sentences.append(self.tr("%n picture(s) could not be enlarged:", "", len(done.failed)))
            sentences.append(error_text(done.failed[0]))
        self._services.notices.post(
            Notice(
                text=" ".join(sentences),
                kind=NoticeKind.WARNING if done.failed else NoticeKind.GOOD,
                detail="\n".join(details(error) for error in done.failed[:20]),
                key="images.enlarged",
                action=None if folder is None else folder_action(folder),
                seconds=None if done.failed else SAID_SECONDS,
            )
        )

    def note_text(self, note: Note) -> str:
        """What went another way than one would think, in the window's language."""
        return {
            "eight_bits": self.tr("Its 16 bits a channel became 8."),
            "changed": self.tr(
                "It was changed after it had been made, so its recipe is not its own any more."
            ),
            "enlarged_before": self.tr(
                "It was enlarged in another way before, which a recipe cannot say."
            ),
            "smaller": self.tr("Memory ran out, so it was done in smaller parts."),
            "on_cpu": self.tr("The graphics card could not do it, so the processor did."),
        }[note]
