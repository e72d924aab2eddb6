"""A box that finds what the model can do, beside a sentence that says what it cannot.

People who know other programs look for a place to type a sentence. Here it answers honestly: it
finds kinds and controls by name, in either language, and for the rest says what the model knows.
"""

import re
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.manifest import Control, Label, Manifest
from studio.contract.overriding import override
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import QuietButton
from studio.shell.widgets.choice_row import ChoiceChange
from studio.shell.widgets.flow_layout import FlowLayout

MOST_FOUND: Final = 8
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
    """Those with all the words of ``wanted`` in their names, the best first.

    Of a whole sentence whatever is named in it: "somebody with wild hair" finds wild and hair,
    also where words are not set apart, as in Chinese.
    """
    whole = wanted.strip().casefold()
    parts = re.findall(r"\w+", whole)
    if not parts:
        return ()
    found = [trait for trait in traits if all(_is_in(part, trait) for part in parts)]
    if not found:
        found = [trait for trait in traits if _is_named(trait, whole, parts)]
    found.sort(key=lambda trait: not any(word.startswith(whole) for word in trait.words))
    return tuple(found[:MOST_FOUND])


class TraitFinder(QWidget):
    """Return takes the first that is found; the others are buttons."""

    choice_wanted = Signal(object)
    """Payload: `ChoiceChange`."""
    control_wanted = Signal(object)
    """Payload: name of the control that is to be shown."""

    def __init__(self, manifest: Manifest, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._traits = traits_of(manifest, language)
        self._limits = manifest.limits.text(language)
        self._found: tuple[Trait, ...] = ()
        self._buttons: list[QuietButton] = []
        self.edit = _FinderEdit(self)
        self.edit.setPlaceholderText(self.tr("Find a kind or a control"))
        self.edit.setAccessibleName(self.tr("Find a kind or a control"))
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
    def found(self) -> tuple[Trait, ...]:
        """What is offered."""
        return self._found

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._sentence.text()

    def _search(self, text: str) -> None:
        self._found = find_traits(self._traits, text)
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(trait) for trait in self._found]
        self._results.setVisible(bool(self._found))
        sentence = self._limits
        if text.strip() and not self._found:
            wanted = text.strip()
            if len(wanted) > LONGEST_QUOTE:
                wanted = wanted[:LONGEST_QUOTE].rstrip() + "…"
            nothing = self.tr("Nothing here is called “{text}”.").format(text=wanted)
            sentence = f"{nothing} {self._limits}"
        self._sentence.setText(sentence)
        self._sentence.setAccessibleName(sentence)
        self._show_sentence()

    def _show_sentence(self) -> None:
        """While the box is in use, and something else than what was wished for is the answer."""
        in_use = self.edit.hasFocus() or bool(self.edit.text().strip())
        self._sentence.setVisible(in_use and not self._found)

    def _button(self, trait: Trait) -> QuietButton:
        button = QuietButton(trait.text, self._results)
        button.clicked.connect(lambda: self._take(trait))
        self._flow.addWidget(button)
        button.show()
        return button

    def _take_first(self) -> None:
        if self._found:
            self._take(self._found[0])

    def _take(self, trait: Trait) -> None:
        if trait.value is None:
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


def _is_in(part: str, trait: Trait) -> bool:
    """Also when a plural was typed: "sprouts" and "sprout" mean the same."""
    singular = part[:-1] if len(part) > 3 and part.endswith("s") else part
    return any(singular in word for word in trait.words)


def _is_named(trait: Trait, sentence: str, parts: list[str]) -> bool:
    if any(len(part) > 2 and _is_in(part, trait) for part in parts):
        return True
    return any(len(word) > 1 and not word.isascii() and word in sentence for word in trait.words)
