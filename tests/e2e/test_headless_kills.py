"""Whoever interrupts, kills or starves a command: what was finished stays, nothing is half."""

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from studio.commands.cli import main
from studio.commands.lines import ErrorLine
from studio.provenance import files
from tests.e2e.headless import Ran, command, environment
from tests.e2e.headless_kills import Running, assert_sound, kill_command
from tests.models import write_endless_generator, write_slow_generator, write_tiny_generator

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are sent as POSIX has them")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    write_tiny_generator(folder / "data" / "models" / "tiny", size=32)
    write_slow_generator(folder / "data" / "models" / "slow")
    return folder


@pytest.mark.parametrize("to_group", [False, True])
def test_an_interrupt_ends_it_cleanly_and_says_how_many_stay(
    base: Path, tmp_path: Path, to_group: bool
) -> None:
    with Running(
        "generate", "slow", "--basedir", base, "--count", "500", "--out", tmp_path, "--json"
    ) as running:
        running.wait_for_lines(2)
        running.send(signal.SIGINT, to_group=to_group)
        ran = running.end()
    assert ran.code == 130
    *pictures, last = ran.lines
    assert isinstance(last, ErrorLine)
    assert last.code == "Cancelled"
    assert last.written == len(pictures) == len(list(assert_sound(tmp_path)))
    assert 2 <= last.written < 500
    assert f"{last.written} of 500 pictures were written" in ran.err
    assert "Traceback" not in ran.err
    assert not list(tmp_path.glob(".*"))


def test_an_interrupt_of_a_verification_that_never_ends_is_heeded(tmp_path: Path) -> None:
    write_endless_generator(tmp_path / "data" / "models" / "a-endless", model_id="a-endless")
    with Running("models", "--verify", "--basedir", tmp_path) as running:
        running.wait_for_lines(1)
        running.send(signal.SIGINT)
        ran = running.end()
    assert ran.code == 130
    assert ran.err == "studio: Cancelled.\n"


def test_no_kill_leaves_half_a_picture_or_a_host(base: Path, tmp_path: Path) -> None:
    source = random.Random(7)
    for number in range(4):
        kill_command(base, tmp_path / str(number), source.randint(1, 40))


def test_a_killed_host_ends_in_a_sentence_and_what_was_written_stays(
    base: Path, tmp_path: Path
) -> None:
    with Running(
        "generate", "slow", "--basedir", base, "--count", "500", "--out", tmp_path, "--json"
    ) as running:
        running.wait_for_lines(1)
        (host,) = running.hosts()
        host.kill()
        ran = running.end()
    assert ran.code == 1
    last = ran.lines[-1]
    assert isinstance(last, ErrorLine)
    assert last.code == "HostCrashed"
    assert last.written == len(list(assert_sound(tmp_path))) >= 1
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("code", "kind"), [(errno.ENOSPC, "StorageFull"), (errno.EACCES, "StorageDenied")]
)
def test_a_disk_that_fills_up_is_said_with_what_was_written(
    base: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    code: int,
    kind: str,
) -> None:
    write = files._write_through
    written: list[Path] = []

    def fill_up(part: Path, data: bytes) -> None:
        if len(written) == 3:
            part.write_bytes(data[:40])
            fail(code)
        written.append(part)
        write(part, data)

    monkeypatch.setattr(files, "_write_through", fill_up)
    exit_code = main(
        ["generate", "tiny", "--basedir", str(base), "--count", "9", "--out", str(tmp_path),
         "--json"]
    )  # fmt: skip
    said = capfd.readouterr()
    *pictures, last = Ran(code=exit_code, out=said.out, err=said.err).lines
    assert isinstance(last, ErrorLine)
    assert (last.code, last.written, len(pictures)) == (kind, 3, 3)
    assert "3 of 9 pictures were written" in said.err
    assert len(list(assert_sound(tmp_path))) == 3
    assert not list(tmp_path.glob(".*"))


def fail(code: int) -> NoReturn:
    raise OSError(code, os.strerror(code))


FILLER = """
import pathlib, shutil, subprocess, sys
disk, result, command = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk], check=True)
run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
first = run.stdout.readline()
try:
    with (disk / ".filler").open("wb") as filler:
        while True:
            filler.write(bytes(4096))
            filler.flush()
except OSError:
    pass
sys.stdout.write(first + run.stdout.read())
sys.stderr.write(run.stderr.read())
code = run.wait()
shutil.copytree(disk, result)
sys.exit(code)
"""


def test_a_real_disk_that_fills_up_holds_whole_pictures_only(base: Path, tmp_path: Path) -> None:
    alone = ["unshare", "--mount"]
    probe = [*alone, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    if shutil.which("unshare") is None or subprocess.run(probe, check=False).returncode != 0:
        pytest.skip("this system lets nobody mount a small disk")
    disk, result = tmp_path / "disk", tmp_path / "result"
    disk.mkdir()
    run = command("generate", "tiny", "--basedir", base, "--count", "400", "--out", disk, "--json")
    done = subprocess.run(
        [*alone, sys.executable, "-c", FILLER, str(disk), str(result), *run],
        capture_output=True, text=True, env=environment(), timeout=100, check=False,
    )  # fmt: skip
    ran = Ran(code=done.returncode, out=done.stdout, err=done.stderr)
    assert ran.code == 1, ran.err
    *pictures, last = ran.lines
    assert isinstance(last, ErrorLine)
    assert last.code == "StorageFull"
    assert last.written == len(pictures) == len(list(assert_sound(result)))
    assert 1 <= last.written < 400
    assert [path.name for path in result.glob(".*")] == [".filler"]
