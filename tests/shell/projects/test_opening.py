"""A project that another window holds is opened to look only, also while that one makes it."""

from pathlib import Path
from threading import Event, Timer

import pytest
from pytestqt.qtbot import QtBot

from studio.contract.errors import ProjectLocked
from studio.images.document import codecs
from studio.project.lock import ProjectLock
from studio.project.nodes import NodeCodecs
from studio.project.paths import places
from studio.project.store import ProjectStore
from studio.shell.projects import opening
from studio.shell.projects.opening import OpenedProject, OpeningFailure, OpeningWish, ProjectOpener

PATIENCE_MS = 20_000


class Maker:
    """Another window, which has locked a new folder and has not made the project yet."""

    def __init__(self, folder: Path, *, tries: int) -> None:
        """It is ready when it has been asked so often for what a project may hold."""
        folder.mkdir(parents=True)
        self._folder = folder
        self._tries = tries
        self._lock = ProjectLock(folder)
        self._lock.acquire()
        self.store: ProjectStore | None = None

    def codecs(self) -> NodeCodecs:
        self._tries -= 1
        if self._tries == 0:
            self._lock.release(clean=True)
            self.store = ProjectStore.open(self._folder, codecs(), holder="another window")
        return codecs()

    def close(self) -> None:
        self._lock.release(clean=True)
        if self.store is not None:
            self.store.close()


def open_beside(qtbot: QtBot, base: Path, maker: Maker) -> OpenedProject | OpeningFailure:
    opener = ProjectOpener(places(base), maker.codecs, list)
    results: list[OpenedProject | OpeningFailure] = []
    opener.opened.connect(results.append)
    opener.failed.connect(results.append)
    opener.open(OpeningWish(folder=base / "project"))
    qtbot.waitUntil(lambda: bool(results), timeout=PATIENCE_MS)
    opener.wait()
    return results[0]


def test_a_project_that_is_just_being_made_is_waited_for(qtbot: QtBot, tmp_path: Path) -> None:
    maker = Maker(tmp_path / "project", tries=5)
    opened = open_beside(qtbot, tmp_path, maker)
    assert isinstance(opened, OpenedProject)
    assert opened.store.read_only
    assert isinstance(opened.refused, ProjectLocked)
    opened.store.close()
    maker.close()


def test_but_not_for_ever(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BEING_MADE_SECONDS", 0.05)
    maker = Maker(tmp_path / "project", tries=10_000)
    failed = open_beside(qtbot, tmp_path, maker)
    assert isinstance(failed, OpeningFailure)
    assert isinstance(failed.error, ProjectLocked)
    maker.close()


def test_a_window_that_closes_while_a_project_opens_leaves_it_closed(
    qtbot: QtBot, tmp_path: Path
) -> None:
    begun, may_go_on = Event(), Event()

    def slow_codecs() -> NodeCodecs:
        begun.set()
        assert may_go_on.wait(PATIENCE_MS / 1000)
        return codecs()

    opener = ProjectOpener(places(tmp_path), slow_codecs, list)
    heard: list[object] = []
    opener.opened.connect(heard.append)
    opener.failed.connect(heard.append)
    opener.open(OpeningWish(folder=tmp_path / "project"))
    assert begun.wait(PATIENCE_MS / 1000)
    Timer(0.05, may_go_on.set).start()
    opener.wait()
    store = ProjectStore.open(tmp_path / "project", codecs())
    assert not store.recovered.unclean, "it was closed, and properly"
    store.close()
    qtbot.wait(1)
    assert heard == []
