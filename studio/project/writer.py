"""The one thread that writes a project: jobs go in, futures come out, in order.

Two things wait for up to `MERGE_SECONDS`, so that a drag costs two commits a second and not
sixty: edits that would join the step just written, and view state. The first of either is
written at once; whatever else arrives, and the end, writes what waits before it.
"""

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from studio.contract.errors import AtelierError, ProjectDamaged, ProjectError, StorageFull
from studio.project import versions, work_index
from studio.project.blobs import BlobFolder, sha256_of
from studio.project.database import transaction
from studio.project.edits import Change, Edit, Patch
from studio.project.history import History
from studio.project.nodes import NodeCodecs
from studio.project.versions import Version, VersionKind
from studio.project.work_index import Seen

MERGE_SECONDS = 0.5

Listener = Callable[[Change], None]
T = TypeVar("T")

_log = logging.getLogger(__name__)


class _EditJob(msgspec.Struct, frozen=True, kw_only=True):
    edit: Edit
    future: Future[Change]


class _StateJob(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    data: bytes
    future: Future[None]


class _CallJob(msgspec.Struct, frozen=True, kw_only=True):
    run: Callable[[], Any]
    future: Future[Any]
    ends_drag: bool


class _Stop:
    """Ends the thread."""


_Job = _EditJob | _StateJob | _CallJob | _Stop


class _Drag(msgspec.Struct, kw_only=True):
    """The step that edits of the same key still join, and those that wait to."""

    scope: str
    merge_key: str
    sequence: int | None
    written: float
    """Of the monotonic clock, in seconds."""
    waiting: list[_EditJob] = msgspec.field(default_factory=list)

    def takes(self, edit: Edit) -> bool:
        return (edit.scope, edit.merge_key) == (self.scope, self.merge_key) and _can_join(edit)


class Writer:
    """Owns the connection that writes; starts its thread with `start`, ends it with `stop`."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        codecs: NodeCodecs,
        blobs: BlobFolder,
        file: Path,
    ) -> None:
        self._connection = connection
        self._codecs = codecs
        self._blobs = blobs
        self._file = file
        self._history = History(connection, codecs, file, blobs.holds)
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="project-writer", daemon=True)
        self._guard = threading.Lock()
        self._listeners: list[Listener] = []
        self._stopping = False
        self.is_sound = True
        """False once SQLite found damage; read it after `stop`."""
        self._drag: _Drag | None = None
        self._states: dict[str, bytes] = {}
        self._state_futures: list[Future[None]] = []
        self._states_written = float("-inf")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, then end the thread. Later jobs fail. Safe to call twice."""
        with self._guard:
            if not self._stopping:
                self._stopping = True
                self._jobs.put(_Stop())
        self._thread.join()

    def close(self) -> None:
        """Empty the log into the database and close it, after `stop`. Safe to call twice."""
        # The log stays should this fail, and the next opening reads it.
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have ``listener`` called on this thread after each commit; returns the way out."""
        with self._guard:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._guard:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def submit(self, edit: Edit) -> Future[Change]:
        future: Future[Change] = Future()
        return self._enqueue(_EditJob(edit=edit, future=future), future)

    def put_state(self, key: str, data: bytes) -> Future[None]:
        future: Future[None] = Future()
        return self._enqueue(_StateJob(key=key, data=data, future=future), future)

    def undo(self, scope: str, step: int | None = None) -> Future[Change | None]:
        return self._call(lambda: self._turn(lambda s: self._history.undo(s, step), scope))

    def redo(self, scope: str) -> Future[Change | None]:
        return self._call(lambda: self._turn(self._history.redo, scope))

    def purge(self, type_name: str, ids: tuple[str, ...] | None) -> Future[Change]:
        return self._call(lambda: self._purge(type_name, ids))

    def go_back(self, number: int, scope: str) -> Future[Change | None]:
        return self._call(lambda: self._turn(lambda s: self._history.go_back(number, s), scope))

    def take_version(self, kind: VersionKind, name: str) -> Future[Version]:
        return self._call(lambda: self._transact(lambda c: versions.take(c, kind, name)))

    def rename_version(self, number: int, name: str) -> Future[Version | None]:
        return self._call(lambda: self._transact(lambda c: versions.rename(c, number, name)))

    def drop_version(self, number: int, *, dropped: bool) -> Future[Version | None]:
        return self._call(
            lambda: self._transact(lambda c: versions.drop(c, number, dropped=dropped))
        )

    def note_close(self) -> Future[None]:
        """Let the state in which the project is closed be a version; to be followed by `stop`."""
        return self._call(lambda: self._transact(versions.close))

    def put_blob(self, data: bytes) -> Future[str]:
        return self._call(lambda: self._put_blob(data), ends_drag=False)

    def index(self, limit: int) -> Future[int]:
        return self._call(lambda: self._index(limit), ends_drag=False)

    def note_seen(self, seen: Mapping[str, Seen]) -> Future[None]:
        return self._call(lambda: self._note_seen(seen), ends_drag=False)

    # -- the thread -------------------------------------------------------------------------

    def _call(self, run: Callable[[], T], *, ends_drag: bool = True) -> Future[T]:
        future: Future[T] = Future()
        return self._enqueue(_CallJob(run=run, future=future, ends_drag=ends_drag), future)

    def _enqueue(self, job: _Job, future: Future[T]) -> Future[T]:
        with self._guard:
            if self._stopping:
                future.set_exception(ProjectError(file=self._file.parent, fault="it is closed"))
            else:
                self._jobs.put(job)
        return future

    def _run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=self._patience())
            except queue.Empty:
                self._write_what_is_due()
                continue
            if isinstance(job, _Stop):
                self._write_drag()
                self._write_states()
                return
            if job.future.set_running_or_notify_cancel():
                self._take(job)
            self._write_what_is_due()

    def _patience(self) -> float | None:
        """Seconds until something that waits is due; None: nothing waits."""
        now = time.monotonic()
        dues = []
        if self._drag is not None and self._drag.waiting:
            dues.append(self._drag.written + MERGE_SECONDS)
        if self._states:
            dues.append(self._states_written + MERGE_SECONDS)
        return max(0.0, min(dues) - now) if dues else None

    def _write_what_is_due(self) -> None:
        now = time.monotonic()
        drag = self._drag
        if drag is not None and drag.waiting and now - drag.written >= MERGE_SECONDS:
            self._write_drag()
        if self._states and now - self._states_written >= MERGE_SECONDS:
            self._write_states()

    def _take(self, job: _EditJob | _StateJob | _CallJob) -> None:
        if isinstance(job, _StateJob):
            self._states[job.key] = job.data
            self._state_futures.append(job.future)
        elif isinstance(job, _CallJob):
            if job.ends_drag:
                self._write_drag()
                self._drag = None
            self._settle([job.future], job.run)
        elif self._drag is not None and self._drag.takes(job.edit):
            self._drag.waiting.append(job)
        else:
            self._write_drag()
            self._settle([job.future], lambda: self._write(job.edit))

    def _write(self, edit: Edit) -> Change:
        """Commit one edit; its blobs are on the disk before."""
        new = [data for data in edit.blobs if not self._blobs.holds(sha256_of(data))]
        try:
            for data in edit.blobs:
                self._blobs.write(data)
            with transaction(self._connection, self._file):
                if edit.is_step:
                    recorded = self._history.record(edit)
                    change, sequence = recorded.change, recorded.sequence
                else:
                    change, sequence = self._history.complete(edit), None
        except BaseException as error:
            self._give_up([sha256_of(data) for data in new], error)
            raise
        if edit.is_step:
            self._drag = None
            if edit.merge_key is not None and _can_join(edit):
                self._drag = _Drag(
                    scope=edit.scope,
                    merge_key=edit.merge_key,
                    sequence=sequence,
                    written=time.monotonic(),
                )
        self._tell(change)
        return change

    def _give_up(self, shas: list[str], error: BaseException) -> None:
        """Take care of files whose edit failed: a full disk gets its space back at once.

        After any other error they stay for a while, because a commit of which the disk said that
        it failed may yet be there after a crash.
        """
        try:
            if isinstance(error, StorageFull):
                for sha in shas:
                    self._blobs.delete(sha)
            elif shas:
                with transaction(self._connection, self._file):
                    self._history.add_loose(sha for sha in shas if self._blobs.holds(sha))
        except AtelierError as another:
            _log.warning("files of a failed edit stay until the next mending: %s", another)

    def _write_drag(self) -> None:
        """Let the edits that wait join the step of their drag, in one commit."""
        drag = self._drag
        if drag is None or not drag.waiting:
            return
        waiting, drag.waiting = drag.waiting, []
        edit = msgspec.structs.replace(
            waiting[-1].edit, patches=_combined([job.edit for job in waiting])
        )

        def run() -> Change:
            with transaction(self._connection, self._file):
                recorded = self._history.record(edit, join=drag.sequence)
            drag.sequence = recorded.sequence
            self._tell(recorded.change)
            return recorded.change

        self._settle([job.future for job in waiting], run)
        drag.written = time.monotonic()

    def _write_states(self) -> None:
        states, self._states = self._states, {}
        futures, self._state_futures = self._state_futures, []
        if not states:
            return

        def run() -> None:
            with transaction(self._connection, self._file):
                self._connection.executemany(
                    "INSERT OR REPLACE INTO states VALUES (?, ?)", list(states.items())
                )

        self._settle(futures, run)
        self._states_written = time.monotonic()

    def _turn(self, turn: Callable[[str], Change | None], scope: str) -> Change | None:
        with transaction(self._connection, self._file):
            change = turn(scope)
        if change is not None:
            self._tell(change)
        return change

    def _transact(self, run: Callable[[sqlite3.Connection], T]) -> T:
        with transaction(self._connection, self._file):
            return run(self._connection)

    def _purge(self, type_name: str, ids: tuple[str, ...] | None) -> Change:
        with transaction(self._connection, self._file):
            change, unnamed = self._history.purge(type_name, ids)
        self._tell(change)
        try:
            for sha in unnamed:
                self._blobs.delete(sha)
            with transaction(self._connection, self._file):
                self._history.forget_loose(unnamed)
        except AtelierError as error:
            _log.warning("files of the bin stay until a later opening: %s", error)
        return change

    def _put_blob(self, data: bytes) -> str:
        sha = self._blobs.write(data)
        with transaction(self._connection, self._file):
            self._history.add_loose([sha])
        return sha

    def _index(self, limit: int) -> int:
        with transaction(self._connection, self._file):
            return work_index.fill(self._connection, self._codecs, limit)

    def _note_seen(self, seen: Mapping[str, Seen]) -> None:
        with transaction(self._connection, self._file):
            work_index.note_seen(self._connection, seen)

    def _settle(self, futures: list[Future[T]], run: Callable[[], T]) -> None:
        """Give each future what ``run`` returns or raises."""
        try:
            result = run()
        except BaseException as error:
            self.is_sound = self.is_sound and not isinstance(error, ProjectDamaged)
            for future in futures:
                future.set_exception(error)
        else:
            for future in futures:
                future.set_result(result)

    def _tell(self, change: Change) -> None:
        if not change.nodes:
            return
        with self._guard:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(change)
            except Exception:
                _log.exception("a listener failed; the project is not affected")


def _can_join(edit: Edit) -> bool:
    """Whether an edit can be part of a drag: it changes fields and does nothing else."""
    changes = all(patch.action == "change" for patch in edit.patches)
    return edit.merge_key is not None and edit.is_step and changes and not edit.blobs


def _combined(edits: list[Edit]) -> tuple[Patch, ...]:
    """The patches of edits that follow each other, the last value of each field alone."""
    patches: dict[str, Patch] = {}
    for patch in (patch for edit in edits for patch in edit.patches):
        known = patches.get(patch.id)
        values = {**known.values, **patch.values} if known is not None else patch.values
        patches[patch.id] = msgspec.structs.replace(patch, values=values)
    return tuple(patches.values())
