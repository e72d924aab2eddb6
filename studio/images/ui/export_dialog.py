"""Format, size and place of an exported picture: open it, press Return, done."""

from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import QCoreApplication, QRectF, QSize, QStandardPaths, Qt, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from studio.contract.overriding import override
from studio.images.ui.export_memory import ExportHabit
from studio.images.ui.export_sheet import EDGE, FACTORS, ExportSheet
from studio.images.ui.exporter import ExportChoice, Exporter, with_suffix
from studio.images.ui.outgoing import Outgoing
from studio.provenance.containers import Format
from studio.shell.folders import own_folder
from studio.shell.theme import RADIUS_PICTURE, SMALL_TEXT, scaled_font
from studio.shell.typed_names import free_name, is_folder, is_there, typed_path
from studio.shell.widgets.choice_row import ChoiceChange, ChoiceOption, ChoiceRow

PREVIEW: Final = 160
LARGEST_EXPORT: Final = 8192
"""Pixels a side that an enlarged export may have."""
WIDTH: Final = 560


class _Preview(QWidget):
    """The picture, small."""

    def __init__(self, picture: Outgoing, parent: QWidget) -> None:
        super().__init__(parent)
        self._image = picture.image
        self.setFixedSize(QSize(PREVIEW, PREVIEW))
        self.setAccessibleName(picture.stem)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ratio = self.devicePixelRatioF()
        longest = max(self._image.width(), self._image.height())
        scale = PREVIEW * ratio / longest
        scale = int(scale) if scale >= 1 else scale
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        width = self._image.width() * scale / ratio
        height = self._image.height() * scale / ratio
        rect = QRectF((PREVIEW - width) / 2, 0, width, height)
        path = QPainterPath()
        path.addRoundedRect(rect, RADIUS_PICTURE, RADIUS_PICTURE)
        painter.setClipPath(path)
        painter.drawImage(rect, self._image)


class ExportDialog(ExportSheet):
    """Asks how and where; the exporter writes."""

    def __init__(
        self,
        picture: Outgoing,
        exporter: Exporter,
        *,
        licence: str,
        credit: str,
        habit: ExportHabit | None = None,
        file: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``licence`` and ``credit`` answer: may I sell it, whom do I credit?

        ``file`` is the path that was given before and could not be written.
        """
        habit = habit or ExportHabit()
        if file is None:
            place = habit.place() or own_folder(QStandardPaths.StandardLocation.PicturesLocation)
            file = free_name(with_suffix(place / f"{picture.stem}.png", habit.format))
        super().__init__(
            habit.format,
            place=str(file),
            licence=" ".join(part for part in (licence, credit) if part),
            less=QCoreApplication.translate(
                "ExportDialog", "Less makes the file smaller and the picture coarser."
            ),
            width=WIDTH,
            parent=parent,
        )
        self._picture = picture
        self._exporter = exporter
        self._replaces = False
        """Whether it was said that the file which is named now will be replaced."""
        self.size_row = ChoiceRow(
            "size", self.tr("Size in pixels"), self._sizes(), self, takes_return=False
        )
        self.size_row.set_value(str(habit.factor))
        self.place_edit.setAccessibleName(self.tr("File"))
        self._warning = QLabel(self)
        self._build()
        self.format_row.chosen.connect(self._format_chosen)
        self.size_row.chosen.connect(self._update)
        self.place_edit.textChanged.connect(self._update)
        self._choose.clicked.connect(self._choose_file)
        self._update()
        self._export.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        self._warning.setWordWrap(True)
        self._warning.setFont(scaled_font(self.font(), SMALL_TEXT))
        self._warning.setForegroundRole(QPalette.ColorRole.Link)
        right = QVBoxLayout()
        right.setSpacing(16)
        for row in (self.format_row, self.size_row, self._quality):
            right.addWidget(row)
        right.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(EDGE)
        top.addWidget(_Preview(self._picture, self), 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(right, 1)
        layout = self._layout
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addSpacing(4)
        layout.addLayout(self._where)
        layout.addWidget(self._warning)
        layout.addWidget(self._note)
        layout.addWidget(self._licence)

    def _sizes(self) -> tuple[ChoiceOption, ...]:
        width, height = self._picture.image.width(), self._picture.image.height()
        return tuple(
            ChoiceOption(value=str(factor), text=f"{width * factor} × {height * factor}")
            for factor in FACTORS
            if max(width, height) * factor <= LARGEST_EXPORT
        )

    @property
    def note(self) -> str:
        """What the file will keep of the picture."""
        return self._note.text()

    @property
    def warning(self) -> str:
        """What to think of before it is written, or ""."""
        return self._warning.text()

    @property
    def licence(self) -> str:
        """May I sell it, whom do I credit?"""
        return self._licence.text()

    @property
    def choice(self) -> ExportChoice:
        """What is set now."""
        return ExportChoice(
            file=self._file,
            format=self.format,
            factor=int(self.size_row.value or 1),
            quality=self.quality,
            lossless=self.format == "webp" and self.quality == 100,
            replace=self._replaces,
        )

    @property
    def _file(self) -> Path:
        return typed_path(self.place_edit.text())

    @Slot(object)
    def _format_chosen(self, change: ChoiceChange) -> None:
        file = Path(self.place_edit.text().strip())
        picture_format = cast(Format, change.value or "png")
        if file.name:
            self.place_edit.setText(str(free_name(with_suffix(file, picture_format))))
        self._update()

    @Slot()
    def _update(self) -> None:
        self._replaces = is_there(self._file)
        choice = self.choice
        keeps_all = choice.format == "png" or choice.lossless
        if keeps_all and choice.factor == 1:
            note = self.tr("The file holds the recipe and every pixel: it can be remade exactly.")
        elif keeps_all:
            note = self.tr(
                "Each pixel becomes a square of {factor} × {factor}. The file holds the recipe "
                "of the picture as it was made."
            ).format(factor=choice.factor)
        else:
            note = self.tr("The file holds the recipe; its pixels are close, not exact.")
        self._note.setText(note)
        has_name = bool(self.place_edit.text().strip()) and not is_folder(choice.file)
        if not has_name:
            warning = self.tr("Give the file a name.")
        elif choice.replace:
            warning = self.tr("A file of this name is there; it will be replaced.")
        else:
            warning = ""
        self._warning.setText(warning)
        self._warning.setVisible(bool(warning))
        self._export.setEnabled(has_name)
        self._fit()

    @Slot()
    def _choose_file(self) -> None:
        names = {"png": "PNG (*.png)", "jpeg": "JPEG (*.jpg *.jpeg)", "webp": "WebP (*.webp)"}
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Export"),
            self.place_edit.text(),
            names[self.choice.format],
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.place_edit.setText(str(with_suffix(Path(name), self.choice.format)))

    @override
    def accept(self) -> None:
        if is_there(self._file) and not self._replaces:
            self._update()  # it came meanwhile: say so first
        elif self._export.isEnabled():
            self._exporter.export(self._picture, self.choice)
            super().accept()
