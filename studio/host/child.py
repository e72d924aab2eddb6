"""The host's process as its parent sees it: started, spoken to, listened to and ended."""

import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

import studio
from studio.contract.errors import HostProtocol
from studio.host.frames import FrameReader, MessageCodec
from studio.host.messages import FromHost, HostSetup, ToHost

_CHUNK: Final = 2**18
_LAST_WORDS: Final = 4000
_END_SECONDS: Final = 1.0
"""How long a host may take to end by itself once its input has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message came from the host."""

    child: "HostProcess"
    message: FromHost
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The host's process is gone, and nothing more will be heard of it."""

    child: "HostProcess"
    code: int
    """Exit code; negative: the signal that ended it."""
    fault: str
    """What was wrong with its frames; empty if nothing was."""


class HostProcess:
    """One running host: a thread writes to it, another listens until it is gone."""

    def __init__(self, process: "subprocess.Popen[bytes]", last_words: int) -> None:
        self._process = process
        self._last_words = last_words
        self._to_host: MessageCodec[ToHost] = MessageCodec(ToHost)
        self._from_host: MessageCodec[FromHost] = MessageCodec(FromHost)
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    @classmethod
    def start(
        cls, setup: HostSetup, tell: Callable[[Heard | Ended], None], *, name: str
    ) -> "HostProcess":
        """Start a host; ``tell`` is called on a thread of its own. Raises ``OSError``."""
        descriptors = (setup.pixel_file,) if isinstance(setup.pixel_file, int) else ()
        with tempfile.TemporaryFile() as words:
            process = subprocess.Popen(
                host_command(setup),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                bufsize=0,
                env=host_environment(),
                pass_fds=descriptors,
                creationflags=_windows_flags(),
            )
            child = cls(process, os.dup(words.fileno()))
        for target, task in ((child._write, "write"), (lambda: child._listen(tell), "listen")):
            thread = threading.Thread(target=target, name=f"{name} {task}", daemon=True)
            thread.start()
            child._threads.append(thread)
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, message: ToHost) -> None:
        """Have a message written; never blocks. Raises `HostProtocol` if it cannot be written."""
        self._outbox.put(self._to_host.encode(message))

    def kill(self) -> None:
        """End the process at once; `Ended` will be told."""
        self._process.kill()

    def end(self) -> str:
        """End the process, gently at first, and everything that was started for it.

        Returns the end of what it said on standard error before its logs were open. To be called
        once, and not on the listening thread.
        """
        self._outbox.put(None)
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        for thread in self._threads:
            thread.join()
        size = os.fstat(self._last_words).st_size
        os.lseek(self._last_words, max(0, size - _LAST_WORDS), os.SEEK_SET)
        words = os.read(self._last_words, _LAST_WORDS).decode("utf-8", "replace").strip()
        os.close(self._last_words)
        return words

    def _write(self) -> None:
        """Write what is in the outbox until there is None, and then end the host's input."""
        stream = self._process.stdin
        assert stream is not None
        try:
            while (data := self._outbox.get()) is not None:
                view = memoryview(data)
                while view:
                    view = view[os.write(stream.fileno(), view) :]
        except OSError:
            pass  # it is gone; the listener tells
        finally:
            stream.close()

    def _listen(self, tell: Callable[[Heard | Ended], None]) -> None:
        stream = self._process.stdout
        assert stream is not None
        reader = FrameReader()
        fault = ""
        try:
            while data := os.read(stream.fileno(), _CHUNK):
                for frame in reader.feed(data):
                    message = self._from_host.decode(frame.head)
                    tell(Heard(child=self, message=message, body=frame.body))
        except HostProtocol as error:
            fault = error.fields["fault"]
        except OSError:
            pass
        stream.close()
        try:
            code = self._process.wait(0 if fault else _END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._outbox.put(None)
        tell(Ended(child=self, code=code, fault=fault))


def host_command(setup: HostSetup) -> list[str]:
    """The command line of a host: this Python, this studio, nothing from the current folder."""
    told = msgspec.json.encode(setup).decode("utf-8")
    return [sys.executable, "-P", "-m", "studio", "--model-host", told]


def _windows_flags() -> int:
    """No console window, and the window's clicks before the host's work; 0 elsewhere."""
    return int(
        getattr(subprocess, "CREATE_NO_WINDOW", 0)
        | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
    )


def host_environment() -> dict[str, str]:
    """The host's environment: silent about itself, and able to import this very studio."""
    environment = dict(os.environ)
    environment["ORT_DISABLE_TELEMETRY"] = "1"
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    root = Path(studio.__file__).resolve().parents[1]
    if root.name not in ("site-packages", "dist-packages"):
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.fspath(root) + (os.pathsep + known if known else "")
    return environment
