"""What the studio is busy with, by name, so that the status line can show and cancel it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from studio.host.client import Cancelled, Failed, Finished, Progress
from studio.shell.host_bridge import HostBridge


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """One piece of work as the status line shows it."""

    identity: int
    label: str
    """What is being done, translated, e.g. "Making 24 pictures"."""
    done: int = 0
    total: int = 0
    """0: nobody knows how much there is."""
    stage: str = ""
    can_cancel: bool = False


class JobQueue(QObject):
    """Follows requests to the host, and other long work, from start to end; GUI thread only."""

    changed = Signal(object)
    """Payload: tuple of `JobState`, oldest first; empty: at rest."""

    def __init__(self, host: HostBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._jobs: dict[int, JobState] = {}
        self._cancels: dict[int, Callable[[], None]] = {}
        self._requests: dict[int, int] = {}
        self._next = 1
        host.progressed.connect(self._host_progressed)
        host.finished.connect(self._host_ended)
        host.failed.connect(self._host_ended)
        host.cancelled.connect(self._host_ended)

    @property
    def jobs(self) -> tuple[JobState, ...]:
        """The work under way, oldest first."""
        return tuple(self._jobs.values())

    def follow(self, request: int, label: str, *, total: int = 0) -> int:
        """Show a request to the host until it ends; Cancel gives it up. Returns the job's id."""
        job = self.begin(label, total=total, cancel=lambda: self._host.cancel(request))
        self._requests[request] = job
        return job

    def begin(self, label: str, *, total: int = 0, cancel: Callable[[], None] | None = None) -> int:
        """Show other work until `end`; returns the job's id."""
        identity = self._next
        self._next += 1
        self._jobs[identity] = JobState(
            identity=identity, label=label, total=total, can_cancel=cancel is not None
        )
        if cancel is not None:
            self._cancels[identity] = cancel
        self._changed()
        return identity

    def progress(self, job: int, done: int, total: int, stage: str = "") -> None:
        """Say how far a job is; a job that has ended is passed over."""
        state = self._jobs.get(job)
        if state is None:
            return
        self._jobs[job] = JobState(
            identity=job,
            label=state.label,
            done=done,
            total=total,
            stage=stage,
            can_cancel=state.can_cancel,
        )
        self._changed()

    def end(self, job: int) -> None:
        """Take a job off the status line."""
        self._cancels.pop(job, None)
        if self._jobs.pop(job, None) is not None:
            self._changed()

    def cancel(self, job: int) -> None:
        """Ask a job to stop; it leaves the status line when it has."""
        cancel = self._cancels.pop(job, None)
        if cancel is not None:
            cancel()

    @Slot(object)
    def _host_progressed(self, event: Progress) -> None:
        job = self._requests.get(event.request)
        if job is not None:
            self.progress(job, event.done, event.total, event.stage)

    @Slot(object)
    def _host_ended(self, event: Finished | Failed | Cancelled) -> None:
        job = self._requests.pop(event.request, None)
        if job is not None:
            self.end(job)

    def _changed(self) -> None:
        self.changed.emit(self.jobs)
