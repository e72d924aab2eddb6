"""What the explorer shows in the room's centre: the pad, the numbers, the way between, the path."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QImage, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.images.exploration import Stop, View
from studio.images.ui.explore.between_page import BetweenPage
from studio.images.ui.explore.desk import STEPS_BETWEEN, ExploreDesk
from studio.images.ui.explore.number_grid import NumberGrid
from studio.images.ui.explore.pad import PadView
from studio.images.ui.explore.path_pictures import PathPictures
from studio.images.ui.explore.path_strip import PathStrip
from studio.images.ui.explore.specimen import SpecimenLine
from studio.images.ui.maker import PictureMaker
from studio.shell.theme import GAP, MARGIN, SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import FlatButton, PrimaryButton, QuietButton

FOOT: Final = 12
VIEWS: Final[tuple[View, ...]] = ("pad", "seeds", "between")


class ExplorePage(QWidget):
    """Shows what the desk says; the mode hears what is done."""

    view_chosen = Signal(str)
    """Payload: a `View`."""

    def __init__(
        self,
        desk: ExploreDesk,
        grid_maker: PictureMaker,
        path: PathPictures,
        name: Callable[[Recipe], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._path = path
        self._name = name
        self._model: Model | None = None
        self.pad = PadView(self)
        self.specimen = SpecimenLine(self)
        self.grid = NumberGrid(desk, grid_maker, name, self)
        self.between = BetweenPage(self)
        self.between.name_steps()
        self.strip = PathStrip(desk.stops, path, self._stop_name, self)
        self.keep = PrimaryButton(self.tr("Keep"), self)
        self.surprise = QuietButton(self.tr("Surprise me"), self, icon="dice")
        self.views: dict[View, FlatButton] = {}
        self._build()

    def tip(self, view: View) -> str:
        """What a view is for."""
        return {
            "pad": self.tr("Drag through what lies around the picture"),
            "seeds": self.tr("Pictures by their numbers"),
            "between": self.tr("The way from one picture to another"),
        }[view]

    def _build(self) -> None:
        group = QButtonGroup(self)
        head = QHBoxLayout()
        head.setSpacing(2)
        for view, text in zip(
            VIEWS, (self.tr("Pad"), self.tr("Numbers"), self.tr("Between two")), strict=True
        ):
            button = FlatButton(text, self)
            button.setCheckable(True)
            button.setToolTip(self.tip(view))
            button.clicked.connect(lambda _on=False, view=view: self.view_chosen.emit(view))
            group.addButton(button)
            self.views[view] = button
            head.addWidget(button)
        head.addStretch(1)
        head.addWidget(self.surprise)
        head.addSpacing(GAP - 2)
        head.addWidget(self.keep)
        pad_page = QWidget(self)
        column = QVBoxLayout(pad_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.pad, 1)
        column.addWidget(self.specimen)
        self._stack = QStackedWidget(self)
        for page in (pad_page, self.grid, self.between):
            self._stack.addWidget(page)
        path = QLabel(self.tr("Path"), self)
        path.setFont(scaled_font(self.font(), SMALL_TEXT, weight=QFont.Weight.Normal))
        path.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        path.setBuddy(self.strip)
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(path, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.strip, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 0, MARGIN, FOOT)
        layout.setSpacing(GAP)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        layout.addLayout(foot)
        for one in (*self.views.values(), self.surprise, self.keep):
            one.let_narrow()
        order = (*self.views.values(), self.surprise, self.keep, self.pad)
        for before, after in pairwise(order):  # as they stand, and not as they were made
            self.setTabOrder(before, after)

    # Showing

    def show_state(self, *, live: bool) -> None:
        """Show what holds at the desk."""
        model, node, here = self._desk.model, self._desk.node, self._desk.here
        if model is None or node is None or here is None:
            return
        if model is not self._model:
            self._take_model(model)
        if not live:
            self.views[node.view].setChecked(True)
            place = VIEWS.index(node.view)
            if self._stack.currentIndex() != place:
                had_focus = self._holds_focus()
                self._stack.setCurrentIndex(place)
                if had_focus:
                    self.take_focus()
        if node.view == "pad":
            if not live:
                self.pad.fade_rim()
            self.specimen.show_text(node.text)
            self.pad.choose_cell(self._kind_place(model))
        elif node.view == "seeds":
            self.grid.show_state(live=live)
        if node.view != "seeds":
            self.grid.rest()
        self._show_between()

    def show_nothing(self, why: str) -> None:
        """The picture cannot be made: say why, and show nothing that could be taken for it."""
        for index in range(len(self.pad.middle)):
            self.pad.show_middle(None, index)
        for index in range(len(self.pad.rim)):
            self.pad.show_rim(index, None)
        self.pad.set_note(why)
        self.between.hero.show_image(None)
        self.say(why)

    def take_focus(self) -> None:
        """Put the keyboard on what is worked on: the pad, a number, or the way."""
        views = (self.pad, self.grid.wall, self.between.first)
        views[self._stack.currentIndex()].setFocus(Qt.FocusReason.OtherFocusReason)

    def _holds_focus(self) -> bool:
        front = self._stack.currentWidget()
        return front is not None and any(w.hasFocus() for w in front.findChildren(QWidget))

    def _take_model(self, model: Model) -> None:
        self._model = model
        manifest = model.manifest
        assert manifest.picture_size is not None
        sheet = len(manifest.classes()) if manifest.specimen else 0
        self.pad.set_pictures(manifest.picture_size, sheet=sheet)
        self.specimen.setVisible(bool(sheet))
        self.specimen.set_letters(manifest.classes())
        self.between.hero.set_picture_size(manifest.picture_size)
        self.between.hero.show_image(None)

    def _kind_place(self, model: Model) -> int | None:
        kinds = self._desk.kinds()
        if not model.manifest.specimen or not kinds:
            return None
        largest = max(kinds, key=lambda kind: kinds[kind])
        values = [choice.value for choice in model.manifest.classes()]
        return values.index(largest) if largest in values else None

    def _show_between(self) -> None:
        node, model = self._desk.node, self._desk.model
        if node is None or model is None or node.view != "between":
            return
        is_there = bool(self._desk.along())
        self.between.show_way(
            is_there=is_there,
            share=node.share,
            way=node.way if model.manifest.styles is not None else "position",
            has_styles=model.manifest.styles is not None,
        )
        for end, recipe in enumerate((node.first, node.second)):
            if recipe is None:
                self.between.show_end(end, None)

    def show_along(self, index: int, image: QImage) -> None:
        """A picture on the way between two has been made; the first and the last are its ends."""
        self.between.show_step(index, image)
        if index in (0, STEPS_BETWEEN - 1):
            self.between.show_end(0 if index == 0 else 1, image)

    def show_centre(self, image: QImage) -> None:
        """The picture in the middle has been made."""
        model = self._model
        if model is not None and not model.manifest.specimen:
            self.pad.show_middle(image)
        self.between.hero.show_image(image)

    def say(self, name: str) -> None:
        """What a screen reader says of the picture in the middle."""
        self.pad.say(name)
        self.between.hero.setAccessibleName(name)

    def show_letter(self, index: int, image: QImage) -> None:
        """One of an alphabet's letters has been made."""
        model = self._model
        if model is not None and index < len(model.manifest.classes()):
            self.pad.show_middle(image, index)
            self.specimen.line.set_letter(model.manifest.classes()[index].value, image)

    def show_kept(self, is_kept: bool, *, can_keep: bool) -> None:
        """Say whether the picture in the middle is kept."""
        self.keep.setText(self.tr("Kept") if is_kept else self.tr("Keep"))
        self.keep.show_key(not is_kept)
        self.keep.setEnabled(can_keep and not is_kept)

    def _stop_name(self, stop: Stop) -> str:
        return self._name(stop.recipe)
