"""Reading the family tree: who there is, whom they came from, and their recipes when looked at.

The tree is made of the pictures that were bred from or liked (`studio.project.nodes.Relative`)
and of the kept works that came from one of them or were bred from themselves. What is needed to
draw and to search ten thousand of them stands in the index; their recipes, a few kilobytes each,
are read for those in view.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from studio.contract.recipe import Recipe
from studio.project.nodes import RELATIVE, WORK, NodeCodecs, Relative, Work

_CHUNK: Final = 500
"""Values asked for in one statement; SQLite may refuse more than 999."""


class FamilyRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the index knows of one node: a kept work, or a picture of the tree alone."""

    node: str
    place: int
    """Where the node stands among all: it came before those of a higher place."""
    identity: str
    model: str
    kind: str
    seed: int
    created: float
    colours: tuple[str, ...]
    """Names, the dominant first; empty while nobody has looked."""
    swatch: int | None
    parents: tuple[str, ...]
    """Identities, in the recipe's order; some may be nowhere in the project."""
    genes: tuple[str, ...]
    """Names of the traits that it was given more or less of, as they are compared."""
    is_work: bool
    favourite: bool = False
    """Of a picture of the tree."""
    blob: str = ""
    """Of a work: its file."""
    title: str = ""
    """Of a work."""
    words: str = ""
    """Of a work: its title as it is compared."""


def family(
    connection: sqlite3.Connection, nodes: Sequence[str] | None = None
) -> tuple[FamilyRow, ...]:
    """All that the tree may show, by place; or those of ``nodes`` that are there still.

    Works that nobody came from and that came from nobody are among them; whoever draws the tree
    leaves them out. Raises `sqlite3.Error`.
    """
    places = None if nodes is None else _places(connection, nodes)
    parents = _listed(connection, "place, parent FROM kin", "rank, parent", places)
    genes = _listed(connection, "place, gene FROM genes", "gene", places)
    found = []
    for place, *fields, colours, favourite in _rows(
        connection,
        "place, node, identity, model, kind, seed, created, swatch, colours, favourite"
        " FROM relatives WHERE binned IS NULL",
        places,
    ):
        node, identity, model, kind, seed, created, swatch = fields
        found.append(
            FamilyRow(
                node=node,
                place=place,
                identity=identity,
                model=model,
                kind=kind,
                seed=seed,
                created=created,
                colours=tuple((colours or "").split()),
                swatch=swatch,
                parents=parents.get(place, ()),
                genes=genes.get(place, ()),
                is_work=False,
                favourite=bool(favourite),
            )
        )
    keys = f"place, key FROM nodes WHERE type = '{WORK.name}' AND key IS NOT NULL"
    identities = dict(_rows(connection, keys, places))
    for place, *fields, colours in _rows(
        connection,
        "place, node, model, kind, seed, created, swatch, blob, title, words, colours"
        " FROM works WHERE binned IS NULL",
        places,
    ):
        if place not in identities:
            continue
        node, model, kind, seed, created, swatch, blob, title, words = fields
        found.append(
            FamilyRow(
                node=node,
                place=place,
                identity=identities[place],
                model=model,
                kind=kind,
                seed=seed,
                created=created,
                colours=tuple((colours or "").split()),
                swatch=swatch,
                parents=parents.get(place, ()),
                genes=genes.get(place, ()),
                is_work=True,
                blob=blob,
                title=title,
                words=words,
            )
        )
    return tuple(sorted(found, key=lambda row: row.place))


def recipes_at(
    connection: sqlite3.Connection, codecs: NodeCodecs, places: Sequence[int]
) -> dict[int, Recipe]:
    """The recipes of the nodes at these places; what cannot be read is left out."""
    found = {}
    for chunk in _chunks(places):
        for place, type_name, body in connection.execute(
            f"SELECT place, type, body FROM nodes WHERE place IN ({_marks(chunk)})", chunk
        ):
            recipe = _recipe(codecs, type_name, body)
            if recipe is not None:
                found[place] = recipe
    return found


def recipes_named(
    connection: sqlite3.Connection, codecs: NodeCodecs, identities: Iterable[str]
) -> dict[str, Recipe]:
    """The recipes of these pictures by identity, kept or of the tree, the bin left out."""
    found: dict[str, Recipe] = {}
    for chunk in _chunks(tuple(identities)):
        for key, type_name, body in connection.execute(
            "SELECT key, type, body FROM nodes WHERE type IN (?, ?) AND binned IS NULL"
            f" AND key IN ({_marks(chunk)}) ORDER BY place",
            (WORK.name, RELATIVE.name, *chunk),
        ):
            recipe = _recipe(codecs, type_name, body)
            if recipe is not None:
                found.setdefault(key, recipe)
    return found


def relatives_named(
    connection: sqlite3.Connection, identities: Iterable[str]
) -> dict[str, tuple[str, bool]]:
    """The nodes that pictures have in the tree, by identity, and whether they are favourites."""
    found: dict[str, tuple[str, bool]] = {}
    for chunk in _chunks(tuple(identities)):
        for name, node, favourite in connection.execute(
            "SELECT identity, node, favourite FROM relatives WHERE binned IS NULL"
            f" AND identity IN ({_marks(chunk)}) ORDER BY place",
            chunk,
        ):
            found.setdefault(name, (node, bool(favourite)))
    return found


def _recipe(codecs: NodeCodecs, type_name: str, body: Any) -> Recipe | None:
    try:
        node = codecs.decode(type_name, body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, TypeError, KeyError):
        return None
    return node.recipe if isinstance(node, Work | Relative) else None


def _places(connection: sqlite3.Connection, nodes: Sequence[str]) -> tuple[int, ...]:
    return tuple(
        place
        for chunk in _chunks(nodes)
        for (place,) in connection.execute(
            f"SELECT place FROM nodes WHERE id IN ({_marks(chunk)})", chunk
        )
    )


def _rows(
    connection: sqlite3.Connection, columns: str, places: Sequence[int] | None
) -> Iterator[Any]:
    """The rows of a table, all of them or those of ``places``."""
    if places is None:
        yield from connection.execute(f"SELECT {columns}")
        return
    joined = "AND" if " WHERE " in columns else "WHERE"
    for chunk in _chunks(places):
        yield from connection.execute(
            f"SELECT {columns} {joined} place IN ({_marks(chunk)})", chunk
        )


def _listed(
    connection: sqlite3.Connection, columns: str, order: str, places: Sequence[int] | None
) -> dict[int, tuple[str, ...]]:
    """Values by place, each place's in that order."""
    first, rest = columns.split(" FROM ")
    found: dict[int, list[tuple[Any, ...]]] = {}
    for place, value, *by in _rows(connection, f"{first}, {order} FROM {rest}", places):
        found.setdefault(place, []).append((*by, value))
    return {
        place: tuple(value for *_, value in (sorted(values) if len(values) > 1 else values))
        for place, values in found.items()
    }


def _chunks(values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(values), _CHUNK):
        yield tuple(values[start : start + _CHUNK])


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" for _ in values)
