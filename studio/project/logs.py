"""Logs that can be sent to somebody: what happened, without a word of what the user wrote.

A log line is made of the program's own words, of numbers, and of what the program vouches for
(`Plain`). Whatever else is put into a line stands there as its kind and a mark that is the same
for the same text as long as the process lives: titles, prompts, names of files and the words of
foreign exceptions, which quote anything. Several processes may write one log: a window and a
command, or two windows.
"""

import contextlib
import faulthandler
import functools
import hashlib
import logging
import os
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from studio import __version__
from studio.contract.errors import (
    AtelierError,
    HostError,
    ModelError,
    SetupFault,
    StorageDenied,
)
from studio.contract.overriding import override

LARGEST_LOG: Final = 1_000_000
"""Bytes from which a log is put by and a new one begun."""
KEPT_LOGS: Final = 3
"""Logs that are kept of those that were put by."""

LOG_NAMES: Final = re.compile(r"(?:window|commands|host-[a-z]+)(?:-faults)?\.log(?:\.\d+)?")
"""The files that the studio writes into the folder of its logs."""

_ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]

_OWN_WORDS: Final = (HostError, ModelError, SetupFault, StorageDenied)
"""Errors whose reason is said by the studio, a library or the system, never by the user."""

_ROOT: Final = Path(__file__).resolve().parents[2]
SHIPPED_MODELS: Final = ("avatars", "avatars-dcgan", "fashion-dcgan")
"""Folders of the clone's ``exported_models`` that hold nobody's own model."""
_LONGEST_TRACE: Final = 40
_LONGEST_LINE: Final = 4000
"""Characters of one foreign line that are looked at; the rest is left out."""
_SALT: Final = os.urandom(16)
_WORDS: Final = re.compile(r"[^\x20-\x7e]")

_QUOTED: Final = re.compile(
    r"\"[^\"\n]*(?:\"|$)|“[^”\n]*(?:”|$)|‘[^’\n]*(?:’|$)|`[^`\n]*(?:`|$)"
    # Of single ones only those count that open and close words: the rest are apostrophes. What
    # closes and was not opened belongs to what came before it.
    r"|(?<!\w)[bBrRuUfF]{0,2}'(?:[^'\n]|'(?=\w))*(?:'(?!\w)(?:(?:[^'\n]|(?<=\w)'(?=\w))*'(?!\w))*|$)"
)
_SOURCE: Final = r"/onnxruntime_src/[\w./]+"
"""Where onnxruntime was built: in its own words on what went wrong."""
_SUFFIX: Final = (
    r"\.(?i:onnx|np[yz]|json|png|jpe?g|webp|gif|bmp|tiff?|pt|ckpt|sqlite3?|db|zip|log)\b"
)
_PATH: Final = re.compile(
    rf"(?P<source>{_SOURCE})"
    # A name may hold spaces, and then nobody can say where it, or its folder's, begins or ends.
    rf"|(?:^|(?<=:))[^:/\\\n]*(?:(?<=\w)[/\\][^:\n]*)?{_SUFFIX}"
    rf"|(?<![^\s<>])~?/[^\s:<>]*{_SUFFIX}(?![^:\n]*(?:[/\\]|{_SUFFIX}))"
    r"|(?<![\w.+-])(?:~|[\w.+-]*)/(?=\S).*"
    r"|\b[A-Za-z]:[\\/].*|\\\\.*"
)
_FRAME: Final = re.compile(r'^([\s|]*File )"([^"\n]+)"(, line \d+.*)$')
_OWN_FRAME: Final = re.compile(r"^  (?:<path(?:\.\w+)? [0-9a-f]{6}>|[\w./+-]+):\d+ in [\w<>.]+$")
"""One of `_trace_lines`."""
_EXCEPTION: Final = re.compile(
    r"^(?!\s*onnxruntime\.)([\s|]*(?:[A-Za-z_]\w*\.)*"
    r"(?:[A-Za-z_]\w*(?:Error|Exception|Warning|Exit|Group)|(?<=\.)[A-Z]\w*)):.*"
)
_AFTER_FRAMES: Final = re.compile(r"^(?!onnxruntime\.)([A-Za-z_][\w.]*)(?::.*)?$")
"""Whatever an exception is called: the first line after frames that is not set in names it."""
_RESUMES: Final = re.compile(
    r"^(?:[\s|+]*(?:Exception Group )?Traceback\b.*|Fatal Python error: .*"
    r"|(?:Current thread|Thread) 0x.*|which led to:"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Z]+ \d+ (?:studio|training)[\w.]*: .*)$"
)
"""Lines besides frames that no exception's words go beyond."""


class Plain(str):
    """A text that the program vouches for: a code, a version, its own sentence without names."""

    __slots__ = ()


def veiled(text: str, kind: str = "text") -> str:
    """What stands in a log for ``text``: its kind, and a mark to know it again by."""
    mark = hashlib.blake2b(text.encode("utf-8", "replace"), key=_SALT, digest_size=3)
    return f"<{kind} {mark.hexdigest()}>"


@functools.cache
def _own_folders() -> tuple[tuple[Path, Path], ...]:
    """Where no file is the user's, each with the folder from which its files are named.

    Not the whole clone: a user may keep anything beside the program.
    """
    import sysconfig  # a window's start does without it

    own = [_ROOT / name for name in ("studio", "training")]
    own += [_ROOT / "exported_models" / name for name in SHIPPED_MODELS]
    installed = sysconfig.get_paths()
    libraries = [Path(installed[name]) for name in ("purelib", "platlib", "stdlib", "platstdlib")]
    return *((each, _ROOT) for each in own), *((each, each.parent) for each in libraries)


def veiled_path(path: str) -> str:
    """A file of the program's by its place in it; of any other only the kind and a mark."""
    with contextlib.suppress(OSError, ValueError):
        full = Path(path)
        if full.is_absolute() and ".." not in full.parts:
            for folder, named_from in _own_folders():
                if full.is_relative_to(folder):
                    return full.relative_to(named_from).as_posix()
    suffix = Path(path).suffix
    return veiled(path, f"path{suffix}" if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else "path")


def scrubbed(text: str) -> str:
    """Foreign text, e.g. what a library printed, without what may be the user's.

    Without paths outside the program, anything in quotation marks, the words of an exception,
    however many lines they have, and anything that is not ASCII.
    """
    return "\n".join(_scrubbed_lines(text.splitlines()))


def _scrubbed_lines(lines: Iterable[str]) -> Iterator[str]:
    after_frames = in_words = False
    for line in (each[:_LONGEST_LINE] for each in lines):
        is_frame = _FRAME.match(line) is not None or _OWN_FRAME.match(line) is not None
        if is_frame or _RESUMES.match(line):
            after_frames, in_words = is_frame, False
        elif in_words:
            continue
        named = _EXCEPTION.match(line) or (_AFTER_FRAMES.match(line) if after_frames else None)
        if named is not None:
            after_frames, in_words = False, True
        yield _scrub_line(line if named is None else named[1])


def _scrub_line(line: str) -> str:
    frame = _FRAME.match(line)
    if frame is not None:  # of a traceback or a fault file: the program's own are worth reading
        return f'{frame[1]}"{veiled_path(frame[2])}"{frame[3]}'
    line = _QUOTED.sub(lambda found: veiled(found[0].strip("\"'“”‘’`")), line)
    line = _PATH.sub(_veiled_match, line)
    return _WORDS.sub("?", line)


def _veiled_match(found: re.Match[str]) -> str:
    if found["source"]:
        return found["source"]
    path = found[0].lstrip()
    return found[0][: len(found[0]) - len(path)] + veiled_path(path)


def described(error: BaseException) -> str:
    """An exception without its words: its class, the studio's own code, the system's number.

    onnxruntime's words are kept, scrubbed: they are about a graph.
    """
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    if isinstance(error, AtelierError):
        fields = ", ".join(f"{key}={_field(error, key)}" for key in error.fields)
        return f"{error.code}({fields})"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name}: {os.strerror(error.errno)} ({error.errno})"
    if name.startswith("onnxruntime"):
        return f"{name}: {scrubbed(str(error))[:2000]}"
    return name


def _field(error: AtelierError, name: str) -> str:
    """A field of one of the studio's errors: the reasons of some are the studio's own words."""
    value = error.fields[name]
    if name == "file":
        return veiled_path(value)
    if name == "fault" and isinstance(error, _OWN_WORDS):
        return repr(scrubbed(value)[:2000])
    return value if value.isascii() and value.isdigit() else veiled(value)


def argument(value: object) -> object:
    """What stands in a log line for one of its arguments."""
    if value is None or type(value) in (int, float, bool, Plain):
        return value
    if isinstance(value, BaseException):
        return described(value)
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, os.PathLike):
        return veiled_path(os.fspath(value) if isinstance(os.fspath(value), str) else repr(value))
    if isinstance(value, str):
        return veiled(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    return f"<{type(value).__name__}>"


class DiscreetFormatter(logging.Formatter):
    """Time in UTC, level, process and module, and a message without anybody's words."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s")

    @override
    def format(self, record: logging.LogRecord) -> str:
        copy = logging.makeLogRecord(record.__dict__)
        copy.exc_text = None  # another handler may have put the whole text there
        arguments = record.args
        if isinstance(arguments, Mapping):
            copy.args = {key: argument(value) for key, value in arguments.items()}
        elif arguments:
            copy.args = tuple(map(argument, arguments))
        if not isinstance(record.msg, str):
            copy.msg, copy.args = "%s", (argument(record.msg),)
        try:
            return super().format(copy)
        except (TypeError, ValueError):  # "%d" of what is not a number any more
            copy.msg, copy.args = "a line that does not fit its arguments", ()
            return super().format(copy)

    @override
    def formatException(
        self,
        ei: "_ExceptionInfo | tuple[None, None, None]",
    ) -> str:
        error = ei[1]
        return "" if error is None else "\n".join(_trace_lines(error, set()))

    @override
    def formatStack(self, stack_info: str) -> str:
        return scrubbed(stack_info)


def _trace_lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    """The causes first, as Python prints them, with the program's lines and nobody's words."""
    if id(error) in seen:
        return
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _trace_lines(before, seen)
        yield "which led to:"
    for frame in traceback.extract_tb(error.__traceback__)[-_LONGEST_TRACE:]:
        yield f"  {veiled_path(frame.filename)}:{frame.lineno} in {frame.name}"
    yield described(error)
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _trace_lines(part, seen)


class SharedLogHandler(logging.Handler):
    """Appends lines to a file that others may append to, and puts it by when it is large.

    A line is written at once and whole. Whoever finds the file too large renames it; the others
    see that theirs is no longer the one of that name. A disk that is full costs lines, never
    more.
    """

    def __init__(self, path: Path, *, largest: int = LARGEST_LOG, kept: int = KEPT_LOGS) -> None:
        super().__init__()
        self._path = path
        self._largest = largest
        self._kept = kept
        self._file = _open(path)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        try:
            data = f"{self.format(record)}\n".encode("utf-8", "replace")
            self._follow()
            if os.fstat(self._file).st_size + len(data) > self._largest:
                self._put_by()
            os.write(self._file, data)
        except Exception:  # a log that cannot be written is no reason to fail
            return

    @override
    def close(self) -> None:
        with self.lock or contextlib.nullcontext():
            if self._file >= 0:
                os.close(self._file)
                self._file = -1
        super().close()

    def _follow(self) -> None:
        """Write to the file that has the name now, if another process has put ours by."""
        try:
            there = os.stat(self._path)  # noqa: PTH116 - once a line
        except FileNotFoundError:
            there = None
        held = os.fstat(self._file)
        if there is None or (there.st_dev, there.st_ino) != (held.st_dev, held.st_ino):
            self._open_anew()

    def _put_by(self) -> None:
        with contextlib.suppress(OSError):  # Windows: another process has it open
            put_by(self._path, kept=self._kept)
        self._open_anew()

    def _open_anew(self) -> None:
        old, self._file = self._file, _open(self._path)
        os.close(old)


def put_by(path: Path, *, kept: int = KEPT_LOGS) -> None:
    """Rename ``path`` to ``path.1``, the one before to ``path.2``, and forget the oldest."""
    for number in range(kept - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
    path.replace(path.with_name(f"{path.name}.1"))


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


class ProcessLog:
    """The log of one process, the stacks of its crashes, and its uncaught exceptions."""

    def __init__(self, folder: Path, name: str) -> None:
        """``name`` is that of the files: "window", "commands" or "host-" and the lane."""
        self._folder = folder
        self._name = name
        self._faults: IO[bytes] | None = None
        self._handler: SharedLogHandler | None = None
        self._tell: Callable[[BaseException], None] | None = None
        self._before = (sys.excepthook, threading.excepthook)

    @property
    def path(self) -> Path:
        """The log."""
        return self._folder / f"{self._name}.log"

    @property
    def faults(self) -> Path:
        """Where Python leaves the stacks of a crash."""
        return self._folder / f"{self._name}-faults.log"

    def start(self, tell: Callable[[BaseException], None] | None = None) -> None:
        """Begin; ``tell`` is called for each uncaught exception, on the thread where it rose.

        A folder that cannot be written leaves the process without a log, not without its work.
        """
        self._tell = tell
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._handler = SharedLogHandler(self.path)
            if self.faults.exists() and self.faults.stat().st_size > LARGEST_LOG:
                put_by(self.faults)
            self._faults = os.fdopen(_open(self.faults), "ab", buffering=0)
        except OSError as error:
            print(f"studio: no log in {self._folder}: {error}", file=sys.stderr)
            return
        self._handler.setFormatter(DiscreetFormatter())
        log = logging.getLogger("studio")
        log.addHandler(self._handler)
        log.setLevel(logging.INFO)
        faulthandler.enable(self._faults)
        log.info(
            "%s begins: atelier %s, Python %s, %s",
            Plain(self._name), Plain(__version__), Plain(sys.version.split()[0]),
            Plain(sys.platform),
        )  # fmt: skip

    def close(self) -> None:
        """End, and give Python back its own ways."""
        if sys.excepthook == self._uncaught:
            sys.excepthook = self._before[0]
        if threading.excepthook == self._uncaught_in_thread:
            threading.excepthook = self._before[1]
        self._tell = None
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()
            self._faults = None
        if self._handler is not None:
            logging.getLogger("studio").info("%s ends", Plain(self._name))
            logging.getLogger("studio").removeHandler(self._handler)
            self._handler.close()
            self._handler = None

    def _uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        logging.getLogger("studio").error("Uncaught", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)
        if self._tell is not None:
            self._tell(error)

    def _uncaught_in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
