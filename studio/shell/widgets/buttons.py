"""Buttons that paint themselves from the palette: primary, quiet, and icons alone."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from studio.contract.overriding import override
from studio.shell.actions import shortcut_text, with_shortcut
from studio.shell.icons import icon_pixmap, icon_side
from studio.shell.theme import FOCUS_WIDTH, RADIUS_BUTTON, Colours, scaled_font
from studio.shell.touch import FINGERTIP, target, touch_wanted
from studio.shell.widgets.painting import KEYBOARD_REASONS, draw_focus_ring, fill_rounded

PADDING_ACROSS = 14
PADDING_ALONG = 6
SMALLEST_HEIGHT = 32
KEY_GAP = 8
"""Between a button's text and the key that does the same."""
CLOSEST = 4
"""Between the words and the edge where there is no room."""
FIRST_IDEOGRAPH = "\u2e80"
"""Letters from here on stand in a square, without the room that Latin ones leave below a line."""
FADED = 0.45
"""Opacity of what cannot be pressed."""


class PaintedButton(QAbstractButton):
    """What the buttons share: hover, focus by keyboard, sizes that follow the text."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if touch_wanted():
            self.setMinimumSize(FINGERTIP, FINGERTIP)
        self._hovered = False
        self._ringed = False

    @property
    def is_hovered(self) -> bool:
        """Whether the pointer is on a button that can be pressed."""
        return self._hovered and self.isEnabled()

    @property
    def is_ringed(self) -> bool:
        """Whether the focus came by the keyboard and must be seen."""
        return self._ringed and self.hasFocus()

    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        """Fill the button behind its content; nothing by default."""

    def paint_content(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        """Draw words or an icon; nothing by default."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = Colours.of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        body = whole
        if self.is_ringed:
            draw_focus_ring(painter, whole, RADIUS_BUTTON, colours.focus)
            inset = 2 * FOCUS_WIDTH
            body = whole.adjusted(inset, inset, -inset, -inset)
        painter.setOpacity(1.0 if self.isEnabled() else FADED)
        self.paint_body(painter, body, colours)
        self.paint_content(painter, whole, colours)
        painter.end()

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return presses like Space, for those who came by Tab."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.updateGeometry()
            self.update()
        super().changeEvent(event)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class TextButton(PaintedButton):
    """A button with words, an icon before them, and after them the key that does the same."""

    weight = QFont.Weight.Normal

    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, key: str = "", icon: str = ""
    ) -> None:
        super().__init__(text, parent)
        self._key = key
        self._icon = icon
        self._action: QAction | None = None
        self._tip = ""
        self._shows_key = True
        self._may_narrow = False

    def let_narrow(self) -> None:
        """Where there is no room a layout may take its key away."""
        self._may_narrow = True
        self.updateGeometry()

    def follow_key(self, action: QAction, *, tip: str = "") -> None:
        """Show the key of ``action``, which the user may change, and name it in the tool tip."""
        self._action, self._tip = action, tip
        action.changed.connect(self._fit_key)
        self._fit_key()

    def show_key(self, shown: bool) -> None:
        """Show the key that is followed, or not, because now the button does not do the same."""
        self._shows_key = shown
        self._fit_key()

    @Slot()
    def _fit_key(self) -> None:
        if self._action is None:
            return
        self.set_key(shortcut_text(self._action) if self._shows_key else "")
        if self._tip:
            self.setToolTip(with_shortcut(self._tip, self._action))

    def set_key(self, key: str) -> None:
        """Show another key beside the text, or none."""
        self._key = key
        self.updateGeometry()
        self.update()

    def words_colour(self, colours: Colours) -> QColor:
        """The colour of the words."""
        return colours.text

    def key_colour(self, colours: Colours) -> QColor:
        """The colour of the key."""
        return colours.soft

    @override
    def sizeHint(self) -> QSize:
        self.ensurePolished()
        height = target(max(self.fontMetrics().height() + 2 * PADDING_ALONG, SMALLEST_HEIGHT))
        icon, words, key = self._widths()
        return QSize(icon + words + key + 2 * PADDING_ACROSS, height)

    @override
    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return hint - QSize(self._widths()[2], 0) if self._may_narrow else hint

    @override
    def paint_content(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        icon, words, key = self._widths()
        room, text = rect.width() - 2 * CLOSEST, self.text()
        if icon + words + key > rect.width() - PADDING_ACROSS:
            key = 0
        if icon + words > room:
            metrics = QFontMetrics(self._words_font())
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room - icon))
            words = metrics.horizontalAdvance(text)
        left = rect.left() + max((rect.width() - icon - words - key) / 2, 0)
        if icon:
            size = icon - KEY_GAP
            ratio = self.devicePixelRatioF()
            pixmap = icon_pixmap(self._icon, self.words_colour(colours), size=size, ratio=ratio)
            painter.drawPixmap(QPointF(left, (rect.height() - size) / 2), pixmap)
        middle = Qt.AlignmentFlag.AlignVCenter
        rect = rect.translated(0, -_sinks(self.text(), self._words_font()))
        painter.setFont(self._words_font())
        painter.setPen(self.words_colour(colours))
        painter.drawText(QRectF(left + icon, rect.top(), words + 1, rect.height()), middle, text)
        if key:
            painter.setPen(self.key_colour(colours))
            box = QRectF(left + icon + words + KEY_GAP, rect.top(), key, rect.height())
            painter.drawText(box, middle, self._key)

    def _words_font(self) -> QFont:
        return scaled_font(self.font(), weight=self.weight)

    def _widths(self) -> tuple[int, int, int]:
        """Widths of icon, words and key in logical pixels, gaps included."""
        metrics = QFontMetrics(self._words_font())
        icon = metrics.height() + KEY_GAP if self._icon else 0
        key = KEY_GAP + metrics.horizontalAdvance(self._key) if self._key else 0
        return icon, metrics.horizontalAdvance(self.text()), key


class PrimaryButton(TextButton):
    """The one thing that one mostly does here; at most one on a screen."""

    weight = QFont.Weight.DemiBold

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        lit = self.is_hovered and not self.isDown()
        fill_rounded(painter, rect, RADIUS_BUTTON, colours.accent_hover if lit else colours.accent)

    @override
    def words_colour(self, colours: Colours) -> QColor:
        return colours.on_accent

    @override
    def key_colour(self, colours: Colours) -> QColor:
        return colours.on_accent


class QuietButton(TextButton):
    """Everything else that can be done; checkable ones show that they are on by an accent."""

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        lit = self.is_hovered or self.isDown() or self.isChecked()
        fill_rounded(painter, rect, RADIUS_BUTTON, colours.hover if lit else colours.raised)
        self.paint_mark(painter, rect, colours)

    def paint_mark(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        """Underline what is on, so that it differs from what the pointer is on."""
        if self.isChecked():
            bar = QRectF(rect.left() + RADIUS_BUTTON, rect.bottom() - 2, 0, 2)
            bar.setRight(rect.right() - RADIUS_BUTTON)
            fill_rounded(painter, bar, 1, colours.accent)


class FlatButton(QuietButton):
    """A quiet button without a ground of its own until the pointer is on it, for bars and menus."""

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        if self.is_hovered or self.isDown() or self.isChecked():
            fill_rounded(painter, rect, RADIUS_BUTTON, colours.hover)
        self.paint_mark(painter, rect, colours)


class IconButton(PaintedButton):
    """An icon alone; its words are the tool tip and what screen readers say."""

    def __init__(
        self, icon: str, words: str, parent: QWidget | None = None, *, side: int = SMALLEST_HEIGHT
    ) -> None:
        super().__init__("", parent)
        self._icon = icon
        self._icon_on = icon
        self._side = side
        self.set_words(words)

    def set_words(self, words: str) -> None:
        """Say what the button does, in the tool tip and to screen readers."""
        self.setToolTip(words)
        self.setAccessibleName(words)

    def set_icons(self, off: str, on: str) -> None:
        """Icons of a checkable button."""
        self._icon, self._icon_on = off, on
        self.update()

    @override
    def sizeHint(self) -> QSize:
        self.ensurePolished()
        side = target(max(self._side, self.fontMetrics().height() + 2 * PADDING_ALONG))
        return QSize(side, side)

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        if self.is_hovered or self.isDown() or self.isChecked():
            fill_rounded(painter, rect, RADIUS_BUTTON, colours.hover)

    @override
    def paint_content(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        strong = self.isChecked() or self.is_hovered or self.is_ringed
        name = self._icon_on if self.isChecked() else self._icon
        colour = colours.text if strong else colours.soft
        side = icon_side()
        pixmap = icon_pixmap(name, colour, size=side, ratio=self.devicePixelRatioF())
        corner = (rect.width() - side) / 2, (rect.height() - side) / 2
        painter.drawPixmap(QPointF(*corner), pixmap)


def _sinks(text: str, font: QFont) -> float:
    """By how much Chinese words would stand below the middle of a line that Latin ones fill."""
    if not any(letter >= FIRST_IDEOGRAPH for letter in text):
        return 0.0
    metrics = QFontMetrics(font)
    line = metrics.boundingRect(text)
    ink = metrics.tightBoundingRect(text)
    return max(QRectF(ink).center().y() - QRectF(line).center().y(), 0.0)
