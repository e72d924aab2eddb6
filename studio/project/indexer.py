"""Fills the index of works beside everything else: older works first of all, then their colours.

It may be ended at any moment and goes on the next time; what it has found is in the project.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

import msgspec

from studio.contract.errors import AtelierError
from studio.project.edits import Change
from studio.project.nodes import WORK
from studio.project.store import ProjectStore
from studio.project.work_index import Seen

PORTION: Final = 250
"""Works entered in one commit: a few milliseconds of the writer's time."""
LOOKED_AT: Final = 24
"""Pictures looked at before what was seen is written."""
RESTS: Final = 5
"""Times as long as it took to look at a picture nothing is done, for the sake of whoever paints
and makes pictures meanwhile: the interpreter is shared with the window's thread."""

_log = logging.getLogger(__name__)


class IndexProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the index is."""

    unindexed: int
    """Works that cannot be found yet."""
    unseen: int
    """Works whose colours are not known yet."""

    @property
    def is_complete(self) -> bool:
        """Whether every search finds all there is."""
        return self.unindexed == 0 and self.unseen == 0


class Indexer:
    """One thread for one open project; it sleeps while there is nothing to do."""

    def __init__(self, store: ProjectStore, tell: Callable[[IndexProgress], None]) -> None:
        """``tell`` is called on the indexer's thread whenever more is known than before."""
        self._store = store
        self._tell = tell
        self._ended = threading.Event()
        self._wanted = threading.Event()
        self._thread = threading.Thread(target=self._run, name="project-index", daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin; a project that is open to look only is left to its owner."""
        if self._store.read_only:
            return
        self._unsubscribe = self._store.subscribe(self._changed)
        self._wanted.set()
        self._thread.start()

    def stop(self) -> None:
        """End after the picture in hand; before the store is closed. Safe to call twice."""
        self._ended.set()
        self._wanted.set()
        self._unsubscribe()
        if self._thread.is_alive():
            self._thread.join()

    def _changed(self, change: Change) -> None:
        if WORK.name in change.types:
            self._wanted.set()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._ended.is_set():
                return
            try:
                self._enter()
                self._look()
            except AtelierError as error:
                # The disk may be full or gone; the next change of a work tries again.
                _log.warning("the index of works has to wait: %s", error)

    def _enter(self) -> None:
        left = self._store.unindexed()  # every index() is a commit, also where none is left
        self._tell_of(left)
        while left and not self._ended.is_set():
            left = self._store.index(PORTION).result()
            self._tell_of(left)

    def _tell_of(self, unindexed: int) -> None:
        self._tell(IndexProgress(unindexed=unindexed, unseen=self._store.unseen(0)[1]))

    def _look(self) -> None:
        while not self._ended.is_set():
            blobs, total = self._store.unseen(LOOKED_AT)
            if not blobs:
                return
            seen: dict[str, Seen] = {}
            for blob in blobs:
                began = time.monotonic()
                seen[blob] = self._look_at(blob)
                if self._ended.wait(RESTS * (time.monotonic() - began)):
                    break
            self._store.note_seen(seen).result()
            self._tell(IndexProgress(unindexed=0, unseen=max(total - len(seen), 0)))

    def _look_at(self, blob: str) -> Seen:
        # Brings an imaging library along, after the window has long been painted.
        from studio.project.colours import colours_of

        try:
            return colours_of(self._store.read_blob(blob))
        except AtelierError as error:
            _log.warning("a picture cannot be looked at: %s", error)
            return Seen()
