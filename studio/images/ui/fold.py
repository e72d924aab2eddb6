"""A heading that opens and closes what stands below it."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.icons import icon_pixmap, icon_side
from studio.shell.theme import Colours
from studio.shell.widgets.buttons import PaintedButton

SPACING: Final = 20
"""Between two rows of controls."""
ARROW: Final = 14
SUMMARY_GAP: Final = 10


class FoldHead(PaintedButton):
    """Words with an arrow before them that says whether the fold is open, and while it is closed
    what is in it."""

    def __init__(self, text: str, summary: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self._summary = summary
        self._open = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_open(self, is_open: bool) -> None:
        """Turn the arrow."""
        self._open = is_open
        state = self.tr("open") if is_open else self.tr("closed")
        said = (self.text(), "" if is_open else self._summary, state)
        self.setAccessibleName(", ".join(part for part in said if part))
        self.setToolTip("" if is_open else self._summary)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(
            icon_side(ARROW) + 6 + metrics.horizontalAdvance(self.text()) + 8, metrics.height() + 8
        )

    @override
    def paint_content(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        name = "chevron-down" if self._open else "chevron-right"
        side = icon_side(ARROW)
        arrow = icon_pixmap(name, colours.soft, size=side, ratio=self.devicePixelRatioF())
        painter.drawPixmap(QPointF(0, (rect.height() - side) / 2), arrow)
        painter.setPen(colours.text if self.is_hovered or self._open else colours.soft)
        text = rect.adjusted(side + 6, 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())
        if not self._open and self._summary:
            metrics = self.fontMetrics()
            wide = metrics.horizontalAdvance(self.text()) + SUMMARY_GAP
            beside = text.adjusted(wide, 0, 0, 0)
            shown = metrics.elidedText(
                self._summary, Qt.TextElideMode.ElideRight, int(beside.width())
            )
            painter.setPen(colours.soft)
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, shown)


class Fold(QWidget):
    """Rows that are seen only while its heading is open."""

    toggled = Signal(object)
    """Payload: this fold; the user opened or closed it."""

    def __init__(
        self, name: str, title: str, parent: QWidget, *, is_open: bool, summary: str = ""
    ) -> None:
        """``name`` is what is remembered, ``summary`` says what is in it while it is closed."""
        super().__init__(parent)
        self.name = name
        self.head = FoldHead(title, summary, self)
        self.body = QWidget(self)
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(SPACING)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.head)
        layout.addWidget(self.body)
        self.head.clicked.connect(self._toggle)
        self.set_open(is_open)

    @property
    def is_open(self) -> bool:
        """Whether what is in it is seen."""
        return not self.body.isHidden()

    def set_open(self, is_open: bool) -> None:
        """Open or close it without telling anybody."""
        self.body.setVisible(is_open)
        self.head.show_open(is_open)

    def _toggle(self) -> None:
        self.set_open(not self.is_open)
        self.toggled.emit(self)
