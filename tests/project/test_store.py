"""What is promised to the rooms: edits, undo, the bin, reading by the page, view state."""

import errno
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from studio.contract.errors import (
    ProjectDamaged,
    ProjectError,
    ProjectLocked,
    ProjectReadOnly,
    StorageDenied,
)
from studio.contract.recipe import identity
from studio.project import writer
from studio.project.blobs import sha256_of
from studio.project.edits import Change, change, complete, put, remove
from studio.project.nodes import WORK, NodeCodecs, Work
from studio.project.store import ProjectStore
from studio.project.work_index import Seen
from studio.project.works import SCOPE, rate_works, remove_works
from tests.project.samples import (
    NOTE,
    Note,
    do,
    known,
    new_note,
    new_work,
    opened,
    png,
    recipe,
    step,
    texts,
)
from tests.project.test_search import forget_index


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "project"


def test_a_new_project_is_empty_and_needed_no_mending(folder: Path) -> None:
    with opened(folder) as store:
        assert store.nodes(NOTE).total == 0
        assert not store.recovered.unclean
        assert not store.recovered.is_rebuilt
        assert not store.history("a").can_undo
        assert store.undo("a").result() is None
        assert store.redo("a").result() is None


def test_what_was_done_is_there_after_reopening_and_can_still_be_undone(folder: Path) -> None:
    with opened(folder) as store:
        do(store, new_note("n", "one"))
        do(store, change(NOTE, "n", text="two"), label="say", parameters={"what": "two"})
    with opened(folder) as store:
        assert texts(store) == {"n": "two"}
        state = store.history("a")
        assert (state.can_undo, state.undo_label) == (True, "say")
        assert state.undo_parameters == {"what": "two"}
        undone = store.undo("a").result()
        assert undone is not None
        assert (undone.kind, undone.label, undone.nodes) == ("undo", "say", ("n",))
        assert texts(store) == {"n": "one"}
    with opened(folder) as store:
        assert store.history("a").redo_label == "say"
        store.redo("a").result()
        assert texts(store) == {"n": "two"}


def test_undo_follows_the_scope_and_spares_what_another_scope_did(folder: Path) -> None:
    with opened(folder) as store:
        do(store, new_note("n", "one", 1), scope="room")
        do(store, change(NOTE, "n", text="two"), scope="room")
        do(store, change(NOTE, "n", number=9), scope="elsewhere")
        store.undo("room").result()
        assert store.node("n", NOTE) == Note(id="n", text="one", number=9)


def test_a_new_edit_drops_what_waited_to_be_redone_and_the_bin_keeps_it(folder: Path) -> None:
    with opened(folder) as store:
        store.submit(new_work(1)).result()
        store.undo("a").result()
        do(store, new_note("n"))
        assert not store.history("a").can_redo
        (work,) = store.bin(WORK).items
        assert store.read_blob(work.blob) == png(1)
        store.restore(WORK, [work.id], scope="a").result()
        assert store.nodes(WORK).items == (work,)


def test_an_edit_that_changes_nothing_is_no_step(folder: Path) -> None:
    with opened(folder) as store:
        do(store, new_note("n", "one"))
        do(store, change(NOTE, "n", text="two"))
        store.undo("a").result()
        changes: list[Change] = []
        store.subscribe(changes.append)
        do(store, change(NOTE, "n", text="one"))
        assert store.history("a").can_redo
        assert changes == []


def test_all_of_an_edit_is_written_or_nothing(folder: Path) -> None:
    with opened(folder) as store:
        with pytest.raises(ProjectError, match="not there any more"):
            do(store, new_note("n"), change(NOTE, "gone", text="x"))
        assert texts(store) == {}
        assert not store.history("a").can_undo
        do(store, new_note("n"))


@pytest.mark.parametrize(
    ("patch", "fault"),
    [
        (change(NOTE, "n", number="many"), "cannot be written"),
        (change(WORK, "n", title="x"), "is a note, not a work"),
        (put(WORK, Work(id="n", recipe=recipe(1), blob="0a" * 32)), "is a note, not a work"),
        (put(WORK, Work(id="w", recipe=recipe(1), blob="0a" * 32)), "is not there"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(
    folder: Path, patch: object, fault: str
) -> None:
    with opened(folder) as store:
        do(store, new_note("n", "kept"))
        with pytest.raises(ProjectError, match=fault):
            do(store, patch)  # type: ignore[arg-type]  # all are patches
        assert texts(store) == {"n": "kept"}


def test_types_that_are_not_known_here_are_refused_not_lost(folder: Path) -> None:
    with opened(folder) as store:
        do(store, new_note("n", "kept"))
        do(store, change(NOTE, "n", text="two"))
    with ProjectStore.open(folder, NodeCodecs(WORK)) as store:
        with pytest.raises(ProjectError, match="not known"):
            do(store, new_note("m"))
        with pytest.raises(ProjectError, match="not known"):
            store.undo("a").result()
        with pytest.raises(ProjectError, match="not known"):
            store.nodes("note")
    with opened(folder) as store:
        assert texts(store) == {"n": "two"}


def test_a_step_completes_with_what_arrives_later(folder: Path) -> None:
    """A wall is hung with wishes; its pictures arrive after the user has kept another."""
    with opened(folder) as store:
        do(store, new_note("wall", "first"))
        do(store, change(NOTE, "wall", text="wished"))
        do(store, new_note("kept"))
        store.submit(step(change(NOTE, "wall", text="made", number=7), is_step=False)).result()
        store.undo("a").result()
        assert texts(store) == {"wall": "made"}
        store.undo("a").result()
        assert texts(store) == {"wall": "first"}
        store.redo("a").result()
        assert texts(store) == {"wall": "made"}


def test_the_first_node_can_be_put_without_a_step(folder: Path) -> None:
    with opened(folder) as store:
        store.submit(step(new_note("wall", "first"), is_step=False)).result()
        assert texts(store) == {"wall": "first"}
        assert not store.history("a").can_undo


def test_what_was_undone_meanwhile_is_not_completed(folder: Path) -> None:
    with opened(folder) as store:
        do(store, new_note("wall", "first", 1))
        do(store, change(NOTE, "wall", text="wished"))
        store.undo("a").result()
        late = complete(NOTE, "wall", {"text": "wished"}, text="made")
        assert store.submit(step(late, is_step=False)).result().nodes == ()
        gone = complete(NOTE, "nobody", {"text": "wished"}, text="made")
        assert store.submit(step(gone, is_step=False)).result().nodes == ()
        assert texts(store) == {"wall": "first"}
        store.redo("a").result()
        assert store.submit(step(late, is_step=False)).result().nodes == ("wall",)
        assert texts(store) == {"wall": "made"}


# -- drags ------------------------------------------------------------------------------------


def test_a_drag_is_one_step_and_few_commits(folder: Path) -> None:
    with opened(folder) as store:
        do(store, new_note("n", "before", 0))
        changes: list[Change] = []
        store.subscribe(changes.append)
        edits = [step(change(NOTE, "n", number=i), merge_key="slider") for i in range(1, 301)]
        futures = [store.submit(edit) for edit in edits]
        assert futures[-1].result().nodes == ("n",)
        assert all(future.done() for future in futures)
        assert len(changes) < 10
        assert store.node("n", NOTE) == Note(id="n", text="before", number=300)
        store.undo("a").result()
        assert store.node("n", NOTE) == Note(id="n", text="before", number=0)
        assert store.history("a").redo_label == "step"
        store.redo("a").result()
        assert store.node("n", NOTE) == Note(id="n", text="before", number=300)


@pytest.mark.parametrize("between", ["edit", "undo and redo", "reopen", "another key"])
def test_whatever_comes_between_ends_a_drag(folder: Path, between: str) -> None:
    store = ProjectStore.open(folder, known())
    do(store, new_note("n"), new_note("m"))
    do(store, change(NOTE, "n", number=1), merge_key="k")
    if between == "edit":
        do(store, change(NOTE, "m", number=1), scope="b")
    elif between == "another key":
        do(store, change(NOTE, "n", text="x"), merge_key="l")
    elif between == "undo and redo":
        store.undo("a").result()
        store.redo("a").result()
    else:
        store.close()
        store = ProjectStore.open(folder, known())
    do(store, change(NOTE, "n", number=2), merge_key="k")
    store.undo("a").result()
    node = store.node("n", NOTE)
    assert node is not None
    assert node.number == 1
    store.close()


def test_a_drag_back_to_where_it_began_leaves_no_step(folder: Path) -> None:
    with opened(folder) as store:
        do(store, new_note("n", "", 0))
        for number in (1, 2, 0):
            do(store, change(NOTE, "n", number=number), merge_key="k")
        store.undo("a").result()
        assert texts(store) == {}


def test_what_waits_is_written_before_the_project_closes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MERGE_SECONDS", 3600.0)
    with opened(folder) as store:
        do(store, new_note("n"))
        waiting: list[Future[Change]] = [
            store.submit(step(change(NOTE, "n", number=i), merge_key="k")) for i in (1, 2, 3)
        ]
        store.put_state("scroll", b"1").result()
        state = store.put_state("scroll", b"2")
        waiting[0].result()
        assert not waiting[-1].done()
        assert not state.done()
    assert all(future.done() for future in waiting)
    with opened(folder) as store:
        node = store.node("n", NOTE)
        assert node is not None
        assert node.number == 3
        assert store.state("scroll") == b"2"


def test_what_waits_is_written_before_whatever_follows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MERGE_SECONDS", 3600.0)
    with opened(folder) as store:
        do(store, new_note("n"))
        for number in (1, 2, 3):
            store.submit(step(change(NOTE, "n", number=number), merge_key="k"))
        store.undo("a").result()
        store.redo("a").result()
        node = store.node("n", NOTE)
        assert node is not None
        assert node.number == 3


def test_an_edit_that_was_taken_back_before_its_turn_is_not_made(folder: Path) -> None:
    with opened(folder) as store:
        gate, reached = threading.Event(), threading.Event()

        def block(_: Change) -> None:
            reached.set()
            gate.wait(30)

        store.subscribe(block)
        store.submit(step(new_note("first")))
        assert reached.wait(30)
        second = store.submit(step(new_note("second")))
        assert second.cancel()
        gate.set()
        do(store, new_note("third"))
        assert set(texts(store)) == {"first", "third"}


# -- the bin ----------------------------------------------------------------------------------


def test_what_is_removed_lies_in_the_bin_and_comes_back_to_its_place(folder: Path) -> None:
    with opened(folder) as store:
        for name in ("n1", "n2", "n3"):
            do(store, new_note(name))
        do(store, remove(NOTE, "n1"), remove(NOTE, "n2"))
        assert store.node("n1") is None
        assert list(texts(store)) == ["n3"]
        assert [note.id for note in store.bin(NOTE).items] == ["n2", "n1"]
        store.restore(NOTE, ["n2"], scope="a").result()
        store.restore(NOTE, ["n1"], scope="a").result()
        assert [note.id for note in store.nodes(NOTE).items] == ["n1", "n2", "n3"]
        store.undo("a").result()
        assert [note.id for note in store.bin(NOTE).items] == ["n1"]


def test_emptying_the_bin_ends_nodes_files_and_what_history_says_of_them(folder: Path) -> None:
    with opened(folder) as store:
        for number in (1, 2):
            store.submit(new_work(number)).result()
        do(store, change(WORK, "work-1", rating=5))
        do(store, new_note("n"))
        gone = store.node("work-1", WORK)
        assert gone is not None
        do(store, remove(WORK, "work-1"))
        change_made = store.empty_bin(WORK).result()
        assert (change_made.kind, change_made.nodes) == ("purge", ("work-1",))
        assert store.bin(WORK).total == 0
        assert not store.blob_path(gone.blob).exists()
        undone = [store.undo("a").result() for _ in range(3)]
        assert [c.nodes if c is not None else None for c in undone] == [("n",), ("work-2",), None]
        assert [work.id for work in store.bin(WORK).items] == ["work-2"]


def test_a_step_that_lost_works_for_ever_says_how_many_it_still_deals_with(folder: Path) -> None:
    with opened(folder) as store:
        for number in range(3):
            store.submit(new_work(number)).result()
        store.submit(rate_works(["work-0"], 4)).result()
        store.submit(remove_works(["work-0", "work-1", "work-2"])).result()
        store.empty_bin(WORK, ["work-0", "work-1"]).result()
        assert store.history(SCOPE).undo_parameters == {"count": "1"}
        undone = store.undo(SCOPE).result()
        assert undone is not None
        assert (undone.nodes, undone.parameters) == (("work-2",), {"count": "1"})
        assert not store.history(SCOPE).can_undo
        assert store.history("a").undo_parameters == {}


def test_a_file_lives_as_long_as_any_work_names_it(folder: Path) -> None:
    with opened(folder) as store:
        store.submit(new_work(1)).result()
        store.submit(new_work(1, id="twin")).result()
        do(store, remove(WORK, "work-1"))
        store.empty_bin(WORK).result()
        twin = store.node("twin", WORK)
        assert twin is not None
        assert store.read_blob(twin.blob) == png(1)
        do(store, remove(WORK, "twin"))
        store.empty_bin(WORK).result()
        assert not store.blob_path(twin.blob).exists()


def test_a_file_lives_as_long_as_an_undo_might_name_it(folder: Path) -> None:
    with opened(folder) as store:
        store.submit(new_work(1)).result()
        second = store.put_blob(png(2)).result()
        do(store, change(WORK, "work-1", blob=second))
        store.submit(new_work(3)).result()
        do(store, remove(WORK, "work-3"))
        store.empty_bin(WORK).result()
        store.undo("a").result()
        work = store.node("work-1", WORK)
        assert work is not None
        assert store.read_blob(work.blob) == png(1)
        assert store.read_blob(second) == png(2)


def test_part_of_the_bin_can_be_emptied_and_nothing_outside_it(folder: Path) -> None:
    with opened(folder) as store:
        do(store, new_note("n1"), new_note("n2"), new_note("n3"))
        do(store, remove(NOTE, "n1"), remove(NOTE, "n2"))
        assert store.empty_bin(NOTE, ["n1", "n3", "nobody"]).result().nodes == ("n1",)
        assert [note.id for note in store.bin(NOTE).items] == ["n2"]
        assert list(texts(store)) == ["n3"]
        assert store.empty_bin(WORK).result().nodes == ()


def test_a_file_that_cannot_be_deleted_now_is_deleted_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(folder) as store:
        store.submit(new_work(1)).result()
        path = store.blob_path(store.nodes(WORK).items[0].blob)
        do(store, remove(WORK, "work-1"))

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "in use")

        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", refuse)
            assert store.empty_bin(WORK).result().nodes == ("work-1",)
        assert path.exists()
    os.utime(path, (0, 0))
    with opened(folder) as store:
        assert store.recovered.blobs_swept == 1
        assert not path.exists()


# -- reading ----------------------------------------------------------------------------------


def test_a_list_is_read_by_the_page_in_the_order_of_making(folder: Path) -> None:
    with opened(folder) as store:
        do(store, *(new_note(f"n{i}") for i in range(25)))
        page = store.nodes(NOTE, offset=10, limit=3)
        assert [note.id for note in page.items] == ["n10", "n11", "n12"]
        assert page.total == 25
        newest = store.nodes(NOTE, limit=2, order="newest")
        assert [note.id for note in newest.items] == ["n24", "n23"]
        assert store.nodes(NOTE, offset=25).items == ()
        assert store.nodes("note", limit=1).items == store.nodes(NOTE, limit=1).items


def test_a_node_is_of_the_type_that_was_asked_for_or_none(folder: Path) -> None:
    with opened(folder) as store:
        do(store, new_note("n", "x"))
        assert store.node("n") == store.node("n", NOTE) == Note(id="n", text="x")
        assert store.node("n", WORK) is None
        assert store.node("nobody") is None


def test_works_are_found_by_what_decides_their_picture(folder: Path) -> None:
    with opened(folder) as store:
        store.submit(new_work(1)).result()
        store.submit(new_work(1, id="twin")).result()
        store.submit(new_work(2)).result()
        found = store.find(WORK, identity(recipe(1)))
        assert [work.id for work in found] == ["work-1", "twin"]
        do(store, remove(WORK, "twin"))
        assert len(store.find(WORK, identity(recipe(1)))) == 1
        assert store.find(WORK, "nothing") == ()


def test_any_thread_reads_while_the_writer_writes(folder: Path) -> None:
    with opened(folder) as store:
        do(store, new_note("n0"))
        stop, faults = threading.Event(), list[BaseException]()

        def read() -> None:
            try:
                while not stop.is_set():
                    page = store.nodes(NOTE, limit=1000)
                    assert page.total == len(page.items)
                    assert store.history("a").can_undo
            except BaseException as error:
                faults.append(error)

        readers = [threading.Thread(target=read) for _ in range(6)]
        for reader in readers:
            reader.start()
        for number in range(1, 40):
            do(store, new_note(f"n{number}"))
        stop.set()
        for reader in readers:
            reader.join()
        assert faults == []


def test_a_damaged_file_is_named_and_the_rest_goes_on(folder: Path) -> None:
    with opened(folder) as store:
        for number in (1, 2):
            store.submit(new_work(number)).result()
        first, second = store.nodes(WORK).items
        store.blob_path(first.blob).write_bytes(b"not a picture")
        with pytest.raises(ProjectDamaged, match=first.blob[:12]) as caught:
            store.read_blob(first.blob)
        assert first.blob in caught.value.detail
        assert store.read_blob(second.blob) == png(2)
        do(store, change(WORK, first.id, title="still mine"))


def test_view_state_is_remembered_and_is_no_step(folder: Path) -> None:
    with opened(folder) as store:
        assert store.state("scroll") is None
        futures = [store.put_state("scroll", value) for value in (b"1", b"2", b"3")]
        for future in futures:
            future.result()
        assert store.state("scroll") == b"3"
        assert not store.history("a").can_undo
    with opened(folder) as store:
        assert store.state("scroll") == b"3"


# -- listeners --------------------------------------------------------------------------------


def test_listeners_are_told_before_the_future_resolves_and_may_fail(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(folder) as store:
        seen: list[Change] = []

        def fail(_: Change) -> None:
            raise RuntimeError("a screen is broken")

        store.subscribe(fail)
        end = store.subscribe(seen.append)
        result = store.submit(step(new_note("n"))).result()
        assert seen == [result]
        assert "a listener failed" in caplog.text
        assert (result.kind, result.types) == ("edit", frozenset({"note"}))
        end()
        end()
        do(store, new_note("m"))
        assert seen == [result]


def test_a_listener_may_read_what_it_is_told_of(folder: Path) -> None:
    with opened(folder) as store:
        read: list[dict[str, str]] = []
        store.subscribe(lambda _: read.append(texts(store)))
        do(store, new_note("n", "x"))
        assert read == [{"n": "x"}]


# -- one writer, many readers -----------------------------------------------------------------


def test_a_second_window_is_told_and_may_look(folder: Path) -> None:
    with opened(folder, holder="first window") as store:
        with pytest.raises(ProjectLocked, match="first window"):
            ProjectStore.open(folder, known())
        do(store, new_note("n", "one"))
        with opened(folder, read_only=True) as looking:
            assert looking.read_only
            assert looking.poll() is None
            do(store, change(NOTE, "n", text="two"))
            do(store, new_note("m"))
            seen = looking.poll()
            assert seen is not None
            assert (seen.kind, seen.nodes) == ("external", ("n", "m"))
            assert texts(looking) == {"n": "two", "m": ""}
            assert looking.poll() is None
            assert looking.history("a").can_undo
        assert store.poll() is None


@pytest.mark.parametrize(
    "write",
    [
        lambda store: store.empty_bin(WORK),
        lambda store: store.note_seen({sha256_of(png(1)): Seen(colours=("red",))}),
        lambda store: store.take_version("named", "Monday"),
        lambda store: store.rename_version(1, "Monday"),
        lambda store: store.drop_version(1),
    ],
    ids=["end", "colours", "version", "name", "drop"],
)
@pytest.mark.parametrize("besides", [False, True])
def test_a_second_window_is_told_of_what_no_node_tells(
    folder: Path, write: Callable[[ProjectStore], Future[object]], besides: bool
) -> None:
    with opened(folder) as store:
        do(store, new_note("n"))
        store.submit(new_work(1)).result()
        do(store, remove(WORK, "work-1"))
        with opened(folder, read_only=True) as looking:
            write(store).result()
            if besides:
                do(store, change(NOTE, "n", text="two"))
            seen = looking.poll()
            assert seen is not None
            assert seen.nodes == (("n",) if besides else ())
            assert seen.types == known().names
            assert looking.poll() is None


def test_a_second_window_is_told_when_older_works_can_be_found(folder: Path) -> None:
    with opened(folder) as store:
        store.submit(new_work(1)).result()
    forget_index(folder)
    with opened(folder) as store, opened(folder, read_only=True) as looking:
        assert store.index(10).result() == 0
        seen = looking.poll()
        assert seen is not None
        assert WORK.name in seen.types
        assert store.index(10).result() == 0
        assert looking.poll() is None


def test_looking_refuses_every_change(folder: Path) -> None:
    with opened(folder) as store:
        do(store, new_note("n"))
    with opened(folder, read_only=True) as store:
        refused: list[Future[object]] = [
            store.submit(step(new_note("m"))),  # type: ignore[list-item]  # Future is invariant
            store.undo("a"),  # type: ignore[list-item]
            store.redo("a"),  # type: ignore[list-item]
            store.put_blob(b"x"),  # type: ignore[list-item]
            store.put_state("k", b"x"),  # type: ignore[list-item]
            store.empty_bin(NOTE),  # type: ignore[list-item]
            store.restore(NOTE, ["n"], scope="a"),  # type: ignore[list-item]
        ]
        for future in refused:
            with pytest.raises(ProjectReadOnly):
                future.result()
        store.subscribe(lambda _: None)()
        assert list(texts(store)) == ["n"]


def test_looking_goes_on_after_the_owner_closed_and_blocks_nobody(folder: Path) -> None:
    store = ProjectStore.open(folder, known())
    do(store, new_note("n"))
    with opened(folder, read_only=True) as looking:
        assert list(texts(looking)) == ["n"]
        store.close()
        with opened(folder) as again:
            assert not again.recovered.unclean
            do(again, new_note("m"))
            assert list(texts(looking)) == ["n", "m"]


def test_there_is_nothing_to_look_at_where_there_is_no_project(folder: Path) -> None:
    with pytest.raises(ProjectError, match="no project"):
        ProjectStore.open(folder, known(), read_only=True)
    assert not folder.exists()


def test_a_folder_that_may_not_be_entered_is_not_called_empty(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, **_: object) -> os.stat_result:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", refuse)
        with pytest.raises(StorageDenied, match="permission"):
            ProjectStore.open(folder, known(), read_only=True)


def test_a_closed_project_says_so(folder: Path) -> None:
    store = ProjectStore.open(folder, known())
    store.close()
    store.close()
    with pytest.raises(ProjectError, match="closed"):
        do(store, new_note("n"))
    with pytest.raises(ProjectError, match="closed"):
        store.nodes(NOTE)


def test_a_relative_folder_stays_what_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with opened(Path("p")) as store:
        monkeypatch.chdir("/")
        do(store, new_note("n"))
        assert store.folder == tmp_path / "p"


@pytest.mark.parametrize("name", ["a b", "100%41", "who?mode=ro", "#1", "项目", "a'b\"c", "x;y&z"])
def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    with opened(tmp_path / name) as store:
        do(store, new_note("n", name))
    with opened(tmp_path / name, read_only=True) as store:
        assert texts(store) == {"n": name}
    assert [entry.name for entry in tmp_path.iterdir()] == [name]
