"""The panel of filters, and the chips that say which of them are set."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.project.search import Count, KindOfModel
from studio.shell.gallery.question import Age, Question, age_labels
from studio.shell.gallery.stars import StarsRow
from studio.shell.gallery.vocabulary import SWATCHES, Vocabulary
from studio.shell.icons import icon_pixmap, icon_side
from studio.shell.theme import GAP, SMALL_TEXT, Colours, scaled_font
from studio.shell.touch import target
from studio.shell.widgets.buttons import PaintedButton
from studio.shell.widgets.chip import Chip
from studio.shell.widgets.flow_layout import FlowLayout
from studio.shell.widgets.focus import FocusFollower
from studio.shell.widgets.painting import fill_rounded, paint_panel, stroke_rounded

WIDTH: Final = 404
EDGE: Final = 16
TALLEST: Final = 520
SWATCH: Final = 24
CROSS: Final = 12
MOST_KINDS: Final = 24
"""Kinds that are offered, the most frequent; others are found by typing their name."""


class FilterChip(Chip):
    """On or off, with the number of works that it would leave."""

    wider = -6

    def __init__(self, text: str, count: str, parent: QWidget) -> None:
        super().__init__(text, parent, key=count)
        self.setCheckable(True)
        self.setAccessibleName(f"{text}, {count}" if count else text)


class Swatch(PaintedButton):
    """A colour to look for; a mark says that it is on."""

    def __init__(self, name: str, label: str, count: str, parent: QWidget) -> None:
        super().__init__("", parent)
        self.name = name
        self.setCheckable(True)
        words = f"{label}, {count}" if count else label
        self.setAccessibleName(words)
        self.setToolTip(words)

    @override
    def sizeHint(self) -> QSize:
        side = target(SWATCH + 6)
        return QSize(side, side)

    @override
    def paint_content(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        disc = QRectF(0, 0, SWATCH, SWATCH)
        disc.moveCenter(rect.center())
        colour = QColor(SWATCHES[self.name])
        fill_rounded(painter, disc, SWATCH / 2, colour)
        stroke_rounded(painter, disc, SWATCH / 2, colours.soft, 1)
        if self.isChecked():
            ring = disc.adjusted(-3, -3, 3, 3)
            stroke_rounded(painter, ring, SWATCH / 2 + 3, colours.text, 2)
            ink = QColor("#000000" if colour.lightness() > 110 else "#ffffff")
            mark = icon_pixmap("check", ink, size=16, ratio=self.devicePixelRatioF())
            painter.drawPixmap(disc.center() - QPointF(8, 8), mark)


class NarrowingChip(Chip):
    """Something that narrows the list; a click takes it away."""

    def __init__(self, text: str, words: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(words)
        self.setToolTip(words)

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + icon_side(CROSS), hint.height())

    @override
    def paint_content(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        side = icon_side(CROSS)
        super().paint_content(painter, rect.adjusted(0, 0, -side - 4, 0), colours)
        mark = icon_pixmap("close", colours.soft, size=side, ratio=self.devicePixelRatioF())
        at = QPointF(rect.right() - side - 10, (rect.height() - side) / 2)
        painter.drawPixmap(at, mark)


class FilterPanel(QWidget):
    """Drops down from its button; each click holds at once, and the list follows behind it."""

    changed = Signal(object)
    """Payload: `Question`."""

    def __init__(
        self, question: Question, counts: Count, vocabulary: Vocabulary, parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName(self.tr("Filters"))
        self._question = question
        self._vocabulary = vocabulary
        inner = QWidget(self)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(EDGE, EDGE - 4, EDGE, EDGE)
        self._column.setSpacing(GAP)
        self._add_colours(counts)
        self._add_models(counts)
        self._add_kinds(counts)
        self._add_genes(counts)
        self._add_ages()
        self._add_stars()
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        FocusFollower(area)
        area.setWidget(inner)
        area.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(area)
        growth = max(self.font().pixelSize() / 13, 1.0)
        width = round(WIDTH * growth)
        inner.setFixedWidth(width)
        height = self._column.heightForWidth(width)
        self._whole = QSize(width + 2 + 10, height + 2)
        self.setFixedSize(self._whole.width(), min(self._whole.height(), TALLEST))

    @property
    def question(self) -> Question:
        """What is asked now."""
        return self._question

    def drop_from(self, button: QWidget) -> None:
        """Open below ``button``, inside its window."""
        window = button.window()
        corner = button.mapToGlobal(QPoint(0, button.height() + 4))
        bottom = window.mapToGlobal(QPoint(0, window.height())).y() - 8
        right = window.mapToGlobal(QPoint(window.width(), 0)).x() - 8
        height = max(min(self._whole.height(), bottom - corner.y()), 120)
        self.setFixedSize(self._whole.width(), height)
        self.move(min(corner.x(), right - self.width()), corner.y())
        self.show()
        first = self.findChild(PaintedButton)
        if first is not None:
            first.setFocus(Qt.FocusReason.PopupFocusReason)

    def _heading(self, text: str) -> None:
        label = QLabel(text)
        label.setFont(scaled_font(self.font(), SMALL_TEXT))
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        if self._column.count():
            label.setContentsMargins(0, GAP, 0, 0)
        self._column.addWidget(label)

    def _add_colours(self, counts: Count) -> None:
        self._heading(self.tr("Colour"))
        flow = FlowLayout(gap=0)
        self._column.addLayout(flow)
        for name in SWATCHES:
            label = self._vocabulary.colour(name)
            swatch = Swatch(name, label, self._number(counts.colours.get(name, 0)), self)
            swatch.setChecked(name in self._question.colours)
            swatch.clicked.connect(lambda on, name=name: self._toggle_colour(name, on))
            flow.addWidget(swatch)

    def _add_models(self, counts: Count) -> None:
        if len(counts.models) < 2:
            return
        self._heading(self.tr("Model"))
        flow = FlowLayout()
        self._column.addLayout(flow)
        for model, number in sorted(counts.models.items(), key=lambda pair: -pair[1]):
            chip = FilterChip(self._vocabulary.model(model), self._number(number), self)
            chip.setChecked(model in self._question.models)
            chip.clicked.connect(lambda on, model=model: self._toggle_model(model, on))
            flow.addWidget(chip)

    def _add_kinds(self, counts: Count) -> None:
        if not counts.kinds:
            return
        self._heading(self.tr("Kind"))
        flow = FlowLayout()
        self._column.addLayout(flow)
        frequent = sorted(counts.kinds.items(), key=lambda pair: (-pair[1], pair[0]))
        for kind, number in frequent[:MOST_KINDS]:
            chip = FilterChip(self._vocabulary.kind(kind), self._number(number), self)
            chip.setChecked(kind in self._question.kinds)
            chip.clicked.connect(lambda on, kind=kind: self._toggle_kind(kind, on))
            flow.addWidget(chip)

    def _add_genes(self, counts: Count) -> None:
        """Traits that pictures were given more or less of, under whatever name in whatever
        language that was done."""
        numbers: dict[str, int] = {}
        for name, number in counts.genes.items():
            gene = self._vocabulary.same_gene(name)[0]
            numbers[gene] = numbers.get(gene, 0) + number
        for gene in self._question.genes:
            numbers.setdefault(gene, 0)
        if not numbers:
            return
        self._heading(self.tr("Trait"))
        flow = FlowLayout()
        self._column.addLayout(flow)
        frequent = sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
        for gene, number in frequent[:MOST_KINDS]:
            chip = FilterChip(self._vocabulary.gene(gene), self._number(number), self)
            chip.setChecked(gene in self._question.genes)
            chip.clicked.connect(lambda on, gene=gene: self._toggle_gene(gene, on))
            flow.addWidget(chip)

    def _add_ages(self) -> None:
        self._heading(self.tr("Kept"))
        flow = FlowLayout()
        self._column.addLayout(flow)
        self._ages: dict[Age, FilterChip] = {}
        for age, label in age_labels().items():
            chip = FilterChip(label, "", self)
            chip.setChecked(age is self._question.age)
            chip.clicked.connect(lambda _on, age=age: self._choose_age(age))
            self._ages[age] = chip
            flow.addWidget(chip)

    def _add_stars(self) -> None:
        self._heading(self.tr("At least"))
        stars = StarsRow(self.tr("At least so many stars"), self)
        stars.set_rating(self._question.rating)
        stars.rated.connect(lambda rating: self._ask(replace(self._question, rating=rating)))
        self._column.addWidget(stars)

    def _number(self, count: int) -> str:
        return self.locale().toString(count) if count else ""

    def _toggle_colour(self, name: str, on: bool) -> None:
        self._ask(replace(self._question, colours=_toggled(self._question.colours, name, on)))

    def _toggle_model(self, model: str, on: bool) -> None:
        self._ask(replace(self._question, models=_toggled(self._question.models, model, on)))

    def _toggle_kind(self, kind: KindOfModel, on: bool) -> None:
        kinds = tuple(other for other in self._question.kinds if other != kind)
        self._ask(replace(self._question, kinds=(*kinds, kind) if on else kinds))

    def _toggle_gene(self, gene: str, on: bool) -> None:
        self._ask(replace(self._question, genes=_toggled(self._question.genes, gene, on)))

    def _choose_age(self, age: Age) -> None:
        for other, chip in self._ages.items():
            chip.setChecked(other is age)
        self._ask(replace(self._question, age=age))

    def _ask(self, question: Question) -> None:
        self._question = question
        self.changed.emit(question)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        forward = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Right)
        if forward or event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Left):
            self.focusNextPrevChild(forward)
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_panel(self)


def _toggled(values: tuple[str, ...], value: str, on: bool) -> tuple[str, ...]:
    rest = tuple(other for other in values if other != value)
    return (*rest, value) if on else rest
