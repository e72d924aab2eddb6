"""Films are made by processes of their own: in turn, held, ended, gone on with after a crash."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.film.tags import read_film
from studio.images.timeline import Film, decode_film, encode_film
from studio.images.ui.film.jobs import FilmJobs, FilmMade, FilmOrderNote
from studio.images.ui.film.making import MakingPanel
from studio.project.paths import Places, places
from studio.shell.jobs import JobQueue
from studio.shell.notices import Notice, NoticeCentre
from tests.film.films import film_of
from tests.images.ui.conftest import FakeHost

PATIENCE_MS = 60_000


class Workshop:
    """Where films are made, and all that is said of it."""

    def __init__(self, host: FakeHost, where: Places) -> None:
        self.holder = QObject()
        self.where = where
        self.notices = NoticeCentre(self.holder)
        self.queue = JobQueue(host.as_bridge(), self.holder)
        self.jobs = FilmJobs(self.queue, self.notices, where, self.holder)
        self.said: list[Notice] = []
        self.made: list[FilmMade] = []
        self.errors: list[AtelierError] = []
        self.notices.posted.connect(self.said.append)
        self.jobs.made.connect(self.made.append)
        self.jobs.failed.connect(self.errors.append)

    def order(self, film: Film, model: Model, path: Path) -> None:
        self.jobs.order(
            film,
            model.folder,
            path,
            film_format="apng",
            enlargement=1,
            smooth=False,
            quality="good",
            replace=False,
            provider="cpu",
        )

    def orders(self) -> list[str]:
        return sorted(file.suffix for file in (self.where.data / "films").glob("*.*"))


@pytest.fixture
def shop(host: FakeHost, tmp_path: Path) -> Iterator[Workshop]:
    shop = Workshop(host, places(tmp_path / "base"))
    yield shop
    shop.holder.deleteLater()
    QApplication.processEvents()


def test_films_are_made_one_after_the_other(
    qtbot: QtBot, shop: Workshop, model: Model, tmp_path: Path
) -> None:
    film = film_of(model)
    panel = MakingPanel(shop.jobs)
    qtbot.addWidget(panel)
    shop.order(film, model, tmp_path / "a.apng")
    shop.order(film, model, tmp_path / "b.apng")
    assert [state.stage for state in shop.jobs.states] == ["preparing", "waiting"]
    assert len(panel.rows) == len(shop.queue.jobs) == 2
    qtbot.waitUntil(lambda: len(shop.made) == 2, timeout=PATIENCE_MS)
    assert [film.path.name for film in shop.made] == ["a.apng", "b.apng"]
    assert decode_film(read_film(tmp_path / "a.apng")) == film
    assert not shop.queue.jobs
    assert not panel.rows
    assert shop.orders() == []
    assert "opened again and checked" in shop.said[-1].text


def test_a_film_is_held_and_ended(
    qtbot: QtBot, shop: Workshop, model: Model, tmp_path: Path
) -> None:
    shop.order(film_of(model, seconds=300.0, fps=60), model, tmp_path / "a.apng")
    (state,) = shop.jobs.states
    qtbot.waitUntil(lambda: shop.jobs.states[0].stage == "making", timeout=PATIENCE_MS)
    shop.jobs.pause(state.order.id)
    qtbot.waitUntil(lambda: shop.jobs.states[0].is_paused, timeout=PATIENCE_MS)
    shop.jobs.go_on(state.order.id)
    qtbot.waitUntil(lambda: not shop.jobs.states[0].is_paused, timeout=PATIENCE_MS)
    shop.queue.cancel(shop.queue.jobs[0].identity)
    qtbot.waitUntil(lambda: not shop.jobs.states, timeout=PATIENCE_MS)
    assert not shop.said
    assert not (tmp_path / "a.apng").exists()
    assert shop.orders() == []


def test_one_that_waits_is_ended_at_once(
    qtbot: QtBot, shop: Workshop, model: Model, tmp_path: Path
) -> None:
    shop.order(film_of(model), model, tmp_path / "a.apng")
    shop.order(film_of(model), model, tmp_path / "b.apng")
    shop.jobs.cancel(shop.jobs.states[1].order.id)
    assert len(shop.jobs.states) == 1
    qtbot.waitUntil(lambda: len(shop.made) == 1, timeout=PATIENCE_MS)


def test_a_process_that_dies_is_said_and_goes_on(
    qtbot: QtBot, shop: Workshop, model: Model, tmp_path: Path
) -> None:
    shop.order(film_of(model, seconds=300.0, fps=60), model, tmp_path / "a.apng")
    qtbot.waitUntil(lambda: shop.jobs.states[0].done > 200, timeout=PATIENCE_MS)
    run = next(iter(shop.jobs._runs.values()))
    run.process.kill()
    qtbot.waitUntil(lambda: bool(shop.errors), timeout=PATIENCE_MS)
    notice = shop.said[-1]
    assert notice.action is not None
    notice.action.run()
    qtbot.waitUntil(lambda: shop.jobs.states[0].stage == "making", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: shop.jobs.states[0].done > 128, timeout=PATIENCE_MS)
    shop.jobs.cancel(shop.jobs.states[0].order.id)
    qtbot.waitUntil(lambda: not shop.jobs.states, timeout=PATIENCE_MS)


def test_what_cannot_be_made_is_said_in_the_commands_words(
    qtbot: QtBot, shop: Workshop, model: Model, tmp_path: Path
) -> None:
    shop.order(film_of(model), model, tmp_path / "none" / "a.apng")
    qtbot.waitUntil(lambda: bool(shop.errors), timeout=PATIENCE_MS)
    assert "folder is not there" in shop.errors[0].message
    assert shop.errors[0].code == "PictureError"


def _unfinished(shop: Workshop, model: Model, path: Path, **fields: object) -> FilmOrderNote:
    folder = shop.where.data / "films"
    folder.mkdir(parents=True, exist_ok=True)
    note = FilmOrderNote(
        id=f"order{len(list(folder.iterdir()))}",
        path=str(path),
        format="apng",
        enlargement=1,
        smooth=False,
        quality="good",
        replace=False,
        title="",
        model=str(model.folder),
        provider="cpu",
        ordered=time.time(),
    )
    note = msgspec.structs.replace(note, **fields)
    (folder / f"{note.id}.film").write_bytes(encode_film(film_of(model)))
    (folder / f"{note.id}.json").write_bytes(msgspec.json.encode(note))
    return note


def test_after_a_crash_it_is_offered_to_go_on(
    qtbot: QtBot, shop: Workshop, model: Model, tmp_path: Path
) -> None:
    _unfinished(shop, model, tmp_path / "a.apng")
    _unfinished(shop, model, tmp_path / "old.apng", ordered=1.0)
    (shop.where.data / "films" / "broken.json").write_bytes(b"[")
    shop.jobs.offer_unfinished()
    (notice,) = shop.said
    assert "a.apng was not finished" in notice.text
    assert notice.action is not None
    notice.action.run()
    qtbot.waitUntil(lambda: len(shop.made) == 1, timeout=PATIENCE_MS)
    assert shop.orders() == []
    shop.jobs.offer_unfinished()
    assert len(shop.said) == 2


def test_what_another_process_makes_is_not_offered(
    shop: Workshop, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("psutil.Process.cmdline", lambda self: ["python", "film", "render"])
    _unfinished(shop, model, tmp_path / "a.apng", pid=os.getppid())
    shop.jobs.offer_unfinished()
    assert not shop.said
    assert shop.orders() == [".film", ".json"]
