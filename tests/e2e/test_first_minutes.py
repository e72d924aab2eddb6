"""The first five minutes as somebody lives them: a click, a keep, a crossing, a close, a return."""

import hashlib
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from studio.contract.recipe import Crossed
from studio.images.ui.exporter import ExportChoice
from studio.images.ui.raster import image_pixels
from studio.images.ui.room import ImagesRoom
from studio.images.ui.surroundings import NEIGHBOURS
from studio.provenance.pictures import read_picture
from studio.shell.notices import Notice
from studio.shell.start import App
from tests.e2e.conftest import PATIENCE_MS, Starter, furniture_of, images_of, studio_of


def _is_filled(room: ImagesRoom) -> bool:
    seen = room.wall.seen
    faces = room.wall.faces[seen.first : seen.last]
    return bool(faces) and all(face.image is not None and not face.is_stale for face in faces)


def _filled(qtbot: QtBot, app: App) -> ImagesRoom:
    room = images_of(app)
    qtbot.waitUntil(lambda: _is_filled(room), timeout=PATIENCE_MS)
    return room


def _hashes(room: ImagesRoom) -> list[str]:
    seen = room.wall.seen
    images = [face.image for face in room.wall.faces[seen.first : seen.last]]
    return [hashlib.sha256(image_pixels(i)).hexdigest() for i in images if i is not None]


def _press(app: App, identity: str) -> None:
    furniture_of(app).registry.action(identity).trigger()


def _click(room: ImagesRoom, place: int) -> None:
    at = room.wall.tile_rect(place).center().toPoint()
    QTest.mouseClick(room.wall.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_from_the_first_click_to_the_children_and_back_after_closing(
    qtbot: QtBot, start: Starter, tmp_path: Path, shipped: Path
) -> None:
    app = start()
    room = _filled(qtbot, app)
    posted: list[Notice] = []
    studio_of(app).notices.posted.connect(posted.append)

    _click(room, 1)
    view = room.neighbours.view
    qtbot.waitUntil(lambda: None not in view.pictures[:NEIGHBOURS], timeout=PATIENCE_MS)
    at = view.picture_rect(0).center().toPoint()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    _press(app, "images.keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 1, timeout=PATIENCE_MS)
    told = "Kept with its recipe. Drag the file back to return here."
    qtbot.waitUntil(lambda: [n.text for n in posted].count(told) == 1, timeout=PATIENCE_MS)
    room.neighbours.close()
    room.kept.strip.choose(room.kept.strip.work(0))
    offered = (room.kept.bar.copy, room.kept.bar.export, room.kept.bar.open)
    assert all(button.isVisible() for button in offered)

    room.wall.choose(4)
    _press(app, "images.keep")
    qtbot.waitUntil(room.kept.between.isVisible, timeout=PATIENCE_MS)
    assert [n.text for n in posted].count(told) == 1
    room.kept.between.click()
    qtbot.waitUntil(lambda: _is_filled(room), timeout=PATIENCE_MS)
    child = room.desk.picture(room.wall.columns + 2)
    assert child is not None
    assert isinstance(child.recipe.origin, Crossed)
    assert len(child.recipe.parents) == 2

    file = tmp_path / "child.png"
    subject = room.board.subject_at(room.wall.columns + 2)
    assert subject is not None
    with qtbot.waitSignal(room.exporter.done, timeout=PATIENCE_MS):
        room.commands.write(subject, ExportChoice(file=file, format="png"))
    assert read_picture(file).recipe == child.recipe
    done = subprocess.run(
        [sys.executable, "-m", "studio", "remake", str(file), "--model", str(shipped / "tiny")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "identical" in done.stdout
    qtbot.waitUntil(
        lambda: all(tile.is_made for tile in room.desk.tiles[: room.wall.seen.last]),
        timeout=PATIENCE_MS,
    )
    before, seeds = _hashes(room), [tile.seed for tile in room.desk.tiles]
    app.close()

    again = _filled(qtbot, start())
    assert [tile.seed for tile in again.desk.tiles] == seeds
    assert _hashes(again) == before
    assert again.title_bar.sentence.startswith("Children of")


def test_saving_twice_and_going_on_takes_nothing_of_the_room_away(
    qtbot: QtBot, start: Starter
) -> None:
    app = start()
    room = _filled(qtbot, app)
    room.wall.choose(2)
    _press(app, "images.keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 1, timeout=PATIENCE_MS)
    app.window.activateWindow()
    qtbot.waitUntil(app.window.isActiveWindow, timeout=PATIENCE_MS)
    room.wall.setFocus()
    viewport = room.wall.viewport()
    for _ in range(2):  # the second time the keyboard goes into the field for a name
        _press(app, "window.saved")
        app.window.grab()
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit), timeout=PATIENCE_MS)
    gone = QApplication.focusWidget()
    assert gone is not None
    with qtbot.waitSignal(gone.destroyed, timeout=PATIENCE_MS):
        furniture_of(app).notices.withdraw("saved")
    assert isValid(viewport)
    room.wall.choose(3)
    assert room.wall.chosen == 3
