"""The genes of a model: found by themselves or from two piles, named, and applied by a click."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.contract.overriding import override
from studio.contract.recipe import Recipe
from studio.contract.traits import TraitSearch
from studio.images.trait_file import ShelfTrait
from studio.images.traits import ShelfChange, TraitShelf
from studio.images.ui.genes.previews import StripPicture, StripPreviews
from studio.images.ui.genes.row import TraitRenamed, TraitRow, ZoneChosen
from studio.images.ui.genes.seeker import NEWS_KEY, NEWS_SECONDS, SearchEnded, TraitSeeker
from studio.images.ui.genes.trait_list import TraitList
from studio.images.ui.genes.words import trait_title
from studio.images.ui.maker import MakingFailed, PictureMaker
from studio.shell.notices import Notice, NoticeAction, NoticeCentre
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import QuietButton
from studio.shell.widgets.flow_layout import FlowLayout

SPACING: Final = 14


class GenesPanel(QWidget):
    """Shows a shelf of traits for one picture; says what the user wants of the picture."""

    amount_chosen = Signal(object)
    """Payload: `AmountChosen`: the picture is to have so much of a trait."""
    piles_wanted = Signal()
    """A trait is to be found from two piles of pictures."""

    def __init__(
        self,
        seeker: TraitSeeker,
        maker: PictureMaker,
        notices: NoticeCentre,
        language: str,
        parent: QWidget | None = None,
    ) -> None:
        """``maker`` makes the strips and nothing else."""
        super().__init__(parent)
        self._seeker = seeker
        self._notices = notices
        self._language = language
        self._previews = StripPreviews(maker, self)
        self._model: Model | None = None
        self._shelf: TraitShelf | None = None
        self._subject: Recipe | None = None
        self._live = False
        self._unsubscribe: Callable[[], None] | None = None
        self._wishing = QTimer(self)
        self._wishing.setSingleShot(True)
        self._wishing.setInterval(0)
        self._wishing.timeout.connect(self._want)
        self._build()
        seeker.changed.connect(self._show_search)
        seeker.ended.connect(self._search_ended)
        self._previews.arrived.connect(self._picture_arrived)
        self._previews.failed.connect(self._previews_failed)
        self.setAccessibleName(self.tr("Genes"))

    def _build(self) -> None:
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        self._words.setFont(scaled_font(self.font(), SMALL_TEXT))
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        buttons = QWidget(self)
        flow = FlowLayout(buttons)
        self._find = QuietButton(self.tr("Find genes"), buttons, icon="search")
        self._find.setToolTip(
            self.tr("Look for the directions in which this model's pictures differ most.")
        )
        self._piles = QuietButton(self.tr("From two piles…"), buttons)
        self._piles.setToolTip(
            self.tr("Show the model pictures with and without something, e.g. glasses.")
        )
        for button in (self._find, self._piles):
            flow.addWidget(button)
        self._searching = QWidget(self)
        line = QHBoxLayout(self._searching)
        line.setContentsMargins(0, 0, 0, 0)
        self._search_words = QLabel(self._searching)
        self._search_words.setWordWrap(True)
        self._cancel = QuietButton(self.tr("Cancel"), self._searching)
        line.addWidget(self._search_words, 1)
        line.addWidget(self._cancel)
        self._list = TraitList(self._language, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addWidget(self._words)
        column.addWidget(self._list)
        column.addWidget(self._searching)
        column.addWidget(buttons)
        self._list.chosen.connect(self.amount_chosen)
        self._list.renamed.connect(self._rename)
        self._list.zone_chosen.connect(self._set_zone)
        self._list.deleted.connect(self._delete)
        self._list.seen.connect(self._wishing.start)
        self._find.clicked.connect(self.find_genes)
        self._piles.clicked.connect(self.piles_wanted)
        self._cancel.clicked.connect(self._seeker.cancel)
        self._show_search()

    @property
    def rows(self) -> tuple[TraitRow, ...]:
        """The traits from the top; while it is not seen none are there."""
        return self._list.rows

    @property
    def subject(self) -> Recipe | None:
        """The picture whose strips are shown."""
        return self._subject

    @property
    def shelf(self) -> TraitShelf | None:
        """What the rows show."""
        return self._shelf

    @property
    def words(self) -> str:
        """What stands above the traits, or ""."""
        return "" if self._words.isHidden() else self._words.text()

    @property
    def search_words(self) -> str:
        """How far a search is, or ""."""
        return "" if self._searching.isHidden() else self._search_words.text()

    @property
    def find_button(self) -> QuietButton:
        """Starts a search."""
        return self._find

    @property
    def piles_button(self) -> QuietButton:
        """Asks for two piles."""
        return self._piles

    @property
    def cancel_button(self) -> QuietButton:
        """Gives a search up."""
        return self._cancel

    def show_model(self, model: Model | None) -> None:
        """Show the traits of another model; its pictures follow by `show_subject`."""
        if model is self._model:
            return
        self.close_shelf()
        self._model = model
        self._subject = None
        self._shelf = None if model is None else self._seeker.shelves.of(model)
        self._list.show_model(model)
        if self._shelf is not None:
            self._unsubscribe = self._shelf.subscribe(self._fill)
        self._fill()
        self._say_fault()

    def show_subject(self, subject: Recipe | None, *, live: bool = False) -> None:
        """Show the strips for another picture; ``live``: it is moving, the next one follows."""
        if subject is not None and (
            self._model is None or subject.model != self._model.manifest.id
        ):
            subject = None
        if subject == self._subject:
            self._live = live
            return
        self._subject, self._live = subject, live
        self._list.show_subject(subject)
        if subject is None:
            self._previews.stop()
        self._show_words()

    def show_trait(self, identity: str) -> None:
        """Put the keyboard on a trait, so that it is scrolled into sight.

        Without an id on the first; where there are none, on what finds some.
        """
        if self._list.is_empty:
            self._find.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._list.focus(identity)

    def close_shelf(self) -> None:
        """Let go of the shelf and make nothing more; nothing is heard of it after this."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._previews.stop()

    # What is shown

    @Slot()
    def _fill(self) -> None:
        """Show the traits that there are; rows that stay keep their pictures."""
        self._list.show_traits(() if self._shelf is None else self._shelf.traits())
        self._show_words()
        self._show_search()

    def _show_words(self) -> None:
        text = ""
        if self._model is None:
            pass
        elif self._list.is_empty:
            text = self.tr(
                "Genes are what this model's pictures differ in: hair, colour, mood. Let them be "
                "found, look at what each does, and name those you like."
            )
        elif self._subject is None:
            text = self.tr("Choose a picture to see what each gene does to it.")
        self._words.setText(text)
        self._words.setVisible(bool(text))

    def _say_fault(self) -> None:
        fault = None if self._shelf is None else self._shelf.fault
        if fault is not None:
            self._notices.report(fault)

    # Pictures

    @Slot()
    def _want(self) -> None:
        if self._model is None or self._subject is None:
            return
        rows = [row for row in self._list.rows if _is_in_sight(row)]
        traits = [row.trait for row in rows if not row.strip.is_complete]
        if traits:
            self._previews.want(self._model, self._subject, traits, live=self._live)

    @Slot(object)
    def _picture_arrived(self, event: StripPicture) -> None:
        row = self._list.row(event.trait)
        if row is not None and self._subject is not None:
            row.strip.show_picture(event.index, event.image)

    @Slot(object)
    def _previews_failed(self, event: MakingFailed) -> None:
        self._notices.report(event.error)

    # Searches

    @Slot()
    def find_genes(self) -> None:
        """Look for the genes of the model that is shown."""
        if self._model is not None:
            self._seeker.find(self._model, TraitSearch())

    @Slot()
    def _show_search(self) -> None:
        searching = self._seeker.model
        busy = searching is not None
        had_focus = self._find.hasFocus() or self._cancel.hasFocus()
        self._searching.setVisible(busy)
        self._find.setVisible(not busy)
        if had_focus:
            now = self._cancel if busy else self._find
            now.setFocus(Qt.FocusReason.OtherFocusReason)
        self._piles.setEnabled(not busy)
        known = self._shelf is not None and any(
            trait.source == "found" for trait in self._shelf.traits()
        )
        self._find.setText(self.tr("Find genes again") if known else self.tr("Find genes"))
        progress = self._seeker.progress
        if progress is None or progress.stage != "searching":
            text = self.tr("Looking for genes…")
        else:
            locale = self.locale()
            text = self.tr("Looking: {done} of {total} positions").format(
                done=locale.toString(progress.done), total=locale.toString(progress.total)
            )
        self._search_words.setText(text)

    @Slot(object)
    def _search_ended(self, event: SearchEnded) -> None:
        if event.new and event.model is self._model and self.isVisible():
            self.show_trait(event.new[0].id)

    # Changes

    @Slot(object)
    def _rename(self, event: TraitRenamed) -> None:
        if self._shelf is None or event.name.strip() == event.trait.title(self._language):
            return
        self._do(lambda shelf: shelf.rename(event.trait.id, event.name))

    @Slot(object)
    def _set_zone(self, event: ZoneChosen) -> None:
        self._do(lambda shelf: shelf.set_zone(event.trait.id, event.zone))

    @Slot(object)
    def _delete(self, trait: ShelfTrait) -> None:
        after = self._list.neighbour(trait.id)
        self._do(lambda shelf: shelf.delete(trait.id))
        if after is not None:
            self.show_trait(after)

    def _do(self, deed: Callable[[TraitShelf], object]) -> None:
        shelf = self._shelf
        if shelf is None:
            return
        before = shelf.undoable
        try:
            deed(shelf)
        except AtelierError as error:
            self._notices.report(error)
            return
        change = shelf.undoable
        if change is not None and change is not before:
            self._offer_undo(shelf, change)

    def _offer_undo(self, shelf: TraitShelf, change: ShelfChange) -> None:
        name = self._name_in(change)
        text = {
            "delete": self.tr("“{name}” was deleted."),
            "rename": self.tr("It is called “{name}” now."),
            "zone": self.tr("“{name}” is applied elsewhere now."),
        }.get(change.deed, "{name}")

        def undo() -> None:
            self._notices.withdraw(NEWS_KEY)
            if shelf.undoable is not change:
                return
            try:
                shelf.undo()
            except AtelierError as error:
                self._notices.report(error)

        action = NoticeAction(text=self.tr("Undo"), run=undo)
        self._notices.post(
            Notice(text=text.format(name=name), key=NEWS_KEY, seconds=NEWS_SECONDS, action=action)
        )

    def _name_in(self, change: ShelfChange) -> str:
        """What the one trait that a change is about is called now, or was before it went."""
        identity, before = next(iter(change.before.items()))
        row = self._list.row(identity)
        if row is not None:
            return row.title
        return "" if before is None else trait_title(before, self._language)

    def _step_of(self, event: QKeyEvent) -> Callable[[], ShelfChange | None] | None:
        """What a key undoes or does again of the shelf; None: that is the room's affair."""
        shelf = self._shelf
        if shelf is None:
            return None
        if event.matches(QKeySequence.StandardKey.Undo) and shelf.undoable is not None:
            return shelf.undo
        if event.matches(QKeySequence.StandardKey.Redo) and shelf.redoable is not None:
            return shelf.redo
        return None

    @override
    def event(self, event: QEvent) -> bool:
        """Undo follows the focus: here it takes back what was done to genes."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._step_of(event) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = self._step_of(event)
        if step is None:
            super().keyPressEvent(event)
            return
        self._notices.withdraw(NEWS_KEY)
        try:
            step()
        except AtelierError as error:
            self._notices.report(error)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._previews.stop()


def _is_in_sight(row: TraitRow) -> bool:
    return not row.strip.visibleRegion().isEmpty()
