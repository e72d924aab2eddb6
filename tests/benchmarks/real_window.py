"""The studio as a user has it, opened for a measurement: real window, real host, shipped model.

Loads Qt, so import it only after the environment has been set.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from studio.images.ui.room import ImagesRoom
from studio.shell.options import Options
from studio.shell.start import App

PATIENCE_SECONDS: Final = 60.0
LOOK_EVERY_MS: Final = 5


def spin(milliseconds: int) -> None:
    """Let the window do what it does for so long.

    Leaves nothing behind: PySide 6.11 keeps 63 bytes for each connection to a method of Qt's own,
    as ``loop.quit`` is, which a benchmark that spins for hours would take for the window's.
    """
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, partial(loop.quit))
    loop.exec()


def until(condition: Callable[[], object]) -> None:
    """Let the window go on until something holds.

    Ends the benchmark if it takes longer than `PATIENCE_SECONDS`.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            sys.exit("the studio did not get there in time")
        spin(LOOK_EVERY_MS)


def open_studio(application: QApplication, folder: Path, *, tiles: int) -> tuple[App, ImagesRoom]:
    """The app, all of it below ``folder``, and its room as soon as the first tiles are made."""
    app = App(application, Options(basedir=folder))

    def room_of() -> ImagesRoom | None:
        furniture = app.window.furniture
        room = None if furniture is None else furniture.room
        return room if isinstance(room, ImagesRoom) else None

    app.window.show()
    until(room_of)
    room = room_of()
    assert room is not None
    wall = room.wall
    until(lambda: wall.faces and all(face.image is not None for face in wall.faces[:tiles]))
    return app, room
