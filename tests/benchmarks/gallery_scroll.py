"""Scrolling through 10,000 kept pictures: how long each frame takes, next to a plain QListView.

``python -m tests.benchmarks.gallery_scroll [works]``. Both show the same pictures from the same
project at the same size in windows of 1280x720, and are scrolled by the same steps in turn: a
steady hand (a notch of the wheel a frame), a fling (a third of a screen a frame), and jumps of
the scroll bar's handle. A frame is the time from the scroll to the end of its painting on the
window's thread, with all events that have come meanwhile; 16.7 ms is 60 a second. The list view
has its icons ready in memory, which a gallery cannot have: they are what it would cost at best.

Besides: how long the gallery takes from opening to all pictures in view, what a search costs, how
long an old project takes until all of it is found, and how late a timer of 10 ms is meanwhile.
"""

import hashlib
import os
import shutil
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QDate, QEventLoop, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QAbstractSlider, QApplication, QListView

from studio.contract.recipe import Recipe
from studio.images.document import codecs
from studio.project.blobs import sha256_of
from studio.project.database import DATABASE_NAME, connect
from studio.project.edits import Edit, put
from studio.project.indexer import Indexer, IndexProgress
from studio.project.nodes import WORK, Work
from studio.project.search import Query, Word
from studio.project.store import BLOB_FOLDER, ProjectStore
from studio.project.work_index import start_again
from studio.provenance.pictures import encode_picture
from studio.shell.gallery.finder import GalleryFinder
from studio.shell.gallery.grid import GalleryGrid
from studio.shell.gallery.thumbnails import Thumbnails
from studio.shell.gallery.vocabulary import Vocabulary, sections_of
from studio.shell.project_bridge import ProjectBridge
from studio.shell.theme import DARK, apply_theme, load_fonts
from tests.benchmarks.report import line, ratio

WORKS = 10_000
SIDE = 64
TILE = 128
FRAMES = 300
SIZE = QSize(1280, 720)
NOTCH = 120
DAYS = 90
PATIENCE_MS = 120_000
TICK = 0.010
LOOKED_AT = 1_000
"""Pictures of the old project that are looked at for their colours."""


class _Bridge(QObject):
    """As much of the project's bridge as the finder asks for."""

    changed = Signal(object)

    def __init__(self, store: ProjectStore) -> None:
        super().__init__()
        self.store = store


def fill(folder: Path, works: int) -> None:
    """A project of ``works`` true pictures, closed cleanly.

    The files are put there without waiting for the disk each time; the rows go through the store.
    """
    with ProjectStore.open(folder, codecs()) as store:
        patches = []
        now = time.time()
        for number in range(works):
            shade = number * 7 % 256, number * 13 % 256, number * 29 % 256
            row = b"".join(bytes((shade[0], shade[1], (shade[2] + x) % 256)) for x in range(SIDE))
            pixels = row * SIDE
            recipe = Recipe(
                model="avatars-dcgan",
                seed=number,
                latent=struct.pack("<128f", *(number + i / 7 for i in range(128))),
                controls={"class": "clay", "truncation": 0.8},
                width=SIDE,
                height=SIDE,
                pixels_sha256=hashlib.sha256(pixels).hexdigest(),
            )
            png = encode_picture(pixels, SIDE, SIDE, 3, recipe)
            sha = sha256_of(png)
            shelf = folder / BLOB_FOLDER / sha[:2]
            shelf.mkdir(parents=True, exist_ok=True)
            (shelf / f"{sha}.png").write_bytes(png)
            created = now - (works - number) * DAYS * 86_400 / works
            work = Work(id=f"work-{number}", recipe=recipe, blob=sha, created=created)
            patches.append(put(WORK, work))
        for start in range(0, works, 250):
            chunk = tuple(patches[start : start + 250])
            store.submit(Edit(scope="images", label="images.keep", patches=chunk)).result()


def wait_until(condition: Callable[[], bool]) -> float:
    """Let the window run until ``condition`` holds; seconds that it took."""
    begin = time.perf_counter()
    loop = QEventLoop()
    poll = QTimer()
    poll.timeout.connect(lambda: loop.quit() if condition() else None)
    poll.start(1)
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    loop.exec()
    return time.perf_counter() - begin


class Gallery:
    """The studio's grid on a project."""

    def __init__(self, store: ProjectStore) -> None:
        self.store = store
        bridge = cast(ProjectBridge, _Bridge(store))
        vocabulary = Vocabulary((), "en")
        self.finder = GalleryFinder(bridge)
        self.thumbnails = Thumbnails(store.read_blob)
        self.view = GalleryGrid(self.finder, self.thumbnails, vocabulary.caption, vocabulary.spoken)
        self.view.resize(SIZE)
        self.finder.found.connect(
            lambda found: self.view.show_found(
                found, sections_of(found, "en", QDate.currentDate()), from_top=True
            )
        )
        self.bar = self.view.verticalScrollBar()

    def open(self) -> float:
        """Milliseconds from the question to all pictures in view."""
        self.view.show()
        QApplication.processEvents()
        self.finder.look_for(Query())
        return 1000 * wait_until(self.is_whole)

    def is_whole(self) -> bool:
        """Whether every picture in view can be painted."""
        return bool(self.view.places) and self.missing() == 0

    def missing(self) -> int:
        """Pictures in view that are not decoded yet."""
        rows = [self.finder.row(self.view.places[index]) for index in self.view.in_view()]
        return sum(row is None or self.view.picture(row) is None for row in rows)

    def close(self) -> None:
        self.finder.close()
        self.thumbnails.close()
        self.view.close()


def plain_list(store: ProjectStore, works: int) -> QListView:
    """The peer: Qt's own view in icon mode, every icon decoded before it is shown."""
    model = QStandardItemModel()
    places = store.search(Query()).places
    for start in range(0, works, 500):
        for row in store.rows(places[start : start + 500]):
            image = QImage.fromData(store.read_blob(row.blob)).scaled(TILE, TILE)
            model.appendRow(QStandardItem(QIcon(QPixmap.fromImage(image)), row.kind))
    view = QListView()
    model.setParent(view)
    view.setModel(model)
    view.setViewMode(QListView.ViewMode.IconMode)
    view.setIconSize(QSize(TILE, TILE))
    view.setGridSize(QSize(TILE + 14, TILE + 36))
    view.setUniformItemSizes(True)
    view.setResizeMode(QListView.ResizeMode.Adjust)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.resize(SIZE)
    view.show()
    QApplication.processEvents()
    return view


class Scroller:
    """Moves one view through its whole length, frame by frame, there and back."""

    def __init__(self, bar: QAbstractSlider, step: int) -> None:
        self._bar = bar
        self._step = step

    def frame(self) -> tuple[float, float]:
        """Milliseconds of one frame: scroll, whatever has come, paint; and those in which this
        thread had a processor, which do not count what else the machine does.
        """
        target = self._bar.value() + self._step
        if not self._bar.minimum() <= target <= self._bar.maximum():
            self._step = -self._step
            target = self._bar.value() + self._step
        begin, begin_busy = time.perf_counter(), time.thread_time()
        self._bar.setValue(target)
        QApplication.processEvents()
        busy = time.thread_time() - begin_busy
        return 1000 * (time.perf_counter() - begin), 1000 * busy


def scroll_both(name: str, gallery: Gallery, peer: QListView, step: int) -> None:
    """The same steps in turn in both views."""
    ours = Scroller(gallery.bar, step)
    theirs = Scroller(peer.verticalScrollBar(), step)
    gallery.bar.setValue(0)
    peer.verticalScrollBar().setValue(0)
    QApplication.processEvents()
    mine: list[tuple[float, float]] = []
    other: list[tuple[float, float]] = []
    blank = 0
    for frame in range(FRAMES):
        if frame % 2:
            other.append(theirs.frame())
            mine.append(ours.frame())
        else:
            mine.append(ours.frame())
            other.append(theirs.frame())
        blank += gallery.missing()
        pause(mine[-1][0])
    (our_frames, our_work), (their_frames, their_work) = (
        zip(*mine, strict=True),
        zip(*other, strict=True),
    )
    print(line(f"{name}: gallery", our_frames, "ms"))
    print(line(f"{name}: QListView, icons in memory", their_frames, "ms"))
    print(ratio(f"{name}: gallery / QListView", our_frames, their_frames))
    print(line(f"{name}: gallery, its own work alone", our_work, "ms"))
    print(line(f"{name}: QListView, its own work alone", their_work, "ms"))
    slow = sum(one > 1000 / 60 for one in our_frames)
    print(
        f"{'':4}frames of the gallery over 16.7 ms: {slow} of {FRAMES}; pictures not there yet "
        f"in the frame: {blank / FRAMES:.2f}"
    )


def pause(spent: float) -> None:
    """What is left of a frame at 60 a second goes to whoever else wants it, as on a display."""
    loop = QEventLoop()
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setSingleShot(True)
    timer.timeout.connect(loop.quit)
    timer.start(max(0, round(1000 / 60 - spent)))
    loop.exec()


def measure_searches(store: ProjectStore) -> None:
    """What the threads do while one types; the window does not wait for it."""
    for name, query in (
        ("search: everything", Query()),
        ("search: best first", Query(sorting="best")),
        ("search: a number", Query(words=(Word(text="99"),))),
        (
            "search: a kind and a rating",
            Query(kinds=(("avatars-dcgan", "clay"),), rating=3),
        ),
    ):
        times = []
        for _ in range(30):
            begin = time.perf_counter()
            store.search(query)
            times.append(1000 * (time.perf_counter() - begin))
        print(line(name, times, "ms"))


def measure_index(folder: Path, works: int) -> None:
    """An old project: how long until all of it can be found, and what the window feels of it."""
    connection = connect(folder / DATABASE_NAME, "rw")
    start_again(connection)
    connection.close()
    late: list[float] = []
    with ProjectStore.open(folder, codecs()) as store:
        begin = time.perf_counter()
        found: list[float] = []
        seen: list[int] = []

        def tell(progress: IndexProgress) -> None:
            if progress.unindexed == 0:
                found.append(time.perf_counter() - begin)
                seen.append(progress.unseen)

        indexer = Indexer(store, tell)
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        due = time.perf_counter() + TICK

        def tick() -> None:
            nonlocal due
            now = time.perf_counter()
            late.append(1000 * max(now - due, 0.0))
            due = max(due + TICK, now + TICK / 2)

        timer.timeout.connect(tick)
        timer.start(round(1000 * TICK))
        indexer.start()
        wait_until(lambda: bool(seen) and seen[-1] <= max(works - LOOKED_AT, 0))
        indexer.stop()
        rate = (works - seen[-1]) / (found[-1] - found[0])
    print(f"{f'enter {works:,} works of an old project':44} {found[0]:9.3f} s")
    print(f"{'look at pictures for their colours':44} {rate:9.1f} a second")
    print(line("timer of 10 ms late meanwhile", late, "ms"))


def main() -> None:
    works = int(sys.argv[1]) if len(sys.argv) > 1 else WORKS
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    load_fonts()
    apply_theme(app, DARK, language="en", scale=1.0)
    folder = Path(tempfile.mkdtemp(prefix="gallery-benchmark-"))
    try:
        fill(folder, works)
        with ProjectStore.open(folder, codecs()) as store:
            measure_searches(store)
            opening = []
            for _ in range(11):
                gallery = Gallery(store)
                opening.append(gallery.open())
                gallery.close()
            print(line("open, until all pictures in view are there", opening, "ms"))
            gallery = Gallery(store)
            gallery.open()
            peer = plain_list(store, works)
            scroll_both("a notch a frame", gallery, peer, NOTCH)
            scroll_both("a fling", gallery, peer, SIZE.height() // 3)
            scroll_both("jumps of the handle", gallery, peer, gallery.bar.maximum() // 7)
            gallery.close()
            peer.close()
        measure_index(folder, works)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
