"""What the dialogs that export one picture and many have in common; Return exports."""

from typing import Final, cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.contract.overriding import override
from studio.images.ui.exporter import DEFAULT_QUALITY
from studio.provenance.containers import Format
from studio.shell.projects.words import grown
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import PrimaryButton, QuietButton
from studio.shell.widgets.choice_row import ChoiceOption, ChoiceRow
from studio.shell.widgets.control_row import ControlRow, NumberSpec

FACTORS: Final = (1, 2, 4, 8, 16)
"""Pixels a side of the square that a pixel becomes."""
EDGE: Final = 24
FRAME: Final = 48
"""Of a screen's height, what the system's own frame around a dialog may take."""
_FORMATS: Final = (
    ChoiceOption(value="png", text="PNG"),
    ChoiceOption(value="jpeg", text="JPEG"),
    ChoiceOption(value="webp", text="WebP"),
)


class ExportSheet(QDialog):
    """Has the parts; those who derive from it lay them out and say what they come to.

    Where a screen is too low for all of it, it scrolls, and the buttons stay in view.
    """

    def __init__(
        self,
        chosen: Format,
        *,
        place: str,
        licence: str,
        less: str,
        width: int,
        parent: QWidget | None,
    ) -> None:
        """``chosen`` and ``place`` (a file or folder) are what it begins with.

        ``less`` says what less quality does. ``width`` is for the usual size of text.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export"))
        self.format_row = ChoiceRow("format", self.tr("Format"), _FORMATS, self, takes_return=False)
        self.format_row.set_value(chosen)
        self._quality = ControlRow(
            NumberSpec(
                name="quality",
                label=self.tr("Quality"),
                help=less,
                minimum=1,
                maximum=100,
                default=DEFAULT_QUALITY,
                step=1,
            ),
            self,
        )
        self.place_edit = QLineEdit(place, self)
        self._choose = QuietButton(self.tr("Choose…"), self)
        self._note = QLabel(self)
        self._licence = QLabel(licence, self)
        for words in (self._note, self._licence):
            words.setWordWrap(True)
            words.setFont(scaled_font(self.font(), SMALL_TEXT))
            words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._cancel = QuietButton(self.tr("Cancel"), self)
        self._export = PrimaryButton(self.tr("Export"), self)
        self._cancel.clicked.connect(self.reject)
        self._export.clicked.connect(self.accept)
        self._where = QHBoxLayout()
        self._where.setSpacing(8)
        self._where.addWidget(self.place_edit, 1)
        self._where.addWidget(self._choose)
        self._content = QWidget(self)
        self._layout = QVBoxLayout(self._content)
        self._layout.setContentsMargins(EDGE, 0, EDGE, 0)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._content)
        scroll.viewport().setAutoFillBackground(False)
        self._content.setAutoFillBackground(False)
        self._buttons = QHBoxLayout()
        self._buttons.setContentsMargins(EDGE, 0, EDGE, 0)
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self._cancel)
        self._buttons.addWidget(self._export)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, EDGE, 0, EDGE - 4)
        whole.setSpacing(16)
        whole.addWidget(scroll, 1)
        whole.addLayout(self._buttons)
        self._whole = whole
        self.setFixedWidth(grown(QSize(width, 0), self).width())

    @property
    def format(self) -> Format:
        """What is written."""
        return cast(Format, self.format_row.value or "png")

    @property
    def quality(self) -> int:
        """1 to 100; for JPEG and WebP."""
        return round(self._quality.value)

    def _fit(self) -> None:
        """Show what the format asks for, and take the height that it needs and the screen has."""
        self._quality.setVisible(self.format != "png")
        self._layout.activate()
        margins = self._whole.contentsMargins()
        around = margins.top() + self._whole.spacing() + margins.bottom()
        buttons = self._buttons.sizeHint().height()
        wanted = self._layout.totalHeightForWidth(self.width()) + buttons + around
        self.setFixedHeight(min(wanted, self.screen().availableGeometry().height() - FRAME))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return exports, wherever the focus is; buttons take it for themselves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
        else:
            super().keyPressEvent(event)
