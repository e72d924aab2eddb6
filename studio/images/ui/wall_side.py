"""The wall as a way of working: pictures to choose from, one close by, what was kept below.

It does for the wall what a `studio.images.ui.modes.Mode` does for another way of working: passes
on what the user does with what hangs, with the picture close by and with the kept ones. Whatever
needs another mode, or another model on stage, is the room's affair, and is told to it.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.images.document import parents_of
from studio.images.ui.attention import Attention
from studio.images.ui.background import BackgroundWork
from studio.images.ui.close_view import CloseView
from studio.images.ui.control_link import ControlLink
from studio.images.ui.desk import WallDesk, WallHung
from studio.images.ui.flight import fly
from studio.images.ui.inspector import ImagesInspector
from studio.images.ui.keeper import WorkKeeper
from studio.images.ui.kept import KeptPictures
from studio.images.ui.kept_strip import PADDING as STRIP_PADDING
from studio.images.ui.kept_strip import SIDE, WorkEvent
from studio.images.ui.maker import PictureArrived, PictureMaker
from studio.images.ui.message_page import MessagePage
from studio.images.ui.modes import WALL
from studio.images.ui.neighbourhood import CENTRE, NeighbourEvent
from studio.images.ui.neighbours import Neighbours
from studio.images.ui.pair_commands import PairCommands
from studio.images.ui.picture_commands import PictureCommands
from studio.images.ui.room_menus import RoomMenus
from studio.images.ui.room_names import RoomNames
from studio.images.ui.subject import Subject
from studio.images.ui.title_bar import ImagesTitleBar
from studio.images.ui.wall import PADDING as WALL_PADDING
from studio.images.ui.wall_board import WallBoard
from studio.images.ui.wall_faces import TileEvent
from studio.shell.notices import Notice
from studio.shell.pictures.named import NamedPicture
from studio.shell.services import Services
from studio.shell.theme import GAP, MARGIN

SHORT_SECONDS: Final = 8.0
PAIR_HINT: Final = "images.pair"
"""Says what two pictures are waited for; over once they are chosen."""
FOOT: Final = 12


class WallSide(QWidget):
    """What is seen of the room while the wall is in front; one for the room."""

    moved = Signal()
    """Something else is chosen or looked at."""
    more_wanted = Signal(object)
    """Payload: the `Recipe` around which pictures like it are to hang."""

    def __init__(
        self,
        services: Services,
        desk: WallDesk,
        maker: PictureMaker,
        keeper: WorkKeeper,
        commands: PictureCommands,
        names: RoomNames,
        background: BackgroundWork,
        title_bar: ImagesTitleBar,
        inspector: ImagesInspector,
        front: Callable[[], str],
        parent: QWidget,
    ) -> None:
        """``front`` says which mode is in front: the title row and the output window show what
        that one shows."""
        super().__init__(parent)
        self._services = services
        self._desk = desk
        self._maker = maker
        self._keeper = keeper
        self._commands = commands
        self._names = names
        self._title_bar = title_bar
        self._front = front
        self._wanted_place: int | None = None
        """The tile that is looked at close by as soon as it has been made."""

        self.board = self._board = WallBoard(
            desk, keeper, services.language, self._close_places, self
        )
        self._wall = self._board.view
        self.controls = self._controls = ControlLink(inspector, desk, self._wall, self)
        self.close_view = self._close_view = CloseView(names.subject_name, self)
        self.neighbours = self._neighbours = Neighbours(
            desk,
            self._board,
            PictureMaker(services.host, self),
            maker,
            names.subject_spoken,
            self,
        )
        self.message = MessagePage(self)
        self.kept = self._kept = KeptPictures(
            self, services.project, keeper, background, services.notices, names.work_spoken
        )
        self.attention = self._attention = Attention(
            self._close_view, self._neighbours, self._board, self._kept, desk, keeper
        )
        self.pairs = self._pairs = PairCommands(
            self._close_view, self._board, self._kept, desk, self
        )
        self._menus = RoomMenus(
            services.actions,
            desk,
            self._neighbours,
            self._kept,
            keeper,
            self._attention,
            self,
        )
        self._build()
        self._connect_pictures()
        self._connect_kept()

    def _build(self) -> None:
        self.pages = self._pages = QStackedWidget(self)
        self._wall_page = QWidget(self)
        beside = QVBoxLayout(self._wall_page)
        beside.setContentsMargins(MARGIN - WALL_PADDING, 0, 0, 0)
        beside.addWidget(self._wall)
        for page in (self._wall_page, self._close_view, self.message):
            self._pages.addWidget(page)
        foot = QVBoxLayout()
        foot.setContentsMargins(MARGIN, GAP, MARGIN, FOOT)
        foot.addWidget(self._kept.strip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pages, 1)
        column.addLayout(foot)

    def _connect_pictures(self) -> None:
        wall, close, bar = self._wall, self._close_view, self._board.bar
        wall.activated.connect(lambda _event: self.zoom_in())
        wall.menu_wanted.connect(self._menus.show_for_tile)
        wall.drag_started.connect(self._tile_dragged)
        self._board.choice_shown.connect(self._choice_shown)
        self._neighbours.changed.connect(self._choice_shown)
        self._neighbours.opened.connect(self.look_at)
        self._neighbours.view.drag_started.connect(self._neighbour_dragged)
        self._neighbours.view.menu_wanted.connect(self._menus.show_for_neighbour)
        bar.more_wanted.connect(self.more_like_this)
        bar.keep_wanted.connect(self.keep)
        bar.compare_wanted.connect(self._pairs.compare)
        bar.cross_wanted.connect(self._pairs.cross)
        self._pairs.compared.connect(lambda subjects: self.look_at(*subjects))
        self._pairs.crossing.connect(self.leave_pictures)
        self._pairs.crossed.connect(self.focus_wall)
        self._pairs.hinted.connect(lambda text: self.hint(text, key=PAIR_HINT))
        self._desk.tile_made.connect(self._tile_made)
        close.closed.connect(self.close_zoom)
        close.active_changed.connect(self._show_close_actions)
        close.drag_started.connect(self._commands.drag)
        close.menu_wanted.connect(self._menus.show_close_by)
        close.step_wanted.connect(self._look_further)
        close.more_wanted.connect(self.more_like_this)
        close.keep_wanted.connect(self.keep)
        close.cross_wanted.connect(self._pairs.cross)
        close.copy_wanted.connect(self.copy)
        close.export_wanted.connect(self.export)

    def _connect_kept(self) -> None:
        strip, bar = self._kept.strip, self._kept.bar
        strip.chosen.connect(self._work_chosen)
        strip.opened.connect(self._work_opened)
        strip.menu_wanted.connect(self._menus.show_for_work)
        strip.drag_started.connect(lambda e: self._kept.with_subject(e.work, self._commands.drag))
        self._kept.between.clicked.connect(self._pairs.cross)
        bar.cross_wanted.connect(self._pairs.cross)
        bar.compare_wanted.connect(self._pairs.compare)
        bar.open_wanted.connect(self.zoom_in)
        bar.copy_wanted.connect(self.copy)
        bar.export_wanted.connect(self.export)
        self._keeper.works_changed.connect(self._works_changed)

    # Coming to the front

    def come_forward(self) -> None:
        """The wall is in front again: the title row and the output window show it."""
        self._show_sentence()
        self._show_output()

    def take_focus(self) -> None:
        """Put the keyboard on what is seen here."""
        close = self._close_view
        (close.view if close.subjects else self._wall).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_wall(self) -> None:
        """Show the wall, and neither a picture close by nor why nothing hangs."""
        self._pages.setCurrentWidget(self._wall_page)

    def show_message(self) -> None:
        """Show why nothing hangs."""
        self._pages.setCurrentWidget(self.message)

    def hang(self, event: WallHung) -> None:
        """Show what the desk has hung, of the model on stage."""
        if self._pages.currentWidget() is self.message:
            self.show_wall()
        if event.reason not in ("adjusted", "extended", "opened"):
            self.close_zoom()
        self._board.hang(event)
        self._update_close_view()
        if not event.live:
            self._show_sentence()
            self._controls.show_values()

    # The wall

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
        if self._front() != WALL:
            return
        wall = self._desk.wall
        base, partner = (None, None) if wall is None else parents_of(wall)
        if base is not None and partner is not None:
            text = QCoreApplication.translate(
                "ImagesRoom", "Children of {first} and {second}."
            ).format(first=self._names.name(base), second=self._names.name(partner))
        elif wall is not None and wall.base is not None:
            text = QCoreApplication.translate("ImagesRoom", "Pictures like {name}.").format(
                name=self._names.name(wall.base)
            )
        else:
            text = QCoreApplication.translate(
                "ImagesRoom", "Click one you like. Everything here runs on your computer."
            )
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
        self.moved.emit()

    @Slot()
    def _show_output(self) -> None:
        """The output window follows what is looked at, else what is chosen."""
        if self._front() != WALL:
            return
        self._attention.with_shown(self._put_out)

    def _put_out(self, subject: Subject) -> None:
        picture = NamedPicture(name=self._names.subject_name(subject), image=subject.image)
        self._services.output.show_picture(picture)

    # Commands

    @Slot()
    def more_like_this(self) -> None:
        if not self._attention.has_picture:
            self.hint(
                QCoreApplication.translate(
                    "ImagesRoom", "Choose a picture first, for more like it."
                ),
                key="images.more_like_this",
            )
        else:
            self._attention.with_subject(lambda one: self.more_wanted.emit(one.recipe))

    @Slot()
    def leave_pictures(self) -> None:
        """Another wall is about to hang: nothing is looked at or chosen any more."""
        self._kept.strip.choose(None)
        self.close_zoom()

    @Slot()
    def focus_wall(self) -> None:
        self._wall.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def keep(self) -> None:
        if self._keeper.why_not():
            self.hint(self._keeper.why_not(), key="images.keep")
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
    def toggle_lock(self) -> None:
        if not self._close_view.subjects and self._wall.faces:
            chosen = self._wall.chosen
            self._desk.toggle_lock(self._wall.current if chosen is None else chosen)

    def hint(self, text: str, *, key: str) -> None:
        """Say what a command that cannot begin waits for."""
        self._services.notices.post(Notice(text=text, key=key, seconds=SHORT_SECONDS))

    @Slot()
    def copy(self) -> None:
        self._attention.with_subject(self._commands.copy)

    @Slot()
    def copy_number(self) -> None:
        self._attention.with_subject(self._commands.copy_number)

    @Slot()
    def export(self) -> None:
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

    # Close by

    @Slot()
    def zoom_in(self) -> None:
        if not self._close_view.subjects:
            self._attention.with_subject(self.look_at)

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
                self._kept.with_subject(work, self.look_at)
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
            self.look_at(subject)
        else:
            self._board.see()

    def look_at(self, *subjects: Subject) -> None:
        if subjects:
            self._services.notices.withdraw(PAIR_HINT)
            self._neighbours.drop()
            self._pages.setCurrentWidget(self._close_view)
            self._kept.bar.hide()
            self._close_view.look_at(*subjects)
            self._show_close_actions()
            self._close_view.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self._board.see()
            self.moved.emit()

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
    def close_zoom(self) -> None:
        self._wanted_place = None
        if self._close_view.subjects:
            self._close_view.clear()
            self._pages.setCurrentWidget(self._wall_page)
            self._wall.setFocus(Qt.FocusReason.OtherFocusReason)
            self._board.see()
            self._board.show_choice()

    @Slot()
    def go_back(self) -> None:
        self.close_zoom()
        self._desk.back()

    def step_back(self) -> bool:
        """Escape: out of the picture, out of the choice, back to the wall before."""
        if self._close_view.subjects:
            self.close_zoom()
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

    # What was kept

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
        self._kept.with_subject(event.work, self.look_at)

    @Slot()
    def _works_changed(self) -> None:
        self._board.refresh()
        self._show_close_actions()
