"""The ceiling is held by the system where it can, and watched where it cannot."""

import subprocess
import sys
import threading

import pytest

from studio.host import memory
from studio.host.exits import EXIT_MEMORY
from studio.host.memory import apply_ceiling, default_limit

GREEDY = """
from studio.host.memory import apply_ceiling
held = apply_ceiling({limit}, cpu_only=True, resident=lambda: 0, on_excess=lambda: None)
try:
    bytearray(600 * 2**20)
except MemoryError:
    print(held, "refused", len(bytearray(2**20)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit exists on Linux")
@pytest.mark.parametrize("limit", [500 * 2**20, 1])
def test_on_linux_the_system_refuses_and_the_process_goes_on(limit: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", GREEDY.format(limit=limit)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["True", "refused", str(2**20)]


def test_elsewhere_the_size_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "WATCH_SECONDS", 0.001)
    sizes = iter([10, 20, 101])
    exceeded = threading.Event()
    assert not apply_ceiling(
        100, cpu_only=False, resident=lambda: next(sizes), on_excess=exceeded.set
    )
    assert exceeded.wait(20)
    assert list(sizes) == []


def test_running_out_has_an_exit_code_of_its_own() -> None:
    code = "from studio.host.memory import end_for_memory; end_for_memory()"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == EXIT_MEMORY


def test_the_default_leaves_room_for_the_rest_of_the_machine() -> None:
    import psutil

    assert 2**27 < default_limit() < psutil.virtual_memory().total
