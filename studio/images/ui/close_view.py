"""The page on which one or two pictures are looked at, with what can be done with them."""

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.images.ui.subject import Subject
from studio.shell.pictures.zoom import ZoomItem, ZoomView
from studio.shell.theme import MARGIN
from studio.shell.widgets.buttons import PrimaryButton, QuietButton


class CloseView(QWidget):
    """Shows `Subject`s in a `ZoomView`, and says which of two is meant."""

    more_wanted = Signal()
    keep_wanted = Signal()
    copy_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, name: Callable[[Subject], str], parent: QWidget | None = None) -> None:
        """``name`` gives what a picture is called."""
        super().__init__(parent)
        self._name = name
        self._subjects: tuple[Subject, ...] = ()
        self.zoom = ZoomView(self)
        self._more = PrimaryButton(self.tr("More like this"), self)
        self._keep = QuietButton(self.tr("Keep"), self, key="K")
        copy = QuietButton(self.tr("Copy"), self)
        export = QuietButton(self.tr("Export…"), self)
        self.zoom.add_actions(self._more, self._keep, copy, export)
        for button, signal in (
            (self._more, self.more_wanted),
            (self._keep, self.keep_wanted),
            (copy, self.copy_wanted),
            (export, self.export_wanted),
        ):
            button.clicked.connect(signal)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 0, MARGIN, 0)
        layout.addWidget(self.zoom)

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """What is looked at; empty while the page is not in use."""
        return self._subjects

    @property
    def subject(self) -> Subject | None:
        """The one that actions are about."""
        return self._subjects[self.zoom.active] if self._subjects else None

    def look_at(self, *subjects: Subject) -> None:
        """Look at one picture, or at two side by side."""
        self._subjects = subjects
        self.zoom.show_items(*(self._item(subject) for subject in subjects))

    def show_newer(self, newer: Subject) -> None:
        """Show a newer picture of a place, if that place is looked at."""
        for index, subject in enumerate(self._subjects):
            if subject.place == newer.place and newer.image is not subject.image:
                before, after = self._subjects[:index], self._subjects[index + 1 :]
                self._subjects = (*before, newer, *after)
                self.zoom.replace_image(index, self._item(newer))

    def show_kept(self, is_kept: bool, *, can_vary: bool) -> None:
        """Fit the actions to the picture; ``can_vary``: its model is here."""
        self._keep.setText(self.tr("Kept") if is_kept else self.tr("Keep"))
        self._keep.set_key("" if is_kept else "K")
        self._keep.setEnabled(not is_kept)
        self._more.setEnabled(can_vary)

    @Slot()
    def clear(self) -> None:
        """Nothing is looked at any more."""
        self._subjects = ()

    def _item(self, subject: Subject) -> ZoomItem:
        return ZoomItem(name=self._name(subject), image=subject.image)
