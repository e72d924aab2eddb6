"""Where parents come from: drawn by chance, from what is kept, or from a file."""

import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from studio.contract.errors import AtelierError, RecipeMissing
from studio.contract.manifest import Model
from studio.contract.recipe import ControlValue, Recipe
from studio.images.document import SEEDS
from studio.images.ui.breed.desk import BreedDesk
from studio.images.ui.kept_strip import SIDE as KEPT_SIDE
from studio.images.ui.maker import MakingFailed, PictureArrived
from studio.images.ui.modes import ModeContext
from studio.provenance.pictures import read_picture

MOST_OFFERED: Final = 12
"""Kept pictures in the menu of one more parent."""
MOST_LOOKED_AT: Final = 48
"""Kept pictures among which those are sought."""


class Newcomers(QObject):
    """One for the mode; finds finished pictures that may be parents."""

    begun = Signal(object)
    """Payload: list of recipes: they are to be the parents, and nobody else."""
    came = Signal(object)
    """Payload: a recipe: one more parent."""
    failed = Signal(object)
    """Payload: `AtelierError`."""

    def __init__(self, desk: BreedDesk, context: ModeContext, over: QWidget) -> None:
        super().__init__(over)
        self._desk = desk
        self._context = context
        self._over = over
        self._drawn: list[Recipe] = []
        """Pictures drawn by chance, as far as they are made."""
        self._wanted = 0
        """How many are wanted; 0: none."""
        self._maker = context.new_maker(self)
        self._maker.made.connect(self._made)
        self._maker.failed.connect(self._making_failed)

    def begin_by_chance(self, model: Model) -> None:
        """Draw two pictures of one kind, to be the parents."""
        control = model.manifest.control("class")
        kind = None if control is None else secrets.choice(control.choices).value
        self._draw(model, kind, 2)

    def one_by_chance(self) -> None:
        """Draw one picture of the first parent's kind, to be one more."""
        model = self._desk.model
        if model is None or not self._desk.parents:
            return
        control = model.manifest.control("class")
        known = self._desk.parents[0].controls
        self._draw(model, None if control is None else known.get(control.name), 1)

    def stop(self) -> None:
        """Draw nothing more."""
        self._drawn, self._wanted = [], 0
        self._maker.stop()

    def kept(self, model: str, most: int) -> list[tuple[Recipe, QImage | None]]:
        """The newest kept pictures that can be parents, all of one model: that of the first,
        where ``model`` names none."""
        strip, thumbnails = self._context.works.strip, self._context.works.thumbnails
        side = round(KEPT_SIDE * self._over.devicePixelRatioF())
        found: list[tuple[Recipe, QImage | None]] = []
        for index in range(min(strip.total, MOST_LOOKED_AT)):
            work = strip.work(index)
            if work is None or self._desk.why_no_parent(work.recipe, alone=True):
                continue
            model = model or work.recipe.model
            if work.recipe.model == model:
                found.append((work.recipe, thumbnails.get(work.blob, side)))
            if len(found) == most:
                break
        return found

    @Slot()
    def begin_with_kept(self) -> None:
        """The two newest kept pictures are to be the parents."""
        found = [recipe for recipe, _ in self.kept("", 2)]
        if found:
            self.begun.emit(found)

    @Slot(object)
    def offer(self, place: QPoint) -> None:
        """A menu of pictures that may be one more parent, at a place on the screen."""
        model = self._desk.model
        if model is None:
            return
        menu = QMenu(self._over)
        menu.addSection(self.tr("Kept"))
        kept = [
            (recipe, image)
            for recipe, image in self.kept(model.manifest.id, MOST_OFFERED)
            if not self._desk.is_parent(recipe)
        ]
        for recipe, image in kept:
            name = self._context.names.name(recipe)
            action = menu.addAction(name, partial(self.came.emit, recipe))
            if image is not None:
                action.setIcon(QIcon(QPixmap.fromImage(image)))
                action.setIconVisibleInMenu(True)
        if not kept:
            menu.addAction(self.tr("Nothing else is kept of this model")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(self.tr("One by chance"), self.one_by_chance)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    @Slot(str)
    def take_file(self, path: str) -> None:
        """A picture was dropped: the recipe inside it is one more parent, or the first."""
        file = Path(path)

        def take(recipe: Recipe | None) -> None:
            if recipe is None or recipe.latent is None:
                self.failed.emit(RecipeMissing(file=file))
            elif self._desk.brood is None:
                self.begun.emit([recipe])
            else:
                self.came.emit(recipe)

        failed: Callable[[AtelierError], None] = self.failed.emit
        self._context.background.run(lambda: read_picture(file).recipe, take, failed)

    def _draw(self, model: Model, kind: ControlValue | None, count: int) -> None:
        control = model.manifest.control("class")
        controls: dict[str, ControlValue] = {}
        if control is not None and kind is not None:
            controls = {control.name: kind}
        wishes = [
            (
                place,
                Recipe(model=model.manifest.id, seed=secrets.randbelow(SEEDS), controls=controls),
            )
            for place in range(count)
        ]
        self._drawn, self._wanted = [], count
        self._maker.want(model.folder, wishes)

    @Slot(object)
    def _made(self, event: PictureArrived) -> None:
        if not event.is_current or not self._wanted:
            return
        self._drawn.append(event.picture.recipe)
        if len(self._drawn) < self._wanted:
            return
        drawn, self._drawn, self._wanted = self._drawn, [], 0
        if len(drawn) == 1:
            self.came.emit(drawn[0])
        else:
            self.begun.emit(drawn)

    @Slot(object)
    def _making_failed(self, event: MakingFailed) -> None:
        self._drawn, self._wanted = [], 0
        self.failed.emit(event.error)
