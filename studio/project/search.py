"""Looking for works: by words, model, kind, gene, colour, date, rating, in the gallery's orders.

A search returns places alone, in order, however many there are: ten thousand are a few
milliseconds. What is known of a work besides is read for those in view (`rows`).
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal

import msgspec

from studio.project.nodes import WORK
from studio.project.work_index import folded, unindexed

Sorting = Literal["newest", "oldest", "best"]
"""By when a work was kept, counted and not timed; or by rating, then the newest first. In the bin
"newest" and "oldest" go by when it came there."""

MAXIMUM_WORDS: Final = 12
MAXIMUM_WORD: Final = 100
_CHUNK: Final = 500
"""Places asked for in one statement; SQLite may refuse more than 999."""

KindOfModel = tuple[str, str]
"""Id of a model and a value of the control that chooses its class."""


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """One word that must be found: in the title or the name of a trait that the picture was given
    more or less of, at the start of the number, or as one of these.

    What models, kinds and colours are called depends on the language, which only the interface
    knows; so it says which of them the word may mean.
    """

    text: str
    models: tuple[str, ...] = ()
    kinds: tuple[KindOfModel, ...] = ()
    colours: tuple[str, ...] = ()
    genes: tuple[str, ...] = ()
    """Names of traits, besides those in which the word itself occurs."""


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; the default finds all works."""

    words: tuple[Word, ...] = ()
    """Each must be found; beyond `MAXIMUM_WORDS` they are not looked at."""
    models: tuple[str, ...] = ()
    """One of these; empty: any."""
    kinds: tuple[KindOfModel, ...] = ()
    colours: tuple[str, ...] = ()
    """One of these is among its colours; empty: any."""
    genes: tuple[str, ...] = ()
    """It was given more or less of one of these traits, named as `folded`; empty: of any."""
    since: float | None = None
    """Kept at this time or later, in seconds since 1970."""
    until: float | None = None
    """Kept before this time."""
    rating: int = 0
    """At least so many stars."""
    parent: str = ""
    """Came from the picture with this identity; empty: from any or none."""
    in_bin: bool = False
    sorting: Sorting = "newest"

    @property
    def is_narrowed(self) -> bool:
        """Whether it may leave works out (the bin is a place, not a narrowing)."""
        return self != Query(in_bin=self.in_bin, sorting=self.sorting)


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Which works were found, in order."""

    query: Query
    places: tuple[int, ...]
    """Where each work stands among all nodes: unique, never changed, and enough for `rows`."""
    created: tuple[float, ...]
    """When each was kept, in seconds since 1970."""
    ratings: tuple[tuple[int, int], ...] = ()
    """Stars and how many of the works found have them, where it is ordered by them."""
    total: int
    """How many works there are where it looked: among the kept, or in the bin."""
    binned: int = 0
    """How many works lie in the bin, wherever it looked."""
    unindexed: int = 0
    """How many works could not be looked at yet; they come by themselves."""


class WorkRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the gallery shows of one work."""

    place: int
    id: str
    blob: str
    model: str
    kind: str
    seed: int
    title: str
    rating: int
    created: float
    width: int
    height: int
    colours: tuple[str, ...]
    """Names, the dominant first; empty while nobody has looked."""
    swatch: int | None
    in_bin: bool


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How many works have one value of something that can be filtered by."""

    models: dict[str, int]
    kinds: dict[KindOfModel, int]
    colours: dict[str, int]
    ratings: dict[int, int]
    genes: dict[str, int] = {}
    """By the trait's name as it is compared."""


class Kin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a work came from and what came from it, among what is kept."""

    identity: str
    """Of its recipe; see `Query.parent`."""
    parents: tuple[WorkRow, ...] = ()
    parents_elsewhere: int = 0
    """Parents that are not kept, or lie in the bin."""
    children: int = 0


def words_of(text: str) -> tuple[str, ...]:
    """The words of what was typed, as they are compared."""
    words = folded(text).split()
    return tuple(word[:MAXIMUM_WORD] for word in words[:MAXIMUM_WORDS])


def search(connection: sqlite3.Connection, query: Query) -> Listing:
    """Find works. Raises `sqlite3.Error`."""
    where, values = _conditions(query)
    found = connection.execute(
        f"SELECT place, created FROM works WHERE {where} ORDER BY {_order(query)}", values
    ).fetchall()
    everything, binned = connection.execute("SELECT count(*), count(binned) FROM works").fetchone()
    ratings: list[tuple[int, int]] = []
    if query.sorting == "best":
        ratings = connection.execute(
            f"SELECT rating, count(*) FROM works WHERE {where} GROUP BY rating"
            " ORDER BY rating DESC",
            values,
        ).fetchall()
    return Listing(
        query=query,
        places=tuple(place for place, _ in found),
        created=tuple(created for _, created in found),
        ratings=tuple(ratings),
        total=binned if query.in_bin else everything - binned,
        binned=binned,
        unindexed=unindexed(connection),
    )


def rows(connection: sqlite3.Connection, places: Sequence[int]) -> tuple[WorkRow, ...]:
    """What is known of these works, in this order; those that are gone are left out."""
    found: dict[int, WorkRow] = {}
    for start in range(0, len(places), _CHUNK):
        chunk = places[start : start + _CHUNK]
        for row in connection.execute(
            "SELECT place, node, blob, model, kind, seed, title, rating, created, width, height,"
            f" colours, swatch, binned FROM works WHERE place IN ({_marks(chunk)})",
            tuple(chunk),
        ):
            found[row[0]] = _row(row)
    return tuple(found[place] for place in places if place in found)


def count(connection: sqlite3.Connection, *, in_bin: bool = False) -> Count:
    """How many works have each model, kind, colour, rating and gene, for the filters to offer."""
    where = f"binned IS {'NOT ' if in_bin else ''}NULL"
    kinds: dict[KindOfModel, int] = {}
    models: dict[str, int] = {}
    for model, kind, number in connection.execute(
        f"SELECT model, kind, count(*) FROM works WHERE {where} GROUP BY model, kind"
    ):
        models[model] = models.get(model, 0) + number
        if kind:
            kinds[model, kind] = number
    colours: dict[str, int] = {}
    for names, number in connection.execute(
        f"SELECT colours, count(*) FROM works WHERE {where} AND colours != '' GROUP BY colours"
    ):
        for name in names.split():
            colours[name] = colours.get(name, 0) + number
    ratings = dict(
        connection.execute(f"SELECT rating, count(*) FROM works WHERE {where} GROUP BY rating")
    )
    genes = dict(
        connection.execute(
            f"SELECT gene, count(*) FROM genes JOIN works USING (place) WHERE {where} GROUP BY gene"
        )
    )
    return Count(models=models, kinds=kinds, colours=colours, ratings=ratings, genes=genes)


def kin(connection: sqlite3.Connection, place: int) -> Kin | None:
    """The family of a work; None: it is not there any more."""
    run = connection.execute
    found = run("SELECT key FROM nodes WHERE place = ?", (place,)).fetchone()
    if found is None or found[0] is None:
        return None
    (identity,) = found
    (named,) = run("SELECT count(*) FROM kin WHERE place = ?", (place,)).fetchone()
    kept = run(
        "SELECT parent, min(works.place) FROM kin JOIN nodes ON key = parent AND type = ?"
        " JOIN works ON works.place = nodes.place AND works.binned IS NULL"
        " WHERE kin.place = ? GROUP BY parent",
        (WORK.name, place),
    ).fetchall()
    (children,) = run(
        "SELECT count(*) FROM kin JOIN works USING (place) WHERE parent = ? AND binned IS NULL",
        (identity,),
    ).fetchone()
    return Kin(
        identity=identity,
        parents=rows(connection, [parent for _, parent in kept]),
        parents_elsewhere=named - len(kept),
        children=children,
    )


def freed(connection: sqlite3.Connection, places: Sequence[int]) -> tuple[str, ...]:
    """Files that nothing kept would need if these works of the bin ended."""
    doomed = set(places)
    blobs: dict[str, bool] = {}
    for start in range(0, len(places), _CHUNK):
        chunk = tuple(places[start : start + _CHUNK])
        for blob, other in connection.execute(
            "SELECT mine.blob, others.place FROM works AS mine JOIN works AS others"
            f" ON others.blob = mine.blob WHERE mine.place IN ({_marks(chunk)})",
            chunk,
        ):
            blobs[blob] = blobs.get(blob, True) and other in doomed
    return tuple(blob for blob, is_freed in blobs.items() if is_freed)


def _row(row: tuple[Any, ...]) -> WorkRow:
    place, node, blob, model, kind, seed, title, rating, created, width, height = row[:11]
    colours, swatch, binned = row[11:]
    return WorkRow(
        place=place,
        id=node,
        blob=blob,
        model=model,
        kind=kind,
        seed=seed,
        title=title,
        rating=rating,
        created=created,
        width=width,
        height=height,
        colours=tuple((colours or "").split()),
        swatch=swatch,
        in_bin=binned is not None,
    )


def _conditions(query: Query) -> tuple[str, list[object]]:
    parts = [_where_it_looks(query)]
    values: list[object] = []

    def need(condition: str, *given: object) -> None:
        parts.append(condition)
        values.extend(given)

    for word in query.words[:MAXIMUM_WORDS]:
        need(*_word(word))
    if query.models:
        need(f"model IN ({_marks(query.models)})", *query.models)
    if query.kinds:
        need(*_any_kind(query.kinds))
    if query.colours:
        need(*_any_colour(query.colours))
    if query.genes:
        need(
            f"place IN (SELECT place FROM genes WHERE gene IN ({_marks(query.genes)}))",
            *query.genes,
        )
    if query.since is not None:
        need("created >= ?", query.since)
    if query.until is not None:
        need("created < ?", query.until)
    if query.rating:
        need("rating >= ?", query.rating)
    if query.parent:
        need("place IN (SELECT place FROM kin WHERE parent = ?)", query.parent)
    return " AND ".join(parts), values


def _word(word: Word) -> tuple[str, *tuple[object, ...]]:
    ways = [
        "instr(words, ?)",
        "instr(CAST(seed AS TEXT), ?) = 1",
        "place IN (SELECT place FROM genes WHERE instr(gene, ?))",
    ]
    values: list[object] = [word.text, word.text, word.text]
    if word.genes:
        ways.append(f"place IN (SELECT place FROM genes WHERE gene IN ({_marks(word.genes)}))")
        values.extend(word.genes)
    if word.models:
        ways.append(f"model IN ({_marks(word.models)})")
        values.extend(word.models)
    for way, *given in (
        *([_any_kind(word.kinds)] if word.kinds else []),
        *([_any_colour(word.colours)] if word.colours else []),
    ):
        ways.append(str(way))
        values.extend(given)
    return f"({' OR '.join(ways)})", *values


def _any_kind(kinds: Iterable[KindOfModel]) -> tuple[str, *tuple[object, ...]]:
    pairs = tuple(kinds)
    ways = " OR ".join("(model = ? AND kind = ?)" for _ in pairs)
    return f"({ways})", *(part for pair in pairs for part in pair)


def _any_colour(colours: Iterable[str]) -> tuple[str, *tuple[object, ...]]:
    names = tuple(colours)
    ways = " OR ".join("instr(' ' || colours || ' ', ?)" for _ in names)
    return f"({ways})", *(f" {name} " for name in names)


def _where_it_looks(query: Query) -> str:
    return "binned IS NOT NULL" if query.in_bin else "binned IS NULL"


def _order(query: Query) -> str:
    when = "binned {way}, place {way}" if query.in_bin else "place {way}"
    if query.sorting == "best":
        return "rating DESC, " + when.format(way="DESC")
    return when.format(way="ASC" if query.sorting == "oldest" else "DESC")


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" for _ in values)
