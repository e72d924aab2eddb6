"""Every project that was ever written opens, and one from the future is left alone."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from studio.contract.errors import AtelierError, ProjectDamaged, ProjectTooNew, StorageFull
from studio.project import schema
from studio.project.database import DATABASE_NAME, connect, transaction
from studio.project.nodes import WORK
from studio.project.schema import MIGRATIONS, Migration, check_version, migrate, version_of
from studio.project.store import ProjectStore
from tests.project.samples import NOTE, do, known, new_note, new_work, opened, png, texts

OLD = Path(__file__).parent / "old"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / DATABASE_NAME, "rwc")) as connection:
        yield connection


def add_column(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE nodes ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'")


def fail_halfway(connection: sqlite3.Connection) -> None:
    add_column(connection)
    connection.execute("INSERT INTO nowhere VALUES (1)")


def of_next_version(monkeypatch: pytest.MonkeyPatch, *steps: Migration) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, *steps))


def test_an_empty_file_becomes_todays(connection: sqlite3.Connection, tmp_path: Path) -> None:
    assert migrate(connection, tmp_path) == 0
    assert version_of(connection) == len(MIGRATIONS)
    assert migrate(connection, tmp_path) == len(MIGRATIONS)


def test_each_version_is_one_step_from_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as store:
        do(store, new_note("n", "kept"))
    of_next_version(monkeypatch, add_column)
    with opened(tmp_path) as store:
        assert store.recovered.migrated_from == len(MIGRATIONS)
        assert texts(store) == {"n": "kept"}
        assert store.undo("a").result() is not None
    with opened(tmp_path) as store:
        assert store.recovered.migrated_from is None


def test_a_step_that_fails_leaves_the_version_before_it(
    connection: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(connection, tmp_path)
    of_next_version(monkeypatch, fail_halfway)
    with pytest.raises(AtelierError, match="nowhere"):
        migrate(connection, tmp_path)
    assert version_of(connection) == len(MIGRATIONS)
    columns = {row[1] for row in connection.execute("PRAGMA table_info(nodes)")}
    assert "colour" not in columns


@pytest.mark.parametrize("read_only", [False, True])
def test_a_project_of_a_later_version_is_refused_and_left_as_it_is(
    tmp_path: Path, read_only: bool
) -> None:
    with opened(tmp_path) as store:
        do(store, new_note("n", "kept"))
    with closing(connect(tmp_path / DATABASE_NAME, "rw")) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = digests(tmp_path)
    with pytest.raises(ProjectTooNew) as caught:
        ProjectStore.open(tmp_path, known(), read_only=read_only)
    assert caught.value.fields["found"] == str(len(MIGRATIONS) + 1)
    assert digests(tmp_path) == before


@pytest.mark.parametrize("read_only", [False, True])
def test_another_programs_database_is_refused_and_left_as_it_is(
    tmp_path: Path, read_only: bool
) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as other:
        other.execute("CREATE TABLE photos (x)")
        other.commit()
    before = digests(tmp_path)
    with pytest.raises(ProjectDamaged, match="another program"):
        ProjectStore.open(tmp_path, known(), read_only=read_only)
    assert digests(tmp_path) == before


def test_looking_only_does_not_migrate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path):
        pass
    of_next_version(monkeypatch, add_column)
    monkeypatch.setattr("studio.project.store.MIGRATIONS", schema.MIGRATIONS)
    with pytest.raises(AtelierError, match="an earlier Atelier"):
        ProjectStore.open(tmp_path, known(), read_only=True)


def test_a_full_disk_during_a_step_is_said(connection: sqlite3.Connection, tmp_path: Path) -> None:
    migrate(connection, tmp_path)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageFull), transaction(connection, tmp_path):
        connection.execute("INSERT INTO states VALUES ('k', zeroblob(1000000))")
    assert check_version(connection, tmp_path) == len(MIGRATIONS)


@pytest.mark.parametrize("sample", sorted(OLD.glob("schema_*.sql")), ids=lambda path: path.stem)
def test_a_sample_of_every_schema_still_opens(tmp_path: Path, sample: Path) -> None:
    """Three notes (one in the bin), a work, one step undone, a state; written by that version."""
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as old:
        old.executescript(sample.read_text(encoding="utf-8"))
        version = old.execute("PRAGMA user_version").fetchone()[0]
    assert sample.stem == f"schema_{version}"
    with opened(tmp_path) as store:
        # The dump holds no files: the picture is put back as the user's backup would.
        store.put_blob(png(1)).result()
    with opened(tmp_path) as store:
        assert texts(store) == {"n1": "猫", "n2": "two"}
        assert [note.id for note in store.bin(NOTE).items] == ["n3"]
        (work,) = store.nodes(WORK).items
        assert store.read_blob(work.blob) == png(1)
        assert store.state("scroll") == b"\x00\x01"
        assert store.redo("a").result() is not None
        assert texts(store) == {"n1": "猫", "n2": "changed"}
        while store.undo("a").result() is not None:
            pass
        assert texts(store) == {}


def test_the_family_tree_of_a_sample_is_read(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as old:
        old.executescript((OLD / "schema_5.sql").read_text(encoding="utf-8"))
    with opened(tmp_path) as store:
        rows = {row.node: row for row in store.family()}
    assert set(rows) == {"work-1", "r1", "r2"}
    assert rows["r1"].identity == rows["work-1"].identity
    assert rows["r2"].parents == (rows["r1"].identity,)
    assert rows["r2"].genes == ("glasses",)
    assert rows["r2"].favourite


def test_pictures_are_looked_at_again_since_their_ground_counts(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as old:
        old.executescript((OLD / "schema_3.sql").read_text(encoding="utf-8"))
        old.execute("UPDATE works SET colours = 'red', swatch = 1")
        old.commit()
    with opened(tmp_path) as store:
        while store.index(100).result():
            pass
        (work,) = store.nodes(WORK).items
        assert store.unseen(1) == ([work.blob], 1)


def digests(folder: Path) -> dict[str, str]:
    """The content of each file but those that locking and looking leave behind."""
    passing = {"project.lock", f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-shm"}
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in passing
    }


def write_sample(target: Path, folder: Path) -> None:
    """Write the sample of today's schema; run once for each version, never again."""
    from studio.project.edits import change, remove

    with opened(folder) as store:
        do(store, new_note("n1", "猫"), new_note("n2", "two", 2))
        do(store, new_note("n3", "three"))
        do(store, remove(NOTE, "n3"))
        store.submit(new_work(1)).result()
        store.put_state("scroll", b"\x00\x01").result()
        do(store, change(NOTE, "n2", text="changed"))
        store.undo("a").result()
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        version = version_of(connection)
        lines = [*connection.iterdump()]
    lines += [f"PRAGMA application_id = {application};", f"PRAGMA user_version = {version};"]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
