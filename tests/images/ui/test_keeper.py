"""A picture is kept once, however often that is asked for, and again after a failure."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from studio.contract.errors import StorageFull
from studio.contract.recipe import Recipe
from studio.images.ui.background import BackgroundWork
from studio.images.ui.keeper import WorkKeeper
from studio.images.ui.outgoing import Outgoing, OutgoingPictures
from studio.images.ui.raster import image_pixels
from studio.project.edits import Change, Edit
from studio.project.nodes import WORK, NodeType, Work
from studio.shell.notices import NoticeCentre
from studio.shell.project_bridge import ProjectBridge
from tests.images.ui.conftest import MAKING

PATIENCE_MS = 10_000


def _picture() -> Outgoing:
    image = QImage(8, 8, QImage.Format.Format_RGB888)
    image.fill(0x336699)
    made = msgspec.structs.replace(
        Recipe(model="tiny", seed=5, latent=bytes(16)),
        graphs={"generator": "0" * 64},
        making=MAKING,
        width=8,
        height=8,
        pixels_sha256=hashlib.sha256(image_pixels(image)).hexdigest(),
    )
    return Outgoing(recipe=made, image=image, stem="a")


@pytest.fixture
def keeper(qtbot: QtBot, project: ProjectBridge, tmp_path: Path) -> Iterator[WorkKeeper]:
    work = BackgroundWork()
    yield WorkKeeper(project, OutgoingPictures(work, tmp_path / "outgoing"), NoticeCentre())
    work.close()


def test_a_picture_is_not_kept_twice_before_the_window_has_heard_of_the_first(
    qtbot: QtBot, keeper: WorkKeeper, project: ProjectBridge
) -> None:
    picture = _picture()
    heard: list[bool] = []
    keeper.kept.connect(lambda: heard.append(True))
    assert keeper.keep(picture)
    keeper.flush()
    project.store.put_state("behind", b"").result(timeout=10)
    assert keeper.is_kept(picture.recipe)
    assert not keeper.keep(picture)
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE_MS)
    assert keeper.is_kept(picture.recipe)
    assert not keeper.keep(picture)
    assert project.store.nodes(WORK).total == 1


def test_what_could_not_be_written_is_not_called_kept_and_can_be_kept_again(
    qtbot: QtBot,
    keeper: WorkKeeper,
    project: ProjectBridge,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(_edit: Edit) -> "Future[Change]":
        future: Future[Change] = Future()
        future.set_exception(StorageFull(file="project"))
        return future

    picture = _picture()
    with monkeypatch.context() as patch:
        patch.setattr(project, "submit", full)
        assert keeper.keep(picture)
        with qtbot.waitSignal(keeper.works_changed, timeout=PATIENCE_MS):
            keeper.flush()
    assert not keeper.is_kept(picture.recipe)
    with qtbot.waitSignal(keeper.kept, timeout=PATIENCE_MS):
        assert keeper.keep(picture)
        keeper.flush()
    assert project.store.nodes(WORK).total == 1


def test_after_many_pictures_few_are_remembered_and_those_kept_are_known_all_the_same(
    qtbot: QtBot,
    keeper: WorkKeeper,
    project: ProjectBridge,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    picture, few = _picture(), 100
    keeper.keep(picture)
    keeper.flush()
    project.store.put_state("behind", b"").result(timeout=10)
    qtbot.waitUntil(lambda: keeper.work_of(picture.recipe) is not None, timeout=PATIENCE_MS)
    looked_up: list[str] = []
    find = project.store.find

    def counted(kind: NodeType[Work], key: str) -> tuple[Work, ...]:
        looked_up.append(key)
        return find(kind, key)

    monkeypatch.setattr(project.store, "find", counted)
    monkeypatch.setattr("studio.images.ui.keeper.REMEMBERED", few)
    others = [msgspec.structs.replace(picture.recipe, seed=100 + n) for n in range(3 * few)]
    for other in others:
        assert not keeper.is_kept(other)
    assert len(looked_up) == len(others)
    for other in others[-few:]:
        assert not keeper.is_kept(other)
    assert len(looked_up) == len(others)
    assert keeper.is_kept(picture.recipe)
    assert not keeper.is_kept(others[0])
    assert len(looked_up) == len(others) + 2
