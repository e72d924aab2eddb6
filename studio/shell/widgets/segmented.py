"""A few choices side by side of which one holds, such as the modes of a room."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from studio.contract.overriding import override
from studio.shell.theme import RADIUS_BUTTON, RADIUS_GROUP, Colours
from studio.shell.widgets.buttons import PADDING_ALONG, TextButton
from studio.shell.widgets.painting import fill_rounded

SPACE = 3
"""Between the group's edge and its segments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One of the choices."""

    value: str
    text: str
    tip: str = ""


class _SegmentButton(TextButton):
    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() - 4, self.fontMetrics().height() + 2 * PADDING_ALONG - 2)

    @override
    def words_colour(self, colours: Colours) -> QColor:
        return colours.text if self.isChecked() or self.is_hovered else colours.soft

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        if self.isChecked():
            fill_rounded(painter, rect, RADIUS_BUTTON - 1, colours.hover)


class SegmentedControl(QWidget):
    """One row of segments; the arrow keys move between them, a click or Space chooses."""

    chosen = Signal(str)
    """Payload: the value that the user chose; programmatic changes are silent."""

    def __init__(
        self, segments: tuple[Segment, ...], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(2)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _SegmentButton] = {}
        for segment in segments:
            button = _SegmentButton(segment.text, self)
            button.setCheckable(True)
            button.setToolTip(segment.tip)
            button.setAccessibleName(segment.text)
            button.clicked.connect(lambda _checked, value=segment.value: self.chosen.emit(value))
            self._group.addButton(button)
            self._buttons[segment.value] = button
            layout.addWidget(button)
        if segments:
            self.set_value(segments[0].value)

    @property
    def value(self) -> str:
        """The value that holds; "" while there are no segments."""
        return next((v for v, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Show another value without telling anybody; an unknown one is passed over."""
        button = self._buttons.get(value)
        if button is not None:
            button.setChecked(True)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        fill_rounded(painter, QRectF(self.rect()), RADIUS_GROUP, colours.panel)
        painter.end()
