"""One door leads to the window, the commands and the model process, and says what it lacks."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from studio import __main__ as door
from studio import __version__
from studio.commands import display
from studio.commands.display import (
    QT_LIBRARIES,
    X_LIBRARIES,
    has_display,
    install_line,
    library_fault,
    missing_libraries,
    missing_libraries_sentence,
    needs_x,
    window_fault,
)

BARE = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def run(
    *arguments: str, environ: Mapping[str, str] | None = None, before: str = ""
) -> subprocess.CompletedProcess[str]:
    """The door in a fresh interpreter, without a display unless ``environ`` gives one."""
    clean = {name: value for name, value in os.environ.items() if name not in BARE}
    code = (
        f"{before}\nimport sys\nfrom studio.__main__ import main\n"
        "code = main(sys.argv[1:])\n"
        "heavy = [name for name in ('PySide6', 'numpy', 'onnxruntime', 'PIL', 'rich')"
        " if name in sys.modules]\n"
        "print('loaded', *heavy)\n"
        "sys.exit(code)"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=clean | dict(environ or {}), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
def test_without_a_display_it_says_so_names_the_commands_and_loads_no_qt() -> None:
    done = run()
    assert done.returncode == 3
    assert "There is no display here" in done.stderr
    for command in ("models", "doctor", "generate", "remake"):
        assert command in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == "loaded\n"


def test_a_word_that_is_neither_command_nor_file_is_refused() -> None:
    done = run("generat")
    assert done.returncode == 2
    assert "There is no command and no file “generat”" in done.stderr
    assert done.stdout == "loaded\n"


@pytest.mark.parametrize("arguments", [("--version",), ("--basedir", "x", "--version")])
def test_the_version_needs_nothing(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 0
    assert done.stdout == f"Atelier {__version__}\n"


@pytest.mark.parametrize(
    "arguments", [("--help",), ("generate", "--help"), ("models", "-h"), ("-h",)]
)
def test_help_needs_nothing(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 0
    assert "usage: studio" in done.stdout
    assert done.stderr == ""


def test_help_is_shown_on_a_terminal_of_another_encoding() -> None:
    plain = {"PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "0"}
    done = run("generate", "--help", environ=plain)
    assert (done.returncode, done.stderr) == (0, "")
    assert "usage: studio generate" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("generate",), "required: MODEL"),
        (("generate", "tiny"), "required: --out"),
        (("generate", "tiny", "--out", "x", "--count", "many"), "invalid int value"),
        (("models", "--wrong"), "unrecognized arguments: --wrong"),
        (("--basedir", "x", "remake"), "required: FILE"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: tuple[str, ...], fault: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert fault in done.stderr
    assert done.stderr.count("\n") == 1


def test_telemetry_is_off_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    assert door.main(["nonsense"]) == 2
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


def test_the_model_process_gets_what_follows_its_flag() -> None:
    done = run("--model-host", "not json")
    assert done.returncode == 2
    assert "PySide6" not in done.stdout


def test_a_file_opens_the_window_and_a_word_after_basedir_is_a_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[list[str]] = []

    def open_window(arguments: list[str]) -> int:
        opened.append(arguments)
        return 0

    monkeypatch.setattr(door, "_open_window", open_window)
    picture = tmp_path / "a.png"
    picture.touch()
    for arguments in (
        [],
        [str(picture)],
        ["--basedir", str(tmp_path)],
        [f"--basedir={tmp_path}", str(picture)],
        ["--project", str(tmp_path)],
    ):
        assert door.main(arguments) == 0
        assert opened[-1] == arguments
    count = len(opened)
    with pytest.raises(SystemExit):
        door.main(["--basedir", str(tmp_path), "models", "--help"])
    assert len(opened) == count


def test_a_broken_qt_is_a_sentence_with_the_exact_line() -> None:
    before = """
import sys, types
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name == "studio.shell.app":
            raise ImportError("libEGL.so.1: cannot open shared object file: No such file")
sys.meta_path.insert(0, Refuse())
"""
    done = run(environ={"QT_QPA_PLATFORM": "offscreen"}, before=before)
    assert done.returncode == 3
    assert "libEGL.so.1" in done.stderr
    if sys.platform.startswith("linux"):
        assert "apt-get install -y libegl1" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interrupt_while_it_starts_is_quiet() -> None:
    before = """
import sys
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name in ("studio.commands.cli", "studio.host.server"):
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
"""
    for arguments in (("models",), ("--model-host", "{}")):
        done = run(*arguments, before=before)
        assert (done.returncode, done.stderr) == (130, "")


def test_what_is_not_a_missing_library_is_not_swallowed() -> None:
    assert library_fault(ImportError("cannot import name 'main'")) == ""
    assert library_fault(ModuleNotFoundError("No module named 'nothing'", name="nothing")) == ""


def test_a_missing_pyside_names_its_package() -> None:
    error = ModuleNotFoundError("No module named 'PySide6'", name="PySide6")
    assert "pip install PySide6-Essentials" in library_fault(error)


@pytest.mark.parametrize(
    ("environ", "display", "x"),
    [
        ({}, False, False),
        ({"DISPLAY": ""}, False, False),
        ({"DISPLAY": ":0"}, True, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True, False),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, True, False),
        ({"QT_QPA_PLATFORM": "offscreen"}, True, False),
        ({"QT_QPA_PLATFORM": "xcb;wayland"}, True, True),
    ],
)
def test_which_display_there_is_decides_what_is_needed(
    environ: dict[str, str], display: bool, x: bool
) -> None:
    assert has_display(environ, "linux") is display
    assert needs_x(environ) is x
    assert has_display(environ, "darwin")
    assert has_display(environ, "win32")


def test_x_without_its_libraries_is_said_before_qt_aborts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "missing_libraries", lambda _: ["libxcb-cursor.so.0"])
    fault = window_fault({"DISPLAY": ":0"}, "linux")
    assert "libxcb-cursor.so.0" in fault
    assert "apt-get install -y libxcb-cursor0" in fault
    assert window_fault({"WAYLAND_DISPLAY": "w"}, "linux") == ""
    assert window_fault({"QT_QPA_PLATFORM": "offscreen"}, "linux") == ""


def test_libraries_are_looked_for_by_loading_them() -> None:
    assert missing_libraries(["libno-such-thing.so.7"]) == ["libno-such-thing.so.7"]


def test_an_unknown_library_is_named_without_a_wrong_line() -> None:
    sentence = missing_libraries_sentence(["libmystery.so.1"])
    assert "libmystery.so.1" in sentence
    assert "apt-get" not in sentence


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no root there")
def test_only_root_needs_no_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert install_line(["a", "b"]) == "apt-get install -y a b"
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert install_line(["a"]).startswith("sudo ")


def test_every_library_has_a_package() -> None:
    for library, package in {**QT_LIBRARIES, **X_LIBRARIES}.items():
        assert ".so." in library
        assert package.startswith("lib")
