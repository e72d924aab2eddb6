"""Work beside the window's thread: encoding, writing and reading files."""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.contract.errors import AtelierError, Cancelled

T = TypeVar("T")

THREADS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    run: Callable[[], None]


class BackgroundWork(QObject):
    """Runs functions on threads of its own and brings their results to the window's thread."""

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="images")
        self._closed = False
        self._owed: dict[Future[Any], Callable[[], None]] = {}
        """What ends the work whose end is heard of even while this is closed."""
        self._arrived.connect(self._end, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[AtelierError], None],
        *,
        owed: bool = False,
    ) -> "Future[T]":
        """Run ``work``; then one of the others is called on the window's thread.

        Whatever ``work`` raises that is no `AtelierError` is a fault of the program and is raised
        again on the window's thread. After `close` nothing is run: the future is cancelled.
        ``owed``: somebody was told that it began, and hears of its end even from `close`.
        """
        if self._closed:
            refused: Future[T] = Future()
            refused.cancel()
            return refused
        future = self._pool.submit(work)

        def end(done: "Future[T]") -> None:
            # Given the future and not holding it: a ring of the two would keep its result, a
            # picture's bytes, until the collector comes by, which is once in thousands of them.
            self._owed.pop(done, None)
            try:
                result = done.result()
            except CancelledError:
                failed(Cancelled())
            except AtelierError as error:
                failed(error)
            else:
                then(result)

        if owed:
            self._owed[future] = partial(end, future)
        future.add_done_callback(lambda done: self._tell(_Ended(run=partial(end, done))))
        return future

    def close(self) -> None:
        """Wait until everything that was asked for is done, and tell of what is owed alone."""
        self._closed = True
        self._pool.shutdown(wait=True)
        for end in tuple(self._owed.values()):
            end()

    def _tell(self, ended: _Ended) -> None:
        if not self._closed:
            self._arrived.emit(ended)

    @Slot(object)
    def _end(self, ended: _Ended) -> None:
        if not self._closed:
            ended.run()
