"""One kept picture close by, or two compared, in the grid's place."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.project.search import WorkRow
from studio.shell.gallery.finder import GalleryFinder
from studio.shell.pictures.comparison_view import ComparisonView
from studio.shell.pictures.named import NamedPicture
from studio.shell.pictures.zoom import ZoomView
from studio.shell.theme import GAP, MARGIN


class LookPage(QWidget):
    """Reads the pictures beside the window's thread; a newer wish wins."""

    closed = Signal()
    stepped = Signal(object)
    """Payload: 1 for the next picture of the list, -1 for the one before."""
    drag_started = Signal(object)
    """Payload: `WorkRow`."""
    menu_wanted = Signal(object)
    """Payload: QPoint on the screen."""

    def __init__(
        self,
        finder: GalleryFinder,
        read: Callable[[WorkRow], QImage],
        name: Callable[[WorkRow], str],
        parent: QWidget | None = None,
    ) -> None:
        """``read`` decodes a picture, on another thread, or raises `AtelierError`."""
        super().__init__(parent)
        self._finder = finder
        self._read = read
        self._name = name
        self._rows: tuple[WorkRow, ...] = ()
        self._stamp = 0
        self.zoom = ZoomView(self)
        self.comparison = ComparisonView(self)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.zoom)
        self._pages.addWidget(self.comparison)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 0, MARGIN, GAP)
        layout.addWidget(self._pages)
        for view in (self.zoom, self.comparison):
            view.closed.connect(self.closed)
        self.zoom.drag_started.connect(lambda: self._drag(0))
        self.zoom.menu_wanted.connect(lambda at: self.menu_wanted.emit(at.toPoint()))
        self.zoom.step_wanted.connect(self.stepped)
        self.comparison.drag_started.connect(self._drag)
        self.comparison.menu_wanted.connect(
            lambda event: self.menu_wanted.emit(event.position.toPoint())
        )

    @property
    def rows(self) -> tuple[WorkRow, ...]:
        """What is looked at: one, two, or nothing while the page is not in use."""
        return self._rows

    @property
    def row(self) -> WorkRow | None:
        """The one that commands are about."""
        if len(self._rows) == 2:
            return self._rows[self.comparison.active]
        return self._rows[0] if self._rows else None

    @property
    def picture(self) -> NamedPicture | None:
        """The picture of `row`."""
        if len(self._rows) == 2:
            return self.comparison.pictures[self.comparison.active]
        return self.zoom.item if self._rows else None

    def look_at(self, rows: Sequence[WorkRow], shown: Callable[[], None]) -> None:
        """Look at one picture or compare two; ``shown`` is called once they are there."""
        self._stamp += 1
        stamp, wanted = self._stamp, tuple(rows[:2])

        def arrived(images: list[QImage]) -> None:
            if stamp == self._stamp:
                self._show(wanted, images)
                shown()

        self._finder.run(lambda: [self._read(row) for row in wanted], arrived)

    @Slot()
    def clear(self) -> None:
        """Nothing is looked at any more."""
        self._stamp += 1
        self._rows = ()
        self.comparison.clear()

    def take_keyboard(self) -> None:
        """Give the keyboard to what is shown."""
        view = self.comparison if len(self._rows) == 2 else self.zoom
        view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, rows: tuple[WorkRow, ...], images: list[QImage]) -> None:
        self._rows = rows
        names = [self._name(row) for row in rows]
        if len(rows) == 2:
            self._pages.setCurrentWidget(self.comparison)
            first, second = (
                NamedPicture(name=name, image=image)
                for name, image in zip(names, images, strict=True)
            )
            self.comparison.show_pair(first, second)
        else:
            self._pages.setCurrentWidget(self.zoom)
            self.zoom.show_item(NamedPicture(name=names[0], image=images[0]))

    def _drag(self, index: int) -> None:
        self.drag_started.emit(self._rows[index])
