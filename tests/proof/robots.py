"""The other end of a `tests.proof.robot`."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType

import msgspec
import psutil

from tests.e2e.victims import PATIENCE, ROOT
from tests.proof.robot import Seen
from tests.proof.small_disk import mount_namespace


class Robot:
    """One window. Use with ``with``: leaving kills it, whatever it is at."""

    def __init__(self, base: Path, models: Path, *, disk: int | None = None) -> None:
        """``disk``: the bytes of a disk of its own on which everything of the window lies."""
        command = [sys.executable, "-m", "tests.proof.robot", str(base), str(models)]
        if disk is not None:
            command = [*mount_namespace(), *command, str(disk)]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "ORT_DISABLE_TELEMETRY": "1"}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def __enter__(self) -> "Robot":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()

    def do(self, action: str, *words: object, may_fail: bool = False) -> Seen:
        """Have something done; how the window stands then. A fault is an error unless it may be."""
        self.say(action, *words)
        return self.hear(may_fail=may_fail)

    def say(self, action: str, *words: object) -> None:
        """Begin something."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([action, *words]) + "\n")
        self._process.stdin.flush()

    def hear(self, *, may_fail: bool = False) -> Seen:
        """Wait for the end of what was begun."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the window's process ended"
        seen = msgspec.json.decode(line, type=Seen)
        assert may_fail or not seen.fault, seen.fault
        return seen

    def kill(self) -> None:
        """SIGKILL, and wait for the model process to follow."""
        hosts = []
        if self._process.poll() is None:
            hosts = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        self._process.wait()
        _, alive = psutil.wait_procs(hosts, timeout=PATIENCE)
        assert alive == [], "a model process outlived its window"
