"""The picture that a command is about, wherever it is shown."""

from dataclasses import dataclass

from PySide6.QtGui import QImage

from studio.contract.recipe import Recipe
from studio.project.nodes import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A finished picture, and where it hangs."""

    recipe: Recipe
    image: QImage
    place: int | None = None
    """Its place on the wall."""
    work: Work | None = None
    """The kept work that it is."""
