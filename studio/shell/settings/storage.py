"""Where the settings lie: ``settings.json`` in the user's config folder, replaced whole.

The file is read before the first paint, for the ground's colour, so nothing here knows what a
setting is: see `declared` for that. Qt's own reader costs nothing at that moment.
"""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QJsonDocument

from studio.shell.small_files import replace_whole

FILE_NAME: Final = "settings.json"
OLDER_FILE_NAME: Final = "window.json"
"""Where language, theme and text size were kept before they had a file of their own."""
OLDER_NAMES: Final = {"language": "language", "theme": "theme", "text_scale": "text_size"}
DAMAGED_NAME: Final = "settings.damaged.json"
LARGEST_FILE: Final = 256_000


class StoredSettings:
    """What the file holds, as it stands there."""

    __slots__ = ("is_damaged", "values")

    def __init__(self, values: dict[str, object], *, is_damaged: bool = False) -> None:
        self.values = values
        self.is_damaged = is_damaged
        """There is a file, and nothing in it can be read."""


def read_stored(folder: Path) -> StoredSettings:
    """What is stored in ``folder``; never raises."""
    data = _read(folder / FILE_NAME)
    if data is not None:
        return decode_stored(data)
    older = decode_stored(_read(folder / OLDER_FILE_NAME) or b"{}").values
    return StoredSettings({OLDER_NAMES[name]: older[name] for name in OLDER_NAMES if name in older})


def decode_stored(data: bytes) -> StoredSettings:
    """The file's object, whatever is in it; damaged where it is none."""
    found = QJsonDocument.fromJson(data).toVariant() if len(data) <= LARGEST_FILE else None
    if not isinstance(found, dict):
        return StoredSettings({}, is_damaged=True)
    return StoredSettings(found)


def write_stored(folder: Path, values: dict[str, object]) -> None:
    """Replace the file. Raises `OSError` where the folder cannot be written.

    A file that cannot be read is set aside under another name first: somebody may have written
    much into it by hand, and one missing comma.
    """
    path = folder / FILE_NAME
    data = _read(path)
    if data is not None and decode_stored(data).is_damaged:
        path.replace(folder / DAMAGED_NAME)
    document = QJsonDocument.fromVariant(values)
    text = bytes(document.toJson().data())
    if len(text) > LARGEST_FILE:  # indented, what was read would be too large to be read again
        text = bytes(document.toJson(QJsonDocument.JsonFormat.Compact).data())
    replace_whole(path, text)


def _read(path: Path) -> bytes | None:
    """The file's first bytes, one more than it may have; None: there is no file."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return b""
