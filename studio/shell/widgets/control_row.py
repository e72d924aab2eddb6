"""One numeric control of the inspector: slider, value that can be typed, scrubbed label, reset."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.contract.manifest import Control
from studio.contract.overriding import override
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import IconButton
from studio.shell.widgets.number_field import PAGE_STEPS, NumberField
from studio.shell.widgets.slider import Slider

DEFAULT_STEPS = 100
"""Steps of a number whose manifest names none."""
RESET_SIDE = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChange:
    """The user set a number."""

    name: str
    value: float
    final: bool
    """False while a drag goes on, True when it has come to rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSpec:
    """What a row needs to know of its number."""

    name: str
    label: str
    help: str
    minimum: float
    maximum: float
    default: float
    step: float
    unit: str = ""
    ends: tuple[str, str] | None = None
    """Words at the two ends of the slider."""

    @classmethod
    def of_control(cls, control: Control, language: str) -> "NumberSpec":
        """From a control of a manifest, of type "number" or "integer"."""
        low = float(control.minimum or 0.0)
        high = float(control.maximum if control.maximum is not None else 1.0)
        step = 1.0 if control.type == "integer" else (high - low) / DEFAULT_STEPS
        return cls(
            name=control.name,
            label=control.label.text(language),
            help=control.help.text(language),
            minimum=low,
            maximum=high,
            default=float(control.default),
            step=control.step or step,
            unit=control.unit,
            ends=None
            if control.ends is None
            else (control.ends[0].text(language), control.ends[1].text(language)),
        )

    @property
    def steps(self) -> int:
        """Number of steps between the ends."""
        return max(round((self.maximum - self.minimum) / self.step), 1)

    @property
    def decimals(self) -> int:
        """Digits behind the point that tell two neighbouring steps apart."""
        return max(-math.floor(math.log10(self.step) + 1e-9), 0)

    def clamp(self, value: float) -> float:
        """The nearest value that the control takes."""
        return min(max(value, self.minimum), self.maximum)

    def to_step(self, value: float) -> int:
        """The slider's step nearest to ``value``."""
        return round((self.clamp(value) - self.minimum) / self.step)

    def from_step(self, step: int) -> float:
        """The value at a step of the slider, without a tail of binary digits."""
        return self.clamp(round(self.minimum + step * self.step, self.decimals + 6))


class ControlRow(QWidget):
    """A number that can be dragged, typed, scrubbed on its label, stepped and reset.

    ``set_value`` is silent: what the program sets is never written back as the user's wish.
    """

    value_changed = Signal(object)
    """Payload: `ValueChange`."""

    def __init__(
        self,
        spec: NumberSpec,
        parent: QWidget | None = None,
        *,
        flanks: tuple[QWidget, QWidget] | None = None,
    ) -> None:
        """``flanks`` stand beside the slider, e.g. what its two ends look like."""
        super().__init__(parent)
        self._spec = spec
        self._flanks = flanks
        self._value = spec.default
        self._label = _ScrubLabel(spec.label, self)
        self._label.setToolTip(spec.help)
        self._edit = NumberField(self)
        self._edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._edit.setProperty("plain", True)  # until it is used
        self._reset = IconButton("undo", "", self, side=RESET_SIDE)
        self._slider = Slider(self)
        self._slider.setRange(0, spec.steps)
        self._slider.setPageStep(PAGE_STEPS)
        self._slider.setAccessibleName(spec.label)
        self._slider.setToolTip(spec.help)
        self._edit.setAccessibleName(spec.label)
        self._label.setBuddy(self._edit)
        self._build()
        self._slider.valueChanged.connect(self._slider_moved)
        self._slider.sliderReleased.connect(self._slider_rested)
        self._slider.reset_wanted.connect(self.reset)
        self._label.scrubbed.connect(self._scrubbed)
        self._label.scrub_ended.connect(self._slider_rested)
        self._label.reset_wanted.connect(self.reset)
        self._reset.clicked.connect(self.reset)
        self._edit.editingFinished.connect(self._typed)
        self._edit.stepped.connect(self._stepped)
        self._edit.abandoned.connect(self._show)
        self._show()

    @property
    def name(self) -> str:
        """The control's name in the manifest."""
        return self._spec.name

    @property
    def value(self) -> float:
        """The number that holds."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show another number without telling anybody."""
        self._value = self._spec.clamp(value)
        self._show()

    def take_focus(self) -> None:
        """Put the keyboard on the slider."""
        self._slider.setFocus(Qt.FocusReason.TabFocusReason)

    def reset(self) -> None:
        """Back to the default, as the user's wish."""
        self._take(self._spec.default, final=True)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self._label)
        top.addStretch(1)
        top.addWidget(self._reset)
        top.addWidget(self._edit)
        held = self._reset.sizePolicy()
        held.setRetainSizeWhenHidden(True)  # what stands beside it does not move
        self._reset.setSizePolicy(held)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(top)
        if self._flanks is None:
            layout.addWidget(self._slider)
        else:
            line = QHBoxLayout()
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(4)
            line.addWidget(self._flanks[0])
            line.addWidget(self._slider, 1)
            line.addWidget(self._flanks[1])
            layout.addLayout(line)
        self._ends: list[QLabel] = []
        if self._spec.ends is not None:
            bottom = QHBoxLayout()
            bottom.setContentsMargins(0, 0, 0, 0)
            self._ends = [QLabel(words, self) for words in self._spec.ends]
            bottom.addWidget(self._ends[0])
            bottom.addStretch(1)
            bottom.addWidget(self._ends[1])
            layout.addLayout(bottom)
        self._fit()

    def _fit(self) -> None:
        for label in self._ends:
            label.setFont(scaled_font(self.font(), SMALL_TEXT))
            label.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        text = self.tr("{name}: back to {value}; a double click does the same")
        self._reset.set_words(
            text.format(name=self._spec.label, value=self._text(self._spec.default))
        )
        widest = max((self._text(v) for v in (self._spec.minimum, self._spec.maximum)), key=len)
        self._edit.fit(widest, around=24)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _text(self, value: float) -> str:
        number = QLocale().toString(float(value), "f", self._spec.decimals)
        return f"{number} {self._spec.unit}".rstrip()

    def _show(self) -> None:
        self._slider.blockSignals(True)
        self._slider.setValue(self._spec.to_step(self._value))
        self._slider.blockSignals(False)
        self._slider.update()
        text = self._text(self._value)
        self._show_reset(text != self._text(self._spec.default))
        self._slider.setAccessibleDescription(text)
        if not (self._edit.hasFocus() and self._edit.isModified()):
            self._edit.setText(text)

    def _show_reset(self, is_wanted: bool) -> None:
        if not is_wanted and self._reset.hasFocus():
            self._slider.setFocus(Qt.FocusReason.TabFocusReason)  # it goes from under the keyboard
        self._reset.setVisible(is_wanted)

    def _take(self, value: float, *, final: bool) -> None:
        value = self._spec.clamp(value)
        changed = value != self._value
        self._value = value
        self._edit.setModified(False)
        self._show()
        if changed or final:
            self.value_changed.emit(ValueChange(name=self.name, value=value, final=final))

    def _slider_moved(self, step: int) -> None:
        self._take(self._spec.from_step(step), final=not self._slider.isSliderDown())

    def _slider_rested(self) -> None:
        self._take(self._value, final=True)

    def _scrubbed(self, pixels: float) -> None:
        """The label was dragged so far from where it was pressed: absolute, nothing is warped."""
        span = self._spec.maximum - self._spec.minimum
        value = self._label.start + pixels / max(self._slider.track().width(), 1.0) * span
        self._take(self._spec.from_step(self._spec.to_step(value)), final=False)

    def scrub_start(self) -> float:
        """The value from which a scrub on the label counts."""
        return self._value

    def _stepped(self, steps: int) -> None:
        step = self._spec.to_step(self._value) + steps
        self._take(self._spec.from_step(step), final=True)

    def _typed(self) -> None:
        if not self._edit.isModified():
            return
        text = self._edit.text().strip()
        if self._spec.unit and text.endswith(self._spec.unit):
            text = text[: -len(self._spec.unit)].rstrip()
        value, sound = QLocale().toDouble(text)
        if not sound:
            value, sound = QLocale.c().toDouble(text)
        self._edit.setModified(False)
        if sound and math.isfinite(value):
            if self._spec.step == int(self._spec.step):
                value = round(value)
            self._take(float(value), final=True)
        else:
            self._show()


class _ScrubLabel(QLabel):
    """A label that is dragged sideways to change its number."""

    scrubbed = Signal(float)
    """Payload: pixels to the right of where it was pressed."""
    scrub_ended = Signal()
    reset_wanted = Signal()

    def __init__(self, text: str, row: ControlRow) -> None:
        super().__init__(text, row)
        self._row = row
        self._pressed_at: float | None = None
        self.start = 0.0
        self.setCursor(Qt.CursorShape.SizeHorCursor)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.globalPosition().x()
            self.start = self._row.scrub_start()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is not None:
            self.scrubbed.emit(event.globalPosition().x() - self._pressed_at)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is not None:
            moved = event.globalPosition().x() != self._pressed_at
            self._pressed_at = None
            if moved:
                self.scrub_ended.emit()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None
        self.reset_wanted.emit()
