"""From a change by hand to the end of the paint with the new picture, in the real window.

The studio opens with a shipped model and a real host. On the wall and close by, "typical to
strange" is dragged as a hand drags it, a change every 16 ms; in the explorer the same slider, and
a hand on the pad. Each change counts until the picture has been painted with its value or a newer
one (the newest wins, so not every value is painted). The drags of two places are interleaved::

    python -m tests.benchmarks.live_control [drags] [wall | explorer]
"""

import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.report import line, percentile

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractSlider

    from studio.images.ui.room import ImagesRoom
    from studio.shell.start import App
    from studio.shell.widgets.control_row import ControlRow

DRAGS = 12
CHANGES = 60
TICK_MS = 16
LIMITS_MS = {"on the wall": 50.0, "close by": 50.0, "in the explorer": 33.0, "on the pad": 33.0}


Seen = Callable[[Any], None]
"""Told the widget that has just been painted."""


class Watch:
    """Pairs each change by hand with the paint that shows it."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Hashable, float]] = []
        """Name and time of each change that has not been painted yet, oldest first."""
        self.milliseconds: list[float] = []
        self.painted_pictures = 0

    def changed(self, name: Hashable, begun: float) -> None:
        """At ``begun`` (`time.perf_counter`) the hand asked for the picture of this name."""
        self.waiting.append((name, begun))

    def painted(self, name: Hashable) -> None:
        """A paint has ended that shows the picture of this name; None: that of no change."""
        names = [waiting for waiting, _ in self.waiting]
        if name is None or name not in names:
            return
        now = time.perf_counter()
        last = len(names) - 1 - names[::-1].index(name)
        self.milliseconds += [(now - begun) * 1e3 for _, begun in self.waiting[: last + 1]]
        self.painted_pictures += 1
        del self.waiting[: last + 1]


def main() -> None:
    """Measure and print."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    words = sys.argv[1:]
    drags = next((int(word) for word in words if word.isdecimal()), DRAGS)
    places = [word for word in words if not word.isdecimal()] or ["wall", "explorer"]
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), drags, places)


def _measure(folder: Path, drags: int, places: Sequence[str]) -> None:
    from PySide6.QtWidgets import QApplication

    from studio.images.ui.explore.pad import PadView
    from studio.images.ui.wall import WallView
    from studio.shell.pictures.zoom import ZoomPane
    from tests.benchmarks.real_window import open_studio

    # Qt asks for the paint's method once, so this is done before the first window is made.
    seen: dict[type, Seen] = {}
    for kind in (WallView, ZoomPane, PadView):
        _look_on(kind, seen)
    qt = QApplication([sys.argv[0]])
    whole, room = open_studio(qt, folder, tiles=8)
    watches: dict[str, Watch] = {}
    if "wall" in places:
        watches |= _measure_wall(whole, room, drags, seen)
    if "explorer" in places:
        watches |= _measure_explorer(room, drags, seen)
    for where, watch in watches.items():
        if not watch.milliseconds:
            sys.exit(f"nothing was painted {where}")
        print(line(f"hand to painted picture, {where}", watch.milliseconds, "ms"))
        share = percentile(watch.milliseconds, 0.95)
        print(
            f"{'':44} p95 {share:.1f} ms (at most {LIMITS_MS[where]:g}); "
            f"{watch.painted_pictures} pictures painted for {len(watch.milliseconds)} changes, "
            f"{len(watch.waiting)} unanswered"
        )
    whole.window.close()
    whole.close()


def _look_on(kind: type, seen: dict[type, Seen]) -> None:
    """Have whoever is in ``seen`` for this kind of widget told after each of its paints."""
    paint = vars(kind)["paintEvent"]

    def painted(widget: Any, event: object) -> None:
        paint(widget, event)
        if kind in seen:
            seen[kind](widget)

    setattr(kind, "paintEvent", painted)  # noqa: B010 - to look on, not to change


def _measure_wall(
    whole: "App", room: "ImagesRoom", drags: int, seen: dict[type, Seen]
) -> dict[str, Watch]:
    from PySide6.QtWidgets import QAbstractSlider

    from studio.images.ui.maker import PictureArrived
    from studio.images.ui.wall import WallView
    from studio.shell.pictures.zoom import ZoomPane
    from tests.benchmarks.real_window import spin

    watches = {"on the wall": Watch(), "close by": Watch()}
    current = watches["on the wall"]
    values: dict[int, float] = {}

    def painted_wall(wall: WallView) -> None:
        image = wall.faces[0].image if wall.faces else None
        current.painted(None if image is None else values.get(image.cacheKey()))

    def painted_pane(pane: ZoomPane) -> None:
        if pane.item is not None:
            current.painted(values.get(pane.item.image.cacheKey()))

    seen |= {WallView: painted_wall, ZoomPane: painted_pane}
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
        values[event.picture.image.cacheKey()] = round(value, 6)

    room.maker.made.connect(made)
    slider = row.findChild(QAbstractSlider)
    assert slider is not None
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
        _drag(slider, row, current, lambda: round(row.value, 6), back=drag % 4 >= 2)
    room.maker.made.disconnect(made)
    seen.clear()
    return watches


def _measure_explorer(room: "ImagesRoom", drags: int, seen: dict[type, Seen]) -> dict[str, Watch]:
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QAbstractSlider

    from studio.images.ui.explore.inspector import ExploreInspector
    from studio.images.ui.explore.mode import ExploreMode
    from studio.images.ui.explore.pad import PadView
    from studio.images.ui.explore.spots import CENTRE
    from studio.images.ui.maker import PictureArrived, wish_key
    from tests.benchmarks.real_window import spin

    watches = {"in the explorer": Watch(), "on the pad": Watch()}
    current = watches["in the explorer"]
    names: dict[int, bytes] = {}

    def painted(pad: PadView) -> None:
        image = pad.middle[0]
        current.painted(None if image is None else names.get(image.cacheKey()))

    seen[PadView] = painted
    room.modes.show("explore")
    mode = room.modes.front
    assert isinstance(mode, ExploreMode)
    spin(2_000)
    desk, pad, inspector = mode.desk, mode.page.pad, mode.inspector
    assert isinstance(inspector, ExploreInspector)
    assert desk.model is not None
    control = desk.model.manifest.control("truncation")
    if control is None:
        sys.exit("this model has nothing to drag")

    def arrived(event: PictureArrived) -> None:
        if event.place == CENTRE:
            names[event.picture.image.cacheKey()] = event.picture.key

    # Before the mode hears of it, which may paint at once.
    room.maker.made.connect(arrived)
    desk.arrived.connect(arrived)

    def wished() -> bytes:
        assert desk.here is not None
        return wish_key(desk.here)

    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for drag in range(2 * drags):
        where = "in the explorer" if drag % 2 == 0 else "on the pad"
        current = watches[where]
        desk.surprise()  # so that no picture has been made before
        spin(600)
        if where == "in the explorer":
            row = inspector.rows[control.name]
            slider = row.findChild(QAbstractSlider)
            assert slider is not None
            _drag(slider, row, current, wished, back=drag % 4 >= 2)
            continue
        at = centre = pad.middle_rect().center().toPoint()
        radius = 0.4 * min(pad.width(), pad.height())
        QTest.mousePress(pad, left, none, centre)
        for step in range(CHANGES):
            angle = 2 * math.pi * (step + 1) / CHANGES
            at = centre + QPoint(round(radius * math.sin(angle)), round(radius * step / CHANGES))
            begun, before = time.perf_counter(), wished()
            QTest.mouseMove(pad, at)
            if wished() != before:
                current.changed(wished(), begun)
            spin(TICK_MS)
        QTest.mouseRelease(pad, left, none, at)
        spin(600)
    seen.clear()
    return watches


def _drag(
    slider: "QAbstractSlider",
    row: "ControlRow",
    watch: Watch,
    name: Callable[[], Hashable],
    *,
    back: bool,
) -> None:
    """Drag a slider from one end to the other; ``name`` says what is wished for after a change."""
    from tests.benchmarks.real_window import spin

    span = slider.maximum() - slider.minimum()
    slider.setSliderDown(True)
    for step in range(CHANGES):
        share = 1 - (step + 1) / CHANGES if back else (step + 1) / CHANGES
        begun, before = time.perf_counter(), row.value
        slider.setValue(round(slider.minimum() + share * span))
        if row.value != before:
            watch.changed(name(), begun)
        spin(TICK_MS)
    slider.setSliderDown(False)
    spin(600)


if __name__ == "__main__":
    main()
