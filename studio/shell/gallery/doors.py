"""What the gallery asks of the room that made a picture; handed in by the composition.

The gallery knows works of every kind. Opening, copying and exporting one is the affair of the
room it came from, which the shell does not know.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget

from studio.project.search import WorkRow


class WorkDoors(Protocol):
    """Ways out of the gallery; each reads what it needs beside the window's thread."""

    def hang_around(self, row: WorkRow) -> None:
        """Bring the picture's room to the front, with pictures like this one around it."""

    def breed(self, rows: Sequence[WorkRow]) -> None:
        """Bring the pictures' room to the front, with children of these pictures."""

    def show_family(self, row: WorkRow) -> None:
        """Bring the picture's room to the front, with the picture in its family tree."""

    def find_gene(self, rows: Sequence[WorkRow]) -> None:
        """Find what these pictures have and others have not."""

    def go_to_room(self) -> None:
        """Bring the room in which pictures are made to the front."""

    def copy(self, rows: Sequence[WorkRow]) -> None:
        """Put pictures on the clipboard, with their recipes."""

    def export(self, rows: Sequence[WorkRow]) -> None:
        """Ask how and where, and write the pictures there."""

    def enlarge(self, rows: Sequence[WorkRow]) -> None:
        """Ask how large and in which way, and enlarge the pictures."""

    def lay_out(self, rows: Sequence[WorkRow]) -> None:
        """Make a contact sheet of the pictures, in this order."""

    def tell_story(self, row: WorkRow) -> None:
        """Show how a picture came to be."""

    def show_palette(self, row: WorkRow) -> None:
        """Show the colours of a picture."""

    def drag(self, rows: Sequence[WorkRow], preview: QPixmap | None, source: QWidget) -> None:
        """Let pictures be dropped into another program."""

    def decode(self, data: bytes, name: str) -> QImage:
        """A kept file's pixels; from any thread. Raises `AtelierError`."""

    def can_hang(self, row: WorkRow) -> bool:
        """Whether the model that made it is here."""

    def open_picture(self, path: str) -> None:
        """A picture file was dropped on the gallery."""

    def edit_text(self, label: str, parameters: dict[str, str]) -> str:
        """A step that the room made, in words."""

    def flush(self) -> None:
        """Write what is under way; the gallery is closed after this."""


OpenDoors = Callable[[QWidget], WorkDoors]
"""Builds the doors for a gallery, whose dialogs stand over it."""
