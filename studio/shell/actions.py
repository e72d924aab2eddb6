"""Every command of the window by name: shortcuts, menus, tool tips and help come from one place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


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


class ActionRegistry(QObject):
    """Holds the commands of one window, in the order in which they were added."""

    changed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._commands: dict[str, Command] = {}

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
    ) -> QAction:
        """Register a command and return its action.

        ``shortcuts`` are in Qt's portable form ("Ctrl+Z", "K"); text fields keep single keys to
        themselves while they have the focus, so that K stays K. With ``owner`` the command lives
        and works only as long as that widget (a room) is there and visible.
        """
        action = QAction(text, owner if owner is not None else self)
        action.setShortcuts([QKeySequence(shortcut) for shortcut in shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setToolTip(with_shortcut(tip or text, action))
        action.setStatusTip(tip)
        action.triggered.connect(lambda _checked: run())
        (owner if owner is not None else self._window).addAction(action)
        command = Command(identity=identity, text=text, group=group, action=action)
        self._commands[identity] = command
        if owner is not None:
            owner.destroyed.connect(lambda: self._forget(command))
        self.changed.emit()
        return action

    def __iter__(self) -> Iterator[Command]:
        return iter(tuple(self._commands.values()))

    def action(self, identity: str) -> QAction:
        """The action of a command; raises `KeyError` if there is no such command."""
        return self._commands[identity].action

    def _forget(self, command: Command) -> None:
        if self._commands.get(command.identity) is command:
            del self._commands[command.identity]


def shortcut_text(action: QAction) -> str:
    """The action's first shortcut as the system writes it, or ""."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def with_shortcut(text: str, action: QAction) -> str:
    """A tool tip that names the shortcut too."""
    shortcut = shortcut_text(action)
    return f"{text} ({shortcut})" if shortcut else text
