"""A ceiling for the memory of the process that runs models, so that it cannot take the machine.

Where only the CPU computes on Linux, the system itself refuses what goes beyond (RLIMIT_DATA), so
that one request fails and the host goes on. Where a driver reserves address space or the system
has no such limit, the resident size is watched, and the process ends itself with
`EXIT_MEMORY`, which the client reports as memory that ran out.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

from studio.host.exits import EXIT_MEMORY

WATCH_SECONDS: Final = 0.05

_SHARE_OF_MACHINE: Final = 0.75
_LEAST_ROOM: Final = 64 * 2**20


def default_limit() -> int:
    """Three quarters of the machine's memory, or of the container's where that is less."""
    total = _physical_bytes()
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            with open(name, encoding="ascii") as stream:  # noqa: PTH123 (no pathlib so early)
                total = min(total, int(stream.read()))
        except (OSError, ValueError):
            continue
    return int(total * _SHARE_OF_MACHINE)


def apply_ceiling(
    limit: int, *, cpu_only: bool, resident: Callable[[], int], on_excess: Callable[[], None]
) -> bool:
    """Hold this process below ``limit`` bytes; whether the system itself does it.

    ``on_excess`` is called from a thread of its own where the size is only watched.
    """
    if cpu_only and sys.platform == "linux":
        import resource

        # What is mapped already cannot be taken back: leave room to say that memory ran out.
        limit = max(limit, _data_bytes() + _LEAST_ROOM)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        return True

    def watch() -> None:
        while resident() <= limit:
            time.sleep(WATCH_SECONDS)
        on_excess()

    threading.Thread(target=watch, name="memory watch", daemon=True).start()
    return False


def end_for_memory() -> None:
    """End this process at once, with the code that says why."""
    os._exit(EXIT_MEMORY)


def _physical_bytes() -> int:
    """The machine's memory; asked of the system where that is quicker than importing psutil."""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    import psutil

    return int(psutil.virtual_memory().total)


def _data_bytes() -> int:
    """What RLIMIT_DATA counts: private writable memory of this process (VmData)."""
    with open("/proc/self/statm", "rb") as stream:  # noqa: PTH123 (no pathlib so early)
        return int(stream.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")
