"""How late a timer of 10 ms is in the window while pictures are made without rest.

The whole app runs with the models that ship; as soon as a wall is full another one is asked for.
The figure is the lateness of each tick against the grid on which it was due::

    python -m tests.benchmarks.timer_lateness [seconds]
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from studio.images.ui.room import ImagesRoom
from studio.shell.options import Options
from studio.shell.start import App
from tests.benchmarks.report import line

SECONDS = 60.0
INTERVAL = 0.010
SETTLE_MS = 2_000
"""The start itself is not measured."""


class Lateness:
    """Counts from when the wall was first full."""

    def __init__(self, app: App, seconds: float) -> None:
        self.late: list[float] = []
        self.pictures = 0
        self._app = app
        self._seconds = seconds
        self._due = 0.0
        self._end = 0.0
        self._timer = QTimer(app)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(INTERVAL * 1000))
        self._timer.timeout.connect(self._tick)

    def begin(self) -> None:
        """Start to count and to make pictures."""
        studio = self._app.studio
        assert studio is not None
        studio.host.picture_ready.connect(self._count)
        studio.host.finished.connect(lambda _event: QTimer.singleShot(0, self._make_if_full))
        self._due = time.monotonic() + INTERVAL
        self._end = self._due + self._seconds
        self._timer.start()
        self._make()

    def _make(self) -> None:
        furniture = self._app.window.furniture
        assert furniture is not None
        furniture.registry.action("images.roll").trigger()

    def _make_if_full(self) -> None:
        """Another wall is wanted when all that is seen of this one hangs."""
        furniture = self._app.window.furniture
        assert furniture is not None
        room = furniture.room
        assert isinstance(room, ImagesRoom)
        seen = range(room.wall.seen.first, room.wall.seen.last)
        if all(room.desk.picture(place) is not None for place in seen):
            self._make()

    def _count(self, _event: object) -> None:
        self.pictures += 1

    def _tick(self) -> None:
        """Late by how long after it was due; a tick that swallowed others starts a new grid."""
        now = time.monotonic()
        self.late.append(max(now - self._due, 0.0))
        self._due = max(self._due + INTERVAL, now + INTERVAL / 2)
        if now > self._end:
            self._timer.stop()
            self._app.window.close()


def main() -> None:
    """Measure and print."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with tempfile.TemporaryDirectory() as folder:
        app = QApplication([])
        whole = App(app, Options(basedir=Path(folder)))
        whole.window.show()
        measured = Lateness(whole, seconds)
        QTimer.singleShot(SETTLE_MS, measured.begin)
        app.exec()
        whole.close()
    print(f"pictures made meanwhile: {measured.pictures}")
    late = [value * 1e3 for value in measured.late]
    print(line("10 ms timer late by (p99 at most 16 ms)", late, "ms"))


if __name__ == "__main__":
    main()
