"""The kind of the picture: one by a click, or a blend of several by sliders of shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from studio.contract.manifest import Control
from studio.shell.widgets.buttons import PADDING_ACROSS, FlatButton, IconButton
from studio.shell.widgets.choice_row import ChoiceChange, ChoiceOption, ChoiceRow
from studio.shell.widgets.control_row import ControlRow, NumberSpec, ValueChange

SPACING: Final = 10
MOST: Final = 8
"""Kinds that are blended at once; of more nothing can be told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindsChange:
    """The user chose a kind, or moved a share."""

    shares: Mapping[str, float]
    final: bool


class KindPanel(QWidget):
    """Chips for the kinds; with a second kind a slider for the share of each."""

    changed = Signal(object)
    """Payload: `KindsChange`; what the program shows is not told."""

    def __init__(self, control: Control, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = {c.value: c.label.text(language) for c in control.choices}
        self._shares: dict[str, float] = {}
        self._rows: dict[str, ControlRow] = {}
        self._lines: dict[str, QWidget] = {}
        options = tuple(ChoiceOption(value=v, text=text) for v, text in self._names.items())
        label = control.label.text(language)
        self.chips = ChoiceRow(control.name, label, options, self, tip=control.help.text(language))
        self.chips.chosen.connect(self._chosen)
        self.blend = FlatButton(self.tr("Blend with…"), self, icon="plus")
        self.blend.setToolTip(self.tr("Add a second kind, with a share of its own"))
        self.blend.clicked.connect(self._show_menu)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING)
        self._column.addWidget(self.chips)
        foot = QHBoxLayout()
        foot.setContentsMargins(-PADDING_ACROSS // 2, 0, 0, 0)
        foot.addWidget(self.blend)
        foot.addStretch(1)
        self._column.addLayout(foot)

    @property
    def shares(self) -> Mapping[str, float]:
        """The kinds of the picture, each with its share."""
        return self._shares

    @property
    def rows(self) -> Mapping[str, ControlRow]:
        """The sliders of shares, by kind; none while there is one kind."""
        return self._rows

    def set_shares(self, shares: Mapping[str, float]) -> None:
        """Show other shares, without telling anybody."""
        if not shares:
            return
        self._shares = dict(shares)
        self.chips.set_value(max(shares, key=lambda kind: shares[kind]))
        wanted = list(shares) if len(shares) > 1 else []
        for kind in [kind for kind in self._rows if kind not in wanted]:
            line = self._lines.pop(kind)
            del self._rows[kind]
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        for kind in wanted:
            if kind not in self._rows:
                self._add_row(kind)
            self._rows[kind].set_value(100.0 * shares[kind])
        self.blend.setEnabled(len(shares) < min(MOST, len(self._names)))

    def _add_row(self, kind: str) -> None:
        name = self._names.get(kind, kind)
        line = QWidget(self)
        row = ControlRow(
            NumberSpec(
                name=kind,
                label=name,
                help=self.tr("The share of this kind in the blend"),
                minimum=0.0,
                maximum=100.0,
                default=50.0,
                step=1.0,
                unit="%",
            ),
            line,
        )
        row.value_changed.connect(self._share_changed)
        away = IconButton("close", self.tr("Take {kind} out").format(kind=name), line, side=24)
        away.clicked.connect(partial(self._take_out, kind))
        beside = QHBoxLayout(line)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(row, 1)
        beside.addWidget(away)
        self._rows[kind], self._lines[kind] = row, line
        self._column.insertWidget(self._column.count() - 1, line)

    @Slot(object)
    def _chosen(self, change: ChoiceChange) -> None:
        if change.value is not None:
            self._tell({change.value: 1.0}, final=True)

    def _share_changed(self, change: ValueChange) -> None:
        """The others keep their proportions among themselves."""
        share = min(max(change.value / 100.0, 0.0), 1.0)
        others = {kind: s for kind, s in self._shares.items() if kind != change.name}
        left = sum(others.values())
        if left > 0.0:
            others = {kind: s / left * (1.0 - share) for kind, s in others.items()}
        else:
            others = dict.fromkeys(others, (1.0 - share) / max(len(others), 1))
        shares = {kind: share if kind == change.name else others[kind] for kind in self._shares}
        if not change.final:  # the slider that is held stays where the hand has it
            self._shares = shares
            for kind, row in self._rows.items():
                if kind != change.name:
                    row.set_value(100.0 * shares[kind])
        self._tell(shares, final=change.final)

    def _take_out(self, kind: str) -> None:
        others = {k: s for k, s in self._shares.items() if k != kind}
        total = sum(others.values())
        if total <= 0.0:
            others = dict.fromkeys(others, 1.0)
        self._tell(others, final=True)

    def _add(self, kind: str) -> None:
        """A new kind comes in with an even share."""
        share = 1.0 / (len(self._shares) + 1)
        shares = {k: s * (1.0 - share) for k, s in self._shares.items()}
        self._tell({**shares, kind: share}, final=True)

    def _show_menu(self) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for kind, name in self._names.items():
            if kind not in self._shares:
                menu.addAction(name, partial(self._add, kind))
        menu.popup(self.blend.mapToGlobal(self.blend.rect().bottomLeft()))

    def _tell(self, shares: Mapping[str, float], *, final: bool) -> None:
        if shares:
            self.changed.emit(KindsChange(shares=shares, final=final))
