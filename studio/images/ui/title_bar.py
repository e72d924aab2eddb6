"""The row above the wall: which model, one sentence, and what can be done with the whole wall."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from studio.contract.overriding import override
from studio.shell.icons import icon_pixmap, icon_side
from studio.shell.theme import GAP, MARGIN, RADIUS_BUTTON, Colours, scaled_font
from studio.shell.widgets.buttons import FlatButton, IconButton, PaintedButton
from studio.shell.widgets.painting import fill_rounded

TITLE_FACTOR: Final = 15 / 13
CHEVRON: Final = 14
MARK: Final = 16
INSET: Final = 8


class SentenceLabel(QLabel):
    """One line of soft text that ends in dots where there is no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(Colours.of(self.palette()).soft)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)


class ModelButton(PaintedButton):
    """The model's title; a click shows all models.

    The mark has its place before it is known whether there is one, so that nothing moves then.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._verified = False
        self.show_model("", verified=False)

    def show_model(self, title: str, *, verified: bool) -> None:
        """Name the model and mark it when its golden sample came out right."""
        self.setText(title)
        self._verified = verified
        state = self.tr("verified") if verified else ""
        words = self.tr("Model: {title}").format(title=title)
        self.setAccessibleName(", ".join(part for part in (words, state) if part))
        tip = self.tr("Choose another model")
        if verified:
            tip = self.tr(
                "Verified: it makes here what it made where it was trained. "
                "Click to choose another model."
            )
        self.setToolTip(tip)
        self.updateGeometry()
        self.update()

    def _title_font(self) -> QFont:
        return scaled_font(self.font(), TITLE_FACTOR, weight=QFont.Weight.DemiBold)

    @override
    def sizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = QFontMetrics(self._title_font())
        icons = 6 + icon_side(CHEVRON) + 6 + icon_side(MARK)
        width = metrics.horizontalAdvance(self.text()) + icons + 2 * INSET
        return QSize(width, max(metrics.height() + 12, 32))

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        if self.is_hovered or self.isDown():
            fill_rounded(painter, rect, RADIUS_BUTTON, colours.panel)

    @override
    def paint_content(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        ratio = self.devicePixelRatioF()
        painter.setFont(self._title_font())
        painter.setPen(colours.text)
        words = QFontMetrics(self._title_font()).horizontalAdvance(self.text())
        text = QRectF(INSET, 0, words + 1, rect.height())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())
        left = INSET + words + 6
        side = icon_side(CHEVRON)
        chevron = icon_pixmap("chevron-down", colours.soft, size=side, ratio=ratio)
        painter.drawPixmap(QPointF(left, (rect.height() - side) / 2 + 1), chevron)
        if self._verified:
            left += side + 6
            side = icon_side(MARK)
            mark = icon_pixmap("check", colours.good, size=side, ratio=ratio)
            painter.drawPixmap(QPointF(left, (rect.height() - side) / 2), mark)


class ImagesTitleBar(QWidget):
    """Model, sentence, back, new pictures, and the switch between modes."""

    models_wanted = Signal()
    back_wanted = Signal()
    roll_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model_button = ModelButton(self)
        self.model_button.clicked.connect(self.models_wanted)
        self._back = IconButton("back", self.tr("Back to the wall before (Esc)"), self)
        self._back.clicked.connect(self.back_wanted)
        self._back.hide()
        self._sentence = SentenceLabel(self)
        self.roll_button = FlatButton(self.tr("New pictures"), self, icon="dice")
        self.roll_button.clicked.connect(self.roll_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN - INSET, 0, MARGIN - INSET, 0)
        layout.setSpacing(4)
        layout.addWidget(self.model_button)
        layout.addWidget(self._back)
        layout.addSpacing(GAP // 2)
        layout.addWidget(self._sentence, 1)
        layout.addWidget(self.roll_button)
        self._layout = layout

    def say(self, sentence: str, *, can_go_back: bool) -> None:
        """Show the sentence, and whether there is a wall to go back to."""
        self._sentence.setText(sentence)
        self._sentence.setAccessibleName(sentence)
        self._back.setVisible(can_go_back)

    def take_switch(self, switch: QWidget) -> None:
        """Show the switch between the room's modes at the end."""
        self._layout.addSpacing(GAP)
        self._layout.addWidget(switch)

    def show_roll(self, shown: bool) -> None:
        """Whether there is a wall in front that other pictures can hang on."""
        self.roll_button.setVisible(shown)

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._sentence.text()
