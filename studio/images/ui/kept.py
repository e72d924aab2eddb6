"""Kept pictures as the room shows them: the strip, its bar, and the pictures behind it."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from studio.images.ui.action_bar import WorkBar
from studio.images.ui.background import BackgroundWork
from studio.images.ui.keeper import WorkKeeper
from studio.images.ui.kept_strip import KeptStrip, WorkEvent
from studio.images.ui.raster import decoded_image
from studio.images.ui.subject import Subject
from studio.images.ui.thumbnails import ThumbnailLoader
from studio.project.edits import Change
from studio.project.nodes import Work
from studio.shell.notices import Notice, NoticeCentre, NoticeKind
from studio.shell.project_bridge import ProjectBridge
from studio.shell.undo_offer import UndoOffers
from studio.shell.widgets.buttons import QuietButton

HELD: Final = 16
BIN_SECONDS: Final = 10.0


class KeptPictures:
    """Binds strip, bar and keeper together; the pictures themselves are read when needed."""

    def __init__(
        self,
        room: QWidget,
        project: ProjectBridge,
        keeper: WorkKeeper,
        work: BackgroundWork,
        notices: NoticeCentre,
        name: Callable[[Work], str],
    ) -> None:
        self._room = room
        self._project = project
        self._keeper = keeper
        self._background = work
        self._notices = notices
        self._offers = UndoOffers(project, notices, room)
        self._images: OrderedDict[str, QImage] = OrderedDict()
        self.thumbnails = ThumbnailLoader(project.store.read_blob, work, room)
        self.strip = KeptStrip(keeper.page, self.thumbnails, name, room)
        self.bar = WorkBar(room)
        self.between = QuietButton(
            QCoreApplication.translate("KeptPictures", "Cross these two"), room, icon="cross"
        )
        self.strip.attach_between(self.between, _are_akin)
        keeper.works_changed.connect(self.strip.refresh)
        keeper.removed.connect(self._say_removed)
        self.strip.chosen.connect(self._chosen)
        self.strip.removal_wanted.connect(lambda event: self.remove(event.work))
        self.bar.remove_wanted.connect(self.remove_chosen)

    @property
    def chosen(self) -> Work | None:
        """The kept picture that is chosen."""
        return self.strip.chosen_work

    @property
    def pair(self) -> tuple[Work, Work] | None:
        """The two kept pictures that are chosen, or the only two there are."""
        chosen, second = self.strip.chosen_work, self.strip.second_work
        if chosen is not None and second is not None:
            return chosen, second
        works = (self.strip.work(0), self.strip.work(1))
        if chosen is None and self.strip.total == 2 and works[0] and works[1]:
            return works[0], works[1]
        return None

    def with_subject(self, work: Work, then: Callable[[Subject], object]) -> None:
        """Call ``then`` with the picture as soon as its file has been read and found sound."""
        image = self._images.get(work.blob)
        if image is not None:
            then(Subject(recipe=work.recipe, image=image, work=work))
            return

        def read() -> QImage:
            return decoded_image(self._project.store.read_blob(work.blob), work.id)

        def arrived(image: QImage) -> None:
            self._images[work.blob] = image
            while len(self._images) > HELD:
                self._images.popitem(last=False)
            then(Subject(recipe=work.recipe, image=image, work=work))

        self._background.run(read, arrived, self._notices.report)

    def remove_chosen(self) -> None:
        """Put the chosen one into the bin."""
        if self.chosen is not None:
            self.remove(self.chosen)

    def remove(self, work: Work) -> None:
        """Put a kept picture into the bin; once it lies there, how to get it back is said."""
        reason = self._keeper.why_not()
        if reason:
            self._notices.post(Notice(text=reason, seconds=BIN_SECONDS))
            return
        self.bar.hide()
        self._keeper.remove(work)

    def _say_removed(self, change: Change) -> None:
        self._offers.post(
            change,
            QCoreApplication.translate("KeptPictures", "Removed. It lies in the bin."),
            key="images.removed",
            kind=NoticeKind.NEWS,
            seconds=BIN_SECONDS,
        )

    def _chosen(self, event: WorkEvent | None) -> None:
        rect = None if event is None else self.strip.chosen_rect()
        if rect is None:
            self.bar.hide()
            return
        two = self.strip.second_work is not None
        self.bar.show_for(two=two, are_akin=self.pair is not None and _are_akin(*self.pair))
        corner = self.strip.viewport().mapTo(self._room, QPoint(0, 0))
        self.bar.show_beside(QRect(rect.toAlignedRect().translated(corner)))


def _are_akin(first: Work, second: Work) -> bool:
    """Whether two pictures can have children: one model made both."""
    return first.recipe.model == second.recipe.model
