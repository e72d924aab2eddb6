"""From a fresh clone to a running studio, or to passed tests, in one command.

Run by the system's Python before anything is installed, so it uses the standard library alone
and imports nothing of the studio::

    python3 -m studio.bootstrap run     sets up what the app needs and opens it
    python3 -m studio.bootstrap test    sets up what the checks need and runs them all

Both make a virtual environment in ``.venv`` and, on Debian and its kin, bring the system
libraries that Qt needs: at once as root, otherwise by naming the exact line to run.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
SETUP_FAULT = 3

QT_LIBRARIES = (
    "libegl1",
    "libgl1",
    "libxkbcommon0",
    "libdbus-1-3",
    "libfontconfig1",
    "libglib2.0-0",
)
"""What ``import PySide6.QtGui`` needs, offscreen too."""
X11_LIBRARIES = (
    "libxkbcommon-x11-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
)
"""What a real window under X needs besides."""
FONTS = ("fonts-noto-cjk",)
"""Chinese labels need a font that has the characters."""
VENV_PACKAGE = "python3-venv"
SIDE_BY_SIDE = (
    *("-n", "auto", "--maxprocesses", "4"),
    # What belongs together stays together, and the longest, which come first, begin first.
    *("--dist", "loadgroup", "--no-loadscope-reorder"),
)


class SetupFailed(Exception):
    """Set-up cannot go on; the message says what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Set up and run; the exit code is the app's, the first failing check's, or 3."""
    parser = argparse.ArgumentParser(prog="python3 -m studio.bootstrap", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("task", choices=("run", "test"))
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="passed on to the app")
    chosen = parser.parse_args(arguments)
    try:
        if sys.version_info < OLDEST_PYTHON:
            raise SetupFailed(
                "Atelier needs Python 3.11 or later; this is " + sys.version.split()[0]
            )
        bring_system_libraries()
        python = make_environment(("dev", "training") if chosen.task == "test" else ())
    except SetupFailed as fault:
        print(fault, file=sys.stderr)
        return SETUP_FAULT
    if chosen.task == "run":
        return subprocess.call([str(python), "-m", "studio", *chosen.rest], cwd=ROOT)
    return run_checks(python)


def bring_system_libraries() -> None:
    """Install what is missing as root; otherwise name the line; elsewhere than Debian, go on."""
    if shutil.which("dpkg-query") is None:
        return
    wanted = [*QT_LIBRARIES, *X11_LIBRARIES, *FONTS]
    if not _can_make_environments():
        wanted.append(VENV_PACKAGE)
    missing = [name for name in wanted if not _is_installed(name)]
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        line = f"sudo apt-get update && sudo {' '.join(install)}"
        raise SetupFailed(f"Some system libraries are missing. Run this, then try again:\n  {line}")
    print("Bringing system libraries:", " ".join(missing), file=sys.stderr)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], install):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SetupFailed(f"“{' '.join(command)}” failed:\n{done.stderr.strip()}")


def make_environment(extras: tuple[str, ...]) -> Path:
    """Make ``.venv`` if need be, install the project into it, and return its Python."""
    folder = ROOT / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "atelier-setup"
    wanted = _stamp(extras)
    if python.exists() and stamp.exists() and wanted in stamp.read_text("utf-8").split():
        return python
    if not _has_pip(python):
        print("Making a virtual environment in .venv", file=sys.stderr)
        _run([sys.executable, "-m", "venv", str(folder)], "The virtual environment")
    print("Installing what Atelier needs; the first time this takes a few minutes", file=sys.stderr)
    target = f".[{','.join(extras)}]" if extras else "."
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-q", "-e", target]
    _run(pip, "Installing the packages")
    with stamp.open("a", encoding="utf-8") as stream:
        stream.write(wanted + "\n")
    return python


def run_checks(python: Path) -> int:
    """Lint, types, layers, tests; all of them run, and any failure fails the whole."""
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "1"}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    checks = (
        ("ruff check", ["-m", "ruff", "check", "."]),
        ("ruff format", ["-m", "ruff", "format", "--check", "."]),
        ("mypy", ["-m", "mypy"]),
        ("import-linter", ["-c", "from importlinter.cli import lint_imports_command as c; c()"]),
        ("pytest", ["-m", "pytest", *SIDE_BY_SIDE]),
    )
    failed = []
    for name, command in checks:
        print(f"\n== {name}", flush=True)
        if subprocess.call([str(python), *command], cwd=ROOT, env=environment):
            failed.append(name)
    if failed:
        print("\nFailed:", ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def _is_installed(package: str) -> bool:
    """Also under the name that the 64-bit time transition gave to some libraries."""
    for name in (package, package + "t64"):
        query = ["dpkg-query", "-W", "-f", "${Status}", name]
        done = subprocess.run(query, capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.endswith("ok installed"):
            return True
    return False


def _can_make_environments() -> bool:
    probe = [sys.executable, "-c", "import venv, ensurepip"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _has_pip(python: Path) -> bool:
    """False too for an environment that was interrupted while it was made, or whose Python went."""
    probe = [str(python), "-c", "import pip"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _stamp(extras: tuple[str, ...]) -> str:
    content = (ROOT / "pyproject.toml").read_bytes() + repr((extras, sys.version)).encode()
    return hashlib.sha256(content).hexdigest()


def _run(command: list[str], what: str) -> None:
    if subprocess.call(command, cwd=ROOT):
        raise SetupFailed(f"{what} failed; the lines above say why.")


if __name__ == "__main__":
    sys.exit(main())
