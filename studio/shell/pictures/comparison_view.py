"""The page on which two pictures are compared: ways of looking, figures, and what can be done."""

from typing import Final

from PySide6.QtCore import QEvent, QLocale, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.numbers import percent_text
from studio.shell.pictures.comparison import (
    ComparisonCanvas,
    ComparisonMode,
)
from studio.shell.pictures.magnification import Magnification
from studio.shell.pictures.magnifier import MagnifierButtons, magnify_by_key
from studio.shell.pictures.named import NamedPicture
from studio.shell.spoken import speak_as
from studio.shell.theme import GAP, SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import PADDING_ACROSS, FlatButton
from studio.shell.widgets.flow_layout import FlowLayout
from studio.shell.widgets.focus import FocusHalo

KEY_PUSH: Final = 48
"""Logical pixels that an arrow key moves the pictures."""
FINE: Final = 0.01
COARSE: Final = 0.1
"""Shares of the picture by which arrow keys move the divider, alone and with Shift."""
_MODES: Final = {
    Qt.Key.Key_W: ComparisonMode.WIPE,
    Qt.Key.Key_S: ComparisonMode.SIDE,
    Qt.Key.Key_B: ComparisonMode.BLINK,
    Qt.Key.Key_D: ComparisonMode.DIFFERENCE,
}


class ComparisonView(QWidget):
    """Shows a pair in a `ComparisonCanvas`; the same page in every room.

    One of the two is *meant* by what is done (keep, export): a click on it, its name, or Space
    chooses. While they take turns it stays the same, and the name of the one in front is
    underlined. Escape closes.
    """

    closed = Signal()
    active_changed = Signal()
    """The other picture is meant now."""
    drag_started = Signal(object)
    """Payload: index of the picture, 0 or 1."""
    menu_wanted = Signal(object)
    """Payload: `studio.shell.pictures.comparison.ComparisonEvent`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.canvas = ComparisonCanvas(self)
        self._modes: dict[ComparisonMode, FlatButton] = {}
        self._names = (self._name_button(0), self._name_button(1))
        self._sentence = QLabel(self)
        self._build()
        FocusHalo(self)
        speak_as(self, QAccessible.Role.Graphic)
        self.canvas.changed.connect(self._show)
        self.canvas.active_changed.connect(self.active_changed)
        self.canvas.drag_started.connect(self.drag_started)
        self.canvas.menu_wanted.connect(self.menu_wanted)
        self._show()

    def _name_button(self, index: int) -> FlatButton:
        button = FlatButton("", self)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(self.tr("Click a picture, or press Space, to mean it with what you do."))
        button.clicked.connect(lambda: self._mean(index))
        return button

    def _build(self) -> None:
        modes = FlowLayout()
        group = QButtonGroup(self)
        for mode, text, tip in (
            (ComparisonMode.WIPE, self.tr("Wipe"), self.tr("Drag the line, or use the arrows (W)")),
            (ComparisonMode.SIDE, self.tr("Side by side"), self.tr("Both beside each other (S)")),
            (ComparisonMode.BLINK, self.tr("In turns"), self.tr("One after the other (B)")),
            (
                ComparisonMode.DIFFERENCE,
                self.tr("Difference"),
                self.tr("What is alike is black (D)"),
            ),
        ):
            button = FlatButton(text, self)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.clicked.connect(lambda _checked=False, mode=mode: self.canvas.set_mode(mode))
            group.addButton(button)
            modes.addWidget(button)
            self._modes[mode] = button
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addLayout(modes, 1)
        self._magnifier = MagnifierButtons(self.canvas, self)
        self._magnifier.closed.connect(self.closed)
        head.addLayout(self._magnifier)
        self._sentence.setFont(scaled_font(self.font(), SMALL_TEXT))
        self._sentence.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setWordWrap(True)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        below = QHBoxLayout()
        below.setSpacing(GAP)
        below.addWidget(self._names[0])
        below.addStretch(1)
        below.addWidget(self._names[1])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(head)
        layout.addWidget(self.canvas, 1)
        layout.addLayout(below)
        layout.addWidget(self._sentence)

    @property
    def pictures(self) -> tuple[NamedPicture, ...]:
        """What is compared; empty while the page is not in use."""
        return self.canvas.pictures or ()

    @property
    def mode(self) -> ComparisonMode:
        """How it is compared."""
        return self.canvas.mode

    @property
    def active(self) -> int:
        """Which picture is meant by what is done."""
        return self.canvas.active

    @property
    def magnification(self) -> Magnification:
        """How the first picture is magnified."""
        return self.canvas.magnification

    @property
    def sentence(self) -> str:
        """By how much the two differ, in words."""
        return self._sentence.text()

    def show_pair(self, first: NamedPicture, second: NamedPicture) -> None:
        """Compare these two, in the way that was used last."""
        self.canvas.show_pair(first, second)

    def replace_picture(self, index: int, picture: NamedPicture) -> None:
        """Show a newer picture in the same place and way."""
        self.canvas.replace_picture(index, picture)

    def set_mode(self, mode: ComparisonMode) -> None:
        """Compare in another way."""
        self.canvas.set_mode(mode)

    @Slot()
    def next_mode(self) -> None:
        """The next way of comparing, from the first again after the last."""
        modes = tuple(ComparisonMode)
        self.set_mode(modes[(modes.index(self.mode) + 1) % len(modes)])

    def clear(self) -> None:
        """Compare nothing any more."""
        self.canvas.clear()

    def _mean(self, index: int) -> None:
        self.canvas.stop_blinking()
        self.canvas.set_active(index)
        self._show()

    @Slot()
    def _show(self) -> None:
        canvas = self.canvas
        for mode, button in self._modes.items():
            button.setChecked(mode is canvas.mode)
        self._magnifier.show_scale(canvas.magnification.scale)
        text = self._difference_text()
        if text != self._sentence.text():
            self._sentence.setText(text)
        if canvas.pictures is None:
            return
        for index, (button, picture) in enumerate(zip(self._names, canvas.pictures, strict=True)):
            meant = index == canvas.active
            takes_turns = canvas.mode is ComparisonMode.BLINK
            button.setChecked(index == canvas.front if takes_turns else meant)
            said = self.tr("{name}, meant") if meant else self.tr("{name}, not meant")
            button.setAccessibleName(said.format(name=picture.name))
        self._fit_names()
        names = " / ".join(picture.name for picture in canvas.pictures)
        self.setAccessibleName(self.tr("Comparison: {names}").format(names=names))
        way = self._modes[canvas.mode].text()
        if canvas.mode is ComparisonMode.WIPE:
            way = f"{way}, {percent_text(round(canvas.divider, 2))}"
        self.setAccessibleDescription(f"{way}. {text}")

    def _fit_names(self) -> None:
        """Each name has at most half of the width; a longer one keeps its ends."""
        room = (self.width() - GAP) // 2 - 2 * PADDING_ACROSS
        metrics = self.fontMetrics()
        for index, (button, picture) in enumerate(zip(self._names, self.pictures, strict=False)):
            mark = "●  " if index == self.canvas.active else "○  "
            text = metrics.elidedText(mark + picture.name, Qt.TextElideMode.ElideMiddle, room)
            if text != button.text():
                button.setText(text)
                button.updateGeometry()

    def _difference_text(self) -> str:
        canvas = self.canvas
        if canvas.pictures is None:
            return ""
        difference = canvas.difference
        if canvas.is_counting:
            return self.tr("Counting the pixels that differ…")
        if difference is None:
            first, second = (picture.image for picture in canvas.pictures)
            return self.tr(
                "{first} and {second} pixels: of unlike sizes, so no pixel can be compared."
            ).format(
                first=f"{first.width()} × {first.height()}",
                second=f"{second.width()} × {second.height()}",
            )
        if difference.is_identical:
            return self.tr("Identical: no pixel differs.")
        locale = QLocale()
        text = self.tr(
            "{count} of {total} pixels differ ({share}), by at most {largest} of 255."
        ).format(
            count=locale.toString(difference.pixels_differing),
            total=locale.toString(difference.total),
            share=percent_text(difference.share),
            largest=difference.largest,
        )
        if canvas.mode is ComparisonMode.DIFFERENCE and canvas.gain > 1:
            text += " " + self.tr("Shown {gain} times as strong.").format(gain=canvas.gain)
        return text

    @override
    def event(self, event: QEvent) -> bool:
        """Its own letters go before commands of the room that have the same."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if plain and Qt.Key(event.key()) in _MODES:
                event.accept()
                return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        canvas = self.canvas
        key = Qt.Key(event.key())
        plain = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if plain != Qt.KeyboardModifier.NoModifier and key not in _PUSHES:
            super().keyPressEvent(event)
        elif key in _MODES:
            canvas.set_mode(_MODES[key])
        elif magnify_by_key(canvas, key):
            return
        elif key == Qt.Key.Key_Space:
            shown = canvas.front if canvas.mode is ComparisonMode.BLINK else canvas.active
            self._mean(1 - shown)
        elif key in _PUSHES:
            self._arrow(key, event.modifiers())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and canvas.mode is ComparisonMode.WIPE:
            canvas.set_divider(0.0 if key == Qt.Key.Key_Home else 1.0)
        else:
            super().keyPressEvent(event)

    def _arrow(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        """Across moves the divider of a wipe; everything else, and Ctrl, moves the pictures."""
        across = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        held = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if across and self.mode is ComparisonMode.WIPE and not held:
            coarse = modifiers & Qt.KeyboardModifier.ShiftModifier
            step = COARSE if coarse else FINE
            self.canvas.set_divider(self.canvas.divider + across * step)
        else:
            push = _PUSHES[key] * KEY_PUSH
            self.canvas.push(push.x(), push.y())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_names()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._sentence.setFont(scaled_font(self.font(), SMALL_TEXT))


_PUSHES: Final = {
    Qt.Key.Key_Left: QPointF(1, 0),
    Qt.Key.Key_Right: QPointF(-1, 0),
    Qt.Key.Key_Up: QPointF(0, 1),
    Qt.Key.Key_Down: QPointF(0, -1),
}
"""Which way each arrow moves what is seen."""
