"""The family tree: whose children are whose, through every generation. Without Qt.

A tree here is a graph: a picture has any number of parents and of children, and pictures of one
family may have children with each other. It is drawn as a tree all the same, by one parent of
each, the *nearest*: the one of the latest generation, so that every child stands one generation
below the parent that it hangs from.
"""

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Protocol

import msgspec

from studio.contract.recipe import Recipe, identity
from studio.project.edits import Patch, change, put, remove
from studio.project.family import FamilyRow
from studio.project.nodes import RELATIVE, Relative
from studio.project.search import Query, Word

LONGEST_LINE: Final = 100_000
"""Ancestors that are ever gathered of one picture."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One picture of the family: what is known of it without its recipe."""

    identity: str
    place: int
    """Of its first node; it came before those of a higher place."""
    model: str
    kind: str
    seed: int
    created: float
    parents: tuple[str, ...]
    """Identities of those parents that are in the tree, in the recipe's order."""
    parents_elsewhere: int
    """How many others the recipe names."""
    generation: int
    """0: no parent of it is in the tree; else one more than its latest parent's."""
    favourite: bool
    genes: tuple[str, ...]
    colours: tuple[str, ...]
    swatch: int | None
    title: str
    words: str
    work: str
    """Id of the kept work that it is; empty: it is not kept."""
    blob: str
    """File of that work."""
    relative: str
    """Id of its own node in the tree; empty: it is there as a kept work alone."""

    @property
    def is_kept(self) -> bool:
        """Whether it is among the kept works."""
        return bool(self.work)


class Lineage:
    """All families of a project. Not safe to be used by two threads at once."""

    def __init__(self, rows: Iterable[FamilyRow] = ()) -> None:
        self._rows: dict[str, FamilyRow] = {}
        self._nodes: dict[str, list[FamilyRow]] = {}
        """By identity, oldest first."""
        self._named: set[str] = set()
        """Everybody whom a row names as a parent."""
        self._members: dict[str, Member] = {}
        self._children: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = {}
        self._nearest: dict[str, str] = {}
        self._founders: list[str] = []
        self._last = -1
        """The highest place of all rows."""
        self.update(rows)

    def is_quick(self, rows: Iterable[FamilyRow], gone: Iterable[str] = ()) -> bool:
        """Whether `update` would take no longer for many members than for few: nobody goes or
        gets other parents, and who comes is nobody's parent yet."""
        fresh = {row.node: row for row in rows}
        if any(node in self._rows and node not in fresh for node in gone):
            return False
        known = self._rows
        return all(
            _kinship(known[node]) == _kinship(row)
            if node in known
            else self._is_newborn(row, fresh)
            for node, row in fresh.items()
        )

    def update(self, rows: Iterable[FamilyRow], gone: Iterable[str] = ()) -> bool:
        """Take in what the index says of some nodes; ``gone`` are nodes that are there no more.

        Returns whether anybody came, went or has other parents; otherwise the tree stands as it
        did, and only what is said of its members may differ.
        """
        fresh = {row.node: row for row in rows}
        lost = {node for node in gone if node in self._rows and node not in fresh}
        known = self._rows
        if not lost and self._members:
            if all(n in known and _kinship(known[n]) == _kinship(r) for n, r in fresh.items()):
                for row in fresh.values():
                    self._describe(row)
                return False
            born = sorted(fresh.values(), key=lambda row: row.place)
            if all(self._is_newborn(row, fresh) for row in born):
                for row in born:
                    self._bear(row)
                return True
        for node in lost:
            del known[node]
        known.update(fresh)
        self._derive()
        return True

    # -- who there is -----------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())

    def get(self, name: str) -> Member | None:
        """The member with that identity, or None."""
        return self._members.get(name)

    def __getitem__(self, name: str) -> Member:
        return self._members[name]

    @property
    def founders(self) -> Sequence[str]:
        """Those that no member is a parent of, oldest first."""
        return self._founders

    def parents(self, name: str) -> tuple[str, ...]:
        """Parents in the tree."""
        member = self._members.get(name)
        return () if member is None else member.parents

    def nearest(self, name: str) -> str | None:
        """The parent that it hangs from; None: it is a founder."""
        return self._nearest.get(name)

    def children(self, name: str) -> Sequence[str]:
        """All children, oldest first."""
        return self._children.get(name, ())

    def hanging(self, name: str) -> Sequence[str]:
        """Those of its children that hang from it, oldest first; each picture hangs once."""
        return self._below.get(name, ())

    def ancestors(self, name: str) -> tuple[Member, ...]:
        """Everybody it came from, the earliest generation first, itself left out."""
        return self._reached(name, self.parents)

    def descendants(self, name: str) -> tuple[Member, ...]:
        """Everybody who came from it, the earliest generation first, itself left out."""
        return self._reached(name, self.children)

    def line(self, name: str) -> tuple[str, ...]:
        """The way from its founder down to it, along the nearest parents."""
        way = [name]
        while (above := self._nearest.get(way[-1])) is not None:
            way.append(above)
        return tuple(reversed(way)) if name in self._members else ()

    def kin_above(self, name: str) -> frozenset[str]:
        """The identities of everybody it came from, in no order."""
        return frozenset(self._walk(name, self.parents))

    def _reached(self, name: str, step: "_Step") -> tuple[Member, ...]:
        found = (self._members[one] for one in self._walk(name, step))
        return tuple(sorted(found, key=lambda member: (member.generation, member.place)))

    def _walk(self, name: str, step: "_Step") -> dict[str, None]:
        seen: dict[str, None] = {}
        ahead = list(step(name))
        while ahead and len(seen) < LONGEST_LINE:
            one = ahead.pop()
            if one not in seen and one != name:
                seen[one] = None
                ahead.extend(step(one))
        return seen

    # -- searching --------------------------------------------------------------------------

    def search(self, query: Query, *, favourites: bool = False) -> tuple[str, ...]:
        """Those that a query finds, oldest first, as the same query finds kept works.

        ``favourites`` leaves the others out. Ratings, dates of keeping and the bin are the
        affair of kept works alone.
        """
        if query.parent:
            kin: Iterable[Member] = (self._members[name] for name in self.children(query.parent))
        else:
            kin = self._members.values()
        models, kinds = frozenset(query.models), frozenset(query.kinds)
        colours, genes = frozenset(query.colours), frozenset(query.genes)
        tests = [_Said(word) for word in query.words]
        return tuple(
            member.identity
            for member in kin
            if (not favourites or member.favourite)
            and (not models or member.model in models)
            and (not kinds or (member.model, member.kind) in kinds)
            and (not colours or not colours.isdisjoint(member.colours))
            and (not genes or not genes.isdisjoint(member.genes))
            and all(test.of(member) for test in tests)
        )

    # -- deriving ---------------------------------------------------------------------------

    def _derive(self) -> None:
        nodes: dict[str, list[FamilyRow]] = {}
        named: set[str] = set()
        for row in sorted(self._rows.values(), key=lambda row: row.place):
            nodes.setdefault(row.identity, []).append(row)
            named.update(row.parents)
        known = {name: rows for name, rows in nodes.items() if _belongs(name, rows, nodes, named)}
        parents = {name: _known_parents(name, rows, known) for name, rows in known.items()}
        generations = _generations(parents)
        self._nodes, self._named = nodes, named
        self._last = max((row.place for row in self._rows.values()), default=-1)
        self._members, self._children, self._below = {}, {}, {}
        self._nearest, self._founders = {}, []
        for name, rows in known.items():
            self._place(_member(rows, parents[name], generations[name]), generations)

    def _place(self, member: Member, generations: Mapping[str, int]) -> None:
        """Enter a member whose parents' generations are known."""
        name = member.identity
        self._members[name] = member
        above = ""
        for parent in member.parents:
            self._children.setdefault(parent, []).append(name)
            if not above and generations[parent] == member.generation - 1:
                above = parent
        if above:
            self._nearest[name] = above
            self._below.setdefault(above, []).append(name)
        else:
            self._founders.append(name)

    def _is_newborn(self, row: FamilyRow, fresh: Mapping[str, FamilyRow]) -> bool:
        """Whether a row adds a leaf behind all others, or a work without kin that stands nowhere,
        and changes nobody else's kin."""
        return (
            row.node not in self._rows
            and row.identity not in self._nodes
            and row.identity not in self._named
            and all(p in self._members or p not in self._nodes for p in row.parents)
            and all(p != row.identity for p in row.parents)
            and not any(row.identity in other.parents for other in fresh.values())
            and row.place > self._last
            and sum(other.identity == row.identity for other in fresh.values()) == 1
        )

    def _bear(self, row: FamilyRow) -> None:
        parents = tuple(p for p in row.parents if p in self._members)
        generations = {parent: self._members[parent].generation for parent in parents}
        generation = max(generations.values(), default=-1) + 1
        self._last = row.place
        self._rows[row.node] = row
        self._nodes[row.identity] = [row]
        self._named.update(row.parents)
        if row.is_work and not parents:
            return  # a kept picture without kin stands nowhere yet
        self._place(_member([row], parents, generation), generations)

    def _describe(self, row: FamilyRow) -> None:
        """Say anew what is known of a member whose kin has not changed."""
        self._rows[row.node] = row
        rows = self._nodes[row.identity]
        rows[:] = [row if other.node == row.node else other for other in rows]
        old = self._members.get(row.identity)
        if old is not None:
            self._members[row.identity] = _member(rows, old.parents, old.generation)


class _Step(Protocol):
    def __call__(self, name: str, /) -> Sequence[str]: ...


def _belongs(
    name: str, rows: Sequence[FamilyRow], nodes: Mapping[str, object], named: AbstractSet[str]
) -> bool:
    """Whether a picture is in the tree: of its own, or as a kept work that has kin there."""
    if not rows[0].is_work or name in named or not all(row.is_work for row in rows):
        return True
    return any(parent in nodes for row in rows for parent in row.parents)


def _known_parents(
    name: str, rows: Sequence[FamilyRow], known: Mapping[str, object]
) -> tuple[str, ...]:
    """Those parents that are in the tree; nobody is their own."""
    parents = _parents_of(rows)
    if all(parent in known and parent != name for parent in parents):
        return parents
    return tuple(parent for parent in parents if parent in known and parent != name)


def _kinship(row: FamilyRow) -> tuple[object, ...]:
    """What of a row decides the shape of the tree."""
    return row.identity, row.place, row.parents, row.is_work


def _parents_of(rows: Sequence[FamilyRow]) -> tuple[str, ...]:
    """Named by any of a picture's nodes: one recipe may know more than another."""
    if len(rows) == 1:
        return rows[0].parents
    return tuple(dict.fromkeys(parent for row in rows for parent in row.parents))


def _member(rows: Sequence[FamilyRow], parents: tuple[str, ...], generation: int) -> Member:
    first = own = work = looked = rows[0]
    named = len(first.parents)
    if len(rows) > 1:
        work = next((row for row in rows if row.is_work), first)
        own = next((row for row in rows if not row.is_work), first)
        looked = next((row for row in rows if row.swatch is not None), first)
        named = len(_parents_of(rows))
    is_own, is_work = not own.is_work, work.is_work
    return Member(
        identity=first.identity,
        place=first.place,
        model=first.model,
        kind=first.kind,
        seed=first.seed,
        created=first.created,
        parents=parents,
        parents_elsewhere=named - len(parents),
        generation=generation,
        favourite=is_own and own.favourite,
        genes=first.genes,
        colours=looked.colours,
        swatch=looked.swatch,
        title=work.title,
        words=work.words,
        work=work.node if is_work else "",
        blob=work.blob,
        relative=own.node if is_own else "",
    )


def _generations(parents: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """The generation of each, by a walk that needs no stack of calls.

    Recipes from elsewhere may claim to be each other's parents; a parent that is met again on the
    way up to itself does not count.
    """
    found: dict[str, int] = {}
    for start, above in parents.items():
        if start in found:
            continue
        if all(parent in found for parent in above):  # most came after their parents
            found[start] = 1 + max((found[parent] for parent in above), default=-1)
            continue
        way = [(start, iter(parents[start]))]
        open_now = {start}
        latest = [-1]
        while way:
            name, ahead = way[-1]
            for parent in ahead:
                known = found.get(parent)
                if known is not None:
                    latest[-1] = max(latest[-1], known)
                elif parent not in open_now:
                    way.append((parent, iter(parents[parent])))
                    open_now.add(parent)
                    latest.append(-1)
                    break
            else:
                way.pop()
                open_now.discard(name)
                found[name] = latest.pop() + 1
                if latest:
                    latest[-1] = max(latest[-1], found[name])
    return found


class _Said:
    """Whether a word is found in what is said of a member; see `studio.project.search`."""

    __slots__ = ("_colours", "_genes", "_is_number", "_kinds", "_models", "_text")

    def __init__(self, word: Word) -> None:
        self._text = word.text
        self._is_number = word.text.isascii() and word.text.isdigit()
        self._models, self._kinds = frozenset(word.models), frozenset(word.kinds)
        self._colours, self._genes = frozenset(word.colours), frozenset(word.genes)

    def of(self, member: Member) -> bool:
        text = self._text
        return bool(
            (member.words and text in member.words)
            or (self._is_number and str(member.seed).startswith(text))
            or (member.genes and self._is_gene(member.genes))
            or member.model in self._models
            or (self._kinds and (member.model, member.kind) in self._kinds)
            or (self._colours and not self._colours.isdisjoint(member.colours))
        )

    def _is_gene(self, genes: tuple[str, ...]) -> bool:
        return any(self._text in gene or gene in self._genes for gene in genes)


# -- edits and reading ------------------------------------------------------------------------


class FamilyStore(Protocol):
    """What is read of a project; `studio.project.store.ProjectStore` is one."""

    def recipes_named(self, identities: Iterable[str], /) -> dict[str, Recipe]:
        """Recipes of works and relatives by identity."""

    def relatives_named(self, identities: Iterable[str], /) -> dict[str, tuple[str, bool]]:
        """The node of each picture in the tree, and whether it is a favourite."""


def relate(store: FamilyStore, recipes: Iterable[Recipe]) -> tuple[Patch, ...]:
    """Patches that enter finished pictures into the tree, those left out that are in it already.

    They are meant to be part of the step that breeds from the pictures, so that undo takes both
    back. A kept work that is bred from is entered too: it may be removed later, and its children
    still came from it. Wishes are no pictures and are left out.
    """
    wanted = {identity(recipe): recipe for recipe in recipes if recipe.is_made}
    known = store.relatives_named(wanted)
    return tuple(
        put(RELATIVE, new_relative(recipe)) for name, recipe in wanted.items() if name not in known
    )


def new_relative(recipe: Recipe, *, favourite: bool = False) -> Relative:
    """A node of the tree for a finished picture."""
    return Relative(id=uuid.uuid4().hex, recipe=recipe, favourite=favourite, created=time.time())


def favour(store: FamilyStore, recipe: Recipe, favourite: bool) -> Patch:
    """The patch that makes a finished picture a favourite, or an ordinary one again.

    It enters the picture into the tree if it has no node there.
    """
    name = identity(recipe)
    known = store.relatives_named((name,)).get(name)
    if known is not None:
        return change(RELATIVE, known[0], favourite=favourite)
    return put(RELATIVE, new_relative(recipe, favourite=favourite))


def unfavour(store: FamilyStore, recipe: Recipe, *, is_leaf: bool) -> tuple[Patch, ...]:
    """The patches that take the mark of a favourite away again.

    A picture that nobody came from was in the tree for that mark alone and leaves it.
    """
    known = store.relatives_named((name := identity(recipe),)).get(name)
    if known is None:
        return ()
    return (remove(RELATIVE, known[0]) if is_leaf else change(RELATIVE, known[0], favourite=False),)


def ancestor_recipes(store: FamilyStore, recipe: Recipe, *, most: int = 1000) -> tuple[Recipe, ...]:
    """The recipes of everybody a picture came from, its earliest ancestors first.

    Reads generation by generation, so it needs no `Lineage`; those that are not in the project
    are left out, and so are those beyond ``most``.
    """
    found: dict[str, Recipe] = {}
    depth: dict[str, int] = {}
    own = identity(recipe)
    ahead: Sequence[str] = recipe.parents
    level = 0
    while ahead and len(found) < most:
        level += 1
        wanted = [name for name in dict.fromkeys(ahead) if name not in found and name != own]
        known = store.recipes_named(wanted)
        fresh = {name: known[name] for name in wanted if name in known}
        found.update(fresh)
        depth.update(dict.fromkeys(fresh, level))
        ahead = [parent for one in fresh.values() for parent in one.parents]
    ordered = sorted(found, key=lambda name: -depth[name])
    return tuple(found[name] for name in ordered[-most:])
