"""The traits of one model: those that it ships, those that were found, and what they are called.

They are kept by the hash of the model's graphs, so that they fit whatever else becomes of its
folder, in the folder of the user's data, so that all projects share them. Without Qt and numpy.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Literal

import msgspec

from studio.contract.errors import (
    AtelierError,
    ManifestInvalid,
    ProjectDamaged,
    ProjectReadOnly,
    RequestInvalid,
    file_error,
)
from studio.contract.manifest import Model, Trait, TraitSet
from studio.contract.traits import FoundTraits, trait_space, trait_zones
from studio.images.finding import find_named
from studio.images.trait_file import (
    LONGEST_NAME,
    ShelfTrait,
    ZoneName,
    is_direction,
    read_traits,
    set_aside,
    write_traits,
)
from studio.project.paths import Places

__all__ = ["LONGEST_NAME", "ShelfChange", "ShelfTrait", "TraitShelf", "TraitShelves", "trait_key"]

LARGEST_SHIPPED: Final = 64_000_000
"""Bytes of directions that a model may ship."""

Runner = Callable[[Callable[[], None]], None]
"""Runs what writes a file, at once or on another thread."""


class ShelfChange(msgspec.Struct, frozen=True, kw_only=True):
    """One step: what became of each trait that it touched."""

    deed: Literal["found", "piles", "rename", "zone", "delete"]
    name: str
    """What the trait was called after it, or before it was deleted."""
    before: dict[str, ShelfTrait | None]
    """By id; None: it was not there."""
    after: dict[str, ShelfTrait | None]


def trait_key(model: Model) -> str:
    """What the traits of ``model`` are kept by: the hash of its graph, or of all its graphs'."""
    hashes = model.graph_hashes()
    if len(hashes) == 1:
        return next(iter(hashes.values()))
    text = "\n".join(f"{role} {hashes[role]}" for role in sorted(hashes))
    return hashlib.sha256(text.encode()).hexdigest()


class TraitShelf:
    """Reads its file when it is first looked at; each change is written at once.

    To be used by one thread; only the writing may be run on another, by ``run``.
    """

    def __init__(
        self,
        places: Places,
        graph_hash: str,
        *,
        model: Model | None = None,
        run: Runner | None = None,
        failed: Callable[[AtelierError], None] | None = None,
    ) -> None:
        """``model`` brings what it ships. ``failed`` hears what ``run`` could not write; without
        it the change raises it."""
        self.path = places.data / "traits" / f"{graph_hash}.json"
        self._graph_hash = graph_hash
        self._model = model
        self._run = run
        self._failed = failed
        self._held: dict[str, ShelfTrait] | None = None
        """By id: what the file holds; of shipped ones what the artist called them."""
        self._shipped: dict[str, ShelfTrait] = {}
        self._shipped_fault: AtelierError | None = None
        self._file_fault: AtelierError | None = None
        self._is_newer = False
        self._stamp: tuple[int, int] | None = None
        self._writing = threading.Lock()
        self._done: list[ShelfChange] = []
        self._undone: list[ShelfChange] = []
        self._listeners: list[Callable[[], None]] = []

    @property
    def fault(self) -> AtelierError | None:
        """What is wrong with what was kept or shipped; the rest can be used all the same."""
        self._look()
        return self._file_fault or self._shipped_fault

    def traits(self) -> tuple[ShelfTrait, ...]:
        """All of them: what has a name first, then what was found and has none yet."""
        held = self._look()
        shipped = [
            msgspec.structs.replace(trait, name=held[trait.id].name, zone=held[trait.id].zone)
            if trait.id in held
            else trait
            for trait in self._shipped.values()
        ]
        own = sorted(
            (trait for trait in held.values() if trait.is_own),
            key=lambda trait: (not trait.name, trait.created, trait.rank, trait.id),
        )
        return (*shipped, *own)

    def trait(self, identity: str) -> ShelfTrait | None:
        """The trait of this id, or None if it is gone."""
        return next((trait for trait in self.traits() if trait.id == identity), None)

    def search(self, text: str, language: str) -> tuple[ShelfTrait, ...]:
        """Those that ``text`` names, in any language and by the artist's own names, best first.

        ``language`` decides the order alone: what is called so in it comes first.
        """
        found = find_named(self.traits(), ShelfTrait.words, text)
        wanted = text.strip().casefold()
        return tuple(sorted(found, key=lambda t: wanted not in t.title(language).casefold()))

    def named(self, name: str) -> ShelfTrait | None:
        """The one that is called exactly this, in any language, or has this id.

        What was found and not called anything yet goes by its rank, as "gene 3".
        """
        wanted = name.strip().casefold()
        traits = self.traits()
        for names in (_given_names, _plain_names):
            for trait in traits:
                if wanted in names(trait):
                    return trait
        return None

    def put_found(self, found: FoundTraits) -> tuple[ShelfTrait, ...]:
        """Take up what a search has found; it replaces what an earlier one found and nobody
        called anything. Returns the new ones.

        Raises `RequestInvalid` if they belong to another model, and what writing raises.
        """
        held = self._look()
        self._check(found)
        now = time.time()
        stem = hashlib.sha256(f"{self._graph_hash} {now!r}".encode()).hexdigest()[:12]
        new = tuple(
            ShelfTrait(
                id=f"found:{stem}:{rank}",
                source="found",
                space=found.space,
                direction=trait.direction,
                created=now,
                rank=rank,
                explained=trait.explained,
                kind=found.kind,
            )
            for rank, trait in enumerate(found.traits, 1)
        )
        gone = [trait.id for trait in held.values() if trait.source == "found" and not trait.name]
        self._change("found", "", {**dict.fromkeys(gone), **{trait.id: trait for trait in new}})
        return new

    def put_between(self, found: FoundTraits, name: str, *, zone: ZoneName = "") -> ShelfTrait:
        """Take up what two piles differ in, under a name.

        Raises `RequestInvalid` for a name that cannot be given, and what writing raises.
        """
        self._look()
        self._check(found)
        name = self._fitting(name, "")
        now = time.time()
        stem = hashlib.sha256(f"{self._graph_hash} {name} {now!r}".encode()).hexdigest()[:12]
        trait = ShelfTrait(
            id=f"piles:{stem}",
            source="piles",
            space=found.space,
            direction=found.traits[0].direction,
            name=name,
            zone=self._zone(zone),
            created=now,
            explained=found.traits[0].explained,
            separation=found.separation,
        )
        self._change("piles", name, {trait.id: trait})
        return trait

    def rename(self, identity: str, name: str) -> ShelfTrait:
        """Call a trait ``name``; empty takes the name away. Raises `RequestInvalid` if that is
        the name of another one, or if the trait is gone, and what writing raises."""
        trait = self._present(identity)
        name = self._fitting(name, identity)
        return self._put("rename", msgspec.structs.replace(trait, name=name))

    def set_zone(self, identity: str, zone: ZoneName) -> ShelfTrait:
        """Apply a trait to one zone alone from now on; empty: to the whole picture.

        Raises `RequestInvalid` if the model has no such zone, and what writing raises.
        """
        trait = self._present(identity)
        return self._put("zone", msgspec.structs.replace(trait, zone=self._zone(zone)))

    def delete(self, identity: str) -> None:
        """Take a trait off the shelf; `undo` brings it back.

        Raises `RequestInvalid` if it comes with the model, and what writing raises.
        """
        trait = self._present(identity)
        if not trait.is_own:
            raise RequestInvalid(fault="the trait comes with the model and cannot be deleted")
        self._change("delete", trait.name, {identity: None})

    @property
    def undoable(self) -> ShelfChange | None:
        """What `undo` would take back."""
        return self._done[-1] if self._done else None

    @property
    def redoable(self) -> ShelfChange | None:
        """What `redo` would do again."""
        return self._undone[-1] if self._undone else None

    def undo(self) -> ShelfChange | None:
        """Take the last change back; None if there is none."""
        if not self._done:
            return None
        change = self._done[-1]
        self._apply(change.before)
        self._undone.append(self._done.pop())
        self._tell()
        return change

    def redo(self) -> ShelfChange | None:
        """Do again what was taken back; None if nothing was."""
        if not self._undone:
            return None
        change = self._undone[-1]
        self._apply(change.after)
        self._done.append(self._undone.pop())
        self._tell()
        return change

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have ``listener`` called after each change; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def _put(self, deed: Literal["rename", "zone"], trait: ShelfTrait) -> ShelfTrait:
        # Of what the model ships only the artist's own words are kept: it brings the rest.
        kept = trait if trait.is_own else _own_words(trait)
        self._change(deed, trait.name, {trait.id: kept})
        return trait

    def _change(
        self,
        deed: Literal["found", "piles", "rename", "zone", "delete"],
        name: str,
        after: dict[str, ShelfTrait | None],
    ) -> None:
        held = self._look()
        before = {identity: held.get(identity) for identity in after}
        if before == after:
            return
        change = ShelfChange(deed=deed, name=name, before=before, after=after)
        self._apply(after)
        self._done.append(change)
        self._undone.clear()
        self._tell()

    def _apply(self, values: dict[str, ShelfTrait | None]) -> None:
        """Write first where writing is waited for: what could not be written did not happen."""
        held = dict(self._look())
        if self._is_newer:
            raise ProjectReadOnly(file=self.path)
        for identity, trait in values.items():
            if trait is None:
                held.pop(identity, None)
            else:
                held[identity] = trait
        if self._run is None:
            self._write(held)
            self._held = held
            return
        self._held = held
        self._run(self._write_latest)

    def _write_latest(self) -> None:
        try:
            with self._writing:
                held = self._held
                if held is not None:
                    self._write_now(held)
        except AtelierError as error:
            if self._failed is None:
                raise
            self._failed(error)

    def _write(self, held: dict[str, ShelfTrait]) -> None:
        with self._writing:
            self._write_now(held)

    def _write_now(self, held: dict[str, ShelfTrait]) -> None:
        if self._file_fault is not None:
            set_aside(self.path)
        write_traits(self.path, self._graph_hash, tuple(held.values()))
        self._file_fault = None
        self._stamp = _stamp(self.path)

    def _look(self) -> dict[str, ShelfTrait]:
        """What is held, read anew where another window has written it."""
        if self._held is None and self._model is not None:
            self._shipped, self._shipped_fault = _shipped_traits(self._model)
        if self._writing.locked():  # the file is about to be what is held here
            return self._held or {}
        stamp = _stamp(self.path)
        if self._held is None or stamp != self._stamp:
            contents = read_traits(self.path)
            self._held = {t.id: t for t in contents.traits if self._fits(t)}
            self._file_fault = contents.fault
            if contents.fault is None and len(self._held) < len(contents.traits):
                fault = "it holds traits of another model"
                self._file_fault = ProjectDamaged(file=self.path, fault=fault)
            self._is_newer = contents.is_newer
            self._stamp = stamp
        return self._held

    def _fits(self, trait: ShelfTrait) -> bool:
        """Whether it points in the model's own space: the file may be foreign."""
        if self._model is None or not trait.is_own:
            return True
        space, dimension = trait_space(self._model)
        return trait.space == space and len(trait.direction) == 4 * dimension

    def _present(self, identity: str) -> ShelfTrait:
        trait = self.trait(identity)
        if trait is None:
            raise RequestInvalid(fault="the trait is not there any more")
        return trait

    def _fitting(self, name: str, identity: str) -> str:
        """``name`` as it is kept."""
        name = " ".join(name.split())
        if len(name) > LONGEST_NAME:
            fault = f"a trait's name has at most {LONGEST_NAME} characters"
            raise RequestInvalid(fault=fault)
        other = self.named(name) if name else None
        if other is not None and other.id != identity:
            raise RequestInvalid(fault=f"another trait is called {name!r} already")
        return name

    def _zone(self, zone: ZoneName) -> ZoneName:
        if zone and self._model is not None and zone not in trait_zones(self._model):
            known = ", ".join(trait_zones(self._model)) or "none"
            raise RequestInvalid(fault=f"there is no zone {zone!r}; there are: {known}")
        return zone

    def _check(self, found: FoundTraits) -> None:
        if not found.traits:
            raise RequestInvalid(fault="no trait was found")
        whole = all(len(trait.direction) == 4 * found.dimension for trait in found.traits)
        if not whole or not all(is_direction(trait.direction) for trait in found.traits):
            raise RequestInvalid(fault="what was found is no direction")
        if self._model is not None and trait_space(self._model) != (found.space, found.dimension):
            raise RequestInvalid(fault="the traits were found in another model")

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


class TraitShelves:
    """One shelf for each model, so that all who look at a model see the same."""

    def __init__(
        self,
        places: Places,
        *,
        run: Runner | None = None,
        failed: Callable[[AtelierError], None] | None = None,
    ) -> None:
        """``run`` and ``failed`` as `TraitShelf` takes them."""
        self._places = places
        self._run = run
        self._failed = failed
        self._shelves: dict[str, TraitShelf] = {}

    def of(self, model: Model) -> TraitShelf:
        """The shelf of ``model``."""
        key = trait_key(model)
        if key not in self._shelves:
            self._shelves[key] = TraitShelf(
                self._places, key, model=model, run=self._run, failed=self._failed
            )
        return self._shelves[key]


def _own_words(trait: ShelfTrait) -> ShelfTrait:
    return ShelfTrait(
        id=trait.id, source="shipped", space=trait.space, name=trait.name, zone=trait.zone
    )


def _given_names(trait: ShelfTrait) -> tuple[str, ...]:
    """What people call it, in lower case."""
    label = () if trait.label is None else (trait.label.en, trait.label.zh)
    return tuple(text.casefold() for text in (trait.name, *label) if text)


def _plain_names(trait: ShelfTrait) -> tuple[str, ...]:
    """What programs call it, in lower case."""
    unnamed = (f"gene {trait.rank}",) if trait.rank and not trait.name else ()
    return (trait.id.casefold(), trait.id.removeprefix("shipped:").casefold(), *unnamed)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino


def _shipped_traits(model: Model) -> tuple[dict[str, ShelfTrait], AtelierError | None]:
    """What the model's folder brings, and what is wrong with it."""
    traits = model.manifest.traits
    if traits is None:
        return {}, None
    path = model.file(traits.file)
    _, dimension = trait_space(model)
    size = 4 * dimension
    try:
        data = _whole(path, size * len(traits.traits))
    except OSError as error:
        return {}, file_error(error, path)
    if data is None or hashlib.sha256(data).hexdigest() != traits.sha256:
        fault = "it is not the file that the manifest describes (its SHA-256 differs)"
        return {}, ManifestInvalid(file=path, fault=fault)
    rows = (data[start : start + size] for start in range(0, len(data), size))
    return {t.id: t for t in _with_rows(traits, rows)}, None


def _with_rows(traits: TraitSet, rows: Iterable[bytes]) -> Iterable[ShelfTrait]:
    for trait, row in zip(traits.traits, rows, strict=True):
        if is_direction(row):
            yield _shipped_trait(trait, traits, row)


def _shipped_trait(trait: Trait, traits: TraitSet, direction: bytes) -> ShelfTrait:
    return ShelfTrait(
        id=f"shipped:{trait.name}",
        source="shipped",
        space=traits.space,
        direction=direction,
        zone=trait.zone or "",
        label=trait.label,
        ends=trait.ends,
        kinds=trait.kinds,
        correlation=trait.correlation,
    )


def _whole(path: Path, size: int) -> bytes | None:
    """The file's bytes, if it has just so many."""
    if size > LARGEST_SHIPPED or path.stat().st_size != size:
        return None
    return path.read_bytes()
