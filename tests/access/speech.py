"""What a screen reader learns of a screen: names, roles and states."""

from typing import Final

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QDialog, QMenu, QWidget

from tests.access.tour import focusable, path_of

NO_ROLES: Final = frozenset({QAccessible.Role.NoRole, QAccessible.Role.Client})


def unspoken(root: QWidget) -> list[str]:
    """Whatever takes the focus in ``root`` and has no name, role or state; and nameless windows."""
    found = []
    if isinstance(root, QDialog) and not root.windowTitle():
        found.append(f"{path_of(root)} has no title")
    for widget in focusable(root):
        if not isinstance(widget, QMenu) and (why := _lacks(widget)):
            found.append(f"{path_of(widget)} {why}")
    return found


def _lacks(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    if interface is None:
        return "is not known to screen readers"
    name = interface.text(QAccessible.Text.Name)
    if not name.strip():
        return "has no name"
    if interface.role() in NO_ROLES:
        return f"({name!r}) has no role"
    state = interface.state()
    if not state.focusable:
        return f"({name!r}) is not said to take the focus"
    checkable = isinstance(widget, QAbstractButton) and widget.isCheckable()
    if checkable and not (state.checkable and bool(state.checked) == widget.property("checked")):
        return f"({name!r}) does not say whether it is on"
    if isinstance(widget, QAbstractSlider) and interface.valueInterface() is None:
        return f"({name!r}) does not say its value"
    return ""
