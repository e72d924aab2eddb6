"""The wall as the desk wants it: turns recipes and pictures into tiles, and keeps them current."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from studio.images.document import parents_of
from studio.images.ui.action_bar import TileBar
from studio.images.ui.desk import WallDesk, WallHung
from studio.images.ui.keeper import WorkKeeper
from studio.images.ui.maker import PictureArrived
from studio.images.ui.names import spoken_name
from studio.images.ui.subject import Subject
from studio.images.ui.wall import WallView
from studio.images.ui.wall_faces import ChoiceEvent, SeenEvent, TileFace
from studio.shell.widgets.buttons import QuietButton


class WallBoard(QObject):
    """Binds the view, its bar and its footer to the desk and the keeper."""

    choice_shown = Signal()
    """What is chosen, or what is known of it, has changed."""

    def __init__(
        self,
        desk: WallDesk,
        keeper: WorkKeeper,
        language: str,
        close_places: Callable[[], tuple[int, ...]],
        parent: QWidget,
    ) -> None:
        """``close_places`` names the places that are looked at close by, if any are."""
        super().__init__(parent)
        self._desk = desk
        self._keeper = keeper
        self._language = language
        self._close_places = close_places
        self._is_open = False
        self.view = WallView(parent)
        self.bar = TileBar(self.view.viewport())
        self.view.attach_bar(self.bar)
        more = QuietButton(self.tr("More pictures"), parent)
        self.view.attach_footer(more)
        more.clicked.connect(desk.extend)
        self.view.choice_changed.connect(self._choice_changed)
        self.view.seen_changed.connect(self._seen_changed)

    def open(self) -> None:
        """From now on tell the desk what is seen."""
        self._is_open = True

    def first_count(self) -> int:
        """Enough pictures for the space, and the beginning of what is below."""
        layout, ratio = self.view.wall_layout, self.view.devicePixelRatioF()
        height = self.view.viewport().height() * ratio
        rows = int(height / (layout.tile_height + layout.gap)) + 2
        return max(rows, 4) * layout.columns

    def subject_at(self, place: int) -> Subject | None:
        """The picture of a place, if it has been made."""
        picture = self._desk.picture(place) if place < len(self._desk.tiles) else None
        if picture is None:
            return None
        return Subject(recipe=picture.recipe, image=picture.image, place=place)

    def subjects(self) -> list[Subject]:
        """All pictures that hang, as far as they have been made."""
        return [s for s in map(self.subject_at, range(len(self._desk.tiles))) if s is not None]

    def chosen_subjects(self) -> list[Subject]:
        """The chosen picture and the second one, as far as they have been made."""
        places = [p for p in (self.view.chosen, self.view.second) if p is not None]
        return [s for s in map(self.subject_at, places) if s is not None]

    def hang(self, event: WallHung) -> None:
        """Show the desk's wall."""
        if event.reason not in ("adjusted", "extended", "opened"):
            self.view.choose(None)
            if event.reason != "history":
                self.view.verticalScrollBar().setValue(0)
        self.view.set_faces(self._faces(live=event.live), fade=not event.live)
        if event.live:
            return
        if event.reason == "near":
            self.view.choose(0)
        self.show_choice()
        self.see()

    def show_arrival(self, event: PictureArrived) -> None:
        """Put a picture that has arrived in its place."""
        place = event.place
        if place >= len(self.view.faces):
            return
        before = self.view.faces[place]
        waits = before.image is None or before.is_stale
        if event.is_current:
            face = self._face(place, before, live=False)
        else:
            face = replace(before, image=event.picture.image, is_stale=False)
        self.view.set_face(place, face, fade=waits)
        if place in (self.view.chosen, self.view.second):
            self.show_choice()

    def refresh(self) -> None:
        """Show again which pictures are kept."""
        self.view.set_faces(self._faces(live=False), fade=False)
        self.show_choice()

    def show_choice(self) -> None:
        """The bar follows what is chosen."""
        chosen, second = self.view.chosen, self.view.second
        if chosen is not None and chosen < len(self._desk.tiles):
            subjects = self.chosen_subjects()
            self.bar.show_for(
                two=second is not None,
                is_kept=bool(subjects) and all(self._keeper.is_kept(s.recipe) for s in subjects),
                is_made=len(subjects) == (1 if second is None else 2),
            )
            self.view.place_bar()
        self.choice_shown.emit()

    def show_bar(self, subject: Subject) -> None:
        """The bar is about ``subject``, which may hang nowhere."""
        self.bar.show_for(two=False, is_kept=self._keeper.is_kept(subject.recipe), is_made=True)
        self.view.place_bar()

    def see(self) -> None:
        """What is close by; else the chosen first, then what is in view, and a row beyond."""
        seen = self.view.seen
        close, count = self._close_places(), len(self._desk.tiles)
        if close:
            beside = (close[0] + 1, close[0] - 1) if len(close) == 1 else ()
            later = [place for place in beside if 0 <= place < count]
            self._desk.see(close, seen.columns, later=later)
            return
        order = [p for p in (self.view.chosen, self.view.second) if p is not None]
        order += range(seen.first, min(seen.last + seen.columns, count))
        self._desk.see(tuple(dict.fromkeys(order)), seen.columns)

    def _faces(self, *, live: bool) -> list[TileFace]:
        shown = self.view.faces
        return [
            self._face(place, shown[place] if place < len(shown) else None, live=live)
            for place in range(len(self._desk.tiles))
        ]

    def _face(self, place: int, shown: TileFace | None, *, live: bool) -> TileFace:
        wall = self._desk.wall
        assert wall is not None
        picture = self._desk.picture(place)
        recipe = picture.recipe if picture is not None else wall.tiles[place]
        image = picture.image if picture is not None else shown.image if shown else None
        is_kept = self._keeper.is_kept(recipe)
        is_locked = place in wall.locked
        base, partner = parents_of(wall)
        is_parent = (place == 0 and base is not None) or (
            partner is not None and wall.tiles[place] == partner
        )
        return TileFace(
            name=spoken_name(
                self._desk.model,
                recipe,
                self._language,
                is_kept=is_kept,
                is_locked=is_locked,
                is_parent=is_parent,
                is_waiting=picture is None,
            ),
            image=image,
            is_stale=picture is None and image is not None and not live,
            is_kept=is_kept,
            is_locked=is_locked,
            is_parent=is_parent,
        )

    @Slot(object)
    def _choice_changed(self, _event: ChoiceEvent) -> None:
        self.show_choice()
        if self._is_open:
            self.see()

    @Slot(object)
    def _seen_changed(self, _event: SeenEvent) -> None:
        if self._is_open:
            self.see()
