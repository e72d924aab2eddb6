"""A fresh machine is set up, or told exactly what to do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from studio import bootstrap


@pytest.fixture
def bare_debian(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A Debian on which nothing is installed; records the commands that are run."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        failed = command[0] == "dpkg-query" or "-c" in command
        return subprocess.CompletedProcess(command, int(failed), "", "")

    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/dpkg-query")
    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_root_gets_the_libraries_without_a_question(
    bare_debian: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    bootstrap.bring_system_libraries()
    installs = [command for command in bare_debian if command[0] == "apt-get"]
    assert [command[1] for command in installs] == ["update", "install"]
    assert "-y" in installs[1]
    assert {"libegl1", "libxcb-cursor0", "fonts-noto-cjk", "python3-venv"} <= set(installs[1])


def test_another_user_gets_the_exact_line(
    bare_debian: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert bootstrap.main(["run"]) == bootstrap.SETUP_FAULT
    said = capsys.readouterr().err
    assert "sudo apt-get install -y --no-install-recommends libegl1" in said
    assert "Traceback" not in said
    assert not [command for command in bare_debian if command[0] == "apt-get"]


@pytest.mark.usefixtures("bare_debian")
def test_a_failing_apt_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 100, "", "E: no such package")

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(bootstrap.SetupFailed, match="E: no such package"):
        bootstrap.bring_system_libraries()


def test_an_old_python_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST_PYTHON", (99, 0))
    assert bootstrap.main(["run"]) == bootstrap.SETUP_FAULT
    assert "needs Python" in capsys.readouterr().err


def install_python(folder: Path, *, with_pip: bool = True) -> None:
    """Put something into a virtual environment that runs, and can import pip or cannot."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(f"#!/bin/sh\nexit {0 if with_pip else 1}\n", "utf-8")
    python.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="the environment has other folders there")
def test_a_second_start_installs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]", "utf-8")
    calls: list[list[str]] = []

    def call(command: list[str], **_: object) -> int:
        calls.append(command)
        if "venv" in command:
            install_python(tmp_path / ".venv")
        return 0

    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(subprocess, "call", call)
    bootstrap.make_environment(())
    assert [("venv" in command, "install" in command) for command in calls] == [
        (True, False),
        (False, True),
    ]
    bootstrap.make_environment(())
    assert len(calls) == 2
    bootstrap.make_environment(("dev",))
    assert calls[-1][-1] == ".[dev]"
    (tmp_path / "pyproject.toml").write_text("[project]\n# changed", "utf-8")
    bootstrap.make_environment(())
    assert len(calls) == 4


@pytest.mark.skipif(os.name == "nt", reason="the environment has other folders there")
def test_an_environment_that_was_left_half_made_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]", "utf-8")
    install_python(tmp_path / ".venv", with_pip=False)
    calls: list[list[str]] = []

    def call(command: list[str], **_: object) -> int:
        calls.append(command)
        return 0

    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(subprocess, "call", call)
    bootstrap.make_environment(())
    assert ["venv" in command for command in calls] == [True, False]


def test_an_interrupted_install_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]", "utf-8")
    install_python(tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(subprocess, "call", lambda *_, **__: 1)
    with pytest.raises(bootstrap.SetupFailed):
        bootstrap.make_environment(())
    assert not (tmp_path / ".venv" / "atelier-setup").exists()


def test_one_failing_check_fails_the_whole_and_the_rest_still_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def call(command: list[str], **_: object) -> int:
        ran.append(command[2])
        return int(command[2] == "mypy")

    monkeypatch.setattr(subprocess, "call", call)
    assert bootstrap.run_checks(Path("python")) == 1
    assert {"ruff", "mypy", "pytest"} <= set(ran)
    assert "Failed: mypy" in capsys.readouterr().err
