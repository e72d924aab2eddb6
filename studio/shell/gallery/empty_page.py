"""What stands in the grid's place while it is empty: what belongs here, and the way on."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.shell.theme import GAP, scaled_font
from studio.shell.widgets.buttons import PrimaryButton
from studio.shell.widgets.mark import LargeMark

ICON: Final = 36
WIDEST: Final = 460


class EmptyPage(QWidget):
    """A heading, a sentence that teaches, and one button."""

    wanted = Signal()
    """The button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = LargeMark("gallery", ICON, self)
        self._heading = QLabel(self)
        self._heading.setFont(scaled_font(self.font(), 15 / 13, weight=QFont.Weight.DemiBold))
        self._words = QLabel(self)
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for label in (self._heading, self._words):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setFixedWidth(WIDEST)
        self.button = PrimaryButton("", self)
        self.button.clicked.connect(self.wanted)
        layout = QVBoxLayout(self)
        layout.setSpacing(GAP)
        layout.addStretch(2)
        layout.addWidget(self._mark)
        layout.addSpacing(GAP)
        for widget in (self._heading, self._words, self.button):
            row = QHBoxLayout()  # a row of its own: words merely aligned get too few lines
            row.addStretch(1)
            row.addWidget(widget)
            row.addStretch(1)
            layout.addLayout(row)
            layout.addSpacing(GAP // 2)
        layout.addStretch(3)

    @property
    def text(self) -> str:
        """What it says."""
        return f"{self._heading.text()} {self._words.text()}"

    def say(self, heading: str, words: str, *, icon: str, button: str) -> None:
        """Show other words; an empty ``button`` hides it."""
        self._mark.show_icon(icon)
        self._heading.setText(heading)
        self._words.setText(words)
        self.setAccessibleName(self.text)
        self.button.setText(button)
        self.button.updateGeometry()
        self.button.setVisible(bool(button))
