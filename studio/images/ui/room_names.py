"""What the room calls the pictures that are shown in it, by the models that can hang there."""

from studio.contract.recipe import Recipe
from studio.images.ui.desk import WallDesk
from studio.images.ui.keeper import WorkKeeper
from studio.images.ui.names import picture_name, spoken_name
from studio.images.ui.subject import Subject
from studio.project.nodes import Work


class RoomNames:
    """Names follow what is kept now, so they are asked for whenever they are needed."""

    def __init__(self, desk: WallDesk, keeper: WorkKeeper, language: str) -> None:
        self._models = desk.models
        self._keeper = keeper
        self._language = language

    def name(self, recipe: Recipe) -> str:
        """What a picture is called on the screen."""
        return picture_name(self._models.get(recipe.model), recipe, self._language)

    def subject_name(self, subject: Subject) -> str:
        """What a picture that is shown is called on the screen."""
        return self.name(subject.recipe)

    def subject_spoken(self, subject: Subject) -> str:
        """What a screen reader says of a picture that is shown."""
        return self._spoken(subject.recipe, is_kept=self._keeper.is_kept(subject.recipe))

    def work_spoken(self, work: Work) -> str:
        """What a screen reader says of a kept work."""
        return self._spoken(work.recipe, is_kept=True)

    def _spoken(self, recipe: Recipe, *, is_kept: bool) -> str:
        model = self._models.get(recipe.model)
        return spoken_name(model, recipe, self._language, is_kept=is_kept)
