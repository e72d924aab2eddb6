"""Keeps the family tree as the project has it: who there is, and where each of them stands."""

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from studio.contract.errors import AtelierError
from studio.images.lineage import Lineage
from studio.images.ui.background import BackgroundWork
from studio.images.ui.breed.tree_layout import NOTHING, TreeArranger, TreeLayout
from studio.project.edits import Change
from studio.project.family import FamilyRow
from studio.project.nodes import RELATIVE, WORK
from studio.shell.project_bridge import ProjectBridge

FOLDED_KEY = "breed.folded"
MOST_AT_ONCE = 200
"""Changed nodes that are read on the window's thread; more are read beside it, with all others."""
SMALL_FAMILY = 1_000
"""Members among whom even a removal is taken in at once."""


class FamilyLink(QObject):
    """One for the mode; GUI thread only."""

    changed = Signal()
    """Others stand in the tree, or elsewhere, or something else is said of them."""
    failed = Signal(object)
    """Payload: `AtelierError`: the tree cannot be read."""

    def __init__(
        self, project: ProjectBridge, work: BackgroundWork, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._work = work
        self._arranger = TreeArranger()
        self._lineage = Lineage()
        self._layout = NOTHING
        self._folded: frozenset[str] = frozenset()
        self._is_loaded = False
        self._is_reading = False
        self._is_outdated = False
        project.changed.connect(self._project_changed)

    @property
    def lineage(self) -> Lineage:
        """Everybody; not to be changed."""
        return self._lineage

    @property
    def layout(self) -> TreeLayout:
        """Where those who are shown stand."""
        return self._layout

    @property
    def is_loaded(self) -> bool:
        """Whether the project has been read."""
        return self._is_loaded

    def load(self) -> None:
        """Read the tree beside the window's thread; `changed` follows."""
        if self._is_reading:
            self._is_outdated = True
            return
        self._is_reading = True
        folded = self._folded if self._is_loaded else self._stored_folds()

        def read() -> tuple[Lineage, TreeArranger, TreeLayout]:
            lineage = Lineage(self._project.store.family())
            arranger = TreeArranger()
            return lineage, arranger, arranger.arrange(lineage, folded)

        self._work.run(read, lambda found: self._take(folded, *found), self._not_read)

    def fold(self, name: str) -> None:
        """Fold away whoever hangs from a picture, or show them again."""
        self._set_folded(self._folded ^ {name})

    def unfold_to(self, name: str) -> None:
        """Show a picture that is folded away."""
        above = set(self._lineage.line(name)[:-1])
        if above & self._folded:
            self._set_folded(self._folded - above)

    def reread(self, nodes: tuple[str, ...]) -> None:
        """Take in what has become of some nodes."""
        if not self._is_loaded or self._is_reading:
            self.load()
            return
        rows: tuple[FamilyRow, ...] = ()
        if len(nodes) <= MOST_AT_ONCE:
            try:
                rows = self._project.store.family(nodes)
            except AtelierError as error:
                self.failed.emit(error)
                return
        gone = set(nodes) - {row.node for row in rows}
        is_small = len(self._lineage) <= SMALL_FAMILY
        if len(nodes) > MOST_AT_ONCE or not (is_small or self._lineage.is_quick(rows, gone)):
            self.load()
            return
        if self._lineage.update(rows, gone):
            self._layout = self._arranger.arrange(self._lineage, self._folded)
        self.changed.emit()

    def _set_folded(self, folded: frozenset[str]) -> None:
        self._folded = frozenset(name for name in folded if name in self._lineage)
        self._layout = self._arranger.arrange(self._lineage, self._folded)
        self._project.put_state(FOLDED_KEY, msgspec.json.encode(sorted(self._folded)))
        self.changed.emit()

    def _stored_folds(self) -> frozenset[str]:
        try:
            data = self._project.store.state(FOLDED_KEY)
            return frozenset() if data is None else msgspec.json.decode(data, type=frozenset[str])
        except (AtelierError, msgspec.MsgspecError, UnicodeError, RecursionError):
            return frozenset()  # what is folded is a convenience

    def _take(
        self, folded: frozenset[str], lineage: Lineage, arranger: TreeArranger, layout: TreeLayout
    ) -> None:
        self._is_reading = False
        if self._is_loaded and folded != self._folded:
            layout = arranger.arrange(lineage, self._folded)
        else:
            self._folded = folded
        self._lineage, self._arranger, self._layout = lineage, arranger, layout
        self._is_loaded = True
        self.changed.emit()
        if self._is_outdated:
            self._is_outdated = False
            self.load()

    def _not_read(self, error: AtelierError) -> None:
        self._is_reading = False
        self.failed.emit(error)

    @Slot(object)
    def _project_changed(self, change: Change) -> None:
        if self._is_loaded and change.types & {WORK.name, RELATIVE.name}:
            if change.kind == "external":  # nodes that ended for ever are not named
                self.load()
            else:
                self.reread(change.nodes)
        elif self._is_reading:
            self._is_outdated = True
