"""What remains to be read when something went wrong: a log, a fault file, and one notice.

Neither holds what the user wrote or made.
"""

import faulthandler
import logging
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import IO, Final

LOG_NAME: Final = "window.log"
FAULT_NAME: Final = "window-faults.log"
LARGEST_LOG: Final = 1_000_000
KEPT_LOGS: Final = 3

log = logging.getLogger("studio")


class CrashLog:
    """Writes the window's log and faults, and tells of exceptions that nobody caught."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._faults: IO[bytes] | None = None
        self._handler: RotatingFileHandler | None = None
        self._tell: Callable[[BaseException], None] | None = None
        self._before = (sys.excepthook, threading.excepthook)

    def start(self, tell: Callable[[BaseException], None]) -> None:
        """Begin; ``tell`` is called for each uncaught exception, on the thread where it rose.

        A folder that cannot be written leaves the studio without a log, not without a window.
        """
        self._tell = tell
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._handler = RotatingFileHandler(
                self._folder / LOG_NAME,
                maxBytes=LARGEST_LOG,
                backupCount=KEPT_LOGS,
                encoding="utf-8",
            )
            self._faults = (self._folder / FAULT_NAME).open("ab")
        except OSError as error:
            print(f"studio: no log in {self._folder}: {error}", file=sys.stderr)
            return
        form = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._handler.setFormatter(form)
        log.addHandler(self._handler)
        log.setLevel(logging.INFO)
        faulthandler.enable(self._faults)

    def close(self) -> None:
        """End, and give Python back its own ways."""
        sys.excepthook, threading.excepthook = self._before
        self._tell = None
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()
        if self._handler is not None:
            log.removeHandler(self._handler)
            self._handler.close()

    def _uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("Uncaught", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)
        if self._tell is not None:
            self._tell(error)

    def _uncaught_in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
