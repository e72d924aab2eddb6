"""Five stars to click: a rating given, or a filter of at least so many."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.contract.overriding import override
from studio.project.nodes import MAXIMUM_RATING
from studio.shell.icons import icon_pixmap, icon_side
from studio.shell.theme import Colours
from studio.shell.touch import target
from studio.shell.widgets.buttons import PaintedButton

SIDE: Final = 28


class _Star(PaintedButton):
    """One of the five."""

    def __init__(self, number: int, words: str, parent: QWidget) -> None:
        super().__init__("", parent)
        self.number = number
        self.is_lit = False
        self.setAccessibleName(words)
        self.setToolTip(words)

    @override
    def sizeHint(self) -> QSize:
        side = target(icon_side(SIDE))
        return QSize(side, side)

    @override
    def paint_content(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        colour = colours.accent if self.is_lit else colours.soft
        if self.is_hovered and not self.is_lit:
            colour = colours.text
        name = "star-filled" if self.is_lit else "star"
        side = icon_side()
        pixmap = icon_pixmap(name, colour, size=side, ratio=self.devicePixelRatioF())
        half = side / 2
        painter.drawPixmap(rect.center() - QPointF(half, half), pixmap)


class StarsRow(QWidget):
    """Shows a rating; a click on the star that is the rating takes it away."""

    rated = Signal(int)
    """Payload: what the user gave, 0 to 5; programmatic changes are silent."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        self._label = label
        self._rating = 0
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._stars: list[_Star] = []
        for number in range(1, MAXIMUM_RATING + 1):
            star = _Star(number, self.tr("%n star(s)", "", number), self)
            star.clicked.connect(lambda _checked=False, number=number: self._give(number))
            self._stars.append(star)
            layout.addWidget(star)
        layout.addStretch(1)
        self.set_rating(0)

    @property
    def rating(self) -> int:
        """What is shown."""
        return self._rating

    @property
    def stars(self) -> tuple[PaintedButton, ...]:
        """The five buttons."""
        return tuple(self._stars)

    def set_rating(self, rating: int) -> None:
        """Show another rating."""
        self._rating = rating
        for star in self._stars:
            star.is_lit = star.number <= rating
            star.update()
        said = self.tr("%n star(s)", "", rating) if rating else self.tr("no stars")
        self.setAccessibleDescription(said)

    def _give(self, number: int) -> None:
        rating = 0 if number == self._rating else number
        self.set_rating(rating)
        self.rated.emit(rating)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)
