"""A picture file that was made here comes back: its recipe is read, and the picture remade."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from studio.contract.errors import RecipeMissing, RequestInvalid
from studio.contract.recipe import Recipe, before_enlarging
from studio.images.ui.background import BackgroundWork
from studio.images.ui.desk import WallDesk
from studio.images.ui.maker import PictureArrived, PictureMaker, wish_key
from studio.provenance.pictures import StoredPicture, read_picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A picture was remade from its file."""

    file: Path
    recipe: Recipe
    is_identical: bool
    """To the byte."""
    reason: str = ""
    """What differs between then and now, as a key: "model", "making", or ""."""


class PictureRestorer(QObject):
    """Reads files beside the window's thread, hangs their pictures, compares what is remade."""

    restored = Signal(object)
    """Payload: `Restored`."""
    failed = Signal(object)
    """Payload: `AtelierError`."""

    def __init__(
        self,
        work: BackgroundWork,
        maker: PictureMaker,
        desk: WallDesk,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._desk = desk
        self._awaited: dict[bytes, tuple[Path, Recipe]] = {}
        self._maker = maker
        maker.made.connect(self._made)

    def restore(self, file: Path) -> None:
        """Hang the picture in ``file`` with its neighbours around it."""
        self._work.run(
            lambda: read_picture(file),
            lambda stored: self._hang(file, stored),
            self.failed.emit,
        )

    def _hang(self, file: Path, stored: StoredPicture) -> None:
        recipe = stored.recipe
        if recipe is None:
            self.failed.emit(RecipeMissing(file=file))
        elif recipe.model not in self._desk.models:
            fault = f"{file.name} was made with the model “{recipe.model}”, which is not here"
            self.failed.emit(RequestInvalid(fault=fault))
        elif recipe.latent is None:
            fault = f"the recipe in {file.name} does not say where the picture lies"
            self.failed.emit(RequestInvalid(fault=fault))
        else:
            recipe = before_enlarging(recipe)
            self._awaited[wish_key(recipe)] = (file, recipe)
            self._maker.remake(recipe)
            self._desk.more_like(recipe)

    @Slot(object)
    def _made(self, event: PictureArrived) -> None:
        picture = event.picture
        found = self._awaited.pop(picture.key, None)
        if found is None:
            return
        file, before = found
        after = picture.recipe
        is_identical = before.pixels_sha256 == after.pixels_sha256
        reason = ""
        if not is_identical:
            reason = "model" if before.graphs != after.graphs else "making"
        self.restored.emit(
            Restored(file=file, recipe=after, is_identical=is_identical, reason=reason)
        )


def restored_text(event: Restored) -> str:
    """What came of a picture that was brought back, in words."""
    if event.is_identical:
        text = QCoreApplication.translate("Restored", "{file} is back, remade to the byte.")
    elif event.reason == "model":
        text = QCoreApplication.translate(
            "Restored",
            "{file} is back, but not identical: the model has changed since it was made.",
        )
    else:
        text = QCoreApplication.translate(
            "Restored",
            "{file} is back, but not identical: this computer makes it a little differently.",
        )
    return text.format(file=event.file.name)
