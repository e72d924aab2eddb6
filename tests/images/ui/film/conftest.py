"""A film's desk on a host of paper, and a room in which it is the mode in front."""

from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.images.timeline import Film
from studio.images.ui.film.desk import FilmDesk
from studio.images.ui.film.mode import FilmMode
from studio.shell.project_bridge import ProjectBridge
from tests.film.films import recipe_of
from tests.images.ui.conftest import MAKING
from tests.images.ui.staging import Opener, Stage, hung

PATIENCE_MS = 10_000


def made(model: Model, seed: int) -> Recipe:
    """A finished picture of a model, as it is kept."""
    return msgspec.structs.replace(
        recipe_of(model, seed),
        graphs={"generator": "0" * 64},
        making=MAKING,
        width=8,
        height=8,
        pixels_sha256=f"{seed:064x}",
    )


class Desk:
    """A desk with three pictures in its film."""

    def __init__(self, project: ProjectBridge, model: Model) -> None:
        self.project = project
        self.model = model
        self.desk = FilmDesk(project, {model.manifest.id: model})
        self.errors: list[object] = []
        self.desk.failed.connect(self.errors.append)
        self.desk.open()
        self.desk.add([made(model, seed) for seed in range(3)])
        self.settle()

    @property
    def film(self) -> Film:
        assert self.desk.film is not None
        return self.desk.film

    @property
    def times(self) -> list[float]:
        return [key.time for key in self.film.keys]

    def settle(self) -> None:
        """Let the project write what it was told, and say so."""
        self.project.store.put_blob(b"written").result()
        QApplication.processEvents()

    def undo(self) -> None:
        self.project.undo("images.film").result()
        self.settle()


@pytest.fixture
def three(project: ProjectBridge, model: Model) -> Desk:
    return Desk(project, model)


@pytest.fixture
def open_film(
    qtbot: QtBot, open_room: Opener, model: Model
) -> Callable[[], tuple[Stage, FilmMode]]:
    """The room with the film in front, empty."""

    def begin() -> tuple[Stage, FilmMode]:
        stage = open_room()
        hung(qtbot, stage)
        stage.press("mode_film")
        mode = stage.room.modes.front
        assert isinstance(mode, FilmMode)
        return stage, mode

    return begin
