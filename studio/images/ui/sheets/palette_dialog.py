"""The palette of a picture: swatches to copy with a click, or to take into other programs."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, QRectF, QSize, QStandardPaths, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from studio.contract.errors import AtelierError
from studio.contract.overriding import override
from studio.images.palette import FEWEST, MOST, USUAL, Swatch, encode_ase, encode_gpl, palette_of
from studio.images.ui.background import BackgroundWork
from studio.images.ui.outgoing import Outgoing
from studio.images.ui.raster import image_channels, image_pixels
from studio.images.ui.sheets.saver import save_file
from studio.shell.folders import own_folder
from studio.shell.notices import error_text
from studio.shell.projects.words import grown
from studio.shell.services import Services
from studio.shell.theme import GAP, RADIUS_BUTTON, RADIUS_PICTURE, SMALL_TEXT, Colours, scaled_font
from studio.shell.touch import target
from studio.shell.widgets.buttons import PaintedButton, PrimaryButton, QuietButton
from studio.shell.widgets.control_row import ControlRow, NumberSpec
from studio.shell.widgets.flow_layout import FlowLayout
from studio.shell.widgets.painting import fill_rounded, stroke_rounded

WIDTH: Final = 600
EDGE: Final = 24
PICTURE: Final = 144
SWATCH: Final = 84
"""Logical pixels a side of a swatch."""
SOON_MS: Final = 60
SAID_MS: Final = 1600
"""How long "Copied" stands where the colour's name was."""


class SwatchButton(PaintedButton):
    """One colour; pressing it copies its name."""

    copied = Signal()

    def __init__(self, swatch: Swatch, parent: QWidget) -> None:
        super().__init__(swatch.hex, parent)
        self.swatch = swatch
        self._said = ""
        share = QLocale().toString(swatch.share * 100, "f", 0 if swatch.share >= 0.01 else 1)
        self._share = f"{share} %"
        self.setAccessibleName(
            self.tr("Copy {colour}, {share} of the picture").format(
                colour=swatch.hex, share=self._share
            )
        )
        self.setToolTip(self.tr("Copy {colour}").format(colour=swatch.hex))
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(SAID_MS)
        self._quiet.timeout.connect(self._fall_silent)
        self.clicked.connect(self._copy)

    @override
    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        wide = max(SWATCH, self.fontMetrics().horizontalAdvance("#000000") + 16)
        return QSize(wide, target(SWATCH) + 2 * line + 6)

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        if self.is_hovered:
            fill_rounded(painter, rect, RADIUS_BUTTON, colours.hover)

    @override
    def paint_content(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        swatch, line = self.swatch, self.fontMetrics().height()
        square = rect.adjusted(5, 5, -5, -(2 * line + 6))
        colour = QColor(swatch.red, swatch.green, swatch.blue)
        fill_rounded(painter, square, RADIUS_PICTURE, colour)
        stroke_rounded(painter, square, RADIUS_PICTURE, colours.line, 1)
        below = QRectF(rect.left(), square.bottom() + 3, rect.width(), line)
        painter.setPen(colours.good if self._said else colours.text)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._said or swatch.hex)
        painter.setPen(colours.soft)
        painter.setFont(scaled_font(self.font(), SMALL_TEXT))
        painter.drawText(below.translated(0, line), Qt.AlignmentFlag.AlignCenter, self._share)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.swatch.hex)
        self._said = self.tr("Copied")
        self._quiet.start()
        self.update()
        self.copied.emit()

    @Slot()
    def _fall_silent(self) -> None:
        self._said = ""
        self.update()


class _Picture(QWidget):
    """The picture, small."""

    def __init__(self, picture: Outgoing, parent: QWidget) -> None:
        super().__init__(parent)
        self._image = picture.image
        self.setFixedSize(QSize(PICTURE, PICTURE))
        self.setAccessibleName(picture.stem)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        longest = max(self._image.width(), self._image.height())
        ratio = self.devicePixelRatioF()
        scale = PICTURE * ratio / longest
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        scale = (int(scale) if scale >= 1 else scale) / ratio
        rect = QRectF(0, 0, self._image.width() * scale, self._image.height() * scale)
        path = QPainterPath()
        path.addRoundedRect(rect, RADIUS_PICTURE, RADIUS_PICTURE)
        painter.setClipPath(path)
        painter.drawImage(rect, self._image)
        painter.end()


class PaletteDialog(QDialog):
    """Shown beside the work, not in its way; Escape closes it."""

    def __init__(
        self, services: Services, work: BackgroundWork, picture: Outgoing, parent: QWidget
    ) -> None:
        """``work`` goes on when this is closed."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Palette"))
        self._services = services
        self._picture = picture
        self._work = work
        self._swatches: tuple[Swatch, ...] = ()
        self._wanted = USUAL
        self._pixels = image_pixels(picture.image)
        heading = QLabel(picture.stem, self)
        heading.setFont(scaled_font(self.font(), weight=QFont.Weight.DemiBold))
        heading.setWordWrap(True)
        self.count_row = ControlRow(
            NumberSpec(
                name="count",
                label=self.tr("Colours"),
                help=self.tr("How many colours the picture is reduced to."),
                minimum=FEWEST,
                maximum=MOST,
                default=USUAL,
                step=1,
            ),
            self,
        )
        self._told = QLabel(self)
        self._told.setWordWrap(True)
        self._told.setFont(scaled_font(self.font(), SMALL_TEXT))
        self._told.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._field = QWidget(self)
        self._flow = FlowLayout(self._field, gap=GAP - 4)
        beside = QVBoxLayout()
        beside.setSpacing(12)
        beside.addWidget(heading)
        beside.addWidget(self.count_row)
        beside.addWidget(self._told)
        beside.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(EDGE)
        top.addWidget(_Picture(picture, self), 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(beside, 1)
        self.copy_all = QuietButton(self.tr("Copy all"), self)
        self.save = PrimaryButton(self.tr("Save as…"), self)
        close = QuietButton(self.tr("Close"), self)
        self.copy_all.clicked.connect(self._copy_all)
        self.save.clicked.connect(self._choose_file)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addStretch(1)
        for button in (self.copy_all, close, self.save):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE - 4)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addWidget(self._field)
        layout.addStretch(1)
        layout.addLayout(buttons)
        self.setFixedWidth(grown(QSize(WIDTH, 0), self).width())
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._look)
        self.count_row.value_changed.connect(self._count_changed)
        self.save.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look()

    @property
    def swatches(self) -> tuple[Swatch, ...]:
        """What is shown, the largest share first."""
        return self._swatches

    @property
    def buttons(self) -> tuple[SwatchButton, ...]:
        """One for each swatch, in their order."""
        return tuple(self._field.findChildren(SwatchButton))

    @Slot()
    def _count_changed(self) -> None:
        self._wanted = round(self.count_row.value)
        self._soon.start()

    @Slot()
    def _look(self) -> None:
        image, wanted = self._picture.image, self._wanted
        pixels, channels = self._pixels, image_channels(image)

        def show(found: list[Swatch]) -> None:
            if isValid(self) and wanted == self._wanted:
                self._show(tuple(found))

        def fail(error: AtelierError) -> None:
            if isValid(self):
                self._told.setText(error_text(error))

        self._work.run(
            lambda: palette_of(pixels, image.width(), image.height(), channels, wanted), show, fail
        )

    def _show(self, swatches: tuple[Swatch, ...]) -> None:
        self._swatches = swatches
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        for swatch in swatches:
            button = SwatchButton(swatch, self._field)
            self._flow.addWidget(button)
            button.show()
        few = len(swatches) < self._wanted
        text = self.tr("There are no more that the eye would tell apart.") if few else ""
        self._told.setText(text or self.tr("Click one to copy it."))
        self._field.updateGeometry()
        self.adjustSize()

    @Slot()
    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(swatch.hex for swatch in self._swatches))
        self._told.setText(self.tr("All of them are copied."))

    @Slot()
    def _choose_file(self) -> None:
        folder = own_folder(QStandardPaths.StandardLocation.PicturesLocation)
        kinds = ("GIMP, Krita, Inkscape (*.gpl)", "Adobe Swatch Exchange (*.ase)")
        name, kind = QFileDialog.getSaveFileName(
            self,
            self.tr("Save as…"),
            str(folder / f"{self._picture.stem}.gpl"),
            ";;".join(kinds),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            ending = ".ase" if kind == kinds[1] else ".gpl"
            file = Path(name)
            known = file.suffix.lower() in (".ase", ".gpl")
            self.save_to(file if known else file.with_name(file.name + ending))

    def save_to(self, file: Path) -> None:
        """Write the swatches into a file; its ending, .ase or .gpl, decides how."""
        swatches, name = list(self._swatches), self._picture.stem
        encode = encode_ase if file.suffix.lower() == ".ase" else encode_gpl
        save_file(
            self._services, self._work, file, lambda: encode(swatches, name), key="images.palette"
        )
