"""What screen readers find in widgets that paint their own pictures: lists, items, states.

Qt knows a widget that paints a hundred pictures as one empty area. A widget that says what is in
it (`Spoken`) is met by readers as a list of pictures, each with its name, its place and whether
it is chosen. Nothing here is built until a reader asks.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol, runtime_checkable

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QAccessibleWidget, QApplication, QWidget

from studio.contract.overriding import override

INSTALLED: Final = "atelier_spoken"
"""A property of the application, because Qt takes in such a factory for good."""
ROLE: Final = "atelier_spoken_role"
"""A property of widgets: the value of their `QAccessible.Role`."""
_HOLDER: Final = "atelier_spoken_holder"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenItem:
    """One picture as a screen reader meets it."""

    name: str
    rect: QRect
    """In the widget's coordinates, also where it is scrolled out of sight."""
    is_chosen: bool = False
    is_current: bool = False
    """The keyboard is on it."""


@runtime_checkable
class Spoken(Protocol):
    """A widget that paints a list and says what is in it."""

    def spoken_count(self) -> int:
        """How many items there are, in sight or not."""

    def spoken_item(self, index: int) -> SpokenItem:
        """The item at ``index``, which is below the count."""


def speak(app: QApplication) -> None:
    """Let screen readers find what `Spoken` widgets say."""
    if not app.property(INSTALLED):
        app.setProperty(INSTALLED, True)
        QAccessible.installFactory(_interface_of)


def speak_as(widget: QWidget, role: QAccessible.Role) -> None:
    """Say that ``widget``, which paints itself, is a picture (`Graphic`) or whatever else."""
    widget.setProperty(ROLE, role.value)


def _interface_of(_class_name: str, found: QObject) -> QAccessibleInterface | None:
    if not isinstance(found, QWidget):
        return None
    if not isinstance(found, Spoken) and found.property(ROLE) is None:
        return None
    known = found.findChild(_Holder, _HOLDER)
    if known is None:
        known = _Holder(found)
    return known.interface


class _Holder(QObject):
    """Keeps the interface of a widget as long as the widget lives; Qt itself keeps no hold."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.setObjectName(_HOLDER)
        self.interface: QAccessibleInterface
        if isinstance(widget, Spoken):
            speaking = _SpokenList(widget, widget)
            self.interface = speaking
            widget.destroyed.connect(partial(_forget, speaking.items))
        else:
            role = QAccessible.Role(int(widget.property(ROLE)))
            self.interface = QAccessibleWidget(widget, role, "")


def _forget(items: "dict[int, _SpokenPart]") -> None:
    """Take items out of Qt's table before Python frees them."""
    for item in items.values():
        QAccessible.deleteAccessibleInterface(item.identity)
    items.clear()


class _SpokenList(QAccessibleWidget):
    """The widget itself: its items first, then the widgets that lie in it."""

    def __init__(self, widget: QWidget, spoken: Spoken) -> None:
        super().__init__(widget, QAccessible.Role.List, "")
        self._spoken = spoken
        self.items: dict[int, _SpokenPart] = {}

    def item(self, index: int) -> "_SpokenPart":
        """The interface of one item, made when it is first asked for."""
        if index not in self.items:
            part = _SpokenPart(self, self._spoken, index)
            part.identity = QAccessible.registerAccessibleInterface(part)
            self.items[index] = part
        return self.items[index]

    @override
    def childCount(self) -> int:
        return self._spoken.spoken_count() + super().childCount()

    @override
    def child(self, index: int) -> QAccessibleInterface:
        count = self._spoken.spoken_count()
        return self.item(index) if 0 <= index < count else super().child(index - count)

    @override
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        if isinstance(child, _SpokenPart):
            return child.index
        found = super().indexOfChild(child)
        return found if found < 0 else found + self._spoken.spoken_count()

    @override
    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        widget = self.object()
        assert isinstance(widget, QWidget)
        place = widget.mapFromGlobal(QPoint(x, y))
        for index in range(self._spoken.spoken_count()):
            if self._spoken.spoken_item(index).rect.contains(place):
                return self.item(index)
        return super().childAt(x, y)


class _SpokenPart(QAccessibleInterface):
    """One item; it stands for whatever is at its place in the list now."""

    def __init__(self, parent: _SpokenList, spoken: Spoken, index: int) -> None:
        super().__init__()
        self._parent = parent
        self._spoken = spoken
        self.index = index
        self.identity = 0

    @override
    def isValid(self) -> bool:
        return self.index < self._spoken.spoken_count()

    @override
    def object(self) -> QObject | None:  # type: ignore[override]  # no object of its own
        return None

    @override
    def window(self) -> QWindow:
        return self._parent.window()

    @override
    def parent(self) -> QAccessibleInterface:
        return self._parent

    @override
    def childCount(self) -> int:
        return 0

    @override
    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # none
        return None

    @override
    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # none
        return None

    @override
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    @override
    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    @override
    def text(self, kind: QAccessible.Text) -> str:
        if kind is not QAccessible.Text.Name or not self.isValid():
            return ""
        return self._spoken.spoken_item(self.index).name

    @override
    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """What it is called follows from what it is."""

    @override
    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        widget = self._parent.object()
        assert isinstance(widget, QWidget)
        place = self._spoken.spoken_item(self.index).rect
        return place.translated(widget.mapToGlobal(QPoint(0, 0)))

    @override
    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.selectable = True
        state.focusable = True
        if not self.isValid():
            state.invalid = True
            return state
        item = self._spoken.spoken_item(self.index)
        state.selected = item.is_chosen
        widget = self._parent.object()
        assert isinstance(widget, QWidget)
        state.focused = item.is_current and widget.hasFocus()
        state.offscreen = not widget.rect().intersects(item.rect)
        return state
