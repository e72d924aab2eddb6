"""Can a window open here? Answered in one sentence before Qt is imported, because Qt's own
answer to a missing display or platform library is to abort the process.

Imports next to nothing: it stands between the command line and the window's first paint.
"""

import os
import sys
from collections.abc import Iterable, Mapping

HEADLESS_COMMANDS = "python -m studio models | doctor | generate MODEL --out FOLDER | remake FILE"

QT_LIBRARIES: dict[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""What ``import PySide6.QtGui`` needs, each with its package on Debian and Ubuntu."""

X_LIBRARIES: dict[str, str] = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's xcb platform plugin needs besides, for a window under X."""


def has_display(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether there is a display to open a window on; only Linux and its kin can lack one."""
    if not platform.startswith(("linux", "freebsd", "openbsd")):
        return True
    return any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def window_fault(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str:
    """Why no window can open here, as a sentence that says what to do; empty if one can."""
    if not has_display(environ, platform):
        return (
            "There is no display here (DISPLAY and WAYLAND_DISPLAY are not set), so the window "
            f"cannot open. Without a display there are: {HEADLESS_COMMANDS}"
        )
    if platform.startswith("linux") and needs_x(environ):
        missing = missing_libraries(X_LIBRARIES)
        if missing:
            return missing_libraries_sentence(missing)
    return ""


def needs_x(environ: Mapping[str, str]) -> bool:
    """Whether Qt will load its xcb plugin: asked to, or a display that is X alone."""
    chosen = environ.get("QT_QPA_PLATFORM", "")
    if chosen:
        return chosen.startswith("xcb")
    return bool(environ.get("DISPLAY")) and not environ.get("WAYLAND_DISPLAY")


def library_fault(error: ImportError, platform: str = sys.platform) -> str:
    """Why Qt cannot be imported, as a sentence that says what to do; empty if it is not that."""
    message = str(error)
    name = (error.name or "").partition(".")[0]
    if isinstance(error, ModuleNotFoundError) and name in ("PySide6", "shiboken6"):
        return (
            "PySide6 is not installed, so the window cannot open. Install it again with "
            "“pip install PySide6-Essentials”, or use the commands that need no window: "
            f"{HEADLESS_COMMANDS}"
        )
    library, separator, _ = message.partition(": cannot open shared object file")
    if not separator:
        return ""
    known = QT_LIBRARIES | X_LIBRARIES if platform.startswith("linux") else {}
    missing = missing_libraries(QT_LIBRARIES)
    if library not in missing:
        missing.append(library)
    return missing_libraries_sentence(missing, known)


def missing_libraries(libraries: Iterable[str]) -> list[str]:
    """Those of the shared libraries that the loader does not find."""
    import ctypes

    missing = []
    for library in libraries:
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(library)
    return missing


def missing_libraries_sentence(
    missing: Iterable[str], packages: Mapping[str, str] = QT_LIBRARIES | X_LIBRARIES
) -> str:
    """Names what is missing, with the exact line that installs it on Debian and Ubuntu."""
    libraries = list(missing)
    sentence = f"The window needs system libraries that are not installed: {', '.join(libraries)}."
    wanted = sorted({packages[library] for library in libraries if library in packages})
    if wanted:
        sentence += f" On Debian or Ubuntu: {install_line(wanted)}"
    return sentence


def install_line(packages: Iterable[str]) -> str:
    """The exact command that installs packages on Debian and Ubuntu, with sudo unless root."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return f"{'' if root else 'sudo '}apt-get install -y {' '.join(packages)}"
