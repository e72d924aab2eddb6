"""A database with bits flipped anywhere: one sentence or an open project, never anything else."""

import random
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from studio.contract.errors import AtelierError, ProjectError
from studio.project.blobs import BlobFolder
from studio.project.database import DATABASE_NAME
from studio.project.edits import change
from studio.project.lock import HOLDER_NAME
from studio.project.nodes import WORK
from studio.project.store import BLOB_FOLDER, ProjectStore
from tests.project.samples import NOTE, do, known, new_note, new_work, opened, png

WORKS = 8


def fill(folder: Path) -> None:
    """Small, so that every part of the file is hit: header, schema, rows, indexes, history."""
    with opened(folder) as store:
        for number in range(WORKS):
            store.submit(new_work(number)).result()
        do(store, *(new_note(f"n{number}", "text " * 100) for number in range(8)))
        for number in range(8):
            do(store, change(NOTE, f"n{number}", text="other " * 200), parameters={"p": "q"})
        for _ in range(4):
            store.undo("a").result()
        store.put_state("scroll", b"far").result()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "p"
    fill(folder)
    return folder


def mutate(file: Path, seed: int) -> None:
    chosen = random.Random(seed)
    data = bytearray(file.read_bytes())
    for _ in range(chosen.choice((1, 3, 10, 40))):
        place = chosen.randrange(100 if chosen.random() < 0.05 else len(data))
        data[place] = chosen.choice((0, 0xFF, 0x7F, data[place] ^ 1 << chosen.randrange(8)))
    file.write_bytes(data)


def use(store: ProjectStore) -> None:
    """Everything a room does; each part may fail with a sentence and must leave the next alone."""
    for kind in ("work", "note"):
        with suppress(ProjectError):
            store.nodes(kind, limit=100)
    with suppress(ProjectError):
        store.bin(WORK)
    with suppress(ProjectError):
        store.find(NOTE, "text")
    with suppress(ProjectError):
        store.history("a")
    with suppress(ProjectError):
        store.state("scroll")
    for turn in (store.undo, store.redo):
        for _ in range(12):
            with suppress(ProjectError):
                turn("a").result()
    for future in (
        store.submit(new_work(99)),
        store.restore(WORK, ["work-1"], scope="a"),
        store.empty_bin(WORK),
        store.put_state("scroll", b"near"),
    ):
        with suppress(ProjectError):
            future.result()


def try_mutant(template: Path, folder: Path, seed: int, *, unclean: bool) -> None:
    shutil.copytree(template, folder)
    mutate(folder / DATABASE_NAME, seed)
    if unclean:
        (folder / HOLDER_NAME).write_bytes(b"")
    try:
        store = ProjectStore.open(folder, known())
    except AtelierError as error:
        assert str(folder) in error.message
    else:
        with store:
            use(store)
    with suppress(AtelierError), opened(folder) as store:
        use(store)
    blobs = BlobFolder(folder / BLOB_FOLDER)
    for sha in blobs.names():
        blobs.read(sha)


@pytest.mark.parametrize("seed", range(25))
def test_a_mutant_opens_or_is_refused_with_a_sentence(
    template: Path, tmp_path: Path, seed: int
) -> None:
    try_mutant(template, tmp_path / "p", seed, unclean=bool(seed % 2))


def test_a_sound_copy_passes_the_same_treatment(template: Path, tmp_path: Path) -> None:
    shutil.copytree(template, tmp_path / "p")
    with opened(tmp_path / "p") as store:
        assert not store.recovered.is_rebuilt
        use(store)
        assert store.read_blob(store.nodes(WORK).items[0].blob) == png(0)
