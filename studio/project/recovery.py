"""Opening a project however it was left: whole, killed in the middle, or damaged.

A database that SQLite cannot vouch for is set aside, never repaired in place: a new one is built
beside it from the rows that can be read and from the pictures, which carry their recipes. The
new one gets the name `REBUILT_NAME` when it is complete; from then on it counts, and whoever
opens the project next, should this process die, finishes the exchange.
"""

import logging
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import msgspec

from studio.contract.errors import (
    AtelierError,
    ProjectDamaged,
)
from studio.project.blobs import BlobFolder
from studio.project.database import (
    DATABASE_DAMAGED,
    DATABASE_NAME,
    SHM_SUFFIX,
    WAL_SUFFIX,
    DatabaseFault,
    connect,
    database_error,
    roll_back,
    transaction,
    use_wal,
)
from studio.project.files import file_error
from studio.project.lock import Holder
from studio.project.nodes import WORK, Node, NodeCodecs, Work
from studio.project.paths import ensure_folder
from studio.project.schema import check_version, migrate, version_of
from studio.project.versions import begin
from studio.project.work_index import start_again
from studio.provenance.durable import sync_file, sync_folder

DAMAGED_FOLDER = "damaged"
BUILDING_NAME = "project.building.sqlite3"
REBUILT_NAME = "project.rebuilt.sqlite3"

GRACE_SECONDS = 24 * 3600.0
"""How old a file that nothing names must be before it is deleted at an opening."""

PINNED = ""
"""In place of a node's id: the blob stays although no node names it."""

_TABLES = ("nodes", "states", "loose", "edits", "patches", "blobs", "versions", "past")
_MAXIMUM_GAP = 1_000_000
"""Rows that are asked for one by one between two damaged places."""

_log = logging.getLogger(__name__)


class RecoveryReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an opening found and what it did about it."""

    unclean: bool = False
    """The project was not closed: its process was killed, or the power went."""
    last_holder: Holder | None = None
    """Who had it then, if that is known."""
    last_written: float | None = None
    """When that one wrote last, in seconds since 1970, as far as the disk tells."""
    migrated_from: int | None = None
    """Schema version that was found, if it was an older one."""
    temporary_files: int = 0
    """Half-written files that were removed."""
    blobs_swept: int = 0
    """Files that nothing named, removed after a day's grace."""
    fault: str = ""
    """What was wrong with the database; empty: it was sound."""
    detail: str = ""
    """The same in SQLite's words, for the log."""
    set_aside: Path | None = None
    """Where the damaged database is now."""
    nodes_saved: int = 0
    """Nodes that could be read from it."""
    nodes_lost: tuple[str, ...] = ()
    """Ids of nodes whose content could not be read."""
    works_rebuilt: int = 0
    """Works that were made anew from their pictures."""
    history_lost: bool = False
    """What was done before the damage cannot be undone any more."""

    @property
    def is_rebuilt(self) -> bool:
        """Whether the user should be told."""
        return bool(self.fault)


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A database that is sound and up to date."""

    connection: sqlite3.Connection
    report: RecoveryReport


def open_database(
    folder: Path,
    codecs: NodeCodecs,
    blobs: BlobFolder,
    *,
    unclean: bool,
    last_holder: Holder | None = None,
    last_written: float | None = None,
) -> Opened:
    """Open the database of a project whose lock is held, mending what needs it.

    After a clean close nothing is read but the header and what was noted as loose.
    Raises `ProjectTooNew`, `ProjectDamaged` (a database of another program), `StorageFull`,
    `StorageDenied`.
    """
    file = folder / DATABASE_NAME
    if (folder / REBUILT_NAME).exists():
        try:
            _finish_exchange(folder)
        except OSError as error:
            raise file_error(error, file) from error
    report = RecoveryReport(temporary_files=blobs.sweep_incoming())
    try:
        opened = _open_sound(file, blobs, report, check=unclean)
    except Unsound as unsound:
        _log.error("the database of %s is set aside: %s: %s", folder, unsound, unsound.detail)
        rebuilt = rebuild(folder, codecs, blobs, unsound)
        report = msgspec.structs.replace(rebuilt, temporary_files=report.temporary_files)
        opened = _open_again(file, blobs, report)
    report = msgspec.structs.replace(
        opened.report, unclean=unclean, last_holder=last_holder, last_written=last_written
    )
    return msgspec.structs.replace(opened, report=report)


class Unsound(Exception):
    """The database cannot be used as it is; the message says why, ``detail`` is for the log."""

    def __init__(self, fault: str = DATABASE_DAMAGED, detail: str = "") -> None:
        super().__init__(fault)
        self.detail = detail


def _open_sound(file: Path, blobs: BlobFolder, report: RecoveryReport, *, check: bool) -> Opened:
    """Open the database for the writer, bring it up to date and sweep; ``check`` it before.

    Raises `Unsound` for damage, wherever it shows.
    """
    is_new = not file.exists()
    connection: sqlite3.Connection | None = None
    try:
        connection = connect(file, "rwc")
        found = _prepare(connection, file, blobs, is_new=is_new, check=check)
        if check:
            _note_orphans(connection, file, blobs)
        swept = _sweep(connection, file, blobs)
    except BaseException as error:
        if connection is not None:
            connection.close()
        known = database_error(error, file) if isinstance(error, DatabaseFault) else error
        if isinstance(known, ProjectDamaged) and known.fields["fault"] == DATABASE_DAMAGED:
            raise Unsound(detail=known.detail) from error
        if known is error:
            raise
        raise known from error
    if is_new:
        sync_folder(file.parent)
    report = msgspec.structs.replace(report, blobs_swept=swept, migrated_from=found)
    return Opened(connection=connection, report=report)


def _open_again(file: Path, blobs: BlobFolder, report: RecoveryReport) -> Opened:
    """Open what was just rebuilt; should even that be damaged, the disk is not to be trusted."""
    try:
        return _open_sound(file, blobs, report, check=False)
    except Unsound as unsound:
        detail = unsound.detail
        raise ProjectDamaged(file=file, fault=DATABASE_DAMAGED, detail=detail) from unsound


def _prepare(
    connection: sqlite3.Connection, file: Path, blobs: BlobFolder, *, is_new: bool, check: bool
) -> int | None:
    """Check and migrate; returns the schema version that was found if it was an older one."""
    if check_version(connection, file) == 0 and next(blobs.names(), None) is not None:
        raise Unsound("the database is missing" if is_new else "the database is empty")
    if check:
        fault = quick_check(connection)
        if fault:
            raise Unsound(detail=fault)
    use_wal(connection, file)
    found = migrate(connection, file)
    _check_writable(connection, file)
    return found if found not in (0, version_of(connection)) else None


def _check_writable(connection: sqlite3.Connection, file: Path) -> None:
    """Change a row and take it back, without the disk: a damaged header may forbid writing."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE facts SET value = value")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY and os.access(file, os.W_OK):
            raise Unsound(detail="its header forbids writing") from error
        raise
    roll_back(connection)


def quick_check(connection: sqlite3.Connection) -> str:
    """What SQLite finds wrong with the database; empty: nothing."""
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except DatabaseFault as error:
        return str(error)
    return "" if verdict == "ok" else str(verdict)


# -- files that nothing names -----------------------------------------------------------------


def _note_orphans(connection: sqlite3.Connection, file: Path, blobs: BlobFolder) -> None:
    """Enter files that came before a commit that never came, so that `_sweep` finds them."""
    known = {sha for (sha,) in connection.execute("SELECT sha256 FROM blobs")}
    known.update(sha for (sha,) in connection.execute("SELECT sha256 FROM loose"))
    orphans = [(sha,) for sha in blobs.names() if sha not in known]
    if orphans:
        with transaction(connection, file):
            connection.executemany("INSERT OR IGNORE INTO loose VALUES (?)", orphans)


def _sweep(connection: sqlite3.Connection, file: Path, blobs: BlobFolder) -> int:
    loose = [sha for (sha,) in connection.execute("SELECT sha256 FROM loose")]
    swept = []
    for sha in loose:
        try:
            age = blobs.age(sha)
            if age is None or age > GRACE_SECONDS:
                blobs.delete(sha)
                swept.append((sha,))
        except AtelierError as error:
            _log.warning("a file that nothing names stays: %s", error)
    if swept:
        with transaction(connection, file):
            connection.executemany("DELETE FROM loose WHERE sha256 = ?", swept)
    return len(swept)


# -- rebuilding -------------------------------------------------------------------------------


def rebuild(
    folder: Path,
    codecs: NodeCodecs,
    blobs: BlobFolder,
    unsound: Unsound,
) -> RecoveryReport:
    """Set the database aside and build a new one from what can be read.

    Raises `StorageFull` or `StorageDenied`; then everything is as it was.
    """
    file = folder / DATABASE_NAME
    try:
        aside = _set_aside(folder)
        building = folder / BUILDING_NAME
        for leftover in (building, Path(f"{building}-journal")):
            leftover.unlink(missing_ok=True)
        try:
            with closing(connect(building, "rwc")) as connection:
                migrate(connection, building)
                salvage = _Salvage(connection, codecs)
                with transaction(connection, building):
                    if aside is not None:
                        salvage.copy(aside / DATABASE_NAME)
                    rebuilt = salvage.add_pictures(blobs)
                    salvage.settle()
                    start_again(connection)
        except DatabaseFault as error:
            raise database_error(error, building) from error
        os.replace(building, folder / REBUILT_NAME)  # noqa: PTH105 - as in write_whole
        sync_folder(folder)
        _finish_exchange(folder)
    except OSError as error:
        raise file_error(error, file) from error
    return RecoveryReport(
        fault=str(unsound),
        detail=unsound.detail,
        set_aside=aside,
        nodes_saved=salvage.saved,
        nodes_lost=tuple(salvage.lost),
        works_rebuilt=rebuilt,
        history_lost=salvage.history_lost,
    )


def _finish_exchange(folder: Path) -> None:
    """Give the rebuilt database its name; the log of the old one must be gone before."""
    file = folder / DATABASE_NAME
    for suffix in (WAL_SUFFIX, SHM_SUFFIX):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    os.replace(folder / REBUILT_NAME, file)  # noqa: PTH105 - as in write_whole
    sync_folder(folder)


def _set_aside(folder: Path) -> Path | None:
    """Link (or copy) the database and its log into a new folder; None: there is nothing."""
    file = folder / DATABASE_NAME
    sources = [Path(f"{file}{suffix}") for suffix in ("", WAL_SUFFIX)]
    sources = [source for source in sources if source.exists() and source.stat().st_size]
    if not sources:
        return None
    damaged = ensure_folder(folder / DAMAGED_FOLDER)
    taken = {entry.name for entry in damaged.iterdir()}
    number = next(n for n in range(1, len(taken) + 2) if f"{n:03}" not in taken)
    aside = ensure_folder(damaged / f"{number:03}")
    for source in sources:
        target = aside / source.name
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
            with target.open("rb+") as copied:
                sync_file(copied.fileno())
    sync_folder(aside)
    sync_folder(damaged)
    return aside


class _Salvage:
    """Fills a new database with the rows of a damaged one, as far as they can be read."""

    def __init__(self, connection: sqlite3.Connection, codecs: NodeCodecs) -> None:
        self._connection = connection
        self._codecs = codecs
        self.saved = 0
        self.lost: list[str] = []
        self.history_lost = False
        self._keeps_versions = False

    def copy(self, damaged: Path) -> None:
        """Copy every table; a history with holes would undo nonsense, so it is left behind.

        So are versions with holes, because what they miss would seem not to have been there.
        """
        self._connection.execute("DELETE FROM versions")
        try:
            with closing(connect(damaged, "ro")) as source:
                whole = {table: self._copy_table(source, table) for table in _TABLES}
        except DatabaseFault as error:
            _log.warning("nothing can be read from %s: %s", damaged, error)
            whole = dict.fromkeys(_TABLES, False)
        self._drop_unreadable()
        self._keep_history(whole["edits"] and whole["patches"])
        run = self._connection.execute
        run("DELETE FROM blobs WHERE node != '' AND node NOT IN (SELECT id FROM nodes)")
        run("DELETE FROM loose WHERE sha256 IN (SELECT sha256 FROM blobs)")
        self._keeps_versions = whole["versions"] and whole["past"] and self._has_sound_versions()
        if not self._keeps_versions:
            run("DELETE FROM versions")
            run("DELETE FROM past")
        run("DELETE FROM past WHERE node NOT IN (SELECT id FROM nodes)")

    def settle(self) -> None:
        """Once all is there: go on counting commits where they ended, and have a version.

        Where none could be kept, the first is what was saved, pictures that became works anew
        among it: a version of before them would empty the project for whoever goes back to it.
        """
        self._connection.execute(
            "UPDATE facts SET value = 1 + max("
            " (SELECT coalesce(max(max(changed), max(coalesce(binned, 0))), 0) FROM nodes),"
            " (SELECT coalesce(max(at), 0) FROM versions),"
            " (SELECT coalesce(max(until), 0) FROM past)) WHERE name = 'commits'"
        )
        if not self._keeps_versions:
            begin(self._connection)

    def add_pictures(self, blobs: BlobFolder) -> int:
        """Make works of the pictures that no node names, in the order in which they came.

        What carries no recipe stays where it is, for ever: the user may still want it.
        """
        run = self._connection.execute
        known = {sha for (sha,) in run("SELECT sha256 FROM blobs")}
        known.update(sha for (sha,) in run("SELECT sha256 FROM loose"))
        orphans = sorted(
            (sha for sha in blobs.names() if sha not in known),
            key=lambda sha: -(blobs.age(sha) or 0.0),
        )
        made = 0
        for sha in orphans:
            work = self._work(blobs, sha)
            run("INSERT OR IGNORE INTO blobs VALUES (?, ?)", (sha, work.id if work else PINNED))
            if work is None:
                continue
            made += 1
            run(
                "INSERT INTO nodes (id, type, key, changed, body) VALUES (?, ?, ?, 1, ?)",
                (
                    work.id,
                    WORK.name,
                    WORK.key(work) if WORK.key is not None else None,
                    msgspec.json.encode(work).decode(),
                ),
            )
        return made

    def _work(self, blobs: BlobFolder, sha: str) -> Work | None:
        # Brings an imaging library along, which only a rebuilding needs.
        from studio.provenance.pictures import read_recipe

        try:
            blobs.read(sha)
            recipe = read_recipe(blobs.path(sha))
        except AtelierError as error:
            _log.info("no work can be made of %s: %s", sha, error)
            return None
        created = blobs.path(sha).stat().st_mtime
        return Work(id=uuid.uuid4().hex, recipe=recipe, blob=sha, created=created)

    def _copy_table(self, source: sqlite3.Connection, table: str) -> bool:
        """Copy what can be read of one table; whether that was all of it."""
        columns = self._common_columns(source, table)
        if not columns:
            return False
        names = ", ".join(columns)
        marks = ", ".join("?" for _ in columns)
        rows = _Rows(source, table, names)
        for row in rows:
            with suppress(sqlite3.IntegrityError):
                self._connection.execute(
                    f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", row
                )
        return rows.is_whole

    def _common_columns(self, source: sqlite3.Connection, table: str) -> list[str]:
        """Names of the columns that the damaged table shares with today's."""
        ours = self._connection.execute(f"SELECT * FROM {table} LIMIT 0").description
        try:
            theirs = source.execute(f"SELECT * FROM {table} LIMIT 0").description
        except DatabaseFault:
            return []
        known = {column[0] for column in theirs}
        return [column[0] for column in ours if column[0] in known]

    def _drop_unreadable(self) -> None:
        run = self._connection.execute
        for node, type_name, body in run("SELECT id, type, body FROM nodes").fetchall():
            if type_name not in self._codecs:
                self.saved += 1
                continue
            try:
                decoded: Node | None = self._codecs.decode(type_name, body)
            except (msgspec.MsgspecError, UnicodeError, RecursionError, TypeError):
                decoded = None
            if decoded is None or decoded.id != node:
                self.lost.append(str(node))
                run("DELETE FROM nodes WHERE id = ?", (node,))
                continue
            self.saved += 1
            for name in self._codecs.type(type_name).blobs:
                run("INSERT OR IGNORE INTO blobs VALUES (?, ?)", (getattr(decoded, name), node))

    def _has_sound_versions(self) -> bool:
        run = self._connection.execute
        (odd,) = run(
            "SELECT (SELECT count(*) FROM versions WHERE typeof(at) != 'integer')"
            " + (SELECT count(*) FROM past WHERE typeof(since) != 'integer'"
            " OR typeof(until) != 'integer')"
        ).fetchone()
        return not odd

    def _keep_history(self, whole: bool) -> None:
        run = self._connection.execute
        (lonely,) = run(
            "SELECT count(*) FROM patches WHERE node NOT IN (SELECT id FROM nodes)"
            " OR edit NOT IN (SELECT sequence FROM edits)"
        ).fetchone()
        if whole and not lonely:
            return
        self.history_lost = True
        run("DELETE FROM patches")
        run("DELETE FROM edits")


class _Rows:
    """The rows of a damaged table: from the front, from the back, then one by one between."""

    def __init__(self, source: sqlite3.Connection, table: str, columns: str) -> None:
        self._source = source
        self._table = table
        self._columns = columns
        self.is_whole = True

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        if not self._has_rowid():
            yield from self._scan("")
            return
        last = None
        try:
            for rowid, *row in self._query("", "ORDER BY rowid"):
                last = rowid
                yield tuple(row)
            return
        except DatabaseFault:
            self.is_whole = False
        first_behind = None
        with suppress(*DatabaseFault):
            where = "" if last is None else f"WHERE rowid > {last}"
            for rowid, *row in self._query(where, "ORDER BY rowid DESC"):
                first_behind = rowid
                yield tuple(row)
        if last is None or first_behind is None:
            return
        for rowid in range(last + 1, min(first_behind, last + _MAXIMUM_GAP)):
            with suppress(*DatabaseFault):
                for _, *row in self._query(f"WHERE rowid = {rowid}", "").fetchall():
                    yield tuple(row)

    def _has_rowid(self) -> bool:
        try:
            self._source.execute(f"SELECT rowid FROM {self._table} LIMIT 0")
        except DatabaseFault:
            return False
        return True

    def _scan(self, where: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._source.execute(f"SELECT {self._columns} FROM {self._table} {where}")
        except DatabaseFault:
            self.is_whole = False

    def _query(self, where: str, order: str) -> sqlite3.Cursor:
        return self._source.execute(
            f"SELECT rowid, {self._columns} FROM {self._table} {where} {order}"
        )
