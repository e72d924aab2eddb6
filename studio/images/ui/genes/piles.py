"""Opens the sheet on which two piles are made, one at a time, from wherever it is asked for."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from studio.contract.manifest import Model
from studio.images.ui.background import BackgroundWork
from studio.images.ui.genes.piles_sheet import MOST_OFFERED, PilesSheet
from studio.images.ui.genes.seeker import TraitSeeker
from studio.images.ui.maker import PictureMaker
from studio.images.ui.thumbnails import ThumbnailLoader
from studio.project.nodes import WORK, Work
from studio.shell.services import Services

PAGE: Final = 200
"""Kept works that are read at once."""


class GenePiles(QObject):
    """One for the room."""

    def __init__(
        self,
        services: Services,
        seeker: TraitSeeker,
        thumbnails: ThumbnailLoader,
        background: BackgroundWork,
        name_of: Callable[[Work], str],
        over: QWidget,
    ) -> None:
        """``name_of`` says what a kept picture is called; sheets stand over ``over``'s window."""
        super().__init__(over)
        self._services = services
        self._seeker = seeker
        self._thumbnails = thumbnails
        self._background = background
        self._name_of = name_of
        self._over = over
        self._sheet: PilesSheet | None = None
        self._shown: Model | None = None

    @property
    def sheet(self) -> PilesSheet | None:
        """The sheet that is open."""
        if self._sheet is not None and isValid(self._sheet) and self._sheet.isVisible():
            return self._sheet
        return None

    def open(self, model: Model, works: Sequence[Work] = ()) -> None:
        """Show the sheet for a model; ``works`` are those of the first pile, that have it."""
        sheet = self.sheet
        if sheet is None or self._shown is not model:
            if sheet is not None:
                sheet.reject()
            sheet = self._new_sheet(model)
            self._sheet, self._shown = sheet, model
            sheet.show()
        if works:
            sheet.put(1, works)
        sheet.raise_()
        sheet.activateWindow()

    def close(self) -> None:
        """The room is closed or built anew."""
        sheet = self.sheet
        if sheet is not None:
            sheet.reject()

    def _new_sheet(self, model: Model) -> PilesSheet:
        maker = PictureMaker(self._services.host)
        sheet = PilesSheet(
            model,
            self._seeker,
            maker,
            self._thumbnails,
            self._background,
            lambda: self._works_of(model),
            self._name_of,
            self._services.notices,
            self._services.language,
            self._over.window(),
        )
        maker.setParent(sheet)
        return sheet

    def _works_of(self, model: Model) -> list[Work]:
        """Kept pictures of a model, newest first; on any thread. Raises `AtelierError`."""
        store = self._services.project.store
        works: list[Work] = []
        offset = 0
        while len(works) < MOST_OFFERED:
            page = store.nodes(WORK, offset=offset, limit=PAGE, order="newest")
            works += [work for work in page.items if work.recipe.model == model.manifest.id]
            offset += len(page.items)
            if not page.items or offset >= page.total:
                break
        return works
