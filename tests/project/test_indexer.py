"""Old projects become searchable by themselves, beside everything else."""

import sqlite3
import threading
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest

from studio.project.database import DATABASE_NAME
from studio.project.indexer import Indexer, IndexProgress
from studio.project.search import Query
from studio.project.store import ProjectStore
from studio.project.works import rate_works
from tests.project.samples import known, new_work, opened, png
from tests.project.test_search import forget_index, ids, keep, work

PATIENCE = 30.0


class Watch:
    """Waits for what an indexer tells."""

    def __init__(self) -> None:
        self._told = threading.Condition()
        self.heard: list[IndexProgress] = []

    def tell(self, progress: IndexProgress) -> None:
        with self._told:
            self.heard.append(progress)
            self._told.notify_all()

    def wait_until_complete(self, *, after: int = 0) -> None:
        with self._told:
            assert self._told.wait_for(
                lambda: any(told.is_complete for told in self.heard[after:]), PATIENCE
            )


def colours(store: ProjectStore) -> list[tuple[str, ...]]:
    return [row.colours for row in store.rows(store.search(Query()).places)]


def test_an_old_project_is_entered_and_looked_at(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, work(10), work(128), work(250))
    forget_index(tmp_path)
    with opened(tmp_path) as store:
        watch = Watch()
        indexer = Indexer(store, watch.tell)
        indexer.start()
        watch.wait_until_complete()
        assert ids(store) == ["w250", "w128", "w10"]
        assert colours(store) == [("white",), ("grey",), ("black",)]
        indexer.stop()
        indexer.stop()


def test_what_is_kept_while_it_runs_is_looked_at_too(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        watch = Watch()
        indexer = Indexer(store, watch.tell)
        indexer.start()
        watch.wait_until_complete()
        before = len(watch.heard)
        keep(store, work(250))
        watch.wait_until_complete(after=before)
        assert colours(store) == [("white",)]
        indexer.stop()


def test_where_every_work_is_entered_nothing_is_written_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as store:
        keep(store, work(250))
        portions: list[int] = []
        index = store.index

        def counted(limit: int) -> Future[int]:
            portions.append(limit)
            return index(limit)

        monkeypatch.setattr(store, "index", counted)
        watch = Watch()
        indexer = Indexer(store, watch.tell)
        indexer.start()
        watch.wait_until_complete()
        before = len(watch.heard)
        store.submit(rate_works(["w250"], 3)).result()
        watch.wait_until_complete(after=before)
        indexer.stop()
        assert portions == []


def test_it_goes_on_where_it_was_ended(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, *(work(number) for number in range(1, 40)))
    forget_index(tmp_path)
    with opened(tmp_path) as store:
        indexer = Indexer(store, lambda _progress: None)
        indexer.start()
        indexer.stop()
    with opened(tmp_path) as store:
        watch = Watch()
        indexer = Indexer(store, watch.tell)
        indexer.start()
        watch.wait_until_complete()
        assert len(ids(store)) == 39
        assert store.unseen(1) == ([], 0)
        indexer.stop()


def test_a_picture_that_is_gone_does_not_hold_it_up(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, work(250), work(10))
        blob = store.rows(store.search(Query()).places)[1].blob
        store.blob_path(blob).unlink()
        watch = Watch()
        indexer = Indexer(store, watch.tell)
        indexer.start()
        watch.wait_until_complete()
        assert colours(store) == [("black",), ()]
        indexer.stop()


def test_a_project_that_is_open_to_look_only_is_left_alone(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.submit(new_work(1)).result()
    with ProjectStore.open(tmp_path, known(), read_only=True) as store:
        indexer = Indexer(store, lambda _progress: None)
        indexer.start()
        indexer.stop()
        assert store.unseen(1)[1] == 1


def test_a_sample_of_the_first_schema_is_found_and_looked_at(tmp_path: Path) -> None:
    sample = Path(__file__).parent / "old" / "schema_1.sql"
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as old:
        old.executescript(sample.read_text(encoding="utf-8"))
    with opened(tmp_path) as store:
        store.put_blob(png(1)).result()
    with opened(tmp_path) as store:
        assert store.search(Query()).unindexed == 1
        watch = Watch()
        indexer = Indexer(store, watch.tell)
        indexer.start()
        watch.wait_until_complete()
        assert ids(store) == ["work-1"]
        assert colours(store) == [("black",)]
        indexer.stop()
