"""Nothing leaves the machine: no command opens a socket, and none needs a network."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.headless import command, environment
from tests.graphs.gguf_files import write_tiny_model
from tests.models import write_tiny_generator


def works(*probe: str) -> bool:
    """Whether the system allows a tool to be used (containers often do not)."""
    if shutil.which(probe[0]) is None:
        return False
    return subprocess.run([*probe, "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    write_tiny_generator(folder / "data" / "models" / "tiny")
    write_tiny_model(folder / "words.gguf")
    (folder / "text.txt").write_text("It is a truth universally acknowledged.")
    return folder


def steps(base: Path, out: Path) -> list[list[str]]:
    """A whole visit: look, make, make again, write, score, examine."""
    words = base / "words.gguf"
    return [
        command("models", "--verify", "--basedir", base),
        command("generate", "tiny", "--basedir", base, "--out", out),
        command("remake", out / "tiny-boots-0.png", "--basedir", base),
        command("write", words, "--chat", "--prompt", "It", "--max-tokens", "3", "--basedir", base),
        command("score", words, base / "text.txt", "--basedir", base),
        command("doctor", "--basedir", base),
    ]


def sockets_of(step: list[str], log: Path) -> list[str]:
    """The calls with which a command and its children reach for a network."""
    trace = ["strace", "-f", "-qq", "-e", "trace=network", "-e", "signal=none", "-o", str(log)]
    done = subprocess.run(
        [*trace, *step], capture_output=True, text=True, env=environment(), check=False
    )
    assert done.returncode == 0, done.stderr
    calls = log.read_text("utf-8", errors="replace").splitlines()
    return [call for call in calls if "AF_INET" in call]


@pytest.mark.skipif(not works("strace", "-qq", "-o", "/dev/null"), reason="no strace here")
def test_no_command_opens_a_socket_to_anywhere(base: Path, tmp_path: Path) -> None:
    caught = "import socket; socket.socket(socket.AF_INET).close()"
    assert sockets_of([sys.executable, "-c", caught], tmp_path / "control")
    for step in steps(base, tmp_path / "out"):
        assert sockets_of(step, tmp_path / "calls") == []


@pytest.mark.skipif(not works("unshare", "-rn"), reason="no network namespaces here")
def test_every_command_works_where_there_is_no_network_at_all(base: Path, tmp_path: Path) -> None:
    for step in steps(base, tmp_path / "out"):
        done = subprocess.run(
            ["unshare", "-rn", *step], capture_output=True, text=True, env=environment(),
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
