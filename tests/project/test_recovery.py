"""However a project was left, it opens: with all that was committed, or with what can be read."""

import os
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import pytest

from studio.contract.errors import ProjectDamaged, StorageFull
from studio.contract.recipe import Recipe
from studio.project import recovery
from studio.project.blobs import INCOMING, BlobFolder, sha256_of
from studio.project.database import DATABASE_NAME, SHM_SUFFIX, WAL_SUFFIX
from studio.project.edits import change, remove
from studio.project.lock import HOLDER_NAME, Holder, read_holder
from studio.project.nodes import WORK, Work
from studio.project.recovery import BUILDING_NAME, GRACE_SECONDS, REBUILT_NAME
from studio.project.store import BLOB_FOLDER, ProjectStore
from tests.project.samples import (
    NOTE,
    do,
    known,
    new_note,
    new_work,
    opened,
    png,
    recipe,
    texts,
)

WORKS = 30
NOTES = 400
SECTOR = 4096


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Works, many notes, one of each in the bin, an undone step, state."""
    folder = tmp_path_factory.mktemp("template") / "p"
    with opened(folder) as store:
        for number in range(WORKS):
            store.submit(new_work(number, title=f"title {number}", rating=number % 6))
        do(store, *(new_note(f"n{i:03}", f"text {i} " * 20, i) for i in range(NOTES)))
        do(store, remove(WORK, "work-3"), remove(NOTE, "n007"))
        do(store, change(NOTE, "n001", text="changed"))
        store.undo("a").result()
        store.put_state("scroll", b"far").result()
    return folder


@pytest.fixture
def filled(template: Path, tmp_path: Path) -> Path:
    """A project of one's own to damage."""
    return Path(shutil.copytree(template, tmp_path / "filled"))


def pictures(works: Iterable[Work]) -> list[Recipe]:
    return sorted((work.recipe for work in works), key=lambda made: made.seed)


ALL_PICTURES = [recipe(number) for number in range(WORKS)]


def killed_copy(store: ProjectStore, target: Path) -> Path:
    """What a kill at this moment would leave."""
    shutil.copytree(store.folder, target)
    return target


def grow_old(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def database(folder: Path) -> Path:
    return folder / DATABASE_NAME


# -- unclean closes ---------------------------------------------------------------------------


def test_after_a_kill_everything_committed_is_there_and_the_report_says_who_was_killed(
    tmp_path: Path,
) -> None:
    with opened(tmp_path / "p", holder="the window") as store:
        store.submit(new_work(1)).result()
        do(store, new_note("n", "kept"))
        copy = killed_copy(store, tmp_path / "copy")
    with opened(copy) as store:
        assert store.recovered.unclean
        assert store.recovered.last_holder is not None
        assert store.recovered.last_holder.name == "the window"
        assert not store.recovered.is_rebuilt
        assert texts(store) == {"n": "kept"}
        assert store.read_blob(store.nodes(WORK).items[0].blob) == png(1)
    with opened(copy) as store:
        assert not store.recovered.unclean


def test_a_log_that_was_left_makes_an_opening_careful_even_without_a_note(tmp_path: Path) -> None:
    with opened(tmp_path / "p") as store:
        do(store, new_note("n", "kept"))
        copy = killed_copy(store, tmp_path / "copy")
    (copy / HOLDER_NAME).unlink()
    with opened(copy) as store:
        assert store.recovered.unclean
        assert texts(store) == {"n": "kept"}


def test_a_clean_close_leaves_one_file_of_rows_and_no_note(filled: Path) -> None:
    assert not Path(f"{database(filled)}{WAL_SUFFIX}").exists()
    assert not Path(f"{database(filled)}{SHM_SUFFIX}").exists()
    assert read_holder(filled) is None


def test_an_opening_that_fails_does_not_look_like_a_crash_to_the_next(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def fail(*_: object, **__: object) -> None:
        raise StorageFull(file=filled)

    with monkeypatch.context() as patch:
        patch.setattr("studio.project.store.open_database", fail)
        with pytest.raises(StorageFull):
            ProjectStore.open(filled, known())
    with opened(filled) as store:
        assert not store.recovered.unclean


def test_a_clock_that_jumps_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    for number, jump in enumerate((0.0, -1e9, 1e9, -5.0)):
        monkeypatch.setattr(time, "time", lambda jump=jump: real() + jump)
        with opened(tmp_path) as store:
            do(store, new_note(f"n{number}"))
            store.submit(new_work(number)).result()
    with opened(tmp_path) as store:
        assert list(texts(store)) == ["n0", "n1", "n2", "n3"]
        assert [work.id for work in store.nodes(WORK).items] == [f"work-{i}" for i in range(4)]
        for work in store.nodes(WORK).items:
            store.read_blob(work.blob)
        for _ in range(8):
            assert store.undo("a").result() is not None
        assert texts(store) == {}


# -- files that nothing names -----------------------------------------------------------------


def test_half_written_files_are_swept_at_any_opening(filled: Path) -> None:
    (filled / BLOB_FOLDER / INCOMING / "ab.part").write_bytes(b"half")
    with opened(filled) as store:
        assert store.recovered.temporary_files == 1
    with opened(filled) as store:
        assert store.recovered.temporary_files == 0


def test_a_file_without_an_edit_is_swept_after_a_days_grace(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        sha = store.put_blob(png(1)).result()
    with opened(tmp_path) as store:
        assert store.recovered.blobs_swept == 0
        assert store.read_blob(sha) == png(1)
        path = store.blob_path(sha)
    grow_old(path, GRACE_SECONDS + 60)
    with opened(tmp_path) as store:
        assert store.recovered.blobs_swept == 1
        assert not path.exists()
    with opened(tmp_path) as store:
        assert store.recovered.blobs_swept == 0


def test_a_file_whose_commit_never_came_is_found_after_the_kill_and_swept_after_the_grace(
    tmp_path: Path,
) -> None:
    with opened(tmp_path / "p") as store:
        store.submit(new_work(1)).result()
        copy = killed_copy(store, tmp_path / "copy")
    sha = sha256_of(png(2))
    orphan = copy / BLOB_FOLDER / sha[:2] / f"{sha}.png"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(png(2))
    with opened(copy) as store:
        assert store.recovered.unclean
        assert orphan.exists()
    grow_old(orphan, GRACE_SECONDS + 60)
    with opened(copy) as store:
        assert store.recovered.blobs_swept == 1
        assert not orphan.exists()


@pytest.mark.parametrize("end", ["clean", "killed"])
def test_no_file_that_a_work_the_bin_or_the_history_names_is_ever_swept(
    tmp_path: Path, end: str
) -> None:
    with opened(tmp_path / "p") as store:
        for number in range(4):
            store.submit(new_work(number)).result()
        do(store, remove(WORK, "work-1"))
        replaced = store.put_blob(png(9)).result()
        do(store, change(WORK, "work-2", blob=replaced))
        store.submit(new_work(4)).result()
        store.undo("a").result()
        copy = killed_copy(store, tmp_path / "copy")
    folder = copy if end == "killed" else tmp_path / "p"
    shas = [sha256_of(png(number)) for number in (0, 1, 2, 3, 4, 9)]
    for path in (folder / BLOB_FOLDER).rglob("*.png"):
        grow_old(path, 10 * GRACE_SECONDS)
    with opened(folder) as store:
        assert store.recovered.unclean == (end == "killed")
        assert store.recovered.blobs_swept == 0
        for sha in shas:
            store.read_blob(sha)


# -- damage -----------------------------------------------------------------------------------


def cut(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])


def garbage(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(50_000))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def missing(file: Path) -> None:
    file.unlink()


def header(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[16:100] = bytes(84)
    file.write_bytes(data)


def schema_page(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[100:SECTOR] = random.Random(2).randbytes(SECTOR - 100)
    file.write_bytes(data)


@pytest.mark.parametrize("damage", [cut, garbage, empty, missing, header, schema_page])
def test_a_database_beyond_reading_is_set_aside_and_the_works_come_back_from_their_pictures(
    filled: Path, damage: Callable[[Path], None]
) -> None:
    damage(database(filled))
    (filled / HOLDER_NAME).write_bytes(b"")
    wreck = database(filled).read_bytes() if database(filled).exists() else None
    with opened(filled) as store:
        report = store.recovered
        assert report.is_rebuilt
        assert report.fault.startswith("the database is ")
        if not wreck:
            assert report.set_aside is None
        else:
            assert report.set_aside is not None
            assert (report.set_aside / DATABASE_NAME).read_bytes() == wreck
        works = store.nodes(WORK).items + store.bin(WORK).items
        assert pictures(works) == ALL_PICTURES
        for work in works:
            assert store.read_blob(work.blob) == png(work.recipe.seed)
        do(store, change(WORK, works[0].id, title="mine"), remove(WORK, works[1].id))
        store.undo("a").result()
    with opened(filled) as store:
        assert not store.recovered.is_rebuilt
        assert store.nodes(WORK).total + store.bin(WORK).total == WORKS


@pytest.mark.parametrize("damage", [cut, empty, missing])
def test_the_versions_after_a_rebuilding_know_the_works_that_came_back(
    filled: Path, damage: Callable[[Path], None]
) -> None:
    damage(database(filled))
    with opened(filled) as store:
        kept = store.nodes(WORK).total
        (first,) = store.versions()
        assert (first.kind, first.works) == ("opened", kept)
        assert store.differences(first).count == 0
        named = store.take_version("named", "all").result()
        assert named.works == kept
        assert store.differences(named).count == 0
        assert store.go_back(first.number, scope="a").result() is None
        work = store.nodes(WORK).items[0]
        do(store, remove(WORK, work.id))
        assert [node.id for node in store.differences(named).removed] == [work.id]
        store.go_back(named.number, scope="a").result()
        assert store.nodes(WORK).total == kept


def test_what_can_be_read_around_a_damaged_page_is_saved(filled: Path) -> None:
    """A page in the middle of the nodes is overwritten: titles and notes elsewhere stay."""
    with closing(sqlite3.connect(database(filled))) as connection:
        (page,) = (
            connection.execute(
                "SELECT pageno FROM dbstat WHERE name = 'nodes' AND pagetype = 'leaf'"
                " ORDER BY pageno LIMIT 1 OFFSET 8"
            ).fetchone()
            if _has_dbstat(connection)
            else (_leaf_with(filled, b"n200"),)
        )
    overwrite_page(database(filled), page)
    (filled / HOLDER_NAME).write_bytes(b"")
    with opened(filled) as store:
        report = store.recovered
        assert report.is_rebuilt
        saved = texts(store)
        assert NOTES - 40 < len(saved) < NOTES
        assert report.nodes_saved >= len(saved)
        assert report.history_lost
        assert not store.history("a").can_undo
        assert store.state("scroll") == b"far"
        titles = {work.title for work in store.nodes(WORK).items}
        assert len(titles) > WORKS // 2
        works = store.nodes(WORK).items + store.bin(WORK).items
        assert pictures(works) == ALL_PICTURES


def _has_dbstat(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1 FROM dbstat LIMIT 1")
    except sqlite3.Error:
        return False
    return True


def _leaf_with(folder: Path, needle: bytes) -> int:
    """The number of a page that holds ``needle``."""
    return database(folder).read_bytes().index(needle) // SECTOR + 1


def overwrite_page(file: Path, number: int) -> None:
    data = bytearray(file.read_bytes())
    start = (number - 1) * SECTOR
    data[start : start + SECTOR] = random.Random(number).randbytes(SECTOR)
    file.write_bytes(data)


@pytest.mark.parametrize("seed", range(12))
def test_no_damaged_page_keeps_a_project_from_opening(filled: Path, seed: int) -> None:
    pages = database(filled).stat().st_size // SECTOR
    chosen = random.Random(seed)
    for _ in range(chosen.choice((1, 1, 3))):
        overwrite_page(database(filled), chosen.randrange(2, pages + 1))
    (filled / HOLDER_NAME).write_bytes(b"")
    with opened(filled) as store:
        assert store.recovered.is_rebuilt
        works = store.nodes(WORK).items + store.bin(WORK).items
        assert pictures(works) == ALL_PICTURES
        for work in works:
            store.read_blob(work.blob)
        do(store, new_note("new"))
        assert store.undo("a").result() is not None
    with opened(filled) as store:
        assert not store.recovered.is_rebuilt


def test_damage_met_while_working_is_said_and_mended_at_the_next_opening(filled: Path) -> None:
    data = database(filled).read_bytes()
    for page in range(1, len(data) // SECTOR + 1):
        if b"text 2" in data[(page - 1) * SECTOR : page * SECTOR]:
            overwrite_page(database(filled), page)
    with opened(filled) as store:
        with pytest.raises(ProjectDamaged, match="the database is damaged"):
            store.nodes(NOTE, limit=NOTES)
        with pytest.raises(ProjectDamaged):
            do(store, change(NOTE, "n001", text="x"))
    assert isinstance(read_holder(filled), Holder)
    with opened(filled) as store:
        assert store.recovered.is_rebuilt
        works = store.nodes(WORK).items + store.bin(WORK).items
        assert pictures(works) == ALL_PICTURES


def test_a_row_that_cannot_be_read_is_named_and_its_page_shows_the_others(filled: Path) -> None:
    with closing(sqlite3.connect(database(filled))) as connection, connection:
        connection.execute("UPDATE nodes SET body = '{' WHERE id = 'n002'")
        connection.execute("UPDATE nodes SET body = x'ff' WHERE id = 'n003'")
    with opened(filled) as store:
        page = store.nodes(NOTE, limit=5)
        assert [note.id for note in page.items] == ["n000", "n001", "n004"]
        assert page.damaged == ("n002", "n003")
        with pytest.raises(ProjectDamaged, match="n002"):
            store.node("n002")


def test_rows_that_cannot_be_read_are_named_by_a_rebuilding(filled: Path) -> None:
    with closing(sqlite3.connect(database(filled))) as connection, connection:
        connection.execute("UPDATE nodes SET body = '{' WHERE id = 'n002'")
        connection.execute("UPDATE nodes SET id = 'other' WHERE id = 'n003'")
    blobs = BlobFolder(filled / BLOB_FOLDER)
    report = recovery.rebuild(filled, known(), blobs, recovery.Unsound())
    assert set(report.nodes_lost) == {"n002", "other"}
    assert report.history_lost
    with opened(filled) as store:
        assert len(texts(store)) == NOTES - 3
        assert store.nodes(WORK).total == WORKS - 1


def test_a_sound_database_survives_a_rebuilding_whole(filled: Path) -> None:
    with opened(filled) as store:
        before = (store.nodes(NOTE, limit=NOTES), store.nodes(WORK), store.bin(WORK))
    blobs = BlobFolder(filled / BLOB_FOLDER)
    report = recovery.rebuild(filled, known(), blobs, recovery.Unsound())
    assert (report.nodes_lost, report.history_lost, report.works_rebuilt) == ((), False, 0)
    assert report.nodes_saved == NOTES + WORKS
    with opened(filled) as store:
        assert (store.nodes(NOTE, limit=NOTES), store.nodes(WORK), store.bin(WORK)) == before
        assert store.redo("a").result() is not None
        assert texts(store)["n001"] == "changed"
        while store.undo("a").result() is not None:
            pass
        assert texts(store) == {}


def test_files_without_a_recipe_survive_a_rebuilding_for_ever(filled: Path) -> None:
    with opened(filled) as store:
        shas = [store.put_blob(data).result() for data in (b"brought in", png(1)[:-20])]
        paths = [store.blob_path(sha) for sha in shas]
    database(filled).unlink()
    for _ in range(2):
        for path in paths:
            grow_old(path, 10 * GRACE_SECONDS)
        with opened(filled) as store:
            assert all(path.exists() for path in paths)
            assert store.nodes(WORK).total == WORKS
        (filled / HOLDER_NAME).write_bytes(b"")


def test_a_picture_that_was_damaged_becomes_no_work(filled: Path) -> None:
    victim = next((filled / BLOB_FOLDER).rglob("*.png"))
    victim.write_bytes(png(99))
    database(filled).unlink()
    with opened(filled) as store:
        assert store.recovered.works_rebuilt == WORKS - 1
        assert victim.exists()


def test_files_that_nothing_named_before_the_damage_become_no_works(filled: Path) -> None:
    with opened(filled) as store:
        store.put_blob(png(77)).result()
    blobs = BlobFolder(filled / BLOB_FOLDER)
    assert recovery.rebuild(filled, known(), blobs, recovery.Unsound()).works_rebuilt == 0


@pytest.mark.parametrize("stopped_before", ["exchange", "name"])
def test_a_rebuilding_that_was_killed_is_finished_or_begun_again(
    filled: Path, monkeypatch: pytest.MonkeyPatch, stopped_before: str
) -> None:
    """Before the new database has its name the old one counts, afterwards the new one."""
    overwrite_page(database(filled), _leaf_with(filled, b"n200"))
    (filled / HOLDER_NAME).write_bytes(b"")
    wreck = database(filled).read_bytes()

    class Killed(BaseException):
        pass

    real = os.replace

    def replace(source: Path, target: Path) -> None:
        if target.name == (REBUILT_NAME if stopped_before == "name" else DATABASE_NAME):
            raise Killed
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        with pytest.raises(Killed):
            ProjectStore.open(filled, known())
    assert database(filled).read_bytes() == wreck
    assert (filled / REBUILT_NAME).exists() == (stopped_before == "exchange")
    with opened(filled) as store:
        assert store.recovered.is_rebuilt == (stopped_before == "name")
        assert len(texts(store)) > NOTES - 40
    assert not (filled / REBUILT_NAME).exists()
    assert not (filled / BUILDING_NAME).exists()


def test_a_rebuilding_copies_where_the_drive_has_no_links(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(database(filled))
    wreck = database(filled).read_bytes()
    (filled / HOLDER_NAME).write_bytes(b"")

    def fail(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", fail)
    with opened(filled) as store:
        assert store.recovered.set_aside is not None
        assert (store.recovered.set_aside / DATABASE_NAME).read_bytes() == wreck


def test_what_stood_in_the_log_of_a_damaged_database_is_saved_too(
    tmp_path: Path, filled: Path
) -> None:
    with opened(filled) as store:
        do(store, new_note("late", "in the log"))
        copy = killed_copy(store, tmp_path / "copy")
    overwrite_page(database(copy), _leaf_with(copy, b"n200"))
    with opened(copy) as store:
        assert store.recovered.is_rebuilt
        assert texts(store)["late"] == "in the log"


def test_each_damaged_database_is_kept(filled: Path) -> None:
    for number in (1, 2, 3):
        garbage(database(filled))
        (filled / HOLDER_NAME).write_bytes(b"")
        with opened(filled) as store:
            assert store.recovered.set_aside == filled / "damaged" / f"{number:03}"


def test_a_full_disk_during_a_rebuilding_leaves_everything_as_it_was(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    garbage(database(filled))
    wreck = database(filled).read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        with pytest.raises(StorageFull):
            ProjectStore.open(filled, known())
    assert database(filled).read_bytes() == wreck
    with opened(filled) as store:
        assert store.nodes(WORK).total == WORKS
