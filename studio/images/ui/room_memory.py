"""How the room is left is written a moment after it changed, and shown again at the next start."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.images.ui.close_view import CloseView
from studio.images.ui.desk import WallDesk
from studio.images.ui.inspector import ImagesInspector
from studio.images.ui.view_memory import RoomView, read_view, write_view
from studio.images.ui.wall_board import WallBoard
from studio.shell.pictures.magnification import Magnification
from studio.shell.project_bridge import ProjectBridge

REMEMBER_MILLISECONDS: Final = 500


class RoomMemory(QObject):
    """One for the room; nothing is written before a wall hangs, or after `flush`."""

    looked = Signal(object)
    """Payload: tuple of the `Subject`s that were looked at and are to be looked at again."""

    def __init__(
        self,
        project: ProjectBridge,
        desk: WallDesk,
        board: WallBoard,
        close_view: CloseView,
        inspector: ImagesInspector,
        mode: Callable[[], str],
        parent: QObject,
    ) -> None:
        """``mode`` names the mode in front."""
        super().__init__(parent)
        self._mode = mode
        self._project = project
        self._desk = desk
        self._board = board
        self._wall = board.view
        self._close_view = close_view
        self._inspector = inspector
        self._wanted: RoomView | None = None
        """What is looked at close by as soon as it has been made."""
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REMEMBER_MILLISECONDS)
        self._timer.timeout.connect(self._write)
        for changed in (
            self._wall.current_changed,
            self._wall.seen_changed,
            close_view.magnified,
            inspector.folds_changed,
        ):
            changed.connect(self.note)

    @Slot()
    def note(self) -> None:
        """The room looks different now: write it soon."""
        self._timer.start()

    def read(self) -> RoomView:
        """How the room was left; the inspector's folds are as they were then."""
        view = read_view(self._project.store)
        self._inspector.set_folds(view.folds)
        return view

    def show(self, view: RoomView) -> None:
        """Show the part of the wall that was seen, and what was chosen; pictures may come later."""
        count = len(self._wall.faces)
        if view.current < count:
            self._wall.set_current(view.current)
        self._wall.verticalScrollBar().setValue(view.scroll)
        if view.chosen is not None and view.chosen < count:
            self._wall.choose(view.chosen, second=view.second)
        self._wanted = view if view.looking else None

    @Slot()
    def look_again(self) -> None:
        """All pictures are made: look at what was looked at, once."""
        view, self._wanted = self._wanted, None
        if view is None:
            return
        subjects = [self._board.subject_at(place) for place in view.looking]
        self._close_view.comparison.set_mode(view.comparison)
        self.looked.emit(tuple(subject for subject in subjects if subject is not None))
        if view.step is not None and len(self._close_view.subjects) == 1:
            self._close_view.zoom.show_magnified(Magnification(step=view.step, x=view.x, y=view.y))

    def flush(self) -> None:
        """Write what holds, for the last time."""
        self._timer.stop()
        self._write()
        self._closed = True

    @Slot()
    def _write(self) -> None:
        if self._desk.wall is None or self._closed:
            return
        magnification = self._close_view.magnification
        held = magnification or Magnification()
        places = tuple(s.place for s in self._close_view.subjects if s.place is not None)
        write_view(
            self._project,
            RoomView(
                scroll=self._wall.verticalScrollBar().value(),
                chosen=self._wall.chosen,
                second=self._wall.second,
                current=self._wall.current,
                looking=places,
                step=None if magnification is None else held.step,
                x=held.x,
                y=held.y,
                comparison=self._close_view.mode,
                mode=self._mode(),
                folds=dict(self._inspector.folds),
            ),
        )
