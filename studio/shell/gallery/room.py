"""The gallery: every kept picture, to be found again, looked at, ordered and handed on.

The room puts its parts together: the title bar asks, the finder answers, the grid shows, the
deeds change, the doors lead out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication, QDate, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.project.indexer import Indexer, IndexProgress
from studio.project.search import Count, WorkRow
from studio.project.works import RATE, REMOVE, RENAME, SCOPE
from studio.shell.gallery.bars import FootState, GalleryFoot, NarrowingBar
from studio.shell.gallery.chosen import ChosenWorks
from studio.shell.gallery.commands import GalleryCommands
from studio.shell.gallery.deeds import GalleryDeeds
from studio.shell.gallery.details import GalleryDetails
from studio.shell.gallery.doors import OpenDoors, WorkDoors
from studio.shell.gallery.empty_page import EmptyPage
from studio.shell.gallery.filters import FilterPanel
from studio.shell.gallery.finder import Found, GalleryFinder
from studio.shell.gallery.grid import GalleryGrid
from studio.shell.gallery.look import LookPage
from studio.shell.gallery.question import Question
from studio.shell.gallery.thumbnails import Thumbnails
from studio.shell.gallery.title_bar import GalleryTitleBar
from studio.shell.gallery.view_memory import GalleryView, read_view, write_view
from studio.shell.gallery.vocabulary import Vocabulary, sections_of
from studio.shell.services import Services
from studio.shell.theme import GAP

INDEX_AFTER_MS: Final = 1_500
"""The first pictures of the day come before the index of older ones."""
REMEMBER_MS: Final = 500
REFRESH_MS: Final = 1_000
"""How often the list follows while the index is being filled."""


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
        deeds = GalleryDeeds(
            services.project, self._finder, services.notices, self, services.language
        )
        self._indexer = Indexer(store, self._index_told.emit)
        self._progress = IndexProgress(unindexed=0, unseen=0)
        self._asked_anew = True
        self._was_in_bin = False
        self._found: Found | None = None
        self._counts = Count(models={}, kinds={}, colours={}, ratings={})
        self._opened = False
        self._closed = False
        self._wanted_top = 0
        self._wanted_place: int | None = None
        """The work that is chosen as soon as it is listed."""
        caption, spoken = self._vocabulary.caption, self._vocabulary.spoken
        self.grid = GalleryGrid(self._finder, self._thumbnails, caption, spoken, self)
        self.look = LookPage(self._finder, self._decoded, spoken, self)
        self.empty = EmptyPage(self)
        self.narrowing = NarrowingBar(self._vocabulary, self)
        self._title_bar = GalleryTitleBar()
        self._details = GalleryDetails(self._vocabulary, self._thumbnails, services.language)
        self.chosen = ChosenWorks(
            store,
            self._finder,
            self.grid,
            self.look,
            self._details,
            self._title_bar,
            can_change=deeds.is_allowed,
            parent=self,
        )
        self.commands = GalleryCommands(
            services,
            self,
            finder=self._finder,
            grid=self.grid,
            look=self.look,
            chosen=self.chosen,
            deeds=deeds,
            doors=self._doors,
            details=self._details,
            bar=self._title_bar,
        )
        self.foot = GalleryFoot(services.actions, self)
        self._can_change = deeds.is_allowed
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
        finder, grid, commands = self._finder, self.grid, self.commands
        finder.counted.connect(self._take_counts)
        finder.found.connect(self._show_found)
        finder.failed.connect(self._services.notices.report)
        grid.zoomed.connect(lambda _side: self._remember.start())
        grid.verticalScrollBar().valueChanged.connect(lambda _value: self._remember.start())
        self.chosen.changed.connect(self._fit)
        self.look.closed.connect(self._close_look)
        self.look.comparison.active_changed.connect(self._put_out)
        self.empty.wanted.connect(self._leave_empty)
        self.foot.zoom_wanted.connect(grid.step_side)
        self.narrowing.asked.connect(self.ask)
        bar = self._title_bar
        bar.asked.connect(self.ask)
        bar.filters_wanted.connect(self._open_filters)
        bar.field_left.connect(self._focus_work)
        commands.asked.connect(self.ask)
        commands.look_wanted.connect(self._look_at)
        commands.look_left.connect(self._close_look)
        commands.focus_wanted.connect(self._focus_work)
        commands.filters_wanted.connect(self._open_filters)
        commands.sought.connect(self.go_to)
        self._index_told.connect(self._index_went_on, Qt.ConnectionType.QueuedConnection)

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
        return self._title_bar.question

    @property
    def found(self) -> Found | None:
        """The last answer."""
        return self._found

    @property
    def finder(self) -> GalleryFinder:
        """What answers."""
        return self._finder

    @property
    def indexer(self) -> Indexer:
        """What fills the index."""
        return self._indexer

    @property
    def doors(self) -> WorkDoors:
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
        self.ask(replace(self.question, sorting=view.sorting))
        self._focus_work()

    @Slot()
    def _write_view(self) -> None:
        if self._opened and not self.question.in_bin:
            top = 0 if self.question.is_narrowed else self.grid.top_place() or 0
            view = GalleryView(side=self.grid.side, sorting=self.question.sorting, top=top)
            write_view(self._project, view)

    # Asking

    @Slot(object)
    def ask(self, question: Question) -> None:
        """Show the works that answer another question."""
        self._asked_anew = True
        self._wanted_place = None
        if question.in_bin != self._was_in_bin:
            self.grid.clear_choice()
            self._close_look()
        self._was_in_bin = question.in_bin
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
        if self.question.is_narrowed:
            self.empty.say(
                self.tr("No picture fits"),
                self.tr("Nothing that lies here has all of this. Take a filter or a word away."),
                icon="search",
                button=self.tr("Show all again"),
            )
        elif self.question.in_bin:
            self.empty.say(
                self.tr("The bin is empty"),
                self.tr("What you remove lies here until you delete it for ever."),
                icon="trash",
                button=self.tr("Back to the kept pictures"),
            )
        else:
            teaching = self.tr(
                "In Images, press K on a picture that you like. It comes here with its "
                "recipe, so that it can be found and made again."
            )
            heading = self.tr("Nothing kept yet")
            if listing.binned:
                heading = self.tr("Nothing is kept")
                lying = self.tr(
                    "%n picture(s) lie in the bin; open it above to take them out again.",
                    "",
                    listing.binned,
                )
                teaching = f"{lying} {teaching}"
            self.empty.say(
                heading,
                teaching,
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
        if self.question.is_narrowed:
            self.commands.widen()
        elif self.question.in_bin:
            self.commands.toggle_bin()
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
        self._title_bar.show_binned(0 if listing is None else listing.binned)
        self.foot.fit(
            FootState(
                text=self._foot_text(count),
                chosen=len(self.chosen.places),
                is_looking=bool(self.look.rows),
                in_bin=self.question.in_bin,
                is_empty=not total,
                can_change=self._can_change,
            )
        )
        self.chosen.show(total)

    def _sentence(self, count: int, total: int) -> str:
        locale = self.locale()
        if self._progress.unindexed:
            left = self._progress.unindexed
            return self.tr("Sorting kept pictures: %n to come", "", left)
        if self.question.is_narrowed:
            return self.tr("{count} of {total}").format(
                count=locale.toString(count), total=locale.toString(total)
            )
        if self.question.in_bin:
            return self.tr("%n picture(s) in the bin", "", total)
        if self.question.colours and self._progress.unseen:
            return self.tr("Looking at colours: %n to come", "", self._progress.unseen)
        return self.tr("%n picture(s) kept", "", total)

    def _foot_text(self, count: int) -> str:
        chosen = self.grid.selection.count
        if self.look.rows or not count:
            return ""
        if chosen:
            return self.tr("%n chosen", "", chosen)
        if self.question.in_bin:
            return self.tr("What lies here stays until you delete it for ever.")
        return self.tr("Click to choose, Shift or Ctrl for many, 1 to 5 for stars.")

    # Looking closely

    @Slot(object)
    def _look_at(self, places: Sequence[int]) -> None:
        self._finder.fetch(places, lambda rows: self.look.look_at(rows, self._show_look))

    def _show_look(self) -> None:
        self._pages.setCurrentWidget(self.look)
        self.look.take_keyboard()
        self._fit()
        self._put_out()

    @Slot()
    def _put_out(self) -> None:
        """The output window follows what is looked at."""
        picture = self.look.picture
        if picture is not None:
            self._services.output.show_picture(picture)

    @Slot()
    def _close_look(self) -> None:
        self.look.clear()
        if self._pages.currentWidget() is self.look:
            self._show_page()
            self._focus_work()
            self._fit()

    @Slot(int)
    def go_to(self, place: int) -> None:
        """Choose a kept work and bring it into view, whatever is listed now."""
        if not self.grid.choose_place(place):
            self.ask(Question(sorting=self.question.sorting))
            self._wanted_place = place

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
    def _open_filters(self) -> None:
        panel = FilterPanel(self.question, self._counts, self._vocabulary, self)
        panel.changed.connect(self.ask)
        panel.drop_from(self._title_bar.filter_button)

    def _decoded(self, row: WorkRow) -> QImage:
        return self._doors.decode(self._project.store.read_blob(row.blob), row.id)

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
        elif self.question.is_narrowed:
            self.commands.widen()
        elif self.question.in_bin:
            self.commands.toggle_bin()
        else:
            return False
        return True
