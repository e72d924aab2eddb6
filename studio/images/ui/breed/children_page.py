"""The children: a wall to choose from, a bar beside the chosen one, and what comes next."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.contract.recipe import Recipe
from studio.images.ui.breed.desk import BreedDesk, BroodHung
from studio.images.ui.maker import PictureArrived
from studio.images.ui.subject import Subject
from studio.images.ui.wall import PADDING, WallView
from studio.images.ui.wall_faces import ChoiceEvent, SeenEvent, TileFace
from studio.shell.gallery.elided import ElidedLabel
from studio.shell.theme import GAP, MARGIN, Colours
from studio.shell.widgets.buttons import PrimaryButton, QuietButton
from studio.shell.widgets.popover import Popover

FOOT_EDGE: Final = 7


class ChildBar(Popover):
    """Floats beside the chosen child."""

    favourite_wanted = Signal()
    breed_wanted = Signal()
    parent_wanted = Signal()
    keep_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.favourite = PrimaryButton("", self, icon="star")
        self.breed = QuietButton(self.tr("Breed from this"), self)
        self.add = QuietButton(self.tr("Add to the parents"), self)
        self.keep = QuietButton(self.tr("Keep"), self)
        for button, signal in (
            (self.favourite, self.favourite_wanted),
            (self.breed, self.breed_wanted),
            (self.add, self.parent_wanted),
            (self.keep, self.keep_wanted),
        ):
            self.content.addWidget(button)
            button.let_narrow()
            button.clicked.connect(signal)
        self.show_for(is_favourite=False, is_kept=False, is_made=True, can_keep=True)

    def show_for(self, *, is_favourite: bool, is_kept: bool, is_made: bool, can_keep: bool) -> None:
        """Fit the actions to the child."""
        self.favourite.setText(self.tr("Not a favourite") if is_favourite else self.tr("Favourite"))
        self.keep.setText(self.tr("Kept") if is_kept else self.tr("Keep"))
        self.keep.show_key(not is_kept)
        self.keep.setEnabled(is_made and not is_kept and can_keep)
        for button in (self.favourite, self.breed, self.add):
            button.setEnabled(is_made and can_keep)


class ChildrenFoot(QWidget):
    """One line below the children: how many go on, and the buttons that go on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = ElidedLabel(self)
        self.others = QuietButton(self.tr("Other children"), self, icon="dice")
        self.following = PrimaryButton(self.tr("Next generation"), self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, FOOT_EDGE, MARGIN, FOOT_EDGE)
        layout.setSpacing(GAP)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.others)
        layout.addWidget(self.following)

    def show_favourites(self, count: int, *, can_change: bool) -> None:
        """Say how many are marked."""
        text = (
            self.tr("%n favourite(s): the parents of the next generation.", "", count)
            if count
            else self.tr("Mark the ones you like: they will be the next parents.")
        )
        self.words.setText(text)
        self.following.setEnabled(count > 0 and can_change)
        self.others.setEnabled(can_change)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = Colours.of(self.palette())
        painter.fillRect(QRectF(MARGIN, 0, self.width() - 2 * MARGIN, 1), colours.line)
        painter.end()


class ChildrenPage(QWidget):
    """Binds the wall of children to the desk."""

    choice_changed = Signal()
    """Another child is chosen, or more is known of it."""

    def __init__(
        self,
        desk: BreedDesk,
        spoken: Callable[[Subject], str],
        is_kept: Callable[[Recipe], bool],
        parent: QWidget | None = None,
    ) -> None:
        """``spoken`` names a picture that is there for a screen reader."""
        super().__init__(parent)
        self._desk = desk
        self._spoken = spoken
        self._is_kept = is_kept
        self._can_change = True
        self.view = WallView(self)
        self.view.setAccessibleName(self.tr("Children"))
        self.bar = ChildBar(self.view.viewport())
        self.view.attach_bar(self.bar)
        more = QuietButton(self.tr("More children"), self)
        more.clicked.connect(desk.extend)
        self.view.attach_footer(more)
        self.foot = ChildrenFoot(self)
        beside = QVBoxLayout()
        beside.setContentsMargins(MARGIN - PADDING, 0, 0, 0)
        beside.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(beside, 1)
        layout.addWidget(self.foot)
        self.view.choice_changed.connect(self._choice_changed)
        self.view.seen_changed.connect(self._seen_changed)
        self.foot.others.clicked.connect(desk.others)
        self.foot.following.clicked.connect(desk.next_generation)

    @property
    def chosen(self) -> Subject | None:
        """The chosen child, if it has been made."""
        return None if self.view.chosen is None else self.subject(self.view.chosen)

    def subject(self, place: int) -> Subject | None:
        """A child that has been made."""
        made = self._desk.child(place)
        return None if made is None else Subject(recipe=made.recipe, image=made.image, place=place)

    def forbid_changes(self) -> None:
        """The project is open to look only."""
        self._can_change = False

    def hang(self, event: BroodHung) -> None:
        """Show the desk's children."""
        brood, model = self._desk.brood, self._desk.model
        if model is not None:
            manifest = model.manifest
            self.view.set_pictures(manifest.picture_size or (64, 64), 0)
        if event.reason == "bred":
            self.view.choose(None)
            self.view.verticalScrollBar().setValue(0)
        self.view.set_faces(self._faces(live=event.live), fade=not event.live)
        count = 0 if brood is None else len(brood.favourites)
        self.foot.show_favourites(count, can_change=self._can_change)
        if not event.live:
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
        if place == self.view.chosen:
            self.show_choice()

    def refresh(self) -> None:
        """Show again which children are kept."""
        self.view.set_faces(self._faces(live=False), fade=False)
        self.show_choice()

    def show_choice(self) -> None:
        """The bar follows what is chosen."""
        place = self.view.chosen
        if place is not None and place < len(self._desk.children_recipes):
            subject = self.subject(place)
            self.bar.show_for(
                is_favourite=self._desk.is_favourite(place),
                is_kept=subject is not None and self._is_kept(subject.recipe),
                is_made=subject is not None,
                can_keep=self._can_change,
            )
            self.view.place_bar()
        self.choice_changed.emit()

    def see(self) -> None:
        """Tell the desk what is in view, the chosen one first, and a row beyond."""
        seen, count = self.view.seen, len(self._desk.children_recipes)
        order = [] if self.view.chosen is None else [self.view.chosen]
        order += range(seen.first, min(seen.last + seen.columns, count))
        self._desk.see(tuple(dict.fromkeys(order)), seen.columns)

    def _faces(self, *, live: bool) -> list[TileFace]:
        shown = self.view.faces
        return [
            self._face(place, shown[place] if place < len(shown) else None, live=live)
            for place in range(len(self._desk.children_recipes))
        ]

    def _face(self, place: int, before: TileFace | None, *, live: bool) -> TileFace:
        subject = self.subject(place)
        is_favourite = self._desk.is_favourite(place)
        if subject is None:
            image = before.image if before is not None else None
            name = self.tr("Child {number}, being made").format(number=place + 1)
            is_stale = image is not None and not live
            return TileFace(name=name, image=image, is_stale=is_stale, is_favourite=is_favourite)
        name = self._spoken(subject)
        if is_favourite:
            name = self.tr("{picture}, favourite").format(picture=name)
        return TileFace(
            name=name,
            image=subject.image,
            is_kept=self._is_kept(subject.recipe),
            is_favourite=is_favourite,
        )

    @Slot(object)
    def _choice_changed(self, _event: ChoiceEvent) -> None:
        if self.view.second is not None:
            self.view.choose(self.view.chosen)
            return
        self.show_choice()

    @Slot(object)
    def _seen_changed(self, _event: SeenEvent) -> None:
        if self.isVisible():
            self.see()
