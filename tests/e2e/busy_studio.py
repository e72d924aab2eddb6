"""The whole app, busy on purpose, to be killed.

Run by ``python -m tests.e2e.busy_studio BASE MODELS SEED [POINT N]``.

Says "ready" when its wall hangs. Then it keeps, edits and exports without rest, in an order from
the seed, rates works and names versions, and says of each kept work that it was committed ("kept
ID"), of each version that it was made ("named NUMBER") and of each export that it was said to be
done ("exported FILE"). With a point (see `POINTS`) it kills itself when it comes
there for the N-th time; for points of the close, its window is closed after a while.
"""

import os
import random
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from studio.images import document
from studio.images.ui.exporter import ExportChoice, ExportDone
from studio.images.ui.outgoing import Outgoing
from studio.images.ui.room import ImagesRoom
from studio.project.edits import Change
from studio.project.nodes import WORK
from studio.project.store import ProjectStore
from studio.provenance.containers import Format
from studio.shell import composition
from studio.shell.options import Options
from studio.shell.project_bridge import ProjectBridge
from studio.shell.start import App
from tests.integration import store_child
from tests.integration.store_child import Killer

PAUSE_MS = 4
OF_THE_START = ("before opening", "during opening", "after opening", "before furnishing",
                "during furnishing", "after furnishing")  # fmt: skip
OF_THE_CLOSE = ("before closing", "during closing", "after closing", "before checkpoint",
                "during checkpoint", "after checkpoint", "after unlink")  # fmt: skip
OF_THE_WORK = ("before commit", "during commit", "after commit", "before sync", "after sync",
               "before rename", "after rename", "before keeping", "after keeping",
               "during exporting", "during keeping")  # fmt: skip
POINTS = (*OF_THE_START, *OF_THE_WORK, *OF_THE_CLOSE)
ACTS_BEFORE_CLOSE = 60


def say(*words: object) -> None:
    """One line, written at once."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


class Hands:
    """Does what a user in a great hurry would do."""

    def __init__(self, app: App, out: Path, seed: int, *, acts: int | None = None) -> None:
        """``acts``: how much is done before the window is closed; None: no end."""
        self._app = app
        self._left = acts
        self._out = out
        self._random = random.Random(seed)
        self._number = 0
        self._ready = False
        self._timer = QTimer(app)
        self._timer.timeout.connect(self._act)
        self._timer.start(PAUSE_MS)

    def _act(self) -> None:
        furniture = self._app.window.furniture
        studio = self._app.studio
        if furniture is None or studio is None or studio.project is None:
            return
        room = furniture.room
        assert isinstance(room, ImagesRoom)
        places = [p for p in range(len(room.desk.tiles)) if room.desk.picture(p) is not None]
        if not places:
            return
        if not self._ready:
            if len(places) < len(room.desk.tiles):
                return
            self._ready = True
            studio.project.changed.connect(self._changed)
            room.exporter.done.connect(self._exported)
            say("ready")
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                self._timer.stop()
                self._app.window.close()
                return
        do = self._random.choice(
            (self._keep, self._keep, self._export, self._edit, self._roll, self._rate, self._name)
        )
        do(room, self._random.choice(places))

    def _keep(self, room: ImagesRoom, place: int) -> None:
        room.wall.choose(place)
        furniture = self._app.window.furniture
        assert furniture is not None
        furniture.registry.action("images.keep").trigger()

    def _export(self, room: ImagesRoom, place: int) -> None:
        picture = room.desk.picture(place)
        assert picture is not None
        self._number += 1
        kinds: tuple[Format, ...] = ("png", "jpeg", "webp")
        kind = self._random.choice(kinds)
        file = self._out / f"{os.getpid()}-{self._number}.{kind}"
        outgoing = Outgoing.of(picture.recipe, picture.image, file.stem, room.desk.model)
        room.exporter.export(outgoing, ExportChoice(file=file, format=kind, factor=16))

    def _edit(self, room: ImagesRoom, _place: int) -> None:
        for _step in range(4):
            room.desk.set_control("truncation", self._random.uniform(0.2, 1.4), final=False)
        room.desk.set_control("truncation", self._random.uniform(0.2, 1.4), final=True)

    def _roll(self, room: ImagesRoom, _place: int) -> None:
        if self._random.random() < 0.1:
            room.desk.roll()

    def _rate(self, room: ImagesRoom, _place: int) -> None:
        project = self._project()
        total = project.store.nodes(WORK, limit=0).total
        if total:
            offset = self._random.randrange(total)
            (work,) = project.store.nodes(WORK, offset=offset, limit=1).items
            project.submit(document.rate(work, self._random.randint(0, 5)))

    def _name(self, room: ImagesRoom, _place: int) -> None:
        if self._random.random() < 0.3:
            project = self._project()
            made = project.take_version(f"version {self._number}")
            project.when_done(made, lambda version: say("named", version.number))

    def _project(self) -> ProjectBridge:
        studio = self._app.studio
        assert studio is not None
        assert studio.project is not None
        return studio.project

    def _changed(self, change: Change) -> None:
        if change.label == "images.keep" and WORK.name in change.types:
            for node in change.nodes:
                say("kept", node)

    def _exported(self, event: ExportDone) -> None:
        say("exported", event.file)


def arm(killer: Killer) -> None:
    """Put the points of the window where the product passes; those of the store are there too."""
    store_child.arm(killer)
    setattr(ProjectStore, "open", staticmethod(killer.around("opening", ProjectStore.open)))  # noqa: B010
    for kind, name, what in (
        (composition.Studio, "_furnish", "furnishing"),
        (composition.Studio, "close", "closing"),
        (Hands, "_keep", "keeping"),
        (Hands, "_export", "exporting"),
    ):
        setattr(kind, name, killer.around(what, getattr(kind, name)))


def main() -> None:
    """Run until killed."""
    base, models, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    point = sys.argv[4] if len(sys.argv) > 4 else None
    if point is not None:
        arm(Killer(point, int(sys.argv[5]), seed))
    out = base / "out"
    out.mkdir(parents=True, exist_ok=True)
    setattr(composition, "model_roots", lambda _base: (models,))  # noqa: B010 - as tests do
    app = QApplication([])
    whole = App(app, Options(basedir=base))
    whole.window.show()
    hands = Hands(whole, out, seed, acts=ACTS_BEFORE_CLOSE if point in OF_THE_CLOSE else None)
    app.exec()
    whole.close()
    del hands


if __name__ == "__main__":
    main()
