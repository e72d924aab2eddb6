"""What the project store costs: opening, keeping, undoing, reading by the page.

``python -m tests.benchmarks.store``. Opening is measured as the window does it: open, read the
wall, the first page of works and what undo would do; an empty project and one of 10,000 works in
turn. The target: the large one at most 25 ms later than the empty one.
"""

import shutil
import struct
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from studio.contract.recipe import Recipe
from studio.images.document import (
    SCOPE,
    WALL,
    WALL_ID,
    Wall,
    change_wall,
    codecs,
    first_wall,
    keep,
)
from studio.project.blobs import sha256_of
from studio.project.edits import Edit, change, put
from studio.project.lock import HOLDER_NAME
from studio.project.nodes import WORK, Work
from studio.project.store import BLOB_FOLDER, ProjectStore
from tests.benchmarks.report import interleave, line, median_interval

WORKS = 10_000
PAIRS = 41
REPEATS = 100
PAGE = 50
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 48
"""12 KB, about what a picture of 64 pixels with its recipe takes."""


def picture(number: int) -> bytes:
    return PICTURE + struct.pack("<q", number)


def recipe(number: int) -> Recipe:
    """Complete, as a finished picture's: a latent of 128 values."""
    return Recipe(
        model="avatars-dcgan",
        graphs={"generator": "0a" * 32},
        seed=number,
        latent=struct.pack("<128f", *(number + i / 7 for i in range(128))),
        controls={"kind": "toon-head", "truncation": 0.8},
        width=64,
        height=64,
        pixels_sha256=f"{number:064x}",
    )


def fill(folder: Path, works: int) -> None:
    """A project with a wall and ``works`` kept pictures, closed cleanly.

    The files are put there without waiting for the disk each time; the rows go through the store.
    """
    with ProjectStore.open(folder, codecs()) as store:
        tiles = tuple(recipe(number) for number in range(24))
        store.submit(first_wall(Wall(model="avatars-dcgan", first_seed=1, tiles=tiles))).result()
        patches = []
        for number in range(works):
            data = picture(number)
            sha = sha256_of(data)
            shelf = folder / BLOB_FOLDER / sha[:2]
            shelf.mkdir(parents=True, exist_ok=True)
            (shelf / f"{sha}.png").write_bytes(data)
            work = Work(id=f"work-{number}", recipe=recipe(number), blob=sha, created=1.0)
            patches.append(put(WORK, work))
        for start in range(0, works, 100):
            chunk = tuple(patches[start : start + 100])
            store.submit(Edit(scope=SCOPE, label="images.keep", patches=chunk)).result()


def open_once(folder: Path) -> float:
    """Milliseconds from nothing to all that the first screen needs of a project."""
    begin = time.perf_counter()
    store = ProjectStore.open(folder, codecs())
    store.node(WALL_ID, WALL)
    store.nodes(WORK, limit=PAGE, order="newest")
    store.history(SCOPE)
    elapsed = time.perf_counter() - begin
    store.close()
    return 1000 * elapsed


def milliseconds(call: Callable[[int], object]) -> list[float]:
    """How long each of `REPEATS` calls takes, after one that does not count."""
    times = []
    for number in range(REPEATS + 1):
        begin = time.perf_counter()
        call(number)
        times.append(1000 * (time.perf_counter() - begin))
    return times[1:]


def measure_opening(empty: Path, large: Path) -> None:
    small_times, large_times = interleave(
        lambda: open_once(empty), lambda: open_once(large), PAIRS, warm_up=2
    )
    print(line("open an empty project", small_times, "ms"))
    print(line(f"open a project of {WORKS:,} works", large_times, "ms"))
    later = [b - a for a, b in zip(small_times, large_times, strict=True)]
    low, middle, high = median_interval(later)
    print(
        f"{'the large one opens later by (target 25 ms)':44} median {middle:9.3f} ms "
        f"[{low:.3f}, {high:.3f}]  n={len(later)}"
    )


def measure_mending(folder: Path) -> None:
    """Opening after a kill: the database is checked, and the files are compared with it."""

    def killed(_: int) -> None:
        (folder / HOLDER_NAME).write_bytes(b"")
        open_once(folder)

    print(line(f"open and close {WORKS:,} works after a kill", milliseconds(killed), "ms"))


def measure_work(folder: Path) -> None:
    with ProjectStore.open(folder, codecs()) as store:
        fresh = [keep(picture(WORKS + n), recipe(WORKS + n)) for n in range(REPEATS + 1)]
        print(
            line(
                "keep, until it is on the disk",
                milliseconds(lambda number: store.submit(fresh[number]).result()),
                "ms",
            )
        )
        print(line("undo a keep", milliseconds(lambda _: store.undo(SCOPE).result()), "ms"))
        print(line("redo a keep", milliseconds(lambda _: store.redo(SCOPE).result()), "ms"))
        wall = store.node(WALL_ID, WALL)
        assert wall is not None

        def roll(number: int) -> None:
            tiles = tuple(recipe(number * 24 + place) for place in range(24))
            edit = change_wall(wall, label="images.roll", first_seed=number, tiles=tiles)
            store.submit(edit).result()

        print(line("hang another wall of 24 finished recipes", milliseconds(roll), "ms"))
        print(
            line(
                "hand an edit over (what the window waits)",
                milliseconds(
                    lambda number: store.submit(
                        change_wall(wall, label="images.lock", count=number)
                    )
                ),
                "ms",
            )
        )
        print(line("read the wall", milliseconds(lambda _: store.node(WALL_ID, WALL)), "ms"))
        print(
            line(
                f"read the newest {PAGE} of {WORKS:,}",
                milliseconds(lambda _: store.nodes(WORK, limit=PAGE, order="newest")),
                "ms",
            )
        )
        print(
            line(
                f"read {PAGE} in the middle",
                milliseconds(lambda _: store.nodes(WORK, offset=WORKS // 2, limit=PAGE)),
                "ms",
            )
        )
        shas = [work.blob for work in store.nodes(WORK, limit=REPEATS + 1).items]
        print(
            line(
                "read and check a file",
                milliseconds(lambda number: store.read_blob(shas[number])),
                "ms",
            )
        )


def measure_versions(folder: Path) -> None:
    """A version of `WORKS` works: making it, telling what differs, going back; few and all."""

    def rate_all(store: ProjectStore, rating: int, works: int) -> None:
        for start in range(0, works, 1000):
            ids = [f"work-{n}" for n in range(start, min(start + 1000, works))]
            patches = tuple(change(WORK, work, rating=rating) for work in ids)
            store.submit(Edit(scope=SCOPE, label="images.rate", patches=patches)).result()

    with ProjectStore.open(folder, codecs()) as store:
        print(
            line(
                f"make a version of {WORKS:,} works",
                milliseconds(lambda number: store.take_version("named", f"{number}").result()),
                "ms",
            )
        )
        print(line("list the versions", milliseconds(lambda _: store.versions()), "ms"))
        for works in (PAGE, WORKS):
            times: list[float] = []
            returns: list[float] = []
            for number in range(3):
                version = store.take_version("named", "before").result()
                rate_all(store, 1 + number % 2, works)
                begin = time.perf_counter()
                store.differences(version)
                times.append(1000 * (time.perf_counter() - begin))
                begin = time.perf_counter()
                store.go_back(version.number, scope=SCOPE).result()
                returns.append(1000 * (time.perf_counter() - begin))
            print(line(f"tell {works:,} works that differ", times, "ms"))
            print(line(f"go back where {works:,} works differ", returns, "ms"))


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="store-benchmark-"))
    try:
        fill(folder / "empty", 0)
        fill(folder / "large", WORKS)
        measure_opening(folder / "empty", folder / "large")
        measure_mending(folder / "large")
        measure_work(folder / "large")
        measure_versions(folder / "large")
        size = sum(path.stat().st_size for path in (folder / "large").glob("project.sqlite3*"))
        print(f"{f'database with {WORKS:,} works':44} {size / 1e6:.1f} MB")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
