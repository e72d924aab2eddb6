"""Choosing one of the pictures that there are: the newest kept ones, and the path's last stops."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from studio.contract.errors import AtelierError, RecipeMissing, RequestInvalid
from studio.contract.recipe import Recipe
from studio.images.exploration import Stop
from studio.images.ui.background import BackgroundWork
from studio.images.ui.explore.path_pictures import PathPictures
from studio.images.ui.kept import KeptPictures
from studio.images.ui.kept_strip import SIDE
from studio.images.ui.room_names import RoomNames
from studio.provenance.pictures import read_picture

MOST: Final = 12
"""Pictures of each sort in the menu."""


class PictureChooser:
    """Shows a menu of pictures, and reads those that are dropped."""

    def __init__(
        self,
        works: KeptPictures,
        pictures: PathPictures,
        stops: Callable[[], Sequence[Stop]],
        names: RoomNames,
        background: BackgroundWork,
        failed: Callable[[AtelierError], None],
        over: QWidget,
    ) -> None:
        """``stops`` gives the path's last stops, the newest first."""
        self._works = works
        self._pictures = pictures
        self._stops = stops
        self._names = names
        self._background = background
        self._failed = failed
        self._over = over

    def ask(self, model: str, place: QPoint, then: Callable[[Recipe], None]) -> QMenu:
        """Let the user choose one of a model's finished pictures."""
        menu = QMenu(self._over)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        kept = self._kept(model)
        menu.addSection(QCoreApplication.translate("PictureChooser", "Kept"))
        if not kept:
            words = QCoreApplication.translate("PictureChooser", "Nothing of this model is kept")
            menu.addAction(words).setEnabled(False)
        for recipe, image in kept:
            self._add(menu, recipe, image, then)
        stops = [s for s in self._stops() if s.recipe.model == model and s.recipe.latent]
        if stops:
            menu.addSection(QCoreApplication.translate("PictureChooser", "From the path"))
        for stop in stops[:MOST]:
            self._add(menu, stop.recipe, self._pictures.image(stop.recipe), then)
        menu.popup(place)
        return menu

    def read(self, path: str, model: str | None, then: Callable[[Recipe], None]) -> None:
        """Take the recipe out of a file that was dropped; of any model, if none is named."""
        file = Path(path)

        def take(recipe: Recipe | None) -> None:
            if recipe is None or recipe.latent is None:
                self._failed(RecipeMissing(file=file))
            elif model is not None and recipe.model != model:
                fault = f"{file.name} was made with another model, “{recipe.model}”"
                self._failed(RequestInvalid(fault=fault))
            else:
                then(recipe)

        self._background.run(lambda: read_picture(file).recipe, take, self._failed)

    def kept(self, model: str) -> tuple[Recipe, ...]:
        """The pictures of a model that were kept last, the newest first."""
        return tuple(recipe for recipe, _image in self._kept(model))

    def _kept(self, model: str) -> list[tuple[Recipe, QImage | None]]:
        found: list[tuple[Recipe, QImage | None]] = []
        side = round(SIDE * self._over.devicePixelRatioF())
        for index in range(min(self._works.strip.total, 4 * MOST)):
            work = self._works.strip.work(index)
            if work is not None and work.recipe.model == model and work.recipe.latent:
                found.append((work.recipe, self._works.thumbnails.get(work.blob, side)))
            if len(found) == MOST:
                break
        return found

    def _add(
        self, menu: QMenu, recipe: Recipe, image: QImage | None, then: Callable[[Recipe], None]
    ) -> None:
        action = menu.addAction(self._names.name(recipe), partial(then, recipe))
        if image is not None:
            action.setIcon(QIcon(QPixmap.fromImage(image)))
            action.setIconVisibleInMenu(True)
