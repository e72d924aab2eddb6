"""Makes the small pictures of strips: what more or less of each trait does to one picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from studio.contract.errors import RequestInvalid
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.images.shifting import with_amount
from studio.images.trait_file import ShelfTrait
from studio.images.ui.maker import MakingFailed, PictureArrived, PictureMaker, wish_key

AMOUNTS: Final = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
"""In sigmas, from the left."""
MIDDLE: Final = AMOUNTS.index(0.0)
_NEAREST_FIRST: Final = sorted(range(len(AMOUNTS)), key=lambda index: abs(AMOUNTS[index]))


@dataclass(frozen=True, slots=True, kw_only=True)
class StripPicture:
    """One picture of one strip."""

    trait: str
    """Id of the trait."""
    index: int
    """Of its amount in `AMOUNTS`."""
    image: QImage


class StripPreviews(QObject):
    """The newest wish wins: while a slider moves, what came late is dropped by the maker."""

    arrived = Signal(object)
    """Payload: `StripPicture`."""
    failed = Signal(object)
    """Payload: `MakingFailed`."""

    def __init__(self, maker: PictureMaker, parent: QObject | None = None) -> None:
        """``maker`` makes nothing else."""
        super().__init__(parent)
        self._maker = maker
        self._shown: tuple[str, ...] = ()
        maker.made.connect(self._made)
        maker.failed.connect(self._making_failed)

    def want(
        self, model: Model, subject: Recipe, traits: Sequence[ShelfTrait], *, live: bool = False
    ) -> None:
        """Make the strips of these traits for ``subject``, and nothing that was wanted before.

        What is held already arrives at once.
        """
        wishes = []
        for row, trait in enumerate(traits):
            for index in _NEAREST_FIRST:
                recipe = strip_recipe(model, subject, trait, AMOUNTS[index])
                if recipe is not None:
                    wishes.append((row * len(AMOUNTS) + index, recipe))
        self._shown = tuple(trait.id for trait in traits)
        held = ((place, self._maker.get(wish_key(recipe))) for place, recipe in wishes)
        for place, picture in held:
            if picture is not None:
                self._tell(place, picture.image)
        self._maker.want(model.folder, wishes, live=live)

    def stop(self) -> None:
        """Make nothing more."""
        self._shown = ()
        self._maker.stop()

    @Slot(object)
    def _made(self, event: PictureArrived) -> None:
        self._tell(event.place, event.picture.image)

    @Slot(object)
    def _making_failed(self, event: MakingFailed) -> None:
        self.failed.emit(event)

    def _tell(self, place: int, image: QImage) -> None:
        row, index = divmod(place, len(AMOUNTS))
        if row < len(self._shown):
            self.arrived.emit(StripPicture(trait=self._shown[row], index=index, image=image))


def strip_recipe(model: Model, subject: Recipe, trait: ShelfTrait, amount: float) -> Recipe | None:
    """``subject`` with so much of a trait; None where its recipe can hold no further one."""
    try:
        return with_amount(subject, trait, amount, styles=model.manifest.styles)
    except RequestInvalid:
        return None
