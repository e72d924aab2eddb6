"""From a slider's change to the end of the paint with the new picture, in the real window.

The studio opens with a shipped model and a real host; "typical to strange" is dragged as a hand
drags it, a change every 16 ms. Each change counts until the chosen picture has been painted with
its value or a newer one (the newest wins, so not every value is painted). Once on the wall, once
close by; the drags of both are interleaved::

    python -m tests.benchmarks.live_control [drags]
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.report import line, percentile

DRAGS = 12
CHANGES = 60
TICK_MS = 16
LIMIT_MS = 50.0


class Watch:
    """Pairs each change of the slider with the paint that shows it."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, float]] = []
        """Value and time of each change that has not been painted yet, oldest first."""
        self.milliseconds: list[float] = []
        self.painted_values = 0

    def changed(self, value: float, begun: float) -> None:
        """The slider was moved to ``value`` at ``begun`` (`time.perf_counter`)."""
        self.waiting.append((value, begun))

    def painted(self, value: float | None) -> None:
        """A paint has ended that shows the picture under ``value``."""
        values = [round(waiting, 6) for waiting, _ in self.waiting]
        if value is None or round(value, 6) not in values:
            return
        now = time.perf_counter()
        last = len(values) - 1 - values[::-1].index(round(value, 6))
        self.milliseconds += [(now - begun) * 1e3 for _, begun in self.waiting[: last + 1]]
        self.painted_values += 1
        del self.waiting[: last + 1]


def main() -> None:
    """Measure and print."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    drags = int(sys.argv[1]) if len(sys.argv) > 1 else DRAGS
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), drags)


def _measure(folder: Path, drags: int) -> None:
    from PySide6.QtWidgets import QAbstractSlider, QApplication

    from studio.images.ui.maker import PictureArrived
    from studio.images.ui.wall import WallView
    from studio.shell.pictures.zoom import ZoomPane
    from tests.benchmarks.real_window import open_studio, spin

    watches = {"on the wall": Watch(), "close by": Watch()}
    current = watches["on the wall"]
    values: dict[int, float] = {}
    wall_paint, pane_paint = WallView.paintEvent, ZoomPane.paintEvent

    def painted_wall(wall: WallView, event: object) -> None:
        wall_paint(wall, event)  # type: ignore[arg-type]  # passed on as it came
        image = wall.faces[0].image if wall.faces else None
        current.painted(None if image is None else values.get(image.cacheKey()))

    def painted_pane(pane: ZoomPane, event: object) -> None:
        pane_paint(pane, event)  # type: ignore[arg-type]  # passed on as it came
        if pane.item is not None:
            current.painted(values.get(pane.item.image.cacheKey()))

    setattr(WallView, "paintEvent", painted_wall)  # noqa: B010 - to look on, not to change
    setattr(ZoomPane, "paintEvent", painted_pane)  # noqa: B010
    qt = QApplication([sys.argv[0]])
    whole, room = open_studio(qt, folder, tiles=8)
    model = room.desk.model
    assert model is not None
    control = model.manifest.control("truncation")
    if control is None:
        sys.exit("this model has nothing to drag")
    room.wall.choose(0)
    row = room.controls.rows[control.name]

    def made(event: PictureArrived) -> None:
        value = event.picture.recipe.controls[control.name]
        assert isinstance(value, float)
        values[event.picture.image.cacheKey()] = value

    room.maker.made.connect(made)
    slider = row.findChild(QAbstractSlider)
    assert slider is not None
    span = slider.maximum() - slider.minimum()
    actions = whole.window.furniture.registry if whole.window.furniture is not None else None
    assert actions is not None
    for drag in range(2 * drags):
        where = "on the wall" if drag % 2 == 0 else "close by"
        current = watches[where]
        actions.action("images.roll").trigger()  # so that no picture has been made before
        spin(600)
        room.wall.choose(0)
        if where == "close by":
            actions.action("images.zoom").trigger()
        spin(200)
        slider.setSliderDown(True)
        for step in range(CHANGES):
            share = (step + 1) / CHANGES if drag % 4 < 2 else 1 - (step + 1) / CHANGES
            begun = time.perf_counter()
            before = row.value
            slider.setValue(round(slider.minimum() + share * span))
            if row.value != before:
                current.changed(row.value, begun)
            spin(TICK_MS)
        slider.setSliderDown(False)
        spin(600)
    for where, watch in watches.items():
        print(line(f"slider to painted picture, {where}", watch.milliseconds, "ms"))
        share = percentile(watch.milliseconds, 0.95)
        print(
            f"{'':44} p95 {share:.1f} ms (at most {LIMIT_MS:g}); {watch.painted_values} pictures "
            f"painted for {len(watch.milliseconds)} changes, {len(watch.waiting)} unanswered"
        )
    whole.window.close()
    whole.close()


if __name__ == "__main__":
    main()
