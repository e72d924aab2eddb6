"""The whole app killed with SIGKILL while it keeps, edits and exports: it reopens sound."""

import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from studio.images.document import codecs
from studio.project.nodes import WORK, Work
from studio.project.store import ProjectStore
from studio.provenance.pictures import read_picture
from tests.e2e.conftest import PATIENCE_MS, Starter, furniture_of, studio_of, wait_for_wall

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are sent as POSIX has them")

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS_DAILY = 20
KILLS_SLOW = 200
LONGEST_LIFE = 0.6
"""Seconds between the full wall and the kill, at most."""
PAGE = 500


class Victim:
    """A busy studio in a process of its own, and what it said before it was killed."""

    def __init__(self, base: Path, models: Path, seed: int) -> None:
        command = [sys.executable, "-m", "tests.e2e.busy_studio", str(base), str(models), str(seed)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.kept: list[str] = []
        self.exported: list[Path] = []

    def kill_after(self, seconds: float) -> None:
        """Wait until it is busy, let it live for a while, kill it, and hear its last words."""
        stream = self.process.stdout
        assert stream is not None
        assert stream.readline() == "ready\n"
        hosts = psutil.Process(self.process.pid).children()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self.process.kill()
        for line in stream.read().splitlines():
            word, _, rest = line.partition(" ")
            if word == "kept":
                self.kept.append(rest)
            elif word == "exported":
                self.exported.append(Path(rest))
        assert self.process.wait() == -9, "it ended by itself"
        stream.close()
        gone, alive = psutil.wait_procs(hosts, timeout=PATIENCE_MS / 1000)
        assert hosts
        assert len(gone) == len(hosts), alive


def works_of(store: ProjectStore) -> list[Work]:
    """Every kept work."""
    works: list[Work] = []
    while True:
        page = store.nodes(WORK, offset=len(works), limit=PAGE)
        assert page.damaged == ()
        works.extend(page.items)
        if len(works) >= page.total:
            return works


def check_project(folder: Path, acknowledged: set[str]) -> int:
    """Open the project as the next start does; returns how many works it holds."""
    with ProjectStore.open(folder, codecs()) as store:
        assert store.recovered.fault == ""
        assert store.recovered.nodes_lost == ()
        works = works_of(store)
        for work in works:
            picture = read_picture(store.read_blob(work.blob))
            assert picture.recipe is not None
            assert picture.recipe.pixels_sha256 == work.recipe.pixels_sha256
        assert acknowledged <= {work.id for work in works}, "what was committed is there"
        return len(works)


def check_exports(folder: Path, said_to_be_done: list[Path]) -> None:
    """Whatever bears a picture's name is a whole picture."""
    for file in said_to_be_done:
        assert file.exists()
    for file in folder.iterdir():
        if file.suffix in (".png", ".jpeg", ".webp") and not file.name.startswith("."):
            assert read_picture(file).recipe is not None, file


def live_and_die(base: Path, models: Path, kills: int, seed: int) -> int:
    """Kill the app ``kills`` times in one project; returns how many works it holds in the end."""
    dice = random.Random(seed)
    acknowledged: set[str] = set()
    total = 0
    for number in range(kills):
        victim = Victim(base, models, seed * 1_000 + number)
        victim.kill_after(dice.uniform(0.0, LONGEST_LIFE))
        acknowledged |= set(victim.kept)
        total = check_project(base / "data" / "projects" / "default", acknowledged)
        check_exports(base / "out", victim.exported)
    return total


@pytest.mark.timeout(300)
def test_a_killed_app_reopens_sound(
    qtbot: QtBot, start: Starter, basedir: Path, shipped: Path
) -> None:
    total = live_and_die(basedir, shipped, KILLS_DAILY, seed=1)
    assert total > 0, "the app was killed at work, not before it"
    begun = time.monotonic()
    app = start()
    wait_for_wall(qtbot, app)
    assert time.monotonic() - begun < PATIENCE_MS / 1000
    project = studio_of(app).project
    assert project is not None
    assert project.store.nodes(WORK).total == total
    assert furniture_of(app).notices.texts == (), "nothing to say: nothing was lost"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_killed_app_reopens_sound_every_time(
    tmp_path: Path, basedir: Path, shipped: Path
) -> None:
    assert live_and_die(basedir, shipped, KILLS_SLOW, seed=2) > 0
