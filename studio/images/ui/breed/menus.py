"""The menus of breeding: the same commands for a child, for a parent and in the tree."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from studio.images.ui.breed.family_link import FamilyLink
from studio.shell.actions import ActionRegistry

PICTURE = ("enlarge", "palette", "story", "", "copy", "export", "number")
CHILD = ("favourite", "from_this", "parent", "keep", "", "in_tree", "explore", "wall", "", *PICTURE)
PARENT = ("from_this", "parent", "favourite", "keep", "", "in_tree", "explore", "wall")
NODE = ("from_this", "parent", "favourite", "keep", "", "explore", "wall", "")


class BreedMenus(QObject):
    """One for the mode."""

    def __init__(
        self,
        actions: ActionRegistry,
        family: FamilyLink,
        find_children: Callable[[], None],
        over: QWidget,
    ) -> None:
        super().__init__(over)
        self._actions = actions
        self._family = family
        self._find_children = find_children
        self._over = over

    def of(self, *names: str) -> QMenu:
        """A menu of commands by their names; "" is a line between them."""
        menu = QMenu(self._over)
        menu.setToolTipsVisible(True)
        self._add(menu, names)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def of_node(self, name: str) -> QMenu:
        """The menu of a picture of the tree, by its identity."""
        menu = self.of(*NODE)
        lineage = self._family.lineage
        find = menu.addAction(self.tr("Find all its children"), self._find_children)
        find.setEnabled(bool(lineage.children(name)))
        hidden = self._family.layout.hidden(name)
        text = self.tr("Unfold its descendants") if hidden else self.tr("Fold its descendants away")
        fold = menu.addAction(text, partial(self._family.fold, name))
        fold.setEnabled(bool(hidden or lineage.hanging(name)))
        menu.addSeparator()
        self._add(menu, PICTURE)
        return menu

    def _add(self, menu: QMenu, names: tuple[str, ...]) -> None:
        for name in names:
            if not name:
                menu.addSeparator()
                continue
            command = self._actions.command(f"breed.{name}")
            action = menu.addAction(command.text, command.action.trigger)
            action.setEnabled(not command.reason)
            action.setToolTip(command.reason)
