"""A family tree of 10,000 pictures: to open, scroll, search, zoom, fold it, and a birth in it.

``python -m tests.benchmarks.family_tree``. The target: each step within 100 ms. Measured on the
real store and the real view, every picture in view drawn; how long pictures take to be made is
the affair of the model process and measured elsewhere. Beside the time on the wall stands the
time in which the window's thread had a processor, which does not count what else the machine does.
"""

import os
import random
import struct
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from studio.contract.recipe import RECIPE_SCHEMA, Bred, Recipe, Shift, Styling, identity
from studio.images.document import codecs
from studio.images.lineage import Member, new_relative
from studio.images.ui.background import BackgroundWork
from studio.images.ui.breed.family_link import FamilyLink
from studio.images.ui.breed.tree_page import TreePage
from studio.images.ui.breed.tree_painter import SIDES, USUAL_ZOOM
from studio.images.ui.breed.tree_pictures import TreePictures
from studio.project.edits import Edit, put
from studio.project.nodes import RELATIVE
from studio.project.store import ProjectStore
from studio.shell.collector import WindowCollector
from studio.shell.gallery.vocabulary import Vocabulary
from studio.shell.project_bridge import ProjectBridge
from studio.shell.theme import DARK, apply_theme, load_fonts
from tests.benchmarks.report import line

PICTURES = 10_000
FAMILIES = 120
REACH = 1_500
"""How far back among those before it a picture's parents are drawn."""
SIZE = (1280, 720)
OPENINGS = 7
REPEATS = 200
PATIENCE_MS = 30_000
GENES = ("glasses", "long hair", "smile", "hat")
KINDS = ("clay", "moods", "sprouts", "critters")


def family(count: int) -> list[Recipe]:
    """Finished recipes as breeding makes them, each after its parents."""
    draw = random.Random(7)
    made: list[Recipe] = []
    for number in range(count):
        parents: tuple[Recipe, ...] = ()
        if number >= FAMILIES:
            first = max(0, number - REACH)
            chosen = {draw.randrange(first, number) for _ in range(draw.choice((1, 2, 2, 3)))}
            parents = tuple(made[place] for place in sorted(chosen))
        latent = struct.pack("<64f", *(draw.gauss(0, 1) for _ in range(64)))
        direction = struct.pack("<128f", *(draw.gauss(0, 1) for _ in range(128)))
        shifts = (Shift(direction=direction, amount=1.0, name=draw.choice(GENES)),)
        made.append(
            Recipe(
                schema=RECIPE_SCHEMA,
                model="avatars",
                graphs={"mapping": "0a" * 32, "synthesis": "0b" * 32},
                seed=number,
                origin=Bred(parents=tuple(p.latent or b"" for p in parents) or (latent,)),
                latent=latent,
                controls={"class": draw.choice(KINDS), "truncation": 0.8},
                parents=tuple(identity(parent) for parent in parents),
                styling=Styling(shifts=shifts if number % 5 == 0 else ()),
                width=64,
                height=64,
                pixels_sha256=f"{number:064x}",
            )
        )
    return made


def fill(folder: Path, recipes: list[Recipe]) -> None:
    """A project whose tree they are."""
    with ProjectStore.open(folder, codecs()) as store:
        patches = [
            put(RELATIVE, new_relative(recipe, favourite=number % 11 == 0))
            for number, recipe in enumerate(recipes)
        ]
        for start in range(0, len(patches), 250):
            chunk = tuple(patches[start : start + 250])
            store.submit(Edit(scope="breed", label="breed.next", patches=chunk)).result()


class _Pictures(QObject):
    """Every picture is there, without a model process."""

    arrived = Signal(str)
    coloured = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._images = []
        for number in range(64):
            image = QImage(64, 64, QImage.Format.Format_RGB888)
            image.fill(QColor.fromHsv(number * 5, 140, 210))
            self._images.append(image)

    def get(self, name: str) -> QImage:
        return self._images[int(name[:4], 16) % 64]

    def is_missing(self, _member: Member) -> bool:
        return False

    def want(self, _members: object) -> None:
        """They are there already."""

    def stop(self) -> None:
        """There is nothing to stop."""


class Clock:
    """Milliseconds on the wall, and those in which this thread had a processor."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.busy: list[float] = []

    def time(self, run: Callable[[], object]) -> None:
        """Measure one step, up to the end of its paint."""
        begin, begin_busy = time.perf_counter(), time.thread_time()
        run()
        QApplication.processEvents()
        self.busy.append(1000 * (time.thread_time() - begin_busy))
        self.wall.append(1000 * (time.perf_counter() - begin))

    def tell(self, name: str) -> None:
        """Print both."""
        print(line(name, self.wall, "ms"))
        print(line("  on a processor", self.busy, "ms"))


def wait_until(condition: Callable[[], bool]) -> None:
    """Let the window run until ``condition`` holds."""
    loop = QEventLoop()
    poll = QTimer()
    poll.timeout.connect(lambda: loop.quit() if condition() else None)
    poll.start(1)
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    loop.exec()


class Tree:
    """The page of the tree on a project."""

    def __init__(self, store: ProjectStore) -> None:
        self.project = ProjectBridge(store)
        self.work = BackgroundWork()
        self.link = FamilyLink(self.project, self.work)
        pictures = cast(TreePictures, _Pictures())
        self.page = TreePage(self.link, pictures, Vocabulary((), "en"))
        self.page.resize(*SIZE)
        self.page.show()
        QApplication.processEvents()

    def open(self) -> float:
        """Milliseconds from the wish to the painted tree."""
        begin = time.perf_counter()
        self.page.open()
        wait_until(lambda: len(self.page.view.tree_layout) > 0)
        QApplication.processEvents()
        return 1000 * (time.perf_counter() - begin)

    def close(self) -> None:
        self.page.close()
        self.work.close()
        self.project.end()
        self.page.deleteLater()


def measure_opening(store: ProjectStore) -> Tree:
    wall, longest = [], Clock()
    tree = Tree(store)
    for _ in range(OPENINGS):
        tree.close()
        tree = Tree(store)
        wall.append(tree.open())
        longest.time(tree.link.changed.emit)
    print(line("open: read, lay out, paint", wall, "ms"))
    longest.tell("  of it the window's own thread")
    return tree


def measure_scrolling(tree: Tree, zoom: int) -> None:
    view = tree.page.view
    view.set_zoom(zoom)
    across, down = view.horizontalScrollBar(), view.verticalScrollBar()
    clock = Clock()
    step_across = max(across.maximum() // REPEATS, 1)
    for number in range(REPEATS):

        def notch(number: int = number) -> None:
            across.setValue(number * step_across)
            down.setValue(number * 97 % max(down.maximum(), 1))

        clock.time(notch)
    clock.tell(f"a step of scrolling at {SIDES[zoom]} px ({len(view.seen())} in view)")


def measure_searching(tree: Tree) -> None:
    field, clock = tree.page.field, Clock()
    for number in range(REPEATS):
        text = ("glasses", "clay", "42", "hair 7", "no such thing", "")[number % 6]

        def search(text: str = text) -> None:
            field.setText(text)
            tree.page.go_on(1)

        clock.time(search)
    field.clear()
    tree.page.go_on(1)
    clock.tell("a search, and going to the first found")


def measure_zooming(tree: Tree) -> None:
    clock = Clock()
    for number in range(REPEATS // 4):
        clock.time(lambda number=number: tree.page.view.set_zoom(number % len(SIDES)))  # type: ignore[misc]  # bound now
    tree.page.view.set_zoom(USUAL_ZOOM)
    clock.tell("a step of zooming")


def measure_folding(tree: Tree) -> None:
    clock = Clock()
    founders = tree.link.lineage.founders
    for number in range(20):
        clock.time(lambda number=number: tree.link.fold(founders[number // 2]))  # type: ignore[misc]  # bound now
    clock.tell("fold a family, or unfold it")


def measure_births(tree: Tree, store: ProjectStore, recipes: list[Recipe]) -> None:
    clock = Clock()
    for number in range(20):
        parent = recipes[-1 - number * 37]
        child = Recipe(
            model="avatars",
            seed=PICTURES + number,
            latent=struct.pack("<64f", *range(number, number + 64)),
            parents=(identity(parent),),
            pixels_sha256=f"{PICTURES + number:064x}",
        )
        node = new_relative(child)
        edit = Edit(scope="breed", label="breed.next", patches=(put(RELATIVE, node),))
        store.submit(edit).result()
        clock.time(lambda node=node: tree.link.reread((node.id,)))  # type: ignore[misc]  # bound now
    clock.tell("a birth: read, lay out, paint")


def main() -> None:
    """Print every figure."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    load_fonts()
    apply_theme(app, DARK, language="en", scale=1.0)
    collector = WindowCollector(app)
    collector.start()  # as the studio's window has it
    with tempfile.TemporaryDirectory() as folder:
        recipes = family(PICTURES)
        fill(Path(folder) / "p", recipes)
        with ProjectStore.open(Path(folder) / "p", codecs()) as store:
            tree = measure_opening(store)
            lineage = tree.link.lineage
            print(f"{len(lineage):,} pictures, {tree.link.layout.generations} generations")
            for zoom in (USUAL_ZOOM, 2, 0):
                measure_scrolling(tree, zoom)
            measure_searching(tree)
            measure_zooming(tree)
            measure_folding(tree)
            measure_births(tree, store, recipes)
            tree.close()
    collector.stop()


if __name__ == "__main__":
    main()
