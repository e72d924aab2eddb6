"""Where the output window was: its display, its place, and whether it filled the display.

A file of its own in the user's config folder, because it is about this computer and not about a
project. Whatever in it is damaged falls back to its default.
"""

from pathlib import Path
from typing import Final

import msgspec

from studio.shell.small_files import replace_whole

FILE_NAME: Final = "output.json"
LARGEST_FILE: Final = 16_000
SMALLEST_SIDE: Final = 160
LARGEST_SIDE: Final = 20_000


class OutputPlace(msgspec.Struct, frozen=True, kw_only=True):
    """The output window as it was left, or as it is the first time."""

    display: str = ""
    """The display's name as its driver gives it; "": one that the studio is not on."""
    size: tuple[int, int] = (640, 640)
    """Logical pixels, while it does not fill the display."""
    place: tuple[int, int] | None = None
    """Upper left corner; None: where the system puts it."""
    full_screen: bool = True
    """Whether it fills a display that the studio is not on."""


def read_place(folder: Path) -> OutputPlace:
    """What is remembered in ``folder``; never raises."""
    try:
        with (folder / FILE_NAME).open("rb") as file:
            data = file.read(LARGEST_FILE)
        found = msgspec.json.decode(data, type=OutputPlace)
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return OutputPlace()
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in found.size):
        return msgspec.structs.replace(found, size=OutputPlace().size, place=None)
    if found.place is not None and not all(abs(side) <= LARGEST_SIDE for side in found.place):
        return msgspec.structs.replace(found, place=None)
    return found


def write_place(folder: Path, place: OutputPlace) -> None:
    """Replace what is remembered. Raises `OSError` where the folder cannot be written."""
    replace_whole(folder / FILE_NAME, msgspec.json.encode(place))
