"""The narrow rail on the left: the rooms that work, and at its foot what concerns the whole."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QMenu, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.theme import RADIUS_GROUP, RAIL_WIDTH, Colours
from studio.shell.widgets.buttons import IconButton
from studio.shell.widgets.painting import fill_rounded

BUTTON_SIDE = 44
"""A target that a finger hits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailEntry:
    """One room on the rail."""

    identity: str
    icon: str
    text: str


class _RailButton(IconButton):
    @override
    def sizeHint(self) -> QSize:
        return QSize(BUTTON_SIDE, BUTTON_SIDE)

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        if self.isChecked() or self.is_hovered or self.isDown():
            fill_rounded(painter, rect, RADIUS_GROUP, colours.raised)


class Rail(QWidget):
    """Buttons of the rooms from the top, the menu of the whole at the foot."""

    chosen = Signal(str)
    """Payload: the room that the user chose."""

    def __init__(self, entries: tuple[RailEntry, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(RAIL_WIDTH)
        self.setAccessibleName(self.tr("Rooms"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 12, 6, 12)
        layout.setSpacing(4)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _RailButton] = {}
        for entry in entries:
            button = _RailButton(entry.icon, entry.text, self)
            button.setCheckable(True)
            button.clicked.connect(lambda _on, room=entry.identity: self.chosen.emit(room))
            self._group.addButton(button)
            self._buttons[entry.identity] = button
            layout.addWidget(button)
        layout.addStretch(1)
        self._settings = _RailButton("settings", self.tr("Settings and help"), self)
        self._settings.clicked.connect(self._open_menu)
        layout.addWidget(self._settings)
        self._menu: QMenu | None = None
        self._swapped = False

    def set_menu(self, menu: QMenu) -> None:
        """The menu that the button at the foot opens."""
        self._menu = menu

    def set_swapped(self, swapped: bool) -> None:
        """Stand at the right edge of the window instead of the left."""
        self._swapped = swapped
        self.update()

    def set_room(self, room: str) -> None:
        """Show which room is in front."""
        button = self._buttons.get(room)
        if button is not None:
            button.setChecked(True)

    def _open_menu(self) -> None:
        if self._menu is not None:
            size = self._menu.sizeHint()
            across = -size.width() - 8 if self._swapped else self._settings.width() + 8
            along = self._settings.height() - size.height()
            self._menu.popup(self._settings.mapToGlobal(QPoint(across, along)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect, colours = QRectF(self.rect()), Colours.of(self.palette())
        painter.fillRect(rect, colours.panel)
        edge = rect.left() if self._swapped else rect.right() - 1
        painter.fillRect(QRectF(edge, rect.top(), 1, rect.height()), colours.line)
        painter.end()
