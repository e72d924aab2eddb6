"""Works in a project until it dies.

``python -m tests.integration.store_child FOLDER SEED POINT N``

Prints ``N done`` once task N is acknowledged. It kills itself with SIGKILL at the N-th time that
it comes to the point named, or, for "during ..." points, a random moment of that call later. The
points are reached by wrapping what the product calls, so the product knows nothing of them.
"""

import os
import random
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.contract.overriding import override
from studio.project import writer
from studio.project.store import ProjectStore
from tests.integration.store_workload import tasks
from tests.project.samples import known

POINTS = (
    "before rename",
    "after rename",
    "before sync",
    "after sync",
    "before unlink",
    "after unlink",
    "before commit",
    "during commit",
    "after commit",
    "before checkpoint",
    "during checkpoint",
    "after checkpoint",
    "before note",
    "after note",
)
LONGEST_CALL = 0.008
"""Seconds within which a "during" kill comes; a commit here takes 2 to 10 ms."""
MERGE_SECONDS = 0.1
"""In place of the product's half second, so that drags do not take most of the time."""
LONGEST_TASK = 0.12
"""The same for a task, of which a drag is the longest."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Killer:
    """Counts how often a point is reached and kills when it is time."""

    def __init__(self, point: str, times: int, seed: int) -> None:
        self._point = point
        self._left = times
        self._chosen = random.Random(seed)

    def reach(self, when: str, what: str) -> None:
        if self._point != f"{when} {what}":
            return
        self._left -= 1
        if self._left > 0:
            return
        if when == "during":
            longest = LONGEST_CALL
            if what == "task":
                longest = self._chosen.choice((LONGEST_CALL, LONGEST_TASK))
            timer = threading.Timer(self._chosen.uniform(0.0, longest), die)
            timer.daemon = True
            timer.start()
        else:
            die()

    def around(self, what: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call with its points before, during and after."""

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.reach("before", what)
            self.reach("during", what)
            result = call(*args, **kwargs)
            self.reach("after", what)
            return result

        return wrapped


def arm(killer: Killer) -> None:
    """Wrap the calls of this process that the points are named for."""
    os.replace = killer.around("rename", os.replace)
    os.fsync = killer.around("sync", os.fsync)
    Path.unlink = killer.around("unlink", Path.unlink)  # type: ignore[method-assign]  # wrapped
    Path.write_bytes = killer.around("note", Path.write_bytes)  # type: ignore[method-assign]
    connect = sqlite3.connect

    class Connection(sqlite3.Connection):
        @override
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            what = {"COMMIT": "commit", "PRAGMA wal_checkpoint(TRUNCATE)": "checkpoint"}.get(sql)
            if what is None:
                return super().execute(sql, parameters)
            cursor = killer.around(what, super().execute)(sql, parameters)
            assert isinstance(cursor, sqlite3.Cursor)
            return cursor

    def armed(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        return connect(*args, factory=Connection, **kwargs)

    sqlite3.connect = armed  # type: ignore[assignment]  # one of its overloads is enough


def main() -> None:
    folder, seed, point, times = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    killer = Killer(point, times, seed)
    arm(killer)
    writer.MERGE_SECONDS = MERGE_SECONDS
    store = ProjectStore.open(folder, known())
    for number, task in enumerate(tasks(seed)):
        if task.action == "reopen":
            store.close()
            store = ProjectStore.open(folder, known())
        for future in task.begin(store):
            future.result()
        print(number, "done", flush=True)
        killer.reach("after", "task")
        killer.reach("during", "task")


if __name__ == "__main__":
    main()
