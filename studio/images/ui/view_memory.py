"""How the room was left: scroll, choice, what was looked at; beside the history, not in it."""

from typing import Final

import msgspec

from studio.contract.errors import AtelierError
from studio.project.store import ProjectStore
from studio.shell.pictures.comparison import ComparisonMode
from studio.shell.project_bridge import ProjectBridge

VIEW_KEY: Final = "images.view"


class RoomView(msgspec.Struct, frozen=True, kw_only=True):
    """View state of the images room; unknown or damaged state falls back to this."""

    scroll: int = 0
    """Logical pixels."""
    chosen: int | None = None
    second: int | None = None
    current: int = 0
    looking: tuple[int, ...] = ()
    """Places that are looked at close by."""
    step: int | None = None
    """Magnification; None: as large as fits."""
    x: float = 0.5
    y: float = 0.5
    comparison: ComparisonMode = ComparisonMode.WIPE
    """How two pictures were compared."""
    mode: str = "wall"
    """The mode in front."""
    folds: dict[str, bool] = {}
    """Which folds of the inspector were open, by name."""


def read_view(store: ProjectStore) -> RoomView:
    """The view as it was left."""
    try:
        data = store.state(VIEW_KEY)
        return RoomView() if data is None else msgspec.json.decode(data, type=RoomView)
    except (AtelierError, msgspec.MsgspecError, UnicodeError, RecursionError):
        return RoomView()


def write_view(project: ProjectBridge, view: RoomView) -> None:
    """Remember the view; a project that is opened to look only forgets it."""
    if not project.is_read_only:
        project.put_state(VIEW_KEY, msgspec.json.encode(view))
