"""Searches beside the window's thread: the newest question wins, rows come as they are looked at.

The gallery knows the places of all works found, in order, and of those in view a row each. Rows
that a change has touched stay on the screen until their successors arrive, so nothing flickers.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from studio.contract.errors import AtelierError
from studio.project.edits import Change
from studio.project.nodes import WORK
from studio.project.search import Count, Listing, Query, WorkRow
from studio.shell.project_bridge import ProjectBridge

T = TypeVar("T")

HELD_ROWS: Final = 3_000
CHANGES_MS: Final = 30
"""Changes that come together are answered by one search."""
MANY_DAYS: Final = 40
FEW_A_DAY: Final = 4
"""Where many days have so few pictures each, months make better headings."""

Day = tuple[int, ...]
"""Year, month and day, or year and month; empty: the time is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Works that follow each other and stand under one heading."""

    day: Day
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An answered question."""

    listing: Listing
    indexes: dict[int, int]
    """Where in the listing a place stands."""
    runs: tuple[Run, ...]
    """By time; see `runs_of`."""


class GalleryFinder(QObject):
    """One for the gallery; GUI thread only."""

    found = Signal(object)
    """Payload: `Found`."""
    counted = Signal(object)
    """Payload: `Count`."""
    rows_arrived = Signal(object)
    """Payload: frozenset of the places whose rows are new."""
    failed = Signal(object)
    """Payload: `AtelierError`."""

    _arrived = Signal(object)

    def __init__(self, project: ProjectBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._store = project.store
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="gallery")
        self._closed = False
        self._query = Query()
        self._stamp = 0
        self._searching = False
        self._again = False
        self._awake = True
        self._missed = False
        self._rows: OrderedDict[int, WorkRow] = OrderedDict()
        self._stale: set[int] = set()
        self._asked: set[int] = set()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CHANGES_MS)
        self._later.timeout.connect(self._search)
        self._arrived.connect(self._end, Qt.ConnectionType.QueuedConnection)
        project.changed.connect(self._project_changed)

    @property
    def query(self) -> Query:
        """What is looked for."""
        return self._query

    def look_for(self, query: Query) -> None:
        """Look for something else; `found` follows."""
        self._query = query
        self._later.stop()
        self._search()

    @Slot()
    def refresh(self) -> None:
        """Look again, soon: something has changed."""
        if self._awake:
            self._later.start()
        else:
            self._missed = True

    def row(self, place: int) -> WorkRow | None:
        """The row of a work, if it is here; see `want`."""
        row = self._rows.get(place)
        if row is not None:
            self._rows.move_to_end(place)
        return row

    def want(self, places: Sequence[int]) -> None:
        """Fetch the rows of these works, as far as they are not here or out of date."""
        missing = tuple(
            place
            for place in places
            if place not in self._asked and (place not in self._rows or place in self._stale)
        )
        if not missing:
            return
        self._asked.update(missing)
        self._run(
            lambda: self._store.rows(missing),
            lambda rows: self._take(missing, rows),
            lambda: self._asked.difference_update(missing),
        )

    def fetch(self, places: Sequence[int], then: Callable[[tuple[WorkRow, ...]], None]) -> None:
        """Call ``then`` with fresh rows of all these works that are still there."""
        self.run(lambda: self._store.rows(places), then)

    def run(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Read something else beside the window's thread; errors are told by `failed`."""
        self._run(work, then, lambda: None)

    def set_awake(self, awake: bool) -> None:
        """While nobody looks, changes are only noted; they are answered when somebody does."""
        self._awake = awake
        if awake and self._missed:
            self._missed = False
            self.refresh()

    def close(self) -> None:
        """End the threads; nothing is told any more. Safe to call twice."""
        if not self._closed:
            self._closed = True
            self._later.stop()
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _search(self) -> None:
        if self._searching:
            self._again = True
            return
        self._searching, self._again = True, False
        query = self._query
        self._run(lambda: self._answer(query), self._answered, self._search_failed)

    def _answer(self, query: Query) -> tuple[Found, Count]:
        listing = self._store.search(query)
        indexes = {place: index for index, place in enumerate(listing.places)}
        found = Found(listing=listing, indexes=indexes, runs=runs_of(listing.created))
        return found, self._store.count(in_bin=query.in_bin)

    def _answered(self, answer: tuple[Found, Count]) -> None:
        self._searching = False
        found, counts = answer
        if found.listing.query == self._query:
            self.counted.emit(counts)
            self.found.emit(found)
        if self._again or found.listing.query != self._query:
            self._search()

    def _search_failed(self) -> None:
        self._searching = False
        if self._again:
            self._search()

    def _take(self, asked: Sequence[int], rows: tuple[WorkRow, ...]) -> None:
        self._asked.difference_update(asked)
        self._stale.difference_update(asked)
        for row in rows:
            self._rows[row.place] = row
            self._rows.move_to_end(row.place)
        while len(self._rows) > HELD_ROWS:
            place, _ = self._rows.popitem(last=False)
            self._stale.discard(place)
        if rows:
            self.rows_arrived.emit(frozenset(row.place for row in rows))

    @Slot(object)
    def _project_changed(self, change: Change) -> None:
        if WORK.name not in change.types:
            return
        if change.kind == "external":
            self.forget()  # what changed in the index alone has no name there
        else:
            touched = set(change.nodes)
            self._stale.update(row.place for row in self._rows.values() if row.id in touched)
        self.refresh()

    def forget(self) -> None:
        """Every row may be out of date, such as when colours were found."""
        self._stale.update(self._rows)

    def _run(
        self, work: Callable[[], T], then: Callable[[T], None], failed: Callable[[], None]
    ) -> None:
        if self._closed:
            return
        future = self._pool.submit(work)
        future.add_done_callback(lambda done: self._tell(done, then, failed))

    def _tell(
        self, future: "Future[T]", then: Callable[[T], None], failed: Callable[[], None]
    ) -> None:
        if self._closed or future.cancelled():
            return

        def end() -> None:
            try:
                result = future.result()
            except AtelierError as error:
                failed()
                self.failed.emit(error)
            except BaseException:
                failed()  # a fault of the program is told, and the next question answered
                raise
            else:
                then(result)

        self._arrived.emit(_Ended(run=end))

    @Slot(object)
    def _end(self, ended: "_Ended") -> None:
        if not self._closed:
            ended.run()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    run: Callable[[], None]


def runs_of(created: Sequence[float]) -> tuple[Run, ...]:
    """Works grouped by the local day on which they were kept, or by month where that reads better.

    The order is not touched: a clock that was set back makes a day appear twice.
    """
    days = [_day(seconds) for seconds in created]
    runs = _grouped(days)
    if len(runs) > MANY_DAYS and len(created) < FEW_A_DAY * len(runs):
        runs = _grouped([day[:2] for day in days])
    return runs


def _grouped(days: Sequence[Day]) -> tuple[Run, ...]:
    return tuple(Run(day=day, count=sum(1 for _ in group)) for day, group in groupby(days))


def _day(seconds: float) -> Day:
    if seconds <= 0:
        return ()
    try:
        return tuple(time.localtime(seconds)[:3])
    except (OverflowError, ValueError, OSError):
        return ()
