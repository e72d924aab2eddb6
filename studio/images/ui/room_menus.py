"""The menus of pictures: the same commands on the wall, close by, grown, and among the kept."""

from PySide6.QtCore import QObject, QPointF, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from studio.images.ui.attention import Attention
from studio.images.ui.desk import WallDesk
from studio.images.ui.keeper import WorkKeeper
from studio.images.ui.kept import KeptPictures
from studio.images.ui.kept_strip import WorkEvent
from studio.images.ui.neighbourhood import NeighbourEvent
from studio.images.ui.neighbours import Neighbours
from studio.images.ui.wall_faces import MenuEvent
from studio.shell.actions import ActionRegistry

COMMANDS = (
    ("more_like_this", "explore", "breed", "keep", "zoom", "compare", "cross"),
    ("enlarge", "palette", "story"),
    ("copy", "export", "number"),
)
"""Commands of the room, in groups."""


class RoomMenus(QObject):
    """One for the room."""

    def __init__(
        self,
        actions: ActionRegistry,
        desk: WallDesk,
        neighbours: Neighbours,
        kept: KeptPictures,
        keeper: WorkKeeper,
        attention: Attention,
        room: QWidget,
    ) -> None:
        super().__init__(room)
        self._actions = actions
        self._desk = desk
        self._neighbours = neighbours
        self._kept = kept
        self._keeper = keeper
        self._attention = attention
        self._room = room

    @Slot(object)
    def show_for_tile(self, event: MenuEvent) -> None:
        """With the lock, which only tiles have."""
        menu = self._menu()
        if self._desk.wall is not None:
            locked = event.place in self._desk.wall.locked
            text = self.tr("Unlock") if locked else self.tr("Lock, so that it stays")
            lock = menu.addAction(text, lambda: self._desk.toggle_lock(event.place))
            lock.setShortcut(self._actions.action("images.lock").shortcut())
            lock.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown, not another L
        menu.popup(event.position)

    @Slot(object)
    def show_for_neighbour(self, event: NeighbourEvent) -> None:
        """A menu is about the middle: another picture is first walked to."""
        self._neighbours.walk(event)
        if event.position is not None:
            self._menu().popup(event.position)

    @Slot(object)
    def show_close_by(self, position: QPointF) -> None:
        """For what is looked at."""
        self._menu().popup(position.toPoint())

    @Slot(object)
    def show_for_work(self, event: WorkEvent) -> None:
        """With the way into the bin."""
        menu = self._menu()
        menu.addSeparator()
        remove = menu.addAction(self.tr("Remove"), lambda: self._kept.remove(event.work))
        _refuse(remove, self._keeper.why_not())
        if event.position is not None:
            menu.popup(event.position)

    def _menu(self) -> QMenu:
        menu = QMenu(self._room)
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for group in COMMANDS:
            if not menu.isEmpty():
                menu.addSeparator()
            for identity in group:
                action = self._actions.action(f"images.{identity}")
                menu.addAction(self._kept_action(menu) or action if identity == "keep" else action)
        return menu

    def _kept_action(self, menu: QMenu) -> QAction | None:
        """What stands in the place of "Keep" where there is nothing to keep; None: there is."""
        reason = self._attention.why_no_keep()
        if not reason:
            return None
        is_kept = self._attention.is_kept
        action = QAction(self.tr("Kept") if is_kept else self.tr("Keep"), menu)
        _refuse(action, reason)
        return action


def _refuse(action: QAction, reason: str) -> None:
    """Put a command out and say why; without a reason it stays as it is."""
    if reason:
        action.setEnabled(False)
        action.setToolTip(reason)
