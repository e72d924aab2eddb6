"""Packs a report for whoever is to help: what this machine can do, and the logs.

The same as ``doctor --pack``, which does the work in a process of its own, so that the window
never waits. Nothing is sent anywhere.
"""

import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import (
    QCoreApplication,
    QObject,
    QProcess,
    QProcessEnvironment,
    QStandardPaths,
    Signal,
    Slot,
)
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.contract.errors import AtelierError, file_error
from studio.host.child import host_environment
from studio.project.paths import Places
from studio.shell.folders import folder_action, own_folder
from studio.shell.notices import Notice, NoticeCentre, NoticeKind

NOTICE_KEY = "report"


class ReportPacker(QObject):
    """Asks where to, has the report packed, and says what came of it.

    It belongs to the window, so that a report outlives the menu that it was asked from.
    """

    packed = Signal(object)
    """Payload: the `Path` of the finished report, or None where there is none."""

    def __init__(self, places: Places, notices: NoticeCentre, window: QWidget) -> None:
        super().__init__(window)
        self._places = places
        self._notices = notices
        self._window = window
        self._process: QProcess | None = None
        self._target = Path()
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.give_up)

    def busy(self) -> str:
        """Why a report cannot be packed now; empty: it can."""
        return "" if self._process is None else self.tr("A report is being packed.")

    @Slot()
    def ask(self) -> None:
        """Ask for the file, and pack."""
        if self._process is not None:
            return
        folder = own_folder(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"atelier-report-{time.strftime('%Y-%m-%d')}.zip"
        chosen, _ = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Pack a report"),
            str(folder / name),
            self.tr("Zip files (*.zip)"),
        )
        if chosen:
            self.pack(Path(chosen))

    def pack(self, target: Path) -> None:
        """Pack into ``target``, which is replaced if it is there; `packed` follows."""
        self._target = target if target.suffix == ".zip" else target.with_name(f"{target.name}.zip")
        self._notices.post(
            Notice(text=self.tr("Looking at this machine for the report…"), key=NOTICE_KEY)
        )
        process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in host_environment().items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.setStandardOutputFile(QProcess.nullDevice())
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._not_started)
        self._process = process
        process.start(sys.executable, self._arguments())

    @Slot()
    def give_up(self) -> None:
        """End what is under way, and leave nothing of it."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.waitForFinished()
            self._part().unlink(missing_ok=True)

    def _arguments(self) -> list[str]:
        basedir = self._places.basedir
        where = [] if basedir is None else ["--basedir", str(basedir)]
        return ["-P", "-m", "studio", *where, "doctor", "--pack", str(self._part())]

    def _part(self) -> Path:
        """Where it is packed first: what stands in its place is replaced by a whole one only."""
        return self._target.with_name(f".{self._target.stem}.{os.getpid()}.zip")

    @Slot(QProcess.ProcessError)
    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._end(AtelierError(fault=self._words()))

    @Slot(int, QProcess.ExitStatus)
    def _finished(self, _code: int, _status: QProcess.ExitStatus) -> None:
        if self._process is None:
            return  # given up: what there is of it goes, and what stands at its place stays
        # A machine with faults is what reports are for: there is one whatever the exit code says.
        part = self._part()
        if not part.is_file():
            self._end(AtelierError(fault=self._words()))
            return
        try:
            part.replace(self._target)
        except OSError as error:
            part.unlink(missing_ok=True)
            self._end(file_error(error, self._target))
            return
        self._end(None)

    def _words(self) -> str:
        """What the process said last."""
        if self._process is None:
            return ""
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        lines = said.strip().splitlines()
        return (lines[-1] if lines else self._process.errorString()).rstrip(".")

    def _end(self, error: AtelierError | None) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.deleteLater()
        self._notices.withdraw(NOTICE_KEY)
        if error is not None:
            self._notices.report(error)
            self.packed.emit(None)
            return
        self._notices.post(
            Notice(
                text=self.tr(
                    "The report is in {file}. It holds versions, devices and logs, and nothing "
                    "that you wrote or made."
                ).format(file=self._target),
                kind=NoticeKind.GOOD,
                key=NOTICE_KEY,
                action=folder_action(self._target.parent),
            )
        )
        self.packed.emit(self._target)
