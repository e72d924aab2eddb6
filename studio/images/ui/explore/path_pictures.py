"""The pictures of the path, remade from their recipes as they come into sight."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.images.document import wish
from studio.images.ui.maker import MadePicture, PictureArrived, PictureMaker, wish_key

HELD_BYTES: Final = 2_000_000
"""Of pictures of the path; those that came out of sight are remade."""


class PathPictures(QObject):
    """Asks for one model's pictures at a time; what has been made elsewhere can be brought."""

    changed = Signal()
    """Another picture is there."""

    def __init__(
        self, maker: PictureMaker, models: Mapping[str, Model], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._maker = maker
        self._models = models
        self._wanted: tuple[Recipe, ...] = ()
        maker.made.connect(self._made)
        maker.all_made.connect(lambda _event: self._next())

    def image(self, recipe: Recipe) -> QImage | None:
        """The picture of a recipe, if it is there."""
        found = self._maker.get(wish_key(recipe))
        return None if found is None else found.image

    def picture(self, recipe: Recipe) -> MadePicture | None:
        """The same with its finished recipe."""
        return self._maker.get(wish_key(recipe))

    def bring(self, picture: MadePicture) -> None:
        """Hold a picture that was made elsewhere."""
        self._maker.put(
            MadePicture(key=wish_key(picture.recipe), recipe=picture.recipe, image=picture.image)
        )

    def want(self, recipes: Sequence[Recipe]) -> None:
        """Say what is in sight."""
        self._wanted = tuple(recipes)
        self._next()

    def stop(self) -> None:
        """Nothing is in sight any more."""
        self._wanted = ()
        self._maker.stop()

    def _next(self) -> None:
        missing = [r for r in self._wanted if r.model in self._models and self.image(r) is None]
        if missing:
            model = self._models[missing[0].model]
            wished = [wish(recipe) for recipe in missing if recipe.model == missing[0].model]
            self._maker.want(model.folder, list(enumerate(wished)))

    @Slot(object)
    def _made(self, _event: PictureArrived) -> None:
        self.changed.emit()
