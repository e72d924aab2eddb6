"""The projects that this user has opened: ``projects.json`` in the config folder.

Only a list of where they are and what they were called, the last one first. The truth about a
project is in its own folder, and a project that is not on the list is none the worse for it.
"""

import logging
import os
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from studio.project.database import DATABASE_NAME
from studio.project.paths import ensure_folder
from studio.project.recovery import REBUILT_NAME
from studio.project.store import BLOB_FOLDER, ProjectStore
from studio.shell.small_files import replace_whole

FILE_NAME: Final = "projects.json"
LARGEST_FILE: Final = 256_000
LONGEST_LIST: Final = 40
LONGEST_NAME: Final = 80
NAME_KEY: Final = "project.name"
"""The view state that holds a project's name."""

_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST_FOLDER: Final = 60
"""Characters; in any script that is less than the 255 bytes which file systems allow."""

_log = logging.getLogger(__name__)


class KnownProject(msgspec.Struct, frozen=True, kw_only=True):
    """One project on the list."""

    folder: str
    """Absolute."""
    name: str = ""
    """As the user called it; empty: nobody did, and the interface has a word for it."""

    @property
    def path(self) -> Path:
        return Path(self.folder)

    @property
    def is_there(self) -> bool:
        """Whether its folder holds a project."""
        return is_project(self.path)


def read_known(config: Path) -> tuple[KnownProject, ...]:
    """The list, the project opened last first; what of it cannot be read is left out."""
    try:
        with (config / FILE_NAME).open("rb") as file:
            rows = msgspec.json.decode(file.read(LARGEST_FILE + 1), type=list[msgspec.Raw])
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return ()
    known: dict[str, KnownProject] = {}
    for row in rows:
        try:
            project = msgspec.json.decode(row, type=KnownProject)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            continue
        if is_folder_name(project.folder) and len(known) < LONGEST_LIST:
            name = tidy_name(project.name)
            known.setdefault(project.folder, KnownProject(folder=project.folder, name=name))
    return tuple(known.values())


def write_known(config: Path, known: Sequence[KnownProject]) -> None:
    """Replace the list. Raises `OSError` or `AtelierError` where that cannot be."""
    ensure_folder(config)
    data = msgspec.json.format(msgspec.json.encode(list(known[:LONGEST_LIST])))
    replace_whole(config / FILE_NAME, data)


def with_opened(known: Sequence[KnownProject], opened: KnownProject) -> tuple[KnownProject, ...]:
    """The list with one project put in front."""
    return (opened, *(other for other in known if other.folder != opened.folder))


def without(known: Sequence[KnownProject], folder: str) -> tuple[KnownProject, ...]:
    """The list without one project; its folder is left alone."""
    return tuple(project for project in known if project.folder != folder)


def is_project(folder: Path) -> bool:
    """Whether a folder holds a project, or what one can be rebuilt from."""
    try:
        return any((folder / name).exists() for name in (DATABASE_NAME, REBUILT_NAME, BLOB_FOLDER))
    except (OSError, ValueError):
        return False


def is_folder_name(text: str) -> bool:
    """Whether a stored folder is one that can be asked for."""
    return "\0" not in text and len(text) < 4096 and os.path.isabs(text)  # noqa: PTH117 - text


def tidy_name(text: str) -> str:
    """A project's name in one line, without what cannot be shown."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join(plain.split())[:LONGEST_NAME].strip()


def folder_name(name: str) -> str:
    """The name of a new folder for a project, which every file system takes."""
    plain = unicodedata.normalize("NFC", _FORBIDDEN.sub(" ", tidy_name(name)))
    plain = " ".join(plain.split())[:_LONGEST_FOLDER].strip(". ")
    return f"{plain}-" if _RESERVED.fullmatch(plain) else plain or "project"


def free_folder(parent: Path, name: str) -> Path:
    """A folder below ``parent`` that is not there yet, called after ``name``."""
    stem = folder_name(name)
    number = 1
    while os.path.lexists(folder := parent / (stem if number == 1 else f"{stem} {number}")):
        number += 1
    return folder


def stored_name(store: ProjectStore) -> str:
    """What the project itself says that it is called."""
    data = store.state(NAME_KEY)
    try:
        return "" if data is None else tidy_name(data.decode())
    except UnicodeDecodeError:
        _log.warning("the project's name cannot be read")
        return ""
