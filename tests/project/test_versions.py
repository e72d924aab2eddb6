"""Versions: named moments that cost nothing to make, lose nothing, and lead back in one step."""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from studio.contract.errors import AtelierError, ProjectError, ProjectReadOnly
from studio.project import versions
from studio.project.database import DATABASE_NAME
from studio.project.edits import change, put, remove
from studio.project.lock import HOLDER_NAME
from studio.project.nodes import WORK, NodeCodecs, NodeType, Work
from studio.project.store import ProjectStore
from studio.project.versions import Version
from tests.project.samples import NOTE, Note, do, known, new_note, new_work, opened, step, texts


def take(store: ProjectStore, name: str = "a version") -> Version:
    return store.take_version("named", name).result()


def kinds(store: ProjectStore) -> list[str]:
    return [version.kind for version in store.versions()]


def works(store: ProjectStore) -> list[str]:
    return [work.id for work in store.nodes(WORK).items]


def keep(store: ProjectStore, *numbers: int) -> None:
    for number in numbers:
        store.submit(new_work(number)).result()


def held(folder: Path) -> int:
    """How many bodies of the past the database holds."""
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        return int(connection.execute("SELECT count(*) FROM past").fetchone()[0])


def test_a_new_project_has_the_version_of_its_beginning(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        (version,) = store.versions()
        assert (version.kind, version.works, version.name) == ("opened", 0, "")
        assert store.last_base() == version


def test_going_back_is_one_step_that_can_be_undone(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        do(store, new_note("changed", "before"), new_note("removed", "r"))
        keep(store, 1)
        version = take(store)
        do(store, change(NOTE, "changed", text="after"), remove(NOTE, "removed"))
        do(store, new_note("new", "n"))
        keep(store, 2)
        there = texts(store)
        done = store.go_back(version.number, scope="a").result()
        assert done is not None
        assert done.kind == "version"
        assert set(done.nodes) == {"changed", "removed", "new", "work-2"}
        assert texts(store) == {"changed": "before", "removed": "r"}
        assert works(store) == ["work-1"]
        assert store.history("a").undo_label == "project.go_back"
        assert store.history("a").undo_parameters == {"name": "a version"}
        store.undo("a").result()
        assert texts(store) == there
        assert works(store) == ["work-1", "work-2"]


def test_what_is_left_by_going_back_lies_in_the_bin_and_is_a_version_too(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        version = take(store)
        keep(store, 1)
        store.go_back(version.number, scope="a").result()
        assert [work.id for work in store.bin(WORK).items] == ["work-1"]
        before = store.versions()[0]
        assert (before.kind, before.works) == ("before", 1)
        store.go_back(before.number, scope="a").result()
        assert works(store) == ["work-1"]


def test_going_back_where_nothing_differs_does_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        do(store, new_note("n", "one"))
        version = take(store)
        do(store, change(NOTE, "n", text="two"))
        do(store, change(NOTE, "n", text="one"))
        assert store.differences(version).count == 0
        assert store.go_back(version.number, scope="a").result() is None
        assert kinds(store) == ["named", "opened"]


def test_versions_of_an_older_project_begin_where_they_began_to_be_kept(tmp_path: Path) -> None:
    sample = Path(__file__).parent / "old" / "schema_2.sql"
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as old:
        old.executescript(sample.read_text(encoding="utf-8"))
    with opened(tmp_path) as store:
        (version,) = store.versions()
        assert (version.kind, version.works) == ("opened", 1)
        there = texts(store)
        do(store, change(NOTE, "n1", text="other"), remove(NOTE, "n2"))
        store.go_back(version.number, scope="a").result()
        assert texts(store) == there


def test_a_version_that_is_gone_is_said(tmp_path: Path) -> None:
    with opened(tmp_path) as store, pytest.raises(ProjectError, match="not there any more"):
        store.go_back(99, scope="a").result()


def test_differences_tell_kept_removed_altered_and_the_rest(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, 1, 2, 3)
        do(store, new_note("n", "then"))
        version = take(store)
        do(store, remove(WORK, "work-1"), change(WORK, "work-2", rating=5))
        do(store, change(NOTE, "n", text="now"))
        keep(store, 4, 5)
        found = store.differences(version)
        assert [node.id for node in found.kept] == ["work-5", "work-4"]
        (removed,) = found.removed
        assert isinstance(removed, Work)
        assert removed.id == "work-1"
        (altered,) = found.altered
        assert isinstance(altered.then, Work)
        assert isinstance(altered.now, Work)
        assert (altered.then.rating, altered.now.rating) == (0, 5)
        (other,) = found.others
        assert isinstance(other.then, Note)
        assert isinstance(other.now, Note)
        assert (other.then.text, other.now.text) == ("then", "now")
        assert found.count == 5
        assert found.ended == 0


def test_what_was_kept_and_removed_since_is_no_difference(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        version = take(store)
        keep(store, 1)
        store.undo("a").result()
        assert store.differences(version).count == 0


def test_nodes_that_mean_the_same_do_not_differ(tmp_path: Path) -> None:
    plain = NodeType(name="note", struct=Note, meaning=lambda note: note.text)
    with ProjectStore.open(tmp_path, NodeCodecs(WORK, plain)) as store:
        do(store, new_note("n", "one", 1))
        version = take(store)
        do(store, change(NOTE, "n", number=2))
        assert store.differences(version).others == ()
        do(store, change(NOTE, "n", text="two"))
        assert len(store.differences(version).others) == 1


def test_what_was_deleted_for_ever_is_counted_and_never_offered(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, 1, 2)
        version = take(store)
        do(store, remove(WORK, "work-1"))
        store.empty_bin(WORK).result()
        found = store.differences(version)
        assert found.ended == 1
        assert found.count == 0
        assert store.go_back(version.number, scope="a").result() is None
    assert held(tmp_path) == 0


def test_a_version_copies_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, *range(5))
        for number in range(3):
            take(store, str(number))
    assert held(tmp_path) == 0
    with opened(tmp_path) as store:
        do(store, change(WORK, "work-1", rating=1))
        do(store, change(WORK, "work-1", rating=2))
    assert held(tmp_path) == 1, "what later commits change again no version needs"


def test_closing_makes_a_version_where_something_changed(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, 1)
    with opened(tmp_path) as store:
        assert kinds(store) == ["closed", "opened"]
        store.put_state("scroll", b"x").result()
    with opened(tmp_path) as store:
        assert kinds(store) == ["closed", "opened"]
        base = store.last_base()
        assert base is not None
        assert (base.kind, base.works) == ("closed", 1)


def test_automatic_versions_are_kept_by_number_and_named_ones_for_ever(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        named = take(store, "stays")
        for number in range(versions.AUTOMATIC + 5):
            do(store, new_note("n", str(number)))
            store.take_version("closed").result()
        there = store.versions()
        assert len(there) == versions.AUTOMATIC + 1
        assert there[-1] == named
        store.go_back(named.number, scope="a").result()
        assert texts(store) == {}
        store.go_back(there[3].number, scope="a").result()
        assert texts(store) == {"n": str(versions.AUTOMATIC + 5 - 1 - 3)}


def test_the_version_that_was_gone_back_to_stays_though_it_is_the_oldest(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        for number in range(versions.AUTOMATIC + 5):
            do(store, new_note("n", str(number)))
            store.take_version("closed").result()
        oldest = store.versions()[-1]
        was = store.differences(oldest)
        store.go_back(oldest.number, scope="a").result()
        assert oldest in store.versions()
        assert was.count
        assert store.differences(oldest).count == 0
        store.undo("a").result()
        assert store.differences(oldest) == was


def test_going_back_often_never_costs_the_version_of_the_last_close(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        base = store.last_base()
        for number in range(versions.AUTOMATIC + 5):
            do(store, new_note("n", str(number)))
            store.take_version("before").result()
        assert store.last_base() == base
        assert base in store.versions()


def test_a_named_automatic_version_is_still_what_a_crash_is_measured_against(
    tmp_path: Path,
) -> None:
    with opened(tmp_path) as store:
        keep(store, 1)
    with opened(tmp_path) as store:
        base = store.last_base()
        assert base is not None
        renamed = store.rename_version(base.number, "Monday").result()
        assert renamed is not None
        assert (renamed.name, renamed.kind) == ("Monday", "named")
        assert store.last_base() == renamed


def test_going_to_and_fro_leaves_one_version_of_each_state(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        empty = take(store, "empty")
        keep(store, 1)
        full = take(store, "full")
        for version in (empty, full, empty, full, empty):
            store.go_back(version.number, scope="a").result()
        before = [(v.kind, v.works) for v in store.versions() if v.kind == "before"]
        assert sorted(before) == [("before", 0), ("before", 1)]
        newest = store.versions()[0]
        assert (newest.kind, newest.works) == ("before", 1)
        store.go_back(newest.number, scope="a").result()
        assert works(store) == ["work-1"]


def test_a_project_closed_as_it_was_before_has_one_version_of_that(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, 1)
    for _ in range(3):
        with opened(tmp_path) as store:
            do(store, change(WORK, "work-1", rating=5))
            store.undo("a").result()
    with opened(tmp_path) as store:
        assert kinds(store) == ["closed", "opened"]
        base = store.last_base()
        assert base == store.versions()[0]


def test_versions_of_as_many_works_that_differ_all_stay(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, 1)
        for rating in (1, 2, 3):
            do(store, change(WORK, "work-1", rating=rating))
            store.take_version("before").result()
        assert kinds(store) == ["before"] * 3 + ["opened"]


def test_a_dropped_version_can_be_put_back_until_the_project_is_closed(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        do(store, new_note("n", "then"))
        first, second = take(store, "first"), take(store, "second")
        do(store, change(NOTE, "n", text="now"))
        store.drop_version(first.number).result()
        store.drop_version(second.number).result()
        assert [v.name for v in store.versions() if v.is_named] == []
        store.drop_version(first.number, dropped=False).result()
        assert [v.name for v in store.versions() if v.is_named] == ["first"]
    assert held(tmp_path) == 1
    with opened(tmp_path) as store:
        assert store.drop_version(second.number, dropped=False).result() is None
        store.drop_version(first.number).result()
        store.go_back(store.versions()[-1].number, scope="a").result()
        assert texts(store) == {}


def test_the_last_version_that_needs_a_body_takes_it_along(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        do(store, new_note("n", "then"))
        version = take(store)
        do(store, change(NOTE, "n", text="now"))
        store.drop_version(version.number).result()
    assert held(tmp_path) == 0


def test_versions_follow_each_other_whatever_the_clock_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as store:
        for number, now in enumerate((2e9, 1.0, 4e9, 0.0)):
            monkeypatch.setattr("studio.project.versions.time.time", lambda now=now: now)
            do(store, new_note("n", str(number)))
            take(store, str(number))
        assert [v.name for v in store.versions() if v.is_named] == ["3", "2", "1", "0"]
        for version in store.versions()[:-1]:
            store.go_back(version.number, scope="a").result()
            assert texts(store) == {"n": version.name}


def test_a_drag_that_goes_on_after_a_version_is_told_from_it(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        do(store, new_note("n", "0"))
        for text in "12":
            store.submit(step(change(NOTE, "n", text=text), merge_key="k"))
        version = take(store)
        for text in "34":
            store.submit(step(change(NOTE, "n", text=text), merge_key="k"))
        store.go_back(version.number, scope="a").result()
        assert texts(store) == {"n": "2"}
        store.undo("a").result()
        assert texts(store) == {"n": "4"}


def test_after_a_kill_the_version_of_the_last_close_is_there_with_what_differs(
    tmp_path: Path,
) -> None:
    project, killed = tmp_path / "project", tmp_path / "killed"
    with opened(project) as store:
        keep(store, 1)
    with opened(project) as store:
        keep(store, 2)
        shutil.copytree(project, killed)  # what a kill at this moment would leave
    with opened(killed) as store:
        assert store.recovered.unclean
        written = store.recovered.last_written
        assert written is not None
        assert abs(written - time.time()) < 3600
        base = store.last_base()
        assert base is not None
        assert [node.id for node in store.differences(base).kept] == ["work-2"]


def test_an_opening_after_a_clean_close_knows_no_last_moment(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, 1)
    with opened(tmp_path) as store:
        assert store.recovered.last_written is None


def test_who_looks_only_sees_versions_and_makes_none(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, 1)
        version = take(store)
        keep(store, 2)
        with ProjectStore.open(tmp_path, known(), read_only=True) as visitor:
            assert visitor.versions() == store.versions()
            assert [node.id for node in visitor.differences(version).kept] == ["work-2"]
            for refused in (
                visitor.take_version(),
                visitor.rename_version(version.number, "x"),
                visitor.drop_version(version.number),
                visitor.go_back(version.number, scope="a"),
            ):
                with pytest.raises(ProjectReadOnly):
                    refused.result()


def test_a_rebuilt_project_keeps_its_versions(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, 1)
        do(store, new_note("n", "then"))
        version = take(store, "safe")
        do(store, change(NOTE, "n", text="now"))
        keep(store, 2)
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as connection:
        # An index that disagrees with its table: damage that leaves every row readable.
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'nodes_by_key'")
        connection.commit()
    (tmp_path / HOLDER_NAME).write_bytes(b"")
    with opened(tmp_path) as store:
        assert store.recovered.is_rebuilt
        assert version in store.versions()
        do(store, change(NOTE, "n", text="later"))
        store.go_back(version.number, scope="a").result()
        assert texts(store) == {"n": "then"}
        assert works(store) == ["work-1"]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE versions SET at = 'x' WHERE number = 2",
        "DROP TABLE past",
        "DROP TABLE versions",
    ],
)
def test_versions_with_holes_are_left_behind_so_that_none_lies(tmp_path: Path, damage: str) -> None:
    with opened(tmp_path) as store:
        do(store, new_note("n", "then"))
        take(store)
        do(store, change(NOTE, "n", text="now"))
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as connection:
        connection.execute(damage)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'nodes_by_key'")
        connection.commit()
    (tmp_path / HOLDER_NAME).write_bytes(b"")
    with opened(tmp_path) as store:
        assert store.recovered.is_rebuilt
        (version,) = store.versions()
        assert version.kind == "opened"
        assert store.differences(version).count == 0
        do(store, change(NOTE, "n", text="later"))
        store.go_back(version.number, scope="a").result()
        assert texts(store) == {"n": "now"}


def test_a_damaged_row_of_a_version_is_passed_over(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        take(store, "sound")
        take(store, "odd")
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as connection:
        connection.execute("UPDATE versions SET name = x'ff' WHERE name = 'odd'")
        connection.execute("UPDATE versions SET kind = 'of tomorrow' WHERE kind = 'opened'")
        connection.commit()
    with opened(tmp_path) as store:
        assert [(v.name, v.kind) for v in store.versions()] == [("sound", "named"), ("", "closed")]


def test_a_full_disk_makes_no_version_and_harms_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as store:
        do(store, new_note("n", "one"))

        def full(*_: object) -> Version:
            raise sqlite3.OperationalError("database or disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(versions, "take", full)
            with pytest.raises(AtelierError):
                store.take_version().result()
        assert kinds(store) == ["opened"]
        version = take(store)
        do(store, put(NOTE, Note(id="n", text="two")))
        store.go_back(version.number, scope="a").result()
        assert texts(store) == {"n": "one"}
