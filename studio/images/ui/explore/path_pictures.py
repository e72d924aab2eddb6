"""The pictures of the path, remade from their recipes as they come into sight."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.images.document import wish
from studio.images.ui.maker import MadePicture, PictureArrived, PictureMaker, wish_key

HELD_BYTES: Final = 1_000_000
"""Of pictures of the path beside those in sight: some screenfuls. The others are recipes alone, in
the project, and are remade as they come into sight again."""


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
        self._wanted: dict[bytes, Recipe] = {}
        """What is in sight, by the name of its picture."""
        self._in_sight: dict[bytes, MadePicture] = {}
        """Of what is in sight all that is there, however much that is: what was let go of while
        it is seen would be remade at once, and so for ever."""
        maker.made.connect(self._made)
        maker.all_made.connect(lambda _event: self._next())

    def image(self, recipe: Recipe) -> QImage | None:
        """The picture of a recipe, if it is there."""
        found = self.picture(recipe)
        return None if found is None else found.image

    def picture(self, recipe: Recipe) -> MadePicture | None:
        """The same with its finished recipe."""
        return self._held(wish_key(recipe))

    def _held(self, key: bytes) -> MadePicture | None:
        return self._in_sight.get(key) or self._maker.get(key)

    def bring(self, picture: MadePicture) -> None:
        """Hold a picture that was made elsewhere."""
        brought = MadePicture(
            key=wish_key(picture.recipe), recipe=picture.recipe, image=picture.image
        )
        self._maker.put(brought)
        self._take(brought)

    def want(self, recipes: Sequence[Recipe]) -> None:
        """Say what is in sight."""
        self._see({wish_key(recipe): recipe for recipe in recipes})
        self._next()

    def stop(self) -> None:
        """Nothing is in sight any more."""
        self._see({})
        self._maker.stop()

    def _see(self, wanted: dict[bytes, Recipe]) -> None:
        held = {key: self._held(key) for key in wanted}
        self._wanted = wanted
        self._in_sight = {key: picture for key, picture in held.items() if picture is not None}

    def _next(self) -> None:
        missing = [
            recipe
            for key, recipe in self._wanted.items()
            if recipe.model in self._models and self._held(key) is None
        ]
        if missing:
            model = self._models[missing[0].model]
            wished = [wish(recipe) for recipe in missing if recipe.model == missing[0].model]
            self._maker.want(model.folder, list(enumerate(wished)))

    @Slot(object)
    def _made(self, event: PictureArrived) -> None:
        self._take(event.picture)
        self.changed.emit()

    def _take(self, picture: MadePicture) -> None:
        if picture.key in self._wanted:
            self._in_sight[picture.key] = picture
