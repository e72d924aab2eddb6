"""A line of text set in the letters of the position: the specimen below an alphabet's sheet."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from studio.contract.manifest import Choice
from studio.contract.overriding import override
from studio.shell.theme import GAP, RADIUS_PICTURE, Colours
from studio.shell.widgets.painting import fill_rounded

LONGEST: Final = 60
SAMPLE: Final = "HAMBURGEFONTSIV"
"""What type founders set first: the letters that decide how a face looks."""
LINE_HEIGHT: Final = 48
BEARING: Final = 0.12
"""Space between two letters, of the height of a line."""
SPACE: Final = 0.35
"""Width of a space."""
INK: Final = 48
"""Levels of grey by which ink differs from the ground."""


class SetLine(QWidget):
    """Paints words in pictures of letters, set as type is: each letter as wide as its ink."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letters: dict[str, tuple[QImage, tuple[int, int]]] = {}
        """By letter: its picture, and the columns between which it has ink."""
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
        self._letters[letter] = image, ink_columns(image)
        self.update()

    def forget(self) -> None:
        """The letters are of another model now."""
        self._letters.clear()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, LINE_HEIGHT)

    def _advance(self, letter: str) -> float:
        """Width of a letter with the space around it, as a share of the line's height."""
        found = self._letters.get(letter)
        if found is None:
            return SPACE
        image, (left, right) = found
        return (right - left) / image.height() + BEARING

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = sum(self._advance(letter) for letter in self._text) + BEARING
        side = min(float(self.height()), self.width() / max(whole, 0.01))
        top = (self.height() - side) / 2
        ground = next((i.pixelColor(0, 0) for i, _ink in self._letters.values()), None)
        if ground is not None:
            fill_rounded(painter, QRectF(0, top, whole * side, side), RADIUS_PICTURE, ground)
        x = BEARING / 2 * side
        for letter in self._text:
            self._paint_letter(painter, letter, x, top, side)
            x += self._advance(letter) * side
        painter.end()

    def _paint_letter(
        self, painter: QPainter, letter: str, x: float, top: float, side: float
    ) -> None:
        found = self._letters.get(letter)
        if found is not None:
            image, (left, right) = found
            scale = side / image.height()
            source = QRectF(left, 0, right - left, image.height())
            inked = QRectF(x + BEARING / 2 * side, top, source.width() * scale, side)
            painter.drawImage(inked, image, source)
        elif not letter.isspace():
            painter.setPen(Colours.of(self.palette()).soft)
            rect = QRectF(x, top, SPACE * side, side)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, letter)


def ink_columns(image: QImage) -> tuple[int, int]:
    """The first column that differs from the picture's corner, and one behind the last.

    All of it where nothing does.
    """
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    wide, stride = grey.width(), grey.bytesPerLine()
    data = bytes(grey.constBits())
    ground = data[0]
    inked = [
        x
        for x in range(wide)
        if max(abs(v - ground) for v in data[x : stride * grey.height() : stride]) > INK
    ]
    return (inked[0], inked[-1] + 1) if inked else (0, wide)


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
