"""The window from its first paint to its close: an empty ground at once, then what fills it.

Importing this module must stay cheap, because it happens before the first paint; everything that
the window shows later lives in `furniture`.
"""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.state import WindowState
from studio.shell.tokens import RAIL_WIDTH, STATUS_HEIGHT, Tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QMoveEvent, QPaintEvent, QResizeEvent

    from studio.shell.furniture import Furniture

REMEMBER_AFTER_MS: Final = 400
"""Moving and resizing are remembered when they have come to rest."""
SMALLEST: Final = (640, 420)


class MainWindow(QWidget):
    """A frame that paints rail and foot by itself until its furniture is there.

    A change of language takes the furniture out and puts new in, which is simple and misses no
    text, because widgets hold no truth.
    """

    first_painted = Signal()
    """Once: the empty window is on the screen."""
    state_changed = Signal(object)
    """Payload: `WindowState`."""
    closing = Signal()
    """The user closed the window; whoever keeps something writes it now."""

    def __init__(self, state: WindowState, tokens: Tokens, *, swapped: bool = False) -> None:
        """``swapped``: the rail will stand at the right."""
        super().__init__()
        self._swapped = swapped
        self._state = state
        self._tokens = tokens
        self._furniture: Furniture | None = None
        self._page: QWidget | None = None
        self._painted = False
        self.setWindowTitle("Atelier")
        self.setMinimumSize(*SMALLEST)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REMEMBER_AFTER_MS)
        self._rest.timeout.connect(self._remember_place)
        self._restore_place()

    @property
    def state(self) -> WindowState:
        """What is remembered of the window."""
        return self._state

    @property
    def furniture(self) -> "Furniture | None":
        """What fills the window; None until everything is there."""
        return self._furniture

    @property
    def page(self) -> QWidget | None:
        """What stands where the furniture would be; None: nothing does."""
        return self._page

    def furnish(self, furniture: "Furniture | None") -> None:
        """Take out what fills the window, and put ``furniture`` in."""
        if self._furniture is not None:
            self._layout.removeWidget(self._furniture)
            self._furniture.hide()
            self._furniture.deleteLater()
        self._furniture = furniture
        if furniture is not None:
            self._layout.addWidget(furniture)
            furniture.show()

    def show_instead(self, page: QWidget | None) -> None:
        """Show a page where the furniture would be, or take it away again."""
        if self._page is not None:
            from studio.shell.widgets.focus import release_focus

            release_focus(self._page, self if page is None else page)
            self._layout.removeWidget(self._page)
            self._page.hide()
            self._page.deleteLater()
        self._page = page
        if page is not None:
            self._layout.addWidget(page)
            page.show()

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint the ground in the colours of another theme."""
        self._tokens = tokens
        self.update()

    def change_state(self, state: WindowState) -> None:
        """Remember something else of the window."""
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    def toggle_full_screen(self) -> None:
        """Show the work alone, or everything again."""
        full = not self.isFullScreen()
        if self._furniture is not None:
            self._furniture.show_work_alone(full)
        if full:
            self.showFullScreen()
        elif self._state.maximised:
            self.showMaximized()
        else:
            self.showNormal()

    def _restore_place(self) -> None:
        self.resize(*self._state.size)
        if self._state.place is not None:
            from PySide6.QtCore import QRect
            from PySide6.QtGui import QGuiApplication

            place = QRect(*self._state.place, *self._state.size)
            screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
            if any(screen.contains(place.center()) for screen in screens):
                self.move(place.topLeft())
        if self._state.maximised:
            from PySide6.QtCore import Qt

            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _remember_place(self) -> None:
        from dataclasses import replace

        if self.isFullScreen() or self.isMinimized():
            return
        if self.isMaximized():
            self.change_state(replace(self._state, maximised=True))
            return
        place = self.pos()
        self.change_state(
            replace(
                self._state,
                place=(place.x(), place.y()),
                size=(self.width(), self.height()),
                maximised=False,
            )
        )

    @override
    def resizeEvent(self, event: "QResizeEvent") -> None:
        super().resizeEvent(event)
        if self._painted:
            self._rest.start()

    @override
    def moveEvent(self, event: "QMoveEvent") -> None:
        super().moveEvent(event)
        if self._painted:
            self._rest.start()

    @override
    def paintEvent(self, event: "QPaintEvent") -> None:
        painter = QPainter(self)
        width, height, foot = self.width(), self.height(), self.height() - STATUS_HEIGHT
        _fill(painter, 0, 0, width, height, self._tokens.ground)
        if self._furniture is None:
            rail = width - RAIL_WIDTH if self._swapped else 0
            edge = rail if self._swapped else RAIL_WIDTH - 1
            _fill(painter, 0, foot, width, STATUS_HEIGHT, self._tokens.panel)
            _fill(painter, 0, foot, width, 1, self._tokens.line)
            _fill(painter, rail, 0, RAIL_WIDTH, height, self._tokens.panel)
            _fill(painter, edge, 0, 1, height, self._tokens.line)
        painter.end()
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.first_painted.emit)

    @override
    def keyPressEvent(self, event: "QKeyEvent") -> None:
        from PySide6.QtCore import Qt

        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.toggle_full_screen()
        else:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: "QCloseEvent") -> None:
        if self._rest.isActive():
            self._rest.stop()
            self._remember_place()
        self.closing.emit()
        event.accept()


def _fill(painter: QPainter, x: int, y: int, width: int, height: int, colour: str) -> None:
    """Fill a rectangle by stretching one pixel.

    The first call of `QPainter.fillRect` makes PySide6 build all enums of the namespace Qt, which
    takes 15 ms of the time to the first paint.
    """
    pixel = QPixmap(1, 1)
    pixel.fill(QColor(colour))
    painter.drawPixmap(x, y, width, height, pixel)
