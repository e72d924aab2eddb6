"""The open project as the window sees it: edits go out, changes come back on the GUI thread."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.contract.errors import AtelierError

if TYPE_CHECKING:
    from studio.project.store import Change, Edit, HistoryState, ProjectStore

T = TypeVar("T")


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
        self._arrived.connect(self._dispatch, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = store.subscribe(self._arrived.emit)

    def submit(self, edit: "Edit") -> "Future[Change]":
        """Write an edit; a failure is also told by `failed`."""
        return self._watch(self.store.submit(edit))

    def undo(self, scope: str) -> "Future[Change | None]":
        """Take back the last edit of ``scope``."""
        return self._watch(self.store.undo(scope))

    def redo(self, scope: str) -> "Future[Change | None]":
        """Do again what was taken back last."""
        return self._watch(self.store.redo(scope))

    def history(self, scope: str) -> "HistoryState":
        """What could be undone and redone in ``scope``."""
        return self.store.history(scope)

    def put_state(self, key: str, data: bytes) -> None:
        """Remember view state (scroll, wall, panels), outside the history."""
        self._watch(self.store.put_state(key, data))

    def when_done(self, future: "Future[T]", then: Callable[[T], None]) -> None:
        """Call ``then`` on the GUI thread with the future's result, if it has one."""
        future.add_done_callback(lambda done: self._arrived.emit(_Done(done, then)))

    def close(self) -> None:
        """Write what waits and close the store; no signal follows."""
        self._unsubscribe()
        self.store.close()

    def _watch(self, future: "Future[T]") -> "Future[T]":
        future.add_done_callback(self._arrived.emit)
        return future

    @Slot(object)
    def _dispatch(self, event: object) -> None:
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
                self.saved.emit(datetime.now().astimezone())
        else:
            self.changed.emit(event)


class _Done:
    """A future that has ended, and what is to be done with its result."""

    def __init__(self, future: "Future[T]", then: Callable[[T], None]) -> None:
        self._future = future
        self._then = then

    def run(self) -> None:
        if not self._future.cancelled() and self._future.exception() is None:
            self._then(self._future.result())
