"""Which works are chosen, by the rules that every file manager and photo library share.

Works are named by their place in the project, which never changes, so that a choice survives
another order, a search and an undo.
"""

from collections.abc import Iterable, Sequence


class Selection:
    """A set of places, the one that the keyboard is on, and where a range begins."""

    def __init__(self) -> None:
        self._order: Sequence[int] = ()
        self._indexes: dict[int, int] = {}
        self._chosen: set[int] = set()
        self._current: int | None = None
        self._anchor: int | None = None

    @property
    def chosen(self) -> frozenset[int]:
        """The chosen places."""
        return frozenset(self._chosen)

    @property
    def count(self) -> int:
        """How many are chosen."""
        return len(self._chosen)

    @property
    def current(self) -> int | None:
        """The place that the keyboard is on."""
        return self._current

    @property
    def current_index(self) -> int | None:
        """Where in the order that is."""
        return None if self._current is None else self._indexes.get(self._current)

    def holds(self, place: int) -> bool:
        """Whether a place is chosen."""
        return place in self._chosen

    def index_of(self, place: int) -> int | None:
        """Where in the order a place stands; None: it is not there."""
        return self._indexes.get(place)

    def in_order(self) -> tuple[int, ...]:
        """The chosen places as they stand."""
        return tuple(sorted(self._chosen, key=self._indexes.__getitem__))

    def set_order(
        self,
        order: Sequence[int],
        indexes: dict[int, int] | None = None,
        *,
        follow: bool = False,
    ) -> None:
        """Take on another list; what it does not hold is not chosen any more.

        Where the current place is gone, its successor in the old order takes over; ``follow``: it
        is chosen, too, if nothing else is left, so that one can delete one after the other.
        """
        had_choice = bool(self._chosen)
        before = self._order
        old_index = self.current_index
        self._order = order
        self._indexes = indexes if indexes is not None else {p: i for i, p in enumerate(order)}
        self._chosen = {place for place in self._chosen if place in self._indexes}
        if self._anchor not in self._indexes:
            self._anchor = None
        if self._current is not None and self._current not in self._indexes:
            self._current = self._successor(before, old_index)
            if follow and had_choice and not self._chosen and self._current is not None:
                self._chosen = {self._current}
                self._anchor = self._current

    def _successor(self, before: Sequence[int], index: int | None) -> int | None:
        if index is None or not self._order:
            return self._order[0] if self._order else None
        for place in (*before[index + 1 :], *reversed(before[:index])):
            if place in self._indexes:
                return place
        return self._order[0]

    def choose(self, index: int) -> None:
        """A click or an arrow: this one alone."""
        place = self._order[index]
        self._chosen = {place}
        self._current = self._anchor = place

    def toggle(self, index: int) -> None:
        """Ctrl and a click: this one too, or no longer."""
        place = self._order[index]
        self._chosen ^= {place}
        self._current = self._anchor = place

    def extend(self, index: int, *, keep: bool = False) -> None:
        """Shift: from where the range begins to here; ``keep``: beside what is chosen already."""
        anchor = self._indexes.get(self._anchor) if self._anchor is not None else None
        if anchor is None:
            anchor = self.current_index if self.current_index is not None else index
            self._anchor = self._order[anchor]
        first, last = min(anchor, index), max(anchor, index)
        between = set(self._order[first : last + 1])
        self._chosen = self._chosen | between if keep else between
        self._current = self._order[index]

    def move(self, index: int) -> None:
        """Ctrl and an arrow: go there without choosing."""
        self._current = self._order[index]

    def choose_all(self) -> None:
        """Everything that the list holds."""
        self._chosen = set(self._order)
        if self._current is None and self._order:
            self._current = self._order[0]

    def clear(self) -> None:
        """Nothing is chosen; the keyboard stays where it is."""
        self._chosen = set()
        self._anchor = None

    def choose_exactly(self, indexes: Iterable[int], *, besides: frozenset[int]) -> None:
        """A rubber band: these, and the places that were chosen before it."""
        self._chosen = {self._order[index] for index in indexes} | besides
        if self._chosen and self._current not in self._chosen:
            self._current = min(self._chosen, key=self._indexes.__getitem__)
            self._anchor = self._current
