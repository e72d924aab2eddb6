"""The bar beside the chosen picture: one primary action, and the next one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.shell.widgets.buttons import PrimaryButton, QuietButton
from studio.shell.widgets.popover import Popover


class TileBar(Popover):
    """Floats beside a tile; another pair of actions when two pictures are chosen."""

    more_wanted = Signal()
    keep_wanted = Signal()
    compare_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.more = PrimaryButton(self.tr("More like this"), self)
        self.compare = PrimaryButton(self.tr("Compare"), self)
        self.keep = QuietButton(self.tr("Keep"), self, key="K")
        self.more.setToolTip(self.tr("Pictures near this one (M)"))
        self.compare.setToolTip(self.tr("Both side by side (C)"))
        for button in (self.more, self.compare, self.keep):
            self.content.addWidget(button)
        self.more.clicked.connect(self.more_wanted)
        self.keep.clicked.connect(self.keep_wanted)
        self.compare.clicked.connect(self.compare_wanted)
        self.show_for(two=False, is_kept=False, is_made=True)

    def show_for(self, *, two: bool, is_kept: bool, is_made: bool) -> None:
        """Fit the actions to what is chosen."""
        self.more.setVisible(not two)
        self.compare.setVisible(two)
        self.keep.setText(self.tr("Kept") if is_kept else self.tr("Keep"))
        self.keep.set_key("" if is_kept else "K")
        self.keep.setEnabled(is_made and not is_kept)
        self.more.setEnabled(is_made)
        self.compare.setEnabled(is_made)


class WorkBar(Popover):
    """Floats beside a kept picture."""

    open_wanted = Signal()
    copy_wanted = Signal()
    export_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.open = QuietButton(self.tr("Enlarge"), self)
        self.copy = QuietButton(self.tr("Copy"), self)
        self.export = QuietButton(self.tr("Export…"), self)
        self.remove = QuietButton(self.tr("Remove"), self)
        for button, signal in (
            (self.open, self.open_wanted),
            (self.copy, self.copy_wanted),
            (self.export, self.export_wanted),
            (self.remove, self.remove_wanted),
        ):
            self.content.addWidget(button)
            button.clicked.connect(signal)
