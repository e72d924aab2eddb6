"""Commands that run in a process of their own, to be interrupted and killed."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil

from studio.provenance.pictures import read_picture
from tests.e2e.headless import Ran, command, environment, shown


class Running:
    """A command under way, whose lines can be waited for."""

    def __init__(self, *arguments: str | Path) -> None:
        self._process = subprocess.Popen(
            command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, encoding="utf-8", env=environment(), stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self._lines: list[str] = []

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def wait_for_lines(self, count: int) -> None:
        assert self._process.stdout is not None
        while len(self._lines) < count:
            line = self._process.stdout.readline()
            assert line, "it ended early"
            self._lines.append(line)

    def send(self, signum: int, *, to_group: bool = False) -> None:
        if to_group:  # as a terminal does
            os.killpg(self._process.pid, signum)
        else:
            self._process.send_signal(signum)

    def hosts(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children()

    def end(self) -> Ran:
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        out, err = self._process.stdout.read(), self._process.stderr.read()
        return Ran(code=self._process.wait(), out="".join(self._lines) + out, err=err)


def assert_sound(folder: Path) -> Iterator[str]:
    for name in shown(folder):
        assert read_picture(folder / name).is_as_made, name
        yield name


def kill_command(base: Path, out: Path, lines: int) -> None:
    """Kill ``generate`` once it has said so many lines, and look at what it left."""
    with Running("generate", "tiny", "--basedir", base, "--count", "400", "--out", out) as running:
        running.wait_for_lines(lines)
        hosts = running.hosts()
        running.send(signal.SIGKILL)
        ran = running.end()
    assert ran.code == -signal.SIGKILL
    assert len(list(assert_sound(out))) >= lines
    for host in hosts:
        host.wait(timeout=60)  # a host that outlives its parent raises here
