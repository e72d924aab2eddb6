"""A whole number with a step down and a step up; it can be typed too."""

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.shell.widgets.buttons import IconButton
from studio.shell.widgets.number_field import NumberField


class Stepper(QWidget):
    """A number between two ends; ``automatic`` is a word for 0, below the lower end."""

    changed = Signal(int)
    """Payload: the number that the user set; programmatic changes are silent."""

    def __init__(
        self,
        name: str,
        minimum: int,
        maximum: int,
        *,
        unit: str = "",
        automatic: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._minimum, self._maximum = minimum, maximum
        self._unit, self._automatic = unit, automatic
        self._value = minimum
        self._edit = NumberField(self)
        self._edit.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._edit.setAccessibleName(name)
        self._down = IconButton("minus", self.tr("{name}: less").format(name=name), self)
        self._up = IconButton("plus", self.tr("{name}: more").format(name=name), self)
        for button, steps in ((self._down, -1), (self._up, 1)):
            button.setAutoRepeat(True)
            button.clicked.connect(lambda _on, steps=steps: self._step(steps))
        self._edit.stepped.connect(self._step)
        self._edit.editingFinished.connect(self._typed)
        self._edit.abandoned.connect(self._show)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._down)
        layout.addWidget(self._edit)
        layout.addWidget(self._up)
        layout.addStretch(1)
        widest = max((self._text(number) for number in (0, minimum, maximum)), key=len)
        self._edit.fit(max(widest, automatic, key=len), around=28)
        self.setFocusProxy(self._edit)
        self._show()

    @property
    def value(self) -> int:
        """The number that holds; 0: automatic."""
        return self._value

    def set_value(self, value: int) -> None:
        """Show another number without telling anybody."""
        self._value = value
        self._show()

    def _step(self, steps: int) -> None:
        number = self._value + steps
        if self._value == 0 and steps > 0:
            number = self._minimum + steps - 1
        self._take(number)

    def _take(self, number: int) -> None:
        if number < self._minimum:
            number = 0 if self._automatic else self._minimum
        number = min(number, self._maximum)
        changed = number != self._value
        self._value = number
        self._edit.setModified(False)
        self._show()
        if changed:
            self.changed.emit(number)

    def _typed(self) -> None:
        if not self._edit.isModified():
            return
        text = self._edit.text().removesuffix(self._unit).strip()
        number, sound = QLocale().toInt(text)
        if not text and self._automatic:
            number, sound = 0, True
        self._edit.setModified(False)
        if sound:
            self._take(number)
        else:
            self._show()

    def _text(self, number: int) -> str:
        if number == 0 and self._automatic:
            return self._automatic
        return f"{QLocale().toString(number)} {self._unit}".rstrip()

    def _show(self) -> None:
        self._edit.setText(self._text(self._value))
        self._edit.setModified(False)
        self._down.setEnabled(self._value > (0 if self._automatic else self._minimum))
        self._up.setEnabled(self._value < self._maximum)
