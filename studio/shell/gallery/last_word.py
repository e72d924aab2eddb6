"""The one question that the gallery asks: deleting for ever cannot be undone."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.shell.theme import GAP, scaled_font
from studio.shell.widgets.buttons import PrimaryButton, QuietButton

WIDTH: Final = 420
EDGE: Final = 24


class LastWordDialog(QDialog):
    """Return keeps the pictures: what cannot be undone is never the default."""

    def __init__(self, count: int, size: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Delete for ever?"))
        heading = QLabel(self.tr("Delete %n picture(s) for ever?", "", count), self)
        heading.setFont(scaled_font(self.font(), weight=QFont.Weight.DemiBold))
        text = self.tr(
            "This frees {size}. The recipe of a picture goes with it, and it cannot be undone. "
            "Files that you exported stay."
        ).format(size=size)
        words = QLabel(text, self)
        for label in (heading, words):
            label.setWordWrap(True)
        self.setAccessibleDescription(f"{heading.text()} {text}")
        self.keep = PrimaryButton(self.tr("Keep in the bin"), self)
        self.delete = QuietButton(self.tr("Delete for ever"), self)
        self.keep.clicked.connect(self.reject)
        self.delete.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addStretch(1)
        buttons.addWidget(self.delete)
        buttons.addWidget(self.keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        layout.setSpacing(GAP)
        layout.addWidget(heading)
        layout.addWidget(words)
        layout.addSpacing(GAP)
        layout.addLayout(buttons)
        width = max(WIDTH, layout.minimumSize().width())  # large text makes the buttons wider
        self.setFixedSize(width, layout.totalHeightForWidth(width))
        self.keep.setFocus(Qt.FocusReason.PopupFocusReason)
