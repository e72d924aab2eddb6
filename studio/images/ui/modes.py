"""The ways of working in the images room: the wall, and beside it Explore, Breed, Film.

The wall is the room as it always was and is built with it. Each other way is a `Mode`: a widget
for the centre, one for the inspector, a history of its own. A mode is built when it is first
entered, so that the wall is there as soon as before; one that does not exist is not shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.images.document import SCOPE
from studio.images.ui.background import BackgroundWork
from studio.images.ui.exporter import Exporter
from studio.images.ui.genes.seeker import TraitSeeker
from studio.images.ui.keeper import WorkKeeper
from studio.images.ui.kept import KeptPictures
from studio.images.ui.maker import PictureMaker
from studio.images.ui.mode_switch import ModeSwitch, Segment
from studio.images.ui.outgoing import OutgoingPictures
from studio.images.ui.picture_commands import PictureCommands
from studio.images.ui.picture_tools import PictureTools
from studio.images.ui.room_names import RoomNames
from studio.shell.inspector_slot import FrontStack
from studio.shell.services import Services

WALL: Final = "wall"
EXPLORE: Final = "explore"
BREED: Final = "breed"
FILM: Final = "film"
ORDER: Final = (WALL, EXPLORE, BREED, FILM)
"""Every mode has its place, and with it its key (Alt+1 to Alt+4), also while others are missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeContext:
    """What a mode is given of the room, besides the room's own services."""

    models: Mapping[str, Model]
    """The models that make pictures, by id."""
    keeper: WorkKeeper
    """Keeps pictures, and knows which are kept."""
    works: KeptPictures
    """What is kept: `with_subject` reads a work's picture, `thumbnails` its small one."""
    pictures: OutgoingPictures
    exporter: Exporter
    commands: PictureCommands
    """Keep, copy, export, drag of one finished picture (a `Subject`)."""
    tools: PictureTools
    """Enlarging, palettes and stories; `offer` registers them for a mode."""
    names: RoomNames
    """What pictures are called."""
    genes: TraitSeeker
    """Looks for genes; its ``shelves`` hold them, one for each model, for all modes."""
    open_piles: Callable[[Model], None]
    """Opens the sheet that finds a gene from two piles of kept pictures."""
    background: BackgroundWork
    """Threads for what may not keep the window waiting."""
    new_maker: Callable[[QObject], PictureMaker]
    """Asks the host for pictures, the newest wish first; one for each thing that moves."""
    open_in: Callable[[str, Recipe | None], bool]
    """Goes to a mode by its name with a picture; False: there is no such mode. On the wall
    pictures like it hang around it."""
    has_mode: Callable[[str], bool]
    """Whether there is a mode of that name."""
    current_model: Callable[[], Model | None]
    """The model of the wall."""
    say_missing: Callable[[str], None]
    """Says that a model, by its id, is not here, and what can be done."""
    show_kept: Callable[[str], None]
    """Goes to a work among the kept ones, by its id."""


class Mode(QObject):
    """One way of working. A subclass takes ``(services, context)`` and sets the attributes.

    A mode holds no truth: what it does are edits of the project, and what it shows follows the
    project when undo, redo or another window changes it.
    """

    changed = Signal()
    """Its sentence, its model, its history or what stands in its work has changed."""

    name: str
    """One of `ORDER`."""
    title: str
    """As the switch shows it, translated."""
    widget: QWidget
    """Fills the centre."""
    inspector: QWidget
    """Stands in the inspector; as tall as it likes, it is scrolled."""

    @property
    def work(self) -> QWidget:
        """The part of `widget` over whose foot notices may float."""
        return self.widget

    @property
    def undo_scope(self) -> str:
        """The history that Undo follows while this mode is in front; at first the room's."""
        return SCOPE

    @property
    def sentence(self) -> str:
        """One line in the title row that says what is seen or what to do."""
        return ""

    @property
    def model(self) -> Model | None:
        """The model that the title row names; None: that of the wall."""
        return None

    def choose_model(self, model: Model) -> None:
        """The user chose another model in the title row."""

    def take_file(self, path: str) -> bool:
        """A picture file was dropped on the window; False: it is the wall's affair."""
        return False

    def edit_text(self, label: str, parameters: Mapping[str, str]) -> str:
        """What a step of its history did, in words; "": it is none of its own."""
        return ""

    def enter(self, subject: Recipe | None) -> None:
        """It comes to the front; with a ``subject``, to work with that finished picture."""

    def take_focus(self) -> None:
        """Put the keyboard on what one works on here.

        A container with a focus proxy keeps Tab from its other children, so a mode whose widget is
        one overrides this.
        """
        self.widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Another comes to the front: nothing more needs to be made or to move."""

    def settle(self) -> None:
        """Undo follows: what was done last and is not written yet is to be a step now."""

    def flush(self) -> None:
        """Write what waits, for the last time; it is closed or built anew after this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeEntry:
    """A mode that works: what it is called, and how it is built."""

    name: str
    title: str
    tip: str
    build: Callable[[Services, ModeContext], Mode]


def mode_entries() -> tuple[ModeEntry, ...]:
    """The modes that work beside the wall, in `ORDER`; a new one is one more line."""
    return (
        ModeEntry(
            name=EXPLORE,
            title=QCoreApplication.translate("Modes", "Explore"),
            tip=QCoreApplication.translate("Modes", "Move through what the model knows"),
            build=_build_explore,
        ),
        ModeEntry(
            name=BREED,
            title=QCoreApplication.translate("Modes", "Breed"),
            tip=QCoreApplication.translate("Modes", "Children, and the family tree of them all"),
            build=_build_breed,
        ),
        ModeEntry(
            name=FILM,
            title=QCoreApplication.translate("Modes", "Film"),
            tip=QCoreApplication.translate("Modes", "From picture to picture, as a film"),
            build=_build_film,
        ),
    )


def _build_explore(services: Services, context: ModeContext) -> Mode:
    from studio.images.ui.explore.mode import ExploreMode

    return ExploreMode(services, context)


def _build_breed(services: Services, context: ModeContext) -> Mode:
    from studio.images.ui.breed.mode import BreedMode

    return BreedMode(services, context)


def _build_film(services: Services, context: ModeContext) -> Mode:
    from studio.images.ui.film.mode import FilmMode

    return FilmMode(services, context)


class ModeBoard(QObject):
    """Which mode is in front: stacks their widgets, and builds each when it is first entered."""

    turned = Signal()
    """Another mode is in front, or what its title row says has changed."""

    def __init__(
        self,
        services: Services,
        context: Callable[[], ModeContext],
        entries: tuple[ModeEntry, ...],
        wall: QWidget,
        wall_inspector: QWidget,
        hang: Callable[[Recipe], None],
        parent: QWidget,
    ) -> None:
        """``context`` is asked for when the first mode is built, ``hang`` when pictures like one
        are wanted on the wall."""
        super().__init__(parent)
        self._services = services
        self._context = context
        self._hang = hang
        self._entries = {entry.name: entry for entry in entries}
        self._modes: dict[str, Mode] = {}
        self._front = WALL
        self._given: ModeContext | None = None
        self._closed = False
        self.stack = QStackedWidget(parent)
        self.stack.addWidget(wall)
        self.inspectors = FrontStack(parent)
        self.inspectors.add_page(wall_inspector)
        self.switch = ModeSwitch(self._segments())
        self.switch.chosen.connect(self.show)
        self._add_commands(parent)

    @property
    def names(self) -> tuple[str, ...]:
        """The modes that there are, the wall first."""
        return (WALL, *self._entries)

    @property
    def name(self) -> str:
        """The mode in front."""
        return self._front

    @property
    def front(self) -> Mode | None:
        """The mode in front; None: the wall."""
        return self._modes.get(self._front)

    @property
    def built(self) -> Mapping[str, Mode]:
        """The modes that were entered so far, by name."""
        return self._modes

    @Slot(str)
    def show(self, name: str, subject: Recipe | None = None) -> bool:
        """Bring a mode to the front, with a picture to work on; False: there is no such mode."""
        if self._closed or name not in self.names:
            return False
        before = self.front
        is_other = name != self._front
        mode = None if name == WALL else self._built(name)
        if is_other and before is not None:
            before.leave()
        self._front = name
        place = 0 if mode is None else 1 + list(self._modes).index(name)
        self.stack.setCurrentIndex(place)
        self.inspectors.show_page(place)
        self.switch.set_current(name)
        if mode is not None and (is_other or subject is not None):
            mode.enter(subject)
            if not self.switch.has_focus:
                mode.take_focus()
        if is_other:
            self.turned.emit()
        if mode is None and subject is not None:
            self._hang(subject)
        return True

    def flush(self) -> None:
        """Let every mode write what it has not written."""
        self._closed = True
        for mode in self._modes.values():
            mode.flush()

    def _built(self, name: str) -> Mode:
        mode = self._modes.get(name)
        if mode is None:
            if self._given is None:
                self._given = self._context()
            mode = self._entries[name].build(self._services, self._given)
            mode.setParent(self)
            self._modes[name] = mode
            self.stack.addWidget(mode.widget)
            self.inspectors.add_page(mode.inspector)
            mode.changed.connect(self._mode_changed)
        return mode

    @Slot()
    def _mode_changed(self) -> None:
        if self.sender() is self.front:
            self.turned.emit()

    def _segments(self) -> tuple[Segment, ...]:
        wall = Segment(
            name=WALL,
            text=QCoreApplication.translate("Modes", "Wall"),
            tip=QCoreApplication.translate("Modes", "Many pictures to choose from"),
        )
        others = (Segment(name=e.name, text=e.title, tip=e.tip) for e in self._entries.values())
        return (wall, *others)

    def _add_commands(self, owner: QWidget) -> None:
        """A key for each mode, as soon as there is one beside the wall."""
        if not self._entries:
            return
        for segment in self._segments():
            action = self._services.actions.add(
                f"images.mode_{segment.name}",
                self.tr("Go to {mode}").format(mode=segment.text),
                partial(self._go, segment.name),
                group=self.tr("Images"),
                shortcuts=(f"Alt+{1 + ORDER.index(segment.name)}",),
                tip=segment.tip,
                owner=owner,
            )
            self.switch.follow_key(segment.name, action)

    def _go(self, name: str) -> None:
        self.show(name)
