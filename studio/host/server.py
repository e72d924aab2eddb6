"""The model host: a child process that runs models for a window or a headless command.

A driver that crashes, memory that runs out or a hostile graph must not take the window and the
user's works with it. The host is told what to be on its command line, hears and answers in frames
on its standard input and output, and ends when its input ends. Whatever a library prints goes to
standard error, never between the frames.
"""

import contextlib
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from studio import __version__
from studio.contract.errors import AtelierError, HostProtocol, RequestInvalid
from studio.host.delivery import Message
from studio.host.exits import EXIT_MEMORY, EXIT_PROTOCOL, EXIT_SETUP, EXIT_USAGE
from studio.host.frames import Frame, FrameReader, MessageCodec
from studio.host.memory import apply_ceiling, default_limit, end_for_memory
from studio.host.messages import (
    BACKGROUND,
    PROTOCOL_VERSION,
    CancelWork,
    Failure,
    FromHost,
    Hello,
    HostSetup,
    OnlyRequest,
    Ready,
    SlotGranted,
    SlotRefused,
    ToHost,
    Work,
)
from studio.host.pixels import PixelWriter
from studio.host.slots import SlotSupply
from studio.project.logs import Plain, ProcessLog
from studio.runtime.cancel import CancelToken

WINDOW_FIRST: Final = 10
"""Added to the process's niceness: where cores are scarce, the window's clicks come first."""

BACKGROUND_LAST: Final = 15
"""The same in the background's lane: what the hand waits for comes before it."""

REST_SECONDS: Final = 5.0
"""How often a host without work looks for sessions that it can let go."""

_CHUNK: Final = 2**16

_log = logging.getLogger(__name__)


def main(argv: Sequence[str]) -> int:
    """Serve until the input ends; ``argv`` holds one `HostSetup` as JSON."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        setup = msgspec.json.decode(argv[0] if argv else "", type=HostSetup)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        print(f"The model host is started by Atelier itself ({error}).", file=sys.stderr)
        return EXIT_USAGE
    read_end, write_end = _claim_streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to act on
    _end_with_parent(setup.parent)
    if hasattr(os, "nice"):
        os.nice(BACKGROUND_LAST if setup.lane == BACKGROUND else WINDOW_FIRST)
    if setup.log_folder is not None:
        ProcessLog(Path(setup.log_folder), f"host-{setup.lane}").start()
    Server(setup, read_end, write_end).serve()
    return 0


class Server:
    """Listens on one thread and works on another."""

    def __init__(self, setup: HostSetup, read_end: int, write_end: int) -> None:
        self._setup = setup
        self._read_end = read_end
        self._write_end = write_end
        self._write_lock = threading.Lock()
        self._to_host: MessageCodec[ToHost] = MessageCodec(ToHost)
        self._from_host: MessageCodec[FromHost] = MessageCodec(FromHost)
        self._slots = SlotSupply(PixelWriter(setup.pixel_file), self.send_all)
        self._work: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self._tokens: dict[int, CancelToken] = {}

    def serve(self) -> None:
        """Say hello, listen, and work for ever; the process ends when its input does."""
        self.send(Hello(protocol=PROTOCOL_VERSION, studio=__version__, pid=os.getpid()))
        threading.Thread(target=self._listen, name="frames", daemon=True).start()
        # Only now what takes long: the window can already talk to this process.
        from studio.host.worker import Worker
        from studio.runtime.sessions import resident_bytes

        limit = self._setup.memory_limit or default_limit()
        try:
            worker = Worker(self._setup, limit, self.send_all, self._slots)
        except AtelierError as error:
            print(error.message, file=sys.stderr)
            os._exit(EXIT_SETUP)
        apply_ceiling(
            limit, cpu_only=worker.device.is_cpu, resident=resident_bytes, on_excess=end_for_memory
        )
        self.send(Ready(device=worker.report))
        rest = min(REST_SECONDS, max(0.1, self._setup.idle_seconds))
        _log.info(
            "ready on %s with %d threads, onnxruntime %s",
            Plain(worker.report.provider), worker.threads, Plain(worker.report.onnxruntime),
        )  # fmt: skip
        while True:
            try:
                work = self._work.get(timeout=rest)
            except queue.Empty:
                worker.rest()
                continue
            worker.do(work, self._tokens[work.request])
            del self._tokens[work.request]

    def send(self, message: FromHost) -> None:
        """Write one frame; any thread. A client that is gone ends the process."""
        self.send_all([(message, b"")])

    def send_all(self, messages: Sequence[Message]) -> None:
        """Write frames together, so that whoever reads them is woken once; as `send`."""
        frames = b"".join(self._from_host.encode(message, body) for message, body in messages)
        data = memoryview(frames)
        with self._write_lock:
            try:
                while data:
                    data = data[os.write(self._write_end, data) :]
            except OSError:
                os._exit(0)

    def _listen(self) -> None:
        """Read frames until the input ends, and then end the process, whatever it is doing."""
        reader = FrameReader()
        code = 0
        try:
            while data := os.read(self._read_end, _CHUNK):
                for frame in reader.feed(data):
                    self._take(frame)
        except HostProtocol as error:
            _log.error("%s", error)
            code = EXIT_PROTOCOL
        except MemoryError:
            code = EXIT_MEMORY
        finally:
            logging.shutdown()
            os._exit(code)

    def _take(self, frame: Frame) -> None:
        try:
            message = self._to_host.decode(frame.head)
        except HostProtocol as error:
            self._refuse(frame, error)
            return
        match message:
            case Work():
                self._tokens[message.request] = CancelToken()
                self._work.put(message)
            case CancelWork(request=request):
                token = self._tokens.get(request)
                if token is not None:
                    token.cancel()
            case SlotGranted() | SlotRefused():
                self._slots.give(message)

    def _refuse(self, frame: Frame, error: HostProtocol) -> None:
        """Answer a message that is sound JSON and does not fit; anything else ends the process."""
        try:
            request = msgspec.json.decode(frame.head, type=OnlyRequest).request
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise error from None
        fault = "a value in it is not of the right kind"
        invalid: AtelierError = RequestInvalid(fault=fault, detail=error.fields["fault"])
        self.send(Failure(request=request, error=invalid.to_wire()))


def _claim_streams() -> tuple[int, int]:
    """The two ends of the frames; standard output then goes where errors go, input is empty."""
    read_end, write_end = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(read_end, os.O_BINARY)
        msvcrt.setmode(write_end, os.O_BINARY)
    return read_end, write_end


def _end_with_parent(parent: int) -> None:
    """Have the system end this process with its parent, where it can (Linux).

    The end of the input does the same everywhere, as long as nobody else holds the other end.
    """
    if sys.platform != "linux":
        return
    import ctypes

    pr_set_pdeathsig = 1  # <linux/prctl.h>
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
    if os.getppid() != parent:  # it died in between
        os._exit(0)
