"""Touch mode: targets that a fingertip hits, and pressing long in place of the right button.

Whether it is on belongs to the whole application, as its palette and font do; widgets ask when
they are made or take their size, and are made anew when it changes.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from studio.contract.overriding import override

FINGERTIP: Final = 44
"""The smallest target in touch mode, in logical pixels."""
_TOUCH: Final = "atelier_touch"
LONG_PRESS_MS: Final = 550
SLACK: Final = 12
"""A finger that lies still moves by so much all the same, in logical pixels."""


def touch_wanted() -> bool:
    """Whether a finger is to hit everything."""
    app = QApplication.instance()
    return app is not None and bool(app.property(_TOUCH))


def apply_touch(app: QApplication, on: bool) -> None:
    """Take on the setting "touch"; widgets that are made from now on are as large as it says."""
    app.setProperty(_TOUCH, on)


def target(size: int) -> int:
    """A side of something to hit: ``size``, or a fingertip's in touch mode."""
    return max(size, FINGERTIP) if touch_wanted() else size


class LongPress(QObject):
    """In touch mode, pressing long without moving opens the menu of what lies there.

    Watches the whole application, so it is installed only while it is wanted.
    """

    def __init__(self, app: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._is_on = False
        self._widget: QWidget | None = None
        self._at = QPointF()
        self._opened: QWidget | None = None
        """What is still pressed while its menu is open."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LONG_PRESS_MS)
        self._timer.timeout.connect(self._open_menu)

    def set_on(self, on: bool) -> None:
        """Begin or end."""
        if on != self._is_on:
            self._is_on = on
            if on:
                self._app.installEventFilter(self)
            else:
                self._app.removeEventFilter(self)
                self._forget()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            if isinstance(watched, QWidget) and isinstance(event, QMouseEvent):
                self._pressed(watched, event)
        elif kind == QEvent.Type.MouseMove:
            if (
                self._timer.isActive()
                and isinstance(event, QMouseEvent)
                and (event.globalPosition() - self._at).manhattanLength() > SLACK
            ):
                self._forget()
        elif kind == QEvent.Type.MouseButtonRelease:
            opened = self._opened
            self._forget()
            if opened is not None and isValid(opened):
                # What was pressed must not take the release for a click, and still be let go.
                _let_go(opened)
                return True
        return False

    def _pressed(self, widget: QWidget, event: QMouseEvent) -> None:
        self._forget()
        if event.button() == Qt.MouseButton.LeftButton:
            self._widget = widget
            self._at = event.globalPosition()
            self._timer.start()

    def _forget(self) -> None:
        self._timer.stop()
        self._widget = self._opened = None

    @Slot()
    def _open_menu(self) -> None:
        widget, self._widget = self._widget, None
        if widget is None or not isValid(widget) or not widget.isVisible():
            return
        at = self._at.toPoint()
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, widget.mapFromGlobal(at), at, Qt.KeyboardModifier(0)
        )
        self._opened = widget
        if not (QApplication.sendEvent(widget, event) and event.isAccepted()):
            self._opened = None


def _let_go(widget: QWidget) -> None:
    """Tell ``widget`` that the button was released far away, which clicks nothing."""
    far = QPoint(-10_000, -10_000)
    release = QMouseEvent(
        QEvent.Type.MouseButtonRelease,
        QPointF(far),
        QPointF(widget.mapToGlobal(far)),
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    widget.event(release)
