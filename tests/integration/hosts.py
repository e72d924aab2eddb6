"""Real hosts for the tests, and what is asked of them."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from studio.contract.errors import AtelierError
from studio.contract.manifest import read_model
from studio.contract.recipe import Recipe
from studio.host.client import GenerateImages, HostClient
from tests.sync_host import FinishedPicture, SyncHost

PATIENCE = 60.0
"""Seconds after which what did not come never will."""


def request(folder: Path, count: int = 3, *, batch: int = 16, first: int = 0) -> GenerateImages:
    """``count`` pictures of the model in ``folder``, of the seeds from ``first`` on."""
    name = read_model(folder).manifest.id
    recipes = tuple(Recipe(model=name, seed=first + index) for index in range(count))
    return GenerateImages(folder=str(folder), recipes=recipes, batch=batch)


def outcome(
    host: SyncHost, wanted: GenerateImages, *, patience: float = PATIENCE
) -> list[FinishedPicture] | AtelierError:
    """The pictures, or the one error that there are none; cancelled after ``patience`` seconds."""
    timer = threading.Timer(patience, host.cancel)
    timer.start()
    try:
        return host.generate(wanted)
    except AtelierError as error:
        return error
    finally:
        timer.cancel()
        timer.join()


def children() -> list[psutil.Process]:
    """The living child processes of this one."""
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if child.status() != psutil.STATUS_ZOMBIE
    ]


def kill_host(client: HostClient) -> bool:
    """``kill -9`` the host; False if there is none at this moment."""
    pid = client.pid
    if pid is None:
        return False
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait for what no event tells; fails after `PATIENCE`."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.002)
