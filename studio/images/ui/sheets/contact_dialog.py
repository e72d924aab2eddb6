"""A contact sheet of chosen pictures: seen as it will be, then written as a picture or as pages."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, QStandardPaths, Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from studio.contract.errors import AtelierError
from studio.contract.overriding import override
from studio.images.ui.background import BackgroundWork
from studio.images.ui.raster import image_channels, image_pixels
from studio.images.ui.sheets.contact_layout import usual_columns
from studio.images.ui.sheets.contact_painter import (
    SheetEntry,
    SheetStyle,
    sheet_image,
    sheet_pdf,
)
from studio.images.ui.sheets.saver import save_file
from studio.shell.folders import own_folder
from studio.shell.notices import error_text
from studio.shell.projects.words import grown
from studio.shell.services import Services
from studio.shell.spoken import speak_as
from studio.shell.theme import GAP, Colours
from studio.shell.widgets.buttons import PrimaryButton, QuietButton
from studio.shell.widgets.choice_row import ChoiceOption, ChoiceRow
from studio.shell.widgets.control_row import ControlRow, NumberSpec
from studio.shell.widgets.painting import stroke_rounded

WIDTH: Final = 820
EDGE: Final = 24
LOOK: Final = QSize(440, 400)
"""Logical pixels in which the sheet is seen before it is written."""
MOST_LOOKED_AT: Final = 60
"""Pictures of a larger sheet that are seen before it is written."""
MOST_COLUMNS: Final = 12
SOON_MS: Final = 150


class _Look(QWidget):
    """The sheet, as large as fits."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(LOOK)
        self.setAccessibleName(self.tr("The contact sheet"))
        speak_as(self, QAccessible.Role.Graphic)
        self._image = QImage()

    @property
    def image(self) -> QImage:
        """What is shown; null until there is something."""
        return self._image

    def show_image(self, image: QImage) -> None:
        """Show another sheet."""
        self._image = image
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        keep = Qt.AspectRatioMode.KeepAspectRatio
        size = self._image.size().scaled(self.size(), keep)
        rect = self.rect().adjusted(
            0, 0, size.width() - self.width(), size.height() - self.height()
        )
        painter.drawImage(rect, self._image)
        stroke_rounded(painter, rect.toRectF(), 0, Colours.of(self.palette()).line, 1)
        painter.end()


class ContactDialog(QDialog):
    """For any number of pictures, in the order in which they are given."""

    def __init__(
        self,
        services: Services,
        work: BackgroundWork,
        entries: Sequence[SheetEntry],
        parent: QWidget,
    ) -> None:
        """``work`` goes on when this is closed."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Contact sheet"))
        self._services = services
        self._work = work
        self._entries = tuple(entries)
        self._seen = 0
        self.look = _Look(self)
        self.title_edit = QLineEdit(self)
        self.title_edit.setPlaceholderText(self.tr("Title"))
        self.title_edit.setAccessibleName(self.tr("Title"))
        self.columns_row = ControlRow(
            NumberSpec(
                name="columns",
                label=self.tr("Columns"),
                help=self.tr("Pictures in a row."),
                minimum=1,
                maximum=min(MOST_COLUMNS, max(2, len(self._entries))),
                default=min(usual_columns(len(self._entries)), MOST_COLUMNS),
                step=1,
            ),
            self,
        )
        self.words_row = self._row(
            "words",
            self.tr("Below each"),
            ("name", self.tr("Its name")),
            ("none", self.tr("Nothing")),
        )
        self.ground_row = self._row(
            "ground", self.tr("Ground"), ("light", self.tr("White")), ("dark", self.tr("Dark"))
        )
        self.form_row = self._row(
            "form",
            self.tr("As"),
            ("png", self.tr("A picture (PNG)")),
            ("pdf", self.tr("Pages for print (PDF)")),
        )
        self._told = QLabel(self)
        self._told.setWordWrap(True)
        self.save = PrimaryButton(self.tr("Save as…"), self)
        close = QuietButton(self.tr("Close"), self)
        self.save.clicked.connect(self._choose_file)
        close.clicked.connect(self.close)
        rows = QVBoxLayout()
        rows.setSpacing(14)
        for widget in (
            self.title_edit, self.columns_row, self.words_row, self.ground_row, self.form_row,
            self._told,
        ):  # fmt: skip
            rows.addWidget(widget)
        rows.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(EDGE)
        top.addWidget(self.look, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(rows, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE - 4)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addLayout(buttons)
        self.setFixedWidth(grown(QSize(WIDTH, 0), self).width())
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._paint)
        self.title_edit.textChanged.connect(self._soon.start)
        self.columns_row.value_changed.connect(self._soon.start)
        self.words_row.chosen.connect(self._soon.start)
        self.ground_row.chosen.connect(self._soon.start)
        self.save.setFocus(Qt.FocusReason.OtherFocusReason)
        self._paint()

    def _row(self, name: str, label: str, *options: tuple[str, str]) -> ChoiceRow:
        choices = tuple(ChoiceOption(value=value, text=text) for value, text in options)
        return ChoiceRow(name, label, choices, self, takes_return=False)

    @property
    def count(self) -> int:
        """How many pictures it is of."""
        return len(self._entries)

    @property
    def style_wanted(self) -> SheetStyle:
        """How the sheet is to look."""
        return SheetStyle(
            title=" ".join(self.title_edit.text().split()),
            has_words=self.words_row.value == "name",
            is_dark=self.ground_row.value == "dark",
            columns=round(self.columns_row.value),
            family=self.font().family(),
        )

    @Slot()
    def _paint(self) -> None:
        """Show the sheet as it is wanted now."""
        self._seen += 1
        number, style = self._seen, self.style_wanted
        entries = self._entries[:MOST_LOOKED_AT]

        def show(image: QImage) -> None:
            if isValid(self) and number == self._seen:
                self.look.show_image(image)
                left = len(self._entries) - len(entries)
                self._told.setText(self.tr("%n more picture(s) follow.", "", left) if left else "")

        def fail(error: AtelierError) -> None:
            if isValid(self):
                self._told.setText(error_text(error))

        self._work.run(lambda: sheet_image(entries, style), show, fail)

    @Slot()
    def _choose_file(self) -> None:
        ending = f".{self.form_row.value}"
        folder = own_folder(QStandardPaths.StandardLocation.PicturesLocation)
        stem = self.style_wanted.title or self.tr("Contact sheet")
        kinds = {".png": "PNG (*.png)", ".pdf": "PDF (*.pdf)"}
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save as…"),
            str(folder / f"{stem.replace('/', ' ')}{ending}"),
            kinds[ending],
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            file = Path(name)
            self.save_to(
                file if file.suffix.lower() == ending else file.with_name(file.name + ending)
            )

    def save_to(self, file: Path) -> None:
        """Write the sheet; the ending of the file, .png or .pdf, decides how."""
        entries, style = self._entries, self.style_wanted

        def encode() -> bytes:
            if file.suffix.lower() == ".pdf":
                return sheet_pdf(entries, style)
            return _png(sheet_image(entries, style))

        save_file(self._services, self._work, file, encode, key="images.contact_sheet")
        self.close()


def _png(image: QImage) -> bytes:
    from studio.provenance.pictures import encode_picture

    pixels, channels = image_pixels(image), image_channels(image)
    return encode_picture(pixels, image.width(), image.height(), channels, None)
