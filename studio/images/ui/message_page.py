"""What stands in the wall's place when nothing can hang: one sentence, and the way on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.shell.theme import GAP
from studio.shell.widgets.buttons import PrimaryButton, QuietButton
from studio.shell.widgets.focus import release_focus
from studio.shell.widgets.mark import LargeMark

ICON = 32
WIDEST = 460


class MessagePage(QWidget):
    """An empty state, or a fault of the model that was chosen."""

    retry_wanted = Signal()
    models_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = LargeMark("image", ICON, self)
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._words.setFixedWidth(WIDEST)
        self.retry = PrimaryButton(self.tr("Try again"), self)
        self.models = QuietButton(self.tr("Choose another model"), self)
        self.retry.clicked.connect(self.retry_wanted)
        self.models.clicked.connect(self.models_wanted)
        words = QHBoxLayout()  # a row of its own: words merely aligned get too few lines
        words.addStretch(1)
        words.addWidget(self._words)
        words.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addStretch(1)
        buttons.addWidget(self.retry)
        buttons.addWidget(self.models)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * GAP)
        layout.addStretch(2)
        layout.addWidget(self._mark)
        layout.addLayout(words)
        layout.addLayout(buttons)
        layout.addStretch(3)

    @property
    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def say(self, text: str, *, icon: str, can_retry: bool, can_choose: bool) -> None:
        """Show a sentence and what can be done."""
        self._mark.show_icon(icon)
        self._words.setText(text)
        self.setAccessibleName(text)
        for button, is_shown in ((self.retry, can_retry), (self.models, can_choose)):
            if not is_shown:
                release_focus(button, self)
            button.setVisible(is_shown)
