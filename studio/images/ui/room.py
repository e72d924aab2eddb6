"""The images room: the wall and the other ways of working, and what they share.

The room puts its parts together and passes on what the window asks for; what hangs is the desk's
affair, what the user does with it the wall side's, what is kept the keeper's, what leaves the
house the exporter's.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.contract.manifest import Model
from studio.contract.overriding import override
from studio.contract.recipe import Recipe, before_enlarging
from studio.film.tags import is_film_file
from studio.images.document import SCOPE
from studio.images.shifting import with_amount
from studio.images.traits import TraitShelves
from studio.images.ui.background import BackgroundWork
from studio.images.ui.close_view import CloseView
from studio.images.ui.desk import WallDesk, WallHung
from studio.images.ui.exporter import Exporter
from studio.images.ui.film.jobs import FilmJobs
from studio.images.ui.genes.panel import GenesPanel
from studio.images.ui.genes.piles import GenePiles
from studio.images.ui.genes.seeker import TraitSeeker
from studio.images.ui.genes.strip import AmountChosen
from studio.images.ui.inspector import (
    ImagesInspector,
)
from studio.images.ui.keeper import WorkKeeper
from studio.images.ui.kept import KeptPictures
from studio.images.ui.maker import (
    PictureMaker,
)
from studio.images.ui.message_page import MessagePage
from studio.images.ui.model_stage import ModelStage
from studio.images.ui.modes import BREED, EXPLORE, FILM, WALL, ModeBoard, ModeContext, mode_entries
from studio.images.ui.names import edit_texts
from studio.images.ui.neighbours import Neighbours
from studio.images.ui.outgoing import OutgoingPictures
from studio.images.ui.picture_commands import PictureCommands
from studio.images.ui.picture_tools import PictureTools
from studio.images.ui.restorer import PictureRestorer, Restored, restored_text
from studio.images.ui.room_memory import RoomMemory
from studio.images.ui.room_names import RoomNames
from studio.images.ui.title_bar import ImagesTitleBar
from studio.images.ui.wall import WallView
from studio.images.ui.wall_board import WallBoard
from studio.images.ui.wall_side import SHORT_SECONDS, WallSide
from studio.project.nodes import Work
from studio.shell.notices import Notice, NoticeKind
from studio.shell.services import Services


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
        self._names = RoomNames(self._desk, self._keeper, services.language)
        self._title_bar = ImagesTitleBar()
        shelves = TraitShelves(services.places, run=self._write_beside)
        self._genes = TraitSeeker(services.host, services.jobs, services.notices, shelves, self)
        self._gene_panel = GenesPanel(
            self._genes, PictureMaker(services.host, self), services.notices, services.language
        )
        self._inspector = ImagesInspector(services.language, self._gene_panel)
        self._side = WallSide(
            services,
            self._desk,
            self._maker,
            self._keeper,
            self._commands,
            self._names,
            self._background,
            self._title_bar,
            self._inspector,
            self._front_name,
            self,
        )
        self._modes = ModeBoard(
            services,
            self._mode_context,
            mode_entries() if self._desk.models else (),
            self._side,
            self._inspector,
            self.hang_around,
            self,
        )
        self._stage = ModelStage(
            services,
            self._desk,
            self._maker,
            self._side.board,
            self._title_bar,
            self._inspector,
            self._side.message,
            self._modes,
            self,
        )
        self._piles = GenePiles(
            services,
            self._genes,
            self.kept.thumbnails,
            self._background,
            self._names.work_spoken,
            self,
        )
        self._tools = PictureTools(
            services,
            self._desk.models,
            self._background,
            self._side.attention.with_subject,
            self._side.attention.why_no_picture,
            self._side.board.subjects,
            self,
            self._side,
        )
        self._memory = RoomMemory(
            services.project,
            self._desk,
            self._side.board,
            self._side.close_view,
            self._inspector,
            self._front_name,
            self,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._modes.stack)
        self._title_bar.take_switch(self._modes.switch)
        self._connect()
        self._add_commands()
        QTimer.singleShot(0, self, FilmJobs.of(services).offer_unfinished)

    def _connect(self) -> None:
        side, report = self._side, self._services.notices.report
        side.moved.connect(self._memory.note)
        side.more_wanted.connect(self.hang_around)
        side.pairs.model_missed.connect(self._stage.say_missing)
        side.close_view.enlarge_wanted.connect(self._tools.enlarge)
        side.kept.bar.enlarge_wanted.connect(self._tools.enlarge)
        self._desk.hung.connect(self._wall_hung)
        self._desk.refused.connect(report)
        self._maker.all_made.connect(self._memory.look_again)
        self._memory.looked.connect(lambda subjects: side.look_at(*subjects))
        self._modes.turned.connect(self._turned)
        self._title_bar.back_wanted.connect(side.go_back)
        self._title_bar.roll_wanted.connect(self._desk.roll)
        self._stage.message_wanted.connect(side.show_message)
        self._stage.wall_wanted.connect(side.show_wall)
        self._restorer.restored.connect(self._picture_restored)
        self._restorer.failed.connect(report)
        self._gene_panel.amount_chosen.connect(self._take_amount)
        self._gene_panel.piles_wanted.connect(self._open_piles)

    def _add_commands(self) -> None:
        side, attention = self._side, self._side.attention
        group, first = self.tr("Images"), ("more_like_this", "keep", "roll", "zoom", "compare")
        when = {
            **dict.fromkeys(
                ("more_like_this", "explore", "breed", "zoom", "copy", "export", "number"),
                attention.why_no_picture,
            ),
            "keep": attention.why_no_keep,
            "lock": attention.why_no_tile,
            "compare": side.pairs.why_no_comparison,
            "cross": side.pairs.why_no_crossing,
            "back": attention.why_not_back,
        }
        for identity, text, run, shortcuts in (
            ("images.more_like_this", self.tr("More like this"), side.more_like_this, ("M",)),
            ("images.keep", self.tr("Keep"), side.keep, ("K",)),
            ("images.roll", self.tr("New pictures"), self._desk.roll, ("R",)),
            ("images.lock", self.tr("Lock, so that it stays"), side.toggle_lock, ("L",)),
            ("images.zoom", self.tr("Look closer"), side.zoom_in, ("Z",)),
            ("images.compare", self.tr("Compare two"), side.pairs.compare, ("C",)),
            ("images.cross", self.tr("Cross these two"), side.pairs.cross, ("X",)),
            ("images.explore", self.tr("Explore from this"), self._explore, ("Shift+E",)),
            ("images.breed", self.tr("Breed from this"), self._breed, ("B",)),
            ("images.copy", self.tr("Copy"), side.copy, ("Ctrl+C",)),
            ("images.export", self.tr("Export…"), side.export, ("Ctrl+E",)),
            ("images.more", self.tr("More pictures below"), self._desk.extend, ("Ctrl+Down",)),
            ("images.back", self.tr("Back to the wall before"), side.go_back, ("Alt+Left",)),
            ("images.number", self.tr("Copy the number"), side.copy_number, ()),
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
                owner=self if name in ("models", "piles") else side,
                first=name in first,
                when=when.get(name, str),
            )
        self._title_bar.roll_button.follow_key(self._services.actions.action("images.roll"))
        for bar in (side.board.bar, side.kept.bar, side.close_view):
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
        return self._side.pages if front is None else front.work

    @property
    def undo_scope(self) -> str:
        """The history of the mode in front."""
        front = self._modes.front
        return SCOPE if front is None else front.undo_scope

    @property
    def wall(self) -> WallView:
        """The wall."""
        return self._side.board.view

    @property
    def desk(self) -> WallDesk:
        """What hangs and why."""
        return self._desk

    @property
    def neighbours(self) -> Neighbours:
        """The picture that was clicked, grown, with what is near it."""
        return self._side.neighbours

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
        return self._side.board

    @property
    def kept(self) -> KeptPictures:
        """What was kept."""
        return self._side.kept

    @property
    def close_view(self) -> CloseView:
        """One or two pictures close by."""
        return self._side.close_view

    @property
    def message(self) -> MessagePage:
        """What stands in the wall's place when nothing can hang."""
        return self._side.message

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
        self.neighbours.drop()
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
        self.kept.bar.hide()

    @Slot()
    def _open(self) -> None:
        """Hang the first wall, as soon as its place has a size."""
        if self._opened or self._closed:
            return
        self._opened = True
        self.kept.strip.refresh()
        model = self._desk.load()
        if model is None:
            self._stage.show_none()
            return
        view = self._memory.read()
        self._stage.show(model)
        self.board.open()
        self._desk.open(model, self.wall.columns, self.board.first_count())
        self._memory.show(view)
        self.wall.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._waiting_file is not None:
            self._restorer.restore(self._waiting_file)
        if self._waiting_base is not None:
            self.hang_around(self._waiting_base)
        if self._waiting_file is None and self._waiting_base is None:
            self._modes.show(view.mode)

    # The modes

    def _front_name(self) -> str:
        return self._modes.name

    def _mode_context(self) -> ModeContext:
        services = self._services
        return ModeContext(
            models=self._desk.models,
            keeper=self._keeper,
            works=self.kept,
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
            say_missing=self._stage.say_missing,
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
        place, middle = self.wall.chosen, self.neighbours.subject
        if place is not None and (middle is None or middle.place is not None):
            self.neighbours.close()
            self._desk.put(place, recipe, of=subject)
        else:
            self._side.leave_pictures()
            self._modes.show(EXPLORE, recipe)

    @Slot()
    def _turned(self) -> None:
        """Another mode is in front, or it says something else now."""
        front = self._modes.front
        self.kept.bar.hide()
        self._title_bar.show_roll(front is None)
        self._stage.show_title()
        if front is None:
            self._side.come_forward()
            if not self._modes.switch.has_focus:
                self._side.take_focus()
        else:
            self._title_bar.say(front.sentence, can_go_back=False)
        self._memory.note()
        self.turned.emit()

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
        self._side.hang(event)
        if not event.live:
            self._memory.note()

    # Commands

    @Slot()
    def _explore(self) -> None:
        """Go on from the chosen picture in the explorer."""
        if self._side.attention.has_picture:
            self._side.attention.with_subject(lambda one: self._modes.show(EXPLORE, one.recipe))
        else:
            self._side.hint(
                self.tr("Choose a picture first, to explore from it."), key="images.explore"
            )

    @Slot()
    def _breed(self) -> None:
        """Breed from the chosen picture, or from the two that are chosen."""
        subjects = self.board.chosen_subjects()
        if len(subjects) == 2:
            self.breed([subject.recipe for subject in subjects])
        elif self._side.attention.has_picture:
            self._side.attention.with_subject(lambda subject: self.breed([subject.recipe]))
        else:
            self._side.hint(
                self.tr("Choose a picture first, to breed from it."), key="images.breed"
            )

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
        first_seed = self.neighbours.first_seed_of(recipe)
        self._side.leave_pictures()
        self._desk.more_like(recipe, first_seed=first_seed)
        self._side.focus_wall()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_back = event.key() == Qt.Key.Key_Escape and self._modes.front is None
        if not is_back or not self._side.step_back():
            super().keyPressEvent(event)

    # What was kept, and what came back

    @Slot(object)
    def _picture_restored(self, event: Restored) -> None:
        kind = NoticeKind.GOOD if event.is_identical else NoticeKind.WARNING
        self._services.notices.post(
            Notice(
                text=restored_text(event), kind=kind, key="images.restored", seconds=SHORT_SECONDS
            )
        )
