"""One setting as a row of the dialog: its name, what it changes, its control, the way back."""

from typing import Generic, TypeVar

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.settings.declared import (
    ChoiceSetting,
    NumberSetting,
    Setting,
    SwitchSetting,
)
from studio.shell.settings.values import Settings
from studio.shell.settings.words import option_text, say
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import IconButton
from studio.shell.widgets.chip import Chip
from studio.shell.widgets.flow_layout import FlowLayout
from studio.shell.widgets.stepper import Stepper
from studio.shell.widgets.switch import Switch

T = TypeVar("T")


class _ValueChip(Chip):
    """One of a few values; the one that holds is filled."""

    taller = 12

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setCheckable(True)


class SettingRow(QWidget, Generic[T]):
    """Shows one setting and changes it at once; what others change it shows too."""

    def __init__(self, setting: Setting[T], settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._setting = setting
        self._settings = settings
        self._label = QLabel(say(setting.label), self)
        self._label.setFont(scaled_font(self.font(), weight=QFont.Weight.Medium))
        self._help = note_label(say(setting.help), self)
        self._asked = note_label(
            QCoreApplication.translate("SettingRow", "Asked for at this start only."), self
        )
        self._reset = reset_button(say(setting.label), self)
        self._reset.clicked.connect(lambda _on: settings.reset(setting))
        self._top = QHBoxLayout()
        self._top.setSpacing(8)
        self._top.addWidget(self._label)
        self._top.addStretch(1)
        self._top.addWidget(self._reset)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 0, 8)
        self._column.setSpacing(4)
        self._column.addLayout(self._top)
        self._column.addWidget(self._help)
        self._column.addWidget(self._asked)

    @property
    def identity(self) -> str:
        """The setting's key."""
        return self._setting.key

    @property
    def search_text(self) -> str:
        """All words by which it is found, in lower case."""
        setting = self._setting
        words = [say(setting.label), say(setting.help), setting.label, setting.key, setting.words]
        if isinstance(setting, ChoiceSetting):
            words += [option_text(option) for option in setting.options]
        return " ".join(words).casefold()

    def show_value(self) -> None:
        """Show what holds."""
        self._reset.setVisible(not self._settings.is_default(self._setting))
        self._asked.setVisible(self._settings.is_asked(self._setting))

    def take(self, value: T) -> None:
        """The user decided."""
        self._settings.change(self._setting, value)


class ChoiceSettingRow(SettingRow[T]):
    """Chips; the arrow keys move among them, Space chooses."""

    def __init__(self, setting: ChoiceSetting[T], settings: Settings, parent: QWidget) -> None:
        super().__init__(setting, settings, parent)
        flow = FlowLayout()
        flow.setContentsMargins(0, 4, 0, 0)
        self._column.addLayout(flow)
        group = QButtonGroup(self)
        self._chips: list[tuple[T, _ValueChip]] = []
        for option in setting.options:
            chip = _ValueChip(option_text(option), self)
            chip.setObjectName(f"{setting.key}:{option.value}")
            chip.setAccessibleName(f"{say(setting.label)}: {option_text(option)}")
            chip.clicked.connect(lambda _on, value=option.value: self.take(value))
            group.addButton(chip)
            flow.addWidget(chip)
            self._chips.append((option.value, chip))
        self.show_value()

    @override
    def show_value(self) -> None:
        super().show_value()
        held = self._settings.value(self._setting)
        for value, chip in self._chips:
            chip.setChecked(value == held)


class SwitchSettingRow(SettingRow[bool]):
    """A switch at the row's end."""

    def __init__(self, setting: SwitchSetting, settings: Settings, parent: QWidget) -> None:
        super().__init__(setting, settings, parent)
        self._switch = Switch(say(setting.label), self)
        self._switch.setObjectName(setting.key)
        self._switch.setAccessibleDescription(say(setting.help))
        self._switch.clicked.connect(self.take)
        self._top.addWidget(self._switch)
        self.show_value()

    @override
    def show_value(self) -> None:
        super().show_value()
        self._switch.setChecked(self._settings.value(self._setting))


class NumberSettingRow(SettingRow[int]):
    """A number with steps."""

    def __init__(self, setting: NumberSetting, settings: Settings, parent: QWidget) -> None:
        super().__init__(setting, settings, parent)
        automatic = QCoreApplication.translate("SettingRow", "Automatic")
        self._stepper = Stepper(
            say(setting.label),
            setting.minimum,
            setting.maximum,
            unit=say(setting.unit),
            automatic=automatic if setting.automatic else "",
            parent=self,
        )
        self._stepper.setObjectName(setting.key)
        self._stepper.changed.connect(self.take)
        self._column.addSpacing(2)
        self._column.addWidget(self._stepper)
        self.show_value()

    @override
    def show_value(self) -> None:
        super().show_value()
        self._stepper.set_value(self._settings.value(self._setting))


Row = ChoiceSettingRow[str] | ChoiceSettingRow[float] | SwitchSettingRow | NumberSettingRow


def row_for(setting: object, settings: Settings, parent: QWidget) -> Row:
    """The row that fits the kind of setting. Raises `TypeError` for a kind without one."""
    if isinstance(setting, ChoiceSetting):
        return ChoiceSettingRow(setting, settings, parent)
    if isinstance(setting, SwitchSetting):
        return SwitchSettingRow(setting, settings, parent)
    if isinstance(setting, NumberSetting):
        return NumberSettingRow(setting, settings, parent)
    raise TypeError(f"no row for {type(setting).__name__}")


def note_label(text: str, parent: QWidget) -> QLabel:
    """Smaller soft text that wraps."""
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setFont(scaled_font(parent.font(), SMALL_TEXT))
    return label


def reset_button(name: str, parent: QWidget) -> IconButton:
    """The way back to the default; it keeps its place while it is hidden."""
    words = QCoreApplication.translate("SettingRow", "{name}: back to the default")
    button = IconButton("undo", words.format(name=name), parent, side=24)
    policy = button.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    button.setSizePolicy(policy)
    return button
