"""The row above the gallery: search, filters, how many there are, order, bin."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QActionGroup, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QWidget

from studio.contract.overriding import override
from studio.shell.gallery.elided import ElidedLabel
from studio.shell.gallery.question import Question, sorting_labels
from studio.shell.icons import icon, icon_side
from studio.shell.theme import GAP, MARGIN
from studio.shell.widgets.buttons import FlatButton

TYPING_MS: Final = 120
"""A pause in typing after which the list follows."""
FIELD_WIDTH: Final = 240
LONGEST: Final = 300


class SearchField(QLineEdit):
    """Down or Return leads to the pictures, Escape empties it and leads there too."""

    left = Signal()
    """The keyboard should go to the pictures."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        words = self.tr("Search kept pictures")
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        self.setToolTip(
            self.tr("Names, kinds, colours, traits, numbers, and days such as 2026-11-22 (Ctrl+F)")
        )
        self.setClearButtonEnabled(True)
        self.setMaxLength(LONGEST)
        self._mark = self.addAction(
            icon("search", size=icon_side()), QLineEdit.ActionPosition.LeadingPosition
        )

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        changed = event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange)
        if changed and hasattr(self, "_mark"):
            self._mark.setIcon(icon("search", self.palette(), size=icon_side()))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class GalleryTitleBar(QWidget):
    """Shows a `Question` and changes it; the room answers."""

    asked = Signal(object)
    """Payload: `Question`."""
    filters_wanted = Signal()
    field_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = Question()
        self._kept_question = Question()
        """What was asked of the kept works before the bin was opened."""
        self.field = SearchField(self)
        self.filter_button = FlatButton(self.tr("Filter"), self, icon="filter")
        self.filter_button.clicked.connect(self.filters_wanted)
        self.sentence = ElidedLabel(self)
        self.sort_button = FlatButton("", self, icon="sort")
        self.sort_button.clicked.connect(self._open_orders)
        self.bin_button = FlatButton(self.tr("Bin"), self, icon="trash")
        self.bin_button.setCheckable(True)
        self.bin_button.clicked.connect(self._bin_clicked)
        self.field.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.field.setMinimumWidth(120)
        self.field.setMaximumWidth(2 * FIELD_WIDTH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, 0, MARGIN - 4, 0)
        layout.setSpacing(4)
        layout.addWidget(self.field, 2)
        layout.addWidget(self.filter_button)
        layout.addSpacing(GAP)
        layout.addWidget(self.sentence, 3)
        layout.addWidget(self.sort_button)
        layout.addWidget(self.bin_button)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._typed)
        self.field.textChanged.connect(lambda _text: self._typing.start())
        self.field.left.connect(self._leave_field)
        self._fit()

    @property
    def question(self) -> Question:
        """What is asked."""
        return self._question

    def show_question(self, question: Question) -> None:
        """Show another question without asking it."""
        self._question = question
        if self.field.text().strip() != question.text.strip():
            self.field.setText(question.text)
            self._typing.stop()
        self._fit()

    def say(self, sentence: str) -> None:
        """Say how many there are."""
        self.sentence.setText(sentence)

    def show_binned(self, count: int) -> None:
        """Say how many lie in the bin."""
        self.bin_button.set_key(self.locale().toString(count) if count else "")
        words = self.tr("Bin, %n picture(s) in it", "", count) if count else self.tr("Bin")
        self.bin_button.setAccessibleName(words)

    def _fit(self) -> None:
        question = self._question
        self.filter_button.set_key(str(question.filters) if question.filters else "")
        words = self.tr("Filter by colour, model, kind, trait, day and stars")
        self.filter_button.setToolTip(words)
        self.filter_button.setAccessibleName(
            self.tr("Filter, %n set", "", question.filters) if question.filters else words
        )
        order = sorting_labels()[question.sorting]
        self.sort_button.setText(order)
        self.sort_button.setAccessibleName(self.tr("Order: {order}").format(order=order))
        self.sort_button.setToolTip(self.tr("Order"))
        self.sort_button.updateGeometry()
        self.bin_button.setChecked(question.in_bin)
        tip = self.tr("Back to the kept pictures") if question.in_bin else self.tr("Look into it")
        self.bin_button.setToolTip(tip)

    def _ask(self, question: Question) -> None:
        self._question = question
        self._fit()
        self.asked.emit(question)

    @Slot()
    def _typed(self) -> None:
        text = self.field.text().strip()
        if text != self._question.text:
            self._ask(replace(self._question, text=text))

    @Slot()
    def _leave_field(self) -> None:
        if self._typing.isActive():
            self._typing.stop()
            self._typed()
        self.field_left.emit()

    @Slot()
    def _open_orders(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for sorting, label in sorting_labels().items():
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(sorting == self._question.sorting)
            action.triggered.connect(
                lambda _on, sorting=sorting: self._ask(replace(self._question, sorting=sorting))
            )
            group.addAction(action)
        menu.popup(self.sort_button.mapToGlobal(QPoint(0, self.sort_button.height() + 4)))

    @Slot()
    def _bin_clicked(self) -> None:
        self.show_bin(self.bin_button.isChecked())

    def show_bin(self, in_bin: bool) -> None:
        """Ask for what lies in the bin, or again for what was asked before it."""
        if in_bin == self._question.in_bin:
            return
        if in_bin:
            self._kept_question = self._question
        question = Question(in_bin=True) if in_bin else self._kept_question
        self.show_question(question)
        self.asked.emit(question)
