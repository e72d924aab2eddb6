"""How work is ended from another thread."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from studio.contract.errors import Cancelled


class CancelToken:
    """Ends work from another thread: between steps by asking, inside a run by terminating it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._stops: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the work to end; any thread, any number of times."""
        with self._lock:
            self._cancelled.set()
            for stop in self._stops:
                stop()

    def check(self) -> None:
        """Raise `Cancelled` if the work was asked to end."""
        if self._cancelled.is_set():
            raise Cancelled

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """While inside, ``stop`` is called at a cancel; at once if that came before."""
        with self._lock:
            self._stops.append(stop)
            if self._cancelled.is_set():
                stop()
        try:
            yield
        finally:
            with self._lock:
                self._stops.remove(stop)
