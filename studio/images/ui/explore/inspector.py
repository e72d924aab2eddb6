"""The explorer's controls: traits, the model's own controls, kinds, zones, genes, numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from studio.contract.manifest import Control, Model
from studio.contract.recipe import Given, Recipe
from studio.images import wandering
from studio.images.document import with_control
from studio.images.exploration import FREE, LEAST_REACH, MOST_REACH, REACH
from studio.images.shifting import amount_of, with_amount
from studio.images.trait_file import ShelfTrait
from studio.images.ui.explore.desk import ExploreDesk
from studio.images.ui.explore.kinds import KindPanel, KindsChange
from studio.images.ui.explore.spots import ENDS
from studio.images.ui.explore.thumb import EndThumb
from studio.images.ui.explore.zones import ZonePanel, ZoneShare, ZoneWish
from studio.images.ui.fold import SPACING, Fold
from studio.images.ui.genes.panel import GenesPanel
from studio.images.ui.genes.words import trait_title
from studio.images.ui.inspector import MARGINS, arranged_controls, control_value
from studio.images.ui.recipe_sheet import RecipeSheet
from studio.images.ui.trait_finder import TraitFinder
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import QuietButton
from studio.shell.widgets.choice_row import ChoiceChange, ChoiceOption, ChoiceRow
from studio.shell.widgets.control_row import ControlRow, NumberSpec, ValueChange
from studio.shell.widgets.seed_row import SeedChange, SeedRow

MOST_AMOUNT: Final = 4.0
"""Sigmas to which a slider of a trait goes."""
SHOWN_AMOUNT: Final = 3.0
"""Sigmas that the pictures at its ends have."""
SHOWN_FIRST: Final = 2
"""Traits that stand there without being asked for."""
ZONE_ENDS: Final = ENDS + 5_000
"""The first of the pictures that lend a zone."""
AXES: Final = ("across", "down")
TAB_FOCUS: Final = Qt.FocusPolicy.TabFocus


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisChange:
    """The pad is to move along something else."""

    axis: str
    trait: str


class ExploreInspector(QWidget):
    """Shows what the desk says and passes on what the user sets."""

    zone_choice_wanted = Signal(object)
    """Payload: `ZoneWish` with a place on the screen."""
    zone_dropped = Signal(object)
    """Payload: `ZoneWish` with a path."""
    folds_changed = Signal()

    def __init__(
        self, desk: ExploreDesk, genes: GenesPanel, language: str, parent: QWidget | None = None
    ) -> None:
        """``genes`` stands in a fold of its own."""
        super().__init__(parent)
        self._desk = desk
        self._language = language
        self._model: Model | None = None
        self._content: QWidget | None = None
        self._open: dict[str, bool] = {"genes": True}
        self._folds: dict[str, Fold] = {}
        self._ends: dict[int, EndThumb] = {}
        self._numbers: dict[str, ControlRow] = {}
        self._choices: dict[str, ChoiceRow] = {}
        self._traits: dict[str, ControlRow] = {}
        self._shown_traits: tuple[tuple[str, str], ...] = ()
        self._kinds: KindPanel | None = None
        self._zones: ZonePanel | None = None
        self._axes: dict[str, QuietButton] = {}
        self._finder: TraitFinder | None = None
        self._genes = genes
        genes.setParent(self)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(MARGINS, MARGINS, MARGINS, MARGINS)
        self.setAccessibleName(self.tr("Controls"))
        desk.add_previews(self._previews)

    # What there is, for the mode and for tests

    @property
    def trait_rows(self) -> Mapping[str, ControlRow]:
        """The sliders of traits, by id."""
        return self._traits

    @property
    def finder(self) -> TraitFinder | None:
        """The box that finds kinds, controls and traits."""
        return self._finder

    @property
    def rows(self) -> Mapping[str, ControlRow]:
        """The sliders of the model's controls and of the explorer's own, by name."""
        return self._numbers

    @property
    def kinds(self) -> KindPanel | None:
        """The kinds, if the model has any."""
        return self._kinds

    @property
    def zones(self) -> ZonePanel | None:
        """The zones, or why there are none."""
        return self._zones

    @property
    def axes(self) -> Mapping[str, QuietButton]:
        """What the pad's axes move along."""
        return self._axes

    @property
    def number_row(self) -> SeedRow:
        """The number of the picture."""
        return self._seed

    @property
    def noise_row(self) -> SeedRow:
        """The number of the grain."""
        return self._noise_seed

    @property
    def folds(self) -> Mapping[str, bool]:
        """Which folds are open, by name."""
        return {**self._open, **{name: fold.is_open for name, fold in self._folds.items()}}

    def set_folds(self, folds: Mapping[str, bool]) -> None:
        """Open and close folds as they were left."""
        self._open |= folds
        for name, fold in self._folds.items():
            fold.set_open(self._open.get(name, fold.is_open))

    # Showing

    def show_state(self, *, live: bool) -> None:
        """Show what holds at the desk; while something moves only the numbers follow."""
        model = self._desk.model
        if model is not self._model:
            self._build(model)
        if model is None or self._desk.here is None:
            return
        if not live:
            self._fit_traits()
            self._show_rest(model, self._desk.here)
        self._show_numbers()

    def show_end(self, spot: int, image: QImage) -> None:
        """A picture for the end of a slider, or of a zone, has been made."""
        thumb = self._ends.get(spot)
        if thumb is not None:
            thumb.show_image(image)
        elif self._zones is not None and ZONE_ENDS <= spot < ZONE_ENDS + len(self._zones.rows):
            self._zones.rows[spot - ZONE_ENDS].show_image(image)

    def _show_numbers(self) -> None:
        for name, row in self._numbers.items():
            value = self._desk.control(name)
            if name == "reach" and self._desk.node is not None:
                value = self._desk.node.reach
            if isinstance(value, int | float):
                row.set_value(float(value))
        for trait in self._desk.traits():
            row_of = self._traits.get(trait.id)
            if row_of is not None:
                row_of.set_value(self._desk.amount(trait))

    def _show_rest(self, model: Model, here: Recipe) -> None:
        for name, choice in self._choices.items():
            value = self._desk.control(name)
            if value is not None:
                choice.set_value(str(value).lower() if isinstance(value, bool) else str(value))
        if self._kinds is not None:
            self._kinds.set_shares(self._desk.kinds())
        if self._zones is not None:
            for row in self._zones.rows:
                source = wandering.zone_source(here, row.zone)
                row.show_source(None if source is None else source.share, row.slot.image)
        for axis, button in self._axes.items():
            trait = self._desk.axis(axis)
            button.setText(self.tr("Free") if trait is None else trait_title(trait, self._language))
        self._seed.set_seed(here.seed)
        self._noise_seed.set_seed(here.seed if here.noise_seed is None else here.noise_seed)
        self._sheet.show_recipe(here, model)

    # Building

    def _build(self, model: Model | None) -> None:
        if self._content is not None:
            self._open = dict(self.folds)
            self._genes.setParent(self)
            self._outer.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._model, self._kinds, self._zones = model, None, None
        self._folds, self._numbers, self._choices = {}, {}, {}
        self._axes, self._ends, self._traits, self._shown_traits = {}, {}, {}, ()
        self._content = QWidget(self)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        if model is not None:
            self._fill(column, model)
        column.addStretch(1)
        self._outer.addWidget(self._content)

    def _fill(self, column: QVBoxLayout, model: Model) -> None:
        tiers = arranged_controls(model.manifest)
        column.addWidget(self._finder_of(model))
        self._trait_box = QVBoxLayout()
        self._trait_box.setSpacing(SPACING)
        column.addLayout(self._trait_box)
        for control in tiers["first"]:
            column.addWidget(self._row(control))
        if model.manifest.classes() and self._kinds is None:
            kinds = model.manifest.control("class")
            assert kinds is not None
            column.addWidget(self._row(kinds))
        genes = self._fold("genes", self.tr("Genes"), self.tr("what the pictures differ in"))
        genes.rows.addWidget(self._genes)
        self._genes.show()
        column.addWidget(genes)
        zones = () if model.manifest.styles is None else model.manifest.styles.zones()
        fold = self._fold(
            "zones", self.tr("Shape, texture, colour"), self.tr("from other pictures")
        )
        self._zones = ZonePanel(zones, fold.body)
        self._zones.connect_rows(
            self.zone_choice_wanted.emit, self.zone_dropped.emit, self._free_zone, self._share_zone
        )
        fold.rows.addWidget(self._zones)
        column.addWidget(fold)
        column.addWidget(self._pad_fold())
        if tiers["more"]:
            names = ", ".join(c.label.text(self._language) for c in tiers["more"])
            more = self._fold("more", self.tr("More"), names)
            for control in tiers["more"]:
                more.rows.addWidget(self._row(control))
            column.addWidget(more)
        column.addWidget(self._lab(tiers["lab"]))
        words = QLabel(model.manifest.limits.text(self._language), self._content)
        words.setWordWrap(True)
        words.setFont(scaled_font(self.font(), SMALL_TEXT))
        words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column.addWidget(words)

    def _finder_of(self, model: Model) -> TraitFinder:
        """The box that finds what the model can do, and says what it cannot."""
        self._finder = TraitFinder(model.manifest, self._language, self._content)
        self._finder.set_shelf(self._desk.shelf)
        self._finder.choice_wanted.connect(self._choice_found)
        self._finder.control_wanted.connect(self._show_control)
        self._finder.trait_wanted.connect(self._show_trait)
        return self._finder

    def _fold(self, name: str, title: str, summary: str) -> Fold:
        assert self._content is not None
        fold = Fold(
            name, title, self._content, is_open=self._open.get(name, False), summary=summary
        )
        fold.toggled.connect(lambda _fold: self.folds_changed.emit())
        self._folds[name] = fold
        return fold

    def _row(self, control: Control) -> QWidget:
        assert self._content is not None
        language = self._language
        if control.applies_to == "class":
            self._kinds = KindPanel(control, language, self._content)
            self._kinds.changed.connect(self._kinds_changed)
            return self._kinds
        label, tip = control.label.text(language), control.help.text(language)
        if control.type in ("choice", "toggle"):
            options = tuple(
                ChoiceOption(value=choice.value, text=choice.label.text(language))
                for choice in control.choices
            )
            if control.type == "toggle":
                options = (
                    ChoiceOption(value="true", text=self.tr("On")),
                    ChoiceOption(value="false", text=self.tr("Off")),
                )
            choice_row = ChoiceRow(control.name, label, options, self._content, tip=tip)
            choice_row.chosen.connect(partial(self._choice_changed, control))
            self._choices[control.name] = choice_row
            return choice_row
        spec = NumberSpec.of_control(control, language)
        row = ControlRow(spec, self._content, flanks=self._flanks(len(self._numbers)))
        row.value_changed.connect(
            lambda change: self._desk.set_control(
                change.name,
                round(change.value) if control.type == "integer" else change.value,
                final=change.final,
            )
        )
        self._numbers[control.name] = row
        return row

    def _flanks(self, place: int) -> tuple[EndThumb, EndThumb]:
        """The pictures at the ends of the slider ``place``."""
        thumbs = (EndThumb(self._content), EndThumb(self._content))
        first = ENDS + 2 * place
        self._ends[first], self._ends[first + 1] = thumbs
        return thumbs

    def _pad_fold(self) -> Fold:
        fold = self._fold("pad", self.tr("The pad"), self.tr("what a drag changes, and how far"))
        for axis, title in zip(
            AXES, (self.tr("To the right and left"), self.tr("Up and down")), strict=True
        ):
            button = QuietButton(self.tr("Free"), fold.body)
            button.setAccessibleName(title)
            button.clicked.connect(partial(self._choose_axis, axis))
            words = QLabel(title, fold.body)
            words.setBuddy(button)
            words.setWordWrap(True)
            line = QHBoxLayout()
            line.addWidget(words, 1)
            line.addWidget(button)
            fold.rows.addLayout(line)
            self._axes[axis] = button
        other = QuietButton(self.tr("Other free directions"), fold.body, icon="dice")
        other.clicked.connect(self._desk.roll_plane)
        fold.rows.addWidget(other, 0, Qt.AlignmentFlag.AlignLeft)
        reach = ControlRow(
            NumberSpec(
                name="reach",
                label=self.tr("How far the rim is"),
                help=self.tr(
                    "In sigmas of a trait, or steps of a free direction. The wheel over the pad "
                    "does the same."
                ),
                minimum=LEAST_REACH,
                maximum=MOST_REACH,
                default=REACH,
                step=0.1,
                ends=(self.tr("near"), self.tr("far")),
            ),
            fold.body,
        )
        reach.value_changed.connect(
            lambda change: self._desk.set_reach(change.value, final=change.final)
        )
        self._numbers["reach"] = reach
        fold.rows.addWidget(reach)
        return fold

    def _lab(self, controls: Iterable[Control]) -> Fold:
        fold = self._fold("lab", self.tr("Lab"), self.tr("numbers, recipe"))
        for control in controls:
            fold.rows.addWidget(self._row(control))
        self._seed = SeedRow(
            self.tr("Number of this picture"),
            fold.body,
            tip=self.tr("The seed from which the position is drawn; another goes there."),
        )
        self._seed.seed_changed.connect(self._seed_changed)
        self._noise_seed = SeedRow(
            self.tr("Number of the grain"),
            fold.body,
            tip=self.tr("The seed of the noise, where the model has any."),
        )
        self._noise_seed.seed_changed.connect(self._noise_changed)
        for row in (self._seed, self._noise_seed):
            row.show_lock(False)
            fold.rows.addWidget(row)
        assert self._model is not None
        self._noise_seed.setVisible(self._model.manifest.control("noise") is not None)
        self._sheet = RecipeSheet(self._language, fold.body)
        fold.rows.addWidget(self._sheet)
        return fold

    def _fit_traits(self) -> None:
        """Sliders for the axes' traits, those that the picture has, and the first few."""
        here = self._desk.here
        if here is None:
            return
        traits = self._desk.traits()
        chosen = [self._desk.axis(axis) for axis in AXES]
        wanted = [t for t in chosen if t is not None]
        wanted += [t for t in traits if amount_of(here, t)]
        wanted += self._desk.suited()[:SHOWN_FIRST] if len(wanted) < SHOWN_FIRST else ()
        shown = {t.id: t for t in wanted}
        titles = tuple((t.id, trait_title(t, self._language)) for t in shown.values())
        if titles == self._shown_traits:
            return
        focused = next((i for i, row in self._traits.items() if _has_focus(row)), None)
        for row in self._traits.values():
            self._trait_box.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._shown_traits, self._traits = titles, {}
        for spot in [s for s in self._ends if ENDS + 1_000 <= s < ZONE_ENDS]:
            del self._ends[spot]
        for place, trait in enumerate(shown.values()):
            row = self._trait_row(trait, place)
            self._trait_box.addWidget(row)
            self._traits[trait.id] = row
        if focused in self._traits:
            self._traits[focused].take_focus()

    def _trait_row(self, trait: ShelfTrait, place: int) -> ControlRow:
        spec = NumberSpec(
            name=trait.id,
            label=trait_title(trait, self._language),
            help=self.tr("More or less of it, in sigmas: ±3 is as far as pictures go by chance."),
            minimum=-MOST_AMOUNT,
            maximum=MOST_AMOUNT,
            default=0.0,
            step=0.1,
        )
        row = ControlRow(spec, self._content, flanks=self._flanks(500 + place))
        row.value_changed.connect(partial(self._trait_changed, trait))
        return row

    # Pictures at the ends

    def _previews(self, here: Recipe) -> Iterable[tuple[int, Recipe]]:
        model = self._desk.model
        if model is None or model is not self._model or not self.isVisible():
            return
        for place, trait in enumerate(self._shown()):
            for end, amount in enumerate((-SHOWN_AMOUNT, SHOWN_AMOUNT)):
                recipe = with_amount(here, trait, amount, styles=model.manifest.styles)
                yield ENDS + 1_000 + 2 * place + end, recipe
        controls = {c.name: c for c in model.manifest.controls}
        for place, name in enumerate(self._numbers):
            control, row = controls.get(name), self._numbers[name]
            if control is None or not row.isVisible():
                continue
            spec = NumberSpec.of_control(control, self._language)
            for end, value in enumerate((spec.minimum, spec.maximum)):
                whole = round(value) if control.type == "integer" else value
                yield ENDS + 2 * place + end, with_control(here, name, whole)
        for place, zone in enumerate(self._zones.rows if self._zones is not None else ()):
            source = wandering.zone_source(here, zone.zone)
            if source is not None and zone.isVisible():
                lender = Recipe(
                    model=here.model,
                    seed=here.seed,
                    origin=Given(),
                    latent=source.latent,
                    controls=here.controls,
                )
                kinds = dict(source.kinds) or self._desk.kinds()
                yield ZONE_ENDS + place, wandering.with_kinds(lender, model.manifest, kinds)

    def _shown(self) -> tuple[ShelfTrait, ...]:
        known = {trait.id: trait for trait in self._desk.traits()}
        return tuple(known[i] for i, _ in self._shown_traits if i in known)

    # What the user sets

    def _trait_changed(self, trait: ShelfTrait, change: ValueChange) -> None:
        self._desk.set_trait(trait, round(change.value, 6), final=change.final)

    def _choice_changed(self, control: Control, change: ChoiceChange) -> None:
        self._desk.set_control(control.name, control_value(control, change), final=True)

    @Slot(object)
    def _choice_found(self, change: ChoiceChange) -> None:
        """A kind or another choice was found by its name, and is wanted."""
        model = self._model
        controls = () if model is None else model.manifest.controls
        control = next((c for c in controls if c.name == change.name), None)
        if control is None or change.value is None:
            return
        if control.applies_to == "class":
            self._desk.set_kinds({change.value: 1.0}, final=True)
        else:
            self._choice_changed(control, change)

    @Slot(object)
    def _show_control(self, name: str) -> None:
        """Bring a control into sight and put the keyboard on it."""
        row: QWidget | None = self._numbers.get(name) or self._choices.get(name) or self._kinds
        if row is None:
            return
        self._open_around(row)
        places = (w for w in row.findChildren(QWidget) if w.focusPolicy() & TAB_FOCUS)
        next(places, row).setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(object)
    def _show_trait(self, trait: ShelfTrait) -> None:
        """Open the genes and put the keyboard on one."""
        self._open_around(self._genes)
        self._genes.show_trait(trait.id)

    def _open_around(self, row: QWidget) -> None:
        for fold in self._folds.values():
            if fold.isAncestorOf(row) and not fold.is_open:
                fold.set_open(True)
                self.folds_changed.emit()

    @Slot(object)
    def _kinds_changed(self, change: KindsChange) -> None:
        self._desk.set_kinds(change.shares, final=change.final)

    def _free_zone(self, wanted: ZoneWish) -> None:
        self._desk.set_zone(wanted.zone, None)

    def _share_zone(self, change: ZoneShare) -> None:
        self._desk.set_zone_share(change.zone, change.share, final=change.final)

    @Slot(object)
    def _seed_changed(self, change: SeedChange) -> None:
        self._desk.set_seed(change.seed)

    @Slot(object)
    def _noise_changed(self, change: SeedChange) -> None:
        self._desk.set_noise_seed(change.seed)

    def _choose_axis(self, axis: str) -> None:
        button = self._axes[axis]
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        now = self._desk.axis(axis)
        offered = {t.id: t for t in (now, *self._desk.suited()) if t is not None}
        for identity, title in (
            (FREE, self.tr("Free")),
            *((i, trait_title(t, self._language)) for i, t in offered.items()),
        ):
            action = menu.addAction(title, partial(self._desk.set_axis, axis, identity))
            action.setCheckable(True)
            action.setChecked(identity == (FREE if now is None else now.id))
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))


def _has_focus(row: QWidget) -> bool:
    return any(child.hasFocus() for child in row.findChildren(QWidget))
