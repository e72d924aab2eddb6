"""What the user means: the picture that a command is about, wherever it is shown."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from studio.images.ui.close_view import CloseView
from studio.images.ui.desk import WallDesk
from studio.images.ui.keeper import WorkKeeper
from studio.images.ui.kept import KeptPictures
from studio.images.ui.neighbours import Neighbours
from studio.images.ui.subject import Subject
from studio.images.ui.wall_board import WallBoard


class Attention:
    """Looks where the user looks: close by, then grown, kept, chosen, under the keyboard."""

    def __init__(
        self,
        close_view: CloseView,
        neighbours: Neighbours,
        board: WallBoard,
        kept: KeptPictures,
        desk: WallDesk,
        keeper: WorkKeeper,
    ) -> None:
        self._close_view = close_view
        self._neighbours = neighbours
        self._board = board
        self._wall = board.view
        self._kept = kept
        self._desk = desk
        self._keeper = keeper

    @property
    def is_close(self) -> bool:
        """Whether a picture is looked at close by."""
        return bool(self._close_view.subjects)

    @property
    def subject(self) -> Subject | None:
        """The picture close by, else the one that has grown, else that of `place`."""
        if self._close_view.subject is not None:
            return self._close_view.subject
        if self._neighbours.subject is not None:
            return self._neighbours.subject
        place = self.place
        return None if place is None else self._board.subject_at(place)

    @property
    def place(self) -> int | None:
        """The chosen tile, else the one the keyboard is on; its picture may still be made."""
        place = self._wall.chosen
        if place is None and self._wall.hasFocus() and self._wall.faces:
            place = self._wall.current
        return place

    @property
    def has_picture(self) -> bool:
        """Whether a command would find a picture."""
        return self.is_close or self._kept.chosen is not None or self.place is not None

    @property
    def is_kept(self) -> bool:
        """Whether everything that would be kept is kept already."""
        if not self.is_close and self._kept.chosen is not None:
            return True
        subject = self.subject
        subjects = [] if subject is None else [subject]
        if not self.is_close and self._neighbours.subject is None:
            subjects = self._board.chosen_subjects() or subjects
        return bool(subjects) and all(self._keeper.is_kept(one.recipe) for one in subjects)

    def with_subject(self, run: Callable[[Subject], object]) -> None:
        """Call ``run`` with the subject, which for a kept picture may have to be read first."""
        work = None if self.is_close else self._kept.chosen
        if work is not None:
            self._kept.with_subject(work, run)
            return
        subject = self.subject
        if subject is not None:
            run(subject)

    def with_shown(self, run: Callable[[Subject], object]) -> None:
        """Like `with_subject`, but not with what merely is under the keyboard."""
        is_chosen = self._wall.chosen is not None or self._kept.chosen is not None
        if self.is_close or is_chosen:
            self.with_subject(run)

    # Why a command would do nothing now; empty: it would do something

    def why_no_picture(self) -> str:
        """For the commands that are about one picture."""
        if self.has_picture:
            return ""
        return QCoreApplication.translate("Attention", "Choose a picture first.")

    def why_no_keep(self) -> str:
        """For keeping."""
        reason = self._keeper.why_not() or self.why_no_picture()
        if not reason and self.is_kept:
            reason = QCoreApplication.translate("Attention", "It is kept already.")
        return reason

    def why_no_tile(self) -> str:
        """For those that are about one of the wall."""
        if not self.is_close and self.place is not None:
            return ""
        return QCoreApplication.translate("Attention", "Choose a picture on the wall first.")

    def why_not_back(self) -> str:
        """For the way to the wall before."""
        if self._desk.can_go_back:
            return ""
        return QCoreApplication.translate("Attention", "This is the first wall.")
