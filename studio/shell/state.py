"""What the window remembers of itself: place, panels, room.

A small JSON file in the user's config folder, read before the first paint (through Qt's own
reader, which costs nothing there) and replaced whole by a rename. Whatever in it is damaged or
foreign falls back to its default, value by value.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QJsonDocument

from studio.shell.small_files import replace_whole

FILE_NAME: Final = "window.json"
LARGEST_FILE: Final = 64_000
SMALLEST_SIDE: Final = 480
LARGEST_SIDE: Final = 20_000
MOST_RECENT: Final = 20
LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowState:
    """The window as it was left, or as it is the first time."""

    place: tuple[int, int] | None = None
    """Upper left corner in logical pixels; None: where the system puts it."""
    size: tuple[int, int] = (1280, 720)
    maximised: bool = False
    inspector: bool = False
    """Whether the inspector is shown; hidden on the first screen."""
    room: str = "images"
    recent: tuple[str, ...] = ()
    """What was chosen last in the command palette, the newest first."""


def read_state(folder: Path) -> WindowState:
    """The remembered state, or defaults for whatever of it cannot be read."""
    path = folder / FILE_NAME
    try:
        if path.stat().st_size > LARGEST_FILE:
            return WindowState()
        data = path.read_bytes()
    except (OSError, ValueError):
        return WindowState()
    return decode_state(data)


def decode_state(data: bytes) -> WindowState:
    """State from bytes that may be damaged."""
    found = QJsonDocument.fromJson(data).toVariant()
    if not isinstance(found, dict):
        return WindowState()
    state = WindowState()
    place, size = _pair(found.get("place")), _pair(found.get("size"))
    if place is not None and all(abs(side) <= LARGEST_SIDE for side in place):
        state = replace(state, place=place)
    if size is not None and all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in size):
        state = replace(state, size=size)
    for name in ("maximised", "inspector"):
        if isinstance(found.get(name), bool):
            state = replace(state, **{name: found[name]})
    room = found.get("room")
    if isinstance(room, str) and room.isidentifier() and len(room) <= 40:
        state = replace(state, room=room)
    recent = found.get("recent")
    if (
        isinstance(recent, list)
        and len(recent) <= MOST_RECENT
        and all(isinstance(name, str) and 0 < len(name) <= LONGEST_NAME for name in recent)
    ):
        state = replace(state, recent=tuple(recent))
    return state


def encode_state(state: WindowState) -> bytes:
    """The state as JSON."""
    content = {
        "place": None if state.place is None else list(state.place),
        "size": list(state.size),
        "maximised": state.maximised,
        "inspector": state.inspector,
        "room": state.room,
        "recent": list(state.recent),
    }
    return bytes(QJsonDocument.fromVariant(content).toJson().data())


def write_state(folder: Path, state: WindowState) -> None:
    """Replace the remembered state. Raises `OSError` where the folder cannot be written."""
    replace_whole(folder / FILE_NAME, encode_state(state))


def _pair(value: object) -> tuple[int, int] | None:
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(v, int | float) and not isinstance(v, bool) for v in value)
        and all(v == v and abs(v) < 1e9 for v in value)
    ):
        return int(value[0]), int(value[1])
    return None
