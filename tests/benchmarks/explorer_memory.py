"""The memory of the window and of its model process while the explorer is dragged for long.

The studio opens with a shipped model and a real host. First the path is given so many stops that
all caches are full. Then a hand goes round the pad sixty times a second, lets go every few seconds
and takes hold again, as in hours of work; or, faster than any hand, it leaves one stop after the
other. Resident sizes are read from time to time, and how they grow is fitted to them::

    python -m tests.benchmarks.explorer_memory [--minutes 30]
    python -m tests.benchmarks.explorer_memory --stops 2000

The window's private size is told beside the whole: pages of files that it has mapped come and go as
the system likes.
"""

import argparse
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from studio.images.ui.explore.mode import ExploreMode

MINUTES = 30.0
READ_SECONDS = 30.0
READINGS_OF_STOPS = 20
FILL_STOPS = 400
"""So many fill the caches: of pictures of the path and of the desk, and the database's pages."""
TICK_MS = 16
DRAG_SECONDS = 6.0
MOVES_A_STOP = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the processes took at one moment, in MB."""

    minutes: float
    window: float
    private: float
    host: float
    pictures: int
    stops: int


def main() -> None:
    """Measure and print."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = argparse.ArgumentParser(description="Does the explorer's memory stay flat?")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--stops", type=int, help="so many stops at once, instead of minutes")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), minutes=chosen.minutes, stops=chosen.stops)


def _measure(folder: Path, *, minutes: float, stops: int | None) -> None:
    from PySide6.QtWidgets import QApplication

    from studio.images.ui.explore.mode import ExploreMode
    from tests.benchmarks.real_window import open_studio, spin

    qt = QApplication([sys.argv[0]])
    whole, room = open_studio(qt, folder, tiles=8)
    room.modes.show("explore")
    mode = room.modes.front
    assert isinstance(mode, ExploreMode)
    spin(2_000)
    hand = _Hand(mode)
    hand.leave_stops(FILL_STOPS)
    print(f"the caches are full: {mode.page.strip.total} stops", flush=True)
    readings = []
    for reading in hand.dragged(minutes) if stops is None else hand.hurried(stops):
        readings.append(reading)
        print(
            f"{reading.minutes:5.1f} min: window {reading.window:7.1f} MB "
            f"(private {reading.private:.1f}), model process {reading.host:7.1f} MB, "
            f"{reading.pictures} pictures, {reading.stops} stops",
            flush=True,
        )
    _tell(readings, per_stop=stops is not None)
    whole.window.close()
    whole.close()


class _Hand:
    """Drags on the pad of a window that is open."""

    def __init__(self, mode: "ExploreMode") -> None:
        import psutil

        self._mode = mode
        self._process = psutil.Process()
        self._pictures = 0
        self._began = time.monotonic()
        mode.desk.arrived.connect(self._count)

    def _count(self, _event: object) -> None:
        self._pictures += 1

    def _read(self) -> Reading:
        window = self._process.memory_info()
        hosts = self._process.children(recursive=True)
        return Reading(
            minutes=(time.monotonic() - self._began) / 60,
            window=window.rss / 1e6,
            private=(window.rss - getattr(window, "shared", 0)) / 1e6,
            host=sum(child.memory_info().rss for child in hosts) / 1e6,
            pictures=self._pictures,
            stops=self._mode.page.strip.total,
        )

    def _place(self, passed: float) -> "QPoint":
        """Where the hand is after so many seconds."""
        from PySide6.QtCore import QPoint

        pad = self._mode.page.pad
        radius = 0.4 * min(pad.width(), pad.height())
        return pad.middle_rect().center().toPoint() + QPoint(
            round(radius * math.cos(passed * 1.7)), round(radius * math.sin(passed * 2.3))
        )

    def _press(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        pad = self._mode.page.pad
        centre = pad.middle_rect().center().toPoint()
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)

    def _release(self, at: "QPoint") -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        pad = self._mode.page.pad
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    def leave_stops(self, count: int) -> None:
        """Leave so many stops on the path, each as soon as the one before is written."""
        from PySide6.QtTest import QTest

        from tests.benchmarks.real_window import spin, until

        strip = self._mode.page.strip
        for _ in range(count):
            before = strip.total
            passed = before * 0.7
            self._press()
            for move in range(MOVES_A_STOP):
                QTest.mouseMove(self._mode.page.pad, self._place(passed + move * 0.2))
                spin(1)
            self._release(self._place(passed + MOVES_A_STOP * 0.2))
            until(partial(lambda so_far: strip.total > so_far, before))

    def hurried(self, stops: int) -> Iterator[Reading]:
        """Leave stops as quickly as they can be made."""
        self._began = time.monotonic()
        yield self._read()
        for _ in range(READINGS_OF_STOPS):
            self.leave_stops(max(stops // READINGS_OF_STOPS, 1))
            yield self._read()

    def dragged(self, minutes: float) -> Iterator[Reading]:
        """Drag for so long as a hand does."""
        from PySide6.QtTest import QTest

        from tests.benchmarks.real_window import spin

        self._began = time.monotonic()
        next_read, next_drag, held = 0.0, 0.0, False
        while (passed := time.monotonic() - self._began) < minutes * 60:
            if passed >= next_read:
                next_read += READ_SECONDS
                yield self._read()
            at = self._place(passed)
            if passed >= next_drag:
                next_drag = passed + DRAG_SECONDS
                if held:
                    self._release(at)
                    spin(300)
                self._press()
                held = True
            QTest.mouseMove(self._mode.page.pad, at)
            spin(TICK_MS)
        self._release(self._place(0.0))
        spin(500)
        yield self._read()


def _tell(readings: list[Reading], *, per_stop: bool) -> None:
    """Print how much each size grew, and how it grows by a line through all readings."""
    along = [float(r.stops) if per_stop else r.minutes for r in readings]
    unit, factor = ("1,000 stops", 1_000) if per_stop else ("hour", 60)
    for name, sizes in (
        ("window", [r.window for r in readings]),
        ("of which private", [r.private for r in readings]),
        ("model process", [r.host for r in readings]),
    ):
        slope = statistics.linear_regression(along, sizes).slope
        print(
            f"{name}: {sizes[0]:.1f} MB with full caches, {sizes[-1]:.1f} MB at the end: "
            f"{sizes[-1] - sizes[0]:+.1f} MB, at most {max(sizes):.1f} MB; "
            f"{slope * factor:+.2f} MB per {unit}"
        )


if __name__ == "__main__":
    main()
