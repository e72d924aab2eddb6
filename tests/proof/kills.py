"""The window, its model process, the store and the commands, killed with SIGKILL.

After each kill the remains are looked at the way the next start does: what was said to be done is
there and whole, nothing is half, and no process outlives its parent.
"""

import os
import random
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from studio.contract.errors import HostCrashed
from studio.host.client import HostSettings
from tests.e2e.busy_studio import OF_THE_CLOSE, OF_THE_START, OF_THE_WORK
from tests.e2e.headless_kills import kill_command
from tests.e2e.victims import LONGEST_LIFE, Victim, check_exports, check_project
from tests.integration.hosts import children, kill_host, outcome, request
from tests.integration.store_kills import drag_until_killed, kill_and_look, plan
from tests.models import write_tiny_generator
from tests.proof.trials import NotHere, Proof, Trial
from tests.sync_host import SyncHost

KILLS_A_PROJECT = 25
"""Then a new project is begun: looking at every work after each kill takes longer and longer."""


class _Projects:
    """Projects in which windows are killed one after the other."""

    def __init__(self, folder: Path) -> None:
        if os.name == "nt":
            raise NotHere("signals are sent as POSIX has them")
        self._folder = folder
        self._models = folder / "models"
        write_tiny_generator(self._models / "tiny", classes=3)
        self._base = folder
        self._acknowledged: set[str] = set()
        self._named: set[int] = set()

    def begin(self, number: int) -> None:
        shutil.rmtree(self._base / "base", ignore_errors=True)
        self._base = self._folder / str(number)
        self._acknowledged, self._named = set(), set()

    def kill(self, seed: int, seconds: float | None, point: str | None, times: int) -> None:
        base = self._base / "base"
        with Victim(base, self._models, seed, point, times) as victim:
            if seconds is not None:
                victim.kill_after(seconds)
            else:
                victim.wait_for_its_end()
        self._acknowledged |= set(victim.kept)
        self._named |= set(victim.named)
        check_project(base / "data" / "projects" / "default", self._acknowledged, self._named)
        if (base / "out").exists():
            check_exports(base / "out", victim.exported)


def window_at_random(folder: Path, count: int) -> Iterator[Trial]:
    """The window, while it keeps, edits and exports without rest."""
    projects, chance = _Projects(folder), random.Random(2)
    for number in range(count):
        if number % KILLS_A_PROJECT == 0:
            projects.begin(number)
        life = chance.uniform(0.0, LONGEST_LIFE)
        yield Trial(
            name=f"window {number}, {life:.3f} s at work",
            run=partial(projects.kill, number, life, None, 1),
        )


def window_at_points(folder: Path, count: int) -> Iterator[Trial]:
    """The window, at named moments of its start, its work and its close."""
    projects, chance = _Projects(folder), random.Random(3)
    points = [*OF_THE_START, *OF_THE_WORK, *OF_THE_CLOSE]
    for number in range(count):
        if number % KILLS_A_PROJECT == 0:
            projects.begin(number)
        point = points[number % len(points)]
        times = chance.randint(1, 12) if point in OF_THE_WORK else 1
        yield Trial(
            name=f"window {number}, {point}, time {times}",
            run=partial(projects.kill, 1000 + number, None, point, times),
        )


def hosts(folder: Path, count: int) -> Iterator[Trial]:
    """The model process, before, during and after work."""
    model = write_tiny_generator(folder / "tiny", size=32, width=32)
    moments = random.Random(20240611)
    before, threads = children(), set(threading.enumerate())
    with SyncHost(HostSettings(provider="cpu")) as host:
        expected = host.generate(request(model, 5))

        def kill(moment: float, wanted: int) -> None:
            killer = threading.Timer(moment, kill_host, args=(host.client,))
            killer.start()
            result = outcome(host, request(model, wanted, batch=4))
            killer.join()
            if isinstance(result, list):
                assert result[:1] == expected[:1]
            else:
                assert isinstance(result, HostCrashed)
                assert "SIGKILL" in result.message
            following = outcome(host, request(model, 5))
            if isinstance(following, HostCrashed):  # it was killed between the two
                following = outcome(host, request(model, 5))
            assert following == expected

        for number in range(count):
            moment, wanted = moments.uniform(0.0, 0.7), moments.choice([1, 50, 4000])
            yield Trial(
                name=f"host {number}, {moment:.3f} s into {wanted} pictures",
                run=partial(kill, moment, wanted),
            )
    assert children() == before
    assert set(threading.enumerate()) <= threads


def stores(folder: Path, count: int) -> Iterator[Trial]:
    """A project at work, half the time at one of fourteen points of the store."""
    for seed, point, times in plan(count):
        place = folder / str(seed)
        yield Trial(
            name=f"store {seed}, {point}, time {times}",
            run=partial(kill_and_look, place, seed, point, times),
        )
        shutil.rmtree(place, ignore_errors=True)


def drags(folder: Path, count: int) -> Iterator[Trial]:
    """A slider that is dragged without end."""
    for number in range(count):
        values = 1 + number * 10
        yield Trial(
            name=f"drag of {values} values",
            run=partial(drag_until_killed, folder / str(number), values),
        )


def commands(folder: Path, count: int) -> Iterator[Trial]:
    """``generate``, as it writes."""
    if os.name == "nt":
        raise NotHere("signals are sent as POSIX has them")
    write_tiny_generator(folder / "base" / "data" / "models" / "tiny", size=32)
    source = random.Random(7)
    for number in range(count):
        lines = source.randint(1, 40)
        yield Trial(
            name=f"generate {number}, after {lines} pictures",
            run=partial(kill_command, folder / "base", folder / str(number), lines),
        )


PROOFS = (
    Proof(
        name="window-kills",
        tried="the window killed at random moments while it keeps, rates, edits, names and exports",
        holds="every work and version said to be kept is there; no half file; no process left",
        trials=window_at_random,
        full=100,
        quick=2,
    ),
    Proof(
        name="window-kills-at-points",
        tried="the window killed at 24 named moments of its start, work and close",
        holds="the same",
        trials=window_at_points,
        full=120,
        quick=3,
    ),
    Proof(
        name="host-kills",
        tried="the model process killed at random moments",
        holds="each request answered once; the next host makes the same bytes",
        trials=hosts,
        full=120,
        quick=4,
    ),
    Proof(
        name="store-kills",
        tried="a project killed at work, half of them at 14 named moments",
        holds="all that was acknowledged, undo and redo, nothing half",
        trials=stores,
        full=200,
        quick=4,
    ),
    Proof(
        name="drag-kills",
        tried="a dragged slider killed after 1 to 191 values",
        holds="all but the last second of it",
        trials=drags,
        full=20,
        quick=2,
    ),
    Proof(
        name="command-kills",
        tried="`generate` killed while it writes",
        holds="whole pictures only; no process left",
        trials=commands,
        full=60,
        quick=2,
    ),
)
