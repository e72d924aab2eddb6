"""The projects that this user has, as the window offers them."""

from contextlib import suppress
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from studio.contract.errors import AtelierError, file_error
from studio.project.paths import Places
from studio.shell.project_bridge import ProjectBridge
from studio.shell.projects.known import (
    NAME_KEY,
    KnownProject,
    free_folder,
    read_known,
    tidy_name,
    with_opened,
    without,
    write_known,
)
from studio.shell.projects.opening import OpenedProject, OpeningWish


class ProjectShelf(QObject):
    """One for the window; it says what is wanted, and whoever owns the window opens it."""

    wanted = Signal(object)
    """Payload: `OpeningWish`: the user wants another project."""
    changed = Signal()
    """Another project is open, or the list or a name is another."""
    failed = Signal(object)
    """Payload: `AtelierError`: the list cannot be written."""

    _looked = Signal(object)

    def __init__(self, places: Places, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._places = places
        self._known: tuple[KnownProject, ...] = ()
        self._current: KnownProject | None = None
        self._bridge: ProjectBridge | None = None
        self._missing: frozenset[str] = frozenset()
        self._looking = False
        self._looked.connect(self._note_missing, Qt.ConnectionType.QueuedConnection)

    @property
    def known(self) -> tuple[KnownProject, ...]:
        """Every project on the list, the open one first."""
        return self._known

    @property
    def current(self) -> KnownProject | None:
        """The open project; None until one is open."""
        return self._current

    @property
    def others(self) -> tuple[KnownProject, ...]:
        """The projects that one could change to."""
        return tuple(one for one in self._known if one != self._current)

    @property
    def is_shown(self) -> bool:
        """Whether there is more than one: until then nobody need know that there are projects."""
        return len(self._known) > 1

    @property
    def can_change(self) -> bool:
        """Whether the open project may be changed."""
        return self._bridge is not None and not self._bridge.is_read_only

    @property
    def title(self) -> str:
        """What stands in the window's title."""
        name = self.shown_name
        return f"{name} — Atelier" if name else "Atelier"

    @property
    def shown_name(self) -> str:
        """The open project's name; empty until there is more than one."""
        if self._current is None or not self.is_shown:
            return ""
        return self.name_of(self._current)

    def name_of(self, project: KnownProject) -> str:
        """What a project is called on the screen."""
        if project.name:
            return project.name
        if project.path == self._places.default_project:
            return QCoreApplication.translate("Projects", "My first project")
        return project.path.name

    def is_there(self, project: KnownProject) -> bool:
        """Whether a project was there when somebody looked last; see `look`."""
        return project.folder not in self._missing

    def look(self) -> None:
        """See which projects are there, beside the window: a drive may take its time to answer."""
        if not self._looking:
            self._looking = True
            Thread(target=self._look, args=(self._known,), name="projects", daemon=True).start()

    def folder_for(self, name: str) -> Path:
        """Where a new project of that name would be made."""
        return free_folder(self._places.default_project.parent, name)

    def load(self) -> None:
        """Read the list, because no project could be opened that would have brought it."""
        if not self._known:
            self._known = read_known(self._places.config)

    def take(self, opened: OpenedProject, bridge: ProjectBridge) -> None:
        """A project was opened."""
        self._bridge = bridge
        self._current = KnownProject(folder=str(opened.store.folder), name=opened.name)
        self._put(with_opened(opened.known, self._current))
        self.look()

    def create(self, name: str) -> None:
        """Have a new project made and opened."""
        name = tidy_name(name)
        if name:
            self.wanted.emit(OpeningWish(folder=self.folder_for(name), name=name))

    def open(self, folder: Path) -> None:
        """Have a project opened that is there."""
        self.wanted.emit(OpeningWish(folder=folder, must_exist=True))

    def open_again(self) -> None:
        """Have the open project opened anew, because it may perhaps be changed now."""
        if self._current is not None:
            self.open(self._current.path)

    def rename(self, name: str) -> None:
        """Call the open project otherwise; its folder stays where it is."""
        name = tidy_name(name)
        if not name or self._current is None or self._bridge is None or not self.can_change:
            return
        self._bridge.put_state(NAME_KEY, name.encode())
        self._current = KnownProject(folder=self._current.folder, name=name)
        self._put(with_opened(read_known(self._places.config), self._current))

    def forget(self, project: KnownProject) -> None:
        """Take a project off the list; nothing of it is deleted."""
        if project != self._current:
            self._put(without(read_known(self._places.config), project.folder))

    def _look(self, known: tuple[KnownProject, ...]) -> None:
        missing = frozenset(project.folder for project in known if not project.is_there)
        with suppress(RuntimeError):  # the window has gone meanwhile, and this object with it
            self._looked.emit(missing)

    @Slot(object)
    def _note_missing(self, missing: frozenset[str]) -> None:
        self._looking = False
        if missing != self._missing:
            self._missing = missing
            self.changed.emit()

    def _put(self, known: tuple[KnownProject, ...]) -> None:
        self._known = known
        try:
            write_known(self._places.config, known)
        except AtelierError as error:
            self.failed.emit(error)
        except OSError as error:
            self.failed.emit(file_error(error, self._places.config))
        self.changed.emit()
