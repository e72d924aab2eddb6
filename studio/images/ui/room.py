"""The images room: a wall to choose from, what was kept below it, one picture close by.

The room puts its parts together and passes on what the user does; what hangs is the desk's
affair, what is kept the keeper's, what leaves the house the exporter's.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.contract.manifest import Model
from studio.contract.overriding import override
from studio.contract.recipe import Recipe, before_enlarging
from studio.film.tags import is_film_file
from studio.images.document import SCOPE, parents_of
from studio.images.shifting import with_amount
from studio.images.traits import TraitShelves
from studio.images.ui.attention import Attention
from studio.images.ui.background import BackgroundWork
from studio.images.ui.close_view import CloseView
from studio.images.ui.control_link import ControlLink
from studio.images.ui.desk import WallDesk, WallHung
from studio.images.ui.exporter import Exporter
from studio.images.ui.film.jobs import FilmJobs
from studio.images.ui.flight import fly
from studio.images.ui.genes.panel import GenesPanel
from studio.images.ui.genes.piles import GenePiles
from studio.images.ui.genes.seeker import TraitSeeker
from studio.images.ui.genes.strip import AmountChosen
from studio.images.ui.inspector import (
    ImagesInspector,
)
from studio.images.ui.keeper import WorkKeeper
from studio.images.ui.kept import KeptPictures
from studio.images.ui.kept_strip import PADDING as STRIP_PADDING
from studio.images.ui.kept_strip import SIDE, WorkEvent
from studio.images.ui.maker import (
    PictureArrived,
    PictureMaker,
)
from studio.images.ui.message_page import MessagePage
from studio.images.ui.model_stage import ModelStage
from studio.images.ui.modes import BREED, EXPLORE, FILM, WALL, ModeBoard, ModeContext, mode_entries
from studio.images.ui.names import edit_texts
from studio.images.ui.neighbourhood import CENTRE, NeighbourEvent
from studio.images.ui.neighbours import Neighbours
from studio.images.ui.outgoing import OutgoingPictures
from studio.images.ui.pair_commands import PairCommands
from studio.images.ui.picture_commands import PictureCommands
from studio.images.ui.picture_tools import PictureTools
from studio.images.ui.restorer import PictureRestorer, Restored, restored_text
from studio.images.ui.room_memory import RoomMemory
from studio.images.ui.room_menus import RoomMenus
from studio.images.ui.room_names import RoomNames
from studio.images.ui.subject import Subject
from studio.images.ui.title_bar import ImagesTitleBar
from studio.images.ui.wall import PADDING as WALL_PADDING
from studio.images.ui.wall import WallView
from studio.images.ui.wall_board import WallBoard
from studio.images.ui.wall_faces import TileEvent
from studio.project.nodes import Work
from studio.shell.notices import Notice, NoticeKind
from studio.shell.pictures.named import NamedPicture
from studio.shell.services import Services
from studio.shell.theme import GAP, MARGIN

SHORT_SECONDS: Final = 8.0
PAIR_HINT: Final = "images.pair"
"""Says what two pictures are waited for; over once they are chosen."""
FOOT: Final = 12


class ImagesRoom(QWidget):
    """See `studio.shell.services.Room`."""

    kept_wanted = Signal(str)
    """Payload: id of a work that is to be shown among the kept ones."""
    turned = Signal()
    """Another mode is in front; see `studio.shell.services.Turning`."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._background = BackgroundWork(self)
        outgoing = services.places.cache / "outgoing"
        self._pictures = OutgoingPictures(self._background, outgoing)
        self._maker = PictureMaker(services.host, self)
        self._desk = WallDesk(services.project, self._maker, services.models, self)
        self._keeper = WorkKeeper(services.project, self._pictures, services.notices, self)
        self._exporter = Exporter(self._background, services.jobs, services.notices, self)
        self._commands = PictureCommands(
            services, self._pictures, self._keeper, self._exporter, self._desk.models, self
        )
        self._restorer = PictureRestorer(self._background, self._maker, self._desk, self)
        self._waiting_file: Path | None = None
        self._waiting_base: Recipe | None = None
        self._opened = False
        self._closed = False
        self._wanted_place: int | None = None
        """The tile that is looked at close by as soon as it has been made."""

        self._names = RoomNames(self._desk, self._keeper, services.language)
        self._title_bar = ImagesTitleBar()
        shelves = TraitShelves(services.places, run=self._write_beside)
        self._genes = TraitSeeker(services.host, services.jobs, services.notices, shelves, self)
        self._gene_panel = GenesPanel(
            self._genes, PictureMaker(services.host, self), services.notices, services.language
        )
        self._inspector = ImagesInspector(services.language, self._gene_panel)
        self._wall_side = QWidget(self)
        """What is seen of the room while the wall is in front."""
        self._board = WallBoard(
            self._desk, self._keeper, services.language, self._close_places, self
        )
        self._wall = self._board.view
        self._controls = ControlLink(self._inspector, self._desk, self._wall, self)
        self._close_view = CloseView(self._names.subject_name, self)
        self._neighbours = Neighbours(
            self._desk,
            self._board,
            PictureMaker(services.host, self),
            self._maker,
            self._names.subject_spoken,
            self,
        )
        self._message = MessagePage(self)
        self._modes = ModeBoard(
            services,
            self._mode_context,
            mode_entries() if self._desk.models else (),
            self._wall_side,
            self._inspector,
            self.hang_around,
            self,
        )
        self._stage = ModelStage(
            services,
            self._desk,
            self._maker,
            self._board,
            self._title_bar,
            self._inspector,
            self._message,
            self._modes,
            self,
        )
        self._kept = KeptPictures(
            self,
            services.project,
            self._keeper,
            self._background,
            services.notices,
            self._names.work_spoken,
        )
        self._piles = GenePiles(
            services,
            self._genes,
            self._kept.thumbnails,
            self._background,
            self._names.work_spoken,
            self,
        )
        self._attention = Attention(
            self._close_view, self._neighbours, self._board, self._kept, self._desk, self._keeper
        )
        self._tools = PictureTools(
            services,
            self._desk.models,
            self._background,
            self._attention.with_subject,
            self._attention.why_no_picture,
            self._board.subjects,
            self,
            self._wall_side,
        )
        self._pairs = PairCommands(self._close_view, self._board, self._kept, self._desk, self)
        self._menus = RoomMenus(
            services.actions,
            self._desk,
            self._neighbours,
            self._kept,
            self._keeper,
            self._attention,
            self,
        )
        self._memory = RoomMemory(
            services.project,
            self._desk,
            self._board,
            self._close_view,
            self._inspector,
            lambda: self._modes.name,
            self,
        )
        self._build()
        self._connect_wall()
        self._connect_rest()
        self._add_commands()
        QTimer.singleShot(0, self, FilmJobs.of(services).offer_unfinished)

    def _build(self) -> None:
        self._pages = QStackedWidget(self)
        self._wall_page = QWidget(self)
        beside = QVBoxLayout(self._wall_page)
        beside.setContentsMargins(MARGIN - WALL_PADDING, 0, 0, 0)
        beside.addWidget(self._wall)
        for page in (self._wall_page, self._close_view, self._message):
            self._pages.addWidget(page)
        foot = QVBoxLayout()
        foot.setContentsMargins(MARGIN, GAP, MARGIN, FOOT)
        foot.addWidget(self._kept.strip)
        side = QVBoxLayout(self._wall_side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        side.addWidget(self._pages, 1)
        side.addLayout(foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._modes.stack)
        self._title_bar.take_switch(self._modes.switch)

    def _connect_wall(self) -> None:
        self._wall.activated.connect(lambda _event: self._zoom_in())
        self._wall.menu_wanted.connect(self._menus.show_for_tile)
        self._wall.drag_started.connect(self._tile_dragged)
        self._board.choice_shown.connect(self._choice_shown)
        self._neighbours.changed.connect(self._choice_shown)
        self._neighbours.opened.connect(self._look_at)
        self._neighbours.view.drag_started.connect(self._neighbour_dragged)
        self._neighbours.view.menu_wanted.connect(self._menus.show_for_neighbour)
        self._board.bar.more_wanted.connect(self._more_like_this)
        self._board.bar.keep_wanted.connect(self._keep)
        self._board.bar.compare_wanted.connect(self._pairs.compare)
        self._board.bar.cross_wanted.connect(self._pairs.cross)
        self._pairs.compared.connect(lambda subjects: self._look_at(*subjects))
        self._pairs.crossing.connect(self._leave_pictures)
        self._pairs.crossed.connect(self._focus_wall)
        self._pairs.hinted.connect(lambda text: self._hint(text, key=PAIR_HINT))
        self._pairs.model_missed.connect(self._stage.say_missing)
        self._desk.hung.connect(self._wall_hung)
        self._desk.tile_made.connect(self._tile_made)
        self._desk.refused.connect(self._services.notices.report)
        self._maker.all_made.connect(self._memory.look_again)
        self._memory.looked.connect(lambda subjects: self._look_at(*subjects))

    def _connect_rest(self) -> None:
        self._modes.turned.connect(self._turned)
        self._title_bar.back_wanted.connect(self._go_back)
        self._title_bar.roll_wanted.connect(self._desk.roll)
        close = self._close_view
        close.closed.connect(self._close_zoom)
        close.active_changed.connect(self._show_close_actions)
        close.drag_started.connect(self._commands.drag)
        close.menu_wanted.connect(self._menus.show_close_by)
        close.step_wanted.connect(self._look_further)
        self._close_view.more_wanted.connect(self._more_like_this)
        self._close_view.keep_wanted.connect(self._keep)
        self._close_view.cross_wanted.connect(self._pairs.cross)
        self._close_view.copy_wanted.connect(self._copy)
        self._close_view.export_wanted.connect(self._export)
        self._close_view.enlarge_wanted.connect(self._tools.enlarge)
        self._stage.message_wanted.connect(lambda: self._pages.setCurrentWidget(self._message))
        self._stage.wall_wanted.connect(lambda: self._pages.setCurrentWidget(self._wall_page))
        strip, bar = self._kept.strip, self._kept.bar
        strip.chosen.connect(self._work_chosen)
        strip.opened.connect(self._work_opened)
        strip.menu_wanted.connect(self._menus.show_for_work)
        strip.drag_started.connect(lambda e: self._kept.with_subject(e.work, self._commands.drag))
        self._kept.between.clicked.connect(self._pairs.cross)
        bar.cross_wanted.connect(self._pairs.cross)
        bar.compare_wanted.connect(self._pairs.compare)
        bar.open_wanted.connect(self._zoom_in)
        bar.copy_wanted.connect(self._copy)
        bar.export_wanted.connect(self._export)
        bar.enlarge_wanted.connect(self._tools.enlarge)
        self._keeper.works_changed.connect(self._works_changed)
        self._restorer.restored.connect(self._picture_restored)
        self._restorer.failed.connect(self._services.notices.report)
        self._gene_panel.amount_chosen.connect(self._take_amount)
        self._gene_panel.piles_wanted.connect(self._open_piles)

    def _add_commands(self) -> None:
        group, first = self.tr("Images"), ("more_like_this", "keep", "roll", "zoom", "compare")
        when = {
            **dict.fromkeys(
                ("more_like_this", "explore", "breed", "zoom", "copy", "export", "number"),
                self._attention.why_no_picture,
            ),
            "keep": self._attention.why_no_keep,
            "lock": self._attention.why_no_tile,
            "compare": self._pairs.why_no_comparison,
            "cross": self._pairs.why_no_crossing,
            "back": self._attention.why_not_back,
        }
        for identity, text, run, shortcuts in (
            ("images.more_like_this", self.tr("More like this"), self._more_like_this, ("M",)),
            ("images.keep", self.tr("Keep"), self._keep, ("K",)),
            ("images.roll", self.tr("New pictures"), self._desk.roll, ("R",)),
            ("images.lock", self.tr("Lock, so that it stays"), self._lock, ("L",)),
            ("images.zoom", self.tr("Look closer"), self._zoom_in, ("Z",)),
            ("images.compare", self.tr("Compare two"), self._pairs.compare, ("C",)),
            ("images.cross", self.tr("Cross these two"), self._pairs.cross, ("X",)),
            ("images.explore", self.tr("Explore from this"), self._explore, ("Shift+E",)),
            ("images.breed", self.tr("Breed from this"), self._breed, ("B",)),
            ("images.copy", self.tr("Copy"), self._copy, ("Ctrl+C",)),
            ("images.export", self.tr("Export…"), self._export, ("Ctrl+E",)),
            ("images.more", self.tr("More pictures below"), self._desk.extend, ("Ctrl+Down",)),
            ("images.back", self.tr("Back to the wall before"), self._go_back, ("Alt+Left",)),
            ("images.number", self.tr("Copy the number"), self._copy_number, ()),
            ("images.models", self.tr("Choose a model"), self._stage.pick, ()),
            ("images.genes", self.tr("Genes"), self._show_genes, ("G",)),
            ("images.find_genes", self.tr("Find genes"), self._gene_panel.find_genes, ()),
            ("images.piles", self.tr("A gene from two piles…"), self._open_piles, ()),
        ):
            name = identity.removeprefix("images.")
            self._services.actions.add(
                identity,
                text,
                run,
                group=group,
                shortcuts=shortcuts,
                owner=self if name in ("models", "piles") else self._wall_side,
                first=name in first,
                when=when.get(name, str),
            )
        self._title_bar.roll_button.follow_key(self._services.actions.action("images.roll"))
        for bar in (self._board.bar, self._kept.bar, self._close_view):
            bar.follow_keys(self._services.actions)
            if self._keeper.why_not():
                bar.forbid_changes(self._keeper.why_not())

    # What the window asks for

    @property
    def title_bar(self) -> ImagesTitleBar:
        """Model, sentence, new pictures."""
        return self._title_bar

    @property
    def inspector(self) -> QWidget:
        """The controls of the mode in front."""
        return self._modes.inspectors

    @property
    def controls(self) -> ImagesInspector:
        """The controls of the wall."""
        return self._inspector

    @property
    def genes(self) -> GenesPanel:
        """The genes of the wall's model, for the chosen picture."""
        return self._gene_panel

    @property
    def piles(self) -> GenePiles:
        """Finds genes from two piles of kept pictures."""
        return self._piles

    @property
    def modes(self) -> ModeBoard:
        """Which mode is in front: the wall, or another way of working."""
        return self._modes

    @property
    def tools(self) -> PictureTools:
        """What is made of finished pictures."""
        return self._tools

    @property
    def work(self) -> QWidget:
        """The wall, or what stands in its place."""
        front = self._modes.front
        return self._pages if front is None else front.work

    @property
    def undo_scope(self) -> str:
        """The history of the mode in front."""
        front = self._modes.front
        return SCOPE if front is None else front.undo_scope

    @property
    def wall(self) -> WallView:
        """The wall."""
        return self._wall

    @property
    def desk(self) -> WallDesk:
        """What hangs and why."""
        return self._desk

    @property
    def neighbours(self) -> Neighbours:
        """The picture that was clicked, grown, with what is near it."""
        return self._neighbours

    @property
    def stage(self) -> ModelStage:
        """Which model is on stage."""
        return self._stage

    @property
    def maker(self) -> PictureMaker:
        """What asks the host for pictures."""
        return self._maker

    @property
    def board(self) -> WallBoard:
        """The wall as the desk wants it."""
        return self._board

    @property
    def kept(self) -> KeptPictures:
        """What was kept."""
        return self._kept

    @property
    def close_view(self) -> CloseView:
        """One or two pictures close by."""
        return self._close_view

    @property
    def message(self) -> MessagePage:
        """What stands in the wall's place when nothing can hang."""
        return self._message

    @property
    def exporter(self) -> Exporter:
        """What writes files."""
        return self._exporter

    @property
    def commands(self) -> PictureCommands:
        """What can be done with a picture."""
        return self._commands

    @property
    def restorer(self) -> PictureRestorer:
        """What reads files."""
        return self._restorer

    def edit_text(self, label: str, parameters: Mapping[str, str]) -> str:
        """What a step of the history did, in words."""
        for mode in self._modes.built.values():
            words = mode.edit_text(label, parameters)
            if words:
                return words
        texts = edit_texts()
        return texts.get(label, texts["images.wall"]).format(**parameters)

    def settle(self) -> None:
        """See `studio.shell.services.Turning`."""
        front = self._modes.front
        if front is None:
            self._desk.settle()
        else:
            front.settle()

    def open_picture(self, path: str) -> None:
        """Restore a picture that was made here, with its neighbours around it."""
        file = Path(path)
        if self._pictures.is_own(file):
            return  # dragged out and dropped where it came from
        if self._opened and is_film_file(file):
            self._modes.show(FILM)
        front = self._modes.front
        if front is not None and front.take_file(path):
            return
        if self._opened:
            self._modes.show(WALL)
            self._restorer.restore(file)
        else:
            self._waiting_file = file

    def flush(self) -> None:
        """Write what waits and end the threads; the room is closed or built anew after this."""
        if self._closed:
            return
        self._modes.flush()
        self._piles.close()
        self._gene_panel.close_shelf()
        self._desk.flush()
        self._memory.flush()
        self._closed = True
        self._neighbours.drop()
        self._maker.stop()
        self._keeper.flush()
        self._background.close()

    # Opening

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._opened:
            QTimer.singleShot(0, self._open)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._kept.bar.hide()

    @Slot()
    def _open(self) -> None:
        """Hang the first wall, as soon as its place has a size."""
        if self._opened or self._closed:
            return
        self._opened = True
        self._kept.strip.refresh()
        model = self._desk.load()
        if model is None:
            self._stage.show_none()
            return
        view = self._memory.read()
        self._stage.show(model)
        self._board.open()
        self._desk.open(model, self._wall.columns, self._board.first_count())
        self._memory.show(view)
        self._wall.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._waiting_file is not None:
            self._restorer.restore(self._waiting_file)
        if self._waiting_base is not None:
            self.hang_around(self._waiting_base)
        if self._waiting_file is None and self._waiting_base is None:
            self._modes.show(view.mode)

    # The modes

    def _mode_context(self) -> ModeContext:
        services = self._services
        return ModeContext(
            models=self._desk.models,
            keeper=self._keeper,
            works=self._kept,
            pictures=self._pictures,
            exporter=self._exporter,
            commands=self._commands,
            tools=self._tools,
            names=self._names,
            background=self._background,
            new_maker=lambda parent: PictureMaker(services.host, parent),
            open_in=self._modes.show,
            has_mode=lambda name: name in self._modes.names,
            current_model=lambda: self._desk.model,
            show_kept=self.kept_wanted.emit,
            genes=self._genes,
            open_piles=self._piles.open,
        )

    def _write_beside(self, write: Callable[[], None]) -> None:
        """Write what somebody has seen happen, also while the room is closed."""
        report = self._services.notices.report
        self._background.run(write, lambda _none: None, report, owed=True)

    # Genes

    @Slot()
    def _show_genes(self) -> None:
        """Bring the genes of the wall's model into sight."""
        if not self._inspector.isVisible():
            try:
                self._services.actions.action("window.inspector").trigger()
            except KeyError:
                return  # this window has no place for controls
        self._inspector.show_genes()

    @Slot()
    def _open_piles(self) -> None:
        front = self._modes.front
        model = self._desk.model if front is None else front.model or self._desk.model
        if model is not None:
            self._piles.open(model)

    def open_piles(self, model: Model, works: Sequence[Work]) -> None:
        """Find what these kept pictures have and others have not."""
        self._piles.open(model, works)

    @Slot(object)
    def _take_amount(self, event: AmountChosen) -> None:
        """So much of a trait: on the wall in the picture's own place, else in the explorer."""
        subject, model = self._gene_panel.subject, self._desk.model
        if subject is None or model is None:
            return
        recipe = with_amount(subject, event.trait, event.amount, styles=model.manifest.styles)
        place, middle = self._wall.chosen, self._neighbours.subject
        if place is not None and (middle is None or middle.place is not None):
            self._neighbours.close()
            self._desk.put(place, recipe, of=subject)
        else:
            self._leave_pictures()
            self._modes.show(EXPLORE, recipe)

    @Slot()
    def _turned(self) -> None:
        """Another mode is in front, or it says something else now."""
        front = self._modes.front
        self._kept.bar.hide()
        self._title_bar.show_roll(front is None)
        self._stage.show_title()
        if front is None:
            self._show_sentence()
            self._show_output()
            if not self._modes.switch.has_focus:
                self._focus_front()
        else:
            self._title_bar.say(front.sentence, can_go_back=False)
        self._memory.note()
        self.turned.emit()

    def _focus_front(self) -> None:
        """Put the keyboard on what is seen of the wall's side."""
        close = self._close_view
        (close.view if close.subjects else self._wall).setFocus(Qt.FocusReason.OtherFocusReason)

    # The wall

    @Slot(object)
    def _wall_hung(self, event: WallHung) -> None:
        wall, model = self._desk.wall, self._desk.model
        if wall is None:
            return
        if model is None:
            self._stage.say_missing(wall.model)
            return
        self._stage.show(model)
        if self._pages.currentWidget() is self._message:
            self._pages.setCurrentWidget(self._wall_page)
        if event.reason not in ("adjusted", "extended", "opened"):
            self._close_zoom()
        self._board.hang(event)
        self._update_close_view()
        if not event.live:
            self._show_sentence()
            self._controls.show_values()
            self._memory.note()

    @Slot(object)
    def _tile_made(self, event: PictureArrived) -> None:
        self._board.show_arrival(event)
        if event.place == self._wanted_place and event.is_current and self._close_view.subjects:
            self._look_at_place(event.place)
        picture = event.picture
        self._close_view.show_newer(
            Subject(recipe=picture.recipe, image=picture.image, place=event.place)
        )
        if event.place in (self._wall.chosen, *self._close_places()):
            self._show_output()

    def _close_places(self) -> tuple[int, ...]:
        """What is looked at, or is to be as soon as it has been made."""
        if self._wanted_place is not None and self._close_view.subjects:
            return (self._wanted_place,)
        return tuple(s.place for s in self._close_view.subjects if s.place is not None)

    def _show_sentence(self) -> None:
        if self._modes.front is not None:
            return
        wall = self._desk.wall
        base, partner = (None, None) if wall is None else parents_of(wall)
        if base is not None and partner is not None:
            text = self.tr("Children of {first} and {second}.").format(
                first=self._names.name(base), second=self._names.name(partner)
            )
        elif wall is not None and wall.base is not None:
            text = self.tr("Pictures like {name}.").format(name=self._names.name(wall.base))
        else:
            text = self.tr("Click one you like. Everything here runs on your computer.")
        self._title_bar.say(text, can_go_back=self._desk.can_go_back)

    @Slot()
    def _choice_shown(self) -> None:
        if self._wall.second is not None:
            self._services.notices.withdraw(PAIR_HINT)  # it was done
        if self._wall.chosen is not None:
            self._kept.strip.choose(None)
            subject = self._board.subject_at(self._wall.chosen)
            if subject is not None and not self._desk.is_moving:
                self._commands.prepare(subject)
        work, middle = self._kept.chosen, self._neighbours.subject
        if middle is not None:
            self._commands.prepare(middle)
            self._board.show_bar(middle)
        self._show_output()
        self._controls.show_picture(
            None if work is None else work.recipe,
            instead=None if middle is None or middle.place is not None else middle.recipe,
        )
        self._memory.note()

    @Slot()
    def _show_output(self) -> None:
        """The output window follows what is looked at, else what is chosen."""
        if self._modes.front is not None:
            return
        self._attention.with_shown(self._put_out)

    def _put_out(self, subject: Subject) -> None:
        picture = NamedPicture(name=self._names.subject_name(subject), image=subject.image)
        self._services.output.show_picture(picture)

    # Commands

    @Slot()
    def _more_like_this(self) -> None:
        if not self._attention.has_picture:
            self._hint(
                self.tr("Choose a picture first, for more like it."), key="images.more_like_this"
            )
        else:
            self._attention.with_subject(self._vary)

    def _vary(self, subject: Subject) -> None:
        self.hang_around(subject.recipe)

    @Slot()
    def _explore(self) -> None:
        """Go on from the chosen picture in the explorer."""
        if self._attention.has_picture:
            self._attention.with_subject(lambda one: self._modes.show(EXPLORE, one.recipe))
        else:
            self._hint(self.tr("Choose a picture first, to explore from it."), key="images.explore")

    @Slot()
    def _breed(self) -> None:
        """Breed from the chosen picture, or from the two that are chosen."""
        subjects = self._board.chosen_subjects()
        if len(subjects) == 2:
            self.breed([subject.recipe for subject in subjects])
        elif self._attention.has_picture:
            self._attention.with_subject(lambda subject: self.breed([subject.recipe]))
        else:
            self._hint(self.tr("Choose a picture first, to breed from it."), key="images.breed")

    def breed(self, recipes: Sequence[Recipe]) -> None:
        """Go to where finished pictures have children, with these as the parents."""
        from studio.images.ui.breed.mode import BreedMode

        if self._opened and self._modes.show(BREED) and isinstance(self._modes.front, BreedMode):
            self._modes.front.breed_from(recipes)

    def show_family(self, recipe: Recipe) -> None:
        """Go to a picture in the family tree."""
        from studio.images.ui.breed.mode import BreedMode

        if self._opened and self._modes.show(BREED) and isinstance(self._modes.front, BreedMode):
            self._modes.front.show_family(recipe)

    def hang_around(self, recipe: Recipe) -> None:
        """Hang pictures like this finished one around it, as soon as the room is open."""
        if not self._opened:
            self._waiting_base = recipe
            return
        self._modes.show(WALL)
        if recipe.model not in self._desk.models:
            self._stage.say_missing(recipe.model)
            return
        recipe = before_enlarging(recipe)
        first_seed = self._neighbours.first_seed_of(recipe)
        self._leave_pictures()
        self._desk.more_like(recipe, first_seed=first_seed)
        self._focus_wall()

    @Slot()
    def _leave_pictures(self) -> None:
        """Another wall is about to hang: nothing is looked at or chosen any more."""
        self._kept.strip.choose(None)
        self._close_zoom()

    @Slot()
    def _focus_wall(self) -> None:
        self._wall.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _keep(self) -> None:
        if self._keeper.why_not():
            self._hint(self._keeper.why_not(), key="images.keep")
            return
        if self._close_view.subjects or self._kept.chosen is not None:
            self._attention.with_subject(self._keep_subject)
            return
        current = self._attention.subject
        chosen = [] if self._neighbours.subject is not None else self._board.chosen_subjects()
        for subject in chosen or ([current] if current else []):
            self._keep_subject(subject)

    def _keep_subject(self, subject: Subject) -> None:
        if self._commands.keep(subject) and subject.work is None:
            if self._pages.currentWidget() is self._wall_page:
                self._fly(subject)
            self._board.refresh()
        self._show_close_actions()

    def _fly(self, subject: Subject) -> None:
        """From where the picture is seen to the strip."""
        view = self._neighbours.view
        if self._neighbours.subject is not None:
            start = view.picture_rect(CENTRE)
            corner = view.mapTo(self, QPoint(0, 0))
        elif subject.place is not None:
            start = self._wall.tile_rect(subject.place)
            corner = self._wall.viewport().mapTo(self, QPoint(0, 0))
        else:
            return
        strip = self._kept.strip
        end = QPointF(strip.mapTo(self, QPoint(STRIP_PADDING, STRIP_PADDING)))
        pixmap = QPixmap.fromImage(subject.image)
        start = start.translated(corner.x(), corner.y())
        fly(self, pixmap, start, QRectF(end, QSizeF(SIDE, SIDE)))

    @Slot()
    def _lock(self) -> None:
        if not self._close_view.subjects and self._wall.faces:
            chosen = self._wall.chosen
            self._desk.toggle_lock(self._wall.current if chosen is None else chosen)

    @Slot()
    def _zoom_in(self) -> None:
        if not self._close_view.subjects:
            self._attention.with_subject(self._look_at)

    @Slot(object)
    def _look_further(self, by: int) -> None:
        """From the picture close by to its neighbour, on the wall or among the kept."""
        subject = self._close_view.subject
        if subject is None:
            return
        if subject.work is not None:
            work = self._kept.strip.neighbour(subject.work, by)
            if work is not None:
                self._kept.strip.choose(work)
                self._kept.with_subject(work, self._look_at)
            return
        place = None if subject.place is None else subject.place + by
        if place is not None and 0 <= place < len(self._wall.faces):
            self._look_at_place(place)

    def _look_at_place(self, place: int) -> None:
        """Look at a tile close by, or as soon as it has been made."""
        subject = self._board.subject_at(place)
        self._wanted_place = place if subject is None else None
        self._wall.choose(place)
        if subject is not None:
            self._look_at(subject)
        else:
            self._board.see()

    def _hint(self, text: str, *, key: str) -> None:
        """Say what a command that cannot begin waits for."""
        self._services.notices.post(Notice(text=text, key=key, seconds=SHORT_SECONDS))

    def _look_at(self, *subjects: Subject) -> None:
        if subjects:
            self._services.notices.withdraw(PAIR_HINT)
            self._neighbours.drop()
            self._pages.setCurrentWidget(self._close_view)
            self._kept.bar.hide()
            self._close_view.look_at(*subjects)
            self._show_close_actions()
            self._close_view.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self._board.see()
            self._memory.note()

    def _update_close_view(self) -> None:
        if self._close_view.subjects:
            for subject in self._close_view.subjects:
                newer = None if subject.place is None else self._board.subject_at(subject.place)
                if newer is not None:
                    self._close_view.show_newer(newer)
            self._show_close_actions()

    def _show_close_actions(self) -> None:
        self._show_output()
        subject = self._close_view.subject
        if subject is not None:
            recipe = subject.recipe
            self._close_view.show_kept(
                self._keeper.is_kept(recipe), can_vary=recipe.model in self._desk.models
            )

    @Slot()
    def _close_zoom(self) -> None:
        self._wanted_place = None
        if self._close_view.subjects:
            self._close_view.clear()
            self._pages.setCurrentWidget(self._wall_page)
            self._wall.setFocus(Qt.FocusReason.OtherFocusReason)
            self._board.see()
            self._board.show_choice()

    @Slot()
    def _go_back(self) -> None:
        self._close_zoom()
        self._desk.back()

    @Slot()
    def _copy(self) -> None:
        self._attention.with_subject(self._commands.copy)

    @Slot()
    def _copy_number(self) -> None:
        self._attention.with_subject(self._commands.copy_number)

    @Slot()
    def _export(self) -> None:
        self._attention.with_subject(self._commands.export)

    @Slot(object)
    def _tile_dragged(self, event: TileEvent) -> None:
        subject = self._board.subject_at(event.place)
        if subject is not None:
            self._commands.drag(subject)

    @Slot(object)
    def _neighbour_dragged(self, event: NeighbourEvent) -> None:
        subject = self._neighbours.subject_of(event.index)
        if subject is not None:
            self._commands.drag(subject)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_back = event.key() == Qt.Key.Key_Escape and self._modes.front is None
        if not is_back or not self._step_back():
            super().keyPressEvent(event)

    def _step_back(self) -> bool:
        """Escape: out of the picture, out of the choice, back to the wall before."""
        if self._close_view.subjects:
            self._close_zoom()
        elif self._neighbours.subject is not None:
            self._neighbours.close()
        elif self._kept.chosen is not None:
            self._kept.strip.choose(None)
        elif self._wall.second is not None:
            self._wall.choose(self._wall.chosen)
        elif self._wall.chosen is not None:
            self._wall.choose(None)
        else:
            return self._desk.back()
        return True

    # What was kept, and what came back

    @Slot(object)
    def _work_chosen(self, event: WorkEvent | None) -> None:
        if self._kept.strip.second_work is not None:
            self._services.notices.withdraw(PAIR_HINT)
        if event is not None:
            self._wall.choose(None)
        self._controls.show_picture(None if event is None else event.work.recipe)
        self._show_output()

    @Slot(object)
    def _work_opened(self, event: WorkEvent) -> None:
        self._kept.with_subject(event.work, self._look_at)

    @Slot()
    def _works_changed(self) -> None:
        self._board.refresh()
        self._show_close_actions()

    @Slot(object)
    def _picture_restored(self, event: Restored) -> None:
        kind = NoticeKind.GOOD if event.is_identical else NoticeKind.WARNING
        self._services.notices.post(
            Notice(
                text=restored_text(event), kind=kind, key="images.restored", seconds=SHORT_SECONDS
            )
        )
