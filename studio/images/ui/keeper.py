"""Keeping pictures, and taking them out again: the one place that edits works."""

from collections import OrderedDict
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from studio.contract.errors import AtelierError
from studio.contract.recipe import Recipe, identity
from studio.images import document
from studio.images.ui.outgoing import Outgoing, OutgoingPictures
from studio.project.edits import Change, Page, Patch
from studio.project.nodes import WORK, Work
from studio.shell.notices import NoticeCentre
from studio.shell.project_bridge import ProjectBridge

REMEMBERED: Final = 4_096
"""Pictures of which it is remembered whether they are kept; many screenfuls."""


class WorkKeeper(QObject):
    """One for the room; GUI thread only."""

    works_changed = Signal()
    """Works were kept, binned or changed, here or by undo; or one could not be kept."""

    kept = Signal()
    """A picture was kept here just now."""
    removed = Signal(object)
    """A picture was put into the bin here; payload: the `Change`."""

    def __init__(
        self,
        project: ProjectBridge,
        pictures: OutgoingPictures,
        notices: NoticeCentre,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._pictures = pictures
        self._notices = notices
        self._known: OrderedDict[str, Work | None] = OrderedDict()
        self._on_the_way: set[str] = set()
        """Pictures that are being encoded or written, by the identity of their recipe."""
        self._encoding: dict[str, tuple[Outgoing, str, tuple[Patch, ...]]] = {}
        """Those of them that the project has not been given yet, whose history they go to, and
        who else comes with them."""
        project.changed.connect(self._project_changed)

    def why_not(self) -> str:
        """Why nothing can be kept or removed; empty: it can."""
        if self._project.is_read_only:
            return self.tr("This project is open to look only.")
        return ""

    def page(self, offset: int, limit: int) -> Page[Work]:
        """Kept works, newest first."""
        try:
            return self._project.store.nodes(WORK, offset=offset, limit=limit, order="newest")
        except AtelierError as error:
            self._notices.report(error)
            return Page(items=(), total=0)

    def work_of(self, recipe: Recipe) -> Work | None:
        """The kept work of a finished picture, if it is kept."""
        if not recipe.is_made:
            return None
        key = identity(recipe)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        try:
            found = self._project.store.find(WORK, key)
        except AtelierError as error:
            self._notices.report(error)
            found = ()
        work = self._known[key] = found[0] if found else None
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return work

    def is_kept(self, recipe: Recipe) -> bool:
        """Whether a picture is kept, or just being kept."""
        if not recipe.is_made:
            return False
        return self.work_of(recipe) is not None or identity(recipe) in self._on_the_way

    def keep(
        self,
        picture: Outgoing,
        *,
        scope: str = document.SCOPE,
        related: tuple[Patch, ...] = (),
    ) -> bool:
        """Keep a finished picture with its recipe; False: it is kept already.

        ``scope`` is the history that takes it back, ``related`` enters those that it came from
        into the family tree.
        """
        if self.is_kept(picture.recipe):
            return False
        key = identity(picture.recipe)
        self._on_the_way.add(key)
        self._encoding[key] = picture, scope, related

        def failed(error: AtelierError) -> None:
            self._encoding.pop(key, None)
            self._not_kept(key)
            self._notices.report(error)

        self._pictures.with_png(picture, lambda png: self._submit(key, png), failed)
        return True

    def flush(self) -> None:
        """Hand over what was kept a moment ago; waits for the encoding."""
        for key, (picture, _scope, _related) in tuple(self._encoding.items()):
            try:
                self._submit(key, self._pictures.prepare(picture).result())
            except AtelierError as error:
                self._notices.report(error)

    def _submit(self, key: str, png: bytes) -> None:
        found = self._encoding.pop(key, None)
        if found is None:
            return  # handed over already, by `flush`
        picture, scope, related = found
        edit = document.keep(png, picture.recipe, scope=scope, related=related)
        future = self._project.submit(edit)

        def written(_change: Change) -> None:
            self._known.pop(key, None)  # perhaps looked up before it was written
            self._on_the_way.discard(key)
            self.kept.emit()

        self._project.when_done(future, written, failed=lambda: self._not_kept(key))

    def _not_kept(self, key: str) -> None:
        self._on_the_way.discard(key)
        self.works_changed.emit()  # what says "Kept" of it has spoken too soon

    def remove(self, work: Work) -> None:
        """Put a work into the bin; can be undone."""
        future = self._project.submit(document.unkeep(work))
        self._project.when_done(future, self.removed.emit)

    @Slot(object)
    def _project_changed(self, change: Change) -> None:
        if WORK.name in change.types:
            self._known.clear()
            self.works_changed.emit()
