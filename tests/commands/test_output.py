"""Results go to standard output and nowhere else; progress is drawn only where somebody looks."""

import io
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import pytest

from studio.commands import cli, models
from studio.commands.lines import DoneLine
from studio.commands.output import Output
from studio.contract import errors
from studio.contract.errors import AtelierError
from tests.e2e.headless import command, environment
from tests.models import write_tiny_generator

DONE = DoneLine(exit_code=0, seconds=1.5, provider="处理器")


def test_json_is_one_ascii_object_a_line_and_text_is_text() -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    Output(as_json=True, stdout=stdout, stderr=stderr).result(DONE, "never said")
    assert stdout.getvalue().isascii()
    assert json.loads(stdout.getvalue())["provider"] == "处理器"
    stdout = io.StringIO()
    output = Output(as_json=False, stdout=stdout, stderr=stderr)
    output.result(DONE, "完成")
    output.result(DONE)
    assert stdout.getvalue() == "完成\n"
    assert stderr.getvalue() == ""


def test_foreign_texts_cannot_steer_the_terminal() -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    output = Output(as_json=False, stdout=stdout, stderr=stderr)
    output.result(DONE, "a\x1b[2J\tb\r\x9b1m\u202ec\nd")
    output.note("\x07\x00 bell")
    assert stdout.getvalue() == "a\\x1b[2J\tb\\r\\x9b1m\\u202ec\nd\n"
    assert stderr.getvalue() == "\\x07\\x00 bell\n"


def test_progress_is_silent_where_nobody_looks() -> None:
    stderr = io.StringIO()
    output = Output(as_json=False, stdout=io.StringIO(), stderr=stderr)
    with output.progress("making") as progress:
        progress.update(1, 2, "making")
        output.note("a note")
    assert stderr.getvalue() == "a note\n"


def _all_of(terminal: int) -> bytes:
    """What is drawn on a terminal until it ends, which Linux says by EIO."""
    drawn = b""
    try:
        while part := os.read(terminal, 65_536):
            drawn += part
    except OSError:
        pass
    finally:
        os.close(terminal)
    return drawn


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals there")
def test_on_a_terminal_progress_is_drawn_and_results_stay_on_standard_output(
    tmp_path: Path,
) -> None:
    import pty

    write_tiny_generator(tmp_path / "data" / "models" / "tiny", title="Tiny [red] [/bold]")
    asked = command("generate", "tiny", "--basedir", tmp_path, "--count", "3", "--out", tmp_path)
    master, slave = pty.openpty()
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(_all_of, master)  # all the while: a terminal holds only so much
        try:
            done = subprocess.run(
                asked,
                stdout=subprocess.PIPE, stderr=slave, stdin=subprocess.DEVNULL, check=False,
                env=environment() | {"TERM": "xterm"}, text=True, timeout=100,
            )  # fmt: skip
        finally:
            os.close(slave)
        drawn = reading.result()
    assert done.returncode == 0, drawn
    assert [Path(line).name for line in done.stdout.splitlines()] == [
        f"tiny-boots-{seed}.png" for seed in range(3)
    ]
    assert b"Tiny [red] [/bold]" in drawn
    assert b"3 pictures" in drawn


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.RequestInvalid(fault="x"), 2),
        (errors.PictureUnreadable(file="x", fault="x"), 2),
        (errors.RecipeMissing(file="x"), 2),
        (errors.RecipeInvalid(file="x", fault="x"), 2),
        (errors.ModelMissing(file="x"), 2),
        (errors.ManifestInvalid(file="x", fault="x"), 2),
        (errors.ManifestTooNew(file="x", found=2, supported=1), 2),
        (errors.GraphInvalid(file="x", fault="x"), 2),
        (errors.StorageDenied(file="x", fault="x"), 2),
        (errors.GraphFailed(file="x", fault="x"), 1),
        (errors.PictureError(file="x", fault="x"), 1),
        (errors.StorageFull(file="x"), 1),
        (errors.HostCrashed(fault="x"), 1),
        (errors.ModelSetAside(file="x"), 1),
        (errors.MemoryExhausted(fault="x"), 1),
        (errors.HostUnavailable(fault="x"), 3),
        (errors.SetupFault(fault="x"), 3),
        (errors.Cancelled(), 130),
    ],
)
def test_every_fault_ends_with_the_code_that_is_documented_and_one_sentence(
    error: AtelierError,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr(models, "run", fail)
    assert cli.main(["models", "--json"]) == code
    said = capsys.readouterr()
    assert said.err == f"studio: {error.message}\n"
    line = json.loads(said.out)
    assert (line["event"], line["code"], line["exit_code"]) == ("error", error.code, code)


def test_an_interrupt_anywhere_is_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(models, "run", interrupt)
    assert cli.main(["models"]) == 130
    assert capsys.readouterr().err == "studio: Cancelled.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_under_standard_output_is_one_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command("models", "--basedir", tmp_path, "--json"),
            stdout=full, stderr=subprocess.PIPE, env=environment(), text=True, timeout=60,
            check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "no space left for standard output" in done.stderr
    assert "Traceback" not in done.stderr
