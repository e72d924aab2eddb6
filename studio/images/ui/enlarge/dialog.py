"""How large, in which way, and where to: open it, look at a detail, press Return."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import QCoreApplication, QLocale, QStandardPaths, Qt, Slot
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.contract.enlarging import (
    SMALLEST_TILE,
    TILE,
    EnlargeReport,
    Method,
    affordable_tile,
    factors,
    memory_needed,
    possible_factors,
    work_pixels,
)
from studio.contract.manifest import Enlarging, Model
from studio.contract.overriding import override
from studio.images.ui.background import BackgroundWork
from studio.images.ui.enlarge.preview import DetailPreview
from studio.images.ui.enlarge.run import EnlargeChoice, EnlargeRun
from studio.images.ui.enlarge.subjects import ToEnlarge
from studio.images.ui.export_memory import read_habit
from studio.images.ui.export_sheet import EDGE, ExportSheet
from studio.project.paths import absolute_folder
from studio.shell.folders import own_folder
from studio.shell.services import Services
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.widgets.choice_row import ChoiceOption, ChoiceRow

WIDTH: Final = 760
PRINT_DPI: Final = 300
"""Dots an inch of a print that is looked at from reading distance."""
_CENTIMETRES: Final = 2.54
SQUARES: Final = (2, 3, 4, 6, 8, 12, 16)
"""What is offered of the factors that squares could do."""
MEGABYTE: Final = 10**6


class EnlargeDialog(ExportSheet):
    """For one picture, or many that are enlarged alike."""

    def __init__(
        self,
        services: Services,
        work: BackgroundWork,
        subjects: Sequence[ToEnlarge],
        *,
        licence: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """``work`` outlives the dialog; ``licence`` answers for each model: may I sell it, whom do
        I credit?"""
        self._services = services
        self._subjects = tuple(subjects)
        self._model = enlarging_model(services)
        self._memory = free_memory()
        self._terms = licence
        self._pace: float | None = None
        """Seconds for a pixel that goes through the network, as the detail took."""
        habit = read_habit(services.project.store)
        place = habit.place() or own_folder(QStandardPaths.StandardLocation.PicturesLocation)
        super().__init__(
            habit.format,
            place=str(place),
            licence=licence,
            less=QCoreApplication.translate(
                "EnlargeDialog", "Less makes the file smaller and the picture coarser."
            ),
            width=WIDTH,
            parent=parent,
        )
        self.setWindowTitle(self.tr("Enlarge"))
        self._export.setText(self.tr("Enlarge"))
        self.place_edit.setAccessibleName(self.tr("Folder"))
        self.preview = DetailPreview(services, work, self._subjects[0], self)
        self.method_row = ChoiceRow(
            "method", self.tr("How"), self._methods(), self, takes_return=False
        )
        self.factor_row = self._new_factor_row()
        self.result_row = ChoiceRow(
            "result", self.tr("Result"), self._results(), self, takes_return=False
        )
        self._size = QLabel(self)
        self._cost = QLabel(self)
        if self._model is None or all(subject.pixel_art for subject in self._subjects):
            self.method_row.set_value("nearest")
            self._replace_factors()
        self._build()
        self.method_row.chosen.connect(self._method_chosen)
        self.result_row.chosen.connect(self._update)
        self.format_row.chosen.connect(self._update)
        self.place_edit.textChanged.connect(self._update)
        self._choose.clicked.connect(self._choose_folder)
        self.preview.measured.connect(self._measured)
        self.finished.connect(self.preview.stop)
        self._changed()
        self._export.setFocus(Qt.FocusReason.OtherFocusReason)

    # What it is made of

    def _build(self) -> None:
        heading = QLabel(self._heading(), self)
        heading.setFont(scaled_font(self.font(), weight=QFont.Weight.DemiBold))
        heading.setWordWrap(True)
        self._size.setWordWrap(True)
        self._cost.setWordWrap(True)
        self._cost.setFont(scaled_font(self.font(), SMALL_TEXT))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(14)
        for widget in (self.method_row, self.factor_row, self._size, self._cost):
            self._rows.addWidget(widget)
        self._rows.addSpacing(2)
        for row in (self.result_row, self.format_row, self._quality):
            self._rows.addWidget(row)
        self._rows.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(EDGE)
        top.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(self._rows, 1)
        self._layout.setSpacing(12)
        self._layout.addWidget(heading)
        self._layout.addLayout(top)
        self._layout.addLayout(self._where)
        self._layout.addWidget(self._note)
        self._layout.addWidget(self._licence)

    def _heading(self) -> str:
        count = len(self._subjects)
        if count > 1:
            return self.tr("%n picture(s)", "", count)
        subject, locale = self._subjects[0], QLocale()
        size = f"{locale.toString(subject.width)} × {locale.toString(subject.height)}"
        return self.tr("{name}, {size} pixels").format(name=subject.stem, size=size)

    def _methods(self) -> tuple[ChoiceOption, ...]:
        squares = ChoiceOption(value="nearest", text=self.tr("Every pixel a square"))
        if self._model is None:
            return (squares,)
        return ChoiceOption(value="model", text=self.tr("Drawn anew, smooth edges")), squares

    def _results(self) -> tuple[ChoiceOption, ...]:
        write = ChoiceOption(value="file", text=self.tr("Write a file"))
        if len(self._subjects) > 1:
            write = ChoiceOption(value="file", text=self.tr("Write files"))
        can_keep = all(subject.can_be_kept for subject in self._subjects)
        if not can_keep or self._services.project.is_read_only:
            return (write,)
        return ChoiceOption(value="keep", text=self.tr("Keep")), write

    def _new_factor_row(self) -> ChoiceRow:
        """The factors of the way that is chosen, as sizes where one picture is enlarged."""
        offered = factors(self._enlarging)
        if self._enlarging is None:
            offered = tuple(factor for factor in offered if factor in SQUARES)
        subject, locale = self._subjects[0], QLocale()
        fits = self._possible()
        options = []
        for factor in offered:
            if len(self._subjects) > 1:
                text = self.tr("{factor} times").format(factor=factor)
            else:
                sides = (subject.width * factor, subject.height * factor)
                text = " × ".join(map(locale.toString, sides))
            if factor in fits:
                options.append(ChoiceOption(value=str(factor), text=text))
        label = self.tr("Size in pixels") if len(self._subjects) == 1 else self.tr("Size")
        row = ChoiceRow("factor", label, tuple(options), self, takes_return=False)
        wanted = 4 if 4 in fits else max(fits, default=2)
        row.set_value(str(wanted))
        row.chosen.connect(self._changed)
        return row

    def _possible(self) -> tuple[int, ...]:
        """The factors that fit into the memory there is, for each of the pictures."""
        found = set(factors(self._enlarging))
        for subject in self._subjects:
            size = subject.width, subject.height, subject.channels
            found &= set(possible_factors(*size, self._enlarging, self._memory))
        return tuple(sorted(found))

    def _replace_factors(self) -> None:
        """Another way offers others; the one that was chosen stays if it is among them."""
        before, old = self.factor_row.value, self.factor_row
        self.factor_row = self._new_factor_row()
        self.factor_row.set_value(before)
        old.hide()
        old.deleteLater()

    # What is chosen

    @property
    def _enlarging(self) -> Enlarging | None:
        model = self._model if self._method == "model" else None
        return None if model is None else model.manifest.enlarging

    @property
    def _method(self) -> Method:
        return cast(Method, self.method_row.value or "nearest")

    @property
    def keeps(self) -> bool:
        """Whether the enlarged pictures are kept, and no file is written elsewhere."""
        return self.result_row.value == "keep"

    @property
    def is_possible(self) -> bool:
        """Whether any size fits into the memory there is."""
        return self.factor_row.value is not None

    @property
    def choice(self) -> EnlargeChoice:
        """What is set now."""
        typed = self.place_edit.text().strip() or "."
        return EnlargeChoice(
            factor=int(self.factor_row.value or 2),
            method=self._method,
            model=self._model if self._method == "model" else None,
            folder=None if self.keeps else absolute_folder(Path(typed)),
            format="png" if self.keeps else self.format,
            quality=self.quality,
        )

    @property
    def size_text(self) -> str:
        """How large it becomes, on the screen and in print."""
        return self._size.text()

    @property
    def cost_text(self) -> str:
        """How long it takes and what it needs."""
        return self._cost.text()

    @property
    def note(self) -> str:
        """What the result remembers."""
        return self._note.text()

    @Slot()
    def _method_chosen(self) -> None:
        at = self._rows.indexOf(self.factor_row)
        self._rows.removeWidget(self.factor_row)
        self._replace_factors()
        self._rows.insertWidget(at, self.factor_row)
        self.factor_row.show()
        self._pace = None
        self._changed()

    @Slot()
    def _changed(self) -> None:
        """The way or the size is another: the detail is looked at anew."""
        self._update()
        if self.is_possible:
            self.preview.show_choice(self.choice)

    @Slot()
    def _update(self) -> None:
        for part in (self.format_row, self.place_edit, self._choose):
            part.setVisible(not self.keeps)
        self._size.setText(self._size_words())
        self._size.setVisible(bool(self._size.text()))
        self._cost.setText(self._cost_words())
        role = QPalette.ColorRole.PlaceholderText
        self._cost.setForegroundRole(role if self.is_possible else QPalette.ColorRole.Link)
        self._note.setText(self._note_words())
        self._licence.setText(self._licence_words())
        self._licence.setVisible(bool(self._licence.text()))
        has_place = self.keeps or bool(self.place_edit.text().strip())
        self._export.setEnabled(self.is_possible and has_place)
        self._fit()
        self._quality.setVisible(not self.keeps and self.format != "png")

    def _size_words(self) -> str:
        if len(self._subjects) > 1 or not self.is_possible:
            return ""
        subject, factor, locale = self._subjects[0], self.choice.factor, QLocale()
        sides = [
            locale.toString(side * factor / PRINT_DPI * _CENTIMETRES, "f", 1)
            for side in (subject.width, subject.height)
        ]
        text = self.tr("{factor} times as large; in print {size} cm at {dpi} dots an inch.")
        return text.format(factor=factor, size=" × ".join(sides), dpi=PRINT_DPI)

    def _cost_words(self) -> str:
        locale = QLocale()
        if not self.is_possible:
            subject = max(self._subjects, key=lambda one: one.width * one.height)
            size = subject.width, subject.height, subject.channels
            needed = memory_needed(*size, 2, self._enlarging, tile=SMALLEST_TILE)
            text = self.tr(
                "Too large: even twice the size would need {needed} MB, and {there} MB are free."
            )
            return text.format(
                needed=locale.toString(round(needed / MEGABYTE)),
                there=locale.toString(round(self._memory / MEGABYTE)),
            )
        factor, needed = self.choice.factor, 0
        for subject in self._subjects:
            size = subject.width, subject.height, subject.channels
            tile = affordable_tile(*size, factor, self._enlarging, self._memory) or SMALLEST_TILE
            needed = max(needed, memory_needed(*size, factor, self._enlarging, tile=tile))
        memory = self.tr("{size} MB of memory").format(
            size=locale.toString(max(round(needed / MEGABYTE), 1))
        )
        seconds = self._seconds(factor)
        return memory if seconds is None else f"{_time_text(seconds)}, {memory}"

    def _seconds(self, factor: int) -> float | None:
        """How long all of it will take, judged by the detail; None: not known yet."""
        enlarging = self._enlarging
        if enlarging is None or self._pace is None:
            return None
        work = sum(
            work_pixels(subject.width, subject.height, factor, enlarging, tile=TILE)
            for subject in self._subjects
        )
        return work * self._pace

    @Slot(object)
    def _measured(self, measured: tuple[EnlargeReport, int, int]) -> None:
        report, width, height = measured
        enlarging = self._enlarging
        if enlarging is not None:
            margin = 2 * enlarging.reach
            sides = (width + margin, height + margin)
            work = work_pixels(*sides, self.choice.factor, enlarging, tile=TILE)
            self._pace = report.seconds / max(work, 1)
            self._cost.setText(self._cost_words())

    def _note_words(self) -> str:
        if self.keeps:
            return self.tr("Kept with its recipe, and how it was enlarged: it can be remade.")
        if all(subject.can_be_kept for subject in self._subjects):
            return self.tr("Each file holds its recipe. Files that are there already stay.")
        return self.tr("Transparency and colour profile stay. Files that are there already stay.")

    def _licence_words(self) -> str:
        """The terms of the picture's model, and of the one that enlarges it."""
        model = self._model if self._method == "model" else None
        if model is None:
            return self._terms
        sentence = model.manifest.licence.sentence.text(self._services.language)
        return "\n".join(part for part in (self._terms, sentence) if part)

    @Slot()
    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Enlarge"), self.place_edit.text())
        if folder:
            self.place_edit.setText(folder)

    @override
    def accept(self) -> None:
        if self._export.isEnabled():
            EnlargeRun(self._services, self._subjects, self.choice).start()
            super().accept()


def _time_text(seconds: float) -> str:
    """About how long, as people say it."""
    if seconds < 1.5:
        return QCoreApplication.translate("EnlargeDialog", "About a second")
    if seconds < 90:
        return QCoreApplication.translate("EnlargeDialog", "About {count} s").format(
            count=round(seconds)
        )
    return QCoreApplication.translate("EnlargeDialog", "About {count} min").format(
        count=max(round(seconds / 60), 2)
    )


def enlarging_model(services: Services) -> Model | None:
    """The model that enlarges, if there is one."""
    found = (model for model in services.models if isinstance(model, Model))
    return next((model for model in found if model.manifest.kind == "upscaler"), None)


def free_memory() -> int:
    """Bytes that there are to work in now; the host looks again before it begins."""
    import psutil

    return int(psutil.virtual_memory().available)
