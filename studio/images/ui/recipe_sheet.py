"""How the chosen picture was made, spelt out."""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication, QPalette, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from studio.contract.manifest import Model
from studio.contract.overriding import override
from studio.contract.recipe import Crossed, Near, Recipe, Styling, encode_recipe
from studio.images.ui.names import kind_label
from studio.shell.numbers import percent_text
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import QuietButton


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
            cell.setWordWrap(True)
        name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
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
        lines += self._styling_lines(recipe)
        if recipe.width and recipe.height:
            lines.append((self.tr("Size"), f"{recipe.width} × {recipe.height}"))
        making = recipe.making
        if making is not None:
            lines.append((self.tr("Made by"), f"{making.device}, onnxruntime {making.onnxruntime}"))
        if recipe.pixels_sha256 is not None:
            lines.append((self.tr("Pixels"), f"{recipe.pixels_sha256[:12]}…"))
        return lines

    def _styling_lines(self, recipe: Recipe) -> list[tuple[str, str]]:
        """What was done to the position: shares of kinds, traits, zones of other pictures."""
        styling = recipe.styling
        if not isinstance(styling, Styling):
            return []
        lines = []
        choices = () if self._model is None else self._model.manifest.classes()
        labels = {choice.value: choice.label.text(self._language) for choice in choices}
        for kind, share in styling.kinds.items():
            lines.append((labels.get(kind, kind), percent_text(share)))
        for shift in styling.shifts:
            amount = QLocale().toString(shift.amount, "f", 1)
            where = f", {self._zone_words(shift.zone)}" if shift.zone else ""
            lines.append((shift.name or self.tr("A trait"), f"{amount} σ{where}"))
        for mixed in styling.mixed:
            words = self.tr("{share} of another picture")
            text = words.format(share=percent_text(mixed.share))
            lines.append((self._zone_words(mixed.zone), text))
        if styling.styles is not None:
            lines.append((self.tr("Styles"), self.tr("given layer by layer")))
        return lines

    def _zone_words(self, zone: str) -> str:
        return {
            "form": self.tr("Shape"),
            "texture": self.tr("Texture"),
            "colour": self.tr("Colour"),
        }.get(zone, zone)

    def _copy_recipe(self) -> None:
        if self._recipe is not None:
            QGuiApplication.clipboard().setText(encode_recipe(self._recipe).decode())
