"""From a click on the wall to the grown picture, and to its eight neighbours, in the real window.

The studio opens with a shipped model and a real host; every click is on another tile, so that no
neighbour has been made before. "Grown" is counted to the end of the first paint of the panel,
"neighbours" to the end of the paint that shows the last of the eight. Without motion, because an
animation is meant to take its time. Before each click the wall has come to rest::

    python -m tests.benchmarks.grow [clicks]
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.report import line

CLICKS = 40
SETTLE_MS = 150


def main() -> None:
    """Measure and print."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    clicks = int(sys.argv[1]) if len(sys.argv) > 1 else CLICKS
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), clicks)


def _measure(folder: Path, clicks: int) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from studio.images.ui.neighbourhood import NeighbourhoodView
    from studio.images.ui.surroundings import NEIGHBOURS
    from studio.shell.motion import apply_motion
    from tests.benchmarks.real_window import open_studio, spin, until

    paint = NeighbourhoodView.paintEvent
    begun = 0.0
    grown: list[float] = []
    full: list[float] = []
    waiting: set[str] = set()

    def painted(view: NeighbourhoodView, event: object) -> None:
        paint(view, event)  # type: ignore[arg-type]  # passed on as it came
        milliseconds = (time.perf_counter() - begun) * 1e3
        if "grown" in waiting:
            waiting.discard("grown")
            grown.append(milliseconds)
        if "full" in waiting and None not in view.pictures[:NEIGHBOURS]:
            waiting.discard("full")
            full.append(milliseconds)

    setattr(NeighbourhoodView, "paintEvent", painted)  # noqa: B010 - to look on, not to change
    qt = QApplication([sys.argv[0]])
    whole, room = open_studio(qt, folder, tiles=16)
    apply_motion(qt, "reduced")
    spin(2_000)
    columns = room.wall.columns
    for click in range(clicks):
        at = room.wall.tile_rect(click % (2 * columns)).center().toPoint()
        waiting.update({"grown", "full"})
        begun = time.perf_counter()
        QTest.mouseClick(room.wall.viewport(), Qt.MouseButton.LeftButton, pos=at)
        until(lambda: not waiting)
        room.neighbours.close()
        spin(SETTLE_MS)
    print(line("click to the grown picture", grown, "ms"))
    print(line("click to its eight neighbours", full, "ms"))
    whole.window.close()
    whole.close()


if __name__ == "__main__":
    main()
