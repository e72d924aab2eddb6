"""Nothing leaves the machine: the window and its model process open no socket to anywhere."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.e2e.test_headless_offline import works

ROOT = Path(__file__).resolve().parents[2]
STRACE = ("strace", "-f", "-qq", "-e", "trace=network", "-e", "signal=none", "-o")


def visit(before: list[str], base: Path, models: Path) -> None:
    """Open the studio below ``before``, keep and export until both were done, and close it."""
    studio = [sys.executable, "-m", "tests.e2e.busy_studio", str(base), str(models), "1"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        [*before, *studio], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            missing = {"ready", "kept", "exported"}
            for line in process.stdout:
                missing.discard(line.split()[0])
                if not missing:
                    break
            assert not missing, "it ended by itself"
            (window,) = psutil.Process(process.pid).children()
            os.kill(window.pid, signal.SIGTERM)
            process.stdout.read()
        finally:
            process.kill()


@pytest.mark.skipif(not works("strace", "-qq", "-o", "/dev/null"), reason="no strace here")
def test_the_window_opens_no_socket_to_anywhere(tmp_path: Path, shipped: Path) -> None:
    log = tmp_path / "calls"
    visit([*STRACE, str(log)], tmp_path / "base", shipped)
    calls = log.read_text("utf-8", errors="replace").splitlines()
    assert any("AF_UNIX" in call for call in calls), "the trace saw nothing at all"
    assert [call for call in calls if "AF_INET" in call] == []


@pytest.mark.skipif(not works("unshare", "-rn"), reason="no network namespaces here")
def test_the_window_works_where_there_is_no_network_at_all(tmp_path: Path, shipped: Path) -> None:
    visit(["unshare", "-rn", "--fork"], tmp_path / "base", shipped)
