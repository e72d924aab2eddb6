"""The main job, whole: pictures, keep, close, reopen; and what may go wrong on the way."""

import os
import signal
import sqlite3
import sys
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.images.document import codecs
from studio.images.ui.room import ImagesRoom
from studio.project.database import DATABASE_NAME
from studio.project.nodes import WORK
from studio.project.store import ProjectStore
from studio.shell.start import App
from studio.shell.widgets.buttons import PrimaryButton
from tests.e2e.conftest import (
    PATIENCE_MS,
    Starter,
    furniture_of,
    images_of,
    keep,
    kept,
    studio_of,
    wait_for_wall,
)
from tests.models import write_tiny_generator


def pixels_on_the_wall(app: App) -> list[str | None]:
    """Digests of the pictures that hang."""
    desk = images_of(app).desk
    pictures = [desk.picture(place) for place in range(len(desk.tiles))]
    return [None if p is None else p.recipe.pixels_sha256 for p in pictures]


def hosts_of_this_process() -> list[psutil.Process]:
    """The model processes that this process started and that live."""
    children = psutil.Process().children()
    return [child for child in children if "--model-host" in child.cmdline()]


def test_the_wall_fills_a_picture_is_kept_and_found_again(qtbot: QtBot, start: Starter) -> None:
    first = start()
    wait_for_wall(qtbot, first)
    pixels = pixels_on_the_wall(first)
    keep(qtbot, first, 2)
    first.close()
    assert hosts_of_this_process() == []

    second = start()
    wait_for_wall(qtbot, second)
    assert kept(second) == 1
    project = studio_of(second).project
    assert project is not None
    (work,) = project.store.nodes(WORK).items
    assert work.recipe.is_made
    assert project.store.read_blob(work.blob).startswith(b"\x89PNG")
    assert pixels_on_the_wall(second) == pixels, "the wall hangs as it was left"


def test_a_killed_host_is_said_and_replaced_and_answers_again(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    (host,) = hosts_of_this_process()
    with qtbot.waitSignal(studio_of(app).host.lost, timeout=PATIENCE_MS):
        host.kill()
    (text,) = furniture_of(app).notices.texts
    assert "model process ended unexpectedly" in text
    pixels = pixels_on_the_wall(app)
    furniture_of(app).registry.action("images.roll").trigger()
    wait_for_wall(qtbot, app)
    assert pixels_on_the_wall(app) != pixels
    (other,) = hosts_of_this_process()
    assert other.pid != host.pid
    qtbot.waitUntil(
        lambda: (
            "The model process is back." in furniture_of(app).notices.texts
            or furniture_of(app).notices.texts == ()
        ),
        timeout=PATIENCE_MS,
    )


def test_undo_and_redo_name_what_they_do(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    registry = furniture_of(app).registry
    keep(qtbot, app, 0)
    undo, redo = registry.action("window.undo"), registry.action("window.redo")
    qtbot.waitUntil(undo.isEnabled)
    assert undo.text() == "Undo: keep a picture"
    assert not redo.isEnabled()
    undo.trigger()
    qtbot.waitUntil(lambda: kept(app) == 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(redo.isEnabled)
    assert redo.text() == "Redo: keep a picture"
    redo.trigger()
    qtbot.waitUntil(lambda: kept(app) == 1, timeout=PATIENCE_MS)


def test_the_status_line_tells_device_and_saving(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    status = furniture_of(app).status
    assert status.device_text.startswith("CPU, ")
    keep(qtbot, app, 0)
    qtbot.waitUntil(lambda: status.saved_text.startswith("Saved "))


def test_a_project_that_is_open_elsewhere_opens_to_look_only(
    qtbot: QtBot, start: Starter, basedir: Path
) -> None:
    folder = basedir / "data" / "projects" / "default"
    with ProjectStore.open(folder, codecs(), holder="another window"):
        app = start()
        notice = furniture_of(app).notices.texts[0]
        assert notice.startswith("“My first project” is open in another window (another window, ")
        assert str(folder) not in notice
        assert "It is open here to look only." in notice
        assert studio_of(app).project is not None
        registry = furniture_of(app).registry
        assert not registry.action("window.undo").isEnabled()
        app.window.close()
    with ProjectStore.open(folder, codecs()) as store:
        assert store.nodes(WORK).total == 0


def test_a_project_of_a_later_atelier_is_said_and_can_be_tried_again(
    qtbot: QtBot, start: Starter, basedir: Path
) -> None:
    folder = basedir / "data" / "projects" / "default"
    ProjectStore.open(folder, codecs()).close()
    file = folder / DATABASE_NAME

    def set_version(number: int) -> int:
        with sqlite3.connect(file) as connection:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute(f"PRAGMA user_version = {number}")
        connection.close()
        return int(found)

    version = set_version(999)
    app = start()
    assert app.window.furniture is None
    page = app.window.page
    assert page is not None
    set_version(version)
    (again,) = page.findChildren(PrimaryButton)
    with qtbot.waitSignal(studio_of(app).furnished, timeout=PATIENCE_MS):
        QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    wait_for_wall(qtbot, app)
    assert app.window.page is None


def test_a_broken_model_folder_is_said_and_the_others_work(
    qtbot: QtBot, start: Starter, basedir: Path
) -> None:
    folder = write_tiny_generator(basedir / "data" / "models" / "broken")
    (folder / "manifest.json").write_bytes(b"{ not json")
    app = start()
    (text,) = furniture_of(app).notices.texts
    assert "manifest.json" in text
    wait_for_wall(qtbot, app)


def test_without_any_model_the_window_says_what_to_do(
    qtbot: QtBot, start: Starter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("studio.shell.composition.model_roots", lambda _base: (tmp_path / "none",))
    app = start()
    assert isinstance(furniture_of(app).room, ImagesRoom)
    assert hosts_of_this_process()
    app.window.close()
    assert hosts_of_this_process() == []


def test_a_signal_closes_the_window_as_its_cross_does(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    with qtbot.waitSignal(app.window.closing, timeout=PATIENCE_MS):
        os.kill(os.getpid(), signal.SIGTERM)
    assert hosts_of_this_process() == []


def test_a_fault_of_the_program_is_said_and_the_window_goes_on(
    qtbot: QtBot, start: Starter, capsys: pytest.CaptureFixture[str]
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    try:
        raise ZeroDivisionError("a fault of the program")
    except ZeroDivisionError as error:
        sys.excepthook(ZeroDivisionError, error, error.__traceback__)
    qtbot.waitUntil(lambda: "a fault of the program" in "".join(furniture_of(app).notices.texts))
    assert "a fault of the program" in capsys.readouterr().err
    keep(qtbot, app, 0)


def test_a_device_that_was_asked_for_and_is_not_there_is_said_with_the_reason(
    qtbot: QtBot, start: Starter
) -> None:
    app = start(provider="cuda")
    wait_for_wall(qtbot, app)
    device = studio_of(app).host.device
    assert device is not None
    if device.provider.startswith("CUDA"):
        pytest.skip("this machine has the device")
    assert device.reason
    (text,) = furniture_of(app).notices.texts
    assert text.startswith("CUDA was asked for, and CPU does the work: ")
    assert device.reason in text
    assert furniture_of(app).status.device_text.startswith("CPU, ")


def test_a_damaged_project_is_rebuilt_and_said(qtbot: QtBot, start: Starter, basedir: Path) -> None:
    first = start()
    wait_for_wall(qtbot, first)
    keep(qtbot, first, 0)
    first.close()
    file = basedir / "data" / "projects" / "default" / DATABASE_NAME
    file.write_bytes(file.read_bytes()[:5000] + b"\x00" * 3000)
    again = start()
    (text,) = furniture_of(again).notices.texts
    assert "cannot be read" in text
    assert "1 kept picture is safe." in text
    assert "1 of them came back from its file." in text
    assert "cannot be undone any more" in text
    assert str(file.parent / "damaged" / "001") in text
    assert kept(again) == 1, "the picture carries its recipe, so the work came back"


def test_a_picture_named_at_the_start_is_where_the_window_opens(
    qtbot: QtBot, start: Starter, tmp_path: Path
) -> None:
    first = start()
    wait_for_wall(qtbot, first)
    keep(qtbot, first, 1)
    project = studio_of(first).project
    assert project is not None
    (work,) = project.store.nodes(WORK).items
    file = tmp_path / "found.png"
    file.write_bytes(project.store.read_blob(work.blob))
    first.close()
    second = start(picture=file)
    qtbot.waitUntil(
        lambda: any("found.png" in text for text in furniture_of(second).notices.texts),
        timeout=PATIENCE_MS,
    )
    (text,) = furniture_of(second).notices.texts
    assert text == "found.png is back, remade to the byte."
