"""The screens of the explorer, for `tests.e2e.grabs`: pad, traits, numbers, between, controls."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from studio.images.ui.explore.mode import ExploreMode
from studio.images.ui.modes import EXPLORE, WALL
from studio.images.ui.room import ImagesRoom
from studio.shell.actions import ActionRegistry
from studio.shell.inspector_slot import InspectorSlot


class Camera(Protocol):
    """What the photographer lends."""

    def take(self, name: str) -> None:
        """Let everything come to rest and grab the window."""

    def settle(self) -> None:
        """Let everything come to rest."""

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Let the app run until ``condition`` holds."""


def take_explorer(room: ImagesRoom, actions: ActionRegistry, camera: Camera) -> None:
    """A path across the pad, and every way of looking; the wall is in front again afterwards."""
    run = actions.action
    room.modes.show(EXPLORE)
    mode = room.modes.front
    assert isinstance(mode, ExploreMode)
    camera.wait_until(lambda: None not in mode.page.pad.rim)
    camera.take("60-explore")
    for way in (0, 3, 6):
        mode.desk.walk(way)
        camera.settle()
    run("explore.surprise").trigger()
    camera.settle()
    _drag(mode, camera, "61-explore-dragging")
    camera.take("62-explore-path")
    traits = mode.desk.suited()
    if len(traits) > 1:
        mode.desk.set_axis("across", traits[0].id)
        mode.desk.set_axis("down", traits[1].id)
        camera.take("63-explore-traits")
    assert mode.desk.model is not None
    kinds = [choice.value for choice in mode.desk.model.manifest.classes()]
    if len(kinds) > 1:
        mode.desk.set_kinds({kinds[0]: 0.7, kinds[1]: 0.3}, final=True)
        camera.take("64-explore-blend")
    mode.controls.set_folds({"genes": False, "zones": True, "pad": True, "more": True, "lab": True})
    camera.settle()
    _scroll_down(mode.controls)
    camera.take("65-explore-controls")
    run("explore.seeds").trigger()
    camera.take("66-explore-numbers")
    run("explore.between").trigger()
    camera.take("67-explore-between-none")
    mode.page.between.last.click()
    camera.take("68-explore-between")
    run("explore.pad").trigger()
    mode.page.pad.menu_wanted.emit(mode.page.pad.mapToGlobal(QPoint(60, 60)))
    camera.take("69-explore-menu")
    for menu in mode.page.findChildren(QMenu):
        menu.close()
    room.modes.show(WALL)


def _drag(mode: ExploreMode, camera: Camera, name: str) -> None:
    pad, left = mode.page.pad, Qt.MouseButton.LeftButton
    start, held = pad.middle_rect().center().toPoint(), Qt.KeyboardModifier.NoModifier
    QTest.mousePress(pad, left, held, start)
    for step in range(1, 11):
        QTest.mouseMove(pad, start + QPoint(22 * step, -6 * step))
    camera.take(name)
    QTest.mouseRelease(pad, left, held, start + QPoint(220, -60))
    camera.settle()


def _scroll_down(controls: QWidget) -> None:
    parent = controls.parentWidget()
    while parent is not None and not isinstance(parent, InspectorSlot):
        parent = parent.parentWidget()
    if isinstance(parent, InspectorSlot):
        bar = parent.verticalScrollBar()
        bar.setValue(bar.maximum())
