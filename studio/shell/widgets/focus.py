"""Where the keyboard is, shown for widgets that do not show it themselves."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QAccessible, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from shiboken6 import isValid

from studio.contract.overriding import override
from studio.shell.spoken import speak_as
from studio.shell.theme import RADIUS_BUTTON, Colours
from studio.shell.widgets.painting import KEYBOARD_REASONS, draw_focus_ring


class FocusHalo(QWidget):
    """A ring over the whole of a widget while it has the focus by the keyboard.

    For views and pages, whose content covers whatever they would paint themselves.
    """

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        over.installEventFilter(self)
        self.hide()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent):
            lit = event.type() == QEvent.Type.FocusIn and event.reason() in KEYBOARD_REASONS
            self._light(lit)
        elif event.type() == QEvent.Type.Resize:
            self.resize(self._over.size())
        return super().eventFilter(watched, event)

    def _light(self, lit: bool) -> None:
        if lit:
            self.resize(self._over.size())
            self.raise_()
        self.setVisible(lit)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = Colours.of(self.palette()).focus
        draw_focus_ring(painter, QRectF(self.rect()), RADIUS_BUTTON, colour)
        painter.end()


class FocusFollower(QObject):
    """Scrolls an area to what gets the focus in it; Qt does so only for Tab within the area."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._area = area
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if not isValid(self._area):
            return  # its destruction takes the focus from what lies in it
        content = self._area.widget()
        if now is not None and content is not None and content.isAncestorOf(now):
            self._area.ensureWidgetVisible(now, 8, 16)


def release_focus(leaving: QWidget, to: QWidget) -> None:
    """Before ``leaving`` is hidden: give the focus that is in it to the first place in ``to``.

    Qt would hand it to whatever comes next in the window, with a ring, as if Tab were pressed.
    """
    focused = QApplication.focusWidget()
    if focused is None or not (focused is leaving or leaving.isAncestorOf(focused)):
        return
    # Not along Qt's focus chain: PySide takes what `nextInFocusChain` returns for a child of what
    # it was asked of, and for gone with it.
    places = (
        place
        for place in to.findChildren(QWidget)
        if not (place is leaving or leaving.isAncestorOf(place))
        and place.isVisible()
        and place.isEnabled()
        and place.focusPolicy() & Qt.FocusPolicy.TabFocus
    )
    place = next(places, to)
    place.setFocus(Qt.FocusReason.OtherFocusReason)


def read_by_keyboard(area: QScrollArea, name: str) -> None:
    """Let the keyboard come to an area that is only read, and scroll it; ``name`` is said."""
    area.setAccessibleName(name)
    speak_as(area, QAccessible.Role.Document)
    FocusHalo(area)
