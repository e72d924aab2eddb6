"""The family tree with what it is searched by, and how large it is shown."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.images.lineage import Member
from studio.images.ui.breed.family_link import FamilyLink
from studio.images.ui.breed.tree_painter import SIDES
from studio.images.ui.breed.tree_pictures import TreePictures
from studio.images.ui.breed.tree_view import NodeEvent, TreeView
from studio.images.ui.message_page import MessagePage
from studio.project.search import Query
from studio.shell.gallery.elided import ElidedLabel
from studio.shell.gallery.title_bar import TYPING_MS
from studio.shell.gallery.vocabulary import Vocabulary
from studio.shell.icons import icon, icon_side
from studio.shell.theme import GAP, MARGIN
from studio.shell.widgets.buttons import IconButton
from studio.shell.widgets.chip import Chip

FIELD_WIDTH: Final = 300
LEAST_CHARACTERS: Final = 6
LONGEST: Final = 300
SEEN_MILLISECONDS: Final = 40
"""Pictures are asked for when the view has rested for so long."""


class TreeField(QLineEdit):
    """Return and Down go to the next one found, Escape empties it."""

    next_wanted = Signal(int)
    """Payload: 1 for the next one, -1 for the one before."""
    left = Signal()
    """The keyboard should go to the tree."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        words = self.tr("Search the family tree")
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        self.setToolTip(self.tr("Kinds, models, colours, traits, numbers, names (Ctrl+F)"))
        self.setClearButtonEnabled(True)
        self.setMaxLength(LONGEST)
        self.addAction(icon("search", size=icon_side()), QLineEdit.ActionPosition.LeadingPosition)
        self._fit()

    def _fit(self) -> None:
        around = 2 * icon_side() + 4 * GAP
        self.setMinimumWidth(around + LEAST_CHARACTERS * self.fontMetrics().averageCharWidth())
        self.setMaximumWidth(max(FIELD_WIDTH, self.sizeHint().width()))

    @override
    def sizeHint(self) -> QSize:
        """Wide enough for what it says while it is empty, where there is room for that."""
        words = self.fontMetrics().horizontalAdvance(self.placeholderText())
        return QSize(words + 2 * icon_side() + 4 * GAP, super().sizeHint().height())

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.next_wanted.emit(-1 if back else 1)
        elif key == Qt.Key.Key_Down:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class TreePage(QWidget):
    """Binds the view to the family and to its pictures."""

    looked = Signal(object)
    """Payload: `NodeEvent`: another picture is looked at."""

    def __init__(
        self,
        family: FamilyLink,
        pictures: TreePictures,
        vocabulary: Vocabulary,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._family = family
        self._pictures = pictures
        self._vocabulary = vocabulary
        self._parent_name = ""
        """Identity of the picture whose children alone are looked for."""
        self._found: tuple[str, ...] | None = None
        self._is_shown_once = False
        self.view = TreeView(pictures.get, self.spoken)
        self.view.set_missing(pictures.is_missing)
        self.field = TreeField(self)
        self.favourites = self._chip(self.tr("Favourites"))
        self.kept = self._chip(self.tr("Kept"))
        self.children_of = self._chip(self.tr("Its children"))
        self.children_of.hide()
        self._words = ElidedLabel(self)
        self._before = IconButton("chevron-left", self.tr("The one found before (Shift+F3)"), self)
        self._after = IconButton("chevron-right", self.tr("The next one found (F3)"), self)
        self._smaller = IconButton("zoom-out", self.tr("Smaller (Ctrl+-)"), self)
        self._larger = IconButton("zoom", self.tr("Larger (Ctrl++)"), self)
        self._empty = MessagePage(self)
        self._stack = QStackedWidget(self)
        self._build()
        self._typing = self._timer(TYPING_MS, self._search)
        self._resting = self._timer(SEEN_MILLISECONDS, self._want)
        self.field.textChanged.connect(lambda _text: self._typing.start())
        self.field.next_wanted.connect(self.go_on)
        self.field.left.connect(self.view.setFocus)
        for chip in (self.favourites, self.kept):
            chip.clicked.connect(self._search)
        self.children_of.clicked.connect(lambda: self.look_for_children(""))
        self._before.clicked.connect(lambda: self.go_on(-1))
        self._after.clicked.connect(lambda: self.go_on(1))
        self._smaller.clicked.connect(lambda: self.zoom(-1))
        self._larger.clicked.connect(lambda: self.zoom(1))
        self.view.fold_wanted.connect(self._fold)
        self.view.current_changed.connect(self.looked)
        self.view.seen_changed.connect(self._resting.start)
        self.view.zoom_changed.connect(lambda _zoom: self._fit_zoom())
        family.changed.connect(self._family_changed)
        pictures.arrived.connect(self.view.refresh)
        pictures.coloured.connect(family.reread)
        self._fit_zoom()
        self._say()

    def _chip(self, text: str) -> Chip:
        chip = Chip(text, self)
        chip.setCheckable(True)
        return chip

    def _timer(self, milliseconds: int, slot: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    def _build(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(MARGIN, 0, MARGIN - 4, GAP)
        line.setSpacing(GAP - 2)
        line.addWidget(self.field, 2)
        for chip in (self.favourites, self.kept, self.children_of):
            line.addWidget(chip)
        line.addWidget(self._before)
        line.addWidget(self._after)
        line.addWidget(self._words, 1)
        line.addWidget(self._smaller)
        line.addWidget(self._larger)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.view)
        self._empty.say(
            self.tr(
                "The family tree grows by itself: every picture that you breed from, cross or "
                "mark as a favourite stays here with its parents and its children."
            ),
            icon="similar",
            can_retry=False,
            can_choose=False,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addWidget(self._stack, 1)

    # What is asked of it

    @property
    def found(self) -> tuple[str, ...] | None:
        """Who a search has found, oldest first; None: no search is on."""
        return self._found

    @property
    def sentence(self) -> str:
        """How many there are, or were found."""
        return self._words.text()

    def open(self) -> None:
        """It comes to the front: read the tree, draw what is in view."""
        if not self._family.is_loaded:
            self._family.load()
        self._resting.start()

    def close_up(self) -> None:
        """Another page comes to the front: draw nothing more."""
        self._resting.stop()
        self._pictures.stop()

    def look_at(self, name: str) -> bool:
        """Bring a picture into the middle, unfolding what hides it; False: it is not there."""
        if name not in self._family.lineage:
            return False
        self._family.unfold_to(name)
        self.view.look_at(name, centred=True)
        return True

    def look_for_children(self, name: str) -> None:
        """Look for the children of one picture alone; "": of everybody again."""
        self._parent_name = name
        member = self._family.lineage.get(name)
        self.children_of.setVisible(member is not None)
        if member is not None:
            kind = self._vocabulary.kind((member.model, member.kind))
            words = self.tr("Children of {kind} {number}").format(kind=kind, number=member.seed)
            self.children_of.setAccessibleName(words)
            self.children_of.setToolTip(words)
            self.children_of.setChecked(True)
        self._search()

    def go_on(self, step: int) -> None:
        """Look at the next one found, or at the one before."""
        if self._typing.isActive():
            self._typing.stop()
            self._search()
        found = self._found
        if not found:
            return
        here = self.view.current
        place = found.index(here) + step if here in found else (0 if step > 0 else -1)
        self.look_at(found[place % len(found)])
        self._say()

    def zoom(self, steps: int) -> None:
        """Show it larger or smaller."""
        self.view.set_zoom(self.view.zoom + steps)

    def spoken(self, member: Member) -> str:
        """What a screen reader says of a picture of the tree."""
        parts = [member.title] if member.title else []
        parts.append(self._vocabulary.kind((member.model, member.kind)))
        parts.append(
            QCoreApplication.translate("FamilyTree", "generation {number}").format(
                number=member.generation + 1
            )
        )
        if member.favourite:
            parts.append(QCoreApplication.translate("FamilyTree", "favourite"))
        if member.is_kept:
            parts.append(QCoreApplication.translate("FamilyTree", "kept"))
        children = len(self._family.lineage.children(member.identity))
        if children:
            parts.append(QCoreApplication.translate("FamilyTree", "%n child(ren)", "", children))
        parts.append(
            QCoreApplication.translate("FamilyTree", "number {number}").format(number=member.seed)
        )
        return QCoreApplication.translate("FamilyTree", ", ").join(parts)

    def menu_place(self) -> QPoint:
        """Where a menu about the current picture belongs, on the screen."""
        return self.view.viewport().mapToGlobal(self.view.middle_of(self.view.current).toPoint())

    # How it is done

    @Slot()
    def _family_changed(self) -> None:
        self.view.set_tree(self._family.lineage, self._family.layout)
        self._stack.setCurrentWidget(self.view if len(self._family.lineage) else self._empty)
        for widget in (self.field, self.favourites, self.kept, self._smaller, self._larger):
            widget.setEnabled(len(self._family.lineage) > 0)
        if self._parent_name and self._parent_name not in self._family.lineage:
            self.look_for_children("")
        else:
            self._search()
        if not self._is_shown_once and len(self._family.lineage):
            self._is_shown_once = True
            newest = max(self._family.lineage, key=lambda member: member.place)
            if newest.identity in self._family.layout:
                self.view.look_at(newest.identity, centred=True)
        self._resting.start()

    @Slot(object)
    def _fold(self, event: NodeEvent) -> None:
        self._family.fold(event.name)

    @Slot()
    def _search(self) -> None:
        """Find anew what is asked for; what is not found fades."""
        words = self._vocabulary.words(self.field.text())
        asks = bool(words) or bool(self._parent_name)
        asks = asks or self.favourites.isChecked() or self.kept.isChecked()
        if not asks:
            self._found = None
        else:
            lineage = self._family.lineage
            query = Query(words=words, parent=self._parent_name)
            found = lineage.search(query, favourites=self.favourites.isChecked())
            if self.kept.isChecked():
                found = tuple(name for name in found if lineage[name].is_kept)
            self._found = found
        self.view.set_found(None if self._found is None else frozenset(self._found))
        self._say()

    def _say(self) -> None:
        found = self._found
        for button in (self._before, self._after):
            button.setVisible(found is not None)
            button.setEnabled(bool(found))
        if found is None:
            count = len(self._family.lineage)
            text = self.tr("%n picture(s) in the tree", "", count) if count else ""
        elif not found:
            text = self.tr("Nothing of that in the tree")
        elif self.view.current in found:
            text = self.tr("{place} of {count}").format(
                place=found.index(self.view.current) + 1, count=len(found)
            )
        else:
            text = self.tr("%n found", "", len(found))
        self._words.setText(text)

    def _fit_zoom(self) -> None:
        self._smaller.setEnabled(self.view.zoom > 0)
        self._larger.setEnabled(self.view.zoom < len(SIDES) - 1)

    @Slot()
    def _want(self) -> None:
        """Draw what is in view: the current one first, then from the top."""
        if not self.isVisible() or not self.view.scale.has_pictures:
            self._pictures.want(())
            return
        names = self.view.seen()
        if self.view.current in names:
            names = [self.view.current, *(name for name in names if name != self.view.current)]
        self._pictures.want([self._family.lineage[name] for name in names])
