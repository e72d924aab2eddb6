"""What pictures can be searched by, in tables of their own, so that no search reads recipes.

A row of ``works``, or of ``relatives`` for a picture of the family tree, repeats a few facts of one
node and is written in the transaction that changes the node; ``kin`` and ``genes`` say whom it came
from and which traits it was given more or less of. Nodes that are older than these tables are
entered later and in portions (`fill`), the newest first; the fact ``unindexed`` says how far that
has come: nodes at a later place have their row. Colours come last, because they need the picture
itself; ``colours`` is NULL until then.

Nothing here is the truth. A project whose index is gone gets it again from its nodes.
"""

import sqlite3
import unicodedata
from collections.abc import Mapping

import msgspec

from studio.contract.recipe import Recipe, Styling, identity
from studio.project.database import count_beside
from studio.project.nodes import RELATIVE, WORK, NodeCodecs, Relative, Work

UNINDEXED = "unindexed"
"""The fact that counts down to 0: nodes up to this place may not have their row yet."""

INDEXED = (WORK.name, RELATIVE.name)
"""The types of nodes that have a row."""

LARGEST_CREATED = 1e11
"""Seconds; beyond it a time is no time (damaged, or of a clock gone mad)."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at a picture itself has found."""

    colours: tuple[str, ...] = ()
    """Names of `studio.project.colours.NAMES`, the dominant one first; empty: it has none that
    can be named, or cannot be read."""
    swatch: int = 0
    """The dominant colour as 0xRRGGBB."""


def folded(text: str) -> str:
    """Text as it is compared: without case, full-width and half-width forms alike."""
    return unicodedata.normalize("NFKC", text).casefold()


def kind_of(recipe: Recipe) -> str:
    """What the picture shows, as far as the recipe alone can tell; empty: nothing says it.

    Manifests name the control that chooses the class; where it is not called so, the first choice
    among the controls is taken.
    """
    found = recipe.controls.get("class")
    if isinstance(found, str):
        return found
    values = (value for _, value in sorted(recipe.controls.items()))
    return next((value for value in values if isinstance(value, str)), "")


def genes_of(recipe: Recipe) -> tuple[str, ...]:
    """The traits that a recipe gives more or less of, as they are compared, each once."""
    if not isinstance(recipe.styling, Styling):
        return ()
    named = (folded(shift.name) for shift in recipe.styling.shifts if shift.amount)
    return tuple(dict.fromkeys(name for name in named if name))


def enter(connection: sqlite3.Connection, node: Work | Relative) -> None:
    """Write the row of a node that is there, keeping what is known of its colours."""
    found = _enter_work(connection, node) if isinstance(node, Work) else _relate(connection, node)
    if found is None:
        return
    (place,) = found
    connection.execute("DELETE FROM kin WHERE place = ?", (place,))
    connection.execute("DELETE FROM genes WHERE place = ?", (place,))
    connection.executemany(
        "INSERT OR IGNORE INTO kin (parent, place, rank) VALUES (?, ?, ?)",
        [(parent, place, rank) for rank, parent in enumerate(node.recipe.parents)],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO genes (gene, place) VALUES (?, ?)",
        [(gene, place) for gene in genes_of(node.recipe)],
    )


def _enter_work(connection: sqlite3.Connection, work: Work) -> tuple[int] | None:
    recipe = work.recipe
    found: tuple[int] | None = connection.execute(
        "INSERT INTO works (place, node, blob, binned, model, kind, seed, title, words, rating,"
        " created, width, height)"
        " SELECT place, id, ?, binned, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM nodes WHERE id = ?"
        " ON CONFLICT (place) DO UPDATE SET"
        " colours = CASE WHEN blob = excluded.blob THEN colours END,"
        " swatch = CASE WHEN blob = excluded.blob THEN swatch END,"
        " blob = excluded.blob, binned = excluded.binned, model = excluded.model,"
        " kind = excluded.kind, seed = excluded.seed, title = excluded.title,"
        " words = excluded.words, rating = excluded.rating, created = excluded.created,"
        " width = excluded.width, height = excluded.height"
        " RETURNING place",
        (
            work.blob,
            recipe.model,
            kind_of(recipe),
            _integer(recipe.seed),
            work.title,
            folded(work.title),
            work.rating,
            _time(work.created),
            _integer(recipe.width),
            _integer(recipe.height),
            work.id,
        ),
    ).fetchone()
    return found


def _relate(connection: sqlite3.Connection, relative: Relative) -> tuple[int] | None:
    recipe = relative.recipe
    found: tuple[int] | None = connection.execute(
        "INSERT INTO relatives (place, node, identity, binned, model, kind, seed, favourite,"
        " created)"
        " SELECT place, id, ?, binned, ?, ?, ?, ?, ? FROM nodes WHERE id = ?"
        " ON CONFLICT (place) DO UPDATE SET"
        " colours = CASE WHEN identity = excluded.identity THEN colours END,"
        " swatch = CASE WHEN identity = excluded.identity THEN swatch END,"
        " identity = excluded.identity, binned = excluded.binned, model = excluded.model,"
        " kind = excluded.kind, seed = excluded.seed, favourite = excluded.favourite,"
        " created = excluded.created"
        " RETURNING place",
        (
            identity(recipe),
            recipe.model,
            kind_of(recipe),
            _integer(recipe.seed),
            relative.favourite,
            _time(relative.created),
            relative.id,
        ),
    ).fetchone()
    return found


def note_binned(connection: sqlite3.Connection, node: str, commit: int) -> None:
    """A node was put into the bin by that commit."""
    for table in ("works", "relatives"):
        connection.execute(f"UPDATE {table} SET binned = ? WHERE node = ?", (commit, node))


def forget_doomed(connection: sqlite3.Connection) -> None:
    """Drop the rows of the nodes that the table ``doomed`` names, which end."""
    doomed = "(SELECT place FROM nodes WHERE id IN (SELECT id FROM doomed))"
    for table in ("kin", "genes", "works", "relatives"):
        connection.execute(f"DELETE FROM {table} WHERE place IN {doomed}")


def fill(connection: sqlite3.Connection, codecs: NodeCodecs, limit: int) -> int:
    """Enter up to ``limit`` nodes that have no row yet; returns how many nodes are left.

    What cannot be read is passed over: whoever opens it is told.
    """
    run = connection.execute
    (start,) = run("SELECT value FROM facts WHERE name = ?", (UNINDEXED,)).fetchone()
    rows = run(
        "SELECT place, type, body FROM nodes WHERE type IN (?, ?) AND place <= ?"
        " ORDER BY place DESC LIMIT ?",
        (*INDEXED, start, limit),
    ).fetchall()
    for _, type_name, body in rows:
        try:
            node = codecs.decode(type_name, body)
        except (msgspec.MsgspecError, UnicodeError, RecursionError, TypeError, KeyError):
            continue
        if isinstance(node, Work | Relative):
            enter(connection, node)
    end = rows[-1][0] - 1 if len(rows) == limit else 0
    run("UPDATE facts SET value = ? WHERE name = ?", (end, UNINDEXED))
    if rows:
        count_beside(connection)
    return unindexed(connection)


def unindexed(connection: sqlite3.Connection) -> int:
    """How many nodes have no row yet, at most."""
    (place,) = connection.execute("SELECT value FROM facts WHERE name = ?", (UNINDEXED,)).fetchone()
    if not place:
        return 0
    (left,) = connection.execute(
        "SELECT count(*) FROM nodes WHERE type IN (?, ?) AND place <= ?", (*INDEXED, place)
    ).fetchone()
    assert isinstance(left, int)
    return left


def start_again(connection: sqlite3.Connection) -> None:
    """Have every node entered anew: the index was lost with a damaged database."""
    for table in ("works", "relatives", "kin", "genes"):
        connection.execute(f"DELETE FROM {table}")
    begin_filling(connection)


def begin_filling(connection: sqlite3.Connection) -> None:
    """Note that no node that is there has its row yet."""
    connection.execute(
        "INSERT OR REPLACE INTO facts SELECT ?, coalesce(max(place), 0) FROM nodes", (UNINDEXED,)
    )


def note_seen(connection: sqlite3.Connection, seen: Mapping[str, Seen]) -> None:
    """Write down what pictures look like, by their blob or, of relatives, their identity."""
    for table, name in (("works", "blob"), ("relatives", "identity")):
        connection.executemany(
            f"UPDATE {table} SET colours = ?, swatch = ? WHERE {name} = ?",
            [(" ".join(found.colours), found.swatch, key) for key, found in seen.items()],
        )
    count_beside(connection)


def unseen(connection: sqlite3.Connection, limit: int) -> tuple[list[str], int]:
    """Blobs of pictures that nobody has looked at yet, the newest first, and how many there are."""
    rows = connection.execute(
        "SELECT blob FROM works WHERE colours IS NULL ORDER BY place DESC LIMIT ?", (limit,)
    ).fetchall()
    (total,) = connection.execute("SELECT count(*) FROM works WHERE colours IS NULL").fetchone()
    return list(dict.fromkeys(blob for (blob,) in rows)), total


def _time(seconds: float) -> float:
    return seconds if abs(seconds) < LARGEST_CREATED else 0.0


def _integer(number: int) -> int:
    """A number that SQLite can hold; a recipe from elsewhere may claim any."""
    return number if abs(number) < 2**63 else -1
