"""A project of notes and pictures for the tests of the store."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from studio.contract.recipe import Recipe, encode_recipe
from studio.project.edits import Edit, Patch, put
from studio.project.nodes import RELATIVE, WORK, Node, NodeCodecs, NodeType, Work
from studio.project.store import ProjectStore


class Note(Node, frozen=True, kw_only=True):
    """A node with nothing to it."""

    text: str = ""
    number: int = 0


def note_key(note: Note) -> str:
    return note.text


NOTE: NodeType[Note] = NodeType(name="note", struct=Note, key=note_key)


def known() -> NodeCodecs:
    return NodeCodecs(WORK, RELATIVE, NOTE)


def step(*patches: Patch, scope: str = "a", label: str = "step", **more: Any) -> Edit:
    return Edit(scope=scope, label=label, patches=patches, **more)


def new_note(node_id: str, text: str = "", number: int = 0) -> Patch:
    return put(NOTE, Note(id=node_id, text=text, number=number))


def do(store: ProjectStore, *patches: Patch, **more: Any) -> None:
    """Submit one step and wait until it is on the disk."""
    store.submit(step(*patches, **more)).result()


def recipe(number: int) -> Recipe:
    return Recipe(model="tiny", seed=number, latent=struct.pack("<4f", number, 1, 2, 3))


def png(number: int) -> bytes:
    """A true PNG of one grey pixel that holds `recipe` of ``number``, without an imaging library.

    What the studio writes is richer; for a store any picture with its recipe inside will do.
    """

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    pixel = zlib.compress(bytes((0, number % 256)))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
            chunk(b"tEXt", b"atelier\0" + encode_recipe(recipe(number))),
            chunk(b"IDAT", pixel),
            chunk(b"IEND", b""),
        )
    )


def new_work(number: int, **more: Any) -> Edit:
    """The edit that keeps picture ``number`` as the work of that id."""
    from studio.project.blobs import sha256_of

    work = Work(
        id=f"work-{number}", recipe=recipe(number), blob=sha256_of(png(number)), created=0.0
    )
    return step(put(WORK, msgspec.structs.replace(work, **more)), blobs=(png(number),))


@contextmanager
def opened(folder: Path, **more: Any) -> Iterator[ProjectStore]:
    store = ProjectStore.open(folder, known(), **more)
    try:
        yield store
    finally:
        store.close()


def texts(store: ProjectStore) -> dict[str, str]:
    """The text of each note that is not in the bin."""
    return {note.id: note.text for note in store.nodes(NOTE, limit=10_000).items}
