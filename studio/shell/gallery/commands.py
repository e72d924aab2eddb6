"""The commands of the gallery: names, keys, what they wait for, and menus of them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from studio.project.nodes import MAXIMUM_RATING
from studio.project.search import WorkRow
from studio.shell.gallery.chosen import ChosenWorks
from studio.shell.gallery.deeds import GalleryDeeds
from studio.shell.gallery.details import GalleryDetails
from studio.shell.gallery.doors import WorkDoors
from studio.shell.gallery.finder import GalleryFinder
from studio.shell.gallery.grid import GalleryGrid
from studio.shell.gallery.look import LookPage
from studio.shell.gallery.question import Question
from studio.shell.gallery.title_bar import GalleryTitleBar
from studio.shell.notices import Notice
from studio.shell.services import Services

SHORT_SECONDS: Final = 6.0
MENU: Final = (
    "open",
    "breed",
    "look",
    "compare",
    "",
    "enlarge",
    "palette",
    "story",
    "contact_sheet",
    "gene",
    "",
    "copy",
    "export",
    "number",
    "rename",
    "stars",
    "",
    "family",
    "parents",
    "children",
    "",
    "remove",
)
BIN_MENU: Final = ("look", "compare", "", "restore", "purge")


def _always() -> str:
    return ""


class GalleryCommands(QObject):
    """Registers them for one gallery and carries them out."""

    asked = Signal(object)
    """Payload: `Question`."""
    look_wanted = Signal(object)
    """Payload: places of one work, or of two to compare."""
    look_left = Signal()
    focus_wanted = Signal()
    """The keyboard should go to the work."""
    filters_wanted = Signal()
    sought = Signal(int)
    """Payload: the place of a work to be brought into view, whatever is listed."""

    def __init__(
        self,
        services: Services,
        room: QWidget,
        *,
        finder: GalleryFinder,
        grid: GalleryGrid,
        look: LookPage,
        chosen: ChosenWorks,
        deeds: GalleryDeeds,
        doors: WorkDoors,
        details: GalleryDetails,
        bar: GalleryTitleBar,
    ) -> None:
        super().__init__(room)
        self._services = services
        self._room = room
        self._finder = finder
        self._grid = grid
        self._look = look
        self._chosen = chosen
        self._deeds = deeds
        self._doors = doors
        self._details = details
        self._bar = bar
        self._add()
        details.rated.connect(self.rate)
        details.renamed.connect(self._rename_to)
        details.parents_wanted.connect(self._go_to_parents)
        details.children_wanted.connect(self._show_children)
        grid.opened.connect(self._open)
        grid.menu_wanted.connect(lambda event: self.popup(event.position))
        grid.drag_started.connect(self._drag_chosen)
        look.menu_wanted.connect(self.popup)
        look.drag_started.connect(lambda row: self._drag((row,)))
        look.stepped.connect(self._step)

    def _add(self) -> None:
        chosen = self._chosen
        one, some, kept = chosen.lacks_one, chosen.lacks_some, chosen.lacks_kept
        kept_one, binned, in_bin = chosen.lacks_kept_one, chosen.lacks_binned, chosen.lacks_bin
        add = self._register
        add("search", self.tr("Search"), self._focus_search, "Ctrl+F", "/", first=True)
        add("open", self.tr("More like this"), self._open, "M", first=True, when=kept_one)
        add("breed", self.tr("Breed from these"), self._breed, "B", when=kept)
        add("look", self.tr("Look closer"), self._look_closely, "Z", first=True, when=one)
        add("compare", self.tr("Compare two"), self._compare, "C", when=chosen.lacks_two)
        add("enlarge", self.tr("Enlarge…"), self._enlarge, "E", when=kept)
        add("palette", self.tr("Palette…"), self._show_palette, when=kept_one)
        add("story", self.tr("How was this made?"), self._tell_story, "H", when=kept_one)
        add("contact_sheet", self.tr("Contact sheet…"), self._lay_out, when=kept)
        add("gene", self.tr("What have these in common…"), self._find_gene, "G", when=kept)
        add("copy", self.tr("Copy"), self._copy, "Ctrl+C", when=kept)
        add("export", self.tr("Export…"), self._export, "Ctrl+E", first=True, when=kept)
        add("number", self.tr("Copy the number"), self._copy_number, when=some)
        add("rename", self.tr("Name…"), self._rename, "F2", when=kept_one)
        for rating in range(MAXIMUM_RATING + 1):
            text = self.tr("%n star(s)", "", rating) if rating else self.tr("No stars")
            add(f"stars_{rating}", text, partial(self.rate, rating), str(rating), when=kept)
        add("remove", self.tr("Remove"), self._remove, "Del", "Backspace", first=True, when=some)
        add("family", self.tr("In the family tree"), self._show_family, "T", when=kept_one)
        add("parents", self.tr("Go to what it was made from"), self._go_to_parents, "P", when=one)
        add("children", self.tr("Show what was made from it"), self._show_children, when=one)
        add("all", self.tr("Choose all"), self._choose_all, "Ctrl+A")
        add("filter", self.tr("Filter"), self.filters_wanted.emit, "F")
        add("clear", self.tr("Show all again"), self.widen, "Ctrl+Shift+F")
        add("larger", self.tr("Larger pictures"), self._larger, "Ctrl++", "Ctrl+=")
        add("smaller", self.tr("Smaller pictures"), self._smaller, "Ctrl+-")
        add("bin", self.tr("Open or close the bin"), self.toggle_bin, "Ctrl+B")
        add("restore", self.tr("Restore"), self._restore, "Ctrl+R", when=binned)
        add("purge", self.tr("Delete for ever…"), self._purge, "Shift+Del", when=binned)
        add("empty_bin", self.tr("Empty the bin…"), self._empty_bin, when=in_bin)

    def _register(
        self,
        name: str,
        text: str,
        run: Callable[[], None],
        *shortcuts: str,
        first: bool = False,
        when: Callable[[], str] = _always,
    ) -> None:
        self._services.actions.add(
            f"gallery.{name}",
            text,
            run,
            group=self.tr("Kept"),
            shortcuts=shortcuts,
            owner=self._room,
            first=first,
            when=when,
        )

    @property
    def _question(self) -> Question:
        return self._bar.question

    @Slot(object)
    def popup(self, position: QPoint) -> None:
        """Open the menu of what can be done with the chosen works."""
        menu = QMenu(self._room)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        actions = self._services.actions
        for name in BIN_MENU if self._question.in_bin else MENU:
            if not name:
                menu.addSeparator()
            elif name == "stars":
                stars = menu.addMenu(self.tr("Stars"))
                for rating in reversed(range(MAXIMUM_RATING + 1)):
                    stars.addAction(actions.action(f"gallery.stars_{rating}"))
            elif actions.command(f"gallery.{name}").is_possible:
                menu.addAction(actions.action(f"gallery.{name}"))
        menu.popup(position)

    def _may(self, reason: str) -> bool:
        """Whether a command can begin; else say what it waits for."""
        if reason:
            notice = Notice(text=reason, key="gallery.hint", seconds=SHORT_SECONDS)
            self._services.notices.post(notice)
        return not reason

    # Finding

    @Slot()
    def _focus_search(self) -> None:
        field = self._bar.field
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()

    @Slot()
    def widen(self) -> None:
        """Take every word and filter away."""
        self.asked.emit(self._question.widened())
        self.focus_wanted.emit()

    @Slot()
    def toggle_bin(self) -> None:
        """Show what lies in the bin, or what is kept."""
        self._bar.show_bin(not self._question.in_bin)
        self.focus_wanted.emit()

    @Slot()
    def _go_to_parents(self) -> None:
        if not self._may(self._chosen.lacks_one()):
            return
        kin = self._chosen.kin
        if kin is None or not kin.parents:
            self._may(self.tr("What it was made from is not kept."))
            return
        self.look_left.emit()
        self.sought.emit(kin.parents[0].place)

    @Slot()
    def _show_children(self) -> None:
        if not self._may(self._chosen.lacks_one()):
            return
        kin = self._chosen.kin
        if kin is None or not kin.children:
            self._may(self.tr("Nothing that was made from it is kept."))
            return
        self.look_left.emit()
        self.asked.emit(Question(parent=kin.identity, sorting=self._question.sorting))

    @Slot()
    def _choose_all(self) -> None:
        if not self._look.rows:
            self._grid.choose_all()

    @Slot()
    def _larger(self) -> None:
        self._grid.step_side(1)

    @Slot()
    def _smaller(self) -> None:
        self._grid.step_side(-1)

    # Looking

    @Slot()
    def _open(self) -> None:
        """Return: hang it in its room; what lies in the bin is only looked at."""
        if self._question.in_bin:
            self._look_closely()
        elif self._may(self._chosen.lacks_one()):
            self._finder.fetch(self._chosen.places, self._hang)

    def _hang(self, rows: Sequence[WorkRow]) -> None:
        if not rows:
            return
        if self._doors.can_hang(rows[0]):
            self.look_left.emit()
            self._doors.hang_around(rows[0])
            return
        text = self.tr("The model {model} is not here; the picture can only be looked at.")
        self._may(text.format(model=rows[0].model))
        self._look_closely()

    @Slot()
    def _look_closely(self) -> None:
        if not self._look.rows and self._may(self._chosen.lacks_one()):
            self.look_wanted.emit(self._chosen.places)

    @Slot()
    def _compare(self) -> None:
        if not self._look.rows and self._may(self._chosen.lacks_two()):
            self.look_wanted.emit(self._grid.selection.in_order())

    @Slot(object)
    def _step(self, by: int) -> None:
        """Look at the neighbour in the list, and choose it."""
        row = self._look.row
        index = None if row is None else self._grid.selection.index_of(row.place)
        if index is not None and 0 <= index + by < len(self._grid.places):
            place = self._grid.places[index + by]
            self._grid.choose_place(place)
            self.look_wanted.emit((place,))

    # Taking out of the house

    @Slot()
    def _copy(self) -> None:
        if self._may(self._chosen.lacks_kept()):
            self._finder.fetch(self._chosen.places, self._doors.copy)

    @Slot()
    def _copy_number(self) -> None:
        def copy(rows: Sequence[WorkRow]) -> None:
            QGuiApplication.clipboard().setText("\n".join(str(row.seed) for row in rows))

        if self._may(self._chosen.lacks_some()):
            self._finder.fetch(self._chosen.places, copy)

    @Slot()
    def _export(self) -> None:
        if self._may(self._chosen.lacks_kept()):
            self._finder.fetch(self._chosen.places, self._doors.export)

    @Slot()
    def _breed(self) -> None:
        if self._may(self._chosen.lacks_kept()):
            self._finder.fetch(self._chosen.places, self._doors.breed)

    @Slot()
    def _show_family(self) -> None:
        def show(rows: Sequence[WorkRow]) -> None:
            if rows:
                self._doors.show_family(rows[0])

        if self._may(self._chosen.lacks_kept_one()):
            self._finder.fetch(self._chosen.places, show)

    @Slot()
    def _enlarge(self) -> None:
        if self._may(self._chosen.lacks_kept()):
            self._finder.fetch(self._chosen.places, self._doors.enlarge)

    @Slot()
    def _lay_out(self) -> None:
        if self._may(self._chosen.lacks_kept()):
            self._finder.fetch(self._chosen.places, self._doors.lay_out)

    @Slot()
    def _find_gene(self) -> None:
        if self._may(self._chosen.lacks_kept()):
            self._finder.fetch(self._chosen.places, self._doors.find_gene)

    @Slot()
    def _show_palette(self) -> None:
        self._with_one(self._doors.show_palette)

    @Slot()
    def _tell_story(self) -> None:
        self._with_one(self._doors.tell_story)

    def _with_one(self, run: Callable[[WorkRow], None]) -> None:
        """Call ``run`` with the one that is chosen."""

        def take(rows: Sequence[WorkRow]) -> None:
            if rows:
                run(rows[0])

        if self._may(self._chosen.lacks_kept_one()):
            self._finder.fetch(self._chosen.places, take)

    @Slot()
    def _drag_chosen(self) -> None:
        if self._question.in_bin:
            return
        places = self._chosen.places
        rows = [row for row in (self._finder.row(place) for place in places) if row is not None]
        if len(rows) == len(places):
            self._drag(rows)
        else:
            self._may(self.tr("These are too many to drag; export them instead."))

    def _drag(self, rows: Sequence[WorkRow]) -> None:
        if rows and not self._question.in_bin:
            self._doors.drag(rows, self._grid.picture(rows[0]), self._grid)

    # Changing

    @Slot(int)
    def rate(self, rating: int) -> None:
        """Give stars to the chosen works."""
        if self._may(self._chosen.lacks_kept()):
            self._deeds.rate(self._chosen.places, rating)

    @Slot()
    def _rename(self) -> None:
        """Name in the inspector, which is shown for it if it is hidden."""
        if self._may(self._chosen.lacks_kept_one()) and self._deeds.is_allowed:
            if not self._details.isVisible():
                self._services.actions.action("window.inspector").trigger()
            self._details.begin_renaming()

    @Slot(str, str)
    def _rename_to(self, work: str, title: str) -> None:
        self._deeds.rename(work, title)
        self.focus_wanted.emit()

    @Slot()
    def _remove(self) -> None:
        if self._question.in_bin:
            self._purge()
        elif self._may(self._chosen.lacks_some()):
            self._deeds.remove(self._chosen.places)

    @Slot()
    def _restore(self) -> None:
        if self._may(self._chosen.lacks_binned()):
            self._deeds.restore(self._chosen.places)

    @Slot()
    def _purge(self) -> None:
        if self._may(self._chosen.lacks_binned()):
            self._deeds.purge(self._chosen.places)

    @Slot()
    def _empty_bin(self) -> None:
        """All that lies there, also what a search leaves out."""
        if self._may(self._chosen.lacks_bin()):
            self._deeds.empty_bin()
