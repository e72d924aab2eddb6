"""Where each picture of the family tree stands. No Qt.

Generations are rows; in a row everybody stands at least one place apart. Each family is a tidy
tree: a parent above the middle of the children that hang from it, subtrees side by side as close
as their outlines allow (Reingold and Tilford 1981, "Tidier Drawings of Trees"). Outlines are
joined the smaller into the larger, so the time for all is that of the pictures, not their depth
(Buchheim et al. 2002 reach the same by threads). A family whose tree has not changed keeps its
outline and its places, so a birth costs its own family's layout and no other's.

The same tree is always drawn in the same way: children stand in the order in which they came.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from studio.images.lineage import Lineage

FAMILY_GAP: Final = 1.6
"""Places from the last of one family to the first of the next, in the same row; 1 within one."""


class _Outline:
    """Where a group begins and ends in each of its generations, the lowest first."""

    __slots__ = ("left", "right", "shift")

    def __init__(self) -> None:
        self.left: list[float] = []
        self.right: list[float] = []
        self.shift = 0.0
        """To be added to every number: a group moves without its numbers being touched."""

    def put_above(self, x: float) -> None:
        """Add a generation above all others, of one picture at ``x``."""
        self.left.append(x - self.shift)
        self.right.append(x - self.shift)

    def distance_to(self, other: "_Outline", gap: float) -> float:
        """How far ``other`` has to move to the right to stand beside this one."""
        depth = min(len(self.right), len(other.left))
        mine, its = self.right, other.left
        away = max(mine[-1 - level] - its[-1 - level] for level in range(depth))
        return away + self.shift - other.shift + gap

    def joined(self, other: "_Outline") -> "_Outline":
        """The outline of both, ``other`` to the right; both are used up."""
        depth = min(len(self.left), len(other.left))
        apart = other.shift - self.shift
        if len(self.left) >= len(other.left):
            for level in range(1, depth + 1):
                self.right[-level] = other.right[-level] + apart
            return self
        for level in range(1, depth + 1):
            other.left[-level] = self.left[-level] - apart
        return other

    def copy(self) -> "_Outline":
        found = _Outline()
        found.left, found.right, found.shift = list(self.left), list(self.right), self.shift
        return found


@dataclass(frozen=True, slots=True)
class _Family:
    """The layout of one founder and all that hang from them."""

    shape: tuple[tuple[str, int], ...]
    """In the order of a walk from the founder: who, and how many hang from them and are shown."""
    places: tuple[float, ...]
    """Of each, with the founder at 0."""
    depths: tuple[int, ...]
    outline: _Outline


@dataclass(frozen=True, slots=True)
class _Row:
    """One generation, from left to right."""

    names: tuple[str, ...]
    places: tuple[float, ...]
    parents: tuple[str, ...]
    """Those of the row from whom somebody hangs, from left to right."""
    firsts: tuple[float, ...]
    """Where the children of each begin, or they themselves."""
    lasts: tuple[float, ...]


class TreeLayout:
    """Where everybody stands; made by `TreeArranger`."""

    def __init__(
        self,
        positions: Mapping[str, tuple[float, int]],
        rows: tuple[_Row, ...],
        hidden: Mapping[str, int],
        extent: tuple[float, float],
    ) -> None:
        self._positions = positions
        self._rows = rows
        self._hidden = hidden
        self.left, self.right = extent
        """Places of the outermost."""

    def __len__(self) -> int:
        return len(self._positions)

    def __contains__(self, name: object) -> bool:
        return name in self._positions

    @property
    def generations(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def position(self, name: str) -> tuple[float, int]:
        """Place and generation of a picture that is shown. Raises `KeyError`."""
        return self._positions[name]

    def hidden(self, name: str) -> int:
        """How many pictures are folded away below this one."""
        return self._hidden.get(name, 0)

    def visible(self, first: float, last: float, top: int, bottom: int) -> list[str]:
        """Who stands between two places, in the rows ``top`` to ``bottom``, row by row."""
        found: list[str] = []
        for row in self._rows[max(top, 0) : max(bottom + 1, 0)]:
            found.extend(row.names[bisect_left(row.places, first) : bisect_right(row.places, last)])
        return found

    def parents_in_view(self, first: float, last: float, top: int, bottom: int) -> list[str]:
        """Those of the rows whose children, or the lines to them, may lie between two places."""
        found: list[str] = []
        for row in self._rows[max(top, 0) : max(bottom + 1, 0)]:
            found.extend(
                row.parents[bisect_left(row.lasts, first) : bisect_right(row.firsts, last)]
            )
        return found

    def at(self, place: float, generation: int) -> str | None:
        """Who stands within half a place of there."""
        name = self.closest(place, generation)
        if name is None or abs(self._positions[name][0] - place) > 0.5:
            return None
        return name

    def closest(self, place: float, generation: int) -> str | None:
        """Who of a row stands closest to a place."""
        if not 0 <= generation < len(self._rows):
            return None
        row = self._rows[generation]
        after = bisect_left(row.places, place)
        around = range(max(after - 1, 0), min(after + 1, len(row.places)))
        return row.names[min(around, key=lambda index: abs(row.places[index] - place))]

    def beside(self, name: str, step: int) -> str:
        """Who stands so many steps to the right in the same row, or at its end."""
        place, generation = self._positions[name]
        row = self._rows[generation]
        index = bisect_left(row.places, place) + step
        return row.names[min(max(index, 0), len(row.names) - 1)]


NOTHING: Final = TreeLayout({}, (), {}, (0.0, 0.0))


class TreeArranger:
    """Lays out a tree again and again, each time only the families that have changed."""

    def __init__(self) -> None:
        self._families: dict[str, _Family] = {}
        self.arranged = 0
        """How many families the last layout had to lay out anew."""

    def arrange(self, lineage: Lineage, folded: Iterable[str] = ()) -> TreeLayout:
        """The layout of all families; below those of ``folded`` nobody is shown."""
        closed = frozenset(folded)
        families: dict[str, _Family] = {}
        self.arranged = 0
        for founder in lineage.founders:
            shape = _shape(lineage, founder, closed)
            known = self._families.get(founder)
            if known is None or known.shape != shape:
                known = _lay_out(shape)
                self.arranged += 1
            families[founder] = known
        self._families = families
        hidden = {
            name: below for name in closed if name in lineage and (below := _below(lineage, name))
        }
        return _together(tuple(families.values()), hidden)


def _shape(lineage: Lineage, founder: str, closed: frozenset[str]) -> tuple[tuple[str, int], ...]:
    """A walk that goes down first and from left to right."""
    found: list[tuple[str, int]] = []
    ahead = [founder]
    hanging = lineage.hanging
    while ahead:
        name = ahead.pop()
        children = () if name in closed else hanging(name)
        found.append((name, len(children)))
        if children:
            ahead.extend(reversed(children))
    return tuple(found)


def _below(lineage: Lineage, name: str) -> int:
    """How many hang from a picture, children's children included."""
    count = 0
    ahead = list(lineage.hanging(name))
    while ahead:
        count += 1
        ahead.extend(lineage.hanging(ahead.pop()))
    return count


def _lay_out(shape: tuple[tuple[str, int], ...]) -> _Family:
    """Places from the bottom up, then from the top down."""
    offsets = [0.0] * len(shape)
    """From the parent's place."""
    waiting: list[tuple[int, _Outline]] = []
    """Outlines of subtrees that are done, from right to left, with their founder's index."""
    for index in range(len(shape) - 1, -1, -1):
        count = shape[index][1]
        if not count:
            outline = _Outline()
            outline.put_above(0.0)
            waiting.append((index, outline))
            continue
        children = [waiting.pop() for _ in range(count)]  # from left to right
        first, group = children[0]
        offsets[first] = 0.0
        for child, outline in children[1:]:
            away = group.distance_to(outline, 1.0)
            outline.shift += away
            offsets[child] = away
            group = group.joined(outline)
        middle = offsets[children[-1][0]] / 2
        for child, _ in children:
            offsets[child] -= middle
        group.shift -= middle
        group.put_above(0.0)
        waiting.append((index, group))
    places = [0.0] * len(shape)
    depths = [0] * len(shape)
    open_now: list[tuple[int, int]] = []
    """Those whose children are being walked: index, and how many are still to come."""
    for index, (_, count) in enumerate(shape):
        if open_now:
            parent, left = open_now[-1]
            places[index] = places[parent] + offsets[index]
            depths[index] = depths[parent] + 1
            if left == 1:
                open_now.pop()
            else:
                open_now[-1] = (parent, left - 1)
        if count:
            open_now.append((index, count))
    ((_, outline),) = waiting
    return _Family(shape=shape, places=tuple(places), depths=tuple(depths), outline=outline)


def _together(families: tuple[_Family, ...], hidden: Mapping[str, int]) -> TreeLayout:
    """The families side by side, the oldest at the left."""
    if not families:
        return NOTHING
    positions: dict[str, tuple[float, int]] = {}
    height = max(len(family.outline.left) for family in families)
    names: list[list[str]] = [[] for _ in range(height)]
    places: list[list[float]] = [[] for _ in range(height)]
    parents: list[list[str]] = [[] for _ in range(height)]
    spans: list[list[tuple[float, float]]] = [[] for _ in range(height)]
    everybody: _Outline | None = None
    for family in families:
        outline = family.outline.copy()
        away = 0.0
        if everybody is not None:
            away = everybody.distance_to(outline, FAMILY_GAP)
            outline.shift += away
            everybody = everybody.joined(outline)
        else:
            everybody = outline
        open_now: list[list[int]] = []
        for (name, count), place, depth in zip(
            family.shape, family.places, family.depths, strict=True
        ):
            x = place + away
            positions[name] = (x, depth)
            names[depth].append(name)
            places[depth].append(x)
            if open_now:
                above = open_now[-1]
                above[0] -= 1
                row = spans[depth - 1]
                begin, end = row[above[1]]
                row[above[1]] = (min(begin, x), max(end, x))
                if not above[0]:
                    open_now.pop()
            if count:
                parents[depth].append(name)
                spans[depth].append((x, x))
                open_now.append([count, len(spans[depth]) - 1])
    assert everybody is not None
    rows = tuple(
        _Row(
            names=tuple(names[depth]),
            places=tuple(places[depth]),
            parents=tuple(parents[depth]),
            firsts=tuple(begin for begin, _ in spans[depth]),
            lasts=tuple(end for _, end in spans[depth]),
        )
        for depth in range(height)
    )
    left = min(everybody.left) + everybody.shift
    right = max(everybody.right) + everybody.shift
    return TreeLayout(positions, rows, hidden, (left, right))
