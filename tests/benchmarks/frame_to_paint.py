"""A frame of 1024x1024 from the end of the graph's run in the host to its paint in the window.

The real host, bridge and close view; one picture at a time, enlarged to one pixel a pixel. The
naive way, painted in turn with it, sends the frame as a PNG and scales it smoothly::

    python -m tests.benchmarks.frame_to_paint [frames]
"""

import os
import struct
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QEventLoop, QIODevice, QTimer
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QApplication

from studio.contract.manifest import read_model
from studio.contract.recipe import Recipe
from studio.host import child
from studio.host.client import Failed, HostSettings, PictureReady
from studio.host.messages import GenerateImages, HostSetup
from studio.images.ui.raster import picture_image
from studio.shell.host_bridge import HostBridge
from studio.shell.pictures.named import NamedPicture
from studio.shell.pictures.zoom import ZoomPane, ZoomView
from tests.benchmarks.report import line, ratio
from tests.benchmarks.timed_host import NOTE
from tests.models import write_tiny_generator

FRAMES = 60
SIDE = 1024
PATIENCE_MS = 60_000


class Frames:
    """Asks for a frame, shows it, and takes the time when it has been painted."""

    def __init__(self, bridge: HostBridge, view: ZoomView, folder: Path, note: Path) -> None:
        self._bridge = bridge
        self._view = view
        self._folder = folder
        self._note = note
        self._loop = QEventLoop()
        self._naive = False
        self._request = 0
        self._shown = False
        self._arrived = self._ended = 0.0
        self._model = read_model(folder).manifest.id
        bridge.picture_ready.connect(self._picture)
        bridge.failed.connect(self._failed)
        paint = ZoomPane.paintEvent

        def painted(pane: ZoomPane, event: QPaintEvent) -> None:
            paint(pane, event)
            if self._shown and pane.isVisible():
                self._shown = False
                self._ended = time.monotonic()
                self._loop.quit()

        setattr(ZoomPane, "paintEvent", painted)  # noqa: B010 - to look on, not to change

    def measure(self, seed: int, *, naive: bool) -> tuple[float, float]:
        """Seconds from the end of the run to the event in the window, and to the painted frame."""
        self._naive = naive
        recipe = Recipe(model=self._model, seed=seed)
        self._request = self._bridge.generate(
            GenerateImages(folder=str(self._folder), recipes=(recipe,), batch=1)
        )
        self._loop.exec()
        (ended,) = struct.unpack("<d", self._note.read_bytes())
        return self._arrived - ended, self._ended - ended

    def _picture(self, event: PictureReady) -> None:
        """The first of the two times that a large picture comes: the second is named by its hash,
        and may come when the next has been asked for already."""
        if event.request != self._request or not event.preview:
            return
        self._arrived = time.monotonic()
        lent = event.picture
        image = picture_image(
            lent.pixels, width=lent.width, height=lent.height, channels=lent.channels
        )
        if self._naive:
            image = _through_a_file(image)
        self._shown = True
        item = NamedPicture(name="frame", image=image)
        if self._view.item is not None:
            self._view.replace_item(item)
        else:
            self._view.show_item(item)
            self._view.show_pixels()

    def _failed(self, event: Failed) -> None:
        raise SystemExit(str(event.error))


def _through_a_file(image: QImage) -> QImage:
    """Encode and decode, as whoever hands pictures on as files does."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 100)  # type: ignore[call-overload]  # the stub has bytes for the name
    return QImage.fromData(data.data())


def _timed_host(setup: HostSetup) -> list[str]:
    command = _host_command(setup)
    return [sys.executable, "-m", "tests.benchmarks.timed_host", command[-1]]


_host_command = child.host_command


def main() -> None:
    """Measure and print."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    frames = int(sys.argv[1]) if len(sys.argv) > 1 else FRAMES
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder) / "ended"
        note.write_bytes(bytes(8))
        os.environ[NOTE] = str(note)
        setattr(child, "host_command", _timed_host)  # noqa: B010 - to look on, not to change
        model = write_tiny_generator(Path(folder) / "large", size=SIDE, classes=1, width=2)
        view = ZoomView()
        view.resize(SIDE + 200, SIDE + 200)
        view.show()
        bridge = HostBridge(HostSettings())
        bridge.start()
        QTimer.singleShot(PATIENCE_MS * 10, app.quit)
        measured = Frames(bridge, view, model, note)
        for seed in range(4):
            measured.measure(seed, naive=bool(seed % 2))
        ours, naive = [], []
        for seed in range(frames):
            ours.append(measured.measure(seed, naive=False))
            naive.append(measured.measure(seed, naive=True))
        bridge.close()
    crossing = [arrived * 1e3 for arrived, _ in ours]
    painted = [ended * 1e3 for _, ended in ours]
    slow = [ended * 1e3 for _, ended in naive]
    print(line("end of run to the event in the window", crossing, "ms"))
    print(line("end of run to painted (at most 3.5 ms)", painted, "ms"))
    print(line("end of run to painted, the naive way", slow, "ms"))
    print(ratio("ours / naive", painted, slow))


if __name__ == "__main__":
    main()
