"""A window for a projector or a second display: the work, and nothing else."""

from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QScreen,
)
from PySide6.QtWidgets import QMenu, QWidget

from studio.contract.overriding import override
from studio.shell.pictures.magnification import Magnification, fitting_step
from studio.shell.pictures.named import NamedPicture
from studio.shell.pictures.painting import paint_magnified

TITLE: Final = "Atelier output"
"""The same in every language: programs that record or mix pictures find the window by it."""
POINTER_MILLISECONDS: Final = 2_000
"""The pointer is hidden when it has not been moved for so long."""
GROUND: Final = "#000000"
"""Black, because a projector shows it as no light at all."""


class OutputWindow(QWidget):
    """Shows the picture it was given last, as large as fits at a whole factor, for as long as it
    is open: whatever becomes of the models, of the room, or of the picture itself."""

    closed = Signal()
    placed = Signal()
    """It was moved, resized, or fills the display now, or no longer does."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: NamedPicture | None = None
        self.setWindowTitle(TITLE)
        self.setMinimumSize(160, 160)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(POINTER_MILLISECONDS)
        self._rest.timeout.connect(lambda: self.setCursor(Qt.CursorShape.BlankCursor))

    @property
    def picture(self) -> NamedPicture | None:
        """What is shown; None until something was."""
        return self._picture

    @Slot(object)
    def show_picture(self, picture: NamedPicture) -> None:
        """Show another picture, at once."""
        self._picture = picture
        self.setAccessibleName(picture.name)
        self.update()

    def move_to(self, screen: QScreen, *, full_screen: bool) -> None:
        """Show on a display, filling it or in its middle."""
        self.setScreen(screen)
        area = screen.availableGeometry()
        if full_screen:
            self.setGeometry(screen.geometry())
            self.showFullScreen()
            return
        self.showNormal()
        size = self.size().boundedTo(area.size())
        self.resize(size)
        self.move(area.center().x() - size.width() // 2, area.center().y() - size.height() // 2)

    def _change_display(self, screen: QScreen) -> None:
        self.move_to(screen, full_screen=self.isFullScreen())

    @Slot()
    def toggle_full_screen(self) -> None:
        """Fill the display, or be a window again."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(GROUND))
        if self._picture is not None:
            image, ratio = self._picture.image, self.devicePixelRatioF()
            view = self.width() * ratio, self.height() * ratio
            step = fitting_step((image.width(), image.height()), view, share=1.0)
            paint_magnified(painter, image, Magnification(step=step), view, ratio)
        painter.end()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_F, Qt.Key.Key_F11):
            self.toggle_full_screen()
        elif event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.showNormal()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.toggle_full_screen()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.unsetCursor()
        self._rest.start()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.build_menu()
        menu.popup(event.globalPos())

    def build_menu(self) -> QMenu:
        """What can be done with the window: fill the display, change displays, close."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        full = menu.addAction(
            QCoreApplication.translate("OutputWindow", "Fill the display (F)"),
            self.toggle_full_screen,
        )
        full.setCheckable(True)
        full.setChecked(self.isFullScreen())
        menu.addSeparator()
        for number, screen in enumerate(QGuiApplication.screens(), start=1):
            words = QCoreApplication.translate("OutputWindow", "Display {number}: {name}")
            text = words.format(number=number, name=screen.model() or screen.name())
            choice = menu.addAction(text, partial(self._change_display, screen))
            choice.setCheckable(True)
            choice.setChecked(screen is self.screen())
        menu.addSeparator()
        menu.addAction(
            QCoreApplication.translate("OutputWindow", "Close the output window (Esc)"), self.close
        )
        return menu

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.placed.emit()

    @override
    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.placed.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.placed.emit()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._rest.stop()
        self.closed.emit()
        super().closeEvent(event)
