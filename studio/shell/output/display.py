"""Opens the output window where it belongs, feeds it, and remembers it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol, TypeVar

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from studio.contract.errors import file_error
from studio.shell.output.memory import OutputPlace, read_place, write_place
from studio.shell.output.window import OutputWindow
from studio.shell.pictures.named import NamedPicture

SETTLE_MILLISECONDS: Final = 500


class HasName(Protocol):
    """A display, as far as it is known by its name."""

    def name(self) -> str:
        """As its driver gives it."""


Display = TypeVar("Display", bound=HasName)


class OutputDisplay(QObject):
    """One for the studio, not for a room: rooms are built anew when the language changes, and
    what is projected stays."""

    toggled = Signal(object)
    """Payload: whether the window is open now."""
    failed = Signal(object)
    """Payload: `AtelierError`: the place could not be remembered."""

    def __init__(self, folder: Path, studio: QWidget, parent: QObject | None = None) -> None:
        """``folder`` is where the place is remembered, ``studio`` the window that is beside."""
        super().__init__(parent)
        self._folder = folder
        self._studio = studio
        self._window: OutputWindow | None = None
        self._picture: NamedPicture | None = None
        self._place = OutputPlace()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MILLISECONDS)
        self._settle.timeout.connect(self._remember)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenRemoved.connect(self._screen_removed)

    @property
    def is_open(self) -> bool:
        """Whether there is an output window."""
        return self._window is not None

    @property
    def window(self) -> OutputWindow | None:
        """The output window, while it is open."""
        return self._window

    def show_picture(self, picture: NamedPicture) -> None:
        """Show this from now on; remembered for a window that is not open yet."""
        self._picture = picture
        if self._window is not None:
            self._window.show_picture(picture)

    @Slot()
    def toggle(self) -> None:
        """Open the window, or close it."""
        if self._window is None:
            self.open()
        else:
            self._window.close()

    def open(self) -> None:
        """Open on the display that was used last, else on one that the studio is not on.

        Beside the studio on the same display it is a window; on another one it fills the display
        unless it was left otherwise.
        """
        if self._window is not None:
            return
        place = self._place = read_place(self._folder)
        window = OutputWindow()
        window.resize(*place.size)
        if self._picture is not None:
            window.show_picture(self._picture)
        screen = choose_screen(QGuiApplication.screens(), self._studio.screen(), place.display)
        if screen is self._studio.screen():
            self._show_beside(window, screen, place)
        else:
            window.move_to(screen, full_screen=place.full_screen)
        self._window = window
        window.placed.connect(self._settle.start)
        window.closed.connect(self._closed)
        self.toggled.emit(True)

    @Slot()
    def close(self) -> None:
        """Close the window, if it is open."""
        if self._window is not None:
            self._window.close()

    def _show_beside(self, window: OutputWindow, screen: QScreen, place: OutputPlace) -> None:
        is_here = place.place is not None and screen.availableGeometry().contains(
            place.place[0] + place.size[0] // 2, place.place[1] + place.size[1] // 2
        )
        if is_here and place.place is not None:
            window.move(*place.place)
        window.show()

    @Slot()
    def _closed(self) -> None:
        window = self._window
        if window is None:
            return
        if self._settle.isActive():
            self._settle.stop()
            self._remember()
        self._window = None
        window.deleteLater()
        self.toggled.emit(False)

    @Slot(object)
    def _screen_removed(self, _screen: QScreen) -> None:
        """A projector that is unplugged must not leave its window over the studio."""
        window = self._window
        if window is None or not window.isFullScreen():
            return
        if window.screen() is self._studio.screen():
            window.showNormal()

    @Slot()
    def _remember(self) -> None:
        window = self._window
        if window is None:
            return
        before, full = self._place, window.isFullScreen()
        alone = window.screen() is not self._studio.screen()
        place = msgspec.structs.replace(
            before,
            display=window.screen().name(),
            full_screen=full if alone else before.full_screen,
        )
        if not full:
            place = msgspec.structs.replace(
                place,
                size=(window.width(), window.height()),
                place=(window.x(), window.y()),
            )
        if place == before:
            return
        self._place = place
        try:
            write_place(self._folder, place)
        except OSError as error:
            self.failed.emit(file_error(error, self._folder))


def choose_screen(screens: Sequence[Display], studio: Display, wanted: str) -> Display:
    """The display named ``wanted`` if it is there, else one that the studio is not on."""
    named = next((screen for screen in screens if wanted and screen.name() == wanted), None)
    other = next((screen for screen in screens if screen is not studio), None)
    return named or other or studio
