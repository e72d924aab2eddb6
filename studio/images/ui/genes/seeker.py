"""Has the host look for traits, one search at a time, and tells how it goes."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.contract.traits import FoundTraits, TraitSearch
from studio.host.client import Cancelled, Failed, Finished, Progress
from studio.host.messages import FindTraits, TraitBetween
from studio.shell.host_bridge import HostBridge
from studio.shell.jobs import JobQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchEnded:
    """A search is over: something was found, it failed, or it was given up (neither)."""

    model: Model
    found: FoundTraits | None = None
    error: AtelierError | None = None


class TraitSeeker(QObject):
    """One for each thing that searches; the status line shows each search and can cancel it."""

    changed = Signal()
    """A search began, got further, or ended."""
    ended = Signal(object)
    """Payload: `SearchEnded`."""

    def __init__(self, host: HostBridge, jobs: JobQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._jobs = jobs
        self._model: Model | None = None
        self._request: int | None = None
        self._progress: Progress | None = None
        host.progressed.connect(self._host_progressed)
        host.finished.connect(self._host_finished)
        host.failed.connect(self._host_failed)
        host.cancelled.connect(self._host_cancelled)

    @property
    def model(self) -> Model | None:
        """The model that is searched; None: there is no search."""
        return self._model

    @property
    def progress(self) -> Progress | None:
        """How far the search is; None: nothing was heard of it yet."""
        return self._progress

    def find(self, model: Model, search: TraitSearch) -> bool:
        """Look for traits by themselves; False: another search is under way."""
        if self._model is not None:
            return False
        request = FindTraits(folder=str(model.folder), search=search)
        self._begin(model, lambda: self._host.find_traits(request))
        return True

    def between(self, model: Model, first: tuple[Recipe, ...], second: tuple[Recipe, ...]) -> bool:
        """Find what the first pile has and the second has not; False: see `find`."""
        if self._model is not None:
            return False
        request = TraitBetween(folder=str(model.folder), first=first, second=second)
        self._begin(model, lambda: self._host.trait_between(request))
        return True

    def cancel(self) -> None:
        """Give the search up."""
        if self._request is not None:
            self._host.cancel(self._request)

    def _begin(self, model: Model, ask: Callable[[], int]) -> None:
        self._model, self._progress = model, None
        try:
            self._request = ask()
        except AtelierError as error:  # the host has given up for good
            self._end(SearchEnded(model=model, error=error))
            return
        self._jobs.follow(self._request, self.tr("Looking for genes"))
        self.changed.emit()

    def _end(self, ended: SearchEnded) -> None:
        self._model, self._request, self._progress = None, None, None
        self.changed.emit()
        self.ended.emit(ended)

    @Slot(object)
    def _host_progressed(self, event: Progress) -> None:
        if event.request == self._request:
            self._progress = event
            self.changed.emit()

    @Slot(object)
    def _host_finished(self, event: Finished) -> None:
        if event.request == self._request and self._model is not None:
            found = event.payload if isinstance(event.payload, FoundTraits) else None
            self._end(SearchEnded(model=self._model, found=found))

    @Slot(object)
    def _host_failed(self, event: Failed) -> None:
        if event.request == self._request and self._model is not None:
            self._end(SearchEnded(model=self._model, error=event.error))

    @Slot(object)
    def _host_cancelled(self, event: Cancelled) -> None:
        if event.request == self._request and self._model is not None:
            self._end(SearchEnded(model=self._model))
