"""A picture and what it is called: all that looking at it needs."""

from dataclasses import dataclass

from PySide6.QtGui import QImage


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPicture:
    """One picture to look at."""

    name: str
    """As a screen reader says it."""
    image: QImage
