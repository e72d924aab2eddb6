"""The memory of the window and of its model process while the explorer is dragged for long.

The studio opens with a shipped model and a real host; a hand goes round the pad sixty times a
second, lets go every few seconds and takes hold again, as in hours of work. Resident sizes are
read every half a minute; the first minutes, in which caches fill, are told apart::

    python -m tests.benchmarks.explorer_memory [minutes]
"""

import math
import os
import sys
import tempfile
import time
from pathlib import Path

MINUTES = 30.0
READ_SECONDS = 30.0
FILL_MINUTES = 3.0
"""So long caches fill."""
TICK_MS = 16
DRAG_SECONDS = 6.0


def main() -> None:
    """Measure and print."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), minutes)


def _measure(folder: Path, minutes: float) -> None:
    import psutil
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from studio.images.ui.explore.mode import ExploreMode
    from studio.images.ui.maker import PictureArrived
    from tests.benchmarks.real_window import open_studio, spin

    qt = QApplication([sys.argv[0]])
    whole, room = open_studio(qt, folder, tiles=8)
    room.modes.show("explore")
    mode = room.modes.front
    assert isinstance(mode, ExploreMode)
    spin(2_000)
    pad, left, none = mode.page.pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    pictures = 0

    def arrived(_event: PictureArrived) -> None:
        nonlocal pictures
        pictures += 1

    mode.desk.arrived.connect(arrived)
    window = psutil.Process()
    began = time.monotonic()
    next_read, next_drag, held = 0.0, 0.0, False
    sizes: list[tuple[float, float, float]] = []
    while (passed := time.monotonic() - began) < minutes * 60:
        if passed >= next_read:
            next_read += READ_SECONDS
            host = sum(child.memory_info().rss for child in window.children(recursive=True))
            sizes.append((passed / 60, window.memory_info().rss / 1e6, host / 1e6))
            print(
                f"{sizes[-1][0]:5.1f} min: window {sizes[-1][1]:7.1f} MB, model process "
                f"{sizes[-1][2]:7.1f} MB, {pictures} pictures, {mode.page.strip.total} stops",
                flush=True,
            )
        centre = pad.middle_rect().center().toPoint()
        radius = 0.4 * min(pad.width(), pad.height())
        at = centre + QPoint(
            round(radius * math.cos(passed * 1.7)), round(radius * math.sin(passed * 2.3))
        )
        if passed >= next_drag:
            next_drag = passed + DRAG_SECONDS
            if held:
                QTest.mouseRelease(pad, left, none, at)
                spin(300)
            QTest.mousePress(pad, left, none, centre)
            held = True
        QTest.mouseMove(pad, at)
        spin(TICK_MS)
    QTest.mouseRelease(pad, left, none, pad.middle_rect().center().toPoint())
    spin(500)
    for place, name in ((1, "window"), (2, "model process")):
        later = [size[place] for size in sizes if size[0] >= min(FILL_MINUTES, minutes / 2)]
        if later:
            growth = later[-1] - later[0]
            print(
                f"{name}: {later[0]:.1f} MB once filled, {later[-1]:.1f} MB at the end: "
                f"{growth:+.1f} MB, at most {max(later):.1f} MB"
            )
    whole.window.close()
    whole.close()


if __name__ == "__main__":
    main()
