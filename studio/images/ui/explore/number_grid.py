"""The grid of numbers: what each number would draw, with everything else as it is set."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRegularExpression, Signal, Slot
from PySide6.QtGui import QPalette, QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from studio.contract.manifest import Model
from studio.contract.recipe import FromSeed, Recipe
from studio.images.document import wish
from studio.images.ui.explore.desk import ExploreDesk
from studio.images.ui.maker import PictureArrived, PictureMaker, wish_key
from studio.images.ui.wall import WallView
from studio.images.ui.wall_faces import TileEvent, TileFace
from studio.shell.theme import GAP
from studio.shell.widgets.buttons import IconButton
from studio.shell.widgets.seed_row import LARGEST_SEED

SHOWN: Final = 240
"""Numbers that the grid holds; arrows and the field go on to others."""


class NumberGrid(QWidget):
    """A click goes there, a double click or Return shows it on the pad."""

    opened = Signal()
    """A number was double-clicked: its picture is to be seen on the pad."""

    def __init__(
        self,
        desk: ExploreDesk,
        maker: PictureMaker,
        name: Callable[[Recipe], str],
        parent: QWidget | None = None,
    ) -> None:
        """``maker`` makes the grid's pictures and nothing else."""
        super().__init__(parent)
        self._desk = desk
        self._maker = maker
        self._name = name
        self._model: Model | None = None
        self._recipes: list[Recipe] = []
        self.wall = WallView(self)
        self.wall.setAccessibleName(self.tr("Numbers"))
        self.field = QLineEdit(self)
        self.field.setAccessibleName(self.tr("First number"))
        digits = QRegularExpression("[0-9]{0,19}")
        self.field.setValidator(QRegularExpressionValidator(digits, self.field))
        self.field.setMaximumWidth(160)
        words = QLabel(self.tr("Numbers from"), self)
        words.setBuddy(self.field)
        words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.before = IconButton("chevron-left", self.tr("The numbers before"), self)
        self.after = IconButton("chevron-right", self.tr("The numbers after"), self)
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(words)
        head.addWidget(self.field)
        head.addWidget(self.before)
        head.addWidget(self.after)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(self.wall, 1)
        self.field.editingFinished.connect(self._typed)
        self.before.clicked.connect(lambda: self._go(self._first - self._page()))
        self.after.clicked.connect(lambda: self._go(self._first + self._page()))
        self.wall.clicked.connect(self._clicked)
        self.wall.activated.connect(lambda _event: self.opened.emit())
        self.wall.seen_changed.connect(lambda _event: self._want(live=False))
        maker.made.connect(self._made)

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """What each place would be."""
        return tuple(self._recipes)

    @property
    def _first(self) -> int:
        return 0 if self._desk.node is None else self._desk.node.first_seed

    def _page(self) -> int:
        seen = self.wall.seen
        return max(seen.last - seen.first, 1)

    def show_state(self, *, live: bool) -> None:
        """Show the numbers as everything is set at the desk now."""
        model, here = self._desk.model, self._desk.here
        if model is None or here is None or model.manifest.picture_size is None:
            return
        if model is not self._model:
            self._model = model
            self.wall.set_faces([], fade=False)
            self.wall.set_pictures(model.manifest.picture_size, 0)
        before = self._recipes
        self._recipes = [
            self._desk.at_seed(here, (self._first + place) % (LARGEST_SEED + 1))
            for place in range(SHOWN)
        ]
        if not self.field.hasFocus():
            self.field.setText(str(self._first))
        place = here.seed - self._first if isinstance(here.origin, FromSeed) else -1
        if self._recipes != before or not self.wall.faces:
            shown = self.wall.faces
            faces = [
                self._face(at, shown[at] if at < len(shown) else None, live=live)
                for at in range(SHOWN)
            ]
            self.wall.set_faces(faces, fade=not live)
        self.wall.choose(place if 0 <= place < SHOWN else None)
        self._want(live=live)

    def rest(self) -> None:
        """Nobody looks: make nothing more."""
        self._maker.stop()

    def _face(self, place: int, shown: TileFace | None, *, live: bool) -> TileFace:
        recipe = self._recipes[place]
        held = self._maker.get(wish_key(wish(recipe)))
        image = held.image if held is not None else shown.image if shown is not None else None
        return TileFace(
            name=self._name(recipe),
            image=image,
            is_stale=held is None and image is not None and not live,
        )

    def _want(self, *, live: bool) -> None:
        if self._model is None or not self.isVisible():
            return
        seen = self.wall.seen
        places = range(seen.first, min(seen.last, len(self._recipes)))
        wished = [(place, wish(self._recipes[place])) for place in places]
        self._maker.want(self._model.folder, wished, live=live)

    @Slot(object)
    def _made(self, event: PictureArrived) -> None:
        if event.place < len(self.wall.faces):
            before = self.wall.faces[event.place]
            face = TileFace(name=before.name, image=event.picture.image)
            self.wall.set_face(event.place, face, fade=before.image is None)

    @Slot(object)
    def _clicked(self, event: TileEvent) -> None:
        if event.place < len(self._recipes):
            self._desk.set_seed(self._recipes[event.place].seed)

    def _go(self, first: int) -> None:
        self._desk.set_first_seed(min(max(first, 0), LARGEST_SEED))
        self.wall.verticalScrollBar().setValue(0)
        self.show_state(live=False)

    @Slot()
    def _typed(self) -> None:
        text = self.field.text()
        if text and int(text) <= LARGEST_SEED:
            self._go(int(text))
        else:
            self.field.setText(str(self._first))
