"""The number of a picture: typed, rolled, locked and copied."""

import secrets
from dataclasses import dataclass

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.widgets.buttons import IconButton

LARGEST_SEED = 2**63 - 1
ROLLED_BELOW = 1_000_000_000
"""Rolled numbers stay short enough to be read out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedChange:
    """The user typed or rolled another number."""

    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LockChange:
    """The user locked the number, or let it go."""

    locked: bool


class SeedRow(QWidget):
    """A number with its three actions; a locked one is not rolled."""

    seed_changed = Signal(object)
    """Payload: `SeedChange`; programmatic changes are silent."""
    lock_changed = Signal(object)
    """Payload: `LockChange`."""

    def __init__(self, label: str, parent: QWidget | None = None, *, tip: str = "") -> None:
        super().__init__(parent)
        self._seed = 0
        self._edit = _SeedEdit(self)
        self._edit.setAccessibleName(label)
        self._edit.setToolTip(tip)
        digits = QRegularExpression("[0-9]{0,19}")
        self._edit.setValidator(QRegularExpressionValidator(digits, self._edit))
        self._roll = IconButton("dice", self.tr("Another number"), self)
        self._lock = IconButton("unlock", self.tr("Keep this number"), self)
        self._lock.setCheckable(True)
        self._lock.set_icons("unlock", "lock")
        self._copy = IconButton("copy", self.tr("Copy the number"), self)
        heading = QLabel(label, self)
        heading.setToolTip(tip)
        heading.setBuddy(self._edit)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2)
        line.addWidget(self._edit, 1)
        for button in (self._roll, self._lock, self._copy):
            line.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(heading)
        layout.addLayout(line)
        self._roll.clicked.connect(self.roll)
        self._lock.toggled.connect(self._lock_toggled)
        self._lock.clicked.connect(self._lock_clicked)
        self._copy.clicked.connect(self._copy_seed)
        self._edit.editingFinished.connect(self._typed)
        self._edit.abandoned.connect(self._show)
        self._show()

    @property
    def seed(self) -> int:
        """The number that holds."""
        return self._seed

    @property
    def is_locked(self) -> bool:
        """Whether the number stays when others are rolled."""
        return self._lock.isChecked()

    def set_seed(self, seed: int) -> None:
        """Show another number without telling anybody."""
        self._seed = seed
        self._show()

    def set_locked(self, locked: bool) -> None:
        """Lock or unlock without telling anybody."""
        self._lock.setChecked(locked)

    def show_lock(self, shown: bool) -> None:
        """Whether there is anything that the lock would keep the number from."""
        self._lock.setVisible(shown)

    def roll(self) -> None:
        """Draw another number, unless this one is locked."""
        if not self.is_locked:
            self._take(secrets.randbelow(ROLLED_BELOW))

    def _take(self, seed: int) -> None:
        changed = seed != self._seed
        self._seed = seed
        self._show()
        if changed:
            self.seed_changed.emit(SeedChange(seed=seed))

    def _show(self) -> None:
        self._edit.setText(str(self._seed))
        self._edit.setCursorPosition(0)

    def _typed(self) -> None:
        text = self._edit.text()
        if text and int(text) <= LARGEST_SEED:
            self._take(int(text))
        else:
            self._show()

    def _lock_toggled(self, locked: bool) -> None:
        self._roll.setEnabled(not locked)
        self._lock.set_words(
            self.tr("Let the number change") if locked else self.tr("Keep this number")
        )

    def _lock_clicked(self, locked: bool) -> None:
        self.lock_changed.emit(LockChange(locked=locked))

    def _copy_seed(self) -> None:
        QGuiApplication.clipboard().setText(str(self._seed))


class _SeedEdit(QLineEdit):
    """Digits only; Escape gives back the number that holds."""

    abandoned = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.abandoned.emit()
        else:
            super().keyPressEvent(event)
