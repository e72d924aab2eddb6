"""How the gallery was left: size of its tiles, order, place; beside the history, not in it."""

from typing import Final

import msgspec

from studio.contract.errors import AtelierError
from studio.project.search import Sorting
from studio.project.store import ProjectStore
from studio.shell.project_bridge import ProjectBridge

VIEW_KEY: Final = "gallery.view"


class GalleryView(msgspec.Struct, frozen=True, kw_only=True):
    """Unknown or damaged state falls back to this."""

    side: int = 0
    """Of a tile, in logical pixels; 0: as it comes."""
    sorting: Sorting = "newest"
    top: int = 0
    """The place of the work at the top of the view; 0: none."""


def read_view(store: ProjectStore) -> GalleryView:
    """The view as it was left."""
    try:
        data = store.state(VIEW_KEY)
        return GalleryView() if data is None else msgspec.json.decode(data, type=GalleryView)
    except (AtelierError, msgspec.MsgspecError, UnicodeError, RecursionError):
        return GalleryView()


def write_view(project: ProjectBridge, view: GalleryView) -> None:
    """Remember the view; a project that is open to look only forgets it."""
    if not project.is_read_only:
        project.put_state(VIEW_KEY, msgspec.json.encode(view))
