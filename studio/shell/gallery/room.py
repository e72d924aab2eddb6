"""The gallery: every kept picture, to be found again, looked at, ordered and handed on.

The room puts its parts together: the title bar asks, the finder answers, the grid shows, the
deeds change, the doors lead out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, QDate, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.project.indexer import Indexer, IndexProgress
from studio.project.nodes import MAXIMUM_RATING
from studio.project.search import Count, Kin, WorkRow
from studio.project.works import RATE, REMOVE, RENAME, SCOPE
from studio.shell.gallery.bars import FootState, GalleryFoot, NarrowingBar
from studio.shell.gallery.deeds import GalleryDeeds
from studio.shell.gallery.details import GalleryDetails
from studio.shell.gallery.doors import OpenDoors
from studio.shell.gallery.empty_page import EmptyPage
from studio.shell.gallery.filters import FilterPanel
from studio.shell.gallery.finder import Found, GalleryFinder
from studio.shell.gallery.grid import GalleryGrid, GridMenu
from studio.shell.gallery.look import LookPage
from studio.shell.gallery.question import Question
from studio.shell.gallery.thumbnails import Thumbnails
from studio.shell.gallery.title_bar import GalleryTitleBar
from studio.shell.gallery.view_memory import GalleryView, read_view, write_view
from studio.shell.gallery.vocabulary import Vocabulary, sections_of
from studio.shell.notices import Notice
from studio.shell.services import Services
from studio.shell.theme import GAP

INDEX_AFTER_MS: Final = 1_500
"""The first pictures of the day come before the index of older ones."""
REMEMBER_MS: Final = 500
REFRESH_MS: Final = 1_000
"""How often the list follows while the index is being filled."""
SHORT_SECONDS: Final = 6.0


class GalleryRoom(QWidget):
    """See `studio.shell.services.Room`."""

    listed = Signal()
    """The list answers the question that is asked now."""

    _index_told = Signal(object)

    def __init__(self, services: Services, open_doors: OpenDoors) -> None:
        super().__init__()
        self._services = services
        self._project = services.project
        store = services.project.store
        self._vocabulary = Vocabulary(services.models, services.language)
        self._finder = GalleryFinder(services.project, self)
        self._thumbnails = Thumbnails(store.read_blob, self)
        self._doors = open_doors(self)
        self._deeds = GalleryDeeds(
            services.project, self._finder, services.notices, self, services.language
        )
        self._indexer = Indexer(store, self._index_told.emit)
        self._progress = IndexProgress(unindexed=0, unseen=0)
        self._question = Question()
        self._asked_anew = True
        self._found: Found | None = None
        self._counts = Count(models={}, kinds={}, colours={}, ratings={})
        self._kin: Kin | None = None
        self._kin_of: int | None = None
        self._chosen_rows: tuple[WorkRow, ...] = ()
        self._opened = False
        self._closed = False
        self._wanted_top = 0
        self._wanted_place: int | None = None
        """The work that is chosen as soon as it is listed."""
        self._add_commands()
        self.grid = GalleryGrid(
            self._finder,
            self._thumbnails,
            self._vocabulary.caption,
            self._vocabulary.spoken,
            self,
        )
        self.look = LookPage(self._finder, self._decoded, self._vocabulary.spoken, self)
        self.empty = EmptyPage(self)
        self.foot = GalleryFoot(services.actions, self)
        self.narrowing = NarrowingBar(self._vocabulary, self)
        self._title_bar = GalleryTitleBar()
        self._details = GalleryDetails(self._vocabulary, self._thumbnails, services.language)
        self._build()
        self._remember = self._timer(REMEMBER_MS, self._write_view)
        self._follow = self._timer(REFRESH_MS, self._follow_index)
        self._connect()
        self._fit()

    def _build(self) -> None:
        self._pages = QStackedWidget(self)
        for page in (self.grid, self.look, self.empty):
            self._pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GAP // 2, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.narrowing)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.foot)

    def _timer(self, interval: int, run: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(run)
        return timer

    def _connect(self) -> None:
        finder, grid = self._finder, self.grid
        finder.counted.connect(self._take_counts)
        finder.found.connect(self._show_found)
        finder.rows_arrived.connect(self._rows_arrived)
        finder.failed.connect(self._services.notices.report)
        grid.selection_changed.connect(self._selection_changed)
        grid.opened.connect(self._open)
        grid.menu_wanted.connect(self._grid_menu)
        grid.drag_started.connect(self._drag_chosen)
        grid.zoomed.connect(lambda _side: self._remember.start())
        grid.verticalScrollBar().valueChanged.connect(lambda _value: self._remember.start())
        self.look.closed.connect(self._close_look)
        self.look.stepped.connect(self._step)
        self.look.menu_wanted.connect(self._popup_menu)
        self.look.drag_started.connect(lambda row: self._drag((row,)))
        self.empty.wanted.connect(self._leave_empty)
        self.foot.zoom_wanted.connect(grid.step_side)
        self.narrowing.asked.connect(self.ask)
        bar = self._title_bar
        bar.asked.connect(self.ask)
        bar.filters_wanted.connect(self._open_filters)
        bar.field_left.connect(self._focus_work)
        details = self._details
        details.rated.connect(self._rate)
        details.renamed.connect(self._rename_to)
        details.parents_wanted.connect(self._go_to_parents)
        details.children_wanted.connect(self._show_children)
        self._index_told.connect(self._index_went_on, Qt.ConnectionType.QueuedConnection)

    def _add_commands(self) -> None:
        group = self.tr("Kept")
        one, some = self._needs_one, self._needs_some
        kept, binned = self._needs_kept, self._needs_binned
        for identity, text, run, shortcuts, first, when in (
            ("search", self.tr("Search"), self._focus_search, ("Ctrl+F", "/"), True, None),
            ("open", self.tr("More like this"), self._open, ("M",), True, one),
            ("look", self.tr("Enlarge"), self._look, ("Z",), True, one),
            ("compare", self.tr("Compare two"), self._compare, ("C",), False, self._needs_two),
            ("copy", self.tr("Copy"), self._copy, ("Ctrl+C",), False, kept),
            ("export", self.tr("Export…"), self._export, ("Ctrl+E",), True, kept),
            ("rename", self.tr("Name"), self._rename, ("F2",), False, kept),
            ("remove", self.tr("Remove"), self._remove, ("Del", "Backspace"), True, kept),
            ("restore", self.tr("Restore"), self._restore, ("Ctrl+R",), False, binned),
            ("purge", self.tr("Delete for ever…"), self._purge, ("Shift+Del",), False, binned),
            ("bin", self.tr("Open or close the bin"), self._toggle_bin, ("Ctrl+B",), False, None),
            ("empty_bin", self.tr("Empty the bin…"), self._empty_bin, (), False, self._needs_bin),
            ("filter", self.tr("Filter"), self._open_filters, ("F",), False, None),
            ("clear", self.tr("Show all again"), self._clear, ("Ctrl+Shift+F",), False, None),
            ("all", self.tr("Choose all"), self._choose_all, ("Ctrl+A",), False, None),
            ("parents", self.tr("Made from"), self._go_to_parents, ("P",), False, one),
            ("children", self.tr("Made from this one"), self._show_children, (), False, one),
            ("number", self.tr("Copy the number"), self._copy_number, (), False, some),
            ("larger", self.tr("Larger pictures"), self._larger, ("Ctrl++", "Ctrl+="), False, None),
            ("smaller", self.tr("Smaller pictures"), self._smaller, ("Ctrl+-",), False, None),
        ):
            self._services.actions.add(
                f"gallery.{identity}",
                text,
                run,
                group=group,
                shortcuts=shortcuts,
                owner=self,
                first=first,
                when=when or _always,
            )
        for rating in range(MAXIMUM_RATING + 1):
            text = self.tr("%n star(s)", "", rating) if rating else self.tr("No stars")
            self._services.actions.add(
                f"gallery.stars_{rating}",
                text,
                partial(self._rate, rating),
                group=group,
                shortcuts=(str(rating),),
                owner=self,
                when=kept,
            )

    # What the window asks for

    @property
    def title_bar(self) -> GalleryTitleBar:
        """Search, filters, order, bin."""
        return self._title_bar

    @property
    def inspector(self) -> GalleryDetails:
        """What is chosen."""
        return self._details

    @property
    def work(self) -> QWidget:
        """The grid, or what stands in its place."""
        return self._pages

    @property
    def undo_scope(self) -> str:
        """The history of what was done to works here."""
        return SCOPE

    @property
    def question(self) -> Question:
        """What is asked."""
        return self._question

    @property
    def found(self) -> Found | None:
        """The last answer."""
        return self._found

    @property
    def indexer(self) -> Indexer:
        """What fills the index."""
        return self._indexer

    @property
    def doors(self) -> object:
        """The ways out."""
        return self._doors

    def edit_text(self, label: str, parameters: Mapping[str, str]) -> str:
        """What a step of the history did, in words."""
        count = int(parameters.get("count", "1"))
        if label == RATE:
            return QCoreApplication.translate("Gallery", "stars of %n picture(s)", "", count)
        if label == RENAME:
            return QCoreApplication.translate("Gallery", "name a picture")
        if label == REMOVE:
            return QCoreApplication.translate("Gallery", "remove %n picture(s)", "", count)
        return self._doors.edit_text(label, dict(parameters))

    def open_picture(self, path: str) -> None:
        """A picture file was dropped; where pictures are made it is restored."""
        self._doors.open_picture(path)

    def flush(self) -> None:
        """Write what waits and end the threads; the room is closed or built anew after this."""
        if self._closed:
            return
        self._closed = True
        if self._opened:
            self._remember.stop()
            self._write_view()
        self._doors.flush()
        self._indexer.stop()
        self._finder.close()
        self._thumbnails.close()

    # Opening

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._opened:
            QTimer.singleShot(0, self._begin)
        self._finder.set_awake(True)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._finder.set_awake(False)

    def start_indexing(self) -> None:
        """Fill the index from now on, whichever room is in front."""
        QTimer.singleShot(INDEX_AFTER_MS, self, self._start_indexer)

    def _start_indexer(self) -> None:
        if not self._closed:
            self._indexer.start()

    @Slot()
    def _begin(self) -> None:
        if self._opened or self._closed:
            return
        self._opened = True
        view = read_view(self._project.store)
        if view.side:
            self.grid.set_side(view.side)
        self._wanted_top = view.top
        self.ask(replace(self._question, sorting=view.sorting))
        self._focus_work()

    @Slot()
    def _write_view(self) -> None:
        if self._opened and not self._question.in_bin:
            top = 0 if self._question.is_narrowed else self.grid.top_place() or 0
            view = GalleryView(side=self.grid.side, sorting=self._question.sorting, top=top)
            write_view(self._project, view)

    # Asking

    @Slot(object)
    def ask(self, question: Question) -> None:
        """Show the works that answer another question."""
        self._asked_anew = True
        if question.in_bin != self._question.in_bin:
            self.grid.clear_choice()
            self._close_look()
        self._question = question
        self._title_bar.show_question(question)
        self.narrowing.show_question(question)
        self._finder.look_for(question.query(self._vocabulary, datetime.now().astimezone()))
        if self._opened:
            self._remember.start()

    @Slot(object)
    def _take_counts(self, counts: Count) -> None:
        self._counts = counts

    @Slot(object)
    def _show_found(self, found: Found) -> None:
        today = QDate.currentDate()
        sections = sections_of(found, self._services.language, today)
        self._found = found
        self.grid.show_found(found, sections, from_top=self._asked_anew)
        if self._asked_anew and self._wanted_top:
            self.grid.show_place(self._wanted_top)
        self._asked_anew = False
        self._wanted_top = 0
        if self._wanted_place is not None and self.grid.choose_place(self._wanted_place):
            self._wanted_place = None
        self._forget_what_is_gone(found)
        self._show_page()
        self._fit()
        self.listed.emit()

    def _forget_what_is_gone(self, found: Found) -> None:
        """Leave the close look when what is looked at was removed."""
        if self.look.rows and not all(row.place in found.indexes for row in self.look.rows):
            self._close_look()

    def _show_page(self) -> None:
        if self.look.rows:
            return
        listing = None if self._found is None else self._found.listing
        if listing is None or listing.places or listing.unindexed:
            self._turn_to(self.grid)
            return
        if self._question.is_narrowed:
            self.empty.say(
                self.tr("No picture fits"),
                self.tr("Nothing that lies here has all of this. Take a filter or a word away."),
                icon="search",
                button=self.tr("Show all again"),
            )
        elif self._question.in_bin:
            self.empty.say(
                self.tr("The bin is empty"),
                self.tr("What you remove lies here until you delete it for ever."),
                icon="trash",
                button=self.tr("Back to the kept pictures"),
            )
        else:
            self.empty.say(
                self.tr("Nothing kept yet"),
                self.tr(
                    "In Images, press K on a picture that you like. It comes here with its "
                    "recipe, so that it can be found and made again."
                ),
                icon="gallery",
                button=self.tr("Go to Images"),
            )
        self._turn_to(self.empty)

    def _turn_to(self, page: QWidget) -> None:
        if self._pages.currentWidget() is not page:
            before = self._pages.currentWidget()
            had_focus = before is not None and before.hasFocus()
            self._pages.setCurrentWidget(page)
            if had_focus:
                self._focus_work()

    @Slot()
    def _leave_empty(self) -> None:
        if self._question.is_narrowed:
            self._clear()
        elif self._question.in_bin:
            self._toggle_bin()
        else:
            self._doors.go_to_room()

    @Slot(object)
    def _index_went_on(self, progress: IndexProgress) -> None:
        before, self._progress = self._progress, progress
        if self._closed:
            return
        if progress.unindexed != before.unindexed or progress.is_complete:
            self._finder.forget()
            self._finder.refresh()
        elif not self._follow.isActive():
            self._follow.start()
        self._fit()

    @Slot()
    def _follow_index(self) -> None:
        """Colours were found: the filters count them, and a search for one finds more."""
        self._finder.forget()
        self._finder.refresh()

    # What the title bar and the foot say

    def _fit(self) -> None:
        listing = None if self._found is None else self._found.listing
        count = 0 if listing is None else len(listing.places)
        total = 0 if listing is None else listing.total
        self._title_bar.say(self._sentence(count, total))
        chosen = self.grid.selection.count
        looking = len(self.look.rows)
        self.foot.fit(
            FootState(
                text=self._foot_text(chosen),
                chosen=looking or chosen,
                in_bin=self._question.in_bin,
                is_empty=not total,
                can_change=self._deeds.is_allowed,
            )
        )
        self._show_details()

    def _sentence(self, count: int, total: int) -> str:
        locale = self.locale()
        if self._progress.unindexed:
            left = self._progress.unindexed
            return self.tr("Sorting kept pictures: %n to come", "", left)
        if self._question.is_narrowed:
            return self.tr("{count} of {total}").format(
                count=locale.toString(count), total=locale.toString(total)
            )
        if self._question.in_bin:
            return self.tr("%n picture(s) in the bin", "", total)
        if self._question.colours and self._progress.unseen:
            return self.tr("Looking at colours: %n to come", "", self._progress.unseen)
        return self.tr("%n picture(s) kept", "", total)

    def _foot_text(self, chosen: int) -> str:
        if self.look.rows:
            return self._vocabulary.spoken(self.look.rows[0]) if len(self.look.rows) == 1 else ""
        if chosen:
            return self.tr("%n chosen", "", chosen)
        if self._question.in_bin:
            return self.tr("What lies here stays until you delete it for ever.")
        if self._found is None or not self._found.listing.total:
            return ""
        return self.tr("Click to choose, Shift or Ctrl for many, 1 to 5 for stars.")

    # What is chosen

    @property
    def chosen(self) -> tuple[int, ...]:
        """Places of the works that commands are about."""
        if self.look.row is not None:
            return (self.look.row.place,)
        return self.grid.selection.in_order()

    @Slot()
    def _selection_changed(self) -> None:
        self._fit()

    @Slot(object)
    def _rows_arrived(self, places: frozenset[int]) -> None:
        if places & set(self.chosen[:3]):
            self._kin_of = None
            self._show_details()

    def _show_details(self) -> None:
        chosen = self.chosen
        if not chosen:
            total = 0 if self._found is None else self._found.listing.total
            self._details.show_nothing(total)
            self._kin_of = None
            return
        first = [row for row in (self._finder.row(place) for place in chosen[:3]) if row]
        editable = self._deeds.is_allowed and not self._question.in_bin
        if len(chosen) > 1:
            self._details.show_many(first, len(chosen), editable=editable)
            self._kin_of = None
        elif first:
            self._details.show_one(first[0], editable=editable)
            self._ask_for_kin(first[0])
        else:
            self._finder.want(chosen)

    def _ask_for_kin(self, row: WorkRow) -> None:
        if self._kin_of == row.place:
            return
        self._kin_of, self._kin = row.place, None
        place = row.place

        def arrived(kin: Kin | None) -> None:
            if kin is not None and self._kin_of == place:
                self._kin = kin
                self._details.show_kin(kin)

        self._finder.run(lambda: self._project.store.kin(place), arrived)

    # Commands: what they wait for

    def _needs_some(self) -> str:
        return "" if self.chosen else self.tr("Choose a picture first.")

    def _needs_one(self) -> str:
        return "" if len(self.chosen) == 1 else self.tr("Choose one picture first.")

    def _needs_two(self) -> str:
        both = self.grid.selection.count == 2
        return "" if both else self.tr("Choose two pictures first, with Ctrl or Shift.")

    def _needs_kept(self) -> str:
        if self._question.in_bin:
            return self.tr("Restore it from the bin first.")
        return self._needs_some()

    def _needs_binned(self) -> str:
        if not self._question.in_bin:
            return self.tr("Open the bin first.")
        return self._needs_some()

    def _needs_bin(self) -> str:
        return "" if self._question.in_bin else self.tr("Open the bin first.")

    def _may(self, reason: str) -> bool:
        """Whether a command can begin; else say what it waits for."""
        if reason:
            notice = Notice(text=reason, key="gallery.hint", seconds=SHORT_SECONDS)
            self._services.notices.post(notice)
        return not reason

    # Commands

    @Slot()
    def _focus_search(self) -> None:
        field = self._title_bar.field
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()

    @Slot()
    def _focus_work(self) -> None:
        page = self._pages.currentWidget()
        if page is self.look:
            self.look.take_keyboard()
        elif page is self.empty:
            self.empty.button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.grid.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _open(self) -> None:
        if self._question.in_bin:
            self._look()
        elif self._may(self._needs_one()):
            self._finder.fetch(self.chosen, self._hang)

    def _hang(self, rows: Sequence[WorkRow]) -> None:
        if not rows:
            return
        if not self._doors.can_hang(rows[0]):
            text = self.tr("The model {model} is not here; the picture can only be looked at.")
            self._may(text.format(model=self._vocabulary.model(rows[0].model)))
            self._look()
            return
        self._close_look()
        self._doors.hang_around(rows[0])

    @Slot()
    def _look(self) -> None:
        if not self.look.rows and self._may(self._needs_one()):
            self._look_at(self.chosen)

    @Slot()
    def _compare(self) -> None:
        if not self.look.rows and self._may(self._needs_two()):
            self._look_at(self.grid.selection.in_order())

    def _look_at(self, places: Sequence[int]) -> None:
        self._finder.fetch(places, lambda rows: self.look.look_at(rows, self._show_look))

    def _show_look(self) -> None:
        self._pages.setCurrentWidget(self.look)
        self.look.take_keyboard()
        self._fit()

    @Slot()
    def _close_look(self) -> None:
        self.look.clear()
        if self._pages.currentWidget() is self.look:
            self._show_page()
            self._focus_work()
            self._fit()

    @Slot(object)
    def _step(self, by: int) -> None:
        """Look at the neighbour in the list, and choose it."""
        row = self.look.row
        index = None if row is None else self.grid.selection.index_of(row.place)
        if index is not None and 0 <= index + by < len(self.grid.places):
            place = self.grid.places[index + by]
            self.grid.choose_place(place)
            self._look_at((place,))

    @Slot()
    def _copy(self) -> None:
        if self._may(self._needs_kept()):
            self._finder.fetch(self.chosen, self._doors.copy)

    @Slot()
    def _copy_number(self) -> None:
        def copy(rows: Sequence[WorkRow]) -> None:
            from PySide6.QtGui import QGuiApplication

            QGuiApplication.clipboard().setText("\n".join(str(row.seed) for row in rows))

        if self._may(self._needs_some()):
            self._finder.fetch(self.chosen, copy)

    @Slot()
    def _export(self) -> None:
        if self._may(self._needs_kept()):
            self._finder.fetch(self.chosen, self._doors.export)

    @Slot(int)
    def _rate(self, rating: int) -> None:
        if self._may(self._needs_kept()):
            self._deeds.rate(self.chosen, rating)

    @Slot()
    def _rename(self) -> None:
        """Name in the inspector, which is shown for it if it is hidden."""
        if not self._may(self._needs_kept() or self._needs_one()) or not self._deeds.is_allowed:
            return
        if not self._details.isVisible():
            self._services.actions.action("window.inspector").trigger()
        self._details.begin_renaming()

    @Slot(str)
    def _rename_to(self, title: str) -> None:
        rows = [self._finder.row(place) for place in self.chosen]
        if len(rows) == 1 and rows[0] is not None:
            self._deeds.rename(rows[0], title)
            self._focus_work()

    @Slot()
    def _remove(self) -> None:
        if self._question.in_bin:
            self._purge()
        elif self._may(self._needs_some()):
            self._deeds.remove(self.chosen)

    @Slot()
    def _restore(self) -> None:
        if self._may(self._needs_binned()):
            self._deeds.restore(self.chosen)

    @Slot()
    def _purge(self) -> None:
        if self._may(self._needs_binned()):
            self._deeds.purge(self.chosen)

    @Slot()
    def _empty_bin(self) -> None:
        if self._may(self._needs_bin()) and self._found is not None:
            self._deeds.purge(self._found.listing.places)

    @Slot()
    def _toggle_bin(self) -> None:
        self._title_bar.show_bin(not self._question.in_bin)
        self._focus_work()

    @Slot()
    def _clear(self) -> None:
        self.ask(self._question.widened())
        self._focus_work()

    @Slot()
    def _choose_all(self) -> None:
        if not self.look.rows:
            self.grid.choose_all()

    @Slot()
    def _larger(self) -> None:
        self.grid.step_side(1)

    @Slot()
    def _smaller(self) -> None:
        self.grid.step_side(-1)

    @Slot()
    def _open_filters(self) -> None:
        panel = FilterPanel(self._question, self._counts, self._vocabulary, self)
        panel.changed.connect(self.ask)
        panel.drop_from(self._title_bar.filter_button)

    @Slot()
    def _go_to_parents(self) -> None:
        if not self._may(self._needs_one()):
            return
        kin = self._kin
        if kin is None or not kin.parents:
            self._may(self.tr("What it was made from is not kept."))
            return
        self._close_look()
        self.go_to(kin.parents[0].place)

    @Slot()
    def _show_children(self) -> None:
        if not self._may(self._needs_one()):
            return
        if self._kin is None or not self._kin.children:
            self._may(self.tr("Nothing that was made from it is kept."))
            return
        self._close_look()
        question = Question(parent=self._kin.identity, sorting=self._question.sorting)
        self.ask(question)

    def go_to(self, place: int) -> None:
        """Choose a kept work and bring it into view, whatever is listed now."""
        if not self.grid.choose_place(place):
            self._wanted_place = place
            self.ask(Question(sorting=self._question.sorting))

    @Slot()
    def _drag_chosen(self) -> None:
        if not self._question.in_bin:
            rows = [row for row in (self._finder.row(place) for place in self.chosen) if row]
            if len(rows) == len(self.chosen):
                self._drag(rows)
            else:
                self._may(self.tr("These are too many to drag; export them instead."))

    def _drag(self, rows: Sequence[WorkRow]) -> None:
        ratio = self.devicePixelRatioF()
        preview = self._thumbnails.get(self.grid.wanted(rows[0], ratio)) if rows else None
        self._doors.drag(rows, preview, self.grid)

    def _decoded(self, row: WorkRow) -> QImage:
        return self._doors.decode(self._project.store.read_blob(row.blob), row.id)

    # Menus

    @Slot(object)
    def _grid_menu(self, event: GridMenu) -> None:
        self._popup_menu(event.position)

    @Slot(object)
    def _popup_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        names = (
            ("look", "compare", "", "restore", "purge")
            if self._question.in_bin
            else (
                "open",
                "look",
                "compare",
                "",
                "copy",
                "export",
                "rename",
                "number",
                "parents",
                "children",
                "",
                "remove",
            )
        )
        for name in names:
            if not name:
                menu.addSeparator()
                continue
            command = self._services.actions.command(f"gallery.{name}")
            if command.is_possible:
                menu.addAction(command.action)
            if name == "rename" and command.is_possible:
                stars = menu.addMenu(self.tr("Stars"))
                for rating in reversed(range(MAXIMUM_RATING + 1)):
                    stars.addAction(self._services.actions.action(f"gallery.stars_{rating}"))
        menu.popup(position)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape or not self._step_back():
            super().keyPressEvent(event)

    def _step_back(self) -> bool:
        """Escape: out of the picture, out of the choice, out of the search, out of the bin."""
        if self.look.rows:
            self._close_look()
        elif self.grid.selection.count:
            self.grid.clear_choice()
        elif self._question.is_narrowed:
            self._clear()
        elif self._question.in_bin:
            self._toggle_bin()
        else:
            return False
        return True


def _always() -> str:
    return ""
