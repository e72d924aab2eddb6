"""The way between two kept pictures: both ends, what lies along it, and a slider."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QImage, QPalette
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.images.exploration import Way
from studio.images.ui.explore.desk import STEPS_BETWEEN
from studio.images.ui.explore.hero import HeroView
from studio.images.ui.explore.thumb import SlotButton
from studio.shell.numbers import percent_text
from studio.shell.theme import GAP, SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import FlatButton, IconButton, QuietButton
from studio.shell.widgets.slider import Slider

END_SIDE: Final = 112
STEP_SIDE: Final = 56
FINE: Final = 1000
"""Steps of the slider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndWish:
    """A picture is wanted for one end of the way."""

    end: int
    """0: where it begins, 1: where it leads."""
    place: QPoint | None = None
    """On the screen, where a choice of pictures belongs."""
    path: str = ""
    """A file that was dropped there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareChange:
    """So far along the way."""

    share: float
    final: bool


class BetweenPage(QWidget):
    """Shows what it is given and tells what the user does."""

    choice_wanted = Signal(object)
    """Payload: `EndWish` with a place on the screen."""
    dropped = Signal(object)
    """Payload: `EndWish` with a path."""
    swap_wanted = Signal()
    share_changed = Signal(object)
    """Payload: `ShareChange`."""
    last_wanted = Signal()
    """The two pictures that were kept last are to be the ends."""
    way_chosen = Signal(str)
    """Payload: a `Way`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = (self.tr("From: choose a picture"), self.tr("To: choose a picture"))
        self.ends = tuple(SlotButton(name, self, side=END_SIDE) for name in names)
        self.hero = HeroView(self)
        self.slider = Slider(self)
        self.slider.setRange(0, FINE)
        self.slider.setPageStep(FINE // 10)
        self.slider.setSingleStep(FINE // 100)
        self.slider.setAccessibleName(self.tr("How far along the way"))
        self.steps = tuple(_StepButton(self) for _ in range(STEPS_BETWEEN))
        self.ways: dict[Way, FlatButton] = {}
        self.swap = IconButton("compare", self.tr("Swap the two ends"), self)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.last = QuietButton(self.tr("The two kept last"), self)
        self.last.clicked.connect(self.last_wanted)
        self._can_take_last = False
        self._build()
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderReleased.connect(self._rested)
        self.slider.reset_wanted.connect(lambda: self._tell(0.5, final=True))
        self.swap.clicked.connect(self.swap_wanted)
        for end, slot in enumerate(self.ends):
            slot.clicked.connect(partial(self._ask, end))
            slot.dropped.connect(partial(self._drop, end))
        for index, step in enumerate(self.steps):
            step.clicked.connect(partial(self._step_clicked, index))

    def _build(self) -> None:
        titles = (self.tr("From"), self.tr("To"))
        columns = []
        for slot, title in zip(self.ends, titles, strict=True):
            words = QLabel(title, self)
            words.setFont(scaled_font(self.font(), SMALL_TEXT, weight=QFont.Weight.DemiBold))
            words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column = QVBoxLayout()
            column.addStretch(1)
            column.addWidget(slot, 0, Qt.AlignmentFlag.AlignCenter)
            column.addWidget(words)
            column.addStretch(1)
            columns.append(column)
        middle = QVBoxLayout()
        middle.addWidget(self.hero, 1000)
        middle.addStretch(1)
        middle.addWidget(self.words)
        middle.addSpacing(GAP)
        middle.addWidget(self.last, 0, Qt.AlignmentFlag.AlignCenter)
        middle.addStretch(1)
        across = QHBoxLayout()
        across.setSpacing(2 * GAP)
        across.addLayout(columns[0])
        across.addLayout(middle, 1)
        across.addLayout(columns[1])
        strip = QHBoxLayout()
        strip.setSpacing(GAP)
        strip.addStretch(1)
        for step in self.steps:
            strip.addWidget(step)
        strip.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        group = QButtonGroup(self)
        for way, text, tip in (
            (
                "position",
                self.tr("By position"),
                self.tr("Positions are turned into one another on their sphere (slerp of z)."),
            ),
            (
                "style",
                self.tr("By style"),
                self.tr("Styles change evenly, layer by layer (linear in w): often smoother."),
            ),
        ):
            button = FlatButton(text, self)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.clicked.connect(lambda _on=False, way=way: self.way_chosen.emit(way))
            group.addButton(button)
            self.ways["style" if way == "style" else "position"] = button
            foot.addWidget(button)
        foot.addWidget(self.slider, 1)
        self.share = QLabel(self)
        self.share.setMinimumWidth(self.fontMetrics().horizontalAdvance("100 %") + 6)
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.share)
        foot.addWidget(self.swap)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(across, 1)
        column.addLayout(strip)
        column.addLayout(foot)

    @property
    def first(self) -> QWidget:
        """What the keyboard is put on: the slider, or the first end while there is no way."""
        return self.ends[0] if self.slider.isHidden() else self.slider

    def show_way(self, *, is_there: bool, share: float, way: Way, has_styles: bool) -> None:
        """Show how far one is, or what is missing."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(share * FINE))
        self.slider.blockSignals(False)
        self.slider.update()
        self.share.setText(percent_text(share))
        self.slider.setAccessibleDescription(percent_text(share))
        for widget in (self.slider, self.share, self.swap, *self.steps):
            widget.setVisible(is_there)
        self.ways[way].setChecked(True)
        for button in self.ways.values():
            button.setVisible(has_styles and is_there)
        self.last.setVisible(not is_there and self._can_take_last)
        self.words.setVisible(not is_there)
        self.hero.setVisible(is_there)
        self.words.setText(
            self.tr(
                "Two pictures, and everything that lies between them. Choose one for each end, "
                "or keep two (K) and come back."
            )
        )

    def offer_last(self, can: bool) -> None:
        """Whether two pictures are kept that could be the ends."""
        self._can_take_last = can
        self.last.setVisible(can and not self.words.isHidden())

    def show_end(self, end: int, image: QImage | None) -> None:
        """Show the picture of one end."""
        self.ends[end].show_image(image)

    def show_step(self, index: int, image: QImage | None) -> None:
        """Show a picture along the way."""
        self.steps[index].show_image(image)

    def name_steps(self) -> None:
        """Say how far each of the small pictures is."""
        for index, step in enumerate(self.steps):
            words = self.tr("{share} of the way").format(
                share=percent_text(index / (STEPS_BETWEEN - 1))
            )
            step.setAccessibleName(words)
            step.setToolTip(words)

    def _moved(self, value: int) -> None:
        self._tell(value / FINE, final=not self.slider.isSliderDown())

    @Slot()
    def _rested(self) -> None:
        self._tell(self.slider.value() / FINE, final=True)

    def _tell(self, share: float, *, final: bool) -> None:
        self.share.setText(percent_text(share))
        self.share_changed.emit(ShareChange(share=share, final=final))

    def _ask(self, end: int) -> None:
        slot = self.ends[end]
        self.choice_wanted.emit(EndWish(end=end, place=slot.mapToGlobal(slot.rect().bottomLeft())))

    def _drop(self, end: int, path: str) -> None:
        self.dropped.emit(EndWish(end=end, path=path))

    def _step_clicked(self, index: int) -> None:
        self._tell(index / (STEPS_BETWEEN - 1), final=True)


class _StepButton(SlotButton):
    """A picture on the way; nothing can be dropped on it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent, side=STEP_SIDE)
        self.setAcceptDrops(False)

    @override
    def sizeHint(self) -> QSize:
        return QSize(STEP_SIDE, STEP_SIDE)
