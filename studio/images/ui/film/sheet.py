"""Format, size and place of a film: open it, press Return, and it is made behind everything."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import msgspec
from PySide6.QtCore import QLocale, QSize, QStandardPaths, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.contract.overriding import override
from studio.film.estimate import Estimate, check_space, estimate
from studio.film.formats import (
    LARGEST_SIDE,
    SUFFIXES,
    FilmFormat,
    Quality,
    usual_enlargement,
)
from studio.images.timeline import Film
from studio.shell.folders import own_folder
from studio.shell.notices import error_text
from studio.shell.projects.words import grown
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.typed_names import free_name, is_folder, is_there, typed_path
from studio.shell.widgets.buttons import PrimaryButton, QuietButton
from studio.shell.widgets.choice_row import ChoiceChange, ChoiceOption, ChoiceRow

WIDTH: Final = 560
EDGE: Final = 24
FRAME: Final = 48
SIDES: Final = (64, 128, 256, 384, 512, 768, 1024, 2048)
"""Pixels a side that are aimed at; offered are the whole numbers that come nearest."""


class FilmHabit(msgspec.Struct, frozen=True, kw_only=True):
    """How the last film was made; damaged state falls back to this."""

    format: FilmFormat = "mp4"
    smooth: bool | None = None
    """None: as the model's pictures are enlarged elsewhere."""
    quality: Quality = "good"
    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmChoice:
    """What was decided."""

    path: Path
    format: FilmFormat
    enlargement: int
    smooth: bool
    quality: Quality
    replace: bool


class FilmSheet(QDialog):
    """Asks how and where; says what it will take before anything is made."""

    def __init__(
        self,
        film: Film,
        model: Model,
        habit: FilmHabit,
        work: Path,
        *,
        stem: str,
        licence: str,
        parent: QWidget | None = None,
    ) -> None:
        """``work`` is where pictures lie while the film is made, ``stem`` the file's name."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export the film"))
        self._film = film
        self._model = model
        self._work = work
        self._size = model.manifest.picture_size or (64, 64)
        self.choice: FilmChoice | None = None
        """What was decided, once it was."""
        names = (("mp4", "MP4"), ("webm", "WebM"), ("gif", "GIF"), ("apng", "APNG"))
        options = [ChoiceOption(value=value, text=text) for value, text in names]
        options.append(ChoiceOption(value="png", text=self.tr("PNG files")))
        self.format_row = self._row("format", self.tr("Format"), options)
        self.format_row.set_value(habit.format)
        self.size_row = self._sizes(habit.format)
        edges = [
            ChoiceOption(value="crisp", text=self.tr("Crisp")),
            ChoiceOption(value="smooth", text=self.tr("Smooth")),
        ]
        self.edges_row = self._row("edges", self.tr("Edges of enlarged pixels"), edges)
        smooth = not model.manifest.pixel_art if habit.smooth is None else habit.smooth
        self.edges_row.set_value("smooth" if smooth else "crisp")
        qualities = [
            ChoiceOption(value="small", text=self.tr("Small file")),
            ChoiceOption(value="good", text=self.tr("Good")),
            ChoiceOption(value="best", text=self.tr("Best")),
        ]
        self.quality_row = self._row("quality", self.tr("Quality"), qualities)
        self.quality_row.set_value(habit.quality)
        folder = Path(habit.folder) if habit.folder else None
        if folder is None or not folder.is_dir():
            folder = own_folder(QStandardPaths.StandardLocation.MoviesLocation)
        self.place_edit = QLineEdit(str(free_name(folder / (stem + SUFFIXES[habit.format]))), self)
        self.place_edit.setAccessibleName(self.tr("File"))
        self._choose = QuietButton(self.tr("Choose…"), self)
        self._note = QLabel(self)
        self._warning = QLabel(self)
        self._licence = QLabel(licence, self)
        for words, role in (
            (self._note, QPalette.ColorRole.PlaceholderText),
            (self._warning, QPalette.ColorRole.Link),
            (self._licence, QPalette.ColorRole.PlaceholderText),
        ):
            words.setWordWrap(True)
            words.setFont(scaled_font(self.font(), SMALL_TEXT))
            words.setForegroundRole(role)
        self._cancel = QuietButton(self.tr("Cancel"), self)
        self.export = PrimaryButton(self.tr("Export"), self)
        self._build()
        self._connect()
        self._update()
        self.export.setFocus(Qt.FocusReason.OtherFocusReason)

    def _row(self, name: str, label: str, options: list[ChoiceOption]) -> ChoiceRow:
        return ChoiceRow(name, label, tuple(options), self, takes_return=False)

    def _sizes(self, kind: FilmFormat) -> ChoiceRow:
        wide, high = self._size
        longest = max(wide, high)
        factors = sorted({max(1, side // longest) for side in SIDES} | {1})
        factors = [factor for factor in factors if factor * longest <= LARGEST_SIDE[kind]]
        options = [
            ChoiceOption(value=str(factor), text=f"{wide * factor} × {high * factor}")
            for factor in factors
        ]
        row = self._row("size", self.tr("Size in pixels"), options)
        usual = usual_enlargement(wide, high, kind)
        row.set_value(str(max((f for f in factors if f <= usual), default=1)))
        return row

    def _build(self) -> None:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(EDGE, 0, EDGE, 0)
        column.setSpacing(16)
        for row in (self.format_row, self.size_row, self.edges_row, self.quality_row):
            column.addWidget(row)
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self.place_edit, 1)
        where.addWidget(self._choose)
        column.addLayout(where)
        column.addWidget(self._warning)
        column.addWidget(self._note)
        column.addWidget(self._licence)
        self._column = column
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        scroll.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        self._buttons = QHBoxLayout()
        self._buttons.setContentsMargins(EDGE, 0, EDGE, 0)
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self._cancel)
        self._buttons.addWidget(self.export)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, EDGE, 0, EDGE - 4)
        whole.setSpacing(16)
        whole.addWidget(scroll, 1)
        whole.addLayout(self._buttons)
        self._whole = whole
        self.setFixedWidth(grown(QSize(WIDTH, 0), self).width())

    def _connect(self) -> None:
        self.format_row.chosen.connect(self._format_chosen)
        for row in (self.edges_row, self.quality_row):
            row.chosen.connect(self._update)
        self.size_row.chosen.connect(self._update)
        self.place_edit.textChanged.connect(self._update)
        self._choose.clicked.connect(self._choose_place)
        self._cancel.clicked.connect(self.reject)
        self.export.clicked.connect(self.accept)

    # What is set

    @property
    def format(self) -> FilmFormat:
        """What is written."""
        return cast(FilmFormat, self.format_row.value or "mp4")

    @property
    def note(self) -> str:
        """What the film will take."""
        return self._note.text()

    @property
    def warning(self) -> str:
        """What to think of before it is made, or why it cannot be."""
        return self._warning.text()

    @property
    def habit(self) -> FilmHabit:
        """What is remembered for the next film."""
        return FilmHabit(
            format=self.format,
            smooth=self.edges_row.value == "smooth",
            quality=cast(Quality, self.quality_row.value or "good"),
            folder=str(self._path.parent),
        )

    @property
    def _path(self) -> Path:
        return typed_path(self.place_edit.text())

    @property
    def _enlargement(self) -> int:
        return int(self.size_row.value or 1)

    def _estimate(self) -> Estimate:
        return estimate(
            self._film,
            self._model.manifest,
            film_format=self.format,
            enlargement=self._enlargement,
            smooth=self.edges_row.value == "smooth",
            quality=cast(Quality, self.quality_row.value or "good"),
        )

    @Slot(object)
    def _format_chosen(self, _change: ChoiceChange) -> None:
        old = self.size_row
        self.size_row = self._sizes(self.format)
        self._column.replaceWidget(old, self.size_row)
        old.hide()
        old.deleteLater()
        self.size_row.chosen.connect(self._update)
        path = self._path
        if path.name:
            stem = path.stem if path.suffix.lower() in SUFFIXES.values() else path.name
            self.place_edit.setText(str(free_name(path.with_name(stem + SUFFIXES[self.format]))))
        QWidget.setTabOrder(self.format_row, self.size_row)
        QWidget.setTabOrder(self.size_row, self.edges_row)
        self._update()

    @Slot()
    def _update(self) -> None:
        self.edges_row.setVisible(self._enlargement > 1)
        self.quality_row.setVisible(self.format in ("mp4", "webm"))
        path = self._path
        warning, can = "", bool(path.name)
        try:
            wanted = self._estimate()
            self._note.setText(self._words(wanted))
            if can:
                check_space(wanted, path, self._work, self._film)
        except AtelierError as error:
            warning, can = error_text(error), False
        except OSError:
            can = False
        if not path.name:
            warning = self.tr("Give the film a name.")
        elif can and is_there(path):
            can = is_folder(path) == (self.format == "png")
            warning = (
                self.tr("A film of this name is there; it will be replaced.")
                if can
                else self.tr("Something else of this name is there; give another one.")
            )
        self._warning.setText(warning)
        self._warning.setVisible(bool(warning))
        self.export.setEnabled(can)
        self._fit()

    def _words(self, wanted: Estimate) -> str:
        number = QLocale().toString
        shape = wanted.shape
        text = self.tr(
            "{seconds} s, {frames} pictures of {width} × {height}, about {size}."
        ).format(
            seconds=number(wanted.seconds, "f", 1),
            frames=number(wanted.frames),
            width=shape.width,
            height=shape.height,
            size=QLocale().formattedDataSize(
                wanted.file_bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat
            ),
        )
        if "thinned" in shape.notes:
            text += " " + self.tr("A GIF shows at most 50 pictures a second: some are left out.")
        if "padded" in shape.notes:
            text += " " + self.tr("Its sides are made even.")
        return text + " " + self.tr("The file holds the film: open it here to go on with it.")

    def _fit(self) -> None:
        self._column.activate()
        margins = self._whole.contentsMargins()
        around = margins.top() + self._whole.spacing() + margins.bottom()
        buttons = self._buttons.sizeHint().height()
        wanted = self._column.totalHeightForWidth(self.width()) + buttons + around
        self.setFixedHeight(min(wanted, self.screen().availableGeometry().height() - FRAME))

    @Slot()
    def _choose_place(self) -> None:
        options = QFileDialog.Option.DontConfirmOverwrite
        suffix = SUFFIXES[self.format]
        words = f"{self.format.upper()} (*{suffix})" if suffix else self.tr("Folder (*)")
        name, _ = QFileDialog.getSaveFileName(
            self, self.windowTitle(), self.place_edit.text(), words, options=options
        )
        if name:
            path = Path(name)
            self.place_edit.setText(str(path if path.suffix else path.with_name(name + suffix)))

    @override
    def accept(self) -> None:
        if not self.export.isEnabled():
            return
        self.choice = FilmChoice(
            path=self._path.absolute(),
            format=self.format,
            enlargement=self._enlargement,
            smooth=self.edges_row.value == "smooth",
            quality=cast(Quality, self.quality_row.value or "good"),
            replace=is_there(self._path),
        )
        super().accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return exports, wherever the focus is; buttons take it for themselves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
        else:
            super().keyPressEvent(event)
