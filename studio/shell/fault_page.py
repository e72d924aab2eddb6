"""What the window shows when the project cannot be opened: the sentence, and the ways on."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.contract.errors import AtelierError
from studio.shell.notices import breakable, details, error_text
from studio.shell.theme import RAIL_WIDTH
from studio.shell.widgets.buttons import PrimaryButton, QuietButton

WIDEST = 520


class FaultPage(QWidget):
    """Stands where the room would be; nothing of the project was touched."""

    def __init__(
        self,
        error: AtelierError,
        retry: Callable[[], None],
        parent: QWidget | None = None,
        *,
        choose: Callable[[], None] | None = None,
    ) -> None:
        """``choose`` lets the user open another project, where that may help."""
        super().__init__(parent)
        self._error = error
        text = error_text(error)
        words = breakable(text)
        sentence = QLabel(words, self)
        sentence.setAccessibleName(text)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        sentence.setWordWrap(True)
        sentence.setMaximumWidth(WIDEST)
        if words == text:  # else "Copy details" has the path as it is
            sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        calm = QLabel(self.tr("Nothing of it was changed."), self)
        calm.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        again = PrimaryButton(self.tr("Try again"), self)
        again.clicked.connect(lambda _checked: retry())
        copy = QuietButton(self.tr("Copy details"), self)
        copy.clicked.connect(self._copy)
        buttons = QHBoxLayout()
        buttons.addWidget(again)
        if choose is not None:
            other = QuietButton(self.tr("Open another project…"), self)
            other.clicked.connect(lambda _checked: choose())
            buttons.addWidget(other)
        buttons.addWidget(copy)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(sentence)
        column.addWidget(calm)
        column.addLayout(buttons)
        column.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(RAIL_WIDTH + 24, 24, 24, 24)
        layout.addStretch(1)
        layout.addLayout(column)
        layout.addStretch(1)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(details(self._error))
