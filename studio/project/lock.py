"""One writer a project: an advisory lock, and beside it who holds it.

The system frees the lock when its process ends, however it ends, so a stale one never blocks.
The note of the holder is removed by a clean close only: finding one is how an opener learns that
the last one did not close.
"""

import os
import platform
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from studio.contract.errors import ProjectLocked, StorageDenied
from studio.project.files import file_error

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK_NAME = "project.lock"
HOLDER_NAME = "holder.json"


YEAR_10000 = 253_402_214_400
"""Seconds since 1970, less a day for any time zone: no calendar writes a later year."""


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds a project. The note lies open to others, so what it says has bounds."""

    name: Annotated[str, Meta(max_length=200)]
    """The program or window, in its own words."""
    process: int
    host: Annotated[str, Meta(max_length=300)]
    since: Annotated[float, Meta(ge=0, lt=YEAR_10000)]
    """Seconds since 1970."""

    def text(self) -> str:
        """For people: name, process, machine, since when."""
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.since))
        return f"{self.name}, process {self.process} on {self.host}, since {since}"


UNKNOWN = Holder(name="unknown", process=0, host="", since=0.0)


def read_holder(folder: Path) -> Holder | None:
    """Who noted to hold the project; None: nobody; `UNKNOWN`: the note cannot be read."""
    try:
        return msgspec.json.decode((folder / HOLDER_NAME).read_bytes(), type=Holder)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError):
        return UNKNOWN


class ProjectLock:
    """The right to write a project, from `acquire` to `release`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: BaseFileLock | None = None

    def acquire(self) -> None:
        """Take the lock at once or raise `ProjectLocked` with the holder, or `StorageDenied`."""
        # Costs 15 ms, and the window's first paint does not need it.
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / LOCK_NAME, timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            holder = read_holder(self.folder) or UNKNOWN
            who = "unknown" if holder == UNKNOWN else holder.text()
            raise ProjectLocked(
                file=self.folder,
                holder=who,
                name=holder.name,
                process=holder.process,
                host=holder.host,
                since=holder.since,
            ) from error
        except NotImplementedError as error:
            fault = "this drive cannot lock files"
            raise StorageDenied(file=self.folder, fault=fault, detail=str(error)) from error
        except OSError as error:
            raise file_error(error, self.folder) from error
        self._lock = lock

    def note(self, name: str) -> None:
        """Say who holds it. Raises `StorageFull`, `StorageDenied`."""
        holder = Holder(name=name, process=os.getpid(), host=platform.node(), since=time.time())
        path = self.folder / HOLDER_NAME
        try:
            path.write_bytes(msgspec.json.encode(holder))
        except OSError as error:
            raise file_error(error, path) from error

    def release(self, *, clean: bool) -> None:
        """Give the lock back; ``clean`` removes the note, so the next opener has nothing to mend.

        Safe to call twice, and after an `acquire` that failed.
        """
        if self._lock is None:
            return
        if clean:
            with suppress(OSError):
                (self.folder / HOLDER_NAME).unlink()
        self._lock.release()
        self._lock = None
