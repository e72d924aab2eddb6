"""Every command of the window by name: shortcuts, menus, tool tips and help come from one place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from studio.shell.settings.values import SettingChange, Settings

WINDOW: Final = "window"
"""The first part of the names of commands that work in every room."""

_HELD_DOWN: Final = ("Ctrl+", "Alt+", "Meta+")


def _always() -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing that the user can do."""

    identity: str
    """Stable name with the room first, e.g. "images.keep"."""
    text: str
    """The label, translated, in sentence case."""
    group: str
    """The heading under which the list of shortcuts shows it, translated."""
    action: QAction
    keys: tuple[str, ...] = ()
    """Its own shortcuts in Qt's portable form; the user may have given it others."""
    tip: str = ""
    is_first: bool = False
    """One of the handful that a newcomer needs; `?` shows these alone."""
    when: Callable[[], str] = field(default=_always)
    """Why it cannot be done now, as a translated sentence; empty: it can."""

    @property
    def scope(self) -> str:
        """Where it works: its room, or "window" for everywhere."""
        return self.identity.partition(".")[0]

    @property
    def is_shown(self) -> bool:
        """Whether the room that it belongs to is in front, or it belongs to none."""
        owner = self.action.parent()
        return not isinstance(owner, QWidget) or owner.isVisible()

    @property
    def reason(self) -> str:
        """Why it cannot be done now; empty: it can, or nobody knows why not."""
        return self.when()

    @property
    def is_possible(self) -> bool:
        """Whether something would happen now."""
        return self.action.isEnabled() and not self.reason

    def meets(self, other: "Command") -> bool:
        """Whether both can be reached at one time, so that they cannot share a key."""
        return self.scope == other.scope or WINDOW in (self.scope, other.scope)


class ActionRegistry(QObject):
    """Holds the commands of one window, in the order in which they were added.

    With ``settings`` the commands have the keys that the user gave them, and change them while
    they are there.
    """

    changed = Signal()
    """Commands came or went."""
    keys_changed = Signal()
    """Commands have other keys."""

    def __init__(self, window: QWidget, settings: "Settings | None" = None) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._commands: dict[str, Command] = {}
        if settings is not None:
            settings.shortcuts_changed.connect(self._fit_keys)
            settings.changed.connect(self._setting_changed)

    def add(
        self,
        identity: str,
        text: str,
        run: Callable[[], None],
        *,
        group: str = "",
        shortcuts: tuple[str, ...] = (),
        tip: str = "",
        owner: QWidget | None = None,
        first: bool = False,
        when: Callable[[], str] = _always,
    ) -> QAction:
        """Register a command and return its action.

        ``shortcuts`` are in Qt's portable form ("Ctrl+Z", "K"); text fields keep single keys to
        themselves while they have the focus, so that K stays K. With ``owner`` the command lives
        and works only as long as that widget (a room) is there and visible. ``when`` says why it
        cannot be done now, e.g. "Choose a picture first."
        """
        action = QAction(text, owner if owner is not None else self)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setStatusTip(tip)
        action.triggered.connect(lambda _checked: run())
        (owner if owner is not None else self._window).addAction(action)
        command = Command(
            identity=identity,
            text=text,
            group=group,
            action=action,
            keys=shortcuts,
            tip=tip,
            is_first=first,
            when=when,
        )
        self._commands[identity] = command
        self._fit(command)
        if owner is not None:
            owner.destroyed.connect(lambda: self._forget(command))
        self.changed.emit()
        return action

    def __iter__(self) -> Iterator[Command]:
        return iter(tuple(self._commands.values()))

    def action(self, identity: str) -> QAction:
        """The action of a command; raises `KeyError` if there is no such command."""
        return self._commands[identity].action

    def command(self, identity: str) -> Command:
        """A command by its name; raises `KeyError` if there is no such command."""
        return self._commands[identity]

    def keys_of(self, command: Command) -> tuple[str, ...]:
        """The keys that a command has: the user's for it, or its own."""
        if self._settings is None:
            return command.keys
        return self._settings.shortcuts.get(command.identity, command.keys)

    def _fit(self, command: Command) -> None:
        keys = [QKeySequence(key) for key in self.keys_of(command)]
        if not self._has_single_keys():
            keys = [key for key in keys if not is_single(key)]
        action = command.action
        action.setShortcuts(keys)
        action.setToolTip(with_shortcut(command.tip or command.text, action))

    def _has_single_keys(self) -> bool:
        from studio.shell.settings.declared import SINGLE_KEYS

        return self._settings is None or self._settings.value(SINGLE_KEYS)

    @Slot()
    def _fit_keys(self) -> None:
        for command in self:
            self._fit(command)
        self.keys_changed.emit()

    @Slot(object)
    def _setting_changed(self, change: "SettingChange") -> None:
        from studio.shell.settings.declared import SINGLE_KEYS

        if change.key == SINGLE_KEYS.key:
            self._fit_keys()

    def _forget(self, command: Command) -> None:
        if self._commands.get(command.identity) is command:
            del self._commands[command.identity]


def is_single(keys: QKeySequence) -> bool:
    """Whether a key that writes a character acts by itself, without Ctrl or Alt."""
    text = keys.toString(QKeySequence.SequenceFormat.PortableText)
    if any(held in text for held in _HELD_DOWN):
        return False
    name = text.removeprefix("Shift+")
    return len(name) == 1 or name == "Space"


def shortcut_text(action: QAction) -> str:
    """The action's first shortcut as the system writes it, or ""."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def with_shortcut(text: str, action: QAction) -> str:
    """A tool tip that names the shortcut too."""
    shortcut = shortcut_text(action)
    return f"{text} ({shortcut})" if shortcut else text
