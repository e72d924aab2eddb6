"""Opening projects beside the window's thread, and closing those that were left.

The next project is opened before the last one is closed: whatever goes wrong with it, the window
goes on with what it has.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.contract.errors import (
    AtelierError,
    ProjectError,
    ProjectLocked,
    StorageDenied,
    StorageFull,
    file_error,
)
from studio.contract.manifest import BrokenModel, Model
from studio.project.nodes import NodeCodecs
from studio.project.paths import Places
from studio.project.store import ProjectStore
from studio.shell.projects.known import (
    NAME_KEY,
    KnownProject,
    is_project,
    read_known,
    stored_name,
    tidy_name,
)

BEING_MADE_SECONDS: Final = 2.0
"""So long another window may take to make a project, or to bring it up to date."""
PAUSE_SECONDS: Final = 0.05

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningWish:
    """Which project is to be opened."""

    folder: Path | None = None
    """None: the one that was opened last, else the default one."""
    name: str = ""
    """What a new project is called; for one that is there its own name counts."""
    must_exist: bool = False
    """The user pointed at a project; where there is none, none is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedProject:
    """A project that is open, and what was found on the way."""

    models: list[Model | BrokenModel]
    store: ProjectStore
    name: str
    """Empty: nobody named it."""
    known: tuple[KnownProject, ...]
    """The list as it was before."""
    refused: AtelierError | None = None
    """Why it is open to look only (`ProjectLocked`, `StorageDenied`, `StorageFull`)."""
    is_created: bool = False
    """The user named it, and it was made just now."""
    missing: KnownProject | None = None
    """The project that was open last is not there, so this is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningFailure:
    """A project that could not be opened."""

    wish: OpeningWish
    error: AtelierError


class ProjectOpener(QObject):
    """One for the window; its signals come on the window's thread."""

    opened = Signal(object)
    """Payload: `OpenedProject`."""
    failed = Signal(object)
    """Payload: `OpeningFailure`."""

    _done = Signal()
    _left = Signal(object)

    def __init__(
        self,
        places: Places,
        codecs: Callable[[], NodeCodecs],
        find: Callable[[], list[Model | BrokenModel]],
        parent: QObject | None = None,
    ) -> None:
        """``find`` looks for models; it and ``codecs`` are called on another thread."""
        super().__init__(parent)
        self._places = places
        self._codecs = codecs
        self._find = find
        self._busy = False
        self._unwanted = Event()
        self._opening: Thread | None = None
        self._result: OpenedProject | OpeningFailure | None = None
        self._closing: list[Thread] = []
        self._done.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._left.connect(self._say_left, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether a project is being opened."""
        return self._busy

    def open(self, wish: OpeningWish) -> None:
        """Open a project; nothing happens while another is being opened."""
        if self._busy:
            return
        self._busy = True
        closing = tuple(self._closing)
        self._opening = Thread(
            target=self._open, args=(wish, closing), name="open-project", daemon=True
        )
        self._opening.start()

    def close_behind(self, store: ProjectStore, then: Callable[[], None] | None = None) -> None:
        """Close a project that was left, without anybody waiting for the disk.

        ``then`` is called on the window's thread when nothing of it is written any more.
        """
        self._closing = [thread for thread in self._closing if thread.is_alive()]
        # Not a daemon: the process must not end before what waits is written.
        thread = Thread(target=self._close, args=(store, then), name="close-project")
        self._closing.append(thread)
        thread.start()

    def wait(self) -> None:
        """Return when every project is closed that was left, or that nobody waits for any more.

        The window goes: one that is just being opened is closed as soon as it is open.
        """
        self._unwanted.set()
        opening, self._opening = self._opening, None
        if opening is not None:
            opening.join()
        result, self._result = self._result, None
        if isinstance(result, OpenedProject):
            result.store.close()
        for thread in self._closing:
            thread.join()
        self._closing = []

    @Slot()
    def _tell(self) -> None:
        self._busy = False
        result, self._result = self._result, None
        if isinstance(result, OpenedProject):
            self.opened.emit(result)
        elif result is not None:
            self.failed.emit(result)

    @Slot(object)
    def _say_left(self, then: Callable[[], None]) -> None:
        then()

    def _close(self, store: ProjectStore, then: Callable[[], None] | None) -> None:
        store.close()
        if then is not None:
            self._left.emit(then)

    def _open(self, wish: OpeningWish, closing: tuple[Thread, ...]) -> None:
        for thread in closing:
            thread.join()  # it may be the very project that is wanted again
        try:
            result: OpenedProject | OpeningFailure = self._opened(wish)
        except AtelierError as error:
            result = OpeningFailure(wish=wish, error=error)
        except OSError as error:
            folder = wish.folder or self._places.default_project
            result = OpeningFailure(wish=wish, error=file_error(error, folder))
        except Exception as error:  # whatever it is, the window has to say it
            log.exception("a project cannot be opened")
            fault = f"{type(error).__name__}: {error}"
            result = OpeningFailure(wish=wish, error=AtelierError(fault=fault))
        self._result = result
        self._done.emit()

    def _opened(self, wish: OpeningWish) -> OpenedProject:
        known = read_known(self._places.config)
        folder, missing = wish.folder, None
        if folder is None:
            last = known[0] if known else None
            if last is not None and last.is_there:
                folder = last.path
            else:
                folder = self._places.default_project
                missing = None if last is None or last.path == folder else last
        if wish.must_exist and not is_project(folder):
            raise ProjectError(file=folder, fault="there is no project there")
        models = self._find()
        is_created = bool(wish.name) and not is_project(folder)
        store, refused = self._store(folder)
        try:
            name = self._name(store, wish)
        except BaseException:
            store.close()
            raise
        return OpenedProject(
            models=models,
            store=store,
            name=name,
            known=known,
            refused=refused,
            is_created=is_created,
            missing=missing,
        )

    def _store(self, folder: Path) -> tuple[ProjectStore, AtelierError | None]:
        """The project to change or, where that is refused and there is one, to look only.

        One that another window is just making cannot be looked at yet, so it is waited for.
        """
        deadline = time.monotonic() + BEING_MADE_SECONDS
        while True:
            try:
                return ProjectStore.open(folder, self._codecs()), None
            except (ProjectLocked, StorageDenied, StorageFull) as error:
                try:
                    return ProjectStore.open(folder, self._codecs(), read_only=True), error
                except AtelierError as worse:
                    is_over = time.monotonic() > deadline or self._unwanted.is_set()
                    if not isinstance(error, ProjectLocked) or is_over:
                        log.info("nor can it be looked at: %s", worse)
                        raise error from worse
            time.sleep(PAUSE_SECONDS)

    @staticmethod
    def _name(store: ProjectStore, wish: OpeningWish) -> str:
        name = stored_name(store)
        wished = tidy_name(wish.name)
        if not name and wished and not store.read_only:
            store.put_state(NAME_KEY, wished.encode())
            name = wished
        return name
