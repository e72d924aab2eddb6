"""One writer a project; the others are told who, and nobody is ever blocked by the dead."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from studio.contract.errors import ProjectLocked, StorageDenied
from studio.project.lock import HOLDER_NAME, UNKNOWN, ProjectLock, read_holder

HOLD = """
import sys
from pathlib import Path
from studio.project.lock import ProjectLock
lock = ProjectLock(Path(sys.argv[1]))
lock.acquire()
lock.note("another window")
print("held", flush=True)
sys.stdin.read()
"""


def held_elsewhere(folder: Path) -> subprocess.Popen[str]:
    """A process that holds the lock until its input closes or it is killed."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def end(child: subprocess.Popen[str]) -> None:
    child.send_signal(signal.SIGKILL)
    child.communicate()


def test_a_second_opener_is_told_who_holds_it(tmp_path: Path) -> None:
    child = held_elsewhere(tmp_path)
    try:
        with pytest.raises(ProjectLocked) as caught:
            ProjectLock(tmp_path).acquire()
    finally:
        end(child)
    assert f"another window, process {child.pid} on " in caught.value.message
    assert caught.value.fields["process"] == str(child.pid)
    assert caught.value.fields["host"] == os.uname().nodename


def test_a_killed_holder_blocks_nobody_and_leaves_its_note(tmp_path: Path) -> None:
    child = held_elsewhere(tmp_path)
    end(child)
    lock = ProjectLock(tmp_path)
    lock.acquire()
    holder = read_holder(tmp_path)
    assert holder is not None
    assert holder.process == child.pid
    lock.release(clean=True)
    assert read_holder(tmp_path) is None


def test_two_windows_of_one_process_exclude_each_other_too(tmp_path: Path) -> None:
    first, second = ProjectLock(tmp_path), ProjectLock(tmp_path)
    first.acquire()
    first.note("first")
    with pytest.raises(ProjectLocked, match="first"):
        second.acquire()
    second.release(clean=True)
    assert read_holder(tmp_path) is not None
    first.release(clean=True)
    second.acquire()
    second.release(clean=True)


def test_an_unclean_release_keeps_the_note(tmp_path: Path) -> None:
    lock = ProjectLock(tmp_path)
    lock.acquire()
    lock.note("me")
    lock.release(clean=False)
    lock.release(clean=True)
    assert read_holder(tmp_path) is not None


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"name": "x"}',
        b'{"name": "x", "process": 1, "host": "", "since": 1e300}',
        b'{"name": "x", "process": 1, "host": "", "since": -1}',
        b'{"name": "' + b"x" * 5000 + b'", "process": 1, "host": "", "since": 0}',
    ],
)
def test_a_note_that_cannot_be_read_is_a_note(tmp_path: Path, note: bytes) -> None:
    (tmp_path / HOLDER_NAME).write_bytes(note)
    assert read_holder(tmp_path) == UNKNOWN
    first = ProjectLock(tmp_path)
    first.acquire()
    with pytest.raises(ProjectLocked, match="unknown"):
        ProjectLock(tmp_path).acquire()
    first.release(clean=True)


def test_a_drive_without_locks_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filelock import FileLock

    def fail(*_: object, **__: object) -> None:
        raise NotImplementedError("no flock")

    monkeypatch.setattr(FileLock, "acquire", fail)
    with pytest.raises(StorageDenied, match="cannot lock"):
        ProjectLock(tmp_path).acquire()
