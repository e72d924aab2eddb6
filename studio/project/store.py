"""A project: the user's works on the disk, safe from the moment an edit's future resolves.

The folder holds::

    project.sqlite3            rows; see `studio.project.schema`
    project.sqlite3-wal, -shm  SQLite's log, while it is open and after a crash
    project.lock               locked by the one process that writes
    holder.json                who that is; gone after a clean close
    blobs/3f/3f9a….png         pictures as ordinary PNG files with their recipes inside
    blobs/incoming/            files being written
    damaged/001/               a database that was set aside

One thread of the owner writes; anything may read, from any thread and any process.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar, overload

import msgspec

from studio.contract.errors import (
    AtelierError,
    ProjectDamaged,
    ProjectError,
    ProjectReadOnly,
)
from studio.contract.recipe import Recipe
from studio.project import edits, family, search, versions, work_index
from studio.project.blobs import BlobFolder
from studio.project.database import (
    DATABASE_NAME,
    WAL_SUFFIX,
    DatabaseFault,
    Readers,
    connect,
    database_error,
)
from studio.project.edits import Change, Edit, HistoryState, Page, Patch
from studio.project.family import FamilyRow
from studio.project.files import file_error
from studio.project.history import history_state
from studio.project.lock import ProjectLock, read_holder
from studio.project.nodes import Node, NodeCodecs, NodeType
from studio.project.paths import ensure_folder
from studio.project.recovery import RecoveryReport, open_database
from studio.project.schema import MIGRATIONS, check_version
from studio.project.search import Count, Kin, Listing, Query, WorkRow
from studio.project.versions import Differences, Version, VersionKind
from studio.project.work_index import Seen
from studio.project.writer import Listener, Writer

__all__ = [
    "Change",
    "Edit",
    "HistoryState",
    "Order",
    "Page",
    "Patch",
    "ProjectStore",
    "RecoveryReport",
]

BLOB_FOLDER = "blobs"
RESTORE_LABEL = "project.restore"

Order = Literal["oldest", "newest"]
"""By when a node was made, counted and not timed."""

N = TypeVar("N", bound=Node)
T = TypeVar("T")


class ProjectStore:
    """One open project; made by `open`, ended by `close`.

    Futures resolve once what they promise is on the disk, after the listeners have been called.
    Never wait for one inside a listener: both are on the writer's thread.
    """

    def __init__(
        self,
        folder: Path,
        codecs: NodeCodecs,
        readers: Readers,
        *,
        writer: Writer | None = None,
        lock: ProjectLock | None = None,
        recovered: RecoveryReport | None = None,
    ) -> None:
        self.folder = folder
        self.recovered = recovered or RecoveryReport()
        """What was found and mended at the opening."""
        self._codecs = codecs
        self._blobs = BlobFolder(folder / BLOB_FOLDER)
        self._readers = readers
        self._writer = writer
        self._lock = lock
        self._is_sound = True
        self._seen: dict[str, int] = {}

    @classmethod
    def open(
        cls,
        folder: Path,
        codecs: NodeCodecs,
        *,
        read_only: bool = False,
        holder: str = "Atelier",
    ) -> "ProjectStore":
        """Open a project, making it if there is none; ``holder`` is what others are told.

        Raises `ProjectLocked`, `ProjectTooNew`, `ProjectDamaged` (what stands there is no
        project), `StorageFull`, `StorageDenied`. A damaged database raises nothing: it is set
        aside and rebuilt, and `recovered` says so.
        """
        folder = Path(os.path.abspath(folder))  # noqa: PTH100 - links stay links
        return cls._look(folder, codecs) if read_only else cls._own(folder, codecs, holder)

    @classmethod
    def _own(cls, folder: Path, codecs: NodeCodecs, holder: str) -> "ProjectStore":
        ensure_folder(folder)
        file = folder / DATABASE_NAME
        lock = ProjectLock(folder)
        lock.acquire()
        last = read_holder(folder)
        unclean = last is not None or _has_content(Path(f"{file}{WAL_SUFFIX}"))
        written = _last_written(file) if unclean else None
        try:
            lock.note(holder)
            blobs = BlobFolder(folder / BLOB_FOLDER)
            opened = open_database(
                folder, codecs, blobs, unclean=unclean, last_holder=last, last_written=written
            )
        except BaseException:
            lock.release(clean=not unclean)
            raise
        writer = Writer(opened.connection, codecs, blobs, file)
        writer.start()
        readers = Readers(file, mode="rw")
        return cls(folder, codecs, readers, writer=writer, lock=lock, recovered=opened.report)

    @classmethod
    def _look(cls, folder: Path, codecs: NodeCodecs) -> "ProjectStore":
        file = folder / DATABASE_NAME
        try:
            is_there = file.exists()
        except OSError as error:
            raise file_error(error, folder) from error
        if not is_there:
            raise ProjectError(file=folder, fault="there is no project there")
        immutable = False
        try:
            try:
                version = _version(file, immutable=False)
            except sqlite3.OperationalError:
                # A log needs a folder that can be written; without one the file itself will do.
                if _has_content(Path(f"{file}{WAL_SUFFIX}")):
                    raise
                immutable = True
                version = _version(file, immutable=True)
        except DatabaseFault as error:
            raise database_error(error, file) from error
        if version < len(MIGRATIONS):
            fault = "an earlier Atelier wrote it; open it once to change before looking only"
            raise ProjectError(file=folder, fault=fault)
        store = cls(folder, codecs, Readers(file, mode="ro", immutable=immutable))
        store._seen = store._counts()
        return store

    @property
    def read_only(self) -> bool:
        return self._writer is None

    # -- changing ---------------------------------------------------------------------------

    def submit(self, edit: Edit) -> Future[Change]:
        """Write an edit; see `Edit` for what is written at once and what waits for more.

        The future raises `StorageFull` and the like, and then nothing of the edit is there; and
        `ProjectError` for an edit of what is not there any more.
        """
        return self._refused() if self._writer is None else self._writer.submit(edit)

    def undo(self, scope: str, *, step: int | None = None) -> Future[Change | None]:
        """Take back the last step of ``scope``; None: there is none, or it is not ``step``."""
        return self._refused() if self._writer is None else self._writer.undo(scope, step)

    def redo(self, scope: str) -> Future[Change | None]:
        """Do again what was undone last in ``scope``; None: there is nothing."""
        return self._refused() if self._writer is None else self._writer.redo(scope)

    def put_blob(self, data: bytes) -> Future[str]:
        """Store a file before the edit that names it; unnamed ones go after a day."""
        return self._refused() if self._writer is None else self._writer.put_blob(data)

    def put_state(self, key: str, data: bytes) -> Future[None]:
        """Remember view state (scroll, panels), outside the history, within half a second."""
        return self._refused() if self._writer is None else self._writer.put_state(key, data)

    def restore(self, kind: NodeType[Any], ids: Sequence[str], *, scope: str) -> Future[Change]:
        """Take nodes out of the bin, to their old places; can be undone in ``scope``."""
        patches = tuple(edits.restore(kind, node) for node in ids)
        return self.submit(Edit(scope=scope, label=RESTORE_LABEL, patches=patches))

    def empty_bin(self, kind: NodeType[Any], ids: Sequence[str] | None = None) -> Future[Change]:
        """End what lies in the bin, or those of ``ids`` that do, with their files.

        The one thing that cannot be undone; steps of the history that dealt with these nodes
        alone are forgotten.
        """
        if self._writer is None:
            return self._refused()
        return self._writer.purge(kind.name, None if ids is None else tuple(ids))

    def index(self, limit: int) -> Future[int]:
        """Enter up to ``limit`` older works into the index; how many are left then.

        `studio.project.indexer` asks for it until nothing is left.
        """
        return self._refused() if self._writer is None else self._writer.index(limit)

    def note_seen(self, seen: Mapping[str, Seen]) -> Future[None]:
        """Write down what pictures look like, by the name of their file or, of pictures of the
        family tree, by their identity; outside the history."""
        return self._refused() if self._writer is None else self._writer.note_seen(seen)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have ``listener`` called on the writer's thread after each commit that changed nodes.

        Returns a function that ends it. In a project opened to look only, see `poll`.
        """
        if self._writer is None:
            return lambda: None
        return self._writer.subscribe(listener)

    # -- versions ---------------------------------------------------------------------------

    def versions(self) -> tuple[Version, ...]:
        """Moments of the project to which one may go back, the newest first."""
        with self._reading() as connection:
            return versions.all_versions(connection)

    def last_base(self) -> Version | None:
        """The version of the last clean close (or opening) that a crash is measured against."""
        with self._reading() as connection:
            return versions.newest_base(connection)

    def take_version(self, kind: VersionKind = "named", name: str = "") -> Future[Version]:
        """Let this moment be a version; it costs the same however much there is."""
        return self._refused() if self._writer is None else self._writer.take_version(kind, name)

    def rename_version(self, number: int, name: str) -> Future[Version | None]:
        """Name a version, which then stays until it is dropped; None: it is gone."""
        return (
            self._refused() if self._writer is None else self._writer.rename_version(number, name)
        )

    def drop_version(self, number: int, *, dropped: bool = True) -> Future[Version | None]:
        """Take a version off the list; until the project is closed it can be put back."""
        if self._writer is None:
            return self._refused()
        return self._writer.drop_version(number, dropped=dropped)

    def go_back(self, number: int, *, scope: str) -> Future[Change | None]:
        """Make the project what it was at a version, as one step that can be undone in ``scope``.

        Nothing that was kept since is deleted: it goes to the bin, and what is there now becomes
        a version too. None: nothing differs.
        """
        return self._refused() if self._writer is None else self._writer.go_back(number, scope)

    def differences(self, version: Version) -> Differences:
        """What of a version is not so today.

        Reads every node that differs, so the window must not call it on its own thread.
        """
        with self._reading() as connection:
            return versions.compare(connection, version, self._codecs, self._decoded)

    # -- reading, from any thread -----------------------------------------------------------

    @overload
    def node(self, node_id: str) -> Node | None: ...
    @overload
    def node(self, node_id: str, kind: NodeType[N]) -> N | None: ...
    def node(self, node_id: str, kind: NodeType[Any] | None = None) -> Node | None:
        """One node, or None if there is none (of that type), or if it lies in the bin.

        Raises `ProjectDamaged` if it cannot be read.
        """
        with self._reading() as connection:
            found = connection.execute(
                "SELECT type, body FROM nodes WHERE id = ? AND binned IS NULL", (node_id,)
            ).fetchone()
        if found is None or (kind is not None and found[0] != kind.name):
            return None
        node = self._decoded(*found)
        if node is None:
            raise ProjectDamaged(file=self.folder / DATABASE_NAME, fault=f"the row {node_id}")
        return node

    @overload
    def nodes(
        self, kind: NodeType[N], *, offset: int = 0, limit: int = 100, order: Order = "oldest"
    ) -> Page[N]: ...
    @overload
    def nodes(
        self, kind: str, *, offset: int = 0, limit: int = 100, order: Order = "oldest"
    ) -> Page[Any]: ...
    def nodes(
        self,
        kind: NodeType[Any] | str,
        *,
        offset: int = 0,
        limit: int = 100,
        order: Order = "oldest",
    ) -> Page[Any]:
        """Part of the list of one type; the bin is not among it."""
        return self._page(kind, "binned IS NULL", "place", offset, limit, order)

    def bin(
        self, kind: NodeType[N], *, offset: int = 0, limit: int = 100, order: Order = "newest"
    ) -> Page[N]:
        """Part of what lies in the bin, ordered by when it came there."""
        return self._page(kind, "binned IS NOT NULL", "binned, place", offset, limit, order)

    def find(self, kind: NodeType[N], key: str) -> tuple[N, ...]:
        """The nodes of one type with that key, oldest first; see `NodeType.key`."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT type, body FROM nodes WHERE type = ? AND key = ? AND binned IS NULL"
                " ORDER BY place",
                (kind.name, key),
            ).fetchall()
        decoded = (self._decoded(*row) for row in rows)
        return tuple(node for node in decoded if isinstance(node, kind.struct))

    def search(self, query: Query) -> Listing:
        """The works that a query finds; see `rows` for what is to be shown of them."""
        with self._reading() as connection:
            return search.search(connection, query)

    def rows(self, places: Sequence[int]) -> tuple[WorkRow, ...]:
        """What the index knows of the works at these places; those that are gone are left out."""
        with self._reading() as connection:
            return search.rows(connection, places)

    def count(self, *, in_bin: bool = False) -> Count:
        """How many works have each value that can be filtered by."""
        with self._reading() as connection:
            return search.count(connection, in_bin=in_bin)

    def kin(self, place: int) -> Kin | None:
        """Where the work at a place came from and what came from it; None: it is gone."""
        with self._reading() as connection:
            return search.kin(connection, place)

    def family(self, nodes: Sequence[str] | None = None) -> tuple[FamilyRow, ...]:
        """All that the family tree may show, by place; or those of ``nodes`` that are there."""
        with self._reading() as connection:
            return family.family(connection, nodes)

    def recipes_at(self, places: Sequence[int]) -> dict[int, Recipe]:
        """Recipes of works and relatives by place; what cannot be read is left out."""
        with self._reading() as connection:
            return family.recipes_at(connection, self._codecs, places)

    def recipes_named(self, identities: Iterable[str]) -> dict[str, Recipe]:
        """Recipes of works and relatives by identity; what is not there is left out."""
        with self._reading() as connection:
            return family.recipes_named(connection, self._codecs, identities)

    def relatives_named(self, identities: Iterable[str]) -> dict[str, tuple[str, bool]]:
        """The node of each picture in the family tree, and whether it is a favourite."""
        with self._reading() as connection:
            return family.relatives_named(connection, identities)

    def freed_bytes(self, places: Sequence[int]) -> int:
        """How much of the disk would be free if these works of the bin ended."""
        with self._reading() as connection:
            blobs = search.freed(connection, places)
        return sum(self._blobs.size(blob) for blob in blobs)

    def unindexed(self) -> int:
        """How many works no search can find yet, at most; `index` enters them."""
        with self._reading() as connection:
            return work_index.unindexed(connection)

    def unseen(self, limit: int) -> tuple[list[str], int]:
        """Files of pictures whose colours are not known yet, and how many works have such."""
        with self._reading() as connection:
            return work_index.unseen(connection, limit)

    def history(self, scope: str) -> HistoryState:
        """What undo and redo would do in one scope."""
        with self._reading() as connection:
            return history_state(connection, scope)

    def state(self, key: str) -> bytes | None:
        """View state that was put under ``key``."""
        with self._reading() as connection:
            found = connection.execute("SELECT data FROM states WHERE key = ?", (key,)).fetchone()
        return None if found is None else bytes(found[0])

    def read_blob(self, sha256: str) -> bytes:
        """A file's bytes, checked. Raises `ProjectDamaged` if they are not what was written."""
        return self._blobs.read(sha256)

    def blob_path(self, sha256: str) -> Path:
        """Where a file stands, for another program; its content is not checked."""
        return self._blobs.path(sha256)

    def poll(self) -> Change | None:
        """What the owner has changed since the last call, in a project opened to look only.

        Of nodes that ended for ever, of versions and of the index there is nothing to name, so
        after those every type may look different. Cheap enough for every second. None: nothing,
        or this process is the owner itself.
        """
        if self._writer is not None:
            return None
        seen, counts = self._seen, self._counts()
        if counts == seen:
            return None
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, type FROM nodes WHERE changed > ? ORDER BY changed, place",
                (seen.get("commits", 0),),
            ).fetchall()
        self._seen = counts
        types = frozenset(type_name for _, type_name in rows)
        if not rows or counts.get("beside") != seen.get("beside"):
            types |= self._codecs.names
        nodes = tuple(node for node, _ in rows)
        return Change(kind="external", scope="", nodes=nodes, types=types)

    # -- the end ----------------------------------------------------------------------------

    def close(self) -> None:
        """Write what waits, close everything, free the lock. Safe to call twice.

        What the project is then becomes a version, unless that cannot be written.
        """
        if self._writer is not None:
            self._writer.note_close()
            self._writer.stop()
        self._readers.close()
        if self._writer is not None:
            self._writer.close()
            self._is_sound = self._is_sound and self._writer.is_sound
        if self._lock is not None:
            self._lock.release(clean=self._is_sound)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- helpers ----------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A read connection; damage that it meets makes the next opening look closely."""
        try:
            with self._readers.reading() as connection:
                yield connection
        except ProjectDamaged:
            self._is_sound = False
            raise

    def _page(
        self,
        kind: NodeType[Any] | str,
        where: str,
        by: str,
        offset: int,
        limit: int,
        order: Order,
    ) -> Page[Any]:
        name = kind if isinstance(kind, str) else kind.name
        way = "DESC" if order == "newest" else "ASC"
        by = ", ".join(f"{column} {way}" for column in by.split(", "))
        with self._reading() as connection:
            (total,) = connection.execute(
                f"SELECT count(*) FROM nodes WHERE type = ? AND {where}", (name,)
            ).fetchone()
            rows = connection.execute(
                f"SELECT id, type, body FROM nodes WHERE type = ? AND {where}"
                f" ORDER BY {by} LIMIT ? OFFSET ?",
                (name, limit, offset),
            ).fetchall()
        items = []
        damaged = []
        for node_id, type_name, body in rows:
            node = self._decoded(type_name, body)
            if node is None:
                damaged.append(str(node_id))
            else:
                items.append(node)
        return Page(items=tuple(items), total=total, damaged=tuple(damaged))

    def _decoded(self, type_name: str, body: Any) -> Node | None:
        try:
            return self._codecs.decode(type_name, body)
        except KeyError as error:
            fault = f"works of the type {type_name!r} are not known here"
            raise ProjectError(file=self.folder, fault=fault) from error
        except (msgspec.MsgspecError, UnicodeError, RecursionError, TypeError):
            return None

    def _counts(self) -> dict[str, int]:
        """The facts that grow with what can be seen of the project; see `studio.project.schema`."""
        with self._reading() as connection:
            return dict(
                connection.execute(
                    "SELECT name, value FROM facts WHERE name IN ('commits', 'beside')"
                ).fetchall()
            )

    def _refused(self) -> Future[T]:
        future: Future[T] = Future()
        error: AtelierError = ProjectReadOnly(file=self.folder)
        future.set_exception(error)
        return future


def _has_content(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except OSError:
        return False


def _last_written(file: Path) -> float | None:
    """When the database or its log was written last, in seconds since 1970."""
    times = []
    for path in (file, Path(f"{file}{WAL_SUFFIX}")):
        with suppress(OSError):
            times.append(path.stat().st_mtime)
    return max(times, default=None)


def _version(file: Path, *, immutable: bool) -> int:
    connection = connect(file, "ro", immutable=immutable)
    try:
        return check_version(connection, file)
    finally:
        connection.close()
