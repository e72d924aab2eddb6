"""One of several kinds, as chips that wrap."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QLabel, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.widgets.chip import Chip
from studio.shell.widgets.flow_layout import FlowLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceOption:
    """One of the choices; ``value`` None stands for "no choice", such as all kinds mixed."""

    value: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceChange:
    """The user chose."""

    name: str
    value: str | None


class _Chip(Chip):
    wider = -8
    takes_return = True

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self.takes_return:
            self.click()
        else:
            event.ignore()


class ChoiceRow(QWidget):
    """A label and chips; the arrow keys move between them, Space or Return chooses."""

    chosen = Signal(object)
    """Payload: `ChoiceChange`; programmatic changes are silent."""

    def __init__(
        self,
        name: str,
        label: str,
        options: tuple[ChoiceOption, ...],
        parent: QWidget | None = None,
        *,
        tip: str = "",
        takes_return: bool = True,
    ) -> None:
        """Without ``takes_return`` only Space chooses, and Return is left to the dialog."""
        super().__init__(parent)
        self._name = name
        self.setAccessibleName(label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        heading = QLabel(label, self)
        heading.setToolTip(tip)
        layout.addWidget(heading)
        flow = FlowLayout()
        layout.addLayout(flow)
        self._group = QButtonGroup(self)
        self._chips: dict[str | None, _Chip] = {}
        for option in options:
            chip = _Chip(option.text, self)
            chip.setCheckable(True)
            chip.takes_return = takes_return
            chip.setAccessibleName(f"{label}: {option.text}")
            chip.clicked.connect(lambda _checked, value=option.value: self._clicked(value))
            self._group.addButton(chip)
            self._chips[option.value] = chip
            flow.addWidget(chip)
        if options:
            self.set_value(options[0].value)

    @property
    def name(self) -> str:
        """The control's name in the manifest."""
        return self._name

    @property
    def value(self) -> str | None:
        """The value that holds."""
        return next((v for v, chip in self._chips.items() if chip.isChecked()), None)

    def set_value(self, value: str | None) -> None:
        """Show another choice without telling anybody; an unknown one is passed over."""
        chip = self._chips.get(value)
        if chip is not None:
            chip.setChecked(True)

    def _clicked(self, value: str | None) -> None:
        self.chosen.emit(ChoiceChange(name=self._name, value=value))
