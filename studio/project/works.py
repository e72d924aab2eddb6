"""The edits that the gallery makes of works, whatever kind of room they came from."""

from collections.abc import Sequence
from typing import Final

from studio.project.edits import Edit, Patch, change, remove
from studio.project.nodes import MAXIMUM_RATING, WORK

SCOPE: Final = "gallery"
"""The history that undo follows while the gallery has the focus."""

RATE: Final = "gallery.rate"
RENAME: Final = "gallery.rename"
REMOVE: Final = "gallery.remove"
LONGEST_TITLE: Final = 200
"""Characters."""


def rate_works(ids: Sequence[str], rating: int) -> Edit:
    """Give works 1 to 5 stars, or take them away with 0; `ValueError` for any other number."""
    if not 0 <= rating <= MAXIMUM_RATING:
        raise ValueError(f"{rating} is no rating")
    return _edit(RATE, ids, tuple(change(WORK, work, rating=rating) for work in ids))


def rename_work(work: str, title: str) -> Edit:
    """Give a work a title of one line; an empty one takes it away."""
    line = " ".join(title.split())[:LONGEST_TITLE]
    return _edit(RENAME, (work,), (change(WORK, work, title=line),))


def remove_works(ids: Sequence[str]) -> Edit:
    """Put works into the bin as one step."""
    return _edit(REMOVE, ids, tuple(remove(WORK, work) for work in ids))


def _edit(label: str, ids: Sequence[str], patches: tuple[Patch, ...]) -> Edit:
    return Edit(scope=SCOPE, label=label, parameters={"count": str(len(ids))}, patches=patches)
