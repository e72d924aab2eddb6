"""The inspector of the gallery: what is chosen, its name, stars, facts and family."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QDateTime, QEvent, QLocale, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.contract.overriding import override
from studio.project.search import Kin, WorkRow
from studio.project.works import LONGEST_TITLE
from studio.shell.gallery.stars import StarsRow
from studio.shell.gallery.thumbnails import Thumbnails, Wanted
from studio.shell.gallery.vocabulary import SWATCHES, Vocabulary
from studio.shell.theme import GAP, RADIUS_PICTURE, SMALL_TEXT, Colours, scaled_font
from studio.shell.widgets.buttons import QuietButton
from studio.shell.widgets.painting import fill_rounded, stroke_rounded

EDGE: Final = 20
PREVIEW: Final = 192
STACKED: Final = 3
"""Pictures that a pile of several shows."""
SHIFT: Final = 14


class _Preview(QWidget):
    """The chosen picture, or a pile of the first of several."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._rows: tuple[WorkRow, ...] = ()
        self.setFixedHeight(PREVIEW + 8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        thumbnails.arrived.connect(lambda _blobs: self.update())

    def show_rows(self, rows: Sequence[WorkRow]) -> None:
        self._rows = tuple(rows[:STACKED])
        self._thumbnails.want(self.wanted(), by="preview")
        self.update()

    def wanted(self) -> list[Wanted]:
        """The thumbnails that it needs."""
        ratio = self.devicePixelRatioF()
        spread = SHIFT * (len(self._rows) - 1)
        side = round((PREVIEW - spread) * ratio)
        return [Wanted(blob=row.blob, side=side, ratio=ratio) for row in self._rows]

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        wanted = self.wanted()
        for number in reversed(range(len(wanted))):
            side = wanted[number].side / wanted[number].ratio
            spread = SHIFT * (len(wanted) - 1)
            left = (self.width() - side - spread) / 2 + SHIFT * number
            rect = QRectF(left, 4 + spread - SHIFT * number, side, side)
            pixmap = self._thumbnails.get(wanted[number])
            if pixmap is None:
                fill_rounded(painter, rect, RADIUS_PICTURE, colours.raised)
            else:
                self._paint(painter, rect, pixmap, colours)
        painter.end()

    def _paint(self, painter: QPainter, rect: QRectF, pixmap: QPixmap, colours: Colours) -> None:
        size = pixmap.deviceIndependentSize()
        body = QRectF(0, 0, size.width(), size.height())
        body.moveCenter(rect.center())
        painter.drawPixmap(body.topLeft(), pixmap)
        edge = body.adjusted(-1, -1, 1, 1)
        stroke_rounded(painter, edge, RADIUS_PICTURE + 1, colours.line, 1)


class ColourNames(QWidget):
    """Names of colours behind a disc of each; the dominant one's is as it is in the picture."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._discs: tuple[QColor, ...] = ()
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def discs(self) -> tuple[QColor, ...]:
        """One for each colour, in the order of the names."""
        return self._discs

    def show_colours(self, names: tuple[str, ...], swatch: int | None, text: str) -> None:
        discs = [QColor(SWATCHES[name]) for name in names if name in SWATCHES]
        if swatch is not None:
            discs[:1] = [QColor.fromRgb(0xFF000000 | swatch)]
        self._discs = tuple(discs)
        self._text = text
        self.setAccessibleName(text)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(80, self.fontMetrics().height() + 2)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        side = self.fontMetrics().height() - 4
        left = 0
        for colour in self._discs:
            disc = QRectF(left, (self.height() - side) / 2, side, side)
            fill_rounded(painter, disc, side / 2, colour)
            stroke_rounded(painter, disc, side / 2, colours.soft, 1)
            left += side + 3
        left += 3
        painter.setPen(colours.text)
        text = self.fontMetrics().elidedText(
            self._text, Qt.TextElideMode.ElideRight, self.width() - left
        )
        painter.drawText(
            QRectF(left, 0, self.width() - left, self.height()),
            Qt.AlignmentFlag.AlignVCenter,
            text,
        )
        painter.end()


class GalleryDetails(QWidget):
    """Shows rows and tells what the user decides about them."""

    renamed = Signal(str, str)
    """Payload: the id of the work whose name was edited, and its new title."""
    rated = Signal(int)
    parents_wanted = Signal()
    children_wanted = Signal()

    def __init__(self, vocabulary: Vocabulary, thumbnails: Thumbnails, language: str) -> None:
        super().__init__()
        self._vocabulary = vocabulary
        self._locale = QLocale(language)
        self._row: WorkRow | None = None
        self.preview = _Preview(thumbnails, self)
        self._heading = QLabel(self)
        self._heading.setFont(scaled_font(self.font(), weight=QFont.Weight.DemiBold))
        self._heading.setWordWrap(True)
        self.title_edit = QLineEdit(self)
        self.title_edit.setMaxLength(LONGEST_TITLE)
        self.title_edit.setAccessibleName(self.tr("Name"))
        self.title_edit.setPlaceholderText(self.tr("Give it a name"))
        self.title_edit.editingFinished.connect(self._edited)
        self.stars = StarsRow(self.tr("Stars"), self)
        self.stars.rated.connect(self.rated)
        self._facts = QFrame(self)
        self._form = QFormLayout(self._facts)
        self._form.setContentsMargins(0, GAP, 0, 0)
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(6)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._kind = self._fact(self.tr("Kind"))
        self._model = self._fact(self.tr("Model"))
        self._number = self._fact(self.tr("Number"))
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._kept = self._fact(self.tr("Kept"))
        self._size = self._fact(self.tr("Size"))
        self.colours = ColourNames(self._facts)
        self._form.addRow(self._term(self.tr("Colours")), self.colours)
        self.parents = QuietButton("", self)
        self.parents.clicked.connect(self.parents_wanted)
        self.children_button = QuietButton("", self)
        self.children_button.clicked.connect(self.children_wanted)
        self._hint = QLabel(self)
        self._hint.setWordWrap(True)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        layout.setSpacing(GAP)
        for widget in (
            self.preview,
            self._heading,
            self.title_edit,
            self.stars,
            self._facts,
            self.parents,
            self.children_button,
            self._hint,
        ):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.show_nothing(0)

    def show_nothing(self, total: int, *, in_bin: bool = False) -> None:
        """Nothing is chosen."""
        self._leave_name()
        self._show(preview=False, one=False, rates=False)
        if in_bin:
            self._heading.setText(self.tr("%n picture(s) in the bin", "", total))
            return
        self._heading.setText(self.tr("%n kept picture(s)", "", total))
        self._hint.setText(
            self.tr(
                "Choose one to see how it was made; with Shift or Ctrl choose many. "
                "1 to 5 give stars, F2 names, Delete puts into the bin."
            )
        )
        self._hint.setVisible(bool(total))

    def show_many(self, rows: Sequence[WorkRow], count: int, *, editable: bool) -> None:
        """Several are chosen; ``rows`` are the first of them."""
        self._leave_name()
        self._show(preview=True, one=False, rates=editable)
        self.preview.show_rows(rows)
        self._heading.setText(self.tr("%n picture(s) chosen", "", count))
        ratings = {row.rating for row in rows}
        self.stars.set_rating(ratings.pop() if len(ratings) == 1 else 0)

    def show_one(self, row: WorkRow, *, editable: bool) -> None:
        """One is chosen."""
        changed = self._row is None or self._row.id != row.id
        if changed:
            self._leave_name()
        self._row = row
        self._show(preview=True, one=True, rates=editable, names=editable)
        self.preview.show_rows((row,))
        kind = self._vocabulary.kind((row.model, row.kind))
        self._heading.setText(row.title or kind)
        is_typed = self.title_edit.hasFocus() or self.title_edit.isModified()
        if changed or not is_typed:
            self.title_edit.setText(row.title)
        self.stars.set_rating(row.rating)
        self._kind.setText(kind)
        self._model.setText(self._vocabulary.model(row.model))
        self._number.setText(str(row.seed))
        self._kept.setText(self._time(row.created))
        self._size.setText(f"{row.width} × {row.height}")
        colours = [self._vocabulary.colour(name) for name in row.colours]
        self.colours.show_colours(row.colours, row.swatch, self.tr(", ").join(colours))
        if changed:
            self.parents.hide()
            self.children_button.hide()

    def show_kin(self, kin: Kin) -> None:
        """The family of the one that is shown."""
        self.parents.setVisible(bool(kin.parents))
        self.parents.setText(
            self.tr("Go to what it was made from")
            if len(kin.parents) == 1
            else self.tr("Go to the %n it was made from", "", len(kin.parents))
        )
        self.children_button.setVisible(kin.children > 0)
        self.children_button.setText(self.tr("Show the %n made from it", "", kin.children))
        if kin.parents_elsewhere and not kin.parents:
            self._hint.setText(self.tr("It was made from a picture that is not kept."))
            self._hint.show()

    def begin_renaming(self) -> None:
        """Take the keyboard to the name."""
        self.title_edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.title_edit.selectAll()

    def _show(self, *, preview: bool, one: bool, rates: bool, names: bool = False) -> None:
        self.preview.setVisible(preview)
        self._heading.setVisible(not names)
        self.title_edit.setVisible(names)  # never hidden in between: it would lose the keyboard
        self.stars.setVisible(rates)
        self._facts.setVisible(one)
        self._hint.setVisible(False)
        if not one:
            self.parents.hide()
            self.children_button.hide()

    def _term(self, text: str) -> QLabel:
        label = QLabel(text, self._facts)
        label.setFont(scaled_font(self.font(), SMALL_TEXT))
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        return label

    def _fact(self, term: str) -> QLabel:
        value = QLabel(self._facts)
        value.setWordWrap(True)
        self._form.addRow(self._term(term), value)
        return value

    def _time(self, seconds: float) -> str:
        if seconds <= 0:
            return self.tr("some day")
        when = QDateTime.fromSecsSinceEpoch(int(seconds))
        return self._locale.toString(when, self.tr("d MMM yyyy, HH:mm", "format of a moment"))

    @Slot()
    def _edited(self) -> None:
        if self._row is not None:
            self._tell_name(self._row)

    def _leave_name(self) -> None:
        """Another work, or none, is to be shown: what was typed is the name of the one before."""
        row, self._row = self._row, None
        if row is not None and self.title_edit.isModified():
            self._tell_name(row)

    def _tell_name(self, row: WorkRow) -> None:
        self.title_edit.setModified(False)
        if self.title_edit.text().strip() != row.title:
            self.renamed.emit(row.id, self.title_edit.text())

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._heading.setFont(scaled_font(self.font(), weight=QFont.Weight.DemiBold))
