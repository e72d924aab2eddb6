"""The whole app in one process: the real window, the real host, a tiny model, its own folders."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.images.ui.room import ImagesRoom
from studio.project.nodes import WORK
from studio.shell.composition import Studio
from studio.shell.furniture import Furniture
from studio.shell.options import Options
from studio.shell.project_bridge import ProjectBridge
from studio.shell.start import App, forget_clipboard
from tests.models import write_tiny_generator

PATIENCE_MS = 30_000
"""A busy core is no fault of the app's."""

Starter = Callable[..., App]


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models as the studio ships them, here a tiny one with three kinds."""
    root = tmp_path_factory.mktemp("shipped")
    write_tiny_generator(root / "tiny", classes=3)
    return root


@pytest.fixture
def basedir(tmp_path: Path) -> Path:
    """The folder below which everything is written."""
    return tmp_path / "base"


@pytest.fixture
def start(
    qtbot: QtBot,
    qapp: QApplication,
    basedir: Path,
    shipped: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Starter]:
    """Starts the app, waits until its rooms are there, and closes whatever is still open."""
    monkeypatch.setattr(
        "studio.shell.composition.model_roots", lambda base: (base / "data" / "models", shipped)
    )
    apps: list[App] = []

    def begin(**options: object) -> App:
        app = App(qapp, Options(**{"basedir": basedir, **options}))  # type: ignore[arg-type]  # by name
        apps.append(app)
        app.window.show()
        qtbot.waitUntil(lambda: _is_furnished(app), timeout=PATIENCE_MS)
        return app

    yield begin
    for app in reversed(apps):
        app.close()
        app.window.deleteLater()
        app.deleteLater()
    qapp.processEvents()
    forget_clipboard()


def _is_furnished(app: App) -> bool:
    return app.studio is not None and (
        app.window.furniture is not None or app.window.page is not None
    )


def studio_of(app: App) -> Studio:
    """The studio of an app that has been painted."""
    assert app.studio is not None
    return app.studio


def project_of(app: App) -> ProjectBridge:
    """The project that is open."""
    project = studio_of(app).project
    assert project is not None
    return project


def furniture_of(app: App) -> Furniture:
    """What fills the window."""
    assert app.window.furniture is not None
    return app.window.furniture


def images_of(app: App) -> ImagesRoom:
    """The images room."""
    room = furniture_of(app).room
    assert isinstance(room, ImagesRoom)
    return room


def kept(app: App) -> int:
    """How many works the project holds."""
    return project_of(app).store.nodes(WORK).total


def keep(qtbot: QtBot, app: App, place: int) -> None:
    """Choose a picture on the wall and keep it."""
    before = kept(app)
    room = images_of(app)
    room.wall.setFocus()
    room.wall.choose(place)
    furniture_of(app).registry.action("images.keep").trigger()
    qtbot.waitUntil(lambda: kept(app) == before + 1, timeout=PATIENCE_MS)


def wait_for_wall(qtbot: QtBot, app: App) -> None:
    """Wait until every picture of the wall is made and nothing is under way."""

    def is_full() -> bool:
        desk = images_of(app).desk
        tiles = desk.tiles
        return (
            bool(tiles)
            and all(desk.picture(place) is not None for place in range(len(tiles)))
            and not studio_of(app).jobs.jobs
        )

    qtbot.waitUntil(is_full, timeout=PATIENCE_MS)
