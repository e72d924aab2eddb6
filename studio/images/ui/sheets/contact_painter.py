"""Paints contact sheets: as one picture, or as pages of paper. From any thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from studio.contract.errors import AtelierError
from studio.images.ui.sheets.contact_layout import (
    PAGE,
    Box,
    Page,
    paper_pages,
    picture_sheet,
)

POINTS_AN_INCH: Final = 72
PAPER_DPI: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetEntry:
    """One picture of a sheet; its pixels are read when it is painted."""

    read: Callable[[], QImage]
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetStyle:
    """How a sheet looks."""

    title: str = ""
    has_words: bool = True
    is_dark: bool = False
    columns: int = 4
    cell: int = 256
    """Pixels a side of the square that a picture stands in, on a sheet that is a picture."""
    family: str = "Inter"

    @property
    def ground(self) -> QColor:
        return QColor("#1b1b1d" if self.is_dark else "#ffffff")

    @property
    def ink(self) -> QColor:
        return QColor("#e8e8ea" if self.is_dark else "#1b1b1d")

    @property
    def soft(self) -> QColor:
        return QColor("#a5a5ad" if self.is_dark else "#5b5b63")


Stepped = Callable[[int], None]
"""Told how many pictures have been painted; may raise `Cancelled`."""


def sheet_image(
    entries: Sequence[SheetEntry], style: SheetStyle, stepped: Stepped = lambda done: None
) -> QImage:
    """The sheet as one picture; what reading a picture raises is raised."""
    page = picture_sheet(
        len(entries),
        style.columns,
        style.cell,
        has_title=bool(style.title),
        has_words=style.has_words,
    )
    image = QImage(page.width, page.height, QImage.Format.Format_RGB888)
    image.fill(style.ground)
    painter = QPainter(image)
    try:
        _paint(painter, page, entries, style, stepped)
    finally:
        painter.end()
    return image


def sheet_pdf(
    entries: Sequence[SheetEntry], style: SheetStyle, stepped: Stepped = lambda done: None
) -> bytes:
    """The sheet on A4 pages; words are words and can be searched."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QSizeF(*PAGE), QPageSize.Unit.Point, "A4"),
            QPageLayout.Orientation.Portrait,
            QMarginsF(0, 0, 0, 0),
        )
    )
    writer.setResolution(PAPER_DPI)
    writer.setTitle(style.title)
    writer.setCreator("Atelier")
    painter = QPainter(writer)
    try:
        painter.scale(PAPER_DPI / POINTS_AN_INCH, PAPER_DPI / POINTS_AN_INCH)
        pages = paper_pages(
            len(entries), style.columns, has_title=bool(style.title), has_words=style.has_words
        )
        for number, page in enumerate(pages):
            if number:
                writer.newPage()
            painter.fillRect(QRectF(0, 0, page.width, page.height), style.ground)
            _paint(painter, page, entries, style, stepped)
    finally:
        painter.end()
        buffer.close()
    written = bytes(data.data())
    if not written.startswith(b"%PDF-") or b"%%EOF" not in written[-32:]:
        raise AtelierError(fault="the pages could not be written as a PDF")
    return written


def _paint(
    painter: QPainter,
    page: Page,
    entries: Sequence[SheetEntry],
    style: SheetStyle,
    stepped: Stepped,
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if page.title is not None:
        _words(painter, page.title, style.title, style.ink, style.family, bold=True, share=0.55)
    for cell in page.cells:
        entry = entries[cell.index]
        image = entry.read()
        _picture(painter, cell.picture, image)
        if style.has_words and entry.words:
            _words(painter, cell.words, entry.words, style.soft, style.family, share=0.72)
        stepped(cell.index + 1)


def _picture(painter: QPainter, box: Box, image: QImage) -> None:
    """In the middle of its square: by whole factors where it is small, else smoothly."""
    scale = min(box.width / image.width(), box.height / image.height())
    is_paper = painter.device().physicalDpiX() >= PAPER_DPI
    if scale >= 1 and not is_paper:
        scale = int(scale)
    width, height = image.width() * scale, image.height() * scale
    if is_paper:  # readers smooth what is small: squares are drawn as squares
        factor = max(1, int(scale * PAPER_DPI / POINTS_AN_INCH))
        image = image.scaled(
            image.width() * factor, image.height() * factor,
            Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.FastTransformation,
        )  # fmt: skip
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
    rect = QRectF(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height)
    painter.drawImage(rect, image)


def _words(
    painter: QPainter,
    box: Box,
    text: str,
    colour: QColor,
    family: str,
    *,
    share: float,
    bold: bool = False,
) -> None:
    """One line, cut short in its middle where it is too long."""
    font = QFont(family)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setPixelSize(max(1, round(box.height * share)))
    painter.setFont(font)
    painter.setPen(colour)
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, box.width)
    align = Qt.AlignmentFlag.AlignVCenter
    align |= Qt.AlignmentFlag.AlignLeft if bold else Qt.AlignmentFlag.AlignHCenter
    painter.drawText(QRectF(box.x, box.y, box.width, box.height), align, shown)
