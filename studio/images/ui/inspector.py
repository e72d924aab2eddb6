"""The controls of the wall and of the chosen picture, built from the model's manifest."""

from collections.abc import Iterator, Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.manifest import Control, Manifest, Model
from studio.contract.overriding import override
from studio.contract.recipe import ControlValue, Recipe
from studio.images.ui.fold import SPACING, Fold
from studio.images.ui.genes.panel import GenesPanel
from studio.images.ui.recipe_sheet import RecipeSheet
from studio.images.ui.trait_finder import TraitFinder
from studio.shell.theme import SMALL_TEXT, Colours, scaled_font
from studio.shell.widgets.choice_row import ChoiceChange, ChoiceOption, ChoiceRow
from studio.shell.widgets.control_row import ControlRow, NumberSpec
from studio.shell.widgets.seed_row import SeedRow

MARGINS: Final = 16
MOST_FIRST: Final = 5
"""Controls that are seen at once, the room's own among them."""
STRENGTH: Final = "strength"
"""Name of the row that is the room's own and not the model's: how different."""
DEFAULT_STRENGTH: Final = 0.4
GENES: Final = "genes"
"""Name of the fold of genes."""


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
    folds_changed = Signal()
    """The user opened or closed a fold."""

    def __init__(
        self, language: str, genes: GenesPanel | None = None, parent: QWidget | None = None
    ) -> None:
        """``genes`` stands in a fold of its own."""
        super().__init__(parent)
        self._language = language
        self._genes = genes
        if genes is not None:
            genes.setParent(self)
            genes.hide()
        self._model: Model | None = None
        self._content: QWidget | None = None
        self._kind: ChoiceRow | None = None
        self._numbers: dict[str, ControlRow] = {}
        self._choices: dict[str, ChoiceRow] = {}
        self._seed: SeedRow | None = None
        self._picture: QWidget | None = None
        self._sheet: RecipeSheet | None = None
        self._finder: TraitFinder | None = None
        self._folds: dict[str, Fold] = {}
        self._fold_of: dict[str, Fold] = {}
        """The fold of each control that is in one."""
        self._open_folds: dict[str, bool] = {}
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
        if self._genes is not None:
            self._genes.setParent(self)
            self._genes.hide()
            self._genes.show_model(model)
        if self._content is not None:
            self._outer.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._model = model
        self._kind, self._seed, self._picture, self._sheet = None, None, None, None
        self._finder = None
        self._numbers, self._choices, self._folds, self._fold_of = {}, {}, {}, {}
        self._content = QWidget(self)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        if model is not None:
            self._fill(column, model)
        column.addStretch(1)
        self._outer.addWidget(self._content)

    @property
    def finder(self) -> TraitFinder | None:
        """The box that finds kinds and controls."""
        return self._finder

    @property
    def folds(self) -> Mapping[str, bool]:
        """Which folds are open, by name: also of folds that this model has nothing for."""
        return {**self._open_folds, **{name: f.is_open for name, f in self._folds.items()}}

    def set_folds(self, folds: Mapping[str, bool]) -> None:
        """Open and close folds as they were left."""
        self._open_folds = dict(folds)
        for name, fold in self._folds.items():
            fold.set_open(self._open_folds.get(name, fold.is_open))

    def show_control(self, name: str) -> None:
        """Bring a control into sight, opening its fold, and put the keyboard on it."""
        fold = self._fold_of.get(name)
        if fold is not None and not fold.is_open:
            fold.set_open(True)
            self.folds_changed.emit()
        row: QWidget | None = self._numbers.get(name) or self._choices.get(name)
        if row is None and self._kind is not None and self._kind.name == name:
            row = self._kind
        if row is not None:
            first = next(
                (w for w in row.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus),
                row,
            )
            first.setFocus(Qt.FocusReason.TabFocusReason)

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
        if self._genes is not None:
            self._genes.show_subject(recipe)
        if recipe is not None:
            self._seed.set_seed(recipe.seed)
            self._seed.set_locked(is_locked)
            self._seed.setEnabled(can_change)
            self._sheet.show_recipe(recipe, self._model)

    def _picture_shown(self) -> bool:
        return self._picture is not None and not self._picture.isHidden()

    def _fill(self, column: QVBoxLayout, model: Model) -> None:
        tiers = arranged_controls(model.manifest)
        self._finder = TraitFinder(model.manifest, self._language, self)
        self._finder.choice_wanted.connect(self.kind_chosen)
        self._finder.control_wanted.connect(self.show_control)
        if self._genes is not None:
            self._finder.set_shelf(self._genes.shelf)
            self._finder.trait_wanted.connect(lambda trait: self.show_genes(trait.id))
        column.addWidget(self._finder)
        for widget in self._rows_of(tiers["first"]):
            column.addWidget(widget)
        column.addWidget(self._strength_row())
        self._picture = self._build_picture()
        column.addWidget(self._picture)
        if self._genes is not None:
            column.addWidget(_Line(self))
            column.addWidget(self._gene_fold(self._genes))
        hidden = [tier for tier in ("more", "lab") if tiers[tier]]
        if hidden:
            column.addWidget(_Line(self))
        for tier in hidden:
            title = self.tr("More") if tier == "more" else self.tr("Lab")
            column.addWidget(self._fold(tier, title, tiers[tier]))
        column.addWidget(_Line(self))
        column.addWidget(self._about(model))

    def _fold(self, tier: str, title: str, controls: tuple[Control, ...]) -> Fold:
        summary = ", ".join(control.label.text(self._language) for control in controls)
        is_open = self._open_folds.get(tier, False)
        fold = Fold(tier, title, self, is_open=is_open, summary=summary)
        for widget in self._rows_of(controls):
            fold.rows.addWidget(widget)
        self._remember_fold(fold)
        self._fold_of |= dict.fromkeys((control.name for control in controls), fold)
        return fold

    def _gene_fold(self, genes: GenesPanel) -> Fold:
        fold = Fold(
            GENES,
            self.tr("Genes"),
            self,
            is_open=self._open_folds.get(GENES, False),
            summary=self.tr("what the pictures differ in"),
        )
        fold.rows.addWidget(genes)
        genes.show()
        self._remember_fold(fold)
        return fold

    def show_genes(self, trait: str = "") -> None:
        """Open the genes and put the keyboard on one, by its id, or on the first place there."""
        fold = self._folds.get(GENES)
        if fold is None or self._genes is None:
            return
        if not fold.is_open:
            fold.set_open(True)
            self.folds_changed.emit()
        self._genes.show_trait(trait)

    def _remember_fold(self, fold: Fold) -> None:
        self._folds[fold.name] = fold
        fold.toggled.connect(lambda _fold: self.folds_changed.emit())

    def _rows_of(self, controls: tuple[Control, ...]) -> Iterator[QWidget]:
        """The rows in order, with the heading of each group before its first."""
        group = ""
        for control in controls:
            if control.group != group:
                group = control.group
                heading = self._heading(group)
                if heading is not None:
                    yield heading
            yield self._row(control)

    def _heading(self, group: str) -> QWidget | None:
        label = None if self._model is None else self._model.manifest.groups.get(group)
        if label is None:
            return None
        heading = QLabel(label.text(self._language), self)
        heading.setFont(scaled_font(self.font(), SMALL_TEXT, weight=QFont.Weight.DemiBold))
        heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        return heading

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
        is_open = self._open_folds.get("recipe", True)
        fold = Fold("recipe", self.tr("Recipe"), box, is_open=is_open)
        self._remember_fold(fold)
        self._sheet = RecipeSheet(self._language, fold)
        fold.rows.addWidget(self._sheet)
        column.addWidget(fold)
        box.hide()
        return box

    def _about(self, model: Model) -> QWidget:
        """What the model cannot do, and what may be done with its pictures."""
        licence = model.manifest.licence
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for text, tip in (
            (model.manifest.limits.text(self._language), ""),
            (licence.sentence.text(self._language), licence.spdx),
            (licence.credit, licence.spdx),
        ):
            if text:
                words = QLabel(text, box)
                words.setWordWrap(True)
                words.setFont(scaled_font(self.font(), SMALL_TEXT, weight=QFont.Weight.Normal))
                words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
                words.setSizePolicy(
                    QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding
                )
                words.setToolTip(tip)
                column.addWidget(words)
        return box


class _Line(QWidget):
    """A thin line between what is set and what is known."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), Colours.of(self.palette()).line)


def arranged_controls(manifest: Manifest) -> dict[str, tuple[Control, ...]]:
    """The controls by tier: "first", "more", "lab", each in the manifest's order; those of a
    group together, at the place of its first control.

    Beside "How different", which is the room's own, at most four stand first: a manifest that
    asks for more has the others under More.
    """
    groups: dict[str, int] = {}
    for control in manifest.controls:
        groups[control.group] = min(groups.get(control.group, control.order), control.order)
    names = list(groups)

    def place(control: Control) -> tuple[int, int, int]:
        if not control.group:
            return control.order, -1, control.order
        return groups[control.group], names.index(control.group), control.order

    ordered = sorted(manifest.controls, key=place)
    first = [control for control in ordered if control.tier == "first"]
    more = first[MOST_FIRST - 1 :] + [c for c in ordered if c.tier == "more"]
    return {
        "first": tuple(first[: MOST_FIRST - 1]),
        "more": tuple(sorted(more, key=place)),
        "lab": tuple(control for control in ordered if control.tier == "lab"),
    }


def _word(value: ControlValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def control_value(control: Control, change: ChoiceChange) -> ControlValue:
    """What a chip stands for in a recipe."""
    if control.type == "toggle":
        return change.value == "true"
    return change.value if change.value is not None else control.default
