"""A project killed while it works, and a look at whether all that was acknowledged is there."""

import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from studio.project.blobs import INCOMING
from studio.project.database import DATABASE_NAME
from studio.project.nodes import WORK
from studio.project.recovery import quick_check
from studio.project.store import BLOB_FOLDER, ProjectStore
from studio.provenance.pictures import read_recipe
from tests.integration.store_child import POINTS
from tests.integration.store_workload import content, expected, tasks
from tests.project.model import Model
from tests.project.samples import NOTE, opened

RARE = ("checkpoint", "note", "unlink")
"""Points that are reached a few times in a long day's work."""


def plan(kills: int) -> Iterator[tuple[int, str, int]]:
    """Seed, point and how often it is reached before the kill."""
    chosen = random.Random(2)
    for seed in range(kills):
        point = POINTS[seed // 2 % len(POINTS)] if seed % 2 else "during task"
        rare = point.endswith(RARE)
        yield seed, point, chosen.randint(1, 3) if rare else chosen.randint(1, 40)


def run_until_killed(folder: Path, seed: int, point: str, times: int) -> int:
    """How many tasks the child had acknowledged when it died."""
    child = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.integration.store_child",
            folder,
            str(seed),
            point,
            str(times),
        ],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    lines = [line for line in child.stdout.split("\n")[:-1] if line.endswith("done")]
    return len(lines)


def look_at_the_remains(folder: Path, seed: int, done: int) -> None:
    with opened(folder) as store:
        assert not store.recovered.is_rebuilt
        found = content(store)
        assert found in list(outcomes(seed, done))
        for binned, page in enumerate((store.nodes(WORK), store.bin(WORK))):
            for work in page.items:
                assert found[work.id][0] == bool(binned)
                store.read_blob(work.blob)
                assert read_recipe(store.blob_path(work.blob)) == work.recipe
        assert list((folder / BLOB_FOLDER / INCOMING).glob("*")) == []
        undone = undo_everything(store)
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        assert quick_check(connection) == ""
    with opened(folder) as store:
        assert not store.recovered.unclean
        for _ in range(undone):
            assert store.redo("a").result() is not None
        assert content(store) == found


def outcomes(seed: int, done: int) -> Iterator[dict[str, object]]:
    """What may be there: all that was acknowledged and any part that the next task leaves."""
    model = Model()
    remaining = tasks(seed)
    for task in islice(remaining, done):
        for _ in task.outcomes(model):
            pass
    yield dict(expected(model))
    for _ in next(remaining).outcomes(model):
        yield dict(expected(model))


def undo_everything(store: ProjectStore) -> int:
    """How many steps that were."""
    steps = 0
    while store.undo("a").result() is not None:
        steps += 1
    assert store.nodes(WORK).total == 0
    return steps


def kill_and_look(folder: Path, seed: int, point: str, times: int) -> None:
    done = run_until_killed(folder, seed, point, times)
    if not (folder / DATABASE_NAME).exists():
        assert done == 0
        return
    look_at_the_remains(folder, seed, done)


def drag_until_killed(folder: Path, values: int) -> None:
    """Whatever was handed over a second before the last value must be there."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.store_drag_child", folder],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(values)]
    child.kill()
    lines += child.communicate()[0].splitlines(keepends=True)
    sent = [line.split() for line in lines if line.endswith("\n")]
    last = float(sent[-1][1])
    owed = max((int(number) for number, moment in sent if float(moment) <= last - 1.0), default=0)
    with opened(folder) as store:
        note = store.node("n", NOTE)
        assert note is not None
        assert owed <= note.number <= len(sent) + 1
        while store.history("a").undo_label:
            store.undo("a").result()
        assert store.nodes(NOTE).total == 0
