"""Gives each lane of work its threads, so that several lanes do not oversubscribe the cores.

Pictures, prose and games are made in processes of their own. Each process asks for its share by
the same rule and gets the same answer, so no conversation is needed between them.
"""

import os
from collections.abc import Sequence

MAXIMUM_THREADS = 64


def usable_cores() -> int:
    """Cores that this process may run on, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def share_threads(lane: str, lanes: Sequence[str], cores: int) -> int:
    """How many of ``cores`` the ``lane`` gets while all ``lanes`` are at work.

    The cores are dealt out in turn, the earlier lanes first, and nobody goes without: with more
    lanes than cores each has one thread.
    """
    if lane not in lanes:
        raise ValueError(f"the lane {lane!r} is not among {list(lanes)}")
    whole, rest = divmod(max(1, cores), len(lanes))
    return max(1, whole + (1 if list(lanes).index(lane) < rest else 0))


def lane_threads(lane: str, lanes: Sequence[str], wanted: int | None = None) -> int:
    """Threads for ``lane``: what the user set, else its share of the usable cores."""
    if wanted is not None:
        return min(max(1, wanted), MAXIMUM_THREADS)
    return share_threads(lane, lanes, usable_cores())
