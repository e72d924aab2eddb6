"""How pictures were exported last; kept in the project beside the history, not in it."""

from pathlib import Path
from typing import Final

import msgspec

from studio.contract.errors import AtelierError
from studio.project.store import ProjectStore
from studio.provenance.containers import Format
from studio.shell.project_bridge import ProjectBridge

EXPORT_KEY: Final = "images.export"


class ExportHabit(msgspec.Struct, frozen=True, kw_only=True):
    """What the dialog opens with; unknown or damaged state falls back to this."""

    format: Format = "png"
    factor: int = 1
    """Each pixel becomes a square of so many pixels a side."""
    folder: str = ""
    """Empty: the user's folder for pictures."""

    def place(self) -> Path | None:
        """The folder, if it is still there."""
        try:
            found = Path(self.folder)
            return found if self.folder and found.is_dir() else None
        except (OSError, ValueError):  # no folder can have that name
            return None


def read_habit(store: ProjectStore) -> ExportHabit:
    """The habit as it was left."""
    try:
        data = store.state(EXPORT_KEY)
        return ExportHabit() if data is None else msgspec.json.decode(data, type=ExportHabit)
    except (AtelierError, msgspec.MsgspecError, UnicodeError, RecursionError):
        return ExportHabit()


def write_habit(project: ProjectBridge, habit: ExportHabit) -> None:
    """Remember the habit; a project that is opened to look only forgets it."""
    if not project.is_read_only:
        project.put_state(EXPORT_KEY, msgspec.json.encode(habit))
