"""The screens of genes, for `tests.e2e.grabs`: none yet, found, named, two piles, what they say."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from studio.images.ui.room import ImagesRoom
from studio.project.nodes import WORK
from studio.project.store import ProjectStore
from studio.shell.actions import ActionRegistry
from studio.shell.inspector_slot import InspectorSlot

ABOVE = 48
PILE = 5
"""Pictures on each side."""


class Camera(Protocol):
    """What the photographer lends."""

    def take(self, name: str) -> None:
        """Let everything come to rest and grab the window."""

    def save(self, widget: QWidget, name: str) -> None:
        """Grab a sheet as it is."""

    def settle(self) -> None:
        """Let everything come to rest."""

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Let the app run until ``condition`` holds."""


def take_genes(
    room: ImagesRoom, store: ProjectStore, actions: ActionRegistry, camera: Camera
) -> None:
    """A search on the wall's model, a gene by two piles, and the box that finds them."""
    run, panel, controls = actions.action, room.genes, room.controls
    if not panel.window().isVisible() or not controls.isVisible():
        run("window.inspector").trigger()
    room.wall.choose(5)
    controls.set_folds({**controls.folds, "genes": True, "recipe": False})
    camera.settle()
    _scroll_to(panel)
    camera.take("50-genes-none")
    panel.find_button.click()
    camera.wait_until(lambda: bool(panel.rows))
    _scroll_to(panel)
    camera.wait_until(lambda: panel.rows[0].strip.is_complete)
    shelf = panel.shelf
    assert shelf is not None
    found = [trait for trait in shelf.traits() if trait.is_own]
    shelf.rename(found[1].id, "Sleepy")
    camera.take("51-genes-found")
    panel.rows[1].rename()
    camera.take("52-genes-rename")
    panel.rows[1].strip.setFocus()
    _take_piles(room, store, actions, camera)
    finder = controls.finder
    assert finder is not None
    _scroll_to(finder)
    finder.edit.setText("a sleepy one, oil on canvas")
    finder.edit.setFocus()
    camera.take("55-genes-box")
    finder.edit.clear()


def _take_piles(
    room: ImagesRoom, store: ProjectStore, actions: ActionRegistry, camera: Camera
) -> None:
    """Keep the wall's first pictures, and find what the newer ones have."""
    for place in range(2 * PILE):
        room.wall.choose(place)
        actions.action("images.keep").trigger()
    camera.wait_until(lambda: store.nodes(WORK).total >= 2 * PILE)
    room.genes.piles_wanted.emit()
    camera.wait_until(lambda: room.piles.sheet is not None)
    sheet = room.piles.sheet
    assert sheet is not None
    camera.wait_until(lambda: sheet.source.count() >= 2 * PILE)
    works = store.nodes(WORK, limit=2 * PILE).items
    sheet.put(1, works[:PILE])
    sheet.source.item(0).setSelected(True)
    camera.settle()
    camera.save(sheet, "53-genes-piles")
    sheet.put(2, works[PILE:])
    sheet.go.click()
    camera.wait_until(lambda: sheet.strip.is_complete)
    sheet.name_edit.setText("Glasses")
    camera.settle()
    camera.save(sheet, "54-genes-pile-found")
    sheet.reject()


def _scroll_to(widget: QWidget) -> None:
    """Bring the top of a widget to the top of the inspector."""
    ancestor = widget.parentWidget()
    while ancestor is not None and not isinstance(ancestor, InspectorSlot):
        ancestor = ancestor.parentWidget()
    content = None if ancestor is None else ancestor.widget()
    if ancestor is not None and content is not None:
        top = widget.mapTo(content, QPoint(0, 0)).y()
        ancestor.verticalScrollBar().setValue(top - ABOVE)
