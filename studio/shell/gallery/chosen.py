"""The works that commands are about, and the inspector that shows them."""

from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from studio.project.search import Kin, WorkRow
from studio.project.store import ProjectStore
from studio.shell.gallery.details import GalleryDetails
from studio.shell.gallery.finder import GalleryFinder
from studio.shell.gallery.grid import GalleryGrid
from studio.shell.gallery.look import LookPage
from studio.shell.gallery.title_bar import GalleryTitleBar

SHOWN: Final = 3
"""Rows that the inspector needs of many."""


class ChosenWorks(QObject):
    """What is looked at close by, or what is chosen in the grid."""

    changed = Signal()

    def __init__(
        self,
        store: ProjectStore,
        finder: GalleryFinder,
        grid: GalleryGrid,
        look: LookPage,
        details: GalleryDetails,
        bar: GalleryTitleBar,
        *,
        can_change: bool,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._finder = finder
        self._grid = grid
        self._look = look
        self._details = details
        self._bar = bar
        self._can_change = can_change
        self._kin: Kin | None = None
        self._kin_of: int | None = None
        finder.rows_arrived.connect(self._rows_arrived)
        look.comparison.active_changed.connect(self.changed)
        grid.selection_changed.connect(self.changed)

    @property
    def places(self) -> tuple[int, ...]:
        """Places of the works that commands are about, in order."""
        if self._look.row is not None:
            return (self._look.row.place,)
        return self._grid.selection.in_order()

    @property
    def kin(self) -> Kin | None:
        """The family of the one that is chosen, once it is known."""
        return self._kin

    def row(self) -> WorkRow | None:
        """The row of the one that is chosen; None: none, several, or not read yet."""
        places = self.places
        return self._finder.row(places[0]) if len(places) == 1 else None

    def show(self, total: int) -> None:
        """Let the inspector show them; ``total``: works there are to choose from."""
        places = self.places
        if not places:
            self._forget_kin()
            self._details.show_nothing(total, in_bin=self._bar.question.in_bin)
            return
        rows = [row for row in (self._finder.row(place) for place in places[:SHOWN]) if row]
        editable = self._can_change and not self._bar.question.in_bin
        if len(places) > 1:
            self._forget_kin()
            self._details.show_many(rows, len(places), editable=editable)
        elif rows:
            self._details.show_one(rows[0], editable=editable)
            self._ask_for_kin(rows[0].place)
        else:
            self._finder.want(places)

    # What commands wait for, as sentences; empty: nothing

    def lacks_some(self) -> str:
        """There must be at least one."""
        return "" if self.places else self.tr("Choose a picture first.")

    def lacks_one(self) -> str:
        """There must be exactly one."""
        return "" if len(self.places) == 1 else self.tr("Choose one picture first.")

    def lacks_two(self) -> str:
        """There must be two to compare."""
        both = self._grid.selection.count == 2 and self._look.row is None
        return "" if both else self.tr("Choose two pictures first, with Ctrl or Shift.")

    def lacks_kept(self) -> str:
        """They must not lie in the bin."""
        if self._bar.question.in_bin:
            return self.tr("Restore it from the bin first.")
        return self.lacks_some()

    def lacks_kept_one(self) -> str:
        """There must be exactly one, and it must not lie in the bin."""
        return self.lacks_kept() or self.lacks_one()

    def lacks_binned(self) -> str:
        """They must lie in the bin."""
        return self.lacks_bin() or self.lacks_some()

    def lacks_bin(self) -> str:
        """The bin must be open."""
        return "" if self._bar.question.in_bin else self.tr("Open the bin first.")

    @Slot(object)
    def _rows_arrived(self, places: frozenset[int]) -> None:
        if places & set(self.places[:SHOWN]):
            self._kin_of = None  # it may have got a parent or a child
            self.changed.emit()

    def _forget_kin(self) -> None:
        self._kin = self._kin_of = None

    def _ask_for_kin(self, place: int) -> None:
        if self._kin_of == place:
            return
        self._kin_of, self._kin = place, None

        def arrived(kin: Kin | None) -> None:
            if kin is not None and self._kin_of == place:
                self._kin = kin
                self._details.show_kin(kin)

        self._finder.run(lambda: self._store.kin(place), arrived)
