"""What can be done with two pictures: compare them, and cross them."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from studio.contract.recipe import Recipe
from studio.images.ui.close_view import CloseView
from studio.images.ui.desk import WallDesk
from studio.images.ui.kept import KeptPictures
from studio.images.ui.subject import Subject
from studio.images.ui.wall_board import WallBoard
from studio.project.nodes import Work


class PairCommands(QObject):
    """One for the room; finds the two wherever they were chosen."""

    compared = Signal(object)
    """Payload: tuple of the two `Subject`s that are to be looked at."""
    crossing = Signal()
    """The children of two pictures are about to hang."""
    crossed = Signal()
    """They hang."""
    hinted = Signal(object)
    """Payload: a sentence that says what a command waits for."""
    model_missed = Signal(object)
    """Payload: id of the model of two pictures, which is not here."""

    def __init__(
        self,
        close_view: CloseView,
        board: WallBoard,
        kept: KeptPictures,
        desk: WallDesk,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._close_view = close_view
        self._board = board
        self._wall = board.view
        self._kept = kept
        self._desk = desk

    def why_no_comparison(self) -> str:
        """Why there is nothing to compare; empty: there is."""
        chosen, current = self._wall.chosen, self._wall.current
        second = self._wall.second is not None or current != chosen
        has_two = len(self._close_view.subjects) == 2 or self._kept.strip.second_work is not None
        if has_two or (not self._close_view.subjects and chosen is not None and second):
            return ""
        return self.tr("Choose two pictures first.")

    def why_no_crossing(self) -> str:
        """Why there is nothing to cross; empty: there is."""
        chosen = self._wall.chosen is not None and self._wall.second is not None
        if chosen or len(self._close_view.subjects) == 2 or self._kept.pair is not None:
            return ""
        return self.tr("Choose two pictures first.")

    @Slot()
    def compare(self) -> None:
        """The two that are chosen; while they are compared, the next way of comparing."""
        if len(self._close_view.subjects) == 2:
            self._close_view.comparison.next_mode()
            return
        if self._close_view.subjects:
            return
        if self._kept.strip.second_work is not None and self._kept.pair is not None:
            self._with_works(self._kept.pair)
            return
        chosen, second = self._wall.chosen, self._wall.second
        if second is None and self._wall.current != chosen:
            second = self._wall.current
        if chosen is None or second is None:
            self.hinted.emit(
                self.tr("Choose one picture, then a second one with Ctrl or Shift, to compare.")
            )
            return
        both = [self._board.subject_at(place) for place in (chosen, second)]
        self.compared.emit(tuple(subject for subject in both if subject is not None))

    @Slot()
    def cross(self) -> None:
        """The children of two pictures: those compared, those chosen, or the only two kept."""
        if len(self._close_view.subjects) == 2:
            first, second = self._close_view.subjects
            self._cross(first.recipe, second.recipe)
        elif self._wall.chosen is not None and self._wall.second is not None:
            subjects = self._board.chosen_subjects()
            if len(subjects) == 2:
                self._cross(subjects[0].recipe, subjects[1].recipe)
        elif self._kept.pair is not None:
            works = self._kept.pair
            self._cross(works[0].recipe, works[1].recipe)
        else:
            self.hinted.emit(
                self.tr("Choose one picture, then a second one with Ctrl or Shift, to cross them.")
            )

    def _cross(self, first: Recipe, second: Recipe) -> None:
        if first.model != second.model:
            self.hinted.emit(
                self.tr("Two models made them; only pictures of one model can be crossed.")
            )
        elif first.model not in self._desk.models:
            self.model_missed.emit(first.model)
        else:
            self.crossing.emit()
            self._desk.cross(first, second)
            self.crossed.emit()

    def _with_works(self, works: tuple[Work, Work]) -> None:
        """Compare two kept pictures as soon as both have been read."""

        def both(first: Subject) -> Callable[[Subject], None]:
            return lambda second: self.compared.emit((first, second))

        self._kept.with_subject(
            works[0], lambda first: self._kept.with_subject(works[1], both(first))
        )
