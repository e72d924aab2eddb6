"""One trait in the panel: its name, what is known of it, its strip, and what can be done."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.contract.overriding import override
from studio.images.trait_file import LONGEST_NAME, ShelfTrait, ZoneName
from studio.images.ui.genes.strip import TraitStrip
from studio.images.ui.genes.words import trait_facts, trait_tip, trait_title, zone_text
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import IconButton

BETWEEN: Final = 2
MENU_SIDE: Final = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class TraitRenamed:
    """The artist typed a name."""

    trait: ShelfTrait
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneChosen:
    """The trait is to be applied to one zone alone, or to the whole picture."""

    trait: ShelfTrait
    zone: ZoneName


class TraitRow(QWidget):
    """F2, or a double click on the name, names it; Delete deletes it; the rest is in its menu."""

    chosen = Signal(object)
    """Payload: `AmountChosen`."""
    renamed = Signal(object)
    """Payload: `TraitRenamed`."""
    zone_chosen = Signal(object)
    """Payload: `ZoneChosen`."""
    deleted = Signal(object)
    """Payload: the `ShelfTrait` that is to go."""
    stepped = Signal(object, int)
    """Payload: this row, and by how many rows the keyboard goes further."""
    seen = Signal()
    """Its strip is painted and wants pictures."""

    def __init__(
        self,
        trait: ShelfTrait,
        language: str,
        zones: tuple[ZoneName, ...],
        parent: QWidget | None = None,
    ) -> None:
        """``zones``: those of the model."""
        super().__init__(parent)
        self._trait = trait
        self._language = language
        self._zones = zones
        self._title = _Title(self)
        self._title.setFont(scaled_font(self.font(), weight=QFont.Weight.Medium))
        self._facts = QLabel(self)
        self._facts.setFont(scaled_font(self.font(), SMALL_TEXT))
        self._facts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._more = IconButton("more", "", self, side=MENU_SIDE)
        self._edit: _NameEdit | None = None
        self.strip = TraitStrip(trait, trait_title(trait, language), self)
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._facts)
        self._head.addWidget(self._more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BETWEEN)
        column.addLayout(self._head)
        column.addWidget(self.strip)
        self._add_ends(column)
        self.setTabOrder(self.strip, self._more)
        self._title.renaming_wanted.connect(self.rename)
        self._more.clicked.connect(self._show_menu)
        self.strip.chosen.connect(self.chosen)
        self.strip.seen.connect(self.seen)
        self.strip.stepped.connect(lambda by: self.stepped.emit(self, by))
        self._show()

    @property
    def trait(self) -> ShelfTrait:
        """What it shows."""
        return self._trait

    @property
    def title(self) -> str:
        """What the trait is called in it."""
        return trait_title(self._trait, self._language)

    @property
    def facts(self) -> str:
        """What it says of the trait."""
        return self._facts.text()

    @property
    def editor(self) -> QLineEdit | None:
        """Where a name is being typed."""
        return self._edit

    @property
    def first_place(self) -> QWidget:
        """Where the keyboard comes first."""
        return self.strip

    @property
    def last_place(self) -> QWidget:
        """Where the keyboard is before it goes on to the next row."""
        return self._more

    def set_trait(self, trait: ShelfTrait) -> None:
        """The same trait, called otherwise or applied elsewhere."""
        self._trait = trait
        self._show()

    @Slot()
    def rename(self) -> None:
        """Let the artist type a name."""
        if self._edit is not None:
            return
        edit = self._edit = _NameEdit(self)
        edit.setMaxLength(LONGEST_NAME)
        edit.setText(self._trait.title(self._language))
        edit.setPlaceholderText(self.title)
        edit.setAccessibleName(self.tr("Name of “{trait}”").format(trait=self.title))
        edit.done.connect(self._name_typed)
        edit.given_up.connect(self._stop_typing)
        self._title.hide()
        self._facts.hide()
        self._head.insertWidget(0, edit, 1)
        edit.show()
        edit.selectAll()
        edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def menu(self) -> QMenu:
        """What can be done with the trait."""
        menu = QMenu(self)
        menu.addAction(self.tr("Rename") + "\tF2", self.rename)
        if self._zones:
            menu.addSeparator()
            menu.addAction(self.tr("Apply to")).setEnabled(False)
            for zone in ("", *self._zones):
                action = menu.addAction(zone_text(zone))
                action.setCheckable(True)
                action.setChecked(zone == self._trait.zone)
                chosen = ZoneChosen(trait=self._trait, zone=zone)
                action.triggered.connect(partial(self.zone_chosen.emit, chosen))
        menu.addSeparator()
        delete = menu.addAction(self.tr("Delete") + "\tDel", self._delete)
        delete.setEnabled(self._trait.is_own)
        if not self._trait.is_own:
            delete.setText(self.tr("Comes with the model"))
        return menu

    def _show(self) -> None:
        title = self.title
        self._title.setText(title)
        self._title.setToolTip(self.tr("{name}: double click to rename").format(name=title))
        self._facts.setText(trait_facts(self._trait))
        self._facts.setToolTip(trait_tip(self._trait))
        self._more.set_words(self.tr("More for “{trait}”").format(trait=title))
        self.strip.set_trait(self._trait, title)

    def _add_ends(self, column: QVBoxLayout) -> None:
        """What less and more of it look like, where the model says so."""
        if self._trait.ends is None:
            return
        line = QHBoxLayout()
        column.addLayout(line)
        for end, side in zip(
            self._trait.ends, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True
        ):
            words = QLabel(end.text(self._language), self)
            words.setFont(scaled_font(self.font(), SMALL_TEXT))
            words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            words.setAlignment(side)
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            line.addWidget(words, 1)

    @Slot()
    def _name_typed(self) -> None:
        edit = self._edit
        if edit is None:
            return
        name = edit.text()
        self._stop_typing()
        self.renamed.emit(TraitRenamed(trait=self._trait, name=name))

    @Slot()
    def _stop_typing(self) -> None:
        edit, self._edit = self._edit, None
        if edit is None:
            return
        had_focus = edit.hasFocus()
        self._head.removeWidget(edit)
        edit.hide()
        edit.deleteLater()
        self._title.show()
        self._facts.show()
        if had_focus:
            self.strip.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _show_menu(self) -> None:
        self._open_menu(self._more.mapToGlobal(QPoint(0, self._more.height())))

    def _open_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    @Slot()
    def _delete(self) -> None:
        if self._trait.is_own:
            self.deleted.emit(self._trait)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.rename()
        elif event.key() == Qt.Key.Key_Delete and self._trait.is_own:
            self._delete()
        else:
            super().keyPressEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._show_menu()
        else:
            self._open_menu(event.globalPos())


class _Title(QLabel):
    """Elided where it is too long; a double click names it."""

    renaming_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.renaming_wanted.emit()


class _NameEdit(QLineEdit):
    """Return and leaving it take the name, Escape does not."""

    done = Signal()
    given_up = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.done.emit()
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self.isHidden() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self.done.emit()
