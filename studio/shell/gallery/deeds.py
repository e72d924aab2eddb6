"""What the gallery does to works: stars, names, the bin and the way out of it."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale, QObject
from PySide6.QtWidgets import QWidget

from studio.project.edits import Change
from studio.project.nodes import WORK
from studio.project.search import Query, WorkRow
from studio.project.works import SCOPE, rate_works, remove_works, rename_work
from studio.shell.gallery.finder import GalleryFinder
from studio.shell.gallery.last_word import LastWordDialog
from studio.shell.notices import Notice, NoticeCentre, NoticeKind
from studio.shell.project_bridge import ProjectBridge
from studio.shell.undo_offer import UndoOffers

SAID_SECONDS: Final = 10.0


class GalleryDeeds(QObject):
    """Every deed but the last can be undone, and says so."""

    def __init__(
        self,
        project: ProjectBridge,
        finder: GalleryFinder,
        notices: NoticeCentre,
        over: QWidget,
        language: str,
    ) -> None:
        """``over`` is what a question stands over."""
        super().__init__(over)
        self._project = project
        self._finder = finder
        self._notices = notices
        self._offers = UndoOffers(project, notices, self)
        self._over = over
        self._locale = QLocale(language)

    @property
    def is_allowed(self) -> bool:
        """Whether anything may be changed."""
        return not self._project.is_read_only

    def rate(self, places: Sequence[int], rating: int) -> None:
        """Give stars; works that have them already stay untouched."""

        def give(rows: Sequence[WorkRow]) -> None:
            ids = [row.id for row in rows if row.rating != rating]
            if ids:
                self._project.submit(rate_works(ids, rating))

        self._with_rows(places, give)

    def rename(self, work: str, title: str) -> None:
        """Give the work of that id a name, or take it away."""
        if self.is_allowed:
            self._project.submit(rename_work(work, title))

    def remove(self, places: Sequence[int]) -> None:
        """Put works into the bin, and say how to get them back."""

        def put(rows: Sequence[WorkRow]) -> None:
            ids = [row.id for row in rows if not row.in_bin]
            if not ids:
                return
            future = self._project.submit(remove_works(ids))
            self._project.when_done(future, self._say_removed)

        self._with_rows(places, put)

    def restore(self, places: Sequence[int]) -> None:
        """Take works out of the bin, to their old places."""

        def take(rows: Sequence[WorkRow]) -> None:
            ids = [row.id for row in rows if row.in_bin]
            if not ids:
                return
            future = self._project.restore(WORK, ids, SCOPE)
            self._project.when_done(future, self._say_restored)

        self._with_rows(places, take)

    def purge(self, places: Sequence[int]) -> None:
        """End works of the bin for ever, after asking once, with what that frees."""
        if not self.is_allowed or not places:
            return
        store = self._project.store

        def read() -> tuple[tuple[WorkRow, ...], int]:
            rows = tuple(row for row in store.rows(places) if row.in_bin)
            return rows, store.freed_bytes([row.place for row in rows])

        def ask(found: tuple[tuple[WorkRow, ...], int]) -> None:
            rows, freed = found
            if rows:
                self._ask([row.id for row in rows], freed)

        self._finder.run(read, ask)

    def empty_bin(self) -> None:
        """End all that lies in the bin, after asking once."""
        store = self._project.store

        def read() -> tuple[int, ...]:
            return store.search(Query(in_bin=True)).places

        self._finder.run(read, self.purge)

    def _ask(self, ids: list[str], freed: int) -> None:
        size = self._locale.formattedDataSize(freed, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
        dialog = LastWordDialog(len(ids), size, self._over.window())
        dialog.accepted.connect(lambda: self._end(ids, size))
        dialog.open()

    def _end(self, ids: list[str], size: str) -> None:
        def say(change: Change) -> None:
            count = len(change.nodes)
            text = QCoreApplication.translate(
                "Gallery", "%n picture(s) deleted for ever.", "", count
            )
            freed = QCoreApplication.translate("Gallery", "{size} of the disk are free again.")
            self._notices.post(
                Notice(
                    text=f"{text} {freed.format(size=size)}",
                    kind=NoticeKind.GOOD,
                    key="gallery.purged",
                    seconds=SAID_SECONDS,
                )
            )

        self._project.when_done(self._project.empty_bin(WORK, ids), say)

    def _say_removed(self, change: Change) -> None:
        count = len(change.nodes)
        text = QCoreApplication.translate("Gallery", "%n picture(s) put into the bin.", "", count)
        self._offers.post(change, text, key="gallery.removed", seconds=SAID_SECONDS)

    def _say_restored(self, change: Change) -> None:
        count = len(change.nodes)
        text = QCoreApplication.translate("Gallery", "%n picture(s) are back.", "", count)
        self._offers.post(change, text, key="gallery.removed", seconds=SAID_SECONDS)

    def _with_rows(self, places: Sequence[int], then: Callable[[Sequence[WorkRow]], None]) -> None:
        if places and self.is_allowed:
            self._finder.fetch(places, then)
