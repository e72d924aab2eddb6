"""The window on a disk that fills up, on one that cannot be written, twice on one project, while
its clock jumps, and with projects of every earlier version."""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from studio.project.database import DATABASE_NAME
from studio.project.nodes import WORK
from studio.project.schema import MIGRATIONS
from tests.e2e.victims import ROOT
from tests.models import write_tiny_generator
from tests.project.samples import NOTE, opened, png, texts
from tests.proof.robots import Robot
from tests.proof.small_disk import mount_namespace
from tests.proof.trials import Proof, Trial

DISK = 6_000_000
"""Bytes of a small disk: room for a project and some dozen pictures."""
DEFAULT = Path("data") / "projects" / "default"
OLD = ROOT / "tests" / "project" / "old"
NO_SPACE = "There is no space left for"
NO_PERMISSION = "There is no permission to use"
YEAR = 31_556_952.0
EXPECTED = ("Kept with its recipe", "Atelier was not closed properly")
"""How notices begin that a window may show after a kill."""


def _models(folder: Path) -> Path:
    write_tiny_generator(folder / "models" / "tiny", classes=3)
    return folder / "models"


def _by_seeds(
    name: str, act: Callable[[Path, Path, int], None], folder: Path, count: int
) -> Iterator[Trial]:
    """``count`` trials of ``act`` with a base of its own, the models, and a seed each."""
    models = _models(folder)
    for seed in range(count):
        base = folder / str(seed)
        yield Trial(name=f"{name}, seed {seed}", run=partial(act, base, models, seed))
        shutil.rmtree(base, ignore_errors=True)


# -- a disk that fills up -------------------------------------------------------------------------


def disk_full(folder: Path, count: int) -> Iterator[Trial]:
    """At work, or before the start; then there is space again."""
    mount_namespace()
    models = _models(folder)
    for seed in range(count):
        act = _starts_on_a_full_disk if seed % 3 == 2 else _works_on_a_full_disk
        yield Trial(
            name=f"{act.__name__.strip('_').replace('_', ' ')}, seed {seed}",
            run=partial(act, folder / str(seed), models, seed),
        )


def _works_on_a_full_disk(base: Path, models: Path, seed: int) -> None:
    chance = random.Random(seed)
    places = chance.sample(range(16), 12)
    with Robot(base, models, disk=DISK) as window:
        window.do("start")
        kept = window.do("wall").works
        for _ in range(chance.randint(1, 5)):
            kept = window.do("keep", places.pop()).works
        window.do("fill")
        for _ in range(chance.randint(1, 4)):
            match chance.randrange(3):
                case 0:
                    seen = window.do("keep", places[0])
                case 1:
                    seen = window.do("export", places[0], str(base / "picture.png"))
                case _:
                    window.do("roll")
                    seen = window.do("try_to_keep", places[0])
                    seen = window.do("keep", places[1]) if not seen.notices else seen
            assert any(NO_SPACE in text for text in seen.notices), seen
            assert seen.works == kept
            assert seen.page == ""
        window.do("free")
        kept = window.do("keep", places.pop()).works
        window.do("close")
        window.do("check", *kept)
        window.do("start")
        seen = window.do("wall")
        assert seen.works == kept
        assert seen.page == ""


def _starts_on_a_full_disk(base: Path, models: Path, seed: int) -> None:
    with Robot(base, models, disk=DISK) as window:
        window.do("start")
        window.do("wall")
        kept = window.do("keep", seed % 16).works
        window.do("close")
        window.do("fill")
        seen = window.do("start")
        assert NO_SPACE in " ".join((seen.page, *seen.notices))
        assert seen.page or seen.works == kept
        window.do("free")
        if seen.page:
            window.do("retry")
        elif seen.read_only:
            window.do("close")
            window.do("start")
        seen = window.do("wall")
        assert seen.works == kept
        assert len(window.do("keep", (seed + 1) % 16).works) == len(kept) + 1


# -- folders that cannot be written ---------------------------------------------------------------


def read_only(folder: Path, count: int) -> Iterator[Trial]:
    """Each of the window's folders, the whole disk, and the folder of an export."""
    mount_namespace()
    models = _models(folder)
    cases: dict[str, Callable[[Path, Path], None]] = {
        "the whole disk": _whole_disk,
        "a new disk": _new_disk,
        "the folder of an export": _folder_of_an_export,
    }
    for name in ("config", "cache", "logs", "data/models"):
        cases[name] = partial(_own_folder, name=name)
    for number in range(count):
        name, case = list(cases.items())[number % len(cases)]
        yield Trial(name=f"{name}, {number}", run=partial(case, folder / str(number), models))


def _whole_disk(base: Path, models: Path) -> None:
    with Robot(base, models, disk=DISK) as window:
        window.do("start")
        window.do("wall")
        kept = window.do("keep", 0).works
        window.do("close")
        window.do("mount", "ro")
        seen = window.do("start")
        assert NO_PERMISSION in " ".join((seen.page, *seen.notices))
        if not seen.page:
            assert seen.read_only
            assert seen.works == kept
            window.do("close")
        window.do("mount", "rw")
        window.do("retry" if seen.page else "start")
        seen = window.do("wall")
        assert seen.works == kept
        assert len(window.do("keep", 1).works) == 2


def _new_disk(base: Path, models: Path) -> None:
    with Robot(base, models, disk=DISK) as window:
        window.do("mount", "ro")
        seen = window.do("start")
        assert NO_PERMISSION in seen.page
        window.do("mount", "rw")
        window.do("retry")
        window.do("wall")
        assert len(window.do("keep", 0).works) == 1


def _folder_of_an_export(base: Path, models: Path) -> None:
    with Robot(base, models, disk=DISK) as window:
        window.do("start")
        window.do("wall")
        kept = window.do("keep", 0).works
        window.do("lock_folder", "out")
        seen = window.do("export", 0, str(base / "out" / "picture.png"))
        assert any(NO_PERMISSION in text for text in seen.notices), seen
        assert seen.works == kept
        seen = window.do("export", 0, str(base / "picture.png"))
        assert not any(NO_PERMISSION in text for text in seen.notices), seen


def _own_folder(base: Path, models: Path, *, name: str) -> None:
    with Robot(base, models, disk=DISK) as window:
        window.do("lock_folder", name)
        window.do("start")
        seen = window.do("wall")
        assert seen.page == ""
        kept = window.do("keep", 0).works
        assert len(kept) == 1
        window.do("close")
        window.do("check", *kept)


# -- two windows ----------------------------------------------------------------------------------


def two_windows(folder: Path, count: int) -> Iterator[Trial]:
    """The first works, is closed or killed; the second looks on, and writes from then on."""
    return _by_seeds("two windows", _twice, folder, count)


def _twice(base: Path, models: Path, seed: int) -> None:
    chance = random.Random(seed)
    with Robot(base, models) as first, Robot(base, models) as second:
        if seed % 4 == 3:  # both at once: one of them writes
            first.do("survey")  # both processes are up
            second.do("survey")
            first.say("start")
            second.say("start")
            seen = (first.hear(), second.hear())
            assert sorted(one.read_only for one in seen) == [False, True]
            if seen[0].read_only:
                first, second = second, first
        else:
            first.do("start")
            seen_second = second.do("start")
            assert seen_second.read_only
            assert any("open in another window" in text for text in seen_second.notices)
        first.do("wall")
        second.do("wall", may_fail=True)
        kept: tuple[str, ...] = ()
        for place in range(chance.randint(1, 4)):
            kept = first.do("keep", place).works
            assert second.do("try_to_keep", 5 + place).read_only
        assert set(second.do("survey").works) <= set(kept)
        if chance.random() < 0.5:
            first.kill()
        else:
            first.do("close")
        second.do("close")
        assert second.do("survey").works == ()
        seen_again = second.do("start")
        assert not seen_again.read_only
        assert seen_again.works == kept
        second.do("wall")
        kept = second.do("keep", 9).works
        second.do("close")
        second.do("check", *kept)


# -- a clock that jumps ---------------------------------------------------------------------------


def clocks(folder: Path, count: int) -> Iterator[Trial]:
    """Backwards, forwards by decades, in the middle of work and between two starts."""
    return _by_seeds("clock", _jump, folder, count)


def _jump(base: Path, models: Path, seed: int) -> None:
    chance = random.Random(seed)

    def jump(window: Robot) -> None:
        far = chance.choice((1.0, 3600.0, 86_400.0, YEAR, 30 * YEAR, 40 * YEAR))
        window.do("clock", far * chance.choice((-1, 1)) * chance.random())

    places = chance.sample(range(16), 16)
    kept: list[str] = []
    for _start in range(3):
        with Robot(base, models) as window:
            jump(window)
            seen = window.do("start")
            assert list(seen.works) == kept, "the order is that of keeping, whatever the clock says"
            strange = [text for text in seen.notices if not text.startswith(EXPECTED)]
            assert not strange, strange
            window.do("wall")
            for _ in range(chance.randint(1, 3)):
                jump(window)
                now = window.do("keep", places.pop()).works
                (new,) = set(now) - set(kept)
                assert list(now) == [*kept, new]
                kept = list(now)
            if chance.random() < 0.5:
                jump(window)
                assert list(window.do("undo").works) == kept[:-1]
                kept = kept[:-1]
            jump(window)
            if chance.random() < 0.5:
                window.do("close")
                window.do("check", *kept)
            else:
                window.kill()


# -- projects of earlier versions -----------------------------------------------------------------

_OPEN_AND_DIE = """
import sys
import threading
from pathlib import Path
from studio.project.store import ProjectStore
from tests.integration.store_child import Killer, arm
from tests.project.samples import known
arm(Killer(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
ProjectStore.open(Path(sys.argv[1]), known()).close()
for thread in threading.enumerate():
    if isinstance(thread, threading.Timer):
        thread.join()  # it kills, some milliseconds after its moment was reached
"""


def old_schemas(folder: Path, count: int) -> Iterator[Trial]:
    """Each sample in turn: opened, opened by the window, and killed while it is brought forward."""
    models = _models(folder)
    samples = earlier_samples()
    for number in range(count):
        sample = samples[number % len(samples)]
        turn = number // len(samples)
        base = folder / str(number)
        if turn == 0:
            name, run = "opened by the window", partial(_window_opens_old, base, models, sample)
        else:
            moments = moments_of_opening(sample)
            point, times = moments[(turn - 1) % len(moments)]
            name = f"killed {point}, time {times}, seed {turn}"
            run = partial(killed_while_old, base, sample, point, times, turn)
        yield Trial(name=f"{sample.stem}, {name}", run=run)
        shutil.rmtree(base, ignore_errors=True)


def earlier_samples() -> list[Path]:
    """A project of each schema but today's, which nothing has to bring forward."""
    return [OLD / f"schema_{version}.sql" for version in range(1, len(MIGRATIONS))]


def moments_of_opening(sample: Path) -> list[tuple[str, int]]:
    """Each moment that opening and closing ``sample`` comes to, and which time of it.

    Each step to the next schema is committed by itself, and so is that the project is open. The
    note is of who holds it, written once and removed once; the checkpoint is that of closing.
    """
    commits = len(MIGRATIONS) - int(sample.stem.removeprefix("schema_")) + 1
    often = {"commit": commits, "note": 1, "checkpoint": 1, "unlink": 1}
    return [
        (f"{when} {what}", times)
        for what, most in often.items()
        for times in range(1, most + 1)
        for when in ("before", "during", "after")
    ]


def all_moments() -> int:
    """How many trials it takes until every sample was opened and killed at each of its moments."""
    samples = earlier_samples()
    return len(samples) * (1 + max(len(moments_of_opening(sample)) for sample in samples))


def _write_old(project: Path, sample: Path) -> None:
    project.mkdir(parents=True)
    with closing(sqlite3.connect(project / DATABASE_NAME)) as old:
        old.executescript(sample.read_text("utf-8"))
    # The dump holds no files: the picture is put back as the user's backup would.
    data = png(1)
    with closing(sqlite3.connect(project / DATABASE_NAME)) as old:
        ((sha,),) = old.execute("SELECT DISTINCT sha256 FROM blobs").fetchall()
    file = project / "blobs" / sha[:2] / f"{sha}.png"
    file.parent.mkdir(parents=True)
    file.write_bytes(data)


def _check_old(project: Path) -> None:
    with opened(project) as store:
        assert not store.recovered.is_rebuilt
        assert texts(store) == {"n1": "猫", "n2": "two"}
        assert [note.id for note in store.bin(NOTE).items] == ["n3"]
        (work,) = store.nodes(WORK).items
        assert store.read_blob(work.blob) == png(1)
        assert store.state("scroll") == b"\x00\x01"
        assert store.redo("a").result() is not None
        assert texts(store)["n2"] == "changed"
        while store.undo("a").result() is not None:
            pass
        assert texts(store) == {}


def _window_opens_old(base: Path, models: Path, sample: Path) -> None:
    _write_old(base / DEFAULT, sample)
    with Robot(base, models) as window:
        assert len(window.do("start").works) == 1
        window.do("wall")
        kept = window.do("keep", 0).works
        assert len(kept) == 2
        window.do("undo")
        window.do("close")
    _check_old(base / DEFAULT)


def killed_while_old(base: Path, sample: Path, point: str, times: int, seed: int) -> None:
    """Bring ``sample`` forward, be killed in it, and look; a kill that does not come is a loss."""
    project = base / DEFAULT
    _write_old(project, sample)
    child = [sys.executable, "-c", _OPEN_AND_DIE, str(project), point, str(times), str(seed)]
    done = subprocess.run(child, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, f"{done.returncode}: {done.stderr}"
    _check_old(project)


PROOFS = (
    Proof(
        name="disk-full",
        tried="the window on a disk that fills up at work or before the start",
        holds="it is said; what was kept stays; with space again all goes on",
        trials=disk_full,
        full=45,
        quick=3,
    ),
    Proof(
        name="read-only",
        tried="the window where its disk, one of its folders or that of an export is read-only",
        holds="it is said; everything else works; nothing is lost",
        trials=read_only,
        full=35,
        quick=7,
    ),
    Proof(
        name="two-windows",
        tried="two windows on one project, the first closed or killed at work",
        holds="one writes, one looks on; afterwards the other writes; nothing is lost",
        trials=two_windows,
        full=30,
        quick=2,
    ),
    Proof(
        name="clock-jumps",
        tried="the window while its clock jumps by up to 40 years, back and forth",
        holds="order, undo and works as if it had not",
        trials=clocks,
        full=30,
        quick=2,
    ),
    Proof(
        name="old-schemas",
        tried="a project of each earlier schema, opened, or killed at each moment of being "
        "brought forward",
        holds="everything in it, history and bin too",
        trials=old_schemas,
        full=all_moments(),
        quick=4,
    ),
)
