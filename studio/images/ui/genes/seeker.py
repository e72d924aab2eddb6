"""Has the host look for traits, one search at a time, and puts what is found on the shelf."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.contract.traits import FoundTraits, TraitSearch
from studio.host.client import Cancelled, Failed, Finished, Progress
from studio.host.messages import FindTraits, TraitBetween
from studio.images.trait_file import ShelfTrait
from studio.images.traits import TraitShelves
from studio.shell.host_bridge import HostBridge
from studio.shell.jobs import JobQueue
from studio.shell.notices import Notice, NoticeCentre, NoticeKind

NEWS_KEY: Final = "images.genes"
"""Of what is said about genes: the newer replaces the older."""
NEWS_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchEnded:
    """A search is over: something was found, it failed, or it was given up (neither)."""

    model: Model
    found: FoundTraits | None = None
    new: tuple[ShelfTrait, ...] = ()
    """What is on the shelf now; what two piles differ in is not, because it has no name yet."""
    error: AtelierError | None = None


class TraitSeeker(QObject):
    """One for the room, shared by all who search; the status line shows and cancels a search."""

    changed = Signal()
    """A search began, got further, or ended."""
    ended = Signal(object)
    """Payload: `SearchEnded`."""

    def __init__(
        self,
        host: HostBridge,
        jobs: JobQueue,
        notices: NoticeCentre,
        shelves: TraitShelves,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._host = host
        self._jobs = jobs
        self._notices = notices
        self.shelves = shelves
        """Where what is found is put, one shelf for each model."""
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

    def _take(self, model: Model, found: FoundTraits | None) -> None:
        """Put what a search by itself has found on the model's shelf."""
        new: tuple[ShelfTrait, ...] = ()
        if found is not None and found.method != "piles":
            try:
                new = self.shelves.of(model).put_found(found)
            except AtelierError as error:
                self._end(SearchEnded(model=model, error=error))
                return
            text = self.tr("%n gene(s) found. Name those you like (F2).", "", len(new))
            self._notices.post(
                Notice(text=text, kind=NoticeKind.GOOD, key=NEWS_KEY, seconds=NEWS_SECONDS)
            )
        self._end(SearchEnded(model=model, found=found, new=new))

    def _end(self, ended: SearchEnded) -> None:
        self._model, self._request, self._progress = None, None, None
        if ended.error is not None:
            self._notices.report(ended.error)
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
            self._take(self._model, found)

    @Slot(object)
    def _host_failed(self, event: Failed) -> None:
        if event.request == self._request and self._model is not None:
            self._end(SearchEnded(model=self._model, error=event.error))

    @Slot(object)
    def _host_cancelled(self, event: Cancelled) -> None:
        if event.request == self._request and self._model is not None:
            self._end(SearchEnded(model=self._model))
