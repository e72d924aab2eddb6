"""Asks for a project's name: a new one's, or another for the one that is open."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from studio.shell.notices import breakable
from studio.shell.projects.known import LONGEST_NAME, tidy_name
from studio.shell.theme import GAP
from studio.shell.widgets.buttons import PrimaryButton, QuietButton

EDGE: Final = 24
WIDTH: Final = 440


class NameSheet(QDialog):
    """One field; Return does it, Escape does not."""

    def __init__(
        self,
        title: str,
        button: str,
        name: str,
        explain: Callable[[str], str],
        done: Callable[[str], None],
        parent: QWidget,
    ) -> None:
        """``explain`` says below the field what a name will lead to."""
        super().__init__(parent)
        self._explain = explain
        self._done = done
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH)
        label = QLabel(self.tr("Name"), self)
        self.field = QLineEdit(name, self)
        self.field.setMaxLength(LONGEST_NAME)
        self.field.setAccessibleName(self.tr("Name of the project"))
        self.field.selectAll()
        label.setBuddy(self.field)
        self._below = QLabel(self)
        self._below.setTextFormat(Qt.TextFormat.PlainText)
        self._below.setWordWrap(True)
        self._below.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.go = PrimaryButton(button, self)
        cancel = QuietButton(self.tr("Cancel"), self)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        layout.setSpacing(GAP)
        for widget in (label, self.field, self._below):
            layout.addWidget(widget)
        layout.addSpacing(GAP)
        layout.addStretch(1)
        layout.addLayout(buttons)
        self.field.textChanged.connect(self._show)
        self.field.returnPressed.connect(self._finish)
        self.go.clicked.connect(self._finish)
        cancel.clicked.connect(self.reject)
        self._show()
        self.field.setFocus()

    @property
    def text_below(self) -> str:
        """What it says the name will lead to."""
        return self._explain(tidy_name(self.field.text()))

    @Slot()
    def _show(self) -> None:
        self.go.setEnabled(bool(tidy_name(self.field.text())))
        self._below.setText(breakable(self.text_below))

    @Slot()
    def _finish(self) -> None:
        if self.go.isEnabled():
            self.accept()
            self._done(tidy_name(self.field.text()))
