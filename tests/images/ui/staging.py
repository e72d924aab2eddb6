"""A room in a window of its own on a host of paper, for the tests that look at all of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.images.ui.room import ImagesRoom
from studio.shell.actions import ActionRegistry
from studio.shell.notices import Notice
from studio.shell.output.display import OutputDisplay
from studio.shell.project_bridge import ProjectBridge

if TYPE_CHECKING:
    from tests.images.ui.conftest import FakeHost

PATIENCE_MS = 10_000


@dataclass
class Stage:
    """A room in a window of its own, with all that it was given."""

    room: ImagesRoom
    host: "FakeHost"
    project: ProjectBridge
    window: QWidget
    actions: ActionRegistry
    output: OutputDisplay
    notices: list[Notice] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    """Keys of notices that were taken back."""

    def press(self, identity: str) -> None:
        self.actions.action(f"images.{identity}").trigger()

    def texts(self) -> str:
        return "\n".join(notice.text for notice in self.notices)


Opener = Callable[..., Stage]


def hung(qtbot: QtBot, stage: Stage) -> ImagesRoom:
    """The room as soon as its first wall hangs."""
    qtbot.waitUntil(lambda: bool(stage.host.open), timeout=PATIENCE_MS)
    stage.host.answer_all()
    return stage.room
