"""The bar beside the chosen picture: one primary action, and the next one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.shell.actions import ActionRegistry
from studio.shell.widgets.buttons import PrimaryButton, QuietButton
from studio.shell.widgets.popover import Popover


class TileBar(Popover):
    """Floats beside a tile; another pair of actions when two pictures are chosen."""

    more_wanted = Signal()
    keep_wanted = Signal()
    compare_wanted = Signal()
    cross_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.more = PrimaryButton(self.tr("More like this"), self)
        self.compare = PrimaryButton(self.tr("Compare"), self)
        self.cross = QuietButton(self.tr("Cross these two"), self)
        self.keep = QuietButton(self.tr("Keep"), self)
        for button in (self.more, self.compare, self.cross, self.keep):
            self.content.addWidget(button)
        self.more.clicked.connect(self.more_wanted)
        self.keep.clicked.connect(self.keep_wanted)
        self.compare.clicked.connect(self.compare_wanted)
        self.cross.clicked.connect(self.cross_wanted)
        self._why_not = ""
        self.show_for(two=False, is_kept=False, is_made=True)

    def follow_keys(self, actions: ActionRegistry) -> None:
        """Show the keys that do the same, and others when the user changes them."""
        for button, name, tip in (
            (self.more, "more_like_this", self.tr("Pictures near this one")),
            (self.compare, "compare", self.tr("A wipe between the two")),
            (self.cross, "cross", self.tr("Children of the two")),
            (self.keep, "keep", ""),
        ):
            button.follow_key(actions.action(f"images.{name}"), tip=tip)

    def forbid_changes(self, reason: str) -> None:
        """From now on nothing can be kept, because of ``reason``."""
        self._why_not = reason
        self.keep.setEnabled(False)
        self.keep.setToolTip(reason)

    def show_for(self, *, two: bool, is_kept: bool, is_made: bool) -> None:
        """Fit the actions to what is chosen."""
        self.more.setVisible(not two)
        self.compare.setVisible(two)
        self.cross.setVisible(two)
        self.keep.setText(self.tr("Kept") if is_kept else self.tr("Keep"))
        self.keep.show_key(not is_kept)
        self.keep.setEnabled(is_made and not is_kept and not self._why_not)
        self.more.setEnabled(is_made)
        self.compare.setEnabled(is_made)
        self.cross.setEnabled(is_made)


class WorkBar(Popover):
    """Floats beside a kept picture; another pair of actions when two are chosen."""

    cross_wanted = Signal()
    compare_wanted = Signal()
    open_wanted = Signal()
    enlarge_wanted = Signal()
    copy_wanted = Signal()
    export_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cross = PrimaryButton(self.tr("Cross these two"), self)
        self.compare = QuietButton(self.tr("Compare"), self)
        self.open = QuietButton(self.tr("Look closer"), self)
        self.enlarge = QuietButton(self.tr("Enlarge…"), self)
        self.copy = QuietButton(self.tr("Copy"), self)
        self.export = QuietButton(self.tr("Export…"), self)
        self.remove = QuietButton(self.tr("Remove"), self)
        for button, signal in (
            (self.cross, self.cross_wanted),
            (self.compare, self.compare_wanted),
            (self.open, self.open_wanted),
            (self.enlarge, self.enlarge_wanted),
            (self.copy, self.copy_wanted),
            (self.export, self.export_wanted),
            (self.remove, self.remove_wanted),
        ):
            self.content.addWidget(button)
            button.clicked.connect(signal)
        self.show_for(two=False, are_akin=False)

    def forbid_changes(self, reason: str) -> None:
        """From now on nothing can be removed, because of ``reason``."""
        self.remove.setEnabled(False)
        self.remove.setToolTip(reason)

    def show_for(self, *, two: bool, are_akin: bool) -> None:
        """Fit the actions to what is chosen; ``are_akin``: the two can have children."""
        for button in (self.cross, self.compare):
            button.setVisible(two)
        for button in (self.open, self.enlarge, self.copy, self.export, self.remove):
            button.setVisible(not two)
        self.cross.setEnabled(are_akin)
        tip = self.tr("Children of the two (X)")
        if not are_akin:
            tip = self.tr("Two models made them; only pictures of one model can be crossed.")
        self.cross.setToolTip(tip)

    def follow_keys(self, actions: ActionRegistry) -> None:
        """Show the keys that do the same, and others when the user changes them."""
        self.cross.follow_key(actions.action("images.cross"))
        self.compare.follow_key(actions.action("images.compare"))
