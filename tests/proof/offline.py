"""Whole visits in a network namespace without interfaces, every call for a network traced."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.e2e.headless import command, environment
from tests.e2e.test_headless_offline import works
from tests.e2e.test_window_offline import visit
from tests.models import write_tiny_generator
from tests.proof.trials import NotHere, Proof, Trial

ALONE = ("unshare", "-rn")
STRACE = ("strace", "-f", "-qq", "-e", "trace=network", "-e", "signal=none", "-o")
REACHES_OUT = "import socket; socket.socket(socket.AF_INET).close()"
FAMILIES = ("AF_INET", "AF_PACKET", "AF_VSOCK")
"""AF_INET is part of AF_INET6 too. What stays on the machine (AF_UNIX, AF_NETLINK) is allowed."""


def offline(folder: Path, count: int) -> Iterator[Trial]:
    """Each command and the window, one after the other, ``count`` in all."""
    if not works(*ALONE):
        raise NotHere("no network namespaces can be made")
    if not works(*ALONE, *STRACE, "/dev/null"):
        raise NotHere("there is no strace")
    log = folder / "calls"
    _trace([sys.executable, "-c", REACHES_OUT], log)
    assert _attempts(log), "the trace would see nothing at all"
    base, out, shipped = folder / "base", folder / "out", folder / "shipped"
    write_tiny_generator(base / "data" / "models" / "tiny")
    write_tiny_generator(shipped / "tiny", classes=3)
    steps = {
        "models --verify": command("models", "--verify", "--basedir", base),
        "generate": command("generate", "tiny", "--basedir", base, "--out", out, "--count", "3"),
        "remake": command("remake", out / "tiny-boots-0.png", "--basedir", base),
        "doctor": command("doctor", "--basedir", base),
        "doctor --pack": command("doctor", "--pack", folder / "report.zip", "--basedir", base),
    }
    visits = [*(partial(_command, step, log) for step in steps.values()),
              partial(_window, folder / "window", shipped, log)]  # fmt: skip
    names = [*steps, "the window"]
    for number in range(count):
        (folder / "report.zip").unlink(missing_ok=True)
        place = number % len(visits)
        yield Trial(name=f"{names[place]}, {number}", run=visits[place])


def _trace(step: list[str], log: Path) -> None:
    run = [*ALONE, *STRACE, str(log), *step]
    done = subprocess.run(run, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 0, done.stderr


def _attempts(log: Path) -> list[str]:
    calls = log.read_text("utf-8", errors="replace").splitlines()
    return [call for call in calls if any(family in call for family in FAMILIES)]


def _command(step: list[str], log: Path) -> None:
    _trace(step, log)
    assert _attempts(log) == []


def _window(base: Path, models: Path, log: Path) -> None:
    visit([*ALONE, *STRACE, str(log)], base, models)
    assert "AF_UNIX" in log.read_text("utf-8", errors="replace")
    assert _attempts(log) == []


PROOFS = (
    Proof(
        name="offline",
        tried="commands and the window where there is no network, every call traced",
        holds="all works; not one attempt to reach out",
        trials=offline,
        full=30,
        quick=6,
    ),
)
