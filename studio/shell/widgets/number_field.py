"""A number as text: the arrow keys step it, Escape takes back what was typed."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from studio.contract.overriding import override

PAGE_STEPS: Final = 10


class NumberField(QLineEdit):
    """What the text stands for is its owner's affair."""

    stepped = Signal(int)
    """Payload: steps up."""
    abandoned = Signal()
    """Escape: what was typed does not count."""

    def fit(self, widest: str, *, around: int) -> None:
        """Take the width that the longest value needs, and ``around`` logical pixels more."""
        self.ensurePolished()
        room = QFontMetrics(self.font()).horizontalAdvance(widest + "0")
        self.setFixedWidth(room + around)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_PageUp: PAGE_STEPS,
            Qt.Key.Key_PageDown: -PAGE_STEPS,
        }.get(Qt.Key(event.key()))
        if steps is not None:
            self.setModified(False)
            self.stepped.emit(steps)
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self.setModified(False)
            self.abandoned.emit()
        else:
            super().keyPressEvent(event)
