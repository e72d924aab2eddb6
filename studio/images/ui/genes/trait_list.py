"""The rows of a shelf's traits: in groups, built a few at a time, for one picture."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QPalette, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from studio.contract.manifest import Model
from studio.contract.overriding import override
from studio.contract.recipe import Recipe
from studio.contract.traits import trait_zones
from studio.images.shifting import amount_of, suits
from studio.images.trait_file import ShelfTrait
from studio.images.ui.genes.row import TraitRow
from studio.shell.theme import SMALL_TEXT, scaled_font

SPACING: Final = 14
AT_ONCE: Final = 5
"""New rows in one go: each takes some milliseconds, and the window must not wait."""


class TraitList(QWidget):
    """Builds nothing while it is not seen."""

    chosen = Signal(object)
    """Payload: `AmountChosen`."""
    renamed = Signal(object)
    """Payload: `TraitRenamed`."""
    zone_chosen = Signal(object)
    """Payload: `ZoneChosen`."""
    deleted = Signal(object)
    """Payload: the `ShelfTrait` that is to go."""
    seen = Signal()
    """A strip is painted and wants pictures."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._model: Model | None = None
        self._subject: Recipe | None = None
        self._traits: tuple[ShelfTrait, ...] = ()
        self._rows: dict[str, TraitRow] = {}
        self._headings: list[tuple[QWidget, tuple[str, ...]]] = []
        """Each with the traits below it."""
        self._waiting: deque[ShelfTrait | tuple[str, tuple[str, ...]]] = deque()
        """What is still to be laid out: rows, and headings with the traits below them."""
        self._is_stale = False
        """What is laid out is not what there is, because nobody has looked since."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING)
        self._building = QTimer(self)
        self._building.setSingleShot(True)
        self._building.setInterval(0)
        self._building.timeout.connect(self._lay_some)

    @property
    def rows(self) -> tuple[TraitRow, ...]:
        """The rows that are built, from the top."""
        order = (self._rows.get(trait.id) for trait in _grouped(self._traits))
        return tuple(row for row in order if row is not None)

    @property
    def is_empty(self) -> bool:
        """Whether there are no traits."""
        return not self._traits

    def row(self, identity: str) -> TraitRow | None:
        """The row of a trait, if it is built."""
        return self._rows.get(identity)

    def show_model(self, model: Model | None) -> None:
        """The traits that follow are another model's."""
        self._model = model
        self._subject = None
        self.show_traits(())

    def show_traits(self, traits: Sequence[ShelfTrait]) -> None:
        """Show these; rows that stay keep their pictures."""
        self._traits = tuple(traits)
        wanted = {trait.id for trait in traits}
        for identity in [known for known in self._rows if known not in wanted]:
            row = self._rows.pop(identity)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._is_stale = True
        if self.isVisible():
            self._lay_out()

    def show_subject(self, subject: Recipe | None) -> None:
        """Show the strips for another picture."""
        self._subject = subject
        for row in self._rows.values():
            self._show_on(row)
        self._show_headings()

    def focus(self, identity: str) -> None:
        """Put the keyboard on a trait, so that it is scrolled into sight; "": on the first."""
        if self._is_stale:
            self._lay_out()
        if not identity:
            identity = next(iter(self._shown()), "")
        while self._waiting and identity not in self._rows:
            self._lay_some()
        row = self._rows.get(identity)
        if row is not None:
            row.show()  # also one for other kinds, where it is asked for by its name
            row.strip.setFocus(Qt.FocusReason.TabFocusReason)

    def neighbour(self, identity: str) -> str | None:
        """The trait below another one, or else above it."""
        order = self._shown()
        at = order.index(identity)
        rest = order[at + 1 :] + order[:at][::-1]
        return rest[0] if rest else None

    def _shown(self) -> list[str]:
        return [row.trait.id for row in self.rows if not row.isHidden()]

    # Building

    def _lay_out(self) -> None:
        """Begin anew at the top; rows that are built already cost next to nothing."""
        self._is_stale = False
        for heading, _members in self._headings:
            self._column.removeWidget(heading)
            heading.hide()
            heading.deleteLater()
        self._headings = []
        for row in self._rows.values():
            self._column.removeWidget(row)
        self._waiting.clear()
        for group, members in _groups(self._traits):
            if len(members) < len(self._traits):
                self._waiting.append((group, tuple(trait.id for trait in members)))
            self._waiting.extend(members)
        self._lay_some()

    @Slot()
    def _lay_some(self) -> None:
        built = 0
        while self._waiting and built < AT_ONCE:
            item = self._waiting.popleft()
            if isinstance(item, tuple):
                self._add_heading(*item)
                continue
            row = self._rows.get(item.id)
            if row is None:
                row = self._new_row(item)
                built += 1
            row.set_trait(item)
            self._column.addWidget(row)
            self._show_on(row)
        self._show_headings()
        if self._waiting:
            self._building.start()
        else:
            self._order_tabs()

    def _order_tabs(self) -> None:
        for before, after in pairwise(self.rows):
            self.setTabOrder(before.last_place, after.first_place)

    def _show_headings(self) -> None:
        """Without those below which nothing stands for this kind of picture."""
        for heading, members in self._headings:
            rows = [self._rows[one] for one in members if one in self._rows]
            heading.setVisible(not rows or any(not row.isHidden() for row in rows))

    def _add_heading(self, group: str, members: tuple[str, ...]) -> None:
        text = {
            "shipped": self.tr("Of this model"),
            "named": self.tr("Yours"),
            "found": self.tr("Found, without a name"),
        }[group]
        heading = QLabel(text, self)
        heading.setFont(scaled_font(self.font(), SMALL_TEXT, weight=QFont.Weight.DemiBold))
        heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._headings.append((heading, members))
        self._column.addWidget(heading)

    def _new_row(self, trait: ShelfTrait) -> TraitRow:
        zones = () if self._model is None else trait_zones(self._model)
        row = TraitRow(trait, self._language, zones, self)
        self._rows[trait.id] = row
        if self._model is not None and self._model.manifest.picture_size is not None:
            row.strip.set_aspect(*self._model.manifest.picture_size)
        row.chosen.connect(self.chosen)
        row.renamed.connect(self.renamed)
        row.zone_chosen.connect(self.zone_chosen)
        row.deleted.connect(self.deleted)
        row.stepped.connect(self._step)
        row.seen.connect(self.seen)
        return row

    def _show_on(self, row: TraitRow) -> None:
        """Show the picture's amount of a trait, and have its strip made when it is seen."""
        is_shown = True
        if self._subject is not None and self._model is not None:
            is_shown = suits(self._subject, row.trait, self._model.manifest)
        row.setVisible(is_shown)
        if self._subject is None:
            row.strip.set_amount(None)
            row.strip.clear()
        else:
            row.strip.set_amount(amount_of(self._subject, row.trait))
            row.strip.expect()

    @Slot(object, int)
    def _step(self, row: TraitRow, by: int) -> None:
        order = self._shown()
        at = order.index(row.trait.id) + by
        if 0 <= at < len(order):
            self.focus(order[at])

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._lay_out()


def _groups(traits: Sequence[ShelfTrait]) -> Iterator[tuple[str, list[ShelfTrait]]]:
    """What the model ships, what the artist named, and the rest; without empty groups."""
    shipped = [trait for trait in traits if not trait.is_own]
    named = [trait for trait in traits if trait.is_own and trait.name]
    found = [trait for trait in traits if trait.is_own and not trait.name]
    for group, members in (("shipped", shipped), ("named", named), ("found", found)):
        if members:
            yield group, members


def _grouped(traits: Sequence[ShelfTrait]) -> Iterator[ShelfTrait]:
    for _group, members in _groups(traits):
        yield from members
