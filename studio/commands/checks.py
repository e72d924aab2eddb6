"""What ``doctor`` looks at. Each check yields lines and never raises: a doctor that falls ill
helps nobody. Whatever could take the process with it (Qt, drivers) runs in a child.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

from studio import __version__
from studio.commands.display import (
    X_LIBRARIES,
    has_display,
    install_line,
    library_fault,
    missing_libraries,
    missing_libraries_sentence,
    needs_x,
)
from studio.commands.lines import CheckLine, State
from studio.contract.errors import AtelierError
from studio.contract.manifest import BrokenModel, find_models
from studio.project.paths import Places, model_roots

OLDEST_PYTHON = (3, 11)
LITTLE_SPACE = 1_000_000_000
"""Bytes free below which it is worth a note."""
TOO_LITTLE_SPACE = 50_000_000
"""Bytes free below which nothing can be kept."""

QT_PROBE = "import PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets as w; print(w.__name__)"
QT_SECONDS = 60.0

_PACKAGES = ("PySide6-Essentials", "numpy", "pillow", "msgspec", "filelock", "psutil", "rich")


def version_checks() -> Iterator[CheckLine]:
    """The studio, Python, the system, and the packages that it stands on."""
    yield CheckLine(name="atelier", state="ok", value=__version__)
    version = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        advice = f"Install Python {'.'.join(map(str, OLDEST_PYTHON))} or later."
        yield CheckLine(name="python", state="fault", value=version, advice=advice)
    else:
        yield CheckLine(name="python", state="ok", value=f"{version} ({sys.executable})")
    system = f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} processors"
    yield CheckLine(name="system", state="ok", value=system)
    yield onnxruntime_check(distributions_of("onnxruntime"))
    for package in _PACKAGES:
        yield package_check(package, installed_version(package))


def distributions_of(package: str) -> list[str]:
    """The installed distributions that bring a package, each as "name version"."""
    names = metadata.packages_distributions().get(package, [])
    return sorted({f"{name} {metadata.version(name)}" for name in names})


def installed_version(package: str) -> str:
    """The version of an installed distribution, or an empty text."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def onnxruntime_check(found: list[str]) -> CheckLine:
    """Exactly one onnxruntime: two overwrite each other's files, and either may then be broken."""
    if not found:
        return CheckLine(
            name="onnxruntime", state="fault", value="not installed",
            advice="Install Atelier again; it brings the onnxruntime that fits this machine.",
        )  # fmt: skip
    if len(found) > 1:
        names = " ".join(distribution.split()[0] for distribution in found)
        return CheckLine(
            name="onnxruntime", state="fault", value=" and ".join(found),
            advice="They overwrite each other. Remove all of them, then install one: "
            f"pip uninstall -y {names} && pip install {names.split()[-1]}",
        )  # fmt: skip
    return CheckLine(name="onnxruntime", state="ok", value=found[0])


def package_check(package: str, version: str) -> CheckLine:
    """One package that the studio needs."""
    if not version:
        return CheckLine(
            name=package, state="fault", value="not installed",
            advice=f"Install it: pip install {package}",
        )  # fmt: skip
    if package.startswith("PySide6") and version == "6.12.0" and sys.version_info < (3, 12):
        return CheckLine(
            name=package, state="fault", value=version,
            advice="This version aborts on Python 3.11: pip install 'PySide6-Essentials<6.12'",
        )  # fmt: skip
    return CheckLine(name=package, state="ok", value=version)


def window_checks(environ: Mapping[str, str]) -> Iterator[CheckLine]:
    """Whether a window can open: a display, Qt's libraries, fonts, input method."""
    display = has_display(environ)
    if display:
        names = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")
        value = ", ".join(f"{name}={environ[name]}" for name in names if environ.get(name))
        yield CheckLine(name="display", state="ok", value=value or "the system's own")
    else:
        yield CheckLine(
            name="display", state="note", value="none",
            advice="The window needs one; models, generate, remake and doctor do not.",
        )  # fmt: skip
    yield qt_check(display=display)
    if sys.platform.startswith("linux"):
        missing = missing_libraries(X_LIBRARIES)
        if missing:
            state: State = "fault" if needs_x(environ) else "note"
            advice = missing_libraries_sentence(missing)
            yield CheckLine(name="x libraries", state=state, value="missing", advice=advice)
        else:
            yield CheckLine(name="x libraries", state="ok", value="all there")
    yield font_check()
    yield input_method_check(environ)


def qt_check(*, display: bool, code: str = QT_PROBE) -> CheckLine:
    """Whether Qt can be imported, tried in a child because a broken library may end it.

    Where there is no display it is only a note: the commands work without.
    """
    state: State = "fault" if display else "note"
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=QT_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        advice = f"It did not answer within {QT_SECONDS:g} s."
        return CheckLine(name="qt", state=state, value="cannot be tried", advice=advice)
    if done.returncode == 0:
        return CheckLine(name="qt", state="ok", value="its libraries load")
    last = (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
    message = last.removeprefix("ImportError: ").removeprefix("ModuleNotFoundError: ")
    advice = library_fault(ImportError(message)) or last
    return CheckLine(name="qt", state=state, value="its libraries do not load", advice=advice)


def font_check() -> CheckLine:
    """Chinese labels need a font that has the characters; fontconfig knows."""
    listing = shutil.which("fc-list")
    if listing is None:
        return CheckLine(name="chinese font", state="ok", value="not asked (no fontconfig)")
    try:
        done = subprocess.run(
            [listing, ":lang=zh", "family"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return CheckLine(name="chinese font", state="note", value=f"cannot be asked: {error}")
    families = sorted({line.split(",")[0] for line in done.stdout.splitlines() if line.strip()})
    if families:
        return CheckLine(name="chinese font", state="ok", value=families[0])
    return CheckLine(
        name="chinese font", state="note", value="none",
        advice=f"Chinese texts would be boxes. On Debian: {install_line(['fonts-noto-cjk'])}",
    )  # fmt: skip


def input_method_check(environ: Mapping[str, str]) -> CheckLine:
    """PySide6's wheels carry the plugin of ibus, not that of fcitx."""
    wanted = environ.get("QT_IM_MODULE", "") or environ.get("XMODIFIERS", "").removeprefix("@im=")
    if "fcitx" in wanted.lower():
        return CheckLine(
            name="input method", state="note", value=wanted,
            advice="Qt from a wheel knows ibus only; under Wayland fcitx works through it.",
        )  # fmt: skip
    return CheckLine(name="input method", state="ok", value=wanted or "none set (ibus can be used)")


def folder_checks(places: Places) -> Iterator[CheckLine]:
    """Whether the studio's folders can be written, and how much room there is."""
    for name, folder in (
        ("data folder", places.data),
        ("cache folder", places.cache),
        ("log folder", places.logs),
        ("settings folder", places.config),
    ):
        yield folder_check(name, folder)
    try:
        free = shutil.disk_usage(_nearest_existing(places.data)).free
    except OSError as error:
        advice = f"{error.strerror}."
        yield CheckLine(name="free space", state="note", value="not known", advice=advice)
        return
    state: State = "ok" if free >= LITTLE_SPACE else "note" if free >= TOO_LITTLE_SPACE else "fault"
    advice = "" if state == "ok" else "Free some space before you keep more pictures."
    value = f"{free / 1e9:,.1f} GB"
    yield CheckLine(name="free space", state=state, value=value, advice=advice)


def folder_check(name: str, folder: Path) -> CheckLine:
    """Whether a folder can be written, or could be made; looking creates nothing that stays."""
    existing = _nearest_existing(folder)
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        advice = f"It cannot be written ({error.strerror}); mend that, or use --basedir DIR."
        return CheckLine(name=name, state="fault", value=str(folder), advice=advice)
    later = "" if existing == folder else " (made when it is needed)"
    return CheckLine(name=name, state="ok", value=f"{folder}{later}")


def model_checks(basedir: Path | None, places: Places) -> Iterator[CheckLine]:
    """How many models there are, and each one that is broken."""
    found = find_models(model_roots(basedir))
    broken = [model for model in found if isinstance(model, BrokenModel)]
    sound = len(found) - len(broken)
    advice = f"Your own models go into {places.models}"
    state: State = "ok" if sound else "fault"
    yield CheckLine(name="models", state=state, value=f"{sound} found", advice=advice)
    for model in broken:
        yield CheckLine(
            name="model", state="note", value=str(model.folder), advice=model.error.message
        )


def telemetry_check(environ: Mapping[str, str]) -> CheckLine:
    """onnxruntime sends telemetry unless this is set before it is first imported."""
    if environ.get("ORT_DISABLE_TELEMETRY") == "1":
        return CheckLine(name="telemetry", state="ok", value="off (ORT_DISABLE_TELEMETRY=1)")
    return CheckLine(
        name="telemetry", state="fault", value="not switched off",
        advice="Start Atelier as “python -m studio” or “atelier”, which switches it off.",
    )  # fmt: skip


def fault_of(name: str, error: AtelierError) -> CheckLine:
    """A check that ended in one of the studio's own errors."""
    return CheckLine(name=name, state="fault", value="cannot be used", advice=error.message)


def _nearest_existing(folder: Path) -> Path:
    for candidate in (folder, *folder.parents):
        if os.path.exists(candidate):  # noqa: PTH110 - any name
            return candidate
    return Path(folder.anchor or ".")
