"""How late a timer of 10 ms is in each room while the model process works without rest.

The whole app runs with the models that ship. In the Images room another wall is asked for as soon
as one is full, so that every picture made is shown too. And in every room pictures are asked for
besides, for nobody, while a hand walks through the room by the arrows: a picture of the wall that
is walked to grows and gets its neighbours, and Kept holds 2,000 works. The host's threads are those
of `throughput`, the studio's own. The figure is the lateness of each tick against the grid on which
it was due::

    python -m tests.benchmarks.timer_lateness [seconds [room ...]]
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.host.client import Finished
from studio.host.messages import GenerateImages
from studio.images.ui.room import ImagesRoom
from studio.project.paths import places
from studio.shell.composition import Studio
from studio.shell.furniture import Furniture
from studio.shell.options import Options
from studio.shell.start import App
from tests.benchmarks.gallery_scroll import fill
from tests.benchmarks.report import line

SECONDS = 60.0
INTERVAL = 0.010
SETTLE_MS = 2_000
"""The start itself is not measured."""
WORKS = 2_000
ASKED_AT_ONCE = 256
KEY_MS = 150
"""Between two keys of a hand that walks."""
STEPS = (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown)
WAYS = {"images": (Qt.Key.Key_Right, Qt.Key.Key_Return)}
"""The keys of the hand, where Return lets a picture grow; `STEPS` elsewhere."""


class Walls:
    """Asks for another wall as soon as all that is seen of one hangs."""

    def __init__(self, studio: Studio, furniture: Furniture) -> None:
        furniture.show_room("images")
        self._furniture = furniture
        self._asking = studio.host.finished
        self._asking.connect(self._later)
        self._roll()

    def stop(self) -> None:
        """Ask for nothing more."""
        self._asking.disconnect(self._later)

    def _later(self, _event: object) -> None:
        QTimer.singleShot(0, self._roll_if_full)

    def _roll_if_full(self) -> None:
        room = self._furniture.room
        assert isinstance(room, ImagesRoom)
        seen = range(room.wall.seen.first, room.wall.seen.last)
        if all(room.desk.picture(place) is not None for place in seen):
            self._roll()

    def _roll(self) -> None:
        self._furniture.registry.action("images.roll").trigger()


class Requests:
    """Has the model process make pictures for nobody, while a hand walks by the arrows."""

    def __init__(self, studio: Studio, furniture: Furniture, room: str) -> None:
        furniture.show_room(room)
        self._host = studio.host
        self._model = next(m for m in furniture.services.models if isinstance(m, Model))
        self._request = 0
        self._way = WAYS.get(room, STEPS)
        self._steps = 0
        self._host.finished.connect(self._again)
        self._keys = QTimer()
        self._keys.setInterval(KEY_MS)
        self._keys.timeout.connect(self._press)
        self._keys.start()
        self._ask()

    def stop(self) -> None:
        """Ask for nothing more."""
        self._keys.stop()
        self._host.finished.disconnect(self._again)

    def _again(self, event: Finished) -> None:
        if event.request == self._request:
            self._ask()

    def _ask(self) -> None:
        seeds = range(self._request * ASKED_AT_ONCE, (self._request + 1) * ASKED_AT_ONCE)
        recipes = tuple(Recipe(model=self._model.manifest.id, seed=seed) for seed in seeds)
        request = GenerateImages(folder=str(self._model.folder), recipes=recipes)
        self._request = self._host.generate(request)

    def _press(self) -> None:
        target = QApplication.focusWidget()
        key = self._way[self._steps % len(self._way)]
        self._steps += 1
        if target is not None:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                none = Qt.KeyboardModifier.NoModifier
                QApplication.postEvent(target, QKeyEvent(kind, key, none))


class Lateness:
    """Counts from its beginning to its end, and then leaves its event loop."""

    def __init__(self, seconds: float) -> None:
        self.late: list[float] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(INTERVAL * 1000))
        self._timer.timeout.connect(self._tick)
        self._loop = QEventLoop()
        self._due = time.monotonic() + INTERVAL
        self._end = self._due + seconds
        self._timer.start()
        self._loop.exec()

    def _tick(self) -> None:
        """Late by how long after it was due; a tick that swallowed others starts a new grid."""
        now = time.monotonic()
        self.late.append(max(now - self._due, 0.0))
        self._due = max(self._due + INTERVAL, now + INTERVAL / 2)
        if now > self._end:
            self._timer.stop()
            self._loop.quit()


def measure(app: App, seconds: float, wanted: list[str]) -> None:
    """Each room in turn."""
    studio, furniture = app.studio, app.window.furniture
    assert studio is not None
    assert furniture is not None
    made = 0

    def count(_event: object) -> None:
        nonlocal made
        made += 1

    studio.host.picture_ready.connect(count)
    ways: dict[str, Callable[[], Walls | Requests]] = {
        "images, walls": partial(Walls, studio, furniture)
    }
    for room in furniture.rooms:
        ways[f"{room}, walking"] = partial(Requests, studio, furniture, room)
    for name, begin in ways.items():
        if wanted and name.partition(",")[0] not in wanted:
            continue
        busy, before = begin(), made
        late = [value * 1e3 for value in Lateness(seconds).late]
        busy.stop()
        print(line(f"{name}: 10 ms timer late by (p99 at most 16 ms)", late, "ms"), flush=True)
        print(f"{name}: pictures made meanwhile: {made - before}", flush=True)
    app.window.close()


def main() -> None:
    """Measure and print."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(places(folder).default_project, WORKS)
        app = QApplication([])
        whole = App(app, Options(basedir=folder))
        whole.window.resize(1280, 720)
        whole.window.show()
        QTimer.singleShot(SETTLE_MS, partial(measure, whole, seconds, sys.argv[2:]))
        app.exec()
        whole.close()


if __name__ == "__main__":
    main()
