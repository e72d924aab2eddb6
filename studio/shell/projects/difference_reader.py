"""What differs from a version, found out beside the window's thread; the newest question wins."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.contract.errors import AtelierError
from studio.project.versions import Differences, Version
from studio.shell.project_bridge import ProjectBridge


class DifferenceReader(QObject):
    """One for a dialog; `close` ends it.

    It belongs to the project and not to the dialog: ten thousand differences take a second, and
    a dialog that is closed meanwhile must not wait for them.
    """

    found = Signal(object)
    """Payload: `Differences` of the version that was asked for last."""
    failed = Signal(object)
    """Payload: `AtelierError`."""

    _done = Signal(object)

    def __init__(self, project: ProjectBridge) -> None:
        super().__init__(project)
        self._store = project.store
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="differences")
        self._stamp = 0
        self._closed = False
        self._lock = Lock()
        self._done.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def ask(self, version: Version) -> None:
        """Find out what differs; whatever was asked before is not answered any more."""
        if not self._closed:
            self._stamp += 1
            self._pool.submit(self._read, version, self._stamp)

    def cancel(self) -> None:
        """Answer nothing that was asked."""
        self._stamp += 1

    def close(self) -> None:
        """Answer nothing any more; the thread ends after what it has in hand. Safe to repeat."""
        if self._closed:
            return
        with self._lock:  # from here on the thread does not touch this any more
            self._closed = True
        self._stamp += 1
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.deleteLater()

    def _read(self, version: Version, stamp: int) -> None:
        if stamp != self._stamp:
            return
        try:
            answer: Differences | AtelierError = self._store.differences(version)
        except AtelierError as error:
            answer = error
        with self._lock:
            if not self._closed:
                self._done.emit((stamp, answer))

    @Slot(object)
    def _tell(self, event: tuple[int, Differences | AtelierError]) -> None:
        stamp, answer = event
        if self._closed or stamp != self._stamp:
            return
        if isinstance(answer, AtelierError):
            self.failed.emit(answer)
        else:
            self.found.emit(answer)
