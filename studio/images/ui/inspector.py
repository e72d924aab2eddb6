"""The controls of the wall and of the chosen picture, built from the model's manifest."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QPainter, QPalette, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.manifest import Control, Model
from studio.contract.overriding import override
from studio.contract.recipe import ControlValue, Crossed, Near, Recipe, encode_recipe
from studio.images.ui.names import kind_label
from studio.shell.icons import icon_pixmap
from studio.shell.numbers import percent_text
from studio.shell.theme import SMALL_TEXT, Colours, scaled_font
from studio.shell.widgets.buttons import PaintedButton, QuietButton
from studio.shell.widgets.choice_row import ChoiceChange, ChoiceOption, ChoiceRow
from studio.shell.widgets.control_row import ControlRow, NumberSpec
from studio.shell.widgets.seed_row import SeedRow

MARGINS: Final = 16
SPACING: Final = 20
ARROW: Final = 14
STRENGTH: Final = "strength"
"""Name of the row that is the room's own and not the model's: how different."""
DEFAULT_STRENGTH: Final = 0.4


class _FoldHead(PaintedButton):
    """Words with an arrow before them that says whether the fold is open."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self._open = False

    def show_open(self, is_open: bool) -> None:
        """Turn the arrow."""
        self._open = is_open
        state = self.tr("open") if is_open else self.tr("closed")
        self.setAccessibleName(f"{self.text()}, {state}")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(ARROW + 6 + metrics.horizontalAdvance(self.text()) + 8, metrics.height() + 8)

    @override
    def paint_content(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        name = "chevron-down" if self._open else "chevron-right"
        arrow = icon_pixmap(name, colours.soft, size=ARROW, ratio=self.devicePixelRatioF())
        painter.drawPixmap(QPointF(0, (rect.height() - ARROW) / 2), arrow)
        painter.setPen(colours.text if self.is_hovered or self._open else colours.soft)
        text = rect.adjusted(ARROW + 6, 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())


class _Fold(QWidget):
    """A heading that opens and closes what stands below it."""

    def __init__(self, title: str, parent: QWidget, *, is_open: bool) -> None:
        super().__init__(parent)
        self._head = _FoldHead(title, self)
        self.body = QWidget(self)
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(SPACING)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._head)
        layout.addWidget(self.body)
        self._head.clicked.connect(self._toggle)
        self._show(is_open)

    def _toggle(self) -> None:
        self._show(self.body.isHidden())

    def _show(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        self._head.show_open(is_open)


class RecipeSheet(QWidget):
    """How the chosen picture was made, to be read and copied; spelt out only while it is seen."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._recipe: Recipe | None = None
        self._model: Model | None = None
        self._cells: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        copy = QuietButton(self.tr("Copy the recipe"), self, icon="copy")
        copy.clicked.connect(self._copy_recipe)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(self._grid)
        layout.addWidget(copy)

    @property
    def text(self) -> str:
        """The recipe as plain lines."""
        if self._recipe is None:
            return ""
        return "\n".join(f"{name}: {value}" for name, value in self._lines(self._recipe))

    def show_recipe(self, recipe: Recipe, model: Model | None) -> None:
        """Spell out a recipe."""
        if recipe is not self._recipe or model is not self._model:
            self._recipe, self._model = recipe, model
            if self.isVisible():
                self._spell()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._spell()

    def _spell(self) -> None:
        lines = [] if self._recipe is None else self._lines(self._recipe)
        while len(self._cells) < len(lines):
            self._add_cells()
        for row, (name, text) in enumerate(self._cells):
            shown = row < len(lines)
            name.setVisible(shown)
            text.setVisible(shown)
            if shown:
                name.setText(lines[row][0])
                text.setText(lines[row][1])
                text.setAccessibleName(": ".join(lines[row]))

    def _add_cells(self) -> None:
        name, text = QLabel(self), QLabel(self)
        for cell in (name, text):
            cell.setFont(scaled_font(self.font(), SMALL_TEXT))
        name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = len(self._cells)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(name, row, 0, top)
        self._grid.addWidget(text, row, 1, top)
        self._cells.append((name, text))

    def _lines(self, recipe: Recipe) -> list[tuple[str, str]]:
        language, model = self._language, self._model
        title = model.manifest.title.text(language) if model is not None else recipe.model
        lines = [(self.tr("Model"), title)]
        for control in model.manifest.controls if model is not None else ():
            value = recipe.controls.get(control.name, control.default)
            if control.applies_to == "class":
                text = kind_label(model, recipe, language)
            elif isinstance(value, float):
                text = f"{value:.2f} {control.unit}".rstrip()
            else:
                text = str(value)
            lines.append((control.label.text(language), text))
        lines.append((self.tr("Number"), str(recipe.seed)))
        if isinstance(recipe.origin, Near):
            lines.append((self.tr("How different"), f"{recipe.origin.strength:.2f}"))
        elif isinstance(recipe.origin, Crossed):
            share = percent_text(recipe.origin.share)
            lines.append(
                (self.tr("Child of two"), self.tr("{share} of the second").format(share=share))
            )
        if recipe.width and recipe.height:
            lines.append((self.tr("Size"), f"{recipe.width} × {recipe.height}"))
        making = recipe.making
        if making is not None:
            lines.append((self.tr("Made by"), f"{making.device}, onnxruntime {making.onnxruntime}"))
        if recipe.pixels_sha256 is not None:
            lines.append((self.tr("Pixels"), f"{recipe.pixels_sha256[:12]}…"))
        return lines

    def _copy_recipe(self) -> None:
        if self._recipe is not None:
            QGuiApplication.clipboard().setText(encode_recipe(self._recipe).decode())


class ImagesInspector(QWidget):
    """Shows the state it is given and tells what the user sets; silent otherwise."""

    kind_chosen = Signal(object)
    """Payload: `ChoiceChange`; its value None means that kinds are mixed."""
    value_changed = Signal(object)
    """Payload: `ValueChange` of a control of the model, or of `STRENGTH`."""
    seed_changed = Signal(object)
    """Payload: `SeedChange`, for the chosen picture."""
    lock_changed = Signal(object)
    """Payload: `LockChange`, for the chosen picture."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._model: Model | None = None
        self._content: QWidget | None = None
        self._kind: ChoiceRow | None = None
        self._numbers: dict[str, ControlRow] = {}
        self._choices: dict[str, ChoiceRow] = {}
        self._seed: SeedRow | None = None
        self._picture: QWidget | None = None
        self._sheet: RecipeSheet | None = None
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(MARGINS, MARGINS, MARGINS, MARGINS)
        self.setAccessibleName(self.tr("Controls"))

    @property
    def rows(self) -> Mapping[str, ControlRow]:
        """The number rows by name."""
        return self._numbers

    @property
    def kind_row(self) -> ChoiceRow | None:
        """The chips for the kinds, if the model has kinds."""
        return self._kind

    @property
    def seed_row(self) -> SeedRow | None:
        """The chosen picture's number."""
        return self._seed

    @property
    def recipe_text(self) -> str:
        """The recipe sheet's lines, or "" while nothing is chosen."""
        return self._sheet.text if self._sheet is not None and self._picture_shown() else ""

    def show_model(self, model: Model | None) -> None:
        """Build the controls of another model."""
        if self._content is not None:
            self._outer.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._model = model
        self._kind, self._seed, self._picture, self._sheet = None, None, None, None
        self._numbers, self._choices = {}, {}
        self._content = QWidget(self)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        if model is not None:
            self._fill(column, model)
        column.addStretch(1)
        self._outer.addWidget(self._content)

    def show_values(
        self,
        *,
        kind: str | None,
        controls: Mapping[str, ControlValue],
        strength: float,
    ) -> None:
        """Show what holds for the wall, without telling anybody."""
        if self._kind is not None:
            self._kind.set_value(kind)
        for name, row in self._numbers.items():
            value = strength if name == STRENGTH else controls.get(name)
            if isinstance(value, int | float):
                row.set_value(float(value))
        for name, choice in self._choices.items():
            found = controls.get(name)
            if found is not None:
                choice.set_value(_word(found))

    def show_picture(self, recipe: Recipe | None, *, is_locked: bool, can_change: bool) -> None:
        """Show the chosen picture's number and recipe; None hides them.

        ``can_change``: it hangs on the wall; what is kept stays as it is.
        """
        if self._picture is None or self._seed is None or self._sheet is None:
            return
        self._picture.setVisible(recipe is not None)
        if recipe is not None:
            self._seed.set_seed(recipe.seed)
            self._seed.set_locked(is_locked)
            self._seed.setEnabled(can_change)
            self._sheet.show_recipe(recipe, self._model)

    def _picture_shown(self) -> bool:
        return self._picture is not None and not self._picture.isHidden()

    def _fill(self, column: QVBoxLayout, model: Model) -> None:
        manifest = model.manifest
        controls = sorted(manifest.controls, key=lambda c: (c.group, c.order))
        for control in controls:
            if control.tier == "first":
                column.addWidget(self._row(control))
        column.addWidget(self._strength_row())
        self._picture = self._build_picture()
        column.addWidget(self._picture)
        for tier, title in (("more", self.tr("More")), ("lab", self.tr("Lab"))):
            hidden = [control for control in controls if control.tier == tier]
            if hidden:
                fold = _Fold(title, self, is_open=False)
                for control in hidden:
                    fold.rows.addWidget(self._row(control))
                column.addWidget(fold)
        column.addWidget(self._licence(model))

    def _row(self, control: Control) -> QWidget:
        language = self._language
        label, tip = control.label.text(language), control.help.text(language)
        if control.applies_to == "class":
            options = tuple(
                ChoiceOption(value=choice.value, text=choice.label.text(language))
                for choice in control.choices
            )
            mixed = ChoiceOption(value=None, text=self.tr("All, mixed"))
            self._kind = ChoiceRow(control.name, label, (mixed, *options), self, tip=tip)
            self._kind.chosen.connect(self.kind_chosen)
            return self._kind
        if control.type in ("choice", "toggle"):
            return self._choice_row(control, label, tip)
        row = ControlRow(NumberSpec.of_control(control, language), self)
        row.value_changed.connect(self.value_changed)
        self._numbers[control.name] = row
        return row

    def _choice_row(self, control: Control, label: str, tip: str) -> ChoiceRow:
        options: tuple[ChoiceOption, ...]
        if control.type == "toggle":
            options = (
                ChoiceOption(value="true", text=self.tr("On")),
                ChoiceOption(value="false", text=self.tr("Off")),
            )
        else:
            options = tuple(
                ChoiceOption(value=choice.value, text=choice.label.text(self._language))
                for choice in control.choices
            )
        row = ChoiceRow(control.name, label, options, self, tip=tip)
        row.set_value(_word(control.default))
        row.chosen.connect(self.kind_chosen)
        self._choices[control.name] = row
        return row

    def _strength_row(self) -> ControlRow:
        spec = NumberSpec(
            name=STRENGTH,
            label=self.tr("How different"),
            help=self.tr(
                "How far “More like this” goes from the picture (mutation strength): "
                "0 is the same, 1 has nothing to do with it."
            ),
            minimum=0.05,
            maximum=1.0,
            default=DEFAULT_STRENGTH,
            step=0.05,
            ends=(self.tr("a little"), self.tr("very")),
        )
        row = ControlRow(spec, self)
        row.value_changed.connect(self.value_changed)
        self._numbers[STRENGTH] = row
        return row

    def _build_picture(self) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        self._seed = SeedRow(
            self.tr("Number of this picture"),
            box,
            tip=self.tr("The seed from which the picture's latent is drawn."),
        )
        self._seed.seed_changed.connect(self.seed_changed)
        self._seed.lock_changed.connect(self.lock_changed)
        column.addWidget(self._seed)
        fold = _Fold(self.tr("Recipe"), box, is_open=True)
        self._sheet = RecipeSheet(self._language, fold)
        fold.rows.addWidget(self._sheet)
        column.addWidget(fold)
        box.hide()
        return box

    def _licence(self, model: Model) -> QWidget:
        licence = model.manifest.licence
        words = QLabel(f"{licence.sentence.text(self._language)} {licence.credit}".strip(), self)
        words.setWordWrap(True)
        words.setFont(scaled_font(self.font(), SMALL_TEXT, weight=QFont.Weight.Normal))
        words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        words.setToolTip(licence.spdx)
        return words


def _word(value: ControlValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def control_value(control: Control, change: ChoiceChange) -> ControlValue:
    """What a chip stands for in a recipe."""
    if control.type == "toggle":
        return change.value == "true"
    return change.value if change.value is not None else control.default
