"""The switch between the room's modes: segments in a row, or one button where there is no room."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QMenu, QSizePolicy, QWidget

from studio.contract.overriding import override
from studio.shell.actions import with_shortcut
from studio.shell.icons import icon_pixmap, icon_side
from studio.shell.theme import RADIUS_BUTTON, Colours
from studio.shell.touch import target
from studio.shell.widgets.buttons import PADDING_ACROSS, TextButton
from studio.shell.widgets.painting import fill_rounded

INSET: Final = 2
"""Between the switch's ground and its segments."""
CHEVRON: Final = 14
CHEVRON_GAP: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One mode as the switch shows it."""

    name: str
    text: str
    tip: str


class _SegmentButton(TextButton):
    """Lit while its mode is in front."""

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() - 4, target(self.fontMetrics().height() + 10))

    @override
    def words_colour(self, colours: Colours) -> QColor:
        lit = self.isChecked() or self.is_hovered or self.is_ringed
        return colours.text if lit else colours.soft

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        if self.isChecked():
            fill_rounded(painter, rect, RADIUS_BUTTON - INSET, colours.hover)


class _MenuButton(TextButton):
    """The mode in front, with the others in a menu."""

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        height = target(self.fontMetrics().height() + 10)
        return QSize(hint.width() + CHEVRON_GAP + icon_side(CHEVRON) - PADDING_ACROSS // 2, height)

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        if self.is_hovered or self.isDown():
            fill_rounded(painter, rect, RADIUS_BUTTON - INSET, colours.hover)

    @override
    def paint_content(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        side = icon_side(CHEVRON)
        super().paint_content(painter, rect.adjusted(0, 0, -side - CHEVRON_GAP, 0), colours)
        chevron = icon_pixmap(
            "chevron-down", colours.soft, size=side, ratio=self.devicePixelRatioF()
        )
        left = rect.right() - side - PADDING_ACROSS // 2
        painter.drawPixmap(QPointF(left, (rect.height() - side) / 2 + 1), chevron)


class ModeSwitch(QWidget):
    """Exactly one mode is in front; arrows move between the segments.

    Narrow, it is a single button that names the mode in front and lists the others.
    """

    chosen = Signal(str)
    """Payload: the name of the mode that the user wants in front."""

    def __init__(self, segments: tuple[Segment, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._segments = segments
        self._buttons: dict[str, _SegmentButton] = {}
        self._keys: dict[str, QAction] = {}
        self._current = segments[0].name
        self._group = QButtonGroup(self)
        self.setAccessibleName(self.tr("Way of working"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for segment in segments:
            button = _SegmentButton(segment.text, self)
            button.setCheckable(True)
            button.setToolTip(segment.tip)
            button.clicked.connect(lambda _on=False, name=segment.name: self._choose(name))
            self._group.addButton(button)
            self._buttons[segment.name] = button
        self._narrow = _MenuButton("", self)
        self._narrow.clicked.connect(self._show_menu)
        self._narrow.hide()
        self.set_current(self._current)
        if len(segments) < 2:
            self.hide()  # never shown from here: without a parent yet it would be a window

    @property
    def current(self) -> str:
        """The mode that is shown as in front."""
        return self._current

    @property
    def has_focus(self) -> bool:
        """Whether the keyboard is on it, so that arrows go on to the next mode."""
        return any(one.hasFocus() for one in (*self._buttons.values(), self._narrow))

    def set_current(self, name: str) -> None:
        """Show which mode is in front, without telling anybody."""
        self._current = name
        self._buttons[name].setChecked(True)
        text = self._buttons[name].text()
        self._narrow.setText(text)
        self._narrow.setAccessibleName(self.tr("Way of working: {mode}").format(mode=text))
        self.updateGeometry()
        self._arrange()

    def press(self, name: str) -> None:
        """Choose a mode as a click on its segment does."""
        self._buttons[name].click()

    def follow_key(self, name: str, action: QAction) -> None:
        """Name the key of a mode, which the user may change, in its tool tip."""
        self._keys[name] = action
        action.changed.connect(lambda: self._fit_key(name))
        self._fit_key(name)

    def _fit_key(self, name: str) -> None:
        segment = next(one for one in self._segments if one.name == name)
        self._buttons[name].setToolTip(with_shortcut(segment.tip, self._keys[name]))

    def _choose(self, name: str) -> None:
        if name != self._current:
            self.chosen.emit(name)

    def _show_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for segment in self._segments:
            action = menu.addAction(segment.text, partial(self._choose, segment.name))
            action.setCheckable(True)
            action.setChecked(segment.name == self._current)
        menu.popup(self._narrow.mapToGlobal(self._narrow.rect().bottomLeft()))

    @override
    def sizeHint(self) -> QSize:
        hints = [button.sizeHint() for button in self._buttons.values()]
        width = sum(hint.width() for hint in hints) + 2 * INSET
        return QSize(width, max(hint.height() for hint in hints) + 2 * INSET)

    @override
    def minimumSizeHint(self) -> QSize:
        hint = self._narrow.sizeHint()
        width = min(hint.width() + 2 * INSET, self.sizeHint().width())
        return QSize(width, self.sizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        is_narrow = self.width() < self.sizeHint().width()
        had_focus = self.has_focus
        self._narrow.setVisible(is_narrow)
        self._narrow.setGeometry(self.rect().adjusted(INSET, INSET, -INSET, -INSET))
        left = INSET
        for button in self._buttons.values():
            width = button.sizeHint().width()
            button.setGeometry(left, INSET, width, self.height() - 2 * INSET)
            button.setVisible(not is_narrow)
            left += width
        if had_focus:
            shown = self._narrow if is_narrow else self._buttons[self._current]
            if not shown.hasFocus():
                shown.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill_rounded(painter, QRectF(self.rect()), RADIUS_BUTTON, Colours.of(self.palette()).raised)
        painter.end()
