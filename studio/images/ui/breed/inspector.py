"""The controls of breeding: how different, which zone from whom, which kind; and one picture."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.manifest import Model
from studio.images.brood import USUAL_MUTATION
from studio.images.ui.breed.card import PictureCard
from studio.images.ui.breed.source_matrix import SourceMatrix
from studio.images.ui.fold import SPACING
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.widgets.choice_row import ChoiceOption, ChoiceRow
from studio.shell.widgets.control_row import ControlRow, NumberSpec

MARGINS: Final = 16
MUTATION: Final = "mutation"


class BreedInspector(QWidget):
    """Shows the state it is given and tells what the user sets; silent otherwise."""

    mutation_changed = Signal(object)
    """Payload: `ValueChange`."""
    source_changed = Signal(object)
    """Payload: `SourceChange`."""
    kind_chosen = Signal(object)
    """Payload: `ChoiceChange`; its value None means that of a parent."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._model: Model | None = None
        self._zones: tuple[str, ...] | None = None
        self.setAccessibleName(self.tr("Controls"))
        self.card = PictureCard(self)
        self.mutation = ControlRow(
            NumberSpec(
                name=MUTATION,
                label=self.tr("How different"),
                help=self.tr(
                    "How far children go from what their parents alone would give "
                    "(mutation strength): 0 is not at all, 1 has nothing to do with them."
                ),
                minimum=0.0,
                maximum=1.0,
                default=USUAL_MUTATION,
                step=0.05,
                ends=(self.tr("a little"), self.tr("very")),
            ),
            self,
        )
        self.mutation.value_changed.connect(self.mutation_changed)
        self.matrix: SourceMatrix | None = None
        self.kind: ChoiceRow | None = None
        self._controls = QWidget(self)
        self._rows = QVBoxLayout(self._controls)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(SPACING)
        self._rows.addWidget(self.mutation)
        self._whole = QLabel(
            self.tr(
                "This model draws a picture as a whole: children take some of every parent's "
                "position, and shape, texture and colour cannot be chosen apart."
            ),
            self,
        )
        self._whole.setWordWrap(True)
        self._whole.setFont(scaled_font(self.font(), SMALL_TEXT))
        self._whole.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._whole.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        self._rows.addWidget(self._whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGINS, MARGINS, MARGINS, MARGINS)
        column.setSpacing(SPACING)
        column.addWidget(self._controls)
        column.addWidget(self.card)
        column.addStretch(1)

    def show_model(self, model: Model | None, zones: tuple[str, ...]) -> None:
        """Build what depends on the model."""
        if model is self._model and zones == self._zones:
            return
        self._model, self._zones = model, zones
        for old in (self.matrix, self.kind):
            if old is not None:
                self._rows.removeWidget(old)
                old.hide()
                old.deleteLater()
        self.matrix, self.kind = None, None
        self._whole.setVisible(model is not None and not zones)
        if zones:
            self.matrix = SourceMatrix(zones, self)
            self.matrix.changed.connect(self.source_changed)
            self._rows.addWidget(self.matrix)
        control = None if model is None else model.manifest.control("class")
        if control is not None:
            options = [ChoiceOption(value=None, text=self.tr("As the parents"))]
            options += [
                ChoiceOption(value=choice.value, text=choice.label.text(self._language))
                for choice in control.choices
            ]
            self.kind = ChoiceRow(
                control.name,
                control.label.text(self._language),
                tuple(options),
                self,
                tip=control.help.text(self._language),
            )
            self.kind.chosen.connect(self.kind_chosen)
            self._rows.addWidget(self.kind)

    def show_values(
        self,
        *,
        mutation: float,
        sources: Mapping[str, str],
        kind: str | None,
        parents: Sequence[tuple[str, str, QImage | None]],
    ) -> None:
        """Show what holds, without telling anybody; ``parents``: identity, name and picture."""
        self.mutation.set_value(mutation)
        if self.matrix is not None:
            self.matrix.show_parents(
                [name for name, _, _ in parents],
                [words for _, words, _ in parents],
                [image for _, _, image in parents],
            )
            self.matrix.show_sources(sources)
            self.matrix.setVisible(len(parents) > 1)
        if self.kind is not None:
            self.kind.set_value(kind)

    def show_controls(self, shown: bool) -> None:
        """Hide the controls while the family tree is looked at, or while nothing is bred."""
        self._controls.setVisible(shown)

    def forbid_changes(self) -> None:
        """The project is open to look only."""
        self._controls.setEnabled(False)
