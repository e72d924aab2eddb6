"""Versions: what a project was at a moment, for the price of what has changed since.

A version is a row that says which commit had been the last. Nothing is copied when it is made, so
it costs the same for one work and for ten thousand. What a later commit is about to overwrite is
put into ``past`` first (`remember`), but only if a version still needs it: the body of a node from
the commit that wrote it up to the one that ended it. So a node was at a version what it is today
if no later commit changed it, else what ``past`` holds for that moment, else not there.

The order of versions is the order in which they were made; their times are for people only.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal, get_args

import msgspec

from studio.project.database import count_beside
from studio.project.nodes import WORK, Node, NodeCodecs

VersionKind = Literal["named", "opened", "closed", "found", "before"]
"""Why there is a version: the user named it; the project was made, or opened by the first program
that keeps versions; it was closed; it was found so after a crash, and the user said that it is to
stay; the user went back to another one."""

BASES: tuple[VersionKind, ...] = ("opened", "closed", "found")
"""Versions that a crash is measured against: the user knew the project as it was then."""

AUTOMATIC = 20
"""So many versions that nobody named are kept; the oldest go first."""

LONGEST_NAME = 120

_KINDS = frozenset(get_args(VersionKind))


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One moment of a project."""

    number: int
    """Grows with each version and is never used again."""
    at: int
    """The last commit before it."""
    kind: VersionKind
    name: str
    """Empty: nobody named it."""
    created: float
    """Seconds since 1970, for showing."""
    works: int
    """How many works were kept then."""

    @property
    def is_named(self) -> bool:
        return self.kind == "named"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One node that is not today what it was at a version."""

    id: str
    type_name: str
    then: Node | None
    """None: it was not there, or lay in the bin."""
    now: Node | None


class Differences(msgspec.Struct, frozen=True, kw_only=True):
    """What has come of a version, by today."""

    version: Version
    kept: tuple[Node, ...] = ()
    """Works that were not there then, the newest first."""
    removed: tuple[Node, ...] = ()
    """Works that were there then and are not now, as they were."""
    altered: tuple[Difference, ...] = ()
    """Works that are there still, with another title or rating."""
    others: tuple[Difference, ...] = ()
    """Nodes of other types (a wall), where what is seen of them differs."""
    ended: int = 0
    """Works of then that were deleted for ever; no way leads back to them."""

    @property
    def count(self) -> int:
        """How many things differ that going back would change."""
        return len(self.kept) + len(self.removed) + len(self.altered) + len(self.others)


# -- tables: called inside a transaction of the writer's -----------------------------------------


def begin(connection: sqlite3.Connection) -> None:
    """Have one version, of this moment: the first, or the only one after damage took the rest."""
    connection.execute("DELETE FROM past")
    connection.execute("DELETE FROM versions")
    take(connection, "opened")


def take(
    connection: sqlite3.Connection, kind: VersionKind, name: str = "", *, spare: int = 0
) -> Version:
    """Make a version of this moment; one that nobody named takes the place of its equals.

    Equal are versions of its kind at which everything was as it is now. Of the other automatic
    ones those that are too many go, but never the one of the number ``spare``.
    """
    run = connection.execute
    (works,) = run(
        "SELECT count(*) FROM nodes WHERE type = ? AND binned IS NULL", (WORK.name,)
    ).fetchone()
    (number, at) = run(
        "INSERT INTO versions (at, kind, base, name, created, works)"
        " SELECT value, ?, ?, ?, ?, ? FROM facts WHERE name = 'commits' RETURNING number, at",
        (kind, kind in BASES, name, created := time.time(), works),
    ).fetchone()
    if kind != "named":
        _replace_equals(connection, number, kind, works)
        _prune(connection, spare)
    count_beside(connection)
    return Version(number=number, at=at, kind=kind, name=name, created=created, works=works)


def close(connection: sqlite3.Connection) -> None:
    """The project is being closed: note what it is, and end the versions that were dropped."""
    run = connection.execute
    if run("DELETE FROM versions WHERE dropped = 1").rowcount:
        forget_unneeded(connection)
    base = newest_base(connection)
    (commits,) = run("SELECT value FROM facts WHERE name = 'commits'").fetchone()
    if base is None or base.at != commits:
        take(connection, "closed")


def remember(connection: sqlite3.Connection, node: str, commit: int) -> None:
    """Put aside what ``commit`` is about to overwrite of a node, if a version needs it."""
    connection.execute(
        "INSERT OR IGNORE INTO past (node, since, until, type, body)"
        " SELECT id, changed, ?, type, body FROM nodes WHERE id = ? AND binned IS NULL"
        " AND changed <= (SELECT max(at) FROM versions)",
        (commit, node),
    )


def rename(connection: sqlite3.Connection, number: int, name: str) -> Version | None:
    """Name a version, which makes it one that stays; None: there is none of that number."""
    connection.execute(
        "UPDATE versions SET name = ?, kind = 'named' WHERE number = ?", (name, number)
    )
    count_beside(connection)
    return find(connection, number)


def drop(connection: sqlite3.Connection, number: int, *, dropped: bool) -> Version | None:
    """Take a version off the list until the project is closed, or put it back."""
    connection.execute("UPDATE versions SET dropped = ? WHERE number = ?", (dropped, number))
    count_beside(connection)
    return find(connection, number)


def forget_doomed(connection: sqlite3.Connection) -> None:
    """Drop what is held of the nodes that the table ``doomed`` names, which end."""
    connection.execute("DELETE FROM past WHERE node IN (SELECT id FROM doomed)")


def forget_unneeded(connection: sqlite3.Connection) -> None:
    """Drop what no version looks at any more."""
    connection.execute(
        "DELETE FROM past WHERE NOT EXISTS"
        " (SELECT 1 FROM versions WHERE at >= since AND at < until)"
    )


def _replace_equals(
    connection: sqlite3.Connection, number: int, kind: VersionKind, works: int
) -> None:
    run = connection.execute
    older = run(
        "SELECT number, at FROM versions"
        " WHERE kind = ? AND works = ? AND dropped = 0 AND number != ?",
        (kind, works, number),
    ).fetchall()
    equal = [(one,) for one, at in older if not _differs(connection, at)]
    if equal:
        connection.executemany("DELETE FROM versions WHERE number = ?", equal)
        forget_unneeded(connection)


def _differs(connection: sqlite3.Connection, at: int) -> bool:
    """Whether anything is not what it was after the commit ``at``; stops at the first."""
    (found,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM nodes"
        " LEFT JOIN past ON past.node = id AND since <= ?1 AND until > ?1 WHERE changed > ?1"
        " AND past.body IS NOT CASE WHEN binned IS NULL THEN nodes.body END)",
        (at,),
    ).fetchone()
    return bool(found)


def _prune(connection: sqlite3.Connection, spare: int) -> None:
    """Keep the newest automatic versions, ``spare``, and what a crash is measured against."""
    base = newest_base(connection)
    ended = connection.execute(
        "DELETE FROM versions WHERE kind != 'named' AND number NOT IN (?, ?) AND number NOT IN"
        " (SELECT number FROM versions WHERE kind != 'named' ORDER BY number DESC LIMIT ?)",
        (spare, 0 if base is None else base.number, AUTOMATIC),
    ).rowcount
    if ended:
        forget_unneeded(connection)


# -- reading: through any connection ------------------------------------------------------------

_COLUMNS = "number, at, kind, name, created, works"


def find(connection: sqlite3.Connection, number: int) -> Version | None:
    """The version of that number, dropped or not."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM versions WHERE number = ?", (number,)
    ).fetchone()
    return None if row is None else _version(row)


def all_versions(connection: sqlite3.Connection) -> tuple[Version, ...]:
    """The newest first, without those that were dropped."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM versions WHERE dropped = 0 ORDER BY number DESC"
    )
    versions = (_version(row) for row in rows)
    return tuple(version for version in versions if version is not None)


def newest_base(connection: sqlite3.Connection) -> Version | None:
    """The version that a crash is measured against, whatever it has been named since."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM versions WHERE base = 1 ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return None if row is None else _version(row)


def changed_since(
    connection: sqlite3.Connection, version: Version
) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Nodes that may differ: id, type, body then and body now, the newest first.

    A body is None where the node was not there or lay in the bin; what was made and removed since
    then is passed over.
    """
    # "+place": sorted afterwards, so that SQLite looks at the nodes that changed and no others.
    return connection.execute(
        "SELECT id, nodes.type, past.body, CASE WHEN binned IS NULL THEN nodes.body END AS now"
        " FROM nodes LEFT JOIN past ON past.node = id AND since <= ?1 AND until > ?1"
        " WHERE changed > ?1 AND past.body IS NOT now ORDER BY +place DESC",
        (version.at,),
    )


def compare(
    connection: sqlite3.Connection,
    version: Version,
    codecs: NodeCodecs,
    decode: Callable[[str, str], Node | None],
) -> Differences:
    """What of a version is not so today; what ``decode`` cannot read counts as not there."""
    kept: list[Node] = []
    removed: list[Node] = []
    altered: list[Difference] = []
    others: list[Difference] = []
    for node, type_name, body_then, body_now in changed_since(connection, version):
        then = None if body_then is None else decode(type_name, body_then)
        now = None if body_now is None else decode(type_name, body_now)
        difference = Difference(id=node, type_name=type_name, then=then, now=now)
        if type_name != WORK.name:
            meaning = codecs.type(type_name).meaning
            if _meaning(then, meaning) != _meaning(now, meaning):
                others.append(difference)
        elif then is not None and now is not None:
            altered.append(difference)
        elif now is not None:
            kept.append(now)
        elif then is not None:
            removed.append(then)
    (works,) = connection.execute(
        "SELECT count(*) FROM nodes WHERE type = ? AND binned IS NULL", (WORK.name,)
    ).fetchone()
    return Differences(
        version=version,
        kept=tuple(kept),
        removed=tuple(removed),
        altered=tuple(altered),
        others=tuple(others),
        ended=max(version.works - (works - len(kept) + len(removed)), 0),
    )


def _meaning(node: Node | None, meaning: Callable[[Any], object] | None) -> object:
    return node if node is None or meaning is None else meaning(node)


def _version(row: tuple[Any, ...]) -> Version | None:
    """A row as a version; None for one that is damaged."""
    fields = dict(zip(_COLUMNS.split(", "), row, strict=True))
    if fields["kind"] not in _KINDS:
        fields["kind"] = "closed"  # of a later program; nobody named it
    try:
        return msgspec.convert(fields, Version)
    except msgspec.ValidationError:
        return None
