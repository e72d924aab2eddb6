"""The tables of a project, and how those of an earlier version become today's.

``PRAGMA user_version`` is the schema's version. `MIGRATIONS` holds one function a version, and
each runs in a transaction with the new number, so a killed process leaves the old tables or the
new ones. An empty file is version 0.

========= ========================================================================================
table     a row is
========= ========================================================================================
facts     one number about the whole project; ``commits`` counts them and orders what has no
          better order, so that no clock is ever asked for one; ``beside`` counts what has changed
          for those who look only without changing a node that is there still
nodes     one node: its JSON, its place among its type, the number of the commit that changed it
          last and, when it lies in the bin, of the one that put it there
edits     one step of a history; ``undone`` 1: it waits to be redone
patches   what a step did to one node: the fields it touched, and their JSON before and after
          (NULL: the node was not there), deflated where that pays
blobs     a blob and a node that names it, named it or would again after an undo
loose     a blob that no node names: it came before its edit, or outlived it
states    view state by key
works     what a work can be searched by, repeated from its node; see `work_index`
relatives the same for a picture of the family tree, by its identity
kin       a parent's identity, the place of what came from it, and which of its parents it was
genes     the name of a trait, and the place of what was given more or less of it
versions  a moment of the project: the last commit before it; see `versions`
past      what a node was from one commit up to another, as long as a version needs it
========= ========================================================================================
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from studio.contract.errors import ProjectDamaged, ProjectTooNew
from studio.project.database import transaction
from studio.project.versions import begin
from studio.project.work_index import begin_filling

APPLICATION_ID = 0x41544C52
"""Tells an Atelier project from other SQLite files ("ATLR")."""

Migration = Callable[[sqlite3.Connection], None]


def _to_1(connection: sqlite3.Connection) -> None:
    for statement in (
        "CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
        "INSERT INTO facts VALUES ('commits', 0)",
        """CREATE TABLE nodes (
            place INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            type TEXT NOT NULL,
            key TEXT,
            changed INTEGER NOT NULL,
            binned INTEGER,
            body TEXT NOT NULL
        )""",
        "CREATE INDEX nodes_in_order ON nodes (type, place) WHERE binned IS NULL",
        "CREATE INDEX nodes_in_bin ON nodes (type, binned) WHERE binned IS NOT NULL",
        "CREATE INDEX nodes_by_key ON nodes (type, key) WHERE key IS NOT NULL",
        "CREATE INDEX nodes_by_change ON nodes (changed)",
        """CREATE TABLE edits (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            scope TEXT NOT NULL,
            undone INTEGER NOT NULL,
            label TEXT NOT NULL,
            parameters TEXT NOT NULL
        )""",
        "CREATE INDEX edits_by_scope ON edits (scope, undone, sequence)",
        """CREATE TABLE patches (
            edit INTEGER NOT NULL,
            position INTEGER NOT NULL,
            node TEXT NOT NULL,
            type TEXT NOT NULL,
            fields TEXT NOT NULL,
            before BLOB,
            after BLOB,
            UNIQUE (edit, position)
        )""",
        "CREATE INDEX patches_by_node ON patches (node, edit)",
        """CREATE TABLE blobs (
            sha256 TEXT NOT NULL, node TEXT NOT NULL, PRIMARY KEY (sha256, node)
        ) WITHOUT ROWID""",
        "CREATE INDEX blobs_by_node ON blobs (node)",
        "CREATE TABLE loose (sha256 TEXT PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE states (key TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID",
    ):
        connection.execute(statement)


def _to_2(connection: sqlite3.Connection) -> None:
    """Works can be searched. Their rows come later, so this takes no longer for many of them."""
    for statement in (
        """CREATE TABLE works (
            place INTEGER PRIMARY KEY,
            node TEXT NOT NULL UNIQUE,
            blob TEXT NOT NULL,
            binned INTEGER,
            model TEXT NOT NULL,
            kind TEXT NOT NULL,
            seed INTEGER NOT NULL,
            title TEXT NOT NULL,
            words TEXT NOT NULL,
            rating INTEGER NOT NULL,
            created REAL NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            colours TEXT,
            swatch INTEGER
        )""",
        "CREATE INDEX works_by_blob ON works (blob)",
        "CREATE INDEX works_unseen ON works (place) WHERE colours IS NULL",
        """CREATE TABLE kin (
            parent TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (parent, place)
        ) WITHOUT ROWID""",
        "CREATE INDEX kin_by_place ON kin (place)",
    ):
        connection.execute(statement)
    begin_filling(connection)


def _to_3(connection: sqlite3.Connection) -> None:
    """Versions can be made; the first is what stands there now, and costs nothing."""
    for statement in (
        """CREATE TABLE versions (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            base INTEGER NOT NULL,
            name TEXT NOT NULL,
            created REAL NOT NULL,
            works INTEGER NOT NULL,
            dropped INTEGER NOT NULL DEFAULT 0
        )""",
        "CREATE INDEX versions_by_commit ON versions (at)",
        """CREATE TABLE past (
            node TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER NOT NULL,
            type TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (node, since)
        ) WITHOUT ROWID""",
    ):
        connection.execute(statement)
    begin(connection)


def _to_4(connection: sqlite3.Connection) -> None:
    """A plain ground is among a picture's colours now, so every picture is looked at again."""
    connection.execute("UPDATE works SET colours = NULL, swatch = NULL")


def _to_5(connection: sqlite3.Connection) -> None:
    """The family tree, and genes to search by; no recipe that is there already names one."""
    for statement in (
        """CREATE TABLE relatives (
            place INTEGER PRIMARY KEY,
            node TEXT NOT NULL UNIQUE,
            identity TEXT NOT NULL,
            binned INTEGER,
            model TEXT NOT NULL,
            kind TEXT NOT NULL,
            seed INTEGER NOT NULL,
            favourite INTEGER NOT NULL,
            created REAL NOT NULL,
            colours TEXT,
            swatch INTEGER
        )""",
        "CREATE INDEX relatives_by_identity ON relatives (identity)",
        """CREATE TABLE genes (
            gene TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (gene, place)
        ) WITHOUT ROWID""",
        "CREATE INDEX genes_by_place ON genes (place)",
        "ALTER TABLE kin ADD COLUMN rank INTEGER NOT NULL DEFAULT 0",
    ):
        connection.execute(statement)


MIGRATIONS: tuple[Migration, ...] = (_to_1, _to_2, _to_3, _to_4, _to_5)
"""The function at index n turns version n into n + 1."""


def version_of(connection: sqlite3.Connection) -> int:
    """The version of the tables; 0: there are none yet. Raises `sqlite3.Error`."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    assert isinstance(version, int)
    return version


def check_version(connection: sqlite3.Connection, file: Path) -> int:
    """The version of the tables, if this program reads it.

    Raises `ProjectTooNew`, or `ProjectDamaged` for a database that is not a project.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    version = version_of(connection)
    if application != APPLICATION_ID:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if (tables or application) and "patches" not in tables:
            raise ProjectDamaged(file=file, fault="it is a database of another program")
    if version > len(MIGRATIONS):
        raise ProjectTooNew(file=file, found=version, supported=len(MIGRATIONS))
    return version


def migrate(connection: sqlite3.Connection, file: Path) -> int:
    """Bring the tables up to date and return the version they had."""
    found = check_version(connection, file)
    for version, step in enumerate(MIGRATIONS[found:], start=found):
        with transaction(connection, file):
            step(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {version + 1}")
    return found
