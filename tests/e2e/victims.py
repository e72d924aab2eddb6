"""The whole app in a process of its own, killed; and a look at what it left."""

import os
import subprocess
import sys
from collections.abc import Set
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import psutil

from studio.images.document import codecs
from studio.project.database import DATABASE_NAME
from studio.project.nodes import WORK, Work
from studio.project.store import ProjectStore
from studio.provenance.pictures import read_picture

ROOT = Path(__file__).resolve().parents[2]
LONGEST_LIFE = 0.6
"""Seconds between the full wall and a kill at a random moment, at most."""
PATIENCE = 60.0
"""Seconds after which what did not come never will."""
KILLED = -9
PAGE = 500
VERSIONS_LOOKED_AT = 5


class Victim:
    """A busy studio, and what it said before it was killed.

    With a ``point`` it kills itself when it comes there for the ``times``-th time; without, it is
    killed from outside.
    """

    def __init__(
        self, base: Path, models: Path, seed: int, point: str | None = None, times: int = 1
    ) -> None:
        command = [sys.executable, "-m", "tests.e2e.busy_studio", str(base), str(models), str(seed)]
        if point is not None:
            command += [point, str(times)]
        self._base = base
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        self.kept: list[str] = []
        self.named: list[int] = []
        self.exported: list[Path] = []

    def __enter__(self) -> "Victim":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def kill_after(self, seconds: float) -> None:
        """Wait until it is busy, let it live for a while, kill it, and hear its last words."""
        stream = self._process.stdout
        assert stream is not None
        assert stream.readline() == "ready\n"
        hosts = hosts_of(self._base)
        assert hosts
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self._process.kill()
        self._hear_and_bury()

    def wait_for_its_end(self) -> None:
        """It kills itself; one that does not come to its point is told apart from one that did."""
        try:
            self._hear_and_bury()
        except subprocess.TimeoutExpired as error:
            raise AssertionError("it never came to that point") from error

    def _hear_and_bury(self) -> None:
        said, _ = self._process.communicate(timeout=PATIENCE)
        for line in said.splitlines():
            word, _, rest = line.partition(" ")
            if word == "kept":
                self.kept.append(rest)
            elif word == "named":
                self.named.append(int(rest))
            elif word == "exported":
                self.exported.append(Path(rest))
        assert self._process.returncode == KILLED, "it ended by itself"
        _, alive = psutil.wait_procs(hosts_of(self._base), timeout=PATIENCE)
        assert alive == [], "a model process outlived its window"


def hosts_of(base: Path) -> list[psutil.Process]:
    """The living model processes whose folders lie below ``base``."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            words = process.cmdline()
            if "--model-host" in words and any(str(base) in word for word in words):
                found.append(process)
    return found


def works_of(store: ProjectStore) -> list[Work]:
    """Every kept work."""
    works: list[Work] = []
    while True:
        page = store.nodes(WORK, offset=len(works), limit=PAGE)
        assert page.damaged == ()
        works.extend(page.items)
        if len(works) >= page.total:
            return works


def check_project(folder: Path, acknowledged: set[str], named: Set[int] = frozenset()) -> int:
    """Open the project as the next start does; returns how many works it holds.

    ``acknowledged`` are the works that must be there, ``named`` the versions.
    """
    if not (folder / DATABASE_NAME).exists():
        assert not acknowledged
        assert not named
        return 0
    with ProjectStore.open(folder, codecs()) as store:
        assert store.recovered.fault == ""
        assert store.recovered.nodes_lost == ()
        works = works_of(store)
        for work in works:
            picture = read_picture(store.read_blob(work.blob))
            assert picture.recipe is not None
            assert picture.recipe.pixels_sha256 == work.recipe.pixels_sha256
        assert acknowledged <= {work.id for work in works}, "what was committed is there"
        versions = store.versions()
        assert named <= {version.number for version in versions}
        for version in versions[:VERSIONS_LOOKED_AT]:
            assert store.differences(version).version == version
        return len(works)


def check_exports(folder: Path, said_to_be_done: list[Path]) -> None:
    """Whatever bears a picture's name is a whole picture."""
    for file in said_to_be_done:
        assert file.exists()
    for file in folder.iterdir():
        if file.suffix in (".png", ".jpeg", ".webp") and not file.name.startswith("."):
            assert read_picture(file).recipe is not None, file
