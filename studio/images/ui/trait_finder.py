"""A box that finds what the model can do, beside a sentence that says what it cannot.

People who know other programs look for a place to type a sentence. Here it answers honestly: it
finds kinds, controls and traits by name, in either language and by the artist's own names, and
says that the model cannot follow sentences, and what it knows.
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.manifest import Control, Label, Manifest
from studio.contract.overriding import override
from studio.images.finding import Answer, find_named, look_up
from studio.images.trait_file import ShelfTrait
from studio.images.traits import TraitShelf
from studio.images.ui.genes.words import trait_title
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import QuietButton
from studio.shell.widgets.choice_row import ChoiceChange
from studio.shell.widgets.flow_layout import FlowLayout

LONGEST_QUOTE: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """Something that the model can do: a control, or one of its choices."""

    control: str
    value: str | None
    """The choice; None: the control itself."""
    text: str
    """As it is shown."""
    words: tuple[str, ...]
    """What it is found by, in lower case."""


def traits_of(manifest: Manifest, language: str) -> tuple[Trait, ...]:
    """All that can be found, choices before the controls that hold them."""
    found = []
    for control in manifest.controls:
        found += [
            Trait(
                control=control.name,
                value=choice.value,
                text=choice.label.text(language),
                words=_words(choice.label, choice.value),
            )
            for choice in control.choices
        ]
    return (*found, *(_control_trait(control, language) for control in manifest.controls))


def find_traits(traits: tuple[Trait, ...], wanted: str) -> tuple[Trait, ...]:
    """Those that ``wanted`` names; see `studio.images.finding.look_up`."""
    return find_named(traits, lambda trait: trait.words, wanted)


class TraitFinder(QWidget):
    """Return takes the first that is found; the others are buttons."""

    choice_wanted = Signal(object)
    """Payload: `ChoiceChange`."""
    control_wanted = Signal(object)
    """Payload: name of the control that is to be shown."""
    trait_wanted = Signal(object)
    """Payload: `ShelfTrait` that is to be shown."""

    def __init__(self, manifest: Manifest, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._traits = traits_of(manifest, language)
        self._shelf: TraitShelf | None = None
        self._limits = manifest.limits.text(language)
        self._found: tuple[Trait | ShelfTrait, ...] = ()
        self._buttons: list[QuietButton] = []
        self._is_told = False
        """Whether the sentence must be read, also where something was found."""
        self.edit = _FinderEdit(self)
        self._name_box()
        self.edit.setClearButtonEnabled(True)
        self._results = QWidget(self)
        self._flow = FlowLayout(self._results)
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        self._sentence.setFont(scaled_font(self.font(), SMALL_TEXT))
        self._sentence.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._sentence.setSizePolicy(
            QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.edit, self._results, self._sentence):
            layout.addWidget(widget)
        self.edit.textChanged.connect(self._search)
        self.edit.focused.connect(self._show_sentence)
        self.edit.returnPressed.connect(self._take_first)
        self._search("")

    @property
    def found(self) -> tuple[Trait | ShelfTrait, ...]:
        """What is offered."""
        return self._found

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._sentence.text()

    def set_shelf(self, shelf: TraitShelf | None) -> None:
        """Find the traits of a shelf too, those that the model ships and those that have names."""
        self._shelf = shelf
        self._name_box()
        self._search(self.edit.text())

    def _name_box(self) -> None:
        name = self.tr("Find a kind or a control")
        if self._shelf is not None:
            name = self.tr("Find a trait or a control")
        self.edit.setPlaceholderText(name)
        self.edit.setAccessibleName(name)

    def _search(self, text: str) -> None:
        known = () if self._shelf is None or not text.strip() else self._shelf.traits()
        answer: Answer[Trait | ShelfTrait] = look_up((*self._traits, *known), self._words_of, text)
        self._found = answer.things
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(trait) for trait in self._found]
        self._results.setVisible(bool(self._found))
        self._sentence.setText(self._sentence_on(text.strip(), answer))
        self._sentence.setAccessibleName(self._sentence.text())
        self._is_told = bool(text.strip()) and not answer.is_whole
        self._show_sentence()

    def _sentence_on(self, wanted: str, answer: Answer[Trait | ShelfTrait]) -> str:
        """What is said about what was typed: plainly that sentences are not followed."""
        if not wanted or answer.is_whole:
            return self._limits
        if answer.things:
            return self.tr(
                "This model cannot follow sentences. Of this one it knows what is above."
            )
        if len(wanted) > LONGEST_QUOTE:
            wanted = wanted[:LONGEST_QUOTE].rstrip() + "…"
        nothing = self.tr("Nothing here is called “{text}”.").format(text=wanted)
        return f"{nothing} {self._limits}"

    def _show_sentence(self) -> None:
        """While the box is in use, and something else than what was wished for is the answer."""
        in_use = self.edit.hasFocus() or bool(self.edit.text().strip())
        self._sentence.setVisible(in_use and (self._is_told or not self._found))

    def _button(self, trait: Trait | ShelfTrait) -> QuietButton:
        button = QuietButton(self._title(trait), self._results)
        button.clicked.connect(lambda: self._take(trait))
        self._flow.addWidget(button)
        button.show()
        return button

    def _words_of(self, trait: Trait | ShelfTrait) -> tuple[str, ...]:
        """What something is found by; a gene without a name as it is shown, e.g. "gene 3"."""
        if isinstance(trait, ShelfTrait):
            return (*trait.words(), self._title(trait).casefold())
        return trait.words

    def _title(self, trait: Trait | ShelfTrait) -> str:
        if isinstance(trait, ShelfTrait):
            return trait_title(trait, self._language)
        return trait.text

    def _take_first(self) -> None:
        if self._found:
            self._take(self._found[0])

    def _take(self, trait: Trait | ShelfTrait) -> None:
        if isinstance(trait, ShelfTrait):
            self.trait_wanted.emit(trait)
        elif trait.value is None:
            self.control_wanted.emit(trait.control)
        else:
            self.choice_wanted.emit(ChoiceChange(name=trait.control, value=trait.value))


class _FinderEdit(QLineEdit):
    """Escape empties it before it means anything else."""

    focused = Signal()
    """The keyboard came or went."""

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


def _control_trait(control: Control, language: str) -> Trait:
    return Trait(
        control=control.name,
        value=None,
        text=control.label.text(language),
        words=_words(control.label, control.name),
    )


def _words(label: Label, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.casefold() for word in (label.en, label.zh, name)))
