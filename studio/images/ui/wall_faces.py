"""What the wall is given to show, and what it tells of the user."""

from dataclasses import dataclass, field

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage


@dataclass(frozen=True, slots=True, kw_only=True)
class TileFace:
    """One tile as the wall shows it."""

    name: str
    """What a screen reader says, e.g. "Open Peeps, kept, number 123"."""
    image: QImage | None = field(default=None, compare=False)
    """None: not made yet. Compared by `looks_like`, which does not look at every pixel."""
    is_stale: bool = False
    """The image is what hung here before; its own is being made."""
    is_kept: bool = False
    is_locked: bool = False
    is_favourite: bool = False
    """Marked to be a parent of the next generation."""
    is_parent: bool = False
    """The picture that the others on this wall are like."""

    def looks_like(self, other: "TileFace") -> bool:
        """Whether painting the one is painting the other."""
        return self == other and same_image(self.image, other.image)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileEvent:
    """Something that the user did to one tile."""

    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceEvent:
    """Which tiles are chosen now: the one, and a second to compare it with."""

    chosen: int | None
    second: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEvent:
    """A menu was asked for, by the right button or by the keyboard."""

    place: int
    position: QPoint
    """On the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEvent:
    """Which tiles can be seen, and how many columns the wall has now."""

    first: int
    last: int
    """One behind the last tile that can be seen."""
    columns: int


def same_image(first: QImage | None, second: QImage | None) -> bool:
    """Whether both are one image, or none; pixels are not looked at."""
    if first is None or second is None:
        return first is second
    return first.cacheKey() == second.cacheKey()
