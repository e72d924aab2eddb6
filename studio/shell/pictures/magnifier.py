"""How pictures are made larger and smaller, by buttons and by keys, the same on every page."""

from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.shell.numbers import percent_text
from studio.shell.widgets.buttons import FlatButton, IconButton


class Magnifiable(Protocol):
    """What shows pictures at steps of a magnification."""

    def step_by(self, steps: int) -> None:
        """Larger or smaller around the middle."""

    def show_whole(self) -> None:
        """As large as fits."""

    def show_pixels(self) -> None:
        """One pixel of the picture on one of the display."""


class MagnifierButtons(QHBoxLayout):
    """Smaller, how large it is now, larger, and the way back."""

    closed = Signal()
    """The way back was wanted."""

    def __init__(self, shown: Magnifiable, parent: QWidget) -> None:
        """``parent`` holds the buttons, in the order of Tab."""
        super().__init__()
        self.setSpacing(2)
        smaller = self._step_button("−", self.tr("Smaller"), self.tr("Smaller (−)"), parent)
        smaller.clicked.connect(lambda: shown.step_by(-1))
        self._percent = FlatButton("", parent)
        self._percent.setToolTip(self.tr("100 %: one pixel a pixel; click to see all of it (0)"))
        self._percent.clicked.connect(shown.show_whole)
        larger = self._step_button("+", self.tr("Larger"), self.tr("Larger (+)"), parent)
        larger.clicked.connect(lambda: shown.step_by(1))
        back = IconButton("close", self.tr("Back (Esc)"), parent)
        back.clicked.connect(self.closed)
        for button in (smaller, self._percent, larger):
            self.addWidget(button)
        self.addSpacing(4)
        self.addWidget(back)

    def show_scale(self, scale: float) -> None:
        """Say how large pictures are shown; 1.0: one pixel on one of the display."""
        text = percent_text(scale)
        self._percent.setText(text)
        self._percent.setAccessibleName(text)

    def _step_button(self, sign: str, words: str, tip: str, parent: QWidget) -> FlatButton:
        button = FlatButton(sign, parent)
        button.setAccessibleName(words)
        button.setToolTip(tip)
        return button


def magnify_by_key(shown: Magnifiable, key: int) -> bool:
    """Do what one of the keys + − 0 1 stands for; False: it is another key."""
    if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
        shown.step_by(1)
    elif key == Qt.Key.Key_Minus:
        shown.step_by(-1)
    elif key == Qt.Key.Key_0:
        shown.show_whole()
    elif key == Qt.Key.Key_1:
        shown.show_pixels()
    else:
        return False
    return True
