"""The two lines around the grid: what narrows it above, what can be done with the chosen below."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.actions import ActionRegistry
from studio.shell.gallery.elided import ElidedLabel
from studio.shell.gallery.filters import NarrowingChip
from studio.shell.gallery.question import Narrowing, Question, narrowings
from studio.shell.gallery.vocabulary import Vocabulary
from studio.shell.theme import GAP, MARGIN, Colours
from studio.shell.touch import target
from studio.shell.widgets.buttons import FlatButton, IconButton, PrimaryButton, QuietButton
from studio.shell.widgets.flow_layout import FlowLayout

FOOT_EDGE: Final = 7


class _ClearButton(FlatButton):
    """As high as the chips that it stands beside."""

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), target(self.fontMetrics().height() + 10))


class NarrowingBar(QWidget):
    """Chips of the filters that are set; hidden while none is."""

    asked = Signal(object)
    """Payload: `Question`."""

    def __init__(self, vocabulary: Vocabulary, parent: QWidget) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._shown: tuple[str, ...] = ()
        self._flow = FlowLayout(self)
        self._flow.setContentsMargins(MARGIN, 0, MARGIN, GAP)
        self.hide()

    @property
    def chips(self) -> tuple[NarrowingChip, ...]:
        """One for each filter that is set."""
        return tuple(self.findChildren(NarrowingChip))

    def show_question(self, question: Question) -> None:
        """Show what narrows the list now."""
        found = narrowings(question, self._vocabulary)
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        for one in found:
            self._add(one, question)
        if len(found) > 1:
            clear = _ClearButton(self.tr("Clear all"), self)
            clear.clicked.connect(lambda: self.asked.emit(question.widened()))
            self._flow.addWidget(clear)
            clear.show()
        self.setVisible(bool(found))

    def _add(self, narrowing: Narrowing, question: Question) -> None:
        words = self.tr("Take away: {filter}").format(filter=narrowing.text)
        chip = NarrowingChip(narrowing.text, words, self)
        chip.clicked.connect(lambda: self.asked.emit(narrowing.removed_from(question)))
        self._flow.addWidget(chip)
        chip.show()


@dataclass(frozen=True, slots=True, kw_only=True)
class FootState:
    """What the line below the grid has to fit."""

    text: str
    chosen: int
    """Works that commands are about."""
    is_looking: bool
    """They are looked at close by already."""
    in_bin: bool
    is_empty: bool
    """Nothing lies in the bin."""
    can_change: bool


class GalleryFoot(QWidget):
    """Always there, so that nothing moves when something is chosen."""

    zoom_wanted = Signal(int)
    """Payload: 1 for larger pictures, -1 for smaller ones."""

    def __init__(self, actions: ActionRegistry, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ElidedLabel(self)
        self.open = PrimaryButton(self.tr("More like this"), self)
        self.compare = PrimaryButton(self.tr("Compare"), self)
        self.look = QuietButton(self.tr("Look closer"), self)
        self.enlarge = QuietButton(self.tr("Enlarge…"), self)
        self.copy = QuietButton(self.tr("Copy"), self)
        self.export = QuietButton(self.tr("Export…"), self)
        self.remove = QuietButton(self.tr("Remove"), self)
        self.restore = PrimaryButton(self.tr("Restore"), self)
        self.purge = QuietButton(self.tr("Delete for ever…"), self)
        self.empty = QuietButton(self.tr("Empty the bin…"), self)
        smaller = IconButton("zoom-out", self.tr("Smaller pictures"), self)
        larger = IconButton("zoom", self.tr("Larger pictures"), self)
        smaller.clicked.connect(lambda: self.zoom_wanted.emit(-1))
        larger.clicked.connect(lambda: self.zoom_wanted.emit(1))
        self._sizes = (smaller, larger)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, FOOT_EDGE, MARGIN - 4, FOOT_EDGE)
        layout.setSpacing(GAP - 2)
        layout.addWidget(self._text, 1)
        for button, command in (
            (self.open, "gallery.open"),
            (self.compare, "gallery.compare"),
            (self.look, "gallery.look"),
            (self.enlarge, "gallery.enlarge"),
            (self.copy, "gallery.copy"),
            (self.export, "gallery.export"),
            (self.remove, "gallery.remove"),
            (self.restore, "gallery.restore"),
            (self.purge, "gallery.purge"),
            (self.empty, "gallery.empty_bin"),
        ):
            action = actions.action(command)
            button.clicked.connect(action.trigger)
            button.setToolTip(action.toolTip())
            layout.addWidget(button)
        layout.addSpacing(GAP)
        layout.addWidget(smaller)
        layout.addWidget(larger)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def fit(self, state: FootState) -> None:
        """Offer what can be done now."""
        chosen, kept = state.chosen, not state.in_bin
        self._text.setText(state.text)
        self.open.setVisible(kept and chosen == 1)
        self.compare.setVisible(chosen == 2)
        self.look.setVisible(chosen == 1 and not state.is_looking)
        for button in self._sizes:
            button.setVisible(not state.is_looking)
        self.enlarge.setVisible(kept and chosen > 0)
        self.copy.setVisible(kept and chosen > 0)
        self.export.setVisible(kept and chosen > 0)
        self.remove.setVisible(kept and chosen > 0 and state.can_change)
        self.restore.setVisible(state.in_bin and chosen > 0 and state.can_change)
        self.purge.setVisible(state.in_bin and chosen > 0 and state.can_change)
        empties = state.in_bin and not chosen and not state.is_empty and state.can_change
        self.empty.setVisible(empties)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = Colours.of(self.palette())
        painter.fillRect(QRectF(MARGIN, 0, self.width() - 2 * MARGIN, 1), colours.line)
        painter.end()
