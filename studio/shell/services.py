"""What a room is given: everything of the house that it may use, passed in, never reached for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from studio.contract.manifest import BrokenModel, Model
from studio.project.paths import Places

if TYPE_CHECKING:
    from studio.shell.actions import ActionRegistry
    from studio.shell.host_bridge import HostBridge
    from studio.shell.jobs import JobQueue
    from studio.shell.notices import NoticeCentre
    from studio.shell.output.display import OutputDisplay
    from studio.shell.project_bridge import ProjectBridge
    from studio.shell.projects.shelf import ProjectShelf
    from studio.shell.settings.values import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Built by the composition function; one for each window and language."""

    models: list[Model | BrokenModel]
    """Every model folder that was found, sound or not, the user's own first."""
    host: "HostBridge"
    project: "ProjectBridge"
    places: Places
    notices: "NoticeCentre"
    jobs: "JobQueue"
    actions: "ActionRegistry"
    """Where a room registers its commands: names, shortcuts, tool tips."""
    settings: "Settings"
    """What the user decided once for all; `studio.shell.settings.declared` names each."""
    projects: "ProjectShelf"
    """Every project that is known here, and the way from one to another."""
    output: "OutputDisplay"
    """The window for a second display; it shows what it was given last."""
    language: str
    """Locale name such as "en" or "zh_CN". A change of language builds the rooms anew."""


class Room(Protocol):
    """What the window asks of a room, which is itself a QWidget: the work in the centre."""

    @property
    def title_bar(self) -> QWidget:
        """Shown above the room, 48 px at 100 % text: model picker, sentence, modes."""

    @property
    def inspector(self) -> QWidget:
        """Shown to the right, 288 px wide, hidden and shown with I."""

    @property
    def work(self) -> QWidget:
        """The part of the room over whose foot notices may float."""

    @property
    def undo_scope(self) -> str:
        """Scope of the history that undo and redo follow while this room is in front."""

    def edit_text(self, label: str, parameters: Mapping[str, str]) -> str:
        """An edit's label (a key such as "images.keep") in the interface's language."""

    def open_picture(self, path: str) -> None:
        """A picture file was given at the start or dropped on the window."""

    def flush(self) -> None:
        """Write what is not yet written, because the room is about to be closed or built anew."""


@runtime_checkable
class Turning(Protocol):
    """A room whose work, history and words change while it stays in front."""

    turned: SignalInstance
    """Another side of it is seen: `Room.work` and `Room.undo_scope` are others now."""

    def settle(self) -> None:
        """Undo follows: whatever was done last is to be a step of the history now."""
