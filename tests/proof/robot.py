"""The whole app in a process of its own, which does what it is told line by line.

``python -m tests.proof.robot BASE MODELS [DISK_BYTES]``

A line on the standard input is a JSON list: what to do (a method of `Hands`), and with what. The
answer is one line of JSON (`Seen`): how the window stands when that is done. With DISK_BYTES the
base folder is a small disk of its own, mounted by this process, which must be root of a mount
namespace of its own then. Ends with its standard input.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QLabel

from studio.contract.errors import AtelierError
from studio.images.ui.exporter import ExportChoice
from studio.images.ui.outgoing import Outgoing
from studio.images.ui.room import ImagesRoom
from studio.project.nodes import WORK
from studio.shell import composition
from studio.shell.furniture import Furniture
from studio.shell.notices import Notice
from studio.shell.options import Options
from studio.shell.start import App
from studio.shell.widgets.buttons import PrimaryButton
from tests.e2e.victims import check_project

PATIENCE = 60.0
"""Seconds after which what did not come never will."""
LOOK_MS = 5
GLANCE = 0.15
"""Seconds in a room: it reads and paints what it holds."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """How the window stands."""

    works: tuple[str, ...] = ()
    """Kept works, newest first as the project gives them."""
    notices: tuple[str, ...] = ()
    """What was said since the last answer."""
    page: str = ""
    """The sentence that stands in the rooms' place."""
    message: str = ""
    """The sentence that stands in the wall's place."""
    read_only: bool = False
    pictures: int = 0
    """How many hang."""
    fault: str = ""
    """Why what was asked for could not be done or looked at."""


class Hands(QObject):
    """Does what a line says; each of its public methods is something that a line may name."""

    told = Signal(str)
    left = Signal()
    """Nobody speaks any more."""

    def __init__(self, app: QApplication, base: Path, models: Path) -> None:
        super().__init__(app)
        self._application = app
        self._base = base
        self._app: App | None = None
        self._notices: list[str] = []
        self._clock = time.time
        setattr(composition, "model_roots", lambda _base: (models,))  # noqa: B010 - as tests do
        self.told.connect(self._do)
        self.left.connect(app.quit)

    def _do(self, line: str) -> None:
        action, *words = json.loads(line)
        fault = ""
        try:
            getattr(self, action)(*words)
        except Exception as error:  # the other side has to hear of it
            fault = f"{type(error).__name__}: {error}"
        seen = self._look(fault)
        os.write(1, msgspec.json.encode(seen) + b"\n")

    # What can be asked for.

    def start(self) -> None:
        """Open the window and wait for its rooms, or for the page that says why not."""
        app = self._app = App(self._application, Options(basedir=self._base))
        app.window.first_painted.connect(self._listen)
        app.window.show()
        self._wait(lambda: self._furniture is not None or app.window.page is not None)

    def wall(self) -> None:
        """Wait until every picture hangs, or the room says why none can."""

        def is_full() -> bool:
            room = self._room
            if room.message.isVisible():
                return True
            tiles = len(room.desk.tiles)
            made = [place for place in range(tiles) if room.desk.picture(place) is not None]
            return bool(made) and len(made) == tiles

        self._wait(is_full)

    def keep(self, place: int) -> None:
        """Keep the picture at a place and wait until it is kept, or something is said."""
        before, said = len(self._works()), len(self._notices)
        self._room.wall.choose(place)
        self._act("images.keep")
        self._wait(lambda: len(self._works()) != before or len(self._notices) > said)

    def try_to_keep(self, place: int) -> None:
        """Press K where that perhaps can do nothing."""
        self._room.wall.choose(place)
        self._act("images.keep")
        self._glance()

    def tour(self) -> None:
        """Go to every room and back, with the inspector open and shut."""
        furniture = self._furniture
        assert furniture is not None
        for identity in (*furniture.rooms, furniture.rooms[0]):
            furniture.show_room(identity)
            furniture.toggle_inspector()
            self._glance()

    def undo(self) -> None:
        """Undo one step and wait until that is seen in the works."""
        before = self._works()
        self._act("window.undo")
        self._wait(lambda: self._works() != before)

    def roll(self) -> None:
        """New numbers, and wait until they hang."""
        room = self._room
        self._act("images.roll")
        self._wait(lambda: not room.message.isVisible())
        self.wall()

    def export(self, place: int, file: str) -> None:
        """Export a picture and wait until that is said to be done, or to have failed."""
        room = self._room
        picture = room.desk.picture(place)
        assert picture is not None
        ended: list[object] = []
        room.exporter.done.connect(ended.append)
        room.exporter.failed.connect(ended.append)
        outgoing = Outgoing.of(picture.recipe, picture.image, "picture", room.desk.model)
        room.exporter.export(outgoing, ExportChoice(file=Path(file), format="png", factor=4))
        self._wait(lambda: bool(ended))
        (event,) = ended
        error = getattr(event, "error", event)
        if isinstance(error, AtelierError):
            self._notices.append(error.message)

    def retry(self) -> None:
        """Press "Try again" and wait for the rooms, or for the next page."""
        assert self._app is not None
        page = self._app.window.page
        assert page is not None
        (again,) = page.findChildren(PrimaryButton)
        again.click()
        window = self._app.window
        self._wait(
            lambda: (
                window.furniture is not None or (window.page is not None and window.page != page)
            )
        )

    def close(self) -> None:
        """Close the window as a user does."""
        assert self._app is not None
        self._app.close()
        self._app.window.deleteLater()
        self._app.deleteLater()
        self._app = None

    def check(self, *acknowledged: str) -> None:
        """Look whether the project of the closed window is sound and holds those works."""
        check_project(self._base / "data" / "projects" / "default", set(acknowledged))

    def survey(self) -> None:
        """Only look."""

    def clock(self, seconds: float) -> None:
        """Let the clock jump away from the true time by so much, from now on."""
        true = self._clock
        setattr(time, "time", lambda: true() + seconds)  # noqa: B010 - as tests do

    def fill(self) -> None:
        """Leave not one byte of the disk."""
        with suppress(OSError), (self._base / "ballast").open("ab", buffering=0) as file:
            for size in (65_536, 4096, 1):
                with suppress(OSError):
                    while file.write(bytes(size)):
                        pass

    def free(self) -> None:
        """Take the ballast away."""
        (self._base / "ballast").unlink()

    def mount(self, how: str) -> None:
        """Mount the disk of the closed window anew, "ro" or "rw"."""
        subprocess.run(["mount", "-o", f"remount,{how}", self._base], check=True)

    def lock_folder(self, name: str) -> None:
        """Put an empty folder that cannot be written in the place of one below the base."""
        folder = self._base / name
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder], check=True)

    def end(self) -> None:
        """Close what is still open."""
        if self._app is not None:
            self.close()

    # How that is done.

    @property
    def _furniture(self) -> Furniture | None:
        return None if self._app is None else self._app.window.furniture

    @property
    def _room(self) -> ImagesRoom:
        furniture = self._furniture
        assert furniture is not None
        assert isinstance(furniture.room, ImagesRoom)
        return furniture.room

    def _act(self, name: str) -> None:
        furniture = self._furniture
        assert furniture is not None
        furniture.registry.action(name).trigger()

    def _works(self) -> tuple[str, ...]:
        studio = None if self._app is None else self._app.studio
        if studio is None or studio.project is None:
            return ()
        return tuple(work.id for work in studio.project.store.nodes(WORK, limit=10_000).items)

    def _listen(self) -> None:
        assert self._app is not None
        studio = self._app.studio
        if studio is not None:
            studio.notices.posted.connect(self._hear)

    def _hear(self, notice: Notice) -> None:
        self._notices.append(notice.text)

    def _look(self, fault: str) -> Seen:
        said, self._notices = tuple(self._notices), []
        if self._app is None:
            return Seen(notices=said, fault=fault)
        page = self._app.window.page
        studio = self._app.studio
        project = None if studio is None else studio.project
        works: tuple[str, ...] = ()
        try:
            works = self._works()
        except AtelierError as error:
            fault = fault or error.message
        pictures, message = 0, ""
        if self._furniture is not None:
            desk = self._room.desk
            message = self._room.message.text if self._room.message.isVisible() else ""
            hung = (desk.picture(place) for place in range(len(desk.tiles)))
            pictures = sum(picture is not None for picture in hung)
        return Seen(
            works=works,
            notices=said,
            page="" if page is None else page.findChildren(QLabel)[0].accessibleName(),
            message=message,
            read_only=project is not None and project.is_read_only,
            pictures=pictures,
            fault=fault,
        )

    def _glance(self) -> None:
        deadline = time.monotonic() + GLANCE
        self._wait(lambda: time.monotonic() > deadline)

    def _wait(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        loop, timer = QEventLoop(), QTimer()

        def look() -> None:
            if happened() or time.monotonic() > deadline:
                loop.quit()

        timer.timeout.connect(look)
        timer.start(LOOK_MS)
        if not happened():
            loop.exec()
        timer.stop()
        assert happened(), "it did not happen"


def _listen(hands: Hands) -> None:
    for line in sys.stdin:
        hands.told.emit(line)
    hands.left.emit()


def main() -> None:
    """Do what the lines say until they end."""
    base, models = Path(sys.argv[1]), Path(sys.argv[2])
    base.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) > 3:
        size = f"size={int(sys.argv[3])}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", base], check=True)
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    hands = Hands(app, base, models)
    threading.Thread(target=_listen, args=(hands,), daemon=True).start()
    app.exec()
    hands.end()


if __name__ == "__main__":
    main()
