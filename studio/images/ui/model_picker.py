"""Which models there are: what each makes, on what terms, and what is wrong with the broken."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from studio.contract.manifest import BrokenModel, Model
from studio.contract.overriding import override
from studio.images.ui.names import model_titles
from studio.shell.icons import icon_pixmap, icon_side
from studio.shell.notices import breakable, details, error_text
from studio.shell.theme import SMALL_TEXT, Colours, scaled_font
from studio.shell.widgets.buttons import PaintedButton
from studio.shell.widgets.painting import fill_rounded, paint_panel

WIDTH: Final = 420
INSET: Final = 12
MARK: Final = 16
MOST_LINES: Final = 4
TALLEST: Final = 480


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """The user chose a model."""

    folder: Path


class _ModelRow(PaintedButton):
    """One model in a few lines."""

    def __init__(
        self,
        title: str,
        lines: Sequence[str],
        mark: str,
        parent: QWidget,
        *,
        fault: str = "",
        current: bool = False,
        is_broken: bool = False,
    ) -> None:
        """A ``fault`` is shown whole, other lines only as far as a few rows of text go.

        A broken model is reached like the others, so that its fault is read and can be copied.
        """
        super().__init__(title, parent)
        said = tuple(line for line in (*lines, fault) if line)
        self._lines = tuple(breakable(line) for line in said)
        self._fault = breakable(fault)
        self._mark = mark
        self._current = current
        self.is_broken = is_broken
        state = self.tr("cannot be used") if is_broken else ""
        self.setAccessibleName(". ".join(part for part in (title, state, *said) if part))
        self.setMinimumWidth(WIDTH)

    def say(self, text: str) -> None:
        """Answer to a click in the title's line."""
        self.setText(text)
        self.setAccessibleName(text)
        self.update()

    def _fonts(self) -> tuple[QFont, QFont]:
        return (
            scaled_font(self.font(), weight=QFont.Weight.DemiBold),
            scaled_font(self.font(), SMALL_TEXT),
        )

    def _text_width(self) -> int:
        return WIDTH - 3 * INSET - icon_side(MARK)

    def _line_height(self, metrics: QFontMetrics, line: str) -> int:
        box = metrics.boundingRect(0, 0, self._text_width(), 10_000, Qt.TextFlag.TextWordWrap, line)
        if line == self._fault:
            return box.height()
        # Another script's glyphs may stand taller than the font itself says; and wrapped lines are
        # set at whole pixels, each up to one more.
        one = metrics.boundingRect(line).height()
        return min(box.height(), MOST_LINES * (max(one, metrics.lineSpacing()) + 1))

    @override
    def sizeHint(self) -> QSize:
        self.ensurePolished()
        title, small = (QFontMetrics(font) for font in self._fonts())
        height = title.height() + sum(self._line_height(small, line) + 2 for line in self._lines)
        return QSize(WIDTH, height + 2 * INSET - 4)

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        if self.is_hovered or self.is_ringed:
            fill_rounded(painter, rect, 6, colours.hover)
        elif self._current:
            fill_rounded(painter, rect, 6, colours.raised)

    @override
    def paint_content(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        bold, small = self._fonts()
        painter.setFont(bold)
        painter.setPen(colours.soft if self.is_broken else colours.text)
        y = float(INSET - 2)
        height = QFontMetrics(bold).height()
        painter.drawText(
            QRectF(INSET, y, self._text_width(), height), Qt.AlignmentFlag.AlignLeft, self.text()
        )
        y += height
        painter.setFont(small)
        painter.setPen(colours.soft)
        metrics = QFontMetrics(small)
        for line in self._lines:
            tall = self._line_height(metrics, line)
            painter.drawText(
                QRectF(INSET, y + 2, self._text_width(), tall), Qt.TextFlag.TextWordWrap, line
            )
            y += tall + 2
        if self._mark:
            colour: QColor = {"check": colours.good, "error": colours.bad}.get(
                self._mark, colours.soft
            )
            side = icon_side(MARK)
            pixmap = icon_pixmap(self._mark, colour, size=side, ratio=self.devicePixelRatioF())
            painter.drawPixmap(QPointF(rect.right() - INSET - side, INSET), pixmap)


class ModelPicker(QWidget):
    """A list that drops down from the model's title; arrows move, Return chooses, Esc closes."""

    chosen = Signal(object)
    """Payload: `ModelChoice`."""

    def __init__(
        self,
        models: Sequence[Model | BrokenModel],
        language: str,
        parent: QWidget,
        *,
        current: Path | None,
        verified: frozenset[Path],
        unfit: dict[Path, str],
    ) -> None:
        """``verified`` names folders whose golden sample came out right, ``unfit`` what is wrong
        with models that were read and did not work."""
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName(self.tr("Models"))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(2)
        self._rows: list[_ModelRow] = []
        self._current: _ModelRow | None = None
        self._titles = model_titles([m for m in models if isinstance(m, Model)], language)
        for model in sorted(models, key=lambda found: isinstance(found, BrokenModel)):
            row = self._row(model, language, inner, current, verified, unfit)
            self._rows.append(row)
            if model.folder == current and not row.is_broken:
                self._current = row
            column.addWidget(row)
        if not models:
            nothing = QLabel(self.tr("There are no models yet."), inner)
            nothing.setContentsMargins(INSET, INSET, INSET, INSET)
            column.addWidget(nothing)
        area = self._area = QScrollArea(self)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its rows have the keyboard
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(area)
        wanted = inner.sizeHint()
        self.setFixedSize(wanted.width() + 16, min(wanted.height() + 4, TALLEST))

    def _row(
        self,
        model: Model | BrokenModel,
        language: str,
        parent: QWidget,
        current: Path | None,
        verified: frozenset[Path],
        unfit: dict[Path, str],
    ) -> _ModelRow:
        if isinstance(model, BrokenModel):
            fault = error_text(model.error)
            name = model.folder.name
            row = _ModelRow(name, (), "error", parent, fault=fault, is_broken=True)
            row.setToolTip(self.tr("Click to copy what is wrong with it."))
            row.clicked.connect(lambda: self._copy_fault(row, name, details(model.error)))
            return row
        manifest = model.manifest
        fault = unfit.get(model.folder, "")
        title = self._titles[model.folder]
        is_verified = model.folder in verified
        lines = (
            manifest.description.text(language),
            manifest.licence.sentence.text(language),
            self.tr("Verified on this computer.") if is_verified and not fault else "",
        )
        mark = "error" if fault else "check" if is_verified else ""
        row = _ModelRow(
            title,
            lines,
            mark,
            parent,
            fault=fault,
            current=model.folder == current,
        )
        row.clicked.connect(lambda: self._choose(model.folder))
        return row

    def drop_from(self, button: QWidget) -> None:
        """Open below ``button``."""
        self.move(button.mapToGlobal(QPoint(0, button.height() + 2)))
        self.show()
        row = self._current or next((row for row in self._rows if not row.is_broken), None)
        if row is not None:
            row.setFocus(Qt.FocusReason.TabFocusReason)
            self._area.ensureWidgetVisible(row)

    @property
    def rows(self) -> tuple[PaintedButton, ...]:
        """One button a model; those of broken models come last and choose nothing."""
        return tuple(self._rows)

    def _copy_fault(self, row: _ModelRow, title: str, fault: str) -> None:
        QGuiApplication.clipboard().setText(fault)
        row.say(self.tr("Copied what is wrong with {title}").format(title=title))

    def _choose(self, folder: Path) -> None:
        self.close()
        self.chosen.emit(ModelChoice(folder=folder))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_panel(self)
