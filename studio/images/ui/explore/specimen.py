"""A line of text set in the letters of the position: the specimen below an alphabet's sheet."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from studio.contract.manifest import Choice
from studio.contract.overriding import override
from studio.shell.theme import GAP, Colours

LONGEST: Final = 60
SAMPLE: Final = "HAMBURGEFONTSIV"
"""What type founders set first: the letters that decide how a face looks."""
LINE_HEIGHT: Final = 48


class SetLine(QWidget):
    """Paints words in pictures of letters; as large as the line allows, in whole pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letters: dict[str, QImage] = {}
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(LINE_HEIGHT)

    def set_text(self, text: str) -> None:
        """Set another line."""
        self._text = text
        self.setAccessibleName(text)
        self.update()

    def set_letter(self, letter: str, image: QImage) -> None:
        """A letter has been made."""
        self._letters[letter] = image
        self.update()

    def forget(self) -> None:
        """The letters are of another model now."""
        self._letters.clear()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, LINE_HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        colours = Colours.of(self.palette())
        count = max(len(self._text), 1)
        side = min(float(self.height()), self.width() / count)
        top = (self.height() - side) / 2
        for place, letter in enumerate(self._text):
            rect = QRectF(place * side, top, side, side)
            image = self._letters.get(letter)
            if image is not None:
                painter.drawImage(rect, image)
            elif not letter.isspace():
                painter.setPen(colours.soft)
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, letter)
        painter.end()


class SpecimenLine(QWidget):
    """A field to type in, and what was typed in the letters of the position."""

    text_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: dict[str, str] = {}
        """Letters as the model's kinds are called, by how they are typed."""
        self.field = QLineEdit(self)
        self.field.setMaxLength(LONGEST)
        self.field.setPlaceholderText(self.tr("Type a word"))
        self.field.setAccessibleName(self.tr("Words to set in these letters"))
        self.field.setFixedWidth(180)
        self.line = SetLine(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GAP)
        layout.addWidget(self.field)
        layout.addWidget(self.line, 1)
        self.field.textEdited.connect(self.text_changed)

    def set_letters(self, choices: tuple[Choice, ...]) -> None:
        """The letters of another model; nothing of them has been made."""
        self._values = {choice.value.casefold(): choice.value for choice in choices}
        self.line.forget()

    def show_text(self, text: str) -> None:
        """Show another text; without one the sample."""
        if text != self.field.text() and not self.field.hasFocus():
            self.field.setText(text)
        self.line.set_text("".join(self._fitting(c) for c in text or SAMPLE))

    def _fitting(self, letter: str) -> str:
        return self._values.get(letter.casefold(), letter)
