"""The file that holds what was found in one model and what the artist called it.

Small JSON, replaced as a whole, so that a kill leaves the old or the new one. What cannot be read
of it is said and set aside, never written over.
"""

import math
from array import array
from pathlib import Path
from typing import Final, Literal

import msgspec

from studio.contract.errors import (
    AtelierError,
    ProjectDamaged,
    ProjectTooNew,
    file_error,
    parser_fault,
)
from studio.contract.manifest import Label, Zone
from studio.contract.traits import Separation, Space
from studio.project.files import write_whole
from studio.project.paths import ensure_folder

FILE_SCHEMA: Final = 1
MAXIMUM_FILE_BYTES: Final = 64_000_000
"""A shelf is some kilobytes; whatever claims to be larger is not one."""
MOST_ASIDE: Final = 100
LONGEST_NAME: Final = 60
"""Characters that a trait may be called."""

ZoneName = Zone | Literal[""]


class ShelfTrait(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A direction of one model that can be given more or less of."""

    id: str
    """Names it on its shelf, for ever."""
    source: Literal["shipped", "found", "piles"]
    """Where it comes from: the model's own folder, a search, or two piles of pictures."""
    space: Space
    direction: bytes = b""
    """Little-endian float32; its length is the step of one sigma."""
    name: str = ""
    """What the artist called it; empty: nothing yet."""
    zone: ZoneName = ""
    """The zone that it is applied to alone; empty: the whole picture."""
    created: float = 0.0
    """When it was found, in seconds since 1970; 0 for what the model ships."""
    rank: int = 0
    """Its place in the search that found it, from 1."""
    explained: float = 0.0
    """Share of all that differs between pictures which lies in it; 0: not measured."""
    kind: str = ""
    """The kind that the search looked at alone; empty: all."""
    separation: Separation | None = None
    """How well it tells the two piles apart that it was found from."""
    label: Label | None = None
    """What a shipped one is called in both languages."""
    ends: tuple[Label, Label] | None = None
    kinds: tuple[str, ...] = ()
    """The kinds that a shipped one was found for; empty: all."""
    correlation: float | None = None

    @property
    def is_own(self) -> bool:
        """Whether it can be deleted, because it does not come with the model."""
        return self.source != "shipped"

    def title(self, language: str) -> str:
        """What it is called; empty while nobody has called it anything."""
        if self.name or self.label is None:
            return self.name
        return self.label.text(language)

    def words(self) -> tuple[str, ...]:
        """All that it is found by, in lower case."""
        labels = [label for label in (self.label, *(self.ends or ())) if label is not None]
        texts = [self.name, *(text for label in labels for text in (label.en, label.zh))]
        return tuple(dict.fromkeys(text.casefold() for text in texts if text))


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What was read."""

    traits: tuple[ShelfTrait, ...] = ()
    fault: AtelierError | None = None
    """What is wrong with the file, or None."""
    is_newer: bool = False
    """Whether a later Atelier wrote it: then it is not written over."""


class _File(msgspec.Struct, kw_only=True):
    schema: int = FILE_SCHEMA
    graph: str = ""
    """The key of the model's graphs, for people who look into the file."""
    traits: list[msgspec.Raw] = []


class _SchemaOnly(msgspec.Struct):
    schema: int = 0


_decoder = msgspec.json.Decoder(_File)
_schema_decoder = msgspec.json.Decoder(_SchemaOnly)
_trait_decoder = msgspec.json.Decoder(ShelfTrait)


def read_traits(path: Path) -> Contents:
    """Everything that can be read of the file; nothing is raised, the fault is said."""
    try:
        if path.stat().st_size > MAXIMUM_FILE_BYTES:
            return _damaged(path, "it is larger than any list of traits")
        data = path.read_bytes()
    except FileNotFoundError:
        return Contents()
    except OSError as error:
        return Contents(fault=file_error(error, path))
    try:
        schema = _schema_decoder.decode(data).schema
        if schema > FILE_SCHEMA:
            newer = ProjectTooNew(file=path, found=schema, supported=FILE_SCHEMA)
            return Contents(fault=newer, is_newer=True)
        raw = _decoder.decode(data).traits
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        return _damaged(path, parser_fault(error))
    traits = [trait for trait in map(_trait_of, raw) if trait is not None]
    sound = {trait.id: trait for trait in traits}
    if len(sound) == len(raw):
        return Contents(traits=tuple(sound.values()))
    fault = f"{len(raw) - len(sound)} of {len(raw)} traits are damaged"
    return Contents(traits=tuple(sound.values()), fault=ProjectDamaged(file=path, fault=fault))


def write_traits(path: Path, graph: str, traits: tuple[ShelfTrait, ...]) -> None:
    """Replace the file; raises `StorageFull`, `StorageDenied` or another `AtelierError`."""
    encode = msgspec.json.encode
    entries = [msgspec.Raw(encode(trait)) for trait in traits]
    data = msgspec.json.format(encode(_File(graph=graph, traits=entries)), indent=1)
    ensure_folder(path.parent)
    try:
        write_whole(path, data + b"\n")
    except OSError as error:
        raise file_error(error, path) from error


def set_aside(path: Path) -> None:
    """Keep a damaged file under another name, so that nobody writes over what may be saved.

    Raises `StorageFull`, `StorageDenied` or another `AtelierError`.
    """
    aside = next(
        (
            other
            for other in (path.with_suffix(f".damaged-{at}.json") for at in range(1, MOST_ASIDE))
            if not other.exists()
        ),
        None,
    )
    if aside is None or not path.is_file():
        return
    try:
        write_whole(aside, path.read_bytes())
    except OSError as error:
        raise file_error(error, aside) from error


def is_direction(data: bytes) -> bool:
    """Whether ``data`` is a row of float32 that points anywhere."""
    if not data or len(data) % 4:
        return False
    numbers = array("f", data)
    return all(map(math.isfinite, numbers)) and any(numbers)


def _trait_of(raw: msgspec.Raw) -> ShelfTrait | None:
    try:
        trait = _trait_decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
        return None
    sound = is_direction(trait.direction) if trait.is_own else not trait.direction
    return trait if sound and trait.id and len(trait.name) <= LONGEST_NAME else None


def _damaged(path: Path, fault: str) -> Contents:
    return Contents(fault=ProjectDamaged(file=path, fault=fault))
