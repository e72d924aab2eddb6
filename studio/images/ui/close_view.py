"""The page on which one picture is looked at or two are compared, with what can be done."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.images.ui.subject import Subject
from studio.shell.actions import ActionRegistry
from studio.shell.pictures.comparison import ComparisonEvent, ComparisonMode
from studio.shell.pictures.comparison_view import ComparisonView
from studio.shell.pictures.magnification import Magnification
from studio.shell.pictures.named import NamedPicture
from studio.shell.pictures.zoom import ZoomView
from studio.shell.theme import GAP, MARGIN
from studio.shell.widgets.buttons import PrimaryButton, QuietButton
from studio.shell.widgets.flow_layout import FlowLayout


class CloseView(QWidget):
    """Shows one `Subject` in a `ZoomView` or two in a `ComparisonView`."""

    more_wanted = Signal()
    keep_wanted = Signal()
    enlarge_wanted = Signal()
    copy_wanted = Signal()
    export_wanted = Signal()
    cross_wanted = Signal()
    closed = Signal()
    active_changed = Signal()
    """Of two pictures the other one is meant now."""
    drag_started = Signal(object)
    """Payload: `Subject`."""
    menu_wanted = Signal(object)
    """Payload: QPointF on the screen; about `subject`."""
    magnified = Signal(object)
    """Payload: `Magnification` of the one picture."""
    step_wanted = Signal(object)
    """Payload: -1 or 1: the picture before or behind the one that is looked at."""

    def __init__(self, name: Callable[[Subject], str], parent: QWidget | None = None) -> None:
        """``name`` gives what a picture is called."""
        super().__init__(parent)
        self._name = name
        self._subjects: tuple[Subject, ...] = ()
        self.zoom = ZoomView(self)
        self.comparison = ComparisonView(self)
        self._more = PrimaryButton(self.tr("More like this"), self)
        self._cross = QuietButton(self.tr("Cross these two"), self, icon="cross")
        self._keep = QuietButton(self.tr("Keep"), self)
        self._why_not = ""
        enlarge = QuietButton(self.tr("Enlarge…"), self)
        copy = QuietButton(self.tr("Copy"), self)
        export = QuietButton(self.tr("Export…"), self)
        for button, signal in (
            (self._more, self.more_wanted),
            (self._cross, self.cross_wanted),
            (self._keep, self.keep_wanted),
            (enlarge, self.enlarge_wanted),
            (copy, self.copy_wanted),
            (export, self.export_wanted),
        ):
            button.clicked.connect(signal)
        self._build(self._more, self._cross, self._keep, enlarge, copy, export)
        self._connect()

    def _build(self, *buttons: QWidget) -> None:
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.zoom)
        self._pages.addWidget(self.comparison)
        actions = FlowLayout(gap=GAP, is_centred=True)
        for button in buttons:
            actions.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 0, MARGIN, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._pages, 1)
        layout.addLayout(actions)

    def _connect(self) -> None:
        self.zoom.closed.connect(self.closed)
        self.zoom.magnified.connect(self.magnified)
        self.zoom.menu_wanted.connect(self.menu_wanted)
        self.zoom.step_wanted.connect(self.step_wanted)
        self.zoom.drag_started.connect(lambda: self._dragged(0))
        self.comparison.closed.connect(self.closed)
        self.comparison.active_changed.connect(self.active_changed)
        self.comparison.drag_started.connect(self._dragged)
        self.comparison.menu_wanted.connect(self._menu_wanted)

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """What is looked at; empty while the page is not in use."""
        return self._subjects

    @property
    def subject(self) -> Subject | None:
        """The one that actions are about."""
        if not self._subjects:
            return None
        return self._subjects[self.comparison.active if self._is_pair else 0]

    @property
    def magnification(self) -> Magnification | None:
        """How the one picture is magnified; None: as large as fits."""
        return None if self._is_pair or self.zoom.is_whole else self.zoom.magnification

    @property
    def mode(self) -> ComparisonMode:
        """How two are compared."""
        return self.comparison.mode

    @property
    def view(self) -> QWidget:
        """What takes the keys."""
        return self.comparison if self._is_pair else self.zoom

    @property
    def _is_pair(self) -> bool:
        return len(self._subjects) == 2

    def look_at(self, *subjects: Subject) -> None:
        """Look at one picture, or compare two."""
        self._subjects = subjects[:2]
        items = [self._item(subject) for subject in self._subjects]
        self._pages.setCurrentWidget(self.view)
        if self._is_pair:
            self.comparison.show_pair(items[0], items[1])
        else:
            self.comparison.clear()
            self.zoom.show_item(items[0])
        self._more.setVisible(not self._is_pair)
        self._cross.setVisible(self._is_pair)

    def show_newer(self, newer: Subject) -> None:
        """Show a newer picture of a place, if that place is looked at."""
        for index, subject in enumerate(self._subjects):
            if subject.place == newer.place and newer.image is not subject.image:
                before, after = self._subjects[:index], self._subjects[index + 1 :]
                self._subjects = (*before, newer, *after)
                if self._is_pair:
                    self.comparison.replace_picture(index, self._item(newer))
                else:
                    self.zoom.replace_item(self._item(newer))

    def follow_keys(self, actions: ActionRegistry) -> None:
        """Show the key that keeps, and another when the user changes it."""
        self._keep.follow_key(actions.action("images.keep"))

    @property
    def keep_button(self) -> QuietButton:
        """Keeps what is looked at."""
        return self._keep

    def forbid_changes(self, reason: str) -> None:
        """From now on nothing can be kept, because of ``reason``."""
        self._why_not = reason
        self._keep.setEnabled(False)
        self._keep.setToolTip(reason)

    def show_kept(self, is_kept: bool, *, can_vary: bool) -> None:
        """Fit the actions to the picture; ``can_vary``: its model is here."""
        self._keep.setText(self.tr("Kept") if is_kept else self.tr("Keep"))
        self._keep.show_key(not is_kept)
        self._keep.setEnabled(not is_kept and not self._why_not)
        self._more.setEnabled(can_vary)
        self._cross.setEnabled(can_vary)

    @Slot()
    def clear(self) -> None:
        """Nothing is looked at any more."""
        self._subjects = ()
        self.comparison.clear()

    @Slot(object)
    def _dragged(self, index: int) -> None:
        if index < len(self._subjects):
            self.drag_started.emit(self._subjects[index])

    @Slot(object)
    def _menu_wanted(self, event: ComparisonEvent) -> None:
        self.menu_wanted.emit(QPointF(event.position))

    def _item(self, subject: Subject) -> NamedPicture:
        return NamedPicture(name=self._name(subject), image=subject.image)
