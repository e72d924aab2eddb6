"""The centre of breeding: parents above, below them their children or the whole family tree."""

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.images.ui.breed.children_page import ChildrenPage
from studio.images.ui.breed.parents_row import ParentsRow
from studio.images.ui.breed.tree_page import TreePage
from studio.images.ui.mode_switch import ModeSwitch, Segment
from studio.shell.theme import GAP, MARGIN
from studio.shell.widgets.buttons import PrimaryButton, QuietButton
from studio.shell.widgets.mark import LargeMark

CHILDREN: Final = "children"
TREE: Final = "tree"
ICON: Final = 32
WIDEST: Final = 460


class NobodyPage(QWidget):
    """Nobody has any children yet: what this is for, and the button that starts it."""

    chance_wanted = Signal()
    kept_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        words = QLabel(
            self.tr(
                "Choose up to eight pictures as parents and see their children. The ones you like "
                "become the parents of the next generation, and the family tree remembers them all."
            ),
            self,
        )
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words.setFixedWidth(WIDEST)
        self.chance = PrimaryButton(self.tr("Begin with two by chance"), self, icon="dice")
        self.kept = QuietButton(self.tr("Begin with the two newest kept ones"), self)
        self.chance.clicked.connect(self.chance_wanted)
        self.kept.clicked.connect(self.kept_wanted)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(words)
        line.addStretch(1)
        buttons = QVBoxLayout()  # beside each other they find no room with large text
        buttons.setSpacing(GAP)
        for button in (self.chance, self.kept):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * GAP)
        layout.addStretch(2)
        layout.addWidget(LargeMark("cross", ICON, self))
        layout.addLayout(line)
        layout.addLayout(buttons)
        layout.addStretch(3)
        self.setAccessibleName(words.text())


class BreedPage(QWidget):
    """Puts the parts together; who is shown is the mode's affair."""

    page_chosen = Signal(str)
    """Payload: `CHILDREN` or `TREE`."""

    def __init__(self, children: ChildrenPage, tree: TreePage) -> None:
        super().__init__()
        self.children_page = children
        self.tree = tree
        self.nobody = NobodyPage(self)
        self.parents = ParentsRow(self)
        segments = (
            Segment(
                name=CHILDREN,
                text=QCoreApplication.translate("BreedPage", "Children"),
                tip=QCoreApplication.translate("BreedPage", "This generation"),
            ),
            Segment(
                name=TREE,
                text=QCoreApplication.translate("BreedPage", "Family tree"),
                tip=QCoreApplication.translate("BreedPage", "Every ancestor of every picture"),
            ),
        )
        self.switch = ModeSwitch(segments, self)
        self.switch.setAccessibleName(self.tr("Children or family tree"))
        self.switch.chosen.connect(self.page_chosen)
        self._stack = QStackedWidget(self)
        for page in (self.nobody, children, tree):
            self._stack.addWidget(page)
        head = QHBoxLayout()
        head.setContentsMargins(MARGIN - 2, 2, MARGIN, GAP)
        head.setSpacing(GAP)
        head.addWidget(self.parents, 1)
        head.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)

    @property
    def front(self) -> str:
        """`CHILDREN` or `TREE`."""
        return self.switch.current

    def show_page(self, name: str, *, has_children: bool) -> None:
        """Bring a page to the front; without children one says how to get some."""
        self.switch.set_current(name)
        page: QWidget = self.tree if name == TREE else self.children_page
        if name != TREE and not has_children:
            page = self.nobody
        self.parents.setVisible(has_children)
        self._stack.setCurrentWidget(page)

    @override
    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Hand the keyboard to what stands in front; a focus proxy would take the others out of
        the order of Tab."""
        front = self._stack.currentWidget()
        if front is self.tree:
            self.tree.view.setFocus(reason)
        elif front is self.children_page:
            self.children_page.view.setFocus(reason)
        else:
            self.nobody.chance.setFocus(reason)
