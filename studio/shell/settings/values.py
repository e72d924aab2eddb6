"""The settings that hold, for everybody who asks, and a word when one changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar, cast

from PySide6.QtCore import QObject, Signal

from studio.contract.errors import RequestInvalid, file_error
from studio.shell.settings.declared import SETTINGS, Setting
from studio.shell.settings.storage import StoredSettings, read_stored, write_stored

T = TypeVar("T")

SHORTCUTS: Final = "shortcuts"
"""The file's entry for the keys that the user gave to commands."""
MOST_KEYS: Final = 4
"""Keys that one command may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChange:
    """A setting has another value."""

    key: str
    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortcutsChange:
    """Commands have other keys."""

    commands: tuple[str, ...]


class Settings(QObject):
    """Holds what the user decided; a change holds at once and is written at once.

    What the command line asked for counts until the user says otherwise, and is not written.
    """

    changed = Signal(object)
    """Payload: `SettingChange`."""
    shortcuts_changed = Signal(object)
    """Payload: `ShortcutsChange`."""
    failed = Signal(object)
    """Payload: `AtelierError`. The settings could not be written; they hold all the same."""

    def __init__(
        self,
        folder: Path,
        stored: StoredSettings | None = None,
        *,
        asked: Mapping[str, object] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """``stored`` was read from ``folder`` before; ``asked`` comes from the command line."""
        super().__init__(parent)
        self._folder = folder
        stored = read_stored(folder) if stored is None else stored
        self._is_damaged = stored.is_damaged
        self._damaged: list[str] = []
        self._values: dict[str, object] = {}
        for setting in SETTINGS:
            value = None
            if setting.key in stored.values:
                value = setting.read(stored.values[setting.key])
                if value is None:
                    self._damaged.append(setting.key)
            if value is not None and value != setting.default:
                self._values[setting.key] = value
        self._shortcuts = self._read_shortcuts(stored.values.get(SHORTCUTS))
        self._asked = {
            setting.key: value
            for setting in SETTINGS
            if (value := setting.read((asked or {}).get(setting.key))) is not None
        }

    @property
    def is_damaged(self) -> bool:
        """Whether there was a file of which nothing could be read."""
        return self._is_damaged

    @property
    def damaged(self) -> tuple[str, ...]:
        """Keys of stored values that were none, and are at their defaults."""
        return tuple(self._damaged)

    def value(self, setting: Setting[T]) -> T:
        """What holds."""
        if setting.key in self._asked:
            return cast("T", self._asked[setting.key])
        return cast("T", self._values.get(setting.key, setting.default))

    def is_asked(self, setting: Setting[T]) -> bool:
        """Whether the value comes from the command line, for this time only."""
        return setting.key in self._asked

    def is_default(self, setting: Setting[T]) -> bool:
        """Whether nothing else was decided."""
        return self.value(setting) == setting.default

    def change(self, setting: Setting[T], value: T) -> None:
        """Decide otherwise. Raises `RequestInvalid` for what the setting does not take."""
        if setting.read(value) is None:
            raise RequestInvalid(fault=f"{setting.key} cannot be {value!r}")
        before = self.value(setting)
        self._asked.pop(setting.key, None)
        if value == setting.default:
            self._values.pop(setting.key, None)
        else:
            self._values[setting.key] = value
        if setting.key in self._damaged:
            self._damaged.remove(setting.key)
        self._write({setting.key: None if value == setting.default else value})
        if value != before:
            self.changed.emit(SettingChange(key=setting.key, value=value))

    def reset(self, setting: Setting[T]) -> None:
        """Back to the default."""
        self.change(setting, setting.default)

    @property
    def shortcuts(self) -> Mapping[str, tuple[str, ...]]:
        """Keys that the user gave to commands, by the command's name; the others have their own.

        In Qt's portable form; an empty tuple: the user took all keys away.
        """
        return self._shortcuts

    def change_shortcuts(self, keys: Mapping[str, tuple[str, ...] | None]) -> None:
        """Give commands other keys, all at once; None: their own ones again."""
        for command, sequences in keys.items():
            if sequences is None:
                self._shortcuts.pop(command, None)
            else:
                self._shortcuts[command] = sequences
        self._write({}, shortcuts=keys)
        self.shortcuts_changed.emit(ShortcutsChange(commands=tuple(keys)))

    def _write(
        self,
        changes: Mapping[str, object | None],
        *,
        shortcuts: Mapping[str, tuple[str, ...] | None] | None = None,
    ) -> None:
        """Change only what was changed here: another window may have changed the rest."""
        values = read_stored(self._folder).values
        for key, value in changes.items():
            if value is None:
                values.pop(key, None)
            else:
                values[key] = value
        if shortcuts is not None:
            found = values.get(SHORTCUTS)
            stored: dict[str, object] = dict(found) if isinstance(found, dict) else {}
            for command, sequences in shortcuts.items():
                if sequences is None:
                    stored.pop(command, None)
                else:
                    stored[command] = list(sequences)
            values[SHORTCUTS] = stored
            if not stored:
                del values[SHORTCUTS]
        try:
            write_stored(self._folder, values)
        except OSError as error:
            self.failed.emit(file_error(error, self._folder))

    def _read_shortcuts(self, found: object) -> dict[str, tuple[str, ...]]:
        if found is None:
            return {}
        if not isinstance(found, dict):
            self._damaged.append(SHORTCUTS)
            return {}
        sound: dict[str, tuple[str, ...]] = {}
        for command, keys in found.items():
            if (
                isinstance(command, str)
                and isinstance(keys, list)
                and len(keys) <= MOST_KEYS
                and all(isinstance(key, str) and 0 < len(key) <= 40 for key in keys)
            ):
                sound[command] = tuple(keys)
            elif SHORTCUTS not in self._damaged:
                self._damaged.append(SHORTCUTS)
        return sound
