"""Binds the neighbourhood of a clicked picture to the wall: what it shows, walks to, and drops."""

import secrets
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot

from studio.contract.recipe import Recipe
from studio.images import document
from studio.images.document import SEEDS
from studio.images.ui.desk import WallDesk, WallHung
from studio.images.ui.maker import PictureArrived, PictureMaker, wish_key
from studio.images.ui.neighbourhood import CENTRE, NeighbourEvent, NeighbourhoodView
from studio.images.ui.subject import Subject
from studio.images.ui.surroundings import NEIGHBOURS, Surroundings, surround
from studio.images.ui.wall_board import WallBoard
from studio.images.ui.wall_faces import TileEvent
from studio.shell.pictures.named import NamedPicture


class Neighbours(QObject):
    """One for the room. Its pictures are asked for beside the wall's: the newest wish wins."""

    changed = Signal()
    """It opened, closed, or another picture is in the middle."""
    opened = Signal(object)
    """Payload: `Subject` that is to be looked at close by."""

    def __init__(
        self,
        desk: WallDesk,
        board: WallBoard,
        maker: PictureMaker,
        wall_maker: PictureMaker,
        name: Callable[[Subject], str],
        parent: QObject,
    ) -> None:
        """``maker`` is for the neighbours alone; what it makes ``wall_maker`` holds too."""
        super().__init__(parent)
        self._desk = desk
        self._board = board
        self._maker = maker
        self._wall_maker = wall_maker
        self._name = name
        self._middle: Subject | None = None
        self._place: int | None = None
        """The tile from which it grew."""
        self._found: dict[int, Subject] = {}
        self._first_seed = 0
        self.view = NeighbourhoodView(board.view.viewport())
        self.view.walked.connect(self.walk)
        self.view.dismissed.connect(self.close)
        self.view.opened.connect(self._open_close_by)
        maker.made.connect(self._made)
        desk.hung.connect(self._hung)
        desk.tile_made.connect(self._tile_made)
        board.view.clicked.connect(self.open)
        board.view.scrolled.connect(self.drop)
        board.view.rearranged.connect(self._rearranged)
        board.choice_shown.connect(self._choice_shown)

    @property
    def subject(self) -> Subject | None:
        """The picture in the middle; None while nothing is open."""
        return self._middle

    def first_seed_of(self, recipe: Recipe) -> int | None:
        """With which the wall hangs the neighbours that are shown of ``recipe``; None: none are."""
        if self._middle is None or self._middle.recipe != recipe:
            return None
        return self._first_seed

    def subject_of(self, index: int) -> Subject | None:
        """One of the nine pictures, if it has been made."""
        return self._middle if index == CENTRE else self._found.get(index)

    @Slot(object)
    def open(self, event: TileEvent) -> None:
        """Let the picture of a tile grow, if it has been made and there is room for it."""
        subject = self._board.subject_at(event.place)
        wall = self._board.view
        if subject is None or self._desk.is_moving:
            return
        tile = wall.tile_rect(event.place)
        surroundings = self._surroundings(subject, tile)
        if surroundings is None:
            return
        self._middle, self._place = subject, event.place
        self._roll()
        self.view.show_around(tile, surroundings, wall.open_area, self._named(subject))
        wall.set_bar_anchor(self.view.panel)
        self._want()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _surroundings(self, subject: Subject, tile: QRectF) -> Surroundings | None:
        """How the pictures lie on the wall as it is now, with room for the bar below them."""
        wall = self._board.view
        layout, ratio, size = wall.wall_layout, wall.devicePixelRatioF(), wall.open_area.size()
        return surround(
            (round(size.width() * ratio), round((size.height() - wall.bar_height()) * ratio)),
            (subject.image.width(), subject.image.height()),
            (layout.tile_width, layout.tile_height),
            layout.factor,
            ratio=ratio,
            middle=tile.center().x() * ratio,
        )

    @Slot()
    def _rearranged(self) -> None:
        """The wall has another size: what is open stays open, if there is room for it."""
        if self._middle is None or self._place is None:
            return
        wall = self._board.view
        tile = wall.tile_rect(self._place)
        surroundings = self._surroundings(self._middle, tile)
        if surroundings is None:
            self.drop()
            return
        wall.show_tile(self._place)
        self.view.arrange(wall.tile_rect(self._place), surroundings, wall.open_area)
        wall.set_bar_anchor(self.view.panel)

    @Slot()
    def close(self) -> None:
        """Put the picture back, and the keyboard with it."""
        if self._middle is not None:
            had_focus = self.view.hasFocus()
            self.drop()
            if had_focus:
                self._board.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def drop(self) -> None:
        """Nothing is open any more; the keyboard goes where it goes."""
        if self._middle is None:
            return
        self._middle, self._place = None, None
        self._found.clear()
        self._maker.stop()
        self.view.hide()
        self._board.view.set_bar_anchor(None)
        self.changed.emit()

    def _roll(self) -> None:
        self._first_seed = secrets.randbelow(SEEDS)
        self._found.clear()

    def _want(self, *, live: bool = False) -> None:
        """Ask for the neighbours of the middle, just as the wall would for its own."""
        middle, wall = self._middle, self._desk.wall
        model = None if middle is None else self._desk.models.get(middle.recipe.model)
        if middle is None or wall is None or model is None:
            return
        wished = document.neighbours(
            middle.recipe, wall.strength, self._first_seed, NEIGHBOURS, model.manifest
        )
        self._maker.want(model.folder, tuple(enumerate(wished)), live=live)
        for index, recipe in enumerate(wished):
            found = self._maker.get(wish_key(recipe))
            if found is not None:
                self._show(index, Subject(recipe=found.recipe, image=found.image))

    @Slot(object)
    def _made(self, event: PictureArrived) -> None:
        if self._middle is None:
            return
        picture = event.picture
        self._wall_maker.put(picture)
        self._wall_maker.put(replace(picture, key=wish_key(picture.recipe)))
        self._show(event.place, Subject(recipe=picture.recipe, image=picture.image))

    def _show(self, index: int, subject: Subject) -> None:
        self._found[index] = subject
        self.view.show_picture(index, self._named(subject))

    def _named(self, subject: Subject) -> NamedPicture:
        return NamedPicture(name=self._name(subject), image=subject.image)

    @Slot(object)
    def walk(self, event: NeighbourEvent) -> None:
        """A neighbour becomes the middle, and its own neighbours come."""
        subject = self._found.get(event.index)
        if subject is None:
            return
        self._middle = subject
        self._roll()
        self.view.show_middle(self._named(subject))
        self._want()
        self.changed.emit()

    @Slot(object)
    def _open_close_by(self, event: NeighbourEvent) -> None:
        subject = self.subject_of(event.index)
        if subject is not None:
            self.opened.emit(subject)

    @Slot(object)
    def _hung(self, event: WallHung) -> None:
        """A slider that moves takes the neighbours along; another wall ends them."""
        if self._middle is None or event.is_filled:
            return
        if event.reason != "adjusted":
            self.drop()
            return
        place = self._middle.place
        subject = None if place is None else self._board.subject_at(place)
        if subject is not None:
            self._middle = subject
            self.view.show_picture(CENTRE, self._named(subject))
        self._want(live=event.live)

    @Slot(object)
    def _tile_made(self, event: PictureArrived) -> None:
        if self._middle is None or event.place != self._middle.place or not event.is_current:
            return
        picture = event.picture
        is_same = picture.recipe == self._middle.recipe
        self._middle = Subject(recipe=picture.recipe, image=picture.image, place=event.place)
        self.view.show_picture(CENTRE, self._named(self._middle))
        if not is_same:
            self._want(live=self._desk.is_moving)

    @Slot()
    def _choice_shown(self) -> None:
        wall = self._board.view
        if wall.chosen != self._place or wall.second is not None:
            self.drop()
