"""Which keys a command may have, in words for those that it may not."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from studio.shell.actions import ActionRegistry, Command

_MODIFIER_KEYS: Final = frozenset(
    {
        Qt.Key.Key_Control,
        Qt.Key.Key_Shift,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_Super_L,
        Qt.Key.Key_Super_R,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_unknown,
    }
)
_INPUT_METHOD: Final = frozenset({"Ctrl+Space", "Shift+Space", "Ctrl+.", "Ctrl+;"})
_MOVING: Final = frozenset(
    {"Left", "Right", "Up", "Down", "Return", "Enter", "Esc", "Tab", "Shift+Tab", "Backtab"}
) | {f"Shift+{name}" for name in ("Left", "Right", "Up", "Down", "Backtab")}
_SYSTEM: Final = frozenset({"Alt+F4", "Ctrl+Alt+Del", "Alt+Tab", "Meta+L"})


def pressed_keys(combination: QKeyCombination) -> QKeySequence | None:
    """What was pressed as a shortcut; None: only Shift, Ctrl and the like so far."""
    key = combination.key()
    if key in _MODIFIER_KEYS:
        return None
    held = combination.keyboardModifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key == Qt.Key.Key_Backtab:
        key = Qt.Key.Key_Tab
    text = QKeySequence(QKeyCombination(key)).toString(QKeySequence.SequenceFormat.PortableText)
    if len(text) == 1 and not text.isalnum():
        # "?" is a character of its own: that Shift makes it is a matter of the keyboard.
        held &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(QKeyCombination(held, key))


def portable(keys: QKeySequence) -> str:
    """The keys as they are stored."""
    return keys.toString(QKeySequence.SequenceFormat.PortableText)


def native(keys: str) -> str:
    """Stored keys as this system writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def refusal(keys: QKeySequence) -> str:
    """Why a command cannot have these keys, as a sentence; empty: it can."""
    text = portable(keys)
    shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
    if text in _INPUT_METHOD:
        reason = QCoreApplication.translate("Keys", "{keys} belongs to Chinese input methods.")
    elif text in _MOVING:
        reason = QCoreApplication.translate("Keys", "{keys} moves and chooses everywhere.")
    elif text in _SYSTEM:
        reason = QCoreApplication.translate("Keys", "{keys} belongs to the system.")
    else:
        return ""
    return reason.format(keys=shown)


def holders_of(registry: ActionRegistry, wanting: Command, keys: str) -> tuple[Command, ...]:
    """The commands that would be in the way if ``wanting`` had these keys too.

    One that works everywhere may find several, each in a room of its own.
    """
    return tuple(
        command
        for command in registry
        if command.identity != wanting.identity
        and command.meets(wanting)
        and keys in registry.keys_of(command)
    )
