"""Logs tell what happened, survive what happens to files, and hold nobody's words."""

import ast
import contextlib
import errno
import io
import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import (
    GraphInvalid,
    HostCrashed,
    ModelMissing,
    ProjectLocked,
    RecipeInvalid,
    RequestInvalid,
    StorageFull,
)
from studio.contract.manifest import MANIFEST_NAME
from studio.project import logs
from studio.project.logs import (
    LOG_NAMES,
    SHIPPED_MODELS,
    DiscreetFormatter,
    Plain,
    ProcessLog,
    SharedLogHandler,
    described,
    put_by,
    scrubbed,
    veiled_path,
)

SECRET = "Grandma's secret garden"
log = logging.getLogger("studio.tests.logs")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a log with the studio's formatter holds."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(DiscreetFormatter())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False  # pytest's own handler has no such manners
    yield stream
    log.propagate = True
    log.removeHandler(handler)


def _raise(error: BaseException) -> None:
    raise error


def test_a_line_says_when_how_bad_who_and_what(written: io.StringIO) -> None:
    log.warning("request %d on %s took %.1f s", 7, Plain("CPUExecutionProvider"), 0.25)
    line = written.getvalue()
    time, level, process, name, message = line.rstrip("\n").split(" ", 4)
    assert time.endswith("Z")
    assert (level, process, name) == ("WARNING", str(os.getpid()), "studio.tests.logs:")
    assert message == "request 7 on CPUExecutionProvider took 0.2 s"


@pytest.mark.parametrize(
    "value",
    [
        SECRET, Path(f"/home/a/{SECRET}.png"), SECRET.encode(), [SECRET], {"title": SECRET},
        ValueError(SECRET), RequestInvalid(fault=SECRET), RecipeInvalid(file=SECRET, fault=SECRET),
        ModelMissing(file=f"/models/{SECRET}"), ProjectLocked(file=SECRET, holder=SECRET),
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), SECRET), StorageFull(file=SECRET),
        GraphInvalid(file=SECRET, fault=f"its input {SECRET!r} is missing"),
        UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, SECRET), KeyError(SECRET),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_nothing_that_is_put_into_a_line_brings_its_words(
    value: object, written: io.StringIO
) -> None:
    log.error("something with %s", value)
    log.error("by name %(it)s", {"it": value})
    if not isinstance(value, str):
        log.error(value)
    try:
        try:
            _raise(value if isinstance(value, BaseException) else ValueError(value))
        except BaseException as error:
            raise RuntimeError(f"{SECRET} again") from error
    except RuntimeError:
        log.exception("that failed with %r", value, stack_info=True)
    text = written.getvalue()
    for part in ("secret", "garden", "Grandma"):
        assert part not in text
    assert "RuntimeError" in text
    assert "in _raise" in text


def test_every_line_that_is_logged_is_a_line_of_the_program() -> None:
    """Only its arguments are veiled, so a line must not be put together before."""
    calls = 0
    for path in (Path(logs.__file__).parents[1]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = ast.unparse(node.func.value)
                level = node.func.attr in ("debug", "info", "warning", "error", "exception")
                if level and (owner in ("log", "_log") or "getLogger" in owner):
                    calls += 1
                    line = node.args[0]
                    assert isinstance(line, ast.Constant), f"{path}:{node.lineno}"
    assert calls > 10


def test_the_same_text_is_known_again_within_a_process(written: io.StringIO) -> None:
    for text in (SECRET, SECRET, "another"):
        log.info("%s", text)
    first, second, third = (line.split(" ", 4)[4] for line in written.getvalue().splitlines())
    assert first == second != third


def test_what_the_studio_and_the_system_say_themselves_is_kept() -> None:
    assert described(HostCrashed(fault="SIGSEGV")) == "HostCrashed(fault='SIGSEGV')"
    full = OSError(errno.ENOSPC, "x", "/home/a/b")
    assert described(full) == f"OSError: {os.strerror(errno.ENOSPC)} ({errno.ENOSPC})"
    assert "no such operator" in described(GraphInvalid(file="/m/g.onnx", fault="no such operator"))


def test_a_line_whose_arguments_do_not_fit_is_said_to_be_one() -> None:
    record = logging.LogRecord("studio", logging.INFO, "", 0, "%d pictures", (SECRET,), None)
    assert "does not fit its arguments" in DiscreetFormatter().format(record)


def test_the_programs_own_files_are_named_and_others_are_not() -> None:
    assert veiled_path(str(Path(logs.__file__).resolve())) == "studio/project/logs.py"
    assert veiled_path("/home/alice/cat.png").startswith("<path.png ")
    assert "alice" not in veiled_path("/home/alice/.hidden")
    assert veiled_path(np.__file__) == "site-packages/numpy/__init__.py"
    assert re.fullmatch(r"[\w.]+/threading\.py", veiled_path(threading.__file__))


def test_what_lies_beside_the_program_in_its_clone_is_the_users() -> None:
    root = Path(logs.__file__).resolve().parents[2]
    for own in SHIPPED_MODELS:
        assert (root / "exported_models" / own / MANIFEST_NAME).is_file()
        assert veiled_path(str(root / "exported_models" / own)) == f"exported_models/{own}"
    for folder in (
        "Anna", "runs/Anna", "exported_models/Anna", "studio/../Anna", "exported_models",
    ):  # fmt: skip
        assert re.fullmatch(r"<path\.png \w+>", veiled_path(str(root / folder / "Anna.png")))
    assert "Anna" not in veiled_path(str(Path(sys.prefix) / "Anna.png"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Load model from /home/alice/x.onnx failed: bad", "failed: bad"),
        ("Load model from /home/alice/My cats/secret.onnx failed", "Load model from <path"),
        ("ValueError: my secret", "ValueError"),
        ("studio.contract.errors.ModelMissing: secret is not there", "errors.ModelMissing"),
        ("cannot open 'secret' or \"secret\"", "cannot open <text"),
        ("C:\\Users\\Alice\\secret.png", "<path"),
        ("the file secret.png is gone", "is gone"),
        ("secret.png: 秘密", ": ??"),
        ('  File "/home/alice/secret.py", line 3, in run', ", line 3, in run"),
        ("ValueError: first secret\nsecond secret\n\nfourth", "ValueError"),
        ("KeyError: 'a\nsecret'\nTraceback (most recent call last):\n", "\nTraceback (most"),
        ('ValueError: a\nsecret\n  File "/home/alice/x.py", line 3, in run\nb', "3, in run\nb"),
        ('  File "/home/alice/x.py", line 3, in run\nStopped: secret\nsecret', "Stopped"),
        ("  | ValueError: secret\n  | secret", "ValueError"),
        ("ValueError: a\n2026-01-02T03:04:05.678Z INFO 7 studio.host: 3 secret.png", "studio.host"),
        ("ValueError: a\nsecret\nwhich led to:\n  studio/x.py:3 in run", ":\n"),
        ("can't open model 'secret' now, can't", "can't open model <text"),
        ("Anna's model 'secret' isn't there", "isn't there"),
        ("open 'Grandma's secret' and 'dogs' secret', please", ", please"),
        ("'a' is not 'secret' but 'b'", " is not <text"),
        ("found b'secret' there", "there"),
        ("cut off: 'my secret pl", "cut off: <text"),
        ('cut off: "my secret pl', "cut off: <text"),
        ("Could not open Plan of Alice.png: no space", "<path"),
        ("/home/alice/a.png secret.png is damaged", "<path"),
        ("failed: secret folder/picture.PNG is damaged", "failed: <path"),
        (
            "onnxruntime.capi.Fail: /onnxruntime_src/onnxruntime/core/x.cc:3 no memory",
            "/onnxruntime_src/onnxruntime/core/x.cc:3 no memory",
        ),
    ],
)
def test_foreign_text_loses_what_may_be_the_users(text: str, kept: str) -> None:
    told = scrubbed(text)
    assert kept in told
    for word in ("secret", "alice", "Alice", "秘密"):
        assert word not in told


@pytest.mark.parametrize(
    "piece",
    ["y", "y.", "/", "a/b ", "'", "aError", "~", "\\", "y:", ":", "' ", "y'", " 'y' ", "b'"],
)
def test_a_line_without_end_is_looked_at_as_far_as_it_helps(piece: str) -> None:
    assert len(scrubbed(piece * 1_000_000)) <= 100_000


@given(st.text())
def test_any_foreign_text_becomes_readable_lines(text: str) -> None:
    told = scrubbed(text)
    assert len(told.splitlines()) <= len(text.splitlines())
    assert all(" " <= letter <= "~" for line in told.splitlines() for letter in line)


# The files


def _lines(handler: SharedLogHandler, count: int, text: str = "x" * 80) -> None:
    for number in range(count):
        record = logging.LogRecord("studio", logging.INFO, "", 0, text, (), None)
        record.created = number
        handler.handle(record)


def test_a_log_never_grows_beyond_its_size_and_old_ones_are_forgotten(tmp_path: Path) -> None:
    handler = SharedLogHandler(tmp_path / "window.log", largest=1000, kept=2)
    _lines(handler, 100)
    handler.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "window.log", "window.log.1", "window.log.2",
    ]  # fmt: skip
    assert all(path.stat().st_size <= 1000 for path in tmp_path.iterdir())
    assert all(LOG_NAMES.fullmatch(path.name) for path in tmp_path.iterdir())


def test_two_processes_share_a_log_and_no_line_is_torn(tmp_path: Path) -> None:
    code = (
        "import logging, sys; from pathlib import Path\n"
        "from studio.project.logs import SharedLogHandler\n"
        "handler = SharedLogHandler(Path(sys.argv[1]), largest=20_000, kept=50)\n"
        "for number in range(1000):\n"
        "    record = logging.LogRecord('s', 20, '', 0, sys.argv[2] * 60, (), None)\n"
        "    handler.handle(record)\n"
    )
    path = tmp_path / "window.log"
    writers = [subprocess.Popen([sys.executable, "-c", code, str(path), letter]) for letter in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    lines = "".join(each.read_text("ascii") for each in tmp_path.iterdir()).splitlines()
    assert set(lines) <= {"a" * 60, "b" * 60}
    # Two that rotate at one instant may put by a log of a few lines, which then goes sooner.
    assert len(lines) >= 1000


def test_a_log_that_was_deleted_is_begun_anew(tmp_path: Path) -> None:
    handler = SharedLogHandler(tmp_path / "window.log")
    _lines(handler, 1)
    (tmp_path / "window.log").unlink()
    _lines(handler, 1)
    handler.close()
    assert (tmp_path / "window.log").read_text("ascii") == "x" * 80 + "\n"


def test_a_log_that_cannot_be_written_costs_lines_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = SharedLogHandler(tmp_path / "window.log")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        _lines(handler, 3)
    _lines(handler, 1)
    handler.close()
    _lines(handler, 1)
    assert (tmp_path / "window.log").read_text("ascii").count("\n") == 1
    assert capsys.readouterr().err == ""


def test_a_log_that_cannot_be_put_by_is_written_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(logs, "put_by", refuse)
    handler = SharedLogHandler(tmp_path / "window.log", largest=100)
    _lines(handler, 5)
    handler.close()
    assert (tmp_path / "window.log").read_text("ascii").count("\n") == 5


def test_logs_are_for_their_owner_alone(tmp_path: Path) -> None:
    process = ProcessLog(tmp_path / "logs", "window")
    process.start()
    process.close()
    if os.name == "posix":
        assert (tmp_path / "logs").stat().st_mode & 0o777 == 0o700
        assert process.path.stat().st_mode & 0o777 == 0o600
        assert process.faults.stat().st_mode & 0o777 == 0o600


def test_a_large_file_of_faults_is_put_by_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LARGEST_LOG", 10)
    process = ProcessLog(tmp_path, "host-images")
    process.faults.write_bytes(b"a crash of long ago")
    process.start()
    process.close()
    assert process.faults.read_bytes() == b""
    assert (tmp_path / "host-images-faults.log.1").read_bytes() == b"a crash of long ago"


def test_the_hooks_of_others_are_left_alone(tmp_path: Path) -> None:
    before = (sys.excepthook, threading.excepthook)
    outer, inner = ProcessLog(tmp_path, "window"), ProcessLog(tmp_path, "commands")
    outer.start()
    inner.start()
    inner.close()
    outer.close()
    outer.close()
    assert (sys.excepthook, threading.excepthook) == before
    assert logging.getLogger("studio").handlers == []


def test_put_by_keeps_the_order(tmp_path: Path) -> None:
    path = tmp_path / "window.log"
    for number in range(5):
        path.write_text(str(number))
        put_by(path, kept=3)
    assert [(tmp_path / f"window.log.{n}").read_text() for n in (1, 2, 3)] == ["4", "3", "2"]
    with contextlib.suppress(FileNotFoundError):
        put_by(path, kept=3)
