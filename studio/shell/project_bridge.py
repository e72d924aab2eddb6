"""The open project as the window sees it: edits go out, changes come back on the GUI thread."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

from studio.contract.errors import AtelierError

if TYPE_CHECKING:
    from studio.project.nodes import NodeType
    from studio.project.store import Change, Edit, HistoryState, ProjectStore
    from studio.project.versions import Version

T = TypeVar("T")

POLL_MS = 1_000
"""How often a project that was opened to look only is asked what its owner has changed."""


class ProjectBridge(QObject):
    """Owns the project's store.

    The store writes on its own thread and tells of each change there; the change crosses to the
    GUI thread through a queued signal. Reading (`store.nodes`, `store.state`, `store.read_blob`)
    works from any thread.
    """

    changed = Signal(object)
    """Payload: `Change`, after it was committed."""
    failed = Signal(object)
    """Payload: `AtelierError` of an edit that could not be written."""
    saved = Signal(object)
    """Payload: `datetime` of the last commit."""

    _arrived = Signal(object)

    def __init__(self, store: "ProjectStore", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._saved_at: datetime | None = None
        self._closed = False
        self._arrived.connect(self._dispatch, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = store.subscribe(self._arrived.emit)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look)
        if store.read_only:
            self._poll.start()

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self.store.folder

    @property
    def saved_at(self) -> datetime | None:
        """When the last change was written; None: nothing was changed yet."""
        return self._saved_at

    @property
    def is_read_only(self) -> bool:
        """Whether the project was opened to look only."""
        return self.store.read_only

    def submit(self, edit: "Edit") -> "Future[Change]":
        """Write an edit; a failure is also told by `failed`."""
        return self._watch(self.store.submit(edit))

    def undo(self, scope: str, *, step: int | None = None) -> "Future[Change | None]":
        """Take back the last edit of ``scope``, unless it is another one than ``step``."""
        return self._watch(self.store.undo(scope, step=step))

    def redo(self, scope: str) -> "Future[Change | None]":
        """Do again what was taken back last."""
        return self._watch(self.store.redo(scope))

    def restore(self, kind: "NodeType[Any]", ids: Sequence[str], scope: str) -> "Future[Change]":
        """Take nodes out of the bin; can be undone in ``scope``."""
        return self._watch(self.store.restore(kind, ids, scope=scope))

    def empty_bin(
        self, kind: "NodeType[Any]", ids: Sequence[str] | None = None
    ) -> "Future[Change]":
        """End for ever what lies in the bin, or those of ``ids`` that do."""
        return self._watch(self.store.empty_bin(kind, ids))

    def history(self, scope: str) -> "HistoryState":
        """What could be undone and redone in ``scope``."""
        return self.store.history(scope)

    def put_state(self, key: str, data: bytes) -> None:
        """Remember view state (scroll, panels), outside the history; not in a foreign project."""
        if not self.is_read_only:
            self._watch(self.store.put_state(key, data))

    def take_version(self, name: str) -> "Future[Version]":
        """Let this moment be a version of that name."""
        return self._watch(self.store.take_version("named", name))

    def accept_found(self) -> "Future[Version]":
        """The user has seen what a crash left, and it is to stay."""
        return self._watch(self.store.take_version("found"))

    def rename_version(self, number: int, name: str) -> "Future[Version | None]":
        """Name a version."""
        return self._watch(self.store.rename_version(number, name))

    def drop_version(self, number: int, *, dropped: bool = True) -> "Future[Version | None]":
        """Take a version off the list, or put it back."""
        return self._watch(self.store.drop_version(number, dropped=dropped))

    def go_back(self, number: int, scope: str) -> "Future[Change | None]":
        """Make the project what it was at a version, as one step of ``scope``."""
        return self._watch(self.store.go_back(number, scope=scope))

    def when_done(
        self,
        future: "Future[T]",
        then: Callable[[T], None],
        *,
        failed: Callable[[], None] | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Call ``then`` on the GUI thread with the future's result; ``failed`` if it has none.

        Neither is called once ``owner``, whom they are about, has been destroyed.
        """
        future.add_done_callback(lambda done: self._arrived.emit(_Done(done, then, failed, owner)))

    def end(self) -> None:
        """Tell nobody of anything any more; the store is still to be closed."""
        self._closed = True
        self._poll.stop()
        self._unsubscribe()

    def close(self) -> None:
        """Write what waits and close the store; no signal follows."""
        self.end()
        self.store.close()

    def _watch(self, future: "Future[T]") -> "Future[T]":
        future.add_done_callback(self._arrived.emit)
        return future

    @Slot()
    def _look(self) -> None:
        try:
            change = self.store.poll()
        except AtelierError as error:
            self._poll.stop()  # said once; what is shown stays as it is
            self.failed.emit(error)
            return
        if change is not None:
            self.changed.emit(change)

    @Slot(object)
    def _dispatch(self, event: object) -> None:
        if self._closed:
            return  # what was written is written; nobody is left to hear of it
        if isinstance(event, _Done):
            event.run()
        elif isinstance(event, Future):
            if event.cancelled():
                return
            error = event.exception()
            if isinstance(error, AtelierError):
                self.failed.emit(error)
            elif error is not None:
                raise error
            else:
                self._saved_at = datetime.now().astimezone()
                self.saved.emit(self._saved_at)
        else:
            self.changed.emit(event)


class _Done:
    """A future that has ended, and what is to be done with its result."""

    def __init__(
        self,
        future: "Future[T]",
        then: Callable[[T], None],
        failed: Callable[[], None] | None,
        owner: QObject | None,
    ) -> None:
        self._future = future
        self._then = then
        self._failed = failed
        self._owner = owner

    def run(self) -> None:
        if self._owner is not None and not isValid(self._owner):
            return
        if not self._future.cancelled() and self._future.exception() is None:
            self._then(self._future.result())
        elif self._failed is not None:
            self._failed()
