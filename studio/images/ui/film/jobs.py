"""Films that are being made: each by a process of its own, steered from here.

A process of its own, because encoding would compete with the window for Python and for memory,
and because it can be lost without loss: what it has made lies on the disk. Each order is written
down before it begins, so that a window that starts after a crash knows what is unfinished.
"""

import contextlib
import json
import os
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from studio.contract.errors import AtelierError, ErrorWire, from_wire
from studio.film.formats import FilmFormat, FilmNote, Quality
from studio.images.timeline import Film, encode_film
from studio.project.paths import Places, ensure_folder
from studio.shell.folders import folder_action
from studio.shell.jobs import JobQueue
from studio.shell.notices import Notice, NoticeAction, NoticeCentre, NoticeKind
from studio.shell.services import Services

SAID_SECONDS: Final = 12.0
UNFINISHED: Final = "film.unfinished"
OLDEST_DAYS: Final = 14.0
"""Orders older than this are forgotten, as the pictures made for them are."""
GRACE_MS: Final = 3_000
"""What a process that was cancelled may take to end."""


class FilmOrderNote(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it is written down."""

    id: str
    path: str
    format: FilmFormat
    enlargement: int
    smooth: bool
    quality: Quality
    replace: bool
    title: str
    model: str
    """The model's folder."""
    provider: str = "auto"
    pid: int = 0
    """The process that works on it; 0: none yet."""
    ordered: float = 0.0
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmState:
    """How far a film is, for those who show it."""

    order: FilmOrderNote
    stage: str
    done: int
    total: int
    is_paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmMade:
    """A film stands there, opened again and checked."""

    path: Path
    notes: tuple[FilmNote, ...]


class FilmJobs(QObject):
    """Lives as long as the window, not as a room, which is built anew with each language."""

    changed = Signal()
    """A film began, went on or ended."""
    made = Signal(object)
    """Payload: `FilmMade`."""
    failed = Signal(object)
    """Payload: `AtelierError`."""

    def __init__(
        self, jobs: JobQueue, notices: NoticeCentre, places: Places, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._notices = notices
        self._places = places
        self._runs: dict[str, _Run] = {}
        """By order, oldest first; the first works, the others wait for their turn."""
        self._told = False

    @classmethod
    def of(cls, services: Services) -> "FilmJobs":
        """The one of this window: it hangs on the queue of jobs, which outlives the rooms."""
        found = services.jobs.findChild(cls)
        if isinstance(found, cls):
            return found
        return cls(services.jobs, services.notices, services.places, services.jobs)

    @property
    def states(self) -> tuple[FilmState, ...]:
        """The films that are being made, oldest first."""
        return tuple(run.state for run in self._runs.values())

    def order(
        self,
        film: Film,
        folder: Path,
        path: Path,
        *,
        film_format: FilmFormat,
        enlargement: int,
        smooth: bool,
        quality: Quality,
        replace: bool,
        provider: str,
    ) -> None:
        """Have a film made; `made` or `failed` follows, and a notice says the same.

        ``folder`` is the model's. Raises `StorageFull` or `StorageDenied` if the order cannot be
        written down.
        """
        note = FilmOrderNote(
            id=uuid.uuid4().hex,
            path=str(path),
            format=film_format,
            enlargement=enlargement,
            smooth=smooth,
            quality=quality,
            replace=replace,
            title=film.title,
            model=str(folder),
            provider=provider,
            ordered=time.time(),
        )
        orders = ensure_folder(self._orders)
        _write(orders / f"{note.id}.film", encode_film(film))
        _write(orders / f"{note.id}.json", msgspec.json.encode(note))
        self._begin(note)

    def pause(self, identity: str) -> None:
        """Hold a film at its next picture."""
        self._say(identity, "pause")

    def go_on(self, identity: str) -> None:
        """Let it go on."""
        self._say(identity, "resume")

    def cancel(self, identity: str) -> None:
        """End it; what has been made stays for a while, in case it is ordered again."""
        run = self._runs.get(identity)
        if run is None:
            return
        run.is_given_up = True
        if not run.is_started:
            self._ended(run)
            return
        run.say("cancel")
        QTimer.singleShot(GRACE_MS, run.process, run.process.kill)

    def offer_unfinished(self) -> None:
        """Say once which films were being made when the studio ended."""
        if self._told:
            return
        self._told = True
        waiting = self._unfinished()
        if not waiting:
            return
        if len(waiting) == 1:
            name = Path(waiting[0].path).name
            text = self.tr("The film {name} was not finished.").format(name=name)
        else:
            text = self.tr("{count} films were not finished.").format(count=len(waiting))

        def go_on() -> None:
            for note in waiting:
                self._begin(note)

        self._notices.post(
            Notice(
                text=text,
                key=UNFINISHED,
                action=NoticeAction(text=self.tr("Go on"), run=go_on, lasts=True),
            )
        )

    def _unfinished(self) -> list[FilmOrderNote]:
        notes = []
        with contextlib.suppress(OSError):
            for file in sorted(self._orders.glob("*.json")):
                note = _read(file)
                is_old = note is None or time.time() - note.ordered > OLDEST_DAYS * 86_400
                if note is None or is_old or not self._film_file(note).exists():
                    self._forget(file.stem)
                elif note.id not in self._runs and not _is_alive(note.pid):
                    notes.append(note)
        return notes

    @property
    def _orders(self) -> Path:
        return self._places.data / "films"

    def _film_file(self, note: FilmOrderNote) -> Path:
        return self._orders / f"{note.id}.film"

    def _begin(self, note: FilmOrderNote) -> None:
        if note.id in self._runs:
            return
        name = Path(note.path).name
        job = self._jobs.begin(
            self.tr("Making {name}").format(name=name), cancel=lambda: self.cancel(note.id)
        )
        run = _Run(note, job, self._arguments(note), self._advanced, self._ended, self)
        self._runs[note.id] = run
        self._next()
        self.changed.emit()

    def _next(self) -> None:
        """Two at once would take each other's time, and two of one film its pictures."""
        first = next(iter(self._runs.values()), None)
        if first is not None and not first.is_started:
            first.start()

    def _arguments(self, note: FilmOrderNote) -> list[str]:
        words = ["-m", "studio", "film", "render", str(self._film_file(note))]
        words += ["--out", note.path, "--format", note.format, "--model", note.model]
        words += ["--enlarge", str(note.enlargement), "--smooth" if note.smooth else "--crisp"]
        words += ["--quality", note.quality, "--if-taken", "replace" if note.replace else "number"]
        words += ["--provider", note.provider, "--background", "--steered", "--json"]
        if self._places.basedir is not None:
            words += ["--basedir", str(self._places.basedir)]
        return words

    def _say(self, identity: str, word: str) -> None:
        run = self._runs.get(identity)
        if run is not None:
            run.say(word)

    def _advanced(self, run: "_Run") -> None:
        stages = {
            "preparing": self.tr("preparing"),
            "making": self.tr("pictures"),
            "writing": self.tr("writing"),
            "checking": self.tr("checking"),
        }
        stage = self.tr("paused") if run.is_paused else stages.get(run.stage, "")
        self._jobs.progress(run.job, run.done, run.total, stage)
        if run.is_new:
            run.is_new = False
            with contextlib.suppress(AtelierError):
                note = msgspec.structs.replace(run.note, pid=run.pid)
                _write(self._orders / f"{note.id}.json", msgspec.json.encode(note))
        self.changed.emit()

    def _ended(self, run: "_Run") -> None:
        self._jobs.end(run.job)
        self._runs.pop(run.note.id, None)
        run.deleteLater()
        self._next()
        error = run.error
        if run.made is not None:
            self._forget(run.note.id)
            self._say_made(run.made)
        elif run.is_given_up:
            self._forget(run.note.id)
        else:
            error = error or AtelierError(fault=self.tr("the film's process ended unexpectedly"))
            self._notices.report(error, action=self._again(run.note))
            self.failed.emit(error)
        self.changed.emit()

    def _again(self, note: FilmOrderNote) -> NoticeAction:
        return NoticeAction(text=self.tr("Go on"), run=lambda: self._begin(note), lasts=True)

    def _say_made(self, film: FilmMade) -> None:
        words = {
            "padded": self.tr("Its sides were made even."),
            "thinned": self.tr("A GIF shows at most 50 pictures a second, so some were left out."),
            "alpha_dropped": self.tr("What could be seen through stands on black."),
        }
        text = self.tr("The film is in {file}, opened again and checked.").format(file=film.path)
        self._notices.post(
            Notice(
                text=" ".join([text, *(words[note] for note in film.notes)]),
                kind=NoticeKind.GOOD,
                key="film.made",
                action=folder_action(film.path.parent),
                seconds=SAID_SECONDS,
            )
        )
        self.made.emit(film)

    def _forget(self, identity: str) -> None:
        for suffix in (".json", ".film"):
            with contextlib.suppress(OSError):
                (self._orders / f"{identity}{suffix}").unlink(missing_ok=True)


class _Run(QObject):
    """One process and what it has said."""

    def __init__(
        self,
        note: FilmOrderNote,
        job: int,
        arguments: list[str],
        advanced: Callable[["_Run"], None],
        ended: Callable[["_Run"], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.note = note
        self.job = job
        self.stage = "preparing"
        self.done = 0
        self.total = 0
        self.is_paused = False
        self.is_given_up = False
        self.is_new = True
        self.is_started = False
        self.made: FilmMade | None = None
        self.error: AtelierError | None = None
        self._advanced = advanced
        self._ended = ended
        self._is_over = False
        self.process = QProcess(self)
        self.process.setProgram(sys.executable)
        self.process.setArguments(arguments)
        self.process.setStandardErrorFile(QProcess.nullDevice())
        self.process.readyReadStandardOutput.connect(self._read)
        self.process.finished.connect(self._finish)
        self.process.errorOccurred.connect(self._fail)

    @property
    def pid(self) -> int:
        """The process's id; 0 while there is none."""
        return self.process.processId()

    @property
    def state(self) -> FilmState:
        """How far it is."""
        return FilmState(
            order=self.note,
            stage=self.stage if self.is_started else "waiting",
            done=self.done,
            total=self.total,
            is_paused=self.is_paused,
        )

    def start(self) -> None:
        """Begin, or go on where an earlier process ended."""
        self.is_started = True
        self.process.start()

    def say(self, word: str) -> None:
        """Steer it."""
        self.process.write(f"{word}\n".encode())

    def _read(self) -> None:
        while self.process.canReadLine():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                self._hear(json.loads(bytes(self.process.readLine().data())))

    def _hear(self, line: dict[str, object]) -> None:
        if line["event"] == "film_progress":
            self.stage = str(line["stage"])
            self.done, self.total = int(str(line["done"])), int(str(line["total"]))
            self.is_paused = bool(line["paused"])
            self._advanced(self)
        elif line["event"] == "film":
            notes = line["notes"]
            assert isinstance(notes, list)
            self.made = FilmMade(path=Path(str(line["path"])), notes=tuple(notes))
        elif line["event"] == "error":
            fields = line.get("fields")
            wire = ErrorWire(
                code=str(line["code"]), fields=fields if isinstance(fields, dict) else {}
            )
            self.error = from_wire(wire)

    def _finish(self) -> None:
        self._read()
        self._end()

    def _fail(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.error = AtelierError(fault=self.process.errorString())
            self._end()

    def _end(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._ended(self)


def _is_alive(pid: int) -> bool:
    """Whether a film's process of another window, or of a crashed one, still works."""
    import psutil

    if pid <= 0 or pid == os.getpid() or not psutil.pid_exists(pid):
        return False
    with contextlib.suppress(psutil.Error, OSError):
        return "film" in psutil.Process(pid).cmdline()
    return False


def _read(file: Path) -> FilmOrderNote | None:
    try:
        note = msgspec.json.decode(file.read_bytes(), type=FilmOrderNote)
    except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return note if note.id == file.stem else None


def _write(file: Path, data: bytes) -> None:
    from studio.contract.errors import file_error

    part = file.with_suffix(".part")
    try:
        part.write_bytes(data)
        part.replace(file)
    except OSError as error:
        raise file_error(error, file) from error
