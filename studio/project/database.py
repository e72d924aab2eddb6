"""Connections to a project's SQLite file, and its errors as sentences.

The file is in WAL mode: readers never wait for the writer nor it for them, and each sees one
moment. ``synchronous`` is FULL: a commit is on the disk before it is acknowledged. NORMAL would
spare one fsync a commit (a few milliseconds, on the writer's own thread, where nobody waits), but
what a power cut takes then reaches back to the last checkpoint, which may be minutes.
"""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from studio.contract.errors import (
    AtelierError,
    ProjectDamaged,
    ProjectError,
    StorageDenied,
    StorageFull,
)

DATABASE_NAME = "project.sqlite3"
WAL_SUFFIX = "-wal"
SHM_SUFFIX = "-shm"
DATABASE_DAMAGED = "the database is damaged"

BUSY_SECONDS = 5.0
"""Another program may look into the database; how long to wait for it."""
MAXIMUM_WAL_BYTES = 16_000_000
KEPT_READERS = 4
SCARCE_BYTES = 1_000_000
"""With less than this free, an input/output error is read as a full disk."""


DatabaseFault = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises; the second where damage made text of it that is not text."""


def database_error(error: sqlite3.Error | UnicodeDecodeError, file: Path) -> AtelierError:
    """The sentence for a `DatabaseFault`."""
    if isinstance(error, UnicodeDecodeError):
        return ProjectDamaged(file=file, fault=DATABASE_DAMAGED, detail=str(error))
    detail = f"{getattr(error, 'sqlite_errorname', type(error).__name__)}: {error}"
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return StorageFull(file=file, detail=detail)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return ProjectDamaged(file=file, fault=DATABASE_DAMAGED, detail=detail)
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and _is_full(file.parent):
        return StorageFull(file=file, detail=detail)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return StorageDenied(file=file, fault="it cannot be opened or written", detail=detail)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ProjectError(file=file, fault="another program is using it", detail=detail)
    if code == sqlite3.SQLITE_IOERR:
        fault = "the disk reports an error; check the disk"
        return ProjectError(file=file, fault=fault, detail=detail)
    return ProjectError(file=file, fault=str(error), detail=detail)


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < SCARCE_BYTES
    except OSError:
        return False


def connect(file: Path, mode: str, *, immutable: bool = False) -> sqlite3.Connection:
    """A connection without implicit transactions; ``mode`` is "rwc", "rw" or "ro".

    Raises `sqlite3.Error`. Any one thread at a time may use it.
    """
    uri = f"{file.as_uri()}?mode={mode}" + ("&immutable=1" if immutable else "")
    connection = sqlite3.connect(
        uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA synchronous = FULL")
        # Of use on macOS alone, where a plain fsync stops at the drive's cache.
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        # A hostile file must not make its schema run functions of ours.
        connection.execute("PRAGMA trusted_schema = OFF")
    except BaseException:
        connection.close()
        raise
    return connection


def use_wal(connection: sqlite3.Connection, file: Path) -> None:
    """Turn the write-ahead log on. Raises `StorageDenied` where the drive cannot have one."""
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        fault = "this drive cannot hold a project; choose a folder on a local disk"
        raise StorageDenied(file=file, fault=fault, detail=f"journal mode {mode}")
    connection.execute(f"PRAGMA journal_size_limit = {MAXIMUM_WAL_BYTES}")


@contextmanager
def transaction(connection: sqlite3.Connection, file: Path) -> Iterator[None]:
    """All that happens inside is committed, or none of it.

    Raises an `AtelierError` for whatever SQLite raises inside or at the commit.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    except DatabaseFault as error:
        roll_back(connection)
        raise database_error(error, file) from error
    except BaseException:
        roll_back(connection)
        raise


def count_beside(connection: sqlite3.Connection) -> None:
    """Let those who look only notice a write that leaves no changed node to find.

    Called in the transaction of that write: of the index, of versions, of the end of nodes.
    """
    connection.execute(
        "INSERT INTO facts VALUES ('beside', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"
    )


def roll_back(connection: sqlite3.Connection) -> None:
    """End the transaction, if SQLite has not ended it already."""
    if connection.in_transaction:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


class Readers:
    """Read connections for any number of threads, each used by one thread at a time."""

    def __init__(self, file: Path, *, mode: str, immutable: bool = False) -> None:
        self._file = file
        self._mode = mode
        self._immutable = immutable
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection on which every query sees the same moment.

        Raises `ProjectDamaged` and the like for what SQLite raises inside.
        """
        try:
            connection = self._take()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                roll_back(connection)
                self._give_back(connection)
        except DatabaseFault as error:
            raise database_error(error, self._file) from error

    def close(self) -> None:
        """Close all connections; one that is in use is closed when it comes back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._closed:
                raise ProjectError(file=self._file, fault="it is closed")
            if self._idle:
                return self._idle.pop()
        connection = connect(self._file, self._mode, immutable=self._immutable)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < KEPT_READERS:
                self._idle.append(connection)
                return
        connection.close()
